#include "core/separable_conv.h"

#include "core/indices.h"
#include "core/requirements.h"

namespace convproof {

Shape separable_conv_y_shape(const Shape& x, const std::vector<Shape>& w,
                             const SeparableConvParams& p, const char* op) {
  const int rank = p.axes.size();
  if (rank < 1) throw ShapeError(op, "axes", "1 spatial axis or more", text(rank));
  require_axes(op, "x", x, rank, "N", "C", "");
  require_at_least(op, "channels of x", x[1], 1);
  if (w.size() != static_cast<std::size_t>(rank)) {
    throw ShapeError(op, "w", text("one vector for each of ", rank, " axes"), text(w.size()));
  }
  Indices extents{x[0], x[1]};
  for (int axis = 0; axis < rank; ++axis) {
    const std::string name = axis_name(axis, rank);
    const Shape& vector = w[static_cast<std::size_t>(axis)];
    if (vector.rank() != 2 || vector[0] != x[1]) {
      throw ShapeError(op, text("w of axis ", name), text('[', x[1], ", K", name, ']'),
                       text(vector));
    }
    extents.push_back(window_positions(op, name, x[axis + 2], vector[1], p.axes[axis]));
  }
  const Shape y(extents.begin(), extents.end());
  // Whoever asks for shapes may allocate next: refuse here what cannot be counted.
  for (const Shape* shape : {&x, &y}) (void)shape->element_count();
  return y;
}

Shape separable_conv_dx_shape(const Shape& dy, const std::vector<Shape>& w, const Shape& x,
                              const SeparableConvParams& p, const char* op) {
  require_shape(op, "dy", dy, separable_conv_y_shape(x, w, p, op), " (the shape of y)");
  return x;
}

std::vector<Shape> separable_conv_dw_shapes(const Shape& dy, const Shape& x,
                                            const std::vector<Shape>& w,
                                            const SeparableConvParams& p, const char* op) {
  require_shape(op, "dy", dy, separable_conv_y_shape(x, w, p, op), " (the shape of y)");
  return w;
}

}  // namespace convproof
