// log_softmax: what it equals. The logarithm of softmax, without the detour over numbers that may
// be too small for a float.
#pragma once

#include <cmath>

#include "core/softmax.h"
#include "core/tensor.h"
#include "reference/lines.h"
#include "reference/softmax.h"

namespace convproof::reference {

/// On every line along the axis
///   y[i] = x[i] - m - log(sum_k exp(x[k] - m)),   m = max_k x[k].
///
/// Shapes:  any x with the axis  ->  y, the same.
/// Throws:  ShapeError from softmax_y_shape.
/// Error:   absolute: that of exp and log in T, and K + 2 roundings for K elements on a line.
/// Cost:    one exp per element, one log per line.
/// Source:  ONNX, operator LogSoftmax: log(softmax(x, axis)).
template <typename T>
Tensor<T> log_softmax(const Tensor<T>& x, const SoftmaxParams& p) {
  using std::exp;
  using std::log;
  Tensor<T> y(softmax_y_shape(x.shape(), p, "log_softmax"));
  for_each_line(x.shape(), p.axis, [&](const Line& line) {
    T m = x[line[0]];
    for (Index k = 1; k < line.count; ++k) m = x[line[k]] > m ? x[line[k]] : m;
    T sum = T(0);
    for (Index k = 0; k < line.count; ++k) sum += exp(T(x[line[k]] - m));
    const T log_sum = log(sum);
    for (Index i = 0; i < line.count; ++i) y[line[i]] = x[line[i]] - m - log_sum;
  });
  return y;
}

/// The gradient: on every line
///   dx[i] = dy[i] - softmax(x)[i] * sum_k dy[k].
///
/// Shapes:  dy and x alike  ->  dx, the same.
/// Throws:  ShapeError from softmax_dx_shape.
/// Error:   that of softmax times |sum_k dy[k]|, and (K+1)*u*sum|dy|.
/// Cost:    that of softmax, and two operations per element.
template <typename T>
Tensor<T> log_softmax_dx(const Tensor<T>& dy, const Tensor<T>& x, const SoftmaxParams& p) {
  Tensor<T> dx(softmax_dx_shape(dy.shape(), x.shape(), p, "log_softmax"));
  const Tensor<T> probabilities = softmax(x, p);
  for_each_line(x.shape(), p.axis, [&](const Line& line) {
    T sum = T(0);
    for (Index k = 0; k < line.count; ++k) sum += dy[line[k]];
    for (Index i = 0; i < line.count; ++i) {
      dx[line[i]] = dy[line[i]] - probabilities[line[i]] * sum;
    }
  });
  return dx;
}

}  // namespace convproof::reference
