#include "core/locally_connected.h"

#include "core/indices.h"
#include "core/requirements.h"

namespace convproof {
namespace {

/// Rank 8 is the most that a tensor has, so that three spatial axes are the most here.
void require_weight_rank(const char* op, const Shape& w, int rank) {
  if (w.rank() == 2 * rank + 2) return;
  std::string outputs;
  std::string taps;
  for (int axis = 0; axis < rank; ++axis) {
    const std::string name = axis_name(axis, rank);
    outputs += text(", ", static_cast<char>(name[0] - 'a' + 'A'), '\'');
    taps += text(", K", name);
  }
  throw ShapeError(op, "w", text(2 * rank + 2, " axes [O", outputs, ", C", taps, ']'), text(w));
}

}  // namespace

Shape locally_connected_taps(const Shape& w) {
  return {w.begin() + w.rank() / 2 + 1, w.end()};
}

Shape locally_connected_y_shape(const Shape& x, const Shape& w, const LocallyConnectedParams& p,
                                const char* op) {
  const int rank = p.axes.size();
  if (rank < 1 || rank > 3) throw ShapeError(op, "axes", "1 to 3 spatial axes", text(rank));
  require_axes(op, "x", x, rank, "N", "C", "");
  require_weight_rank(op, w, rank);
  require_at_least(op, "channels of x", x[1], 1);
  require_at_least(op, "output channels of w", w[0], 1);
  if (w[rank + 1] != x[1]) {
    throw ShapeError(op, "w", text(x[1], " channels (the channels of x)"), text(w[rank + 1]));
  }
  const Shape taps = locally_connected_taps(w);
  Indices extents{x[0], w[0]};
  for (int axis = 0; axis < rank; ++axis) {
    const std::string name = axis_name(axis, rank);
    const Index positions = window_positions(op, name, x[axis + 2], taps[axis], p.axes[axis]);
    if (w[axis + 1] != positions) {
      throw ShapeError(op, text("w on axis ", name),
                       text(positions, " positions (one per output pixel)"), text(w[axis + 1]));
    }
    extents.push_back(positions);
  }
  const Shape y(extents.begin(), extents.end());
  // Whoever asks for shapes may allocate next: refuse here what cannot be counted.
  for (const Shape* shape : {&x, &w, &y}) (void)shape->element_count();
  return y;
}

Shape locally_connected_y_shape(const Shape& x, const Shape& w, const Shape& b,
                                const LocallyConnectedParams& p, const char* op) {
  const Shape y = locally_connected_y_shape(x, w, p, op);
  require_shape(op, "b", b, locally_connected_db_shape(y, op), " (one per output unit)");
  return y;
}

Shape locally_connected_dx_shape(const Shape& dy, const Shape& w, const Shape& x,
                                 const LocallyConnectedParams& p, const char* op) {
  require_shape(op, "dy", dy, locally_connected_y_shape(x, w, p, op), " (the shape of y)");
  return x;
}

Shape locally_connected_dw_shape(const Shape& dy, const Shape& x, const Shape& w,
                                 const LocallyConnectedParams& p, const char* op) {
  require_shape(op, "dy", dy, locally_connected_y_shape(x, w, p, op), " (the shape of y)");
  return w;
}

Shape locally_connected_db_shape(const Shape& dy, const char* op) {
  if (dy.rank() < 3) throw ShapeError(op, "dy", "3 axes or more [N, O, ...]", text(dy));
  return {dy.begin() + 1, dy.end()};
}

}  // namespace convproof
