// What shape rules ask for in the same words everywhere. All throw ShapeError with `op` and the
// argument in its message.
#pragma once

#include "core/indices.h"
#include "core/shape.h"

namespace convproof {

/// `got` is `expected`; `because` follows it in the message.
void require_shape(const char* op, const char* argument, const Shape& got, const Shape& expected,
                   const char* because);

/// `value` is `least` or more.
void require_at_least(const char* op, const char* argument, Index value, Index least);

/// There are exactly `rank` axes; `axes` names them.
void require_rank(const char* op, const char* argument, const Shape& got, int rank,
                  const char* axes);

/// There are two axes and `rank` spatial ones: [N, C, H, W] for images, [O, C/groups, Kh, Kw] for
/// kernels, whose extents begin with `prefix`.
void require_axes(const char* op, const char* argument, const Shape& got, int rank,
                  const char* first, const char* second, const char* prefix);

/// Images [N, C, ...] with one spatial axis or more. N may be 0; every other extent is at least 1.
void require_images(const char* op, const char* argument, const Shape& got);

/// One entry per spatial axis of the images x, each of them `least` or more.
void require_per_axis(const char* op, const char* argument, const Indices& values, const Shape& x,
                      Index least);

/// `groups` divides `channels`, which are those `of` some tensor.
void require_divisor(const char* op, Index groups, Index channels, const char* of);

}  // namespace convproof
