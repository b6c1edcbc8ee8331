// Separable convolution: examples, errors, laws; what it saves, and which kernels it cannot make.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/indices.h"
#include "core/scalar/rational.h"
#include "properties/arbitrary.h"
#include "properties/counted.h"
#include "properties/covers.h"
#include "properties/error_of.h"
#include "properties/gradients.h"
#include "properties/matrices.h"
#include "reference/conv.h"
#include "reference/separable_conv.h"

namespace convproof {
namespace {

using Values = Tensor<Rational>;
using Vectors = std::vector<Values>;

Values tensor(const Shape& shape, std::vector<Rational> elements) {
  return Values(shape, std::move(elements));
}

// ---- examples -------------------------------------------------------------------------------

TEST(SeparableConvExamples, SmoothingDownAndDifferencingAcrossIsOneKernel) {
  // (1 2 1)^T (-1 0 1): columns of x first, 1+2*4+7 = 16, 2+2*5+8 = 20, 3+2*6+10 = 25.
  covers({"F-SEPARABLE"});
  const Values x = tensor({1, 1, 3, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 10});
  const Vectors w{tensor({1, 3}, {1, 2, 1}), tensor({1, 3}, {-1, 0, 1})};
  EXPECT_EQ(reference::separable_conv(x, w, {.axes = {{}, {}}}), tensor({1, 1, 1, 1}, {9}));
}

TEST(SeparableConvExamples, EveryAttributeMeansWhatItMeansForConv) {
  const Values x = tensor({1, 1, 5}, {1, 2, 3, 4, 5});
  const Vectors w{tensor({1, 2}, {10, 1})};
  EXPECT_EQ(reference::separable_conv(x, w, {.axes = {{.stride = 3}}}),
            tensor({1, 1, 2}, {12, 45}));
  EXPECT_EQ(reference::separable_conv(x, w, {.axes = {{.before = 1}}}),
            tensor({1, 1, 5}, {1, 12, 23, 34, 45}));
  EXPECT_EQ(reference::separable_conv(x, w, {.axes = {{.after = 1, .dilation = 3}}}),
            tensor({1, 1, 3}, {14, 25, 30}));
}

TEST(SeparableConvExamples, EveryMapHasVectorsOfItsOwn) {
  const Values x = tensor({1, 2, 1, 2}, {1, 2, 3, 4});
  const Vectors w{tensor({2, 1}, {2, 3}), tensor({2, 2}, {1, 10, 100, 1000})};
  const SeparableConvParams p{.axes = {{}, {}}};
  EXPECT_EQ(reference::separable_conv(x, w, p), tensor({1, 2, 1, 1}, {2 * 21, 3 * 4300}));
  const Values dy = tensor({1, 2, 1, 1}, {1, 1});
  EXPECT_EQ(reference::separable_conv_dx(dy, w, x.shape(), p),
            tensor({1, 2, 1, 2}, {2, 20, 300, 3000}));
  const Vectors dw = reference::separable_conv_dw(dy, x, w, p);
  EXPECT_EQ(dw[0], tensor({2, 1}, {21, 4300}));
  EXPECT_EQ(dw[1], tensor({2, 2}, {2, 4, 9, 12}));
}

TEST(SeparableConvExamples, AnEmptyBatchHasNoOutputsAndNoGradients) {
  const SeparableConvParams p{.axes = {{}, {.stride = 2}}};
  const Values x(Shape{0, 1, 3, 3});
  const Vectors w{tensor({1, 2}, {1, 2}), tensor({1, 1}, {3})};
  const Values dy(Shape{0, 1, 2, 2});
  EXPECT_EQ(reference::separable_conv(x, w, p), dy);
  EXPECT_EQ(reference::separable_conv_dx(dy, w, x.shape(), p), x);
  EXPECT_EQ(reference::separable_conv_dw(dy, x, w, p),
            (Vectors{Values(Shape{1, 2}), Values(Shape{1, 1})}));
}

// ---- errors ---------------------------------------------------------------------------------

TEST(SeparableConvErrors, EveryArgumentIsRefusedByName) {
  const auto y_error = [](const Shape& x, const std::vector<Shape>& w, const WindowAxes& axes) {
    return error_of([&] { (void)separable_conv_y_shape(x, w, {.axes = axes}); });
  };
  const WindowAxes line{{}};
  EXPECT_EQ(y_error({1, 1, 5}, {{1, 2}}, {}),
            "separable_conv: axes: expected 1 spatial axis or more, got 0");
  EXPECT_EQ(y_error({1, 5}, {{1, 2}}, line),
            "separable_conv: x: expected 3 axes [N, C, W], got [1, 5]");
  EXPECT_EQ(y_error({1, 0, 5}, {{0, 2}}, line),
            "separable_conv: channels of x: expected 1 or more, got 0");
  EXPECT_EQ(y_error({1, 1, 5}, {{1, 2}, {1, 2}}, line),
            "separable_conv: w: expected one vector for each of 1 axes, got 2");
  EXPECT_EQ(y_error({1, 1, 5, 5}, {{1, 2}, {2, 2}}, {{}, {}}),
            "separable_conv: w of axis w: expected [1, Kw], got [2, 2]");
  EXPECT_EQ(y_error({1, 1, 5, 5}, {{2}, {1, 2}}, {{}, {}}),
            "separable_conv: w of axis h: expected [1, Kh], got [2]");
  EXPECT_EQ(y_error({1, 1, 5}, {{1}}, line),
            "separable_conv: w of axis w: expected [1, Kw], got [1]");
  EXPECT_EQ(y_error({1, 1, 5}, {{1, 2, 1}}, line),
            "separable_conv: w of axis w: expected [1, Kw], got [1, 2, 1]");
  EXPECT_EQ(y_error({1, 2, 5}, {{1, 2}}, line),
            "separable_conv: w of axis w: expected [2, Kw], got [1, 2]");
  EXPECT_EQ(y_error({1, 1, 5}, {{1, 6}}, line),
            "separable_conv: window w: expected at most the padded input, 5, got 6 (kernel 6, "
            "dilation 1)");
  EXPECT_EQ(y_error({1, 1, 5}, {{1, 2}}, {{.stride = 0}}),
            "separable_conv: stride w: expected 1 or more, got 0");
}

TEST(SeparableConvErrors, TheReferenceAsksTheShapeRule) {
  const Values x(Shape{1, 1, 5});
  const Vectors w{Values(Shape{1, 2})};
  const SeparableConvParams p{.axes = {{}}};
  EXPECT_EQ(error_of([&] { (void)reference::separable_conv(x, {}, p); }),
            "separable_conv: w: expected one vector for each of 1 axes, got 0");
  EXPECT_EQ(error_of([&] { (void)reference::separable_conv_dx(x, w, x.shape(), p); }),
            "separable_conv: dy: expected [1, 1, 4] (the shape of y), got [1, 1, 5]");
  EXPECT_EQ(error_of([&] { (void)reference::separable_conv_dw(x, x, w, p); }),
            "separable_conv: dy: expected [1, 1, 4] (the shape of y), got [1, 1, 5]");
}

// ---- laws -----------------------------------------------------------------------------------

struct Layer {
  SeparableConvParams p;
  Values x, dy;
  Vectors w;
};

Layer any_layer() {
  Layer layer;
  const auto rank = any_index("axes", 1, 3);
  Indices x{any_index("images", 1, 2), any_index("channels", 1, 2)};
  std::vector<Shape> shapes;
  for (Index axis = 0; axis < rank; ++axis) {
    const WindowAxis a = any_window_axis();
    const Index kernel = any_index("kernel", 1, 3);
    const Index needed = a.dilation * (kernel - 1) + 1 - a.before - a.after;
    x.push_back(std::max<Index>(needed, 1) + any_index("spare pixels", 0, 2));
    layer.w.push_back(any_tensor("w", {x[1], kernel}));
    shapes.push_back(layer.w.back().shape());
    layer.p.axes.push_back(a);
  }
  layer.x = any_tensor("x", Shape(x.begin(), x.end()));
  layer.dy = any_tensor("dy", separable_conv_y_shape(layer.x.shape(), shapes, layer.p));
  return layer;
}

/// w[c,0,u...] = w_1[c,u_1] * ... * w_d[c,u_d]: the kernel of conv with one group per map.
Values outer_product(const Vectors& w) {
  Indices extents{w[0].shape()[0], 1};
  for (const Values& vector : w) extents.push_back(vector.shape()[1]);
  Values kernel(Shape(extents.begin(), extents.end()));
  for_each_index(kernel.shape(), [&](const Indices& at) {
    Rational element = 1;
    for (std::size_t a = 0; a < w.size(); ++a) {
      element *= w[a](at[0], at[static_cast<int>(a) + 2]);
    }
    kernel[flat_index(kernel.shape(), at)] = element;
  });
  return kernel;
}

TEST(SeparableConvLaws, ItIsConvolutionWithTheOuterProduct) {
  covers({"F-SEPARABLE", "E-SEPARABLE-FAST"});
  for_all("y and dx", [] {
    const Layer l = any_layer();
    const ConvParams p{.axes = l.p.axes, .groups = l.x.shape()[1]};
    const Values kernel = outer_product(l.w);
    require_equal(reference::separable_conv(l.x, l.w, l.p),
                  reference::conv<Rational>(l.x, kernel, nullptr, p));
    require_equal(reference::separable_conv_dx(l.dy, l.w, l.x.shape(), l.p),
                  reference::conv_dx<Rational>(l.dy, kernel, l.x.shape(), p));
  });
}

TEST(SeparableConvLaws, GradientsAreFiniteDifferences) {
  for_all("dx and the dw of every axis are exact differences of y", [] {
    const Layer l = any_layer();
    require_equal(
        reference::separable_conv_dx(l.dy, l.w, l.x.shape(), l.p),
        polynomial_gradient([&](const Values& x) { return reference::separable_conv(x, l.w, l.p); },
                            l.x, l.dy));
    const Vectors dw = reference::separable_conv_dw(l.dy, l.x, l.w, l.p);
    require_equal(dw.size(), l.w.size());
    for (std::size_t a = 0; a < l.w.size(); ++a) {
      require_equal(dw[a], polynomial_gradient(
                               [&](const Values& vector) {
                                 Vectors w = l.w;
                                 w[a] = vector;
                                 return reference::separable_conv(l.x, w, l.p);
                               },
                               l.w[a], l.dy));
    }
  });
}

TEST(SeparableConvLaws, ItMultipliesTimesWPerAxisInsteadOfTheirProduct) {
  // Counted, not estimated. O(w^d) and O(w*d) of note 001 §9.8 are per pixel: all output pixels
  // take part in the last pass, more in the passes before it.
  covers({"E-SEPARABLE-NAIVE", "E-SEPARABLE-FAST"});
  for_all("products and parameters of both", [] {
    const auto d = static_cast<int>(any_index("axes", 1, 3));
    const Index w = any_index("taps", 1, 3);
    const Index n = any_index("pixels", 3, 5);
    const Index m = n - w + 1;
    Indices image{1, 1};
    Indices whole{1, 1};
    WindowAxes axes;
    std::vector<Tensor<Counted>> vectors;
    Index passes = 0;
    Index pixels = 1;
    Index outputs = 1;
    Index taps = 1;
    for (int axis = 0; axis < d; ++axis) {
      image.push_back(n);
      whole.push_back(w);
      axes.push_back({});
      vectors.emplace_back(Shape{1, w});
      pixels *= n;
      outputs *= m;
      taps *= w;
    }
    for (int axis = 0; axis < d; ++axis) {
      Index after = w;
      for (int a = 0; a < d; ++a) after *= a <= axis ? m : n;
      passes += after;
    }
    const Tensor<Counted> x(Shape(image.begin(), image.end()));
    const Tensor<Counted> kernel(Shape(whole.begin(), whole.end()));
    Counted::reset();
    (void)reference::conv<Counted>(x, kernel, nullptr, {.axes = axes});
    require_equal(Counted::products, taps * outputs);
    require_equal(kernel.size(), taps);
    Counted::reset();
    (void)reference::separable_conv(x, vectors, {.axes = axes});
    require_equal(Counted::products, passes);
    require(w * d * outputs <= passes && passes <= w * d * pixels, "not w*d per pixel");
    Index stored = 0;
    for (const Tensor<Counted>& vector : vectors) stored += vector.size();
    require_equal(stored, w * d);
  });
}

TEST(SeparableConvLaws, NotEveryKernelIsSeparable) {
  // Every 2 x 2 minor of an outer product is a_i b_j a_k b_l - a_i b_l a_k b_j = 0.
  covers({"P-NOT-ALL-SEPARABLE"});
  const auto minor = [](const Values& k, Index i, Index j) {
    return Rational(k(0, 0, i, j) * k(0, 0, i + 1, j + 1) - k(0, 0, i, j + 1) * k(0, 0, i + 1, j));
  };
  for_all("an outer product has no other minor", [&] {
    const Values kernel = outer_product({any_tensor("a", {1, 3}), any_tensor("b", {1, 3})});
    for (Index i = 0; i < 2; ++i) {
      for (Index j = 0; j < 2; ++j) require_equal(minor(kernel, i, j), Rational(0));
    }
    require_equal(rank_of(reshaped(kernel, {3, 3})), 1);
  });
  const Values diagonal = tensor({1, 1, 2, 2}, {1, 0, 0, 1});
  EXPECT_EQ(minor(diagonal, 0, 0), 1);
  // Nor is the Laplacian of note 004 (Fig. 5.3), whose rank is 2: it is a sum of two outer
  // products.
  const Values laplacian = tensor({1, 1, 3, 3}, {0, 1, 0, 1, -4, 1, 0, 1, 0});
  EXPECT_NE(minor(laplacian, 0, 0), 0);
  EXPECT_EQ(rank_of(reshaped(laplacian, {3, 3})), 2);
}

}  // namespace
}  // namespace convproof
