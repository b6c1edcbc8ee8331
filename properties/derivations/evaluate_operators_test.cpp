// Every operator of the claim language against arrays that were worked out by hand.
#include <gtest/gtest.h>

#include <string>

#include "derivations/evaluate/failure.h"
#include "properties/derivations/evaluated.h"

namespace convproof::derivations::evaluate {
namespace {

const std::string kDeclared =
    "tensor x[5]\n"
    "tensor k[3]\n"
    "tensor e[2]\n"
    "tensor A[2, 3]\n"
    "tensor K[2, 2]\n"
    "tensor none[0]\n"
    "scalar b";

const Given kGiven{{"x", {1, 2, 3, 5, 7}},    {"k", {1, 10, 100}}, {"e", {1, 10}},
                   {"A", {1, 2, 3, 4, 5, 6}}, {"K", {1, 2, 3, 4}}, {"b", {11}}};

Numbers of(const std::string& expr) {
  return value_of(kDeclared, expr, {}, kGiven);
}

// ---------------------------------------------------------------- windows

TEST(EvaluateWindows, XcorrKeepsTheKernelAndConvReversesIt) {
  EXPECT_EQ(of("xcorr(k, x)"), row({321, 532, 753}));
  EXPECT_EQ(of("conv(k, x)"), row({123, 235, 357}));
}

TEST(EvaluateWindows, ModesPutZerosAround) {
  EXPECT_EQ(of("xcorr(k, x, mode=valid)"), row({321, 532, 753}));
  EXPECT_EQ(of("xcorr(k, x, mode=full)"), row({100, 210, 321, 532, 753, 75, 7}));
  EXPECT_EQ(of("conv(k, x, mode=full)"), row({1, 12, 123, 235, 357, 570, 700}));
  EXPECT_EQ(of("xcorr(k, x, mode=same)"), row({210, 321, 532, 753, 75}));
  EXPECT_EQ(of("xcorr(e, x, mode=same_lo)"), row({21, 32, 53, 75, 7}));
  EXPECT_EQ(of("xcorr(e, x, mode=same_hi)"), row({10, 21, 32, 53, 75}));
}

TEST(EvaluateWindows, StrideDilationAndPad) {
  EXPECT_EQ(of("xcorr(k, x, stride=2)"), row({321, 753}));
  EXPECT_EQ(of("xcorr(e, x, stride=3)"), row({21, 75}));
  EXPECT_EQ(of("xcorr(k, x, dilation=2)"), row({731}));
  EXPECT_EQ(of("conv(k, x, dilation=2)"), row({137}));
  EXPECT_EQ(of("xcorr(k, x, pad=1)"), row({210, 321, 532, 753, 75}));
  EXPECT_EQ(of("xcorr(e, x, mode=full, pad=1)"), row({0, 10, 21, 32, 53, 75, 7, 0}));
  EXPECT_EQ(of("xcorr(e, x, mode=full, dilation=2, stride=3)"), row({10, 52, 7}));
}

TEST(EvaluateWindows, EveryAxisHasItsOwn) {
  EXPECT_EQ(of("xcorr(K, A)"), (Numbers{{1, 2}, {37, 47}}));
  EXPECT_EQ(of("conv(K, A)"), (Numbers{{1, 2}, {23, 33}}));
  EXPECT_EQ(of("xcorr(K, A, stride=[1, 2])"), (Numbers{{1, 1}, {37}}));
  EXPECT_EQ(of("xcorr(K, A, dilation=[1, 2])"), (Numbers{{1, 1}, {1 + 6 + 12 + 24}}));
  EXPECT_EQ(of("xcorr(K, A, pad=[1, 0])"), (Numbers{{3, 2}, {11, 18, 37, 47, 14, 17}}));
}

TEST(EvaluateWindows, MustFit) {
  EXPECT_THROW((void)of("conv(x, k)"), IllFormed);
  EXPECT_NO_THROW((void)of("conv(x, k, pad=1)"));
  EXPECT_THROW((void)of("conv(none, x)"), IllFormed);
  EXPECT_THROW((void)of("conv(k, none)"), IllFormed);
  EXPECT_EQ(of("conv(e, none, mode=full)"), row({0}));
  EXPECT_THROW((void)of("conv(k, x, stride=0)"), IllFormed);
  EXPECT_THROW((void)of("conv(k, x, dilation=0)"), IllFormed);
  EXPECT_THROW((void)of("conv(k, x, pad=0 - 1)"), IllFormed);
  EXPECT_THROW((void)of("conv(e, x, mode=same)"), IllFormed);
  EXPECT_NO_THROW((void)of("conv(e, x, mode=same, dilation=2)"));
  EXPECT_THROW((void)of("conv(k, A)"), CannotBeRead);
  EXPECT_THROW((void)of("conv(K, A, stride=[1, 2, 3])"), CannotBeRead);
}

// ---------------------------------------------------------------- rearrangements

TEST(EvaluateRearrangements, ReverseAxes) {
  EXPECT_EQ(of("rot180(k)"), row({100, 10, 1}));
  EXPECT_EQ(of("rot180(A)"), (Numbers{{2, 3}, {6, 5, 4, 3, 2, 1}}));
  EXPECT_EQ(of("flip(A, 1)"), (Numbers{{2, 3}, {4, 5, 6, 1, 2, 3}}));
  EXPECT_EQ(of("flip(A, 2)"), (Numbers{{2, 3}, {3, 2, 1, 6, 5, 4}}));
  EXPECT_THROW((void)of("flip(A, 3)"), IllFormed);
  EXPECT_THROW((void)of("flip(A, 0)"), IllFormed);
}

TEST(EvaluateRearrangements, TransposeReversesTheOrderOfAxes) {
  EXPECT_EQ(of("transpose(A)"), (Numbers{{3, 2}, {1, 4, 2, 5, 3, 6}}));
  EXPECT_EQ(of("transpose(x)"), of("x"));
  EXPECT_EQ(of("id(A)"), of("A"));
}

TEST(EvaluateRearrangements, PadAndCrop) {
  EXPECT_EQ(of("pad(e, 2)"), row({0, 0, 1, 10, 0, 0}));
  EXPECT_EQ(of("padlr(e, 1, 2)"), row({0, 1, 10, 0, 0}));
  EXPECT_EQ(of("pad(K, 0, 1)"), (Numbers{{2, 4}, {0, 1, 2, 0, 0, 3, 4, 0}}));
  EXPECT_EQ(of("padlr(K, 1, 0, 0, 1)"), (Numbers{{3, 3}, {0, 0, 0, 1, 2, 0, 3, 4, 0}}));
  EXPECT_EQ(of("crop(x, 1)"), row({2, 3, 5}));
  EXPECT_EQ(of("crop(x, 2)"), row({3}));
  EXPECT_EQ(of("crop(A, 1, 1)"), (Numbers{{0, 1}, {}}));
  EXPECT_THROW((void)of("crop(x, 3)"), IllFormed);
  EXPECT_THROW((void)of("crop(x, 0 - 1)"), IllFormed);
  EXPECT_THROW((void)of("pad(x, 0 - 1)"), IllFormed);
  EXPECT_THROW((void)of("padlr(x, 1, 0 - 1)"), IllFormed);
}

TEST(EvaluateRearrangements, Resampling) {
  EXPECT_EQ(of("zeroinsert(k, 3)"), row({1, 0, 0, 10, 0, 0, 100}));
  EXPECT_EQ(of("zeroinsert(K, 1, 2)"), (Numbers{{2, 3}, {1, 0, 2, 3, 0, 4}}));
  EXPECT_EQ(of("kron(e, 3)"), row({1, 1, 1, 10, 10, 10}));
  EXPECT_EQ(of("kron(K, 2, 1)"), (Numbers{{4, 2}, {1, 2, 1, 2, 3, 4, 3, 4}}));
  EXPECT_EQ(of("subsample(x, 2)"), row({1, 3, 7}));
  EXPECT_EQ(of("subsample(x, 3)"), row({1, 5}));
  EXPECT_EQ(of("subsample(x, 9)"), row({1}));
  EXPECT_EQ(of("subsample(none, 2)"), row({}));
  EXPECT_EQ(of("blocksum(pad(e, 1), 2)"), row({1, 10}));
  EXPECT_EQ(of("blocksum(A, 2, 3)"), (Numbers{{1, 1}, {21}}));
  EXPECT_EQ(of("blocksum(A, 1, 3)"), (Numbers{{2, 1}, {6, 15}}));
  EXPECT_THROW((void)of("blocksum(x, 2)"), IllFormed);
  EXPECT_THROW((void)of("blocksum(x, 0)"), IllFormed);
  EXPECT_THROW((void)of("zeroinsert(none, 2)"), IllFormed);
  EXPECT_THROW((void)of("zeroinsert(x, 0)"), IllFormed);
  EXPECT_THROW((void)of("kron(x, 0)"), IllFormed);
  EXPECT_THROW((void)of("subsample(x, 0)"), IllFormed);
}

TEST(EvaluateRearrangements, OnesAndSums) {
  EXPECT_EQ(of("ones(2, 1)"), (Numbers{{2, 1}, {1, 1}}));
  EXPECT_EQ(of("ones(0)"), row({}));
  EXPECT_EQ(of("ones(shape(A))"), (Numbers{{2, 3}, {1, 1, 1, 1, 1, 1}}));
  EXPECT_EQ(of("sum(A)"), number(21));
  EXPECT_EQ(of("sum(none)"), number(0));
  EXPECT_EQ(of("sum(b)"), number(11));
  EXPECT_THROW((void)of("ones(0 - 1)"), IllFormed);
}

// ---------------------------------------------------------------- arithmetic

TEST(EvaluateArithmetic, IsElementByElement) {
  EXPECT_EQ(of("k + k .* k - 2"), row({0, 108, 10098}));
  EXPECT_EQ(of("-e / 4"), row({Rational(-1, 4), Rational(-5, 2)}));
  EXPECT_EQ(of("b * e"), row({11, 110}));
  EXPECT_EQ(of("e * b"), row({11, 110}));
  EXPECT_EQ(of("1 - e"), row({0, -9}));
  EXPECT_EQ(of("0.5 * e"), row({Rational(1, 2), 5}));
  EXPECT_EQ(of("2 - 3 - 4"), number(-5));
  EXPECT_EQ(of("8 / 2 / 2 * 3"), number(6));
  EXPECT_THROW((void)of("k * k"), CannotBeRead);
  EXPECT_THROW((void)of("k + A"), CannotBeRead);
  EXPECT_THROW((void)of("k / k"), CannotBeRead);
  EXPECT_THROW((void)of("k + e"), IllFormed);
  EXPECT_THROW((void)of("k .* none"), IllFormed);
}

TEST(EvaluateArithmetic, WholeNumbers) {
  EXPECT_EQ(of("floor(7 / 2) + 10 * floor(-7 / 2)"), number(3 - 40));
  EXPECT_EQ(of("ceil(7 / 2) + 10 * ceil(-7 / 2)"), number(4 - 30));
  EXPECT_EQ(of("mod(7, 3) + 10 * mod(-7, 3) + 100 * mod(6, 3)"), number(1 + 20));
  EXPECT_EQ(of("min(2, -3) + 10 * max(2, -3)"), number(-3 + 20));
  EXPECT_THROW((void)of("mod(7, 0)"), IllFormed);
  EXPECT_THROW((void)of("floor(7 / 0)"), IllFormed);
}

// ---------------------------------------------------------------- sums

TEST(EvaluateSums, AddTheTermsThatSatisfyAllConditions) {
  EXPECT_EQ(of("sum(i in 1..5) x[i]"), number(18));
  EXPECT_EQ(of("sum(i in 1..5 where i != 2, mod(i, 2) == 0) x[i]"), number(5));
  EXPECT_EQ(of("sum(i in 1..2, j in i..3) A[i, j]"), number(1 + 2 + 3 + 5 + 6));
  EXPECT_EQ(of("sum(i in 1..2) A[i]"), row({5, 7, 9}));
  EXPECT_EQ(of("2 * sum(i in 1..2) i * e[i]"), number(42));
}

TEST(EvaluateSums, ReadOnlyTheseTerms) {
  EXPECT_EQ(of("sum(i in 0..9 where i >= 1, i <= 2) e[i]"), number(11));
  EXPECT_THROW((void)of("sum(i in 0..2) e[i]"), IllFormed);
}

TEST(EvaluateSums, OfNothingAreZerosOfTheSizesOfATerm) {
  EXPECT_EQ(of("sum(i in 3..2) x[i]"), number(0));
  EXPECT_EQ(of("sum(i in 9..2) x[i]"), number(0));
  EXPECT_EQ(of("sum(i in 3..2) A[i]"), row({0, 0, 0}));
  EXPECT_EQ(of("sum(i in 1..2 where i > 5) conv(e, A[i])"), row({0, 0}));
}

TEST(EvaluateSums, OfDifferentSizesAreErrors) {
  EXPECT_THROW((void)of("sum(i in 0..1) pad(e, i)"), IllFormed);
}

}  // namespace
}  // namespace convproof::derivations::evaluate
