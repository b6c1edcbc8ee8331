// Layers side by side: shortcuts, depth concatenation, the Inception module: examples, errors,
// laws.
#include <gtest/gtest.h>

#include "core/indices.h"
#include "properties/arbitrary.h"
#include "properties/covers.h"
#include "properties/error_of.h"
#include "properties/gradients.h"
#include "reference/concat.h"
#include "reference/conv.h"
#include "reference/dense.h"
#include "reference/differentiable.h"
#include "reference/identity.h"
#include "reference/inception_module.h"
#include "reference/relu.h"
#include "reference/residual_add.h"
#include "reference/tanh.h"
#include "reference/windows.h"

namespace convproof {
namespace {

using Values = Tensor<Rational>;
using Reals = Tensor<Real>;
using reference::Differentiable;

const ConvParams kSame{.axes = {{.before = 1, .after = 1}}};

/// Smaller than any distance to a kink in these tests, whose numbers have small denominators.
const Rational kTiny(1, 1000000000);

template <typename T>
Tensor<T> sum(Tensor<T> a, const Tensor<T>& b) {
  for (Index i = 0; i < a.size(); ++i) a[i] += b[i];
  return a;
}

template <typename T>
bool has_zero(const Tensor<T>& x) {
  for (Index i = 0; i < x.size(); ++i) {
    if (x[i] == 0) return true;
  }
  return false;
}

/// A convolution [maps,maps,3] that copies its maps.
Values copying_kernel(Index maps) {
  Values w(Shape{maps, maps, 3});
  for (Index c = 0; c < maps; ++c) w(c, c, 1) = 1;
  return w;
}

// ---- residual_add ---------------------------------------------------------------------------

TEST(ResidualAddExamples, TheInputIsAddedOrItsProjection) {
  covers({"F-RESIDUAL"});
  const Values x(Shape{1, 1, 4}, {1, 2, 3, 4});
  EXPECT_EQ(reference::residual_add(Values(Shape{1, 1, 4}, {10, 20, 30, 40}), x),
            Values(Shape{1, 1, 4}, {11, 22, 33, 44}));
  const Values f(Shape{1, 2, 2}, {100, 200, 300, 400});
  const Values w(Shape{2, 1, 1}, {1, -1});
  const reference::ResidualAddParams p{.strides = {2}};
  EXPECT_EQ(reference::residual_add(f, x, w, p), Values(Shape{1, 2, 2}, {101, 203, 299, 397}));
  const Values dy(Shape{1, 2, 2}, {1, 2, 10, 20});
  EXPECT_EQ(reference::residual_add_dx(dy, w, x.shape(), p),
            Values(Shape{1, 1, 4}, {-9, 0, -18, 0}));
  EXPECT_EQ(reference::residual_add_dw(dy, x, w.shape(), p), Values(Shape{2, 1, 1}, {7, 70}));
  EXPECT_EQ(reference::residual_add_df(dy), dy);
}

TEST(ResidualAddErrors, NothingIsBroadcast) {
  const Values x(Shape{1, 1, 4});
  const Values f(Shape{1, 2, 2});
  const Values w(Shape{2, 1, 1});
  const Values wide(Shape{2, 1, 3});
  const reference::ResidualAddParams p{.strides = {2}};
  EXPECT_EQ(error_of([&] {
              (void)reference::residual_add(Values(Shape{1, 1, 1}), x);
            }),
            "residual_add: f: expected [1, 1, 4] (the shape of x), got [1, 1, 1]");
  EXPECT_EQ(error_of([&] { (void)reference::residual_add(f, x, wide, p); }),
            "residual_add: w: expected kernels of one tap, got [2, 1, 3]");
  EXPECT_EQ(error_of([&] {
              (void)reference::residual_add(f, x, Values(Shape{2, 1, 2}), p);
            }),
            "residual_add: w: expected kernels of one tap, got [2, 1, 2]");
  EXPECT_EQ(error_of([&] { (void)reference::residual_add(x, x, w, p); }),
            "residual_add: f: expected [1, 2, 2] (the shape of the projected x), got [1, 1, 4]");
  EXPECT_EQ(error_of([&] { (void)reference::residual_add(f, x, w, {}); }),
            "residual_add: axes: expected 1 spatial axis or more, got 0");
  EXPECT_EQ(error_of([&] { (void)reference::residual_add_dx(x, w, x.shape(), p); }),
            "residual_add: dy: expected [1, 2, 2] (the shape of y), got [1, 1, 4]");
  EXPECT_EQ(error_of([&] { (void)reference::residual_add_dw(x, x, w.shape(), p); }),
            "residual_add: dy: expected [1, 2, 2] (the shape of y), got [1, 1, 4]");
  EXPECT_EQ(error_of([&] {
              (void)reference::residual_add(f, Values(Shape{1, 4}), w, p);
            }),
            "residual_add: x: expected 3 axes [N, C, W], got [1, 4]");
  EXPECT_EQ(error_of([&] { (void)reference::residual_add_dw(f, x, wide.shape(), p); }),
            "residual_add: w: expected kernels of one tap, got [2, 1, 3]");
}

TEST(ResidualAddLaws, GradientsAreFiniteDifferences) {
  for_all("df, dx and dw are exact differences, with either shortcut", [] {
    const Index rank = any_index("axes", 1, 2);
    const Index maps = any_index("maps", 1, 2);
    std::vector<Index> of_x{any_index("images", 1, 2), maps};
    std::vector<Index> of_w{any_index("output maps", 1, 2), maps};
    reference::ResidualAddParams p;
    for (Index axis = 0; axis < rank; ++axis) {
      of_x.push_back(any_index("pixels", 1, 3));
      of_w.push_back(1);
      p.strides.push_back(any_index("stride", 1, 2));
    }
    const Values x = any_tensor("x", Shape(of_x));
    const Values w = any_tensor("w", Shape(of_w));
    const Values same = any_tensor("f like x", x.shape());
    const Values d_same = any_tensor("dy like x", x.shape());
    require_equal(
        reference::residual_add_dx(d_same),
        polynomial_gradient([&](const Values& v) { return reference::residual_add(same, v); }, x,
                            d_same));
    require_equal(
        reference::residual_add_df(d_same),
        polynomial_gradient([&](const Values& v) { return reference::residual_add(v, x); }, same,
                            d_same));
    const Shape y = conv_y_shape(x.shape(), w.shape(), reference::detail::projection(p));
    const Values f = any_tensor("f", y);
    const Values dy = any_tensor("dy", y);
    require_equal(reference::residual_add_df(dy),
                  polynomial_gradient(
                      [&](const Values& v) { return reference::residual_add(v, x, w, p); }, f, dy));
    require_equal(reference::residual_add_dx(dy, w, x.shape(), p),
                  polynomial_gradient(
                      [&](const Values& v) { return reference::residual_add(f, v, w, p); }, x, dy));
    require_equal(reference::residual_add_dw(dy, x, w.shape(), p),
                  polynomial_gradient(
                      [&](const Values& v) { return reference::residual_add(f, x, v, p); }, w, dy));
  });
}

TEST(ResidualAddLaws, AProjectionIsADenseLayerOnThePixelsThatTheStrideKeeps) {
  for_all("y[.,.,i] = f[.,.,i] + W x[.,.,stride*i]", [] {
    const Index maps = any_index("maps", 1, 3);
    const Index outputs = any_index("output maps", 1, 3);
    // Each axis has a stride of its own.
    const Index down = any_index("stride down", 1, 3);
    const Index right = any_index("stride right", 1, 3);
    const Index rows = any_index("rows kept", 1, 3);
    const Index columns = any_index("columns kept", 1, 3);
    const Values x = any_tensor("x", {1, maps, (rows - 1) * down + 1, (columns - 1) * right + 1});
    const Values w = any_tensor("w", {outputs, maps});
    const Values f = any_tensor("f", {1, outputs, rows, columns});
    const Values y = reference::residual_add(
        f, x, Values(Shape{outputs, maps, 1, 1}, {w.data(), w.data() + w.size()}),
        {.strides = {down, right}});
    for (Index i = 0; i < rows; ++i) {
      for (Index j = 0; j < columns; ++j) {
        Values pixel(Shape{1, maps});
        for (Index c = 0; c < maps; ++c) pixel[c] = x(0, c, down * i, right * j);
        const Values projected = reference::dense<Rational>(pixel, w, nullptr);
        for (Index o = 0; o < outputs; ++o) {
          require_equal(y(0, o, i, j), Rational(f(0, o, i, j) + projected[o]));
        }
      }
    }
  });
}

/// Two convolutions of equal width, ReLU between them, the shortcut, and ReLU behind the addition.
struct Unit {
  Values w1, b1, w2, b2;

  Values u1(const Values& x) const { return reference::conv<Rational>(x, w1, &b1, kSame); }
  Values f(const Values& x) const {
    return reference::conv<Rational>(reference::relu(u1(x)), w2, &b2, kSame);
  }
  Values y(const Values& x) const { return reference::relu(reference::residual_add(f(x), x)); }
};

Unit any_unit(Index maps) {
  return {any_tensor("w1", {maps, maps, 3}), any_tensor("b1", {maps}),
          any_tensor("w2", {maps, maps, 3}), any_tensor("b2", {maps})};
}

TEST(ResidualAddLaws, TheGradientOfAUnitIsWhatTheShortcutAndTheLayersCarryTogether) {
  covers({"F-RESIDUAL-UNIT", "F-RESIDUAL"});
  for_all("y = ReLU(f(x) + x) is differentiated through both ways", [] {
    const Index maps = any_index("maps", 1, 2);
    const Unit unit = any_unit(maps);
    const Values x = any_tensor("x", {1, maps, any_index("pixels", 1, 3)});
    const Values u = reference::residual_add(unit.f(x), x);
    if (has_zero(unit.u1(x)) || has_zero(u)) return;
    const Values dy = any_tensor("dy", x.shape());
    const Values du = reference::relu_dx(dy, u);
    const Values through_f = reference::conv_dx<Rational>(
        reference::relu_dx(
            reference::conv_dx<Rational>(reference::residual_add_df(du), unit.w2, x.shape(), kSame),
            unit.u1(x)),
        unit.w1, x.shape(), kSame);
    require_equal(sum(through_f, reference::residual_add_dx(du)),
                  difference_gradient([&](const Values& v) { return unit.y(v); }, x, dy, kTiny));
  });
}

TEST(ResidualAddLaws, AFunctionIsTheIdentityAndItsResidual) {
  covers({"P-RESIDUAL-SPLIT"});
  for_all("h(x) = x + (h(x) - x)", [] {
    const Index maps = any_index("maps", 1, 2);
    const Values x = any_tensor("x", {1, maps, 3});
    const Values h = any_unit(maps).f(x);
    Values residual = h;
    for (Index i = 0; i < h.size(); ++i) residual[i] -= x[i];
    require_equal(reference::residual_add(residual, x), h);
  });
}

// Note 002: a deeper network contains the solutions of the shallow one, its new layers set to copy.
// With kernels that copy this needs an f that leaves its own outputs alone, as ReLU does; with a
// shortcut, weights of zero will do.
TEST(ResidualAddLaws, ADeeperNetworkContainsTheShallowOne) {
  covers({"P-DEEPER-SUPERSET"});
  for_all("a layer that copies, and a unit without weights, change nothing behind a ReLU", [] {
    const Index maps = any_index("maps", 1, 2);
    const Unit shallow = any_unit(maps);
    const Values y = shallow.y(any_tensor("x", {1, maps, 3}));
    require_equal(
        reference::relu(reference::conv<Rational>(y, copying_kernel(maps), nullptr, kSame)), y);
    const Values none(Shape{maps, maps, 3});
    const Values zeros(Shape{maps});
    require_equal(Unit{none, zeros, none, zeros}.y(y), y);
  });
  // tanh of a copy is not the copy.
  const Tensor<double> once = reference::tanh(Tensor<double>(Shape{1}, {1.0}));
  EXPECT_NE(reference::tanh(once), once);
}

// ---- concat ---------------------------------------------------------------------------------

TEST(ConcatExamples, MapsOfEveryImageAreStackedInTheOrderOfTheParts) {
  const Values a(Shape{2, 1, 2}, {1, 2, 3, 4});
  const Values b(Shape{2, 2, 2}, {10, 20, 30, 40, 50, 60, 70, 80});
  const Values y(Shape{2, 3, 2}, {1, 2, 10, 20, 30, 40, 3, 4, 50, 60, 70, 80});
  EXPECT_EQ(reference::concat<Rational>({a, b}), y);
  const std::vector<Values> parts = reference::concat_dx(y, {a.shape(), b.shape()});
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_EQ(parts[0], a);
  EXPECT_EQ(parts[1], b);
}

TEST(ConcatErrors, PartsThatDoNotFitAreRefused) {
  const auto y_error = [](const std::vector<Shape>& shapes) {
    return error_of([&] { (void)reference::concat_y_shape(shapes); });
  };
  EXPECT_EQ(y_error({}), "concat: number of parts: expected 1 or more, got 0");
  EXPECT_EQ(y_error({{2}}), "concat: part 0: expected 2 axes or more [N, C, ...], got [2]");
  EXPECT_EQ(y_error({{1, 2, 3}, {1, 4, 5}}),
            "concat: part 1: expected [1, 4, 3] (part 0 but for the channels), got [1, 4, 5]");
  EXPECT_EQ(y_error({{1, 2, 3}, {1, 2}}),
            "concat: part 1: expected [1, 2, 3] (part 0 but for the channels), got [1, 2]");
  EXPECT_EQ(error_of([] {
              (void)reference::concat_dx(Values(Shape{1, 2}), {{1, 1}});
            }),
            "concat: dy: expected [1, 1] (the shape of y), got [1, 2]");
}

TEST(ConcatLaws, TheGradientIsASplitAndSplittingUndoesIt) {
  for_all("dx of every part is the difference; concat of a split is the whole", [] {
    const Index images = any_index("images", 1, 2);
    const Index pixels = any_index("pixels", 1, 2);
    const Values a = any_tensor("a", {images, any_index("maps of a", 1, 2), pixels});
    const Values b = any_tensor("b", {images, any_index("maps of b", 1, 2), pixels});
    const Values dy = any_tensor("dy", {images, a.shape()[1] + b.shape()[1], pixels});
    const std::vector<Values> split = reference::concat_dx(dy, {a.shape(), b.shape()});
    require_equal(split[0], polynomial_gradient(
                                [&](const Values& v) {
                                  return reference::concat<Rational>({v, b});
                                },
                                a, dy));
    require_equal(split[1], polynomial_gradient(
                                [&](const Values& v) {
                                  return reference::concat<Rational>({a, v});
                                },
                                b, dy));
    require_equal(reference::concat(split), dy);
    const Values y = reference::concat<Rational>({a, b});
    for_each_index(y.shape(), [&](const Indices& at) {
      const Index c = at[1] - a.shape()[1];
      require_equal(y(at[0], at[1], at[2]), c < 0 ? a(at[0], at[1], at[2]) : b(at[0], c, at[2]));
    });
  });
}

// ---- inception_module -----------------------------------------------------------------------

/// 3-wide max pooling with stride 1 that keeps the size; ties go to the first.
template <typename T>
auto max_pool() {
  const auto windows = [](const Shape& x) {
    WindowAxes axes;
    std::vector<Index> taps;
    for (int axis = 2; axis < x.rank(); ++axis) {
      axes.push_back({.before = 1, .after = 1});
      taps.push_back(3);
    }
    return reference::Windows(spatial(x), Shape(taps), spatial(x), axes);
  };
  const auto winner = [windows](const Tensor<T>& x, Index i) {
    const Index pixels = spatial(x.shape()).element_count();
    Index best = -1;
    for (const reference::Reading& r : windows(x.shape()).of_window(i % pixels)) {
      const Index at = i / pixels * pixels + r.pixel;
      if (best < 0 || x[at] > x[best]) best = at;
    }
    return best;
  };
  return Differentiable{[winner](const Tensor<T>& x) {
                          Tensor<T> y(x.shape());
                          for (Index i = 0; i < y.size(); ++i) y[i] = x[winner(x, i)];
                          return y;
                        },
                        [winner](const Tensor<T>& dy, const Tensor<T>& x) {
                          Tensor<T> dx(x.shape());
                          for (Index i = 0; i < dy.size(); ++i) dx[winner(x, i)] += dy[i];
                          return dx;
                        }};
}

/// Sums of three pixels: as linear as the convolutions, so that everything is a polynomial.
auto sum_pool() {
  const auto kernel = [](const Shape& x) {
    return Values(Shape{x[1], 1, 3}, std::vector<Rational>(static_cast<std::size_t>(3 * x[1]), 1));
  };
  const auto params = [](const Shape& x) { return ConvParams{.axes = kSame.axes, .groups = x[1]}; };
  return Differentiable{
      [=](const Values& x) {
        return reference::conv<Rational>(x, kernel(x.shape()), nullptr, params(x.shape()));
      },
      [=](const Values& dy, const Values& x) {
        return reference::conv_dx<Rational>(dy, kernel(x.shape()), x.shape(), params(x.shape()));
      }};
}

template <typename T>
auto no_activation() {
  return Differentiable{
      [](const Tensor<T>& u) { return reference::identity(u); },
      [](const Tensor<T>& dy, const Tensor<T>& u) { return reference::identity_dx(dy, u); }};
}

using Weights = reference::InceptionWeights<Rational>;
using Step = reference::InceptionStep<Rational>;

Step any_step(const char* name, Index outputs, Index inputs, Index kernel) {
  return {any_tensor(name, {outputs, inputs, kernel}), any_tensor("its bias", {outputs})};
}

/// On one axis, naive or reduced.
Weights any_weights(Index maps) {
  Weights weights;
  const auto outputs = [](const char* name) { return any_index(name, 1, 2); };
  weights.one = {any_step("1", outputs("maps of 1"), maps, 1)};
  if (any_index("reduced", 0, 1) == 0) {
    weights.three = {any_step("3", outputs("maps of 3"), maps, 3)};
    weights.five = {any_step("5", outputs("maps of 5"), maps, 5)};
  } else {
    const Index before_three = outputs("D1");
    const Index before_five = outputs("D2");
    weights.three = {any_step("1 before 3", before_three, maps, 1),
                     any_step("3", outputs("maps of 3"), before_three, 3)};
    weights.five = {any_step("1 before 5", before_five, maps, 1),
                    any_step("5", outputs("maps of 5"), before_five, 5)};
    weights.pooled = {any_step("1 behind the pooling", outputs("maps of the pooling"), maps, 1)};
  }
  return weights;
}

TEST(InceptionModuleExamples, FourBranchesSeeTheSameInput) {
  covers({"M-INCEPTION-IDEA"});
  const Values x(Shape{1, 1, 4}, {1, 2, 4, 3});
  const auto ones = [](Index kernel) {
    return Step{
        Values(Shape{1, 1, kernel}, std::vector<Rational>(static_cast<std::size_t>(kernel), 1)),
        Values(Shape{1})};
  };
  Weights weights{.one = {ones(1)}, .three = {ones(3)}, .five = {ones(5)}, .pooled = {}};
  const auto pool = max_pool<Rational>();
  const auto f = no_activation<Rational>();
  EXPECT_EQ(reference::inception_module(x, weights, pool, f),
            Values(Shape{1, 4, 4}, {1, 2, 4, 3, 3, 7, 9, 7, 7, 10, 10, 9, 2, 4, 4, 4}));
  // 1x1 convolutions in front of 3 and 5, and behind the pooling.
  Step twice = ones(1);
  twice.w[0] = 2;
  weights.three = {twice, ones(3)};
  weights.five = {twice, ones(5)};
  weights.pooled = {twice};
  EXPECT_EQ(reference::inception_module(x, weights, pool, f),
            Values(Shape{1, 4, 4}, {1, 2, 4, 3, 6, 14, 18, 14, 14, 20, 20, 18, 4, 8, 8, 8}));
}

// The first module of GoogLeNet: 192 maps of 28 x 28 become 64 + 128 + 32 + 32.
TEST(InceptionModuleExamples, TheFirstModuleOfGoogLeNetGives256Maps) {
  covers({"M-INCEPTION"});
  using Floats = Tensor<float>;
  const auto step = [](Index outputs, Index inputs, Index kernel) {
    return reference::InceptionStep<float>{Floats(Shape{outputs, inputs, kernel, kernel}),
                                           Floats(Shape{outputs})};
  };
  const reference::InceptionWeights<float> weights{.one = {step(64, 192, 1)},
                                                   .three = {step(96, 192, 1), step(128, 96, 3)},
                                                   .five = {step(16, 192, 1), step(32, 16, 5)},
                                                   .pooled = {step(32, 192, 1)}};
  EXPECT_EQ(reference::inception_module_y_shape({1, 192, 28, 28}, weights),
            (Shape{1, 256, 28, 28}));
}

TEST(InceptionModuleErrors, EveryArgumentIsRefusedByName) {
  const auto step = [](Index outputs, Index inputs, Index kernel) {
    return Step{Values(Shape{outputs, inputs, kernel}), Values(Shape{outputs})};
  };
  const Weights right{
      .one = {step(1, 2, 1)}, .three = {step(1, 2, 3)}, .five = {step(1, 2, 5)}, .pooled = {}};
  const auto y_error = [](const Weights& weights) {
    return error_of([&] { (void)reference::inception_module_y_shape({1, 2, 4}, weights); });
  };
  Weights wrong = right;
  wrong.one = {};
  EXPECT_EQ(y_error(wrong), "inception_module: branch 0: expected a convolution or more, got none");
  wrong = right;
  wrong.five = {step(1, 2, 3)};
  EXPECT_EQ(y_error(wrong),
            "inception_module: w of step 0 in branch 2: expected kernels 5 wide, got [1, 2, 3]");
  wrong = right;
  wrong.three = {step(1, 2, 3), step(1, 1, 3)};
  EXPECT_EQ(y_error(wrong),
            "inception_module: w of step 0 in branch 1: expected kernels 1 wide, got [1, 2, 3]");
  wrong = right;
  wrong.pooled = {step(1, 3, 1)};
  EXPECT_EQ(y_error(wrong),
            "inception_module: w: expected 2 channels per group (x has 2, groups 1), got 3");
  const Values x(Shape{1, 2, 4});
  const auto shrinking = Differentiable{[](const Values&) {
                                          return Values(Shape{1, 2, 2});
                                        },
                                        [](const Values& dy, const Values&) { return dy; }};
  EXPECT_EQ(error_of([&] {
              (void)reference::inception_module(x, right, shrinking, no_activation<Rational>());
            }),
            "inception_module: pool(x): expected [1, 2, 4] (the shape of x), got [1, 2, 2]");
  EXPECT_EQ(error_of([&] {
              (void)reference::inception_module_gradients(x, x, right, sum_pool(),
                                                          no_activation<Rational>());
            }),
            "inception_module: dy: expected [1, 5, 4] (the shape of y), got [1, 2, 4]");
}

TEST(InceptionModuleLaws, GradientsAreFiniteDifferences) {
  covers({"M-INCEPTION", "M-INCEPTION-IDEA"});
  for_all("dx and those of all weights and biases are exact differences", [] {
    const Index maps = any_index("maps", 1, 2);
    Weights weights = any_weights(maps);
    const Values x = any_tensor("x", {1, maps, any_index("pixels", 1, 3)});
    const Values dy = any_tensor("dy", reference::inception_module_y_shape(x.shape(), weights));
    const auto pool = sum_pool();
    const auto f = no_activation<Rational>();
    const auto gradients = reference::inception_module_gradients(dy, x, weights, pool, f);
    require_equal(gradients.dx, polynomial_gradient(
                                    [&](const Values& v) {
                                      return reference::inception_module(v, weights, pool, f);
                                    },
                                    x, dy));
    const auto require_gradients = [&](std::vector<Step>& steps, const std::vector<Step>& given) {
      for (std::size_t s = 0; s < steps.size(); ++s) {
        for (Values Step::*which : {&Step::w, &Step::b}) {
          const Values at = steps[s].*which;
          const Values difference = polynomial_gradient(
              [&](const Values& v) {
                steps[s].*which = v;
                return reference::inception_module(x, weights, pool, f);
              },
              at, dy);
          steps[s].*which = at;
          require_equal(given[s].*which, difference);
        }
      }
    };
    require_gradients(weights.one, gradients.dweights.one);
    require_gradients(weights.three, gradients.dweights.three);
    require_gradients(weights.five, gradients.dweights.five);
    require_gradients(weights.pooled, gradients.dweights.pooled);
  });
}

TEST(InceptionModuleLaws, ThroughMaximaAndActivationsTheGradientIsADifferenceToo) {
  const RealPrecision precision;
  for_all("dx with max pooling and tanh", [] {
    const Index maps = any_index("maps", 1, 2);
    const Weights exact = any_weights(maps);
    reference::InceptionWeights<Real> weights;
    const auto cast = [](const std::vector<Step>& steps) {
      std::vector<reference::InceptionStep<Real>> real;
      for (const Step& s : steps) real.push_back({tensor_cast<Real>(s.w), tensor_cast<Real>(s.b)});
      return real;
    };
    weights = {cast(exact.one), cast(exact.three), cast(exact.five), cast(exact.pooled)};
    Reals x = tensor_cast<Real>(any_tensor("x", {1, maps, 3}));
    for (Index i = 0; i < x.size(); ++i) x[i] += Real(i) / 1000;  // No ties.
    const Reals dy = tensor_cast<Real>(
        any_tensor("dy", reference::inception_module_y_shape(x.shape(), weights)));
    const auto pool = max_pool<Real>();
    const auto f =
        Differentiable{[](const Reals& u) { return reference::tanh(u); },
                       [](const Reals& d, const Reals& u) { return reference::tanh_dx(d, u); }};
    require(
        agree(reference::inception_module_gradients(dy, x, weights, pool, f).dx,
              smooth_gradient(
                  [&](const Reals& v) { return reference::inception_module(v, weights, pool, f); },
                  x, dy)),
        "dx is another number");
  });
}

// Without an activation a reduced branch is one convolution, with the product of the two kernels;
// the whole module but its pooling is one 5-wide convolution, with zeros around the small kernels.
TEST(InceptionModuleLaws, ItsConvolutionsAreOneWideConvolution) {
  covers({"M-INCEPTION"});
  for_all("all branches but the pooled one, as a single kernel", [] {
    const Index maps = any_index("maps", 1, 2);
    const Weights weights = any_weights(maps);
    const Values x = any_tensor("x", {1, maps, 3});
    std::vector<Rational> kernels;
    std::vector<Rational> biases;
    for (const std::vector<Step>* steps : {&weights.one, &weights.three, &weights.five}) {
      const Step& last = steps->back();
      const Index border = (5 - last.w.shape()[2]) / 2;
      for (Index o = 0; o < last.b.size(); ++o) {
        Rational bias = last.b[o];
        for (Index c = 0; c < maps; ++c) {
          for (Index u = 0; u < 5; ++u) {
            Rational tap = 0;
            if (u >= border && u < 5 - border) {
              for (Index d = 0; d < last.w.shape()[1]; ++d) {
                const bool reduced = steps->size() == 2;
                const Rational before = reduced ? (*steps)[0].w(d, c, 0) : Rational(d == c ? 1 : 0);
                tap += last.w(o, d, u - border) * before;
              }
            }
            kernels.push_back(tap);
          }
        }
        biases.push_back(bias);
      }
    }
    const auto outputs = static_cast<Index>(biases.size());
    const Values b(Shape{outputs}, biases);
    Weights unbiased = weights;  // Padding zeros have no bias, reduced pixels have.
    for (auto* steps : {&unbiased.three, &unbiased.five}) {
      if (steps->size() == 2) (*steps)[0].b = Values((*steps)[0].b.shape());
    }
    const Values one = reference::conv<Rational>(x, Values(Shape{outputs, maps, 5}, kernels), &b,
                                                 {.axes = {{.before = 2, .after = 2}}});
    const Values y =
        reference::inception_module(x, unbiased, sum_pool(), no_activation<Rational>());
    const Shape rest{1, y.shape()[1] - outputs, 3};
    require_equal(reference::concat_dx(y, {one.shape(), rest})[0], one);
  });
}

// ---- stages ---------------------------------------------------------------------------------

// Note 001 §9.3: convolution, then the detector (a nonlinearity), then pooling. Not in another
// order, unless the pooling takes a maximum, which any rising function leaves alone.
TEST(StageLaws, ConvolutionDetectorAndPoolingComeInThisOrder) {
  covers({"M-THREE-STAGE"});
  for_all("the gradient of the three stages; max pooling and ReLU change places", [] {
    const Values x = any_tensor("x", {1, 1, 4});
    const Values w = any_tensor("w", {1, 1, 3});
    const Values dy = any_tensor("dy", {1, 1, 4});
    const auto pool = sum_pool();
    const Values u = reference::conv<Rational>(x, w, nullptr, kSame);
    require_equal(max_pool<Rational>().y(reference::relu(u)),
                  reference::relu(max_pool<Rational>().y(u)));
    if (has_zero(u)) return;
    require_equal(
        reference::conv_dx<Rational>(reference::relu_dx(pool.dx(dy, reference::relu(u)), u), w,
                                     x.shape(), kSame),
        difference_gradient(
            [&](const Values& v) {
              return pool.y(reference::relu(reference::conv<Rational>(v, w, nullptr, kSame)));
            },
            x, dy, kTiny));
  });
  const Values u(Shape{1, 1, 2}, {2, -2});
  EXPECT_NE(sum_pool().y(reference::relu(u)), reference::relu(sum_pool().y(u)));
}

}  // namespace
}  // namespace convproof
