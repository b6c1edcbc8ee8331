// locally_connected: windows like those of a convolution, but every output pixel has weights of
// its own (unshared convolution). Attributes and shape rule.
#pragma once

#include "core/shape.h"
#include "core/window.h"

namespace convproof {

struct LocallyConnectedParams {
  WindowAxes axes{};  // One per spatial axis.
  friend bool operator==(const LocallyConnectedParams&, const LocallyConnectedParams&) = default;
};

/// The shape rule of locally_connected:  x [N,C,D...], w [O,D'...,C,K...]  ->  y [N,O,D'...].
/// N may be 0; every other extent is at least 1. Messages name `op`.
/// Throws: ShapeError.
Shape locally_connected_y_shape(const Shape& x, const Shape& w, const LocallyConnectedParams& p,
                                const char* op = "locally_connected");

/// Like locally_connected_y_shape, and b must be [O,D'...].
Shape locally_connected_y_shape(const Shape& x, const Shape& w, const Shape& b,
                                const LocallyConnectedParams& p,
                                const char* op = "locally_connected");

/// dy [N,O,D'...], w  ->  dx with the shape x, which the caller names because the stride loses it.
/// Throws: ShapeError if dy is not what locally_connected makes of x and w.
Shape locally_connected_dx_shape(const Shape& dy, const Shape& w, const Shape& x,
                                 const LocallyConnectedParams& p,
                                 const char* op = "locally_connected");

/// dy [N,O,D'...], x  ->  dw with the shape w, which the caller names because the stride loses it.
/// Throws: ShapeError if dy is not what locally_connected makes of x and w.
Shape locally_connected_dw_shape(const Shape& dy, const Shape& x, const Shape& w,
                                 const LocallyConnectedParams& p,
                                 const char* op = "locally_connected");

/// dy [N,O,D'...]  ->  db [O,D'...].
/// Throws: ShapeError if dy has no spatial axis.
Shape locally_connected_db_shape(const Shape& dy, const char* op = "locally_connected");

/// The kernel extents [K...] of w [O,D'...,C,K...], whose number of axes is even.
Shape locally_connected_taps(const Shape& w);

}  // namespace convproof
