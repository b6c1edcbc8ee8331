// subsample: every s-th pixel.
#pragma once

#include "core/requirements.h"
#include "core/tensor.h"
#include "reference/places.h"

namespace convproof::reference {

/// The shape rule of subsample:  x [N,C,D...]  ->  y [N,C,ceil(D/stride)...].
/// Throws: ShapeError.
inline Shape subsample_y_shape(const Shape& x, const Indices& stride) {
  require_images("subsample", "x", x);
  require_per_axis("subsample", "stride", stride, x, 1);
  Indices extents{x[0], x[1]};
  for (int axis = 0; axis < stride.rank(); ++axis) {
    extents.push_back((x[axis + 2] - 1) / stride[axis] + 1);
  }
  return {extents.begin(), extents.end()};
}

/// Every stride-th pixel, beginning with the first (note 003 §3.4, A-CONV-DOWN:
/// y = x(1:2:end, 1:2:end); note 001 §9.5, P-STRIDE-EQ-DOWNSAMPLE):
///   y[n,c,i] = x[n,c, stride*i].
/// The pixels between are dropped, not averaged: pooling has pages of its own.
///
/// Shapes:  x [N,C,D...], one stride per spatial axis  ->  y [N,C,ceil(D/stride)...].
/// Throws:  ShapeError from the shape rule.
/// Error:   exact in every scalar: elements are only moved.
/// Cost:    one visit per element of y.
template <typename T>
Tensor<T> subsample(const Tensor<T>& x, const Indices& stride) {
  Tensor<T> y(subsample_y_shape(x.shape(), stride));
  for_each_index(y.shape(), [&](const Indices& i) {
    element(y, i) =
        element(x, moved(i, [&](Index index, int axis) { return stride[axis] * index; }));
  });
  return y;
}

/// The gradient with respect to x: dx[n,c,h] = dy[n,c, h/stride] where stride divides h on every
/// spatial axis, else 0.
///
/// Shapes:  dy [N,C,ceil(D/stride)...], the shape of x, which the stride loses  ->  dx [N,C,D...].
/// Throws:  ShapeError if dy is not what subsample makes of x.
/// Error:   exact in every scalar.
/// Cost:    one visit per element of dy.
template <typename T>
Tensor<T> subsample_dx(const Tensor<T>& dy, const Shape& x_shape, const Indices& stride) {
  require_shape("subsample", "dy", dy.shape(), subsample_y_shape(x_shape, stride),
                " (the shape of y)");
  Tensor<T> dx(x_shape);
  for_each_index(dy.shape(), [&](const Indices& i) {
    element(dx, moved(i, [&](Index index, int axis) { return stride[axis] * index; })) =
        element(dy, i);
  });
  return dx;
}

}  // namespace convproof::reference
