// max_pool, average_pool and global_average_pool: the fast pages keep what they promise.
#include <gtest/gtest.h>

#include "allocations.h"
#include "arbitrary.h"
#include "error_of.h"
#include "fast/average_pool.h"
#include "fast/global_average_pool.h"
#include "fast/max_pool.h"
#include "fast_layers.h"
#include "reference/average_pool.h"
#include "reference/global_average_pool.h"
#include "reference/max_pool.h"

namespace convproof {
namespace {

struct Pooling {
  Shape x;
  PoolParams p;
  Shape y;
};

/// Widths below, around and beyond a few vectors, any attributes.
Pooling any_pooling() {
  Pooling pooling;
  pooling.x = {any_index("n", 0, 2), any_index("c", 1, 3), any_index("h", 1, 9),
               any_index("w", 1, 75)};
  for (const int axis : {2, 3}) {
    const Index kernel = any_index("kernel", 1, 4);
    WindowAxis window = any_window_axis();
    const Index missing =
        window.dilation * (kernel - 1) + 1 - pooling.x[axis] - window.before - window.after;
    window.after += std::max<Index>(missing, 0);
    pooling.p.kernel.push_back(kernel);
    pooling.p.axes.push_back(window);
  }
  pooling.p.ceil_mode = any_index("ceil_mode", 0, 1) == 1;
  pooling.y = pool_y_shape(pooling.x, pooling.p);
  return pooling;
}

template <typename T>
class FastPool : public testing::Test {};
using Scalars = testing::Types<float, double>;
TYPED_TEST_SUITE(FastPool, Scalars);

TYPED_TEST(FastPool, MaximaEqualTheReference) {
  using T = TypeParam;
  for_all("max_pool equals the reference, also at ties, NaN and infinities", [] {
    const Pooling pooling = any_pooling();
    std::mt19937 random = any_random();
    const auto x = drawn<T>(pooling.x, random, anything<T>);
    fast::Workspace workspace;
    const auto call = [&](const Inputs<T>& in, TensorView<T> y, int threads) {
      workspace.poison();
      return fast::max_pool<T>(in[0], pooling.p, y, workspace, threads);
    };
    require_equal(
        differs_somewhere<T>({&x}, reference::max_pool(x, pooling.p), call, equal_or_both_nan<T>),
        "");
  });
}

TYPED_TEST(FastPool, GradientsOfMaximaEqualTheReference) {
  using T = TypeParam;
  for_all("max_pool_dx equals the reference in every bit, also at ties, NaN and infinities", [] {
    const Pooling pooling = any_pooling();
    std::mt19937 random = any_random();
    const auto x = drawn<T>(pooling.x, random, anything<T>);
    const auto dy = drawn<T>(pooling.y, random, between_minus_one_and_one<T>);
    fast::Workspace workspace;
    const auto call = [&](const Inputs<T>& in, TensorView<T> dx, int threads) {
      workspace.poison();
      return fast::max_pool_dx<T>(in[0], in[1], pooling.p, dx, workspace, threads);
    };
    require_equal(differs_somewhere<T>({&dy, &x}, reference::max_pool_dx(dy, x, pooling.p), call),
                  "");
  });
}

TYPED_TEST(FastPool, MeansOfIntegersEqualTheReference) {
  using T = TypeParam;
  for_all("average_pool of integers equals the reference", [] {
    const Pooling pooling = any_pooling();
    const AveragePoolParams p{pooling.p, any_index("count_include_pad", 0, 1) == 1};
    std::mt19937 random = any_random();
    const auto x = drawn<T>(pooling.x, random, small_integer<T>);
    fast::Workspace workspace;
    const auto call = [&](const Inputs<T>& in, TensorView<T> y, int threads) {
      workspace.poison();
      return fast::average_pool<T>(in[0], p, y, workspace, threads);
    };
    require_equal(
        differs_somewhere<T>({&x}, reference::average_pool(x, p), call, equal_or_both_nan<T>), "");
  });
}

TYPED_TEST(FastPool, MeansPropagateWhatIsNotFinite) {
  using T = TypeParam;
  for_all("average_pool of infinities and NaN equals the reference", [] {
    const Pooling pooling = any_pooling();
    std::mt19937 random = any_random();
    auto x = drawn<T>(pooling.x, random, small_integer<T>);
    for (Index i = 0; i < x.size(); i += 3) {
      x[i] = anything<T>(random);
      // Whether the largest numbers overflow depends on the order.
      if (std::fabs(x[i]) == std::numeric_limits<T>::max()) x[i] = 1;
    }
    fast::Workspace workspace;
    const AveragePoolParams p{pooling.p, true};
    const auto expected = reference::average_pool(x, p);
    const auto call = [&](const Inputs<T>& in, TensorView<T> y, int threads) {
      return fast::average_pool<T>(in[0], p, y, workspace, threads);
    };
    const auto check = [&](const Tensor<T>& y) {
      for (Index i = 0; i < y.size(); ++i) {
        const bool same = std::isfinite(expected[i]) ? std::isfinite(y[i])
                          : std::isnan(expected[i])  ? std::isnan(y[i])
                                                     : y[i] == expected[i];
        if (!same) return text("got ", y[i], ", not ", expected[i]);
      }
      return std::string();
    };
    require_equal(run_everywhere<T>({&x}, expected.shape(), call, check), "");
  });
}

TYPED_TEST(FastPool, MeansAndTheirGradientsKeepTheirBounds) {
  using T = TypeParam;
  Real::default_precision(60);
  for_all("average_pool and its dx keep their bounds", [] {
    const Pooling pooling = any_pooling();
    const AveragePoolParams p{pooling.p, any_index("count_include_pad", 0, 1) == 1};
    std::mt19937 random = any_random();
    const auto x = drawn<T>(pooling.x, random, between_minus_one_and_one<T>);
    const auto dy = drawn<T>(pooling.y, random, between_minus_one_and_one<T>);
    const auto exact = tensor_cast<Real>(x);
    const auto exact_dy = tensor_cast<Real>(dy);
    // No window has more cells, and no pixel is in more windows.
    const auto taps = static_cast<double>(pooling.p.kernel[0] * pooling.p.kernel[1]);
    fast::Workspace workspace;
    const auto y = reference::average_pool(exact, p);
    const auto y_sizes = reference::average_pool(moduli(exact), p);
    require_equal(run_everywhere<T>(
                      {&x}, pooling.y,
                      [&](const Inputs<T>& in, TensorView<T> out, int threads) {
                        return fast::average_pool<T>(in[0], p, out, workspace, threads);
                      },
                      [&](const Tensor<T>& got) { return beyond_gamma(taps, got, y, y_sizes); }),
                  "");
    const auto dx = reference::average_pool_dx(exact_dy, pooling.x, p);
    const auto dx_sizes = reference::average_pool_dx(moduli(exact_dy), pooling.x, p);
    require_equal(run_everywhere<T>(
                      {&dy}, pooling.x,
                      [&](const Inputs<T>& in, TensorView<T> out, int threads) {
                        workspace.poison();
                        return fast::average_pool_dx<T>(in[0], p, out, workspace, threads);
                      },
                      [&](const Tensor<T>& got) { return beyond_gamma(taps, got, dx, dx_sizes); }),
                  "");
  });
}

TYPED_TEST(FastPool, GlobalMeansKeepTheirBound) {
  using T = TypeParam;
  Real::default_precision(60);
  for_all("global_average_pool keeps its bound and its dx equals the reference", [] {
    std::mt19937 random = any_random();
    const Shape shape{any_index("n", 0, 3), any_index("c", 1, 40), any_index("h", 1, 9),
                      any_index("w", 1, 40)};
    const auto x = drawn<T>(shape, random, between_minus_one_and_one<T>);
    const auto exact = tensor_cast<Real>(x);
    const auto y = reference::global_average_pool(exact);
    const auto sizes = reference::global_average_pool(moduli(exact));
    const auto pixels = static_cast<double>(shape[2] * shape[3]);
    require_equal(run_everywhere<T>(
                      {&x}, y.shape(),
                      [](const Inputs<T>& in, TensorView<T> out, int threads) {
                        return fast::global_average_pool<T>(in[0], out, threads);
                      },
                      [&](const Tensor<T>& got) { return beyond_gamma(pixels, got, y, sizes); }),
                  "");
    const auto dy = drawn<T>(y.shape(), random, anything<T>);
    require_equal(differs_somewhere<T>({&dy}, reference::global_average_pool_dx(dy, shape),
                                       [](const Inputs<T>& in, TensorView<T> dx, int threads) {
                                         return fast::global_average_pool_dx<T>(in[0], dx, threads);
                                       }),
                  "");
  });
}

/// 3x3 windows with stride 2 and padding, as in GoogLeNet and ResNet.
PoolParams usual_params() {
  return {{3, 3}, {{.stride = 2, .before = 1, .after = 1}, {.stride = 2, .before = 1}}, false};
}

TEST(FastPoolCalls, ASecondEqualCallAllocatesNothing) {
  const Tensor<float> x(Shape{2, 3, 20, 50});
  Tensor<float> gradient(x.shape());
  const PoolParams p = usual_params();
  Tensor<float> y(pool_y_shape(x.shape(), p));
  Tensor<float> means(Shape{2, 3, 1, 1});
  fast::Workspace workspace;
  const auto run = [&](int threads) {
    const TensorView<float> dx = gradient;
    const TensorView<float> out = y;
    const TensorView<float> mean = means;
    fast::max_pool<float>(x, p, out, workspace, threads);
    fast::max_pool_dx<float>(out, x, p, dx, workspace, threads);
    fast::average_pool<float>(x, {p, true}, out, workspace, threads);
    fast::average_pool_dx<float>(out, {p, true}, dx, workspace, threads);
    fast::global_average_pool<float>(x, mean, threads);
    fast::global_average_pool_dx<float>(mean, dx, threads);
  };
  for (const int threads : {1, 2}) {
    run(threads);
    const std::int64_t before = allocation_count();
    run(threads);
    EXPECT_EQ(allocation_count() - before, 0) << threads << " threads";
  }
}

TEST(FastPoolErrors, NameTheArgumentTheExpectedAndTheGot) {
  const Tensor<float> x(Shape{2, 3, 20, 50});
  const PoolParams p = usual_params();
  const Tensor<float> dy(pool_y_shape(x.shape(), p));
  Tensor<float> small(Shape{2, 3, 10, 9});
  const TensorView<float> wrong = small;
  fast::Workspace workspace;
  const auto refusal = [](auto call) { return error_of(call); };
  EXPECT_EQ(refusal([&] { fast::max_pool<float>(x, p, wrong, workspace, 1); }),
            "max_pool: y: expected [2, 3, 10, 25], got [2, 3, 10, 9]");
  EXPECT_EQ(refusal([&] {
              fast::average_pool<float>(x, {p, true}, wrong, workspace, 1);
            }),
            "average_pool: y: expected [2, 3, 10, 25], got [2, 3, 10, 9]");
  EXPECT_EQ(refusal([&] { fast::max_pool_dx<float>(dy, x, p, wrong, workspace, 1); }),
            "max_pool: dx: expected [2, 3, 20, 50], got [2, 3, 10, 9]");
  EXPECT_EQ(refusal([&] { fast::max_pool_dx(small, x, p); }),
            refusal([&] { reference::max_pool_dx(small, x, p); }));
  EXPECT_EQ(refusal([&] {
              fast::average_pool_dx(small, x.shape(), {p, true});
            }),
            refusal([&] {
              reference::average_pool_dx(small, x.shape(), {p, true});
            }));
  EXPECT_EQ(refusal([&] { fast::max_pool(x, p, 0); }),
            "max_pool: threads: expected 1 or more, got 0");
  EXPECT_EQ(refusal([&] {
              fast::average_pool(x, {p, true}, 0);
            }),
            "average_pool: threads: expected 1 or more, got 0");
  EXPECT_EQ(refusal([&] { fast::global_average_pool(x, 0); }),
            "global_average_pool: threads: expected 1 or more, got 0");
  EXPECT_EQ(refusal([&] { fast::global_average_pool<float>(x, wrong, 1); }),
            "global_average_pool: y: expected [2, 3, 1, 1], got [2, 3, 10, 9]");
  EXPECT_EQ(refusal([&] { fast::global_average_pool_dx(small, x.shape()); }),
            refusal([&] { reference::global_average_pool_dx(small, x.shape()); }));
  const Tensor<float> line(Shape{2, 3, 20});
  EXPECT_EQ(refusal([&] {
              fast::max_pool(line, {{2}, {{.stride = 2}}});
            }),
            "max_pool: x: expected 2 spatial axes [N, C, H, W] (the fast path has no others), "
            "got [2, 3, 20]");
  EXPECT_EQ(refusal([&] {
              fast::average_pool(line, {{{2}, {{.stride = 2}}}});
            }),
            "average_pool: x: expected 2 spatial axes [N, C, H, W] (the fast path has no others), "
            "got [2, 3, 20]");
}

}  // namespace
}  // namespace convproof
