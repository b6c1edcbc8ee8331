#include "core/lrn.h"

#include "core/requirements.h"

namespace convproof {

Shape lrn_y_shape(const Shape& x, Index size) {
  if (x.rank() < 2) throw ShapeError("lrn", "x", "2 axes or more [N, C, ...]", text(x));
  require_at_least("lrn", "channels of x", x[1], 1);
  require_at_least("lrn", "size", size, 1);
  return x;
}

Shape lrn_dx_shape(const Shape& dy, const Shape& x, Index size) {
  require_shape("lrn", "dy", dy, lrn_y_shape(x, size), " (the shape of x)");
  return x;
}

}  // namespace convproof
