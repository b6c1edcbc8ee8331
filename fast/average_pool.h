// average_pool, quickly, on two spatial axes. fast/relu.h says what all such pages promise; scratch
// memory comes from the workspace, which serves one call at a time.
#pragma once

#include <type_traits>

#include "core/pool.h"
#include "core/tensor.h"
#include "fast/isa.h"
#include "fast/workspace.h"

namespace convproof::fast {

/// Same contract as reference::average_pool; the sums are made of column sums.
///
/// Shapes:  x [N,C,H,W]  ->  y [N,C,H',W'] of pool_y_shape.
/// Throws:  ShapeError also if x has not two spatial axes.
/// Error:   gamma(cells) * average_pool(|x|), as of any order, for windows of up to 1/u cells.
/// Cost:    N*C*H'*(W*Kh + W'*Kw) additions, in vectors where the stride is 1 or 2; a division per
///          output.
template <typename T>
Isa average_pool(std::type_identity_t<TensorView<const T>> x, const AveragePoolParams& p,
                 TensorView<T> y, Workspace& workspace, int threads);
template <typename T>
Tensor<T> average_pool(const Tensor<T>& x, const AveragePoolParams& p, int threads = 1);

/// Same contract as reference::average_pool_dx; the shape of x is that of dx.
///
/// Shapes:  dy [N,C,H',W']  ->  dx [N,C,H,W].
/// Throws:  ShapeError also if dx has not two spatial axes.
/// Error:   gamma(r) * average_pool_dx(|dy|) where r regions meet, for windows of up to 1/u cells.
/// Cost:    N*C*H'*(W*Kh + W'*Kw) additions, in vectors where the stride is 1; a division per
///          output.
template <typename T>
Isa average_pool_dx(std::type_identity_t<TensorView<const T>> dy, const AveragePoolParams& p,
                    TensorView<T> dx, Workspace& workspace, int threads);
template <typename T>
Tensor<T> average_pool_dx(const Tensor<T>& dy, const Shape& x_shape, const AveragePoolParams& p,
                          int threads = 1);

}  // namespace convproof::fast
