// toeplitz: a matrix with one value on each diagonal, which is what a one-dimensional convolution
// with stride 1 is.
#pragma once

#include "core/tensor.h"

namespace convproof::reference {

struct ToeplitzParams {
  Index rows = 1;
  Index columns = 1;
};

/// The shape rule of toeplitz:  t [rows + columns - 1]  ->  y [rows, columns].
/// Throws: ShapeError.
inline Shape toeplitz_y_shape(const Shape& t, const ToeplitzParams& p) {
  const char* const op = "toeplitz";
  if (p.rows < 1) throw ShapeError(op, "rows", "1 or more", text(p.rows));
  if (p.columns < 1) throw ShapeError(op, "columns", "1 or more", text(p.columns));
  const Index diagonals = checked_sum(p.rows, p.columns - 1, op, "rows + columns");
  if (!(t == Shape{diagonals})) {
    throw ShapeError(op, "t", text('[', diagonals, "] (one per diagonal)"), text(t));
  }
  return {p.rows, p.columns};
}

/// dy [rows, columns]  ->  dt [rows + columns - 1].
/// Throws: ShapeError if dy is not a matrix with an entry.
inline Shape toeplitz_dt_shape(const Shape& dy) {
  if (dy.rank() != 2 || dy[0] < 1 || dy[1] < 1) {
    throw ShapeError("toeplitz", "dy", "a matrix [rows, columns]", text(dy));
  }
  return {dy[0] + dy[1] - 1};
}

/// The matrix with t on its diagonals, from the upper right corner to the lower left (note 004
/// §5.5.1, F-CONV-AS-MATRIX-R, is one; others pass the first column and the first row):
///   y[i,j] = t[i - j + columns - 1].
///
/// Shapes:  t [rows + columns - 1]  ->  y [rows, columns].
/// Throws:  ShapeError from the shape rule.
/// Error:   exact: elements are copied.
/// Cost:    rows*columns copies.
template <typename T>
Tensor<T> toeplitz(const Tensor<T>& t, const ToeplitzParams& p) {
  Tensor<T> y(toeplitz_y_shape(t.shape(), p));
  for (Index i = 0; i < p.rows; ++i) {
    for (Index j = 0; j < p.columns; ++j) y(i, j) = t[i - j + p.columns - 1];
  }
  return y;
}

/// The gradient with respect to the values, the sums of the diagonals:
///   dt[k] = sum_{i,j : i - j + columns - 1 = k} dy[i,j].
///
/// Shapes:  dy [rows, columns]  ->  dt [rows + columns - 1].
/// Throws:  ShapeError from the shape rule.
/// Error:   exact over Rational; over floats (n-1)*u*sum|dy| for n terms.
/// Cost:    rows*columns additions.
template <typename T>
Tensor<T> toeplitz_dt(const Tensor<T>& dy) {
  Tensor<T> dt(toeplitz_dt_shape(dy.shape()));
  const Index columns = dy.shape()[1];
  for (Index i = 0; i < dy.shape()[0]; ++i) {
    for (Index j = 0; j < columns; ++j) dt[i - j + columns - 1] += dy(i, j);
  }
  return dt;
}

}  // namespace convproof::reference
