// The smallest sizes at which a claim fails, and what a reader needs to redo them by hand.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "derivations/evaluate/compare.h"
#include "derivations/evaluate/sizes.h"
#include "derivations/language/ast.h"

namespace convproof::derivations::evaluate {

/// A product of entries that does not occur as often on both sides.
struct DifferentProduct {
  std::string product;  // "G[1]*X[2]"; "1" for the number that is left without tensors.
  Rational left;        // Its coefficient.
  Rational right;
};

struct Counterexample {
  Sizes sizes;
  Comparison comparison;  // Outcome, index, shapes, place of the element.
  // For contents that differ, of that element:
  std::vector<std::pair<std::string, std::string>>
      entries;       // "X[2,1]" = "7": digits, or fractions.
  std::string left;  // The value there; of numeric claims to 30 digits where it is no fraction.
  std::string right;
  // For claims about tensors, unless that takes too much work:
  std::string left_sum;  // "G[1]*X[2] + 2*G[2]*X[3]".
  std::string right_sum;
  std::vector<DifferentProduct> products;
};

/// Where to look.
struct Search {
  Index most_total = 12;                 // Of all sizes together.
  std::uint64_t most_sizes = 20'000;     // Admissible ones.
  Limits limits{};                       // For each.
  std::function<bool()> stop = nullptr;  // Asked at every step; for a limit on time.
};

struct Found {
  std::optional<Counterexample> counterexample;
  Index complete_to = -1;       // All admissible sizes up to this total were compared.
  std::uint64_t compared = 0;   // Admissible sizes that were,
  std::uint64_t too_large = 0;  // and those that took too much work.
};

/// The first sizes by total, then lexicographically, with one of these outcomes.
Found smallest(const language::File& file, const language::Claim& claim, std::size_t link,
               const Search& search = {},
               const std::vector<Outcome>& outcomes = {Outcome::kDiffer, Outcome::kShapesDiffer,
                                                       Outcome::kIllFormed,
                                                       Outcome::kCannotBeRead});

/// The first of these where all sizes are different and above 1 and no axis of a member has one
/// element or none; failing that, the first where all sizes are different and above 1. Totals count
/// from the least that different sizes can have. Of a text without sizes there is none.
Found typical(const language::File& file, const language::Claim& claim, std::size_t link,
              const Search& search = {},
              const std::vector<Outcome>& outcomes = {Outcome::kDiffer, Outcome::kShapesDiffer,
                                                      Outcome::kIllFormed, Outcome::kCannotBeRead});

/// What happens at given sizes, in the same detail.
Counterexample explained(const language::File& file, const language::Claim& claim, std::size_t link,
                         const Sizes& sizes, const Limits& limits = {});

/// The outcome at all admissible sizes within the limits of the search, in its order.
std::vector<std::pair<Sizes, Comparison>> survey(const language::File& file,
                                                 const language::Claim& claim, std::size_t link,
                                                 const Search& search = {});

}  // namespace convproof::derivations::evaluate
