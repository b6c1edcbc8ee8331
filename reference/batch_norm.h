// batch_norm: what it equals, at inference, where mean and variance are given (note 002, ResNet,
// T-BN; its formula is not printed there). In training: reference/batch_norm_training.h.
//
// Indices: n image, c channel, p pixel. r[c] = 1 / sqrt(var[c] + epsilon).
#pragma once

#include <cmath>
#include <type_traits>

#include "core/batch_norm.h"
#include "core/tensor.h"
#include "reference/channels.h"

namespace convproof::reference {

namespace detail {

template <typename T>
Tensor<T> inverse_deviations(const Tensor<T>& var, const T& epsilon) {
  using std::sqrt;
  Tensor<T> r(var.shape());
  for (Index c = 0; c < var.size(); ++c) r[c] = T(1) / sqrt(T(var[c] + epsilon));
  return r;
}

}  // namespace detail

/// y[n,c,p] = scale[c] * (x[n,c,p] - mean[c]) / sqrt(var[c] + epsilon) + bias[c].
/// Epsilon is inside the root; others add it to the root.
///
/// Shapes:  x [N,C,...], scale, bias, mean and var [C]  ->  y like x.
/// Throws:  ShapeError from batch_norm_y_shape.
/// Error:   7*u*(|scale|(|x|+|mean|)r + |bias|) to first order, with a correctly rounded root; as
///          exact as the root in T.
/// Cost:    three operations per element.
/// Source:  Ioffe and Szegedy, "Batch normalization", ICML (2015), algorithm 2.
template <typename T>
Tensor<T> batch_norm(const Tensor<T>& x, const Tensor<T>& scale, const Tensor<T>& bias,
                     const Tensor<T>& mean, const Tensor<T>& var,
                     const std::type_identity_t<BatchNormParams<T>>& p) {
  Tensor<T> y(
      batch_norm_y_shape(x.shape(), scale.shape(), bias.shape(), mean.shape(), var.shape()));
  const Tensor<T> r = detail::inverse_deviations(var, p.epsilon);
  for_each_in_channels(
      x.shape(), [&](Index c, Index i) { y[i] = scale[c] * (x[i] - mean[c]) * r[c] + bias[c]; });
  return y;
}

/// The gradient with respect to x:  dx[n,c,p] = dy[n,c,p] * scale[c] * r[c].
///
/// Shapes:  dy like x, scale, mean and var [C]  ->  dx like x.
/// Throws:  ShapeError from batch_norm_gradient_shape.
/// Error:   5*u relative, with a correctly rounded root.
/// Cost:    two operations per element.
template <typename T>
Tensor<T> batch_norm_dx(const Tensor<T>& dy, const Tensor<T>& x, const Tensor<T>& scale,
                        const Tensor<T>& mean, const Tensor<T>& var,
                        const std::type_identity_t<BatchNormParams<T>>& p) {
  Tensor<T> dx(
      batch_norm_gradient_shape(dy.shape(), x.shape(), scale.shape(), mean.shape(), var.shape()));
  const Tensor<T> r = detail::inverse_deviations(var, p.epsilon);
  for_each_in_channels(x.shape(), [&](Index c, Index i) { dx[i] = dy[i] * scale[c] * r[c]; });
  return dx;
}

/// The gradient with respect to the scale:
///   dscale[c] = sum_{n,p} dy[n,c,p] * (x[n,c,p] - mean[c]) * r[c].
///
/// Shapes:  dy like x, scale, mean and var [C]  ->  dscale [C].
/// Throws:  ShapeError from batch_norm_gradient_shape.
/// Error:   (m+5)*u*sum|dy|(|x|+|mean|)r to first order for m numbers in a channel.
/// Cost:    three operations per element.
template <typename T>
Tensor<T> batch_norm_dscale(const Tensor<T>& dy, const Tensor<T>& x, const Tensor<T>& scale,
                            const Tensor<T>& mean, const Tensor<T>& var,
                            const std::type_identity_t<BatchNormParams<T>>& p) {
  (void)batch_norm_gradient_shape(dy.shape(), x.shape(), scale.shape(), mean.shape(), var.shape());
  const Tensor<T> r = detail::inverse_deviations(var, p.epsilon);
  Tensor<T> dscale(scale.shape());
  for_each_in_channels(x.shape(),
                       [&](Index c, Index i) { dscale[c] += dy[i] * (x[i] - mean[c]) * r[c]; });
  return dscale;
}

/// The gradient with respect to the bias:  dbias[c] = sum_{n,p} dy[n,c,p].
///
/// Shapes:  dy [N,C,...]  ->  dbias [C].
/// Throws:  ShapeError from batch_norm_gradient_shape, dy being its own x.
/// Error:   exact over Rational; over floats (m-1)*u*sum|dy| for m numbers in a channel.
/// Cost:    one addition per element.
template <typename T>
Tensor<T> batch_norm_dbias(const Tensor<T>& dy) {
  const Shape channels{dy.shape().rank() > 1 ? dy.shape()[1] : 0};
  (void)batch_norm_gradient_shape(dy.shape(), dy.shape(), channels, channels, channels);
  Tensor<T> dbias(channels);
  for_each_in_channels(dy.shape(), [&](Index c, Index i) { dbias[c] += dy[i]; });
  return dbias;
}

/// The gradient with respect to the mean:  dmean[c] = - sum_{n,p} dy[n,c,p] * scale[c] * r[c].
///
/// Shapes:  dy like x, scale, mean and var [C]  ->  dmean [C].
/// Throws:  ShapeError from batch_norm_gradient_shape.
/// Error:   (m+4)*u*sum|dy scale r| to first order for m numbers in a channel.
/// Cost:    three operations per element.
template <typename T>
Tensor<T> batch_norm_dmean(const Tensor<T>& dy, const Tensor<T>& x, const Tensor<T>& scale,
                           const Tensor<T>& mean, const Tensor<T>& var,
                           const std::type_identity_t<BatchNormParams<T>>& p) {
  (void)batch_norm_gradient_shape(dy.shape(), x.shape(), scale.shape(), mean.shape(), var.shape());
  const Tensor<T> r = detail::inverse_deviations(var, p.epsilon);
  Tensor<T> dmean(mean.shape());
  for_each_in_channels(x.shape(), [&](Index c, Index i) { dmean[c] -= dy[i] * scale[c] * r[c]; });
  return dmean;
}

/// The gradient with respect to the variance:
///   dvar[c] = - 1/2 sum_{n,p} dy[n,c,p] * scale[c] * (x[n,c,p] - mean[c]) * r[c]^3.
///
/// Shapes:  dy like x, scale, mean and var [C]  ->  dvar [C].
/// Throws:  ShapeError from batch_norm_gradient_shape.
/// Error:   (m+12)*u*sum|dy scale|(|x|+|mean|)r^3 to first order for m numbers in a channel.
/// Cost:    six operations per element.
template <typename T>
Tensor<T> batch_norm_dvar(const Tensor<T>& dy, const Tensor<T>& x, const Tensor<T>& scale,
                          const Tensor<T>& mean, const Tensor<T>& var,
                          const std::type_identity_t<BatchNormParams<T>>& p) {
  (void)batch_norm_gradient_shape(dy.shape(), x.shape(), scale.shape(), mean.shape(), var.shape());
  const Tensor<T> r = detail::inverse_deviations(var, p.epsilon);
  Tensor<T> dvar(var.shape());
  for_each_in_channels(x.shape(), [&](Index c, Index i) {
    dvar[c] -= dy[i] * scale[c] * (x[i] - mean[c]) * r[c] * r[c] * r[c] / T(2);
  });
  return dvar;
}

}  // namespace convproof::reference
