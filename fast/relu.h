// relu, quickly: float and double, on the widest vectors of the machine and several threads.
//
// What all pages beside conv2d's promise: nothing outside the views is read or written, and their
// data need no alignment but that of T; all elements of the output are written, and the views of
// one call must not overlap it; equal calls give equal bits for equal numbers of threads; nothing
// is allocated. Every function throws ShapeError if the shapes or attributes break the rule of
// core/, if the output has another shape than the rule says, or if threads < 1, and returns the
// instruction set that ran, as its own translation says. The overloads that return a tensor make
// the output of their own.
#pragma once

#include <type_traits>

#include "core/activation.h"
#include "core/tensor.h"
#include "fast/isa.h"

namespace convproof::fast {

/// Same contract as reference::relu.
/// Shapes:  any x  ->  y, the same.
/// Error:   none: equal bits.
/// Cost:    one read and one write of every element.
template <typename T>
Isa relu(std::type_identity_t<TensorView<const T>> x, TensorView<T> y, int threads);
template <typename T>
Tensor<T> relu(const Tensor<T>& x, int threads = 1);

/// Same contract as reference::relu_dx; with y in the place of x, reference::relu_dx_from_y.
/// Shapes:  dy and x alike  ->  dx, the same.
/// Error:   none: equal bits.
/// Cost:    two reads and one write of every element.
template <typename T>
Isa relu_dx(std::type_identity_t<TensorView<const T>> dy,
            std::type_identity_t<TensorView<const T>> x, TensorView<T> dx, int threads);
template <typename T>
Tensor<T> relu_dx(const Tensor<T>& dy, const Tensor<T>& x, int threads = 1);

}  // namespace convproof::fast
