// Signals on their way into a network: weighted_average, image_filter, and the
// pipelines that they begin.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/indices.h"
#include "core/scalar/rational.h"
#include "properties/arbitrary.h"
#include "properties/covers.h"
#include "properties/error_of.h"
#include "properties/gradients.h"
#include "reference/conv.h"
#include "reference/image_filter.h"
#include "reference/weighted_average.h"

namespace convproof {
namespace {

using Values = Tensor<Rational>;

Values average(const Values& x, const Values& w) {
  return reference::weighted_average<Rational>(x, w);
}

Values filtered(const Values& x, const Values& w) {
  return reference::image_filter<Rational>(x, w);
}

/// The same elements in another shape.
Values reshaped(const Values& from, const Shape& shape) {
  return Values(shape, std::vector<Rational>(from.data(), from.data() + from.size()));
}

Values constant(const Shape& shape, const Rational& value) {
  return Values(shape,
                std::vector<Rational>(static_cast<std::size_t>(shape.element_count()), value));
}

Rational sum_of(const Values& values) {
  return inner(values, constant(values.shape(), 1));
}

Values hundredths(const std::vector<int>& numerators) {
  std::vector<Rational> values;
  for (const int n : numerators) values.emplace_back(n, 100);
  return Values(Shape{static_cast<Index>(values.size())}, values);
}

// ---- weighted_average -----------------------------------------------------------------------

/// The laser sensor of note 002: weights w_{-6} ... w_0, measurements x_0 ... x_11, and what is
/// printed as s_6 ... s_11.
Values sensor_weights() {
  return hundredths({1, 1, 2, 2, 4, 40, 50});
}
Values sensor_measurements() {
  return hundredths({100, 110, 120, 140, 170, 180, 190, 210, 220, 240, 250, 270});
}
Values sensor_printed() {
  return hundredths({180, 196, 211, 216, 228, 242});
}

TEST(WeightedAverageExamples, TheOutputOfTheSensorIsNotAsPrinted) {
  covers({"X-SENSOR-1D"});
  const Values s = average(sensor_measurements(), sensor_weights());
  std::vector<Rational> exact;
  for (const int thousandths : {1811, 1967, 2112, 2269, 2413, 2569}) {
    exact.emplace_back(thousandths, 1000);
  }
  EXPECT_EQ(s, Values(Shape{6}, exact));
  // To two digits: 1.81 1.97 2.11 2.27 2.41 2.57. Only the third of the printed ones is the rounded
  // value; the first two are off by one in the last digit, the others by 0.11, 0.13 and 0.15.
  const Values printed = sensor_printed();
  for (Index i = 0; i < s.size(); ++i) {
    EXPECT_EQ(abs(s[i] - printed[i]) <= Rational(1, 200), i == 2) << i;
    EXPECT_EQ(abs(s[i] - printed[i]) > Rational(1, 10), i > 2) << i;
  }
}

TEST(WeightedAverageExamples, TheSixthSumIsWrittenOut) {
  covers({"F-S6-EXPANSION", "F-CONV-1D-WINDOW"});
  for_all("s_6 = x_6 w_0 + x_5 w_-1 + ... + x_0 w_-6", [] {
    const Values x = any_tensor("x", Shape{7});
    const Values w = any_tensor("w", Shape{7});  // w[6] is w_0 and w[0] is w_{-6}.
    const Rational s6 = x[6] * w[6] + x[5] * w[5] + x[4] * w[4] + x[3] * w[3] + x[2] * w[2] +
                        x[1] * w[1] + x[0] * w[0];
    require_equal(average(x, w), Values(Shape{1}, {s6}));
  });
}

TEST(WeightedAverageErrors, EveryArgumentIsRefusedByName) {
  const Values two(Shape{2});
  const Values three(Shape{3});
  const Values square(Shape{2, 2});
  EXPECT_EQ(error_of([&] { (void)average(square, two); }),
            "weighted_average: x: expected 1 axis [N], got [2, 2]");
  EXPECT_EQ(error_of([&] { (void)average(two, square); }),
            "weighted_average: w: expected 1 axis [A], got [2, 2]");
  EXPECT_EQ(error_of([&] { (void)average(two, Values(Shape{0})); }),
            "weighted_average: weights: expected 1 or more, got 0");
  EXPECT_EQ(error_of([&] { (void)average(two, three); }),
            "weighted_average: measurements: expected 3 or more, got 2");
  EXPECT_EQ(
      error_of([&] { (void)reference::weighted_average_dx<Rational>(three, two, three.shape()); }),
      "weighted_average: ds: expected [2] (the shape of s), got [3]");
  EXPECT_EQ(
      error_of([&] { (void)reference::weighted_average_dw<Rational>(three, three, two.shape()); }),
      "weighted_average: ds: expected [2] (the shape of s), got [3]");
}

/// Weights and a few more measurements.
struct Measured {
  Values w = any_tensor("w", Shape{any_index("weights", 1, 4)});
  Values x = any_tensor("x", Shape{w.size() + any_index("more measurements", 0, 4)});
};

TEST(WeightedAverageLaws, GradientsAreFiniteDifferences) {
  for_all("dx and dw are exact differences", [] {
    const Measured m;
    const Values ds = any_tensor("ds", reference::weighted_average_shape(m.x.shape(), m.w.shape()));
    require_equal(reference::weighted_average_dx<Rational>(ds, m.w, m.x.shape()),
                  polynomial_gradient([&](const Values& x) { return average(x, m.w); }, m.x, ds));
    require_equal(reference::weighted_average_dw<Rational>(ds, m.x, m.w.shape()),
                  polynomial_gradient([&](const Values& w) { return average(m.x, w); }, m.w, ds));
  });
}

TEST(WeightedAverageLaws, IsTheInfiniteSumWhoseWeightsEndAndAOneAxisLayer) {
  covers({"F-CONV-1D-HIT", "F-CONV-1D-WINDOW", "P-1D-TO-2D"});
  for_all("three other statements of it", [] {
    const Measured m;
    const Values s = average(m.x, m.w);
    // The sum over all ages, 0 before the first measurement and beyond the last weight.
    const auto measurement = [&](Index t) { return t < 0 ? Rational(0) : m.x[t]; };
    const auto weight = [&](Index age) {
      return age < m.w.size() ? m.w[m.w.size() - 1 - age] : Rational(0);
    };
    for (Index i = 0; i < s.size(); ++i) {
      const Index t = i + m.w.size() - 1;
      Rational sum = 0;
      for (Index age = 0; age < 3 * m.x.size(); ++age) sum += measurement(t - age) * weight(age);
      require_equal(s[i], sum);
    }
    const Values y =
        reference::conv<Rational>(reshaped(m.x, {1, 1, m.x.size()}),
                                  reshaped(m.w, {1, 1, m.w.size()}), nullptr, {.axes = {{}}});
    require_equal(reshaped(y, s.shape()), s);
    // In two dimensions: an image of one row.
    require_equal(reshaped(filtered(reshaped(m.x, {1, m.x.size()}), reshaped(m.w, {1, m.w.size()})),
                           s.shape()),
                  s);
  });
}

TEST(WeightedAverageLaws, RecentMeasurementsWeighMoreAndNoiseIsReduced) {
  covers({"P-WEIGHTED-AVERAGE"});
  const Values w = sensor_weights();
  EXPECT_EQ(sum_of(w), 1);
  EXPECT_TRUE(std::is_sorted(w.data(), w.data() + w.size()));
  EXPECT_GT(w[6], w[0]);
  // Independent noise of +-1 on every measurement, all 128 outcomes: the variance falls from 1 to
  // the sum of the squares of the weights. The newest measurement alone makes 0.25 of it.
  Rational variance = 0;
  for (unsigned bits = 0; bits < 128; ++bits) {
    Values noise(Shape{7});
    for (Index i = 0; i < 7; ++i) {
      noise[i] = (bits >> static_cast<unsigned>(i) & 1U) != 0 ? 1 : -1;
    }
    const Rational left = average(noise, w)[0];
    variance += left * left / 128;
  }
  EXPECT_EQ(variance, inner(w, w));
  EXPECT_EQ(variance, Rational(4126, 10000));
  EXPECT_LT(variance, 1);
}

TEST(WeightedAverageLaws, AnAverageLiesBetweenTheLeastAndTheLargest) {
  covers({"P-WEIGHTED-AVG-OUTPUT"});
  for_all("if no weight is negative and their sum is 1", [] {
    Measured m;
    Rational sum = 0;
    for (Index i = 0; i < m.w.size(); ++i) {
      m.w[i] = abs(m.w[i]);
      sum += m.w[i];
    }
    for (Index i = 0; i < m.w.size(); ++i) m.w[i] /= sum;
    const Values s = average(m.x, m.w);
    for (Index i = 0; i < s.size(); ++i) {
      const Rational* first = m.x.data() + i;
      const auto [least, most] = std::minmax_element(first, first + m.w.size());
      require(*least <= s[i] && s[i] <= *most, "between");
    }
  });
}

TEST(WeightedAverageLaws, NotEveryFilterIsAWeightedAverageIsNotAsPrinted) {
  covers({"P-WEIGHTED-AVG-OUTPUT"});
  // The notes say it of all filters right after three of which none is one: nine times too bright,
  // beyond the brightest pixel, and below the darkest.
  const Values ones = constant({3, 3}, 1);
  EXPECT_EQ(filtered(ones, reference::blur_filter<Rational>())[0], 9);
  Values spot = ones;
  spot(1, 1) = 2;
  EXPECT_EQ(filtered(spot, reference::sharpen_filter<Rational>())[0], 6);
  EXPECT_EQ(filtered(spot, reference::edge_filter<Rational>())[0], -8);
}

// ---- image_filter ---------------------------------------------------------------------------

/// Step from 0 to 1 between the second and the third column.
Values step_image() {
  return Values(Shape{3, 4}, {0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1});
}

TEST(ImageFilterExamples, TheNotedKernelsOnAnEdge) {
  const auto answer = [](const Values& w) { return filtered(step_image(), w); };
  EXPECT_EQ(answer(reference::blur_filter<Rational>()), Values(Shape{1, 2}, {3, 6}));
  EXPECT_EQ(answer(reference::sharpen_filter<Rational>()), Values(Shape{1, 2}, {-1, 2}));
  EXPECT_EQ(answer(reference::edge_filter<Rational>()), Values(Shape{1, 2}, {3, -3}));
  EXPECT_EQ(answer(reference::gaussian_filter<Rational>()),
            Values(Shape{1, 2}, {Rational(1, 4), Rational(3, 4)}));
  EXPECT_EQ(answer(reference::laplacian_filter<Rational>()), Values(Shape{1, 2}, {1, -1}));
  EXPECT_EQ(answer(reference::antisymmetric_filter<Rational>()), Values(Shape{1, 2}, {2, 2}));
}

TEST(ImageFilterErrors, EveryArgumentIsRefusedByName) {
  const Values two(Shape{2, 2});
  const Values three(Shape{3, 3});
  EXPECT_EQ(error_of([&] { (void)filtered(Values(Shape{2}), two); }),
            "image_filter: x: expected 2 axes [H, W], got [2]");
  EXPECT_EQ(error_of([&] { (void)filtered(two, Values(Shape{2})); }),
            "image_filter: w: expected 2 axes [Kh, Kw], got [2]");
  EXPECT_EQ(error_of([&] {
              (void)filtered(two, Values(Shape{0, 2}));
            }),
            "image_filter: kernel rows: expected 1 or more, got 0");
  EXPECT_EQ(error_of([&] {
              (void)filtered(two, Values(Shape{2, 0}));
            }),
            "image_filter: kernel columns: expected 1 or more, got 0");
  EXPECT_EQ(error_of([&] { (void)filtered(two, three); }),
            "image_filter: rows of x: expected 3 or more, got 2");
  EXPECT_EQ(error_of([&] {
              (void)filtered(Values(Shape{3, 2}), three);
            }),
            "image_filter: columns of x: expected 3 or more, got 2");
  EXPECT_EQ(
      error_of([&] { (void)reference::image_filter_dx<Rational>(three, two, three.shape()); }),
      "image_filter: dy: expected [2, 2] (the shape of y), got [3, 3]");
  EXPECT_EQ(
      error_of([&] { (void)reference::image_filter_dw<Rational>(three, three, two.shape()); }),
      "image_filter: dy: expected [2, 2] (the shape of y), got [3, 3]");
}

/// An image and a kernel that fits.
struct Picture {
  Values w = any_tensor("w", Shape{any_index("kernel h", 1, 3), any_index("kernel w", 1, 3)});
  Values x = any_tensor("x", Shape{w.shape()[0] + any_index("more rows", 0, 3),
                                   w.shape()[1] + any_index("more columns", 0, 3)});
};

TEST(ImageFilterLaws, GradientsAreFiniteDifferences) {
  for_all("dx and dw are exact differences", [] {
    const Picture p;
    const Values dy = any_tensor("dy", reference::image_filter_shape(p.x.shape(), p.w.shape()));
    require_equal(reference::image_filter_dx<Rational>(dy, p.w, p.x.shape()),
                  polynomial_gradient([&](const Values& x) { return filtered(x, p.w); }, p.x, dy));
    require_equal(reference::image_filter_dw<Rational>(dy, p.x, p.w.shape()),
                  polynomial_gradient([&](const Values& w) { return filtered(p.x, w); }, p.w, dy));
  });
}

TEST(ImageFilterLaws, EveryFilterOfALayerMakesOneFeatureMap) {
  covers({"F-FEATURE-MAP", "F-FEATURE-MAP-QIU"});
  for_all("map o of a layer is what filter o makes, summed over the maps that it sees", [] {
    const Picture p;
    const Index filters = any_index("filters", 1, 3);
    const Index channels = any_index("channels", 1, 2);
    const Values x = any_tensor("maps", with_spatial(1, channels, p.x.shape()));
    const Values w = any_tensor("kernels", with_spatial(filters, channels, p.w.shape()));
    const Values y = reference::conv<Rational>(x, w, nullptr, {.axes = {{}, {}}});
    require_equal(y.shape()[1], filters);
    const auto part = [](const Values& all, Index number, const Shape& shape) {
      const Rational* first = all.data() + number * shape.element_count();
      return Values(shape, std::vector<Rational>(first, first + shape.element_count()));
    };
    for (Index o = 0; o < filters; ++o) {
      Values map(spatial(y.shape()));
      for (Index c = 0; c < channels; ++c) {
        const Values given =
            filtered(part(x, c, p.x.shape()), part(w, o * channels + c, p.w.shape()));
        for (Index i = 0; i < map.size(); ++i) map[i] += given[i];
      }
      require_equal(part(y, o, map.shape()), map);
    }
  });
}

TEST(ImageFilterLaws, AVolumeAsDeepAsItsInputSlidesInTwoDirectionsOnly) {
  covers({"Q-3D-INPUT"});
  for_all("channels are a third axis that has room for one position", [] {
    const Picture p;
    const Index depth = any_index("depth", 1, 3);
    const Index filters = any_index("filters", 1, 3);
    const Values x = any_tensor("volume", with_spatial(1, depth, p.x.shape()));
    const Values w = any_tensor("filters", with_spatial(filters, depth, p.w.shape()));
    const Values flat = reference::conv<Rational>(x, w, nullptr, {.axes = {{}, {}}});
    const Values deep =
        reference::conv<Rational>(reshaped(x, {1, 1, depth, p.x.shape()[0], p.x.shape()[1]}),
                                  reshaped(w, {filters, 1, depth, p.w.shape()[0], p.w.shape()[1]}),
                                  nullptr, {.axes = {{}, {}, {}}});
    require_equal(deep.shape()[2], Index{1});
    require_equal(reshaped(deep, flat.shape()), flat);
  });
}

Index rank_of(Values matrix) {
  const Index rows = matrix.shape()[0];
  Index rank = 0;
  for (Index column = 0; column < matrix.shape()[1] && rank < rows; ++column) {
    Index pivot = rank;
    while (pivot < rows && matrix(pivot, column) == 0) ++pivot;
    if (pivot == rows) continue;
    for (Index c = 0; c < matrix.shape()[1]; ++c) std::swap(matrix(pivot, c), matrix(rank, c));
    for (Index r = rank + 1; r < rows; ++r) {
      const Rational factor = matrix(r, column) / matrix(rank, column);
      for (Index c = 0; c < matrix.shape()[1]; ++c) matrix(r, c) -= factor * matrix(rank, c);
    }
    ++rank;
  }
  return rank;
}

Values turned(const Values& w) {
  Values result = w;
  std::reverse(result.data(), result.data() + result.size());
  return result;
}

Values combined(const Values& a, const Rational& factor, const Values& b) {
  Values sum = a;
  for (Index i = 0; i < a.size(); ++i) sum[i] += factor * b[i];
  return sum;
}

TEST(ImageFilterLaws, SumsRanksAndSymmetriesOfTheNotedKernels) {
  covers({"X-FILTER-BLUR", "X-FILTER-SHARPEN", "X-FILTER-EDGE", "X-FILTERS-FIG53-R"});
  struct Row {
    Values w;
    Rational sum;
    Index rank;
  };
  const Values blur = reference::blur_filter<Rational>();
  const Values sharpen = reference::sharpen_filter<Rational>();
  const Values edge = reference::edge_filter<Rational>();
  const Values gauss = reference::gaussian_filter<Rational>();
  const Values laplace = reference::laplacian_filter<Rational>();
  const Values skew = reference::antisymmetric_filter<Rational>();
  for (const Row& row : {Row{blur, 9, 1}, Row{sharpen, 1, 2}, Row{edge, 0, 2}, Row{gauss, 1, 1},
                         Row{laplace, 0, 2}, Row{skew, 0, 2}}) {
    EXPECT_EQ(sum_of(row.w), row.sum) << row.w;
    EXPECT_EQ(rank_of(row.w), row.rank) << row.w;
    // An even image keeps its brightness times the sum.
    EXPECT_EQ(filtered(constant({4, 4}, 5), row.w), constant({2, 2}, 5 * row.sum)) << row.w;
    // Turning the kernel changes nothing, or the sign.
    const bool symmetric = !(row.w == skew);
    EXPECT_EQ(turned(row.w), symmetric ? row.w : combined(Values(row.w.shape()), -1, row.w));
  }
  const Values pixel(Shape{3, 3}, {0, 0, 0, 0, 1, 0, 0, 0, 0});
  EXPECT_EQ(sharpen, combined(pixel, -1, laplace));
  EXPECT_EQ(edge, combined(blur, -9, pixel));
  // Noise on every pixel is reduced by what is left of the squares: 9/64, or 1/9 of the mean.
  EXPECT_EQ(inner(gauss, gauss), Rational(9, 64));
  EXPECT_EQ(inner(blur, blur) / (sum_of(blur) * sum_of(blur)), Rational(1, 9));
}

TEST(ImageFilterLaws, OnAStepBlurringLowersSharpeningRaisesAndEdgesStandOut) {
  covers({"X-FILTER-BLUR", "X-FILTER-SHARPEN", "X-FILTER-EDGE", "X-FILTERS-FIG53-R"});
  // Dark on the left, bright on the right, and what the words under the pictures say of it.
  Values step(Shape{3, 8});
  for (Index i = 0; i < step.size(); ++i) step[i] = i % 8 < 4 ? 0 : 1;
  const auto steepest = [](const Values& row) {
    Rational most = 0;
    for (Index j = 0; j + 1 < row.size(); ++j) {
      most = std::max<Rational>(most, abs(Rational(row[j + 1] - row[j])));
    }
    return most;
  };
  const Values blurred = filtered(step, reference::blur_filter<Rational>());
  EXPECT_EQ(blurred, Values(Shape{1, 6}, {0, 0, 3, 6, 9, 9}));
  EXPECT_EQ(steepest(blurred) / 9, Rational(1, 3));  // As bright as before, a third as steep.
  const Values smoothed = filtered(step, reference::gaussian_filter<Rational>());
  EXPECT_EQ(smoothed, Values(Shape{1, 6}, {0, 0, Rational(1, 4), Rational(3, 4), 1, 1}));
  const Values sharpened = filtered(step, reference::sharpen_filter<Rational>());
  EXPECT_EQ(sharpened, Values(Shape{1, 6}, {0, 0, -1, 2, 1, 1}));
  EXPECT_EQ(steepest(sharpened), 3);
  // Not 0 at both sides of the step and nowhere else.
  EXPECT_EQ(filtered(step, reference::edge_filter<Rational>()),
            Values(Shape{1, 6}, {0, 0, 3, -3, 0, 0}));
  EXPECT_EQ(filtered(step, reference::laplacian_filter<Rational>()),
            Values(Shape{1, 6}, {0, 0, 1, -1, 0, 0}));
  EXPECT_EQ(filtered(step, reference::antisymmetric_filter<Rational>()),
            Values(Shape{1, 6}, {0, 0, 2, 2, 0, 0}));
}

TEST(ImageFilterLaws, EdgeKernelsSeeNothingOnARampAndTheBorderOfZerosChangesNothing) {
  covers({"X-FILTER-EDGE", "X-FILTERS-FIG53-R"});
  for_all("second differences of a plane are 0", [] {
    const Values slopes = any_tensor("slopes", Shape{3});
    Values plane(Shape{5, 6});
    for (Index i = 0; i < plane.size(); ++i) {
      plane[i] = slopes[0] + slopes[1] * (i / 6) + slopes[2] * (i % 6);
    }
    require_equal(filtered(plane, reference::edge_filter<Rational>()), Values(Shape{3, 4}));
    require_equal(filtered(plane, reference::laplacian_filter<Rational>()), Values(Shape{3, 4}));
    // The antisymmetric one measures the slope across the diagonal.
    const Rational slope = 4 * (slopes[2] - slopes[1]);
    require_equal(filtered(plane, reference::antisymmetric_filter<Rational>()),
                  constant({3, 4}, slope));
    const Values x = any_tensor("x", Shape{5, 6});
    const Values inside = filtered(x, reference::edge_filter<Rational>());
    const Values bordered = filtered(x, reference::bordered_edge_filter<Rational>());
    for (Index j = 0; j < 2; ++j) require_equal(bordered(0, j), inside(1, j + 1));
  });
}

// ---- pipelines and learned filters ----------------------------------------------------------

/// A class's score: a classifier's weights on what it is shown.
Rational score(const Values& classifier, const Values& features) {
  return inner(classifier, features);
}

TEST(ImageFilterPipelines, AnEdgeDetectorBeforeALinearClassifierIsALinearClassifierOfPixels) {
  covers({"M-PIPELINES"});
  for_all("score(v, filter(x)) = score(filter_dx(v), x)", [] {
    const Values w = reference::edge_filter<Rational>();
    const Values x = any_tensor("x", Shape{4, 5});
    const Values classifier = any_tensor("v", Shape{2, 3});
    const Values of_pixels = reference::image_filter_dx<Rational>(classifier, w, x.shape());
    require_equal(score(classifier, filtered(x, w)), score(of_pixels, x));
    // Only the classifier is learned: its gradient is what the fixed filter shows it.
    require_equal(filtered(x, w),
                  polynomial_gradient(
                      [&](const Values& v) { return Values(Shape{1}, {score(v, filtered(x, w))}); },
                      classifier, Values(Shape{1}, {1})));
  });
}

TEST(ImageFilterPipelines, WithARectifierBetweenThemItIsNot) {
  covers({"M-PIPELINES"});
  // A linear score of x and -x would sum to 0; an edge and its negative both count here.
  const auto rectified_score = [](const Rational& sign) {
    Values x = step_image();
    for (Index i = 0; i < x.size(); ++i) x[i] *= sign;
    Values features = filtered(x, reference::edge_filter<Rational>());
    for (Index i = 0; i < features.size(); ++i) {
      if (features[i] < 0) features[i] = 0;
    }
    return score(constant(features.shape(), 1), features);
  };
  EXPECT_EQ(rectified_score(1) + rectified_score(-1), 6);
}

TEST(ImageFilterPipelines, TheHandMadeKernelCanBeLearnedFromItsAnswersExactly) {
  covers({"T-LEARN-FILTERS"});
  // Least squares |filter(x, w) - filter(x, edge)|^2 from w = 0, by conjugate gradients with the
  // gradient of the page: nine weights take at most nine steps without rounding.
  Values x(Shape{6, 6});
  for (Index i = 0; i < x.size(); ++i) x[i] = (i * i * i + 7 * i) % 11 - 5;
  const Values target = filtered(x, reference::edge_filter<Rational>());
  const auto descent = [&](const Values& w) {
    return reference::image_filter_dw<Rational>(combined(target, -1, filtered(x, w)), x, w.shape());
  };
  Values w(Shape{3, 3});
  Values residual = descent(w);
  Values direction = residual;
  Rational before = inner(target, target);
  int steps = 0;
  for (; !(residual == Values(w.shape())); ++steps) {
    ASSERT_LT(steps, 9);
    const Values moved = filtered(x, direction);
    const Rational length = inner(residual, residual);
    w = combined(w, length / inner(moved, moved), direction);
    residual = descent(w);
    direction = combined(residual, inner(residual, residual) / length, direction);
    const Values error = combined(target, -1, filtered(x, w));
    const Rational after = inner(error, error);
    ASSERT_TRUE(after < before) << "step " << steps;
    before = after;
  }
  EXPECT_EQ(w, reference::edge_filter<Rational>());
}

TEST(ImageFilterPipelines, SeveralFiltersOfSeveralLayersAreLearnedTogetherWithTheClassifier) {
  covers({"T-LEARN-FILTERS"});
  for_all("gradients of both layers and the classifier are exact differences", [] {
    const ConvParams p{.axes = {{}}};
    const Values x = any_tensor("x", Shape{1, 1, 5});
    const Values first = any_tensor("first filters", Shape{2, 1, 2});
    const Values second = any_tensor("second filters", Shape{2, 2, 2});
    const Values v = any_tensor("classifier", Shape{1, 2, 3});
    const auto conv = [&](const Values& maps, const Values& w) {
      return reference::conv<Rational>(maps, w, nullptr, p);
    };
    const Values one(Shape{1}, {1});
    const auto of = [&](const Values& w1, const Values& w2, const Values& u) {
      return Values(Shape{1}, {score(u, conv(conv(x, w1), w2))});
    };
    const Values maps = conv(x, first);
    const Values dmaps = reference::conv_dx<Rational>(v, second, maps.shape(), p);
    require_equal(
        reference::conv_dw<Rational>(dmaps, x, first.shape(), p),
        polynomial_gradient([&](const Values& w) { return of(w, second, v); }, first, one));
    require_equal(
        reference::conv_dw<Rational>(v, maps, second.shape(), p),
        polynomial_gradient([&](const Values& w) { return of(first, w, v); }, second, one));
    require_equal(
        conv(maps, second),
        polynomial_gradient([&](const Values& u) { return of(first, second, u); }, v, one));
  });
}

// ---- data types -----------------------------------------------------------------------------

/// x one step later along a spatial axis: the last plane is dropped, zeros come in.
Values later(const Values& x, int axis) {
  Values moved(x.shape());
  for_each_index(x.shape(), [&](const Indices& at) {
    Indices to = at;
    if (++to[axis] < x.shape()[axis]) {
      moved[flat_index(x.shape(), to)] = x[flat_index(x.shape(), at)];
    }
  });
  return moved;
}

TEST(DataTypes, OneLayerTakesThemAllAndFollowsThemAlongEveryAxis) {
  covers({"F-DATA-TYPES"});
  const Shape kinds[] = {
      {1, 1, 6},        // Audio waveform: time.
      {1, 4, 6},        // Skeleton animation: a channel per joint and axis; time.
      {1, 1, 4, 5},     // Fourier-transformed audio: frequency, time.
      {1, 3, 4, 5},     // Colour image: red, green, blue; rows, columns.
      {1, 1, 3, 4, 3},  // Volume: depth, rows, columns.
      {1, 3, 3, 4, 3},  // Colour video: time, rows, columns.
  };
  for (const Shape& kind : kinds) {
    for_all("channels add up, and a moved input has a moved output", [&] {
      ConvParams p;
      std::vector<Index> taps;
      while (p.axes.size() < kind.rank() - 2) {
        p.axes.push_back({});
        taps.push_back(any_index("kernel", 1, 2));
      }
      const Index channels = kind[1];
      const Values x = any_tensor("x", kind);
      const Values w = any_tensor("w", with_spatial(1, channels, Shape(taps)));
      const Values y = reference::conv<Rational>(x, w, nullptr, p);
      require_equal(y.shape().rank(), kind.rank());
      Values sum(y.shape());
      for (Index c = 0; c < channels; ++c) {
        const auto channel = [&](const Values& all) {
          const Shape one = with_spatial(1, 1, spatial(all.shape()));
          const Rational* first = all.data() + c * one.element_count();
          return Values(one, std::vector<Rational>(first, first + one.element_count()));
        };
        sum = combined(sum, 1, reference::conv<Rational>(channel(x), channel(w), nullptr, p));
      }
      require_equal(y, sum);
      for (int axis = 2; axis < kind.rank(); ++axis) {
        const Values moved = reference::conv<Rational>(later(x, axis), w, nullptr, p);
        const Values expected = later(y, axis);
        for_each_index(y.shape(), [&](const Indices& at) {
          if (at[axis] == 0) return;  // Zeros came in here.
          const Index i = flat_index(y.shape(), at);
          require_equal(moved[i], expected[i]);
        });
      }
    });
  }
}

}  // namespace
}  // namespace convproof
