// The scalars and shapes that everything else stands on, each against something independent.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <bit>
#include <cfloat>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

#include "core/conv2d.h"
#include "core/scalar/exact.h"
#include "core/tensor.h"

namespace convproof {
namespace {

/// Any finite double by its bits, so that every exponent is as likely as any other.
double any_finite_double() {
  const auto bits = *rc::gen::arbitrary<std::uint64_t>();
  const auto value = std::bit_cast<double>(bits);
  return std::isfinite(value) ? value : std::bit_cast<double>(bits & ~(std::uint64_t{1} << 62U));
}

float any_finite_float() {
  const auto bits = *rc::gen::arbitrary<std::uint32_t>();
  const auto value = std::bit_cast<float>(bits);
  return std::isfinite(value) ? value : std::bit_cast<float>(bits & ~(1U << 30U));
}

/// The same sum of products in GMP's rationals, which share no code with Exact.
struct BothSums {
  Exact exact;
  Rational rational = 0;
  void add(double a, double b) {
    exact.add_product(a, b);
    rational += Rational(a) * Rational(b);
  }
};

RC_GTEST_PROP(Exact, SumsOfProductsOfDoublesEqualRationals, ()) {
  BothSums sums;
  const int count = *rc::gen::inRange(0, 12);
  for (int i = 0; i < count; ++i) sums.add(any_finite_double(), any_finite_double());
  RC_ASSERT(sums.exact.to_rational() == sums.rational);
  RC_ASSERT(sums.exact.sign() == sums.rational.sign());
}

RC_GTEST_PROP(Exact, SumsOfProductsOfFloatsEqualRationals, ()) {
  Exact exact;
  Rational rational = 0;
  const int count = *rc::gen::inRange(0, 12);
  for (int i = 0; i < count; ++i) {
    const float a = any_finite_float();
    const float b = any_finite_float();
    exact.add_product(a, b);
    rational += Rational(a) * Rational(b);
  }
  RC_ASSERT(exact.to_rational() == rational);
}

RC_GTEST_PROP(Exact, ArithmeticEqualsRationals, ()) {
  BothSums a;
  BothSums b;
  for (int i = 0; i < 3; ++i) a.add(any_finite_double(), any_finite_double());
  for (int i = 0; i < 3; ++i) b.add(any_finite_double(), any_finite_double());
  RC_ASSERT((a.exact + b.exact).to_rational() == a.rational + b.rational);
  RC_ASSERT((a.exact - b.exact).to_rational() == a.rational - b.rational);
  RC_ASSERT((a.exact * b.exact).to_rational() == a.rational * b.rational);
  RC_ASSERT((-a.exact).to_rational() == -a.rational);
  RC_ASSERT(a.exact.abs().to_rational() == abs(a.rational));
  RC_ASSERT((a.exact < b.exact) == (a.rational < b.rational));
  RC_ASSERT(a.exact.scaled(-40).to_rational() * Rational(0x1p40) == a.rational);
}

RC_GTEST_PROP(Exact, RoundsADoubleToItself, ()) {
  const double value = any_finite_double();
  RC_ASSERT(static_cast<double>(Exact(value)) == value);
}

RC_GTEST_PROP(Exact, RoundsToFloatAsTheHardwareDoes, ()) {
  const double value = any_finite_float() * (1 + *rc::gen::inRange(-1000, 1000) * 0x1p-30);
  RC_ASSERT(static_cast<float>(Exact(value)) == static_cast<float>(value));
}

RC_GTEST_PROP(Exact, AProductRoundsAsTheHardwareRoundsIt, ()) {
  const double a = any_finite_double();
  const double b = any_finite_double();
  Exact product;
  product.add_product(a, b);
  RC_ASSERT(static_cast<double>(product) == a * b);
}

TEST(Exact, HoldsTheSmallestAndTheLargestProductTogether) {
  Exact sum;
  sum.add_product(DBL_MAX, DBL_MAX);
  sum.add_product(DBL_TRUE_MIN, DBL_TRUE_MIN);
  sum.add_product(-DBL_MAX, DBL_MAX);
  EXPECT_EQ(sum, Exact(1).scaled(-2148));
  EXPECT_EQ(static_cast<double>(sum), 0.0);
  EXPECT_EQ(sum.rounded_up(), DBL_TRUE_MIN);
}

TEST(Exact, HoldsFloatDenormalsBesideFloatMaxima) {
  Exact sum;
  for (int i = 0; i < 1000; ++i) sum.add_product(FLT_MAX, FLT_MAX);
  sum.add_product(FLT_TRUE_MIN, FLT_TRUE_MIN);
  for (int i = 0; i < 1000; ++i) sum.add_product(-FLT_MAX, FLT_MAX);
  EXPECT_EQ(sum, Exact(1).scaled(-298));
}

TEST(Exact, RefusesWhatIsNotANumber) {
  Exact sum;
  EXPECT_THROW(sum.add_product(HUGE_VAL, 1.0), std::domain_error);
  EXPECT_THROW(sum.add_product(1.0F, std::nanf("")), std::domain_error);
  EXPECT_THROW(Exact(-HUGE_VAL), std::domain_error);
}

TEST(Exact, RoundsTiesToEvenAndOverflowsToInfinity) {
  EXPECT_EQ((Exact(1.0) + Exact(0x1p-24)).rounded(kF32), 1.0);
  EXPECT_EQ((Exact(1.0) + Exact(0x3p-24)).rounded(kF32), 1.0 + 0x1p-22);
  EXPECT_EQ((Exact(1.0) + Exact(0x1p-24) + Exact(0x1p-1000)).rounded(kF32), 1.0 + 0x1p-23);
  EXPECT_EQ((Exact(0x1.fffffep127) + Exact(0x1p103)).rounded(kF32), HUGE_VAL);
  EXPECT_EQ((Exact(0x1.fffffep127) + Exact(0x1p102)).rounded(kF32), 0x1.fffffep127);
  EXPECT_EQ(Exact(0x1p-150).rounded(kF32), 0.0);
  EXPECT_EQ(Exact(0x1.8p-150).rounded(kF32), 0x1p-149);
  EXPECT_EQ(Exact(65519.0).rounded(kF16), 65504.0);
  EXPECT_EQ(Exact(65520.0).rounded(kF16), HUGE_VAL);
}

TEST(Half, EveryPatternSurvivesDecodingAndEncoding) {
  for (unsigned bits = 0; bits < 0x10000; ++bits) {
    Half half;
    half.bits = static_cast<std::uint16_t>(bits);
    const auto value = static_cast<double>(half);
    if (std::isnan(value)) {
      EXPECT_TRUE(std::isnan(static_cast<double>(Half(value))));
    } else {
      ASSERT_EQ(Half(value).bits, bits);
    }
  }
}

TEST(BFloat16, IsTheUpperHalfOfAFloat) {
  for (unsigned bits = 0; bits < 0x10000; ++bits) {
    BFloat16 b;
    b.bits = static_cast<std::uint16_t>(bits);
    const auto upper = std::bit_cast<float>(bits << 16U);
    if (std::isnan(upper)) {
      EXPECT_TRUE(std::isnan(static_cast<double>(b)));
    } else {
      ASSERT_EQ(static_cast<double>(b), static_cast<double>(upper));
      ASSERT_EQ(BFloat16(static_cast<double>(upper)).bits, bits);
    }
  }
}

RC_GTEST_PROP(FloatFormat, RoundingToFloatIsTheHardwareConversion, ()) {
  const double value = any_finite_double();
  RC_ASSERT(round_to_format(value, kF32) == static_cast<double>(static_cast<float>(value)));
}

RC_GTEST_PROP(FloatFormat, TheDoubleRoundingAndTheExactOneAgree, ()) {
  const double value = any_finite_float() * (1 + *rc::gen::inRange(-1000, 1000) * 0x1p-40);
  for (const FloatFormat& format : {kF16, kBF16, kTF32, kF32}) {
    RC_ASSERT(round_to_format(value, format) == Exact(value).rounded(format));
    RC_ASSERT(std::fabs(truncate_to_format(value, format)) <= std::fabs(value));
  }
}

TEST(Shape, CountsAreCheckedAgainstOverflow) {
  EXPECT_EQ((Shape{2, 3, 4}).element_count(), 24);
  EXPECT_EQ((Shape{0, Index{1} << 62, 8}).element_count(), 0);
  EXPECT_THROW((void)(Shape{Index{1} << 32, Index{1} << 32}).element_count(), ShapeError);
  EXPECT_THROW((Shape{1, -1}), ShapeError);
}

TEST(Tensor, IndexesInCOrder) {
  Tensor<int> t(Shape{2, 3, 4});
  for (Index i = 0; i < t.size(); ++i) t[i] = static_cast<int>(i);
  EXPECT_EQ(t(1, 2, 3), 23);
  EXPECT_EQ(t(0, 1, 0), 4);
  EXPECT_THROW((Tensor<int>(Shape{2}, {1, 2, 3})), ShapeError);
}

}  // namespace
}  // namespace convproof
