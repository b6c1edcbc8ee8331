#include "core/pool.h"

#include "core/requirements.h"

namespace convproof {
namespace {

/// Number of windows on one axis. window_positions counts those that end inside the padded image
/// and refuses what is out of range, so nothing here overflows.
Index pool_positions(const char* op, const std::string& axis, Index size, Index kernel,
                     const WindowAxis& window, bool ceil_mode) {
  const Index whole = window_positions(op, axis, size, kernel, window);
  if (!ceil_mode) return whole;
  const Index padded = size + window.before + window.after;
  const Index span = window.dilation * (kernel - 1) + 1;
  const Index positions = (padded - span) % window.stride == 0 ? whole : whole + 1;
  // The last window starts at stride*(positions - 1). Compare windows, not pixels: the product may
  // be beyond 2^63.
  const Index starts_inside = (size + window.before - 1) / window.stride + 1;
  return positions > starts_inside ? positions - 1 : positions;
}

}  // namespace

Shape pool_y_shape(const Shape& x, const PoolParams& p, const char* op) {
  require_images(op, "x", x);
  require_per_axis(op, "kernel", p.kernel, x, 1);
  const int rank = x.rank() - 2;
  if (p.axes.size() != rank) {
    throw ShapeError(op, "axes", text(rank, " (one per spatial axis of x)"), text(p.axes.size()));
  }
  Indices extents{x[0], x[1]};
  for (int axis = 0; axis < rank; ++axis) {
    extents.push_back(pool_positions(op, axis_name(axis, rank), x[axis + 2], p.kernel[axis],
                                     p.axes[axis], p.ceil_mode));
  }
  const Shape y(extents.begin(), extents.end());
  // Whoever asks for shapes may allocate next: refuse here what cannot be counted.
  for (const Shape& shape : {x, y, Shape(p.kernel.begin(), p.kernel.end())}) {
    (void)shape.element_count();
  }
  return y;
}

Shape pool_dx_shape(const Shape& dy, const Shape& x, const PoolParams& p, const char* op) {
  require_shape(op, "dy", dy, pool_y_shape(x, p, op), " (the shape of y)");
  return x;
}

Shape lp_pool_y_shape(const Shape& x, const LpPoolParams& p, const char* op) {
  if (p.p < 1) throw ShapeError(op, "p", "1 or more", text(p.p));
  return pool_y_shape(x, p.window, op);
}

Shape global_pool_y_shape(const Shape& x, const char* op) {
  require_images(op, "x", x);
  Indices extents{x[0], x[1]};
  while (extents.rank() < x.rank()) extents.push_back(1);
  return {extents.begin(), extents.end()};
}

Shape global_pool_dx_shape(const Shape& dy, const Shape& x, const char* op) {
  require_shape(op, "dy", dy, global_pool_y_shape(x, op), " (the shape of y)");
  return x;
}

}  // namespace convproof
