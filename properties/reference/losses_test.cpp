// softmax, log_softmax, and the losses and output layers: examples, errors, laws.
#include <gtest/gtest.h>

#include <cmath>

#include "properties/arbitrary.h"
#include "properties/covers.h"
#include "properties/error_of.h"
#include "properties/gradients.h"
#include "reference/cross_entropy.h"
#include "reference/dense.h"
#include "reference/log_softmax.h"
#include "reference/one_of_c.h"
#include "reference/radial_basis.h"
#include "reference/sigmoid.h"
#include "reference/softmax.h"
#include "reference/squared_error.h"
#include "reference/tanh.h"

namespace convproof {
namespace {

using Values = Tensor<Rational>;
using Reals = Tensor<Real>;

Reals any_reals(const char* name, const Shape& shape) {
  return tensor_cast<Real>(any_tensor(name, shape));
}

Reals logs(const Shape& shape, const std::vector<int>& numbers) {
  Reals x(shape);
  for (Index i = 0; i < x.size(); ++i) x[i] = log(Real(numbers[static_cast<std::size_t>(i)]));
  return x;
}

struct Lines {
  Shape shape;
  SoftmaxParams p;
  Index axis;  // The same, counted from the outermost.
};

Lines any_lines() {
  const Shape shape{any_index("images", 1, 2), any_index("channels", 1, 3),
                    any_index("pixels", 1, 2)};
  const Index axis = any_index("axis", 0, 2);
  return {shape, {.axis = any_index("from the end", 0, 1) == 1 ? axis - 3 : axis}, axis};
}

// ---- softmax --------------------------------------------------------------------------------

TEST(SoftmaxExamples, WorkedByHandAlongEitherAxis) {
  const RealPrecision precision;
  const Reals x = logs({2, 2}, {1, 3, 2, 1});
  const auto quotients = [](int a, int b, int c, int d, int p, int q, int r, int s) {
    return Reals(Shape{2, 2}, {Real(a) / b, Real(c) / d, Real(p) / q, Real(r) / s});
  };
  EXPECT_TRUE(agree(reference::softmax(x, {}), quotients(1, 4, 3, 4, 2, 3, 1, 3)));
  EXPECT_TRUE(agree(reference::softmax(x, {.axis = -2}), quotients(1, 3, 3, 4, 2, 3, 1, 4)));
  // y = (1/4, 3/4), dy = (16, 0):  dx = y (dy - <dy, y>).
  EXPECT_EQ(reference::softmax_dx_from_y(Values(Shape{2}, {16, 0}),
                                         Values(Shape{2}, {Rational(1, 4), Rational(3, 4)}), {}),
            Values(Shape{2}, {3, -3}));
}

TEST(SoftmaxExamples, LargeFloatsDoNotOverflowWhereverTheyStand) {
  const float large = 3e38F;
  EXPECT_EQ(reference::softmax(Tensor<float>(Shape{3}, {large, large, -large}), {.axis = 0}),
            Tensor<float>(Shape{3}, {0.5F, 0.5F, 0.0F}));
  EXPECT_EQ(reference::softmax(Tensor<float>(Shape{3}, {-large, large, large}), {.axis = 0}),
            Tensor<float>(Shape{3}, {0.0F, 0.5F, 0.5F}));
}

TEST(SoftmaxErrors, EveryArgumentIsRefusedByName) {
  const Tensor<double> x(Shape{2, 3});
  EXPECT_EQ(error_of([&] { (void)reference::softmax(x, {.axis = 2}); }),
            "softmax: axis: expected one of the 2 axes of x, got 2");
  EXPECT_EQ(error_of([&] { (void)reference::softmax(x, {.axis = -3}); }),
            "softmax: axis: expected one of the 2 axes of x, got -3");
  EXPECT_EQ(error_of([] {
              (void)reference::softmax(Tensor<double>(Shape{2, 0}), {});
            }),
            "softmax: extent of the axis: expected 1 or more, got 0");
  EXPECT_EQ(error_of([&] { (void)reference::softmax_dx(Tensor<double>(Shape{3}), x, {}); }),
            "softmax: dy: expected [2, 3] (the shape of x), got [3]");
  EXPECT_EQ(error_of([&] { (void)reference::softmax_dx_from_y(Tensor<double>(Shape{3}), x, {}); }),
            "softmax: dy: expected [2, 3] (the shape of y), got [3]");
  EXPECT_EQ(error_of([&] { (void)reference::softmax_dx_from_y(x, x, {.axis = 2}); }),
            "softmax: axis: expected one of the 2 axes of x, got 2");
}

TEST(SoftmaxLaws, TheGradientIsAFiniteDifference) {
  const RealPrecision precision;
  for_all("dx is the difference", [] {
    const Lines l = any_lines();
    const Reals x = any_reals("x", l.shape);
    const Reals dy = any_reals("dy", l.shape);
    require(
        agree(reference::softmax_dx(dy, x, l.p),
              smooth_gradient([&](const Reals& v) { return reference::softmax(v, l.p); }, x, dy)),
        "dx is another number");
  });
}

// Entry by entry, with the printed symbols: d alpha_k / d c_i = delta_ki alpha_i - alpha_i alpha_k.
TEST(SoftmaxLaws, TheMatrixOfItsDerivativesIsAsPrinted) {
  covers({"V-SOFTMAX-DERIV-R"});
  const RealPrecision precision;
  for_all("the derivative of alpha_k with respect to c_i", [] {
    const Reals c = any_reals("c", {any_index("maps", 1, 4)});
    const Reals alpha = reference::softmax(c, {});
    for (Index k = 0; k < c.size(); ++k) {
      Reals unit(c.shape());
      unit[k] = 1;
      Reals printed(c.shape());
      for (Index i = 0; i < c.size(); ++i) {
        printed[i] = (k == i ? alpha[i] : Real(0)) - alpha[i] * alpha[k];
      }
      require(
          agree(smooth_gradient([](const Reals& v) { return reference::softmax(v, {}); }, c, unit),
                printed),
          "the derivative is another");
    }
  });
}

TEST(SoftmaxLaws, OneOverTheSumOfAllRatiosIsTheSame) {
  const RealPrecision precision;
  for_all("y_i = 1 / sum_k exp(x_k - x_i); sums to 1; does not see what is added to all", [] {
    const Lines l = any_lines();
    const Reals x = any_reals("x", l.shape);
    const Reals y = reference::softmax(x, l.p);
    Reals ratios(l.shape);
    Reals moved = x;
    const Real shift = static_cast<Real>(any_rational("shift"));
    for (Index i = 0; i < x.size(); ++i) moved[i] = x[i] + shift;
    // Elements of one line differ in that axis alone.
    const auto strides = l.shape.strides();
    const Index step = strides[static_cast<std::size_t>(l.axis)];
    const Index count = l.shape[static_cast<int>(l.axis)];
    for (Index i = 0; i < x.size(); ++i) {
      Real sum = 0;
      Real total = 0;
      const Index first = i - i / step % count * step;
      for (Index k = 0; k < count; ++k) {
        sum += exp(x[first + k * step] - x[i]);
        total += y[first + k * step];
      }
      ratios[i] = 1 / sum;
      require(agree(Reals(Shape{1}, {total}), Reals(Shape{1}, {Real(1)})), "the sum is not 1");
    }
    require(agree(y, ratios), "the ratios give another number");
    require(agree(y, reference::softmax(moved, l.p)), "softmax sees the shift");
  });
}

TEST(SoftmaxLaws, OfTwoClassesItIsTheSigmoidOfTheirDifference) {
  const RealPrecision precision;
  for_all("softmax(a, b) = (sigmoid(a-b), sigmoid(b-a))", [] {
    const Reals x = any_reals("x", {2});
    const Reals differences(Shape{2}, {Real(x[0] - x[1]), Real(x[1] - x[0])});
    require(agree(reference::softmax(x, {}), reference::sigmoid(differences)), "it is not");
  });
}

// ---- log_softmax ----------------------------------------------------------------------------

TEST(LogSoftmaxExamples, WorkedByHand) {
  const RealPrecision precision;
  const Reals x = logs({1, 2}, {1, 3});
  EXPECT_TRUE(agree(reference::log_softmax(x, {.axis = 1}),
                    Reals(Shape{1, 2}, {Real(log(Real(1) / 4)), Real(log(Real(3) / 4))})));
  EXPECT_TRUE(agree(reference::log_softmax_dx(Reals(Shape{1, 2}, {Real(3), Real(1)}), x, {}),
                    Reals(Shape{1, 2}, {Real(2), Real(-2)})));
}

TEST(LogSoftmaxExamples, ProbabilitiesTooSmallForAFloatHaveFiniteLogarithms) {
  EXPECT_EQ(reference::log_softmax(Tensor<float>(Shape{2}, {1000.0F, -1000.0F}), {.axis = 0}),
            Tensor<float>(Shape{2}, {0.0F, -2000.0F}));
  EXPECT_EQ(reference::log_softmax(Tensor<float>(Shape{2}, {-1000.0F, 1000.0F}), {.axis = 0}),
            Tensor<float>(Shape{2}, {-2000.0F, 0.0F}));
}

TEST(LogSoftmaxErrors, EveryArgumentIsRefusedByName) {
  const Tensor<double> x(Shape{2, 3});
  EXPECT_EQ(error_of([&] { (void)reference::log_softmax(x, {.axis = 5}); }),
            "log_softmax: axis: expected one of the 2 axes of x, got 5");
  EXPECT_EQ(error_of([&] { (void)reference::log_softmax_dx(Tensor<double>(Shape{3}), x, {}); }),
            "log_softmax: dy: expected [2, 3] (the shape of x), got [3]");
}

TEST(LogSoftmaxLaws, ItIsTheLogarithmOfSoftmaxAndSoIsItsGradient) {
  const RealPrecision precision;
  for_all("y = log(softmax(x)), dx is the difference", [] {
    const Lines l = any_lines();
    const Reals x = any_reals("x", l.shape);
    const Reals dy = any_reals("dy", l.shape);
    Reals expected = reference::softmax(x, l.p);
    for (Index i = 0; i < x.size(); ++i) expected[i] = log(expected[i]);
    require(agree(reference::log_softmax(x, l.p), expected), "y is another number");
    require(agree(reference::log_softmax_dx(dy, x, l.p),
                  smooth_gradient([&](const Reals& v) { return reference::log_softmax(v, l.p); }, x,
                                  dy)),
            "dx is another number");
  });
}

// ---- cross_entropy --------------------------------------------------------------------------

TEST(CrossEntropyExamples, WorkedByHand) {
  const RealPrecision precision;
  const Reals y(Shape{2, 2}, {Real(1) / 4, Real(3) / 4, Real(0), Real(1)});
  const Reals t(Shape{2, 2}, {Real(1) / 2, Real(1) / 2, Real(0), Real(1)});
  const Reals e = reference::cross_entropy(y, t);
  EXPECT_TRUE(agree(e, Reals(Shape{2}, {Real(log(Real(16) / 3) / 2), Real(0)})));
  const Reals de(Shape{2}, {Real(3), Real(5)});
  EXPECT_TRUE(agree(reference::cross_entropy_dy(de, y, t),
                    Reals(Shape{2, 2}, {Real(-6), Real(-2), Real(0), Real(-5)})));
  const Reals dt = reference::cross_entropy_dt(de, y, t);
  EXPECT_TRUE(agree(Reals(Shape{1}, {dt[1]}), Reals(Shape{1}, {Real(3 * log(Real(4) / 3))})));
}

TEST(CrossEntropyExamples, FusedItStaysFinite) {
  const Tensor<float> x(Shape{1, 2}, {1000.0F, -1000.0F});
  const Tensor<float> t(Shape{1, 2}, {0.0F, 1.0F});
  EXPECT_TRUE(std::isinf(reference::cross_entropy(reference::softmax(x, {}), t)[0]));
  EXPECT_EQ(reference::softmax_cross_entropy(x, t)[0], 2000.0F);
  EXPECT_EQ(reference::softmax_cross_entropy_dx(Tensor<float>(Shape{1}, {1.0F}), x, t),
            Tensor<float>(Shape{1, 2}, {1.0F, -1.0F}));
}

TEST(CrossEntropyErrors, EveryArgumentIsRefusedByName) {
  const Tensor<double> y(Shape{2, 3});
  const Tensor<double> wrong(Shape{3, 2});
  const Tensor<double> de(Shape{3});
  EXPECT_EQ(error_of([&] { (void)reference::cross_entropy(de, de); }),
            "cross_entropy: y: expected 2 axes [N, K], got [3]");
  EXPECT_EQ(error_of([&] { (void)reference::cross_entropy(y, wrong); }),
            "cross_entropy: t: expected [2, 3] (the shape of y), got [3, 2]");
  const std::string of_de = "cross_entropy: de: expected [2] (one per sample), got [3]";
  EXPECT_EQ(error_of([&] { (void)reference::cross_entropy_dy(de, y, y); }), of_de);
  EXPECT_EQ(error_of([&] { (void)reference::cross_entropy_dt(de, y, y); }), of_de);
  EXPECT_EQ(error_of([&] { (void)reference::softmax_cross_entropy_dx(de, y, y); }), of_de);
  EXPECT_EQ(error_of([&] { (void)reference::softmax_cross_entropy(y, wrong); }),
            "cross_entropy: t: expected [2, 3] (the shape of y), got [3, 2]");
}

struct Sample {
  Reals de, x, t;
};

Sample any_sample() {
  const Index samples = any_index("samples", 1, 2);
  const Shape shape{samples, any_index("classes", 1, 3)};
  return {any_reals("de", {samples}), any_reals("x", shape), any_reals("t", shape)};
}

TEST(CrossEntropyLaws, GradientsAreFiniteDifferences) {
  const RealPrecision precision;
  for_all("dy, dt and the fused dx are differences", [] {
    const Sample s = any_sample();
    // Not near 0, where a difference cannot follow the third derivative of log.
    Reals y = s.x;
    for (Index i = 0; i < y.size(); ++i) y[i] = abs(y[i]);
    require(agree(reference::cross_entropy_dy(s.de, y, s.t),
                  smooth_gradient([&](const Reals& v) { return reference::cross_entropy(v, s.t); },
                                  y, s.de)),
            "dy is another number");
    require(agree(reference::cross_entropy_dt(s.de, y, s.t),
                  smooth_gradient([&](const Reals& v) { return reference::cross_entropy(y, v); },
                                  s.t, s.de)),
            "dt is another number");
    require(agree(reference::softmax_cross_entropy_dx(s.de, s.x, s.t),
                  smooth_gradient(
                      [&](const Reals& v) { return reference::softmax_cross_entropy(v, s.t); }, s.x,
                      s.de)),
            "the fused dx is another number");
  });
}

TEST(CrossEntropyLaws, FusedItIsTheCompositionAndItsGradientIsWhatIsMissing) {
  const RealPrecision precision;
  for_all("e of softmax(x), the chain rule, and p - t where targets sum to 1", [] {
    const Sample s = any_sample();
    const Reals p = reference::softmax(s.x, {});
    require(agree(reference::softmax_cross_entropy(s.x, s.t), reference::cross_entropy(p, s.t)),
            "the fused loss is another");
    require(agree(reference::softmax_cross_entropy_dx(s.de, s.x, s.t),
                  reference::softmax_dx(reference::cross_entropy_dy(s.de, p, s.t), s.x, {})),
            "the chain rule gives another gradient");
    const Reals t = reference::softmax(s.t, {});
    Reals missing = p;
    for (Index i = 0; i < p.size(); ++i) {
      missing[i] = s.de[i / p.shape()[1]] * (p[i] - t[i]);
    }
    require(agree(reference::softmax_cross_entropy_dx(s.de, s.x, t), missing), "it is not p - t");
    // Gibbs: of all distributions y, the target itself has the least cross entropy.
    const Reals best = reference::cross_entropy(t, t);
    const Reals e = reference::cross_entropy(p, t);
    for (Index n = 0; n < e.size(); ++n) {
      require(e[n] > best[n] - pow(Real(10), -kAgreedDigits), "another distribution fits better");
    }
  });
}

// ---- squared_error --------------------------------------------------------------------------

TEST(SquaredErrorExamples, WorkedByHand) {
  const Values y(Shape{2, 2}, {1, 2, 3, 4});
  const Values t(Shape{2, 2}, {0, 5, 3, 2});
  EXPECT_EQ(reference::squared_error(y, t), Values(Shape{2}, {5, 2}));
  const Values de(Shape{2}, {1, 10});
  EXPECT_EQ(reference::squared_error_dy(de, y, t), Values(Shape{2, 2}, {1, -3, 0, 20}));
  EXPECT_EQ(reference::squared_error_dt(de, y, t), Values(Shape{2, 2}, {-1, 3, 0, -20}));
}

TEST(SquaredErrorErrors, EveryArgumentIsRefusedByName) {
  const Values y(Shape{2, 3});
  const Values de(Shape{3});
  EXPECT_EQ(error_of([&] {
              (void)reference::squared_error(Values(Shape{2, 0}), y);
            }),
            "squared_error: columns of y: expected 1 or more, got 0");
  EXPECT_EQ(error_of([&] { (void)reference::squared_error(y, de); }),
            "squared_error: t: expected [2, 3] (the shape of y), got [3]");
  const std::string of_de = "squared_error: de: expected [2] (one per sample), got [3]";
  EXPECT_EQ(error_of([&] { (void)reference::squared_error_dy(de, y, y); }), of_de);
  EXPECT_EQ(error_of([&] { (void)reference::squared_error_dt(de, y, y); }), of_de);
}

TEST(SquaredErrorLaws, GradientsAreFiniteDifferences) {
  covers({"F-LOSS-SQ-1-R"});
  for_all("dy and dt are exact differences", [] {
    const Index samples = any_index("samples", 1, 2);
    const Shape shape{samples, any_index("classes", 1, 3)};
    const Values y = any_tensor("y", shape);
    const Values t = any_tensor("t", shape);
    const Values de = any_tensor("de", {samples});
    require_equal(reference::squared_error_dy(de, y, t),
                  polynomial_gradient(
                      [&](const Values& v) { return reference::squared_error(v, t); }, y, de));
    require_equal(reference::squared_error_dt(de, y, t),
                  polynomial_gradient(
                      [&](const Values& v) { return reference::squared_error(y, v); }, t, de));
  });
}

TEST(SquaredErrorLaws, TheErrorOfTheTrainingSetIsTheSumOverItsSamples) {
  covers({"F-LOSS-SQ-R", "P-LOSS-ADDITIVE", "F-LOSS-SQ-1-R"});
  for_all("E = 1/2 sum_n sum_k (t - y)^2 = sum_n E^n = 1/2 |t - y|^2", [] {
    const Index samples = any_index("samples", 1, 3);
    const Index classes = any_index("classes", 1, 3);
    const Values y = any_tensor("y", {samples, classes});
    const Values t = any_tensor("t", {samples, classes});
    Rational sum = 0;
    for (Index n = 0; n < samples; ++n) {
      // Every sample by itself, as a training set of one.
      Values one_y(Shape{1, classes});
      Values one_t(Shape{1, classes});
      for (Index k = 0; k < classes; ++k) {
        one_y[k] = y(n, k);
        one_t[k] = t(n, k);
      }
      require_equal(reference::squared_error(one_y, one_t)[0], reference::squared_error(y, t)[n]);
      sum += reference::squared_error(one_y, one_t)[0];
    }
    // |t - y|^2 = |t|^2 - 2 <t, y> + |y|^2.
    require_equal(sum, Rational((inner(t, t) - 2 * inner(t, y) + inner(y, y)) / 2));
  });
}

// ---- one_of_c -------------------------------------------------------------------------------

TEST(OneOfCExamples, OnlyTheOutputOfTheClassIsOn) {
  EXPECT_EQ(reference::one_of_c<Rational>({2, 0}, {.classes = 3}),
            Values(Shape{2, 3}, {0, 0, 1, 1, 0, 0}));
  EXPECT_EQ(reference::one_of_c<Rational>({1}, {.classes = 3, .off = -1}),
            Values(Shape{1, 3}, {-1, 1, -1}));
}

TEST(OneOfCErrors, ALabelThatIsNoClassIsRefused) {
  EXPECT_EQ(error_of([] { (void)reference::one_of_c<Rational>({0}, {}); }),
            "one_of_c: classes: expected 1 or more, got 0");
  EXPECT_EQ(error_of([] {
              (void)reference::one_of_c<Rational>({0, 3}, {.classes = 3});
            }),
            "one_of_c: labels: expected 0 to 2, got 3");
  EXPECT_EQ(error_of([] { (void)reference::one_of_c<Rational>({-1}, {.classes = 3}); }),
            "one_of_c: labels: expected 0 to 2, got -1");
}

TEST(OneOfCLaws, TheOthersAreTheLowEndOfTheOutputFunction) {
  covers({"F-ONE-OF-C", "F-TARGET-OUT"});
  for_all("one positive number per sample, at its class; the rest 0 or -1", [] {
    const Index classes = any_index("classes", 1, 4);
    const std::vector<Index> labels{any_index("first", 0, classes - 1),
                                    any_index("second", 0, classes - 1)};
    const Rational off = -any_index("tanh instead of sigmoid", 0, 1);
    const Values t = reference::one_of_c<Rational>(labels, {.classes = classes, .off = off});
    for (Index n = 0; n < 2; ++n) {
      for (Index k = 0; k < classes; ++k) {
        require_equal(t(n, k), k == labels[static_cast<std::size_t>(n)] ? Rational(1) : off);
      }
    }
  });
  // 0 and -1 are what sigmoid and tanh go to; 1 is what both go to.
  const RealPrecision precision;
  const Reals far(Shape{2}, {Real(-1000), Real(1000)});
  EXPECT_TRUE(agree(reference::sigmoid(far), Reals(Shape{2}, {Real(0), Real(1)})));
  EXPECT_TRUE(agree(reference::tanh(far), Reals(Shape{2}, {Real(-1), Real(1)})));
}

// ---- radial_basis ---------------------------------------------------------------------------

TEST(RadialBasisExamples, WorkedByHand) {
  const Values x(Shape{1, 2}, {3, 4});
  const Values w(Shape{2, 2}, {1, 1, 3, 0});
  EXPECT_EQ(reference::radial_basis(x, w), Values(Shape{1, 2}, {13, 16}));
  const Values dy(Shape{1, 2}, {1, 10});
  EXPECT_EQ(reference::radial_basis_dx(dy, x, w), Values(Shape{1, 2}, {4, 86}));
  EXPECT_EQ(reference::radial_basis_dw(dy, x, w), Values(Shape{2, 2}, {-4, -6, 0, -80}));
}

TEST(RadialBasisErrors, EveryArgumentIsRefusedByName) {
  const Values x(Shape{1, 2});
  const Values w(Shape{3, 2});
  EXPECT_EQ(error_of([&] { (void)reference::radial_basis(Values(Shape{2}), w); }),
            "radial_basis: x: expected 2 axes [N, J], got [2]");
  EXPECT_EQ(error_of([&] { (void)reference::radial_basis(x, Values(Shape{2})); }),
            "radial_basis: w: expected 2 axes [I, J], got [2]");
  EXPECT_EQ(error_of([&] {
              (void)reference::radial_basis(Values(Shape{1, 0}), w);
            }),
            "radial_basis: columns of x: expected 1 or more, got 0");
  EXPECT_EQ(error_of([&] {
              (void)reference::radial_basis(x, Values(Shape{0, 2}));
            }),
            "radial_basis: rows of w: expected 1 or more, got 0");
  EXPECT_EQ(error_of([&] {
              (void)reference::radial_basis(x, Values(Shape{3, 4}));
            }),
            "radial_basis: w: expected [3, 2] (a column per column of x), got [3, 4]");
  const std::string of_dy = "radial_basis: dy: expected [1, 3] (the shape of y), got [1, 2]";
  EXPECT_EQ(error_of([&] { (void)reference::radial_basis_dx(x, x, w); }), of_dy);
  EXPECT_EQ(error_of([&] { (void)reference::radial_basis_dw(x, x, w); }), of_dy);
}

TEST(RadialBasisLaws, GradientsAreFiniteDifferences) {
  for_all("dx and dw are exact differences", [] {
    const Index samples = any_index("samples", 1, 2);
    const Index inputs = any_index("inputs", 1, 3);
    const Index units = any_index("units", 1, 3);
    const Values x = any_tensor("x", {samples, inputs});
    const Values w = any_tensor("w", {units, inputs});
    const Values dy = any_tensor("dy", {samples, units});
    require_equal(
        reference::radial_basis_dx(dy, x, w),
        polynomial_gradient([&](const Values& v) { return reference::radial_basis(v, w); }, x, dy));
    require_equal(
        reference::radial_basis_dw(dy, x, w),
        polynomial_gradient([&](const Values& v) { return reference::radial_basis(x, v); }, w, dy));
  });
}

// Ten units of 84 inputs; centres of -1 and 1 have all the same length, so that the nearest is
// the one with the largest inner product: |x|^2 - 2 <w, x> + 84.
TEST(RadialBasisLaws, OfBitmapsItIsADenseLayerUpsideDown) {
  covers({"F-RBF-R", "N-LENET-OUT"});
  for_all("y = |x|^2 + J - 2 w x, least at its own bitmap", [] {
    constexpr Index kUnits = 10;
    constexpr Index kPixels = 7 * 12;
    Values w = any_tensor("w", {kUnits, kPixels});
    for (Index i = 0; i < w.size(); ++i) w[i] = w[i] > 0 ? 1 : -1;
    const Values x = any_tensor("x", {1, kPixels});
    Values expected = reference::dense<Rational>(x, w, nullptr);
    for (Index i = 0; i < kUnits; ++i) {
      expected[i] = inner(x, x) + kPixels - 2 * expected[i];
    }
    require_equal(reference::radial_basis(x, w), expected);
    const Values scores = reference::radial_basis(w, w);
    for (Index i = 0; i < kUnits; ++i) require_equal(scores(i, i), Rational(0));
  });
}

}  // namespace
}  // namespace convproof
