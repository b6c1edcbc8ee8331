#include "models/lenet5.h"

#include "core/counter_random.h"

namespace convproof::models {
namespace {

/// Table I of LeCun et al. (1998): a row per input map of C3, a column per output map.
LinkTable c3_links() {
  constexpr const char* kRows[] = {
      "X...XXX..XXXX.XX",  //
      "XX...XXX..XXXX.X",  //
      "XXX...XXX..X.XXX",  //
      ".XXX..XXXX..X.XX",  //
      "..XXX..XXXX.XX.X",  //
      "...XXX..XXXX.XXX",
  };
  std::vector<std::string> rows(16);
  for (std::size_t output = 0; output < rows.size(); ++output) {
    for (const char* row : kRows) rows[output] += row[output];
  }
  return LinkTable(rows);
}

Index count_links(const Layer& layer) {
  Index count = 0;
  for (Index output = 0; output < layer.outputs; ++output) {
    for (Index input = 0; input < layer.inputs; ++input) count += layer.linked(output, input);
  }
  return count;
}

}  // namespace

bool Layer::linked(Index output, Index input) const {
  if (kind == LayerKind::kSubsampling) return output == input;
  return links.linked(output, input);
}

Conv2dParams Layer::conv2d_params() const {
  if (kind == LayerKind::kSubsampling) return {.stride = {window, window}, .groups = inputs};
  return {};
}

const std::vector<Layer>& lenet5() {
  using Kind = LayerKind;
  static const std::vector<Layer> layers{
      {.name = "C1", .kind = Kind::kConvolution, .inputs = 1, .outputs = 6, .window = 5},
      {.name = "S2", .kind = Kind::kSubsampling, .inputs = 6, .outputs = 6, .window = 2},
      {.name = "C3",
       .kind = Kind::kConvolution,
       .inputs = 6,
       .outputs = 16,
       .window = 5,
       .links = c3_links()},
      {.name = "S4", .kind = Kind::kSubsampling, .inputs = 16, .outputs = 16, .window = 2},
      {.name = "C5", .kind = Kind::kConvolution, .inputs = 16, .outputs = 120, .window = 5},
      {.name = "F6", .kind = Kind::kConvolution, .inputs = 120, .outputs = 84},
      {.name = "output",
       .kind = Kind::kRadialBasis,
       .inputs = 84,
       .outputs = 10,
       .squashed = false},
  };
  return layers;
}

std::vector<LayerCount> count_layers(const std::vector<Layer>& layers, Index rows, Index columns) {
  std::vector<LayerCount> counts;
  Shape maps{1, layers.empty() ? 1 : layers.front().inputs, rows, columns};
  for (const Layer& layer : layers) {
    const Conv2dParams params = layer.conv2d_params();
    maps = conv2d_y_shape(
        maps, {layer.outputs, layer.inputs / params.groups, layer.window, layer.window}, params);
    const Index taps = layer.window * layer.window;
    const Index pixels = maps[2] * maps[3];
    LayerCount count{maps[2], maps[3], count_links(layer), layer.outputs * pixels, 0, 0};
    switch (layer.kind) {
      case LayerKind::kConvolution:
        count.parameters = count.kernels * taps + layer.outputs;
        count.connections = pixels * count.parameters;
        break;
      case LayerKind::kSubsampling:
        count.parameters = 2 * layer.outputs;
        count.connections = count.neurons * (taps + 1);
        break;
      case LayerKind::kRadialBasis:
        count.parameters = 0;
        count.connections = count.kernels;
        break;
    }
    counts.push_back(count);
  }
  return counts;
}

namespace detail {

std::int32_t counter_random(std::uint64_t seed, std::uint64_t tensor, std::uint64_t element) {
  const std::uint64_t bits = counter_bits(counter_bits(seed, tensor), element);
  constexpr std::int32_t kRange = (1 << 21) - 1;
  return static_cast<std::int32_t>(bits % kRange) - (1 << 20) + 1;
}

}  // namespace detail
}  // namespace convproof::models
