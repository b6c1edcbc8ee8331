// global_average_pool, quickly, on any number of spatial axes. fast/relu.h says what all such pages
// promise.
#pragma once

#include <type_traits>

#include "core/pool.h"
#include "core/tensor.h"
#include "fast/isa.h"

namespace convproof::fast {

/// Same contract as reference::global_average_pool.
/// Shapes:  x [N,C,D...]  ->  y [N,C,1...].
/// Error:   gamma(D...) * global_average_pool(|x|), as of any order, for maps of up to 1/u pixels.
/// Cost:    one addition per pixel, in vectors.
template <typename T>
Isa global_average_pool(std::type_identity_t<TensorView<const T>> x, TensorView<T> y, int threads);
template <typename T>
Tensor<T> global_average_pool(const Tensor<T>& x, int threads = 1);

/// Same contract as reference::global_average_pool_dx; the shape of x is that of dx.
/// Shapes:  dy [N,C,1...]  ->  dx [N,C,D...].
/// Error:   one rounding: equal bits.
/// Cost:    one write of every element, one division per map.
template <typename T>
Isa global_average_pool_dx(std::type_identity_t<TensorView<const T>> dy, TensorView<T> dx,
                           int threads);
template <typename T>
Tensor<T> global_average_pool_dx(const Tensor<T>& dy, const Shape& x_shape, int threads = 1);

}  // namespace convproof::fast
