// Transposed convolution: examples, errors, laws.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/indices.h"
#include "core/scalar/rational.h"
#include "properties/arbitrary.h"
#include "properties/covers.h"
#include "properties/error_of.h"
#include "properties/gradients.h"
#include "properties/matrices.h"
#include "reference/conv_transpose.h"

namespace convproof {
namespace {

using Values = Tensor<Rational>;

Values tensor(const Shape& shape, std::vector<Rational> elements) {
  return Values(shape, std::move(elements));
}

Values conv_transpose(const Values& x, const Values& w, const ConvTransposeParams& p) {
  return reference::conv_transpose<Rational>(x, w, nullptr, p);
}

Values conv(const Values& x, const Values& w, const ConvParams& p) {
  return reference::conv<Rational>(x, w, nullptr, p);
}

// ---- conv_transpose: examples ---------------------------------------------------------------

TEST(ConvTransposeExamples, EveryPixelWritesTheKernel) {
  covers({"N-WIDE-SIZE"});
  const Values z = tensor({1, 1, 3}, {1, 2, 3});
  const Values w = tensor({1, 1, 3}, {100, 10, 1});
  // M = 3 and K = 3 make M + K - 1 = 5:  100 10 1 + 2*(100 10 1) one right + 3*(100 10 1) two.
  EXPECT_EQ(conv_transpose(z, w, {.axes = {{}}}), tensor({1, 1, 5}, {100, 210, 321, 32, 3}));
}

TEST(ConvTransposeExamples, AStrideSpreadsThePixelsApart) {
  const Values x = tensor({1, 1, 3}, {1, 2, 3});
  const Values w = tensor({1, 1, 3}, {100, 10, 1});
  EXPECT_EQ(conv_transpose(x, w, {.axes = {{.stride = 2}}}),
            tensor({1, 1, 7}, {100, 10, 201, 20, 302, 30, 3}));
}

TEST(ConvTransposeExamples, PaddingIsCutOff) {
  const Values x = tensor({1, 1, 3}, {1, 2, 3});
  const Values w = tensor({1, 1, 3}, {100, 10, 1});
  EXPECT_EQ(conv_transpose(x, w, {.axes = {{.before = 1, .after = 2}}}),
            tensor({1, 1, 2}, {210, 321}));
}

TEST(ConvTransposeExamples, DilationSpreadsTheTapsApart) {
  const Values x = tensor({1, 1, 2}, {1, 2});
  const Values w = tensor({1, 1, 2}, {10, 1});
  EXPECT_EQ(conv_transpose(x, w, {.axes = {{.dilation = 3}}}),
            tensor({1, 1, 5}, {10, 20, 0, 1, 2}));
}

TEST(ConvTransposeExamples, OutputPaddingAddsPixelsThatOnlyTheBiasAndLateTapsReach) {
  const Values x = tensor({1, 1, 2}, {1, 2});
  const Values w = tensor({1, 1, 1}, {10});
  const Values b = tensor({1}, {7});
  EXPECT_EQ(reference::conv_transpose<Rational>(x, w, &b,
                                                {.axes = {{.stride = 2}}, .output_padding = {1}}),
            tensor({1, 1, 4}, {17, 7, 27, 7}));
  // With padding the taps that were cut off come back before any empty pixel does.
  const Values pair = tensor({1, 1, 2}, {10, 1});
  EXPECT_EQ(conv_transpose(
                x, pair, {.axes = {{.stride = 2, .before = 0, .after = 1}}, .output_padding = {1}}),
            tensor({1, 1, 4}, {10, 1, 20, 2}));
}

TEST(ConvTransposeExamples, GroupsKeepTheirMapsApart) {
  const Values x = tensor({1, 2, 1}, {3, 5});
  const Values w = tensor({2, 2, 1}, {1, 10, 100, 1000});
  EXPECT_EQ(conv_transpose(x, w, {.axes = {{}}, .groups = 2}),
            tensor({1, 4, 1}, {3, 30, 500, 5000}));
  EXPECT_EQ(conv_transpose(x, w, {.axes = {{}}}), tensor({1, 2, 1}, {503, 5030}));
}

TEST(ConvTransposeExamples, AnExactSumOfFloatsIsRoundedOnlyOnce) {
  const Tensor<float> x(Shape{1, 3, 1}, {1e30F, 1.0F, -1e30F});
  const Tensor<float> w(Shape{3, 1, 1}, {1.0F, 1.0F, 1.0F});
  const ConvTransposeParams p{.axes = {{}}};
  EXPECT_EQ(static_cast<double>(reference::conv_transpose<Exact>(x, w, nullptr, p)[0]), 1.0);
  const Tensor<float> dy(Shape{1, 1, 1}, {2.0F});
  EXPECT_EQ(static_cast<double>(reference::conv_transpose_dx<Exact>(dy, w, x.shape(), p)[1]), 2.0);
  EXPECT_EQ(static_cast<double>(reference::conv_transpose_dw<Exact>(dy, x, w.shape(), p)[1]), 2.0);
  EXPECT_EQ(static_cast<double>(reference::conv_transpose_db<Exact>(dy)[0]), 2.0);
}

TEST(ConvTransposeExamples, AnEmptyBatchHasNoOutputsAndNoGradients) {
  const ConvTransposeParams p{.axes = {{.stride = 2}}};
  const Values x(Shape{0, 1, 3});
  const Values w = tensor({1, 1, 2}, {1, 2});
  const Values dy(Shape{0, 1, 6});
  EXPECT_EQ(conv_transpose(x, w, p), dy);
  EXPECT_EQ(reference::conv_transpose_dx<Rational>(dy, w, x.shape(), p), x);
  EXPECT_EQ(reference::conv_transpose_dw<Rational>(dy, x, w.shape(), p), Values(w.shape()));
  EXPECT_EQ(reference::conv_transpose_db<Rational>(dy), tensor({1}, {0}));
}

TEST(ConvTransposeExamples, TheNotedMatrixIsTransposed) {
  covers({"N-5-3-3", "F-AFFINE-DOWN", "F-AFFINE-UP", "F-TCONV-MATRIX-R"});
  const Values w = tensor({1, 1, 3}, {2, 3, 5});
  const Values down = tensor({3, 5}, {2, 3, 5, 0, 0,  //
                                      0, 2, 3, 5, 0,  //
                                      0, 0, 2, 3, 5});
  const Values x = tensor({1, 1, 5}, {1, -2, 7, 4, 6});
  const Values z = conv(x, w, {.axes = {{}}});
  EXPECT_EQ(z.shape(), (Shape{1, 1, 3}));  // 5 dimensions through 3 taps give 3.
  EXPECT_EQ(reshaped(z, {3, 1}), product(down, reshaped(x, {5, 1})));  // z = W x
  const Values up = conv_transpose(z, w, {.axes = {{}}});
  EXPECT_EQ(reshaped(up, {5, 1}), product(transposed(down), reshaped(z, {3, 1})));  // x = W^T z
  // ... = rot180(w) (x)^ z, where (x)^ pads z by K - 1 = 2 and cross-correlates.
  const Values rotated = tensor({1, 1, 3}, {5, 3, 2});
  EXPECT_EQ(up, conv(z, rotated, {.axes = {{.before = 2, .after = 2}}}));
}

TEST(ConvTransposeExamples, DeconvolutionIsNotAsPrinted) {
  // "Also called deconvolution" (note 004 §5.5.1) and "the reverse mapping x = W^T z" name a
  // transpose, not an inverse: it does not give back what was convolved, not even up to a factor,
  // and nothing could, because the convolution has a kernel.
  covers({"P-TCONV-DUALITY"});
  const Values w = tensor({1, 1, 3}, {1, 2, 1});
  const Values x = tensor({1, 1, 5}, {0, 0, 1, 0, 0});
  const Values z = conv(x, w, {.axes = {{}}});
  EXPECT_EQ(z, tensor({1, 1, 3}, {1, 2, 1}));
  EXPECT_EQ(conv_transpose(z, w, {.axes = {{}}}), tensor({1, 1, 5}, {1, 4, 6, 4, 1}));
  const Values lost = tensor({1, 1, 5}, {1, -1, 1, -1, 1});
  EXPECT_EQ(conv(lost, w, {.axes = {{}}}), Values(Shape{1, 1, 3}));
  // What is true: each is the transpose of the other, <W x, z> = <x, W^T z>.
  for_all("adjoint", [&] {
    const Values any = any_tensor("x", {1, 1, 5});
    const Values error = any_tensor("z", {1, 1, 3});
    const Values kernel = any_tensor("w", {1, 1, 3});
    require_equal(inner(conv(any, kernel, {.axes = {{}}}), error),
                  inner(any, conv_transpose(error, kernel, {.axes = {{}}})));
  });
}

// ---- conv_transpose: errors -----------------------------------------------------------------

std::string y_error(const Shape& x, const Shape& w, const ConvTransposeParams& p) {
  return error_of([&] { (void)conv_transpose_y_shape(x, w, p); });
}

TEST(ConvTransposeErrors, EveryArgumentIsRefusedByName) {
  const ConvTransposeParams line{.axes = {{}}};
  EXPECT_EQ(y_error({1, 1, 5}, {1, 1, 2}, {}),
            "conv_transpose: axes: expected 1 spatial axis or more, got 0");
  EXPECT_EQ(y_error({1, 5}, {1, 1, 2}, line),
            "conv_transpose: x: expected 3 axes [N, C, W], got [1, 5]");
  EXPECT_EQ(y_error({1, 1, 5}, {1, 2}, line),
            "conv_transpose: w: expected 3 axes [C, O/groups, Kw], got [1, 2]");
  EXPECT_EQ(y_error({1, 0, 5}, {0, 1, 2}, line),
            "conv_transpose: channels of x: expected 1 or more, got 0");
  EXPECT_EQ(y_error({1, 1, 5}, {1, 0, 2}, line),
            "conv_transpose: output channels per group of w: expected 1 or more, got 0");
  EXPECT_EQ(y_error({1, 2, 5}, {1, 1, 2}, line),
            "conv_transpose: w: expected 2 input channels (the channels of x), got 1");
  EXPECT_EQ(y_error({1, 2, 5}, {3, 1, 2}, line),
            "conv_transpose: w: expected 2 input channels (the channels of x), got 3");
  EXPECT_EQ(y_error({1, 1, 5}, {1, 1, 2}, {.axes = {{}}, .groups = 0}),
            "conv_transpose: groups: expected 1 or more, got 0");
  EXPECT_EQ(y_error({1, 3, 5}, {3, 1, 2}, {.axes = {{}}, .groups = 2}),
            "conv_transpose: groups: expected a divisor of the 3 channels of x, got 2");
}

TEST(ConvTransposeErrors, EveryAttributeOfAnAxisIsRefusedByName) {
  const auto axis_error = [](const WindowAxis& axis) {
    return y_error({1, 1, 2}, {1, 1, 2}, {.axes = {axis}});
  };
  EXPECT_EQ(y_error({1, 1, 0}, {1, 1, 2}, {.axes = {{}}}),
            "conv_transpose: input size w: expected 1 or more, got 0");
  EXPECT_EQ(y_error({1, 1, 2}, {1, 1, 0}, {.axes = {{}}}),
            "conv_transpose: kernel size w: expected 1 or more, got 0");
  EXPECT_EQ(axis_error({.stride = 0}), "conv_transpose: stride w: expected 1 or more, got 0");
  EXPECT_EQ(axis_error({.dilation = 0}), "conv_transpose: dilation w: expected 1 or more, got 0");
  EXPECT_EQ(axis_error({.before = -1}),
            "conv_transpose: leading padding w: expected 0 or more, got -1");
  EXPECT_EQ(axis_error({.after = -1}),
            "conv_transpose: trailing padding w: expected 0 or more, got -1");
  EXPECT_EQ(axis_error({.before = 2, .after = 1}),
            "conv_transpose: padding w: expected less than the uncut output, 3, got 3");
  EXPECT_EQ(axis_error({.stride = Index{1} << 62, .after = Index{1} << 62}), "no ShapeError");
  EXPECT_EQ(y_error({1, 1, 3}, {1, 1, 2}, {.axes = {{.stride = Index{1} << 62}}}),
            "conv_transpose: stride: expected a product of sizes below 2^63, got "
            "4611686018427387904 * 2");
}

TEST(ConvTransposeErrors, OutputPaddingIsLessThanStrideOrDilation) {
  const auto padding_error = [](const WindowAxis& axis, const Indices& padding) {
    return y_error({1, 1, 2}, {1, 1, 2}, {.axes = {axis}, .output_padding = padding});
  };
  EXPECT_EQ(padding_error({.stride = 2}, {2}),
            "conv_transpose: output padding w: expected 0 to 1 (less than stride or dilation), "
            "got 2");
  EXPECT_EQ(padding_error({.dilation = 3}, {2}), "no ShapeError");
  EXPECT_EQ(padding_error({.stride = 2}, {-1}),
            "conv_transpose: output padding w: expected 0 to 1 (less than stride or dilation), "
            "got -1");
  EXPECT_EQ(padding_error({}, {0, 0}),
            "conv_transpose: output padding: expected none, or one for each of 1 axes, got 2");
}

TEST(ConvTransposeErrors, TheReferenceAsksTheShapeRule) {
  const Values x(Shape{1, 1, 3});
  const Values w(Shape{1, 1, 2});
  const Values wrong(Shape{2});
  const ConvTransposeParams p{.axes = {{}}};
  EXPECT_EQ(error_of([&] { (void)reference::conv_transpose<Rational>(x, w, &wrong, p); }),
            "conv_transpose: b: expected [1] (one per output channel), got [2]");
  EXPECT_EQ(error_of([&] { (void)reference::conv_transpose_dx<Rational>(x, w, x.shape(), p); }),
            "conv_transpose: dy: expected [1, 1, 4] (the shape of y), got [1, 1, 3]");
  EXPECT_EQ(error_of([&] { (void)reference::conv_transpose_dw<Rational>(x, x, w.shape(), p); }),
            "conv_transpose: dy: expected [1, 1, 4] (the shape of y), got [1, 1, 3]");
  EXPECT_EQ(error_of([&] { (void)reference::conv_transpose_db<Rational>(wrong); }),
            "conv_transpose: dy: expected 3 axes or more [N, O, ...], got [2]");
}

// ---- conv_transpose: laws -------------------------------------------------------------------

/// A layer of one to three axes with every attribute.
struct Layer {
  ConvTransposeParams p;
  Values x, w, b, dy;
};

/// Output padding of the stride or more, which a dilation permits, leaves room in y for windows
/// that x does not have; below the stride, the layer is the transpose of a whole convolution.
Layer any_layer(bool padding_below_stride = false) {
  Layer layer;
  const auto rank = any_index("axes", 1, 3);
  layer.p.groups = any_index("groups", 1, 2);
  const Index inputs = layer.p.groups * any_index("inputs per group", 1, 2);
  const Index outputs = any_index("outputs per group", 1, 2);
  Indices x{any_index("images", 1, 2), inputs};
  Indices w{inputs, outputs};
  for (Index axis = 0; axis < rank; ++axis) {
    const WindowAxis a = any_window_axis();
    const Index kernel = any_index("kernel", 1, 3);
    const Index most = padding_below_stride ? a.stride : std::max(a.stride, a.dilation);
    const Index padding = any_index("output padding", 0, most - 1);
    // The fewest pixels that leave one after the cut.
    Index size = 1;
    while (a.stride * (size - 1) + a.dilation * (kernel - 1) + 1 + padding <= a.before + a.after) {
      ++size;
    }
    x.push_back(size + any_index("spare pixels", 0, 1));
    w.push_back(kernel);
    layer.p.axes.push_back(a);
    layer.p.output_padding.push_back(padding);
  }
  layer.x = any_tensor("x", Shape(x.begin(), x.end()));
  layer.w = any_tensor("w", Shape(w.begin(), w.end()));
  layer.b = any_tensor("b", Shape{layer.p.groups * outputs});
  layer.dy = any_tensor("dy", conv_transpose_y_shape(layer.x.shape(), layer.w.shape(), layer.p));
  return layer;
}

TEST(ConvTransposeLaws, GradientsAreFiniteDifferences) {
  for_all("dx, dw and db are exact differences of y", [] {
    const Layer l = any_layer();
    require_equal(
        reference::conv_transpose_dx<Rational>(l.dy, l.w, l.x.shape(), l.p),
        polynomial_gradient(
            [&](const Values& x) { return reference::conv_transpose<Rational>(x, l.w, &l.b, l.p); },
            l.x, l.dy));
    require_equal(
        reference::conv_transpose_dw<Rational>(l.dy, l.x, l.w.shape(), l.p),
        polynomial_gradient(
            [&](const Values& w) { return reference::conv_transpose<Rational>(l.x, w, &l.b, l.p); },
            l.w, l.dy));
    require_equal(
        reference::conv_transpose_db<Rational>(l.dy),
        polynomial_gradient(
            [&](const Values& b) { return reference::conv_transpose<Rational>(l.x, l.w, &b, l.p); },
            l.b, l.dy));
  });
}

// From the other side: every product of a pixel and a tap is added where it belongs.
TEST(ConvTransposeLaws, EveryPixelAndTapWritesItsProduct) {
  for_all("y is what pixels and taps write", [] {
    const Layer l = any_layer();
    const Shape y = l.dy.shape();
    Values written(y);
    for_each_index(y, [&](const Indices& at) { written[flat_index(y, at)] = l.b[at[1]]; });
    const Index inputs_per_group = l.x.shape()[1] / l.p.groups;
    for_each_index(l.x.shape(), [&](const Indices& pixel) {
      for_each_index(l.w.shape(), [&](const Indices& tap) {
        if (tap[0] != pixel[1]) return;
        Indices place{pixel[0], pixel[1] / inputs_per_group * l.w.shape()[1] + tap[1]};
        for (int axis = 0; axis < l.p.axes.size(); ++axis) {
          const WindowAxis& a = l.p.axes[axis];
          place.push_back(a.stride * pixel[axis + 2] + a.dilation * tap[axis + 2] - a.before);
        }
        if (!contains(y, place)) return;
        written[flat_index(y, place)] +=
            l.x[flat_index(l.x.shape(), pixel)] * l.w[flat_index(l.w.shape(), tap)];
      });
    });
    require_equal(reference::conv_transpose<Rational>(l.x, l.w, &l.b, l.p), written);
  });
}

TEST(ConvTransposeLaws, ItsMatrixIsTheTransposedMatrixOfTheConvolution) {
  covers({"F-TCONV-MATRIX-R", "P-TCONV-DUALITY", "F-AFFINE-UP"});
  for_all("columns of one are rows of the other", [] {
    const Layer l = any_layer(true);
    const Shape y = with_spatial(1, l.dy.shape()[1], spatial(l.dy.shape()));
    const Shape x = with_spatial(1, l.x.shape()[1], spatial(l.x.shape()));
    const ConvParams forward{.axes = l.p.axes, .groups = l.p.groups};
    require_equal(matrix_of([&](const Values& v) { return conv_transpose(v, l.w, l.p); }, x),
                  transposed(matrix_of([&](const Values& v) { return conv(v, l.w, forward); }, y)));
  });
}

// Fractionally strided: S - 1 zeros between the pixels of x make a convolution of stride 1 out of a
// transposed one of stride S, whose kernel is rotated and whose borders are padded to full.
TEST(ConvTransposeLaws, ZerosBetweenThePixelsReplaceTheStride) {
  covers({"F-FRACTIONAL-STRIDE", "N-WIDE-SIZE"});
  for_all("zeros, full padding and the rotated kernel", [] {
    Layer l = any_layer();
    // One group; the output map is the second axis of w, and the first of what conv wants.
    l.p.groups = 1;
    const Shape wide = conv_transpose_y_shape(l.x.shape(), l.w.shape(), l.p);
    Indices spread{l.x.shape()[0], l.x.shape()[1]};
    Indices rotated{l.w.shape()[1], l.w.shape()[0]};
    ConvParams full;
    for (int axis = 0; axis < l.p.axes.size(); ++axis) {
      const WindowAxis& a = l.p.axes[axis];
      // Output padding is more zeros at the end.
      spread.push_back(a.stride * (l.x.shape()[axis + 2] - 1) + 1 + l.p.output_padding[axis]);
      rotated.push_back(l.w.shape()[axis + 2]);
      const Index whole = a.dilation * (l.w.shape()[axis + 2] - 1);
      full.axes.push_back({.before = whole, .after = whole, .dilation = a.dilation});
    }
    Values image(Shape(spread.begin(), spread.end()));
    for_each_index(l.x.shape(), [&](const Indices& at) {
      Indices place = at;
      for (int axis = 0; axis < l.p.axes.size(); ++axis) {
        place[axis + 2] *= l.p.axes[axis].stride;
      }
      image[flat_index(image.shape(), place)] = l.x[flat_index(l.x.shape(), at)];
    });
    Values kernel(Shape(rotated.begin(), rotated.end()));
    for_each_index(l.w.shape(), [&](const Indices& at) {
      Indices place = at;
      place[0] = at[1];
      place[1] = at[0];
      for (int axis = 2; axis < at.rank(); ++axis) {
        place[axis] = l.w.shape()[axis] - 1 - at[axis];
      }
      kernel[flat_index(kernel.shape(), place)] = l.w[flat_index(l.w.shape(), at)];
    });
    const Values uncut = conv(image, kernel, full);
    Values cut(wide);
    for_each_index(wide, [&](const Indices& at) {
      Indices place = at;
      for (int axis = 0; axis < l.p.axes.size(); ++axis) {
        place[axis + 2] += l.p.axes[axis].before;
        if (l.p.axes[axis] == WindowAxis{}) {
          require_equal(wide[axis + 2], l.x.shape()[axis + 2] + l.w.shape()[axis + 2] - 1);
        }
      }
      cut[flat_index(wide, at)] = uncut[flat_index(uncut.shape(), place)];
    });
    require_equal(conv_transpose(l.x, l.w, l.p), cut);
  });
}

TEST(ConvTransposeLaws, PaddingStrideAndOutputSizeDecideTheSizeUpToTheRemainder) {
  // Note 001 §9.5: the size that the transpose returns depends on the padding, the stride and the
  // size of the forward output. Each of the three matters, and with a stride s they leave s sizes,
  // which output padding tells apart.
  covers({"F-TRANSPOSED"});
  const auto size = [](Index outputs, const WindowAxis& axis, Index output_padding) {
    return conv_transpose_y_shape({1, 1, outputs}, {1, 1, 3},
                                  {.axes = {axis}, .output_padding = {output_padding}})[2];
  };
  EXPECT_EQ(size(4, {.stride = 2}, 0), 9);
  EXPECT_EQ(size(5, {.stride = 2}, 0), 11);
  EXPECT_EQ(size(4, {.stride = 3}, 0), 12);
  EXPECT_EQ(size(4, {.stride = 2, .before = 1}, 0), 8);
  for_all("the sizes that convolve to D' are those of the output paddings", [&] {
    const WindowAxis a = any_window_axis();
    const Index kernel = any_index("kernel", 1, 4);
    const Index outputs = any_index("outputs", 1, 5);
    std::vector<Index> sizes;
    for (Index x = 1; x <= 60; ++x) {
      if (a.dilation * (kernel - 1) + 1 > x + a.before + a.after) continue;
      if (window_positions("test", "w", x, kernel, a) == outputs) sizes.push_back(x);
    }
    std::vector<Index> returned;
    for (Index padding = 0; padding < a.stride; ++padding) {
      const ConvTransposeParams p{.axes = {a}, .output_padding = {padding}};
      if (a.stride * (outputs - 1) + a.dilation * (kernel - 1) + 1 + padding <=
          a.before + a.after) {
        continue;  // There is no such image: all of it would be padding.
      }
      returned.push_back(conv_transpose_y_shape({1, 1, outputs}, {1, 1, kernel}, p)[2]);
    }
    require(sizes == returned, text(sizes.size(), " sizes, but ", returned.size(), " returned"));
  });
}

}  // namespace
}  // namespace convproof
