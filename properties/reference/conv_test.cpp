// The general convolution layer, on one to three spatial axes: examples, errors, laws.
#include "reference/conv.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/indices.h"
#include "core/scalar/rational.h"
#include "properties/arbitrary.h"
#include "properties/covers.h"
#include "properties/error_of.h"
#include "properties/gradients.h"

namespace convproof {
namespace {

using Values = Tensor<Rational>;

Values tensor(const Shape& shape, std::vector<Rational> elements) {
  return Values(shape, std::move(elements));
}

// ---- examples -------------------------------------------------------------------------------

TEST(ConvExamples, OneAxisStepsByTheStride) {
  const Values x = tensor({1, 1, 5}, {1, 2, 3, 4, 5});
  const Values w = tensor({1, 1, 2}, {10, 1});
  EXPECT_EQ(reference::conv<Rational>(x, w, nullptr, {.axes = {{}}}),
            tensor({1, 1, 4}, {12, 23, 34, 45}));
  EXPECT_EQ(reference::conv<Rational>(x, w, nullptr, {.axes = {{.stride = 3}}}),
            tensor({1, 1, 2}, {12, 45}));
  EXPECT_EQ(reference::conv<Rational>(x, w, nullptr, {.axes = {{.before = 1}}}),
            tensor({1, 1, 5}, {1, 12, 23, 34, 45}));
  EXPECT_EQ(reference::conv<Rational>(x, w, nullptr, {.axes = {{.after = 1, .dilation = 3}}}),
            tensor({1, 1, 3}, {14, 25, 30}));
}

TEST(ConvExamples, ThreeAxesSumOverABlock) {
  const Values x = tensor({1, 1, 2, 2, 2}, {1, 2, 3, 4, 5, 6, 7, 8});
  const Values ones = tensor({1, 1, 2, 1, 2}, {1, 1, 1, 1});
  const Values b = tensor({1}, {100});
  EXPECT_EQ(reference::conv<Rational>(x, ones, &b, {.axes = {{}, {}, {}}}),
            tensor({1, 1, 1, 2, 1}, {114, 122}));
}

TEST(ConvExamples, MapsThatAreNotLinkedAreNotRead) {
  const Values x = tensor({1, 2, 1}, {3, 5});
  const Values w = tensor({2, 2, 1}, {1, 10, 100, 1000});
  const ConvParams p{.axes = {{}}, .links = LinkTable({"X.", ".X"})};
  EXPECT_EQ(reference::conv<Rational>(x, w, nullptr, p), tensor({1, 2, 1}, {3, 5000}));
  const Values dy = tensor({1, 2, 1}, {1, 1});
  EXPECT_EQ(reference::conv_dx<Rational>(dy, w, x.shape(), p), tensor({1, 2, 1}, {1, 1000}));
  EXPECT_EQ(reference::conv_dw<Rational>(dy, x, w.shape(), p), tensor({2, 2, 1}, {3, 0, 0, 5}));
}

// ---- errors ---------------------------------------------------------------------------------

std::string y_error(const Shape& x, const Shape& w, const ConvParams& p) {
  return error_of([&] { (void)conv_y_shape(x, w, p); });
}

TEST(ConvErrors, EveryArgumentIsRefusedByName) {
  const ConvParams line{.axes = {{}}};
  EXPECT_EQ(y_error({1, 1, 5}, {1, 1, 2}, {}),
            "conv: axes: expected 1 spatial axis or more, got 0");
  EXPECT_EQ(y_error({1, 5}, {1, 1, 2}, line), "conv: x: expected 3 axes [N, C, W], got [1, 5]");
  EXPECT_EQ(y_error({1, 1, 5}, {1, 2}, line),
            "conv: w: expected 3 axes [O, C/groups, Kw], got [1, 2]");
  EXPECT_EQ(y_error({1, 1, 5, 5, 5}, {1, 1, 2}, {.axes = {{}, {}, {}}}),
            "conv: w: expected 5 axes [O, C/groups, Kd, Kh, Kw], got [1, 1, 2]");
  EXPECT_EQ(y_error({1, 1, 1, 1, 1, 1}, {1, 1, 1, 1, 1, 0}, {.axes = {{}, {}, {}, {}}}),
            "conv: kernel size axis 3: expected 1 or more, got 0");
  EXPECT_EQ(y_error({1, 2, 5}, {1, 1, 2}, line),
            "conv: w: expected 2 channels per group (x has 2, groups 1), got 1");
  EXPECT_EQ(y_error({1, 2, 5}, {1, 3, 2}, line),
            "conv: w: expected 2 channels per group (x has 2, groups 1), got 3");
  EXPECT_EQ(y_error({1, 0, 5}, {1, 0, 2}, line), "conv: channels of x: expected 1 or more, got 0");
  EXPECT_EQ(y_error({1, 1, 5}, {0, 1, 2}, line),
            "conv: output channels of w: expected 1 or more, got 0");
  EXPECT_EQ(y_error({1, 2, 5}, {2, 2, 2}, {.axes = {{}}, .groups = 0}),
            "conv: groups: expected 1 or more, got 0");
  EXPECT_EQ(y_error({1, 3, 5}, {2, 1, 2}, {.axes = {{}}, .groups = 2}),
            "conv: groups: expected a divisor of the 3 channels of x, got 2");
  EXPECT_EQ(y_error({1, 2, 5}, {3, 1, 2}, {.axes = {{}}, .groups = 2}),
            "conv: groups: expected a divisor of the 3 output channels of w, got 2");
  EXPECT_EQ(y_error({1, 2, 5}, {2, 2, 2}, {.axes = {{}}, .links = LinkTable({"XX"})}),
            "conv: links: expected 2 x 2 (output maps x channels of w), got 1 x 2");
  EXPECT_EQ(y_error({1, 2, 5}, {2, 2, 2}, {.axes = {{}}, .links = LinkTable({"X", "X"})}),
            "conv: links: expected 2 x 2 (output maps x channels of w), got 2 x 1");
  EXPECT_EQ(error_of([] {
              LinkTable({"XX", "X"});
            }),
            "link table: rows: expected 2 input maps in each, got 1");
}

TEST(ConvErrors, TheReferenceAsksTheShapeRule) {
  const Values x(Shape{1, 1, 5});
  const Values w(Shape{1, 1, 2});
  const Values wrong(Shape{2});
  const ConvParams p{.axes = {{}}};
  EXPECT_EQ(error_of([&] { (void)reference::conv<Rational>(x, w, &wrong, p); }),
            "conv: b: expected [1] (one per output channel), got [2]");
  EXPECT_EQ(error_of([&] { (void)reference::conv_dx<Rational>(x, w, x.shape(), p); }),
            "conv: dy: expected [1, 1, 4] (the shape of y), got [1, 1, 5]");
  EXPECT_EQ(error_of([&] { (void)reference::conv_dw<Rational>(x, x, w.shape(), p); }),
            "conv: dy: expected [1, 1, 4] (the shape of y), got [1, 1, 5]");
  EXPECT_EQ(error_of([&] { (void)reference::conv_db<Rational>(wrong); }),
            "conv: dy: expected 3 axes or more [N, O, ...], got [2]");
}

// ---- laws -----------------------------------------------------------------------------------

/// A layer of one to three axes with every attribute.
struct Layer {
  ConvParams p;
  Values x, w, b, dy;
};

Layer any_layer() {
  Layer layer;
  const auto rank = static_cast<std::size_t>(any_index("axes", 1, 3));
  layer.p.groups = any_index("groups", 1, 2);
  const Index channels = any_index("channels per group", 1, 2);
  const Index outputs = layer.p.groups * any_index("outputs per group", 1, 2);
  std::vector<Index> x{any_index("images", 1, 2), layer.p.groups * channels};
  std::vector<Index> w{outputs, channels};
  for (std::size_t axis = 0; axis < rank; ++axis) {
    const WindowAxis a = any_window_axis();
    const Index kernel = any_index("kernel", 1, 3);
    const Index needed = a.dilation * (kernel - 1) + 1 - a.before - a.after;
    x.push_back(std::max<Index>(needed, 1) + any_index("spare pixels", 0, 2));
    w.push_back(kernel);
    layer.p.axes.push_back(a);
  }
  if (any_index("link table", 0, 1) == 1) {
    std::vector<std::string> rows(static_cast<std::size_t>(outputs));
    for (std::string& row : rows) {
      for (Index c = 0; c < channels; ++c) row += any_index("link", 0, 1) == 1 ? 'X' : '.';
    }
    layer.p.links = LinkTable(rows);
  }
  layer.x = any_tensor("x", Shape(x));
  layer.w = any_tensor("w", Shape(w));
  layer.b = any_tensor("b", Shape{outputs});
  layer.dy = any_tensor("dy", conv_y_shape(layer.x.shape(), layer.w.shape(), layer.p));
  return layer;
}

Values y_of(const Layer& l) {
  return reference::conv<Rational>(l.x, l.w, &l.b, l.p);
}

// The same numbers from another side: every pair of a padded pixel and a tap is visited and gives
// its product to the window that it belongs to, if there is one.
TEST(ConvLaws, EveryPixelGivesItsProductsToTheWindowsItBelongsTo) {
  for_all("y is what the pixels give", [] {
    const Layer l = any_layer();
    const Values y = y_of(l);
    Values given(y.shape());
    for_each_index(y.shape(),
                   [&](const Indices& at) { given[flat_index(y.shape(), at)] = l.b[at[1]]; });
    const int rank = l.p.axes.size();
    for_each_index(l.x.shape(), [&](const Indices& pixel) {
      for_each_index(l.w.shape(), [&](const Indices& tap) {
        const Index outputs_per_group = l.w.shape()[0] / l.p.groups;
        if (pixel[1] != tap[0] / outputs_per_group * l.w.shape()[1] + tap[1]) return;
        if (!l.p.links.linked(tap[0], tap[1])) return;
        Indices window{pixel[0], tap[0]};
        for (int axis = 0; axis < rank; ++axis) {
          const WindowAxis& a = l.p.axes[axis];
          const Index start = pixel[axis + 2] + a.before - tap[axis + 2] * a.dilation;
          if (start % a.stride != 0) return;
          window.push_back(start / a.stride);
        }
        if (!contains(y.shape(), window)) return;
        given[flat_index(y.shape(), window)] +=
            l.x[flat_index(l.x.shape(), pixel)] * l.w[flat_index(l.w.shape(), tap)];
      });
    });
    require_equal(y, given);
  });
}

TEST(ConvLaws, GradientsAreFiniteDifferences) {
  for_all("dx, dw and db are exact differences of y", [] {
    const Layer l = any_layer();
    require_equal(reference::conv_dx<Rational>(l.dy, l.w, l.x.shape(), l.p),
                  polynomial_gradient(
                      [&](const Values& x) { return reference::conv<Rational>(x, l.w, &l.b, l.p); },
                      l.x, l.dy));
    require_equal(reference::conv_dw<Rational>(l.dy, l.x, l.w.shape(), l.p),
                  polynomial_gradient(
                      [&](const Values& w) { return reference::conv<Rational>(l.x, w, &l.b, l.p); },
                      l.w, l.dy));
    require_equal(reference::conv_db<Rational>(l.dy),
                  polynomial_gradient(
                      [&](const Values& b) { return reference::conv<Rational>(l.x, l.w, &b, l.p); },
                      l.b, l.dy));
  });
}

TEST(ConvLaws, ExactSumsOnAllThreadsAreTheSameAsOnOne) {
  // Large enough for threads: 2^16 products and more.
  Tensor<float> x(Shape{2, 8, 32, 32});
  Tensor<float> w(Shape{8, 8, 3, 3});
  for (Index i = 0; i < x.size(); ++i) x[i] = static_cast<float>((i * 7919) % 1009 - 504);
  for (Index i = 0; i < w.size(); ++i) w[i] = static_cast<float>((i * 104729) % 31 - 15);
  const ConvParams p{.axes = {{.before = 1, .after = 1}, {.before = 1, .after = 1}}};
  const Tensor<Exact> y = reference::conv<Exact>(x, w, nullptr, p);
  // Small integers: doubles sum them exactly, too.
  const Tensor<double> same =
      reference::conv<double>(tensor_cast<double>(x), tensor_cast<double>(w), nullptr, p);
  for (Index i = 0; i < y.size(); ++i) ASSERT_EQ(static_cast<double>(y[i]), same[i]) << i;
  x[0] = std::numeric_limits<float>::infinity();
  EXPECT_THROW((void)reference::conv<Exact>(x, w, nullptr, p), std::domain_error);
}

TEST(ConvLaws, LinkedMapsCountTheParametersOfANotedLayer) {
  covers({"N-LINK-PARAMS", "F-CONV-LINK"});
  for_all("K links of U x V taps and P biases", [] {
    // Parameters are what the output depends on. Without padding every tap reads a pixel, and with
    // positive numbers no derivative cancels to 0.
    const Layer l = any_layer();
    ConvParams inside = l.p;
    Indices extents{l.x.shape()[0], l.x.shape()[1]};
    for (int axis = 0; axis < inside.axes.size(); ++axis) {
      WindowAxis& a = inside.axes[axis];
      a.before = a.after = 0;
      extents.push_back(a.dilation * (l.w.shape()[axis + 2] - 1) + 1);
    }
    const auto ones = [](const Shape& shape) {
      return Values(shape, std::vector<Rational>(static_cast<std::size_t>(shape.element_count()),
                                                 Rational(1)));
    };
    const Values x = ones({extents.begin(), extents.end()});
    const Values dy = ones(conv_y_shape(x.shape(), l.w.shape(), inside));
    const Values dw = reference::conv_dw<Rational>(dy, x, l.w.shape(), inside);
    require_equal(
        dw.size() - std::count(dw.data(), dw.data() + dw.size(), Rational(0)),
        l.p.links.count(l.w.shape()[0], l.w.shape()[1]) * spatial(l.w.shape()).element_count());
    const Values db = reference::conv_db<Rational>(dy);
    require_equal(db.size() - std::count(db.data(), db.data() + db.size(), Rational(0)),
                  l.w.shape()[0]);
  });
}

}  // namespace
}  // namespace convproof
