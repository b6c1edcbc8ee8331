// Pooling by sliding windows and over whole maps: max_pool, average_pool, lp_pool,
// weighted_average_pool, global_max_pool, global_average_pool.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "core/scalar/exact.h"
#include "core/scalar/rational.h"
#include "core/scalar/real.h"
#include "properties/arbitrary.h"
#include "properties/covers.h"
#include "properties/error_of.h"
#include "properties/gradients.h"
#include "reference/average_pool.h"
#include "reference/conv.h"
#include "reference/global_average_pool.h"
#include "reference/global_max_pool.h"
#include "reference/lp_pool.h"
#include "reference/max_pool.h"
#include "reference/weighted_average_pool.h"

namespace convproof {
namespace {

using Values = Tensor<Rational>;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

template <typename T>
Tensor<T> row(std::vector<T> elements) {
  const auto size = static_cast<Index>(elements.size());
  return Tensor<T>({1, 1, size}, std::move(elements));
}

Values map(Index height, Index width, std::vector<Rational> elements) {
  return Values({1, 1, height, width}, std::move(elements));
}

/// Windows on images of one to three axes, with every attribute.
struct Case {
  PoolParams p;
  Values x;
};

Case any_case(Index most_axes) {
  Case c;
  const Index axes = any_index("axes", 1, most_axes);
  std::vector<Index> x{any_index("images", 1, 2), any_index("channels", 1, 2)};
  for (Index axis = 0; axis < axes; ++axis) {
    const WindowAxis a{.stride = any_index("stride", 1, 3),
                       .before = any_index("before", 0, 2),
                       .after = any_index("after", 0, 2),
                       .dilation = any_index("dilation", 1, 2)};
    const Index kernel = any_index("kernel", 1, axes == 3 ? 2 : 3);
    const Index needed = a.dilation * (kernel - 1) + 1 - a.before - a.after;
    x.push_back(std::max<Index>(needed, 1) + any_index("spare pixels", 0, axes == 3 ? 2 : 4));
    c.p.kernel.push_back(kernel);
    c.p.axes.push_back(a);
  }
  c.p.ceil_mode = any_index("ceil_mode", 0, 1) == 1;
  c.x = any_tensor("x", Shape(x));
  return c;
}

/// Like any tensor, but no two elements are nearer to each other than 3, so that steps of 1 change
/// no maximum.
Values any_distinct(const char* name, const Shape& shape) {
  const Values drawn = any_tensor(name, shape);
  Values x(shape);
  for (Index i = 0; i < x.size(); ++i) {
    Index smaller = 0;
    for (Index j = 0; j < x.size(); ++j) {
      smaller += drawn[j] < drawn[i] || (drawn[j] == drawn[i] && j < i) ? 1 : 0;
    }
    x[i] = 3 * smaller - x.size();
  }
  return x;
}

/// The second opinion's own enumeration: visit(place) for every tap of the window that makes the
/// output at `i`, in C order; the place [n, c, h...] in x need not be inside the image.
template <typename Visit>
void for_each_tap(const PoolParams& p, const Indices& i, Visit visit) {
  for_each_index(Shape(p.kernel.begin(), p.kernel.end()), [&](const Indices& u) {
    Indices place{i[0], i[1]};
    for (int axis = 0; axis < u.rank(); ++axis) {
      const WindowAxis& a = p.axes[axis];
      place.push_back(a.stride * i[axis + 2] + a.dilation * u[axis] - a.before);
    }
    visit(static_cast<const Indices&>(place));
  });
}

/// Whether a place is a cell of the image with its padding.
bool in_padded_image(const PoolParams& p, const Shape& x, const Indices& place) {
  for (int axis = 0; axis < p.axes.size(); ++axis) {
    if (place[axis + 2] < -p.axes[axis].before) return false;
    if (place[axis + 2] >= x[axis + 2] + p.axes[axis].after) return false;
  }
  return true;
}

// ---- the rule of sizes that pools share -----------------------------------------------------

Index outputs(Index size, Index kernel, const WindowAxis& axis, bool ceil_mode) {
  return pool_y_shape({1, 1, size},
                      {.kernel = {kernel}, .axes = {axis}, .ceil_mode = ceil_mode})[2];
}

TEST(MaxPoolExamples, FloorDropsTheRestAndCeilKeepsIt) {
  EXPECT_EQ(outputs(5, 2, {.stride = 2}, false), 2);
  EXPECT_EQ(outputs(5, 2, {.stride = 2}, true), 3);
  EXPECT_EQ(outputs(6, 2, {.stride = 2}, true), 3);
  EXPECT_EQ(outputs(5, 3, {}, true), 3);
  // AlexNet's pooling with overlaps: 55 -> 27 -> 13 (note 004 §5.4.2).
  EXPECT_EQ(outputs(55, 3, {.stride = 2}, false), 27);
  EXPECT_EQ(outputs(27, 3, {.stride = 2}, false), 13);
}

TEST(MaxPoolExamples, ACeilWindowThatStartsBehindTheImageIsLeftOut) {
  // Windows start at 0, 2 and 4 of [pad, x, x, x, pad]: the third starts on the trailing pad.
  EXPECT_EQ(outputs(3, 2, {.stride = 2, .before = 1, .after = 1}, false), 2);
  EXPECT_EQ(outputs(3, 2, {.stride = 2, .before = 1, .after = 1}, true), 2);
  EXPECT_EQ(outputs(4, 2, {.stride = 2, .before = 1, .after = 1}, true), 3);
  // The rule leaves out one window, not all that start there.
  EXPECT_EQ(outputs(1, 1, {.after = 3}, false), 4);
  EXPECT_EQ(outputs(1, 1, {.after = 3}, true), 3);
  // A stride beyond all sizes does not overflow.
  EXPECT_EQ(outputs(3, 2, {.stride = std::numeric_limits<Index>::max()}, true), 1);
}

TEST(MaxPoolLaws, SizesCountWindowsOneByOne) {
  for_all("as many outputs as window starts", [] {
    const Index size = any_index("size", 1, 9);
    const Index kernel = any_index("kernel", 1, 3);
    const WindowAxis a = any_window_axis();
    const Index padded = size + a.before + a.after;
    const Index span = a.dilation * (kernel - 1) + 1;
    if (span > padded) return;
    std::vector<Index> starts{0};
    while (starts.back() + span < padded) starts.push_back(starts.back() + a.stride);
    // These cover the padded image; the last may hang over.
    std::vector<Index> inside = starts;
    if (inside.back() + span > padded) inside.pop_back();
    if (starts.back() >= size + a.before) starts.pop_back();
    require_equal(outputs(size, kernel, a, false), static_cast<Index>(inside.size()));
    require_equal(outputs(size, kernel, a, true), static_cast<Index>(starts.size()));
  });
}

TEST(MaxPoolLaws, RegionsAreWhatAnOutputDependsOn) {
  covers({"F-POOL-SHAPES"});
  for_all("an output moves with the pixels of its region, of its own map", [] {
    const Case c = any_case(2);
    const AveragePoolParams p{.window = c.p};
    const Shape y = pool_y_shape(c.x.shape(), c.p);
    require_equal(y[0], c.x.shape()[0]);
    require_equal(y[1], c.x.shape()[1]);
    for_each_index(y, [&](const Indices& i) {
      // The pixels whose gradient of this output is not zero.
      Values dy(y);
      dy[flat_index(y, i)] = 1;
      const Values dx = reference::average_pool_dx(dy, c.x.shape(), p);
      Values region(c.x.shape());
      for_each_tap(c.p, i, [&](const Indices& h) {
        if (contains(region.shape(), h)) region[flat_index(region.shape(), h)] = 1;
      });
      for (Index h = 0; h < dx.size(); ++h) require((dx[h] != 0) == (region[h] != 0), "region");
    });
  });
  // Regions may overlap or not: pixels of two outputs, and of one.
  const auto readers = [](Index stride) {
    const AveragePoolParams p{.window = {.kernel = {3}, .axes = {{.stride = stride}}}};
    Values dy(pool_y_shape({1, 1, 5}, p.window));
    for (Index i = 0; i < dy.size(); ++i) dy[i] = 3;
    return reference::average_pool_dx(dy, {1, 1, 5}, p);
  };
  EXPECT_EQ(readers(2), row<Rational>({1, 1, 2, 1, 1}));
  EXPECT_EQ(readers(3), row<Rational>({1, 1, 1, 0, 0}));
}

// ---- max_pool -------------------------------------------------------------------------------

TEST(MaxPoolExamples, TheLargestOfEachRegion) {
  covers({"F-POOL-MAX", "F-POOL-HIT", "F-POOL-QIU"});
  const Values x = map(4, 4, {1, 1, 2, 4, 5, 6, 7, 8, 3, 2, 1, 0, 1, 2, 3, 4});
  const PoolParams p{.kernel = {2, 2}, .axes = {{.stride = 2}, {.stride = 2}}};
  EXPECT_EQ(reference::max_pool(x, p), map(2, 2, {6, 8, 3, 4}));
  const PoolParams overlapping{.kernel = {2, 3}, .axes = {{}, {}}};
  EXPECT_EQ(reference::max_pool(x, overlapping), map(3, 2, {7, 8, 7, 8, 3, 4}));
}

TEST(MaxPoolExamples, DilationSkipsPixelsAndPaddingNeverWins) {
  const Values x = row<Rational>({-5, -1, -4, -2, -3});
  EXPECT_EQ(reference::max_pool(x, {.kernel = {2}, .axes = {{.dilation = 2}}}),
            row<Rational>({-4, -1, -3}));
  EXPECT_EQ(reference::max_pool(x, {.kernel = {2}, .axes = {{.stride = 2, .before = 1}}}),
            row<Rational>({-5, -1, -2}));
  EXPECT_EQ(reference::max_pool(x, {.kernel = {3}, .axes = {{.stride = 3}}, .ceil_mode = true}),
            row<Rational>({-1, -2}));
}

TEST(MaxPoolExamples, TiesGoToTheFirstPixel) {
  const Values x = map(2, 2, {3, 7, 7, 7});
  const PoolParams p{.kernel = {2, 2}, .axes = {{}, {}}};
  EXPECT_EQ(reference::max_pool_argmax(x, p), Tensor<Index>({1, 1, 1, 1}, {1}));
  EXPECT_EQ(reference::max_pool_dx(map(1, 1, {9}), x, p), map(2, 2, {0, 9, 0, 0}));
}

TEST(MaxPoolExamples, NanPropagatesAndTakesTheGradient) {
  const Tensor<double> x = row<double>({1, NAN, 5, 2, 3, 4});
  const PoolParams p{.kernel = {3}, .axes = {{.stride = 3}}};
  const Tensor<double> y = reference::max_pool(x, p);
  EXPECT_TRUE(std::isnan(y[0]));
  EXPECT_EQ(y[1], 4);
  EXPECT_EQ(reference::max_pool_dx(row<double>({7, 8}), x, p), row<double>({0, 7, 0, 0, 0, 8}));
  const Real not_a_number = std::numeric_limits<Real>::quiet_NaN();
  EXPECT_TRUE(isnan(reference::max_pool(row<Real>({1, not_a_number, 5}), p)[0]));
}

TEST(MaxPoolExamples, AWindowInThePaddingIsMinusInfinityWithoutAGradient) {
  const PoolParams p{.kernel = {1}, .axes = {{.before = 1}}};
  EXPECT_EQ(reference::max_pool(row<double>({4}), p), row<double>({-kInfinity, 4}));
  EXPECT_EQ(reference::max_pool_argmax(row<double>({4}), p), row<Index>({-1, 0}));
  EXPECT_EQ(reference::max_pool_dx(row<double>({5, 6}), row<double>({4}), p), row<double>({6}));
}

TEST(MaxPoolExamples, ComparesExactSums) {
  const Exact tiny = Exact(1).scaled(-2000);
  const Tensor<Exact> x({1, 1, 3}, {Exact(1), Exact(1) + tiny, Exact(1) - tiny});
  const PoolParams p{.kernel = {3}, .axes = {{}}};
  EXPECT_EQ(reference::max_pool(x, p)[0], x[1]);
  EXPECT_EQ(reference::max_pool_dx(Tensor<Exact>({1, 1, 1}, {tiny}), x, p)[1], tiny);
}

TEST(MaxPoolErrors, EveryArgumentIsRefusedByName) {
  const Values x = map(2, 3, {1, 2, 3, 4, 5, 6});
  const auto y_error = [&](const PoolParams& p) {
    return error_of([&] { (void)reference::max_pool(x, p); });
  };
  const PoolParams p{.kernel = {2, 2}, .axes = {{}, {}}};
  EXPECT_EQ(error_of([&] {
              (void)reference::max_pool(Values(Shape{2, 3}), p);
            }),
            "max_pool: x: expected 3 axes or more [N, C, ...], got [2, 3]");
  EXPECT_EQ(y_error({.kernel = {2}, .axes = {{}, {}}}),
            "max_pool: kernel: expected 2 (one per spatial axis of x), got 1");
  EXPECT_EQ(y_error({.kernel = {2, 0}, .axes = {{}, {}}}),
            "max_pool: kernel w: expected 1 or more, got 0");
  EXPECT_EQ(y_error({.kernel = {2, 2}, .axes = {{}}}),
            "max_pool: axes: expected 2 (one per spatial axis of x), got 1");
  EXPECT_EQ(y_error({.kernel = {2, 2}, .axes = {{}, {}, {}}}),
            "max_pool: axes: expected 2 (one per spatial axis of x), got 3");
  EXPECT_EQ(y_error({.kernel = {2, 2}, .axes = {{.stride = 0}, {}}}),
            "max_pool: stride h: expected 1 or more, got 0");
  EXPECT_EQ(y_error({.kernel = {2, 2}, .axes = {{.before = -1}, {}}}),
            "max_pool: leading padding h: expected 0 or more, got -1");
  EXPECT_EQ(y_error({.kernel = {2, 2}, .axes = {{}, {.after = -1}}}),
            "max_pool: trailing padding w: expected 0 or more, got -1");
  EXPECT_EQ(y_error({.kernel = {2, 2}, .axes = {{}, {.dilation = 0}}}),
            "max_pool: dilation w: expected 1 or more, got 0");
  EXPECT_EQ(
      y_error({.kernel = {2, 2}, .axes = {{.dilation = 2}, {}}}),
      "max_pool: window h: expected at most the padded input, 2, got 3 (kernel 2, dilation 2)");
  EXPECT_EQ(y_error({.kernel = {1, 1}, .axes = {{}, {.before = 1}}}),
            "max_pool: padding: expected a pixel in every window (no infinity in this scalar), "
            "got none for output 0");
  EXPECT_EQ(error_of([&] { (void)reference::max_pool_dx(x, x, p); }),
            "max_pool: dy: expected [1, 1, 1, 2] (the shape of y), got [1, 1, 2, 3]");
  EXPECT_EQ(error_of([&] { (void)reference::max_pool_argmax(x, {}); }),
            "max_pool: kernel: expected 2 (one per spatial axis of x), got 0");
}

// Every window is written down with -infinity for what is not in the image, and sorted.
TEST(MaxPoolLaws, IsTheLastOfTheSortedWindow) {
  covers({"F-POOL-MAX"});
  for_all("y and argmax by sorting", [] {
    const Case c = any_case(3);
    const Tensor<double> x = tensor_cast<double>(c.x);
    Tensor<double> y(pool_y_shape(x.shape(), c.p));
    Tensor<Index> argmax(y.shape());
    const Shape extents = spatial(x.shape());
    for_each_index(y.shape(), [&](const Indices& i) {
      std::vector<std::pair<double, Index>> window;
      for_each_tap(c.p, i, [&](const Indices& h) {
        if (!contains(x.shape(), h)) {
          window.emplace_back(-kInfinity, 1);
          return;
        }
        // The later in C order, the smaller among equals.
        const Indices pixel = [&] {
          Indices inner;
          for (int axis = 2; axis < h.rank(); ++axis) inner.push_back(h[axis]);
          return inner;
        }();
        window.emplace_back(x[flat_index(x.shape(), h)], -flat_index(extents, pixel));
      });
      std::sort(window.begin(), window.end());
      y[flat_index(y.shape(), i)] = window.back().first;
      argmax[flat_index(y.shape(), i)] = -window.back().second;
    });
    require_equal(reference::max_pool(x, c.p), y);
    require_equal(reference::max_pool_argmax(c.x, c.p), argmax);
  });
}

TEST(MaxPoolLaws, TheGradientIsTheFiniteDifferenceAwayFromTies) {
  for_all("dx", [] {
    const Case c = any_case(3);
    const Values x = any_distinct("distinct x", c.x.shape());
    const Values dy = any_tensor("dy", pool_y_shape(x.shape(), c.p));
    // Windows in the padding have no value over rationals; any constant will do.
    const auto y_of = [&](const Values& v) {
      const Tensor<Index> argmax = reference::max_pool_argmax(v, c.p);
      const Index windows = spatial(argmax.shape()).element_count();
      const Index pixels = spatial(v.shape()).element_count();
      Values y(argmax.shape());
      for (Index i = 0; i < y.size(); ++i) {
        if (argmax[i] != -1) y[i] = v[i / windows * pixels + argmax[i]];
      }
      return y;
    };
    require_equal(reference::max_pool_dx(dy, x, c.p), polynomial_gradient(y_of, x, dy));
  });
}

TEST(MaxPoolLaws, AtTiesTheGradientIsThatOfTheFirstRaisedByNothing) {
  // A tie broken in favour of earlier pixels by less than any difference of elements has the same
  // gradient, and no tie.
  for_all("dx at ties", [] {
    const Case c = any_case(2);
    Values ties(c.x.shape());
    Values broken(c.x.shape());
    for (Index i = 0; i < ties.size(); ++i) {
      ties[i] = c.x[i] > 0 ? 1 : 0;
      broken[i] = ties[i] - Rational(i, 2 * ties.size());
    }
    const Values dy = any_tensor("dy", pool_y_shape(c.x.shape(), c.p));
    require_equal(reference::max_pool_dx(dy, ties, c.p), reference::max_pool_dx(dy, broken, c.p));
  });
}

// ---- average_pool ---------------------------------------------------------------------------

TEST(AveragePoolExamples, TheMeanOfEachRegion) {
  covers({"F-POOL-MEAN", "F-POOL-HIT", "F-POOL-QIU"});
  const Values x = map(2, 4, {1, 2, 3, 4, 5, 6, 7, 10});
  const PoolParams window{.kernel = {2, 2}, .axes = {{.stride = 2}, {.stride = 2}}};
  EXPECT_EQ(reference::average_pool(x, {.window = window}), map(1, 2, {Rational(7, 2), 6}));
}

TEST(AveragePoolExamples, PaddingCountsOrDoesNot) {
  const Values x = row<Rational>({6, 12});
  const PoolParams window{.kernel = {3}, .axes = {{.before = 1, .after = 1}}};
  EXPECT_EQ(reference::average_pool(x, {.window = window, .count_include_pad = true}),
            row<Rational>({6, 6}));
  EXPECT_EQ(reference::average_pool(x, {.window = window, .count_include_pad = false}),
            row<Rational>({9, 9}));
}

TEST(AveragePoolExamples, TheOverhangOfACeilWindowNeverCounts) {
  const Values x = row<Rational>({6, 12, 24});
  const PoolParams window{.kernel = {3}, .axes = {{.stride = 2, .after = 1}}, .ceil_mode = true};
  // The second window reads 24, one cell of padding, and one beyond it.
  EXPECT_EQ(reference::average_pool(x, {.window = window, .count_include_pad = true}),
            row<Rational>({14, 12}));
  EXPECT_EQ(reference::average_pool(x, {.window = window, .count_include_pad = false}),
            row<Rational>({14, 24}));
}

TEST(AveragePoolExamples, AWindowInThePaddingIsZero) {
  const PoolParams window{.kernel = {1}, .axes = {{.before = 1}}};
  for (const bool counted : {false, true}) {
    const AveragePoolParams p{.window = window, .count_include_pad = counted};
    EXPECT_EQ(reference::average_pool(row<Rational>({4}), p), row<Rational>({0, 4}));
    EXPECT_EQ(reference::average_pool_dx(row<Rational>({5, 6}), {1, 1, 1}, p), row<Rational>({6}));
  }
}

TEST(AveragePoolExamples, DilationSpreadsTheRegion) {
  EXPECT_EQ(reference::average_pool(row<Rational>({1, 2, 3, 8}),
                                    {.window = {.kernel = {2}, .axes = {{.dilation = 2}}}}),
            row<Rational>({2, 5}));
}

TEST(AveragePoolErrors, EveryArgumentIsRefusedByName) {
  const Values x = row<Rational>({1, 2});
  const AveragePoolParams p{.window = {.kernel = {2}, .axes = {{}}}};
  EXPECT_EQ(error_of([&] {
              (void)reference::average_pool(Values(Shape{1, 0, 2}), p);
            }),
            "average_pool: x: expected extents of 1 or more after N, got [1, 0, 2]");
  EXPECT_EQ(error_of([&] { (void)reference::average_pool(x, {}); }),
            "average_pool: kernel: expected 1 (one per spatial axis of x), got 0");
  EXPECT_EQ(error_of([&] {
              (void)reference::average_pool(x, {.window = {.kernel = {3}, .axes = {{}}}});
            }),
            "average_pool: window w: expected at most the padded input, 2, got 3 (kernel 3, "
            "dilation 1)");
  EXPECT_EQ(error_of([&] { (void)reference::average_pool_dx(x, x.shape(), p); }),
            "average_pool: dy: expected [1, 1, 1] (the shape of y), got [1, 1, 2]");
}

TEST(AveragePoolLaws, IsTheSumOfTheCellsOverTheirNumber) {
  covers({"F-POOL-MEAN"});
  for_all("y cell by cell, and its gradient by differences", [] {
    const Case c = any_case(3);
    const AveragePoolParams p{.window = c.p,
                              .count_include_pad = any_index("count_include_pad", 0, 1) == 1};
    Values y(pool_y_shape(c.x.shape(), c.p));
    for_each_index(y.shape(), [&](const Indices& i) {
      Rational sum = 0;
      Index cells = 0;
      for_each_tap(c.p, i, [&](const Indices& h) {
        const bool inside = contains(c.x.shape(), h);
        if (inside) sum += c.x[flat_index(c.x.shape(), h)];
        if (inside || (p.count_include_pad && in_padded_image(c.p, c.x.shape(), h))) ++cells;
      });
      y[flat_index(y.shape(), i)] = cells == 0 ? Rational(0) : Rational(sum / cells);
    });
    require_equal(reference::average_pool(c.x, p), y);
    const Values dy = any_tensor("dy", y.shape());
    require_equal(reference::average_pool_dx(dy, c.x.shape(), p),
                  polynomial_gradient(
                      [&](const Values& v) { return reference::average_pool(v, p); }, c.x, dy));
  });
}

/// A kernel for every channel of its own.
Values depthwise(Index channels, const Values& kernel) {
  std::vector<Index> extents{channels, 1};
  extents.insert(extents.end(), kernel.shape().begin(), kernel.shape().end());
  std::vector<Rational> all;
  for (Index c = 0; c < channels; ++c) {
    all.insert(all.end(), kernel.data(), kernel.data() + kernel.size());
  }
  return {Shape(extents), std::move(all)};
}

TEST(AveragePoolLaws, WithPaddingCountedIsAConvolutionWithAConstantKernel) {
  for_all("conv with 1/K, one group per map", [] {
    Case c = any_case(3);
    c.p.ceil_mode = false;  // Every window lies in the padded image, so each counts all its taps.
    Values kernel(Shape(c.p.kernel.begin(), c.p.kernel.end()));
    for (Index u = 0; u < kernel.size(); ++u) kernel[u] = Rational(1, kernel.size());
    const Index channels = c.x.shape()[1];
    require_equal(reference::average_pool(c.x, {.window = c.p, .count_include_pad = true}),
                  reference::conv<Rational>(c.x, depthwise(channels, kernel), nullptr,
                                            {.axes = c.p.axes, .groups = channels}));
  });
}

// ---- lp_pool --------------------------------------------------------------------------------

TEST(LpPoolExamples, TheEuclideanNormOfThreeAndFourIsFive) {
  const RealPrecision digits;
  const LpPoolParams p{.window = {.kernel = {2}, .axes = {{.stride = 2}}}};
  EXPECT_EQ(reference::lp_pool(row<Real>({3, -4, -5, 12}), p), row<Real>({5, 13}));
  EXPECT_TRUE(agree(reference::lp_pool_dx(row<Real>({5, 13}), row<Real>({3, -4, -5, 12}), p),
                    row<Real>({3, -4, -5, 12})));
}

TEST(LpPoolExamples, ModuliDoNotCancel) {
  const RealPrecision digits;
  const PoolParams window{.kernel = {3}, .axes = {{}}};
  EXPECT_EQ(reference::lp_pool(row<Real>({3, -4, -5}), {.window = window, .p = 1}),
            row<Real>({12}));
  // 216 = 3^3 + 4^3 + 5^3 = 6^3.
  EXPECT_TRUE(agree(reference::lp_pool(row<Real>({3, -4, -5}), {.window = window, .p = 3}),
                    row<Real>({6})));
}

TEST(LpPoolExamples, WhereTheNormIsZeroSoIsTheGradient) {
  for (const Index p : {1, 2, 3}) {
    const LpPoolParams norm{.window = {.kernel = {2}, .axes = {{.before = 2}}}, .p = p};
    const Tensor<double> zeros = row<double>({0, 0});
    EXPECT_EQ(reference::lp_pool(zeros, norm), row<double>({0, 0, 0}));
    EXPECT_EQ(reference::lp_pool_dx(row<double>({1, 1, 1}), zeros, norm), row<double>({0, 0}));
  }
  // A single zero beside a pixel: 0 for p = 1, too, where the norm has a kink.
  const LpPoolParams taxicab{.window = {.kernel = {2}, .axes = {{}}}, .p = 1};
  EXPECT_EQ(reference::lp_pool_dx(row<double>({7}), row<double>({0, -2}), taxicab),
            row<double>({0, -7}));
}

TEST(LpPoolErrors, EveryArgumentIsRefusedByName) {
  const Tensor<double> x = row<double>({1, 2});
  const PoolParams window{.kernel = {2}, .axes = {{}}};
  EXPECT_EQ(error_of([&] { (void)reference::lp_pool(x, {.window = window, .p = 0}); }),
            "lp_pool: p: expected 1 or more, got 0");
  EXPECT_EQ(error_of([&] { (void)reference::lp_pool(x, {}); }),
            "lp_pool: kernel: expected 1 (one per spatial axis of x), got 0");
  EXPECT_EQ(error_of([&] { (void)reference::lp_pool(Tensor<double>(Shape{3}), {}); }),
            "lp_pool: x: expected 3 axes or more [N, C, ...], got [3]");
  EXPECT_EQ(error_of([&] { (void)reference::lp_pool_dx(x, x, {.window = window}); }),
            "lp_pool: dy: expected [1, 1, 1] (the shape of y), got [1, 1, 2]");
  EXPECT_EQ(error_of([&] { (void)reference::lp_pool_dx(x, x, {.window = window, .p = -1}); }),
            "lp_pool: p: expected 1 or more, got -1");
}

TEST(LpPoolLaws, ItsPowerIsTheSumOfPowers) {
  for_all("y^p = sum |x|^p by products, and the gradient by differences", [] {
    const RealPrecision digits;
    const Case c = any_case(2);
    const LpPoolParams p{.window = c.p, .p = any_index("p", 1, 4)};
    const Tensor<Real> x = tensor_cast<Real>(c.x);
    const auto power = [&](const Real& base) {
      Real product = 1;
      for (Index k = 0; k < p.p; ++k) product *= base;
      return product;
    };
    const Tensor<Real> y = reference::lp_pool(x, p);
    Tensor<Real> powers(y.shape());
    Tensor<Real> sums(y.shape());
    for_each_index(y.shape(), [&](const Indices& i) {
      const Index at = flat_index(y.shape(), i);
      require(y[at] >= 0, "a norm is negative");
      powers[at] = power(y[at]);
      for_each_tap(c.p, i, [&](const Indices& h) {
        if (!contains(x.shape(), h)) return;
        const Real& pixel = x[flat_index(x.shape(), h)];
        sums[at] += power(pixel < 0 ? Real(-pixel) : pixel);
      });
    });
    require(agree(powers, sums), "y^p is not the sum");
    const Tensor<Real> dy = tensor_cast<Real>(any_tensor("dy", y.shape()));
    require(agree(reference::lp_pool_dx(dy, x, p),
                  smooth_gradient([&](const Tensor<Real>& v) { return reference::lp_pool(v, p); },
                                  x, dy)),
            "dx is not the difference");
  });
}

// ---- weighted_average_pool ------------------------------------------------------------------

TEST(WeightedAveragePoolExamples, TheCentreWeighsMost) {
  const Values a({3}, {1, 2, 1});
  const PoolParams p{.kernel = {3}, .axes = {{}}};
  EXPECT_EQ(reference::weights_by_distance(a, p),
            Values({3}, {Rational(1, 4), Rational(1, 2), Rational(1, 4)}));
  EXPECT_EQ(reference::weighted_average_pool(row<Rational>({4, 8, 16, 0}), a, p),
            row<Rational>({9, 10}));
  EXPECT_EQ(reference::weighted_average_pool_dx(row<Rational>({4, 8}), {1, 1, 4}, a, p),
            row<Rational>({1, 4, 5, 2}));
  // Means are 9 and 10, the sum of a is 4: (4*(4-9) + 8*(8-10))/4, and so on.
  EXPECT_EQ(reference::weighted_average_pool_da(row<Rational>({4, 8}), row<Rational>({4, 8, 16, 0}),
                                                a, p),
            Values({3}, {-9, 11, -13}));
}

TEST(WeightedAveragePoolExamples, DilationAndPaddingKeepTheWeights) {
  const Values a({3}, {1, 2, 1});
  const PoolParams p{.kernel = {3}, .axes = {{.stride = 2, .before = 2, .dilation = 2}}};
  // Taps at -2, 0, 2 and at 0, 2, 4.
  EXPECT_EQ(reference::weighted_average_pool(row<Rational>({4, 9, 8, 9, 16}), a, p),
            row<Rational>({4, 9}));
}

TEST(WeightedAveragePoolExamples, DistancesAreEuclideanInPixels) {
  // Dilation 2 on the first axis: its neighbour is two pixels away, that of the second axis one.
  const PoolParams p{.kernel = {3, 3}, .axes = {{.dilation = 2}, {}}};
  EXPECT_EQ(reference::four_squared_distances({0, 1}, p), 16);
  EXPECT_EQ(reference::four_squared_distances({1, 0}, p), 4);
  EXPECT_EQ(reference::four_squared_distances({2, 2}, p), 20);
  EXPECT_EQ(reference::four_squared_distances({1}, {.kernel = {2}, .axes = {{}}}), 1);
}

TEST(WeightedAveragePoolErrors, EveryArgumentIsRefusedByName) {
  const Values x = row<Rational>({1, 2, 3});
  const PoolParams p{.kernel = {3}, .axes = {{}}};
  const auto y_error = [&](std::vector<Rational> a) {
    return error_of([&] {
      const auto taps = static_cast<Index>(a.size());
      (void)reference::weighted_average_pool(x, Values({taps}, a), p);
    });
  };
  EXPECT_EQ(y_error({1, 2}), "weighted_average_pool: a: expected [3] (the kernel), got [2]");
  EXPECT_EQ(y_error({1, -2, 1}), "weighted_average_pool: a: expected weights of 0 or more, got -2");
  EXPECT_EQ(y_error({0, 0, 0}),
            "weighted_average_pool: a: expected a weight that is not 0, got none");
  EXPECT_EQ(y_error({1, 2, 3}),
            "weighted_average_pool: a: expected one weight for one distance from the centre, got "
            "1 at [0] and 3 at [2]");
  const Values a({3}, {1, 2, 1});
  EXPECT_EQ(error_of([&] { (void)reference::weighted_average_pool(x, a, {}); }),
            "weighted_average_pool: kernel: expected 1 (one per spatial axis of x), got 0");
  EXPECT_EQ(error_of([&] { (void)reference::weighted_average_pool_dx(x, x.shape(), a, p); }),
            "weighted_average_pool: dy: expected [1, 1, 1] (the shape of y), got [1, 1, 3]");
  EXPECT_EQ(error_of([&] { (void)reference::weighted_average_pool_da(x, x, a, p); }),
            "weighted_average_pool: dy: expected [1, 1, 1] (the shape of y), got [1, 1, 3]");
  EXPECT_EQ(
      error_of([&] {
        (void)reference::weighted_average_pool_da(row<Rational>({1}), x, Values({3}, {1, 2, 3}), p);
      }),
      "weighted_average_pool: a: expected one weight for one distance from the centre, got "
      "1 at [0] and 3 at [2]");
}

TEST(WeightedAveragePoolLaws, IsAConvolutionWithWeightsThatSumToOne) {
  for_all("conv with a/sum(a), one group per map", [] {
    Case c = any_case(2);
    c.p.ceil_mode = false;  // conv has none.
    // Any function of the distance: here a random table, read at the distance.
    const Values table = any_tensor("table", Shape{200});
    Values a(Shape(c.p.kernel.begin(), c.p.kernel.end()));
    Rational total = 0;
    for_each_index(a.shape(), [&](const Indices& u) {
      Index distance = 0;
      for (int axis = 0; axis < u.rank(); ++axis) {
        const Index from_end = c.p.kernel[axis] - 1 - u[axis];
        const Index across = (u[axis] - from_end) * c.p.axes[axis].dilation;
        distance += across * across;
      }
      const Rational& drawn = table[distance];
      a[flat_index(a.shape(), u)] = drawn < 0 ? Rational(-drawn) : drawn;
      total += a[flat_index(a.shape(), u)];
    });
    const Values weights = reference::weights_by_distance(a, c.p);
    Rational sum = 0;
    for (Index u = 0; u < weights.size(); ++u) {
      sum += weights[u];
      a[u] /= total;
    }
    require_equal(sum, Rational(1));
    const Index channels = c.x.shape()[1];
    const ConvParams conv{.axes = c.p.axes, .groups = channels};
    const Values y = reference::weighted_average_pool(c.x, a, c.p);
    require_equal(y, reference::conv<Rational>(c.x, depthwise(channels, a), nullptr, conv));
    const Values dy = any_tensor("dy", y.shape());
    require_equal(
        reference::weighted_average_pool_dx(dy, c.x.shape(), a, c.p),
        polynomial_gradient(
            [&](const Values& v) { return reference::weighted_average_pool(v, a, c.p); }, c.x, dy));
  });
}

TEST(WeightedAveragePoolLaws, TheGradientOfAWeightIsThatOfAllTapsAtItsDistance) {
  const RealPrecision digits;
  for_all("da, summed over the taps of one distance, by differences of the table", [] {
    const Case c = any_case(2);
    const Tensor<Real> x = tensor_cast<Real>(c.x);
    const Shape taps(c.p.kernel.begin(), c.p.kernel.end());
    // The weight of every distance: positive, and read at four times its square.
    Tensor<Real> table = tensor_cast<Real>(any_tensor("table", Shape{200}));
    for (Index i = 0; i < table.size(); ++i) table[i] = abs(table[i]);
    const auto distance = [&](const Indices& u) {
      Index sum = 0;
      for (int axis = 0; axis < u.rank(); ++axis) {
        const Index across = (2 * u[axis] + 1 - c.p.kernel[axis]) * c.p.axes[axis].dilation;
        sum += across * across;
      }
      return sum;
    };
    const auto weights = [&](const Tensor<Real>& of_distances) {
      Tensor<Real> a(taps);
      for_each_index(taps,
                     [&](const Indices& u) { a[flat_index(taps, u)] = of_distances[distance(u)]; });
      return a;
    };
    const auto y = [&](const Tensor<Real>& of_distances) {
      return reference::weighted_average_pool(x, weights(of_distances), c.p);
    };
    const Tensor<Real> dy = tensor_cast<Real>(any_tensor("dy", pool_y_shape(x.shape(), c.p)));
    const Tensor<Real> da = reference::weighted_average_pool_da(dy, x, weights(table), c.p);
    // Only the distances that occur: all others have no part in y.
    Tensor<Real> summed(taps);
    Tensor<Real> differences(taps);
    const Real h = pow(Real(10), kRealStepExponent);
    for_each_index(taps, [&](const Indices& u) {
      for_each_index(taps, [&](const Indices& v) {
        if (distance(u) == distance(v)) summed[flat_index(taps, u)] += da[flat_index(taps, v)];
      });
      Tensor<Real> above = table;
      Tensor<Real> below = table;
      above[distance(u)] += h;
      below[distance(u)] -= h;
      differences[flat_index(taps, u)] = (inner(dy, y(above)) - inner(dy, y(below))) / (2 * h);
    });
    require(agree(summed, differences), "da");
  });
}

TEST(WeightedAveragePoolLaws, EqualWeightsAreTheMean) {
  for_all("a = 1", [] {
    Case c = any_case(2);
    c.p.ceil_mode = false;
    Values a(Shape(c.p.kernel.begin(), c.p.kernel.end()));
    for (Index u = 0; u < a.size(); ++u) a[u] = 5;
    require_equal(reference::weighted_average_pool(c.x, a, c.p),
                  reference::average_pool(c.x, {.window = c.p, .count_include_pad = true}));
  });
}

TEST(WeightedAveragePoolLaws, FourKindsSummariseOneNeighbourhood) {
  covers({"F-POOL-KINDS"});
  const RealPrecision digits;
  // One neighbourhood {1, 2, 2} around its central pixel 2: maximum 2, mean 5/3, norm 3, and
  // (1*1 + 2*2 + 2*1)/4 with weights 1, 2, 1.
  const PoolParams p{.kernel = {3}, .axes = {{}}};
  const Tensor<Real> x = row<Real>({1, 2, 2});
  EXPECT_EQ(reference::max_pool(x, p), row<Real>({2}));
  EXPECT_EQ(reference::average_pool(x, {.window = p}), row<Real>({Real(5) / 3}));
  EXPECT_EQ(reference::lp_pool(x, {.window = p}), row<Real>({3}));
  EXPECT_EQ(reference::weighted_average_pool(x, Tensor<Real>({3}, {1, 2, 1}), p),
            row<Real>({Real(7) / 4}));
  // Three of them do not know where in the region a pixel is; the weighted average does.
  const Tensor<Real> turned = row<Real>({2, 1, 2});
  EXPECT_EQ(reference::max_pool(turned, p), reference::max_pool(x, p));
  EXPECT_EQ(reference::average_pool(turned, {.window = p}),
            reference::average_pool(x, {.window = p}));
  EXPECT_EQ(reference::lp_pool(turned, {.window = p}), reference::lp_pool(x, {.window = p}));
  EXPECT_EQ(reference::weighted_average_pool(turned, Tensor<Real>({3}, {1, 2, 1}), p),
            row<Real>({Real(6) / 4}));
}

// ---- global pooling -------------------------------------------------------------------------

TEST(GlobalMaxPoolExamples, OnePixelPerMap) {
  const Values x({1, 2, 2, 2}, {1, 4, 4, 2, -3, -1, -2, -1});
  EXPECT_EQ(reference::global_max_pool(x), Values({1, 2, 1, 1}, {4, -1}));
  EXPECT_EQ(reference::global_max_pool_dx(Values({1, 2, 1, 1}, {7, 8}), x),
            Values({1, 2, 2, 2}, {0, 7, 0, 0, 0, 8, 0, 0}));
}

TEST(GlobalMaxPoolExamples, NanPropagates) {
  EXPECT_TRUE(std::isnan(reference::global_max_pool(row<double>({1, NAN, 2}))[0]));
}

TEST(GlobalMaxPoolErrors, EveryArgumentIsRefusedByName) {
  EXPECT_EQ(error_of([] {
              (void)reference::global_max_pool(Values(Shape{2, 3}));
            }),
            "global_max_pool: x: expected 3 axes or more [N, C, ...], got [2, 3]");
  EXPECT_EQ(error_of([] {
              (void)reference::global_max_pool_dx(row<Rational>({1, 2}), row<Rational>({1, 2}));
            }),
            "global_max_pool: dy: expected [1, 1, 1] (the shape of y), got [1, 1, 2]");
}

/// Windows as large as the maps of x.
PoolParams whole_map(const Shape& x) {
  PoolParams p;
  for (int axis = 2; axis < x.rank(); ++axis) {
    p.kernel.push_back(x[axis]);
    p.axes.push_back({});
  }
  return p;
}

TEST(GlobalMaxPoolLaws, IsMaxPoolingWithAWindowAsLargeAsTheMap) {
  for_all("y, and dx by differences", [] {
    const Shape shape = any_case(3).x.shape();
    const Values x = any_distinct("distinct x", shape);
    require_equal(reference::global_max_pool(x), reference::max_pool(x, whole_map(shape)));
    const Values dy = any_tensor("dy", global_pool_y_shape(shape));
    require_equal(reference::global_max_pool_dx(dy, x),
                  polynomial_gradient(reference::global_max_pool<Rational>, x, dy));
  });
}

TEST(GlobalAveragePoolExamples, OnePixelPerMap) {
  const Values x({1, 2, 2}, {1, 4, 5, -1});
  EXPECT_EQ(reference::global_average_pool(x), Values({1, 2, 1}, {Rational(5, 2), 2}));
  EXPECT_EQ(reference::global_average_pool_dx(Values({1, 2, 1}, {6, 8}), x.shape()),
            Values({1, 2, 2}, {3, 3, 4, 4}));
}

TEST(GlobalAveragePoolErrors, EveryArgumentIsRefusedByName) {
  EXPECT_EQ(error_of([] {
              (void)reference::global_average_pool(Values(Shape{2, 3}));
            }),
            "global_average_pool: x: expected 3 axes or more [N, C, ...], got [2, 3]");
  EXPECT_EQ(error_of([] {
              (void)reference::global_average_pool_dx(row<Rational>({1, 2}), {1, 1, 2});
            }),
            "global_average_pool: dy: expected [1, 1, 1] (the shape of y), got [1, 1, 2]");
}

TEST(GlobalAveragePoolLaws, IsMeanPoolingWithAWindowAsLargeAsTheMap) {
  for_all("y, and dx by differences", [] {
    const Values x = any_case(3).x;
    require_equal(reference::global_average_pool(x),
                  reference::average_pool(x, {.window = whole_map(x.shape())}));
    const Values dy = any_tensor("dy", global_pool_y_shape(x.shape()));
    require_equal(reference::global_average_pool_dx(dy, x.shape()),
                  polynomial_gradient(reference::global_average_pool<Rational>, x, dy));
  });
}

}  // namespace
}  // namespace convproof
