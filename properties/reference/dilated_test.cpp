// Kernels with holes and the receptive fields that they, deeper layers and pooling give.
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "core/scalar/rational.h"
#include "properties/arbitrary.h"
#include "properties/covers.h"
#include "properties/error_of.h"
#include "properties/gradients.h"
#include "properties/matrices.h"
#include "reference/conv.h"
#include "reference/dilate_kernel.h"

namespace convproof {
namespace {

using Values = Tensor<Rational>;

Values tensor(const Shape& shape, std::vector<Rational> elements) {
  return Values(shape, std::move(elements));
}

Values conv(const Values& x, const Values& w, const ConvParams& p) {
  return reference::conv<Rational>(x, w, nullptr, p);
}

Values ones(const Shape& shape) {
  Values all(shape);
  for (Index i = 0; i < all.size(); ++i) all[i] = 1;
  return all;
}

Index nonzeros(const Values& values) {
  return values.size() - std::count(values.data(), values.data() + values.size(), 0);
}

const ConvParams kPlain{.axes = {{}, {}}};

// ---- examples -------------------------------------------------------------------------------

TEST(DilateKernelExamples, ZerosStandBetweenTheTaps) {
  covers({"N-DILATED-SIZE"});
  EXPECT_EQ(reference::dilate_kernel(tensor({1, 1, 3}, {1, 2, 3}), {.dilations = {3}}),
            tensor({1, 1, 7}, {1, 0, 0, 2, 0, 0, 3}));
  EXPECT_EQ(reference::dilate_kernel(tensor({1, 1, 3}, {1, 2, 3}), {.dilations = {1}}),
            tensor({1, 1, 3}, {1, 2, 3}));
  EXPECT_EQ(reference::dilate_kernel(tensor({1, 1, 2, 2}, {1, 2, 3, 4}), {.dilations = {1, 2}}),
            tensor({1, 1, 2, 3}, {1, 0, 2, 3, 0, 4}));
  EXPECT_EQ(reference::dilate_kernel_dw(tensor({1, 1, 5}, {1, 2, 3, 4, 5}), {1, 1, 3},
                                        {.dilations = {2}}),
            tensor({1, 1, 3}, {1, 3, 5}));
}

TEST(DilateKernelExamples, NineParametersReachFiveAndSevenPixels) {
  // Qiu's Fig. 5.18, lost in note 004 §5.5.2: a kernel of 3 x 3 with D = 2 and with D = 3.
  covers({"X-DILATED-FIG-R", "E-DILATED-PARAMS", "N-DILATED-SIZE"});
  for (const Index d : {1, 2, 3}) {
    const Index reach = 3 + 2 * (d - 1);
    const ConvParams p{.axes = {{.dilation = d}, {.dilation = d}}};
    const Values kernel = ones({1, 1, 3, 3});
    const Values field =
        matrix_of([&](const Values& x) { return conv(x, kernel, p); }, {1, 1, reach, reach});
    ASSERT_EQ(field.shape(), (Shape{1, reach * reach}));
    for (Index i = 0; i < reach; ++i) {
      for (Index j = 0; j < reach; ++j) {
        EXPECT_EQ(field(0, i * reach + j), i % d == 0 && j % d == 0 ? 1 : 0) << i << ' ' << j;
      }
    }
    // The output depends on nine parameters, whatever D is; a kernel of adjacent taps that reaches
    // as far has reach^2.
    const Values image = ones({1, 1, reach, reach});
    EXPECT_EQ(nonzeros(reference::conv_dw<Rational>(ones({1, 1, 1, 1}), image, kernel.shape(), p)),
              9);
    EXPECT_EQ(nonzeros(reference::conv_dw<Rational>(ones({1, 1, 1, 1}), image, {1, 1, reach, reach},
                                                    kPlain)),
              reach * reach);
  }
}

// ---- errors ---------------------------------------------------------------------------------

TEST(DilateKernelErrors, EveryArgumentIsRefusedByName) {
  const auto y_error = [](const Shape& w, const Indices& dilations) {
    return error_of([&] { (void)reference::dilate_kernel(Values(w), {.dilations = dilations}); });
  };
  EXPECT_EQ(y_error({1, 1, 3}, {}),
            "dilate_kernel: dilations: expected 1 spatial axis or more, got 0");
  EXPECT_EQ(y_error({1, 1, 3}, {1, 1}),
            "dilate_kernel: w: expected 4 axes [O, C, Kh, Kw], got [1, 1, 3]");
  EXPECT_EQ(y_error({1, 1, 3, 0}, {1, 1}),
            "dilate_kernel: kernel size w: expected 1 or more, got 0");
  EXPECT_EQ(y_error({1, 1, 3, 3}, {0, 1}), "dilate_kernel: dilation h: expected 1 or more, got 0");
  EXPECT_EQ(y_error({1, 1, 3}, {Index{1} << 62}),
            "dilate_kernel: dilation: expected a sum of sizes below 2^63, got "
            "3 + 9223372036854775806");
  EXPECT_EQ(
      error_of([] {
        (void)reference::dilate_kernel_dw(Values(Shape{1, 1, 4}), {1, 1, 3}, {.dilations = {2}});
      }),
      "dilate_kernel: dy: expected [1, 1, 5] (the shape of y), got [1, 1, 4]");
}

// ---- laws -----------------------------------------------------------------------------------

TEST(DilateKernelLaws, DilatedConvolutionIsConvolutionWithHoles) {
  covers({"N-DILATED-SIZE"});
  for_all("forward and gradients", [] {
    const auto rank = any_index("axes", 1, 3);
    Indices x{any_index("images", 1, 2), any_index("channels", 1, 2)};
    Indices w{any_index("outputs", 1, 2), x[1]};
    ConvParams dilated;
    ConvParams holed;
    reference::DilateKernelParams p;
    for (Index axis = 0; axis < rank; ++axis) {
      WindowAxis a = any_window_axis();
      w.push_back(any_index("kernel", 1, 3));
      const Index k = w[static_cast<int>(axis) + 2];
      x.push_back(k + (k - 1) * (a.dilation - 1) + any_index("spare pixels", 0, 2));
      dilated.axes.push_back(a);
      p.dilations.push_back(a.dilation);
      a.dilation = 1;
      holed.axes.push_back(a);
    }
    const Values image = any_tensor("x", Shape(x.begin(), x.end()));
    const Values kernel = any_tensor("w", Shape(w.begin(), w.end()));
    const Values holes = reference::dilate_kernel(kernel, p);
    const Values y = conv(image, kernel, dilated);
    require_equal(y, conv(image, holes, holed));
    const Values dy = any_tensor("dy", y.shape());
    require_equal(
        reference::conv_dw<Rational>(dy, image, kernel.shape(), dilated),
        reference::dilate_kernel_dw(reference::conv_dw<Rational>(dy, image, holes.shape(), holed),
                                    kernel.shape(), p));
    require_equal(reference::conv_dx<Rational>(dy, kernel, image.shape(), dilated),
                  reference::conv_dx<Rational>(dy, holes, image.shape(), holed));
  });
}

TEST(DilateKernelLaws, TheGradientIsAFiniteDifference) {
  for_all("dw is an exact difference of y", [] {
    const reference::DilateKernelParams p{
        .dilations = {any_index("dilation h", 1, 3), any_index("dilation w", 1, 3)}};
    const Values w = any_tensor(
        "w", {any_index("outputs", 1, 2), 2, any_index("height", 1, 3), any_index("width", 1, 3)});
    const Values dy = any_tensor("dy", reference::dilate_kernel_y_shape(w.shape(), p));
    require_equal(reference::dilate_kernel_dw(dy, w.shape(), p),
                  polynomial_gradient(
                      [&](const Values& v) { return reference::dilate_kernel(v, p); }, w, dy));
  });
}

// A second opinion in one dimension: polynomials. The holes make w(z^D) out of w(z).
TEST(DilateKernelLaws, ItIsThePolynomialOfAPowerOfTheVariable) {
  for_all("y(z) = w(z^D)", [] {
    const Index d = any_index("dilation", 1, 4);
    const Values w = any_tensor("w", {1, 1, any_index("kernel", 1, 5)});
    const Values y = reference::dilate_kernel(w, {.dilations = {d}});
    const auto at = [](const Values& polynomial, const Rational& z) {
      Rational value = 0;
      for (Index k = polynomial.size() - 1; k >= 0; --k) value = value * z + polynomial[k];
      return value;
    };
    // More points than coefficients: equal at all of them is equal.
    for (int z = 1; z <= static_cast<int>(y.size()) + 1; ++z) {
      Rational power = 1;
      for (Index k = 0; k < d; ++k) power *= z;
      require_equal(at(y, z), at(w, power));
    }
    require_equal(y.size(), w.size() + (w.size() - 1) * (d - 1));
  });
}

// ---- three ways to a larger receptive field ---------------------------------------------------

/// The full convolution of two kernels: c[m] = sum_u a[u] b[m-u].
Values full_convolution(const Values& a, const Values& b) {
  Indices extents{1, 1};
  for (int axis = 2; axis < 4; ++axis) extents.push_back(a.shape()[axis] + b.shape()[axis] - 1);
  Values c(Shape(extents.begin(), extents.end()));
  for_each_index(a.shape(), [&](const Indices& u) {
    for_each_index(b.shape(), [&](const Indices& v) {
      c(0, 0, u[2] + v[2], u[3] + v[3]) +=
          a[flat_index(a.shape(), u)] * b[flat_index(b.shape(), v)];
    });
  });
  return c;
}

TEST(DilateKernelLaws, LargerKernelsMoreLayersAndPoolingEachReachFurther) {
  // Receptive fields by the support of the Jacobian: which of 6 x 6 pixels the first output sees.
  covers({"P-THREE-WAYS-RF"});
  const Shape image{1, 1, 6, 6};
  const ConvParams pooling{.axes = {{.stride = 2}, {.stride = 2}}};
  const Values three = ones({1, 1, 3, 3});
  const Values two = ones({1, 1, 2, 2});
  const auto seen = [&](const auto& layers) {
    const Values jacobian = matrix_of(layers, image);
    Index side = 0;
    Index count = 0;
    for (Index j = 0; j < image.element_count(); ++j) {
      if (jacobian(0, j) == 0) continue;
      ++count;
      side = std::max({side, j / 6 + 1, j % 6 + 1});
    }
    EXPECT_EQ(count, side * side);  // A square without holes.
    return side;
  };
  EXPECT_EQ(seen([&](const Values& x) { return conv(x, three, kPlain); }), 3);
  EXPECT_EQ(seen([&](const Values& x) { return conv(x, ones({1, 1, 5, 5}), kPlain); }), 5);
  EXPECT_EQ(seen([&](const Values& x) { return conv(conv(x, three, kPlain), three, kPlain); }), 5);
  EXPECT_EQ(seen([&](const Values& x) { return conv(conv(x, two, pooling), three, kPlain); }), 6);
  // The first two have more parameters, here those that the first output depends on, than the nine
  // of one 3 x 3 kernel, ...
  const Values dy = ones({1, 1, 1, 1});
  const auto depends_on = [&](const Values& error, const Values& x, const Shape& kernel) {
    return nonzeros(reference::conv_dw<Rational>(error, x, kernel, kPlain));
  };
  EXPECT_EQ(depends_on(dy, ones({1, 1, 3, 3}), three.shape()), 9);
  const Values five = ones({1, 1, 5, 5});
  EXPECT_EQ(depends_on(dy, five, five.shape()), 25);
  const Values hidden = conv(five, three, kPlain);
  const Values error = reference::conv_dx<Rational>(dy, three, hidden.shape(), kPlain);
  EXPECT_EQ(depends_on(dy, hidden, three.shape()) + depends_on(error, five, three.shape()), 18);
  // ... and pooling has none, but loses information: the 36 pixels leave 9 dimensions.
  EXPECT_EQ(rank_of(matrix_of([&](const Values& x) { return conv(x, two, pooling); }, image)), 9);
}

TEST(DilateKernelLaws, TwoLayersOfThreeAreOneOfFive) {
  covers({"P-THREE-WAYS-RF"});
  for_all("valid convolutions compose", [] {
    const Values a = any_tensor("a", {1, 1, 3, 3});
    const Values b = any_tensor("b", {1, 1, 3, 3});
    const Values x = any_tensor("x", {2, 1, any_index("height", 5, 7), any_index("width", 5, 7)});
    const Values merged = full_convolution(a, b);
    require_equal(merged.shape(), Shape{1, 1, 5, 5});
    require_equal(conv(conv(x, a, kPlain), b, kPlain), conv(x, merged, kPlain));
  });
}

TEST(DilateKernelLaws, OneLayerOfFiveIsNotTwoOfThree) {
  // "Two 3 x 3 approximate the effect of one 5 x 5": the same field, not the same maps.
  covers({"P-THREE-WAYS-RF"});
  for_all("two kernels of 9 move in 17 of the 25 dimensions, because a factor moves freely", [] {
    const Values a = any_tensor("a", {1, 1, 3, 3});
    const Values b = any_tensor("b", {1, 1, 3, 3});
    const Values along_a =
        matrix_of([&](const Values& v) { return full_convolution(v, b); }, a.shape());
    const Values along_b =
        matrix_of([&](const Values& v) { return full_convolution(a, v); }, b.shape());
    Values jacobian(Shape{25, 18});
    for (Index i = 0; i < 25; ++i) {
      for (Index j = 0; j < 9; ++j) {
        jacobian(i, j) = along_a(i, j);
        jacobian(i, j + 9) = along_b(i, j);
      }
    }
    require(rank_of(jacobian) <= 17, "more than 17 dimensions");
  });
  // One kernel that no two make: ones at (0,0) and (4,3), zero elsewhere. In every direction d the
  // outermost taps of a product are the sums of those of its factors,
  for_all("outermost taps add", [] {
    const Index down = any_index("down", -4, 4);
    const Index right = any_index("right", -4, 4);
    const auto outermost = [&](const Values& kernel) {
      Index most = std::numeric_limits<Index>::min();
      for_each_index(kernel.shape(), [&](const Indices& u) {
        if (kernel[flat_index(kernel.shape(), u)] == 0) return;
        most = std::max(most, down * u[2] + right * u[3]);
      });
      return most;
    };
    // Zeros at random, but at least one tap.
    const auto sparse = [](const char* name) {
      Values kernel = any_tensor(name, {1, 1, 3, 3});
      for (Index i = 0; i < 8; ++i) kernel[i] *= any_index("tap", 0, 1);
      return kernel;
    };
    const Values a = sparse("a");
    const Values b = sparse("b");
    require_equal(outermost(full_convolution(a, b)), outermost(a) + outermost(b));
  });
  // so that along (3,-4), where both taps are at 0, all taps of each factor are on one line: else
  // it would be wider than 0. Two different taps of a 3 x 3 kernel are never on such a line, each
  // factor has one tap, and so would the product.
  for (Index i = -2; i <= 2; ++i) {
    for (Index j = -2; j <= 2; ++j) {
      EXPECT_EQ(3 * i - 4 * j == 0, i == 0 && j == 0) << i << ' ' << j;
    }
  }
}

}  // namespace
}  // namespace convproof
