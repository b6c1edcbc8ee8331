// What the losses share: one number per sample, from outputs and targets that are alike.
#pragma once

#include "core/requirements.h"

namespace convproof::reference {

/// The shape rule of a loss:  y [N,K] and t [N,K]  ->  e [N], with K at least 1.
/// Throws: ShapeError naming `op`.
inline Shape loss_shape(const Shape& y, const Shape& t, const char* op) {
  require_rank(op, "y", y, 2, "[N, K]");
  require_at_least(op, "columns of y", y[1], 1);
  require_shape(op, "t", t, y, " (the shape of y)");
  return Shape{y[0]};
}

/// The shape of the gradients of a loss: that of y, if de has a number for every sample.
/// Throws: ShapeError naming `op`.
inline Shape loss_gradient_shape(const Shape& de, const Shape& y, const Shape& t, const char* op) {
  require_shape(op, "de", de, loss_shape(y, t, op), " (one per sample)");
  return y;
}

}  // namespace convproof::reference
