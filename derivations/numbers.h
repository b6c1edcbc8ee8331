// Numbers that are made of sizes and indices: fractions of polynomials, and which of them are
// whole.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "derivations/compile.h"

namespace convproof::derivations {

/// Indices that stand for floors of other indices; they go where the number goes.
struct Locals {
  std::vector<Variable> inner;
  std::vector<Constraint> where;
};

/// Reads numbers in a text whose sizes are the variables of a world.
class Numbers {
 public:
  using Alternatives = std::vector<std::vector<Constraint>>;  // Any of: all of.

  Numbers(World& world, std::vector<Obligation>& obligations)
      : world_(world), obligations_(obligations) {}

  /// What is known where the next number stands.
  struct Place {
    std::map<std::string, Fraction> values;  // Of sizes, constants and indices.
    std::vector<Constraint> given;
  };
  Place place;
  void declare(const std::string& name, Fraction value) {
    place.values.insert_or_assign(name, std::move(value));
  }

  // -------------------------------------------------------------- numbers
  Fraction number(const language::Expr& expr, Locals& locals);
  /// A number that has to be whole, as a polynomial with integer coefficients.
  Polynomial whole(const language::Expr& expr, Locals& locals);
  /// The same of sizes alone.
  Polynomial whole(const language::Expr& expr);

  /// lower <= variable <= upper; a maximum of lower limits and a minimum of upper ones are several.
  std::vector<Constraint> within(const Polynomial& index, const language::Range& range,
                                 Locals& locals);
  /// Of numbers whose coefficients are fractions, too: p < 0 is p' <= -1 for the integer multiple
  /// p'.
  Alternatives compared(const Fraction& a, language::Relation relation, const Fraction& b);
  /// All links of a chain.
  Alternatives compared(const language::Comparison& comparison, Locals& locals);

  void require(const Constraint& need, std::string what, language::Span span);
  /// The same where `locals` are given, too.
  void require(const Constraint& need, const Locals& locals, std::string what, language::Span span);

  void require_not_zero(const Fraction& divisor, const Locals& locals, language::Span span);

 private:
  Fraction sum(const language::Addition& addition, Locals& locals);
  Fraction product(const language::Product& product, Locals& locals);
  Fraction call(const language::Call& call, Locals& locals, language::Span span);
  Fraction power(const Fraction& base, const Fraction& exponent, const Locals& locals,
                 language::Span span);

  Fraction smaller_or_larger(const language::Call& call, Locals& locals, language::Span span);
  /// floor(value): a variable of the world if only sizes are in it, else a local one.
  Polynomial floor(const Fraction& value, Locals& locals, language::Span span);
  void limits(const Polynomial& index, const language::Expr& limit, bool upper, Locals& locals,
              std::vector<Constraint>& result);

  World& world_;
  std::vector<Obligation>& obligations_;
};

/// Throws NoNormalForm for a number whose polynomials have more terms, higher degrees or longer
/// coefficients than texts need that are about something.
void require_small(const Fraction& value, language::Span span);

/// 1 / value. Of 0 it is anything: an obligation excludes that wherever it is used.
Fraction inverse(const Fraction& value);

/// Of an exponent.
inline constexpr int kHighestPower = 64;

/// Every pair of an alternative of `a` and one of `b`.
Numbers::Alternatives both(const Numbers::Alternatives& a, const Numbers::Alternatives& b);

}  // namespace convproof::derivations
