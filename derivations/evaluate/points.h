// Numeric claims: both members computed at random fractions.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "derivations/evaluate/compare.h"
#include "derivations/language/ast.h"

namespace convproof::derivations::evaluate {

/// What a numeric claim agrees to where it is not exact, and what it is computed with.
inline constexpr int kAgreeingDigits = 60;
inline constexpr unsigned kComputedDigits = 110;

/// Tries points until `limits.points` of them are in the domain of all functions, at most eight
/// times as many; with none, the claim is ill-formed there. A kink counts as outside where a
/// derivative is taken. They agree if the enclosures of the elements have a point in common and
/// are narrower than 10^-60 times the number (or 1); they differ only if enclosures have none.
Comparison compare_at_points(const language::File& file, const language::Claim& claim,
                             std::size_t link, const Sizes& sizes, const Limits& limits);

/// The first point at which members differ, written down for a reader.
struct Point {
  std::vector<std::pair<std::string, std::string>> entries;  // "X[2,1]" and "3/16".
  Comparison comparison;
  std::string left;  // The elements that differ: fractions, or decimals.
  std::string right;
};
Point differing_point(const language::File& file, const language::Claim& claim, std::size_t link,
                      const Sizes& sizes, const Limits& limits);

}  // namespace convproof::derivations::evaluate
