// conv2d: examples worked by hand, one per attribute and pass.
#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <vector>

#include "reference/conv2d.h"

namespace convproof {
namespace {

Tensor<Rational> tensor(const Shape& shape, std::initializer_list<int> elements) {
  return {shape, std::vector<Rational>(elements.begin(), elements.end())};
}

Tensor<Rational> image(Index rows, Index columns, std::initializer_list<int> elements) {
  return tensor({1, 1, rows, columns}, elements);
}

Tensor<Rational> y_of(const Tensor<Rational>& x, const Tensor<Rational>& w,
                      const Conv2dParams& p = {}) {
  return reference::conv2d<Rational>(x, w, nullptr, p);
}

// Note 000 §3.1.1, figure 5.2: a true convolution, so the kernel enters rotated by 180 degrees.
TEST(Conv2dExamples, TheFigureOfTheNotesIsAConvolutionWithTheRotatedKernel) {
  const auto x = image(5, 5, {1,  1,  1,  1,  1,  //
                              -1, 0,  -3, 0,  1,  //
                              2,  1,  1,  -1, 0,  //
                              0,  -1, 1,  2,  1,  //
                              1,  2,  1,  1,  1});
  auto w = image(3, 3, {1, 0, 0, 0, 0, 0, 0, 0, -1});
  std::reverse(w.data(), w.data() + w.size());
  EXPECT_EQ(y_of(x, w), image(3, 3, {0, -2, -1, 2, 2, 4, -1, 0, 0}));
}

// Note 002, "2-D index forms" (X-CONV-SYMBOLIC): with a..l = 1..12 and w x y z = 1, 10, 100, 1000
// every output shows its four pixels as digits, carries aside.
TEST(Conv2dExamples, TheKernelIsNotFlipped) {
  const auto x = image(3, 4, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
  const auto w = image(2, 2, {1, 10, 100, 1000});
  EXPECT_EQ(y_of(x, w), image(2, 3, {6521, 7632, 8743, 10965, 12076, 13187}));
}

TEST(Conv2dExamples, TheStrideSkipsPositions) {
  const auto x = image(4, 4, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16});
  EXPECT_EQ(y_of(x, image(1, 1, {1}), {.stride = {3, 2}}), image(2, 2, {1, 3, 13, 15}));
}

TEST(Conv2dExamples, TheStrideLeavesARestUnread) {
  const auto x = image(1, 6, {1, 2, 3, 4, 5, 6});
  EXPECT_EQ(y_of(x, image(1, 2, {1, 10}), {.stride = {1, 3}}), image(1, 2, {21, 54}));
}

// Zeros above and to the right:  0 0 0 / 1 2 0 / 3 4 0.
TEST(Conv2dExamples, ThePaddingHasFourSides) {
  const auto x = image(2, 2, {1, 2, 3, 4});
  const auto w = image(2, 2, {1, 2, 3, 4});
  EXPECT_EQ(y_of(x, w, {.padding = {.top = 1, .right = 1}}), image(2, 2, {11, 6, 30, 14}));
}

// Zeros below and to the left:  0 1 2 / 0 3 4 / 0 0 0.
TEST(Conv2dExamples, ThePaddingIsNotTheSameOnOppositeSides) {
  const auto x = image(2, 2, {1, 2, 3, 4});
  const auto w = image(2, 2, {1, 2, 3, 4});
  EXPECT_EQ(y_of(x, w, {.padding = {.bottom = 1, .left = 1}}), image(2, 2, {14, 30, 6, 11}));
}

TEST(Conv2dExamples, AWindowMayLieWhollyInThePadding) {
  EXPECT_EQ(y_of(image(1, 1, {5}), image(1, 1, {2}), {.padding = same_on_all_sides(1)}),
            image(3, 3, {0, 0, 0, 0, 10, 0, 0, 0, 0}));
}

TEST(Conv2dExamples, DilationSpreadsTheTapsApart) {
  const auto row = image(1, 5, {1, 2, 3, 4, 5});
  EXPECT_EQ(y_of(row, image(1, 3, {1, 10, 100}), {.dilation = {1, 2}}), image(1, 1, {531}));
  const auto column = image(5, 1, {1, 2, 3, 4, 5});
  EXPECT_EQ(y_of(column, image(2, 1, {1, 10}), {.dilation = {3, 1}}), image(2, 1, {41, 52}));
}

// Four channels with the values 1 2 3 4; output 0 sees the first two, output 1 the last two.
TEST(Conv2dExamples, GroupsSeeTheirOwnChannelsOnly) {
  const auto x = tensor({1, 4, 1, 1}, {1, 2, 3, 4});
  const auto w = tensor({2, 2, 1, 1}, {1, 10, 100, 1000});
  EXPECT_EQ(y_of(x, w, {.groups = 2}), tensor({1, 2, 1, 1}, {21, 4300}));
}

// Depthwise: as many groups as channels, here with two outputs for each.
TEST(Conv2dExamples, EveryChannelMayBeItsOwnGroup) {
  const auto x = tensor({1, 2, 1, 1}, {3, 5});
  const auto w = tensor({4, 1, 1, 1}, {1, 10, 100, 1000});
  EXPECT_EQ(y_of(x, w, {.groups = 2}), tensor({1, 4, 1, 1}, {3, 30, 500, 5000}));
}

TEST(Conv2dExamples, ChannelsAddUp) {
  const auto x = tensor({1, 3, 1, 2}, {1, 2, 3, 4, 5, 6});
  const auto w = tensor({2, 3, 1, 1}, {1, 10, 100, -1, 0, 1});
  EXPECT_EQ(y_of(x, w), tensor({1, 2, 1, 2}, {531, 642, 4, 4}));
}

TEST(Conv2dExamples, EveryOutputChannelHasItsBias) {
  const auto x = image(1, 2, {1, 2});
  const auto w = tensor({2, 1, 1, 1}, {1, 10});
  const auto b = tensor({2}, {100, 200});
  EXPECT_EQ(reference::conv2d<Rational>(x, w, &b, {}), tensor({1, 2, 1, 2}, {101, 102, 210, 220}));
}

TEST(Conv2dExamples, ImagesOfABatchDoNotMix) {
  const auto x = tensor({2, 1, 1, 2}, {1, 2, 3, 4});
  EXPECT_EQ(y_of(x, image(1, 2, {1, 10})), tensor({2, 1, 1, 1}, {21, 43}));
}

TEST(Conv2dExamples, AnEmptyBatchHasZeroGradients) {
  const Tensor<Rational> x(Shape{0, 1, 1, 2});
  const Tensor<Rational> dy(Shape{0, 1, 1, 1});
  const auto w = image(1, 2, {1, 10});
  EXPECT_EQ(y_of(x, w), dy);
  EXPECT_EQ(reference::conv2d_dx<Rational>(dy, w, x.shape(), {}), x);
  EXPECT_EQ(reference::conv2d_dw<Rational>(dy, x, w.shape(), {}), image(1, 2, {0, 0}));
  EXPECT_EQ(reference::conv2d_db<Rational>(dy), tensor({1}, {0}));
}

// y0 = x0 + 10 x1 and y1 = x1 + 10 x2, so with dy = (1, 2) the gradients can be read off.
TEST(Conv2dExamples, TheGradientsOfTwoTapsOnThreePixels) {
  const auto x = image(1, 3, {1, 2, 3});
  const auto w = image(1, 2, {1, 10});
  const auto dy = image(1, 2, {1, 2});
  EXPECT_EQ(reference::conv2d_dx<Rational>(dy, w, x.shape(), {}), image(1, 3, {1, 12, 20}));
  EXPECT_EQ(reference::conv2d_dw<Rational>(dy, x, w.shape(), {}), image(1, 2, {5, 8}));
  EXPECT_EQ(reference::conv2d_db<Rational>(dy), tensor({1}, {3}));
}

// y0 = x0 + 10 x1 and y1 = x2 + 10 x3; nothing reads x4.
TEST(Conv2dExamples, PixelsThatTheStrideSkipsHaveNoGradient) {
  const Conv2dParams p{.stride = {1, 2}};
  const auto x = image(1, 5, {1, 2, 3, 4, 5});
  const auto w = image(1, 2, {1, 10});
  const auto dy = image(1, 2, {1, 2});
  EXPECT_EQ(reference::conv2d_dx<Rational>(dy, w, x.shape(), p), image(1, 5, {1, 10, 2, 20, 0}));
  EXPECT_EQ(reference::conv2d_dw<Rational>(dy, x, w.shape(), p), image(1, 2, {7, 10}));
}

// Padded to 0 x0 x1: y0 = 10 x0 and y1 = x0 + 10 x1.
TEST(Conv2dExamples, TapsInThePaddingAddNothingToTheGradients) {
  const Conv2dParams p{.padding = {.left = 1}};
  const auto x = image(1, 2, {3, 4});
  const auto w = image(1, 2, {1, 10});
  const auto dy = image(1, 2, {1, 2});
  EXPECT_EQ(reference::conv2d_dx<Rational>(dy, w, x.shape(), p), image(1, 2, {12, 20}));
  EXPECT_EQ(reference::conv2d_dw<Rational>(dy, x, w.shape(), p), image(1, 2, {6, 11}));
}

// y0 = x0 + 10 x2 in the first group, y1 = 100 x'0 + 1000 x'2 in the second.
TEST(Conv2dExamples, TheGradientsOfDilatedGroups) {
  const Conv2dParams p{.dilation = {1, 2}, .groups = 2};
  const auto x = tensor({1, 2, 1, 3}, {1, 2, 3, 4, 5, 6});
  const auto w = tensor({2, 1, 1, 2}, {1, 10, 100, 1000});
  const auto dy = tensor({1, 2, 1, 1}, {1, 2});
  EXPECT_EQ(y_of(x, w, p), tensor({1, 2, 1, 1}, {31, 6400}));
  EXPECT_EQ(reference::conv2d_dx<Rational>(dy, w, x.shape(), p),
            tensor({1, 2, 1, 3}, {1, 0, 10, 200, 0, 2000}));
  EXPECT_EQ(reference::conv2d_dw<Rational>(dy, x, w.shape(), p),
            tensor({2, 1, 1, 2}, {1, 3, 8, 12}));
}

TEST(Conv2dExamples, TheGradientOfTheBiasAddsUpImagesAndPixels) {
  const auto dy = tensor({2, 2, 1, 2}, {1, 2, 3, 4, 10, 20, 30, 40});
  EXPECT_EQ(reference::conv2d_db<Rational>(dy), tensor({2}, {33, 77}));
}

}  // namespace
}  // namespace convproof
