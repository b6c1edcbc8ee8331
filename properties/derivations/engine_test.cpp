// What the proof engine must find, and what it must never find.
#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "derivations/check/check_link.h"
#include "derivations/decide.h"
#include "derivations/language/printer.h"
#include "derivations/proof_text.h"
#include "properties/derivations/engine_claims.h"

namespace convproof::derivations {

void PrintTo(const KnownClaim& claim, std::ostream* out) {
  *out << claim.text;
}

namespace {

using language::Verdict;

std::string name_of(const testing::TestParamInfo<KnownClaim>& info) {
  return info.param.name;
}

LinkProof proof_of(const OneClaim& one) {
  const language::Relation relation = one.claim().links.front().relation;
  return relation == language::Relation::kEqual
             ? prove_link(one.file, one.claim(), 0, 1)
             : prove_comparison(one.file, one.claim(), 0, relation, 1);
}

class EngineProofs : public testing::TestWithParam<KnownClaim> {};

// Without the evaluator, so that nothing but the proof speaks for the claim.
TEST_P(EngineProofs, IsProvedAndTheCheckerAcceptsTheProof) {
  const LinkProof proof = proof_of(one_claim(GetParam().text));
  ASSERT_TRUE(proof.complete()) << proof.open;
  EXPECT_EQ(why_link_refused(to_text(proof)), std::nullopt);
}

TEST_P(EngineProofs, IsConfirmedByTheEvaluator) {
  const OneClaim one = one_claim(GetParam().text);
  const LinkDecision decision = decide(one.file, one.claim(), 0);
  EXPECT_EQ(decision.verdict, Verdict::kProved) << decision.why;
}

INSTANTIATE_TEST_SUITE_P(Laws, EngineProofs, testing::ValuesIn(true_claims()), name_of);

class EngineNearMisses : public testing::TestWithParam<KnownClaim> {};

TEST_P(EngineNearMisses, IsNotProved) {
  EXPECT_FALSE(proof_of(one_claim(GetParam().text)).complete());
}

TEST_P(EngineNearMisses, HasACounterexample) {
  const OneClaim one = one_claim(GetParam().text);
  const LinkDecision decision = decide(one.file, one.claim(), 0);
  EXPECT_EQ(language::print(decision.verdict), language::print(GetParam().verdict)) << decision.why;
  EXPECT_TRUE(decision.smallest.has_value());
}

INSTANTIATE_TEST_SUITE_P(Laws, EngineNearMisses, testing::ValuesIn(false_claims()), name_of);

}  // namespace
}  // namespace convproof::derivations
