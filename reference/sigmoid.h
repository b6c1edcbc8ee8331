// sigmoid: what it equals. The logistic function (note 003 §2.1, F-SIGMOID-TANH).
//
// f(x) + f(-x) = 1: the mean of its outputs on inputs symmetric about 0 is 1/2, not 0 as note 003
// §2.1 prints (P-SIGMOID-MEAN).
#pragma once

#include <cmath>

#include "core/activation.h"
#include "core/tensor.h"

namespace convproof::reference {

namespace detail {

/// 1/(1 + exp(-x)), with exp of a number at most 0 alone, which cannot overflow.
template <typename T>
T sigmoid(const T& x) {
  using std::exp;
  if (x < T(0)) {
    const T e = exp(x);
    return e / (T(1) + e);
  }
  return T(1) / (T(1) + exp(-x));
}

}  // namespace detail

/// y = 1/(1 + exp(-x)).
/// Shapes:  any x  ->  y, the same.
/// Throws:  nothing.
/// Error:   that of exp in T, and two roundings; relative, for small values, too.
/// Cost:    one exp and one division per element.
template <typename T>
Tensor<T> sigmoid(const Tensor<T>& x) {
  Tensor<T> y(x.shape());
  for (Index i = 0; i < x.size(); ++i) y[i] = detail::sigmoid(x[i]);
  return y;
}

/// dx = dy * f(x) * (1 - f(x)), where 1 - f(x) = f(-x) is not computed by a subtraction that
/// cancels.
/// Shapes:  dy and x alike  ->  dx, the same.
/// Throws:  ShapeError if dy has not the shape of x.
/// Error:   twice that of y, and two roundings.
/// Cost:    two exp per element.
template <typename T>
Tensor<T> sigmoid_dx(const Tensor<T>& dy, const Tensor<T>& x) {
  Tensor<T> dx(activation_dx_shape(dy.shape(), x.shape(), "sigmoid"));
  for (Index i = 0; i < x.size(); ++i) {
    dx[i] = dy[i] * detail::sigmoid(x[i]) * detail::sigmoid(T(-x[i]));
  }
  return dx;
}

/// The same from the output (note 003 §3.4, P-SIGMOID-DERIV-R):  dx = dy * y * (1 - y).
/// Shapes:  dy and y alike  ->  dx, the same.
/// Throws:  ShapeError if dy has not the shape of y.
/// Error:   exact over Rational, given y; over floats 1 - y cancels where y is near 1.
/// Cost:    two products per element.
template <typename T>
Tensor<T> sigmoid_dx_from_y(const Tensor<T>& dy, const Tensor<T>& y) {
  Tensor<T> dx(activation_dx_shape(dy.shape(), y.shape(), "sigmoid", "y"));
  for (Index i = 0; i < y.size(); ++i) dx[i] = dy[i] * y[i] * (T(1) - y[i]);
  return dx;
}

}  // namespace convproof::reference
