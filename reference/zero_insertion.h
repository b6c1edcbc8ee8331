// zero_insertion: zeros between neighbouring pixels, what a stride of 1/s is made of.
#pragma once

#include "core/requirements.h"
#include "core/tensor.h"
#include "reference/places.h"

namespace convproof::reference {

/// The shape rule of zero_insertion:  x [N,C,D...]  ->  y [N,C,stride*(D-1) + 1...].
/// Throws: ShapeError.
inline Shape zero_insertion_y_shape(const Shape& x, const Indices& stride) {
  constexpr const char* kOp = "zero_insertion";
  require_images(kOp, "x", x);
  require_per_axis(kOp, "stride", stride, x, 1);
  Indices extents{x[0], x[1]};
  for (int axis = 0; axis < stride.rank(); ++axis) {
    extents.push_back(checked_product(stride[axis], x[axis + 2] - 1, kOp, "stride") + 1);
  }
  const Shape y(extents.begin(), extents.end());
  (void)y.element_count();  // Whoever asks for shapes may allocate next.
  return y;
}

/// stride-1 zeros between every two neighbours, none at the ends (note 004 §5.5.1.1,
/// F-FRACTIONAL-STRIDE: a transposed convolution of step 1/stride convolves this):
///   y[n,c,i] = x[n,c, i/stride] where stride divides i on every spatial axis, else 0.
///
/// Shapes:  x [N,C,D...], one stride per spatial axis  ->  y [N,C,stride*(D-1) + 1...].
/// Throws:  ShapeError from the shape rule.
/// Error:   exact in every scalar: elements are only moved.
/// Cost:    one visit per element of y.
template <typename T>
Tensor<T> zero_insertion(const Tensor<T>& x, const Indices& stride) {
  Tensor<T> y(zero_insertion_y_shape(x.shape(), stride));
  for_each_index(y.shape(), [&](const Indices& i) {
    bool divides = true;
    for (int axis = 0; axis < stride.rank(); ++axis) divides &= i[axis + 2] % stride[axis] == 0;
    if (!divides) return;
    element(y, i) =
        element(x, moved(i, [&](Index index, int axis) { return index / stride[axis]; }));
  });
  return y;
}

/// The gradient with respect to x: dx[n,c,h] = dy[n,c, stride*h].
///
/// Shapes:  dy [N,C,stride*(D-1) + 1...], the shape of x  ->  dx [N,C,D...].
/// Throws:  ShapeError if dy is not what zero_insertion makes of x.
/// Error:   exact in every scalar.
/// Cost:    one visit per element of dx.
template <typename T>
Tensor<T> zero_insertion_dx(const Tensor<T>& dy, const Shape& x_shape, const Indices& stride) {
  require_shape("zero_insertion", "dy", dy.shape(), zero_insertion_y_shape(x_shape, stride),
                " (the shape of y)");
  Tensor<T> dx(x_shape);
  for_each_index(dx.shape(), [&](const Indices& h) {
    element(dx, h) =
        element(dy, moved(h, [&](Index index, int axis) { return stride[axis] * index; }));
  });
  return dx;
}

}  // namespace convproof::reference
