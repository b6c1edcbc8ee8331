// Pooling that is not a sliding maximum or mean: block_sum, subsampling, unpool, maxout.
#include "reference/subsampling.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/scalar/exact.h"
#include "core/scalar/rational.h"
#include "properties/arbitrary.h"
#include "properties/covers.h"
#include "properties/error_of.h"
#include "properties/gradients.h"
#include "properties/images.h"
#include "reference/average_pool.h"
#include "reference/block_sum.h"
#include "reference/conv.h"
#include "reference/crop.h"
#include "reference/kronecker_up.h"
#include "reference/max_pool.h"
#include "reference/maxout.h"
#include "reference/subsample.h"
#include "reference/unpool.h"

namespace convproof {
namespace {

using Values = Tensor<Rational>;

/// Images that consist of blocks of n pixels.
struct Blocks {
  Indices n;
  Values x;
};

Blocks any_blocks() {
  Blocks blocks;
  std::vector<Index> extents{any_index("images", 1, 2), any_index("channels", 1, 3)};
  const Index axes = any_index("axes", 1, 3);
  for (Index axis = 0; axis < axes; ++axis) {
    blocks.n.push_back(any_index("n", 1, 3));
    extents.push_back(blocks.n[static_cast<int>(axis)] * any_index("blocks", 1, axes == 3 ? 2 : 3));
  }
  blocks.x = any_tensor("x", Shape(extents));
  return blocks;
}

/// Kernels of ones, one for every channel of its own, for a convolution in `channels` groups.
Values ones(Index channels, const Indices& n) {
  std::vector<Index> extents{channels, 1};
  extents.insert(extents.end(), n.begin(), n.end());
  Values w{Shape(extents)};
  for (Index i = 0; i < w.size(); ++i) w[i] = 1;
  return w;
}

WindowAxes steps(const Indices& n, bool of_n) {
  WindowAxes axes;
  for (const Index step : n) axes.push_back({.stride = of_n ? step : 1});
  return axes;
}

// ---- block_sum ------------------------------------------------------------------------------

TEST(BlockSumExamples, EveryBlockIsAdded) {
  const Values x = map(2, 4, {1, 2, 3, 4, 5, 6, 7, 8});
  EXPECT_EQ(reference::block_sum<Rational>(x, {2, 2}), map(1, 2, {14, 22}));
  EXPECT_EQ(reference::block_sum<Rational>(x, {1, 4}), map(2, 1, {10, 26}));
  EXPECT_EQ(reference::block_sum_dx(map(1, 2, {7, 9}), x.shape(), {2, 2}),
            map(2, 4, {7, 7, 9, 9, 7, 7, 9, 9}));
}

TEST(BlockSumExamples, SumsOfFloatsAreExactInExact) {
  const Tensor<float> x({1, 1, 3}, {1e30F, 1, -1e30F});
  EXPECT_EQ(reference::block_sum<Exact>(x, {3})[0], Exact(1));
}

TEST(BlockSumErrors, EveryArgumentIsRefusedByName) {
  const Values x = map(2, 3, {1, 2, 3, 4, 5, 6});
  EXPECT_EQ(error_of([] {
              (void)reference::block_sum<Rational>(Values(Shape{2, 2}), {2});
            }),
            "block_sum: x: expected 3 axes or more [N, C, ...], got [2, 2]");
  EXPECT_EQ(error_of([&] { (void)reference::block_sum<Rational>(x, {2}); }),
            "block_sum: n: expected 2 (one per spatial axis of x), got 1");
  EXPECT_EQ(error_of([&] {
              (void)reference::block_sum<Rational>(x, {2, 0});
            }),
            "block_sum: n w: expected 1 or more, got 0");
  EXPECT_EQ(error_of([&] {
              (void)reference::block_sum<Rational>(x, {2, 2});
            }),
            "block_sum: n w: expected a divisor of the 3 pixels of x, got 2");
  EXPECT_EQ(error_of([&] {
              (void)reference::block_sum<Rational>(x, {3, 3});
            }),
            "block_sum: n h: expected a divisor of the 2 pixels of x, got 3");
  EXPECT_EQ(error_of([&] {
              (void)reference::block_sum<Rational>(x, {2, 3, 1});
            }),
            "block_sum: n: expected 2 (one per spatial axis of x), got 3");
  EXPECT_EQ(error_of([&] {
              (void)reference::block_sum_dx(x, x.shape(), {2, 3});
            }),
            "block_sum: dy: expected [1, 1, 1, 1] (the shape of y), got [1, 1, 2, 3]");
}

TEST(BlockSumLaws, ConvolvingWithOnesAndTakingEveryNthPixelAddsBlocks) {
  covers({"A-CONV-DOWN"});
  for_all("subsample(conv with ones, valid) = down", [] {
    const Blocks b = any_blocks();
    const Index channels = b.x.shape()[1];
    const Values sums = reference::conv<Rational>(b.x, ones(channels, b.n), nullptr,
                                                  {.axes = steps(b.n, false), .groups = channels});
    require_equal(reference::block_sum<Rational>(b.x, b.n), reference::subsample(sums, b.n));
  });
}

TEST(BlockSumLaws, ByDefaultConvTwoIsFullAndItsIndexingIsNotAsPrinted) {
  covers({"A-CONV-DOWN"});
  // y = x(1:2:end, 1:2:end) reads block sums off 'valid' only. conv2 without an argument is 'full':
  // there the first of them stands at (2,2), and (1,1) holds the corner pixel alone.
  const Values x = map(2, 2, {1, 2, 3, 4});
  const ConvParams full{.axes = {{.before = 1, .after = 1}, {.before = 1, .after = 1}}};
  const Values y = reference::conv<Rational>(x, ones(1, {2, 2}), nullptr, full);
  EXPECT_EQ(reference::subsample(y, {2, 2}), map(2, 2, {1, 2, 3, 4}));
  EXPECT_EQ(reference::block_sum<Rational>(x, {2, 2}), map(1, 1, {10}));
  // From the second row and column on it is right: x(2:2:end, 2:2:end).
  EXPECT_EQ(reference::subsample(reference::crop(y, {.before = {1, 1}, .after = {0, 0}}), {2, 2}),
            map(1, 1, {10}));
}

TEST(BlockSumLaws, TheGradientIsUpAndDownIsTheMeanTimesItsSize) {
  for_all("dx = up(dy), and by differences", [] {
    const Blocks b = any_blocks();
    const Values y = reference::block_sum<Rational>(b.x, b.n);
    const Values dy = any_tensor("dy", y.shape());
    const Values dx = reference::block_sum_dx(dy, b.x.shape(), b.n);
    require_equal(dx, reference::kronecker_up(dy, b.n));
    require_equal(
        dx, polynomial_gradient(
                [&](const Values& v) { return reference::block_sum<Rational>(v, b.n); }, b.x, dy));
    Values means =
        reference::average_pool(b.x, {.window = {.kernel = b.n, .axes = steps(b.n, true)}});
    for (Index i = 0; i < means.size(); ++i) {
      for (const Index step : b.n) means[i] *= step;
    }
    require_equal(y, means);
  });
}

// ---- subsampling ----------------------------------------------------------------------------

TEST(SubsamplingExamples, EveryMapHasItsOwnWeightAndBias) {
  covers({"F-SUBSAMPLE-R"});
  const Values x({1, 2, 2, 2}, {1, 2, 3, 4, 1, 0, 0, 1});
  const Values beta({2}, {Rational(1, 4), 10});
  const Values b({2}, {1, -3});
  // 1/4 * 10 + 1 and 10 * 2 - 3.
  const Values u = reference::subsampling<Rational>(x, beta, b, {2, 2});
  EXPECT_EQ(u, Values({1, 2, 1, 1}, {Rational(7, 2), 17}));
  const Values du({1, 2, 1, 1}, {4, 5});
  EXPECT_EQ(reference::subsampling_dx<Rational>(du, beta, x.shape(), {2, 2}),
            Values({1, 2, 2, 2}, {1, 1, 1, 1, 50, 50, 50, 50}));
  EXPECT_EQ(reference::subsampling_dbeta<Rational>(du, x, {2, 2}), Values({2}, {40, 10}));
  EXPECT_EQ(reference::subsampling_db<Rational>(du), Values({2}, {4, 5}));
}

TEST(SubsamplingExamples, SumsOfFloatsAreExactInExact) {
  const Tensor<float> x({1, 1, 2}, {1e30F, 1});
  const Tensor<float> beta({1}, {2});
  const Tensor<float> b({1}, {-2e30F});
  const Tensor<Exact> u = reference::subsampling<Exact>(x, beta, b, {2});
  // 2 (1e30 + 1) - 2e30 in floats would be 0.
  EXPECT_EQ(u[0], Exact(2));
  const Tensor<float> du({1, 1, 1}, {3});
  EXPECT_EQ(reference::subsampling_dx<Exact>(du, beta, x.shape(), {2})[1], Exact(6));
  const Tensor<Exact> dbeta = reference::subsampling_dbeta<Exact>(du, x, {2});
  EXPECT_EQ(dbeta[0] - Exact(1e30F) * Exact(3), Exact(3));
  EXPECT_EQ(reference::subsampling_db<Exact>(du)[0], Exact(3));
}

TEST(SubsamplingErrors, EveryArgumentIsRefusedByName) {
  const Values x({1, 2, 2}, {1, 2, 3, 4});
  const Values two({2}, {1, 1});
  const Values three({3}, {1, 1, 1});
  const auto u_error = [&](const Values& beta, const Values& b, const Indices& n) {
    return error_of([&] { (void)reference::subsampling<Rational>(x, beta, b, n); });
  };
  EXPECT_EQ(u_error(three, two, {2}), "subsampling: beta: expected [2] (one per map), got [3]");
  EXPECT_EQ(u_error(two, three, {2}), "subsampling: b: expected [2] (one per map), got [3]");
  EXPECT_EQ(u_error(two, two, {3}),
            "subsampling: n w: expected a divisor of the 2 pixels of x, got 3");
  EXPECT_EQ(u_error(two, two, {}), "subsampling: n: expected 1 (one per spatial axis of x), got 0");
  EXPECT_EQ(error_of([&] { (void)reference::subsampling<Rational>(two, two, two, {2}); }),
            "subsampling: x: expected 3 axes or more [N, C, ...], got [2]");
  EXPECT_EQ(error_of([&] { (void)reference::subsampling_dx<Rational>(x, two, x.shape(), {2}); }),
            "subsampling: du: expected [1, 2, 1] (the shape of u), got [1, 2, 2]");
  EXPECT_EQ(error_of([&] { (void)reference::subsampling_dx<Rational>(x, three, x.shape(), {1}); }),
            "subsampling: beta: expected [2] (one per map), got [3]");
  EXPECT_EQ(error_of([&] { (void)reference::subsampling_dbeta<Rational>(x, x, {2}); }),
            "subsampling: du: expected [1, 2, 1] (the shape of u), got [1, 2, 2]");
  EXPECT_EQ(error_of([&] { (void)reference::subsampling_db<Rational>(two); }),
            "subsampling: du: expected 3 axes or more [N, C, ...], got [2]");
}

TEST(SubsamplingLaws, IsAConvolutionOfStrideNWithKernelsThatAreConstant) {
  covers({"F-SUBSAMPLE-R"});
  for_all("u and its gradients", [] {
    const Blocks blocks = any_blocks();
    const Values& x = blocks.x;
    const Indices& n = blocks.n;
    const Index channels = x.shape()[1];
    const Values beta = any_tensor("beta", {channels});
    const Values b = any_tensor("b", {channels});
    const Values u = reference::subsampling<Rational>(x, beta, b, n);
    // As many maps out as in, each extent n times smaller.
    require_equal(u.shape()[1], channels);
    for (int axis = 0; axis < n.rank(); ++axis) {
      require_equal(u.shape()[axis + 2] * n[axis], x.shape()[axis + 2]);
    }
    Values w = ones(channels, n);
    for (Index i = 0; i < w.size(); ++i) w[i] = beta[i / (w.size() / channels)];
    const ConvParams conv{.axes = steps(n, true), .groups = channels};
    require_equal(u, reference::conv<Rational>(x, w, &b, conv));

    const Values du = any_tensor("du", u.shape());
    require_equal(
        reference::subsampling_dx<Rational>(du, beta, x.shape(), n),
        polynomial_gradient(
            [&](const Values& v) { return reference::subsampling<Rational>(v, beta, b, n); }, x,
            du));
    require_equal(reference::subsampling_dbeta<Rational>(du, x, n),
                  polynomial_gradient(
                      [&](const Values& v) { return reference::subsampling<Rational>(x, v, b, n); },
                      beta, du));
    require_equal(
        reference::subsampling_db<Rational>(du),
        polynomial_gradient(
            [&](const Values& v) { return reference::subsampling<Rational>(x, beta, v, n); }, b,
            du));
  });
}

TEST(SubsamplingLaws, EveryPixelHasOneSuccessorAndThatInItsOwnMap) {
  covers({"F-ONE-TO-ONE-SUBSAMPLE"});
  for_all("one output moves when one pixel moves", [] {
    const Blocks blocks = any_blocks();
    const Index channels = blocks.x.shape()[1];
    const Values beta = any_tensor("beta", {channels});
    const Values b = any_tensor("b", {channels});
    const Values u = reference::subsampling<Rational>(blocks.x, beta, b, blocks.n);
    for_each_index(blocks.x.shape(), [&](const Indices& h) {
      Values x = blocks.x;
      x[flat_index(x.shape(), h)] += 1;
      const Values moved = reference::subsampling<Rational>(x, beta, b, blocks.n);
      Index successors = 0;
      for_each_index(u.shape(), [&](const Indices& i) {
        if (u[flat_index(u.shape(), i)] == moved[flat_index(u.shape(), i)]) return;
        ++successors;
        require(i[0] == h[0] && i[1] == h[1], "the successor is in another map");
      });
      require_equal(successors, Index{1});
    });
  });
}

// ---- unpool ---------------------------------------------------------------------------------

TEST(UnpoolExamples, ValuesGoBackToWhereTheMaximaWere) {
  const Values x = map(2, 4, {1, 2, 3, 4, 9, 6, 7, 5});
  const PoolParams p{.kernel = {2, 2}, .axes = {{.stride = 2}, {.stride = 2}}};
  const Tensor<Index> argmax = reference::max_pool_argmax(x, p);
  EXPECT_EQ(argmax, Tensor<Index>({1, 1, 1, 2}, {4, 6}));
  EXPECT_EQ(reference::unpool(reference::max_pool(x, p), argmax, x.shape()),
            map(2, 4, {0, 0, 0, 0, 9, 0, 7, 0}));
  EXPECT_EQ(reference::unpool_dx(x, argmax), map(1, 2, {9, 7}));
}

TEST(UnpoolExamples, ARegionInThePaddingHasNoPlace) {
  const Tensor<Index> argmax({1, 1, 2}, {-1, 0});
  EXPECT_EQ(reference::unpool(row({5, 6}), argmax, {1, 1, 1}), row({6}));
  EXPECT_EQ(reference::unpool_dx(row({7}), argmax), row({0, 7}));
}

TEST(UnpoolErrors, EveryArgumentIsRefusedByName) {
  const Values x = row({1, 2});
  const auto y_error = [&](std::vector<Index> argmax, const Shape& y) {
    return error_of([&] {
      const auto count = static_cast<Index>(argmax.size());
      (void)reference::unpool(x, Tensor<Index>({1, 1, count}, argmax), y);
    });
  };
  EXPECT_EQ(y_error({0}, {1, 1, 4}),
            "unpool: argmax: expected [1, 1, 2] (the shape of x), got "
            "[1, 1, 1]");
  EXPECT_EQ(y_error({0, 1}, {1, 2, 4}), "unpool: y: expected 3 axes [1, 1, ...], got [1, 2, 4]");
  EXPECT_EQ(y_error({0, 1}, {1, 1, 2, 2}),
            "unpool: y: expected 3 axes [1, 1, ...], got [1, 1, 2, 2]");
  EXPECT_EQ(y_error({0, 1}, {4}), "unpool: y: expected 3 axes or more [N, C, ...], got [4]");
  EXPECT_EQ(y_error({0, 1}, {2, 1, 4}), "unpool: y: expected 3 axes [1, 1, ...], got [2, 1, 4]");
  EXPECT_EQ(y_error({0, 1}, {1, 1, 0}),
            "unpool: y: expected extents of 1 or more after N, got [1, 1, 0]");
  EXPECT_EQ(y_error({0, 4}, {1, 1, 4}), "unpool: argmax: expected pixels of 0 to 3, or -1, got 4");
  EXPECT_EQ(y_error({-2, 0}, {1, 1, 4}),
            "unpool: argmax: expected pixels of 0 to 3, or -1, got -2");
  EXPECT_EQ(y_error({3, 3}, {1, 1, 4}),
            "unpool: argmax: expected every pixel of a map once, got 3 twice");
  EXPECT_EQ(error_of([] {
              (void)reference::unpool(Values(Shape{2}), Tensor<Index>(Shape{2}), {1, 1, 2});
            }),
            "unpool: x: expected 3 axes or more [N, C, ...], got [2]");
  EXPECT_EQ(error_of([&] {
              (void)reference::unpool_dx(x, Tensor<Index>({1, 1, 1}, {2}));
            }),
            "unpool: argmax: expected pixels of 0 to 1, or -1, got 2");
}

TEST(UnpoolLaws, IsTheTransposeOfTheSelectionOfMaxima) {
  for_all("unpool scatters what a matrix of zeros and ones gathers", [] {
    const Blocks b = any_blocks();
    const PoolParams p{.kernel = b.n, .axes = steps(b.n, true)};
    const Tensor<Index> argmax = reference::max_pool_argmax(b.x, p);
    const Values x = any_tensor("pooled", argmax.shape());
    // The matrix S with max_pool(x) = S x, row by row: the pixels that are largest, found anew.
    std::vector<Values> selection;
    const Index pixels = spatial(b.x.shape()).element_count();
    const Index windows = spatial(x.shape()).element_count();
    for (Index i = 0; i < x.size(); ++i) {
      selection.emplace_back(b.x.shape());
      selection.back()[i / windows * pixels + argmax[i]] = 1;
      require_equal(inner(selection.back(), b.x), reference::max_pool(b.x, p)[i]);
    }
    Values transposed(b.x.shape());
    for (Index i = 0; i < x.size(); ++i) {
      for (Index h = 0; h < transposed.size(); ++h) {
        transposed[h] += selection[static_cast<std::size_t>(i)][h] * x[i];
      }
    }
    require_equal(reference::unpool(x, argmax, b.x.shape()), transposed);
    // Behind separate regions it is the gradient of max pooling, and undone by gathering.
    require_equal(transposed, reference::max_pool_dx(x, b.x, p));
    require_equal(reference::unpool_dx(transposed, argmax), x);
    const Values dy = any_tensor("dy", b.x.shape());
    require_equal(
        reference::unpool_dx(dy, argmax),
        polynomial_gradient(
            [&](const Values& v) { return reference::unpool(v, argmax, b.x.shape()); }, x, dy));
  });
}

// ---- maxout ---------------------------------------------------------------------------------

TEST(MaxoutExamples, TheLargestOfEachGroupOfChannels) {
  const Values x({1, 4, 2}, {1, 8, 3, 2, -5, -1, -4, -1});
  EXPECT_EQ(reference::maxout(x, 2), Values({1, 2, 2}, {3, 8, -4, -1}));
  EXPECT_EQ(reference::maxout_dx(Values({1, 2, 2}, {1, 2, 3, 4}), x, 2),
            Values({1, 4, 2}, {0, 2, 1, 0, 0, 4, 3, 0}));
}

TEST(MaxoutExamples, TiesGoToTheFirstChannelAndNanPropagates) {
  EXPECT_EQ(reference::maxout_dx(Values({1, 1}, {5}), Values({1, 3}, {2, 7, 7}), 3),
            Values({1, 3}, {0, 5, 0}));
  EXPECT_TRUE(std::isnan(reference::maxout(Tensor<double>({1, 2}, {1, NAN}), 2)[0]));
}

TEST(MaxoutErrors, EveryArgumentIsRefusedByName) {
  const Values x(Shape{1, 4, 2});
  EXPECT_EQ(error_of([] { (void)reference::maxout(Values(Shape{4}), 2); }),
            "maxout: x: expected 2 axes or more [N, C, ...], got [4]");
  EXPECT_EQ(error_of([&] { (void)reference::maxout(x, 0); }),
            "maxout: channels: expected 1 or more, got 0");
  EXPECT_EQ(error_of([&] { (void)reference::maxout(x, 3); }),
            "maxout: channels: expected a divisor of the 4 channels of x, got 3");
  EXPECT_EQ(error_of([] {
              (void)reference::maxout(Values(Shape{1, 0, 2}), 1);
            }),
            "maxout: channels: expected a divisor of the 0 channels of x, got 1");
  EXPECT_EQ(error_of([&] { (void)reference::maxout_dx(x, x, 2); }),
            "maxout: dy: expected [1, 2, 2] (the shape of y), got [1, 4, 2]");
}

TEST(MaxoutLaws, IsMaxPoolingAlongTheChannels) {
  for_all("max_pool with the channels as an axis, and dx by differences", [] {
    const Index images = any_index("images", 1, 2);
    const Index channels = any_index("channels per group", 1, 3);
    const Index groups = any_index("groups", 1, 3);
    const Index pixels = any_index("pixels", 1, 3);
    // A permutation times 3: steps of 1 change no maximum.
    const Values drawn = any_tensor("x", {images, groups * channels, pixels});
    Values x(drawn.shape());
    for (Index i = 0; i < x.size(); ++i) {
      for (Index j = 0; j < x.size(); ++j) {
        x[i] += drawn[j] < drawn[i] || (drawn[j] == drawn[i] && j < i) ? 3 : 0;
      }
    }
    const Values image({images, 1, groups * channels, pixels},
                       std::vector<Rational>(x.data(), x.data() + x.size()));
    const Values pooled =
        reference::max_pool(image, {.kernel = {channels, 1}, .axes = {{.stride = channels}, {}}});
    const Values y = reference::maxout(x, channels);
    require_equal(y, Values({images, groups, pixels},
                            std::vector<Rational>(pooled.data(), pooled.data() + pooled.size())));
    const Values dy = any_tensor("dy", y.shape());
    require_equal(reference::maxout_dx(dy, x, channels),
                  polynomial_gradient(
                      [&](const Values& v) { return reference::maxout(v, channels); }, x, dy));
  });
}

TEST(MaxoutLaws, PoolsAcrossChannelsToInvarianceThatNoDetectorHas) {
  covers({"Q-V1-PROPERTIES"});
  // Simple cells: detectors whose kernels are one template at four positions. A complex cell pools
  // them: wherever in their field the template appears, its response is the same.
  const Index positions = 4;
  const std::vector<Rational> pattern{2, -1, 3};
  const Index field = positions + 2;
  Values detectors(Shape{positions, 1, field});
  for (Index j = 0; j < positions; ++j) {
    for (Index u = 0; u < 3; ++u) detectors(j, 0, j + u) = pattern[static_cast<std::size_t>(u)];
  }
  std::vector<Values> simple_cells;
  for (Index shift = 0; shift < positions; ++shift) {
    Values x(Shape{1, 1, field});
    for (Index u = 0; u < 3; ++u) x(0, 0, shift + u) = pattern[static_cast<std::size_t>(u)];
    simple_cells.push_back(reference::conv<Rational>(x, detectors, nullptr, {.axes = {{}}}));
    // Cauchy and Schwarz: no shifted template answers more than the one that fits, 4 + 1 + 9.
    EXPECT_EQ(reference::maxout(simple_cells.back(), positions), Values({1, 1, 1}, {14}));
  }
  for (Index j = 0; j < positions; ++j) {
    EXPECT_TRUE(std::any_of(simple_cells.begin(), simple_cells.end(),
                            [&](const Values& cells) { return cells[j] != simple_cells[0][j]; }))
        << "detector " << j << " alone is invariant";
  }
}

}  // namespace
}  // namespace convproof
