// What the notes print, figure by figure, and how each is computed.
#include <algorithm>

#include "conformance/notes/printed.h"
#include "models/counting.h"
#include "models/lenet5.h"
#include "reference/bilinear_form.h"
#include "reference/centred_window_2d.h"
#include "reference/connection_count.h"
#include "reference/conv2d.h"
#include "reference/convolution.h"
#include "reference/corner_window_2d.h"
#include "reference/dilated_size.h"
#include "reference/neuron_count.h"
#include "reference/output_size.h"
#include "reference/parameter_count.h"
#include "reference/receptive_field.h"
#include "reference/strided_multichannel.h"
#include "reference/weight_decay.h"
#include "reference/weighted_average.h"
#include "reference/windows.h"

namespace convproof::conformance {
namespace {

using Exact = std::vector<Rational>;
using Values = Tensor<Rational>;

Exact elements(const Values& values) {
  return {values.data(), values.data() + values.size()};
}

// ---- note 000 -------------------------------------------------------------------------------

/// Y of the 5 x 5 example (X-CONV2D-5X5).
Exact printed_convolution() {
  const Values w({3, 3}, {1, 0, 0, 0, 0, 0, 0, 0, -1});
  const Values x({5, 5},
                 {1, 1, 1, 1, 1, -1, 0, -3, 0, 1, 2, 1, 1, -1, 0, 0, -1, 1, 2, 1, 1, 2, 1, 1, 1});
  return elements(reference::evaluate<Rational>(
      reference::centred_convolution_valid(w.shape(), x.shape()), w, x));
}

// ---- note 001 §9.2: edges in an image of 280 x 320 --------------------------------------------

struct EdgeDetection {
  Shape x{1, 1, 280, 320};
  Shape w{1, 1, 1, 2};
  Shape y = conv2d_y_shape(x, w, Conv2dParams{});
  Index outputs = y.element_count();
  Index products = reference::multiply_add_count(x, w, general(Conv2dParams{}));
  /// Every output adds its products up: one addition less than products.
  Index operations = products + (products - outputs);
  Rational matrix_elements = Rational(outputs) * x.element_count();
  /// Multiplying by the whole matrix: as many multiplications as elements, and nearly as many
  /// additions.
  Rational dense_operations = 2 * matrix_elements - outputs;
  /// The elements of the matrix that are not 0: one for each product.
  Index nonzeros = reference::connections_inside(x, w, general(Conv2dParams{}));
};

// ---- note 002: the laser sensor ----------------------------------------------------------------

/// s_t for t = 6, ..., 11: seven weights w_-6 ... w_0 on the last seven measurements.
Rational sensor(Index t) {
  const auto hundredths = [](std::vector<int> numbers) {
    Values values(Shape{static_cast<Index>(numbers.size())});
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      values[static_cast<Index>(i)] = Rational(numbers[i], 100);
    }
    return values;
  };
  // In the order w_0, w_-1, ..., w_-6, which is that of a convolution's kernel.
  const Values w = hundredths({50, 40, 4, 2, 2, 1, 1});
  const Values x = hundredths({100, 110, 120, 140, 170, 180, 190, 210, 220, 240, 250, 270});
  const Values s = reference::evaluate<Rational>(
      reference::convolution(w.shape(), x.shape(), {.border = reference::Border::kValid}), w, x);
  return s[t - 6];
}

/// For x_6 ... x_0 the index of the weight that multiplies it in s_6. Weights that are their own
/// index come back as the derivatives of s_6.
Exact indices_in_s6() {
  const Values w({7}, {-6, -5, -4, -3, -2, -1, 0});
  const Values weights = reference::weighted_average_dx<Rational>(Values({1}, {1}), w, {7});
  Exact newest_first = elements(weights);
  std::reverse(newest_first.begin(), newest_first.end());
  return newest_first;
}

/// The pixels, counted from 1, that feed the first neuron of a 2 x 2 filter on a 4 x 4 image.
Exact first_window() {
  const reference::Windows windows({4, 4}, {2, 2}, {3, 3}, {WindowAxis{}, WindowAxis{}});
  Exact pixels;
  for (const reference::Reading& r : windows.of_window(0)) pixels.emplace_back(r.pixel + 1);
  return pixels;
}

// ---- architectures ------------------------------------------------------------------------------

Rational convolution_parameters(const std::vector<models::CountedLayer>& layers) {
  return models::totals(models::layers_of(layers, models::CountedKind::kConvolution)).parameters;
}

/// Weights of the fully connected layers of VGG-16, without biases, with the 1000 outputs of the
/// paper.
Rational dense_weights() {
  Rational sum = 0;
  for (const models::CountedLayer& layer :
       models::layers_of(models::vgg16_layers(), models::CountedKind::kDense)) {
    sum += layer.multiply_adds;
  }
  return sum;
}

/// The sides of VGG-16's filters, if they are all the same.
Exact filter_size() {
  const auto layers = models::layers_of(models::vgg16_layers(), models::CountedKind::kConvolution);
  const Shape first = layers.front().kernel;
  for (const models::CountedLayer& layer : layers) {
    if (!(spatial(layer.kernel) == spatial(first))) return {0, 0};
  }
  return {first[2], first[3]};
}

/// [O, C/groups, Kh, Kw] in the notes' order, rows x columns x input maps x output maps, of one of
/// `parts` equal parts of a layer of AlexNet.
Exact part_of_kernel(const std::string& layer, Index parts) {
  const Shape w = models::layer_named(models::alexnet_layers(), layer).kernel;
  return {w[2], w[3], w[1], Rational(w[0], parts)};
}

/// [C, H, W] in the notes' order, rows x columns x maps of one half of AlexNet.
Exact half_maps(const std::string& layer) {
  const Shape y = models::layer_named(models::alexnet_layers(), layer).output;
  return {y[1], y[2], Rational(y[0], 2)};
}

Exact dense_outputs() {
  Exact outputs;
  for (const models::CountedLayer& layer :
       models::layers_of(models::alexnet_layers(), models::CountedKind::kDense)) {
    outputs.emplace_back(layer.output[0]);
  }
  return outputs;
}

/// In multiples of AlexNet's.
Rational products_of_googlenet() {
  return Rational(models::totals(models::googlenet_layers()).multiply_adds,
                  models::totals(models::alexnet_layers()).multiply_adds);
}

Rational count_of(const std::vector<models::CountedLayer>& layers, models::CountedKind kind) {
  return static_cast<Index>(models::layers_of(layers, kind).size());
}

/// GoogLeNet's modules, pools outside of them, and layers that one signal passes and that have
/// parameters: the convolutions and fully connected layers on the longest way through.
Exact googlenet_parts() {
  Index modules = 0;
  Index pools = 0;
  Index depth = 0;
  for (const models::CountedLayer& layer : models::googlenet_layers()) {
    const bool inside = layer.name.starts_with("inception");
    if (inside && layer.name.ends_with(" 3x3")) {
      ++modules;
      depth += 2;  // 3x3 reduce and 3x3.
    }
    if (inside) continue;
    const bool pool = layer.kind == models::CountedKind::kMaxPool ||
                      layer.kind == models::CountedKind::kAveragePool;
    (pool ? pools : depth) += 1;
  }
  return {modules, pools, depth};
}

/// Layers with parameters of the deepest network of He et al., "Deep residual learning for image
/// recognition" (2015), Table 1: conv1, four stages of 3, 8, 36 and 3 units of three, and fc.
Rational resnet152_layers() {
  Index layers = 2;
  for (const Index units : {3, 8, 36, 3}) layers += 3 * units;
  return layers;
}

models::LayerCount lenet5_count(std::size_t layer) {
  return models::count_layers(models::lenet5(), models::kLenet5ImageSize, models::kLenet5ImageSize)
      .at(layer);
}

/// Kernels without the table of links: every output map sees every input map.
Rational kernels_without_table(std::size_t layer) {
  const models::Layer& l = models::lenet5().at(layer);
  return l.inputs * l.outputs;
}

PrintedFigure one(const char* item, const char* what, const char* printed,
                  std::function<Rational()> exact) {
  return {item, what, printed, [exact = std::move(exact)] { return Exact{exact()}; }};
}

void append_lenet5(std::vector<PrintedFigure>& all) {
  enum : std::size_t { kC1, kS2, kC3, kS4, kC5, kF6, kOut };
  const auto count = [&all](const char* item, const char* what, const char* printed,
                            std::size_t layer, Index models::LayerCount::*field) {
    all.push_back(one(item, what, printed, [=] { return Rational(lenet5_count(layer).*field); }));
  };
  using Count = models::LayerCount;
  all.push_back(one("M-LENET5", "layers", "7",
                    [] { return Rational(static_cast<Index>(models::lenet5().size())); }));
  all.push_back({"N-LENET-IN", "pixels, class scores", "1,024 10", [] {
                   return Exact{models::kLenet5ImageSize * models::kLenet5ImageSize,
                                models::lenet5().back().outputs};
                 }});
  const auto maps = [&all](const char* item, const char* printed, std::size_t layer) {
    all.push_back({item, "maps, rows x columns", printed, [=] {
                     const models::LayerCount c = lenet5_count(layer);
                     return Exact{models::lenet5().at(layer).outputs, c.map_rows, c.map_columns};
                   }});
  };
  const auto kernels = [&all](const char* item, const char* printed, std::size_t layer) {
    all.push_back({item, "kernels, sides", printed, [=] {
                     const Index side = models::lenet5().at(layer).window;
                     return Exact{lenet5_count(layer).kernels, side, side};
                   }});
  };
  kernels("N-LENET-C1", "6 5x5", kC1);
  maps("N-LENET-C1", "6 28x28", kC1);
  all.push_back(one("N-LENET-C1", "pixels of a map", "784", [] {
    return Rational(lenet5_count(kC1).map_rows * lenet5_count(kC1).map_columns);
  }));
  count("N-LENET-C1", "neurons", "4,704", kC1, &Count::neurons);
  count("N-LENET-C1", "parameters", "156", kC1, &Count::parameters);
  count("N-LENET-C1", "connections", "122,304", kC1, &Count::connections);
  maps("N-LENET-S2", "6 14x14", kS2);
  count("N-LENET-S2", "neurons", "1,176", kS2, &Count::neurons);
  count("N-LENET-S2", "parameters", "12", kS2, &Count::parameters);
  count("N-LENET-S2", "connections", "5,880", kS2, &Count::connections);
  kernels("N-LENET-C3", "60 5x5", kC3);
  all.push_back(
      one("N-LENET-C3", "kernels without table", "96", [] { return kernels_without_table(kC3); }));
  maps("N-LENET-C3", "16 10x10", kC3);
  count("N-LENET-C3", "neurons", "1,600", kC3, &Count::neurons);
  count("N-LENET-C3", "parameters", "1,516", kC3, &Count::parameters);
  count("N-LENET-C3", "connections", "151,600", kC3, &Count::connections);
  maps("N-LENET-S4", "16 5x5", kS4);
  count("N-LENET-S4", "parameters", "32", kS4, &Count::parameters);
  count("N-LENET-S4", "connections", "2,000", kS4, &Count::connections);
  kernels("N-LENET-C5", "1,920 5x5", kC5);
  maps("N-LENET-C5", "120 1x1", kC5);
  count("N-LENET-C5", "neurons", "120", kC5, &Count::neurons);
  count("N-LENET-C5", "parameters", "48,120", kC5, &Count::parameters);
  count("N-LENET-C5", "connections", "48,120", kC5, &Count::connections);
  count("N-LENET-F6", "neurons", "84", kF6, &Count::neurons);
  count("N-LENET-F6", "parameters", "10,164", kF6, &Count::parameters);
  count("N-LENET-F6", "connections", "10,164", kF6, &Count::connections);
  count("N-LENET-OUT", "units", "10", kOut, &Count::neurons);
}

void append_alexnet(std::vector<PrintedFigure>& all) {
  using Kind = models::CountedKind;
  all.push_back({"M-ALEXNET", "conv, pool, FC layers", "5 3 3", [] {
                   const auto layers = models::alexnet_layers();
                   return Exact{count_of(layers, Kind::kConvolution),
                                count_of(layers, Kind::kMaxPool), count_of(layers, Kind::kDense)};
                 }});
  const auto maps = [&all](const char* item, const char* layer, const char* printed) {
    all.push_back({item, "maps of one half", printed, [=] { return half_maps(layer); }});
  };
  all.push_back({"N-ALEX-IN", "image, probabilities", "224x224x3 1,000", [] {
                   const auto layers = models::alexnet_layers();
                   const Shape& x = layers.front().input;
                   return Exact{x[1], x[2], x[0], layers.back().output[0]};
                 }});
  const auto kernels = [&all](const char* item, const char* layer, Index parts,
                              const char* printed) {
    all.push_back({item, parts == 1 ? "kernel" : "kernel of one half", printed,
                   [=] { return part_of_kernel(layer, parts); }});
  };
  kernels("N-ALEX-C1", "conv1", 2, "11x11x3x48");
  maps("N-ALEX-C1", "conv1", "55x55x48");
  maps("N-ALEX-P1", "pool1", "27x27x48");
  kernels("N-ALEX-C2", "conv2", 2, "5x5x48x128");
  maps("N-ALEX-C2", "conv2", "27x27x128");
  maps("N-ALEX-P2", "pool2", "13x13x128");
  kernels("N-ALEX-C3", "conv3", 1, "3x3x256x384");
  maps("N-ALEX-C3", "conv3", "13x13x192");
  kernels("N-ALEX-C4", "conv4", 2, "3x3x192x192");
  maps("N-ALEX-C4", "conv4", "13x13x192");
  kernels("N-ALEX-C5", "conv5", 2, "3x3x192x128");
  maps("N-ALEX-C5", "conv5", "13x13x128");
  maps("N-ALEX-P3", "pool3", "6x6x128");
  all.push_back({"N-ALEX-FC", "neurons", "4,096 4,096 1,000", dense_outputs});
}

std::vector<PrintedFigure> make_figures() {
  std::vector<PrintedFigure> all;
  all.push_back({"X-CONV2D-5X5", "Y, row by row", "0 -2 -1 2 2 4 -1 0 0", printed_convolution});

  const EdgeDetection edge;
  all.push_back(one("N-EDGE-WIDTH", "width", "319", [=] { return Rational(edge.y[3]); }));
  all.push_back(
      one("N-EDGE-FLOPS", "operations", "267,960", [=] { return Rational(edge.operations); }));
  all.push_back(one("N-EDGE-MATRIX", "elements", ">8e9", [=] { return edge.matrix_elements; }));
  all.push_back(one("N-EDGE-STORAGE-RATIO", "matrix to kernel", "~4e9",
                    [=] { return Rational(edge.matrix_elements / edge.w.element_count()); }));
  all.push_back(
      one("N-EDGE-MATMUL-FLOPS", "operations", ">16e9", [=] { return edge.dense_operations; }));
  all.push_back(one("N-EDGE-SPEEDUP", "matrix to convolution", "~60,000",
                    [=] { return Rational(edge.dense_operations / edge.operations); }));
  all.push_back(one("N-EDGE-SPARSE-FLOPS", "operations", "267,960",
                    [=] { return Rational(2 * edge.nonzeros - edge.outputs); }));
  all.push_back(one("N-EDGE-NNZ", "elements", "178,640", [=] { return Rational(edge.nonzeros); }));

  const char* const sensor_printed[] = {"1.80", "1.96", "2.11", "2.16", "2.28", "2.42"};
  for (Index t = 6; t < 12; ++t) {
    all.push_back(
        {"X-SENSOR-1D", text("s_", t), sensor_printed[t - 6], [t] { return Exact{sensor(t)}; }});
  }
  all.push_back({"F-S6-EXPANSION", "w's index at x6...x0", "0 -1 -2 -3 -4 -5 -6", indices_in_s6});
  // Note 004's first layer of AlexNet by note 002's formula, before it is rounded down.
  all.push_back(one("N-SIZE-STRIDE", "conv1 of AlexNet", "55", [] {
    return reference::printed_output_size<Rational>({.W = 224, .F = 11, .P = 3, .S = 4});
  }));
  all.push_back(one("N-PAD-3X3", "P that keeps the size", "1",
                    [] { return Rational(reference::same_padding(3)); }));
  all.push_back({"X-SPARSE-4X4", "pixels that feed h11", "1 2 5 6", first_window});
  all.push_back(one("N-VGG-NONFC", "parameters", "~16M",
                    [] { return convolution_parameters(models::vgg16_layers()); }));
  all.push_back({"N-VGG-NONFC", "filter", "3x3", filter_size});
  all.push_back(one("N-VGG-FC", "the printed sum", "~122M", [] {
    return Rational(Index{512} * 7 * 7 * 4096 + Index{4096} * 4096 + Index{4096} * 1024);
  }));
  all.push_back(one("N-VGG-FC", "weights", "~122M", dense_weights));
  all.push_back(one("N-VGG-FC1", "weights", "~102M", [] {
    return Rational(models::layer_named(models::vgg16_layers(), "fc1").multiply_adds);
  }));
  all.push_back(one("N-GOOGLENET-PARAMS", "parameters/AlexNet's", "1/12", [] {
    return Rational(models::totals(models::googlenet_layers()).parameters,
                    models::totals(models::alexnet_layers()).parameters);
  }));
  // Chinese leaves open whether it is twice as much or twice as much more.
  all.push_back(one("N-GOOGLENET-COMPUTE", "products/AlexNet's", "2-fold", products_of_googlenet));
  all.push_back(one("N-GOOGLENET-COMPUTE", "or what it has more", "2-fold",
                    [] { return Rational(products_of_googlenet() - 1); }));
  all.push_back(one("M-RESNET152", "layers", "152", resnet152_layers));
  all.push_back(one("T-WEIGHT-DECAY", "lambda of the paper", "1e-5",
                    reference::resnet_weight_decay<Rational>));

  append_lenet5(all);
  append_alexnet(all);
  all.push_back({"M-GOOGLENET", "modules, pools, depth", "9 5 22", googlenet_parts});
  all.push_back(one("N-5-3-3", "neurons", "3",
                    [] { return Rational(reference::output_size({.W = 5, .F = 3})); }));
  all.push_back({"P-THREE-WAYS-RF", "field of two 3x3", "5x5", [] {
                   const Index side = reference::receptive_field({{.kernel = 3}, {.kernel = 3}});
                   return Exact{side, side};
                 }});
  return all;
}

// ---- sums of letters ----------------------------------------------------------------------------

/// The terms of one output of the letters of note 002 (X-CONV-SYMBOLIC): a 3 x 4 image a ... l and
/// the kernel w x; y z, below and right of the pixel.
std::vector<std::string> lettered_output(Index row, Index column) {
  const std::string image = "abcdefghijkl";
  const std::string kernel = "wxyz";
  std::vector<std::string> terms;
  reference::window_below_right({2, 2}, {3, 4}).for_each_product([&](Index y, Index w, Index x) {
    if (y != 3 * row + column) return;
    terms.push_back({image[static_cast<std::size_t>(x)], kernel[static_cast<std::size_t>(w)]});
  });
  return terms;
}

std::vector<PrintedSum> make_sums() {
  const char* const printed[2][3] = {{"aw+bx+ey+fz", "bw+cx+fy+gz", "cw+dx+gy+hz"},
                                     {"ew+fx+iy+jz", "fw+gx+jy+kz", "gw+hx+ky+lz"}};
  std::vector<PrintedSum> all;
  for (Index row = 0; row < 2; ++row) {
    for (Index column = 0; column < 3; ++column) {
      all.push_back({"X-CONV-SYMBOLIC", text("row ", row + 1, ", column ", column + 1),
                     printed[row][column], [=] { return lettered_output(row, column); }});
    }
  }
  return all;
}

// ---- formulas -----------------------------------------------------------------------------------

using Sizes = std::vector<Index>;

/// The number of positions of a filter, one by one: where it fits into the padded input.
Index positions(Index W, Index F, Index P, Index S) {
  Index count = 0;
  for (Index start = -P; start + F <= W + P; start += S) ++count;
  if (count == 0) throw ShapeError("filter", "F", "at most the padded input", text(F));
  return count;
}

/// The products of a layer without padding, pair by pair of tap and pixel.
Index products_inside(const Shape& x, const Shape& w) {
  return reference::connections_inside(x, w, general(Conv2dParams{}));
}

std::vector<PrintedFormula> make_formulas() {
  std::vector<PrintedFormula> all;
  all.push_back({"N-PAD-SIZE",
                 "padded rows",
                 "M+2U",
                 {"M", "U"},
                 [](const Sizes& s) { return Rational(s[0] + 2 * s[1]); },
                 // What a centred kernel of 2U+1 rows needs for M rows of output.
                 [](const Sizes& s) {
                   Index rows = 1;
                   while (rows < 2 * s[1] + 1 || positions(rows, 2 * s[1] + 1, 0, 1) < s[0]) ++rows;
                   return Rational(rows);
                 }});
  all.push_back({"N-CONV-PARAMS",
                 "parameters",
                 "UVPD+P",
                 {"U", "V", "P", "D"},
                 [](const Sizes& s) { return Rational(s[0] * s[1] * s[2] * s[3] + s[2]); },
                 [](const Sizes& s) {
                   return Rational(reference::parameter_count({s[2], s[3], s[0], s[1]}));
                 }});
  all.push_back({"N-PAD-FULL",
                 "full width",
                 "m+k-1",
                 {"m", "k"},
                 [](const Sizes& s) { return Rational(s[0] + s[1] - 1); },
                 [](const Sizes& s) { return Rational(positions(s[0], s[1], s[1] - 1, 1)); }});
  all.push_back({"N-SIZE-VALID",
                 "output width",
                 "W-F+1",
                 {"W", "F"},
                 [](const Sizes& s) { return Rational(s[0] - s[1] + 1); },
                 [](const Sizes& s) { return Rational(positions(s[0], s[1], 0, 1)); }});
  all.push_back({"N-SIZE-PAD",
                 "output width",
                 "W-F+2P+1",
                 {"W", "F", "P"},
                 [](const Sizes& s) { return Rational(s[0] - s[1] + 2 * s[2] + 1); },
                 [](const Sizes& s) { return Rational(positions(s[0], s[1], s[2], 1)); }});
  all.push_back(
      {"N-SIZE-STRIDE",
       "output width",
       "(W-F+2P)/S+1",
       {"W", "F", "P", "S"},
       [](const Sizes& s) { return Rational(s[0] - s[1] + 2 * s[2], s[3]) + Rational(1); },
       [](const Sizes& s) { return Rational(positions(s[0], s[1], s[2], s[3])); }});
  all.push_back({"N-DEPTH",
                 "output depth",
                 "K",
                 {"K", "D"},
                 [](const Sizes& s) { return Rational(s[0]); },
                 [](const Sizes& s) {
                   return Rational(conv2d_y_shape({1, s[1], 1, 1}, {s[0], s[1], 1, 1}, {})[1]);
                 }});
  all.push_back({"N-INCEPTION-OUTPUT",
                 "output pixels",
                 "(W-F+1)(H-F+1)",
                 {"W", "H", "F"},
                 [](const Sizes& s) { return Rational((s[0] - s[2] + 1) * (s[1] - s[2] + 1)); },
                 [](const Sizes& s) {
                   return Rational(
                       conv2d_y_shape({1, 1, s[1], s[0]}, {1, 1, s[2], s[2]}, {}).element_count());
                 }});
  all.push_back({"E-CONV-COST",
                 "products per output",
                 "F*F*D",
                 {"F", "D"},
                 [](const Sizes& s) { return Rational(s[0] * s[0] * s[1]); },
                 // On an image of one position.
                 [](const Sizes& s) {
                   return Rational(products_inside({1, s[1], s[0], s[0]}, {1, s[1], s[0], s[0]}));
                 }});
  all.push_back(
      {"N-1X1-SHAPE",
       "output numbers",
       "D1*W*H",
       {"D1", "W", "H", "D"},
       [](const Sizes& s) { return Rational(s[0] * s[1] * s[2]); },
       [](const Sizes& s) {
         return Rational(
             conv2d_y_shape({1, s[3], s[2], s[1]}, {s[0], s[3], 1, 1}, {}).element_count());
       }});
  all.push_back({"E-1X1-SAVING",
                 "products behind 1x1",
                 "F*F*D1",
                 {"F", "D1", "D"},
                 [](const Sizes& s) { return Rational(s[0] * s[0] * s[1]); },
                 // The next filter sees the D1 maps that the 1 x 1 filters make of D.
                 [](const Sizes& s) {
                   const Shape thin = conv2d_y_shape({1, s[2], s[0], s[0]}, {s[1], s[2], 1, 1}, {});
                   return Rational(products_inside(thin, {1, thin[1], s[0], s[0]}));
                 }});
  all.push_back({"F-FC-TO-CONV-1D",
                 "parameters",
                 "K+1",
                 {"K"},
                 [](const Sizes& s) { return Rational(s[0] + 1); },
                 [](const Sizes& s) {
                   return Rational(reference::parameter_count({1, 1, s[0]}));
                 }});
  all.push_back({"N-CONNECTIONS",
                 "if fully connected",
                 "M*L",
                 {"M", "L"},
                 [](const Sizes& s) { return Rational(s[0] * s[1]); },
                 // M filters as wide as the line of L neurons.
                 [](const Sizes& s) {
                   return Rational(reference::connections_inside({1, 1, s[1]}, {s[0], 1, s[1]},
                                                                 {.axes = {WindowAxis{}}}));
                 }});
  all.push_back({"N-CONNECTIONS",
                 "connections",
                 "M*K, M=L-K+1",
                 {"L", "K"},
                 [](const Sizes& s) { return Rational((s[0] - s[1] + 1) * s[1]); },
                 [](const Sizes& s) {
                   return Rational(reference::connections_inside({1, 1, s[0]}, {1, 1, s[1]},
                                                                 {.axes = {WindowAxis{}}}));
                 }});
  all.push_back({"N-NEURONS-VALID",
                 "neurons",
                 "M-K+1",
                 {"M", "K"},
                 [](const Sizes& s) { return Rational(s[0] - s[1] + 1); },
                 [](const Sizes& s) { return Rational(positions(s[0], s[1], 0, 1)); }});
  all.push_back({"N-CONV-PARAMS-QIU",
                 "parameters",
                 "PD(UV)+P",
                 {"P", "D", "U", "V"},
                 [](const Sizes& s) { return Rational(s[0] * s[1] * (s[2] * s[3]) + s[0]); },
                 [](const Sizes& s) {
                   return Rational(reference::parameter_count({s[0], s[1], s[2], s[3]}));
                 }});
  all.push_back(
      {"N-LINK-PARAMS",
       "parameters",
       "KUV+P",
       {"K", "U", "V", "P"},
       [](const Sizes& s) { return Rational(s[0] * s[1] * s[2] + s[3]); },
       // K of the 2P links of P output maps and two input maps.
       [](const Sizes& s) {
         if (s[0] > 2 * s[3]) throw ShapeError("link table", "K", "at most 2P", text(s[0]));
         std::vector<std::string> rows(static_cast<std::size_t>(s[3]), "..");
         for (Index k = 0; k < s[0]; ++k) {
           rows[static_cast<std::size_t>(k / 2)][static_cast<std::size_t>(k % 2)] = 'X';
         }
         return Rational(reference::parameter_count({s[3], 2, s[1], s[2]}, LinkTable(rows)));
       }});
  all.push_back({"N-WIDE-SIZE",
                 "wide width",
                 "M+K-1",
                 {"M", "K"},
                 [](const Sizes& s) { return Rational(s[0] + s[1] - 1); },
                 [](const Sizes& s) { return Rational(positions(s[0], s[1], s[1] - 1, 1)); }});
  all.push_back({"N-DILATED-SIZE",
                 "reach of a kernel",
                 "K+(K-1)(D-1)",
                 {"K", "D"},
                 [](const Sizes& s) { return Rational(s[0] + (s[0] - 1) * (s[1] - 1)); },
                 // The narrowest image on which there is a position.
                 [](const Sizes& s) {
                   Index width = 1;
                   for (;; ++width) {
                     try {
                       (void)conv_y_shape({1, 1, width}, {1, 1, s[0]},
                                          {.axes = {WindowAxis{.dilation = s[1]}}});
                       return Rational(width);
                     } catch (const ShapeError&) {
                       // Too narrow.
                     }
                   }
                 }});
  return all;
}

}  // namespace

const std::vector<PrintedFigure>& printed_figures() {
  static const std::vector<PrintedFigure> figures = make_figures();
  return figures;
}

const std::vector<PrintedSum>& printed_sums() {
  static const std::vector<PrintedSum> sums = make_sums();
  return sums;
}

const std::vector<PrintedFormula>& printed_formulas() {
  static const std::vector<PrintedFormula> formulas = make_formulas();
  return formulas;
}

}  // namespace convproof::conformance
