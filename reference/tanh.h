// tanh: what it equals (note 003 §2.1, F-SIGMOID-TANH).
#pragma once

#include <cmath>

#include "core/activation.h"
#include "core/tensor.h"

namespace convproof::reference {

/// y = tanh(x).
/// Shapes:  any x  ->  y, the same.
/// Throws:  nothing.
/// Error:   that of tanh in T.
/// Cost:    one tanh per element.
template <typename T>
Tensor<T> tanh(const Tensor<T>& x) {
  using std::tanh;
  Tensor<T> y(x.shape());
  for (Index i = 0; i < x.size(); ++i) y[i] = tanh(x[i]);
  return y;
}

/// dx = dy / cosh(x)^2, divided twice, so that the square cannot overflow.
/// Shapes:  dy and x alike  ->  dx, the same.
/// Throws:  ShapeError if dy has not the shape of x.
/// Error:   twice that of cosh in T, and two roundings; nothing cancels.
/// Cost:    one cosh and two divisions per element.
template <typename T>
Tensor<T> tanh_dx(const Tensor<T>& dy, const Tensor<T>& x) {
  using std::cosh;
  Tensor<T> dx(activation_dx_shape(dy.shape(), x.shape(), "tanh"));
  for (Index i = 0; i < x.size(); ++i) dx[i] = dy[i] / cosh(x[i]) / cosh(x[i]);
  return dx;
}

/// The same from the output (note 003 §3.4, P-SIGMOID-DERIV-R):  dx = dy * (1 - y^2).
/// Shapes:  dy and y alike  ->  dx, the same.
/// Throws:  ShapeError if dy has not the shape of y.
/// Error:   exact over Rational, given y; over floats 1 - y^2 cancels where |y| is near 1.
/// Cost:    two products per element.
template <typename T>
Tensor<T> tanh_dx_from_y(const Tensor<T>& dy, const Tensor<T>& y) {
  Tensor<T> dx(activation_dx_shape(dy.shape(), y.shape(), "tanh", "y"));
  for (Index i = 0; i < y.size(); ++i) dx[i] = dy[i] * (T(1) - y[i] * y[i]);
  return dx;
}

}  // namespace convproof::reference
