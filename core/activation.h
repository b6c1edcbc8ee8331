// identity, relu, sigmoid, tanh, scaled_tanh: what they share, because they go element by element.
#pragma once

#include "core/shape.h"

namespace convproof {

/// a*tanh(b*u), with the constants of LeNet-5 unless told otherwise: they make the ends of the
/// straight part meet +1 and -1.
/// Source: LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to document
///         recognition", Proc. IEEE 86 (1998), appendix A.
template <typename T>
struct ScaledTanhParams {
  T a = T(17159) / T(10000);
  T b = T(2) / T(3);
};

/// The shape rule of every activation: y has the shape of x; dy has the shape of x (or of y), and
/// so has dx. Messages name `op`, and `of`, the tensor that dy comes with.
/// Throws: ShapeError.
Shape activation_dx_shape(const Shape& dy, const Shape& x, const char* op, const char* of = "x");

}  // namespace convproof
