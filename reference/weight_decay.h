// weight_decay: what large weights cost, and what that does to a step.
#pragma once

#include "core/requirements.h"
#include "core/tensor.h"

namespace convproof::reference {

/// lambda as the notes print it for ResNet-152 (note 002, T-WEIGHT-DECAY).
template <typename T>
T noted_weight_decay() {
  return T(1) / T(100000);
}

/// lambda of the paper that the notes describe.
/// Source:  He, Zhang, Ren and Sun, "Deep residual learning for image recognition" (2015), §3.4:
///          "a weight decay of 0.0001".
template <typename T>
T resnet_weight_decay() {
  return T(1) / T(10000);
}

/// What is added to the loss (note 002, T-WEIGHT-DECAY):
///   (lambda/2) * sum_i w[i]^2.
/// Some leave out the half and mean twice the lambda.
///
/// Shapes:  w [...]  ->  one number.
/// Throws:  nothing.
/// Error:   exact over Rational; over floats gamma(n+2) of the value, for n weights.
/// Cost:    one multiply-add per weight.
template <typename T>
T weight_decay(const Tensor<T>& w, const T& lambda) {
  T sum = T(0);
  for (Index i = 0; i < w.size(); ++i) sum += w[i] * w[i];
  return lambda / T(2) * sum;
}

/// The gradient with respect to w, which is added to that of the loss:  dw[i] = lambda * w[i].
///
/// Shapes:  w [...]  ->  dw [...].
/// Throws:  nothing.
/// Error:   exact over Rational; over floats one rounding.
/// Cost:    one product per weight.
template <typename T>
Tensor<T> weight_decay_dw(const Tensor<T>& w, const T& lambda) {
  Tensor<T> dw(w.shape());
  for (Index i = 0; i < w.size(); ++i) dw[i] = lambda * w[i];
  return dw;
}

/// The gradient with respect to lambda:  (1/2) * sum_i w[i]^2.
///
/// Shapes:  w [...]  ->  one number.
/// Throws:  nothing.
/// Error:   as for weight_decay.
/// Cost:    one multiply-add per weight.
template <typename T>
T weight_decay_dlambda(const Tensor<T>& w) {
  return weight_decay(w, T(1));
}

/// A step of gradient descent whose weights decay, the form that gave the name:
///   w'[i] = (1 - eta*lambda) * w[i] - eta * g[i].
/// With plain gradient descent it is the step on the loss plus weight_decay; with momentum it is
/// not, because there the decay would be remembered (Loshchilov and Hutter, 2019).
///
/// Shapes:  w, g [...]  ->  w' [...].
/// Throws:  ShapeError if g has not the shape of w.
/// Error:   exact over Rational; over floats five roundings per weight.
/// Cost:    two multiply-adds per weight.
template <typename T>
Tensor<T> weight_decay_step(const Tensor<T>& w, const Tensor<T>& g, const T& eta, const T& lambda) {
  require_shape("weight_decay", "g", g.shape(), w.shape(), " (the shape of w)");
  Tensor<T> next(w.shape());
  for (Index i = 0; i < w.size(); ++i) next[i] = (T(1) - eta * lambda) * w[i] - eta * g[i];
  return next;
}

}  // namespace convproof::reference
