// lrn, quickly: roots in vectors instead of powers. fast/relu.h says what all such pages promise;
// scratch memory comes from the workspace, which serves one call at a time.
//
// The squares of a region are added afresh for every element: a sum that runs along the channels
// and subtracts what leaves it would keep the rounding errors of large squares that are gone.
// Beta 1/2, 3/4 and 1 take roots and divisions in vectors; any other takes a scalar pow.
#pragma once

#include <type_traits>

#include "core/lrn.h"
#include "core/tensor.h"
#include "fast/isa.h"
#include "fast/workspace.h"

namespace convproof::fast {

/// Same contract as reference::lrn; s^(3/4) is sqrt(s)*sqrt(sqrt(s)).
///
/// Shapes:  x [N,C,...]  ->  y, the same.
/// Error:   gamma(beta*(size+3) + 4.5) relative, for alpha and bias of 0 or more, where nothing
///          under- or overflows: size+3 roundings in the base s, of which a power takes the
///          beta-fold; 3.5 at most in the power (pow errs by less than an ulp, two u); one
///          quotient.
/// Cost:    size multiply-adds, up to two roots and one division per element.
template <typename T>
Isa lrn(std::type_identity_t<TensorView<const T>> x, const std::type_identity_t<LrnParams<T>>& p,
        TensorView<T> y, int threads);
template <typename T>
Tensor<T> lrn(const Tensor<T>& x, const std::type_identity_t<LrnParams<T>>& p, int threads = 1);

/// Same contract as reference::lrn_dx.
///
/// Shapes:  dy and x alike  ->  dx, the same.
/// Error:   gamma((beta+1)*(size+3) + size + 10.5) times the formula with the moduli of dy and x
///          and both terms added, under the conditions of lrn.
/// Cost:    2*size multiply-adds, up to two roots and two divisions per element.
template <typename T>
Isa lrn_dx(std::type_identity_t<TensorView<const T>> dy,
           std::type_identity_t<TensorView<const T>> x, const std::type_identity_t<LrnParams<T>>& p,
           TensorView<T> dx, Workspace& workspace, int threads);
template <typename T>
Tensor<T> lrn_dx(const Tensor<T>& dy, const Tensor<T>& x,
                 const std::type_identity_t<LrnParams<T>>& p, int threads = 1);

}  // namespace convproof::fast
