// What shape rules ask for in the same words everywhere.
#pragma once

#include "core/shape.h"

namespace convproof {

/// Throws: ShapeError unless `got` is `expected`; `because` follows the expected shape.
inline void require_shape(const char* op, const char* argument, const Shape& got,
                          const Shape& expected, const char* because) {
  if (!(got == expected)) throw ShapeError(op, argument, text(expected, because), text(got));
}

/// Throws: ShapeError if `value` is less than `least`.
inline void require_at_least(const char* op, const char* argument, Index value, Index least) {
  if (value < least) throw ShapeError(op, argument, text(least, " or more"), text(value));
}

/// Throws: ShapeError if there are not exactly `rank` axes; `axes` names them.
inline void require_rank(const char* op, const char* argument, const Shape& got, int rank,
                         const char* axes) {
  if (got.rank() == rank) return;
  throw ShapeError(op, argument, text(rank, rank == 1 ? " axis " : " axes ", axes), text(got));
}

}  // namespace convproof
