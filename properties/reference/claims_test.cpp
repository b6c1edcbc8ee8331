// The gradients that the notes print for a convolution layer, line by line, against exact
// differences of the layer itself: which reading of the symbols makes a line true, and which not.
#include <gtest/gtest.h>

#include <numeric>

#include "core/scalar/rational.h"
#include "properties/arbitrary.h"
#include "properties/covers.h"
#include "properties/matrices.h"
#include "properties/plain_products.h"
#include "reference/bouvrie_layer.h"
#include "reference/convolution.h"
#include "reference/cross_correlation.h"
#include "reference/feature_map_layer.h"

namespace convproof {
namespace {

using reference::Border;
using Values = Tensor<Rational>;

constexpr reference::ConvolutionForm valid() {
  return {.border = Border::kValid};
}

Values convolved(const Values& w, const Values& x, const reference::ConvolutionForm& form) {
  return reference::evaluate<Rational>(reference::convolution(w.shape(), x.shape(), form), w, x);
}

Values correlated(const Values& w, const Values& x, const reference::ConvolutionForm& form) {
  return reference::evaluate<Rational>(reference::cross_correlation(w.shape(), x.shape(), form), w,
                                       x);
}

Values operator+(Values a, const Values& b) {
  for (Index i = 0; i < a.size(); ++i) a[i] += b[i];
  return a;
}

/// f(z) = z^2, whose exact derivative is 2z; a polynomial keeps differences exact.
Values squared(Values z) {
  for (Index i = 0; i < z.size(); ++i) z[i] *= z[i];
  return z;
}

/// X^d or Z^p of a group of maps [rows, columns, maps].
Values slice(const Values& x, Index map) {
  Values to(Shape{x.shape()[0], x.shape()[1]});
  for_each_index(to.shape(), [&](const Indices& at) { to(at[0], at[1]) = x(at[0], at[1], map); });
  return to;
}

/// W^{p,d} of kernels [U, V, P, D].
Values kernel(const Values& w, Index p, Index d) {
  Values to(Shape{w.shape()[0], w.shape()[1]});
  for_each_index(to.shape(), [&](const Indices& at) { to(at[0], at[1]) = w(at[0], at[1], p, d); });
  return to;
}

/// Z = W (star) X + b or W (x) X + b on random maps, with dL/dZ.
struct Layer {
  Values x, w, b, dz;
  reference::FeatureMapLayerParams p;

  Values z(const Values& at_x, const Values& at_w, const Values& at_b) const {
    return reference::feature_map_layer<Rational>(at_x, at_w, at_b, p);
  }
  Values dw() const {
    return polynomial_gradient([&](const Values& v) { return z(x, v, b); }, w, dz);
  }
  Values dx() const {
    return polynomial_gradient([&](const Values& v) { return z(v, w, b); }, x, dz);
  }
  Values db() const {
    return polynomial_gradient([&](const Values& v) { return z(x, w, v); }, b, dz);
  }
};

Layer any_layer(bool flipped) {
  Layer layer;
  layer.p.flipped = flipped;
  const Index D = any_index("D", 1, 2);
  const Index P = any_index("P", 1, 2);
  const Index U = any_index("U", 1, 3);
  const Index V = any_index("V", 1, 3);
  const Index M = U + any_index("spare rows", 0, 2);
  const Index N = V + any_index("spare columns", 0, 2);
  layer.x = any_tensor("x", {M, N, D});
  layer.w = any_tensor("w", {U, V, P, D});
  layer.b = any_tensor("b", {P});
  layer.dz = any_tensor("dz", {M - U + 1, N - V + 1, P});
  return layer;
}

// ---- what a gradient is -----------------------------------------------------------------------

TEST(GradientLayoutClaims, TheGradientIsAColumnAndTheDerivativeIsItTransposed) {
  covers({"F-GRADIENT-LAYOUT"});
  for_all("f(z) = <a, z o z>: the derivative is the row J with f(z+h) - f(z-h) = 2 J h", [] {
    const Index n = any_index("n", 1, 4);
    const Values z = any_tensor("z", {n, 1});
    const Values a = any_tensor("a", {n, 1});
    const auto f = [&](const Values& at) { return Values({1, 1}, {inner(a, squared(at))}); };
    // The derivative is a linear map of steps h: [1, n], one column for every unit step.
    const Values derivative = matrix_of(
        [&](const Values& h) {
          Values before = z;
          for (Index i = 0; i < n; ++i) before[i] -= h[i];
          return Values({1, 1}, {(f(z + h)[0] - f(before)[0]) / 2});
        },
        z.shape());
    require_equal(derivative.shape(), Shape{1, n});
    const Values gradient = polynomial_gradient(f, z, Values({1, 1}, {1}));
    require_equal(gradient.shape(), z.shape());
    require_equal(gradient, transposed(derivative));
    require_equal(product(derivative, z), Values({1, 1}, {inner(gradient, z)}));
  });
}

// ---- dL/db ------------------------------------------------------------------------------------

TEST(BiasGradientClaims, AllThreeLinesHoldWithTheEntrywiseProduct) {
  covers({"V-DB-L1", "V-DB-L2", "V-DB-L3", "V-DB-QIU"});
  for_all("db^p is the sum over Z^p, whatever the star is", [] {
    const Layer layer = any_layer(any_index("flipped", 0, 1) == 1);
    const Values db = layer.db();
    for (Index p = 0; p < db.size(); ++p) {
      const Values dz = slice(layer.dz, p);
      // L1 and L2: dZ^p/db^p is measured, not assumed, to be ones(M',N'); the dot is entrywise.
      Values moved = layer.b;
      moved[p] += 1;
      const Values after = slice(layer.z(layer.x, layer.w, moved), p);
      const Values before = slice(layer.z(layer.x, layer.w, layer.b), p);
      Rational first = 0;
      Rational second = 0;
      Rational third = 0;
      for (Index i = 0; i < dz.size(); ++i) {
        first += (after[i] - before[i]) * dz[i];
        second += Rational(1) * dz[i];
        third += dz[i];
      }
      require_equal(first, db[p]);
      require_equal(second, db[p]);
      require_equal(third, db[p]);
    }
  });
}

TEST(BiasGradientClaims, TheLinesCannotBeReadAsMatrixProducts) {
  covers({"V-DB-L2"});
  // sum(ones(M',N') . dZ) with a matrix product exists only for square maps, and counts every
  // element M' times: at 2 x 2 it is twice the gradient.
  const Values dz({2, 2}, {1, 2, 3, 4});
  const Values ones({2, 2}, {1, 1, 1, 1});
  const Values read = product(ones, dz);
  const Rational sum = std::accumulate(read.data(), read.data() + read.size(), Rational(0));
  const Rational db = reference::feature_map_layer_db(reshaped(dz, {2, 2, 1}))[0];
  EXPECT_NE(sum, db);
  EXPECT_EQ(sum, 2 * db);
  EXPECT_THROW((void)product(Values(Shape{2, 3}), Values(Shape{2, 3})), ShapeError);
}

// ---- dL/dW --------------------------------------------------------------------------------------

TEST(KernelGradientClaims, CrossCorrelatingTheErrorWithTheInputIsTheGradientOfACrossCorrelation) {
  covers({"V-DW-QIU", "F-DELTA-DEF"});
  for_all("dL/dW^{p,d} = delta^p (x) X^d where Z^p = sum W^{p,d} (x) X^d", [] {
    const Layer layer = any_layer(false);
    const Values dw = layer.dw();
    for (Index p = 0; p < layer.b.size(); ++p) {
      for (Index d = 0; d < layer.x.shape()[2]; ++d) {
        require_equal(kernel(dw, p, d), correlated(slice(layer.dz, p), slice(layer.x, d), valid()));
      }
    }
  });
}

// ---- dL/dZ of the layer below -----------------------------------------------------------------

/// sum_p of a product of W^{p,d} and dZ^p.
template <typename Product>
Values summed(const Layer& layer, Index d, Product product) {
  Values sum;
  for (Index p = 0; p < layer.b.size(); ++p) {
    const Values term = product(kernel(layer.w, p, d), slice(layer.dz, p));
    sum = p == 0 ? term : sum + term;
  }
  return sum;
}

/// The gradient with respect to Z of the layer below, whose output f(Z) is the input of `layer`.
/// Both functions have degree 2 or less in each element, so differences are exact.
Values below(const Layer& layer, const Values& z) {
  return polynomial_gradient([&](const Values& v) { return layer.z(squared(v), layer.w, layer.b); },
                             z, layer.dz);
}

/// f'(z) (Hadamard product) e.
Values through_square(Values z, const Values& e) {
  for (Index i = 0; i < z.size(); ++i) z[i] = 2 * z[i] * e[i];
  return z;
}

TEST(ErrorClaims, TheChainRuleHoldsAsAContractionOfJacobians) {
  covers({"V-DZ-L1"});
  for_all("dL/dZ below = dX/dZ . dZ above/dX . dL/dZ above", [] {
    const Layer layer = any_layer(any_index("flipped", 0, 1) == 1);
    Layer above = layer;
    above.x = squared(layer.x);
    require_equal(below(layer, layer.x), through_square(layer.x, above.dx()));
  });
}

TEST(ErrorClaims, WideCrossCorrelationIsRightAboveAConvolution) {
  covers({"V-DZ-L2"});
  for_all("f'(Z) o sum_p W^{p,d} * dZ^p, * wide, where the layer convolves", [] {
    const Layer layer = any_layer(true);
    const Values dz_below = below(layer, layer.x);
    for (Index d = 0; d < layer.x.shape()[2]; ++d) {
      const Values claimed = summed(layer, d, [](const Values& w, const Values& dz) {
        return correlated(w, dz, {.border = Border::kFull});
      });
      require_equal(through_square(slice(layer.x, d), claimed), slice(dz_below, d));
    }
  });
}

TEST(ErrorClaims, TheNarrowReadingHasAnotherShapeAndTheOtherLayerNeedsARotation) {
  covers({"V-DZ-L2"});
  // One map, W = (1 10), X = (1 2 3), dZ = (1 0).
  Layer layer;
  layer.x = Values({1, 3, 1}, {1, 2, 3});
  layer.w = Values({1, 2, 1, 1}, {1, 10});
  layer.b = Values({1}, {0});
  layer.dz = Values({1, 2, 1}, {1, 0});
  layer.p.flipped = true;
  const Values w = kernel(layer.w, 0, 0);
  const Values dz = slice(layer.dz, 0);
  EXPECT_EQ(slice(layer.dx(), 0), Values({1, 3}, {10, 1, 0}));
  EXPECT_EQ(correlated(w, dz, {.border = Border::kFull}), Values({1, 3}, {10, 1, 0}));
  // As * is defined in §3.1.2, without padding, it has one element where X has three.
  EXPECT_EQ(correlated(w, dz, valid()).shape(), (Shape{1, 1}));
  // Where the layer cross-correlates, as §3.2.4 says of its star, the line is wrong: it needs
  // rot180(W), which is the wide form of note 004.
  layer.p.flipped = false;
  EXPECT_EQ(slice(layer.dx(), 0), Values({1, 3}, {1, 10, 0}));
  EXPECT_EQ(correlated(reversed(w), dz, {.border = Border::kFull}), Values({1, 3}, {1, 10, 0}));
}

TEST(ErrorClaims, RotatedKernelsInWideFormAreRightAboveACrossCorrelation) {
  covers({"V-CONV-DELTA-QIU-R"});
  for_all("delta^d = f'(Z^d) o sum_p rot180(W^{p,d}) wide-(x) delta^p", [] {
    const Layer layer = any_layer(false);
    const Values dz_below = below(layer, layer.x);
    for (Index d = 0; d < layer.x.shape()[2]; ++d) {
      const Values claimed = summed(layer, d, [](const Values& w, const Values& dz) {
        return correlated(reversed(w), dz, {.border = Border::kFull});
      });
      require_equal(through_square(slice(layer.x, d), claimed), slice(dz_below, d));
    }
  });
}

// ---- one reading for the whole section --------------------------------------------------------

TEST(SectionClaims, NoSingleReadingOfTheStarMakesBothGradientsTrue) {
  covers({"V-DW-DZ-CONSISTENCY"});
  // One map: dW = dZ (star) X (V-DW-L4) and dX = W * dZ, * wide cross-correlation (V-DZ-L2), with
  // the star of the layer one of the two products and that of dW the same or, as the note adds
  // below it, cross-correlation.
  Layer layer;
  layer.x = Values({1, 3, 1}, {1, 2, 3});
  layer.w = Values({1, 2, 1, 1}, {1, 10});
  layer.b = Values({1}, {0});
  layer.dz = Values({1, 2, 1}, {1, 4});
  const Values x = slice(layer.x, 0);
  const Values dz = slice(layer.dz, 0);
  const Values claimed_dx = correlated(kernel(layer.w, 0, 0), dz, {.border = Border::kFull});
  int readings = 0;
  for (const bool forward_flips : {true, false}) {
    for (const bool dw_flips : {true, false}) {
      layer.p.flipped = forward_flips;
      const Values claimed_dw = dw_flips ? convolved(dz, x, valid()) : correlated(dz, x, valid());
      const bool dw_holds = claimed_dw == kernel(layer.dw(), 0, 0);
      const bool dx_holds = claimed_dx == slice(layer.dx(), 0);
      // dX wants a layer that convolves, and dW one that does not.
      EXPECT_EQ(dx_holds, forward_flips);
      EXPECT_EQ(dw_holds, !forward_flips && !dw_flips);
      EXPECT_FALSE(dw_holds && dx_holds);
      ++readings;
    }
  }
  EXPECT_EQ(readings, 4);
}

// ---- note 003 §3.1 ------------------------------------------------------------------------------

/// Bouvrie's layer with one input and one output map, and its error delta = dE/du.
struct OneMap {
  Values x, k, delta;

  Values u(const Values& kernel) const {
    const Values maps({1, x.shape()[0], x.shape()[1]},
                      std::vector<Rational>(x.data(), x.data() + x.size()));
    const Values kernels({1, 1, kernel.shape()[0], kernel.shape()[1]},
                         std::vector<Rational>(kernel.data(), kernel.data() + kernel.size()));
    const Values u = reference::evaluate<Rational>(
        reference::bouvrie_layer(kernels.shape(), maps.shape(), {}), kernels, maps);
    return Values(delta.shape(), std::vector<Rational>(u.data(), u.data() + u.size()));
  }
  Values dk() const {
    return polynomial_gradient([&](const Values& kernel) { return u(kernel); }, k, delta);
  }
};

OneMap any_map() {
  OneMap map;
  map.k = any_tensor("k", {any_index("Kh", 1, 3), any_index("Kw", 1, 3)});
  map.x = any_tensor("x", {map.k.shape()[0] + any_index("spare rows", 0, 2),
                           map.k.shape()[1] + any_index("spare columns", 0, 2)});
  map.delta = any_tensor(
      "delta", {map.x.shape()[0] - map.k.shape()[0] + 1, map.x.shape()[1] - map.k.shape()[1] + 1});
  return map;
}

/// sum_{u,v} delta_uv * (patch of x at (u,v)), the patch as it lies in x.
Values patches_by_delta(const OneMap& map) {
  Values sum(map.k.shape());
  for_each_index(map.delta.shape(), [&](const Indices& uv) {
    for_each_index(map.k.shape(), [&](const Indices& ab) {
      sum(ab[0], ab[1]) += map.delta(uv[0], uv[1]) * map.x(uv[0] + ab[0], uv[1] + ab[1]);
    });
  });
  return sum;
}

TEST(BouvrieClaims, TheGradientOfABiasSumsTheErrorsOfItsMap) {
  covers({"V-CONV-DB-R", "F-SENSITIVITY-R"});
  for_all("dE/db = sum_{u,v} delta_uv, because du/db = 1", [] {
    const OneMap map = any_map();
    const Values u = map.u(map.k);
    const auto with_bias = [&](const Values& b) {
      Values moved = u;
      for (Index i = 0; i < moved.size(); ++i) moved[i] += b[0];
      return moved;
    };
    Rational sum = 0;
    for (Index i = 0; i < map.delta.size(); ++i) sum += map.delta[i];
    require_equal(polynomial_gradient(with_bias, any_tensor("b", {1}), map.delta)[0], sum);
  });
}

TEST(BouvrieClaims, PatchesHaveToBeTakenAsTheKernelMeetsThem) {
  covers({"V-CONV-DK-PATCH-R"});
  for_all("the patch that k multiplies elementwise lies rotated in x, because conv2 flips k", [] {
    const OneMap map = any_map();
    require_equal(reversed(patches_by_delta(map)), map.dk());
  });
  // Taken as it lies in x, the sum is the gradient of the rotated kernel, not of k.
  OneMap map;
  map.x = Values({1, 2}, {1, 2});
  map.k = Values({1, 2}, {1, 1});
  map.delta = Values({1, 1}, {1});
  EXPECT_EQ(map.dk(), Values({1, 2}, {2, 1}));
  EXPECT_EQ(patches_by_delta(map), Values({1, 2}, {1, 2}));
}

TEST(BouvrieClaims, TheLineOfMatlabIsTheGradient) {
  covers({"V-CONV-DK-MATLAB-R"});
  for_all("dE/dk = rot180(conv2(x, rot180(delta), 'valid'))", [] {
    const OneMap map = any_map();
    // conv2(x, c, 'valid') slides c, flipped, within x.
    require_equal(reversed(convolved(reversed(map.delta), map.x, valid())), map.dk());
  });
}

}  // namespace
}  // namespace convproof
