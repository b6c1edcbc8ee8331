// Local response and batch normalisation: examples, errors, laws.
#include <gtest/gtest.h>

#include "core/indices.h"
#include "properties/arbitrary.h"
#include "properties/covers.h"
#include "properties/error_of.h"
#include "properties/gradients.h"
#include "reference/batch_norm.h"
#include "reference/batch_norm_training.h"
#include "reference/conv.h"
#include "reference/lrn.h"

namespace convproof {
namespace {

using Reals = Tensor<Real>;

Reals reals(const Shape& shape, const std::vector<Rational>& elements) {
  return tensor_cast<Real>(Tensor<Rational>(shape, elements));
}

Reals any_reals(const char* name, const Shape& shape) {
  return tensor_cast<Real>(any_tensor(name, shape));
}

Reals any_positive(const char* name, const Shape& shape) {
  Reals x = any_reals(name, shape);
  for (Index i = 0; i < x.size(); ++i) x[i] = abs(x[i]);
  return x;
}

Shape any_maps() {
  return {any_index("images", 1, 2), any_index("channels", 1, 3), any_index("pixels", 1, 3)};
}

// ---- lrn ------------------------------------------------------------------------------------

TEST(LrnExamples, NeighboursOnBothSidesAreCounted) {
  const RealPrecision precision;
  const Reals x = reals({1, 3, 1}, {1, 2, 2});
  // s = 4 + (1+4, 1+4+4, 4+4).
  EXPECT_TRUE(agree(reference::lrn(x, {.size = 3, .alpha = 3, .beta = 1, .bias = 4}),
                    reals({1, 3, 1}, {{1, 9}, {2, 13}, {2, 12}})));
}

TEST(LrnExamples, AnEvenSizeReachesFurtherUp) {
  const RealPrecision precision;
  const Reals x = reals({1, 3, 1}, {1, 2, 3});
  EXPECT_TRUE(agree(reference::lrn(x, {.size = 2, .alpha = 2, .beta = 1, .bias = 0}),
                    reals({1, 3, 1}, {{1, 5}, {2, 13}, {1, 3}})));
}

TEST(LrnExamples, BetaIsAPowerAndAlphaIsDividedByTheSize) {
  const RealPrecision precision;
  const Reals x = reals({1, 1}, {3});
  const Real half = Real(1) / 2;
  EXPECT_TRUE(agree(reference::lrn(x, {.size = 1, .alpha = 1, .beta = half, .bias = 16}),
                    reals({1, 1}, {{3, 5}})));
  EXPECT_TRUE(agree(reference::lrn(x, {.size = 7, .alpha = 7, .beta = half, .bias = 16}),
                    reals({1, 1}, {{3, 5}})));
  // d/dx x (16 + x^2)^-1/2 = 16 (16 + x^2)^-3/2.
  EXPECT_TRUE(agree(
      reference::lrn_dx(reals({1, 1}, {125}), x, {.size = 1, .alpha = 1, .beta = half, .bias = 16}),
      reals({1, 1}, {16})));
}

TEST(LrnExamples, TheDefaultsAreThoseOfAlexNetWithoutTheDivision) {
  const RealPrecision precision;
  const Reals x = reals({1, 1}, {100});
  // (2 + 10^-4 * 100^2)^0.75 = 3^0.75.
  EXPECT_TRUE(
      agree(reference::lrn(x, {}), Reals(Shape{1, 1}, {Real(100 / pow(Real(3), Real(3) / 4))})));
}

TEST(LrnErrors, EveryArgumentIsRefusedByName) {
  const Tensor<double> x(Shape{1, 2, 3});
  EXPECT_EQ(error_of([] { (void)reference::lrn(Tensor<double>(Shape{2}), {}); }),
            "lrn: x: expected 2 axes or more [N, C, ...], got [2]");
  EXPECT_EQ(error_of([] {
              (void)reference::lrn(Tensor<double>(Shape{2, 0}), {});
            }),
            "lrn: channels of x: expected 1 or more, got 0");
  EXPECT_EQ(error_of([&] { (void)reference::lrn(x, {.size = 0}); }),
            "lrn: size: expected 1 or more, got 0");
  EXPECT_EQ(error_of([&] {
              (void)reference::lrn_dx(Tensor<double>(Shape{1, 2}), x, {});
            }),
            "lrn: dy: expected [1, 2, 3] (the shape of x), got [1, 2]");
}

LrnParams<Real> any_lrn() {
  const Reals attributes = any_positive("alpha, beta and bias", {3});
  return {.size = any_index("size", 1, 5),
          .alpha = attributes[0],
          .beta = attributes[1],
          .bias = attributes[2]};
}

TEST(LrnLaws, TheGradientIsAFiniteDifference) {
  const RealPrecision precision;
  for_all("dx is the difference", [] {
    const Shape shape{any_index("images", 1, 2), any_index("channels", 1, 5),
                      any_index("pixels", 1, 2)};
    const LrnParams<Real> p = any_lrn();
    const Reals x = any_reals("x", shape);
    const Reals dy = any_reals("dy", shape);
    require(agree(reference::lrn_dx(dy, x, p),
                  smooth_gradient([&](const Reals& v) { return reference::lrn(v, p); }, x, dy)),
            "dx is another number");
  });
}

TEST(LrnLaws, TheEnergyIsAConvolutionOfTheSquaresAcrossChannels) {
  const RealPrecision precision;
  for_all("ones of the size, padded below and above, over the axis of channels", [] {
    const Shape shape{1, any_index("channels", 1, 5), any_index("pixels", 1, 2)};
    const LrnParams<Real> p = any_lrn();
    const Reals x = any_reals("x", shape);
    // Pixels become images, and channels the one spatial axis.
    Reals squares(Shape{shape[2], 1, shape[1]});
    for_each_index(shape, [&](const Indices& at) {
      squares(at[2], 0, at[1]) = x(0, at[1], at[2]) * x(0, at[1], at[2]);
    });
    Reals ones(Shape{1, 1, p.size});
    for (Index i = 0; i < p.size; ++i) ones[i] = 1;
    const Index both = p.size - 1;
    const Reals sums = reference::conv<Real>(
        squares, ones, nullptr, {.axes = {{.before = both / 2, .after = both - both / 2}}});
    Reals expected(shape);
    for_each_index(shape, [&](const Indices& at) {
      const Real base = p.bias + p.alpha / p.size * sums(at[2], 0, at[1]);
      expected(0, at[1], at[2]) = x(0, at[1], at[2]) * exp(-p.beta * log(base));
    });
    require(agree(reference::lrn(x, p), expected), "y is another number");
  });
}

// Note 004 §5.4.2 puts LRN behind the first two pooling layers; the paper of AlexNet (§3.5) puts it
// in front of them. These are different networks.
TEST(LrnLaws, BeforePoolingItIsNotWhatItIsAfterPooling) {
  covers({"T-LRN-POSITION"});
  const RealPrecision precision;
  const LrnParams<Real> p{.size = 3, .alpha = 3, .beta = 1, .bias = 1};
  const auto pooled = [](const Reals& x) {
    return Reals(Shape{1, 2, 1}, {x[0] > x[1] ? x[0] : x[1], x[2] > x[3] ? x[2] : x[3]});
  };
  const Reals x = reals({1, 2, 2}, {1, 2, 3, 0});
  EXPECT_TRUE(agree(pooled(reference::lrn(x, p)), reals({1, 2, 1}, {{2, 5}, {3, 11}})));
  EXPECT_TRUE(agree(reference::lrn(pooled(x), p), reals({1, 2, 1}, {{2, 14}, {3, 14}})));
}

// ---- batch_norm -----------------------------------------------------------------------------

TEST(BatchNormExamples, WorkedByHand) {
  const RealPrecision precision;
  const Reals x = reals({1, 2, 2}, {1, 3, 5, 7});
  const Reals scale = reals({2}, {6, 10});
  const Reals bias = reals({2}, {100, 200});
  const Reals mean = reals({2}, {1, 4});
  const Reals var = reals({2}, {3, 24});
  const BatchNormParams<Real> p{.epsilon = 1};
  EXPECT_TRUE(agree(reference::batch_norm(x, scale, bias, mean, var, p),
                    reals({1, 2, 2}, {100, 106, 202, 206})));
  const Reals dy = reals({1, 2, 2}, {1, 10, 1, 100});
  EXPECT_TRUE(agree(reference::batch_norm_dx(dy, x, scale, mean, var, p),
                    reals({1, 2, 2}, {3, 30, 2, 200})));
  EXPECT_TRUE(
      agree(reference::batch_norm_dscale(dy, x, scale, mean, var, p), reals({2}, {10, {301, 5}})));
  EXPECT_TRUE(agree(reference::batch_norm_dbias(dy), reals({2}, {11, 101})));
  EXPECT_TRUE(
      agree(reference::batch_norm_dmean(dy, x, scale, mean, var, p), reals({2}, {-33, -202})));
  // -1/2 * 10 * 6 * 2 / 8 and -1/2 * (1*10*1 + 100*10*3) / 125.
  EXPECT_TRUE(agree(reference::batch_norm_dvar(dy, x, scale, mean, var, p),
                    reals({2}, {{-15, 2}, {-301, 25}})));
}

TEST(BatchNormErrors, EveryArgumentIsRefusedByName) {
  const Tensor<double> x(Shape{1, 2, 3});
  const Tensor<double> c(Shape{2});
  const Tensor<double> wrong(Shape{3});
  using reference::batch_norm;
  EXPECT_EQ(error_of([&] { (void)batch_norm(c, c, c, c, c, {}); }),
            "batch_norm: x: expected 2 axes or more [N, C, ...], got [2]");
  EXPECT_EQ(error_of([&] {
              (void)batch_norm(Tensor<double>(Shape{1, 0}), c, c, c, c, {});
            }),
            "batch_norm: channels of x: expected 1 or more, got 0");
  EXPECT_EQ(error_of([&] { (void)batch_norm(x, wrong, c, c, c, {}); }),
            "batch_norm: scale: expected [2] (one per channel of x), got [3]");
  EXPECT_EQ(error_of([&] { (void)batch_norm(x, c, wrong, c, c, {}); }),
            "batch_norm: bias: expected [2] (one per channel of x), got [3]");
  EXPECT_EQ(error_of([&] { (void)batch_norm(x, c, c, wrong, c, {}); }),
            "batch_norm: mean: expected [2] (one per channel of x), got [3]");
  EXPECT_EQ(error_of([&] { (void)batch_norm(x, c, c, c, wrong, {}); }),
            "batch_norm: var: expected [2] (one per channel of x), got [3]");
  const std::string of_dy = "batch_norm: dy: expected [1, 2, 3] (the shape of x), got [3]";
  EXPECT_EQ(error_of([&] { (void)reference::batch_norm_dx(wrong, x, c, c, c, {}); }), of_dy);
  EXPECT_EQ(error_of([&] { (void)reference::batch_norm_dscale(wrong, x, c, c, c, {}); }), of_dy);
  EXPECT_EQ(error_of([&] { (void)reference::batch_norm_dmean(wrong, x, c, c, c, {}); }), of_dy);
  EXPECT_EQ(error_of([&] { (void)reference::batch_norm_dvar(wrong, x, c, c, c, {}); }), of_dy);
  EXPECT_EQ(error_of([&] { (void)reference::batch_norm_dbias(wrong); }),
            "batch_norm: x: expected 2 axes or more [N, C, ...], got [3]");
}

struct Batch {
  BatchNormParams<Real> p;
  Reals x, scale, bias, mean, var, dy;
};

Batch any_batch() {
  const Shape maps = any_maps();
  const Shape channels{maps[1]};
  return {{.epsilon = any_positive("epsilon", {1})[0]},
          any_reals("x", maps),
          any_reals("scale", channels),
          any_reals("bias", channels),
          any_reals("mean", channels),
          any_positive("var", channels),
          any_reals("dy", maps)};
}

TEST(BatchNormLaws, GradientsAreFiniteDifferences) {
  const RealPrecision precision;
  for_all("dx, dscale, dbias, dmean and dvar are differences", [] {
    const Batch l = any_batch();
    const auto require_gradient = [&](const char* name, const Reals& gradient, const Reals& at,
                                      const auto& f) {
      require(agree(gradient, smooth_gradient(f, at, l.dy)), name);
    };
    using reference::batch_norm;
    require_gradient(
        "dx", reference::batch_norm_dx(l.dy, l.x, l.scale, l.mean, l.var, l.p), l.x,
        [&](const Reals& v) { return batch_norm(v, l.scale, l.bias, l.mean, l.var, l.p); });
    require_gradient(
        "dscale", reference::batch_norm_dscale(l.dy, l.x, l.scale, l.mean, l.var, l.p), l.scale,
        [&](const Reals& v) { return batch_norm(l.x, v, l.bias, l.mean, l.var, l.p); });
    require_gradient("dbias", reference::batch_norm_dbias(l.dy), l.bias, [&](const Reals& v) {
      return batch_norm(l.x, l.scale, v, l.mean, l.var, l.p);
    });
    require_gradient(
        "dmean", reference::batch_norm_dmean(l.dy, l.x, l.scale, l.mean, l.var, l.p), l.mean,
        [&](const Reals& v) { return batch_norm(l.x, l.scale, l.bias, v, l.var, l.p); });
    require_gradient(
        "dvar", reference::batch_norm_dvar(l.dy, l.x, l.scale, l.mean, l.var, l.p), l.var,
        [&](const Reals& v) { return batch_norm(l.x, l.scale, l.bias, l.mean, v, l.p); });
  });
}

// Note 002: batch normalisation after every convolution. At inference the two are one convolution.
TEST(BatchNormLaws, AfterAConvolutionItIsAConvolutionWithOtherWeights) {
  covers({"T-BN"});
  const RealPrecision precision;
  for_all("w' = w scale/sqrt(var+epsilon), b' = (b - mean) scale/sqrt(var+epsilon) + bias", [] {
    const Batch l = any_batch();
    const Index outputs = l.scale.size();
    const Reals image = any_reals("image", {1, 2, 3});
    Reals w = any_reals("w", {outputs, 2, 2});
    Reals b = any_reals("b", {outputs});
    const ConvParams p{.axes = {{}}};
    const Reals y = reference::batch_norm(reference::conv<Real>(image, w, &b, p), l.scale, l.bias,
                                          l.mean, l.var, l.p);
    for (Index o = 0; o < outputs; ++o) {
      const Real factor = l.scale[o] / sqrt(l.var[o] + l.p.epsilon);
      for (Index i = 0; i < 4; ++i) w[o * 4 + i] *= factor;
      b[o] = (b[o] - l.mean[o]) * factor + l.bias[o];
    }
    require(agree(y, reference::conv<Real>(image, w, &b, p)), "the convolution is another");
  });
}

// ---- batch_norm_training --------------------------------------------------------------------

TEST(BatchNormTrainingExamples, WorkedByHand) {
  const RealPrecision precision;
  // Channel 0 holds 1, 3, 5, 7: mean 4, variance 5. Channel 1 holds 2s: variance 0.
  const Reals x = reals({2, 2, 2}, {1, 3, 2, 2, 5, 7, 2, 2});
  const Reals scale = reals({2}, {3, 10});
  const Reals bias = reals({2}, {100, 200});
  const BatchNormParams<Real> p{.epsilon = 4};
  const auto result = reference::batch_norm_training(x, scale, bias, p);
  EXPECT_TRUE(agree(result.mean, reals({2}, {4, 2})));
  EXPECT_TRUE(agree(result.var, reals({2}, {5, 0})));
  EXPECT_TRUE(agree(result.y, reals({2, 2, 2}, {97, 99, 200, 200, 101, 103, 200, 200})));
  const Reals dy = reals({2, 2, 2}, {9, 0, 4, 0, 0, 0, 0, 0});
  // z of channel 0 is -1, -1/3, 1/3, 1;  scale*r = 1;  dy - 9/4 - z * (-9/4).
  EXPECT_TRUE(agree(reference::batch_norm_training_dx(dy, x, scale, p),
                    reals({2, 2, 2}, {{18, 4}, -3, 15, -5, {-6, 4}, 0, -5, -5})));
  EXPECT_TRUE(agree(reference::batch_norm_training_dscale(dy, x, scale, p), reals({2}, {-9, 0})));
  EXPECT_TRUE(agree(reference::batch_norm_training_dbias(dy), reals({2}, {9, 4})));
}

TEST(BatchNormTrainingErrors, EveryArgumentIsRefusedByName) {
  const Tensor<double> x(Shape{1, 2, 3});
  const Tensor<double> c(Shape{2});
  const Tensor<double> wrong(Shape{3});
  using reference::batch_norm_training;
  EXPECT_EQ(error_of([&] { (void)batch_norm_training(c, c, c, {}); }),
            "batch_norm_training: x: expected 2 axes or more [N, C, ...], got [2]");
  EXPECT_EQ(error_of([&] {
              (void)batch_norm_training(Tensor<double>(Shape{1, 0}), c, c, {});
            }),
            "batch_norm_training: channels of x: expected 1 or more, got 0");
  EXPECT_EQ(error_of([&] {
              (void)batch_norm_training(Tensor<double>(Shape{0, 2}), c, c, {});
            }),
            "batch_norm_training: numbers in a channel of x: expected 1 or more, got 0");
  EXPECT_EQ(error_of([&] { (void)batch_norm_training(x, wrong, c, {}); }),
            "batch_norm_training: scale: expected [2] (one per channel of x), got [3]");
  EXPECT_EQ(error_of([&] { (void)batch_norm_training(x, c, wrong, {}); }),
            "batch_norm_training: bias: expected [2] (one per channel of x), got [3]");
  const std::string of_dy = "batch_norm_training: dy: expected [1, 2, 3] (the shape of x), got [2]";
  EXPECT_EQ(error_of([&] { (void)reference::batch_norm_training_dx(c, x, c, {}); }), of_dy);
  EXPECT_EQ(error_of([&] { (void)reference::batch_norm_training_dscale(c, x, c, {}); }), of_dy);
  EXPECT_EQ(error_of([&] { (void)reference::batch_norm_training_dbias(c); }),
            "batch_norm_training: x: expected 2 axes or more [N, C, ...], got [2]");
}

TEST(BatchNormTrainingLaws, GradientsAreFiniteDifferencesAndTheChainRuleThroughMeanAndVariance) {
  const RealPrecision precision;
  for_all("dx, dscale and dbias are differences; dx from dmean and dvar", [] {
    const Batch l = any_batch();
    const auto y = [&](const Reals& x, const Reals& scale, const Reals& bias) {
      return reference::batch_norm_training(x, scale, bias, l.p);
    };
    const Reals dx = reference::batch_norm_training_dx(l.dy, l.x, l.scale, l.p);
    require(agree(dx, smooth_gradient([&](const Reals& v) { return y(v, l.scale, l.bias).y; }, l.x,
                                      l.dy)),
            "dx");
    require(
        agree(reference::batch_norm_training_dscale(l.dy, l.x, l.scale, l.p),
              smooth_gradient([&](const Reals& v) { return y(l.x, v, l.bias).y; }, l.scale, l.dy)),
        "dscale");
    require(
        agree(reference::batch_norm_training_dbias(l.dy),
              smooth_gradient([&](const Reals& v) { return y(l.x, l.scale, v).y; }, l.bias, l.dy)),
        "dbias");
    // mean is 1/m in every x, and var 2 (x - mean)/m.
    const auto forward = y(l.x, l.scale, l.bias);
    const Real m = l.x.size() / l.scale.size();
    const Reals dmean =
        reference::batch_norm_dmean(l.dy, l.x, l.scale, forward.mean, forward.var, l.p);
    const Reals dvar =
        reference::batch_norm_dvar(l.dy, l.x, l.scale, forward.mean, forward.var, l.p);
    Reals chain = reference::batch_norm_dx(l.dy, l.x, l.scale, forward.mean, forward.var, l.p);
    for_each_index(l.x.shape(), [&](const Indices& at) {
      const Index c = at[1];
      chain(at[0], c, at[2]) +=
          dmean[c] / m + dvar[c] * 2 * (l.x(at[0], c, at[2]) - forward.mean[c]) / m;
    });
    require(agree(dx, chain), "the chain rule");
  });
}

// Note 003 §2.1: data of mean 0 and variance 1. The variance is stated here the other way round, as
// the mean of the squares less the square of the mean.
TEST(BatchNormTrainingLaws, WhatComesOutHasTheMeanOfTheBiasAndTheVarianceOfTheScale) {
  covers({"T-NORMALISE-INPUT"});
  const RealPrecision precision;
  for_all("mean 0, variance 1, without epsilon", [] {
    Batch l = any_batch();
    l.p.epsilon = 0;
    Reals unit = l.scale;
    for (Index c = 0; c < unit.size(); ++c) unit[c] = 1;
    const Real m = l.x.size() / l.scale.size();
    const auto moments = [&](const Reals& x) {
      Reals of(Shape{2, unit.size()});
      for_each_index(x.shape(), [&](const Indices& at) {
        of(0, at[1]) += x(at[0], at[1], at[2]) / m;
        of(1, at[1]) += x(at[0], at[1], at[2]) * x(at[0], at[1], at[2]) / m;
      });
      for (Index c = 0; c < unit.size(); ++c) of(1, c) -= of(0, c) * of(0, c);
      return of;
    };
    const Reals before = moments(l.x);
    for (Index c = 0; c < unit.size(); ++c) {
      if (before(1, c) < Real(1) / 1000000) return;  // All numbers of a channel are the same.
    }
    const auto result = reference::batch_norm_training(l.x, unit, Reals(unit.shape()), l.p);
    Reals expected(before.shape());
    Reals given(before.shape());
    for (Index c = 0; c < unit.size(); ++c) {
      expected(1, c) = 1;
      given(0, c) = result.mean[c];
      given(1, c) = result.var[c];
    }
    require(agree(moments(result.y), expected), "the output is not of mean 0 and variance 1");
    require(agree(given, before), "mean and var are other numbers");
  });
}

TEST(BatchNormTrainingLaws, TheBiasOfAConvolutionBeforeItDoesNothing) {
  covers({"T-BN"});
  const RealPrecision precision;
  for_all("what is added to a channel cancels, and no gradient reaches it", [] {
    const Batch l = any_batch();
    Reals moved = l.x;
    for_each_index(moved.shape(),
                   [&](const Indices& at) { moved(at[0], at[1], at[2]) += l.mean[at[1]]; });
    require(agree(reference::batch_norm_training(moved, l.scale, l.bias, l.p).y,
                  reference::batch_norm_training(l.x, l.scale, l.bias, l.p).y),
            "the bias is seen");
    require(agree(reference::batch_norm_dbias(
                      reference::batch_norm_training_dx(l.dy, l.x, l.scale, l.p)),
                  Reals(l.scale.shape())),
            "a gradient reaches the bias");
  });
}

}  // namespace
}  // namespace convproof
