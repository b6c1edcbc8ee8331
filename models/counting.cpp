#include "models/counting.h"

#include <stdexcept>

#include "reference/connection_count.h"
#include "reference/multiply_add_count.h"
#include "reference/parameter_count.h"

namespace convproof::models {
namespace {

/// A square window with the same stride and padding on both axes, in pixels.
struct Window {
  Index size = 1;
  Index stride = 1;
  Index padding = 0;
  bool rounds_up = false;  // Pools that do read one more row and column of padding.

  ConvParams params(Index groups) const {
    const WindowAxis axis{
        .stride = stride, .before = padding, .after = padding + (rounds_up ? 1 : 0)};
    return {.axes = {axis, axis}, .groups = groups};
  }
};

Shape with_image(const Shape& maps) {
  return {1, maps[0], maps[1], maps[2]};
}

/// Appends layers, each on the output of the one before or of one that is named.
class Table {
 public:
  Table(Index maps, Index size) : last_{maps, size, size} {}

  const Shape& last() const { return last_; }
  void continue_with(const Shape& maps) { last_ = maps; }

  void convolve(const std::string& name, Index outputs, const Window& window, Index groups = 1) {
    const Shape x = with_image(last_);
    const Shape w{outputs, x[1] / groups, window.size, window.size};
    const ConvParams p = window.params(groups);
    const Shape y = conv_y_shape(x, w, p, name.c_str());
    append({.name = name,
            .kind = CountedKind::kConvolution,
            .output = Shape(y.begin() + 1, y.end()),
            .kernel = w,
            .parameters = reference::parameter_count(w),
            .connections = reference::connection_count(x, w, p, true),
            .multiply_adds = reference::multiply_add_count(x, w, p)});
  }

  void pool(const std::string& name, CountedKind kind, const Window& window) {
    const Shape x = with_image(last_);
    // A pool slides as a depthwise kernel does.
    const Shape w{x[1], 1, window.size, window.size};
    const ConvParams p = window.params(x[1]);
    const Shape y = conv_y_shape(x, w, p, name.c_str());
    append({.name = name,
            .kind = kind,
            .output = Shape(y.begin() + 1, y.end()),
            .connections = reference::connection_count(x, w, p, false)});
  }

  void connect_fully(const std::string& name, Index outputs) {
    const Shape w{outputs, last_.element_count()};
    last_ = Shape{w[1]};
    append({.name = name,
            .kind = CountedKind::kDense,
            .output = Shape{outputs},
            .parameters = reference::dense_parameter_count(w),
            .connections = reference::dense_connection_count(w, true),
            .multiply_adds = reference::dense_multiply_add_count(w)});
  }

  std::vector<CountedLayer> layers() && { return std::move(layers_); }

 private:
  void append(CountedLayer layer) {
    layer.input = last_;
    last_ = layer.output;
    layers_.push_back(std::move(layer));
  }

  Shape last_;
  std::vector<CountedLayer> layers_;
};

/// A row of GoogLeNet's Table 1: maps out of every convolution of an Inception module.
struct Inception {
  const char* name;
  Index one, reduce_three, three, reduce_five, five, pool;
};

void append_inception(Table& table, const Inception& module) {
  const Shape input = table.last();
  const std::string prefix = std::string("inception ") + module.name + ' ';
  table.convolve(prefix + "1x1", module.one, {});
  table.continue_with(input);
  table.convolve(prefix + "3x3 reduce", module.reduce_three, {});
  table.convolve(prefix + "3x3", module.three, {.size = 3, .padding = 1});
  table.continue_with(input);
  table.convolve(prefix + "5x5 reduce", module.reduce_five, {});
  table.convolve(prefix + "5x5", module.five, {.size = 5, .padding = 2});
  table.continue_with(input);
  table.pool(prefix + "pool", CountedKind::kMaxPool, {.size = 3, .padding = 1});
  table.convolve(prefix + "pool proj", module.pool, {});
  table.continue_with({module.one + module.three + module.five + module.pool, input[1], input[2]});
}

}  // namespace

std::vector<CountedLayer> alexnet_layers(Index image_size) {
  constexpr auto kMax = CountedKind::kMaxPool;
  const Window pool{.size = 3, .stride = 2};
  Table table(3, image_size);
  table.convolve("conv1", 96, {.size = 11, .stride = 4, .padding = 3});
  table.pool("pool1", kMax, pool);
  table.convolve("conv2", 256, {.size = 5, .padding = 2}, 2);
  table.pool("pool2", kMax, pool);
  table.convolve("conv3", 384, {.size = 3, .padding = 1});
  table.convolve("conv4", 384, {.size = 3, .padding = 1}, 2);
  table.convolve("conv5", 256, {.size = 3, .padding = 1}, 2);
  table.pool("pool3", kMax, pool);
  table.connect_fully("fc1", 4096);
  table.connect_fully("fc2", 4096);
  table.connect_fully("fc3", 1000);
  return std::move(table).layers();
}

std::vector<CountedLayer> vgg16_layers(Index image_size) {
  Table table(3, image_size);
  Index block = 0;
  for (const auto& [count, maps] :
       {std::pair<int, Index>{2, 64}, {2, 128}, {3, 256}, {3, 512}, {3, 512}}) {
    ++block;
    for (int i = 1; i <= count; ++i) {
      table.convolve(text("conv", block, '_', i), maps, {.size = 3, .padding = 1});
    }
    table.pool(text("pool", block), CountedKind::kMaxPool, {.size = 2, .stride = 2});
  }
  table.connect_fully("fc1", 4096);
  table.connect_fully("fc2", 4096);
  table.connect_fully("fc3", 1000);
  return std::move(table).layers();
}

std::vector<CountedLayer> googlenet_layers(Index image_size) {
  constexpr auto kMax = CountedKind::kMaxPool;
  const Window pool{.size = 3, .stride = 2, .rounds_up = true};
  Table table(3, image_size);
  table.convolve("conv1", 64, {.size = 7, .stride = 2, .padding = 3});
  table.pool("pool1", kMax, pool);
  table.convolve("conv2 reduce", 64, {});
  table.convolve("conv2", 192, {.size = 3, .padding = 1});
  table.pool("pool2", kMax, pool);
  append_inception(table, {"3a", 64, 96, 128, 16, 32, 32});
  append_inception(table, {"3b", 128, 128, 192, 32, 96, 64});
  table.pool("pool3", kMax, pool);
  append_inception(table, {"4a", 192, 96, 208, 16, 48, 64});
  append_inception(table, {"4b", 160, 112, 224, 24, 64, 64});
  append_inception(table, {"4c", 128, 128, 256, 24, 64, 64});
  append_inception(table, {"4d", 112, 144, 288, 32, 64, 64});
  append_inception(table, {"4e", 256, 160, 320, 32, 128, 128});
  table.pool("pool4", kMax, pool);
  append_inception(table, {"5a", 256, 160, 320, 32, 128, 128});
  append_inception(table, {"5b", 384, 192, 384, 48, 128, 128});
  table.pool("pool5", CountedKind::kAveragePool, {.size = 7});
  table.connect_fully("fc", 1000);
  return std::move(table).layers();
}

Totals totals(const std::vector<CountedLayer>& layers) {
  Totals sum;
  for (const CountedLayer& layer : layers) {
    sum.parameters += layer.parameters;
    sum.connections += layer.connections;
    sum.multiply_adds += layer.multiply_adds;
  }
  return sum;
}

std::vector<CountedLayer> layers_of(const std::vector<CountedLayer>& layers, CountedKind kind) {
  std::vector<CountedLayer> chosen;
  for (const CountedLayer& layer : layers) {
    if (layer.kind == kind) chosen.push_back(layer);
  }
  return chosen;
}

const CountedLayer& layer_named(const std::vector<CountedLayer>& layers, const std::string& name) {
  for (const CountedLayer& layer : layers) {
    if (layer.name == name) return layer;
  }
  throw std::out_of_range("no layer " + name);
}

}  // namespace convproof::models
