#include "core/conv_transpose.h"

#include <algorithm>

#include "core/requirements.h"

namespace convproof {
namespace {

void require_channels(const char* op, const Shape& x, const Shape& w,
                      const ConvTransposeParams& p) {
  require_at_least(op, "groups", p.groups, 1);
  require_at_least(op, "channels of x", x[1], 1);
  require_at_least(op, "output channels per group of w", w[1], 1);
  require_divisor(op, p.groups, x[1], " channels of x");
  if (w[0] != x[1]) {
    throw ShapeError(op, "w", text(x[1], " input channels (the channels of x)"), text(w[0]));
  }
}

Index output_size(const char* op, const std::string& axis, Index size, Index kernel,
                  const WindowAxis& a, Index output_padding) {
  require_window(op, axis, size, kernel, a);
  const Index most = std::max(a.stride, a.dilation) - 1;
  if (output_padding < 0 || output_padding > most) {
    throw ShapeError(op, text("output padding ", axis),
                     text("0 to ", most, " (less than stride or dilation)"), text(output_padding));
  }
  const Index starts = checked_product(a.stride, size - 1, op, "stride");
  const Index uncut = checked_sum(checked_sum(starts, window_span(op, kernel, a), op, "dilation"),
                                  output_padding, op, "output padding");
  const Index cut = checked_sum(a.before, a.after, op, "padding");
  if (cut >= uncut) {
    throw ShapeError(op, text("padding ", axis), text("less than the uncut output, ", uncut),
                     text(cut));
  }
  return uncut - cut;
}

}  // namespace

Shape conv_transpose_y_shape(const Shape& x, const Shape& w, const ConvTransposeParams& p,
                             const char* op) {
  const int rank = p.axes.size();
  if (rank < 1) throw ShapeError(op, "axes", "1 spatial axis or more", text(rank));
  if (p.output_padding.rank() != 0 && p.output_padding.rank() != rank) {
    throw ShapeError(op, "output padding", text("none, or one for each of ", rank, " axes"),
                     text(p.output_padding.rank()));
  }
  require_axes(op, "x", x, rank, "N", "C", "");
  require_axes(op, "w", w, rank, "C", "O/groups", "K");
  require_channels(op, x, w, p);
  Indices extents{x[0], checked_product(p.groups, w[1], op, "groups")};
  for (int axis = 0; axis < rank; ++axis) {
    const Index padding = p.output_padding.rank() == 0 ? 0 : p.output_padding[axis];
    extents.push_back(
        output_size(op, axis_name(axis, rank), x[axis + 2], w[axis + 2], p.axes[axis], padding));
  }
  const Shape y(extents.begin(), extents.end());
  // Whoever asks for shapes may allocate next: refuse here what cannot be counted.
  for (const Shape* shape : {&x, &w, &y}) (void)shape->element_count();
  return y;
}

Shape conv_transpose_y_shape(const Shape& x, const Shape& w, const Shape& b,
                             const ConvTransposeParams& p, const char* op) {
  const Shape y = conv_transpose_y_shape(x, w, p, op);
  require_shape(op, "b", b, Shape{y[1]}, " (one per output channel)");
  return y;
}

Shape conv_transpose_dx_shape(const Shape& dy, const Shape& w, const Shape& x,
                              const ConvTransposeParams& p, const char* op) {
  require_shape(op, "dy", dy, conv_transpose_y_shape(x, w, p, op), " (the shape of y)");
  return x;
}

Shape conv_transpose_dw_shape(const Shape& dy, const Shape& x, const Shape& w,
                              const ConvTransposeParams& p, const char* op) {
  require_shape(op, "dy", dy, conv_transpose_y_shape(x, w, p, op), " (the shape of y)");
  return w;
}

Shape conv_transpose_db_shape(const Shape& dy, const char* op) {
  if (dy.rank() < 3) throw ShapeError(op, "dy", "3 axes or more [N, O, ...]", text(dy));
  return Shape{dy[1]};
}

}  // namespace convproof
