// dense: the fast page keeps what it promises.
#include <gtest/gtest.h>

#include "allocations.h"
#include "arbitrary.h"
#include "core/scalar/exact.h"
#include "error_of.h"
#include "fast/dense.h"
#include "fast_layers.h"
#include "reference/dense.h"

namespace convproof {
namespace {

template <typename T>
class FastDense : public testing::Test {};
using Scalars = testing::Types<float, double>;
TYPED_TEST_SUITE(FastDense, Scalars);

template <typename T>
struct Layer {
  Tensor<T> x;
  Tensor<T> w;
  Tensor<T> b;
  Tensor<T> dy;

  Layer(Index n, Index o, Index i, std::mt19937& random, T (*draw)(std::mt19937&))
      : x(drawn<T>({n, i}, random, draw)),
        w(drawn<T>({o, i}, random, draw)),
        b(drawn<T>(Shape{o}, random, draw)),
        dy(drawn<T>({n, o}, random, draw)) {}
};

/// Inside a law: a layer of any size up to a few vectors.
template <typename T>
Layer<T> any_layer(T (*draw)(std::mt19937&)) {
  const Index n = any_index("n", 0, 6);
  const Index o = any_index("o", 1, 70);
  const Index i = any_index("i", 1, 70);
  std::mt19937 random = any_random();
  return {n, o, i, random, draw};
}

/// y with and without bias, dx, dw and db.
template <typename S>
struct Results {
  Tensor<S> y;
  Tensor<S> y_without_bias;
  Tensor<S> dx;
  Tensor<S> dw;
  Tensor<S> db;
};

template <typename S, typename T>
Results<S> reference_results(const Layer<T>& layer) {
  return {reference::dense<S>(layer.x, layer.w, &layer.b),
          reference::dense<S>(layer.x, layer.w, nullptr), reference::dense_dx<S>(layer.dy, layer.w),
          reference::dense_dw<S>(layer.dy, layer.x), reference::dense_db<S>(layer.dy)};
}

/// What is wrong: check(got, member) looks at each result, `member` saying which it is.
template <typename T, typename Check>
std::string run_all(const Layer<T>& layer, const Check& check) {
  const Index n = layer.x.shape()[0];
  const auto of = [&](auto member) {
    return [&check, member](const Tensor<T>& got) { return check(got, member); };
  };
  std::string wrong = run_everywhere<T>(
      {&layer.x, &layer.w, &layer.b}, Shape{n, layer.w.shape()[0]},
      [](const Inputs<T>& in, TensorView<T> y, int threads) {
        return fast::dense<T>(in[0], in[1], in[2].data(), y, threads);
      },
      of([](const auto& results) { return results.y; }));
  wrong += run_everywhere<T>(
      {&layer.x, &layer.w}, Shape{n, layer.w.shape()[0]},
      [](const Inputs<T>& in, TensorView<T> y, int threads) {
        return fast::dense<T>(in[0], in[1], nullptr, y, threads);
      },
      of([](const auto& results) { return results.y_without_bias; }));
  wrong += run_everywhere<T>(
      {&layer.dy, &layer.w}, layer.x.shape(),
      [](const Inputs<T>& in, TensorView<T> dx, int threads) {
        return fast::dense_dx<T>(in[0], in[1], dx, threads);
      },
      of([](const auto& results) { return results.dx; }));
  wrong += run_everywhere<T>(
      {&layer.dy, &layer.x}, layer.w.shape(),
      [](const Inputs<T>& in, TensorView<T> dw, int threads) {
        return fast::dense_dw<T>(in[0], in[1], dw, threads);
      },
      of([](const auto& results) { return results.dw; }));
  return wrong + run_everywhere<T>(
                     {&layer.dy}, layer.b.shape(),
                     [](const Inputs<T>& in, TensorView<T> db, int threads) {
                       return fast::dense_db<T>(in[0], db, threads);
                     },
                     of([](const auto& results) { return results.db; }));
}

template <typename T>
std::string disagreement(const Layer<T>& layer) {
  const auto expected = reference_results<T>(layer);
  return run_all(layer, [&](const Tensor<T>& got, auto member) {
    return got == member(expected) ? "" : text("got ", got, ", not ", member(expected));
  });
}

TYPED_TEST(FastDense, IntegersEqualTheReference) {
  using T = TypeParam;
  for_all("dense of integers equals the reference",
          [] { require_equal(disagreement(any_layer<T>(small_integer<T>)), ""); });
}

TYPED_TEST(FastDense, BlocksOfColumnsAddUp) {
  using T = TypeParam;
  // More columns than a block of dx, and rows that are no whole group.
  std::mt19937 random(1);
  EXPECT_EQ(disagreement(Layer<T>(3, 7, 2100, random, small_integer<T>)), "");
}

TYPED_TEST(FastDense, RoundingErrorsKeepTheBoundOfAnySummationOrder) {
  using T = TypeParam;
  for_all("|computed - exact| <= n*u*(1+u)*S for n products whose moduli sum to S", [] {
    const Layer<T> layer = any_layer<T>(between_minus_one_and_one<T>);
    Layer<T> sizes = layer;
    Layer<T> ones = layer;
    for (Tensor<T> Layer<T>::*member : {&Layer<T>::x, &Layer<T>::w, &Layer<T>::b, &Layer<T>::dy}) {
      for (Index i = 0; i < (layer.*member).size(); ++i) {
        (sizes.*member)[i] = std::fabs((layer.*member)[i]);
        (ones.*member)[i] = 1;
      }
    }
    const auto exact = reference_results<Exact>(layer);
    const auto sums = reference_results<Exact>(sizes);
    const auto counts = reference_results<Exact>(ones);
    const Exact u = Exact(1).scaled(kFormatOf<T>.unit_roundoff_exponent());
    const auto check = [&](const Tensor<T>& got, auto member) {
      const auto due = member(exact);
      const auto sum = member(sums);
      const auto count = member(counts);
      for (Index i = 0; i < got.size(); ++i) {
        const Exact error = (Exact(got[i]) - due[i]).abs();
        if (!(error <= count[i] * u * (Exact(1) + u) * sum[i])) {
          return text("element ", i, " is ", got[i], ", not ", due[i]);
        }
      }
      return std::string();
    };
    require_equal(run_all(layer, check), "");
  });
}

TYPED_TEST(FastDense, NotANumberReachesWhatItBelongsTo) {
  using T = TypeParam;
  std::mt19937 random(1);
  Layer<T> layer(2, 9, 37, random, small_integer<T>);
  layer.w(7, 36) = std::numeric_limits<T>::quiet_NaN();
  layer.dy(1, 3) = std::numeric_limits<T>::infinity();
  const auto expected = reference_results<T>(layer);
  EXPECT_EQ(run_all(layer,
                    [&](const Tensor<T>& got, auto member) {
                      return equal_or_both_nan(got, member(expected))
                                 ? ""
                                 : text("got ", got, ", not ", member(expected));
                    }),
            "");
}

TEST(FastDenseCalls, AllocateNothing) {
  const Tensor<float> x(Shape{2, 50});
  const Tensor<float> w(Shape{9, 50});
  Tensor<float> y(Shape{2, 9});
  Tensor<float> dx(x.shape());
  Tensor<float> dw(w.shape());
  Tensor<float> db(Shape{9});
  const auto run = [&](int threads) {
    fast::dense<float>(x, w, nullptr, TensorView<float>(y), threads);
    fast::dense_dx<float>(y, w, TensorView<float>(dx), threads);
    fast::dense_dw<float>(y, x, TensorView<float>(dw), threads);
    fast::dense_db<float>(y, TensorView<float>(db), threads);
  };
  for (const int threads : {1, 2}) {
    run(threads);
    const std::int64_t before = allocation_count();
    run(threads);
    EXPECT_EQ(allocation_count() - before, 0) << threads << " threads";
  }
}

TEST(FastDenseErrors, NameTheArgumentTheExpectedAndTheGot) {
  const Tensor<float> x(Shape{2, 50});
  const Tensor<float> w(Shape{9, 50});
  const Tensor<float> dy(Shape{2, 9});
  Tensor<float> small(Shape{2, 8});
  const TensorView<float> wrong = small;
  const auto refusal = [](auto call) { return error_of(call); };
  EXPECT_EQ(refusal([&] { fast::dense<float>(x, w, nullptr, wrong, 1); }),
            "dense: y: expected [2, 9], got [2, 8]");
  EXPECT_EQ(refusal([&] { fast::dense_dx<float>(dy, w, wrong, 1); }),
            "dense: dx: expected [2, 50], got [2, 8]");
  EXPECT_EQ(refusal([&] { fast::dense_dw<float>(dy, x, wrong, 1); }),
            "dense: dw: expected [9, 50], got [2, 8]");
  EXPECT_EQ(refusal([&] { fast::dense_db<float>(dy, wrong, 1); }),
            "dense: db: expected [9], got [2, 8]");
  EXPECT_EQ(refusal([&] { fast::dense(x, dy, nullptr); }),
            refusal([&] { reference::dense<float>(x, dy, nullptr); }));
  EXPECT_EQ(refusal([&] { fast::dense(x, w, &x); }),
            refusal([&] { reference::dense<float>(x, w, &x); }));
  EXPECT_EQ(refusal([&] { fast::dense(x, w, nullptr, 0); }),
            "dense: threads: expected 1 or more, got 0");
}

}  // namespace
}  // namespace convproof
