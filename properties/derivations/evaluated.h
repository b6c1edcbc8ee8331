// Texts of the claim language and their values, for tests of the evaluator.
#pragma once

#include <initializer_list>
#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "core/scalar/rational.h"
#include "derivations/evaluate/compare.h"
#include "derivations/evaluate/evaluator.h"
#include "derivations/language/ast.h"

namespace convproof::derivations::evaluate {

/// A file without readings.
language::File file_of(const std::string& source);

/// The claim of that name.
const language::Claim& claim_of(const language::File& file, const std::string& name);

/// Sizes and elements of an expression.
struct Numbers {
  PerAxis sizes;
  std::vector<Rational> elements;
  friend bool operator==(const Numbers&, const Numbers&) = default;
};
std::ostream& operator<<(std::ostream& out, const Numbers& numbers);

/// An array with one axis.
Numbers row(std::vector<Rational> elements);
Numbers number(Rational value);

/// The entries of tensors in the order of their elements; tensors that are not named have 1 to 9.
using Given = std::map<std::string, std::vector<Rational>>;

/// The value of an expression below these declarations.
Numbers value_of(const std::string& declarations, const std::string& expr, const Sizes& sizes = {},
                 const Given& given = {});

/// The outcome of the first link of the only claim.
Comparison compared(const std::string& source, const Sizes& sizes = {});

}  // namespace convproof::derivations::evaluate
