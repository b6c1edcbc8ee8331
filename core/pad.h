// pad: what it is. Pixels around images; attributes and shape rule.
#pragma once

#include "core/indices.h"
#include "core/shape.h"

namespace convproof {

/// Pixels at the two ends of each spatial axis, outermost first: `before` on the side of smaller
/// indices (top, left), `after` on the other. None is negative: to take pixels away is `crop`.
struct Margins {
  Indices before{};
  Indices after{};
  friend bool operator==(const Margins&, const Margins&) = default;
};

/// What stands in the margins. The notes know zeros only; the others are ONNX's edge and reflect.
enum class PadMode {
  kZeros,
  kEdge,     // The nearest pixel of the image.
  kReflect,  // The image mirrored at its outermost pixels, which are not repeated.
};

/// The shape rule of pad:  x [N,C,D...]  ->  y [N,C,before + D + after...].
/// N may be 0; every other extent is at least 1. With kReflect a margin is smaller than D.
/// Throws: ShapeError.
Shape pad_y_shape(const Shape& x, const Margins& margins, PadMode mode = PadMode::kZeros);

/// dy [N,C,before + D + after...]  ->  dx with the shape x.
/// Throws: ShapeError if dy is not what pad makes of x.
Shape pad_dx_shape(const Shape& dy, const Shape& x, const Margins& margins,
                   PadMode mode = PadMode::kZeros);

}  // namespace convproof
