// Labels refined by the same convolutions at every step: examples, errors, laws.
#include "reference/recurrent_conv.h"

#include <gtest/gtest.h>

#include "properties/arbitrary.h"
#include "properties/covers.h"
#include "properties/error_of.h"
#include "properties/gradients.h"
#include "reference/identity.h"
#include "reference/max_pool.h"
#include "reference/tanh.h"

namespace convproof {
namespace {

using Values = Tensor<Rational>;
using Reals = Tensor<Real>;
using reference::Differentiable;
using reference::RecurrentConvParams;
using reference::RecurrentConvWeights;

const auto kLinear =
    Differentiable{[](const Values& a) { return reference::identity(a); },
                   [](const Values& dh, const Values& a) { return reference::identity_dx(dh, a); }};

const auto kSquare = Differentiable{[](const Values& a) {
                                      Values h = a;
                                      for (Index i = 0; i < a.size(); ++i) h[i] *= a[i];
                                      return h;
                                    },
                                    [](const Values& dh, const Values& a) {
                                      Values da = dh;
                                      for (Index i = 0; i < a.size(); ++i) da[i] *= 2 * a[i];
                                      return da;
                                    }};

const auto kTanh =
    Differentiable{[](const Reals& a) { return reference::tanh(a); },
                   [](const Reals& dh, const Reals& a) { return reference::tanh_dx(dh, a); }};

/// Kernels 3 wide, padded to keep the size.
RecurrentConvParams keeping_size(Index steps) {
  const ConvParams same{.axes = {{.before = 1, .after = 1}}};
  return {.u = same, .w = same, .v = same, .steps = steps};
}

template <typename T>
Tensor<T> sum(Tensor<T> a, const Tensor<T>& b) {
  for (Index i = 0; i < a.size(); ++i) a[i] += b[i];
  return a;
}

// ---- examples -------------------------------------------------------------------------------

TEST(RecurrentConvExamples, WorkedByHandForTwoSteps) {
  const ConvParams plain{.axes = {{}}};
  const Values x(Shape{1, 1, 2}, {1, 2});
  const Values y0(Shape{1, 1, 2}, {0, 10});
  const RecurrentConvWeights<Rational> k{Values(Shape{1, 1, 1}, {3}), Values(Shape{1, 1, 1}, {2}),
                                         Values(Shape{1, 1, 1}, {5})};
  const RecurrentConvParams p{.u = plain, .w = plain, .v = plain, .steps = 2};
  // A1 = 3x + 2y0 = (3, 26), Y1 = 5 A1 = (15, 130); A2 = (33, 266), Y2 = (165, 1330).
  const auto states = reference::recurrent_conv(x, y0, k, p, kLinear);
  EXPECT_EQ(states.a[0], Values(Shape{1, 1, 2}, {3, 26}));
  EXPECT_EQ(states.y[0], Values(Shape{1, 1, 2}, {15, 130}));
  EXPECT_EQ(states.h[1], Values(Shape{1, 1, 2}, {33, 266}));
  EXPECT_EQ(states.y[1], Values(Shape{1, 1, 2}, {165, 1330}));
  // Y2 = v (u x + w v (u x + w y0)) at the first pixel, where y0 is 0.
  const Values nothing(Shape{1, 1, 2});
  const Values dy(Shape{1, 1, 2}, {1, 0});
  const auto gradients =
      reference::recurrent_conv_gradients<Rational>({nothing, dy}, x, y0, k, p, kLinear);
  EXPECT_EQ(gradients.dx, Values(Shape{1, 1, 2}, {5 * 3 + 5 * 2 * 5 * 3, 0}));
  EXPECT_EQ(gradients.dy0, Values(Shape{1, 1, 2}, {5 * 2 * 5 * 2, 0}));
  EXPECT_EQ(gradients.dweights.u[0], 5 + 5 * 2 * 5);
  EXPECT_EQ(gradients.dweights.w[0], 5 * 15);
  EXPECT_EQ(gradients.dweights.v[0], 33 + 5 * 2 * 3);
}

TEST(RecurrentConvExamples, OneStepFromNothingIsTwoConvolutions) {
  const Values x(Shape{1, 1, 3}, {1, 2, 3});
  const Values nothing(Shape{1, 1, 3});
  const RecurrentConvWeights<Rational> k{Values(Shape{1, 1, 3}, {1, 1, 1}),
                                         Values(Shape{1, 1, 3}, {7, 7, 7}),
                                         Values(Shape{1, 1, 3}, {0, 1, 1})};
  EXPECT_EQ(reference::recurrent_conv(x, nothing, k, keeping_size(1), kLinear).y[0],
            Values(Shape{1, 1, 3}, {9, 11, 5}));
}

// Note 001 §9.6: an image in, a plane of labels out, which may be smaller; it is as large as the
// image if it is padded, and if what pools does so with stride 1.
TEST(RecurrentConvExamples, ThePlaneOfLabelsMayBeSmallerThanTheImage) {
  covers({"F-STRUCTURED-OUTPUT"});
  const RecurrentConvWeights<Rational> k{Values(Shape{4, 3, 3, 3}), Values(Shape{4, 2, 3, 3}),
                                         Values(Shape{2, 4, 3, 3})};
  const ConvParams same{.axes = {{.before = 1, .after = 1}, {.before = 1, .after = 1}}};
  const auto labels = [&](const ConvParams& of_input, const Shape& y0) {
    return reference::recurrent_conv_y_shape({1, 3, 8, 8}, y0, k,
                                             {.u = of_input, .w = same, .v = same, .steps = 3});
  };
  EXPECT_EQ(labels(same, {1, 2, 8, 8}), (Shape{1, 2, 8, 8}));
  // Without padding, and on a grid of low resolution, as a stride or a pooling with one makes it.
  EXPECT_EQ(labels({.axes = {{}, {}}}, {1, 2, 6, 6}), (Shape{1, 2, 6, 6}));
  EXPECT_EQ(
      labels({.axes = {{.stride = 2, .before = 1}, {.stride = 2, .before = 1}}}, {1, 2, 4, 4}),
      (Shape{1, 2, 4, 4}));
}

TEST(RecurrentConvExamples, PoolingThatStepsByOneKeepsThePlaneAndStackedPoolingShrinksIt) {
  covers({"F-STRUCTURED-OUTPUT"});
  const auto pooled = [](const Shape& x, const WindowAxis& axis) {
    return reference::max_pool(Values(x), {.kernel = {2, 2}, .axes = {axis, axis}}).shape();
  };
  const Shape image{1, 2, 8, 8};
  // A plane of labels as large as the image: pooling with a stride of 1, padded at one end.
  EXPECT_EQ(pooled(image, {.after = 1}), image);
  EXPECT_EQ(pooled(pooled(image, {.after = 1}), {.after = 1}), image);
  // Without padding it loses a row and a column. A stride of 2 leaves a grid of low resolution,
  // and poolings on top of each other a coarser one every time.
  EXPECT_EQ(pooled(image, {}), (Shape{1, 2, 7, 7}));
  EXPECT_EQ(pooled(image, {.stride = 2}), (Shape{1, 2, 4, 4}));
  EXPECT_EQ(pooled(pooled(image, {.stride = 2}), {.stride = 2}), (Shape{1, 2, 2, 2}));
}

// ---- errors ---------------------------------------------------------------------------------

TEST(RecurrentConvErrors, EveryArgumentIsRefusedByName) {
  const Values x(Shape{1, 1, 4});
  const Values y0(Shape{1, 2, 4});
  RecurrentConvWeights<Rational> k{Values(Shape{3, 1, 3}), Values(Shape{3, 2, 3}),
                                   Values(Shape{2, 3, 3})};
  const auto y_error = [&](const Shape& of_x, const Shape& of_y0, Index steps) {
    return error_of(
        [&] { (void)reference::recurrent_conv_y_shape(of_x, of_y0, k, keeping_size(steps)); });
  };
  EXPECT_EQ(y_error({1, 1, 4}, {1, 2, 4}, 0), "recurrent_conv: steps: expected 1 or more, got 0");
  EXPECT_EQ(y_error({1, 2, 4}, {1, 2, 4}, 1),
            "recurrent_conv: w: expected 2 channels per group (x has 2, groups 1), got 1");
  EXPECT_EQ(y_error({1, 1, 4}, {1, 2, 5}, 1),
            "recurrent_conv: W * y0: expected [1, 3, 4] (the shape of U * x), got [1, 3, 5]");
  const auto gradients_error = [&](const std::vector<Values>& dy) {
    return error_of(
        [&] { (void)reference::recurrent_conv_gradients(dy, x, y0, k, keeping_size(2), kLinear); });
  };
  EXPECT_EQ(gradients_error({y0}),
            "recurrent_conv: dy: expected [2] tensors (one per step), got [1]");
  EXPECT_EQ(gradients_error({y0, x}),
            "recurrent_conv: dy: expected [1, 2, 4] (the shape of y0), got [1, 1, 4]");
  EXPECT_EQ(error_of([&] { (void)reference::recurrent_conv(x, y0, k, keeping_size(0), kLinear); }),
            "recurrent_conv: steps: expected 1 or more, got 0");
  EXPECT_EQ(error_of([&] {
              (void)reference::recurrent_conv_gradients({}, x, y0, k, keeping_size(0), kLinear);
            }),
            "recurrent_conv: steps: expected 1 or more, got 0");
  k.v = Values(Shape{5, 3, 3});
  EXPECT_EQ(y_error({1, 1, 4}, {1, 2, 4}, 1),
            "recurrent_conv: V * H: expected [1, 2, 4] (the shape of y0), got [1, 5, 4]");
}

// ---- laws -----------------------------------------------------------------------------------

struct Case {
  Values x, y0;
  RecurrentConvWeights<Rational> k;
  RecurrentConvParams p;
  std::vector<Values> dy;
};

Case any_case(Index most_steps) {
  const Index inputs = any_index("input maps", 1, 2);
  const Index hidden = any_index("hidden maps", 1, 2);
  const Index labels = any_index("labels", 1, 2);
  const Index pixels = any_index("pixels", 1, 3);
  Case c;
  c.x = any_tensor("x", {1, inputs, pixels});
  c.y0 = any_tensor("y0", {1, labels, pixels});
  c.k = {any_tensor("u", {hidden, inputs, 3}), any_tensor("w", {hidden, labels, 3}),
         any_tensor("v", {labels, hidden, 3})};
  c.p = keeping_size(any_index("steps", 1, most_steps));
  for (Index t = 0; t < c.p.steps; ++t) c.dy.push_back(any_tensor("dy", c.y0.shape()));
  return c;
}

/// sum_t <dy[t], Y(t)>, as a tensor of one element.
template <typename T, typename F>
Tensor<T> loss(const std::vector<Tensor<T>>& dy, const Tensor<T>& x, const Tensor<T>& y0,
               const RecurrentConvWeights<T>& k, const RecurrentConvParams& p, const F& f) {
  const auto states = reference::recurrent_conv(x, y0, k, p, f);
  Tensor<T> e(Shape{1});
  for (std::size_t t = 0; t < dy.size(); ++t) e[0] += inner(dy[t], states.y[t]);
  return e;
}

TEST(RecurrentConvLaws, GradientsOfPolynomialsAreFiniteDifferences) {
  for_all("linear in x and y0 for any number of steps, in u as well; quadratic for one step", [] {
    const Values one(Shape{1}, {1});
    const Case c = any_case(3);
    const auto linear = reference::recurrent_conv_gradients(c.dy, c.x, c.y0, c.k, c.p, kLinear);
    require_equal(
        linear.dx,
        polynomial_gradient([&](const Values& v) { return loss(c.dy, v, c.y0, c.k, c.p, kLinear); },
                            c.x, one));
    require_equal(
        linear.dy0,
        polynomial_gradient([&](const Values& v) { return loss(c.dy, c.x, v, c.k, c.p, kLinear); },
                            c.y0, one));
    require_equal(linear.dweights.u,
                  polynomial_gradient(
                      [&](const Values& v) {
                        return loss(c.dy, c.x, c.y0, {v, c.k.w, c.k.v}, c.p, kLinear);
                      },
                      c.k.u, one));
    const std::vector<Values> first{c.dy[0]};
    const RecurrentConvParams once = keeping_size(1);
    const auto square = reference::recurrent_conv_gradients(first, c.x, c.y0, c.k, once, kSquare);
    require_equal(square.dweights.u,
                  polynomial_gradient(
                      [&](const Values& v) {
                        return loss(first, c.x, c.y0, {v, c.k.w, c.k.v}, once, kSquare);
                      },
                      c.k.u, one));
    require_equal(square.dweights.w,
                  polynomial_gradient(
                      [&](const Values& v) {
                        return loss(first, c.x, c.y0, {c.k.u, v, c.k.v}, once, kSquare);
                      },
                      c.k.w, one));
    require_equal(square.dweights.v,
                  polynomial_gradient(
                      [&](const Values& v) {
                        return loss(first, c.x, c.y0, {c.k.u, c.k.w, v}, once, kSquare);
                      },
                      c.k.v, one));
    require_equal(
        square.dx,
        polynomial_gradient(
            [&](const Values& v) { return loss(first, v, c.y0, c.k, once, kSquare); }, c.x, one));
  });
}

TEST(RecurrentConvLaws, ThroughTimeAndTanhTheGradientsAreDifferencesToo) {
  covers({"A-RECURRENT-CONV"});
  const RealPrecision precision;
  for_all("dx, du, dw, dv and dy0", [] {
    const Case c = any_case(2);
    const Reals x = tensor_cast<Real>(c.x);
    const Reals y0 = tensor_cast<Real>(c.y0);
    const RecurrentConvWeights<Real> k{tensor_cast<Real>(c.k.u), tensor_cast<Real>(c.k.w),
                                       tensor_cast<Real>(c.k.v)};
    std::vector<Reals> dy;
    for (const Values& of_step : c.dy) dy.push_back(tensor_cast<Real>(of_step));
    const auto gradients = reference::recurrent_conv_gradients(dy, x, y0, k, c.p, kTanh);
    const auto require_gradient = [&](const char* name, const Reals& gradient, const Reals& at,
                                      const auto& f) {
      require(agree(gradient, smooth_gradient(f, at, Reals(Shape{1}, {Real(1)}))), name);
    };
    require_gradient("dx", gradients.dx, x,
                     [&](const Reals& v) { return loss(dy, v, y0, k, c.p, kTanh); });
    require_gradient("dy0", gradients.dy0, y0,
                     [&](const Reals& v) { return loss(dy, x, v, k, c.p, kTanh); });
    require_gradient("du", gradients.dweights.u, k.u, [&](const Reals& v) {
      return loss(dy, x, y0, {v, k.w, k.v}, c.p, kTanh);
    });
    require_gradient("dw", gradients.dweights.w, k.w, [&](const Reals& v) {
      return loss(dy, x, y0, {k.u, v, k.v}, c.p, kTanh);
    });
    require_gradient("dv", gradients.dweights.v, k.v, [&](const Reals& v) {
      return loss(dy, x, y0, {k.u, k.w, v}, c.p, kTanh);
    });
  });
}

// Weights shared between steps have the sum of the gradients that copies of them would have: each
// step is run here by itself, as a network of one step that starts from the labels before.
TEST(RecurrentConvLaws, EveryStepIsTheSameNetworkOnTheLabelsOfTheStepBefore) {
  covers({"A-RECURRENT-CONV"});
  for_all("two steps are one after the other, forward and backward", [] {
    Case c = any_case(1);
    c.p.steps = 2;
    c.dy.push_back(any_tensor("dy of step 2", c.y0.shape()));
    const RecurrentConvParams once = keeping_size(1);
    const Values y1 = reference::recurrent_conv(c.x, c.y0, c.k, once, kSquare).y[0];
    const auto both = reference::recurrent_conv(c.x, c.y0, c.k, c.p, kSquare);
    require_equal(both.y[0], y1);
    require_equal(both.y[1], reference::recurrent_conv(c.x, y1, c.k, once, kSquare).y[0]);

    const std::vector<Values> of_second{c.dy[1]};
    const auto second = reference::recurrent_conv_gradients(of_second, c.x, y1, c.k, once, kSquare);
    const std::vector<Values> of_first{sum(c.dy[0], second.dy0)};
    const auto first = reference::recurrent_conv_gradients(of_first, c.x, c.y0, c.k, once, kSquare);
    const auto shared = reference::recurrent_conv_gradients(c.dy, c.x, c.y0, c.k, c.p, kSquare);
    require_equal(shared.dx, sum(first.dx, second.dx));
    require_equal(shared.dy0, first.dy0);
    require_equal(shared.dweights.u, sum(first.dweights.u, second.dweights.u));
    require_equal(shared.dweights.w, sum(first.dweights.w, second.dweights.w));
    require_equal(shared.dweights.v, sum(first.dweights.v, second.dweights.v));
  });
}

// One pixel and one tap: x, y and all kernels are numbers, and the recursion is a geometric sum.
TEST(RecurrentConvLaws, OfSingleNumbersItIsAGeometricSum) {
  for_all("Y(T) = v u x (1 + v w + ... + (v w)^(T-1)) + (v w)^T y0", [] {
    const auto number = [](const char* name) { return any_tensor(name, {1, 1, 1}); };
    const Values x = number("x");
    const Values y0 = number("y0");
    const RecurrentConvWeights<Rational> k{number("u"), number("w"), number("v")};
    const ConvParams plain{.axes = {{}}};
    const Index steps = any_index("steps", 1, 4);
    Rational expected = 0;
    Rational power = 1;
    for (Index t = 0; t < steps; ++t) {
      expected += k.v[0] * k.u[0] * x[0] * power;
      power *= k.v[0] * k.w[0];
    }
    expected += power * y0[0];
    const RecurrentConvParams p{.u = plain, .w = plain, .v = plain, .steps = steps};
    require_equal(reference::recurrent_conv(x, y0, k, p, kLinear).y.back()[0], expected);
  });
}

}  // namespace
}  // namespace convproof
