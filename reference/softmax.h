// softmax: what it equals (note 003 §3.3, F-SOFTMAX-ALPHA-R; note 004 §5.4.2, the output layer of
// AlexNet).
#pragma once

#include <cmath>

#include "core/requirements.h"
#include "core/softmax.h"
#include "core/tensor.h"
#include "reference/lines.h"

namespace convproof::reference {

/// On every line along the axis
///   y[i] = exp(x[i] - m) / sum_k exp(x[k] - m),   m = max_k x[k],
/// which is exp(x[i]) / sum_k exp(x[k]) and cannot overflow.
///
/// Shapes:  any x with the axis  ->  y, the same.
/// Throws:  ShapeError from softmax_y_shape.
/// Error:   twice that of exp in T, and K + 1 roundings for K elements on a line; relative to
///          every element, except that of x[k] - m, which is absolute in the exponent.
/// Cost:    two exp per element.
template <typename T>
Tensor<T> softmax(const Tensor<T>& x, const SoftmaxParams& p) {
  using std::exp;
  Tensor<T> y(softmax_y_shape(x.shape(), p));
  for_each_line(x.shape(), p.axis, [&](const Line& line) {
    T m = x[line[0]];
    for (Index k = 1; k < line.count; ++k) m = x[line[k]] > m ? x[line[k]] : m;
    T sum = T(0);
    for (Index k = 0; k < line.count; ++k) sum += exp(T(x[line[k]] - m));
    for (Index i = 0; i < line.count; ++i) y[line[i]] = exp(T(x[line[i]] - m)) / sum;
  });
  return y;
}

/// The gradient from the output (note 003 §3.3, V-SOFTMAX-DERIV-R): on every line
///   dx[i] = sum_k (delta_ki y[i] - y[i] y[k]) dy[k].
///
/// Shapes:  dy and y alike  ->  dx, the same.
/// Throws:  ShapeError from softmax_dx_shape.
/// Error:   exact over Rational, given y; over floats (K+1)*u*sum of moduli.
/// Cost:    K multiply-adds per element for K elements on a line.
template <typename T>
Tensor<T> softmax_dx_from_y(const Tensor<T>& dy, const Tensor<T>& y, const SoftmaxParams& p) {
  require_shape("softmax", "dy", dy.shape(), y.shape(), " (the shape of y)");
  Tensor<T> dx(softmax_dx_shape(dy.shape(), y.shape(), p));
  for_each_line(y.shape(), p.axis, [&](const Line& line) {
    for (Index i = 0; i < line.count; ++i) {
      for (Index k = 0; k < line.count; ++k) {
        const T delta_ki = T(k == i ? 1 : 0);
        dx[line[i]] += (delta_ki * y[line[i]] - y[line[i]] * y[line[k]]) * dy[line[k]];
      }
    }
  });
  return dx;
}

/// The gradient with respect to the input: softmax_dx_from_y at y = softmax(x).
///
/// Shapes:  dy and x alike  ->  dx, the same.
/// Throws:  ShapeError from softmax_dx_shape.
/// Error:   that of y and of softmax_dx_from_y.
/// Cost:    that of both.
template <typename T>
Tensor<T> softmax_dx(const Tensor<T>& dy, const Tensor<T>& x, const SoftmaxParams& p) {
  (void)softmax_dx_shape(dy.shape(), x.shape(), p);
  return softmax_dx_from_y(dy, softmax(x, p), p);
}

}  // namespace convproof::reference
