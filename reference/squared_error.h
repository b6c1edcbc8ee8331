// squared_error: what it equals. The loss of note 003, one number per sample.
#pragma once

#include "core/tensor.h"
#include "reference/losses.h"

namespace convproof::reference {

/// Half of the squared distance of output and target (note 003 §2.1, F-LOSS-SQ-1-R):
///   e[n] = 1/2 sum_k (t[n,k] - y[n,k])^2.
/// The error of the training set (F-LOSS-SQ-R) is the sum of them; others take the mean, or leave
/// out the half.
///
/// Shapes:  y [N,K], t [N,K]  ->  e [N].
/// Throws:  ShapeError from loss_shape.
/// Error:   exact over Rational; over floats (K+2)*u relative, all terms being positive.
/// Cost:    N*K multiply-adds.
template <typename T>
Tensor<T> squared_error(const Tensor<T>& y, const Tensor<T>& t) {
  Tensor<T> e(loss_shape(y.shape(), t.shape(), "squared_error"));
  for (Index n = 0; n < e.size(); ++n) {
    for (Index k = 0; k < y.shape()[1]; ++k) e[n] += (t(n, k) - y(n, k)) * (t(n, k) - y(n, k));
    e[n] = e[n] / T(2);
  }
  return e;
}

/// The gradient with respect to the output (note 003 §2.2, V-OUT-DELTA-R without its f'):
///   dy[n,k] = de[n] * (y[n,k] - t[n,k]).
///
/// Shapes:  de [N], y [N,K], t [N,K]  ->  dy [N,K].
/// Throws:  ShapeError from loss_gradient_shape.
/// Error:   exact over Rational; two roundings over floats.
/// Cost:    N*K multiplications.
template <typename T>
Tensor<T> squared_error_dy(const Tensor<T>& de, const Tensor<T>& y, const Tensor<T>& t) {
  Tensor<T> dy(loss_gradient_shape(de.shape(), y.shape(), t.shape(), "squared_error"));
  for (Index n = 0; n < de.size(); ++n) {
    for (Index k = 0; k < y.shape()[1]; ++k) dy(n, k) = de[n] * (y(n, k) - t(n, k));
  }
  return dy;
}

/// The gradient with respect to the target:  dt[n,k] = de[n] * (t[n,k] - y[n,k]).
///
/// Shapes:  de [N], y [N,K], t [N,K]  ->  dt [N,K].
/// Throws:  ShapeError from loss_gradient_shape.
/// Error:   as for dy.
/// Cost:    as for dy.
template <typename T>
Tensor<T> squared_error_dt(const Tensor<T>& de, const Tensor<T>& y, const Tensor<T>& t) {
  Tensor<T> dt(loss_gradient_shape(de.shape(), y.shape(), t.shape(), "squared_error"));
  for (Index n = 0; n < de.size(); ++n) {
    for (Index k = 0; k < y.shape()[1]; ++k) dt(n, k) = de[n] * (t(n, k) - y(n, k));
  }
  return dt;
}

}  // namespace convproof::reference
