#include "core/images.h"

#include "core/window.h"

namespace convproof {

void require_images(const char* op, const char* argument, const Shape& shape) {
  if (shape.rank() < 3) throw ShapeError(op, argument, "3 axes or more [N, C, ...]", text(shape));
  for (int axis = 1; axis < shape.rank(); ++axis) {
    if (shape[axis] < 1) {
      throw ShapeError(op, argument, "extents of 1 or more after N", text(shape));
    }
  }
}

void require_shape(const char* op, const char* argument, const Shape& got, const Shape& expected,
                   const char* because) {
  if (!(got == expected)) throw ShapeError(op, argument, text(expected, because), text(got));
}

void require_per_axis(const char* op, const char* argument, const Indices& values, const Shape& x,
                      Index least) {
  const int rank = x.rank() - 2;
  if (values.rank() != rank) {
    throw ShapeError(op, argument, text(rank, " (one per spatial axis of x)"), text(values.rank()));
  }
  for (int axis = 0; axis < rank; ++axis) {
    if (values[axis] < least) {
      throw ShapeError(op, text(argument, ' ', axis_name(axis, rank)), text(least, " or more"),
                       text(values[axis]));
    }
  }
}

}  // namespace convproof
