#include "core/conv.h"

#include "core/indices.h"
#include "core/requirements.h"

namespace convproof {
namespace {

void require_channels(const char* op, const Shape& x, const Shape& w, const ConvParams& p) {
  require_at_least(op, "groups", p.groups, 1);
  require_at_least(op, "channels of x", x[1], 1);
  require_at_least(op, "output channels of w", w[0], 1);
  require_divisor(op, p.groups, x[1], " channels of x");
  require_divisor(op, p.groups, w[0], " output channels of w");
  if (w[1] != x[1] / p.groups) {
    throw ShapeError(
        op, "w",
        text(x[1] / p.groups, " channels per group (x has ", x[1], ", groups ", p.groups, ")"),
        text(w[1]));
  }
  if (!p.links.is_full() && (p.links.outputs() != w[0] || p.links.inputs() != w[1])) {
    throw ShapeError(op, "links", text(w[0], " x ", w[1], " (output maps x channels of w)"),
                     text(p.links.outputs(), " x ", p.links.inputs()));
  }
}

}  // namespace

Shape conv_y_shape(const Shape& x, const Shape& w, const ConvParams& p, const char* op) {
  const int rank = p.axes.size();
  if (rank < 1) throw ShapeError(op, "axes", "1 spatial axis or more", text(rank));
  require_axes(op, "x", x, rank, "N", "C", "");
  require_axes(op, "w", w, rank, "O", "C/groups", "K");
  require_channels(op, x, w, p);
  Indices extents{x[0], w[0]};
  for (int axis = 0; axis < rank; ++axis) {
    extents.push_back(
        window_positions(op, axis_name(axis, rank), x[axis + 2], w[axis + 2], p.axes[axis]));
  }
  const Shape y(extents.begin(), extents.end());
  // Whoever asks for shapes may allocate next: refuse here what cannot be counted.
  for (const Shape* shape : {&x, &w, &y}) (void)shape->element_count();
  return y;
}

Shape conv_y_shape(const Shape& x, const Shape& w, const Shape& b, const ConvParams& p,
                   const char* op) {
  const Shape y = conv_y_shape(x, w, p, op);
  require_shape(op, "b", b, Shape{w[0]}, " (one per output channel)");
  return y;
}

Shape conv_dx_shape(const Shape& dy, const Shape& w, const Shape& x, const ConvParams& p,
                    const char* op) {
  require_shape(op, "dy", dy, conv_y_shape(x, w, p, op), " (the shape of y)");
  return x;
}

Shape conv_dw_shape(const Shape& dy, const Shape& x, const Shape& w, const ConvParams& p,
                    const char* op) {
  require_shape(op, "dy", dy, conv_y_shape(x, w, p, op), " (the shape of y)");
  return w;
}

Shape conv_db_shape(const Shape& dy) {
  if (dy.rank() < 3) throw ShapeError("conv", "dy", "3 axes or more [N, O, ...]", text(dy));
  return Shape{dy[1]};
}

}  // namespace convproof
