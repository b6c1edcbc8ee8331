// cross_entropy: what it equals. The loss of a layer of probabilities, one number per sample, and
// fused with the softmax that makes them.
#pragma once

#include <cmath>

#include "core/tensor.h"
#include "reference/log_softmax.h"
#include "reference/losses.h"
#include "reference/softmax.h"

namespace convproof::reference {

/// e[n] = - sum_k t[n,k] * log(y[n,k]), in nats; a term whose target is 0 is 0, whatever y is.
/// Targets are probabilities, not numbers of classes; nothing wants their sum to be 1.
///
/// Shapes:  y [N,K], t [N,K]  ->  e [N].
/// Throws:  ShapeError from loss_shape.
/// Error:   that of log in T, and K*u*sum|t log y|.
/// Cost:    one log per target that is not 0.
/// Source:  Bishop, "Pattern recognition and machine learning" (2006), Eq. 4.108.
template <typename T>
Tensor<T> cross_entropy(const Tensor<T>& y, const Tensor<T>& t) {
  using std::log;
  Tensor<T> e(loss_shape(y.shape(), t.shape(), "cross_entropy"));
  for (Index n = 0; n < e.size(); ++n) {
    for (Index k = 0; k < y.shape()[1]; ++k) {
      if (t(n, k) != T(0)) e[n] -= t(n, k) * log(y(n, k));
    }
  }
  return e;
}

/// The gradient with respect to the probabilities:  dy[n,k] = - de[n] * t[n,k] / y[n,k], and 0
/// where t[n,k] = 0.
///
/// Shapes:  de [N], y [N,K], t [N,K]  ->  dy [N,K].
/// Throws:  ShapeError from loss_gradient_shape.
/// Error:   exact over Rational; two roundings over floats.
/// Cost:    N*K divisions.
template <typename T>
Tensor<T> cross_entropy_dy(const Tensor<T>& de, const Tensor<T>& y, const Tensor<T>& t) {
  Tensor<T> dy(loss_gradient_shape(de.shape(), y.shape(), t.shape(), "cross_entropy"));
  for (Index n = 0; n < de.size(); ++n) {
    for (Index k = 0; k < y.shape()[1]; ++k) {
      if (t(n, k) != T(0)) dy(n, k) = -de[n] * t(n, k) / y(n, k);
    }
  }
  return dy;
}

/// The gradient with respect to the targets:  dt[n,k] = - de[n] * log(y[n,k]).
///
/// Shapes:  de [N], y [N,K], t [N,K]  ->  dt [N,K].
/// Throws:  ShapeError from loss_gradient_shape.
/// Error:   that of log in T, and one rounding.
/// Cost:    N*K logarithms.
template <typename T>
Tensor<T> cross_entropy_dt(const Tensor<T>& de, const Tensor<T>& y, const Tensor<T>& t) {
  using std::log;
  Tensor<T> dt(loss_gradient_shape(de.shape(), y.shape(), t.shape(), "cross_entropy"));
  for (Index n = 0; n < de.size(); ++n) {
    for (Index k = 0; k < y.shape()[1]; ++k) dt(n, k) = -de[n] * log(y(n, k));
  }
  return dt;
}

/// cross_entropy(softmax(x), t), which stays finite where a probability is too small for a float:
///   e[n] = - sum_k t[n,k] * log_softmax(x)[n,k].
///
/// Shapes:  x [N,K], t [N,K]  ->  e [N].
/// Throws:  ShapeError from loss_shape.
/// Error:   that of log_softmax, and K*u*sum|t log_softmax|.
/// Cost:    that of log_softmax, and N*K multiply-adds.
template <typename T>
Tensor<T> softmax_cross_entropy(const Tensor<T>& x, const Tensor<T>& t) {
  Tensor<T> e(loss_shape(x.shape(), t.shape(), "cross_entropy"));
  const Tensor<T> logs = log_softmax(x, {.axis = 1});
  for (Index n = 0; n < e.size(); ++n) {
    for (Index k = 0; k < x.shape()[1]; ++k) e[n] -= t(n, k) * logs(n, k);
  }
  return e;
}

/// The gradient of the fused loss, p = softmax(x):
///   dx[n,k] = de[n] * (p[n,k] * sum_j t[n,j] - t[n,k]),
/// that is de*(p - t) where the targets of a sample sum to 1, as probabilities do.
///
/// Shapes:  de [N], x [N,K], t [N,K]  ->  dx [N,K].
/// Throws:  ShapeError from loss_gradient_shape.
/// Error:   that of softmax, and (K+2)*u*(p sum|t| + |t|).
/// Cost:    that of softmax, and N*K multiply-adds.
template <typename T>
Tensor<T> softmax_cross_entropy_dx(const Tensor<T>& de, const Tensor<T>& x, const Tensor<T>& t) {
  Tensor<T> dx(loss_gradient_shape(de.shape(), x.shape(), t.shape(), "cross_entropy"));
  const Tensor<T> p = softmax(x, {.axis = 1});
  for (Index n = 0; n < de.size(); ++n) {
    T sum = T(0);
    for (Index j = 0; j < x.shape()[1]; ++j) sum += t(n, j);
    for (Index k = 0; k < x.shape()[1]; ++k) dx(n, k) = de[n] * (p(n, k) * sum - t(n, k));
  }
  return dx;
}

}  // namespace convproof::reference
