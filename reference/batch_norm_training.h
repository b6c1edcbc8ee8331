// batch_norm_training: what it equals. Batch normalisation with the mean and the variance of the
// batch itself (note 002, ResNet, T-BN; note 003 §2.1, T-NORMALISE-INPUT), which the gradient goes
// through.
//
// Indices: n image, c channel, p pixel; m numbers in a channel; r[c] = 1 / sqrt(var[c] + epsilon).
#pragma once

#include <type_traits>

#include "core/batch_norm.h"
#include "core/tensor.h"
#include "reference/batch_norm.h"
#include "reference/channels.h"

namespace convproof::reference {

template <typename T>
struct BatchNormTraining {
  Tensor<T> y;
  Tensor<T> mean;
  Tensor<T> var;
};

/// mean[c] = 1/m sum_{n,p} x[n,c,p],   var[c] = 1/m sum_{n,p} (x[n,c,p] - mean[c])^2,
/// and y is batch_norm with them. The variance is divided by m; others return m/(m-1) of it beside
/// a y that was made with this one.
///
/// Shapes:  x [N,C,...], scale and bias [C]  ->  y like x, mean and var [C].
/// Throws:  ShapeError from batch_norm_training_y_shape.
/// Error:   mean (m+1)*u*sum|x|/m; var and y carry it on: x - mean cancels, and where the variance
///          is 0, epsilon alone decides what that is divided by.
/// Cost:    three passes over x.
/// Source:  Ioffe and Szegedy, "Batch normalization", ICML (2015), algorithm 1.
template <typename T>
BatchNormTraining<T> batch_norm_training(const Tensor<T>& x, const Tensor<T>& scale,
                                         const Tensor<T>& bias,
                                         const std::type_identity_t<BatchNormParams<T>>& p) {
  (void)batch_norm_training_y_shape(x.shape(), scale.shape(), bias.shape());
  const T m = T(x.size() / scale.size());
  Tensor<T> mean(scale.shape());
  for_each_in_channels(x.shape(), [&](Index c, Index i) { mean[c] += x[i]; });
  for (Index c = 0; c < mean.size(); ++c) mean[c] = mean[c] / m;
  Tensor<T> var(scale.shape());
  for_each_in_channels(x.shape(),
                       [&](Index c, Index i) { var[c] += (x[i] - mean[c]) * (x[i] - mean[c]); });
  for (Index c = 0; c < var.size(); ++c) var[c] = var[c] / m;
  return {batch_norm(x, scale, bias, mean, var, p), mean, var};
}

/// The gradient of y with respect to x, with z = (x - mean)*r:
///   dx[n,c,p] = scale[c]*r[c] * (dy[n,c,p] - 1/m sum dy[.,c,.] - z[n,c,p] * 1/m sum (dy
///   z)[.,c,.]).
/// mean and var are taken for by-products: nothing flows back from them.
///
/// Shapes:  dy like x, scale [C]  ->  dx like x.
/// Throws:  ShapeError from batch_norm_training_gradient_shape.
/// Error:   that of z, and (m+3)*u*scale*r times the sum of the moduli of the terms.
/// Cost:    five passes over x.
/// Source:  Ioffe and Szegedy 2015, §3, its chain of six equations collected.
template <typename T>
Tensor<T> batch_norm_training_dx(const Tensor<T>& dy, const Tensor<T>& x, const Tensor<T>& scale,
                                 const std::type_identity_t<BatchNormParams<T>>& p) {
  Tensor<T> dx(batch_norm_training_gradient_shape(dy.shape(), x.shape(), scale.shape()));
  const T m = T(x.size() / scale.size());
  const BatchNormTraining<T> forward = batch_norm_training(x, scale, Tensor<T>(scale.shape()), p);
  const Tensor<T> r = detail::inverse_deviations(forward.var, p.epsilon);
  const auto z = [&](Index c, Index i) { return T((x[i] - forward.mean[c]) * r[c]); };
  Tensor<T> sum_of_dy(scale.shape());
  Tensor<T> sum_of_dy_z(scale.shape());
  for_each_in_channels(x.shape(), [&](Index c, Index i) {
    sum_of_dy[c] += dy[i];
    sum_of_dy_z[c] += dy[i] * z(c, i);
  });
  for_each_in_channels(x.shape(), [&](Index c, Index i) {
    dx[i] = scale[c] * r[c] * (dy[i] - sum_of_dy[c] / m - z(c, i) * sum_of_dy_z[c] / m);
  });
  return dx;
}

/// The gradient with respect to the scale:  dscale[c] = sum_{n,p} dy[n,c,p] * z[n,c,p].
///
/// Shapes:  dy like x, scale [C]  ->  dscale [C].
/// Throws:  ShapeError from batch_norm_training_gradient_shape.
/// Error:   that of z, and m*u*sum|dy z|.
/// Cost:    four passes over x.
template <typename T>
Tensor<T> batch_norm_training_dscale(const Tensor<T>& dy, const Tensor<T>& x,
                                     const Tensor<T>& scale,
                                     const std::type_identity_t<BatchNormParams<T>>& p) {
  (void)batch_norm_training_gradient_shape(dy.shape(), x.shape(), scale.shape());
  const BatchNormTraining<T> forward = batch_norm_training(x, scale, Tensor<T>(scale.shape()), p);
  return batch_norm_dscale(dy, x, scale, forward.mean, forward.var, p);
}

/// The gradient with respect to the bias:  dbias[c] = sum_{n,p} dy[n,c,p].
///
/// Shapes:  dy [N,C,...]  ->  dbias [C].
/// Throws:  ShapeError from batch_norm_training_gradient_shape, dy being its own x.
/// Error:   exact over Rational; over floats (m-1)*u*sum|dy|.
/// Cost:    one addition per element.
template <typename T>
Tensor<T> batch_norm_training_dbias(const Tensor<T>& dy) {
  const Shape channels{dy.shape().rank() > 1 ? dy.shape()[1] : 0};
  (void)batch_norm_training_gradient_shape(dy.shape(), dy.shape(), channels);
  return batch_norm_dbias(dy);
}

}  // namespace convproof::reference
