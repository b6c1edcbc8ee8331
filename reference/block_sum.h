// block_sum: the sum of every block of pixels, Bouvrie's down(.).
#pragma once

#include "core/requirements.h"
#include "core/tensor.h"
#include "core/window.h"
#include "reference/places.h"

namespace convproof::reference {

/// The shape rule of block_sum:  x [N,C,D...]  ->  y [N,C,D/n...].
/// Throws: ShapeError unless n divides D on every spatial axis.
inline Shape block_sum_y_shape(const Shape& x, const Indices& n, const char* op = "block_sum") {
  require_images(op, "x", x);
  require_per_axis(op, "n", n, x, 1);
  Indices extents{x[0], x[1]};
  for (int axis = 0; axis < n.rank(); ++axis) {
    if (x[axis + 2] % n[axis] != 0) {
      throw ShapeError(op, text("n ", axis_name(axis, n.rank())),
                       text("a divisor of the ", x[axis + 2], " pixels of x"), text(n[axis]));
    }
    extents.push_back(x[axis + 2] / n[axis]);
  }
  return {extents.begin(), extents.end()};
}

/// down(x), the sum over each distinct n x n block (note 003 §3.2, F-SUBSAMPLE-R; §3.4,
/// A-CONV-DOWN):
///   y[n,c,i] = sum_{0 <= u < n} x[n,c, n*i + u].
/// A sum and not a mean: it is n*n times mean pooling. Images whose extents n does not divide are
/// refused; convolving with ones and indexing by 1:n:end would drop their last pixels.
///
/// Shapes:  x [N,C,D...], one n per spatial axis  ->  y [N,C,D/n...].
/// Throws:  ShapeError from the shape rule.
/// Error:   exact over Rational and Exact; over floats gamma(n*n - 1) * block_sum(|x|).
/// Cost:    one addition per pixel.
template <typename S, typename T>
Tensor<S> block_sum(const Tensor<T>& x, const Indices& n) {
  Tensor<S> y(block_sum_y_shape(x.shape(), n));
  for_each_index(y.shape(), [&](const Indices& i) {
    for_each_index(Shape(n.begin(), n.end()), [&](const Indices& u) {
      element(y, i) +=
          S(element(x, moved(i, [&](Index index, int axis) { return n[axis] * index + u[axis]; })));
    });
  });
  return y;
}

/// The gradient with respect to x, the up(.) of note 003 §3.1.1, F-UP-KRON-R:
///   dx[n,c,h] = dy[n,c, floor(h/n)].
///
/// Shapes:  dy [N,C,D/n...], the shape of x  ->  dx [N,C,D...].
/// Throws:  ShapeError if dy is not what block_sum makes of x.
/// Error:   exact in every scalar: elements are only copied.
/// Cost:    one visit per pixel.
template <typename T>
Tensor<T> block_sum_dx(const Tensor<T>& dy, const Shape& x_shape, const Indices& n) {
  require_shape("block_sum", "dy", dy.shape(), block_sum_y_shape(x_shape, n), " (the shape of y)");
  Tensor<T> dx(x_shape);
  for_each_index(dx.shape(), [&](const Indices& h) {
    element(dx, h) = element(dy, moved(h, [&](Index index, int axis) { return index / n[axis]; }));
  });
  return dx;
}

}  // namespace convproof::reference
