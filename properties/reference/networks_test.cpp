// Networks put together from the pages: what the notes say of convolutional networks as a whole.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/scalar/rational.h"
#include "models/counting.h"
#include "properties/arbitrary.h"
#include "properties/covers.h"
#include "properties/gradients.h"
#include "properties/matrices.h"
#include "reference/conv.h"
#include "reference/dense.h"
#include "reference/flatten.h"
#include "reference/global_max_pool.h"
#include "reference/max_pool.h"
#include "reference/neuron_count.h"
#include "reference/receptive_field.h"
#include "reference/relu.h"
#include "reference/rot180.h"
#include "reference/squared_error.h"
#include "reference/subsampling.h"
#include "reference/tanh.h"

namespace convproof {
namespace {

using Values = Tensor<Rational>;

const ConvParams kPlain{.axes = {WindowAxis{}, WindowAxis{}}};
const PoolParams kHalves{.kernel = {2, 2}, .axes = {{.stride = 2}, {.stride = 2}}};

// ---- a network and its gradients
// ------------------------------------------------------------------

/// Convolution, ReLU, max pooling, fully connected: the three kinds of layers of the notes.
struct Network {
  Values w, b, v, c;

  Values hidden(const Values& x) const { return reference::conv<Rational>(x, w, &b, kPlain); }
  Values pooled(const Values& x) const {
    return reference::max_pool(reference::relu(hidden(x)), kHalves);
  }
  Values y(const Values& x) const {
    return reference::dense<Rational>(reference::flatten(pooled(x)), v, &c);
  }
};

/// Whether a small change can move the network across a kink: a ReLU at 0, or two candidates of
/// equal size in one window.
bool has_kink(const Network& net, const Values& x) {
  const Values hidden = net.hidden(x);
  const Shape& s = hidden.shape();
  for (Index i = 0; i < hidden.size(); ++i) {
    if (hidden[i] == 0) return true;
  }
  for (Index map = 0; map < s[0] * s[1]; ++map) {
    for (Index i = 0; i + 1 < s[2]; i += 2) {
      for (Index j = 0; j + 1 < s[3]; j += 2) {
        std::vector<Rational> window;
        for (const Index at :
             {i * s[3] + j, i * s[3] + j + 1, (i + 1) * s[3] + j, (i + 1) * s[3] + j + 1}) {
          window.push_back(std::max(hidden[map * s[2] * s[3] + at], Rational(0)));
        }
        std::sort(window.begin(), window.end());
        // All at 0 is a plain: nothing moves there.
        if (window[3] == window[2] && window[3] != 0) return true;
      }
    }
  }
  return false;
}

TEST(ConvolutionalNetwork, ItsLayersPassGradientsToEachOtherExactly) {
  covers({"M-CNN-GENERIC", "F-CNN-QIU"});
  int compared = 0;
  for_all(
      "backward through dense, flatten, max pooling, ReLU and convolution is the difference", [&] {
        Network net;
        net.w = any_tensor("w", {2, 1, 2, 2});
        net.b = any_tensor("b", {2});
        net.v = any_tensor("v", {2, 8});
        net.c = any_tensor("c", {2});
        const Values x = any_tensor("x", {1, 1, 5, 5});
        if (has_kink(net, x)) return;
        const Values dy = any_tensor("dy", {1, 2});
        const Values flat = reference::flatten(net.pooled(x));
        const Values dflat = reference::dense_dx<Rational>(dy, net.v);
        const Values dpooled = reference::flatten_dx(dflat, net.pooled(x).shape());
        const Values drelu =
            reference::max_pool_dx(dpooled, reference::relu(net.hidden(x)), kHalves);
        const Values dhidden = reference::relu_dx(drelu, net.hidden(x));
        // Piecewise linear: away from kinks a difference with a small enough step is the
        // derivative.
        const Rational h = Rational(1, 1000000);
        require_equal(reference::conv_dx<Rational>(dhidden, net.w, x.shape(), kPlain),
                      difference_gradient([&](const Values& at) { return net.y(at); }, x, dy, h));
        require_equal(reference::conv_dw<Rational>(dhidden, x, net.w.shape(), kPlain),
                      difference_gradient(
                          [&](const Values& w) {
                            Network moved = net;
                            moved.w = w;
                            return moved.y(x);
                          },
                          net.w, dy, h));
        ++compared;
      });
  EXPECT_GT(compared, 5);
}

TEST(BouvriesNetwork, EveryParameterHasTheGradientThatTheLayersPassDown) {
  covers({"M-BOUVRIE-NET"});
  const RealPrecision precision;
  using Reals = Tensor<Real>;
  // conv - tanh - subsampling - tanh - conv - tanh - all maps as one vector - fully connected -
  // tanh.
  const auto fill = [](const Shape& shape, int seed) {
    Reals t(shape);
    for (Index i = 0; i < t.size(); ++i) t[i] = Real((i * 37 + seed * 11) % 19 - 9) / 8;
    return t;
  };
  struct Parameters {
    Reals w1, b1, beta, b2, w3, b3, w4, b4;
  };
  const Parameters start{fill({2, 1, 3, 3}, 1), fill({2}, 2), fill({2}, 3),     fill({2}, 4),
                         fill({3, 2, 2, 2}, 5), fill({3}, 6), fill({2, 12}, 7), fill({2}, 8)};
  const Reals x = fill({1, 1, 8, 8}, 9);
  const Reals t = fill({1, 2}, 10);
  struct Run {
    Reals x1, x2, x3, flat, y, loss;
  };
  const Indices halves{2, 2};
  const auto run = [&](const Parameters& p) {
    Run r;
    r.x1 = reference::tanh(reference::conv<Real>(x, p.w1, &p.b1, kPlain));
    r.x2 = reference::tanh(reference::subsampling<Real>(r.x1, p.beta, p.b2, halves));
    r.x3 = reference::tanh(reference::conv<Real>(r.x2, p.w3, &p.b3, kPlain));
    r.flat = reference::flatten(r.x3);
    r.y = reference::tanh(reference::dense<Real>(r.flat, p.w4, &p.b4));
    r.loss = reference::squared_error(r.y, t);
    return r;
  };
  const Run r = run(start);
  Reals de(r.loss.shape());
  for (Index i = 0; i < de.size(); ++i) de[i] = 1;
  const Reals d4 = reference::tanh_dx_from_y(reference::squared_error_dy(de, r.y, t), r.y);
  const Reals d3 = reference::tanh_dx_from_y(
      reference::flatten_dx(reference::dense_dx<Real>(d4, start.w4), r.x3.shape()), r.x3);
  const Reals d2 =
      reference::tanh_dx_from_y(reference::conv_dx<Real>(d3, start.w3, r.x2.shape(), kPlain), r.x2);
  const Reals d1 = reference::tanh_dx_from_y(
      reference::subsampling_dx<Real>(d2, start.beta, r.x1.shape(), halves), r.x1);
  const auto difference = [&](Reals Parameters::*parameter) {
    return smooth_gradient(
        [&](const Reals& value) {
          Parameters moved = start;
          moved.*parameter = value;
          return run(moved).loss;
        },
        start.*parameter, de);
  };
  EXPECT_TRUE(agree(reference::dense_dw<Real>(d4, r.flat), difference(&Parameters::w4)));
  EXPECT_TRUE(agree(reference::dense_db<Real>(d4), difference(&Parameters::b4)));
  EXPECT_TRUE(agree(reference::conv_dw<Real>(d3, r.x2, start.w3.shape(), kPlain),
                    difference(&Parameters::w3)));
  EXPECT_TRUE(agree(reference::conv_db<Real>(d3), difference(&Parameters::b3)));
  EXPECT_TRUE(
      agree(reference::subsampling_dbeta<Real>(d2, r.x1, halves), difference(&Parameters::beta)));
  EXPECT_TRUE(agree(reference::subsampling_db<Real>(d2), difference(&Parameters::b2)));
  EXPECT_TRUE(agree(reference::conv_dw<Real>(d1, x, start.w1.shape(), kPlain),
                    difference(&Parameters::w1)));
  EXPECT_TRUE(agree(reference::conv_db<Real>(d1), difference(&Parameters::b1)));
}

// ---- what makes a network convolutional
// -----------------------------------------------------------

TEST(ConvolutionalNetwork, AConvolutionIsAMatrixButNotEveryMatrixIsAConvolution) {
  covers({"F-CNN-DEF"});
  const ConvParams padded{.axes = {WindowAxis{.before = 1, .after = 1}}};
  for_all("a fully connected layer with the convolution's matrix is the convolution", [&] {
    const Index pixels = any_index("pixels", 2, 5);
    const Values w = any_tensor("w", {1, 1, 3});
    const auto convolve = [&](const Values& line) {
      const Values x(Shape{1, 1, pixels}, {line.data(), line.data() + line.size()});
      return reference::conv<Rational>(x, w, nullptr, padded);
    };
    const Values matrix = matrix_of(convolve, Shape{1, pixels});
    const Values x = any_tensor("x", {1, pixels});
    const Values same = convolve(x);
    const Values y = reference::dense<Rational>(x, matrix, nullptr);
    for (Index i = 0; i < y.size(); ++i) require_equal(y[i], same[i]);
    // Its rows are one row, shifted: 3 numbers instead of pixels^2.
    for (Index i = 0; i < pixels; ++i) {
      for (Index j = 0; j < pixels; ++j) {
        const Index tap = j - i + 1;
        require_equal(matrix(i, j), tap >= 0 && tap < 3 ? w[tap] : Rational(0));
      }
    }
  });
  // (1 2; 3 4) is none: a shifted row has equal numbers on its diagonal.
  const Values general({2, 2}, {1, 2, 3, 4});
  EXPECT_NE(general(0, 0), general(1, 1));
}

TEST(ConvolutionalNetwork, ConnectsLocallySharesWeightsAndPools) {
  covers({"P-CNN-THREE-PROPERTIES"});
  for_all("one hidden map of a line, pooled by two", [] {
    const Index taps = any_index("taps", 1, 3);
    const Index windows = 2 * any_index("pools", 2, 3);
    const Values w = any_tensor("w", {1, 1, taps});
    const Values x = any_tensor("x", {1, 1, windows + taps - 1});
    const PoolParams pool{.kernel = {2}, .axes = {{.stride = 2}}};
    const auto net = [&](const Values& at) {
      return reference::max_pool(
          reference::conv<Rational>(at, w, nullptr, {.axes = {WindowAxis{}}}), pool);
    };
    const Values y = net(x);
    // Pooling: half as many neurons as the hidden layer has.
    require_equal(2 * y.size(), windows);
    const Index field = reference::receptive_field({{.kernel = taps}, {.kernel = 2, .stride = 2}});
    require_equal(field, taps + 1);
    for (Index changed = 0; changed < x.size(); ++changed) {
      Values other = x;
      other[changed] += 1000;
      const Values moved = net(other);
      for (Index i = 0; i < y.size(); ++i) {
        // Local connections: only the pixels 2i ... 2i + field - 1 count.
        if (changed < 2 * i || changed >= 2 * i + field) require_equal(moved[i], y[i]);
      }
    }
    // Shared weights: what stands two pixels further on has the same effect one neuron further on.
    Values shifted(x.shape());
    for (Index i = 2; i < x.size(); ++i) shifted[i] = x[i - 2];
    const Values further = net(shifted);
    for (Index i = 1; i < y.size(); ++i) require_equal(further[i], y[i - 1]);
  });
}

TEST(ConvolutionalNetwork, IsInvariantToTranslationScaleAndRotationToSomeDegreeOnly) {
  covers({"Q-CNN-INVARIANCE"});
  // One feature, its largest response anywhere: a vertical edge two pixels high.
  const Values edge({1, 1, 2, 2}, {-1, 1, -1, 1});
  const auto response = [&](const Values& image) {
    return reference::global_max_pool(reference::conv<Rational>(image, edge, nullptr, kPlain))[0];
  };
  const auto with_bar = [](Index top, Index left, Index rows, Index columns) {
    Values image(Shape{1, 1, 7, 7});
    for (Index i = top; i < std::min<Index>(top + rows, 7); ++i) {
      for (Index j = left; j < std::min<Index>(left + columns, 7); ++j) image(0, 0, i, j) = 1;
    }
    return image;
  };
  const Rational seen = response(with_bar(1, 1, 3, 1));
  EXPECT_EQ(seen, 2);
  for (Index top = 0; top <= 4; ++top) {
    for (Index left = 1; left < 7; ++left) {
      EXPECT_EQ(response(with_bar(top, left, 3, 1)), seen) << top << ' ' << left;
    }
  }
  // Larger bars have the same edge, and so has one that leans by a pixel or stands on its head.
  EXPECT_EQ(response(with_bar(1, 1, 6, 2)), seen);
  Values leaning = with_bar(1, 1, 3, 1);
  leaning(0, 0, 3, 1) = 0;
  leaning(0, 0, 3, 2) = 1;
  EXPECT_EQ(response(leaning), seen);
  EXPECT_EQ(response(reference::rot180(with_bar(1, 1, 3, 1))), seen);
  // It ends at the border, where the edge is outside the image, at other angles and at smaller
  // sizes: moved there, turned by 90 degrees, and a third as high.
  EXPECT_EQ(response(with_bar(1, 0, 3, 1)), 0);
  EXPECT_EQ(response(with_bar(1, 1, 1, 3)), 1);
  EXPECT_EQ(response(with_bar(1, 1, 1, 1)), 1);
}

TEST(ConvolutionalNetwork, BlocksAndFullyConnectedLayersFitTogether) {
  covers({"M-BLOCK-STRUCTURE"});
  // N blocks of M convolutions (3 x 3, sizes kept) and b poolings (2 x 2), then K dense layers.
  const ConvParams kept{.axes = {{.before = 1, .after = 1}, {.before = 1, .after = 1}}};
  for (Index N = 1; N <= 3; ++N) {
    for (Index M = 2; M <= 5; ++M) {
      for (Index b = 0; b <= 1; ++b) {
        for (Index K = 0; K <= 2; ++K) {
          Values x(Shape{1, 1, 8, 8});
          const Values w(Shape{1, 1, 3, 3}, std::vector<Rational>(9, 1));
          Index layers = 0;
          for (Index block = 0; block < N; ++block) {
            for (Index m = 0; m < M; ++m, ++layers) {
              x = reference::conv<Rational>(x, w, nullptr, kept);
            }
            for (Index pool = 0; pool < b; ++pool, ++layers) x = reference::max_pool(x, kHalves);
          }
          EXPECT_EQ(x.shape()[2], 8 >> (b * N));
          x = reference::flatten(x);
          for (Index k = 0; k < K; ++k, ++layers) {
            x = reference::dense<Rational>(x, Values(Shape{5, x.shape()[1]}), nullptr);
          }
          EXPECT_EQ(layers, N * (M + b) + K);
          EXPECT_EQ(x.shape()[1], K > 0 ? 5 : (8 >> (b * N)) * (8 >> (b * N)));
        }
      }
    }
  }
  // "100 or more" blocks fit only without pooling: of 8 pixels three poolings leave one, and the
  // fourth has nothing to pool.
  Shape x{1, 1, 8, 8};
  for (int layer = 0; layer < 200; ++layer) x = conv_y_shape(x, {1, 1, 3, 3}, kept);
  EXPECT_EQ(x, (Shape{1, 1, 8, 8}));
  for (int pool = 0; pool < 3; ++pool) x = pool_y_shape(x, kHalves);
  EXPECT_EQ(x, (Shape{1, 1, 1, 1}));
  EXPECT_THROW((void)pool_y_shape(x, kHalves), ShapeError);
}

// ---- sizes and priors
// ---------------------------------------------------------------------------------

TEST(ConvolutionalNetwork, ModernOnesHaveMoreThanAMillionUnits) {
  covers({"E-PARALLEL"});
  const auto units = [](const std::vector<models::CountedLayer>& layers) {
    Index sum = 0;
    for (const models::CountedLayer& layer : layers) {
      if (layer.kind == models::CountedKind::kConvolution ||
          layer.kind == models::CountedKind::kDense) {
        sum += layer.output.element_count();
      }
    }
    return sum;
  };
  EXPECT_GT(units(models::vgg16_layers()), 1000000);
  EXPECT_GT(units(models::googlenet_layers()), 1000000);
  // "Often", not always: the winner of 2012 has fewer.
  EXPECT_LT(units(models::alexnet_layers()), 1000000);
}

TEST(Priors, TheMoreConcentratedTheLowerTheEntropy) {
  covers({"P-PRIOR-ENTROPY"});
  const RealPrecision precision;
  // Entropy of weights exp(-k^2 / (2 s^2)) on the integers -50 ... 50.
  const auto entropy = [](const Real& s) {
    std::vector<Real> p;
    Real sum = 0;
    for (int k = -50; k <= 50; ++k) {
      p.push_back(exp(Real(-k * k) / (2 * s * s)));
      sum += p.back();
    }
    Real h = 0;
    for (const Real& weight : p) h -= weight / sum * log(weight / sum);
    return h;
  };
  Real before = 0;  // Of a prior that allows one value only: infinitely strong.
  for (const int quarters : {1, 2, 4, 8, 16, 32}) {
    const Real h = entropy(Real(quarters) / 4);
    EXPECT_GT(h, before) << quarters;
    before = h;
  }
  EXPECT_LT(before, log(Real(101)));  // The weakest prior on 101 values is uniform.
}

}  // namespace
}  // namespace convproof
