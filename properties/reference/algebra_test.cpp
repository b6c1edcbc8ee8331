// Convolution and cross-correlation of plain arrays, with all four borders: what they are and which
// laws hold where.
#include <gtest/gtest.h>

#include "core/scalar/rational.h"
#include "properties/arbitrary.h"
#include "properties/covers.h"
#include "properties/error_of.h"
#include "properties/plain_products.h"
#include "reference/conv.h"
#include "reference/convolution.h"
#include "reference/cross_correlation.h"

namespace convproof {
namespace {

using reference::Border;
using reference::ConvolutionForm;
using Values = Tensor<Rational>;

Values line(std::vector<Rational> elements) {
  const auto length = static_cast<Index>(elements.size());
  return Values({length}, std::move(elements));
}

Values convolved(const Values& f, const Values& g, const ConvolutionForm& form = {}) {
  return reference::evaluate<Rational>(reference::convolution(f.shape(), g.shape(), form), f, g);
}

Values correlated(const Values& f, const Values& g, const ConvolutionForm& form = {}) {
  return reference::evaluate<Rational>(reference::cross_correlation(f.shape(), g.shape(), form), f,
                                       g);
}

Values operator+(Values a, const Values& b) {
  for (Index i = 0; i < a.size(); ++i) a[i] += b[i];
  return a;
}

Values operator*(const Rational& factor, Values a) {
  for (Index i = 0; i < a.size(); ++i) a[i] *= factor;
  return a;
}

Shape any_extents(const char* name, int rank, Index least, Index most) {
  Indices extents(rank);
  for (int axis = 0; axis < rank; ++axis) extents[axis] = any_index(name, least, most);
  return {extents.begin(), extents.end()};
}

Indices any_tap(const Shape& w) {
  Indices tap(w.rank());
  for (int axis = 0; axis < w.rank(); ++axis) tap[axis] = any_index("centre", 0, w[axis] - 1);
  return tap;
}

/// A kernel and an image on one to three axes that any border can take.
struct Pair {
  Values w;
  Values x;
};

Pair any_pair() {
  const int rank = static_cast<int>(any_index("axes", 1, 3));
  const Shape w = any_extents("K", rank, 1, 3);
  Indices x(rank);
  for (int axis = 0; axis < rank; ++axis) x[axis] = w[axis] + any_index("spare", 0, 2);
  return {any_tensor("w", w), any_tensor("x", {x.begin(), x.end()})};
}

ConvolutionForm any_form(const Shape& w) {
  switch (any_index("border", 0, 3)) {
    case 0: return {};
    case 1: return {.border = Border::kValid};
    case 2: return {.border = Border::kSame, .centre = any_tap(w)};
    default: return {.border = Border::kCircular, .centre = any_tap(w)};
  }
}

/// The same place counted from the other end.
Indices mirrored(const Shape& w, const Indices& tap) {
  Indices at(tap.rank());
  for (int axis = 0; axis < tap.rank(); ++axis) at[axis] = w[axis] - 1 - tap[axis];
  return at;
}

/// With the kernel turned around, its centre is at the other end, too.
ConvolutionForm mirrored(const Shape& w, ConvolutionForm form) {
  if (form.centre.rank() > 0) form.centre = mirrored(w, form.centre);
  return form;
}

// ---- examples ---------------------------------------------------------------------------------

TEST(ConvolutionExamples, FourBordersOnALine) {
  covers({"F-CONV-DISC"});
  const Values w = line({1, 10, 100});
  const Values x = line({1, 2, 3, 4});
  EXPECT_EQ(convolved(w, x), line({1, 12, 123, 234, 340, 400}));
  EXPECT_EQ(convolved(w, x, {.border = Border::kSame, .centre = {1}}), line({12, 123, 234, 340}));
  EXPECT_EQ(convolved(w, x, {.border = Border::kSame, .centre = {0}}), line({1, 12, 123, 234}));
  EXPECT_EQ(convolved(w, x, {.border = Border::kValid}), line({123, 234}));
  EXPECT_EQ(convolved(w, x, {.border = Border::kCircular, .centre = {1}}),
            line({412, 123, 234, 341}));
}

TEST(ConvolutionExamples, AKernelLongerThanACircleGoesAroundIt) {
  EXPECT_EQ(
      convolved(line({1, 10, 100}), line({1, 2}), {.border = Border::kCircular, .centre = {0}}),
      line({121, 212}));
}

TEST(CrossCorrelationExamples, FourBordersOnALine) {
  const Values w = line({1, 10, 100});
  const Values x = line({1, 2, 3, 4});
  EXPECT_EQ(correlated(w, x), line({100, 210, 321, 432, 43, 4}));
  EXPECT_EQ(correlated(w, x, {.border = Border::kSame, .centre = {1}}), line({210, 321, 432, 43}));
  EXPECT_EQ(correlated(w, x, {.border = Border::kValid}), line({321, 432}));
  EXPECT_EQ(correlated(w, x, {.border = Border::kCircular, .centre = {0}}),
            line({321, 432, 143, 214}));
}

// ---- errors -----------------------------------------------------------------------------------

TEST(ConvolutionErrors, EveryArgumentIsRefusedByName) {
  const auto error = [](const Shape& w, const Shape& x, const ConvolutionForm& form) {
    return error_of([&] { (void)reference::convolution(w, x, form); });
  };
  EXPECT_EQ(error({1}, Shape(), {}), "convolution: x: expected 1 axis or more, got []");
  EXPECT_EQ(error({1}, {0}, {}), "convolution: x: expected extents of 1 or more, got [0]");
  EXPECT_EQ(error({1, 1}, {2}, {}), "convolution: w: expected 1 axis (as many as x), got [1, 1]");
  EXPECT_EQ(error({0}, {2}, {}), "convolution: w: expected extents of 1 or more, got [0]");
  EXPECT_EQ(error({3}, {2}, {.border = Border::kValid}),
            "convolution: w: expected at most the image, [2], got [3]");
  EXPECT_EQ(error({3}, {5}, {.border = Border::kSame}),
            "convolution: centre: expected a tap of the kernel [3], got []");
  EXPECT_EQ(error({3}, {5}, {.border = Border::kCircular, .centre = {3}}),
            "convolution: centre: expected a tap of the kernel [3], got [3]");
  EXPECT_EQ(error({3}, {5}, {.border = Border::kSame, .centre = {1, 1}}),
            "convolution: centre: expected a tap of the kernel [3], got [1, 1]");
  EXPECT_EQ(error({3}, {5}, {.centre = {1}}),
            "convolution: centre: expected none for a full or valid form, got [1]");
  EXPECT_EQ(error({2}, {std::numeric_limits<Index>::max()}, {}),
            "convolution: extent: expected a sum of sizes below 2^63, got 9223372036854775807 + 1");
}

TEST(CrossCorrelationErrors, EveryArgumentIsRefusedByName) {
  const auto error = [](const Shape& w, const Shape& x, const ConvolutionForm& form) {
    return error_of([&] { (void)reference::cross_correlation(w, x, form); });
  };
  EXPECT_EQ(error({1}, {2, 0}, {}),
            "cross_correlation: x: expected extents of 1 or more, got [2, 0]");
  EXPECT_EQ(error({1, 1}, {2}, {}),
            "cross_correlation: w: expected 1 axis (as many as x), got [1, 1]");
  EXPECT_EQ(error({3}, {2}, {.border = Border::kValid}),
            "cross_correlation: w: expected at most the image, [2], got [3]");
  EXPECT_EQ(error({3}, {5}, {.border = Border::kSame, .centre = {-1}}),
            "cross_correlation: centre: expected a tap of the kernel [3], got [-1]");
}

// ---- laws: the other side ----------------------------------------------------------------------

// Polynomials know nothing of windows: their product has the full convolution for coefficients.
// Evaluated at more points than it has coefficients, it is determined.
TEST(ConvolutionLaws, FullIsTheProductOfPolynomials) {
  covers({"F-CONV-DISC", "F-CONV-2D-FULL"});
  const auto value = [](const Values& coefficients, const std::vector<Rational>& at) {
    Rational sum = 0;
    for_each_index(coefficients.shape(), [&](const Indices& power) {
      Rational term = coefficients[flat_index(coefficients.shape(), power)];
      for (int axis = 0; axis < power.rank(); ++axis) {
        for (Index i = 0; i < power[axis]; ++i) term *= at[static_cast<std::size_t>(axis)];
      }
      sum += term;
    });
    return sum;
  };
  for_all("w(z) * x(z) = (w conv x)(z)", [&] {
    const Pair p = any_pair();
    const Values y = convolved(p.w, p.x);
    // Degrees are below 8 on each axis: a polynomial that vanishes on 8 points per axis is zero.
    Indices points(y.shape().rank());
    for (int axis = 0; axis < points.rank(); ++axis) points[axis] = y.shape()[axis];
    for_each_index({points.begin(), points.end()}, [&](const Indices& point) {
      std::vector<Rational> at;
      for (const Index i : point) at.emplace_back(i - 2);
      require_equal(value(p.w, at) * value(p.x, at), value(y, at));
    });
  });
}

TEST(ConvolutionLaws, EveryBorderIsAPartOfTheFullFormOrWrapsIt) {
  for_all("same and valid are cut out of full, circular adds up what is a circle apart", [] {
    const Pair p = any_pair();
    const Shape& w = p.w.shape();
    const Shape& x = p.x.shape();
    const Indices centre = any_tap(w);
    const Values full = convolved(p.w, p.x);
    Values same(x);
    Values circular(x);
    Values valid(reference::convolution(w, x, {.border = Border::kValid}).y.extents);
    for_each_index(full.shape(), [&](const Indices& t) {
      const Rational& value = full[flat_index(full.shape(), t)];
      Indices in_same(t.rank());
      Indices in_valid(t.rank());
      Indices in_circle(t.rank());
      for (int axis = 0; axis < t.rank(); ++axis) {
        in_same[axis] = t[axis] - centre[axis];
        in_valid[axis] = t[axis] - (w[axis] - 1);
        in_circle[axis] = (in_same[axis] + 5 * x[axis]) % x[axis];
      }
      if (contains(x, in_same)) same[flat_index(x, in_same)] = value;
      if (contains(valid.shape(), in_valid)) valid[flat_index(valid.shape(), in_valid)] = value;
      circular[flat_index(x, in_circle)] += value;
    });
    require_equal(convolved(p.w, p.x, {.border = Border::kSame, .centre = centre}), same);
    require_equal(convolved(p.w, p.x, {.border = Border::kValid}), valid);
    require_equal(convolved(p.w, p.x, {.border = Border::kCircular, .centre = centre}), circular);
  });
}

TEST(ConvolutionLaws, GradientsAreFiniteDifferences) {
  for_all("of both operands, with every border", [] {
    const Pair p = any_pair();
    require_gradients(reference::convolution(p.w.shape(), p.x.shape(), any_form(p.w.shape())), p.w,
                      p.x);
  });
}

TEST(CrossCorrelationLaws, GradientsAreFiniteDifferences) {
  for_all("of both operands, with every border", [] {
    const Pair p = any_pair();
    require_gradients(reference::cross_correlation(p.w.shape(), p.x.shape(), any_form(p.w.shape())),
                      p.w, p.x);
  });
}

TEST(CrossCorrelationLaws, IsTheGeneralLayerPaddedAsTheBorderWants) {
  for_all("full K-1 on both sides, same centre and K-1-centre, valid nothing", [] {
    const Pair p = any_pair();
    const ConvolutionForm form = any_form(p.w.shape());
    if (form.border == Border::kCircular) return;  // See the next law.
    ConvParams general;
    for (int axis = 0; axis < p.w.shape().rank(); ++axis) {
      const Index K = p.w.shape()[axis];
      switch (form.border) {
        case Border::kFull: general.axes.push_back({.before = K - 1, .after = K - 1}); break;
        case Border::kSame:
          general.axes.push_back({.before = form.centre[axis], .after = K - 1 - form.centre[axis]});
          break;
        default: general.axes.push_back({}); break;
      }
    }
    const auto as_layer = [](const Values& a) {
      return Values(with_spatial(1, 1, a.shape()),
                    std::vector<Rational>(a.data(), a.data() + a.size()));
    };
    require_equal(as_layer(correlated(p.w, p.x, form)),
                  reference::conv<Rational>(as_layer(p.x), as_layer(p.w), nullptr, general));
  });
}

TEST(CrossCorrelationLaws, CircularIsTheGeneralLayerOnTheImageRepeated) {
  for_all("as many pixels of the circle as the kernel needs, from its centre on", [] {
    const Pair p = any_pair();
    const Shape& w = p.w.shape();
    const Shape& x = p.x.shape();
    const Indices centre = any_tap(w);
    ConvParams general;
    Indices extents(x.rank());
    for (int axis = 0; axis < x.rank(); ++axis) {
      extents[axis] = x[axis] + w[axis] - 1;
      general.axes.push_back({});
    }
    Values repeated(Shape(extents.begin(), extents.end()));
    for_each_index(repeated.shape(), [&](const Indices& at) {
      Indices from(at.rank());
      for (int axis = 0; axis < at.rank(); ++axis) {
        from[axis] = (at[axis] - centre[axis] + 3 * x[axis]) % x[axis];
      }
      repeated[flat_index(repeated.shape(), at)] = p.x[flat_index(x, from)];
    });
    const auto as_layer = [](const Values& a) {
      return Values(with_spatial(1, 1, a.shape()),
                    std::vector<Rational>(a.data(), a.data() + a.size()));
    };
    require_equal(as_layer(correlated(p.w, p.x, {.border = Border::kCircular, .centre = centre})),
                  reference::conv<Rational>(as_layer(repeated), as_layer(p.w), nullptr, general));
  });
}

// ---- laws of the notes: the table of note 000 §3.1.2
// ---------------------------------------------

TEST(ConvolutionLaws, IsCrossCorrelationWithTheKernelRotated) {
  covers({"P-CONV-EQ-ROT-XCORR", "P-CONV2-FLIPS"});
  for_all("W (star) X = rotate(W, 180) * X, with every border", [] {
    const Pair p = any_pair();
    const ConvolutionForm form = any_form(p.w.shape());
    require_equal(convolved(p.w, p.x, form),
                  correlated(reversed(p.w), p.x, mirrored(p.w.shape(), form)));
  });
}

TEST(ConvolutionLaws, FullIsCommutative) {
  covers({"P-CONV-COMM", "P-CONV-2D-COMM"});
  for_all("f (star) g = g (star) f", [] {
    const Pair p = any_pair();
    require_equal(convolved(p.w, p.x), convolved(p.x, p.w));
  });
}

TEST(ConvolutionLaws, CircularIsCommutativeOnOneCircle) {
  for_all("f (star) g = g (star) f on equal extents", [] {
    const Values f = any_tensor("f", {any_index("rows", 1, 3), any_index("columns", 1, 3)});
    const Values g = any_tensor("g", f.shape());
    const ConvolutionForm form{.border = Border::kCircular, .centre = any_tap(f.shape())};
    require_equal(convolved(f, g, form), convolved(g, f, form));
  });
}

TEST(ConvolutionLaws, SameAndValidAreNotCommutative) {
  // Same keeps the extents of the image; valid does not exist with the larger one as the kernel.
  const Values f = line({1});
  const Values g = line({1, 2});
  EXPECT_EQ(convolved(f, g, {.border = Border::kSame, .centre = {0}}), line({1, 2}));
  EXPECT_EQ(convolved(g, f, {.border = Border::kSame, .centre = {0}}), line({1}));
  EXPECT_EQ(convolved(f, g, {.border = Border::kValid}), line({1, 2}));
  EXPECT_THROW((void)convolved(g, f, {.border = Border::kValid}), ShapeError);
}

TEST(CrossCorrelationLaws, IsNotCommutativeButTheResultTurnsAround) {
  covers({"P-XCORR-COMM"});
  const Values f = line({1});
  const Values g = line({1, 2});
  EXPECT_EQ(correlated(f, g), line({1, 2}));
  EXPECT_EQ(correlated(g, f), line({2, 1}));
  for_all("f * g = rotate(g * f, 180) in full form", [] {
    const Pair p = any_pair();
    require_equal(correlated(p.w, p.x), reversed(correlated(p.x, p.w)));
  });
}

/// A third operand on the same axes.
Values any_third(const Pair& p) {
  return any_tensor("h", any_extents("third", p.w.shape().rank(), 1, 2));
}

TEST(ConvolutionLaws, FullIsAssociative) {
  covers({"P-CONV-ASSOC"});
  for_all("f (star) (g (star) h) = (f (star) g) (star) h", [] {
    const Pair p = any_pair();
    const Values h = any_third(p);
    require_equal(convolved(p.w, convolved(p.x, h)), convolved(convolved(p.w, p.x), h));
  });
}

TEST(CrossCorrelationLaws, IsNotAssociativeButMovesAFactorByConvolution) {
  covers({"P-XCORR-ASSOC"});
  const Values f = line({1, 2});
  const Values g = line({1});
  const Values h = line({1});
  EXPECT_EQ(correlated(f, correlated(g, h)), line({2, 1}));
  EXPECT_EQ(correlated(correlated(f, g), h), line({1, 2}));
  for_all("f * (g * h) = (f (star) g) * h in full form", [] {
    const Pair p = any_pair();
    const Values third = any_third(p);
    require_equal(correlated(p.w, correlated(p.x, third)), correlated(convolved(p.w, p.x), third));
  });
}

TEST(ConvolutionLaws, SeveralConvolutionsMergeIntoOneWhereNoZerosComeBetween) {
  covers({"P-MERGE-CONVS"});
  for_all("valid after valid is valid with the kernels' full convolution", [] {
    const Pair p = any_pair();
    const Values h = any_third(p);
    const Values both = convolved(h, p.w);
    for (int axis = 0; axis < p.x.shape().rank(); ++axis) {
      if (both.shape()[axis] > p.x.shape()[axis]) return;
    }
    const ConvolutionForm valid{.border = Border::kValid};
    require_equal(convolved(h, convolved(p.w, p.x, valid), valid), convolved(both, p.x, valid));
  });
  // With zero padding after each step the borders differ: what the first one moves out of the image
  // and back in is lost.
  const ConvolutionForm same{.border = Border::kSame, .centre = {1}};
  const Values left = line({1, 0, 0});
  const Values right = line({0, 0, 1});
  const Values x = line({1, 2});
  EXPECT_EQ(convolved(right, convolved(left, x, same), same), line({0, 2}));
  EXPECT_EQ(convolved(convolved(right, left), x, {.border = Border::kSame, .centre = {2}}), x);
}

TEST(ConvolutionLaws, IsLinearInEachOperand) {
  covers({"P-CONV-DISTRIB"});
  for_all("f (star) (g + a h) = f (star) g + a (f (star) h), and the other way round", [] {
    const Pair p = any_pair();
    const ConvolutionForm form = any_form(p.w.shape());
    const Rational a = any_rational("a");
    const Values h = any_tensor("h", p.x.shape());
    const Values v = any_tensor("v", p.w.shape());
    require_equal(convolved(p.w, p.x + a * h, form),
                  convolved(p.w, p.x, form) + a * convolved(p.w, h, form));
    require_equal(convolved(p.w + a * v, p.x, form),
                  convolved(p.w, p.x, form) + a * convolved(v, p.x, form));
  });
}

TEST(CrossCorrelationLaws, IsLinearInEachOperand) {
  covers({"P-XCORR-DISTRIB"});
  for_all("f * (g + a h) = f * g + a (f * h), and the other way round", [] {
    const Pair p = any_pair();
    const ConvolutionForm form = any_form(p.w.shape());
    const Rational a = any_rational("a");
    const Values h = any_tensor("h", p.x.shape());
    const Values v = any_tensor("v", p.w.shape());
    require_equal(correlated(p.w, p.x + a * h, form),
                  correlated(p.w, p.x, form) + a * correlated(p.w, h, form));
    require_equal(correlated(p.w + a * v, p.x, form),
                  correlated(p.w, p.x, form) + a * correlated(v, p.x, form));
  });
}

TEST(ConvolutionLaws, RotatingTheImageInsteadTurnsTheResultAround) {
  covers({"P-ROT-EITHER"});
  for_all("rotate(W) * X = W (star) X = rotate(X) * W, but W * rotate(X) is its rotation", [] {
    const Pair p = any_pair();
    // Commutativity exchanges the roles, too: the rotated image becomes the kernel.
    require_equal(correlated(reversed(p.w), p.x), convolved(p.w, p.x));
    require_equal(correlated(reversed(p.x), p.w), convolved(p.w, p.x));
    require_equal(correlated(p.w, reversed(p.x)), reversed(convolved(p.w, p.x)));
  });
  // So with W still the kernel it is not irrelevant which of the two is rotated.
  EXPECT_FALSE(correlated(line({1}), reversed(line({1, 2}))) ==
               correlated(reversed(line({1})), line({1, 2})));
}

TEST(ConvolutionLaws, OnePlaneOfAnImageIsALine) {
  covers({"P-1D-TO-2D"});
  for_all("on images of one row the sum over two axes is that over one", [] {
    const Values w = any_tensor("w", {any_index("K", 1, 3)});
    const Values x = any_tensor("x", {w.size() + any_index("spare", 0, 3)});
    const auto row = [](const Values& a) {
      return Values({1, a.size()}, std::vector<Rational>(a.data(), a.data() + a.size()));
    };
    require_equal(convolved(row(w), row(x)), row(convolved(w, x)));
  });
}

TEST(ConvolutionLaws, TheFullFormIsCommutativeThereforeItsArgumentsOnlyHaveNames) {
  covers({"F-TERMS"});
  // The first argument is the input, the second the kernel: s = x * w has one element for every
  // place where they meet, whichever is which, and is a map like the input.
  for_all("extents add up, less one", [] {
    const Pair p = any_pair();
    const Values map = convolved(p.x, p.w);
    require_equal(map.shape().rank(), p.x.shape().rank());
    for (int axis = 0; axis < map.shape().rank(); ++axis) {
      require_equal(map.shape()[axis], p.x.shape()[axis] + p.w.shape()[axis] - 1);
    }
  });
}

}  // namespace
}  // namespace convproof
