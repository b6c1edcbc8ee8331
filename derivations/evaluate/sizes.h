// The sizes that a claim is meant for, from the smallest.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "derivations/evaluate/number.h"
#include "derivations/language/ast.h"

namespace convproof::derivations::evaluate {

/// In the order of their statements.
std::vector<std::string> names_of_sizes(const language::File& file);

/// Whether the sizes satisfy the bounds of `size` and all of `assume`. What has no value there
/// (mod(N, s) at s = 0) is not satisfied.
///
/// Throws: std::invalid_argument if a size is missing.
bool admissible(const language::File& file, const Sizes& sizes);

/// Whether a condition as behind `holds iff` is true.
///
/// Throws: IllFormed where it has no value; std::invalid_argument if a size is missing.
bool holds(const language::File& file, const language::Expectation::Sizes& condition,
           const Sizes& sizes);

enum class Which {
  kAll,                // None negative.
  kDifferentAboveOne,  // No two the same.
};

/// Visits the admissible sizes whose sum is `total`, in lexicographic order, until `visit` returns
/// false. Returns false if it did, or if `stop`, which is asked also where nothing is admissible,
/// was true.
bool for_each_sizes(const language::File& file, Index total, Which which,
                    const std::function<bool(const Sizes&)>& visit,
                    const std::function<bool()>& stop = nullptr);

}  // namespace convproof::derivations::evaluate
