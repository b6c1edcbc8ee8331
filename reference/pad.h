// pad: what it equals. Zeros around images.
#pragma once

#include "core/pad.h"
#include "core/tensor.h"
#include "reference/places.h"

namespace convproof::reference {

/// Zeros at both ends of every spatial axis (note 000 §3.1.1, N-PAD-SIZE; note 004 §5.1.3,
/// F-ZERO-PAD):
///   y[n,c,i] = x[n,c, i - before],  0 where that is outside the image.
/// The notes pad both ends alike (U rows above and below, V columns left and right); here each end
/// has its own margin. Negative margins, which some frameworks take for cropping, are refused.
///
/// Shapes:  x [N,C,D...]  ->  y [N,C,before + D + after...] of pad_y_shape.
/// Throws:  ShapeError from the shape rule.
/// Error:   exact in every scalar: elements are only moved.
/// Cost:    one visit per element of y.
template <typename T>
Tensor<T> pad(const Tensor<T>& x, const Margins& margins) {
  Tensor<T> y(pad_y_shape(x.shape(), margins));
  for_each_index(y.shape(), [&](const Indices& i) {
    const Indices h = moved(i, [&](Index index, int axis) { return index - margins.before[axis]; });
    if (contains(x.shape(), h)) element(y, i) = element(x, h);
  });
  return y;
}

/// The gradient with respect to x: dx[n,c,h] = dy[n,c, h + before]. What falls on the margins
/// belongs to constants and is lost.
///
/// Shapes:  dy [N,C,before + D + after...], the shape of x  ->  dx [N,C,D...].
/// Throws:  ShapeError from the shape rule.
/// Error:   exact in every scalar.
/// Cost:    one visit per element of dx.
template <typename T>
Tensor<T> pad_dx(const Tensor<T>& dy, const Shape& x_shape, const Margins& margins) {
  Tensor<T> dx(pad_dx_shape(dy.shape(), x_shape, margins));
  for_each_index(dx.shape(), [&](const Indices& h) {
    element(dx, h) =
        element(dy, moved(h, [&](Index index, int axis) { return index + margins.before[axis]; }));
  });
  return dx;
}

}  // namespace convproof::reference
