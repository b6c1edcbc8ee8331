// LeNet-5: what its layers count, what depends on what, and how far double may be from the truth.
#include "models/lenet5.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "core/scalar/rational.h"
#include "core/scalar/real.h"
#include "fast/conv2d.h"
#include "reference/conv2d.h"

namespace convproof::models {
namespace {

constexpr auto kReference = [](const auto& x, const auto& w, const auto* b, const Conv2dParams& p) {
  using T = typename std::decay_t<decltype(x)>::Scalar;
  return reference::conv2d<T>(x, w, b, p);
};

constexpr auto kFast = [](const Tensor<double>& x, const Tensor<double>& w, const Tensor<double>* b,
                          const Conv2dParams& p) { return fast::conv2d(x, w, b, p); };

const Layer& layer_named(const std::string& name) {
  for (const Layer& layer : lenet5()) {
    if (layer.name == name) return layer;
  }
  throw std::out_of_range(name);
}

/// One image with pixels between -0.1 (paper) and 1.175 (ink), the range of LeCun et al.
template <typename T>
Tensor<T> some_image(std::uint64_t seed) {
  Tensor<T> image(Shape{1, 1, kLenet5ImageSize, kLenet5ImageSize});
  for (Index i = 0; i < image.size(); ++i) {
    image[i] = T(17) / T(32) + detail::uniform<T>(seed, 99, i) * T(5) / T(8);
  }
  return image;
}

// ---------------------------------------------------------------- counts, note 004 §5.4.1

struct Printed {
  const char* layer;
  LayerCount count;
};

TEST(Lenet5Counts, AreThoseThatTheNotesPrint) {
  // Rows, columns, kernels, neurons, parameters, connections. Where the notes print no number the
  // layer data says it: S2 and S4 have one window per map, F6 84*120 kernels of one tap.
  const Printed printed[] = {
      {"C1", {28, 28, 6, 4704, 156, 122304}},   {"S2", {14, 14, 6, 1176, 12, 5880}},
      {"C3", {10, 10, 60, 1600, 1516, 151600}}, {"S4", {5, 5, 16, 400, 32, 2000}},
      {"C5", {1, 1, 1920, 120, 48120, 48120}},  {"F6", {1, 1, 10080, 84, 10164, 10164}},
      {"output", {1, 1, 840, 10, 0, 840}},
  };
  const auto counts = count_layers(lenet5(), kLenet5ImageSize, kLenet5ImageSize);
  ASSERT_EQ(counts.size(), std::size(printed));
  for (std::size_t l = 0; l < counts.size(); ++l) {
    EXPECT_EQ(lenet5()[l].name, printed[l].layer);
    EXPECT_EQ(counts[l], printed[l].count) << printed[l].layer;
  }
}

TEST(Lenet5Counts, WithoutTheLinkTableC3HasNinetySixKernels) {
  Layer c3 = layer_named("C3");
  c3.links = {};
  EXPECT_EQ(count_layers({c3}, 14, 14).front().kernels, 96);
}

TEST(Lenet5Counts, TheParametersAreThoseThatWeMake) {
  const auto parameters = lenet5_parameters<double>(1);
  const auto counts = count_layers(lenet5(), kLenet5ImageSize, kLenet5ImageSize);
  for (std::size_t l = 0; l + 1 < counts.size(); ++l) {
    Index linked = 0;
    for (Index i = 0; i < parameters[l].weights.size(); ++i) {
      linked += parameters[l].weights[i] != 0;
    }
    EXPECT_EQ(linked + parameters[l].bias.size(), counts[l].parameters) << lenet5()[l].name;
  }
}

TEST(Lenet5Counts, AnImageThatIsTooSmallIsRefused) {
  EXPECT_THROW((void)count_layers(lenet5(), 31, 32), ShapeError);
}

// ---------------------------------------------------------------- the link table

std::vector<Index> inputs_of(Index output) {
  std::vector<Index> inputs;
  for (Index d = 0; d < 6; ++d) {
    if (layer_named("C3").linked(output, d)) inputs.push_back(d);
  }
  return inputs;
}

/// Whether the inputs of a map follow one another, the last before the first again.
bool consecutive(Index output) {
  int starts = 0;
  for (Index d = 0; d < 6; ++d) {
    const Layer& c3 = layer_named("C3");
    starts += c3.linked(output, d) && !c3.linked(output, (d + 5) % 6);
  }
  return starts == 1;
}

TEST(Lenet5Links, AreTheSubsetsThatTheNotesDescribe) {
  for (Index p = 0; p < 16; ++p) {
    const auto count = inputs_of(p).size();
    EXPECT_EQ(count, p < 6 ? 3U : p < 15 ? 4U : 6U) << "map " << p;
    if (p < 15) {
      EXPECT_EQ(consecutive(p), p < 12) << "map " << p;
    }
    for (Index other = 0; other < p; ++other) EXPECT_NE(inputs_of(p), inputs_of(other));
  }
}

TEST(Lenet5Links, AC3MapChangesWithTheS2MapsItIsLinkedToAndWithNoOther) {
  const Layer& c3 = layer_named("C3");
  const auto parameters = lenet5_parameters<double>(3)[2];
  constexpr Index kMap = Index{14} * 14;
  Tensor<double> s2(Shape{1, 6, 14, 14});
  for (Index i = 0; i < s2.size(); ++i) s2[i] = detail::uniform<double>(3, 50, i);
  const auto before = net_input(c3, parameters, s2, kReference);
  for (Index d = 0; d < 6; ++d) {
    Tensor<double> changed = s2;
    for (Index i = 0; i < kMap; ++i) changed[d * kMap + i] += 1;
    const auto after = net_input(c3, parameters, changed, kReference);
    for (Index p = 0; p < 16; ++p) {
      bool same = true;
      for (Index i = 0; i < 100; ++i) same &= before[p * 100 + i] == after[p * 100 + i];
      EXPECT_EQ(same, !c3.linked(p, d)) << "C3 map " << p << ", S2 map " << d;
    }
  }
}

// ---------------------------------------------------------------- the forward pass

TEST(Lenet5Forward, HasTheShapesOfTheNotes) {
  Tensor<float> batch(Shape{2, 1, kLenet5ImageSize, kLenet5ImageSize});
  const auto outputs = lenet5_forward(batch, lenet5_parameters<float>(1), kReference);
  const std::vector<Shape> expected{{2, 6, 28, 28}, {2, 6, 14, 14}, {2, 16, 10, 10}, {2, 16, 5, 5},
                                    {2, 120, 1, 1}, {2, 84, 1, 1},  {2, 10, 1, 1}};
  ASSERT_EQ(outputs.size(), expected.size());
  for (std::size_t l = 0; l < expected.size(); ++l) EXPECT_EQ(outputs[l].shape(), expected[l]);
}

TEST(Lenet5Forward, SubsamplingIsCoefficientTimesMeanPlusBias) {
  const Layer layer{
      .name = "S", .kind = LayerKind::kSubsampling, .inputs = 2, .outputs = 2, .window = 2};
  const LayerParameters<Rational> p{{Shape{2}, {4, 8}}, {Shape{2}, {100, 200}}};
  const Tensor<Rational> x(Shape{1, 2, 2, 2}, {1, 2, 3, 4, 1, 1, 1, 2});
  EXPECT_EQ(net_input(layer, p, x, kReference), Tensor<Rational>(Shape{1, 2, 1, 1}, {110, 210}));
}

TEST(Lenet5Forward, TheOutputsAreSquaredDistances) {
  const Layer layer{
      .name = "R", .kind = LayerKind::kRadialBasis, .inputs = 2, .outputs = 2, .squashed = false};
  const LayerParameters<Rational> p{{Shape{2, 2}, {1, -1, 0, 0}}, {}};
  const Tensor<Rational> x(Shape{1, 2, 1, 1}, {3, 4});
  EXPECT_EQ(net_input(layer, p, x, kReference), Tensor<Rational>(Shape{1, 2, 1, 1}, {29, 25}));
}

TEST(Lenet5Forward, EveryLayerBeforeTheOutputIsLinearBeforeItIsSquashed) {
  const auto parameters = lenet5_parameters<Rational>(5);
  Shape shape{1, 1, 8, 8};
  for (std::size_t l = 0; l + 1 < lenet5().size(); ++l) {
    const Layer& layer = lenet5()[l];
    shape = {1, layer.inputs, layer.window + 1, layer.window + 1};
    Tensor<Rational> a(shape);
    Tensor<Rational> b(shape);
    Tensor<Rational> sum(shape);
    for (Index i = 0; i < a.size(); ++i) {
      a[i] = detail::uniform<Rational>(5, 60, i);
      b[i] = detail::uniform<Rational>(5, 61, i);
      sum[i] = a[i] + b[i];
    }
    LayerParameters<Rational> p = parameters[l];
    p.bias = Tensor<Rational>(p.bias.shape());
    const auto ya = net_input(layer, p, a, kReference);
    const auto yb = net_input(layer, p, b, kReference);
    const auto y = net_input(layer, p, sum, kReference);
    for (Index i = 0; i < y.size(); ++i) ASSERT_EQ(y[i], ya[i] + yb[i]) << layer.name;
  }
}

TEST(Lenet5Forward, ImagesOfABatchDoNotMix) {
  Tensor<double> batch(Shape{2, 1, kLenet5ImageSize, kLenet5ImageSize});
  const Index pixels = batch.size() / 2;
  const auto parameters = lenet5_parameters<double>(1);
  for (Index n = 0; n < 2; ++n) {
    const auto image = some_image<double>(static_cast<std::uint64_t>(n));
    for (Index i = 0; i < pixels; ++i) batch[n * pixels + i] = image[i];
  }
  const auto both = lenet5_forward(batch, parameters, kReference).back();
  for (Index n = 0; n < 2; ++n) {
    const auto one =
        lenet5_forward(some_image<double>(static_cast<std::uint64_t>(n)), parameters, kReference)
            .back();
    for (Index o = 0; o < 10; ++o) EXPECT_EQ(both(n, o, 0, 0), one(0, o, 0, 0));
  }
}

// ---------------------------------------------------------------- double against Real

constexpr double kUnit = 0x1p-53;

Tensor<double> absolute(Tensor<double> t) {
  for (Index i = 0; i < t.size(); ++i) t[i] = std::fabs(t[i]);
  return t;
}

/// |error| of a layer in double, element by element, when its input x is off by at most `error`.
///
/// Convolutions and subsampling: |w| carries the error of x, and the sum of n products and the bias
/// adds (n+1)*u/(1-(n+1)*u) of the sum of moduli (Higham 2002, Eq. 3.5); a subsampling tap is
/// itself rounded once. 2n+2 in the place of n+1 covers both. Squashing: the slope of a*tanh(s*u)
/// is at most a*s = 1.144. The two constants and the two products are rounded, and libm's tanh is
/// within 2 ulp (4u); |t*(1 - tanh^2 t)| < 1/2 bounds what the rounded argument changes, so 10u of
/// a covers all of it. Squared distances: (d+e)^2 - d^2 for the error of x, and n+2 roundings. The
/// bounds are sums of positive numbers in double, off by far less than the factor 1.001.
Tensor<double> layer_error(const Layer& layer, const LayerParameters<double>& p,
                           const Tensor<double>& x, const Tensor<double>& error) {
  constexpr double kSlack = 1.001;
  const auto n = static_cast<double>(layer.inputs * layer.window * layer.window);
  if (layer.kind == LayerKind::kRadialBasis) {
    Tensor<double> bound(Shape{1, layer.outputs, 1, 1});
    for (Index o = 0; o < layer.outputs; ++o) {
      for (Index c = 0; c < layer.inputs; ++c) {
        const double d = std::fabs(x[c] - p.weights(o, c));
        bound[o] += kSlack * (2 * d * error[c] + error[c] * error[c] + (n + 3) * kUnit * d * d);
      }
    }
    return bound;
  }
  const LayerParameters<double> moduli{absolute(p.weights), absolute(p.bias)};
  const LayerParameters<double> no_bias{absolute(p.weights), Tensor<double>(p.bias.shape())};
  const auto magnitude = net_input(layer, moduli, absolute(x), kReference);
  Tensor<double> bound = net_input(layer, no_bias, error, kReference);
  for (Index i = 0; i < bound.size(); ++i) {
    bound[i] =
        kSlack * (1.144 * (bound[i] + (2 * n + 2) * kUnit * magnitude[i]) + 10 * kUnit * 1.7159);
  }
  return bound;
}

/// The same graph over any path, held against 50 digits layer by layer.
template <typename Conv2d>
void expect_within_bound_of_fifty_digits(const Conv2d& conv2d) {
  Real::default_precision(50);
  const auto parameters = lenet5_parameters<double>(7);
  const auto image = some_image<double>(7);
  const auto in_double = lenet5_forward(image, parameters, conv2d);
  const auto in_real = lenet5_forward(some_image<Real>(7), lenet5_parameters<Real>(7), kReference);
  Tensor<double> error(image.shape());
  for (std::size_t l = 0; l < lenet5().size(); ++l) {
    error = layer_error(lenet5()[l], parameters[l], l == 0 ? image : in_double[l - 1], error);
    for (Index i = 0; i < error.size(); ++i) {
      const Real difference = Real(in_double[l][i]) - in_real[l][i];
      ASSERT_LE(abs(difference), Real(error[i])) << lenet5()[l].name << ", element " << i;
    }
  }
  // The bound says something: the scores are about a hundred and known to twelve places.
  EXPECT_THAT(std::vector<double>(error.data(), error.data() + 10),
              testing::Each(testing::Lt(1e-9)));
}

TEST(Lenet5Forward, DoubleStaysWithinItsErrorBoundOfFiftyDigits) {
  expect_within_bound_of_fifty_digits(kReference);
}

TEST(Lenet5Forward, TheFastPathStaysWithinTheSameBound) {
  expect_within_bound_of_fifty_digits(kFast);
}

}  // namespace
}  // namespace convproof::models
