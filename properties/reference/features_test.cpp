// Where kernels come from before or without training: xavier_initialisation, he_initialisation,
// kmeans_patches, first_layer.
#include <gtest/gtest.h>

#include "core/scalar/rational.h"
#include "core/scalar/real.h"
#include "properties/arbitrary.h"
#include "properties/covers.h"
#include "properties/error_of.h"
#include "properties/gradients.h"
#include "reference/conv.h"
#include "reference/first_layer.h"
#include "reference/he_initialisation.h"
#include "reference/kmeans_patches.h"
#include "reference/xavier_initialisation.h"

namespace convproof {
namespace {

using reference::Distribution;
using reference::HeMode;
using reference::XavierMode;

using Values = Tensor<Rational>;

// ---- exact variances ------------------------------------------------------------------------

/// Equally likely values that lie symmetrically about 0.
using Outcomes = std::vector<Rational>;

Outcomes any_symmetric_outcomes(const char* name) {
  const Values magnitudes = any_tensor(name, Shape{2});
  return {magnitudes[0], -magnitudes[0], magnitudes[1], -magnitudes[1]};
}

Rational mean_square(const Outcomes& outcomes) {
  Rational sum = 0;
  for (const Rational& z : outcomes) sum += z * z;
  return sum / static_cast<Index>(outcomes.size());
}

Rational relu(const Rational& z) {
  return z > 0 ? z : Rational(0);
}

/// The variance of w1*f(z1) + w2*f(z2) over all outcomes of two weights and two inputs, all
/// independent; the mean is 0 because weights are symmetric.
template <typename F>
Rational variance_of_layer(const Outcomes& weights, const Outcomes& inputs, const F& f) {
  Rational sum = 0;
  for (const Rational& w1 : weights) {
    for (const Rational& w2 : weights) {
      for (const Rational& z1 : inputs) {
        for (const Rational& z2 : inputs) {
          const Rational y = w1 * f(z1) + w2 * f(z2);
          sum += y * y;
        }
      }
    }
  }
  const auto n = static_cast<Index>(weights.size() * inputs.size());
  return sum / Rational(n * n);
}

// ---- xavier_initialisation ------------------------------------------------------------------

TEST(XavierInitialisationExamples, FansCountTheProductsOfASum) {
  const auto fans = [](const Shape& w, Index groups) { return reference::fans("x", w, groups); };
  EXPECT_EQ(fans({64, 3, 7, 7}, 1), (reference::Fans{147, 3136}));
  EXPECT_EQ(fans({10, 84}, 1), (reference::Fans{84, 10}));
  EXPECT_EQ(fans({64, 8, 3}, 4), (reference::Fans{24, 48}));
  EXPECT_EQ(reference::xavier_variance<Rational>({64, 3, 7, 7}, XavierMode::kIn), Rational(1, 147));
  EXPECT_EQ(reference::xavier_variance<Rational>({64, 3, 7, 7}, XavierMode::kBoth),
            Rational(2, 3283));
}

TEST(XavierInitialisationExamples, NumbersFollowFromTheKeyAndTheIndex) {
  // The first number of SplitMix64 with seed 0 is known.
  EXPECT_EQ(counter_bits(0, 0), 0xe220a8397b1dcdafU);
  EXPECT_EQ(midpoint_of_cell<Rational>(0, 2), Rational(-3, 4));
  EXPECT_EQ(midpoint_of_cell<Rational>(3, 2), Rational(3, 4));
  const auto w = [](const Shape& shape, std::uint64_t key, Distribution distribution) {
    return reference::xavier_initialisation<double>(shape, XavierMode::kIn, distribution, key);
  };
  for (const Distribution d : {Distribution::kUniform, Distribution::kNormal}) {
    const Tensor<double> tall = w({3, 4}, 7, d);
    const Tensor<double> more = w({6, 4}, 7, d);
    for (Index i = 0; i < tall.size(); ++i) EXPECT_EQ(tall[i], more[i]);
    EXPECT_FALSE(tall == w({3, 4}, 8, d));
  }
  EXPECT_EQ(w({1, 3}, 7, Distribution::kUniform)[2], counter_uniform<double>(7, 2));
}

TEST(XavierInitialisationErrors, EveryArgumentIsRefusedByName) {
  const auto refusal = [](const Shape& w, Index groups) {
    return error_of([&] { (void)reference::xavier_variance<double>(w, XavierMode::kIn, groups); });
  };
  EXPECT_EQ(refusal({3}, 1),
            "xavier_initialisation: w: expected 2 axes or more [O, C/groups, ...], got [3]");
  EXPECT_EQ(refusal({3, 0}, 1), "xavier_initialisation: elements of w: expected 1 or more, got 0");
  EXPECT_EQ(refusal({3, 1}, 0), "xavier_initialisation: groups: expected 1 or more, got 0");
  EXPECT_EQ(refusal({3, 1}, 2),
            "xavier_initialisation: groups: expected a divisor of the 3 output channels of w, got "
            "2");
}

TEST(XavierInitialisationLaws, FansAreTheProductsOfAnInnerPixel) {
  for_all("readings of a window and of a pixel in the middle", [] {
    const Index groups = any_index("groups", 1, 2);
    const Index kernel = any_index("kernel", 1, 3);
    const Shape w{groups * any_index("outputs per group", 1, 3), any_index("channels", 1, 3),
                  kernel};
    const reference::Windows line(Shape{9}, Shape{kernel}, Shape{10 - kernel}, {WindowAxis{}});
    const reference::Fans n = reference::fans("x", w, groups);
    require_equal(n.in, w[1] * static_cast<Index>(line.of_window(2).size()));
    require_equal(n.out, w[0] / groups * static_cast<Index>(line.of_pixel(4).size()));
  });
}

TEST(XavierInitialisationLaws, KeepsTheVarianceOfALinearLayer) {
  for_all("n_in * Var(w) * Var(x), by enumeration of all outcomes", [] {
    const Outcomes weights = any_symmetric_outcomes("w");
    const Outcomes inputs = any_symmetric_outcomes("x");
    const Rational y = variance_of_layer(weights, inputs, [](const Rational& z) { return z; });
    const Rational kept = reference::xavier_variance<Rational>({1, 2}, XavierMode::kIn);
    require_equal(y * kept, mean_square(inputs) * mean_square(weights));
    // The same backwards, with O = 2 sums of one product: n_out.
    const Shape w{any_index("O", 1, 9), any_index("I", 1, 9)};
    const Rational both = reference::xavier_variance<Rational>(w, XavierMode::kBoth);
    const Rational forward = w[1] * both;
    const Rational backward = w[0] * both;
    require_equal(forward + backward, Rational(2));
    require((forward == 1) == (w[0] == w[1]), "both are kept only if the fans are equal");
  });
}

TEST(XavierInitialisationLaws, TheLatticeOfUniformNumbersHasItsVarianceExactly) {
  // The same cells at a size that can be enumerated: mean 0, variance (1 - 4^-bits)/3, and never 0.
  for (int bits = 1; bits <= 10; ++bits) {
    Rational sum = 0;
    Rational squares = 0;
    const std::int64_t cells = std::int64_t{1} << bits;
    for (std::int64_t cell = 0; cell < cells; ++cell) {
      const auto u = midpoint_of_cell<Rational>(cell, bits);
      ASSERT_NE(u, 0);
      sum += u;
      squares += u * u;
    }
    EXPECT_EQ(sum, 0);
    EXPECT_EQ(squares / cells, (1 - Rational(1, cells * cells)) / 3);
  }
  // With 52 bits that is 1/3 but for 4^-52, and sqrt(3 v) times such a number has variance v.
  EXPECT_EQ(kUniformBits, 52);
  for (std::uint64_t i = 0; i < 100; ++i) {
    const auto u = counter_uniform<Rational>(5, i);
    EXPECT_EQ(denominator(u), Rational(std::int64_t{1} << 52));
    EXPECT_EQ(Rational(counter_uniform<double>(5, i)), u);
    EXPECT_LT(abs(u), 1);
  }
}

TEST(XavierInitialisationLaws, ScalesFollowFromTheVariance) {
  const RealPrecision digits;
  for_all("w^2 = 3 v u^2, and v z^2", [] {
    const Shape w{any_index("O", 1, 3), any_index("I", 1, 4)};
    const auto key = static_cast<std::uint64_t>(any_index("key", 0, 1000));
    const auto v = reference::xavier_variance<Real>(w, XavierMode::kBoth);
    for (const Distribution d : {Distribution::kUniform, Distribution::kNormal}) {
      Tensor<Real> drawn = reference::xavier_initialisation<Real>(w, XavierMode::kBoth, d, key);
      Tensor<Real> expected(w);
      for (Index i = 0; i < drawn.size(); ++i) {
        const auto counter = static_cast<std::uint64_t>(i);
        const auto u = counter_uniform<Real>(key, counter);
        const auto z = reference::counter_normal<Real>(key, counter);
        const Real standard = d == Distribution::kUniform ? 3 * u * u : z * z;
        drawn[i] *= drawn[i];
        expected[i] = v * standard;
      }
      require(agree(drawn, expected), "a square");
    }
  });
}

// Box and Muller's numbers have the density exp(-(a^2+b^2)/2)/(2 pi) because that is what their
// Jacobian makes of the uniform density 1, and they lose nothing because they can be undone.
TEST(XavierInitialisationLaws, BoxAndMullersPairHasTheNormalDensity) {
  const RealPrecision digits;
  for_all("|d(a,b)/d(u1,u2)| * density(a) * density(b) = 1", [] {
    const auto key = static_cast<std::uint64_t>(any_index("key", 0, 1000));
    Tensor<Real> u(Shape{2});
    for (Index i = 0; i < 2; ++i) {
      u[i] = (1 + counter_uniform<Real>(key, static_cast<std::uint64_t>(i))) / 2;
    }
    const auto pair = [](const Tensor<Real>& v) {
      const auto [a, b] = reference::box_muller<Real>(v[0], v[1]);
      return Tensor<Real>(Shape{2}, {a, b});
    };
    const Tensor<Real> da = smooth_gradient(pair, u, Tensor<Real>(Shape{2}, {1, 0}));
    const Tensor<Real> db = smooth_gradient(pair, u, Tensor<Real>(Shape{2}, {0, 1}));
    const Tensor<Real> z = pair(u);
    const Real pi = acos(Real(-1));
    const Real squares = z[0] * z[0] + z[1] * z[1];
    const Real density = exp(-squares / 2) / (2 * pi);
    const Real jacobian = abs(da[0] * db[1] - da[1] * db[0]);
    const Real one = jacobian * density;
    require(agree(Tensor<Real>(Shape{1}, {one}), Tensor<Real>(Shape{1}, {1})), "density");
    Real angle = atan2(z[1], z[0]) / (2 * pi);
    if (angle < 0) angle += 1;
    const Real radius = exp(-squares / 2);
    require(agree(Tensor<Real>(Shape{2}, {radius, angle}), u), "undone");
    require(reference::counter_normal<Real>(key, 0) == z[0], "an even counter is the first");
    require(reference::counter_normal<Real>(key, 1) == z[1], "an odd counter is the second");
  });
}

// ---- he_initialisation ----------------------------------------------------------------------

TEST(HeInitialisationExamples, IsXavierWithHalfTheFan) {
  covers({"T-HE-INIT"});
  EXPECT_EQ(reference::he_variance<Rational>({64, 3, 7, 7}, HeMode::kIn), Rational(2, 147));
  EXPECT_EQ(reference::he_variance<Rational>({64, 3, 7, 7}, HeMode::kOut), Rational(2, 3136));
  // "Xavier/2": 1/(n/2).
  EXPECT_EQ(reference::he_variance<Rational>({5, 12}, HeMode::kIn),
            reference::xavier_variance<Rational>({5, 6}, XavierMode::kIn));
  const auto w =
      reference::he_initialisation<double>({1, 6}, HeMode::kIn, Distribution::kUniform, 3);
  EXPECT_EQ(w[4], counter_uniform<double>(3, 4));  // sqrt(3 * 2/6) is 1.
}

TEST(HeInitialisationErrors, NameTheOperator) {
  EXPECT_EQ(error_of([] { (void)reference::he_variance<double>({3}, HeMode::kIn); }),
            "he_initialisation: w: expected 2 axes or more [O, C/groups, ...], got [3]");
  EXPECT_EQ(error_of([] {
              (void)reference::he_initialisation<double>({3, 1}, HeMode::kOut,
                                                         Distribution::kNormal, 1, 2);
            }),
            "he_initialisation: groups: expected a divisor of the 3 output channels of w, got 2");
}

TEST(HeInitialisationLaws, ARectifiedNeuronPassesHalfOfTheVarianceOn) {
  covers({"T-HE-INIT"});
  for_all("E[relu(z)^2] = Var(z)/2 for symmetric z, by enumeration", [] {
    const Outcomes z = any_symmetric_outcomes("z");
    Outcomes rectified = z;
    for (Rational& value : rectified) value = relu(value);
    require_equal(mean_square(rectified), mean_square(z) / 2);
  });
  // It takes the symmetry: mean 0 is not enough. Of {3, -1, -1, -1} three quarters pass.
  const Outcomes skew{3, -1, -1, -1};
  EXPECT_EQ(mean_square({3, 0, 0, 0}), mean_square(skew) * 3 / 4);
}

TEST(HeInitialisationLaws, KeepsTheVarianceFromLayerToLayer) {
  covers({"T-HE-INIT"});
  for_all("Var(w relu(z)) = Var(z) if Var(w) = 2/n_in, by enumeration of all outcomes", [] {
    const Outcomes weights = any_symmetric_outcomes("w");
    const Outcomes z = any_symmetric_outcomes("z");
    const Rational y = variance_of_layer(weights, z, relu);
    // Linear in Var(w), so at 2/n_in it is Var(z).
    const Rational he = reference::he_variance<Rational>({1, 2}, HeMode::kIn);
    require_equal(y * he, mean_square(z) * mean_square(weights));
    // Xavier's 1/n_in would halve it in every layer.
    const Rational xavier = reference::xavier_variance<Rational>({1, 2}, XavierMode::kIn);
    require_equal(y / mean_square(weights) * xavier, mean_square(z) / 2);
    // "Xavier/2" read as half of Xavier's variance, and not as its n/2, would quarter it.
    require_equal(y / mean_square(weights) * (xavier / 2), mean_square(z) / 4);
    require_equal(he, 2 * xavier);
  });
  // At 2/n itself: weights +1 and -1 for two inputs.
  EXPECT_EQ(variance_of_layer({1, -1}, {1, -1, 5, -5}, relu), mean_square({1, -1, 5, -5}));
}

// ---- kmeans_patches -------------------------------------------------------------------------

TEST(KmeansPatchesExamples, TwoPairsOnALine) {
  const Values points(Shape{4, 1}, {0, 10, 1, 12});
  const auto result = reference::kmeans_patches(points, 2, 9);
  EXPECT_EQ(result.centres, Values(Shape{2, 1}, {Rational(1, 2), 11}));
  EXPECT_EQ(result.assignment, (std::vector<Index>{0, 1, 0, 1}));
  EXPECT_EQ(result.costs, (std::vector<Rational>{5, Rational(5, 2)}));
  // Without a move the centres are the first distinct patches.
  EXPECT_EQ(reference::kmeans_patches(Values(Shape{3, 1}, {4, 4, 5}), 2, 0).centres,
            Values(Shape{2, 1}, {4, 5}));
  // Patches of one axis are plain numbers.
  EXPECT_EQ(reference::kmeans_patches(Values(Shape{4}, {0, 10, 1, 12}), 2, 9).centres,
            Values(Shape{2}, {Rational(1, 2), 11}));
  // A move is one step to the means of what the first patches are nearest to.
  EXPECT_EQ(reference::kmeans_patches(points, 2, 0).centres, Values(Shape{2, 1}, {0, 10}));
  EXPECT_EQ(reference::kmeans_patches(points, 2, 0).costs, (std::vector<Rational>{5}));
  EXPECT_EQ(reference::kmeans_patches(points, 2, 1).centres, result.centres);
  EXPECT_EQ(reference::kmeans_patches(points, 2, 1).costs, result.costs);
  // A tie goes to the first, and a centre without patches stays.
  const Values centres(Shape{2, 1}, {3, 5});
  const Values middle(Shape{1, 1}, {4});
  EXPECT_EQ(reference::kmeans_assignment(middle, centres), (std::vector<Index>{0}));
  EXPECT_EQ(reference::kmeans_means(middle, centres, {0}), Values(Shape{2, 1}, {4, 5}));
}

TEST(KmeansPatchesExamples, PatchesAreWhatTheWindowsSee) {
  const Values x(Shape{1, 1, 4}, {1, 2, 3, 4});
  EXPECT_EQ(reference::image_patches(x, Shape{2}, {{.stride = 2}}),
            Values(Shape{2, 1, 2}, {1, 2, 3, 4}));
  EXPECT_EQ(reference::image_patches(x, Shape{2}, {{.stride = 4, .before = 1}}),
            Values(Shape{1, 1, 2}, {0, 1}));
}

TEST(KmeansPatchesErrors, EveryArgumentIsRefusedByName) {
  const Values x(Shape{1, 1, 4});
  const Values patches(Shape{2, 3});
  const Values centres(Shape{1, 3});
  EXPECT_EQ(error_of([&] { (void)reference::image_patches(patches, Shape{2}, {WindowAxis{}}); }),
            "kmeans_patches: x: expected 3 axes or more [N, C, ...], got [2, 3]");
  EXPECT_EQ(error_of([&] {
              (void)reference::image_patches(x, Shape{2, 2}, {WindowAxis{}});
            }),
            "kmeans_patches: kernel: expected 1 spatial axis, got [2, 2]");
  EXPECT_EQ(error_of([&] { (void)reference::image_patches(x, Shape{}, {WindowAxis{}}); }),
            "kmeans_patches: kernel: expected 1 spatial axis, got []");
  EXPECT_EQ(error_of([&] { (void)reference::image_patches(x, Shape{2}, {}); }),
            "kmeans_patches: axes: expected 1 (spatial axes of x), got 0");
  EXPECT_EQ(error_of([&] {
              (void)reference::image_patches(x, Shape{2}, {WindowAxis{}, WindowAxis{}});
            }),
            "kmeans_patches: axes: expected 1 (spatial axes of x), got 2");
  EXPECT_EQ(error_of([&] { (void)reference::image_patches(x, Shape{5}, {WindowAxis{}}); }),
            "kmeans_patches: window w: expected at most the padded input, 4, got 5 (kernel 5, "
            "dilation 1)");
  EXPECT_EQ(error_of([&] {
              (void)reference::kmeans_assignment(patches, Values(Shape{1, 2}));
            }),
            "kmeans_patches: centres: expected one or more of the shape [3], got [1, 2]");
  EXPECT_EQ(error_of([&] {
              (void)reference::kmeans_assignment(patches, Values(Shape{0, 3}));
            }),
            "kmeans_patches: centres: expected one or more of the shape [3], got [0, 3]");
  EXPECT_EQ(error_of([&] { (void)reference::kmeans_assignment(patches, Values(Shape{})); }),
            "kmeans_patches: centres: expected one or more of the shape [3], got []");
  EXPECT_EQ(error_of([&] { (void)reference::kmeans_assignment(Values(Shape{}), centres); }),
            "kmeans_patches: patches: expected 1 axis or more [M, ...], got []");
  EXPECT_EQ(error_of([&] { (void)reference::kmeans_cost(patches, centres, {0}); }),
            "kmeans_patches: assignment: expected 2 (one per patch), got 1");
  EXPECT_EQ(error_of([&] {
              (void)reference::kmeans_cost(patches, centres, {0, 0, 0});
            }),
            "kmeans_patches: assignment: expected 2 (one per patch), got 3");
  EXPECT_EQ(error_of([&] {
              (void)reference::kmeans_cost(patches, centres, {0, 1});
            }),
            "kmeans_patches: assignment: expected centres from 0 to 0, got 1");
  EXPECT_EQ(error_of([&] { (void)reference::kmeans_patches(patches, 2, 9); }),
            "kmeans_patches: count: expected at most 1 (distinct patches), got 2");
  EXPECT_EQ(error_of([&] { (void)reference::kmeans_patches(patches, 0, 9); }),
            "kmeans_patches: count: expected 1 or more, got 0");
  EXPECT_EQ(error_of([&] { (void)reference::kmeans_patches(patches, 1, -1); }),
            "kmeans_patches: most_steps: expected 0 or more, got -1");
}

TEST(KmeansPatchesErrors, GradientsAndMeansAskTheSameRules) {
  const Values x(Shape{1, 1, 4});
  const Values patches(Shape{2, 3});
  const Values centres(Shape{1, 3});
  EXPECT_EQ(error_of([&] {
              (void)reference::image_patches_dx(patches, x.shape(), Shape{2}, {WindowAxis{}});
            }),
            "kmeans_patches: dpatches: expected [3, 1, 2] (the shape of the patches), got [2, 3]");
  EXPECT_EQ(error_of([&] {
              (void)reference::kmeans_means(patches, Values(Shape{1, 2}), {0, 0});
            }),
            "kmeans_patches: centres: expected one or more of the shape [3], got [1, 2]");
  const char* const kOnePerPatch = "kmeans_patches: assignment: expected 2 (one per patch), got 1";
  EXPECT_EQ(error_of([&] { (void)reference::kmeans_dcentres(patches, centres, {0}); }),
            kOnePerPatch);
  EXPECT_EQ(error_of([&] { (void)reference::kmeans_dpatches(patches, centres, {0}); }),
            kOnePerPatch);
  EXPECT_EQ(error_of([&] { (void)reference::kmeans_means(patches, centres, {0}); }), kOnePerPatch);
  EXPECT_EQ(error_of([&] {
              (void)reference::kmeans_means(patches, centres, {0, -1});
            }),
            "kmeans_patches: assignment: expected centres from 0 to 0, got -1");
  EXPECT_EQ(error_of([&] { (void)reference::kmeans_first_centres(Values(Shape{}), 1); }),
            "kmeans_patches: patches: expected 1 axis or more [M, ...], got []");
}

/// A few distinct points, so that every count up to their number has centres to start from.
Values any_points(Index count) {
  Values points = any_tensor("points", Shape{count, 2});
  for (Index m = 0; m < count; ++m) points[2 * m] += 20 * m * (m % 2 == 0 ? 1 : -1);
  return points;
}

TEST(KmeansPatchesLaws, GradientsAreFiniteDifferences) {
  for_all("dcentres and dpatches are exact differences of the cost", [] {
    const Values points = any_points(any_index("points", 1, 5));
    const Values centres = any_tensor("centres", Shape{any_index("centres", 1, 3), 2});
    const std::vector<Index> assignment = reference::kmeans_assignment(points, centres);
    const Values one(Shape{1}, {1});
    const auto cost = [&](const Values& p, const Values& c) {
      return Values(Shape{1}, {reference::kmeans_cost(p, c, assignment)});
    };
    require_equal(
        reference::kmeans_dcentres(points, centres, assignment),
        polynomial_gradient([&](const Values& c) { return cost(points, c); }, centres, one));
    require_equal(
        reference::kmeans_dpatches(points, centres, assignment),
        polynomial_gradient([&](const Values& p) { return cost(p, centres); }, points, one));
  });
}

TEST(KmeansPatchesLaws, PatchesAreDifferentiatedByFiniteDifferences) {
  for_all("dx is an exact difference of the patches", [] {
    const WindowAxes axes{any_window_axis()};
    const Shape kernel{any_index("kernel", 1, 3)};
    const Values x = any_tensor("x", Shape{2, 2, axes[0].dilation * kernel[0] + 1});
    const Values dpatches =
        any_tensor("dpatches", reference::image_patches(x, kernel, axes).shape());
    require_equal(reference::image_patches_dx(dpatches, x.shape(), kernel, axes),
                  polynomial_gradient(
                      [&](const Values& v) { return reference::image_patches(v, kernel, axes); }, x,
                      dpatches));
  });
}

/// The lowest cost of all assignments, each from the distances between the patches alone: the sum
/// over pairs of one cluster of their squared distance, over the size of the cluster.
Rational lowest_cost(const Values& points, Index count) {
  const Index n = points.shape()[0];
  std::vector<Index> assignment(static_cast<std::size_t>(n), 0);
  Rational lowest = -1;
  for (;;) {
    Rational cost = 0;
    for (Index k = 0; k < count; ++k) {
      Rational pairs = 0;
      Index members = 0;
      for (Index a = 0; a < n; ++a) {
        if (assignment[static_cast<std::size_t>(a)] != k) continue;
        ++members;
        for (Index b = 0; b < a; ++b) {
          if (assignment[static_cast<std::size_t>(b)] != k) continue;
          for (Index i = 0; i < 2; ++i) {
            const Rational d = points[2 * a + i] - points[2 * b + i];
            pairs += d * d;
          }
        }
      }
      if (members > 0) cost += pairs / members;
    }
    if (lowest < 0 || cost < lowest) lowest = cost;
    std::size_t digit = 0;
    while (digit < assignment.size() && ++assignment[digit] == count) assignment[digit++] = 0;
    if (digit == assignment.size()) return lowest;
  }
}

TEST(KmeansPatchesLaws, EveryStepCostsLessAndTheEndIsAFixedPoint) {
  covers({"T-THREE-FEATURE-STRATEGIES"});
  for_all("costs fall, to no less than the lowest of all assignments", [] {
    const Values points = any_points(any_index("points", 1, 6));
    const Index count = any_index("centres", 1, std::min<Index>(points.shape()[0], 3));
    const auto result = reference::kmeans_patches(points, count, 99);
    for (std::size_t s = 1; s < result.costs.size(); ++s) {
      require(result.costs[s] < result.costs[s - 1], "a step costs less");
    }
    require_equal(reference::kmeans_means(points, result.centres, result.assignment),
                  result.centres);
    require_equal(reference::kmeans_dcentres(points, result.centres, result.assignment),
                  Values(result.centres.shape()));
    require(lowest_cost(points, count) <= result.costs.back(), "not below the lowest");
    // One centre is the mean, and as many centres as points cost nothing: there Lloyd is right.
    if (count == 1 || count == points.shape()[0]) {
      require_equal(result.costs.back(), lowest_cost(points, count));
    }
  });
}

TEST(KmeansPatchesLaws, LloydNeedNotFindTheLowestCost) {
  // A long rectangle whose first two corners lie on a long side: it is cut along, not across.
  const Values corners(Shape{4, 2}, {0, 0, 0, 1, 4, 0, 4, 1});
  EXPECT_EQ(reference::kmeans_patches(corners, 2, 99).costs.back(), 16);
  EXPECT_EQ(lowest_cost(corners, 2), 1);
}

// ---- first_layer ----------------------------------------------------------------------------

TEST(FirstLayerExamples, EdgesHaveDirectionsAndScales) {
  EXPECT_EQ(reference::edge_first_layer<Rational>({{.right = 1}, {.down = 1, .right = 1}}),
            Values(Shape{2, 1, 3, 3}, {-1, 0, 1, -1, 0, 1, -1, 0, 1,  //
                                       -1, -1, 0, -1, 0, 1, 0, 1, 1}));
  const Values two = reference::edge_first_layer<Rational>({{.down = 1}, {.down = 1, .scale = 2}});
  EXPECT_EQ(two.shape(), (Shape{2, 1, 5, 5}));
  EXPECT_EQ(two(0, 0, 1, 1), -1);
  EXPECT_EQ(two(0, 0, 0, 1), 0);
  EXPECT_EQ(two(1, 0, 0, 1), -1);
}

TEST(FirstLayerExamples, LearnedKernelsAreThePatchesThatThereAre) {
  // Two kinds of patches side by side, and nothing else.
  const Values x(Shape{1, 1, 8}, {1, 2, 5, 0, 1, 2, 5, 0});
  EXPECT_EQ(reference::learned_first_layer(x, Shape{2}, {{.stride = 2}}, 2, 9),
            Values(Shape{2, 1, 2}, {1, 2, 5, 0}));
}

TEST(FirstLayerErrors, EveryArgumentIsRefusedByName) {
  EXPECT_EQ(error_of([] {
              (void)reference::random_first_layer<double>(Shape{2, 3}, 1);
            }),
            "first_layer: w: expected 3 axes or more [O, C, K...], got [2, 3]");
  EXPECT_EQ(error_of([] {
              (void)reference::random_first_layer<double>(Shape{2, 0, 3}, 1);
            }),
            "first_layer: elements of w: expected 1 or more, got 0");
  EXPECT_EQ(error_of([] { (void)reference::edge_first_layer<double>({}); }),
            "first_layer: detectors: expected 1 or more, got 0");
  EXPECT_EQ(error_of([] { (void)reference::edge_first_layer<double>({{}}); }),
            "first_layer: direction: expected other than (0, 0), got (0, 0)");
  EXPECT_EQ(error_of([] { (void)reference::edge_first_layer<double>({{.right = 1, .scale = 0}}); }),
            "first_layer: scale: expected 1 or more, got 0");
  EXPECT_EQ(error_of([] {
              (void)reference::learned_first_layer(Values(Shape{1, 1, 4}), Shape{2}, {}, 1, 9);
            }),
            "kmeans_patches: axes: expected 1 (spatial axes of x), got 0");
}

TEST(FirstLayerLaws, RandomKernelsNeedNoDataAndNeverExceedTheLargestPixel) {
  covers({"T-THREE-FEATURE-STRATEGIES"});
  for_all("|y| <= max |x|", [] {
    const Shape shape{any_index("kernels", 1, 3), any_index("channels", 1, 2),
                      any_index("kernel", 1, 3)};
    const auto key = static_cast<std::uint64_t>(any_index("key", 0, 1000));
    const auto w = reference::random_first_layer<Rational>(shape, key);
    const Values x = any_tensor("x", Shape{1, shape[1], shape[2] + 2});
    Rational largest = 0;
    for (Index i = 0; i < x.size(); ++i) largest = std::max(largest, Rational(abs(x[i])));
    const Values y = reference::conv<Rational>(x, w, nullptr, {.axes = {{}}});
    for (Index i = 0; i < y.size(); ++i) require(abs(y[i]) < largest, "bounded");
    require_equal(w, reference::random_first_layer<Rational>(shape, key));
    for (Index i = 0; i < w.size(); ++i) require(w[i] != 0, "every weight is used");
  });
}

TEST(FirstLayerLaws, EveryHandMadeKernelAnswersMostToAnEdgeOfItsOwnDirection) {
  covers({"T-THREE-FEATURE-STRATEGIES"});
  const std::vector<reference::EdgeDetector> directions{
      {.right = 1}, {.down = 1}, {.down = 1, .right = 1}, {.down = 1, .right = -1}};
  const Values w = reference::edge_first_layer<Rational>(directions);
  const ConvParams p{.axes = {{}, {}}};
  for (std::size_t edge = 0; edge < directions.size(); ++edge) {
    // Dark behind the line through the middle, bright ahead of it, and half on it.
    Values image(Shape{1, 1, 3, 3});
    for (Index i = 0; i < 9; ++i) {
      const Index side = directions[edge].down * (i / 3 - 1) + directions[edge].right * (i % 3 - 1);
      image[i] = side > 0 ? Rational(1) : side < 0 ? Rational(0) : Rational(1, 2);
    }
    const Values answers = reference::conv<Rational>(image, w, nullptr, p);
    for (std::size_t d = 0; d < directions.size(); ++d) {
      if (d == edge) continue;
      EXPECT_LT(abs(answers[static_cast<Index>(d)]), answers[static_cast<Index>(edge)]);
    }
  }
  for_all("no answer where all pixels are the same, and the opposite one from the other side", [] {
    const reference::EdgeDetector detector{.down = any_index("down", 0, 2),
                                           .right = 1 + any_index("right", 0, 2),
                                           .scale = any_index("scale", 1, 3)};
    const reference::EdgeDetector opposite{
        .down = -detector.down, .right = -detector.right, .scale = detector.scale};
    const Values pair = reference::edge_first_layer<Rational>({detector, opposite});
    const Index taps = pair.size() / 2;
    Rational sum = 0;
    for (Index u = 0; u < taps; ++u) {
      sum += pair[u];
      require_equal(pair[u], Rational(-pair[taps + u]));
      require_equal(pair[u], Rational(-pair[taps - 1 - u]));
    }
    require_equal(sum, Rational(0));
  });
}

/// The small model, a matrix that sees one patch at a time; its answers where conv puts them.
Values answers_to_patches(const Values& patches, const Values& w, const Shape& y) {
  const Index size = w.size() / w.shape()[0];
  const Index positions = spatial(y).element_count();
  Values answers(y);
  for (Index m = 0; m < patches.shape()[0]; ++m) {
    for (Index o = 0; o < w.shape()[0]; ++o) {
      Rational& answer = answers[(m / positions * y[1] + o) * positions + m % positions];
      for (Index i = 0; i < size; ++i) answer += w[o * size + i] * patches[m * size + i];
    }
  }
  return answers;
}

TEST(FirstLayerLaws, AModelOfPatchesIsAConvolutionLayerAndLearnsTheSame) {
  covers({"T-PATCH-PRETRAIN", "T-THREE-FEATURE-STRATEGIES"});
  for_all("its parameters are the kernels, and their gradients are equal, too", [] {
    const ConvParams p{.axes = {any_window_axis(), {.stride = any_index("stride", 1, 2)}}};
    const Shape kernel{any_index("kernel h", 1, 2), any_index("kernel w", 1, 2)};
    const Index channels = any_index("channels", 1, 2);
    const Values x = any_tensor("x", Shape{2, channels, p.axes[0].dilation * kernel[0] + 1, 3});
    const Values patches = reference::image_patches(x, kernel, p.axes);
    const Values w = any_index("learned", 0, 1) == 1
                         ? reference::learned_first_layer(x, kernel, p.axes, 1, 2)
                         : any_tensor("w", with_spatial(2, channels, kernel));
    const Values y = reference::conv<Rational>(x, w, nullptr, p);
    require_equal(y, answers_to_patches(patches, w, y.shape()));
    const Values dy = any_tensor("dy", y.shape());
    require_equal(
        reference::conv_dw<Rational>(dy, x, w.shape(), p),
        polynomial_gradient(
            [&](const Values& v) { return answers_to_patches(patches, v, y.shape()); }, w, dy));
  });
}

}  // namespace
}  // namespace convproof
