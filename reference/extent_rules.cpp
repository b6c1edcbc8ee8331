#include "reference/extent_rules.h"

#include "core/requirements.h"

namespace convproof::reference {

void require_extents(const char* op, const char* argument, const Shape& shape, int rank,
                     const char* axes) {
  require_rank(op, argument, shape, rank, axes);
  for (const Index extent : shape) {
    if (extent < 1) throw ShapeError(op, argument, "extents of 1 or more", text(shape));
  }
}

void require_fits(const char* op, const Shape& kernel, const Shape& image, const char* argument) {
  for (int axis = 0; axis < kernel.rank(); ++axis) {
    if (kernel[axis] > image[axis]) {
      throw ShapeError(op, argument, text("at most the image, ", image), text(kernel));
    }
  }
}

Index half_of_odd(const char* op, Index extent) {
  if (extent % 2 == 0) {
    throw ShapeError(op, "w", "odd extents (2U+1) x (2V+1)", text("an extent of ", extent));
  }
  return extent / 2;
}

}  // namespace convproof::reference
