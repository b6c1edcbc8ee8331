// LeNet-5 (note 004 §5.4.1), as data: its layers, what they count, and the forward pass, in any
// scalar and over any implementation of conv2d.
#pragma once

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "core/conv2d.h"
#include "core/link_table.h"
#include "core/tensor.h"
#include "reference/scaled_tanh.h"

namespace convproof::models {

enum class LayerKind {
  kConvolution,  // y = f(sum over linked maps of w (*) x + b)
  kSubsampling,  // y = f(coefficient * mean over the window + b), windows side by side
  kRadialBasis,  // y_o = sum_c (x_c - centre_oc)^2, nothing to train
};

/// One row of the table that is the network. Windows are square.
struct Layer {
  std::string name;
  LayerKind kind = LayerKind::kConvolution;
  Index inputs = 0;  // Maps, or numbers where a map is one pixel.
  Index outputs = 0;
  Index window = 1;
  LinkTable links{};  // Empty: every output sees every input.
  bool squashed = true;

  bool linked(Index output, Index input) const;
  /// The parameters that conv2d takes for this layer.
  Conv2dParams conv2d_params() const;
};

/// What the notes print for a layer. `parameters` are those that training changes.
struct LayerCount {
  Index map_rows;
  Index map_columns;
  Index kernels;
  Index neurons;
  Index parameters;
  Index connections;
  friend bool operator==(const LayerCount&, const LayerCount&) = default;
};

/// LeNet-5's seven layers for an image of 1 x 32 x 32. F6 is a convolution of maps of one pixel.
/// Source: the link table of C3 is Table I of LeCun, Bottou, Bengio and Haffner, "Gradient-based
///         learning applied to document recognition", Proc. IEEE 86 (1998).
const std::vector<Layer>& lenet5();

/// The image that lenet5() takes, without the batch.
inline constexpr Index kLenet5ImageSize = 32;

/// Counts of every layer, on an image of `rows` x `columns`, from the layer data alone:
///   convolution  parameters K*window^2 + outputs for K links (N-LINK-PARAMS),
///                connections = map pixels * parameters;
///   subsampling  parameters 2 per map, connections = neurons * (window^2 + 1).
/// Throws: ShapeError if the image is too small for a window.
std::vector<LayerCount> count_layers(const std::vector<Layer>& layers, Index rows, Index columns);

/// Weights of a layer: kernels [O,I,K,K] with zeros where nothing is linked and bias [O];
/// coefficients [C] and bias [C]; or centres [O,I] and no bias.
template <typename T>
struct LayerParameters {
  Tensor<T> weights;
  Tensor<T> bias;
};

/// Parameters that follow from `seed` alone, the same numbers in every scalar: multiples of 2^-20
/// within +-2.4/fan-in, as LeCun et al. start with; coefficients near 1; centres +1 or -1.
template <typename T>
std::vector<LayerParameters<T>> lenet5_parameters(std::uint64_t seed);

/// What a layer makes of x before the squashing. `conv2d(x, w, &b, params)` is any implementation.
template <typename T, typename Conv2d>
Tensor<T> net_input(const Layer& layer, const LayerParameters<T>& p, const Tensor<T>& x,
                    const Conv2d& conv2d);

/// The outputs of all layers; the last are the scores [N,10,1,1], smallest for the class that fits
/// best.
/// Shapes:  image [N,1,32,32].
/// Throws:  ShapeError from conv2d.
template <typename T, typename Conv2d>
std::vector<Tensor<T>> lenet5_forward(const Tensor<T>& image,
                                      const std::vector<LayerParameters<T>>& parameters,
                                      const Conv2d& conv2d);

namespace detail {

/// Integers in (-2^20, 2^20) that follow from three numbers.
std::int32_t counter_random(std::uint64_t seed, std::uint64_t tensor, std::uint64_t element);

/// Number `element` of tensor `tensor`, in (-1, 1), as an exact multiple of 2^-20.
template <typename T>
T uniform(std::uint64_t seed, std::uint64_t tensor, Index element) {
  return T(counter_random(seed, tensor, static_cast<std::uint64_t>(element))) / T(1 << 20);
}

/// 2.4/fan-in rounded down to a power of two, so that products with it are exact.
template <typename T>
T start_range(Index fan_in) {
  T range = 2;
  for (Index i = 1; 6 * i < 5 * fan_in; i *= 2) range = range / T(2);
  return range;
}

template <typename T>
LayerParameters<T> layer_parameters(const Layer& layer, std::uint64_t seed, std::uint64_t tensor) {
  LayerParameters<T> p;
  if (layer.kind == LayerKind::kRadialBasis) {
    p.weights = Tensor<T>(Shape{layer.outputs, layer.inputs});
    for (Index i = 0; i < p.weights.size(); ++i) {
      p.weights[i] = uniform<T>(seed, tensor, i) < T(0) ? T(-1) : T(1);
    }
    return p;
  }
  p.bias = Tensor<T>(Shape{layer.outputs});
  for (Index o = 0; o < layer.outputs; ++o) p.bias[o] = uniform<T>(seed, tensor + 1, o) / T(8);
  if (layer.kind == LayerKind::kSubsampling) {
    p.weights = Tensor<T>(Shape{layer.outputs});
    for (Index o = 0; o < layer.outputs; ++o) {
      p.weights[o] = T(1) + uniform<T>(seed, tensor, o) / T(2);
    }
    return p;
  }
  p.weights = Tensor<T>(Shape{layer.outputs, layer.inputs, layer.window, layer.window});
  const Index taps = layer.window * layer.window;
  const T range = start_range<T>(layer.inputs * taps);
  for (Index i = 0; i < p.weights.size(); ++i) {
    const Index kernel = i / taps;
    if (!layer.linked(kernel / layer.inputs, kernel % layer.inputs)) continue;
    p.weights[i] = range * uniform<T>(seed, tensor, i);
  }
  return p;
}

/// Subsampling as a depthwise kernel: every tap of a map is its coefficient over the window.
template <typename T>
Tensor<T> averaging_kernel(const Tensor<T>& coefficients, Index window) {
  Tensor<T> w(Shape{coefficients.size(), 1, window, window});
  const Index taps = window * window;
  for (Index i = 0; i < w.size(); ++i) w[i] = coefficients[i / taps] / T(taps);
  return w;
}

/// Squared distances of x [N,I,1,1] from the centres [O,I].
template <typename T>
Tensor<T> squared_distances(const Tensor<T>& x, const Tensor<T>& centres) {
  Tensor<T> y(Shape{x.shape()[0], centres.shape()[0], 1, 1});
  for (Index n = 0; n < y.shape()[0]; ++n) {
    for (Index o = 0; o < y.shape()[1]; ++o) {
      for (Index c = 0; c < centres.shape()[1]; ++c) {
        const T distance = x(n, c, 0, 0) - centres(o, c);
        y(n, o, 0, 0) += distance * distance;
      }
    }
  }
  return y;
}

}  // namespace detail

template <typename T>
std::vector<LayerParameters<T>> lenet5_parameters(std::uint64_t seed) {
  std::vector<LayerParameters<T>> parameters;
  for (const Layer& layer : lenet5()) {
    parameters.push_back(detail::layer_parameters<T>(layer, seed, 2 * parameters.size()));
  }
  return parameters;
}

template <typename T, typename Conv2d>
Tensor<T> net_input(const Layer& layer, const LayerParameters<T>& p, const Tensor<T>& x,
                    const Conv2d& conv2d) {
  switch (layer.kind) {
    case LayerKind::kRadialBasis: return detail::squared_distances(x, p.weights);
    case LayerKind::kSubsampling:
      return conv2d(x, detail::averaging_kernel(p.weights, layer.window), &p.bias,
                    layer.conv2d_params());
    default: return conv2d(x, p.weights, &p.bias, layer.conv2d_params());
  }
}

template <typename T, typename Conv2d>
std::vector<Tensor<T>> lenet5_forward(const Tensor<T>& image,
                                      const std::vector<LayerParameters<T>>& parameters,
                                      const Conv2d& conv2d) {
  std::vector<Tensor<T>> outputs;
  for (std::size_t l = 0; l < lenet5().size(); ++l) {
    const Layer& layer = lenet5()[l];
    Tensor<T> y = net_input(layer, parameters[l], l == 0 ? image : outputs.back(), conv2d);
    // LeCun et al. squash by 1.7159*tanh(2/3*u), the defaults of scaled_tanh.
    if (layer.squashed) y = reference::scaled_tanh(y, {});
    outputs.push_back(std::move(y));
  }
  return outputs;
}

}  // namespace convproof::models
