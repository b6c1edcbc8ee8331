// sgd: one step of gradient descent, with one learning rate or with one per weight.
#pragma once

#include "core/requirements.h"
#include "core/tensor.h"

namespace convproof::reference {

/// The shape rule of sgd: w and its gradient have the same shape, and so have the rates if every
/// weight has its own.
/// Throws: ShapeError.
inline Shape sgd_shape(const Shape& w, const Shape& g) {
  require_shape("sgd", "g", g, w, " (the shape of w)");
  return w;
}
inline Shape sgd_shape(const Shape& w, const Shape& g, const Shape& eta) {
  require_shape("sgd", "eta", eta, w, " (one rate per weight)");
  return sgd_shape(w, g);
}

/// A step against the gradient with a learning rate for every weight (note 003 §2.2, V-FC-DW-R:
/// dW = -eta * dE/dW; T-PER-WEIGHT-LR: each weight w_ij has its own eta_ij):
///   w'[i] = w[i] - eta[i] * g[i].
/// `g` is the gradient of the loss, not the direction of descent.
///
/// Shapes:  w, g, eta [...]  ->  w' [...].
/// Throws:  ShapeError from sgd_shape.
/// Error:   exact over Rational; over floats two roundings, u*(|w'| + |eta*g|)*(1+u).
/// Cost:    one multiply-add per weight.
template <typename T>
Tensor<T> sgd(const Tensor<T>& w, const Tensor<T>& g, const Tensor<T>& eta) {
  Tensor<T> next(sgd_shape(w.shape(), g.shape(), eta.shape()));
  for (Index i = 0; i < w.size(); ++i) next[i] = w[i] - eta[i] * g[i];
  return next;
}

/// The same with one learning rate for all weights:  w'[i] = w[i] - eta * g[i].
///
/// Shapes:  w, g [...]  ->  w' [...].
/// Throws:  ShapeError from sgd_shape.
/// Error:   as above.
/// Cost:    as above.
template <typename T>
Tensor<T> sgd(const Tensor<T>& w, const Tensor<T>& g, const T& eta) {
  Tensor<T> next(sgd_shape(w.shape(), g.shape()));
  for (Index i = 0; i < w.size(); ++i) next[i] = w[i] - eta * g[i];
  return next;
}

/// The gradient of <d, w'> with respect to w while g is held fixed:  dw = d.
/// (With g a function of w the chain rule adds the Hessian's part, -eta * H d.)
///
/// Shapes:  d [...]  ->  dw [...].
/// Throws:  nothing.
/// Error:   exact.
/// Cost:    a copy.
template <typename T>
Tensor<T> sgd_dw(const Tensor<T>& d) {
  return d;
}

/// The gradient with respect to g:  dg[i] = -eta[i] * d[i].
///
/// Shapes:  d, eta [...]  ->  dg [...].
/// Throws:  ShapeError from sgd_shape, with d in the place of w.
/// Error:   exact over Rational; over floats one rounding.
/// Cost:    one product per weight.
template <typename T>
Tensor<T> sgd_dg(const Tensor<T>& d, const Tensor<T>& eta) {
  Tensor<T> dg(sgd_shape(d.shape(), d.shape(), eta.shape()));
  for (Index i = 0; i < d.size(); ++i) dg[i] = -eta[i] * d[i];
  return dg;
}

/// The gradient with respect to the learning rates:  deta[i] = -g[i] * d[i]. For one rate that all
/// weights share it is the sum of these.
///
/// Shapes:  d, g [...]  ->  deta [...].
/// Throws:  ShapeError from sgd_shape, with d in the place of w.
/// Error:   exact over Rational; over floats one rounding.
/// Cost:    one product per weight.
template <typename T>
Tensor<T> sgd_deta(const Tensor<T>& d, const Tensor<T>& g) {
  Tensor<T> deta(sgd_shape(d.shape(), g.shape()));
  for (Index i = 0; i < d.size(); ++i) deta[i] = -g[i] * d[i];
  return deta;
}

}  // namespace convproof::reference
