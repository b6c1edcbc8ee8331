// radial_basis: what it equals. The output layer of LeNet-5: squared distances from a centre per
// class; the smallest belongs to the class that fits best (note 004 §5.4.1, F-RBF-R).
#pragma once

#include "core/requirements.h"
#include "core/tensor.h"

namespace convproof::reference {

/// The shape rule of radial_basis:  x [N,J], w [I,J]  ->  y [N,I]. I and J are at least 1.
/// Throws: ShapeError.
inline Shape radial_basis_y_shape(const Shape& x, const Shape& w) {
  require_rank("radial_basis", "x", x, 2, "[N, J]");
  require_rank("radial_basis", "w", w, 2, "[I, J]");
  require_at_least("radial_basis", "columns of x", x[1], 1);
  require_at_least("radial_basis", "rows of w", w[0], 1);
  require_shape("radial_basis", "w", w, Shape{w[0], x[1]}, " (a column per column of x)");
  return {x[0], w[0]};
}

/// y[n,i] = sum_j (x[n,j] - w[i,j])^2. No exp: these are penalties, not the bell curves that others
/// call radial basis functions.
///
/// Shapes:  x [N,J], w [I,J]  ->  y [N,I].
/// Throws:  ShapeError from radial_basis_y_shape.
/// Error:   exact over Rational; over floats (J+2)*u relative, all terms being positive.
/// Cost:    N*I*J multiply-adds.
template <typename T>
Tensor<T> radial_basis(const Tensor<T>& x, const Tensor<T>& w) {
  Tensor<T> y(radial_basis_y_shape(x.shape(), w.shape()));
  for (Index n = 0; n < y.shape()[0]; ++n) {
    for (Index i = 0; i < y.shape()[1]; ++i) {
      for (Index j = 0; j < x.shape()[1]; ++j) {
        y(n, i) += (x(n, j) - w(i, j)) * (x(n, j) - w(i, j));
      }
    }
  }
  return y;
}

/// dx[n,j] = sum_i 2 * dy[n,i] * (x[n,j] - w[i,j]).
///
/// Shapes:  dy [N,I], x [N,J], w [I,J]  ->  dx [N,J].
/// Throws:  ShapeError from radial_basis_y_shape, or if dy is not like y.
/// Error:   exact over Rational; over floats (I+2)*u*sum of moduli.
/// Cost:    N*J*I multiply-adds.
template <typename T>
Tensor<T> radial_basis_dx(const Tensor<T>& dy, const Tensor<T>& x, const Tensor<T>& w) {
  require_shape("radial_basis", "dy", dy.shape(), radial_basis_y_shape(x.shape(), w.shape()),
                " (the shape of y)");
  Tensor<T> dx(x.shape());
  for (Index n = 0; n < x.shape()[0]; ++n) {
    for (Index j = 0; j < x.shape()[1]; ++j) {
      for (Index i = 0; i < w.shape()[0]; ++i) dx(n, j) += T(2) * dy(n, i) * (x(n, j) - w(i, j));
    }
  }
  return dx;
}

/// dw[i,j] = - sum_n 2 * dy[n,i] * (x[n,j] - w[i,j]).
///
/// Shapes:  dy [N,I], x [N,J], w [I,J]  ->  dw [I,J].
/// Throws:  ShapeError from radial_basis_y_shape, or if dy is not like y.
/// Error:   exact over Rational; over floats (N+2)*u*sum of moduli.
/// Cost:    I*J*N multiply-adds.
template <typename T>
Tensor<T> radial_basis_dw(const Tensor<T>& dy, const Tensor<T>& x, const Tensor<T>& w) {
  require_shape("radial_basis", "dy", dy.shape(), radial_basis_y_shape(x.shape(), w.shape()),
                " (the shape of y)");
  Tensor<T> dw(w.shape());
  for (Index i = 0; i < w.shape()[0]; ++i) {
    for (Index j = 0; j < w.shape()[1]; ++j) {
      for (Index n = 0; n < x.shape()[0]; ++n) dw(i, j) -= T(2) * dy(n, i) * (x(n, j) - w(i, j));
    }
  }
  return dw;
}

}  // namespace convproof::reference
