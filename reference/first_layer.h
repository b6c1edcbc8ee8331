// first_layer: kernels that were not trained with the network, in three ways.
#pragma once

#include <algorithm>
#include <vector>

#include "core/counter_random.h"
#include "core/requirements.h"
#include "reference/kmeans_patches.h"

namespace convproof::reference {

/// Kernels that are drawn and left (note 001 §9.9, T-THREE-FEATURE-STRATEGIES, "simply initialise
/// at random"): uniform within +-1/(C*K...), so that no output is larger than the largest pixel.
/// Weight i follows from (key, i) alone.
///
/// Shapes:  w [O,C,K...].
/// Throws:  ShapeError if w has not three axes or more, or no element.
/// Error:   exact over Rational; over floats one rounding.
/// Cost:    one random number per weight.
template <typename T>
Tensor<T> random_first_layer(const Shape& w_shape, std::uint64_t key) {
  if (w_shape.rank() < 3) {
    throw ShapeError("first_layer", "w", "3 axes or more [O, C, K...]", text(w_shape));
  }
  require_at_least("first_layer", "elements of w", w_shape.element_count(), 1);
  Tensor<T> w(w_shape);
  const Index fan_in = w.size() / w_shape[0];
  for (Index i = 0; i < w.size(); ++i) {
    w[i] = counter_uniform<T>(key, static_cast<std::uint64_t>(i)) / T(fan_in);
  }
  return w;
}

/// The direction across an edge and the number of pixels that a detector looks to each side.
struct EdgeDetector {
  Index down = 0;
  Index right = 0;
  Index scale = 1;
};

/// Kernels made by hand (note 001 §9.9, T-THREE-FEATURE-STRATEGIES: "each kernel detects edges of a
/// certain direction or scale"; the notes give none): +1 ahead of the line through the centre, -1
/// behind it, 0 on it and beyond `scale`:
///   w[o,0,u,v] = sign(down*(u - R) + right*(v - R)) if |u - R|, |v - R| <= scale, else 0,
/// where R is the largest scale. One channel.
///
/// Shapes:  w [O,1,2R+1,2R+1].
/// Throws:  ShapeError if there is no detector, a direction is (0, 0) or a scale below 1.
/// Error:   exact.
/// Cost:    one step per weight.
template <typename T>
Tensor<T> edge_first_layer(const std::vector<EdgeDetector>& detectors) {
  require_at_least("first_layer", "detectors", static_cast<Index>(detectors.size()), 1);
  Index largest = 1;
  for (const EdgeDetector& d : detectors) {
    require_at_least("first_layer", "scale", d.scale, 1);
    if (d.down == 0 && d.right == 0) {
      throw ShapeError("first_layer", "direction", "other than (0, 0)", "(0, 0)");
    }
    largest = std::max(largest, d.scale);
  }
  const Index size = 2 * largest + 1;
  Tensor<T> w(Shape{static_cast<Index>(detectors.size()), 1, size, size});
  for (Index o = 0; o < w.shape()[0]; ++o) {
    const EdgeDetector& d = detectors[static_cast<std::size_t>(o)];
    for (Index u = -d.scale; u <= d.scale; ++u) {
      for (Index v = -d.scale; v <= d.scale; ++v) {
        const Index side = d.down * u + d.right * v;
        w(o, 0, u + largest, v + largest) = side > 0 ? T(1) : side < 0 ? T(-1) : T(0);
      }
    }
  }
  return w;
}

/// Kernels learned from images without labels (note 001 §9.9, T-THREE-FEATURE-STRATEGIES and
/// T-PATCH-PRETRAIN: a small model is trained on patches, and its parameters are the kernels of a
/// convolution layer): the centres of kmeans_patches on what the windows of that layer see.
///
/// Shapes:  x [N,C,D...], kernel [K...]  ->  w [count,C,K...].
/// Throws:  ShapeError from image_patches and kmeans_patches.
/// Error:   of kmeans_patches.
/// Cost:    of kmeans_patches.
template <typename T>
Tensor<T> learned_first_layer(const Tensor<T>& x, const Shape& kernel, const WindowAxes& axes,
                              Index count, Index most_steps) {
  return kmeans_patches(image_patches(x, kernel, axes), count, most_steps).centres;
}

}  // namespace convproof::reference
