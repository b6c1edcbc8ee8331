#include "core/softmax.h"

#include "core/requirements.h"

namespace convproof {

Shape softmax_y_shape(const Shape& x, const SoftmaxParams& p, const char* op) {
  const Index rank = x.rank();
  if (p.axis < -rank || p.axis >= rank) {
    throw ShapeError(op, "axis", text("one of the ", rank, " axes of x"), text(p.axis));
  }
  const Index axis = p.axis < 0 ? p.axis + rank : p.axis;
  require_at_least(op, "extent of the axis", x[static_cast<int>(axis)], 1);
  return x;
}

Shape softmax_dx_shape(const Shape& dy, const Shape& x, const SoftmaxParams& p, const char* op) {
  require_shape(op, "dy", dy, softmax_y_shape(x, p, op), " (the shape of x)");
  return x;
}

}  // namespace convproof
