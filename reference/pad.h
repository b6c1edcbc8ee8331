// pad: what it equals. Pixels around images.
#pragma once

#include <algorithm>

#include "core/pad.h"
#include "core/tensor.h"
#include "reference/places.h"

namespace convproof::reference {

namespace detail {

/// The pixel that stands at place i of the padded axis; outside the image where that is a zero.
inline Index padded_source(Index i, Index before, Index extent, PadMode mode) {
  const Index h = i - before;
  switch (mode) {
    case PadMode::kZeros: return h;
    case PadMode::kEdge: return std::clamp<Index>(h, 0, extent - 1);
    case PadMode::kReflect: return h < 0 ? -h : h < extent ? h : 2 * (extent - 1) - h;
  }
  return h;
}

}  // namespace detail

/// Pixels at both ends of every spatial axis, zeros unless `mode` says otherwise (note 000 §3.1.1,
/// N-PAD-SIZE; note 004 §5.1.3, F-ZERO-PAD):
///   y[n,c,i] = x[n,c, i - before],  and outside the image 0, the nearest or the mirrored pixel.
/// The notes pad both ends alike (U rows above and below, V columns left and right); here each end
/// has its own margin. Negative margins, which some frameworks take for cropping, are refused.
///
/// Shapes:  x [N,C,D...]  ->  y [N,C,before + D + after...] of pad_y_shape.
/// Throws:  ShapeError from the shape rule.
/// Error:   exact in every scalar: elements are only moved.
/// Cost:    one visit per element of y.
/// Source:  ONNX, operator Pad, for kEdge and kReflect.
template <typename T>
Tensor<T> pad(const Tensor<T>& x, const Margins& margins, PadMode mode = PadMode::kZeros) {
  Tensor<T> y(pad_y_shape(x.shape(), margins, mode));
  for_each_index(y.shape(), [&](const Indices& i) {
    const Indices h = moved(i, [&](Index index, int axis) {
      return detail::padded_source(index, margins.before[axis], x.shape()[axis + 2], mode);
    });
    if (contains(x.shape(), h)) element(y, i) = element(x, h);
  });
  return y;
}

/// The gradient with respect to x: dx[n,c,h] = the sum of dy[n,c,i] over the places i where
/// x[n,c,h] stands; with zeros that is one, and what falls on the margins belongs to constants and
/// is lost.
///
/// Shapes:  dy [N,C,before + D + after...], the shape of x  ->  dx [N,C,D...].
/// Throws:  ShapeError from the shape rule.
/// Error:   exact over Rational; elsewhere a rounding per addition, none with zeros.
/// Cost:    one visit per element of dy.
template <typename T>
Tensor<T> pad_dx(const Tensor<T>& dy, const Shape& x_shape, const Margins& margins,
                 PadMode mode = PadMode::kZeros) {
  Tensor<T> dx(pad_dx_shape(dy.shape(), x_shape, margins, mode));
  for_each_index(dy.shape(), [&](const Indices& i) {
    const Indices h = moved(i, [&](Index index, int axis) {
      return detail::padded_source(index, margins.before[axis], x_shape[axis + 2], mode);
    });
    if (contains(x_shape, h)) element(dx, h) += element(dy, i);
  });
  return dx;
}

}  // namespace convproof::reference
