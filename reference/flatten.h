// flatten: what it equals. The maps of a sample, one after the other, as the long vector that the
// first fully connected layer takes (note 002, A-FLATTEN-FC; note 003 §2).
#pragma once

#include "core/requirements.h"
#include "core/tensor.h"

namespace convproof::reference {

/// The shape rule of flatten:  x [N,...]  ->  y [N, the product of the other extents].
/// Throws: ShapeError if x has no axis.
inline Shape flatten_y_shape(const Shape& x) {
  if (x.rank() < 1) throw ShapeError("flatten", "x", "1 axis or more [N, ...]", text(x));
  return {x[0], Shape(x.begin() + 1, x.end()).element_count()};
}

/// y[n, C order number of at] = x[n, at]: channels outermost, then rows, then columns. Libraries
/// that keep channels last number the same features in another order.
///
/// Shapes:  x [N,C,...]  ->  y [N,C*...].
/// Throws:  ShapeError if x has no axis.
/// Error:   none in any scalar.
/// Cost:    one copy.
template <typename T>
Tensor<T> flatten(const Tensor<T>& x) {
  return Tensor<T>(flatten_y_shape(x.shape()), {x.data(), x.data() + x.size()});
}

/// The inverse of flatten, and its gradient: the elements where they came from.
///
/// Shapes:  dy [N,C*...], the shape of x  ->  dx [N,C,...].
/// Throws:  ShapeError if dy is not what flatten makes of such an x.
/// Error:   none in any scalar.
/// Cost:    one copy.
template <typename T>
Tensor<T> flatten_dx(const Tensor<T>& dy, const Shape& x_shape) {
  require_shape("flatten", "dy", dy.shape(), flatten_y_shape(x_shape), " (the shape of y)");
  return Tensor<T>(x_shape, {dy.data(), dy.data() + dy.size()});
}

}  // namespace convproof::reference
