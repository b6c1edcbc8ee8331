// dense, quickly. fast/relu.h says what all such pages promise.
//
// At N = 1 a fully connected layer reads every weight for one product: it is as fast as the memory.
// So each page walks w (or dw) once, a few rows side by side.
#pragma once

#include <type_traits>

#include "core/dense.h"
#include "core/tensor.h"
#include "fast/isa.h"

namespace convproof::fast {

/// Same contract as reference::dense; b points to O elements, or is nullptr for no bias.
///
/// Shapes:  x [N,I], w [O,I]  ->  y [N,O].
/// Error:   n*u*(1+u)*sum|w||x| for n products, as of any order (conformance/judge/error_bound.h).
/// Cost:    N*O*I multiply-adds; w is read once while the rows of x stay in the cache.
template <typename T>
Isa dense(std::type_identity_t<TensorView<const T>> x, std::type_identity_t<TensorView<const T>> w,
          const T* b, TensorView<T> y, int threads);
template <typename T>
Tensor<T> dense(const Tensor<T>& x, const Tensor<T>& w, const std::type_identity_t<Tensor<T>>* b,
                int threads = 1);

/// Same contract as reference::dense_dx.
///
/// Shapes:  dy [N,O], w [O,I]  ->  dx [N,I].
/// Error:   as for y, with dy in the place of x.
/// Cost:    N*I*O multiply-adds; w is read once while a block of columns of dx stays in the cache.
template <typename T>
Isa dense_dx(std::type_identity_t<TensorView<const T>> dy,
             std::type_identity_t<TensorView<const T>> w, TensorView<T> dx, int threads);
template <typename T>
Tensor<T> dense_dx(const Tensor<T>& dy, const Tensor<T>& w, int threads = 1);

/// Same contract as reference::dense_dw.
///
/// Shapes:  dy [N,O], x [N,I]  ->  dw [O,I].
/// Error:   as for y, with dy in the place of w.
/// Cost:    O*I*N multiply-adds; dw is written once.
template <typename T>
Isa dense_dw(std::type_identity_t<TensorView<const T>> dy,
             std::type_identity_t<TensorView<const T>> x, TensorView<T> dw, int threads);
template <typename T>
Tensor<T> dense_dw(const Tensor<T>& dy, const Tensor<T>& x, int threads = 1);

/// Same contract as reference::dense_db.
///
/// Shapes:  dy [N,O]  ->  db [O].
/// Error:   (N-1)*u*sum|dy|; the additions of the reference in its order.
/// Cost:    N*O additions.
template <typename T>
Isa dense_db(std::type_identity_t<TensorView<const T>> dy, TensorView<T> db, int threads);
template <typename T>
Tensor<T> dense_db(const Tensor<T>& dy, int threads = 1);

}  // namespace convproof::fast
