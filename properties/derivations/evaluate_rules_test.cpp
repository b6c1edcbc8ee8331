// What the claim language says of indices, reads outside, sizes and verdicts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "derivations/evaluate/failure.h"
#include "derivations/evaluate/sizes.h"
#include "properties/derivations/evaluated.h"

namespace convproof::derivations::evaluate {
namespace {

using testing::HasSubstr;

const Given kX{{"X", {1, 2, 3, 5}}};

// ---------------------------------------------------------------- indices

TEST(EvaluateIndices, AreThoseOfTheStatement) {
  EXPECT_EQ(value_of("tensor X[4]", "X[1]", {}, kX), number(1));
  EXPECT_EQ(value_of("tensor X[4] from -1", "X[1]", {}, kX), number(3));
  EXPECT_EQ(value_of("tensor X[2, 2] from 0, 3", "X[1, 3]", {}, kX), number(3));
  EXPECT_EQ(value_of("tensor X[4]\nlet Y[i in -1..2] = X[i + 2]", "Y[0]", {}, kX), number(2));
}

TEST(EvaluateIndices, AreKeptByNamesAndSlices) {
  const std::string declared = "tensor X[2, 2] from 0, 3\nlet Y = X\nlet Z[i in 5..6] = X[i - 5]";
  EXPECT_EQ(value_of(declared, "Y[1, 3]", {}, kX), number(3));
  EXPECT_EQ(value_of(declared, "(X[1])[4]", {}, kX), number(5));
  EXPECT_EQ(value_of(declared, "Z[6, 4]", {}, kX), number(5));
  EXPECT_EQ(value_of(declared + "\nseed G like X", "G[0, 3]", {}, {{"G", {7, 8, 9, 9}}}),
            number(7));
}

TEST(EvaluateIndices, OfOtherResultsCountFromOne) {
  const std::string declared = "tensor X[4] from 0";
  EXPECT_EQ(value_of(declared, "(X + 0)[1]", {}, kX), number(1));
  EXPECT_EQ(value_of(declared, "(-X)[4]", {}, kX), number(-5));
  EXPECT_EQ(value_of(declared, "(2 * X)[1]", {}, kX), number(2));
  EXPECT_EQ(value_of(declared, "id(X)[4]", {}, kX), number(5));
  EXPECT_EQ(value_of(declared, "grad(X, X, X)[4]", {}, kX), number(5));
  EXPECT_EQ(value_of("tensor X[2, 2] from 0, 0", "(sum(i in 1..1) X[i])[2]", {}, kX), number(5));
  EXPECT_EQ(value_of("tensor X[2, 2] from 0, 0", "grad(X, X[1], X)[2]", {}, kX), number(5));
}

TEST(EvaluateIndices, ArraysAreComparedByPosition) {
  EXPECT_EQ(compared("tensor X[4] from 7\nclaim c: X == rot180(rot180(X))").outcome,
            Outcome::kEqual);
  EXPECT_EQ(compared("tensor X[4]\ntensor Y[4] from 2\n"
                     "claim c: X + Y - Y == X")
                .outcome,
            Outcome::kEqual);
}

// ---------------------------------------------------------------- reads outside

TEST(EvaluateReads, OutsideAreErrorsUnlessTheStatementSaysZero) {
  EXPECT_THROW((void)value_of("tensor X[4]", "X[0]"), IllFormed);
  EXPECT_THROW((void)value_of("tensor X[4]", "X[5]"), IllFormed);
  EXPECT_EQ(value_of("tensor X[4] zero", "X[0] + X[5] + X[4]", {}, kX), number(5));
  EXPECT_EQ(value_of("tensor X[2, 2] zero", "X[3]", {}, kX), row({0, 0}));
  EXPECT_EQ(value_of("tensor X[2, 2] zero", "(X[1])[3]", {}, kX), number(0));
  EXPECT_EQ(value_of("tensor X[2] \nlet Y[i in 1..2] zero = X[i]", "Y[3]", {}, kX), number(0));
  EXPECT_THROW((void)value_of("tensor X[2] zero\nlet Y[i in 1..2] = X[i]", "Y[3]"), IllFormed);
  EXPECT_THROW((void)value_of("tensor X[2] zero\nlet Y = X", "Y[3]"), IllFormed);
}

TEST(EvaluateReads, OperatorsTakeArraysWithoutTheZerosAround) {
  EXPECT_EQ(value_of("tensor X[4] zero", "rot180(X)", {}, kX), row({5, 3, 2, 1}));
  EXPECT_THROW((void)value_of("tensor X[4] zero", "id(X)[5]"), IllFormed);
  EXPECT_THROW((void)value_of("tensor X[4] zero", "(X + 1)[5]"), IllFormed);
}

TEST(EvaluateReads, SayWhatIsReadWhere) {
  const Comparison found =
      compared("size N\ntensor X[N]\nclaim c [i in 1..N]: X[i + 1] == 0", {{"N", 2}});
  EXPECT_EQ(found.outcome, Outcome::kIllFormed);
  EXPECT_EQ(found.why, "expected subscript 1 of `X[i + 1]` in 1..2, found 3 (at i = 2)");
  EXPECT_EQ(found.indices, (Indices{{"i", 2}}));
}

TEST(EvaluateReads, OfALetCountWhereverTheClaimLooks) {
  EXPECT_EQ(compared("tensor X[4]\nlet Y[i in 1..4] = X[i + 1]\nclaim c: Y[1] == X[2]").outcome,
            Outcome::kIllFormed);
}

// ---------------------------------------------------------------- sizes

TEST(EvaluateSizes, MustBeWholeAndNotNegative) {
  const std::string source = "size K\ntensor X[K / 2]\nclaim c: X == X";
  EXPECT_EQ(compared(source, {{"K", 4}}).outcome, Outcome::kEqual);
  EXPECT_EQ(compared(source, {{"K", 3}}).outcome, Outcome::kIllFormed);
  EXPECT_THAT(compared(source, {{"K", 3}}).why, HasSubstr("found `K / 2` = 3/2"));
  const std::string negative = "size K\ntensor X[K - 2]\nclaim c: X == X";
  EXPECT_EQ(compared(negative, {{"K", 2}}).outcome, Outcome::kEqual);
  EXPECT_EQ(compared(negative, {{"K", 1}}).outcome, Outcome::kIllFormed);
  const std::string let = "size K\nlet Y[i in 1..K - 2] = i\nclaim c: sum(Y) == K - 2";
  EXPECT_EQ(compared(let, {{"K", 3}}).outcome, Outcome::kEqual);
  EXPECT_EQ(compared(let, {{"K", 2}}).outcome, Outcome::kEqual);
  EXPECT_EQ(compared(let, {{"K", 1}}).outcome, Outcome::kIllFormed);
}

TEST(EvaluateSizes, SubscriptsAndLimitsMustBeWhole) {
  EXPECT_THROW((void)value_of("tensor X[4]", "X[3 / 2]"), IllFormed);
  EXPECT_EQ(value_of("tensor X[4]", "X[4 / 2]", {}, kX), number(2));
  EXPECT_THROW((void)value_of("tensor X[4]", "sum(i in 1..3 / 2) X[i]"), IllFormed);
  EXPECT_EQ(value_of("tensor X[4]", "sum(i in 1..4 where i / 2 == 3 / 2) X[i]", {}, kX), number(3));
}

TEST(EvaluateSizes, ADivisorOfZeroIsAnError) {
  const std::string source = "size n >= 0\ntensor X[3]\nclaim c: X / n == X / n";
  EXPECT_EQ(compared(source, {{"n", 1}}).outcome, Outcome::kEqual);
  EXPECT_EQ(compared(source, {{"n", 0}}).outcome, Outcome::kIllFormed);
}

TEST(EvaluateSizes, AnEmptyStackHasTheSizesOfItsElements) {
  const std::string source =
      "size P >= 0\ntensor A[P, 3]\ntensor k[2]\n"
      "let Y[p in 1..P] = conv(k, A[p])\nclaim c: Y == ";
  EXPECT_EQ(compared(source + "ones(P, 2)", {{"P", 0}}).outcome, Outcome::kEqual);
  EXPECT_EQ(compared(source + "ones(P, 3)", {{"P", 0}}).outcome, Outcome::kShapesDiffer);
  EXPECT_EQ(compared(source + "ones(P, 2)", {{"P", 1}}).outcome, Outcome::kDiffer);
}

TEST(EvaluateSizes, AStackIsARectangle) {
  EXPECT_THROW((void)value_of("let Y[i in 1..2] = ones(i)", "sum(Y)"), IllFormed);
  EXPECT_THROW((void)value_of("let Y[i in 1..2, j in 1..i] = 1", "sum(Y)"), IllFormed);
  EXPECT_EQ(value_of("let Y[i in 2..2, j in 1..i] = j", "Y[2]"), row({1, 2}));
}

TEST(EvaluateSizes, AreAdmissibleWithinBoundsAndAssumptions) {
  const language::File file = file_of(
      "const s = 2\nsize K, M >= K, N < 5, Z >= 0\nassume mod(M, s) == 0, K != 3\n"
      "assume M / Z >= 1");
  const auto check = [&](Index k, Index m, Index n, Index z) {
    return admissible(file, {{"K", k}, {"M", m}, {"N", n}, {"Z", z}});
  };
  EXPECT_TRUE(check(1, 2, 4, 1));
  EXPECT_FALSE(check(0, 2, 4, 1));
  EXPECT_FALSE(check(1, 3, 4, 1));
  EXPECT_FALSE(check(4, 2, 4, 1));
  EXPECT_FALSE(check(1, 2, 5, 1));
  EXPECT_FALSE(check(3, 4, 4, 1));
  EXPECT_FALSE(check(1, 2, 4, 3));
  EXPECT_FALSE(check(1, 2, 4, 0));
  EXPECT_THROW((void)admissible(file, {{"K", 1}}), std::invalid_argument);
}

// ---------------------------------------------------------------- outcomes

TEST(EvaluateOutcomes, ShapesComeBeforeContents) {
  EXPECT_EQ(compared("tensor X[4]\nclaim c: X == X").outcome, Outcome::kEqual);
  EXPECT_EQ(compared("tensor X[4]\nclaim c: X == 2 * X").outcome, Outcome::kDiffer);
  EXPECT_EQ(compared("tensor X[4]\nclaim c: X == pad(X, 1)").outcome, Outcome::kShapesDiffer);
  EXPECT_EQ(compared("tensor X[4]\nclaim c: X == X[1]").outcome, Outcome::kShapesDiffer);
  EXPECT_EQ(compared("tensor X[1, 1]\nclaim c: X == X[1]").outcome, Outcome::kShapesDiffer);
  EXPECT_EQ(compared("tensor X[0]\nclaim c: X == 2 * X").outcome, Outcome::kEqual);
  EXPECT_EQ(compared("tensor X[0]\ntensor Y[0, 2]\nclaim c: X == Y").outcome,
            Outcome::kShapesDiffer);
}

TEST(EvaluateOutcomes, SayWhereContentsDiffer) {
  const Comparison found = compared(
      "tensor X[2, 3] from 0, 0\nclaim c [k in 1..2]: X == k * X + pad(ones(0, 1), 1, 1) * (k - "
      "2)");
  EXPECT_EQ(found.outcome, Outcome::kDiffer);
  EXPECT_EQ(found.indices, (Indices{{"k", 2}}));
  EXPECT_EQ(found.element, (PerAxis{1, 1}));
  EXPECT_EQ(found.left, (PerAxis{2, 3}));
}

TEST(EvaluateOutcomes, TheWorstOfAllIndicesCounts) {
  const std::string source = "tensor X[4]\nclaim c [i in 1..5]: ";
  EXPECT_EQ(compared(source + "X == i * X + 0 * X[i]").outcome, Outcome::kIllFormed);
  EXPECT_EQ(compared(source + "X == i * X + 0 * X[min(i, 4)]").outcome, Outcome::kDiffer);
  EXPECT_EQ(compared(source + "pad(X, i) == pad(X, 3)").outcome, Outcome::kShapesDiffer);
  EXPECT_EQ(compared("tensor X[4]\nclaim c [i in 1..0]: X[i] == 1 / 0").outcome, Outcome::kEqual);
}

TEST(EvaluateOutcomes, WhatCannotBeReadCountsMost) {
  const std::string source = "tensor X[4]\ntensor A[2, 2]\nclaim c: ";
  EXPECT_EQ(compared(source + "X == X * X").outcome, Outcome::kCannotBeRead);
  EXPECT_EQ(compared(source + "X[0] == X * X").outcome, Outcome::kCannotBeRead);
  EXPECT_EQ(compared(source + "X * X == X[0]").outcome, Outcome::kCannotBeRead);
  EXPECT_EQ(compared(source + "X == X[0] * X + X * X").outcome, Outcome::kCannotBeRead);
  EXPECT_EQ(compared(source + "X == A + X").outcome, Outcome::kCannotBeRead);
  EXPECT_EQ(compared(source + "X == grad(X, X, A)").outcome, Outcome::kCannotBeRead);
  EXPECT_EQ(compared(source + "X == grad(X, X, pad(X, 1))").outcome, Outcome::kIllFormed);
}

TEST(EvaluateOutcomes, TooMuchWorkIsNoVerdict) {
  const language::File file = file_of("tensor X[100]\nclaim c: conv(X, X, mode=full) == X");
  EXPECT_EQ(compare(file, claim_of(file, "c"), 0, {}, {.work = 5'000}).outcome, Outcome::kTooLarge);
  EXPECT_EQ(compare(file, claim_of(file, "c"), 0, {}, {.work = 50'000}).outcome,
            Outcome::kShapesDiffer);
}

TEST(EvaluateOutcomes, HugeNumbersAreNoCrash) {
  const std::string huge = "1000000000000000000";
  EXPECT_EQ(compared("tensor X[" + huge + "]\nclaim c: X == X").outcome, Outcome::kTooLarge);
  EXPECT_EQ(compared("claim c: ones(" + huge + ", " + huge + ") == 1").outcome, Outcome::kTooLarge);
  EXPECT_EQ(compared("claim c: sum(ones(" + huge + ", " + huge + ", 0)) == 0").outcome,
            Outcome::kEqual);
  EXPECT_EQ(compared("claim c: sum(i in 1.." + huge + ", j in 1..0) 1 == 1").outcome,
            Outcome::kTooLarge);
  EXPECT_EQ(compared("tensor X[1]\nclaim c: X[-" + huge + " * 9] == 1").outcome,
            Outcome::kTooLarge);
  EXPECT_EQ(compared("tensor X[1]\nclaim c: conv(X, X, dilation=" + huge + ") == X .* X").outcome,
            Outcome::kEqual);
  EXPECT_EQ(
      compared("claim c: " + huge + " * " + huge + " * 0.5 == " + huge + "/ 2 * " + huge).outcome,
      Outcome::kEqual);
}

TEST(EvaluateOutcomes, ALongChainOfLetsIsNoCrash) {
  std::string source = "tensor X[1]\nlet Y0 = X\n";
  for (int i = 1; i <= 20'000; ++i) source += text("let Y", i, " = Y", i - 1, "\n");
  EXPECT_EQ(compared(source + "claim c: Y200 == X").outcome, Outcome::kEqual);
  EXPECT_EQ(compared(source + "claim c: Y20000 == X").outcome, Outcome::kTooLarge);
}

TEST(EvaluateOutcomes, AConstantWithoutAValueCountsWhereItIsUsed) {
  const std::string source = "const a = 1 / 0\nconst b = 2 * a\ntensor X[2]\n";
  EXPECT_EQ(compared(source + "claim c: X == X").outcome, Outcome::kEqual);
  EXPECT_EQ(compared(source + "claim c: X == b * X").outcome, Outcome::kIllFormed);
  EXPECT_EQ(compared(source + "arith c: 2 == b").outcome, Outcome::kIllFormed);
  EXPECT_EQ(compared(source + "numeric c: X == b * X").outcome, Outcome::kIllFormed);
}

TEST(EvaluateOutcomes, TheTruthIsTheFirstMemberUnlessAGradientIsMarked) {
  const std::string chain = "tensor X[2]\nclaim c: X == 2 * X == grad(X .* X, X, ones(2))";
  const auto members = [](const std::string& source, std::size_t link) {
    const language::File file = file_of(source);
    const Members found = members_of(claim_of(file, "c"), link);
    return std::pair(found.left, found.right);
  };
  EXPECT_EQ(members(chain, 0), (std::pair<std::size_t, std::size_t>(0, 1)));
  EXPECT_EQ(members(chain, 1), (std::pair<std::size_t, std::size_t>(0, 2)));
  const std::string each = chain + " expect proved expect refuted from grad";
  EXPECT_EQ(members(each, 0), (std::pair<std::size_t, std::size_t>(1, 2)));
  EXPECT_EQ(members(each, 1), (std::pair<std::size_t, std::size_t>(0, 2)));
  const std::string whole = chain + " expect refuted from grad";
  EXPECT_EQ(members(whole, 0), (std::pair<std::size_t, std::size_t>(1, 2)));
  const std::string arith = "arith c: 1 == 1 == 2";
  EXPECT_EQ(members(arith, 1), (std::pair<std::size_t, std::size_t>(1, 2)));
  EXPECT_THROW((void)members(arith, 2), std::out_of_range);
}

}  // namespace
}  // namespace convproof::derivations::evaluate
