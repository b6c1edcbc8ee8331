// Sizes, subscripts, limits and conditions: expressions of numbers, at given sizes and indices.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/scalar/rational.h"
#include "core/shape.h"
#include "derivations/evaluate/work.h"
#include "derivations/language/ast.h"

namespace convproof::derivations::evaluate {

/// A value for every size of a text.
using Sizes = std::map<std::string, Index>;

/// Indices and their values, outermost first.
using Indices = std::vector<std::pair<std::string, Index>>;

/// The numbers that names stand for: sizes and constants, and the indices bound so far.
class Names {
 public:
  /// A constant without a value (1 / 0) is an error where it is used.
  Names(const language::File& file, const Sizes& sizes);

  void set(const std::string& name, const Rational& value);

  /// Nothing if the value is not whole.
  std::optional<Index> whole(const std::string& name) const;
  /// Throws: std::invalid_argument for an unknown name; IllFormed for such a constant.
  Rational value(const std::string& name) const;

  Indices indices;

 private:
  std::unordered_map<std::string, Rational> fixed_;
  std::unordered_map<std::string, Index> whole_;  // Those of `fixed_` that are; quicker to use.
  std::unordered_map<std::string, std::string> without_value_;  // Constants, and why.
  std::map<std::string, std::string> too_large_;                // Likewise, for their length.
};

/// Binds one more index while it lives.
class BoundIndex {
 public:
  BoundIndex(Names& names, const std::string& name, Index value) : names_(names) {
    names.indices.emplace_back(name, value);
  }
  BoundIndex(const BoundIndex&) = delete;
  BoundIndex& operator=(const BoundIndex&) = delete;
  ~BoundIndex() { names_.indices.pop_back(); }

 private:
  Names& names_;
};

/// An expression of numbers, sizes and indices.
///
/// Throws: IllFormed for a division by 0, mod(a, b) with b < 1, a power that is no fraction;
///         TooLarge for a power of a million bits or more.
Rational number_at(const language::Expr& expr, const Names& names);

/// The same where only a whole number makes sense.
///
/// Throws: IllFormed if it is none; TooLarge beyond 2^61, so that differences of two fit.
Index whole_at(const language::Expr& expr, const Names& names);

bool holds(language::Relation relation, const Rational& left, const Rational& right);
/// Every member against its neighbour.
bool holds(const language::Comparison& comparison, const Names& names);
/// Any of: all of.
bool holds(const language::Expectation::Sizes& sizes, const Names& names);

/// Visits all indices of the ranges, bound in `names`, the last range first. Each value of an index
/// is some work.
///
/// Throws: as whole_at for the limits.
void for_each_index(const std::vector<language::Range>& ranges, Names& names, Work& work,
                    const std::function<void()>& visit);

/// base^exponent; 0^0 is 1.
///
/// Throws: as number_at.
Rational power(const Rational& base, const Rational& exponent);

/// "N = 3, K = 2"; empty without indices.
std::string text_of(const Indices& indices);

}  // namespace convproof::derivations::evaluate
