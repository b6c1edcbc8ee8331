// Tensors of images [N, C, ...]: what every operator on them requires, in the same words.
#pragma once

#include "core/indices.h"
#include "core/shape.h"

namespace convproof {

/// `shape` is [N, C, ...] with one spatial axis or more. N may be 0; every other extent is at least
/// 1. The message names `op` and `argument`.
/// Throws: ShapeError.
void require_images(const char* op, const char* argument, const Shape& shape);

/// `got` is `expected`; `because` follows it in the message.
/// Throws: ShapeError.
void require_shape(const char* op, const char* argument, const Shape& got, const Shape& expected,
                   const char* because);

/// `values` has one entry per spatial axis of the images x, each of them `least` or more.
/// Throws: ShapeError.
void require_per_axis(const char* op, const char* argument, const Indices& values, const Shape& x,
                      Index least);

}  // namespace convproof
