// Pooling: what the operators max_pool, average_pool, lp_pool and weighted_average_pool are.
// Attributes, and the one rule of sizes that they share.
#pragma once

#include "core/indices.h"
#include "core/shape.h"
#include "core/window.h"

namespace convproof {

/// The regions X^d_{m,n} of the notes (note 000 §3.2.2, F-POOL-SHAPES; note 004 §5.2.3): a window
/// of `kernel` taps that slides over every map.
struct PoolParams {
  Indices kernel{};        // Taps, one number per spatial axis.
  WindowAxes axes{};       // Stride, padding and dilation, one per spatial axis.
  bool ceil_mode = false;  // Whether a last window that hangs over the padded image counts.
  friend bool operator==(const PoolParams&, const PoolParams&) = default;
};

/// Which cells the mean of average_pool is over.
struct AveragePoolParams {
  PoolParams window{};
  bool count_include_pad = false;  // Cells of the padded image, instead of the image alone.
  friend bool operator==(const AveragePoolParams&, const AveragePoolParams&) = default;
};

/// The norm of lp_pool.
struct LpPoolParams {
  PoolParams window{};
  Index p = 2;
  friend bool operator==(const LpPoolParams&, const LpPoolParams&) = default;
};

/// The shape rule of pooling:  x [N,C,D...]  ->  y [N,C,D'...]. N may be 0; every other extent is
/// at least 1. With padded = D + before + after and span = dilation*(kernel-1) + 1, on each axis
///   D' = floor((padded - span)/stride) + 1,
/// or, with ceil_mode, the ceiling, less the last window if it would start at or beyond
/// before + D. Messages name `op`.
/// Throws: ShapeError if an attribute is out of range or the window larger than the padded image.
Shape pool_y_shape(const Shape& x, const PoolParams& p, const char* op = "pool");

/// dy [N,C,D'...]  ->  dx with the shape x, which the stride loses.
/// Throws: ShapeError if dy is not what pooling makes of x.
Shape pool_dx_shape(const Shape& dy, const Shape& x, const PoolParams& p, const char* op = "pool");

/// The shape rule of lp_pool: that of pooling, and p is at least 1.
/// Throws: ShapeError.
Shape lp_pool_y_shape(const Shape& x, const LpPoolParams& p, const char* op = "lp_pool");

/// The shape rule of global pooling:  x [N,C,D...]  ->  y [N,C,1...].
/// Throws: ShapeError.
Shape global_pool_y_shape(const Shape& x, const char* op = "global_pool");

/// dy [N,C,1...]  ->  dx with the shape x.
/// Throws: ShapeError if dy is not what global pooling makes of x.
Shape global_pool_dx_shape(const Shape& dy, const Shape& x, const char* op = "global_pool");

}  // namespace convproof
