#include "core/pad.h"

#include "core/requirements.h"

namespace convproof {
namespace {

constexpr const char* kOp = "pad";

}  // namespace

Shape pad_y_shape(const Shape& x, const Margins& margins) {
  require_images(kOp, "x", x);
  require_per_axis(kOp, "before", margins.before, x, 0);
  require_per_axis(kOp, "after", margins.after, x, 0);
  Indices extents{x[0], x[1]};
  for (int axis = 0; axis < x.rank() - 2; ++axis) {
    const Index begun = checked_sum(margins.before[axis], x[axis + 2], kOp, "before");
    extents.push_back(checked_sum(begun, margins.after[axis], kOp, "after"));
  }
  const Shape y(extents.begin(), extents.end());
  (void)y.element_count();  // Whoever asks for shapes may allocate next.
  return y;
}

Shape pad_dx_shape(const Shape& dy, const Shape& x, const Margins& margins) {
  require_shape(kOp, "dy", dy, pad_y_shape(x, margins), " (the shape of y)");
  return x;
}

}  // namespace convproof
