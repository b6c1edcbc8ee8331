#include "core/activation.h"

#include "core/requirements.h"

namespace convproof {

Shape activation_dx_shape(const Shape& dy, const Shape& x, const char* op, const char* of) {
  require_shape(op, "dy", dy, x, text(" (the shape of ", of, ')').c_str());
  return x;
}

}  // namespace convproof
