// lrn and softmax: the fast pages keep what they promise.
#include <gtest/gtest.h>

#include <map>
#include <utility>

#include "allocations.h"
#include "arbitrary.h"
#include "error_of.h"
#include "fast/lrn.h"
#include "fast/softmax.h"
#include "fast_layers.h"
#include "reference/lrn.h"
#include "reference/softmax.h"

namespace convproof {
namespace {

template <typename T>
class FastLrn : public testing::Test {};
template <typename T>
class FastSoftmax : public testing::Test {};
using Scalars = testing::Types<float, double>;
TYPED_TEST_SUITE(FastLrn, Scalars);
TYPED_TEST_SUITE(FastSoftmax, Scalars);

template <typename T>
LrnParams<T> any_lrn_params() {
  // Those with roots of their own, and one that takes the power.
  constexpr T kBetas[] = {T(3) / 4, T(1) / 2, T(1), T(5) / 8};
  LrnParams<T> p;
  p.size = any_index("size", 1, 7);
  p.beta = kBetas[any_index("beta", 0, 3)];
  p.alpha = static_cast<T>(any_index("8*alpha", 0, 16)) / 8;
  p.bias = static_cast<T>(any_index("4*bias", 1, 8)) / 4;
  return p;
}

template <typename T>
LrnParams<Real> in_real(const LrnParams<T>& p) {
  return {p.size, Real(p.alpha), Real(p.beta), Real(p.bias)};
}

TYPED_TEST(FastLrn, KeepsItsBounds) {
  using T = TypeParam;
  Real::default_precision(60);
  for_all("lrn and its dx keep their bounds", [] {
    const LrnParams<T> p = any_lrn_params<T>();
    const Shape shape{any_index("n", 0, 2), any_index("c", 1, 9), any_index("pixels", 1, 40)};
    std::mt19937 random = any_random();
    const auto x = drawn<T>(shape, random, between_minus_one_and_one<T>);
    const auto dy = drawn<T>(shape, random, between_minus_one_and_one<T>);
    const auto exact = tensor_cast<Real>(x);
    const auto exact_dy = tensor_cast<Real>(dy);
    const auto beta = static_cast<double>(p.beta);
    const auto size = static_cast<double>(p.size);
    const auto y = reference::lrn(exact, in_real(p));
    require_equal(run_everywhere<T>(
                      {&x}, shape,
                      [&](const Inputs<T>& in, TensorView<T> out, int threads) {
                        return fast::lrn<T>(in[0], p, out, threads);
                      },
                      [&](const Tensor<T>& got) {
                        return beyond_gamma(beta * (size + 3) + 4.5, got, y, moduli(y));
                      }),
                  "");
    const auto dx = reference::lrn_dx(exact_dy, exact, in_real(p));
    // With x and dy of opposite signs both terms add.
    Tensor<Real> minus_x = moduli(exact);
    for (Index i = 0; i < minus_x.size(); ++i) minus_x[i] = -minus_x[i];
    Tensor<Real> sizes = reference::lrn_dx(moduli(exact_dy), minus_x, in_real(p));
    const Tensor<Real> first_terms = reference::lrn(moduli(exact_dy), in_real(p));
    // x * sum dy*x is positive whatever the sign of x; take the first term twice.
    LrnParams<Real> without = in_real(p);
    const auto s = reference::detail::lrn_energies(exact, without);
    for (Index i = 0; i < sizes.size(); ++i) {
      sizes[i] = 2 * abs(exact_dy[i]) * pow(s[i], Real(-without.beta)) - sizes[i];
    }
    fast::Workspace workspace;
    require_equal(run_everywhere<T>(
                      {&dy, &x}, shape,
                      [&](const Inputs<T>& in, TensorView<T> out, int threads) {
                        workspace.poison();
                        return fast::lrn_dx<T>(in[0], in[1], p, out, workspace, threads);
                      },
                      [&](const Tensor<T>& got) {
                        return beyond_gamma((beta + 1) * (size + 3) + size + 10.5, got, dx, sizes);
                      }),
                  "");
  });
}

TYPED_TEST(FastLrn, LargeNeighboursLeaveNothingBehind) {
  using T = TypeParam;
  // A running sum would keep the rounding error of the large square.
  const LrnParams<T> p{.size = 1, .alpha = 1, .beta = 1, .bias = T(1) / 4};
  const T large = std::ldexp(T(1), std::numeric_limits<T>::digits);
  const Tensor<T> x(Shape{1, 3, 1}, {large, T(1) / 2, large});
  EXPECT_EQ(fast::lrn(x, p)[1], 1);
}

TYPED_TEST(FastLrn, BlocksOfPixelsEqualTheReference) {
  using T = TypeParam;
  // Every operation is exact: s = 4, and powers of two.
  const LrnParams<T> p{.size = 3, .alpha = 0, .beta = T(1) / 2, .bias = 4};
  std::mt19937 random(1);
  const auto x = drawn<T>({2, 4, 3, 200}, random, small_integer<T>);
  const auto dy = drawn<T>({2, 4, 3, 200}, random, small_integer<T>);
  EXPECT_EQ(differs_somewhere<T>({&x}, reference::lrn(x, p),
                                 [&](const Inputs<T>& in, TensorView<T> y, int threads) {
                                   return fast::lrn<T>(in[0], p, y, threads);
                                 }),
            "");
  fast::Workspace workspace;
  EXPECT_EQ(differs_somewhere<T>(
                {&dy, &x}, reference::lrn_dx(dy, x, p),
                [&](const Inputs<T>& in, TensorView<T> dx, int threads) {
                  return fast::lrn_dx<T>(in[0], in[1], p, dx, workspace, threads);
                },
                equal_or_both_nan<T>),
            "");
}

TYPED_TEST(FastLrn, PropagatesWhatIsNotFinite) {
  using T = TypeParam;
  const T infinity = std::numeric_limits<T>::infinity();
  const T nan = std::numeric_limits<T>::quiet_NaN();
  const Tensor<T> x(Shape{1, 5, 1}, {nan, 1, infinity, 1, 1});
  for (const T beta : {T(3) / 4, T(1) / 2, T(1), T(5) / 8}) {
    const LrnParams<T> p{.size = 2, .alpha = 1, .beta = beta, .bias = 1};
    const auto y = fast::lrn(x, p);
    const auto expected = reference::lrn(x, p);
    for (Index i = 0; i < y.size(); ++i) {
      EXPECT_EQ(std::isnan(y[i]), std::isnan(expected[i])) << beta << ", element " << i;
      EXPECT_EQ(y[i] == 0, expected[i] == 0) << beta << ", element " << i;
    }
  }
}

/// exp of every float of one piece of the line, and the bound of exp_of_nonpositive.
struct PieceOfExp {
  static constexpr Index kSize = 1 << 20;

  Tensor<float> x{Shape{kSize}};
  std::vector<double> exact = std::vector<double>(kSize);
  std::vector<double> bound = std::vector<double>(kSize);

  void fill(std::uint32_t first_bits) {
    const double u = std::ldexp(1.0, -std::numeric_limits<float>::digits);
    float* const from = x.data();
#pragma omp parallel for
    for (std::size_t i = 0; i < kSize; ++i) {
      from[i] = std::bit_cast<float>(first_bits + static_cast<std::uint32_t>(i));
      exact[i] = std::exp(static_cast<double>(from[i]));
      // The library is off by its own last bit at most, which 2^-51 more than makes up for.
      bound[i] = 3 * u * exact[i] + std::numeric_limits<float>::denorm_min() -
                 std::ldexp(1.0, -51) * exact[i];
    }
  }

  Index beyond_bound(const Tensor<float>& computed) const {
    const float* const got = computed.data();
    Index count = 0;
#pragma omp parallel for reduction(+ : count)
    for (std::size_t i = 0; i < kSize; ++i) {
      count += std::fabs(static_cast<double>(got[i]) - exact[i]) <= bound[i] ? 0 : 1;
    }
    return count;
  }
};

// Where all floats x have the same exp: between -2^-26 and 0 the last addition 1 + x*(...) is
// within a quarter of the last bit of 1, and below -104 x is replaced by -104.
constexpr float kSmall = -0x1p-26F;
constexpr float kLowest = -104;

// With sanitizers, for one piece of the floats in sixteen.
TEST(FastExp, KeepsItsBoundForEveryFloat) {
  const auto last = std::bit_cast<std::uint32_t>(kLowest);
  std::map<fast::Isa, Index> wrong;
  PieceOfExp piece;
  Tensor<float> y(piece.x.shape());
  const TensorView<const float> from = piece.x;
  for (auto bits = std::bit_cast<std::uint32_t>(kSmall); bits <= last;
       bits += static_cast<std::uint32_t>(PieceOfExp::kSize) * CONVPROOF_PIECES_OF_EXP) {
    piece.fill(bits);
    for (const fast::Isa isa : fast::supported_isas()) {
      fast::force_isa(isa);
      EXPECT_EQ(fast::exp_of_nonpositive<float>(from, TensorView<float>(y)), isa);
      wrong[isa] += piece.beyond_bound(y);
    }
  }
  fast::reset_isa();
  for (const auto& [isa, count] : wrong) EXPECT_EQ(count, 0) << fast::name(isa);
}

TEST(FastExp, IsOneBesideZeroAndZeroFarBelow) {
  std::vector<float> small{-0.0F, 0.0F, kSmall};
  for (int e = -27; e >= -149; --e) small.push_back(-std::ldexp(1.0F, e));
  std::vector<float> large{kLowest, std::nextafter(kLowest, -200.0F), -1e3F,
                           -std::numeric_limits<float>::max(),
                           -std::numeric_limits<float>::infinity()};
  for (int e = 7; e <= 127; ++e) large.push_back(-std::ldexp(1.0F, e));
  for (const auto& [values, due] : {std::pair(small, 1.0F), std::pair(large, 0.0F)}) {
    const Tensor<float> x(Shape{static_cast<Index>(values.size())}, values);
    Tensor<float> expected(x.shape());
    for (Index i = 0; i < x.size(); ++i) expected[i] = due;
    EXPECT_EQ(differs_somewhere<float>({&x}, expected,
                                       [](const Inputs<float>& in, TensorView<float> y, int) {
                                         return fast::exp_of_nonpositive<float>(in[0], y);
                                       }),
              "");
  }
}

TEST(FastExp, KeepsItsBoundForManyDoubles) {
  Real::default_precision(40);
  std::mt19937_64 random(1);
  Tensor<double> x(Shape{20'000});
  Tensor<Real> exact(x.shape());
  for (Index i = 0; i < x.size(); ++i) {
    x[i] = -std::uniform_real_distribution<double>(0, i % 2 == 0 ? 750 : 2)(random);
    exact[i] = exp(Real(x[i]));
  }
  const Real u = ldexp(Real(1), -std::numeric_limits<double>::digits);
  const Real h = std::numeric_limits<double>::denorm_min();
  for (const fast::Isa isa : fast::supported_isas()) {
    fast::force_isa(isa);
    Tensor<double> y(x.shape());
    EXPECT_EQ(fast::exp_of_nonpositive<double>(x, TensorView<double>(y)), isa);
    Index wrong = 0;
    for (Index i = 0; i < x.size(); ++i) {
      wrong += abs(Real(y[i]) - exact[i]) <= 3 * u * exact[i] + h ? 0 : 1;
    }
    EXPECT_EQ(wrong, 0) << fast::name(isa);
  }
  fast::reset_isa();
}

/// Shapes whose lines are short, long, and side by side; and one of their axes.
struct Lined {
  Shape shape{any_index("outer", 0, 3), any_index("middle", 1, 20), any_index("inner", 1, 40)};
  SoftmaxParams p{any_index("axis", -2, 2)};

  Lined() {
    if (p.axis == 0 || p.axis == -3) p.axis = 1;
  }
  Index length() const { return shape[static_cast<int>(p.axis < 0 ? p.axis + 3 : p.axis)]; }
};

template <typename T>
T between_minus_thirty_and_thirty(std::mt19937& random) {
  return 30 * between_minus_one_and_one<T>(random);
}

/// t/(1-t) with t = k*u.
template <typename T>
Real gamma(const Real& k) {
  const Real t = k * ldexp(Real(1), kFormatOf<T>.unit_roundoff_exponent());
  return t / (1 - t);
}

/// The bound of softmax for every element of y = softmax(x).
template <typename T>
Tensor<Real> softmax_bounds(const Tensor<Real>& x, const Tensor<Real>& y, const SoftmaxParams& p) {
  const Real h = std::numeric_limits<T>::denorm_min();
  const Real u = ldexp(Real(1), kFormatOf<T>.unit_roundoff_exponent());
  Tensor<Real> bounds(x.shape());
  reference::for_each_line(x.shape(), p.axis, [&](const reference::Line& line) {
    Real m = x[line[0]];
    for (Index k = 1; k < line.count; ++k) m = x[line[k]] > m ? x[line[k]] : m;
    Real of_sum = line.count * u;
    for (Index k = 0; k < line.count; ++k) of_sum += y[line[k]] * gamma<T>(3 + m - x[line[k]]);
    for (Index k = 0; k < line.count; ++k) {
      const Real t = (3 + m - x[line[k]]) * u + of_sum;
      bounds[line[k]] = t / (1 - t) * y[line[k]] + (line.count + 2) * h;
    }
  });
  return bounds;
}

template <typename T>
std::string beyond(const Tensor<T>& got, const Tensor<Real>& exact, const Tensor<Real>& bounds) {
  for (Index i = 0; i < got.size(); ++i) {
    if (!(abs(Real(got[i]) - exact[i]) <= bounds[i])) {
      return text("element ", i, " is ", got[i], ", not ", exact[i]);
    }
  }
  return "";
}

TYPED_TEST(FastSoftmax, KeepsItsBound) {
  using T = TypeParam;
  Real::default_precision(60);
  for_all("softmax keeps its bound along any axis", [] {
    const Lined lined;
    std::mt19937 random = any_random();
    const auto x = drawn<T>(lined.shape, random, between_minus_thirty_and_thirty<T>);
    const auto exact = tensor_cast<Real>(x);
    const auto y = reference::softmax(exact, lined.p);
    const auto bounds = softmax_bounds<T>(exact, y, lined.p);
    require_equal(run_everywhere<T>(
                      {&x}, lined.shape,
                      [&](const Inputs<T>& in, TensorView<T> out, int threads) {
                        return fast::softmax<T>(in[0], lined.p, out, threads);
                      },
                      [&](const Tensor<T>& got) { return beyond(got, y, bounds); }),
                  "");
  });
}

TYPED_TEST(FastSoftmax, GradientsKeepTheirBound) {
  using T = TypeParam;
  Real::default_precision(60);
  for_all("softmax_dx_from_y keeps its bound, and softmax_dx is that of softmax", [] {
    const Lined lined;
    std::mt19937 random = any_random();
    const auto y = drawn<T>(lined.shape, random, between_minus_one_and_one<T>);
    const auto dy = drawn<T>(lined.shape, random, between_minus_one_and_one<T>);
    const auto exact_y = tensor_cast<Real>(y);
    const auto exact_dy = tensor_cast<Real>(dy);
    const auto dx = reference::softmax_dx_from_y(exact_dy, exact_y, lined.p);
    Tensor<Real> bounds(lined.shape);
    reference::for_each_line(lined.shape, lined.p.axis, [&](const reference::Line& line) {
      Real sum = 0;
      for (Index k = 0; k < line.count; ++k) sum += abs(exact_y[line[k]] * exact_dy[line[k]]);
      for (Index k = 0; k < line.count; ++k) {
        const Index i = line[k];
        bounds[i] = gamma<T>(Real(line.count + 2)) * abs(exact_y[i]) * (abs(exact_dy[i]) + sum);
      }
    });
    require_equal(run_everywhere<T>(
                      {&dy, &y}, lined.shape,
                      [&](const Inputs<T>& in, TensorView<T> out, int threads) {
                        return fast::softmax_dx_from_y<T>(in[0], in[1], lined.p, out, threads);
                      },
                      [&](const Tensor<T>& got) { return beyond(got, dx, bounds); }),
                  "");
    require_equal(run_everywhere<T>(
                      {&dy, &y}, lined.shape,
                      [&](const Inputs<T>& in, TensorView<T> out, int threads) {
                        return fast::softmax_dx<T>(in[0], in[1], lined.p, out, threads);
                      },
                      [&](const Tensor<T>& got) {
                        const auto of_y =
                            fast::softmax_dx_from_y(dy, fast::softmax(y, lined.p), lined.p);
                        return identical(got, of_y) ? "" : text("got ", got, ", not ", of_y);
                      }),
                  "");
  });
}

TYPED_TEST(FastSoftmax, EqualsTheReferenceAtWhatIsNotFinite) {
  using T = TypeParam;
  for_all("a line is NaN where the reference's is, and 0 where the reference's is", [] {
    const Lined lined;
    std::mt19937 random = any_random();
    auto x = drawn<T>(lined.shape, random, small_integer<T>);
    for (Index i = 0; i < x.size(); i += 5) x[i] = anything<T>(random);
    const auto expected = reference::softmax(x, lined.p);
    const auto check = [&](const Tensor<T>& got) {
      for (Index i = 0; i < got.size(); ++i) {
        if (std::isnan(got[i]) != std::isnan(expected[i]) || (got[i] == 0) != (expected[i] == 0)) {
          return text("element ", i, " is ", got[i], ", not ", expected[i]);
        }
      }
      return std::string();
    };
    require_equal(run_everywhere<T>(
                      {&x}, lined.shape,
                      [&](const Inputs<T>& in, TensorView<T> out, int threads) {
                        return fast::softmax<T>(in[0], lined.p, out, threads);
                      },
                      check),
                  "");
  });
}

TEST(FastNormalisationCalls, ASecondEqualCallAllocatesNothing) {
  const Tensor<float> x(Shape{2, 3, 300});
  Tensor<float> y(x.shape());
  const TensorView<float> out = y;
  fast::Workspace workspace;
  const auto run = [&](int threads) {
    fast::lrn<float>(x, {}, out, threads);
    fast::lrn_dx<float>(x, x, {}, out, workspace, threads);
    for (const Index axis : {1, 2}) {
      fast::softmax<float>(x, {axis}, out, threads);
      fast::softmax_dx<float>(x, x, {axis}, out, threads);
    }
  };
  for (const int threads : {1, 2}) {
    run(threads);
    const std::int64_t before = allocation_count();
    run(threads);
    EXPECT_EQ(allocation_count() - before, 0) << threads << " threads";
  }
}

TEST(FastNormalisationErrors, NameTheArgumentTheExpectedAndTheGot) {
  const Tensor<float> x(Shape{2, 3, 5});
  const Tensor<float> other(Shape{2, 3, 4});
  Tensor<float> small(other.shape());
  const TensorView<float> wrong = small;
  const auto refusal = [](auto call) { return error_of(call); };
  EXPECT_EQ(refusal([&] { fast::lrn<float>(x, {}, wrong, 1); }),
            "lrn: y: expected [2, 3, 5], got [2, 3, 4]");
  EXPECT_EQ(refusal([&] { fast::lrn(x, {.size = 0}); }),
            refusal([&] { reference::lrn(x, {.size = 0}); }));
  EXPECT_EQ(refusal([&] { fast::lrn(x, {}, 0); }), "lrn: threads: expected 1 or more, got 0");
  EXPECT_EQ(refusal([&] { fast::lrn_dx(other, x, {}); }),
            refusal([&] { reference::lrn_dx(other, x, {}); }));
  EXPECT_EQ(refusal([&] { fast::softmax(x, {3}); }), refusal([&] { reference::softmax(x, {3}); }));
  EXPECT_EQ(refusal([&] { fast::softmax<float>(x, {}, wrong, 1); }),
            "softmax: y: expected [2, 3, 5], got [2, 3, 4]");
  EXPECT_EQ(refusal([&] { fast::softmax(x, {}, 0); }),
            "softmax: threads: expected 1 or more, got 0");
  EXPECT_EQ(refusal([&] { fast::softmax_dx(other, x, {}); }),
            refusal([&] { reference::softmax_dx(other, x, {}); }));
  EXPECT_EQ(refusal([&] { fast::softmax_dx_from_y(other, x, {}); }),
            refusal([&] { reference::softmax_dx_from_y(other, x, {}); }));
}

}  // namespace
}  // namespace convproof
