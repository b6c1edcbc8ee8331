// conv: the general convolution layer on any number of spatial axes. Attributes and shape rule;
// conv2d is its name on images.
#pragma once

#include "core/link_table.h"
#include "core/shape.h"
#include "core/window.h"

namespace convproof {

struct ConvParams {
  WindowAxes axes{};  // One per spatial axis.
  Index groups = 1;
  LinkTable links{};  // [O][C/groups]; empty: every output map sees every input map of its group.
  friend bool operator==(const ConvParams&, const ConvParams&) = default;
};

/// The shape rule of conv:  x [N,C,D...], w [O,C/groups,K...]  ->  y [N,O,D'...].
/// N may be 0; every other extent is at least 1. `groups` divides C and O. Messages name `op`.
/// Throws: ShapeError.
Shape conv_y_shape(const Shape& x, const Shape& w, const ConvParams& p, const char* op = "conv");

/// Like conv_y_shape, and b must be [O].
Shape conv_y_shape(const Shape& x, const Shape& w, const Shape& b, const ConvParams& p,
                   const char* op = "conv");

/// dy [N,O,D'...], w  ->  dx with the shape x, which the caller names because the stride loses it.
/// Throws: ShapeError if dy is not what conv makes of x and w.
Shape conv_dx_shape(const Shape& dy, const Shape& w, const Shape& x, const ConvParams& p,
                    const char* op = "conv");

/// dy [N,O,D'...], x  ->  dw with the shape w, which the caller names because the stride loses it.
/// Throws: ShapeError if dy is not what conv makes of x and w.
Shape conv_dw_shape(const Shape& dy, const Shape& x, const Shape& w, const ConvParams& p,
                    const char* op = "conv");

/// dy [N,O,D'...]  ->  db [O].
/// Throws: ShapeError if dy has no spatial axis.
Shape conv_db_shape(const Shape& dy);

}  // namespace convproof
