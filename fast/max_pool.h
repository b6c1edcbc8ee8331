// max_pool, quickly, on two spatial axes. fast/relu.h says what all such pages promise; scratch
// memory comes from the workspace, which serves one call at a time.
#pragma once

#include <type_traits>

#include "core/pool.h"
#include "core/tensor.h"
#include "fast/isa.h"
#include "fast/workspace.h"

namespace convproof::fast {

/// Same contract as reference::max_pool, but for the sign of a zero: of 0 and -0, which are equal,
/// either may be the maximum, because columns are compared before rows.
///
/// Shapes:  x [N,C,H,W]  ->  y [N,C,H',W'] of pool_y_shape.
/// Throws:  ShapeError also if x has not two spatial axes.
/// Error:   none: equal numbers.
/// Cost:    N*C*H'*(W*Kh + W'*Kw) comparisons, in vectors where the stride is 1 or 2.
template <typename T>
Isa max_pool(std::type_identity_t<TensorView<const T>> x, const PoolParams& p, TensorView<T> y,
             Workspace& workspace, int threads);
template <typename T>
Tensor<T> max_pool(const Tensor<T>& x, const PoolParams& p, int threads = 1);

/// Same contract as reference::max_pool_dx, ties and all.
///
/// Shapes:  dy [N,C,H',W'], x [N,C,H,W]  ->  dx [N,C,H,W].
/// Throws:  ShapeError also if x has not two spatial axes.
/// Error:   none: the additions of the reference in its order.
/// Cost:    N*C*H'*W'*Kh*Kw comparisons, in vectors where the stride is 1 or 2 and the window is
///          inside; one scalar addition per output.
template <typename T>
Isa max_pool_dx(std::type_identity_t<TensorView<const T>> dy,
                std::type_identity_t<TensorView<const T>> x, const PoolParams& p, TensorView<T> dx,
                Workspace& workspace, int threads);
template <typename T>
Tensor<T> max_pool_dx(const Tensor<T>& dy, const Tensor<T>& x, const PoolParams& p,
                      int threads = 1);

}  // namespace convproof::fast
