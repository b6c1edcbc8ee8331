// What the notes claim of pooling: how errors pass back through it, what it keeps and what it
// loses. Networks are small, their activation is f(z) = z^2 wherever differences have to be exact,
// and every line of a derivation is evaluated on both sides.
#include <gtest/gtest.h>

#include <vector>

#include "core/scalar/rational.h"
#include "properties/arbitrary.h"
#include "properties/covers.h"
#include "properties/gradients.h"
#include "properties/images.h"
#include "reference/average_pool.h"
#include "reference/block_sum.h"
#include "reference/conv.h"
#include "reference/kronecker_up.h"
#include "reference/max_pool.h"
#include "reference/pad.h"
#include "reference/rot180.h"
#include "reference/subsampling.h"
#include "reference/unpool.h"

namespace convproof {
namespace {

using Values = Tensor<Rational>;

template <typename F>
Values each(const Values& x, F f) {
  Values y(x.shape());
  for (Index i = 0; i < x.size(); ++i) y[i] = f(x[i]);
  return y;
}

/// The activation and its derivative.
Values f(const Values& z) {
  return each(z, [](const Rational& v) { return Rational(v * v); });
}
Values df(const Values& z) {
  return each(z, [](const Rational& v) { return Rational(2 * v); });
}

/// The elementwise product of the notes.
Values odot(const Values& a, const Values& b) {
  require_equal(a.shape(), b.shape());
  Values product(a.shape());
  for (Index i = 0; i < a.size(); ++i) product[i] = a[i] * b[i];
  return product;
}

Values times(const Rational& factor, const Values& x) {
  return each(x, [&](const Rational& v) { return Rational(factor * v); });
}

/// Separate n x n regions.
PoolParams separate(Index n) {
  return {.kernel = {n, n}, .axes = {{.stride = n}, {.stride = n}}};
}

/// The three down(.) of the notes, and the three up(.) that a reader may take for their opposite.
enum class Pooling { kMax, kMean, kBlockSum };
constexpr Pooling kPoolings[] = {Pooling::kMax, Pooling::kMean, Pooling::kBlockSum};
enum class Up { kToTheArgmax, kSpread, kCopy };
constexpr Up kUps[] = {Up::kToTheArgmax, Up::kSpread, Up::kCopy};

Values down(Pooling pooling, const Values& x, Index n) {
  switch (pooling) {
    case Pooling::kMax: return reference::max_pool(x, separate(n));
    case Pooling::kMean: return reference::average_pool(x, {.window = separate(n)});
    case Pooling::kBlockSum: return reference::block_sum<Rational>(x, {n, n});
  }
  throw std::logic_error("no such pooling");
}

/// x is the pooled image, which up to the argmax needs to know.
Values up(Up up, const Values& delta, const Values& x, Index n) {
  switch (up) {
    case Up::kToTheArgmax:
      return reference::unpool(delta, reference::max_pool_argmax(x, separate(n)), x.shape());
    case Up::kSpread: return times(Rational(1, n * n), reference::kronecker_up(delta, {n, n}));
    case Up::kCopy: return reference::kronecker_up(delta, {n, n});
  }
  throw std::logic_error("no such up");
}

/// Which up belongs to which down: both enumerations are in this order.
bool belong_together(Pooling pooling, Up up) {
  return static_cast<int>(pooling) == static_cast<int>(up);
}

/// Net inputs of an activation and a pooling behind it, without ties among the z^2 and with steps
/// of the differences that change no maximum: moduli are 3, 6, 9 ... in a random order and sign.
struct Layer {
  Index n = 1;
  Values z;
  Values seed;  // The gradient of the loss L = <seed, down(f(z))> with respect to down(f(z)).
};

Layer any_layer(Index least_n) {
  Layer l;
  l.n = any_index("n", least_n, 3);
  const Index height = any_index("regions down", 1, 2);
  const Index width = any_index("regions across", 1, 2);
  const Index maps = any_index("P", 1, 2);
  const Values drawn = any_tensor("z", {1, maps, l.n * height, l.n * width});
  l.z = Values(drawn.shape());
  for (Index i = 0; i < drawn.size(); ++i) {
    Index rank = 1;
    for (Index j = 0; j < drawn.size(); ++j) {
      rank += drawn[j] < drawn[i] || (drawn[j] == drawn[i] && j < i) ? 1 : 0;
    }
    l.z[i] = drawn[i] < 0 ? -3 * rank : 3 * rank;
  }
  l.seed = any_tensor("seed", {1, maps, height, width});
  return l;
}

Values true_delta(Pooling pooling, const Layer& l) {
  return polynomial_gradient([&](const Values& z) { return down(pooling, f(z), l.n); }, l.z,
                             l.seed);
}

// ---- forward --------------------------------------------------------------------------------

TEST(PoolingClaims, TheTypicalLayerHalvesEvenMapsAndItsRegionsPartitionThem) {
  covers({"M-POOL-TYPICAL"});
  const PoolParams p = separate(2);
  for_all("every pixel of an even map is in one region", [&] {
    const Index height = 2 * any_index("half the height", 1, 3);
    const Index width = 2 * any_index("half the width", 1, 3);
    const Shape x{1, 1, height, width};
    const Shape y = pool_y_shape(x, p);
    require_equal(y, Shape{1, 1, height / 2, width / 2});
    require_equal(
        reference::average_pool_dx(each(Values(y), [](const Rational&) { return Rational(4); }), x,
                                   {.window = p}),
        each(Values(x), [](const Rational&) { return Rational(1); }));
  });
  // The notes do not say what becomes of an odd row or column: with the floor no region has it.
  const Values x = map(3, 3, {1, 2, 3, 4, 5, 6, 7, 8, 9});
  EXPECT_EQ(reference::max_pool(x, p), map(1, 1, {5}));
  PoolParams ceil = p;
  ceil.ceil_mode = true;
  EXPECT_EQ(reference::max_pool(x, ceil), map(2, 2, {5, 6, 8, 9}));
}

TEST(PoolingClaims, AMapOfFourByFourIsPooledRegionByRegion) {
  covers({"X-MAXPOOL-FIG-R"});
  // Figure 5.8 of note 004 is lost, numbers and all. Reconstructed from the text around it: a map,
  // its 2 x 2 regions, the maximum of each.
  EXPECT_EQ(reference::max_pool(map(4, 4,
                                    {1, 1, 2, 4,  //
                                     5, 6, 7, 8,  //
                                     3, 2, 1, 0,  //
                                     1, 2, 3, 4}),
                                separate(2)),
            map(2, 2,
                {6, 8,  //
                 3, 4}));
}

TEST(PoolingClaims, AsManyMapsComeOutAsGoInSoDAndPAreOneNumber) {
  covers({"V-POOL-FWD"});
  // Printed with X in R^{M x N x D} and down(X) in R^{M' x N' x P}: the line needs P = D.
  for_all("P = D, for every down", [] {
    const Layer l = any_layer(1);
    for (const Pooling pooling : kPoolings) {
      const Shape z = down(pooling, f(l.z), l.n).shape();
      require_equal(z, Shape{1, l.z.shape()[1], l.z.shape()[2] / l.n, l.z.shape()[3] / l.n});
    }
  });
}

// ---- backward through pooling ---------------------------------------------------------------

/// The matrix of a map between two layers, [inputs][outputs]: row a is the gradient of the outputs'
/// sum weighted by unit vectors, so that gradients are (matrix) * (gradient of the outputs).
template <typename F>
std::vector<std::vector<Rational>> denominator_layout(const F& layer, const Values& x) {
  const Shape y = layer(x).shape();
  std::vector<std::vector<Rational>> matrix(static_cast<std::size_t>(x.size()));
  for (Index b = 0; b < y.element_count(); ++b) {
    Values unit(y);
    unit[b] = 1;
    const Values column = polynomial_gradient(layer, x, unit);
    for (Index a = 0; a < x.size(); ++a) {
      matrix[static_cast<std::size_t>(a)].push_back(column[a]);
    }
  }
  return matrix;
}

Values product(const std::vector<std::vector<Rational>>& matrix, const Values& v,
               const Shape& shape) {
  Values result(shape);
  for (Index a = 0; a < result.size(); ++a) {
    for (Index b = 0; b < v.size(); ++b) {
      result[a] += matrix[static_cast<std::size_t>(a)][static_cast<std::size_t>(b)] * v[b];
    }
  }
  return result;
}

// The steps of the differences are 1 in x = f(z), too, where elements differ by 9 or more.
TEST(PoolingClaims, TheChainRuleHoldsInDenominatorLayout) {
  covers({"V-POOL-BP-L1"});
  for_all("dL/dZ = dX/dZ . dZ'/dX . dL/dZ', with matrices [inputs][outputs]", [] {
    const Layer l = any_layer(1);
    for (const Pooling pooling : kPoolings) {
      const Values x = f(l.z);
      const auto dz_dx =
          denominator_layout([&](const Values& v) { return down(pooling, v, l.n); }, x);
      const auto dx_dz = denominator_layout(f, l.z);
      require_equal(product(dx_dz, product(dz_dx, l.seed, x.shape()), x.shape()),
                    true_delta(pooling, l));
      // In the other layout dZ'/dX has as many columns as X has pixels: the printed order of the
      // factors is not even a product, unless nothing is pooled.
      require_equal(dz_dx.size(), static_cast<std::size_t>(x.size()));
      require((static_cast<Index>(dz_dx.size()) == l.seed.size()) == (l.n == 1), "sizes");
    }
  });
}

TEST(PoolingClaims, ErrorsPassBackByTheUpThatBelongsToTheDown) {
  covers({"V-POOL-BP-L2", "V-POOL-DELTA-QIU-R"});
  for_all("f'(Z) o up(delta)", [] {
    const Layer l = any_layer(1);
    for (const Pooling pooling : kPoolings) {
      for (const Up reading : kUps) {
        if (!belong_together(pooling, reading)) continue;
        require_equal(odot(df(l.z), up(reading, l.seed, f(l.z), l.n)), true_delta(pooling, l));
      }
    }
  });
}

TEST(PoolingClaims, ErrorsPassBackByNoOtherUp) {
  covers({"V-POOL-BP-L2", "V-POOL-DELTA-QIU-R"});
  // One region {1, 2, 3, 4} squared, seed 1. The three readings of up give
  //   argmax {0,0,0,8}, spread {1/2,1,3/2,2}, copy {2,4,6,8},
  // and each is the gradient behind one pooling only.
  const Layer l{.n = 2, .z = map(2, 2, {1, 2, 3, 4}), .seed = map(1, 1, {1})};
  const std::vector<Values> by_hand{map(2, 2, {0, 0, 0, 8}),
                                    map(2, 2, {Rational(1, 2), 1, Rational(3, 2), 2}),
                                    map(2, 2, {2, 4, 6, 8})};
  for (const Pooling pooling : kPoolings) {
    for (const Up reading : kUps) {
      const Values delta = odot(df(l.z), up(reading, l.seed, f(l.z), l.n));
      EXPECT_EQ(delta, by_hand[static_cast<std::size_t>(reading)]);
      EXPECT_EQ(delta == true_delta(pooling, l), belong_together(pooling, reading));
    }
  }
}

TEST(PoolingClaims, UpMakesTheSizeOfZButWhatItTakesIsNotAsPrinted) {
  covers({"F-UP-TEXT"});
  for_all("up(dL/dZ^{l+1}) has the shape of Z^l; dL/dZ^l has it already", [] {
    const Layer l = any_layer(2);
    for (const Up reading : kUps) {
      require_equal(up(reading, l.seed, f(l.z), l.n).shape(), l.z.shape());
    }
    // As printed, up is applied to dL/dZ^l itself: n times too large on both axes.
    const Values delta = true_delta(Pooling::kMean, l);
    require_equal(delta.shape(), l.z.shape());
    const Shape printed = up(Up::kCopy, delta, delta, l.n).shape();
    require_equal(printed[2], l.n * l.z.shape()[2]);
    require_equal(printed[3], l.n * l.z.shape()[3]);
  });
}

// ---- note 003: convolution, subsampling, convolution ----------------------------------------

/// u^{l+1} = beta down(f(u^l)) + b, with one beta and b per map.
struct Subsampled {
  Layer l;
  Values beta, b;
};

Subsampled any_subsampled() {
  Subsampled s;
  s.l = any_layer(1);
  s.beta = any_tensor("beta", {s.l.z.shape()[1]});
  s.b = any_tensor("b", {s.l.z.shape()[1]});
  return s;
}

/// Map j of images, as images of one map.
Values map_of(const Values& x, Index j) {
  const Index pixels = spatial(x.shape()).element_count();
  return {with_spatial(1, 1, spatial(x.shape())),
          std::vector<Rational>(x.data() + j * pixels, x.data() + (j + 1) * pixels)};
}

TEST(PoolingClaims, TheErrorOfAConvolutionIsBetaTimesTheCopiedErrorOfItsSubsampling) {
  covers({"V-CONV-DELTA-R"});
  for_all("delta_j = beta_j (f'(u_j) o up(delta_j))", [] {
    const Subsampled s = any_subsampled();
    const Values delta = polynomial_gradient(
        [&](const Values& u) {
          return reference::subsampling<Rational>(f(u), s.beta, s.b, {s.l.n, s.l.n});
        },
        s.l.z, s.l.seed);
    for (Index j = 0; j < s.beta.size(); ++j) {
      const Values copied = reference::kronecker_up(map_of(s.l.seed, j), {s.l.n, s.l.n});
      require_equal(map_of(delta, j), times(s.beta[j], odot(df(map_of(s.l.z, j)), copied)));
    }
  });
  // With down as the mean, as LeNet-5 is often told, the copy has to be divided by the block.
  const Values u = map(2, 2, {1, 1, 1, 1});
  const Values seed = map(1, 1, {1});
  const Values delta = polynomial_gradient(
      [](const Values& v) { return times(3, down(Pooling::kMean, f(v), 2)); }, u, seed);
  EXPECT_EQ(delta, times(Rational(3, 2), u));
  EXPECT_FALSE(delta == times(3, odot(df(u), reference::kronecker_up(seed, {2, 2}))));
}

/// conv2(x, k, shape) of MATLAB on one map: a convolution, so the kernel is turned.
Values conv2(const Values& x, const Values& k, bool full) {
  WindowAxes axes{{}, {}};
  for (int axis = 0; axis < 2; ++axis) {
    if (full) axes[axis].before = axes[axis].after = k.shape()[axis + 2] - 1;
  }
  return reference::conv<Rational>(x, reference::rot180(k), nullptr, {.axes = axes});
}

TEST(PoolingClaims, TheErrorOfASubsamplingIsTheFullConvolutionWithTheTurnedKernel) {
  covers({"V-SUBSAMPLE-DELTA-R"});
  for_all("delta = f'(u) o conv2(delta', rot180(k), 'full') where u' = conv2(f(u), k, 'valid')",
          [] {
            const Values k = any_tensor("k", {1, 1, any_index("kh", 1, 3), any_index("kw", 1, 3)});
            const Values u = any_tensor("u", {1, 1, k.shape()[2] + any_index("rows", 0, 2),
                                              k.shape()[3] + any_index("columns", 0, 2)});
            const auto next = [&](const Values& v) { return conv2(f(v), k, false); };
            const Values delta_next = any_tensor("delta'", next(u).shape());
            require_equal(polynomial_gradient(next, u, delta_next),
                          odot(df(u), conv2(delta_next, reference::rot180(k), true)));
            // Where the forward pass correlates instead, the kernel must not be turned.
            const auto correlated = [&](const Values& v) {
              return reference::conv<Rational>(f(v), k, nullptr, {.axes = {{}, {}}});
            };
            require_equal(polynomial_gradient(correlated, u, delta_next),
                          odot(df(u), conv2(delta_next, k, true)));
          });
}

TEST(PoolingClaims, TheErrorOfASubsamplingBehindCorrelationOrWithTwoSuccessorsIsNotAsPrinted) {
  covers({"V-SUBSAMPLE-DELTA-R"});
  // Forward correlation, and the printed line: u = {1, 1}, k = {1, 2}, delta' = {1}.
  const Values u = map(1, 2, {1, 1});
  const Values k = map(1, 2, {1, 2});
  const Values one = map(1, 1, {1});
  const auto correlated = [&](const Values& v) {
    return reference::conv<Rational>(f(v), k, nullptr, {.axes = {{}, {}}});
  };
  EXPECT_EQ(polynomial_gradient(correlated, u, one), map(1, 2, {2, 4}));
  EXPECT_EQ(odot(df(u), conv2(one, reference::rot180(k), true)), map(1, 2, {4, 2}));
  // Two maps that read this one: the line knows one kernel and one error; the sum of both is due.
  const auto two_maps = [&](const Values& v) {
    return reference::conv<Rational>(f(v), Values({2, 1, 1, 1}, {3, 5}), nullptr,
                                     {.axes = {{}, {}}});
  };
  const Values delta = polynomial_gradient(two_maps, u, Values({1, 2, 1, 2}, {1, 1, 1, 1}));
  EXPECT_EQ(delta, map(1, 2, {16, 16}));
  const Values ones = map(1, 2, {1, 1});
  EXPECT_EQ(odot(df(u), conv2(ones, map(1, 1, {3}), true)), map(1, 2, {6, 6}));
  EXPECT_EQ(odot(df(u), conv2(ones, map(1, 1, {5}), true)), map(1, 2, {10, 10}));
}

TEST(PoolingClaims, TheGradientsOfBetaAndBAreSumsOverTheMap) {
  covers({"V-SUBSAMPLE-DB-R", "F-D-MAP-R", "V-SUBSAMPLE-DBETA-R"});
  for_all("E = <seed, f(beta d + b)>", [] {
    const Subsampled s = any_subsampled();
    const Values& x = s.l.z;
    const Indices n{s.l.n, s.l.n};
    const auto layer = [&](const Values& beta, const Values& b) {
      return f(reference::subsampling<Rational>(x, beta, b, n));
    };
    const Values u = reference::subsampling<Rational>(x, s.beta, s.b, n);
    const Values delta = odot(df(u), s.l.seed);
    const Values db =
        polynomial_gradient([&](const Values& b) { return layer(s.beta, b); }, s.b, s.l.seed);
    const Values dbeta =
        polynomial_gradient([&](const Values& beta) { return layer(beta, s.b); }, s.beta, s.l.seed);
    // d_j, kept from the forward pass: what is added up before the weight and the bias.
    const Values d = reference::block_sum<Rational>(x, n);
    for (Index j = 0; j < s.beta.size(); ++j) {
      Rational sum = 0;
      Rational sum_with_d = 0;
      const Index outputs = spatial(u.shape()).element_count();
      for (Index i = j * outputs; i < (j + 1) * outputs; ++i) {
        require_equal(u[i], Rational(s.beta[j] * d[i] + s.b[j]));
        sum += delta[i];
        sum_with_d += delta[i] * d[i];
      }
      require_equal(db[j], sum);
      require_equal(dbeta[j], sum_with_d);
    }
    require_equal(reference::subsampling_db<Rational>(delta), db);
    require_equal(reference::subsampling_dbeta<Rational>(delta, x, n), dbeta);
  });
}

TEST(PoolingClaims, BehindAFullyConnectedLayerErrorsComeFromPlainBackpropagation) {
  covers({"V-SUBSAMPLE-NEXT-FC"});
  for_all("delta = f'(u) o W^T delta'", [] {
    const Values u = any_tensor("u", {1, any_index("maps", 1, 2), any_index("h", 1, 2), 2});
    const Index outputs = any_index("outputs", 1, 3);
    const Values w = any_tensor("W", {outputs, u.size()});
    const auto dense = [&](const Values& v) {
      const Values x = f(v);
      Values y(Shape{outputs});
      for (Index o = 0; o < outputs; ++o) {
        for (Index i = 0; i < x.size(); ++i) y[o] += w(o, i) * x[i];
      }
      return y;
    };
    const Values delta_next = any_tensor("delta'", {outputs});
    Values back(u.shape());
    for (Index i = 0; i < u.size(); ++i) {
      for (Index o = 0; o < outputs; ++o) back[i] += w(o, i) * delta_next[o];
    }
    require_equal(polynomial_gradient(dense, u, delta_next), odot(df(u), back));
    // A convolution whose kernels are as large as the map is that layer: its full convolution with
    // the turned kernels gives the same errors, summed over the outputs.
    Values full(u.shape());
    for (Index o = 0; o < outputs; ++o) {
      for (Index c = 0; c < u.shape()[1]; ++c) {
        const Index pixels = u.shape()[2] * 2;
        const Values kernel =
            map(u.shape()[2], 2,
                std::vector<Rational>(w.data() + o * u.size() + c * pixels,
                                      w.data() + o * u.size() + (c + 1) * pixels));
        // Forward by correlation, so the convolution back is with the kernel as it is.
        const Values part = conv2(map(1, 1, {delta_next[o]}), kernel, true);
        for (Index i = 0; i < pixels; ++i) full[c * pixels + i] += part[i];
      }
    }
    require_equal(full, back);
  });
}

// ---- what pooling keeps and loses -----------------------------------------------------------

/// All images of one pixel of 1 on a size x size map whose right neighbour exists, and how many
/// outputs of `layer` change when the pixel moves there; summed over the images.
template <typename F>
Index changes_when_moved(const F& layer, Index size) {
  Index changes = 0;
  for (Index i = 0; i < size; ++i) {
    for (Index j = 0; j + 1 < size; ++j) {
      Values here(Shape{1, 1, size, size});
      Values moved(here.shape());
      here(0, 0, i, j) = 1;
      moved(0, 0, i, j + 1) = 1;
      const Values a = layer(here);
      const Values b = layer(moved);
      for (Index k = 0; k < a.size(); ++k) changes += a[k] == b[k] ? 0 : 1;
    }
  }
  return changes;
}

TEST(PoolingClaims, PoolingIsInvariantToShiftsApproximatelyAndNotStrictly) {
  covers({"P-POOL-LOCAL-INVARIANCE", "P-POOL-INVARIANCE-QIU"});
  // Approximately: of all shifts of one pixel by one place, those that cross no border of a region
  // change nothing. On 6 x 6 maps there are 30 shifts. Without pooling each changes two outputs.
  const auto identity = [](const Values& x) { return x; };
  EXPECT_EQ(changes_when_moved(identity, 6), 60);
  for (const Pooling pooling : kPoolings) {
    const auto pooled = [&](Index n) {
      return changes_when_moved([&](const Values& x) { return down(pooling, x, n); }, 6);
    };
    // Borders between columns of regions: 2 for n = 2, 1 for n = 3, none for n = 6; six rows each.
    EXPECT_EQ(pooled(2), 6 * 2 * 2);
    EXPECT_EQ(pooled(3), 6 * 1 * 2);
    EXPECT_EQ(pooled(6), 0);
  }
  // Not strictly: across a border the pooled map changes, whatever the pooling.
  const Values here = map(2, 4, {0, 1, 0, 0, 0, 0, 0, 0});
  const Values moved = map(2, 4, {0, 0, 1, 0, 0, 0, 0, 0});
  for (const Pooling pooling : kPoolings) {
    EXPECT_FALSE(down(pooling, here, 2) == down(pooling, moved, 2));
  }
}

TEST(PoolingClaims, WhateverFollowsPoolingCannotTellPermutationsInsideRegionsApart) {
  covers({"P-POOL-PRIOR"});
  // The prior is infinitely strong: no weights of later layers undo it, because the pooled maps are
  // the same. It is a prior of moves inside regions only (see the counterexample above).
  for_all("down(x) = down(x with two pixels of a region exchanged)", [] {
    const Layer l = any_layer(2);
    const Values& x = l.z;
    const Index i = any_index("region down", 0, l.seed.shape()[2] - 1) * l.n;
    const Index j = any_index("region across", 0, l.seed.shape()[3] - 1) * l.n;
    Values exchanged = x;
    std::swap(exchanged(0, 0, i + any_index("u", 0, l.n - 1), j + any_index("v", 0, l.n - 1)),
              exchanged(0, 0, i + any_index("u'", 0, l.n - 1), j + any_index("v'", 0, l.n - 1)));
    for (const Pooling pooling : kPoolings) {
      require_equal(down(pooling, x, l.n), down(pooling, exchanged, l.n));
    }
  });
  // A convolution, whose prior is equivariance, does tell them apart.
  const Values w = row({1, 2});
  EXPECT_FALSE(reference::conv<Rational>(row({1, 0}), w, nullptr, {.axes = {{}}}) ==
               reference::conv<Rational>(row({0, 1}), w, nullptr, {.axes = {{}}}));
}

TEST(PoolingClaims, ThereAreFewerPoolingUnitsThanDetectorsIfThePoolingSteps) {
  covers({"P-POOL-FEWER-UNITS"});
  for_all("a stride of 2 or more, any window, no padding", [] {
    const Index size = any_index("size", 2, 12);
    const Index kernel = any_index("kernel", 1, std::min<Index>(size, 4));
    const PoolParams p{.kernel = {kernel}, .axes = {{.stride = any_index("stride", 2, 3)}}};
    require(pool_y_shape({1, 1, size}, p)[2] < size, "not fewer");
  });
  // Units that are one pixel apart are as many as the detectors if the padding says so, or more;
  // and with padding even a stride of 2 need not make them fewer.
  const auto units = [](Index size, Index kernel, const WindowAxis& axis) {
    return pool_y_shape({1, 1, size}, {.kernel = {kernel}, .axes = {axis}})[2];
  };
  EXPECT_EQ(units(5, 3, {.before = 1, .after = 1}), 5);
  EXPECT_EQ(units(5, 2, {.before = 1, .after = 1}), 6);
  EXPECT_EQ(units(2, 2, {.stride = 2, .before = 1, .after = 1}), 2);
}

/// The number of pixels of x [1,1,H,W] that the first output of `layer` depends on, where no
/// derivative happens to be zero: layer has positive weights.
template <typename F>
Index receptive_field(const F& layer, const Shape& x) {
  const Values zeros(x);
  Values unit(layer(zeros).shape());
  unit[0] = 1;
  const Values gradient = polynomial_gradient(layer, zeros, unit);
  Index pixels = 0;
  for (Index h = 0; h < gradient.size(); ++h) pixels += gradient[h] == 0 ? 0 : 1;
  return pixels;
}

TEST(PoolingClaims, PoolingDividesUnitsAndLaterWeightsAndWidensReceptiveFields) {
  covers({"Q-POOL-REDUCES", "P-POOL-INVARIANCE-QIU"});
  for_all("s*s times fewer neurons, and as many times fewer weights of a dense layer behind", [] {
    const Index s = any_index("s", 1, 3);
    const Index maps = any_index("maps", 1, 3);
    const Index height = s * any_index("rows of regions", 1, 3);
    const Index width = s * any_index("columns of regions", 1, 3);
    const Shape x{1, maps, height, width};
    const Index units = pool_y_shape(x, separate(s)).element_count();
    require_equal(units * s * s, x.element_count());
  });
  // A 3 x 3 kernel sees 3 x 3 pixels; behind 2 x 2 pooling it sees 6 x 6 of the same map.
  const Values w = map(3, 3, std::vector<Rational>(9, 1));
  const auto conv3 = [&](const Values& x) {
    return reference::conv<Rational>(x, w, nullptr, {.axes = {{}, {}}});
  };
  EXPECT_EQ(receptive_field(conv3, {1, 1, 8, 8}), 9);
  EXPECT_EQ(receptive_field([&](const Values& x) { return conv3(down(Pooling::kMean, x, 2)); },
                            {1, 1, 8, 8}),
            36);
  // Too large regions take away too much: of 64 units one is left.
  EXPECT_EQ(pool_y_shape({1, 1, 8, 8}, separate(8)).element_count(), 1);
}

TEST(PoolingClaims, PoolingRaisesTheTrainingErrorWhereThePlaceMatters) {
  covers({"Q-POOL-UNDERFIT"});
  // The task: does the pixel of an image of four stand in an even column? Whatever predictor sees
  // the pooled image only, images that pool to the same get the same answer.
  std::vector<Values> images;
  for (Index j = 0; j < 4; ++j) {
    images.emplace_back(Shape{1, 1, 1, 4});
    images.back()[j] = 1;
  }
  const auto even = [](std::size_t image) { return image % 2 == 0; };
  // The least number of mistakes of any predictor: in each class of equal inputs, the minority.
  const auto least_mistakes = [&](auto representation) {
    Index mistakes = 0;
    for (std::size_t i = 0; i < images.size(); ++i) {
      bool first_of_its_class = true;
      Index members = 0;
      Index even_members = 0;
      for (std::size_t j = 0; j < images.size(); ++j) {
        if (!(representation(images[i]) == representation(images[j]))) continue;
        first_of_its_class &= j >= i;
        ++members;
        even_members += even(j) ? 1 : 0;
      }
      if (first_of_its_class) mistakes += std::min(even_members, members - even_members);
    }
    return mistakes;
  };
  EXPECT_EQ(least_mistakes([](const Values& x) { return x; }), 0);
  const PoolParams pairs{.kernel = {1, 2}, .axes = {{}, {.stride = 2}}};
  EXPECT_EQ(least_mistakes([&](const Values& x) { return reference::max_pool(x, pairs); }), 2);
  EXPECT_EQ(least_mistakes(
                [&](const Values& x) { return reference::average_pool(x, {.window = pairs}); }),
            2);
  // A linear predictor on what is not pooled makes no mistake: w = {1, -1, 1, -1}.
  for (std::size_t i = 0; i < images.size(); ++i) {
    EXPECT_EQ(inner(map(1, 4, {1, -1, 1, -1}), images[i]) > 0, even(i));
  }
}

TEST(PoolingClaims, PoolingLayersHaveNoActivation) {
  covers({"Q-POOL-NO-ACTIVATION"});
  // Maximum and mean commute with every increasing affine map; behind an activation that is not
  // affine itself they would not.
  for_all("down(a x + c) = a down(x) + c for a > 0", [] {
    const Layer l = any_layer(1);
    const Rational a(any_index("a", 1, 5), any_index("a's denominator", 1, 3));
    const Rational c = any_rational("c");
    const auto affine = [&](const Rational& v) { return Rational(a * v + c); };
    for (const Pooling pooling : {Pooling::kMax, Pooling::kMean}) {
      require_equal(down(pooling, each(l.z, affine), l.n), each(down(pooling, l.z, l.n), affine));
    }
  });
  // The subsampling layer of note 003 has one, and does not commute.
  const auto squared = [](const Values& x) { return f(down(Pooling::kMean, x, 1)); };
  EXPECT_FALSE(squared(map(1, 1, {3})) == times(3, squared(map(1, 1, {1}))));
}

}  // namespace
}  // namespace convproof
