// identity, relu, sigmoid, tanh and scaled_tanh: examples, errors, laws.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "properties/arbitrary.h"
#include "properties/covers.h"
#include "properties/error_of.h"
#include "properties/gradients.h"
#include "reference/identity.h"
#include "reference/relu.h"
#include "reference/scaled_tanh.h"
#include "reference/sigmoid.h"
#include "reference/tanh.h"

namespace convproof {
namespace {

using Values = Tensor<Rational>;
using Reals = Tensor<Real>;

const Values kTwo(Shape{2}, {1, -2});
const Values kThree(Shape{3}, {1, -2, 3});

/// Inputs for a smooth function; laws hold a RealPrecision before they draw them.
Reals any_reals(const char* name, const Shape& shape) {
  return tensor_cast<Real>(any_tensor(name, shape));
}

Shape any_shape() {
  return {any_index("rows", 1, 2), any_index("columns", 1, 3)};
}

template <typename T>
Tensor<T> negated(Tensor<T> x) {
  for (Index i = 0; i < x.size(); ++i) x[i] = -x[i];
  return x;
}

/// The gradient of <dy, f(x)> is what the page says, both from the input and from the output.
template <typename F, typename FromX, typename FromY>
void require_gradients(const F& f, const FromX& from_x, const FromY& from_y) {
  const Shape shape = any_shape();
  const Reals x = any_reals("x", shape);
  const Reals dy = any_reals("dy", shape);
  const Reals differences = smooth_gradient(f, x, dy);
  require(agree(from_x(dy, x), differences), "dx from x is not the difference");
  require(agree(from_y(dy, f(x)), differences), "dx from y is not the difference");
}

// ---- identity -------------------------------------------------------------------------------

TEST(IdentityExamples, WhatComesInGoesOut) {
  EXPECT_EQ(reference::identity(kTwo), kTwo);
  EXPECT_EQ(reference::identity_dx(negated(kTwo), kTwo), negated(kTwo));
  EXPECT_EQ(reference::identity_dx_from_y(negated(kTwo), kTwo), negated(kTwo));
}

TEST(IdentityErrors, AnErrorOfAnotherShapeIsRefused) {
  EXPECT_EQ(error_of([] { (void)reference::identity_dx(kThree, kTwo); }),
            "identity: dy: expected [2] (the shape of x), got [3]");
  EXPECT_EQ(error_of([] { (void)reference::identity_dx_from_y(kThree, kTwo); }),
            "identity: dy: expected [2] (the shape of y), got [3]");
}

TEST(IdentityLaws, TheGradientIsAFiniteDifference) {
  for_all("dx is the difference", [] {
    const Shape shape = any_shape();
    const Values x = any_tensor("x", shape);
    const Values dy = any_tensor("dy", shape);
    require_equal(
        reference::identity_dx(dy, x),
        polynomial_gradient([](const Values& v) { return reference::identity(v); }, x, dy));
    require_equal(reference::identity_dx_from_y(dy, reference::identity(x)),
                  reference::identity_dx(dy, x));
  });
}

// ---- relu -----------------------------------------------------------------------------------

TEST(ReluExamples, NegativeNumbersBecomeZero) {
  covers({"T-ALEX-TECHNIQUES"});
  const Values x(Shape{4}, {-2, 0, Rational(1, 2), 3});
  EXPECT_EQ(reference::relu(x), Values(Shape{4}, {0, 0, Rational(1, 2), 3}));
  const Values dy(Shape{4}, {5, 6, 7, 8});
  EXPECT_EQ(reference::relu_dx(dy, x), Values(Shape{4}, {0, 0, 7, 8}));
}

TEST(ReluExamples, NaNPropagatesAndMinusZeroDoesNot) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  const Tensor<double> x(Shape{3}, {nan, -0.0, infinity});
  const Tensor<double> y = reference::relu(x);
  EXPECT_TRUE(std::isnan(y[0]));
  EXPECT_FALSE(std::signbit(y[1]));
  EXPECT_EQ(y[2], infinity);
  const Tensor<double> dx = reference::relu_dx(Tensor<double>(Shape{3}, {1, nan, 2}), x);
  EXPECT_TRUE(std::isnan(dx[0]));
  EXPECT_EQ(dx[1], 0.0);
  EXPECT_EQ(dx[2], 2.0);
}

TEST(ReluErrors, AnErrorOfAnotherShapeIsRefused) {
  EXPECT_EQ(error_of([] { (void)reference::relu_dx(kThree, kTwo); }),
            "relu: dy: expected [2] (the shape of x), got [3]");
  EXPECT_EQ(error_of([] { (void)reference::relu_dx_from_y(kThree, kTwo); }),
            "relu: dy: expected [2] (the shape of y), got [3]");
}

TEST(ReluLaws, TheGradientIsAFiniteDifferenceAwayFromTheKink) {
  for_all("dx is the difference", [] {
    const Shape shape = any_shape();
    const Values x = any_tensor("x", shape);  // Nothing in it is nearer to 0 than 1/3.
    const Values dy = any_tensor("dy", shape);
    require_equal(reference::relu_dx(dy, x),
                  difference_gradient([](const Values& v) { return reference::relu(v); }, x, dy,
                                      Rational(1, 4)));
  });
}

TEST(ReluLaws, TheOutputSaysWhereTheInputIsPositive) {
  for_all("the derivative from the output is that from the input, at 0 too", [] {
    const Shape shape = any_shape();
    Values x = any_tensor("x", shape);
    x[0] = 0;
    const Values dy = any_tensor("dy", shape);
    require_equal(reference::relu_dx_from_y(dy, reference::relu(x)), reference::relu_dx(dy, x));
  });
  const Tensor<double> nan(Shape{1}, {std::numeric_limits<double>::quiet_NaN()});
  const Tensor<double> one(Shape{1}, {1.0});
  EXPECT_TRUE(std::isnan(reference::relu_dx_from_y(one, reference::relu(nan))[0]));
}

TEST(ReluLaws, ItIsHalfOfTheNumberAndItsModulus) {
  for_all("relu(x) = (x + |x|)/2, and relu(x) - relu(-x) = x", [] {
    const Values x = any_tensor("x", any_shape());
    const Values y = reference::relu(x);
    const Values other = reference::relu(negated(x));
    for (Index i = 0; i < x.size(); ++i) {
      require_equal(y[i], Rational((x[i] + abs(x[i])) / 2));
      require_equal(Rational(y[i] - other[i]), x[i]);
    }
  });
}

// ---- sigmoid --------------------------------------------------------------------------------

TEST(SigmoidExamples, WorkedByHand) {
  const RealPrecision precision;
  // exp(log 3) = 3.
  const Reals x(Shape{3}, {Real(0), Real(log(Real(3))), Real(-log(Real(3)))});
  const Reals y(Shape{3}, {Real(1) / 2, Real(3) / 4, Real(1) / 4});
  EXPECT_TRUE(agree(reference::sigmoid(x), y));
  const Reals dy(Shape{3}, {Real(4), Real(16), Real(-16)});
  EXPECT_TRUE(agree(reference::sigmoid_dx(dy, x), Reals(Shape{3}, {Real(1), Real(3), Real(-3)})));
  // From an output that is rational the derivative is exact.
  EXPECT_EQ(reference::sigmoid_dx_from_y(kTwo, Values(Shape{2}, {Rational(3, 4), Rational(1, 3)})),
            Values(Shape{2}, {Rational(3, 16), Rational(-4, 9)}));
}

TEST(SigmoidExamples, LargeFloatsDoNotOverflow) {
  const Tensor<float> x(Shape{4}, {-1e30F, -100.0F, 100.0F, 1e30F});
  const Tensor<float> y = reference::sigmoid(x);
  EXPECT_EQ(y[0], 0.0F);
  // exp(100) is infinite in float, but exp(-100) is not 0.
  EXPECT_EQ(y[1], std::exp(-100.0F));
  EXPECT_EQ(y[2], 1.0F);
  EXPECT_EQ(y[3], 1.0F);
  const Tensor<float> ones(Shape{4}, {1, 1, 1, 1});
  const Tensor<float> dx = reference::sigmoid_dx(ones, x);
  EXPECT_EQ(dx[0], 0.0F);
  EXPECT_EQ(dx[1], std::exp(-100.0F));
  EXPECT_EQ(dx[2], std::exp(-100.0F));
  EXPECT_EQ(dx[3], 0.0F);
}

TEST(SigmoidErrors, AnErrorOfAnotherShapeIsRefused) {
  const Tensor<double> two(Shape{2});
  const Tensor<double> three(Shape{3});
  EXPECT_EQ(error_of([&] { (void)reference::sigmoid_dx(three, two); }),
            "sigmoid: dy: expected [2] (the shape of x), got [3]");
  EXPECT_EQ(error_of([&] { (void)reference::sigmoid_dx_from_y(three, two); }),
            "sigmoid: dy: expected [2] (the shape of y), got [3]");
}

TEST(SigmoidLaws, TheDerivativeIsOutputTimesItsComplement) {
  covers({"P-SIGMOID-DERIV-R"});
  const RealPrecision precision;
  for_all("dx is the difference, f(1-f)", [] {
    require_gradients(
        [](const Reals& x) { return reference::sigmoid(x); },
        [](const Reals& dy, const Reals& x) { return reference::sigmoid_dx(dy, x); },
        [](const Reals& dy, const Reals& y) { return reference::sigmoid_dx_from_y(dy, y); });
  });
}

TEST(SigmoidLaws, SigmoidAndTanhAreTheSameCurveInOtherUnits) {
  covers({"F-SIGMOID-TANH"});
  const RealPrecision precision;
  for_all("tanh(x) = 2 sigmoid(2x) - 1; 0 < sigmoid < 1; -1 < tanh < 1; both rise", [] {
    const Reals x = any_reals("x", {3});
    Reals twice = x;
    for (Index i = 0; i < x.size(); ++i) twice[i] = 2 * x[i];
    Reals expected = reference::sigmoid(twice);
    for (Index i = 0; i < x.size(); ++i) expected[i] = 2 * expected[i] - 1;
    require(agree(reference::tanh(x), expected), "tanh is not 2 sigmoid(2x) - 1");
    const Reals s = reference::sigmoid(x);
    const Reals t = reference::tanh(x);
    for (Index i = 0; i < x.size(); ++i) {
      require(s[i] > 0 && s[i] < 1, "sigmoid is outside (0, 1)");
      require(t[i] > -1 && t[i] < 1, "tanh is outside (-1, 1)");
      for (Index k = 0; k < x.size(); ++k) {
        require((x[i] < x[k]) == (s[i] < s[k]), "sigmoid does not rise");
        require((x[i] < x[k]) == (t[i] < t[k]), "tanh does not rise");
      }
    }
  });
}

// Note 003 §2.1 says that sigmoid compresses to [0, 1], "so the mean of the outputs tends to 0".
// Outputs that are all positive cannot have that mean; on inputs symmetric about 0 it is 1/2,
// because f(x) + f(-x) = 1. What the note says is true of tanh, which is odd.
TEST(SigmoidLaws, TheMeanOfTheOutputsIsNotAsPrinted) {
  covers({"P-SIGMOID-MEAN"});
  const RealPrecision precision;
  for_all("the mean over x and -x is 1/2 of sigmoid and 0 of tanh", [] {
    const Reals x = any_reals("x", {any_index("numbers", 1, 4)});
    Real sum_of_sigmoid = 0;
    Real sum_of_tanh = 0;
    for (const Reals& side : {x, negated(x)}) {
      const Reals s = reference::sigmoid(side);
      const Reals t = reference::tanh(side);
      for (Index i = 0; i < x.size(); ++i) {
        sum_of_sigmoid += s[i];
        sum_of_tanh += t[i];
      }
    }
    const Real count = 2 * x.size();
    require(agree(Reals(Shape{2}, {Real(sum_of_sigmoid / count), Real(sum_of_tanh / count)}),
                  Reals(Shape{2}, {Real(1) / 2, Real(0)})),
            "the means are others");
  });
}

// ---- tanh -----------------------------------------------------------------------------------

TEST(TanhExamples, WorkedByHand) {
  const RealPrecision precision;
  // With exp(x) = 2:  sinh = 3/4, cosh = 5/4.
  const Real x = log(Real(2));
  EXPECT_TRUE(agree(reference::tanh(Reals(Shape{2}, {x, Real(-x)})),
                    Reals(Shape{2}, {Real(3) / 5, Real(-3) / 5})));
  EXPECT_TRUE(agree(reference::tanh_dx(Reals(Shape{1}, {Real(25)}), Reals(Shape{1}, {x})),
                    Reals(Shape{1}, {Real(16)})));
  EXPECT_EQ(reference::tanh_dx_from_y(Values(Shape{1}, {25}), Values(Shape{1}, {Rational(3, 5)})),
            Values(Shape{1}, {16}));
}

TEST(TanhExamples, LargeFloatsDoNotOverflow) {
  const Tensor<double> dx =
      reference::tanh_dx(Tensor<double>(Shape{2}, {1, 1}), Tensor<double>(Shape{2}, {360, -1e300}));
  // cosh(360)^2 is infinite; 4 exp(-720) is a subnormal number.
  EXPECT_GT(dx[0], 0.0);
  EXPECT_EQ(dx[1], 0.0);
}

TEST(TanhErrors, AnErrorOfAnotherShapeIsRefused) {
  const Tensor<double> two(Shape{2});
  const Tensor<double> three(Shape{3});
  EXPECT_EQ(error_of([&] { (void)reference::tanh_dx(three, two); }),
            "tanh: dy: expected [2] (the shape of x), got [3]");
  EXPECT_EQ(error_of([&] { (void)reference::tanh_dx_from_y(three, two); }),
            "tanh: dy: expected [2] (the shape of y), got [3]");
}

TEST(TanhLaws, TheDerivativeIsOneLessTheSquareOfTheOutput) {
  covers({"P-SIGMOID-DERIV-R"});
  const RealPrecision precision;
  for_all("dx is the difference, 1 - f^2", [] {
    require_gradients(
        [](const Reals& x) { return reference::tanh(x); },
        [](const Reals& dy, const Reals& x) { return reference::tanh_dx(dy, x); },
        [](const Reals& dy, const Reals& y) { return reference::tanh_dx_from_y(dy, y); });
  });
}

// ---- scaled_tanh ----------------------------------------------------------------------------

TEST(ScaledTanhExamples, TheConstantsOfLeNet5MakeOneOfOne) {
  const RealPrecision precision;
  const Reals y = reference::scaled_tanh(Reals(Shape{2}, {Real(1), Real(-1)}), {});
  // LeCun et al. 1998 chose them for f(1) = 1 and f(-1) = -1, and printed a to five digits.
  EXPECT_LT(abs(y[0] - 1), Real(1) / 20000);
  EXPECT_EQ(y[1], -y[0]);
}

TEST(ScaledTanhExamples, WorkedByHand) {
  const RealPrecision precision;
  const ScaledTanhParams<Real> p{.a = 10, .b = 2};
  const Reals x(Shape{1}, {Real(log(Real(2)) / 2)});
  EXPECT_TRUE(agree(reference::scaled_tanh(x, p), Reals(Shape{1}, {Real(6)})));
  EXPECT_TRUE(agree(reference::scaled_tanh_dx(Reals(Shape{1}, {Real(5)}), x, p),
                    Reals(Shape{1}, {Real(64)})));
  EXPECT_EQ(reference::scaled_tanh_dx_from_y(Values(Shape{1}, {5}), Values(Shape{1}, {6}),
                                             {.a = 10, .b = 2}),
            Values(Shape{1}, {64}));
}

TEST(ScaledTanhErrors, AnErrorOfAnotherShapeIsRefused) {
  const Tensor<double> two(Shape{2});
  const Tensor<double> three(Shape{3});
  EXPECT_EQ(error_of([&] { (void)reference::scaled_tanh_dx(three, two, {}); }),
            "scaled_tanh: dy: expected [2] (the shape of x), got [3]");
  EXPECT_EQ(error_of([&] { (void)reference::scaled_tanh_dx_from_y(three, two, {}); }),
            "scaled_tanh: dy: expected [2] (the shape of y), got [3]");
}

TEST(ScaledTanhLaws, TheDerivativeFollowsFromTheOutput) {
  covers({"P-SIGMOID-DERIV-R"});
  const RealPrecision precision;
  for_all("dx is the difference, (b/a)(a^2 - f^2)", [] {
    const ScaledTanhParams<Real> p{.a = static_cast<Real>(any_rational("a")),
                                   .b = static_cast<Real>(any_rational("b"))};
    require_gradients(
        [&](const Reals& x) { return reference::scaled_tanh(x, p); },
        [&](const Reals& dy, const Reals& x) { return reference::scaled_tanh_dx(dy, x, p); },
        [&](const Reals& dy, const Reals& y) {
          return reference::scaled_tanh_dx_from_y(dy, y, p);
        });
  });
}

TEST(ScaledTanhLaws, WithoutScalesItIsTanhAndThroughSigmoidsItIsTheSame) {
  const RealPrecision precision;
  for_all("a tanh(b x) = a (sigmoid(2 b x) - sigmoid(-2 b x))", [] {
    const Reals x = any_reals("x", any_shape());
    require_equal(reference::scaled_tanh(x, {.a = 1, .b = 1}), reference::tanh(x));
    const ScaledTanhParams<Real> p{.a = static_cast<Real>(any_rational("a")),
                                   .b = static_cast<Real>(any_rational("b"))};
    Reals inner_x = x;
    for (Index i = 0; i < x.size(); ++i) inner_x[i] = 2 * p.b * x[i];
    Reals expected = reference::sigmoid(inner_x);
    const Reals other = reference::sigmoid(negated(inner_x));
    for (Index i = 0; i < x.size(); ++i) expected[i] = p.a * (expected[i] - other[i]);
    require(agree(reference::scaled_tanh(x, p), expected), "the sigmoids give another number");
  });
}

}  // namespace
}  // namespace convproof
