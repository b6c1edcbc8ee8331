// Requirements that the shape rules of several operators share, with their messages.
#pragma once

#include "core/shape.h"

namespace convproof {

/// A tensor of [first, second, and the spatial axes]: [N, C, H, W] for images on two of them, and
/// [O, C/groups, Kh, Kw] for kernels, whose extents begin with `prefix`.
/// Throws: ShapeError if `shape` has not rank + 2 axes.
void require_rank(const char* op, const Shape& shape, int rank, const char* argument,
                  const char* first, const char* second, const char* prefix);

/// Throws: ShapeError if value < least.
void require_at_least(const char* op, Index value, Index least, const char* argument);

/// Throws: ShapeError if the shapes differ; says what was expected and `because`.
void require_equal(const char* op, const Shape& got, const Shape& expected, const char* argument,
                   const char* because);

/// Throws: ShapeError if `groups` does not divide `channels`, which are those `of` some tensor.
void require_divisor(const char* op, Index groups, Index channels, const char* of);

}  // namespace convproof
