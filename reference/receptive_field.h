// receptive_field: which pixels a neuron can see through several layers.
#pragma once

#include <vector>

#include "core/requirements.h"

namespace convproof::reference {

/// A sliding window along one axis: of a convolution or of a pool.
struct FieldLayer {
  Index kernel = 1;
  Index stride = 1;
  Index dilation = 1;
};

/// Pixels from the first to the last that one neuron of the last layer depends on (note 004, the
/// introduction and §5.5.2, F-RECEPTIVE-FIELD), for layers given from the input to the output:
///   r = 1 + sum_l dilation_l * (kernel_l - 1) * prod_{m<l} stride_m.
/// Far from the border; there may be pixels in between that it does not depend on, where a stride
/// or a dilation leaves holes. No layers: the neuron is its pixel.
///
/// Throws:  ShapeError if an attribute is below 1, or the field overflows.
/// Error:   exact.
/// Cost:    two products per layer.
inline Index receptive_field(const std::vector<FieldLayer>& layers) {
  constexpr const char* kName = "receptive_field";
  Index field = 1;
  Index step = 1;
  for (const FieldLayer& layer : layers) {
    require_at_least(kName, "kernel", layer.kernel, 1);
    require_at_least(kName, "stride", layer.stride, 1);
    require_at_least(kName, "dilation", layer.dilation, 1);
    const Index taps = checked_product(layer.dilation, layer.kernel - 1, kName, "layers");
    field = checked_sum(field, checked_product(taps, step, kName, "layers"), kName, "layers");
    step = checked_product(step, layer.stride, kName, "layers");
  }
  return field;
}

}  // namespace convproof::reference
