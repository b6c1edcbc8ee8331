// neuron_count: how many numbers a layer puts out.
#pragma once

#include "core/requirements.h"

namespace convproof::reference {

/// Every element of every output map of one image is a neuron (note 004 §5.4.1, N-LENET-C1:
/// 6*28*28; with the sizes of note 004 §5.2.1, N-NEURONS-VALID: M' = M - K + 1):
///   C * prod(D...).
///
/// Shapes:  y [N,C,D...]; N does not matter.
/// Throws:  ShapeError if y has not two axes or more, or the count overflows.
/// Error:   exact.
/// Cost:    one product per axis.
inline Index neuron_count(const Shape& y) {
  if (y.rank() < 2) {
    throw ShapeError("neuron_count", "y", "2 axes or more [N, C, ...]", text(y));
  }
  return Shape(y.begin() + 1, y.end()).element_count();
}

}  // namespace convproof::reference
