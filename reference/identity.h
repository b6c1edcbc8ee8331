// identity: what it equals. The activation of a layer that has none, and the shortcut of a residual
// unit (note 002, ResNet, F-RESIDUAL).
#pragma once

#include "core/activation.h"
#include "core/tensor.h"

namespace convproof::reference {

/// y = x.
/// Shapes:  any x  ->  y, the same.
/// Throws:  nothing.
/// Error:   none in any scalar.
/// Cost:    one copy.
template <typename T>
Tensor<T> identity(const Tensor<T>& x) {
  return x;
}

/// dx = dy.
/// Shapes:  dy and x alike  ->  dx, the same.
/// Throws:  ShapeError if dy has not the shape of x.
/// Error:   none in any scalar.
/// Cost:    one copy.
template <typename T>
Tensor<T> identity_dx(const Tensor<T>& dy, const Tensor<T>& x) {
  (void)activation_dx_shape(dy.shape(), x.shape(), "identity");
  return dy;
}

/// The same from the output, of which it needs no more than the shape:  dx = dy.
/// Shapes:  dy and y alike  ->  dx, the same.
/// Throws:  ShapeError if dy has not the shape of y.
/// Error:   none in any scalar.
/// Cost:    one copy.
template <typename T>
Tensor<T> identity_dx_from_y(const Tensor<T>& dy, const Tensor<T>& y) {
  (void)activation_dx_shape(dy.shape(), y.shape(), "identity", "y");
  return dy;
}

}  // namespace convproof::reference
