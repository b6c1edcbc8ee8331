// lrn: local response normalisation across channels. Attributes and shape rule.
#pragma once

#include "core/shape.h"

namespace convproof {

/// ONNX's names. The paper of AlexNet does not divide alpha by the size: its n, alpha, beta, k are
/// {.size = n, .alpha = n*alpha, .beta = beta, .bias = k} here.
template <typename T>
struct LrnParams {
  Index size = 5;
  T alpha = T(5) / T(10000);  // AlexNet's 10^-4, times the size.
  T beta = T(3) / T(4);
  T bias = T(2);
};

/// The shape rule of lrn: y has the shape of x [N,C,...]. C and the size are at least 1.
/// Throws: ShapeError.
Shape lrn_y_shape(const Shape& x, Index size);

/// dy and x alike  ->  dx, the same.
/// Throws: ShapeError.
Shape lrn_dx_shape(const Shape& dy, const Shape& x, Index size);

}  // namespace convproof
