// What the notes' forms of convolution ask of their operands.
#pragma once

#include "core/shape.h"

namespace convproof::reference {

/// Throws: ShapeError if `shape` has not `rank` axes of 1 pixel or more; `axes` names them.
void require_extents(const char* op, const char* argument, const Shape& shape, int rank,
                     const char* axes);

/// Throws: ShapeError if an axis of the kernel, which the page calls `argument`, is longer than
/// that of the image, where every window has to lie within the image.
void require_fits(const char* op, const Shape& kernel, const Shape& image,
                  const char* argument = "w");

/// Half of a centred kernel's extent 2U+1.
/// Throws: ShapeError if the extent is even.
Index half_of_odd(const char* op, Index extent);

}  // namespace convproof::reference
