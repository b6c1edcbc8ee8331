// residual_add, quickly, with the identity for a shortcut. fast/relu.h says what all such pages
// promise. A projected shortcut is a conv2d of its own, and both gradients are dy itself.
#pragma once

#include <type_traits>

#include "core/tensor.h"
#include "fast/isa.h"

namespace convproof::fast {

/// Same contract as reference::residual_add(f, x): y = f + x.
/// Shapes:  f and x alike  ->  y, the same.
/// Error:   one rounding: equal bits, but for which NaN it is.
/// Cost:    two reads and one write of every element.
template <typename T>
Isa residual_add(std::type_identity_t<TensorView<const T>> f,
                 std::type_identity_t<TensorView<const T>> x, TensorView<T> y, int threads);
template <typename T>
Tensor<T> residual_add(const Tensor<T>& f, const Tensor<T>& x, int threads = 1);

}  // namespace convproof::fast
