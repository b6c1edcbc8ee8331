// Turns expressions of the claim language into normal forms, and what has to hold for them to mean
// something into obligations.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "derivations/form.h"
#include "derivations/language/ast.h"
#include "derivations/world.h"

namespace convproof::derivations {

/// What must follow from `given` for an expression to be well-formed.
struct Obligation {
  std::vector<Constraint> given;
  Constraint need;
  std::string what;  // What is wrong where it does not hold: "X is read outside of axis 1".
  language::Span span;
};

/// No sizes make sense of the expression: a product of two arrays, different numbers of axes.
class CannotBeRead : public std::invalid_argument {
 public:
  CannotBeRead(const std::string& why, language::Span where)
      : std::invalid_argument(why), span(where) {}
  language::Span span;
};

/// The expression has a meaning, but no normal form of this kind.
class NoNormalForm : public std::invalid_argument {
 public:
  NoNormalForm(const std::string& why, language::Span where)
      : std::invalid_argument(why), span(where) {}
  language::Span span;
};

/// One member of a claim beside another, both for the same indices.
struct Pair {
  std::vector<Variable> indices;  // The claim's own.
  std::vector<Constraint> given;  // Their ranges.
  Form left;                      // With outs of its own.
  Form right;
  std::vector<Leaf> leaves;  // Those that the accesses number.
  std::vector<Obligation> obligations;
};

/// Members `left` and `right` of `claim` (0 is its first), in a text without readings and eachs.
/// Fills `world` with the text's sizes and what holds for them; it is new.
///
/// Throws:  CannotBeRead, NoNormalForm.
/// Cost:    the number of terms is the product of those of the factors; more than kMostTerms have
///          no normal form.
Pair compile(const language::File& chosen, const language::Claim& claim, std::size_t left,
             std::size_t right, World& world);

inline constexpr std::size_t kMostTerms = 2'000;
inline constexpr std::size_t kMostFactors = 64;
inline constexpr std::size_t kMostIndices = 128;

/// a relation b between two members of an `arith` claim: any of several lists of conditions, all of
/// which hold.
struct ComparedNumbers {
  std::vector<std::vector<Constraint>> any;
  std::vector<Obligation> obligations;
};
ComparedNumbers compile_numbers(const language::File& chosen, const language::Expr& a,
                                language::Relation relation, const language::Expr& b, World& world);

}  // namespace convproof::derivations
