// circulant: a square matrix whose columns are one vector, turned on by one place each: the matrix
// of circular convolution with it.
#pragma once

#include "core/tensor.h"

namespace convproof::reference {

/// The shape rule of circulant:  c [n]  ->  y [n, n], n at least 1.
/// Throws: ShapeError.
inline Shape circulant_y_shape(const Shape& c) {
  if (c.rank() != 1 || c[0] < 1) {
    throw ShapeError("circulant", "c", "a vector [n] of 1 element or more", text(c));
  }
  return {c[0], c[0]};
}

/// dy [n, n]  ->  dc [n].
/// Throws: ShapeError if dy is not a square matrix with an entry.
inline Shape circulant_dc_shape(const Shape& dy) {
  if (dy.rank() != 2 || dy[0] != dy[1] || dy[0] < 1) {
    throw ShapeError("circulant", "dy", "a square matrix [n, n]", text(dy));
  }
  return {dy[0]};
}

/// The matrix whose product with x is the circular convolution of c and x (what note 001 §9.7,
/// P-DOUBLY-CIRCULANT, is made of; its transpose is the circular cross-correlation):
///   y[i,j] = c[(i - j) mod n].
///
/// Shapes:  c [n]  ->  y [n, n].
/// Throws:  ShapeError from the shape rule.
/// Error:   exact: elements are copied.
/// Cost:    n^2 copies.
template <typename T>
Tensor<T> circulant(const Tensor<T>& c) {
  Tensor<T> y(circulant_y_shape(c.shape()));
  const Index n = c.size();
  for (Index i = 0; i < n; ++i) {
    for (Index j = 0; j < n; ++j) y(i, j) = c[(i - j + n) % n];
  }
  return y;
}

/// The gradient with respect to the vector:
///   dc[k] = sum_{i,j : (i - j) mod n = k} dy[i,j].
///
/// Shapes:  dy [n, n]  ->  dc [n].
/// Throws:  ShapeError from the shape rule.
/// Error:   exact over Rational; over floats (n-1)*u*sum|dy|.
/// Cost:    n^2 additions.
template <typename T>
Tensor<T> circulant_dc(const Tensor<T>& dy) {
  Tensor<T> dc(circulant_dc_shape(dy.shape()));
  const Index n = dc.size();
  for (Index i = 0; i < n; ++i) {
    for (Index j = 0; j < n; ++j) dc[(i - j + n) % n] += dy(i, j);
  }
  return dc;
}

}  // namespace convproof::reference
