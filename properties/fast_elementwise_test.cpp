// relu, residual_add and batch_norm: the fast pages keep what they promise.
#include <gtest/gtest.h>

#include "allocations.h"
#include "arbitrary.h"
#include "core/scalar/float_format.h"
#include "core/scalar/real.h"
#include "error_of.h"
#include "fast/batch_norm.h"
#include "fast/relu.h"
#include "fast/residual_add.h"
#include "fast_layers.h"
#include "reference/batch_norm.h"
#include "reference/relu.h"
#include "reference/residual_add.h"

namespace convproof {
namespace {

/// Sizes below, around and beyond a few vectors.
Shape any_shape() {
  return {any_index("n", 0, 3), any_index("c", 1, 4), any_index("pixels", 1, 70)};
}

template <typename T>
class FastElementwise : public testing::Test {};
using Scalars = testing::Types<float, double>;
TYPED_TEST_SUITE(FastElementwise, Scalars);

TYPED_TEST(FastElementwise, ReluEqualsTheReference) {
  using T = TypeParam;
  for_all("relu equals the reference, also at NaN, infinities and zeros", [] {
    std::mt19937 random = any_random();
    const Shape shape = any_shape();
    const auto x = drawn<T>(shape, random, anything<T>);
    const auto dy = drawn<T>(shape, random, anything<T>);
    require_equal(differs_somewhere<T>({&x}, reference::relu(x),
                                       [](const Inputs<T>& in, TensorView<T> y, int threads) {
                                         return fast::relu<T>(in[0], y, threads);
                                       }),
                  "");
    require_equal(differs_somewhere<T>({&dy, &x}, reference::relu_dx(dy, x),
                                       [](const Inputs<T>& in, TensorView<T> dx, int threads) {
                                         return fast::relu_dx<T>(in[0], in[1], dx, threads);
                                       }),
                  "");
  });
}

TYPED_TEST(FastElementwise, ResidualAddEqualsTheReference) {
  using T = TypeParam;
  for_all("residual_add equals the reference, also at NaN, infinities and zeros", [] {
    std::mt19937 random = any_random();
    const Shape shape = any_shape();
    const auto f = drawn<T>(shape, random, anything<T>);
    const auto x = drawn<T>(shape, random, anything<T>);
    require_equal(differs_somewhere<T>({&f, &x}, reference::residual_add(f, x),
                                       [](const Inputs<T>& in, TensorView<T> y, int threads) {
                                         return fast::residual_add<T>(in[0], in[1], y, threads);
                                       }),
                  "");
  });
}

/// Inputs of batch_norm; the variances are positive.
template <typename T>
struct Normalised {
  Tensor<T> x;
  Tensor<T> scale;
  Tensor<T> bias;
  Tensor<T> mean;
  Tensor<T> var;
  BatchNormParams<T> p;

  Normalised(const Shape& shape, std::mt19937& random, T (*draw)(std::mt19937&))
      : x(drawn(shape, random, draw)),
        scale(drawn(Shape{shape[1]}, random, draw)),
        bias(drawn(Shape{shape[1]}, random, draw)),
        mean(drawn(Shape{shape[1]}, random, draw)),
        var(drawn(Shape{shape[1]}, random, draw)) {
    for (Index c = 0; c < var.size(); ++c) var[c] = std::fabs(var[c]) + T(1) / 8;
  }
};

/// Whether |computed - exact| <= factor * u * scale everywhere.
template <typename T>
std::string within(const Tensor<T>& computed, const Tensor<Real>& exact, int factor,
                   const Tensor<Real>& scale) {
  const Real u = ldexp(Real(1), kFormatOf<T>.unit_roundoff_exponent());
  for (Index i = 0; i < computed.size(); ++i) {
    if (!(abs(Real(computed[i]) - exact[i]) <= factor * u * scale[i])) {
      return text("element ", i, " is ", computed[i], ", not ", exact[i]);
    }
  }
  return "";
}

TYPED_TEST(FastElementwise, BatchNormKeepsItsBound) {
  using T = TypeParam;
  Real::default_precision(60);
  for_all("batch_norm and its dx keep their bounds", [] {
    std::mt19937 random = any_random();
    const Normalised<T> in(any_shape(), random, between_minus_one_and_one<T>);
    const auto x = tensor_cast<Real>(in.x);
    const auto scale = tensor_cast<Real>(in.scale);
    const auto bias = tensor_cast<Real>(in.bias);
    const auto mean = tensor_cast<Real>(in.mean);
    const auto var = tensor_cast<Real>(in.var);
    const BatchNormParams<Real> p{Real(in.p.epsilon)};
    const auto y = reference::batch_norm(x, scale, bias, mean, var, p);
    Tensor<Real> minus_mean = moduli(mean);
    for (Index c = 0; c < mean.size(); ++c) minus_mean[c] = -minus_mean[c];
    const auto sizes =
        reference::batch_norm(moduli(x), moduli(scale), moduli(bias), minus_mean, var, p);
    require_equal(
        run_everywhere<T>(
            {&in.x, &in.scale, &in.bias, &in.mean, &in.var}, in.x.shape(),
            [&](const Inputs<T>& v, TensorView<T> out, int threads) {
              return fast::batch_norm<T>(v[0], {v[1], v[2], v[3], v[4]}, in.p, out, threads);
            },
            [&](const Tensor<T>& computed) { return within(computed, y, 7, sizes); }),
        "");
    const auto dx = reference::batch_norm_dx(x, x, scale, mean, var, p);
    require_equal(
        run_everywhere<T>(
            {&in.x, &in.scale, &in.var}, in.x.shape(),
            [&](const Inputs<T>& v, TensorView<T> out, int threads) {
              return fast::batch_norm_dx<T>(v[0], v[1], v[2], in.p, out, threads);
            },
            [&](const Tensor<T>& computed) { return within(computed, dx, 5, moduli(dx)); }),
        "");
  });
}

TYPED_TEST(FastElementwise, BatchNormIsExactWhereNothingRounds) {
  using T = TypeParam;
  std::mt19937 random(1);
  Normalised<T> in({2, 3, 37}, random, small_integer<T>);
  for (Index c = 0; c < 3; ++c) in.var[c] = T(c + 1) * T(c + 1) * 16;
  in.var[2] = 4;
  in.var[1] = 64;
  in.p.epsilon = 0;
  EXPECT_EQ(fast::batch_norm(in.x, in.scale, in.bias, in.mean, in.var, in.p),
            reference::batch_norm(in.x, in.scale, in.bias, in.mean, in.var, in.p));
  EXPECT_EQ(fast::batch_norm_dx(in.x, in.scale, in.var, in.p),
            reference::batch_norm_dx(in.x, in.x, in.scale, in.mean, in.var, in.p));
}

TEST(FastElementwiseCalls, AllocateNothing) {
  const Tensor<float> x(Shape{2, 3, 50});
  const Tensor<float> channel(Shape{3});
  Tensor<float> y(x.shape());
  const TensorView<float> out = y;
  const auto run = [&](int threads) {
    fast::relu<float>(x, out, threads);
    fast::relu_dx<float>(x, x, out, threads);
    fast::residual_add<float>(x, x, out, threads);
    fast::batch_norm<float>(x, {channel, channel, channel, channel}, {}, out, threads);
    fast::batch_norm_dx<float>(x, channel, channel, {}, out, threads);
  };
  for (const int threads : {1, 2}) {
    run(threads);
    const std::int64_t before = allocation_count();
    run(threads);
    EXPECT_EQ(allocation_count() - before, 0) << threads << " threads";
  }
}

TEST(FastElementwiseErrors, NameTheArgumentTheExpectedAndTheGot) {
  const Tensor<float> x(Shape{2, 3, 5});
  const Tensor<float> other(Shape{2, 3, 4});
  const Tensor<float> channel(Shape{3});
  Tensor<float> y(x.shape());
  Tensor<float> small(other.shape());
  const TensorView<float> out = y;
  const TensorView<float> wrong = small;
  const auto refusal = [](auto call) { return error_of(call); };
  EXPECT_EQ(refusal([&] { fast::relu<float>(x, wrong, 1); }),
            "relu: y: expected [2, 3, 5], got [2, 3, 4]");
  EXPECT_EQ(refusal([&] { fast::relu<float>(x, out, 0); }),
            "relu: threads: expected 1 or more, got 0");
  EXPECT_EQ(refusal([&] { fast::relu_dx<float>(other, x, out, 1); }),
            "relu: dy: expected [2, 3, 5] (the shape of x), got [2, 3, 4]");
  EXPECT_EQ(refusal([&] { fast::relu_dx<float>(x, x, wrong, 1); }),
            "relu: dx: expected [2, 3, 5], got [2, 3, 4]");
  EXPECT_EQ(refusal([&] { fast::residual_add<float>(other, x, out, 1); }),
            refusal([&] { reference::residual_add<float>(other, x); }));
  EXPECT_EQ(refusal([&] { fast::residual_add<float>(x, x, wrong, 1); }),
            "residual_add: y: expected [2, 3, 5], got [2, 3, 4]");
  EXPECT_EQ(refusal([&] { fast::batch_norm(x, channel, channel, x, channel, {}); }),
            refusal([&] { reference::batch_norm(x, channel, channel, x, channel, {}); }));
  EXPECT_EQ(refusal([&] {
              fast::batch_norm<float>(x, {channel, channel, channel, channel}, {}, wrong, 1);
            }),
            "batch_norm: y: expected [2, 3, 5], got [2, 3, 4]");
  EXPECT_EQ(refusal([&] { fast::batch_norm_dx(x, channel, x, {}); }),
            refusal([&] { reference::batch_norm_dx(x, x, channel, channel, x, {}); }));
}

}  // namespace
}  // namespace convproof
