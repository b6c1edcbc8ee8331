// conv2d: what the caller can do wrong, and the exact sentence that tells it.
#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "properties/error_of.h"
#include "reference/conv2d.h"

namespace convproof {
namespace {

constexpr Index kHuge = std::numeric_limits<Index>::max();
const Shape x_shape{1, 4, 5, 7};
const Shape w_shape{6, 4, 3, 3};

std::string y_error(const Shape& x, const Shape& w, const Conv2dParams& p = {}) {
  return error_of([&] { (void)conv2d_y_shape(x, w, p); });
}

TEST(Conv2dErrors, ImagesAndKernelsHaveFourAxes) {
  EXPECT_EQ(y_error({4, 5, 7}, w_shape), "conv2d: x: expected 4 axes [N, C, H, W], got [4, 5, 7]");
  EXPECT_EQ(y_error(x_shape, {6, 4, 3}),
            "conv2d: w: expected 4 axes [O, C/groups, Kh, Kw], got [6, 4, 3]");
}

TEST(Conv2dErrors, ChannelsAreAtLeastOne) {
  EXPECT_EQ(y_error({1, 0, 5, 7}, w_shape), "conv2d: channels of x: expected 1 or more, got 0");
  EXPECT_EQ(y_error(x_shape, {0, 4, 3, 3}),
            "conv2d: output channels of w: expected 1 or more, got 0");
}

TEST(Conv2dErrors, GroupsDivideTheChannels) {
  EXPECT_EQ(y_error(x_shape, w_shape, {.groups = 0}), "conv2d: groups: expected 1 or more, got 0");
  EXPECT_EQ(y_error(x_shape, w_shape, {.groups = 3}),
            "conv2d: groups: expected a divisor of the 4 channels of x, got 3");
  EXPECT_EQ(y_error(x_shape, {6, 1, 3, 3}, {.groups = 4}),
            "conv2d: groups: expected a divisor of the 6 output channels of w, got 4");
  EXPECT_EQ(y_error(x_shape, w_shape, {.groups = 2}),
            "conv2d: w: expected 2 channels per group (x has 4, groups 2), got 4");
}

TEST(Conv2dErrors, SizesAndStepsAreAtLeastOne) {
  EXPECT_EQ(y_error({1, 4, 0, 7}, w_shape), "conv2d: input size h: expected 1 or more, got 0");
  EXPECT_EQ(y_error({1, 4, 5, 0}, w_shape), "conv2d: input size w: expected 1 or more, got 0");
  EXPECT_EQ(y_error(x_shape, {6, 4, 0, 3}), "conv2d: kernel size h: expected 1 or more, got 0");
  EXPECT_EQ(y_error(x_shape, {6, 4, 3, 0}), "conv2d: kernel size w: expected 1 or more, got 0");
  EXPECT_EQ(y_error(x_shape, w_shape, {.stride = {0, 1}}),
            "conv2d: stride h: expected 1 or more, got 0");
  EXPECT_EQ(y_error(x_shape, w_shape, {.stride = {1, -2}}),
            "conv2d: stride w: expected 1 or more, got -2");
  EXPECT_EQ(y_error(x_shape, w_shape, {.dilation = {0, 1}}),
            "conv2d: dilation h: expected 1 or more, got 0");
  EXPECT_EQ(y_error(x_shape, w_shape, {.dilation = {1, 0}}),
            "conv2d: dilation w: expected 1 or more, got 0");
}

TEST(Conv2dErrors, PaddingIsNotNegative) {
  EXPECT_EQ(y_error(x_shape, w_shape, {.padding = {.top = -1}}),
            "conv2d: leading padding h: expected 0 or more, got -1");
  EXPECT_EQ(y_error(x_shape, w_shape, {.padding = {.bottom = -1}}),
            "conv2d: trailing padding h: expected 0 or more, got -1");
  EXPECT_EQ(y_error(x_shape, w_shape, {.padding = {.left = -1}}),
            "conv2d: leading padding w: expected 0 or more, got -1");
  EXPECT_EQ(y_error(x_shape, w_shape, {.padding = {.right = -1}}),
            "conv2d: trailing padding w: expected 0 or more, got -1");
}

TEST(Conv2dErrors, TheWindowFitsIntoThePaddedImage) {
  EXPECT_EQ(y_error(x_shape, {6, 4, 6, 3}),
            "conv2d: window h: expected at most the padded input, 5, got 6 (kernel 6, dilation 1)");
  EXPECT_EQ(y_error(x_shape, w_shape, {.padding = {.left = 1}, .dilation = {1, 4}}),
            "conv2d: window w: expected at most the padded input, 8, got 9 (kernel 3, dilation 4)");
}

TEST(Conv2dErrors, TheLargestWindowThatFitsIsNoError) {
  EXPECT_EQ(conv2d_y_shape(x_shape, {6, 4, 5, 7}, {}), (Shape{1, 6, 1, 1}));
  EXPECT_EQ(conv2d_y_shape(x_shape, w_shape, {.dilation = {2, 3}}), (Shape{1, 6, 1, 1}));
}

TEST(Conv2dErrors, SizesDoNotOverflow) {
  EXPECT_EQ(y_error(x_shape, w_shape, {.padding = {.top = kHuge}}),
            "conv2d: padding: expected a sum of sizes below 2^63, got 5 + 9223372036854775807");
  EXPECT_EQ(y_error(x_shape, w_shape, {.padding = {.top = kHuge - 5, .bottom = 1}}),
            "conv2d: padding: expected a sum of sizes below 2^63, got 9223372036854775807 + 1");
  EXPECT_EQ(y_error(x_shape, w_shape, {.dilation = {kHuge, 1}}),
            "conv2d: dilation: expected a product of sizes below 2^63, "
            "got 9223372036854775807 * 2");
  EXPECT_EQ(y_error(x_shape, {6, 4, 2, 3}, {.dilation = {kHuge, 1}}),
            "conv2d: dilation: expected a sum of sizes below 2^63, got 9223372036854775807 + 1");
}

TEST(Conv2dErrors, TensorsThatCannotBeCountedAreRefused) {
  const Index large = Index{1} << 31;
  EXPECT_EQ(y_error({large, 4, large, 7}, w_shape),
            "tensor: shape: expected a product of sizes below 2^63, "
            "got 8589934592 * 2147483648");
}

TEST(Conv2dErrors, OneBiasPerOutputChannel) {
  EXPECT_EQ(error_of([] { (void)conv2d_y_shape(x_shape, w_shape, Shape{4}, {}); }),
            "conv2d: b: expected [6] (one per output channel), got [4]");
  EXPECT_EQ(error_of([] {
              (void)conv2d_y_shape(x_shape, w_shape, Shape{6, 1}, {});
            }),
            "conv2d: b: expected [6] (one per output channel), got [6, 1]");
}

TEST(Conv2dErrors, TheGradientOfYHasTheShapeOfY) {
  const Shape dy{1, 6, 3, 4};
  const std::string message =
      "conv2d: dy: expected [1, 6, 3, 5] (the shape of y), got [1, 6, 3, 4]";
  EXPECT_EQ(error_of([&] { (void)conv2d_dx_shape(dy, w_shape, x_shape, {}); }), message);
  EXPECT_EQ(error_of([&] { (void)conv2d_dw_shape(dy, x_shape, w_shape, {}); }), message);
  EXPECT_EQ(error_of([] {
              (void)conv2d_db_shape({1, 6});
            }),
            "conv2d: dy: expected 4 axes [N, O, H', W'], got [1, 6]");
}

TEST(Conv2dErrors, TheReferenceAsksTheShapeRule) {
  const Tensor<float> x(x_shape);
  const Tensor<float> w(w_shape);
  const Tensor<float> b(Shape{5});
  const Tensor<float> dy(Shape{1, 6, 3, 4});
  EXPECT_EQ(error_of([&] { (void)reference::conv2d<float>(x, w, nullptr, {.groups = 2}); }),
            "conv2d: w: expected 2 channels per group (x has 4, groups 2), got 4");
  EXPECT_EQ(error_of([&] { (void)reference::conv2d<float>(x, w, &b, {}); }),
            "conv2d: b: expected [6] (one per output channel), got [5]");
  const std::string message =
      "conv2d: dy: expected [1, 6, 3, 5] (the shape of y), got [1, 6, 3, 4]";
  EXPECT_EQ(error_of([&] { (void)reference::conv2d_dx<float>(dy, w, x.shape(), {}); }), message);
  EXPECT_EQ(error_of([&] { (void)reference::conv2d_dw<float>(dy, x, w.shape(), {}); }), message);
  EXPECT_EQ(error_of([&] { (void)reference::conv2d_db<float>(b); }),
            "conv2d: dy: expected 4 axes [N, O, H', W'], got [5]");
}

}  // namespace
}  // namespace convproof
