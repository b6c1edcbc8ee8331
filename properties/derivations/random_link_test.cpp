// Random claims: what the engine, the checker and the evaluator say about each must be compatible.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <map>
#include <optional>
#include <string>

#include "core/errors.h"
#include "derivations/decide.h"
#include "derivations/evaluate/counterexample.h"
#include "derivations/language/printer.h"
#include "properties/derivations/random_links.h"

namespace convproof::derivations {
namespace {

using evaluate::Outcome;
using language::Verdict;

/// Small, because there are many claims.
Budget budget() {
  Budget result;
  result.seconds = 2;
  result.refutation.most_total = 11;
  result.refutation.most_sizes = 120;
  result.refutation.limits.work = 50'000;
  result.confirmation = result.refutation;
  return result;
}

/// Sizes among those that a decision has looked at.
evaluate::Search small_sizes() {
  evaluate::Search search;
  search.most_total = 9;
  search.most_sizes = 60;
  search.limits.work = 50'000;
  search.limits.seed = 7;
  return search;
}

int gravity(Outcome outcome) {
  return static_cast<int>(outcome);
}

Outcome outcome_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::kRefuted: return Outcome::kDiffer;
    case Verdict::kShapesDiffer: return Outcome::kShapesDiffer;
    case Verdict::kIllFormed: return Outcome::kIllFormed;
    case Verdict::kCannotBeRead: return Outcome::kCannotBeRead;
    default: return Outcome::kEqual;
  }
}

std::string at(const evaluate::Sizes& sizes) {
  std::string result = " at";
  for (const auto& [name, value] : sizes) result += text(" ", name, "=", value);
  return result;
}

/// What is incompatible between a decision and what happens at small sizes; empty if nothing.
std::string contradiction(const RandomLink& link, const LinkDecision& decision) {
  const bool has_verdict = decision.verdict != Verdict::kUndecided;
  const Outcome said = outcome_of(decision.verdict);
  if (has_verdict && said != Outcome::kEqual) {
    if (!decision.smallest) return "no counterexample";
    const auto again = evaluate::compare(link.file, link.claim(), 0, decision.smallest->sizes,
                                         small_sizes().limits);
    if (again.outcome != said) return "the counterexample is none" + at(decision.smallest->sizes);
  }
  for (const auto& [sizes, comparison] :
       evaluate::survey(link.file, link.claim(), 0, small_sizes())) {
    const Outcome outcome = comparison.outcome;
    if (outcome == Outcome::kTooLarge) continue;
    if (gravity(outcome) > gravity(said)) return "a graver outcome" + at(sizes);
    if (decision.region && decision.region->holds &&
        evaluate::holds(link.file, *decision.region->holds, sizes) !=
            (outcome == Outcome::kEqual)) {
      return "the region is wrong" + at(sizes);
    }
  }
  return "";
}

unsigned number_from(const char* variable, unsigned otherwise) {
  const char* value = std::getenv(variable);
  return value == nullptr ? otherwise : static_cast<unsigned>(std::stoul(value));
}

// More by CONVPROOF_RANDOM_LINKS=10000, others by CONVPROOF_RANDOM_LINKS_FROM=1000000.
TEST(RandomLinks, EngineCheckerAndEvaluatorAgree) {
  const unsigned count = number_from("CONVPROOF_RANDOM_LINKS", CONVPROOF_USUAL_LINKS);
  const unsigned first = number_from("CONVPROOF_RANDOM_LINKS_FROM", 1);
  const auto start = std::chrono::steady_clock::now();
  std::map<std::string, unsigned> verdicts;
  unsigned regions = 0;
  for (unsigned seed = first; seed < first + count; ++seed) {
    std::optional<RandomLink> link;
    std::string wrong;
    try {
      link = random_link(seed);
      const LinkDecision decision = decide(link->file, link->claim(), 0, budget());
      ++verdicts[language::print(decision.verdict)];
      if (decision.region && decision.region->holds) ++regions;
      wrong = contradiction(*link, decision);
    } catch (const std::exception& error) {
      wrong = error.what();
    }
    if (!wrong.empty()) {
      ADD_FAILURE() << "\nseed " << seed << ": " << wrong << "\n"
                    << (link ? language::print(link->file) : "");
    }
  }
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  for (const auto& [verdict, times] : verdicts) std::cout << verdict << ": " << times << "\n";
  std::cout << regions << " regions, " << seconds << " s\n";
  EXPECT_GE(verdicts["proved"] * 100, count * 15);
  EXPECT_GE(verdicts["refuted"] * 100, count * 15);
  EXPECT_LT(verdicts["undecided"] * 100, count * 10);
}

}  // namespace
}  // namespace convproof::derivations
