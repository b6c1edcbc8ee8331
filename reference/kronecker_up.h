// kronecker_up: every pixel copied to a block, the up(.) of the notes.
#pragma once

#include "core/requirements.h"
#include "core/tensor.h"
#include "reference/places.h"

namespace convproof::reference {

/// The shape rule of kronecker_up:  x [N,C,D...]  ->  y [N,C,n*D...].
/// Throws: ShapeError.
inline Shape kronecker_up_y_shape(const Shape& x, const Indices& n) {
  constexpr const char* kOp = "kronecker_up";
  require_images(kOp, "x", x);
  require_per_axis(kOp, "n", n, x, 1);
  Indices extents{x[0], x[1]};
  for (int axis = 0; axis < n.rank(); ++axis) {
    extents.push_back(checked_product(n[axis], x[axis + 2], kOp, "n"));
  }
  const Shape y(extents.begin(), extents.end());
  (void)y.element_count();  // Whoever asks for shapes may allocate next.
  return y;
}

/// The Kronecker product of every map with a block of ones, up(x) = x (x) 1_{n x n} (note 003
/// §3.1.1, F-UP-KRON-R; §3.4, A-KRON-UP; note 000 §3.2.4, F-UP-TEXT):
///   y[n,c,i] = x[n,c, floor(i/n)].
/// Each pixel is copied n times on every axis; nothing is divided by the size of the block, as the
/// upsampling behind a mean would need.
///
/// Shapes:  x [N,C,D...], one n per spatial axis  ->  y [N,C,n*D...].
/// Throws:  ShapeError from the shape rule.
/// Error:   exact in every scalar: elements are only copied.
/// Cost:    one visit per element of y.
template <typename T>
Tensor<T> kronecker_up(const Tensor<T>& x, const Indices& n) {
  Tensor<T> y(kronecker_up_y_shape(x.shape(), n));
  for_each_index(y.shape(), [&](const Indices& i) {
    element(y, i) = element(x, moved(i, [&](Index index, int axis) { return index / n[axis]; }));
  });
  return y;
}

/// The gradient with respect to x, the sum of the gradients of all copies:
///   dx[n,c,h] = sum_{0 <= u < n} dy[n,c, n*h + u].
///
/// Shapes:  dy [N,C,n*D...], the shape of x  ->  dx [N,C,D...].
/// Throws:  ShapeError if dy is not what kronecker_up makes of x.
/// Error:   exact over Rational and Exact; over floats at most gamma(n*n) * sum|dy| per block.
/// Cost:    one addition per element of dy.
template <typename T>
Tensor<T> kronecker_up_dx(const Tensor<T>& dy, const Shape& x_shape, const Indices& n) {
  require_shape("kronecker_up", "dy", dy.shape(), kronecker_up_y_shape(x_shape, n),
                " (the shape of y)");
  Tensor<T> dx(x_shape);
  for_each_index(dx.shape(), [&](const Indices& h) {
    for_each_index(Shape(n.begin(), n.end()), [&](const Indices& u) {
      element(dx, h) +=
          element(dy, moved(h, [&](Index index, int axis) { return n[axis] * index + u[axis]; }));
    });
  });
  return dx;
}

}  // namespace convproof::reference
