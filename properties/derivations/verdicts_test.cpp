// Readings, verdicts on whole texts, what they expect, for which sizes links hold, and repairs.
#include "derivations/verdicts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "core/errors.h"
#include "derivations/edits.h"
#include "derivations/language/parser.h"
#include "derivations/language/printer.h"

namespace convproof::derivations {
namespace {

using language::Choice;
using language::Claim;
using language::File;
using language::Verdict;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

File read(const std::string& text) {
  return language::parse({"test", text});
}

const Claim& last_claim(const File& file) {
  return std::get<Claim>(file.statements.back().node);
}

const Claim& claim_named(const File& file, const std::string& name) {
  for (const language::Statement& statement : file.statements) {
    const auto* claim = std::get_if<Claim>(&statement.node);
    if (claim != nullptr && claim->name == name) return *claim;
  }
  throw std::out_of_range(name);
}

DecidedFile decided(const std::string& text) {
  VerdictOptions options;
  options.repairs = false;
  return decide_all(read(text), options);
}

const DecidedClaim& claim_of(const DecidedFile& file, std::size_t i) {
  return std::get<DecidedClaim>(file.statements.at(i));
}

const std::string kForward = R"(
size N, K, M >= N, P, Q
assume N >= K, P == Q
tensor x[N]
tensor w[K]
tensor other[P]
reading star = conv | xcorr
reading turned = rot180(w) | w
reading index = i | j
let y = star(turned, x)
)";

// ---------------------------------------------------------------- readings

TEST(Choose, ReadingsAreThoseThatAreReached) {
  const File file = read(kForward + "claim a: y == x\nclaim b: x == star(w, x)\nclaim c: w == w\n");
  EXPECT_THAT(language::readings_of(file, claim_named(file, "a")), ElementsAre("star", "turned"));
  EXPECT_THAT(language::readings_of(file, claim_named(file, "b")), ElementsAre("star"));
  EXPECT_THAT(language::readings_of(file, claim_named(file, "b"), 0), IsEmpty());
  EXPECT_THAT(language::readings_of(file, claim_named(file, "b"), 1), ElementsAre("star"));
  EXPECT_THAT(language::readings_of(file, claim_named(file, "c")), IsEmpty());
}

TEST(Choose, AnIndexWithTheNameOfAReadingIsNone) {
  const File file =
      read("size N\ntensor x[N]\nclaim a [k in 1..N]: x[k] == x[k]\nreading k = conv | xcorr\n");
  EXPECT_THAT(language::readings_of(file, claim_named(file, "a")), IsEmpty());
}

TEST(Choose, WhatIsChosenStandsInThePlaceOfTheReading) {
  const File file = read(kForward + "claim a: y == star(w, x)\n");
  Choice choice;
  choice.readings = {{"star", 1}, {"turned", 0}};
  const File chosen = language::choose(file, choice);
  EXPECT_EQ(language::print(last_claim(chosen).links[0].expr), "xcorr(w, x)");
  EXPECT_THAT(language::print(chosen), HasSubstr("let y = xcorr(rot180(w), x)"));
  EXPECT_THAT(language::print(chosen), testing::Not(HasSubstr("reading")));
  // What is chosen is a text of its own.
  EXPECT_EQ(read(language::print(chosen)), chosen);
  choice.readings["star"] = 2;
  EXPECT_THROW(language::choose(file, choice), std::out_of_range);
}

TEST(Choose, OneValueOfAnEachIsAConstant) {
  const File file = read("each s in 2..3\nsize N\ntensor x[s * N]\nclaim a: x == x\n");
  Choice choice;
  choice.each["s"] = 3;
  EXPECT_THAT(language::print(language::choose(file, choice)), HasSubstr("const s = 3"));
  EXPECT_THAT(language::print(language::choose(file, {})), HasSubstr("const s = 2"));
}

TEST(Choose, APartHasTheSizesThatAreTiedToTheClaim) {
  const File file = read(kForward + "claim a: x == conv(w, x)\nclaim b: other == other\n");
  const std::string a = language::print(language::part_for(file, claim_named(file, "a")));
  EXPECT_THAT(a, HasSubstr("assume N >= K\n"));
  EXPECT_THAT(a, HasSubstr("size N, K\n"));  // M is only bounded from below by N.
  EXPECT_THAT(a, testing::Not(HasSubstr("claim b")));
  const std::string b = language::print(language::part_for(file, claim_named(file, "b")));
  EXPECT_THAT(b, HasSubstr("assume P == Q"));
  EXPECT_THAT(b, HasSubstr("size P, Q"));
}

// ---------------------------------------------------------------- verdicts

TEST(Verdicts, AreGivenUnderEachReading) {
  const DecidedFile file = decided(kForward + "claim a: y == xcorr(w, x)\n");
  const DecidedClaim& claim = claim_of(file, 0);
  ASSERT_EQ(claim.choices.size(), 4U);
  EXPECT_EQ(claim.links[0].verdicts.size(), 4U);
  // conv(rot180(w), x) and xcorr(w, x) are what is meant.
  ASSERT_EQ(claim.holds_under.size(), 2U);
  EXPECT_EQ(claim.holds_under[0].readings.at("star"), 0U);
  EXPECT_EQ(claim.holds_under[0].readings.at("turned"), 0U);
  EXPECT_EQ(claim.holds_under[1].readings.at("star"), 1U);
  EXPECT_EQ(claim.holds_under[1].readings.at("turned"), 1U);
  EXPECT_EQ(claim.links[0].under(claim.holds_under[1]).verdict, Verdict::kProved);
}

TEST(Verdicts, AreConsistentIfOneReadingServesAll) {
  const std::string text = R"(
size N, K
tensor x[N + K]
tensor w[K]
reading star = conv | xcorr
claim turned: star(w, x) == conv(w, x)
claim straight: star(w, x) == xcorr(w, x)
claim both: star(w, x) == star(w, x)
consistent: turned, both
consistent: turned, straight
)";
  const DecidedFile file = decided(text);
  const auto& first = std::get<DecidedConsistency>(file.statements[3]);
  EXPECT_EQ(first.verdict, Verdict::kProved);
  ASSERT_EQ(first.holds_under.size(), 1U);
  EXPECT_EQ(first.holds_under[0].readings.at("star"), 0U);
  const auto& second = std::get<DecidedConsistency>(file.statements[4]);
  EXPECT_EQ(second.verdict, Verdict::kRefuted);
  EXPECT_THAT(second.holds_under, IsEmpty());
}

TEST(Verdicts, OfAPageSayHowManyLinksHoldTogether) {
  const std::string declarations =
      "size N, K\ntensor x[N + K]\ntensor w[K]\nreading star = conv | xcorr\n";
  const std::string claims = R"(
claim turned: star(w, x) == conv(w, x) == xcorr(rot180(w), x)
claim straight: star(w, x) == xcorr(w, x)
claim none: x == rot180(x)
)";
  const DecidedFile file = decided(declarations + claims);
  ASSERT_TRUE(file.page);
  EXPECT_THAT(file.page->readings, ElementsAre("star"));
  EXPECT_EQ(file.page->links, 4U);
  EXPECT_EQ(file.page->most, 2U);
  ASSERT_EQ(file.page->under.size(), 1U);
  EXPECT_EQ(file.page->under[0].readings.at("star"), 0U);
  EXPECT_FALSE(decided("size N\ntensor x[N]\nclaim a: x == x\n").page);
}

TEST(Verdicts, OfEachValueTheWorstCounts) {
  const std::string text = R"(
each s in 1..3
size N
tensor x[s * N]
claim a: subsample(x, s) == blocksum(x, s)
claim b: subsample(kron(x, s), s) == x
)";
  const DecidedFile file = decided(text);
  const LinkDecision& a = claim_of(file, 0).links[0].verdicts[0].decision;
  EXPECT_EQ(a.verdict, Verdict::kRefuted);  // True for s = 1.
  EXPECT_THAT(a.why, HasSubstr("with s = 2"));
  EXPECT_EQ(claim_of(file, 1).links[0].verdicts[0].decision.verdict, Verdict::kProved);
}

TEST(Verdicts, TheMemberThatIsMarkedIsTheTruth) {
  const std::string chain = R"(
size N, K
tensor x[N + K]
tensor w[K]
let y = xcorr(w, x)
seed g like y
claim dw: conv(g, x) == grad(y, w, g) == xcorr(g, x)
  expect refuted from grad
  expect proved
)";
  const DecidedFile file = decided(chain);
  const DecidedClaim& claim = claim_of(file, 0);
  EXPECT_EQ(claim.links[0].verdicts[0].decision.verdict, Verdict::kRefuted);
  EXPECT_EQ(claim.links[1].verdicts[0].decision.verdict, Verdict::kProved);
}

TEST(Verdicts, WhatTakesTooMuchIsUndecided) {
  const File file = read(
      "size N, K\ntensor x[N + K]\ntensor w[K]\nclaim a: conv(w, x) == "
      "xcorr(rot180(w), x)\n");
  Budget budget;
  EXPECT_EQ(decide(file, last_claim(file), 0, budget).verdict, Verdict::kProved);
  budget.mebibytes = -1;
  const LinkDecision memory = decide(file, last_claim(file), 0, budget);
  EXPECT_EQ(memory.verdict, Verdict::kUndecided);
  EXPECT_THAT(memory.why, testing::StartsWith("limit: memory"));
  budget = {};
  budget.seconds = 0;
  const LinkDecision time = decide(file, last_claim(file), 0, budget);
  EXPECT_EQ(time.verdict, Verdict::kUndecided);
  EXPECT_THAT(time.why, testing::StartsWith("limit: "));
}

TEST(Verdicts, TooManyReadingsAreRefused) {
  std::string text = "size N\ntensor x[N]\n";
  std::string sum = "x";
  for (int i = 0; i < 9; ++i) {
    text += convproof::text("reading r", i, " = x | rot180(x)\n");
    sum += convproof::text(" + r", i);
  }
  EXPECT_THROW(decided(text + "claim a: " + sum + " == x\n"), TooManyChoices);
}

// ---------------------------------------------------------------- expectations

const std::string kShort = R"(size N, K
tensor x[N + K]  # A comment that stays.
tensor w[K]

claim a: conv(w, x) == xcorr(w, x)
  item F-CONV-1D
claim b: conv(w, x) == conv(w, x) == xcorr(rot180(w), x)
)";

TEST(Expectations, AreWrittenBehindTheClaimsAndHold) {
  const std::string once = with_expectations(kShort, decided(kShort));
  EXPECT_THAT(once, HasSubstr("  item F-CONV-1D\n  expect refuted holds iff K == 1\nclaim b"));
  EXPECT_THAT(once, HasSubstr("xcorr(rot180(w), x)\n  expect proved\n"));
  EXPECT_THAT(once, HasSubstr("# A comment that stays."));
  const DecidedFile again = decided(once);
  EXPECT_EQ(surprise(claim_of(again, 0), 0), "");
  EXPECT_EQ(surprise(claim_of(again, 1), 1), "");
  EXPECT_EQ(with_expectations(once, again), once);
}

TEST(Expectations, ThatAreNotMetAreSurprises) {
  const std::string text = kShort + "  expect proved\n  expect refuted\n";
  const DecidedFile file = decided(text);
  EXPECT_THAT(surprise(claim_of(file, 0), 0), HasSubstr("expected that it holds, found refuted"));
  EXPECT_EQ(surprise(claim_of(file, 1), 0), "");
  EXPECT_EQ(surprise(claim_of(file, 1), 1), "expected 'expect refuted', found 'expect proved'");
  EXPECT_THAT(with_expectations(text, file), HasSubstr("xcorr(rot180(w), x)\n  expect proved\n"));
}

TEST(Expectations, StandOnLinesOfTheirOwn) {
  const std::string text = "size N\ntensor x[N]\nclaim a: x == x expect proved\n";
  EXPECT_THROW(with_expectations(text, decided(text)), ParseError);
}

// ---------------------------------------------------------------- for which sizes

struct Holds {
  std::string link;
  std::string iff;
};

TEST(Regions, SayExactlyForWhichSizes) {
  const std::string declarations =
      "size N, K, P, D, s\nassume N >= K\ntensor x[N]\ntensor w[K]\ntensor X[D, N]\n";
  const std::vector<Holds> all{
      {"a: conv(w, x) == xcorr(w, x)", "K == 1"},
      {"a [p in 1..P]: X[p] == X[1]", "P == 1"},
      {"a: conv(w, x, mode=same) == conv(w, x, mode=same_lo)", "mod(K, 2) == 1"},
      {"a: conv(x, w) == conv(w, x)", "K == N"},
      {"a: kron(x, 2) == zeroinsert(x, 2)", "never"},
      {"a: N * x == x", "N == 1"},
      {"a: conv(ones(K), ones(N)) == 2 * ones(N - K + 1)", "K == 2"},
  };
  for (const Holds& each : all) {
    const File file = read(declarations + "claim " + each.link + "\n");
    const Region region = region_of(file, last_claim(file), 0, 1);
    ASSERT_TRUE(region.holds) << each.link << ": " << region.why_not;
    EXPECT_EQ(language::print(*region.holds), each.iff) << each.link;
  }
  const File strided = read(declarations + "claim a: xcorr(w, x, stride=s) == x\n");
  EXPECT_THAT(region_of(strided, last_claim(strided), 0, 1).why_not,
              HasSubstr("products of sizes and indices"));
}

/// Every line of the notes that has such a region, against what the evaluator computes.
TEST(Regions, OfTheNotesAreWhatTheEvaluatorFinds) {
  std::size_t compared = 0;
  for (const auto& entry : std::filesystem::directory_iterator(CONVPROOF_CLAIMS)) {
    if (entry.path().extension() != ".claim") continue;
    std::ifstream in(entry.path());
    std::stringstream text;
    text << in.rdbuf();
    const File file = language::parse({entry.path().filename().string(), text.str()});
    for (const language::Statement& statement : file.statements) {
      const auto* claim = std::get_if<Claim>(&statement.node);
      if (claim == nullptr) continue;
      const auto& expects = claim->remarks.expects;
      for (std::size_t link = 0; link < claim->links.size() && !expects.empty(); ++link) {
        const auto& expected = expects.size() == 1 ? expects.front() : expects[link];
        if (!expected.holds_iff) continue;
        const File chosen = language::choose(language::part_for(file, *claim), {});
        evaluate::Search search;
        search.most_total = 40;
        search.most_sizes = 60;
        for (const auto& [sizes, comparison] :
             evaluate::survey(chosen, last_claim(chosen), link, search)) {
          if (comparison.outcome == evaluate::Outcome::kTooLarge) continue;
          const bool equal = comparison.outcome == evaluate::Outcome::kEqual;
          EXPECT_EQ(evaluate::holds(chosen, *expected.holds_iff, sizes), equal)
              << entry.path().filename() << ", " << claim->name << ", link " << link + 1 << ": "
              << language::print(*expected.holds_iff) << "; " << comparison.why;
          ++compared;
        }
      }
    }
  }
  EXPECT_GT(compared, 1'000U);
}

// ---------------------------------------------------------------- repairs

const std::string kLayer = R"(
size N, M, K, L
tensor x[N + K, M + L]
tensor w[K, L]
let y = xcorr(w, x)
seed g like y
)";

std::vector<std::string> repairs(const std::string& claim) {
  const File file = read(kLayer + "claim a: " + claim + "\n");
  std::vector<std::string> result;
  for (const Repair& repair : repairs_of(file, last_claim(file))) {
    EXPECT_EQ(repair.decision.verdict, Verdict::kProved);
    result.push_back(language::print(repair.repaired));
  }
  return result;
}

TEST(Repair, FindsWhatAuthorsForget) {
  using testing::Contains;
  EXPECT_THAT(repairs("grad(y, w, g) == conv(g, x)"), Contains("xcorr(g, x)"));
  EXPECT_THAT(repairs("grad(y, x, g) == conv(w, g)"), Contains("conv(w, g, mode=full)"));
  EXPECT_THAT(repairs("grad(y, x, g) == xcorr(w, g, mode=full)"),
              Contains("conv(w, g, mode=full)"));
  EXPECT_THAT(repairs("grad(y, w, g) == rot180(xcorr(g, x))"), Contains("xcorr(g, x)"));
  EXPECT_THAT(repairs("grad(y, w, g) == xcorr(x, g)"), Contains("xcorr(g, x)"));
  EXPECT_THAT(repairs("transpose(y) == xcorr(w, transpose(x))"),
              Contains("xcorr(transpose(w), transpose(x))"));
  EXPECT_THAT(repairs("blocksum(kron(x, K), K) == K * x"), Contains("K * (K * x)"));
}

TEST(Repair, IsLookedForWhereNoReadingHolds) {
  const std::string claims = "claim a: grad(y, w, g) == star(g, x)\nclaim b: y == star(g, x)\n";
  const DecidedFile file = decide_all(read(kLayer + "reading star = conv | xcorr\n" + claims));
  for (const LinkVerdict& verdict : claim_of(file, 0).links[0].verdicts) {
    EXPECT_THAT(verdict.repairs, IsEmpty());
  }
  // With xcorr one name is wrong.
  EXPECT_FALSE(claim_of(file, 1).links[0].verdicts[1].repairs.empty());
}

/// Every edit of a true line that spoils it is undone, or does not cost less than another repair.
TEST(Repair, UndoesWhatEditsSpoil) {
  const File file = read(kLayer + "claim a: grad(y, w, g) == xcorr(g, x)\n");
  std::size_t spoilt = 0;
  for (const Edited& edited : edits_of(last_claim(file).links[0].expr, file, last_claim(file))) {
    if (edited.cost > 1) continue;
    File wrong = file;
    auto& claim = std::get<Claim>(wrong.statements.back().node);
    claim.links[0].expr = edited.expr;
    Budget budget;
    budget.details = false;
    if (holds(decide(wrong, claim, 0, budget).verdict)) continue;
    ++spoilt;
    RepairOptions options;
    options.seconds = 60;
    options.most_repairs = 1;
    const std::vector<Repair> found = repairs_of(wrong, claim, options);
    ASSERT_FALSE(found.empty()) << edited.what << ": " << language::print(edited.expr);
    EXPECT_LE(found[0].cost, 2) << edited.what;
  }
  EXPECT_GT(spoilt, 10U);
}

}  // namespace
}  // namespace convproof::derivations
