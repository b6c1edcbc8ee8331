// conv_transpose: the transpose of a convolution, on any number of spatial axes. Attributes and
// shape rule.
#pragma once

#include "core/indices.h"
#include "core/shape.h"
#include "core/window.h"

namespace convproof {

/// Strides, dilations and padding are those of the convolution that is transposed, which reads the
/// image y and writes x: a stride spreads the pixels of x apart, and padding is cut off y.
struct ConvTransposeParams {
  WindowAxes axes{};         // One per spatial axis.
  Indices output_padding{};  // More pixels at the end of y, one per spatial axis; empty: none.
  Index groups = 1;
  friend bool operator==(const ConvTransposeParams&, const ConvTransposeParams&) = default;
};

/// The shape rule of conv_transpose:  x [N,C,D...], w [C,O/groups,K...]  ->  y [N,O,D'...],
///   D' = stride*(D-1) + dilation*(K-1) + 1 + output_padding - before - after
/// on every axis, with 0 <= output_padding < max(stride, dilation). N may be 0; every other extent
/// is at least 1. `groups` divides C. Messages name `op`.
/// Throws: ShapeError.
Shape conv_transpose_y_shape(const Shape& x, const Shape& w, const ConvTransposeParams& p,
                             const char* op = "conv_transpose");

/// Like conv_transpose_y_shape, and b must be [O].
Shape conv_transpose_y_shape(const Shape& x, const Shape& w, const Shape& b,
                             const ConvTransposeParams& p, const char* op = "conv_transpose");

/// dy [N,O,D'...], w  ->  dx with the shape x, which the caller names because N does not follow
/// from w, and D follows from dy only together with output_padding.
/// Throws: ShapeError if dy is not what conv_transpose makes of x and w.
Shape conv_transpose_dx_shape(const Shape& dy, const Shape& w, const Shape& x,
                              const ConvTransposeParams& p, const char* op = "conv_transpose");

/// dy [N,O,D'...], x  ->  dw with the shape w.
/// Throws: ShapeError if dy is not what conv_transpose makes of x and w.
Shape conv_transpose_dw_shape(const Shape& dy, const Shape& x, const Shape& w,
                              const ConvTransposeParams& p, const char* op = "conv_transpose");

/// dy [N,O,D'...]  ->  db [O].
/// Throws: ShapeError if dy has no spatial axis.
Shape conv_transpose_db_shape(const Shape& dy, const char* op = "conv_transpose");

}  // namespace convproof
