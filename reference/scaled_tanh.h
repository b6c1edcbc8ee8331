// scaled_tanh: what it equals. The squashing function of LeNet-5, a*tanh(b*u), by default with
// a = 1.7159 and b = 2/3 (core/activation.h).
#pragma once

#include <cmath>
#include <type_traits>

#include "core/activation.h"
#include "core/tensor.h"

namespace convproof::reference {

/// y = a*tanh(b*x).
/// Shapes:  any x  ->  y, the same.
/// Throws:  nothing.
/// Error:   that of tanh in T at b*x, and two roundings.
/// Cost:    one tanh per element.
template <typename T>
Tensor<T> scaled_tanh(const Tensor<T>& x, const std::type_identity_t<ScaledTanhParams<T>>& p) {
  using std::tanh;
  Tensor<T> y(x.shape());
  for (Index i = 0; i < x.size(); ++i) y[i] = p.a * tanh(p.b * x[i]);
  return y;
}

/// dx = dy * a*b / cosh(b*x)^2.
/// Shapes:  dy and x alike  ->  dx, the same.
/// Throws:  ShapeError if dy has not the shape of x.
/// Error:   twice that of cosh in T at b*x, and five roundings; nothing cancels.
/// Cost:    one cosh and two divisions per element.
template <typename T>
Tensor<T> scaled_tanh_dx(const Tensor<T>& dy, const Tensor<T>& x,
                         const std::type_identity_t<ScaledTanhParams<T>>& p) {
  using std::cosh;
  Tensor<T> dx(activation_dx_shape(dy.shape(), x.shape(), "scaled_tanh"));
  for (Index i = 0; i < x.size(); ++i) {
    const T c = cosh(p.b * x[i]);
    dx[i] = dy[i] * p.a * p.b / c / c;
  }
  return dx;
}

/// The same from the output (note 003 §3.4, P-SIGMOID-DERIV-R):  dx = dy * (b/a)*(a^2 - y^2).
/// Shapes:  dy and y alike  ->  dx, the same.
/// Throws:  ShapeError if dy has not the shape of y.
/// Error:   exact over Rational, given y; over floats a^2 - y^2 cancels where |y| is near a.
/// Cost:    four products per element.
template <typename T>
Tensor<T> scaled_tanh_dx_from_y(const Tensor<T>& dy, const Tensor<T>& y,
                                const std::type_identity_t<ScaledTanhParams<T>>& p) {
  Tensor<T> dx(activation_dx_shape(dy.shape(), y.shape(), "scaled_tanh", "y"));
  for (Index i = 0; i < y.size(); ++i) dx[i] = dy[i] * (p.b / p.a) * (p.a * p.a - y[i] * y[i]);
  return dx;
}

}  // namespace convproof::reference
