// The fully connected layer and what leads to it: examples, errors, laws.
#include "reference/dense.h"

#include <gtest/gtest.h>

#include "core/indices.h"
#include "properties/arbitrary.h"
#include "properties/covers.h"
#include "properties/error_of.h"
#include "properties/gradients.h"
#include "reference/conv.h"
#include "reference/flatten.h"
#include "reference/sigmoid.h"
#include "reference/tanh.h"

namespace convproof {
namespace {

using Values = Tensor<Rational>;
using Reals = Tensor<Real>;

template <typename T>
Tensor<T> transposed(const Tensor<T>& a) {
  Tensor<T> t(Shape{a.shape()[1], a.shape()[0]});
  for_each_index(a.shape(), [&](const Indices& at) { t(at[1], at[0]) = a(at[0], at[1]); });
  return t;
}

/// a + t*b.
template <typename T>
Tensor<T> plus(Tensor<T> a, const T& t, const Tensor<T>& b) {
  for (Index i = 0; i < a.size(); ++i) a[i] += t * b[i];
  return a;
}

Values filled(const Shape& shape, const Rational& value) {
  Values all(shape);
  for (Index i = 0; i < all.size(); ++i) all[i] = value;
  return all;
}

// ---- dense ----------------------------------------------------------------------------------

TEST(DenseExamples, EveryOutputWeighsEveryInput) {
  covers({"F-FC-FORWARD-R"});
  const Values x(Shape{2, 3}, {1, 2, 3, 4, 5, 6});
  const Values w(Shape{2, 3}, {1, 0, -1, 2, 1, 0});
  const Values b(Shape{2}, {10, 100});
  EXPECT_EQ(reference::dense<Rational>(x, w, &b), Values(Shape{2, 2}, {8, 104, 8, 113}));
  EXPECT_EQ(reference::dense<Rational>(x, w, nullptr), Values(Shape{2, 2}, {-2, 4, -2, 13}));
  const Values dy(Shape{2, 2}, {1, 10, 2, 20});
  EXPECT_EQ(reference::dense_dx<Rational>(dy, w), Values(Shape{2, 3}, {21, 10, -1, 42, 20, -2}));
  EXPECT_EQ(reference::dense_dw<Rational>(dy, x), Values(Shape{2, 3}, {9, 12, 15, 90, 120, 150}));
  EXPECT_EQ(reference::dense_db<Rational>(dy), Values(Shape{2}, {3, 30}));
}

TEST(DenseExamples, ExactSumsDoNotRound) {
  const Tensor<float> x(Shape{1, 3}, {0x1p60F, 1.0F, 0x1p60F});
  const Tensor<float> w(Shape{1, 3}, {0x1p60F, 1.0F, -0x1p60F});
  EXPECT_EQ(static_cast<double>(reference::dense<Exact>(x, w, nullptr)[0]), 1.0);
  EXPECT_EQ(reference::dense<float>(x, w, nullptr)[0], 0.0F);
}

TEST(DenseExamples, NoSamplesGiveNoGradient) {
  const Values none(Shape{0, 3});
  EXPECT_EQ(reference::dense<Rational>(none, Values(Shape{2, 3}), nullptr), Values(Shape{0, 2}));
  EXPECT_EQ(reference::dense_dw<Rational>(Values(Shape{0, 2}), none), Values(Shape{2, 3}));
}

TEST(DenseErrors, EveryArgumentIsRefusedByName) {
  const auto y_error = [](const Shape& x, const Shape& w) {
    return error_of([&] { (void)dense_y_shape(x, w); });
  };
  EXPECT_EQ(y_error({2}, {1, 2}), "dense: x: expected 2 axes [N, I], got [2]");
  EXPECT_EQ(y_error({1, 0}, {1, 2}), "dense: columns of x: expected 1 or more, got 0");
  EXPECT_EQ(y_error({1, 2}, {2}), "dense: w: expected 2 axes [O, I], got [2]");
  EXPECT_EQ(y_error({1, 2}, {0, 2}), "dense: rows of w: expected 1 or more, got 0");
  EXPECT_EQ(y_error({1, 2}, {3, 4}),
            "dense: w: expected [3, 2] (a column per column of x), got [3, 4]");
  const Values x(Shape{1, 2});
  const Values w(Shape{3, 2});
  const Values wrong(Shape{4});
  const Values dy(Shape{1, 4});
  EXPECT_EQ(error_of([&] { (void)reference::dense<Rational>(x, w, &wrong); }),
            "dense: b: expected [3] (one per row of w), got [4]");
  EXPECT_EQ(error_of([&] { (void)reference::dense_dx<Rational>(dy, w); }),
            "dense: w: expected [4, 2] (a row per column of dy), got [3, 2]");
  EXPECT_EQ(error_of([&] {
              (void)reference::dense_dw<Rational>(Values(Shape{2, 3}), x);
            }),
            "dense: x: expected [2, 2] (a row per row of dy), got [1, 2]");
  EXPECT_EQ(error_of([&] { (void)reference::dense_db<Rational>(wrong); }),
            "dense: dy: expected 2 axes [N, O], got [4]");
  EXPECT_EQ(y_error({1, 2}, {3, 0}), "dense: columns of w: expected 1 or more, got 0");
  const auto dx_error = [](const Shape& error, const Shape& weights) {
    return error_of([&] { (void)dense_dx_shape(error, weights); });
  };
  EXPECT_EQ(dx_error({4}, {4, 2}), "dense: dy: expected 2 axes [N, O], got [4]");
  EXPECT_EQ(dx_error({1, 0}, {4, 2}), "dense: columns of dy: expected 1 or more, got 0");
  EXPECT_EQ(dx_error({1, 4}, {4}), "dense: w: expected 2 axes [O, I], got [4]");
  EXPECT_EQ(dx_error({1, 4}, {4, 0}), "dense: columns of w: expected 1 or more, got 0");
  const auto dw_error = [](const Shape& error, const Shape& inputs) {
    return error_of([&] { (void)dense_dw_shape(error, inputs); });
  };
  EXPECT_EQ(dw_error({4}, {1, 2}), "dense: dy: expected 2 axes [N, O], got [4]");
  EXPECT_EQ(dw_error({1, 0}, {1, 2}), "dense: columns of dy: expected 1 or more, got 0");
  EXPECT_EQ(dw_error({1, 4}, {2}), "dense: x: expected 2 axes [N, I], got [2]");
  EXPECT_EQ(dw_error({1, 4}, {1, 0}), "dense: columns of x: expected 1 or more, got 0");
  EXPECT_EQ(error_of([] {
              (void)dense_db_shape({1, 0});
            }),
            "dense: columns of dy: expected 1 or more, got 0");
}

struct Layer {
  Values x, w, b, dy;
};

Layer any_layer() {
  const Index samples = any_index("samples", 1, 3);
  const Index inputs = any_index("inputs", 1, 4);
  const Index outputs = any_index("outputs", 1, 3);
  return {any_tensor("x", {samples, inputs}), any_tensor("w", {outputs, inputs}),
          any_tensor("b", {outputs}), any_tensor("dy", {samples, outputs})};
}

TEST(DenseLaws, GradientsAreFiniteDifferencesAndHaveTheShapesOfTheirTensors) {
  covers({"F-GRADIENT-LAYOUT", "F-DELTA-DEF"});
  for_all("dx, dw and db are exact differences of y", [] {
    const Layer l = any_layer();
    require_equal(
        reference::dense_dx<Rational>(l.dy, l.w),
        polynomial_gradient(
            [&](const Values& x) { return reference::dense<Rational>(x, l.w, &l.b); }, l.x, l.dy));
    require_equal(
        reference::dense_dw<Rational>(l.dy, l.x),
        polynomial_gradient(
            [&](const Values& w) { return reference::dense<Rational>(l.x, w, &l.b); }, l.w, l.dy));
    require_equal(
        reference::dense_db<Rational>(l.dy),
        polynomial_gradient(
            [&](const Values& b) { return reference::dense<Rational>(l.x, l.w, &b); }, l.b, l.dy));
  });
}

TEST(DenseLaws, EveryInputGivesItsColumnOfWeights) {
  for_all("y = sum_i x_i * column i of w, and the bias", [] {
    const Layer l = any_layer();
    Values given(l.dy.shape());
    for (Index i = 0; i < l.x.size(); ++i) {
      const Index inputs = l.x.shape()[1];
      const Values column_of_w = transposed(l.w);
      for (Index o = 0; o < l.b.size(); ++o) {
        given(i / inputs, o) += l.x[i] * column_of_w(i % inputs, o);
      }
    }
    for (Index i = 0; i < given.size(); ++i) given[i] += l.b[i % l.b.size()];
    require_equal(reference::dense<Rational>(l.x, l.w, &l.b), given);
  });
}

// Note 004 §5.2.1 replaces W of a fully connected layer by a kernel of K taps: a W whose rows are
// the kernel, each one step further right, and zero elsewhere. Parameters: K weights and one bias.
TEST(DenseLaws, AConvolutionIsADenseLayerWithSharedAndMissingWeights) {
  covers({"F-FC-TO-CONV-1D"});
  for_all("dense with the rows of a Toeplitz matrix is a convolution", [] {
    const Index taps = any_index("taps", 1, 3);
    const Index outputs = any_index("outputs", 1, 4);
    const Index inputs = outputs + taps - 1;  // M of layer l is M of layer l-1, less K, plus 1.
    const Values x = any_tensor("x", {1, inputs});
    const Values kernel = any_tensor("w", {taps});
    const Values b = any_tensor("b", {1});
    Values w(Shape{outputs, inputs});
    for (Index o = 0; o < outputs; ++o) {
      for (Index k = 0; k < taps; ++k) w(o, o + k) = kernel[k];
    }
    const Values conv = reference::conv<Rational>(
        reference::flatten_dx(x, {1, 1, inputs}),
        Values(Shape{1, 1, taps}, {kernel.data(), kernel.data() + taps}), nullptr, {.axes = {{}}});
    const Values biases = filled({outputs}, b[0]);
    require_equal(reference::dense<Rational>(x, w, &biases),
                  plus(reference::flatten(conv), b[0], filled({1, outputs}, 1)));
  });
}

// Note 004, introduction: a fully connected net on images has too many parameters, and does not
// find a thing that has moved. Both can be counted.
TEST(DenseLaws, OnImagesItHasAWeightForEveryPixelAndOutputAndLosesWhatMoves) {
  covers({"Q-FC-PROBLEMS"});
  for_all("weights that matter: pixels * outputs, against the taps of a kernel", [] {
    const Index taps = any_index("taps", 2, 3);
    const Index pixels = taps + any_index("more pixels", 1, 4);
    const Index outputs = pixels - taps + 1;
    const Values x = any_tensor("x", {1, pixels});
    const Values ones = filled({1, outputs}, 1);
    const Values dw = reference::dense_dw<Rational>(ones, x);
    Index matter = 0;
    for (Index i = 0; i < dw.size(); ++i) matter += dw[i] == 0 ? 0 : 1;
    require_equal(matter, pixels * outputs);
    require(reference::conv_dw<Rational>(reference::flatten_dx(ones, {1, 1, outputs}),
                                         reference::flatten_dx(x, {1, 1, pixels}), {1, 1, taps},
                                         {.axes = {{}}})
                    .size() == taps,
            "a kernel has another number of weights");
  });
  // Shifting the input by one shifts the output of a kernel, but not that of these weights.
  const Values w(Shape{2, 3}, {1, 2, 3, 4, 5, 6});
  const Values here = reference::dense<Rational>(Values(Shape{1, 3}, {1, 0, 0}), w, nullptr);
  const Values moved = reference::dense<Rational>(Values(Shape{1, 3}, {0, 1, 0}), w, nullptr);
  EXPECT_NE(moved[1], here[0]);
}

// ---- back-propagation through two layers ------------------------------------------------------

/// x -> u1 = W1 x + b1 -> tanh -> u2 = W2 x1 + b2 -> sigmoid -> y, and E = 1/2 |t - y|^2, for one
/// sample, with what note 003 §2.2 says about its sensitivities.
struct Network {
  Reals x, w1, b1, w2, b2, t;

  Reals u1() const { return reference::dense<Real>(x, w1, &b1); }
  Reals u2(const Reals& u) const { return reference::dense<Real>(reference::tanh(u), w2, &b2); }
  /// E as a function of u2.
  Reals loss(const Reals& u) const {
    const Reals y = reference::sigmoid(u);
    Real sum = 0;
    for (Index k = 0; k < y.size(); ++k) sum += (t[k] - y[k]) * (t[k] - y[k]);
    return Reals(Shape{1}, {Real(sum / 2)});
  }
  /// f'(u2) o (y - t).
  Reals delta2() const {
    const Reals y = reference::sigmoid(u2(u1()));
    return reference::sigmoid_dx(plus(y, Real(-1), t), u2(u1()));
  }
  /// W2^T delta2 o f'(u1).
  Reals delta1() const { return reference::tanh_dx(reference::dense_dx<Real>(delta2(), w2), u1()); }
};

Network any_network() {
  const Index inputs = any_index("inputs", 1, 2);
  const Index hidden = any_index("hidden", 1, 2);
  const Index outputs = any_index("outputs", 1, 2);
  const auto real = [](const char* name, const Shape& shape) {
    return tensor_cast<Real>(any_tensor(name, shape));
  };
  return {real("x", {1, inputs}),        real("w1", {hidden, inputs}), real("b1", {hidden}),
          real("w2", {outputs, hidden}), real("b2", {outputs}),        real("t", {1, outputs})};
}

const Reals& one() {
  static const Reals kOne(Shape{1}, {Real(1)});
  return kOne;
}

TEST(DenseLaws, SensitivitiesAreTheGradientsOfNetInputsAndBiases) {
  covers({"V-OUT-DELTA-R", "V-FC-DELTA-R", "F-SENSITIVITY-R", "F-DELTA-DEF"});
  const RealPrecision precision;
  for_all("delta = dE/du = dE/db in both layers", [] {
    const Network n = any_network();
    require(agree(n.delta2(),
                  smooth_gradient([&](const Reals& u) { return n.loss(u); }, n.u2(n.u1()), one())),
            "the sensitivity of the output is not dE/du");
    require(agree(n.delta1(),
                  smooth_gradient([&](const Reals& u) { return n.loss(n.u2(u)); }, n.u1(), one())),
            "the sensitivity of the hidden layer is not dE/du");
    const Reals db = smooth_gradient(
        [&](const Reals& b) { return n.loss(n.u2(reference::dense<Real>(n.x, n.w1, &b))); }, n.b1,
        one());
    require(agree(reference::dense_db<Real>(n.delta1()), db), "dE/db is not delta");
    require(agree(reference::flatten_dx(n.delta1(), {1, db.size()}),
                  Reals(Shape{1, db.size()}, {db.data(), db.data() + db.size()})),
            "dE/db is not delta itself");
  });
}

// With u = W x + b, as §2.1 has it, the gradient with respect to W is delta x^T. What is printed is
// its transpose, of the shape of W^T: it fits W only where that is square, and is then wrong.
TEST(DenseLaws, TheGradientOfTheWeightsIsNotAsPrinted) {
  covers({"V-FC-DW-R"});
  const RealPrecision precision;
  for_all("dE/dW1 = (x delta1^T)^T", [] {
    const Network n = any_network();
    const Reals printed = reference::dense_dw<Real>(n.x, n.delta1());
    const Reals differences = smooth_gradient(
        [&](const Reals& w) { return n.loss(n.u2(reference::dense<Real>(n.x, w, &n.b1))); }, n.w1,
        one());
    require(agree(transposed(printed), differences), "the transpose is not the gradient");
  });
  const Values x(Shape{1, 2}, {1, 2});
  const Values delta(Shape{1, 2}, {3, 5});
  EXPECT_EQ(reference::dense_dw<Rational>(delta, x), Values(Shape{2, 2}, {3, 6, 5, 10}));
  EXPECT_NE(reference::dense_dw<Rational>(delta, x), reference::dense_dw<Rational>(x, delta));
}

// Note 003 §3.1.1 says it in words: sum the sensitivities of the next layer, then multiply by the
// weights. The weights belong inside the sum.
TEST(DenseLaws, TheRecursionOfSensitivitiesInWordsIsNotAsPrinted) {
  covers({"V-DELTA-WORDS"});
  const Values w(Shape{2, 1}, {1, 2});
  const Values delta(Shape{1, 2}, {1, 10});
  const Rational sum = delta[0] + delta[1];
  const Rational right = reference::dense_dx<Rational>(delta, w)[0];
  EXPECT_EQ(right, 21);
  for (const Rational& weights : {w[0], w[1], Rational(w[0] + w[1])}) {
    EXPECT_NE(Rational(sum * weights), right);
  }
  for_all("the words hold where all weights of a node are one", [] {
    const Values dy = any_tensor("delta", {1, any_index("outputs", 1, 3)});
    const Rational weight = any_rational("weight");
    const Values shared = filled({dy.size(), 1}, weight);
    Rational total = 0;
    for (Index o = 0; o < dy.size(); ++o) total += dy[o];
    require_equal(reference::dense_dx<Rational>(dy, shared)[0], Rational(total * weight));
  });
}

// E(W - eta o G) falls at first at the rate sum eta_ij G_ij^2, whichever rates, none negative, the
// weights have. E is quadratic in W, so the central difference is its derivative.
TEST(DenseLaws, AStepAgainstTheGradientDescendsWithARateForEveryWeight) {
  covers({"V-FC-DW-R", "T-PER-WEIGHT-LR"});
  for_all("dE/ds of W - s eta o G is -sum eta G^2", [] {
    const Layer l = any_layer();
    const auto loss = [&](const Values& w) {
      const Values miss = plus(reference::dense<Rational>(l.x, w, &l.b), Rational(-1), l.dy);
      return Values(Shape{1}, {Rational(inner(miss, miss) / 2)});
    };
    const Values delta = plus(reference::dense<Rational>(l.x, l.w, &l.b), Rational(-1), l.dy);
    const Values gradient = reference::dense_dw<Rational>(delta, l.x);
    const Values rates = any_tensor("rates", l.w.shape());
    Values step = gradient;
    Rational fall = 0;
    for (Index i = 0; i < step.size(); ++i) {
      step[i] *= -abs(rates[i]);
      fall += abs(rates[i]) * gradient[i] * gradient[i];
    }
    const Values at(Shape{1});
    const Values one_more(Shape{1}, {1});
    const Values slope = polynomial_gradient(
        [&](const Values& s) { return loss(plus(l.w, s[0], step)); }, at, one_more);
    require_equal(slope[0], Rational(-fall));
    require(fall >= 0, "the error rises");
  });
}

// Note 003 §2.1: normalising the training data to mean 0 and variance 1 helps gradient descent to
// converge. For an output that is linear in one input it does so entirely: the second derivatives
// of E = 1/2 sum_n (w x_n + b - t_n)^2 are N times the unit matrix, and one step of rate 1/N is at
// the minimum, from anywhere.
TEST(DenseLaws, OnNormalisedInputsOneStepOfGradientDescentIsAtTheMinimum) {
  covers({"T-NORMALISE-INPUT"});
  struct Gradient {
    Rational w, b;
  };
  const auto gradient = [](const Values& x, const Values& t, const Rational& w, const Rational& b) {
    const Values bias(Shape{1}, {b});
    const Values y = reference::dense<Rational>(x, Values(Shape{1, 1}, {w}), &bias);
    const Values delta = plus(y, Rational(-1), t);
    return Gradient{reference::dense_dw<Rational>(delta, x)[0],
                    reference::dense_db<Rational>(delta)[0]};
  };
  for_all("the gradient after the step is 0", [&] {
    const Index pairs = any_index("pairs", 1, 3);
    const Rational mean = any_rational("mean");
    const Rational deviation = abs(any_rational("deviation"));
    Values raw(Shape{2 * pairs, 1});  // As many one deviation above the mean as below it.
    for (Index n = 0; n < raw.size(); ++n) raw[n] = mean + (n % 2 == 0 ? deviation : -deviation);
    Rational sum = 0;
    Rational squares = 0;
    for (Index n = 0; n < raw.size(); ++n) sum += raw[n] / raw.size();
    for (Index n = 0; n < raw.size(); ++n) squares += (raw[n] - sum) * (raw[n] - sum) / raw.size();
    require_equal(sum, mean);
    require_equal(squares, Rational(deviation * deviation));
    Values x = raw;
    for (Index n = 0; n < x.size(); ++n) x[n] = (raw[n] - sum) / deviation;
    const Values t = any_tensor("t", x.shape());
    const Rational w = any_rational("w");
    const Rational b = any_rational("b");
    const Gradient g = gradient(x, t, w, b);
    const Rational rate(1, x.size());
    const Gradient after = gradient(x, t, w - rate * g.w, b - rate * g.b);
    require(after.w == 0 && after.b == 0, "one step is not enough");
  });
  // Of x = 1 and 3 no rate gets there in one step: w would want 1/6 of its gradient's way, b 1/3.
  const Values x(Shape{2, 1}, {1, 3});
  const Values t(Shape{2, 1}, {3, 5});  // w = 1, b = 2.
  const Gradient g = gradient(x, t, 0, 0);
  const Gradient unit = gradient(x, t, -g.w, -g.b);  // The gradient is linear in the rate.
  EXPECT_NE(g.w / (g.w - unit.w), g.b / (g.b - unit.b));
}

// ---- flatten --------------------------------------------------------------------------------

TEST(FlattenExamples, MapsStandOneAfterTheOther) {
  const Values x(Shape{2, 2, 1, 2}, {1, 2, 3, 4, 5, 6, 7, 8});
  const Values y(Shape{2, 4}, {1, 2, 3, 4, 5, 6, 7, 8});
  EXPECT_EQ(reference::flatten(x), y);
  EXPECT_EQ(reference::flatten_dx(y, x.shape()), x);
  EXPECT_EQ(reference::flatten(Values(Shape{0, 3, 2})), Values(Shape{0, 6}));
}

TEST(FlattenErrors, AnErrorOfAnotherSizeIsRefused) {
  EXPECT_EQ(error_of([] { (void)reference::flatten(Values(Shape{})); }),
            "flatten: x: expected 1 axis or more [N, ...], got []");
  EXPECT_EQ(error_of([] {
              (void)reference::flatten_dx(Values(Shape{2, 3}), {2, 2, 2});
            }),
            "flatten: dy: expected [2, 4] (the shape of y), got [2, 3]");
}

TEST(FlattenLaws, TheGradientIsTheInverse) {
  for_all("dx is the difference; flatten_dx undoes flatten", [] {
    const Shape shape{any_index("samples", 1, 2), any_index("maps", 1, 2), any_index("rows", 1, 3)};
    const Values x = any_tensor("x", shape);
    const Values dy = any_tensor("dy", reference::flatten_y_shape(shape));
    require_equal(
        reference::flatten_dx(dy, shape),
        polynomial_gradient([](const Values& v) { return reference::flatten(v); }, x, dy));
    require_equal(reference::flatten_dx(reference::flatten(x), shape), x);
    for_each_index(shape, [&](const Indices& at) {
      require_equal(reference::flatten(x)(at[0], at[1] * shape[2] + at[2]), x(at[0], at[1], at[2]));
    });
  });
}

TEST(FlattenLaws, FlattenedAndFullyConnectedIsAKernelAsLargeAsTheMap) {
  covers({"A-FLATTEN-FC"});
  for_all("dense(flatten(x)) = conv with kernels of the size of x", [] {
    const Shape shape{any_index("samples", 1, 2), any_index("maps", 1, 2), any_index("rows", 1, 3),
                      any_index("columns", 1, 3)};
    const Index outputs = any_index("outputs", 1, 3);
    const Values x = any_tensor("x", shape);
    const Values kernel = any_tensor("w", {outputs, shape[1], shape[2], shape[3]});
    const Values b = any_tensor("b", {outputs});
    require_equal(reference::dense<Rational>(reference::flatten(x), reference::flatten(kernel), &b),
                  reference::flatten(reference::conv<Rational>(x, kernel, &b, {.axes = {{}, {}}})));
  });
}

}  // namespace
}  // namespace convproof
