// softmax, quickly, along any axis, with an exponential of its own. fast/relu.h says what all such
// pages promise.
#pragma once

#include <type_traits>

#include "core/softmax.h"
#include "core/tensor.h"
#include "fast/isa.h"

namespace convproof::fast {

/// y[i] = exp(x[i]) for x[i] <= 0 and NaN, in vectors: what softmax is made of.
///
/// Shapes:  any x  ->  y, the same.
/// Error:   3*u*exp(x) + the smallest subnormal number. With x = n*ln(2) + r and |r| <= ln(2)/2,
///          the series of exp(r) is cut where its rest is below u/8; its last two additions and the
///          rounding of r make up at most 2.5*u of the result, inside [sqrt(1/2), sqrt(2)]. The
///          scaling by 2^n rounds only below the smallest normal number.
/// Cost:    one multiply-add per term: 8 in float, 14 in double.
template <typename T>
Isa exp_of_nonpositive(std::type_identity_t<TensorView<const T>> x, TensorView<T> y);

/// Same contract as reference::softmax. Lines that hold a NaN or positive infinity, or nothing but
/// negative infinities, become NaN.
///
/// Shapes:  any x with the axis  ->  y, the same.
/// Error:   with d = x[i] - m, h the smallest subnormal number and K elements on a line,
///            t/(1 - t) * y[i] + (K+2)*h,
///            t = (3 + |d[i]|)*u + sum_k y[k] * gamma(3 + |d[k]|) + K*u.
///          The rounding of d is relative, so absolute in the exponent; the sum of positive terms
///          takes over their errors in proportion and K - 1 of its own; then one quotient.
/// Cost:    three passes, one exp and one division per element.
template <typename T>
Isa softmax(std::type_identity_t<TensorView<const T>> x, const SoftmaxParams& p, TensorView<T> y,
            int threads);
template <typename T>
Tensor<T> softmax(const Tensor<T>& x, const SoftmaxParams& p, int threads = 1);

/// Same contract as reference::softmax_dx_from_y, in the order
///   dx[i] = y[i] * (dy[i] - sum_k y[k]*dy[k]).
///
/// Shapes:  dy and y alike  ->  dx, the same.
/// Error:   gamma(K+2) * |y[i]| * (|dy[i]| + sum_k |y[k]*dy[k]|), given y, without underflow.
/// Cost:    two passes, two operations per element.
template <typename T>
Isa softmax_dx_from_y(std::type_identity_t<TensorView<const T>> dy,
                      std::type_identity_t<TensorView<const T>> y, const SoftmaxParams& p,
                      TensorView<T> dx, int threads);
template <typename T>
Tensor<T> softmax_dx_from_y(const Tensor<T>& dy, const Tensor<T>& y, const SoftmaxParams& p,
                            int threads = 1);

/// Same contract as reference::softmax_dx: softmax_dx_from_y at y = softmax(x), bit for bit.
///
/// Shapes:  dy and x alike  ->  dx, the same.
/// Error:   that of both.
/// Cost:    that of both; dx holds y in between.
template <typename T>
Isa softmax_dx(std::type_identity_t<TensorView<const T>> dy,
               std::type_identity_t<TensorView<const T>> x, const SoftmaxParams& p,
               TensorView<T> dx, int threads);
template <typename T>
Tensor<T> softmax_dx(const Tensor<T>& dy, const Tensor<T>& x, const SoftmaxParams& p,
                     int threads = 1);

}  // namespace convproof::fast
