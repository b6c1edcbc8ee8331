// Networks of the notes as lists of layers, with what each layer counts: for tables that hold the
// printed numbers against the exact ones. Nothing here is computed on images.
#pragma once

#include <string>
#include <vector>

#include "core/shape.h"

namespace convproof::models {

enum class CountedKind { kConvolution, kMaxPool, kAveragePool, kDense };

/// One row of a network's table, on one image. Biases count as parameters and as connections, one
/// per neuron; taps in the padding count as connections and as multiply-adds; pools have neither
/// parameters nor multiply-adds, and one connection per tap.
struct CountedLayer {
  std::string name;
  CountedKind kind = CountedKind::kConvolution;
  Shape input{};   // [C, H, W], or [I] of a fully connected layer.
  Shape output{};  // [C, H, W], or [O].
  Shape kernel{};  // [O, C/groups, Kh, Kw] of a convolution.
  Index parameters = 0;
  Index connections = 0;
  Index multiply_adds = 0;
};

/// AlexNet as the notes print it (note 004 §5.4.2): both halves in one row, as maps in two groups
/// where they do not communicate. Normalisation has nothing to count.
/// Throws: ShapeError if the image is too small.
std::vector<CountedLayer> alexnet_layers(Index image_size = 224);

/// VGG-16 (note 002, VGGNet; its FC layers are printed as 4096, 4096 and 1024).
/// Source: configuration D of Simonyan and Zisserman, "Very deep convolutional networks for
///         large-scale image recognition" (2014), Table 1: the last layer has 1000 outputs.
/// Throws: ShapeError if the image is too small.
std::vector<CountedLayer> vgg16_layers(Index image_size = 224);

/// GoogLeNet without the two auxiliary classifiers, which are not there when it is used. Rows of an
/// Inception module are in the order of the branches; their outputs are concatenated.
/// Source: Szegedy et al., "Going deeper with convolutions" (2014), Table 1. Its pools round sizes
///         up, which one row and column of trailing padding do here.
/// Throws: ShapeError if the image is too small.
std::vector<CountedLayer> googlenet_layers(Index image_size = 224);

/// Sums over layers.
struct Totals {
  Index parameters = 0;
  Index connections = 0;
  Index multiply_adds = 0;
  friend bool operator==(const Totals&, const Totals&) = default;
};
Totals totals(const std::vector<CountedLayer>& layers);

/// Only the layers of one kind.
std::vector<CountedLayer> layers_of(const std::vector<CountedLayer>& layers, CountedKind kind);

/// Throws: std::out_of_range if there is no layer of this name.
const CountedLayer& layer_named(const std::vector<CountedLayer>& layers, const std::string& name);

}  // namespace convproof::models
