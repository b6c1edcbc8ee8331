// batch_norm and batch_norm_training: attributes and shape rule.
#pragma once

#include "core/shape.h"

namespace convproof {

template <typename T>
struct BatchNormParams {
  T epsilon = T(1) / T(100000);  // Added to the variance, inside the root.
};

/// The shape rule of batch_norm:  x [N,C,...], scale, bias, mean and var [C]  ->  y like x. C is at
/// least 1, N may be 0.
/// Throws: ShapeError.
Shape batch_norm_y_shape(const Shape& x, const Shape& scale, const Shape& bias, const Shape& mean,
                         const Shape& var);

/// The shape rule of every gradient of batch_norm:  dy like x, scale, mean and var [C]  ->  that
/// of x; dscale, dbias, dmean and dvar are [C].
/// Throws: ShapeError.
Shape batch_norm_gradient_shape(const Shape& dy, const Shape& x, const Shape& scale,
                                const Shape& mean, const Shape& var);

/// The shape rule of batch_norm_training:  x [N,C,...], scale and bias [C]  ->  y like x, mean and
/// var [C]. There is at least one number in every channel.
/// Throws: ShapeError.
Shape batch_norm_training_y_shape(const Shape& x, const Shape& scale, const Shape& bias);

/// The shape rule of every gradient of batch_norm_training:  dy like x, scale [C]  ->  that of x.
/// Throws: ShapeError.
Shape batch_norm_training_gradient_shape(const Shape& dy, const Shape& x, const Shape& scale);

}  // namespace convproof
