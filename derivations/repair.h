// What would have been right: the smallest edits of a line under which it is proved.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "derivations/decide.h"
#include "derivations/language/ast.h"

namespace convproof::derivations {

/// One way to repair a line.
struct Repair {
  int cost = 1;                   // Of all edits together: 1 or 2 each.
  std::vector<std::string> what;  // Each edit as a sentence: "xcorr instead of conv".
  language::Expr repaired;        // The whole member, edited.
  LinkDecision decision;          // Of the edited link: proved.
};

struct RepairOptions {
  int most_cost = 2;
  std::size_t most_repairs = 4;         // Those with the fewest edits first.
  std::size_t most_candidates = 2'000;  // That the evaluator tries.
  double seconds = 0.5;                 // In all.
  Budget budget;                        // Of each proof.
};

/// Repairs of the right member of a claim with one link, by the edits of edits.h. Each candidate is
/// first computed at small sizes, and proved only if it survives. All that are found cost the same,
/// which is the least.
std::vector<Repair> repairs_of(const language::File& chosen, const language::Claim& claim,
                               const RepairOptions& options = {});

}  // namespace convproof::derivations
