// What most shape rules ask: that a tensor has the one shape that fits.
#pragma once

#include "core/errors.h"
#include "core/shape.h"

namespace convproof {

/// Throws: ShapeError naming `op` and `argument` unless `got` is `expected`; `because` says where
/// the expected shape comes from, as in " (the shape of y)".
inline void require_shape(const char* op, const char* argument, const Shape& got,
                          const Shape& expected, const char* because) {
  if (!(got == expected)) throw ShapeError(op, argument, text(expected, because), text(got));
}

/// Throws: ShapeError naming `op` and `argument` if value < least.
inline void require_at_least(const char* op, const char* argument, Index value, Index least) {
  if (value < least) throw ShapeError(op, argument, text(least, " or more"), text(value));
}

}  // namespace convproof
