// Verdicts: what the proof engine and the evaluator find out about a link of a claim, each on its
// own, and what both say together.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "derivations/evaluate/counterexample.h"
#include "derivations/language/ast.h"
#include "derivations/language/choose.h"
#include "derivations/proof.h"
#include "derivations/region.h"

namespace convproof::derivations {

/// How far a proof is compared with what the evaluator computes.
inline evaluate::Search to_confirm() {
  evaluate::Search search;
  search.most_total = 30;
  search.most_sizes = 100;
  search.limits.work = 200'000;
  return search;
}

/// At how many sizes numeric claims are tried: each takes computations with 100 digits.
inline evaluate::Search to_support() {
  evaluate::Search search;
  search.most_total = 12;
  search.most_sizes = 8;
  search.limits.work = 500'000;
  return search;
}

/// What one link may take before it is undecided.
struct Budget {
  Limits proof;                                  // Of each certificate.
  double seconds = 10;                           // Of the whole link.
  double mebibytes = 2'048;                      // That the process may grow by during the link.
  evaluate::Search refutation;                   // How far counterexamples are looked for.
  evaluate::Search confirmation = to_confirm();  // Of what is proved.
  evaluate::Search support = to_support();       // Of numeric claims.
  bool details = true;  // Also a typical counterexample, and the sizes for which it holds.
};

/// One link of a claim, under one choice of all that the text leaves open.
struct LinkDecision {
  evaluate::Members members;
  language::Verdict verdict = language::Verdict::kUndecided;
  std::string why;                      // A sentence; empty if proved.
  std::optional<language::Span> where;  // What the sentence is about.
  std::optional<evaluate::Counterexample> smallest;
  std::optional<evaluate::Counterexample> typical;
  std::optional<Region> region;    // Of a claim of tensors that is not proved.
  std::optional<LinkProof> proof;  // If it is proved by the engine, or that is how far it came.
  std::uint64_t confirmed = 0;     // Sizes at which the evaluator found what the verdict says.
  double seconds = 0;
};

/// The engine has proved what the evaluator refutes or the checker refuses: one of them is wrong.
class Disagreement : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// Decides claim.links[link] of a text in which nothing is left open (see choose).
///
/// A proof is checked as text and confirmed at all small sizes by the evaluator, both of which
/// share no code with the engine; a refutation is a counterexample that the evaluator computed.
///
/// What takes more time or memory than there is, is undecided.
///
/// Throws: Disagreement.
LinkDecision decide(const language::File& chosen, const language::Claim& claim, std::size_t link,
                    const Budget& budget = {});

/// "proved", "shapes differ", ...: those that say that the link holds are proved and supported.
bool holds(language::Verdict verdict);

}  // namespace convproof::derivations
