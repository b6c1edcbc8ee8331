// Layers between dense and convolutional: unshared weights, tiled kernels. Examples, errors, laws.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/indices.h"
#include "core/scalar/rational.h"
#include "properties/arbitrary.h"
#include "properties/covers.h"
#include "properties/error_of.h"
#include "properties/gradients.h"
#include "reference/conv.h"
#include "reference/locally_connected.h"
#include "reference/tiled_conv.h"

namespace convproof {
namespace {

using Values = Tensor<Rational>;
using reference::TiledConvParams;

Values tensor(const Shape& shape, std::vector<Rational> elements) {
  return Values(shape, std::move(elements));
}

Values local(const Values& x, const Values& w, const WindowAxes& axes) {
  return reference::locally_connected<Rational>(x, w, nullptr, {.axes = axes});
}

Values tiled(const Values& x, const Values& w, const WindowAxes& axes) {
  return reference::tiled_conv<Rational>(x, w, nullptr, {.axes = axes});
}

// ---- examples -------------------------------------------------------------------------------

TEST(LocallyConnectedExamples, EveryOutputHasItsOwnWeights) {
  covers({"F-LOCAL-UNSHARED-R"});
  const Values x = tensor({1, 1, 4}, {1, 2, 3, 4});
  // w [O=1, W'=3, C=1, Kw=2]: (10 1), (100 1), (1000 1).
  const Values w = tensor({1, 3, 1, 2}, {10, 1, 100, 1, 1000, 1});
  EXPECT_EQ(local(x, w, {{}}), tensor({1, 1, 3}, {12, 203, 3004}));
  const Values b = tensor({1, 3}, {1, 2, 3});
  EXPECT_EQ(reference::locally_connected<Rational>(x, w, &b, {.axes = {{}}}),
            tensor({1, 1, 3}, {13, 205, 3007}));
}

TEST(LocallyConnectedExamples, EveryAttributeMeansWhatItMeansForConv) {
  const Values x = tensor({1, 1, 5}, {1, 2, 3, 4, 5});
  const Values two = tensor({1, 2, 1, 2}, {10, 1, 100, 1});
  EXPECT_EQ(local(x, two, {{.stride = 3}}), tensor({1, 1, 2}, {12, 405}));
  EXPECT_EQ(local(x, two, {{.dilation = 3}}), tensor({1, 1, 2}, {14, 205}));
  EXPECT_EQ(local(x, two, {{.stride = 4, .before = 1}}), tensor({1, 1, 2}, {1, 405}));
  EXPECT_EQ(local(x, two, {{.stride = 4, .after = 1}}), tensor({1, 1, 2}, {12, 500}));
}

TEST(LocallyConnectedExamples, MapsAreSummed) {
  const Values x = tensor({1, 2, 1}, {3, 5});
  const Values w = tensor({2, 1, 2, 1}, {1, 10, 100, 1000});
  EXPECT_EQ(local(x, w, {{}}), tensor({1, 2, 1}, {53, 5300}));
  const LocallyConnectedParams p{.axes = {{}}};
  const Values dy = tensor({1, 2, 1}, {1, 2});
  EXPECT_EQ(reference::locally_connected_dx<Rational>(dy, w, x.shape(), p),
            tensor({1, 2, 1}, {201, 2010}));
  EXPECT_EQ(reference::locally_connected_dw<Rational>(dy, x, w.shape(), p),
            tensor({2, 1, 2, 1}, {3, 5, 6, 10}));
  EXPECT_EQ(reference::locally_connected_db<Rational>(dy), tensor({2, 1}, {1, 2}));
}

TEST(TiledConvExamples, KernelsTakeTurns) {
  covers({"F-TILED-R"});
  const Values x = tensor({1, 1, 5}, {1, 2, 3, 4, 5});
  // w [O=1, C=1, Kw=2, t=2]: the kernels (10 1) and (100 2).
  const Values w = tensor({1, 1, 2, 2}, {10, 100, 1, 2});
  EXPECT_EQ(tiled(x, w, {{}}), tensor({1, 1, 4}, {12, 206, 34, 410}));
  const Values b = tensor({1, 2}, {1000, 2000});
  EXPECT_EQ(reference::tiled_conv<Rational>(x, w, &b, {.axes = {{}}}),
            tensor({1, 1, 4}, {1012, 2206, 1034, 2410}));
  EXPECT_EQ(reference::tiled_conv_db<Rational>(tensor({1, 1, 3}, {1, 2, 4}), w.shape()),
            tensor({1, 2}, {5, 2}));
}

TEST(TiledConvExamples, EveryAttributeMeansWhatItMeansForConv) {
  const Values x = tensor({1, 1, 5}, {1, 2, 3, 4, 5});
  const Values w = tensor({1, 1, 2, 2}, {10, 100, 1, 2});
  EXPECT_EQ(tiled(x, w, {{.stride = 3}}), tensor({1, 1, 2}, {12, 410}));
  EXPECT_EQ(tiled(x, w, {{.before = 1}}), tensor({1, 1, 5}, {1, 104, 23, 308, 45}));
  EXPECT_EQ(tiled(x, w, {{.after = 1, .dilation = 3}}), tensor({1, 1, 3}, {14, 210, 30}));
}

// What each of 1e30, 1 and -1e30 adds to a sum survives only if the sum is exact.
TEST(LocallyConnectedExamples, AnExactSumOfFloatsIsRoundedOnlyOnce) {
  const Tensor<float> x(Shape{1, 1, 3}, {1e30F, 1.0F, -1e30F});
  const Tensor<float> w(Shape{1, 1, 1, 3}, {1.0F, 1.0F, 1.0F});
  const LocallyConnectedParams p{.axes = {{}}};
  EXPECT_EQ(static_cast<double>(reference::locally_connected<Exact>(x, w, nullptr, p)[0]), 1.0);
  const Tensor<float> dy(Shape{1, 1, 1}, {2.0F});
  EXPECT_EQ(static_cast<double>(reference::locally_connected_dx<Exact>(dy, w, x.shape(), p)[1]),
            2.0);
  EXPECT_EQ(static_cast<double>(reference::locally_connected_dw<Exact>(dy, x, w.shape(), p)[1]),
            2.0);
  EXPECT_EQ(static_cast<double>(reference::locally_connected_db<Exact>(dy)[0]), 2.0);
}

TEST(TiledConvExamples, AnExactSumOfFloatsIsRoundedOnlyOnce) {
  const Tensor<float> x(Shape{1, 1, 3}, {1e30F, 1.0F, -1e30F});
  const Tensor<float> w(Shape{1, 1, 3, 1}, {1.0F, 1.0F, 1.0F});
  const TiledConvParams p{.axes = {{}}};
  EXPECT_EQ(static_cast<double>(reference::tiled_conv<Exact>(x, w, nullptr, p)[0]), 1.0);
  const Tensor<float> dy(Shape{1, 1, 1}, {2.0F});
  EXPECT_EQ(static_cast<double>(reference::tiled_conv_dx<Exact>(dy, w, x.shape(), p)[1]), 2.0);
  EXPECT_EQ(static_cast<double>(reference::tiled_conv_dw<Exact>(dy, x, w.shape(), p)[1]), 2.0);
  EXPECT_EQ(static_cast<double>(reference::tiled_conv_db<Exact>(dy, w.shape())[0]), 2.0);
}

TEST(LocallyConnectedExamples, AnEmptyBatchHasNoOutputsAndNoGradients) {
  const LocallyConnectedParams p{.axes = {{}}};
  const Values x(Shape{0, 1, 3});
  const Values w = tensor({1, 2, 1, 2}, {1, 2, 3, 4});
  const Values dy(Shape{0, 1, 2});
  EXPECT_EQ(local(x, w, p.axes), dy);
  EXPECT_EQ(reference::locally_connected_dx<Rational>(dy, w, x.shape(), p), x);
  EXPECT_EQ(reference::locally_connected_dw<Rational>(dy, x, w.shape(), p), Values(w.shape()));
  EXPECT_EQ(reference::locally_connected_db<Rational>(dy), Values(Shape{1, 2}));
}

TEST(TiledConvExamples, AnEmptyBatchHasNoOutputsAndNoGradients) {
  const TiledConvParams p{.axes = {{}}};
  const Values x(Shape{0, 1, 3});
  const Values w = tensor({1, 1, 2, 2}, {1, 2, 3, 4});
  const Values dy(Shape{0, 1, 2});
  EXPECT_EQ(tiled(x, w, p.axes), dy);
  EXPECT_EQ(reference::tiled_conv_dx<Rational>(dy, w, x.shape(), p), x);
  EXPECT_EQ(reference::tiled_conv_dw<Rational>(dy, x, w.shape(), p), Values(w.shape()));
  EXPECT_EQ(reference::tiled_conv_db<Rational>(dy, w.shape()), Values(Shape{1, 2}));
}

// ---- errors ---------------------------------------------------------------------------------

TEST(LocallyConnectedErrors, EveryArgumentIsRefusedByName) {
  const auto y_error = [](const Shape& x, const Shape& w, const WindowAxes& axes) {
    return error_of([&] { (void)locally_connected_y_shape(x, w, {.axes = axes}); });
  };
  EXPECT_EQ(y_error({1, 1, 5}, {1, 4, 1, 2}, {}),
            "locally_connected: axes: expected 1 to 3 spatial axes, got 0");
  EXPECT_EQ(y_error({1, 1, 5}, {1, 4, 1, 2}, {{}, {}, {}, {}}),
            "locally_connected: axes: expected 1 to 3 spatial axes, got 4");
  EXPECT_EQ(y_error({1, 5}, {1, 4, 1, 2}, {{}}),
            "locally_connected: x: expected 3 axes [N, C, W], got [1, 5]");
  EXPECT_EQ(y_error({1, 1, 5, 5}, {1, 4, 1, 2}, {{}, {}}),
            "locally_connected: w: expected 6 axes [O, H', W', C, Kh, Kw], got [1, 4, 1, 2]");
  EXPECT_EQ(y_error({1, 0, 5}, {1, 4, 0, 2}, {{}}),
            "locally_connected: channels of x: expected 1 or more, got 0");
  EXPECT_EQ(y_error({1, 1, 5}, {0, 4, 1, 2}, {{}}),
            "locally_connected: output channels of w: expected 1 or more, got 0");
  EXPECT_EQ(y_error({1, 2, 5}, {1, 4, 1, 2}, {{}}),
            "locally_connected: w: expected 2 channels (the channels of x), got 1");
  EXPECT_EQ(y_error({1, 2, 5}, {1, 4, 3, 2}, {{}}),
            "locally_connected: w: expected 2 channels (the channels of x), got 3");
  EXPECT_EQ(y_error({1, 1, 5}, {1, 5, 1, 2}, {{}}),
            "locally_connected: w on axis w: expected 4 positions (one per output pixel), got 5");
  EXPECT_EQ(y_error({1, 1, 5}, {1, 3, 1, 2}, {{}}),
            "locally_connected: w on axis w: expected 4 positions (one per output pixel), got 3");
  EXPECT_EQ(y_error({1, 1, 5}, {1, 4, 1, 2}, {{.dilation = 0}}),
            "locally_connected: dilation w: expected 1 or more, got 0");
}

TEST(LocallyConnectedErrors, TheReferenceAsksTheShapeRule) {
  const Values x(Shape{1, 1, 5});
  const Values w(Shape{2, 4, 1, 2});
  const Values wrong(Shape{2});
  const LocallyConnectedParams p{.axes = {{}}};
  EXPECT_EQ(error_of([&] { (void)reference::locally_connected<Rational>(x, w, &wrong, p); }),
            "locally_connected: b: expected [2, 4] (one per output unit), got [2]");
  EXPECT_EQ(error_of([&] { (void)reference::locally_connected_dx<Rational>(x, w, x.shape(), p); }),
            "locally_connected: dy: expected [1, 2, 4] (the shape of y), got [1, 1, 5]");
  EXPECT_EQ(error_of([&] { (void)reference::locally_connected_dw<Rational>(x, x, w.shape(), p); }),
            "locally_connected: dy: expected [1, 2, 4] (the shape of y), got [1, 1, 5]");
  EXPECT_EQ(error_of([&] { (void)reference::locally_connected_db<Rational>(wrong); }),
            "locally_connected: dy: expected 3 axes or more [N, O, ...], got [2]");
}

TEST(TiledConvErrors, EveryArgumentIsRefusedByName) {
  const auto y_error = [](const Shape& x, const Shape& w, const WindowAxes& axes) {
    return error_of([&] { (void)reference::tiled_conv_y_shape(x, w, {.axes = axes}); });
  };
  EXPECT_EQ(y_error({1, 1, 5}, {1, 1, 2, 2}, {}),
            "tiled_conv: axes: expected 1 to 3 spatial axes, got 0");
  EXPECT_EQ(y_error({1, 1, 5}, {1, 1, 2, 2}, {{}, {}, {}, {}}),
            "tiled_conv: axes: expected 1 to 3 spatial axes, got 4");
  EXPECT_EQ(y_error({1, 5}, {1, 1, 2, 2}, {{}}),
            "tiled_conv: x: expected 3 axes [N, C, W], got [1, 5]");
  EXPECT_EQ(y_error({1, 1, 5}, {1, 1, 2}, {{}}),
            "tiled_conv: w: expected 4 axes [O, C, K..., t...], got [1, 1, 2]");
  EXPECT_EQ(y_error({1, 1, 5}, {1, 1, 2, 2, 2}, {{}}),
            "tiled_conv: w: expected 4 axes [O, C, K..., t...], got [1, 1, 2, 2, 2]");
  EXPECT_EQ(y_error({1, 0, 5}, {1, 0, 2, 2}, {{}}),
            "tiled_conv: channels of x: expected 1 or more, got 0");
  EXPECT_EQ(y_error({1, 1, 5}, {0, 1, 2, 2}, {{}}),
            "tiled_conv: output channels of w: expected 1 or more, got 0");
  EXPECT_EQ(y_error({1, 2, 5}, {1, 1, 2, 2}, {{}}),
            "tiled_conv: w: expected 2 channels (the channels of x), got 1");
  EXPECT_EQ(y_error({1, 2, 5}, {1, 3, 2, 2}, {{}}),
            "tiled_conv: w: expected 2 channels (the channels of x), got 3");
  EXPECT_EQ(y_error({1, 1, 5}, {1, 1, 2, 0}, {{}}),
            "tiled_conv: kernels on axis w: expected 1 or more, got 0");
  EXPECT_EQ(y_error({1, 1, 5}, {1, 1, 6, 1}, {{}}),
            "tiled_conv: window w: expected at most the padded input, 5, got 6 (kernel 6, "
            "dilation 1)");
}

TEST(TiledConvErrors, TheReferenceAsksTheShapeRule) {
  const Values x(Shape{1, 1, 5});
  const Values w(Shape{2, 1, 2, 3});
  const Values wrong(Shape{2});
  const TiledConvParams p{.axes = {{}}};
  EXPECT_EQ(error_of([&] { (void)reference::tiled_conv<Rational>(x, w, &wrong, p); }),
            "tiled_conv: b: expected [2, 3] (one per kernel), got [2]");
  EXPECT_EQ(error_of([&] { (void)reference::tiled_conv_dx<Rational>(x, w, x.shape(), p); }),
            "tiled_conv: dy: expected [1, 2, 4] (the shape of y), got [1, 1, 5]");
  EXPECT_EQ(error_of([&] { (void)reference::tiled_conv_dw<Rational>(x, x, w.shape(), p); }),
            "tiled_conv: dy: expected [1, 2, 4] (the shape of y), got [1, 1, 5]");
  EXPECT_EQ(error_of([&] { (void)reference::tiled_conv_db<Rational>(wrong, w.shape()); }),
            "tiled_conv: dy: expected 3 to 5 axes [N, O, ...], got [2]");
  const Values four_axes(Shape{1, 2, 1, 1, 1, 1});
  EXPECT_EQ(error_of([&] { (void)reference::tiled_conv_db<Rational>(four_axes, w.shape()); }),
            "tiled_conv: dy: expected 3 to 5 axes [N, O, ...], got [1, 2, 1, 1, 1, 1]");
  EXPECT_EQ(error_of([&] { (void)reference::tiled_conv_db<Rational>(x, w.shape()); }),
            "tiled_conv: w: expected 4 axes [1, C, K..., t...], got [2, 1, 2, 3]");
  const Values dy(Shape{1, 2, 4});
  const auto db_error = [&](const Shape& of_w) {
    return error_of([&] { (void)reference::tiled_conv_db<Rational>(dy, of_w); });
  };
  EXPECT_EQ(db_error({1, 1, 2, 3}),
            "tiled_conv: w: expected 4 axes [2, C, K..., t...], got [1, 1, 2, 3]");
  EXPECT_EQ(db_error({2, 1, 2}),
            "tiled_conv: w: expected 4 axes [2, C, K..., t...], got [2, 1, 2]");
  EXPECT_EQ(db_error({2, 1, 2, 3, 4}),
            "tiled_conv: w: expected 4 axes [2, C, K..., t...], got [2, 1, 2, 3, 4]");
  EXPECT_EQ(db_error({2, 1, 2, 0}), "tiled_conv: kernels on axis w: expected 1 or more, got 0");
}

// ---- laws -----------------------------------------------------------------------------------

/// Sizes of a layer of one to three axes, few outputs on each, because weights are not shared.
struct Sizes {
  Index n, c, o;
  std::vector<Index> pixels, taps, windows;
  WindowAxes axes;
};

Sizes any_sizes() {
  Sizes s{.n = any_index("images", 1, 2),
          .c = any_index("channels", 1, 2),
          .o = any_index("outputs", 1, 2),
          .pixels = {},
          .taps = {},
          .windows = {},
          .axes = {}};
  const Index rank = any_index("axes", 1, 3);
  for (Index axis = 0; axis < rank; ++axis) {
    WindowAxis a{.stride = any_index("stride", 1, 3), .dilation = any_index("dilation", 1, 3)};
    const Index taps = any_index("kernel", 1, rank == 3 ? 2 : 3);
    const Index windows = any_index("windows", 1, rank == 1 ? 5 : rank == 2 ? 3 : 2);
    const Index padded = a.stride * (windows - 1) + a.dilation * (taps - 1) + 1 +
                         any_index("pixels that no window reaches", 0, a.stride - 1);
    a.before = any_index("before", 0, std::min<Index>(2, padded - 1));
    a.after = any_index("after", 0, std::min<Index>(2, padded - 1 - a.before));
    s.pixels.push_back(padded - a.before - a.after);
    s.taps.push_back(taps);
    s.windows.push_back(windows);
    s.axes.push_back(a);
  }
  return s;
}

Shape joined(std::initializer_list<std::vector<Index>> parts) {
  std::vector<Index> extents;
  for (const std::vector<Index>& part : parts) {
    extents.insert(extents.end(), part.begin(), part.end());
  }
  return Shape(extents);
}

/// The axes `first` ... `first + count - 1` of a place.
Indices part(const Indices& at, int first, std::size_t count) {
  Indices indices;
  for (std::size_t i = 0; i < count; ++i) indices.push_back(at[first + static_cast<int>(i)]);
  return indices;
}

Indices joined(std::initializer_list<Indices> parts) {
  Indices all;
  for (const Indices& indices : parts) {
    for (const Index i : indices) all.push_back(i);
  }
  return all;
}

TEST(LocallyConnectedLaws, GradientsAreFiniteDifferences) {
  for_all("dx, dw and db are exact differences of y", [] {
    const Sizes s = any_sizes();
    const LocallyConnectedParams p{.axes = s.axes};
    const Values x = any_tensor("x", joined({{s.n, s.c}, s.pixels}));
    const Values w = any_tensor("w", joined({{s.o}, s.windows, {s.c}, s.taps}));
    const Values b = any_tensor("b", joined({{s.o}, s.windows}));
    const Values dy = any_tensor("dy", joined({{s.n, s.o}, s.windows}));
    const auto y = [&](const Values& image, const Values& weights, const Values& biases) {
      return reference::locally_connected<Rational>(image, weights, &biases, p);
    };
    require_equal(reference::locally_connected_dx<Rational>(dy, w, x.shape(), p),
                  polynomial_gradient([&](const Values& v) { return y(v, w, b); }, x, dy));
    require_equal(reference::locally_connected_dw<Rational>(dy, x, w.shape(), p),
                  polynomial_gradient([&](const Values& v) { return y(x, v, b); }, w, dy));
    require_equal(reference::locally_connected_db<Rational>(dy),
                  polynomial_gradient([&](const Values& v) { return y(x, w, v); }, b, dy));
  });
}

// From the other side: every weight meets the one pixel that it reads, if there is one.
TEST(LocallyConnectedLaws, EveryWeightGivesItsProductToItsUnit) {
  covers({"F-LOCAL-UNSHARED-R"});
  for_all("y is what the weights give", [] {
    const Sizes s = any_sizes();
    const Values x = any_tensor("x", joined({{s.n, s.c}, s.pixels}));
    const Values w = any_tensor("w", joined({{s.o}, s.windows, {s.c}, s.taps}));
    const std::size_t rank = s.pixels.size();
    const int d = static_cast<int>(rank);
    Values given(joined({{s.n, s.o}, s.windows}));
    for_each_index(w.shape(), [&](const Indices& at) {
      const Indices unit = part(at, 1, rank);
      const Indices tap = part(at, d + 2, rank);
      Indices pixel;
      for (int axis = 0; axis < d; ++axis) {
        const WindowAxis& a = s.axes[axis];
        pixel.push_back(unit[axis] * a.stride + tap[axis] * a.dilation - a.before);
      }
      for (Index n = 0; n < s.n; ++n) {
        const Indices read = joined({{n, at[d + 1]}, pixel});
        if (!contains(x.shape(), read)) continue;
        given[flat_index(given.shape(), joined({{n, at[0]}, unit}))] +=
            w[flat_index(w.shape(), at)] * x[flat_index(x.shape(), read)];
      }
    });
    require_equal(local(x, w, s.axes), given);
  });
}

TEST(LocallyConnectedLaws, SharedWeightsMakeItAConvolution) {
  covers({"F-LOCAL-UNSHARED-R", "P-PARAM-SHARING"});
  for_all("y, and dw of conv is the sum over all units", [] {
    const Sizes s = any_sizes();
    const ConvParams conv{.axes = s.axes};
    const Values x = any_tensor("x", joined({{s.n, s.c}, s.pixels}));
    const Values shared = any_tensor("w", joined({{s.o, s.c}, s.taps}));
    const std::size_t rank = s.pixels.size();
    const int d = static_cast<int>(rank);
    Values w(joined({{s.o}, s.windows, {s.c}, s.taps}));
    const auto place = [&](const Indices& at) {
      return flat_index(shared.shape(), joined({{at[0], at[d + 1]}, part(at, d + 2, rank)}));
    };
    for_each_index(w.shape(),
                   [&](const Indices& at) { w[flat_index(w.shape(), at)] = shared[place(at)]; });
    const Values y = reference::conv<Rational>(x, shared, nullptr, conv);
    require_equal(local(x, w, s.axes), y);
    const Values dy = any_tensor("dy", y.shape());
    const Values dw = reference::locally_connected_dw<Rational>(dy, x, w.shape(), {.axes = s.axes});
    Values tied(shared.shape());
    for_each_index(w.shape(),
                   [&](const Indices& at) { tied[place(at)] += dw[flat_index(w.shape(), at)]; });
    require_equal(reference::conv_dw<Rational>(dy, x, shared.shape(), conv), tied);
    // Sharing divides what is stored by the number of output pixels.
    require_equal(w.size(), shared.size() * spatial(y.shape()).element_count());
  });
}

TEST(TiledConvLaws, GradientsAreFiniteDifferences) {
  for_all("dx, dw and db are exact differences of y", [] {
    const Sizes s = any_sizes();
    const TiledConvParams p{.axes = s.axes};
    std::vector<Index> tiles;
    for (std::size_t a = 0; a < s.taps.size(); ++a) {
      tiles.push_back(any_index("kernels in turn", 1, s.taps.size() == 3 ? 2 : 3));
    }
    const Values x = any_tensor("x", joined({{s.n, s.c}, s.pixels}));
    const Values w = any_tensor("w", joined({{s.o, s.c}, s.taps, tiles}));
    const Values b = any_tensor("b", joined({{s.o}, tiles}));
    const Values dy = any_tensor("dy", joined({{s.n, s.o}, s.windows}));
    const auto y = [&](const Values& image, const Values& weights, const Values& biases) {
      return reference::tiled_conv<Rational>(image, weights, &biases, p);
    };
    require_equal(reference::tiled_conv_dx<Rational>(dy, w, x.shape(), p),
                  polynomial_gradient([&](const Values& v) { return y(v, w, b); }, x, dy));
    require_equal(reference::tiled_conv_dw<Rational>(dy, x, w.shape(), p),
                  polynomial_gradient([&](const Values& v) { return y(x, v, b); }, w, dy));
    require_equal(reference::tiled_conv_db<Rational>(dy, w.shape()),
                  polynomial_gradient([&](const Values& v) { return y(x, w, v); }, b, dy));
  });
}

TEST(TiledConvLaws, OneKernelInTurnIsConvolution) {
  covers({"F-TILED-R"});
  for_all("t = 1", [] {
    const Sizes s = any_sizes();
    const Values x = any_tensor("x", joined({{s.n, s.c}, s.pixels}));
    const Values w = any_tensor("w", joined({{s.o, s.c}, s.taps}));
    const Values b = any_tensor("b", {s.o});
    const std::vector<Index> one(s.taps.size(), 1);
    const Values tile(joined({{s.o, s.c}, s.taps, one}),
                      std::vector<Rational>(w.data(), w.data() + w.size()));
    const Values bias(joined({{s.o}, one}), std::vector<Rational>(b.data(), b.data() + b.size()));
    require_equal(reference::tiled_conv<Rational>(x, tile, &bias, {.axes = s.axes}),
                  reference::conv<Rational>(x, w, &b, {.axes = s.axes}));
  });
}

TEST(TiledConvLaws, AsManyKernelsAsOutputsAreUnsharedAndFewerRepeat) {
  covers({"F-TILED-R"});
  for_all("w of the unit i is that of i mod t", [] {
    const Sizes s = any_sizes();
    std::vector<Index> tiles;
    for (const Index windows : s.windows) {
      // From one kernel over no sharing at all to kernels that are never used.
      tiles.push_back(any_index("kernels in turn", 1, windows + 1));
    }
    const Values x = any_tensor("x", joined({{s.n, s.c}, s.pixels}));
    const Values w = any_tensor("w", joined({{s.o, s.c}, s.taps, tiles}));
    const std::size_t rank = s.pixels.size();
    const int d = static_cast<int>(rank);
    Values unshared(joined({{s.o}, s.windows, {s.c}, s.taps}));
    for_each_index(unshared.shape(), [&](const Indices& at) {
      Indices tile = part(at, 1, rank);
      for (std::size_t a = 0; a < rank; ++a) tile[static_cast<int>(a)] %= tiles[a];
      unshared[flat_index(unshared.shape(), at)] =
          w[flat_index(w.shape(), joined({{at[0], at[d + 1]}, part(at, d + 2, rank), tile}))];
    });
    require_equal(tiled(x, w, s.axes), local(x, unshared, s.axes));
  });
}

}  // namespace
}  // namespace convproof
