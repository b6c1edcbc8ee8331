// separable_conv: convolution with a kernel that is an outer product of vectors, one per spatial
// axis. Attributes and shape rule.
#pragma once

#include <vector>

#include "core/shape.h"
#include "core/window.h"

namespace convproof {

struct SeparableConvParams {
  WindowAxes axes{};  // One per spatial axis.
  friend bool operator==(const SeparableConvParams&, const SeparableConvParams&) = default;
};

/// The shape rule of separable_conv:  x [N,C,D...], one w[a] [C,K_a] per axis a  ->  y [N,C,D'...].
/// N may be 0; every other extent is at least 1. Messages name `op`.
/// Throws: ShapeError.
Shape separable_conv_y_shape(const Shape& x, const std::vector<Shape>& w,
                             const SeparableConvParams& p, const char* op = "separable_conv");

/// dy [N,C,D'...], w  ->  dx with the shape x, which the caller names because the stride loses it.
/// Throws: ShapeError if dy is not what separable_conv makes of x and w.
Shape separable_conv_dx_shape(const Shape& dy, const std::vector<Shape>& w, const Shape& x,
                              const SeparableConvParams& p, const char* op = "separable_conv");

/// dy [N,C,D'...], x, w  ->  dw, one per axis, with the shapes w.
/// Throws: ShapeError if dy is not what separable_conv makes of x and w.
std::vector<Shape> separable_conv_dw_shapes(const Shape& dy, const Shape& x,
                                            const std::vector<Shape>& w,
                                            const SeparableConvParams& p,
                                            const char* op = "separable_conv");

}  // namespace convproof
