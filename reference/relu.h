// relu: what it equals. The rectified linear unit (note 004 §5.2.2 and §5.4.2, T-ALEX-TECHNIQUES;
// its formula is not printed there).
//
// NaN propagates, forward and backward. At 0 the derivative is 0; others choose 1 or 1/2.
#pragma once

#include "core/activation.h"
#include "core/tensor.h"

namespace convproof::reference {

/// y = max(0, x).
/// Shapes:  any x  ->  y, the same.
/// Throws:  nothing.
/// Error:   none in any scalar.
/// Cost:    one comparison per element.
/// Source:  Krizhevsky, Sutskever and Hinton, "ImageNet classification with deep convolutional
///          neural networks", NIPS 25 (2012), §3.1.
template <typename T>
Tensor<T> relu(const Tensor<T>& x) {
  Tensor<T> y(x.shape());
  // NaN is not at most 0, so it goes through; so does every positive number.
  for (Index i = 0; i < x.size(); ++i) y[i] = x[i] <= T(0) ? T(0) : x[i];
  return y;
}

/// dx = dy where x > 0, 0 where x <= 0 (whatever dy is there), NaN where x is NaN.
/// Shapes:  dy and x alike  ->  dx, the same.
/// Throws:  ShapeError if dy has not the shape of x.
/// Error:   none in any scalar.
/// Cost:    two comparisons per element.
template <typename T>
Tensor<T> relu_dx(const Tensor<T>& dy, const Tensor<T>& x) {
  Tensor<T> dx(activation_dx_shape(dy.shape(), x.shape(), "relu"));
  for (Index i = 0; i < x.size(); ++i) {
    if (x[i] > T(0)) {
      dx[i] = dy[i];
    } else {
      dx[i] = x[i] <= T(0) ? T(0) : x[i];
    }
  }
  return dx;
}

/// The same from the output, which is positive where x is, 0 where x is not, and NaN where x is
/// NaN:  dx = dy where y > 0, else 0 or that NaN.
/// Shapes:  dy and y alike  ->  dx, the same.
/// Throws:  ShapeError if dy has not the shape of y.
/// Error:   none in any scalar.
/// Cost:    two comparisons per element.
template <typename T>
Tensor<T> relu_dx_from_y(const Tensor<T>& dy, const Tensor<T>& y) {
  (void)activation_dx_shape(dy.shape(), y.shape(), "relu", "y");
  return relu_dx(dy, y);
}

}  // namespace convproof::reference
