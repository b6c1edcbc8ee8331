// softmax and log_softmax along an axis: attributes and shape rule.
#pragma once

#include "core/shape.h"

namespace convproof {

struct SoftmaxParams {
  Index axis = -1;  // Negative ones count from the innermost, which is -1.
  friend bool operator==(const SoftmaxParams&, const SoftmaxParams&) = default;
};

/// The shape rule of softmax: y has the shape of x, which has the axis, and on it one element or
/// more. Messages name `op`.
/// Throws: ShapeError.
Shape softmax_y_shape(const Shape& x, const SoftmaxParams& p, const char* op = "softmax");

/// dy and x alike  ->  dx, the same.
/// Throws: ShapeError.
Shape softmax_dx_shape(const Shape& dy, const Shape& x, const SoftmaxParams& p,
                       const char* op = "softmax");

}  // namespace convproof
