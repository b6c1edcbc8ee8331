// Convolution in the notes' own indices: examples as printed, errors, and that every form is the
// general layer in other letters.
#include <gtest/gtest.h>

#include "core/scalar/rational.h"
#include "properties/arbitrary.h"
#include "properties/covers.h"
#include "properties/error_of.h"
#include "properties/matrices.h"
#include "properties/plain_products.h"
#include "reference/bouvrie_layer.h"
#include "reference/centred_window_2d.h"
#include "reference/continuous_convolution.h"
#include "reference/conv.h"
#include "reference/conv_transpose.h"
#include "reference/convolution.h"
#include "reference/convolution_1d.h"
#include "reference/corner_window_2d.h"
#include "reference/cross_correlation_1d.h"
#include "reference/feature_map_layer.h"
#include "reference/one_based_window_2d.h"
#include "reference/relu.h"
#include "reference/strided_multichannel.h"

namespace convproof {
namespace {

using reference::BilinearForm;
using Values = Tensor<Rational>;

Values matrix(Index rows, Index columns, std::vector<Rational> elements) {
  return Values({rows, columns}, std::move(elements));
}

Values y_of(const BilinearForm& form, const Values& w, const Values& x) {
  return reference::evaluate<Rational>(form, w, x);
}

/// The general layer with one map in and one out, on the plain arrays w and x.
Values layer_of(const Values& w, const Values& x, const ConvParams& p) {
  const Values y =
      reference::conv<Rational>(reshaped(x, with_spatial(1, 1, x.shape())),
                                reshaped(w, with_spatial(1, 1, w.shape())), nullptr, p);
  return reshaped(y, spatial(y.shape()));
}

ConvParams plain(int rank) {
  ConvParams p;
  for (int axis = 0; axis < rank; ++axis) p.axes.push_back({});
  return p;
}

Shape any_extents(const char* name, Index least, Index most) {
  const Index rows = any_index(name, least, most);
  return {rows, any_index(name, least, most)};
}

/// As large as the window and up to three pixels larger.
Shape any_image_around(const Shape& window) {
  const Index rows = window[0] + any_index("spare rows", 0, 3);
  return {rows, window[1] + any_index("spare columns", 0, 3)};
}

// ---- note 000 §3.1.1: one dimension, counted from 1 -------------------------------------------

TEST(Convolution1dExamples, TheFirstIndexOfYIsK) {
  covers({"F-CONV-1D", "F-CONV-1D-SKIPPED"});
  const Values w({3}, {1, 10, 100});
  const Values x({5}, {1, 2, 3, 4, 5});
  // y_3 = w_1 x_3 + w_2 x_2 + w_3 x_1.
  EXPECT_EQ(y_of(reference::convolution_1d(w.shape(), x.shape()), w, x),
            Values({3}, {3 + 20 + 100, 4 + 30 + 200, 5 + 40 + 300}));
}

TEST(Convolution1dErrors, BothAreSignalsAndTheFilterFits) {
  EXPECT_EQ(error_of([] { (void)reference::convolution_1d({3}, {2}); }),
            "convolution_1d: w: expected at most the image, [2], got [3]");
  EXPECT_EQ(error_of([] { (void)reference::convolution_1d({0}, {2}); }),
            "convolution_1d: w: expected extents of 1 or more, got [0]");
  EXPECT_EQ(error_of([] {
              (void)reference::convolution_1d({1}, {2, 2});
            }),
            "convolution_1d: x: expected 1 axis [T], got [2, 2]");
}

TEST(Convolution1dErrors, OperandsAreWhatTheFormWasMadeFor) {
  const BilinearForm form = reference::convolution_1d({2}, {3});
  const Values two(Shape{2});
  const Values three(Shape{3});
  EXPECT_EQ(error_of([&] { (void)y_of(form, three, three); }),
            "bilinear form: w: expected [2], got [3]");
  EXPECT_EQ(error_of([&] { (void)y_of(form, two, two); }),
            "bilinear form: x: expected [3], got [2]");
  EXPECT_EQ(error_of([&] { (void)reference::evaluate_dw<Rational>(form, three, three); }),
            "bilinear form: dy: expected [2], got [3]");
  EXPECT_EQ(error_of([&] { (void)reference::evaluate_dw<Rational>(form, two, two); }),
            "bilinear form: x: expected [3], got [2]");
  EXPECT_EQ(error_of([&] { (void)reference::evaluate_dx<Rational>(form, three, two); }),
            "bilinear form: dy: expected [2], got [3]");
  EXPECT_EQ(error_of([&] { (void)reference::evaluate_dx<Rational>(form, two, three); }),
            "bilinear form: w: expected [2], got [3]");
}

TEST(Convolution1dLaws, IsTheGeneralLayerWithTheFilterReversed) {
  for_all("convolution_1d(w, x) = conv(reversed w, x)", [] {
    const Values w = any_tensor("w", {any_index("K", 1, 4)});
    const Values x = any_tensor("x", {w.size() + any_index("spare", 0, 4)});
    const BilinearForm form = reference::convolution_1d(w.shape(), x.shape());
    require_equal(y_of(form, w, x), layer_of(reversed(w), x, plain(1)));
    require_gradients(form, w, x);
  });
}

// ---- note 004 §5.2.1: the layer in one dimension ------------------------------------------------

TEST(CrossCorrelation1dExamples, ThreeTapsOnFiveNeuronsGiveThree) {
  covers({"F-FC-TO-CONV-1D", "N-NEURONS-VALID"});
  const Values w({3}, {1, 10, 100});
  const Values a({5}, {1, 2, 3, 4, 5});
  EXPECT_EQ(y_of(reference::cross_correlation_1d(w.shape(), a.shape()), w, a),
            Values({3}, {321, 432, 543}));
  for (Index M = 1; M < 9; ++M) {
    for (Index K = 1; K <= M; ++K) {
      EXPECT_EQ(reference::cross_correlation_1d({K}, {M}).y.extents, (Shape{M - K + 1}));
    }
  }
}

TEST(CrossCorrelation1dErrors, BothAreVectorsAndTheFilterFits) {
  EXPECT_EQ(error_of([] { (void)reference::cross_correlation_1d({6}, {5}); }),
            "cross_correlation_1d: w: expected at most the image, [5], got [6]");
  EXPECT_EQ(error_of([] {
              (void)reference::cross_correlation_1d({1, 1}, {5});
            }),
            "cross_correlation_1d: w: expected 1 axis [K], got [1, 1]");
  EXPECT_EQ(error_of([] { (void)reference::cross_correlation_1d({1}, {0}); }),
            "cross_correlation_1d: a: expected extents of 1 or more, got [0]");
}

TEST(CrossCorrelation1dLaws, IsTheGeneralLayerAndTakesTheBiasFromIt) {
  for_all("cross_correlation_1d(w, a) + b = conv(w, a, b)", [] {
    const Values w = any_tensor("w", {any_index("K", 1, 4)});
    const Values a = any_tensor("a", {w.size() + any_index("spare", 0, 4)});
    const Values b = any_tensor("b", {1});
    const BilinearForm form = reference::cross_correlation_1d(w.shape(), a.shape());
    Values z = y_of(form, w, a);
    for (Index i = 0; i < z.size(); ++i) z[i] += b[0];
    require_equal(reshaped(z, {1, 1, z.size()}),
                  reference::conv<Rational>(reshaped(a, {1, 1, a.size()}),
                                            reshaped(w, {1, 1, w.size()}), &b, plain(1)));
    require_gradients(form, w, a);
  });
}

// ---- note 000 §3.1.1 and §3.1.2: kernels with (0,0) in their centre -----------------------------

const Values& printed_image() {
  static const Values x =
      matrix(5, 5, {1, 1, 1, 1, 1, -1, 0, -3, 0, 1, 2, 1, 1, -1, 0, 0, -1, 1, 2, 1, 1, 2, 1, 1, 1});
  return x;
}

const Values& printed_kernel() {
  static const Values w = matrix(3, 3, {1, 0, 0, 0, 0, 0, 0, 0, -1});
  return w;
}

TEST(CentredWindow2dExamples, ThePrintedConvolutionComesOutAsPrinted) {
  covers({"X-CONV2D-5X5", "X-CONV2D-FIG-R", "F-CONV-2D-VALID", "P-CONV-FLIPS-KERNEL"});
  const Values& w = printed_kernel();
  const Values& x = printed_image();
  const Values printed = matrix(3, 3, {0, -2, -1, 2, 2, 4, -1, 0, 0});
  EXPECT_EQ(y_of(reference::centred_convolution_valid(w.shape(), x.shape()), w, x), printed);
  // Without turning the kernel by 180 degrees other numbers come out: it has to be flipped.
  const BilinearForm unflipped = reference::centred_cross_correlation_valid(w.shape(), x.shape());
  EXPECT_FALSE(y_of(unflipped, w, x) == printed);
  EXPECT_EQ(y_of(unflipped, reversed(w), x), printed);
}

TEST(CentredWindow2dExamples, ZerosAroundTheImageKeepItsSize) {
  covers({"F-CONV-2D-SAME", "N-PAD-SIZE"});
  const Values w = matrix(1, 3, {1, 10, 100});
  const Values x = matrix(1, 3, {1, 2, 3});
  EXPECT_EQ(y_of(reference::centred_convolution_same(w.shape(), x.shape()), w, x),
            matrix(1, 3, {12, 123, 230}));
  EXPECT_EQ(y_of(reference::centred_cross_correlation_valid(w.shape(), x.shape()), w, x),
            matrix(1, 1, {321}));
}

TEST(CentredWindow2dErrors, KernelsAreOddAndFit) {
  EXPECT_EQ(error_of([] {
              (void)reference::centred_convolution_valid({2, 3}, {5, 5});
            }),
            "centred_window_2d: w: expected odd extents (2U+1) x (2V+1), got an extent of 2");
  EXPECT_EQ(error_of([] {
              (void)reference::centred_convolution_same({3, 4}, {5, 5});
            }),
            "centred_window_2d: w: expected odd extents (2U+1) x (2V+1), got an extent of 4");
  EXPECT_EQ(error_of([] {
              (void)reference::centred_cross_correlation_valid({3, 7}, {5, 5});
            }),
            "centred_window_2d: w: expected at most the image, [5, 5], got [3, 7]");
  EXPECT_EQ(error_of([] {
              (void)reference::centred_convolution_same({3}, {5, 5});
            }),
            "centred_window_2d: w: expected 2 axes [2U+1, 2V+1], got [3]");
  EXPECT_EQ(error_of([] {
              (void)reference::centred_convolution_same({3, 3}, {5});
            }),
            "centred_window_2d: x: expected 2 axes [M, N], got [5]");
}

TEST(CentredWindow2dLaws, AllThreeAreTheGeneralLayer) {
  covers({"F-XCORR-2D-VALID"});
  for_all("valid and same, flipped and not", [] {
    const Shape half = any_extents("U, V", 0, 1);
    const Shape taps{2 * half[0] + 1, 2 * half[1] + 1};
    const Shape pixels = any_image_around(taps);
    const Values w = any_tensor("w", taps);
    const Values x = any_tensor("x", pixels);
    const BilinearForm valid = reference::centred_convolution_valid(taps, pixels);
    const BilinearForm same = reference::centred_convolution_same(taps, pixels);
    const BilinearForm unflipped = reference::centred_cross_correlation_valid(taps, pixels);
    const ConvParams padded{
        .axes = {{.before = half[0], .after = half[0]}, {.before = half[1], .after = half[1]}}};
    require_equal(y_of(valid, w, x), layer_of(reversed(w), x, plain(2)));
    require_equal(y_of(same, w, x), layer_of(reversed(w), x, padded));
    require_equal(y_of(unflipped, w, x), layer_of(w, x, plain(2)));
    for (const BilinearForm& form : {valid, same, unflipped}) require_gradients(form, w, x);
  });
}

TEST(CentredWindow2dLaws, SameIsValidOnTheImageWithZerosAround) {
  covers({"N-PAD-SIZE", "P-ZEROPAD-IMPLICIT"});
  for_all("U rows and V columns of zeros on either side", [] {
    const Shape half = any_extents("U, V", 0, 2);
    const Values w = any_tensor("w", {2 * half[0] + 1, 2 * half[1] + 1});
    const Values x = any_tensor("x", any_extents("M, N", 1, 4));
    Values padded(Shape{x.shape()[0] + 2 * half[0], x.shape()[1] + 2 * half[1]});
    for (Index i = 0; i < x.shape()[0]; ++i) {
      for (Index j = 0; j < x.shape()[1]; ++j) padded(i + half[0], j + half[1]) = x(i, j);
    }
    require_equal(y_of(reference::centred_convolution_same(w.shape(), x.shape()), w, x),
                  y_of(reference::centred_convolution_valid(w.shape(), padded.shape()), w, padded));
  });
}

// ---- note 004 §5.1: images and kernels counted from 1 -------------------------------------------

TEST(OneBasedWindow2dExamples, ThePrintedIndexIsNotThatOfAConvolution) {
  covers({"F-CONV-2D-QIU", "F-CONV-2D-SYMBOL"});
  const Values w = matrix(1, 2, {1, 10});
  const Values x = matrix(1, 3, {1, 2, 3});
  EXPECT_EQ(y_of(reference::one_based_convolution(w.shape(), x.shape()), w, x),
            matrix(1, 2, {12, 23}));
  // x_{i-u+1,j-u+1}: both taps read the same column, so the smallest kernel with two columns shows
  // that the second u has to be a v.
  EXPECT_EQ(y_of(reference::one_based_convolution_as_printed(w.shape(), x.shape()), w, x),
            matrix(1, 2, {22, 33}));
  // With one column there is no difference for one row: nothing to see on 1x1 kernels.
  const Values one = matrix(1, 1, {7});
  EXPECT_EQ(y_of(reference::one_based_convolution(one.shape(), x.shape()), one, x),
            y_of(reference::one_based_convolution_as_printed(one.shape(), x.shape()), one, x));
}

TEST(OneBasedWindow2dExamples, ThePrintedFigureIsThisConvolution) {
  covers({"X-CONV2D-FIG-R"});
  const Values& w = printed_kernel();
  const Values& x = printed_image();
  EXPECT_EQ(y_of(reference::one_based_convolution(w.shape(), x.shape()), w, x),
            matrix(3, 3, {0, -2, -1, 2, 2, 4, -1, 0, 0}));
}

TEST(OneBasedWindow2dErrors, KernelsFit) {
  EXPECT_EQ(error_of([] {
              (void)reference::one_based_convolution({4, 1}, {3, 3});
            }),
            "one_based_window_2d: w: expected at most the image, [3, 3], got [4, 1]");
  EXPECT_EQ(error_of([] {
              (void)reference::one_based_cross_correlation({1, 0}, {3, 3});
            }),
            "one_based_window_2d: w: expected extents of 1 or more, got [1, 0]");
  EXPECT_EQ(error_of([] {
              (void)reference::one_based_convolution_as_printed({1, 1}, {3});
            }),
            "one_based_window_2d: x: expected 2 axes [M, N], got [3]");
}

TEST(OneBasedWindow2dLaws, TheyDifferOnlyInFlipping) {
  covers({"F-XCORR-QIU", "P-XCORR-ROT-QIU"});
  for_all("W (x) X = rot180(W) * X, of M-U+1 x N-V+1 pixels", [] {
    const Values w = any_tensor("w", any_extents("U, V", 1, 3));
    const Values x = any_tensor("x", any_image_around(w.shape()));
    const BilinearForm correlation = reference::one_based_cross_correlation(w.shape(), x.shape());
    const BilinearForm convolution = reference::one_based_convolution(w.shape(), x.shape());
    require_equal(correlation.y.extents,
                  Shape{x.shape()[0] - w.shape()[0] + 1, x.shape()[1] - w.shape()[1] + 1});
    require_equal(y_of(correlation, w, x), y_of(convolution, reversed(w), x));
    require_equal(y_of(correlation, w, x), layer_of(w, x, plain(2)));
    require_gradients(correlation, w, x);
    require_gradients(convolution, w, x);
  });
}

TEST(OneBasedWindow2dLaws, ALearnedKernelFindsWhatItsReverseFindsWithoutFlipping) {
  covers({"P-FLIP-IRRELEVANT"});
  for_all("the functions that kernels can express, and the steps of learning, are the same", [] {
    const Values w = any_tensor("w", any_extents("U, V", 1, 3));
    const Values x = any_tensor("x", any_image_around(w.shape()));
    const BilinearForm correlation = reference::one_based_cross_correlation(w.shape(), x.shape());
    const BilinearForm convolution = reference::one_based_convolution(w.shape(), x.shape());
    const Values dy = any_tensor("dy", correlation.y.extents);
    const Values dw = reference::evaluate_dw<Rational>(correlation, dy, x);
    require_equal(dw, reversed(reference::evaluate_dw<Rational>(convolution, dy, x)));
    // After a step from kernels that are each other's reverse they still make the same map.
    const Rational eta = any_rational("eta");
    const auto step = [&](Values from, const Values& gradient) {
      for (Index i = 0; i < from.size(); ++i) from[i] -= eta * gradient[i];
      return from;
    };
    const Values flipped = reversed(w);
    require_equal(
        y_of(correlation, step(w, dw), x),
        y_of(convolution, step(flipped, reference::evaluate_dw<Rational>(convolution, dy, x)), x));
    // What is saved by not flipping is the flipping: the products are as many.
    const auto products = [](const BilinearForm& form) {
      Index count = 0;
      form.for_each_product([&](Index, Index, Index) { ++count; });
      return count;
    };
    require_equal(products(correlation), products(convolution));
  });
}

// ---- note 002: the three forms of the window
// ------------------------------------------------------

TEST(CornerWindow2dExamples, TheLettersOfTheSlide) {
  covers({"X-CONV-SYMBOLIC", "F-CONV-2D-FORM-B"});
  // Letters are independent: each gets its own power of 100, so that sums of products are read off
  // digit by digit.
  const auto letter = [](int index) {
    Rational power = 1;
    for (int i = 0; i < index; ++i) power *= 100;
    return power;
  };
  Values image(Shape{3, 4});
  for (Index i = 0; i < image.size(); ++i) image[i] = letter(static_cast<int>(i));  // a ... l
  const Values kernel = matrix(2, 2, {2, 3, 5, 7});                                 // w x y z
  const auto printed = [&](Index a, Index b, Index e, Index f) {
    return Rational(image[a] * 2 + image[b] * 3 + image[e] * 5 + image[f] * 7);
  };
  EXPECT_EQ(y_of(reference::window_below_right(kernel.shape(), image.shape()), kernel, image),
            matrix(2, 3,
                   {printed(0, 1, 4, 5), printed(1, 2, 5, 6), printed(2, 3, 6, 7),
                    printed(4, 5, 8, 9), printed(5, 6, 9, 10), printed(6, 7, 10, 11)}));
}

TEST(CornerWindow2dExamples, TheWindowLiesAboveLeftOrAllAround) {
  covers({"F-CONV-2D-FORM-A-R", "F-CONV-2D-FORM-C"});
  const Values image = matrix(1, 4, {1, 2, 3, 4});
  const Values odd = matrix(1, 3, {1, 10, 100});
  const Values even = matrix(1, 2, {1, 10});
  EXPECT_EQ(y_of(reference::window_above_left(odd.shape(), image.shape()), odd, image),
            matrix(1, 2, {3 + 20 + 100, 4 + 30 + 200}));
  EXPECT_EQ(y_of(reference::window_around(odd.shape(), image.shape()), odd, image),
            matrix(1, 4, {12, 123, 234, 340}));
  EXPECT_EQ(y_of(reference::window_around(even.shape(), image.shape()), even, image),
            matrix(1, 4, {12, 23, 34, 40}));
}

TEST(CornerWindow2dExamples, ThePrintedLimitsOfTheCentredFormLeaveTheKernelByOneRow) {
  covers({"F-CONV-2D-FORM-C"});
  for (Index m = 1; m < 8; ++m) {
    const BilinearForm form = reference::window_around({m, 1}, {9, 1});
    Index outside = 0;
    for (Index a = form.sum.first[0]; a < form.sum.first[0] + form.sum.extents[0]; ++a) {
      const Index row = form.w_at(Indices{0, 0}, Indices{a, 0})[0];
      if (row >= 0 && row < m) continue;
      ++outside;
      EXPECT_EQ(row, m % 2 == 0 ? m : -1) << m << " rows";
    }
    EXPECT_EQ(outside, 1) << m << " rows";
  }
}

TEST(CornerWindow2dErrors, BothArePlanesAndTheKernelFits) {
  EXPECT_EQ(error_of([] {
              (void)reference::window_above_left({3, 3}, {2, 3});
            }),
            "corner_window_2d: K: expected at most the image, [2, 3], got [3, 3]");
  EXPECT_EQ(error_of([] {
              (void)reference::window_below_right({3}, {2, 3});
            }),
            "corner_window_2d: K: expected 2 axes [m, n], got [3]");
  EXPECT_EQ(error_of([] {
              (void)reference::window_below_right({1, 4}, {2, 3});
            }),
            "corner_window_2d: K: expected at most the image, [2, 3], got [1, 4]");
  EXPECT_EQ(error_of([] {
              (void)reference::window_above_left({1, 1}, {2});
            }),
            "corner_window_2d: I: expected 2 axes [rows, columns], got [2]");
  EXPECT_EQ(error_of([] {
              (void)reference::window_around({3, 3}, {2, 0});
            }),
            "corner_window_2d: I: expected extents of 1 or more, got [2, 0]");
}

TEST(CornerWindow2dLaws, AllThreeAreTheGeneralLayer) {
  for_all("above left is flipped, below right is not, around is flipped and padded", [] {
    const Values w = any_tensor("K", any_extents("m, n", 1, 4));
    const Values x = any_tensor("I", any_image_around(w.shape()));
    const BilinearForm a = reference::window_above_left(w.shape(), x.shape());
    const BilinearForm b = reference::window_below_right(w.shape(), x.shape());
    const BilinearForm c = reference::window_around(w.shape(), x.shape());
    require_equal(y_of(a, w, x), layer_of(reversed(w), x, plain(2)));
    require_equal(y_of(b, w, x), layer_of(w, x, plain(2)));
    // The tap floor(m/2) meets the pixel of interest; in the reversed kernel that is tap m-1-m/2.
    ConvParams around;
    for (int axis = 0; axis < 2; ++axis) {
      const Index m = w.shape()[axis];
      around.axes.push_back({.before = m - 1 - m / 2, .after = m / 2});
    }
    require_equal(y_of(c, w, x), layer_of(reversed(w), x, around));
    for (const BilinearForm& form : {a, b, c}) require_gradients(form, w, x);
  });
}

// ---- note 001 §9.1: the integral
// --------------------------------------------------------------------

TEST(ContinuousConvolutionExamples, TwoBoxesMakeATriangle) {
  covers({"F-CONV-CONT"});
  const Values box({1}, {1});
  EXPECT_EQ(reference::continuous_convolution(box, box, Rational(0)), 0);
  EXPECT_EQ(reference::continuous_convolution(box, box, Rational(1, 3)), Rational(1, 3));
  EXPECT_EQ(reference::continuous_convolution(box, box, Rational(1)), 1);
  EXPECT_EQ(reference::continuous_convolution(box, box, Rational(7, 4)), Rational(1, 4));
  EXPECT_EQ(reference::continuous_convolution(box, box, Rational(5, 2)), 0);
  // Up to the top, at the top and down again; nothing before and behind.
  const auto slope = [&](const Rational& t) {
    return reference::continuous_convolution_dt(Rational(1), box, box, t);
  };
  EXPECT_EQ(slope(-1), 0);
  EXPECT_EQ(slope(Rational(1, 2)), 1);
  EXPECT_EQ(slope(1), -1);
  EXPECT_EQ(slope(2), 0);
}

TEST(ContinuousConvolutionErrors, BothAreSteps) {
  const Values box({1}, {1});
  const Values plane(Shape{1, 1});
  const Values none(Shape{0});
  EXPECT_EQ(error_of([&] { (void)reference::continuous_convolution(plane, box, Rational(0)); }),
            "continuous_convolution: x: expected 1 axis (steps), got [1, 1]");
  EXPECT_EQ(error_of([&] { (void)reference::continuous_convolution(box, none, Rational(0)); }),
            "continuous_convolution: w: expected extents of 1 or more, got [0]");
  EXPECT_EQ(error_of([&] {
              (void)reference::continuous_convolution_dx(Rational(1), {0}, box, Rational(0));
            }),
            "continuous_convolution: x: expected extents of 1 or more, got [0]");
  EXPECT_EQ(error_of([&] {
              (void)reference::continuous_convolution_dw(Rational(1), box, {1, 1}, Rational(0));
            }),
            "continuous_convolution: w: expected 1 axis (steps), got [1, 1]");
  EXPECT_EQ(error_of([&] {
              (void)reference::continuous_convolution_dt(Rational(1), none, box, Rational(0));
            }),
            "continuous_convolution: x: expected extents of 1 or more, got [0]");
}

TEST(ContinuousConvolutionLaws, SumsOverAFineGridAreTheIntegral) {
  covers({"F-CONV-CONT", "F-CONV-DISC"});
  for_all("steps are constant on cells of 1/q, and at t the sum is the discrete one at t-1", [] {
    const Values x = any_tensor("x", {any_index("X", 1, 4)});
    const Values w = any_tensor("w", {any_index("W", 1, 4)});
    const Index q = any_index("q", 1, 4);
    const Index p = any_index("p", -2, 40);
    // The function in the middle of cell c, which is [c/q, (c+1)/q).
    const auto on_cell = [&](const Values& steps, Index c) {
      const Index step = c < 0 ? -1 : c / q;
      return step >= 0 && step < steps.size() ? steps[step] : Rational(0);
    };
    Rational sum = 0;
    // For a in cell c, t - a lies in cell p - 1 - c for t = p/q.
    for (Index c = 0; c < q * x.size(); ++c) sum += on_cell(x, c) * on_cell(w, p - 1 - c) / q;
    const Rational t(p, q);
    require_equal(reference::continuous_convolution(x, w, t), sum);
    require_equal(reference::continuous_convolution(w, x, t), sum);
    require_equal(reference::continuous_convolution_dx(Rational(2), x.shape(), w, t),
                  polynomial_gradient(
                      [&](const Values& v) {
                        return Values({1}, {reference::continuous_convolution(v, w, t)});
                      },
                      x, Values({1}, {2})));
    require_equal(reference::continuous_convolution_dw(Rational(2), x, w.shape(), t),
                  polynomial_gradient(
                      [&](const Values& v) {
                        return Values({1}, {reference::continuous_convolution(x, v, t)});
                      },
                      w, Values({1}, {2})));
    // From any t linear for a step to the right that crosses no integer.
    const Rational step(1, 2 * q);
    const auto s = [&](const Rational& at) { return reference::continuous_convolution(x, w, at); };
    require_equal(reference::continuous_convolution_dt(Rational(2), x, w, t),
                  Rational(2 * (s(t + step) - s(t)) / step));
    // At t = 0 and behind x + w the functions do not meet.
    const Index at = any_index("integer t", 0, x.size() + w.size());
    const Values discrete = y_of(reference::convolution(w.shape(), x.shape(), {}), w, x);
    require_equal(reference::continuous_convolution(x, w, Rational(at)),
                  at >= 1 && at <= discrete.size() ? discrete[at - 1] : Rational(0));
  });
}

// ---- note 001 §9.5: c(K,V,s), g and h
// ---------------------------------------------------------------

TEST(StridedMultichannelExamples, TwoChannelsEverySecondPlace) {
  covers({"F-CONV-STRIDED", "F-CONV-MULTICHANNEL"});
  const Values K({1, 2, 1, 2}, {1, 10, 100, 1000});
  const Values V({2, 1, 4}, {1, 2, 3, 4, 5, 6, 7, 8});
  const BilinearForm every = reference::strided_multichannel(K.shape(), V.shape(), 1);
  EXPECT_EQ(y_of(every, K, V), Values({1, 1, 3}, {6521, 7632, 8743}));
  const BilinearForm second = reference::strided_multichannel(K.shape(), V.shape(), 2);
  EXPECT_EQ(y_of(second, K, V), Values({1, 1, 2}, {6521, 8743}));
}

TEST(StridedMultichannelErrors, EveryArgumentIsRefusedByName) {
  const auto error = [](const Shape& K, const Shape& V, Index s) {
    return error_of([&] { (void)reference::strided_multichannel(K, V, s); });
  };
  EXPECT_EQ(error({1, 2, 1, 1}, {2, 3, 3}, 0),
            "strided_multichannel: s: expected 1 or more, got 0");
  EXPECT_EQ(error({1, 3, 1, 1}, {2, 3, 3}, 1),
            "strided_multichannel: K: expected 2 input channels (as V), got 3");
  EXPECT_EQ(error({1, 1, 1, 1}, {2, 3, 3}, 1),
            "strided_multichannel: K: expected 2 input channels (as V), got 1");
  EXPECT_EQ(error({1, 2, 4, 1}, {2, 3, 3}, 1),
            "strided_multichannel: K: expected at most the image, [3, 3], got [4, 1]");
  EXPECT_EQ(error({1, 2, 1}, {2, 3, 3}, 1),
            "strided_multichannel: K: expected 4 axes [I, L, M, N], got [1, 2, 1]");
  EXPECT_EQ(error({1, 2, 1, 1}, {2, 3, 0}, 1),
            "strided_multichannel: V: expected extents of 1 or more, got [2, 3, 0]");
  EXPECT_EQ(error_of([] {
              (void)reference::strided_multichannel_dk({1, 3, 3}, {2, 3, 3}, {1, 2, 2, 2}, 1);
            }),
            "strided_multichannel: G: expected [1, 2, 2] (as Z), got [1, 3, 3]");
  EXPECT_EQ(error_of([] {
              (void)reference::strided_multichannel_dv({1, 2, 2, 2}, {1, 3, 3}, {2, 3, 3}, 1);
            }),
            "strided_multichannel: G: expected [1, 2, 2] (as Z), got [1, 3, 3]");
}

TEST(StridedMultichannelLaws, ThePrintedGradientsAreTheGradients) {
  covers({"F-CONV-STRIDED", "F-CONV-MULTICHANNEL", "F-GRAD-G", "F-GRAD-H", "F-CONV-PARALLEL"});
  for_all("c is the general layer; g and h are exact differences of c", [] {
    const Index s = any_index("s", 1, 3);
    const Values K = any_tensor("K", {any_index("I", 1, 2), any_index("L", 1, 2),
                                      any_index("M", 1, 3), any_index("N", 1, 3)});
    const Values V = any_tensor("V", {K.shape()[1], K.shape()[2] + any_index("spare rows", 0, 3),
                                      K.shape()[3] + any_index("spare columns", 0, 3)});
    const BilinearForm c = reference::strided_multichannel(K.shape(), V.shape(), s);
    const Shape& v = V.shape();
    const Values Z = y_of(c, K, V);
    const Shape& z = Z.shape();
    require_equal(reshaped(Z, {1, z[0], z[1], z[2]}),
                  reference::conv<Rational>(reshaped(V, {1, v[0], v[1], v[2]}), K, nullptr,
                                            {.axes = {{.stride = s}, {.stride = s}}}));
    const Values G = any_tensor("G", Z.shape());
    require_equal(
        y_of(reference::strided_multichannel_dk(G.shape(), V.shape(), K.shape(), s), G, V),
        polynomial_gradient([&](const Values& k) { return y_of(c, k, V); }, K, G));
    require_equal(
        y_of(reference::strided_multichannel_dv(K.shape(), G.shape(), V.shape(), s), K, G),
        polynomial_gradient([&](const Values& x) { return y_of(c, K, x); }, V, G));
  });
}

/// Element i of the outermost axis, as an array with that axis of extent 1.
Values one_of(const Values& a, Index i) {
  std::vector<Index> extents(a.shape().begin(), a.shape().end());
  extents[0] = 1;
  const Shape shape(extents);
  const Rational* first = a.data() + i * shape.element_count();
  return Values(shape, std::vector<Rational>(first, first + shape.element_count()));
}

TEST(StridedMultichannelLaws, IsAsManyConvolutionsInParallelEachASumOverChannels) {
  covers({"F-CONV-PARALLEL"});
  for_all("output i knows K_i alone, and adds up what every channel gives with its own kernel", [] {
    const Index s = any_index("s", 1, 2);
    const Index channels = any_index("L", 1, 3);
    const Values K = any_tensor("K", {any_index("I", 1, 3), channels, any_index("M", 1, 2), 2});
    const Values V = any_tensor("V", {channels, K.shape()[2] + any_index("spare rows", 0, 2), 4});
    const auto c = [&](const Values& kernels, const Values& image) {
      return y_of(reference::strided_multichannel(kernels.shape(), image.shape(), s), kernels,
                  image);
    };
    const Values Z = c(K, V);
    for (Index i = 0; i < K.shape()[0]; ++i) {
      const Values K_i = one_of(K, i);
      const Values Z_i = one_of(Z, i);
      require_equal(c(K_i, V), Z_i);
      Values sum(Z_i.shape());
      for (Index l = 0; l < channels; ++l) {
        const Values K_il = reshaped(one_of(reshaped(K_i, {channels, K.shape()[2], 2}), l),
                                     {1, 1, K.shape()[2], 2});
        const Values part = c(K_il, one_of(V, l));
        for (Index p = 0; p < sum.size(); ++p) sum[p] += part[p];
      }
      require_equal(sum, Z_i);
    }
  });
}

TEST(StridedMultichannelLaws, TheGradientOfTheImageIsATransposedConvolution) {
  covers({"F-GRAD-H", "F-TRANSPOSED"});
  for_all("h(K,G,s) = conv_transpose(G, K); pixels that c leaves over are output padding", [] {
    const Index s = any_index("s", 1, 3);
    const Values K = any_tensor("K", {any_index("I", 1, 2), any_index("L", 1, 2),
                                      any_index("M", 1, 3), any_index("N", 1, 3)});
    const Index rows_left = any_index("rows left over", 0, s - 1);
    const Index columns_left = any_index("columns left over", 0, s - 1);
    const Shape V{K.shape()[1], K.shape()[2] + s * any_index("strides down", 0, 2) + rows_left,
                  K.shape()[3] + s * any_index("strides across", 0, 2) + columns_left};
    const Values G = any_tensor("G", reference::strided_multichannel_shape(K.shape(), V, s));
    const Values dV = y_of(reference::strided_multichannel_dv(K.shape(), G.shape(), V, s), K, G);
    require_equal(
        reshaped(dV, {1, V[0], V[1], V[2]}),
        reference::conv_transpose<Rational>(
            reshaped(G, {1, G.shape()[0], G.shape()[1], G.shape()[2]}), K, nullptr,
            {.axes = {{.stride = s}, {.stride = s}}, .output_padding = {rows_left, columns_left}}));
  });
}

// ---- notes 000 and 004: a layer of feature maps
// ---------------------------------------------------------

/// [rows, columns, maps] as the general layer has it, [1, maps, rows, columns].
Values maps_first(const Values& x) {
  Values to(Shape{1, x.shape()[2], x.shape()[0], x.shape()[1]});
  for_each_index(x.shape(),
                 [&](const Indices& at) { to(0, at[2], at[0], at[1]) = x(at[0], at[1], at[2]); });
  return to;
}

/// [U, V, P, D] as the general layer has it, [P, D, U, V].
Values kernels_first(const Values& w) {
  const Shape& s = w.shape();
  Values to(Shape{s[2], s[3], s[0], s[1]});
  for_each_index(s, [&](const Indices& at) {
    to(at[2], at[3], at[0], at[1]) = w(at[0], at[1], at[2], at[3]);
  });
  return to;
}

/// Every kernel turned by 180 degrees.
Values kernels_flipped(const Values& w) {
  Values to(w.shape());
  const Shape& s = w.shape();
  for_each_index(s, [&](const Indices& at) {
    to(s[0] - 1 - at[0], s[1] - 1 - at[1], at[2], at[3]) = w(at[0], at[1], at[2], at[3]);
  });
  return to;
}

TEST(FeatureMapLayerExamples, TheOutputMapIsTheActivationOfTheNetInput) {
  covers({"F-CONV-LAYER", "F-CONV-LAYER-L"});
  // Z^1 = X^1 - 2 and Z^2 = -X^1 + 2;  Y^p = f(Z^p) element by element, here with f = ReLU.
  const Values x({1, 3, 1}, {1, 2, 5});
  const Values z = reference::feature_map_layer<Rational>(x, Values({1, 1, 2, 1}, {1, -1}),
                                                          Values({2}, {-2, 2}), {});
  EXPECT_EQ(z, Values({1, 3, 2}, {-1, 1, 0, 0, 3, -3}));
  EXPECT_EQ(reference::relu(z), Values({1, 3, 2}, {0, 1, 0, 0, 3, 0}));
}

TEST(FeatureMapLayerExamples, TheSumOverDWithTheIndexPIsNotAsPrinted) {
  covers({"F-CONV-LAYER-L"});
  // Printed: Z^p = W^p (star) X = sum_d W^{p,d} (star) X^p. One pixel, one output map, two input
  // maps X^1 = 2 and X^2 = 3, W^{1,1} = 10 and W^{1,2} = 100: the left side is 320, the right side
  // reads X^1 twice. With two output maps and one input map X^2 does not exist. Only where there
  // is one map of each do both sides agree.
  const Values w({1, 1, 1, 2}, {10, 100});
  const Values x({1, 1, 2}, {2, 3});
  const Values z = reference::feature_map_layer<Rational>(x, w, Values({1}, {0}), {});
  EXPECT_EQ(z, Values({1, 1, 1}, {320}));
  const Rational printed = w[0] * x[0] + w[1] * x[0];
  EXPECT_EQ(printed, 220);
  EXPECT_NE(printed, z[0]);
}

TEST(FeatureMapLayerExamples, EveryOutputMapSumsItsInputMapsAndAddsItsBias) {
  covers({"F-CONV-LAYER", "F-CONV-LAYER-QIU", "F-CONV-LAYER-SHAPES", "F-LAYER-3D"});
  // One row of two pixels, two input maps; one row of two taps, one output map.
  const Values x({1, 2, 2}, {1, 5, 2, 6});           // X^1 = (1 2), X^2 = (5 6)
  const Values w({1, 2, 1, 2}, {1, 100, 10, 1000});  // W^{1,1} = (1 10), W^{1,2} = (100 1000)
  const Values b({1}, {Rational(1, 2)});
  EXPECT_EQ(reference::feature_map_layer<Rational>(x, w, b, {.flipped = false}),
            Values({1, 1, 1}, {Rational(1 + 20 + 500 + 6000) + Rational(1, 2)}));
  EXPECT_EQ(reference::feature_map_layer<Rational>(x, w, b, {.flipped = true}),
            Values({1, 1, 1}, {Rational(2 + 10 + 600 + 5000) + Rational(1, 2)}));
  EXPECT_EQ(reference::feature_map_layer<Rational>(x, w, b,
                                                   {.flipped = false, .links = LinkTable({".X"})}),
            Values({1, 1, 1}, {Rational(500 + 6000) + Rational(1, 2)}));
}

TEST(FeatureMapLayerExamples, TheOutputIsTheRectifiedNetInput) {
  covers({"F-CONV-LAYER-QIU", "F-CONV-LINK"});
  // Two output maps of one pixel each: Z = (1*2 - 7, 3*2 + 1/2), Y^p = f(Z^p) with f = ReLU.
  const Values x({1, 1, 1}, {2});
  const Values w({1, 1, 2, 1}, {1, 3});
  const Values b({2}, {-7, Rational(1, 2)});
  const Values z = reference::feature_map_layer<Rational>(x, w, b, {.flipped = false});
  EXPECT_EQ(z, Values({1, 1, 2}, {-5, Rational(13, 2)}));
  EXPECT_EQ(reference::relu(z), Values({1, 1, 2}, {0, Rational(13, 2)}));
  // Without links a map is its bias alone, rectified.
  EXPECT_EQ(reference::relu(reference::feature_map_layer<Rational>(
                x, w, b, {.flipped = false, .links = LinkTable({"X", "."})})),
            Values({1, 1, 2}, {0, Rational(1, 2)}));
}

TEST(FeatureMapLayerErrors, EveryArgumentIsRefusedByName) {
  const auto error = [](const Shape& x, const Shape& w, const Shape& b, const LinkTable& links) {
    return error_of([&] {
      (void)reference::feature_map_layer<Rational>(Values(x), Values(w), Values(b),
                                                   {.links = links});
    });
  };
  EXPECT_EQ(error({3, 3}, {1, 1, 2, 1}, {2}, {}),
            "feature_map_layer: x: expected 3 axes [M, N, D], got [3, 3]");
  EXPECT_EQ(error({3, 3, 1}, {1, 1, 2}, {2}, {}),
            "feature_map_layer: w: expected 4 axes [U, V, P, D], got [1, 1, 2]");
  EXPECT_EQ(error({3, 3, 1}, {1, 1, 2, 4}, {2}, {}),
            "feature_map_layer: w: expected 1 input maps (as x), got 4");
  EXPECT_EQ(error({3, 3, 2}, {1, 1, 2, 1}, {2}, {}),
            "feature_map_layer: w: expected 2 input maps (as x), got 1");
  EXPECT_EQ(error({3, 3, 1}, {1, 4, 2, 1}, {2}, {}),
            "feature_map_layer: w: expected at most the image, [3, 3], got [1, 4]");
  EXPECT_EQ(error({3, 3, 1}, {1, 1, 2, 1}, {1}, {}),
            "feature_map_layer: b: expected [2] (one per output map), got [1]");
  EXPECT_EQ(error({3, 3, 1}, {1, 1, 2, 1}, {2}, LinkTable({"X"})),
            "feature_map_layer: links: expected 2 x 1 (P x D), got 1 x 1");
  EXPECT_EQ(error({3, 3, 1}, {1, 1, 2, 1}, {2}, LinkTable({"XX", "XX"})),
            "feature_map_layer: links: expected 2 x 1 (P x D), got 2 x 2");
  EXPECT_EQ(error_of([] {
              (void)reference::feature_map_layer_db(Values(Shape{2, 2}));
            }),
            "feature_map_layer: dz: expected 3 axes [M', N', P], got [2, 2]");
}

TEST(FeatureMapLayerLaws, IsTheGeneralLayerInAnotherOrder) {
  covers({"F-CONV-LAYER-L", "F-NET-INPUT", "F-CONV-LINK", "V-DB-QIU", "V-DB-L3"});
  for_all("maps last against maps first; all gradients are exact differences", [] {
    const Index P = any_index("P", 1, 2);
    const Index D = any_index("D", 1, 2);
    const Shape taps = any_extents("U, V", 1, 2);
    const Shape pixels = any_image_around(taps);
    const Values w = any_tensor("w", {taps[0], taps[1], P, D});
    const Values x = any_tensor("x", {pixels[0], pixels[1], D});
    const Values b = any_tensor("b", {P});
    reference::FeatureMapLayerParams p{.flipped = any_index("flipped", 0, 1) == 1};
    if (any_index("link table", 0, 1) == 1) {
      std::vector<std::string> rows(static_cast<std::size_t>(P));
      for (std::string& row : rows) {
        for (Index d = 0; d < D; ++d) row += any_index("link", 0, 1) == 1 ? 'X' : '.';
      }
      p.links = LinkTable(rows);
    }
    ConvParams general = plain(2);
    general.links = p.links;
    const Values z = reference::feature_map_layer<Rational>(x, w, b, p);
    require_equal(
        maps_first(z),
        reference::conv<Rational>(maps_first(x), kernels_first(p.flipped ? kernels_flipped(w) : w),
                                  &b, general));
    require_gradients(reference::feature_map_sum(w.shape(), x.shape(), p), w, x);
    const Values dz = any_tensor("dz", z.shape());
    require_equal(
        reference::feature_map_layer_db(dz),
        polynomial_gradient(
            [&](const Values& v) { return reference::feature_map_layer<Rational>(x, w, v, p); }, b,
            dz));
  });
}

// ---- note 003 §3.1: the layer of Bouvrie
// ------------------------------------------------------------------

TEST(BouvrieLayerExamples, AMapSumsTheConvolutionsOfItsChosenMaps) {
  covers({"F-CONV-LAYER-BOUVRIE-R"});
  const Values x({2, 1, 2}, {1, 2, 5, 6});
  const Values k({2, 1, 1, 2}, {1, 10, 100, 1000});
  EXPECT_EQ(y_of(reference::bouvrie_layer(k.shape(), x.shape(), {}), k, x),
            Values({1, 1, 1}, {2 + 10 + 600 + 5000}));
  EXPECT_EQ(y_of(reference::bouvrie_layer(k.shape(), x.shape(), LinkTable({"X."})), k, x),
            Values({1, 1, 1}, {2 + 10}));
}

TEST(BouvrieLayerErrors, EveryArgumentIsRefusedByName) {
  const auto error = [](const Shape& k, const Shape& x, const LinkTable& links) {
    return error_of([&] { (void)reference::bouvrie_layer(k, x, links); });
  };
  EXPECT_EQ(error({2, 1, 1, 2}, {2, 1}, {}),
            "bouvrie_layer: x: expected 3 axes [I, H, W], got [2, 1]");
  EXPECT_EQ(error({2, 1, 1}, {2, 1, 2}, {}),
            "bouvrie_layer: k: expected 4 axes [I, J, Kh, Kw], got [2, 1, 1]");
  EXPECT_EQ(error({3, 1, 1, 2}, {2, 1, 2}, {}),
            "bouvrie_layer: k: expected 2 input maps (as x), got 3");
  EXPECT_EQ(error({1, 1, 1, 2}, {2, 1, 2}, {}),
            "bouvrie_layer: k: expected 2 input maps (as x), got 1");
  EXPECT_EQ(error({2, 1, 1, 3}, {2, 1, 2}, {}),
            "bouvrie_layer: k: expected at most the image, [1, 2], got [1, 3]");
  EXPECT_EQ(error({2, 1, 1, 2}, {2, 1, 2}, LinkTable({"X"})),
            "bouvrie_layer: links: expected 1 x 2 (J x I), got 1 x 1");
  EXPECT_EQ(error({2, 1, 1, 2}, {2, 1, 2}, LinkTable({"XX", "XX"})),
            "bouvrie_layer: links: expected 1 x 2 (J x I), got 2 x 2");
}

TEST(BouvrieLayerLaws, IsTheFeatureMapLayerInAnotherOrder) {
  for_all("k_ij of Bouvrie is W^{j,i} of the other notes", [] {
    const Index maps = any_index("I", 1, 2);
    const Index outputs = any_index("J", 1, 2);
    const Shape taps = any_extents("Kh, Kw", 1, 2);
    const Shape pixels = any_image_around(taps);
    const Values k = any_tensor("k", {maps, outputs, taps[0], taps[1]});
    const Values x = any_tensor("x", {maps, pixels[0], pixels[1]});
    const BilinearForm form = reference::bouvrie_layer(k.shape(), x.shape(), {});
    Values same_k(Shape{outputs, maps, taps[0], taps[1]});
    for_each_index(k.shape(), [&](const Indices& at) {
      same_k(at[1], at[0], taps[0] - 1 - at[2], taps[1] - 1 - at[3]) =
          k(at[0], at[1], at[2], at[3]);
    });
    const Values u = y_of(form, k, x);
    require_equal(reshaped(u, {1, u.shape()[0], u.shape()[1], u.shape()[2]}),
                  reference::conv<Rational>(reshaped(x, {1, maps, pixels[0], pixels[1]}), same_k,
                                            nullptr, plain(2)));
    require_gradients(form, k, x);
  });
}

}  // namespace
}  // namespace convproof
