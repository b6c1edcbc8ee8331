// momentum: gradient descent that remembers its direction.
#pragma once

#include "core/requirements.h"
#include "core/tensor.h"

namespace convproof::reference {

/// Weights and the direction in which they were last moved, which starts as zeros.
template <typename T>
struct MomentumState {
  Tensor<T> w;
  Tensor<T> v;
  friend bool operator==(const MomentumState&, const MomentumState&) = default;
};

template <typename T>
struct MomentumParams {
  T eta;                // Learning rate.
  T mu = T(9) / T(10);  // What is kept of the direction (note 002, T-SGD-MOMENTUM).
};

/// The shape rule of momentum: w, v and g have the same shape.
/// Throws: ShapeError.
inline Shape momentum_shape(const Shape& w, const Shape& v, const Shape& g) {
  require_shape("momentum", "v", v, w, " (the shape of w)");
  require_shape("momentum", "g", g, w, " (the shape of w)");
  return w;
}

/// The shape rule of its gradients: d.v has the shape of d.w, the gradient of w'.
/// Throws: ShapeError.
template <typename T>
Shape momentum_gradient_shape(const MomentumState<T>& d) {
  require_shape("momentum", "d.v", d.v.shape(), d.w.shape(), " (the shape of d.w)");
  return d.w.shape();
}

/// A step of gradient descent with momentum (note 002, training of ResNet, T-SGD-MOMENTUM):
///   v'[i] = mu * v[i] + g[i],    w'[i] = w[i] - eta * v'[i].
/// The learning rate stands outside the memory. Others keep it inside, v' = mu*v - eta*g and
/// w' = w + v': the same steps while eta stays the same, others as soon as it changes. Without
/// Nesterov's look ahead, and g is not multiplied by 1 - mu.
///
/// Shapes:  w, v, g [...]  ->  w', v' [...].
/// Throws:  ShapeError from momentum_shape.
/// Error:   exact over Rational; over floats four roundings per weight.
/// Cost:    two multiply-adds per weight.
template <typename T>
MomentumState<T> momentum(const MomentumState<T>& state, const Tensor<T>& g,
                          const MomentumParams<T>& p) {
  const Shape shape = momentum_shape(state.w.shape(), state.v.shape(), g.shape());
  MomentumState<T> next{Tensor<T>(shape), Tensor<T>(shape)};
  for (Index i = 0; i < g.size(); ++i) {
    next.v[i] = p.mu * state.v[i] + g[i];
    next.w[i] = state.w[i] - p.eta * next.v[i];
  }
  return next;
}

/// The gradient of <d.w, w'> + <d.v, v'> with respect to w:  dw = d.w.
///
/// Shapes:  d.w [...]  ->  dw [...].
/// Throws:  nothing.
/// Error:   exact.
/// Cost:    a copy.
template <typename T>
Tensor<T> momentum_dw(const MomentumState<T>& d) {
  return d.w;
}

/// The gradient with respect to g:  dg[i] = d.v[i] - eta * d.w[i].
///
/// Shapes:  d.w, d.v [...]  ->  dg [...].
/// Throws:  ShapeError from momentum_gradient_shape.
/// Error:   exact over Rational; over floats two roundings.
/// Cost:    one multiply-add per weight.
template <typename T>
Tensor<T> momentum_dg(const MomentumState<T>& d, const MomentumParams<T>& p) {
  Tensor<T> dg(momentum_gradient_shape(d));
  for (Index i = 0; i < dg.size(); ++i) dg[i] = d.v[i] - p.eta * d.w[i];
  return dg;
}

/// The gradient with respect to v:  dv[i] = mu * dg[i], because v enters where g does, times mu.
///
/// Shapes:  d.w, d.v [...]  ->  dv [...].
/// Throws:  ShapeError from momentum_gradient_shape.
/// Error:   exact over Rational; over floats three roundings.
/// Cost:    two multiplications and an addition per weight.
template <typename T>
Tensor<T> momentum_dv(const MomentumState<T>& d, const MomentumParams<T>& p) {
  Tensor<T> dv = momentum_dg(d, p);
  for (Index i = 0; i < dv.size(); ++i) dv[i] = p.mu * dv[i];
  return dv;
}

/// The gradient with respect to mu:  <dg, v>.
///
/// Shapes:  d.w, d.v, v [...]  ->  one number.
/// Throws:  ShapeError from momentum_gradient_shape, or if v has not the shape of d.w.
/// Error:   exact over Rational; over floats gamma(n+3) of the sum of moduli.
/// Cost:    two multiply-adds per weight.
template <typename T>
T momentum_dmu(const MomentumState<T>& d, const MomentumState<T>& state,
               const MomentumParams<T>& p) {
  const Tensor<T> dg = momentum_dg(d, p);
  require_shape("momentum", "v", state.v.shape(), d.w.shape(), " (the shape of d.w)");
  T sum = T(0);
  for (Index i = 0; i < dg.size(); ++i) sum += dg[i] * state.v[i];
  return sum;
}

/// The gradient with respect to eta:  -<d.w, v'>.
///
/// Shapes:  d.w, v' [...]  ->  one number.
/// Throws:  ShapeError if v' has not the shape of d.w.
/// Error:   exact over Rational; over floats gamma(n) of the sum of moduli.
/// Cost:    one multiply-add per weight.
template <typename T>
T momentum_deta(const MomentumState<T>& d, const MomentumState<T>& next) {
  require_shape("momentum", "v'", next.v.shape(), d.w.shape(), " (the shape of d.w)");
  T sum = T(0);
  for (Index i = 0; i < d.w.size(); ++i) sum -= d.w[i] * next.v[i];
  return sum;
}

}  // namespace convproof::reference
