// batch_norm at inference, quickly: one multiply-add per element. fast/relu.h says what all such
// pages promise. The gradients of the four parameters are not offered here.
#pragma once

#include <type_traits>

#include "core/batch_norm.h"
#include "core/tensor.h"
#include "fast/isa.h"

namespace convproof::fast {

/// The parameters of a layer, one number per channel each.
template <typename T>
struct BatchNormChannels {
  TensorView<const T> scale;
  TensorView<const T> bias;
  TensorView<const T> mean;
  TensorView<const T> var;
};

/// Same contract as reference::batch_norm, in the order
///   y = x*a + b,   a = scale * (1 / sqrt(var + epsilon)),   b = bias - mean*a.
///
/// Shapes:  x [N,C,...], scale, bias, mean and var [C]  ->  y like x.
/// Error:   7*u*(|scale|(|x|+|mean|)r + |bias|), where nothing under- or overflows. Var + epsilon
///          counts half, so r has 2.5 roundings, a 3.5, mean*a 4.5, b at most 5.5 and y, whose
///          product may be rounded, at most 6.5; and 6.5*u/(1 - 6.5*u) <= 7*u. Where mean*a
///          overflows, y is not finite though x - mean may be small.
/// Cost:    one multiply-add per element, a root and a division per map.
template <typename T>
Isa batch_norm(std::type_identity_t<TensorView<const T>> x,
               const std::type_identity_t<BatchNormChannels<T>>& channels,
               const std::type_identity_t<BatchNormParams<T>>& p, TensorView<T> y, int threads);
template <typename T>
Tensor<T> batch_norm(const Tensor<T>& x, const Tensor<T>& scale, const Tensor<T>& bias,
                     const Tensor<T>& mean, const Tensor<T>& var,
                     const std::type_identity_t<BatchNormParams<T>>& p, int threads = 1);

/// Same contract as reference::batch_norm_dx, in the order  dx = dy * a;  neither x nor the bias
/// nor the values of the mean are asked for.
///
/// Shapes:  dy [N,C,...], scale and var [C]  ->  dx like dy.
/// Error:   5*u relative, where nothing under- or overflows: 4.5 roundings.
/// Cost:    one multiplication per element, a root and a division per map.
template <typename T>
Isa batch_norm_dx(std::type_identity_t<TensorView<const T>> dy,
                  std::type_identity_t<TensorView<const T>> scale,
                  std::type_identity_t<TensorView<const T>> var,
                  const std::type_identity_t<BatchNormParams<T>>& p, TensorView<T> dx, int threads);
template <typename T>
Tensor<T> batch_norm_dx(const Tensor<T>& dy, const Tensor<T>& scale, const Tensor<T>& var,
                        const std::type_identity_t<BatchNormParams<T>>& p, int threads = 1);

}  // namespace convproof::fast
