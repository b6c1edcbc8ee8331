// Windows as columns, windows of one pixel, orders of axes: examples, errors, laws.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <utility>

#include "core/indices.h"
#include "core/scalar/rational.h"
#include "properties/arbitrary.h"
#include "properties/counted.h"
#include "properties/covers.h"
#include "properties/error_of.h"
#include "properties/gradients.h"
#include "properties/matrices.h"
#include "reference/col2im.h"
#include "reference/conv.h"
#include "reference/conv_1x1.h"
#include "reference/im2col.h"
#include "reference/kernel_order.h"

namespace convproof {
namespace {

using Values = Tensor<Rational>;
using reference::Im2colParams;

Values tensor(const Shape& shape, std::vector<Rational> elements) {
  return Values(shape, std::move(elements));
}

// ---- im2col and col2im: examples and errors -----------------------------------------------------

TEST(Im2colExamples, EveryWindowIsAColumn) {
  const Values x = tensor({1, 1, 3, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 9});
  EXPECT_EQ(reference::im2col(x, {.kernel = {2, 2}, .axes = {{}, {}}}),
            tensor({1, 4, 4}, {1, 2, 4, 5,  // The upper left tap of each window, ...
                               2, 3, 5, 6,  //
                               4, 5, 7, 8,  //
                               5, 6, 8, 9}));
}

TEST(Im2colExamples, EveryAttributeMovesTheWindows) {
  const Values x = tensor({1, 1, 5}, {1, 2, 3, 4, 5});
  EXPECT_EQ(reference::im2col(x, {.kernel = {2}, .axes = {{.stride = 3}}}),
            tensor({1, 2, 2}, {1, 4, 2, 5}));
  EXPECT_EQ(reference::im2col(x, {.kernel = {2}, .axes = {{.stride = 4, .before = 1}}}),
            tensor({1, 2, 2}, {0, 4, 1, 5}));
  EXPECT_EQ(reference::im2col(x, {.kernel = {2}, .axes = {{.after = 1, .dilation = 3}}}),
            tensor({1, 2, 3}, {1, 2, 3, 4, 5, 0}));
  // Maps before taps.
  EXPECT_EQ(reference::im2col(tensor({1, 2, 2}, {1, 2, 3, 4}), {.kernel = {2}, .axes = {{}}}),
            tensor({1, 4, 1}, {1, 2, 3, 4}));
}

TEST(Im2colExamples, AnEmptyBatchHasNoColumns) {
  const Im2colParams p{.kernel = {2}, .axes = {{}}};
  const Values none(Shape{0, 1, 4});
  EXPECT_EQ(reference::im2col(none, p), Values(Shape{0, 2, 3}));
  EXPECT_EQ(reference::col2im(Values(Shape{0, 2, 3}), none.shape(), p), none);
}

TEST(Col2imExamples, PixelsAreAddedAsOftenAsWindowsSeeThem) {
  const Im2colParams p{.kernel = {2}, .axes = {{}}};
  const Values columns = reference::im2col(tensor({1, 1, 4}, {1, 2, 3, 4}), p);
  EXPECT_EQ(reference::col2im(columns, {1, 1, 4}, p), tensor({1, 1, 4}, {1, 4, 6, 4}));
}

TEST(Col2imExamples, EveryAttributeMovesTheWindows) {
  const Values columns = tensor({1, 2, 2}, {1, 2, 10, 20});
  EXPECT_EQ(reference::col2im(columns, {1, 1, 5}, {.kernel = {2}, .axes = {{.stride = 3}}}),
            tensor({1, 1, 5}, {1, 10, 0, 2, 20}));
  EXPECT_EQ(reference::col2im(columns, {1, 1, 2}, {.kernel = {2}, .axes = {{.before = 1}}}),
            tensor({1, 1, 2}, {12, 20}));
  EXPECT_EQ(
      reference::col2im(columns, {1, 1, 3}, {.kernel = {2}, .axes = {{.after = 1, .dilation = 2}}}),
      tensor({1, 1, 3}, {1, 2, 10}));
}

TEST(Im2colErrors, EveryArgumentIsRefusedByName) {
  const auto y_error = [](const Shape& x, const Im2colParams& p) {
    return error_of([&] { (void)reference::im2col(Values(x), p); });
  };
  EXPECT_EQ(y_error({1, 1, 5}, {}), "im2col: axes: expected 1 spatial axis or more, got 0");
  EXPECT_EQ(y_error({1, 1, 5}, {.kernel = {2, 2}, .axes = {{}}}),
            "im2col: kernel: expected one extent for each of 1 axes, got [2, 2]");
  EXPECT_EQ(y_error({1, 1, 5}, {.kernel = {}, .axes = {{}}}),
            "im2col: kernel: expected one extent for each of 1 axes, got []");
  EXPECT_EQ(y_error({1, 5}, {.kernel = {2}, .axes = {{}}}),
            "im2col: x: expected 3 axes [N, C, W], got [1, 5]");
  EXPECT_EQ(y_error({1, 0, 5}, {.kernel = {2}, .axes = {{}}}),
            "im2col: channels of x: expected 1 or more, got 0");
  EXPECT_EQ(y_error({1, 1, 5}, {.kernel = {0}, .axes = {{}}}),
            "im2col: kernel size w: expected 1 or more, got 0");
  EXPECT_EQ(y_error({1, 1, 5}, {.kernel = {6}, .axes = {{}}}),
            "im2col: window w: expected at most the padded input, 5, got 6 (kernel 6, dilation 1)");
}

TEST(Col2imErrors, EveryArgumentIsRefusedByName) {
  const Im2colParams p{.kernel = {2}, .axes = {{}}};
  EXPECT_EQ(error_of([&] {
              (void)reference::col2im(Values(Shape{1, 2, 3}), {1, 1, 5}, p);
            }),
            "col2im: x: expected [1, 2, 4] (the columns of y), got [1, 2, 3]");
  EXPECT_EQ(error_of([&] {
              (void)reference::col2im(Values(Shape{1, 2, 3}), {1, 1, 1}, p);
            }),
            "col2im: window w: expected at most the padded input, 1, got 2 (kernel 2, dilation 1)");
}

// ---- im2col and col2im: laws --------------------------------------------------------------------

/// A layer of one to three axes with every attribute but links.
struct Layer {
  ConvParams p;
  Im2colParams columns;
  Values x, w, dy;
};

Layer any_layer() {
  Layer layer;
  const auto rank = any_index("axes", 1, 3);
  layer.p.groups = any_index("groups", 1, 2);
  const Index channels = any_index("channels per group", 1, 2);
  Indices x{any_index("images", 1, 2), layer.p.groups * channels};
  Indices w{layer.p.groups * any_index("outputs per group", 1, 2), channels};
  Indices kernel;
  for (Index axis = 0; axis < rank; ++axis) {
    const WindowAxis a = any_window_axis();
    kernel.push_back(any_index("kernel", 1, rank == 3 ? 2 : 3));
    w.push_back(kernel[static_cast<int>(axis)]);
    const Index needed = a.dilation * (kernel[static_cast<int>(axis)] - 1) + 1 - a.before - a.after;
    x.push_back(std::max<Index>(needed, 1) + any_index("spare pixels", 0, rank == 3 ? 1 : 2));
    layer.p.axes.push_back(a);
  }
  layer.columns = {.kernel = Shape(kernel.begin(), kernel.end()), .axes = layer.p.axes};
  layer.x = any_tensor("x", Shape(x.begin(), x.end()));
  layer.w = any_tensor("w", Shape(w.begin(), w.end()));
  layer.dy = any_tensor("dy", conv_y_shape(layer.x.shape(), layer.w.shape(), layer.p));
  return layer;
}

/// `count` consecutive rows of the image n of columns or maps [N, rows, ...], from `first`.
Values rows_of(const Values& x, Index n, Index first, Index count) {
  const Index width = x.size() / (x.shape()[0] * x.shape()[1]);
  const Rational* const begin = x.data() + (n * x.shape()[1] + first) * width;
  return Values(Shape{count, width}, std::vector<Rational>(begin, begin + count * width));
}

TEST(Im2colLaws, ConvolutionIsAProductOfMatrices) {
  for_all("y = w columns and dw = dy columns^T, group by group", [] {
    const Layer l = any_layer();
    const Values columns = reference::im2col(l.x, l.columns);
    const Values y = reference::conv<Rational>(l.x, l.w, nullptr, l.p);
    const Values dw = reference::conv_dw<Rational>(l.dy, l.x, l.w.shape(), l.p);
    const Index rows = columns.shape()[1] / l.p.groups;
    const Index outputs = l.w.shape()[0] / l.p.groups;
    const Values w = reshaped(l.w, {1, l.w.shape()[0], rows});
    for (Index g = 0; g < l.p.groups; ++g) {
      const Values weights = rows_of(w, 0, g * outputs, outputs);
      Values sum(Shape{outputs, rows});
      for (Index n = 0; n < l.x.shape()[0]; ++n) {
        const Values some = rows_of(columns, n, g * rows, rows);
        require_equal(rows_of(y, n, g * outputs, outputs), product(weights, some));
        const Values of_n = product(rows_of(l.dy, n, g * outputs, outputs), transposed(some));
        for (Index i = 0; i < sum.size(); ++i) sum[i] += of_n[i];
      }
      require_equal(rows_of(reshaped(dw, w.shape()), 0, g * outputs, outputs), sum);
    }
  });
}

TEST(Im2colLaws, TheGradientIsCol2im) {
  for_all("exact differences of the columns", [] {
    const Layer l = any_layer();
    const Values dy =
        any_tensor("dy of columns", reference::im2col_y_shape(l.x.shape(), l.columns));
    require_equal(reference::col2im(dy, l.x.shape(), l.columns),
                  polynomial_gradient(
                      [&](const Values& x) { return reference::im2col(x, l.columns); }, l.x, dy));
  });
}

TEST(Col2imLaws, TheGradientIsIm2col) {
  for_all("exact differences of the pixels; <im2col(x), c> = <x, col2im(c)>", [] {
    const Layer l = any_layer();
    const Values columns = any_tensor("columns", reference::im2col_y_shape(l.x.shape(), l.columns));
    require_equal(reference::im2col(l.x, l.columns),
                  polynomial_gradient(
                      [&](const Values& c) { return reference::col2im(c, l.x.shape(), l.columns); },
                      columns, l.x));
    require_equal(inner(reference::im2col(l.x, l.columns), columns),
                  inner(l.x, reference::col2im(columns, l.x.shape(), l.columns)));
  });
}

TEST(Col2imLaws, TheGradientOfAConvolutionIsAddedBackFromColumns) {
  for_all("dx = col2im(w^T dy)", [] {
    Layer l = any_layer();
    const Index outputs = l.w.shape()[0];
    const Index channels = l.x.shape()[1];
    // One group: the kernels of every group side by side, zero where they do not reach.
    const Index taps = spatial(l.w.shape()).element_count();
    Values w(Shape{outputs, channels * taps});
    const Index per_group = l.w.shape()[1] * taps;
    for (Index o = 0; o < outputs; ++o) {
      const Index group = o / (outputs / l.p.groups);
      for (Index i = 0; i < per_group; ++i) w(o, group * per_group + i) = l.w[o * per_group + i];
    }
    const Index windows = spatial(l.dy.shape()).element_count();
    Values columns(Shape{l.x.shape()[0], channels * taps, windows});
    for (Index n = 0; n < l.x.shape()[0]; ++n) {
      const Values of_n = product(transposed(w), rows_of(l.dy, n, 0, outputs));
      std::copy(of_n.data(), of_n.data() + of_n.size(), columns.data() + n * of_n.size());
    }
    require_equal(reference::conv_dx<Rational>(l.dy, l.w, l.x.shape(), l.p),
                  reference::col2im(columns, l.x.shape(), l.columns));
  });
}

TEST(Col2imLaws, ColumnsOfOnesCountTheWindowsOfAPixel) {
  for_all("col2im(im2col(x)) = x times how many windows see it, from the windows' side", [] {
    const Layer l = any_layer();
    Values seen(l.x.shape());
    for_each_index(spatial(l.dy.shape()), [&](const Indices& i) {
      for_each_index(l.columns.kernel, [&](const Indices& u) {
        for (Index n = 0; n < l.x.shape()[0]; ++n) {
          for (Index c = 0; c < l.x.shape()[1]; ++c) {
            Indices h{n, c};
            for (int axis = 0; axis < i.rank(); ++axis) {
              const WindowAxis& a = l.p.axes[axis];
              h.push_back(i[axis] * a.stride + u[axis] * a.dilation - a.before);
            }
            if (contains(seen.shape(), h)) seen[flat_index(seen.shape(), h)] += 1;
          }
        }
      });
    });
    for (Index i = 0; i < seen.size(); ++i) seen[i] *= l.x[i];
    require_equal(reference::col2im(reference::im2col(l.x, l.columns), l.x.shape(), l.columns),
                  seen);
  });
}

// ---- conv_1x1 -------------------------------------------------------------------------------

TEST(Conv1x1Examples, EveryPixelIsMultipliedByOneMatrix) {
  covers({"N-1X1-SHAPE"});
  const Values x = tensor({1, 3, 1, 2}, {1, 2, 3, 4, 5, 6});
  const Values w = tensor({2, 3}, {1, 10, 100, 2, 0, 0});
  EXPECT_EQ(reference::conv_1x1<Rational>(x, w, nullptr), tensor({1, 2, 1, 2}, {531, 642, 2, 4}));
  const Values b = tensor({2}, {1000, 2000});
  EXPECT_EQ(reference::conv_1x1<Rational>(x, w, &b),
            tensor({1, 2, 1, 2}, {1531, 1642, 2002, 2004}));
  // D x W x H and D_1 filters make D_1 x W x H, for any sizes.
  EXPECT_EQ(reference::conv_1x1_y_shape({1, 256, 28, 28}, {64, 256}), (Shape{1, 64, 28, 28}));
}

TEST(Conv1x1Examples, AnExactSumOfFloatsIsRoundedOnlyOnce) {
  const Tensor<float> x(Shape{1, 3, 1}, {1e30F, 1.0F, -1e30F});
  const Tensor<float> w(Shape{1, 3}, {1.0F, 1.0F, 1.0F});
  EXPECT_EQ(static_cast<double>(reference::conv_1x1<Exact>(x, w, nullptr)[0]), 1.0);
  const Tensor<float> dy(Shape{1, 1, 1}, {2.0F});
  EXPECT_EQ(static_cast<double>(reference::conv_1x1_dx<Exact>(dy, w)[1]), 2.0);
  EXPECT_EQ(static_cast<double>(reference::conv_1x1_dw<Exact>(dy, x)[1]), 2.0);
  EXPECT_EQ(static_cast<double>(reference::conv_1x1_db<Exact>(dy)[0]), 2.0);
}

TEST(Conv1x1Examples, AnEmptyBatchHasNoOutputsAndNoGradients) {
  const Values x(Shape{0, 2, 3});
  const Values w = tensor({1, 2}, {1, 2});
  const Values dy(Shape{0, 1, 3});
  EXPECT_EQ(reference::conv_1x1<Rational>(x, w, nullptr), dy);
  EXPECT_EQ(reference::conv_1x1_dx<Rational>(dy, w), x);
  EXPECT_EQ(reference::conv_1x1_dw<Rational>(dy, x), Values(w.shape()));
  EXPECT_EQ(reference::conv_1x1_db<Rational>(dy), tensor({1}, {0}));
}

TEST(Conv1x1Errors, EveryArgumentIsRefusedByName) {
  const Values x(Shape{1, 2, 3});
  const Values w(Shape{4, 2});
  const Values wrong(Shape{3});
  const auto y_error = [](const Shape& image, const Shape& weights) {
    return error_of([&] { (void)reference::conv_1x1_y_shape(image, weights); });
  };
  EXPECT_EQ(y_error({1, 2}, {4, 2}),
            "conv_1x1: x: expected 3 axes or more [N, C, ...], got [1, 2]");
  EXPECT_EQ(y_error({1, 2, 3}, {4, 2, 1}), "conv_1x1: w: expected 2 axes [O, C], got [4, 2, 1]");
  EXPECT_EQ(y_error({1, 2, 3}, {4}), "conv_1x1: w: expected 2 axes [O, C], got [4]");
  EXPECT_EQ(y_error({1, 2, 3}, {4, 1}),
            "conv_1x1: w: expected 2 channels (the channels of x), got 1");
  EXPECT_EQ(error_of([&] { (void)reference::conv_1x1_dx<Rational>(x, wrong); }),
            "conv_1x1: w: expected 2 axes [O, C], got [3]");
  EXPECT_EQ(error_of([&] { (void)reference::conv_1x1_dx<Rational>(x, x); }),
            "conv_1x1: w: expected 2 axes [O, C], got [1, 2, 3]");
  EXPECT_EQ(error_of([&] { (void)reference::conv_1x1_dw<Rational>(w, x); }),
            "conv_1x1: dy: expected 3 axes or more [N, O, ...], got [4, 2]");
  EXPECT_EQ(error_of([&] { (void)reference::conv_1x1_dw<Rational>(x, w); }),
            "conv_1x1: x: expected 3 axes or more [N, C, ...], got [4, 2]");
  EXPECT_EQ(y_error({1, 0, 3}, {4, 0}), "conv_1x1: channels of x: expected 1 or more, got 0");
  EXPECT_EQ(y_error({1, 2, 3}, {0, 2}),
            "conv_1x1: output channels of w: expected 1 or more, got 0");
  EXPECT_EQ(y_error({1, 2, 3}, {4, 3}),
            "conv_1x1: w: expected 2 channels (the channels of x), got 3");
  EXPECT_EQ(error_of([&] { (void)reference::conv_1x1<Rational>(x, w, &wrong); }),
            "conv_1x1: b: expected [4] (one per output channel), got [3]");
  EXPECT_EQ(error_of([&] { (void)reference::conv_1x1_dx<Rational>(x, w); }),
            "conv_1x1: dy: expected [1, 4, 3] (the shape of y), got [1, 2, 3]");
  EXPECT_EQ(error_of([&] { (void)reference::conv_1x1_dx<Rational>(w, w); }),
            "conv_1x1: dy: expected 3 axes or more [N, O, ...], got [4, 2]");
  EXPECT_EQ(error_of([&] {
              (void)reference::conv_1x1_dw<Rational>(Values(Shape{1, 4, 2}), x);
            }),
            "conv_1x1: dy: expected [1, 4, 3] (the shape of y), got [1, 4, 2]");
  EXPECT_EQ(error_of([&] { (void)reference::conv_1x1_dw<Rational>(x, w); }),
            "conv_1x1: x: expected 3 axes or more [N, C, ...], got [4, 2]");
  EXPECT_EQ(error_of([&] { (void)reference::conv_1x1_db<Rational>(w); }),
            "conv_1x1: dy: expected 3 axes or more [N, O, ...], got [4, 2]");
}

struct Mixing {
  Values x, w, b, dy;
};

Mixing any_mixing() {
  Mixing m;
  Indices x{any_index("images", 1, 2), any_index("channels", 1, 3)};
  const Index outputs = any_index("outputs", 1, 3);
  Indices dy{x[0], outputs};
  const Index rank = any_index("axes", 1, 3);
  for (Index axis = 0; axis < rank; ++axis) {
    x.push_back(any_index("pixels", 1, 3));
    dy.push_back(x[static_cast<int>(axis) + 2]);
  }
  m.x = any_tensor("x", Shape(x.begin(), x.end()));
  m.w = any_tensor("w", {outputs, x[1]});
  m.b = any_tensor("b", {outputs});
  m.dy = any_tensor("dy", Shape(dy.begin(), dy.end()));
  return m;
}

TEST(Conv1x1Laws, GradientsAreFiniteDifferences) {
  for_all("dx, dw and db are exact differences of y", [] {
    const Mixing m = any_mixing();
    const auto y = [](const Values& x, const Values& w, const Values& b) {
      return reference::conv_1x1<Rational>(x, w, &b);
    };
    require_equal(reference::conv_1x1_dx<Rational>(m.dy, m.w),
                  polynomial_gradient([&](const Values& v) { return y(v, m.w, m.b); }, m.x, m.dy));
    require_equal(reference::conv_1x1_dw<Rational>(m.dy, m.x),
                  polynomial_gradient([&](const Values& v) { return y(m.x, v, m.b); }, m.w, m.dy));
    require_equal(reference::conv_1x1_db<Rational>(m.dy),
                  polynomial_gradient([&](const Values& v) { return y(m.x, m.w, v); }, m.b, m.dy));
  });
}

TEST(Conv1x1Laws, ItIsAConvolutionOfOneTapAndAProductOfMatrices) {
  covers({"N-1X1-SHAPE"});
  for_all("conv with K = 1, and w times the maps as rows", [] {
    const Mixing m = any_mixing();
    const Values y = reference::conv_1x1<Rational>(m.x, m.w, nullptr);
    WindowAxes axes;
    Indices kernel{m.w.shape()[0], m.w.shape()[1]};
    for (int axis = 2; axis < m.x.shape().rank(); ++axis) {
      axes.push_back({});
      kernel.push_back(1);
    }
    const Values w = reshaped(m.w, Shape(kernel.begin(), kernel.end()));
    require_equal(y, reference::conv<Rational>(m.x, w, nullptr, {.axes = axes}));
    for (Index n = 0; n < m.x.shape()[0]; ++n) {
      require_equal(rows_of(y, n, 0, m.w.shape()[0]),
                    product(m.w, rows_of(m.x, n, 0, m.w.shape()[1])));
    }
  });
}

Index counted_products(const std::function<void()>& work) {
  Counted::reset();
  work();
  return Counted::products;
}

TEST(Conv1x1Laws, FewerMapsMakeTheNextConvolutionCheaperByTheirRatio) {
  // Note 002, GoogLeNet: an F x F x D filter gives (W-F+1)(H-F+1) outputs of F*F*D products each,
  // and after D_1 filters of 1 x 1 of F*F*D_1 each.
  covers({"N-INCEPTION-OUTPUT", "E-CONV-COST", "E-1X1-SAVING"});
  for_all("counted", [] {
    const Index f = any_index("F", 1, 3);
    const Index d = any_index("D", 2, 4);
    const Index d1 = any_index("D1", 1, 4);
    const Index h = f + any_index("spare rows", 0, 3);
    const Index w = f + any_index("spare columns", 0, 3);
    const ConvParams p{.axes = {{}, {}}};
    const Tensor<Counted> x(Shape{1, d, h, w});
    const Tensor<Counted> filter(Shape{1, d, f, f});
    const Tensor<Counted> thin_filter(Shape{1, d1, f, f});
    const Tensor<Counted> mixing(Shape{d1, d});
    const Index outputs = (w - f + 1) * (h - f + 1);
    require_equal(conv_y_shape(x.shape(), filter.shape(), p).element_count(), outputs);
    require_equal(counted_products([&] { (void)reference::conv<Counted>(x, filter, nullptr, p); }),
                  outputs * f * f * d);
    Tensor<Counted> thin;
    require_equal(
        counted_products([&] { thin = reference::conv_1x1<Counted>(x, mixing, nullptr); }),
        w * h * d * d1);
    require_equal(
        counted_products([&] { (void)reference::conv<Counted>(thin, thin_filter, nullptr, p); }),
        outputs * f * f * d1);
  });
}

TEST(Conv1x1Laws, TheSavingOfFewerMapsIsNotAsPrinted) {
  // "Reduces O(F*F*D) to O(F*F*D_1)" leaves out the products of the 1 x 1 filters themselves,
  // D*D_1 per pixel, which pay only if enough filters follow. One filter of 3 x 3 after them:
  covers({"E-1X1-SAVING"});
  const auto products = [](Index f, Index d, Index d1, Index filters, Index side) {
    const ConvParams p{.axes = {{}, {}}};
    const Tensor<Counted> x(Shape{1, d, side, side});
    const Tensor<Counted> direct(Shape{filters, d, f, f});
    const Tensor<Counted> thin_filters(Shape{filters, d1, f, f});
    const Tensor<Counted> mixing(Shape{d1, d});
    return std::pair(
        counted_products([&] { (void)reference::conv<Counted>(x, direct, nullptr, p); }),
        counted_products([&] {
          const Tensor<Counted> thin = reference::conv_1x1<Counted>(x, mixing, nullptr);
          (void)reference::conv<Counted>(thin, thin_filters, nullptr, p);
        }));
  };
  const auto [one, one_thin] = products(3, 16, 8, 1, 5);
  EXPECT_EQ(one, 9 * 9 * 16);
  EXPECT_EQ(one_thin, 25 * 16 * 8 + 9 * 9 * 8);
  EXPECT_GT(one_thin, one);
  const auto [many, many_thin] = products(3, 16, 8, 32, 5);
  EXPECT_LT(many_thin, many);
}

// ---- kernel_order ---------------------------------------------------------------------------

TEST(KernelOrderExamples, RowsColumnsAndMapsFindTheirPlaces) {
  covers({"F-CONV-LAYER-SHAPES", "F-ALEX-KERNEL-ORDER"});
  // Elements that spell their indices: u v p d.
  const Values uvpd = tensor({1, 2, 2, 3}, {1011, 1012, 1013, 1021, 1022, 1023,  //
                                            2011, 2012, 2013, 2021, 2022, 2023});
  EXPECT_EQ(reference::kernel_from_uvpd(uvpd),
            tensor({2, 3, 1, 2}, {1011, 2011, 1012, 2012, 1013, 2013,  //
                                  1021, 2021, 1022, 2022, 1023, 2023}));
  const Values uvdp = tensor({1, 2, 2, 1}, {11, 12, 21, 22});  // v d
  EXPECT_EQ(reference::kernel_from_uvdp(uvdp), tensor({1, 2, 1, 2}, {11, 21, 12, 22}));
  const Values mnd = tensor({1, 2, 3}, {11, 12, 13, 21, 22, 23});  // n d
  EXPECT_EQ(reference::image_from_mnd(mnd), tensor({1, 3, 1, 2}, {11, 21, 12, 22, 13, 23}));
}

TEST(KernelOrderExamples, AlexNetsKernelsAreElevenByElevenByThreeByFortyEight) {
  covers({"F-ALEX-KERNEL-ORDER"});
  const Values w(Shape{11, 11, 3, 48});
  EXPECT_EQ(reference::kernel_from_uvdp(w).shape(), (Shape{48, 3, 11, 11}));
  // Read in the order that note 004 §5.2.2 defines, they would want 48 maps and make 3.
  EXPECT_EQ(reference::kernel_from_uvpd(w).shape(), (Shape{3, 48, 11, 11}));
}

TEST(KernelOrderErrors, EveryArgumentIsRefusedByName) {
  const Values three(Shape{1, 1, 1});
  const Values two(Shape{2, 1, 1, 1});
  EXPECT_EQ(error_of([&] { (void)reference::kernel_from_uvpd(three); }),
            "kernel_from_uvpd: w: expected 4 axes [U, V, P, D], got [1, 1, 1]");
  EXPECT_EQ(error_of([&] { (void)reference::kernel_to_uvpd(three); }),
            "kernel_to_uvpd: w: expected 4 axes [P, D, U, V], got [1, 1, 1]");
  EXPECT_EQ(error_of([&] { (void)reference::kernel_from_uvdp(three); }),
            "kernel_from_uvdp: w: expected 4 axes [U, V, D, P], got [1, 1, 1]");
  EXPECT_EQ(error_of([&] { (void)reference::kernel_to_uvdp(three); }),
            "kernel_to_uvdp: w: expected 4 axes [P, D, U, V], got [1, 1, 1]");
  EXPECT_EQ(error_of([&] { (void)reference::image_from_mnd(two); }),
            "image_from_mnd: x: expected 3 axes [M, N, D], got [2, 1, 1, 1]");
  EXPECT_EQ(error_of([&] { (void)reference::image_to_mnd(three); }),
            "image_to_mnd: x: expected 4 axes [1, D, M, N], got [1, 1, 1]");
  EXPECT_EQ(error_of([&] { (void)reference::image_to_mnd(two); }),
            "image_to_mnd: x: expected 1 image, got 2");
}

TEST(KernelOrderLaws, GradientsAreFiniteDifferencesAndInversesAreInverse) {
  for_all("both ways, all three", [] {
    const Values w = any_tensor("w", {any_index("1st", 1, 3), any_index("2nd", 1, 3),
                                      any_index("3rd", 1, 3), any_index("4th", 1, 3)});
    const auto inverse = [](const auto& there, const auto& back, const Values& x) {
      const Values y = there(x);
      require_equal(back(y), x);
      const Values dy = any_tensor("dy", y.shape());
      require_equal(back(dy), polynomial_gradient(there, x, dy));
    };
    const auto from_uvpd = [](const Values& x) { return reference::kernel_from_uvpd(x); };
    const auto to_uvpd = [](const Values& x) { return reference::kernel_to_uvpd(x); };
    inverse(from_uvpd, to_uvpd, w);
    inverse(to_uvpd, from_uvpd, w);
    const auto from_uvdp = [](const Values& x) { return reference::kernel_from_uvdp(x); };
    const auto to_uvdp = [](const Values& x) { return reference::kernel_to_uvdp(x); };
    inverse(from_uvdp, to_uvdp, w);
    inverse(to_uvdp, from_uvdp, w);
    const auto from_mnd = [](const Values& x) { return reference::image_from_mnd(x); };
    const auto to_mnd = [](const Values& x) { return reference::image_to_mnd(x); };
    const Values x = any_tensor("x", {w.shape()[0], w.shape()[1], w.shape()[2]});
    inverse(from_mnd, to_mnd, x);
    inverse(to_mnd, from_mnd, from_mnd(x));
  });
}

TEST(KernelOrderLaws, TheNotedLayerIsConvInItsOwnIndices) {
  covers({"F-CONV-LAYER-SHAPES", "F-ALEX-KERNEL-ORDER"});
  for_all("Z[m,n,p] = sum_{d,u,v} W[u,v,p,d] X[m+u,n+v,d] + b[p]", [] {
    const Index u = any_index("U", 1, 3);
    const Index v = any_index("V", 1, 3);
    const Index p = any_index("P", 1, 3);
    const Index d = any_index("D", 1, 3);
    const Values w = any_tensor("W", {u, v, p, d});
    const Values x = any_tensor(
        "X", {u + any_index("spare rows", 0, 2), v + any_index("spare columns", 0, 2), d});
    const Values b = any_tensor("b", {p});
    Values z(Shape{x.shape()[0] - u + 1, x.shape()[1] - v + 1, p});
    Values swapped(Shape{u, v, d, p});
    for_each_index(z.shape(), [&](const Indices& at) { z(at[0], at[1], at[2]) = b[at[2]]; });
    for_each_index(w.shape(), [&](const Indices& k) {
      swapped(k[0], k[1], k[3], k[2]) = w(k[0], k[1], k[2], k[3]);
      for (Index m = 0; m < z.shape()[0]; ++m) {
        for (Index n = 0; n < z.shape()[1]; ++n) {
          z(m, n, k[2]) += w(k[0], k[1], k[2], k[3]) * x(m + k[0], n + k[1], k[3]);
        }
      }
    });
    const Values image = reference::image_from_mnd(x);
    require_equal(reference::image_to_mnd(reference::conv<Rational>(
                      image, reference::kernel_from_uvpd(w), &b, {.axes = {{}, {}}})),
                  z);
    require_equal(reference::kernel_from_uvdp(swapped), reference::kernel_from_uvpd(w));
  });
}

TEST(KernelOrderLaws, MistakingOneOrderForTheOtherExchangesTheMaps) {
  // Where P = D both orders fit, and nothing but the numbers shows the mistake.
  covers({"F-ALEX-KERNEL-ORDER"});
  for_all("the other reading has p and d exchanged", [] {
    const Index maps = any_index("P and D", 2, 3);
    const Values w = any_tensor("w", {2, 1, maps, maps});
    const Values right = reference::kernel_from_uvdp(w);
    const Values wrong = reference::kernel_from_uvpd(w);
    require_equal(right.shape(), wrong.shape());
    for_each_index(right.shape(), [&](const Indices& at) {
      require_equal(right(at[0], at[1], at[2], at[3]), wrong(at[1], at[0], at[2], at[3]));
    });
  });
  const Values w = tensor({1, 1, 2, 2}, {1, 2, 3, 4});
  EXPECT_NE(reference::kernel_from_uvdp(w), reference::kernel_from_uvpd(w));
}

}  // namespace
}  // namespace convproof
