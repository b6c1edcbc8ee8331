#include "core/pad.h"

#include "core/requirements.h"
#include "core/window.h"

namespace convproof {
namespace {

constexpr const char* kOp = "pad";

/// Every margin has pixels to mirror.
void require_mirrors(const Shape& x, const char* argument, const Indices& margins) {
  const int rank = margins.rank();
  for (int axis = 0; axis < rank; ++axis) {
    if (margins[axis] >= x[axis + 2]) {
      throw ShapeError(kOp, text(argument, ' ', axis_name(axis, rank)),
                       text("less than the ", x[axis + 2], " pixels that are mirrored"),
                       text(margins[axis]));
    }
  }
}

}  // namespace

Shape pad_y_shape(const Shape& x, const Margins& margins, PadMode mode) {
  require_images(kOp, "x", x);
  require_per_axis(kOp, "before", margins.before, x, 0);
  require_per_axis(kOp, "after", margins.after, x, 0);
  if (mode == PadMode::kReflect) {
    require_mirrors(x, "before", margins.before);
    require_mirrors(x, "after", margins.after);
  }
  Indices extents{x[0], x[1]};
  for (int axis = 0; axis < x.rank() - 2; ++axis) {
    const Index begun = checked_sum(margins.before[axis], x[axis + 2], kOp, "before");
    extents.push_back(checked_sum(begun, margins.after[axis], kOp, "after"));
  }
  const Shape y(extents.begin(), extents.end());
  (void)y.element_count();  // Whoever asks for shapes may allocate next.
  return y;
}

Shape pad_dx_shape(const Shape& dy, const Shape& x, const Margins& margins, PadMode mode) {
  require_shape(kOp, "dy", dy, pad_y_shape(x, margins, mode), " (the shape of y)");
  return x;
}

}  // namespace convproof
