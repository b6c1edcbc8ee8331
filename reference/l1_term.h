// l1_term: what it equals. What note 003 §3.3.1 adds to the error so that few input maps make an
// output map (F-SPARSE-LOSS-R).
//
// With the alpha of §3.3, which are positive and sum to 1 for every output map, the term is lambda
// times the number of output maps whatever c is, and its gradient with respect to c is 0: it makes
// nothing sparse (properties/reference/combinations_test.cpp).
#pragma once

#include <cmath>
#include <type_traits>

#include "core/requirements.h"
#include "core/tensor.h"

namespace convproof::reference {

/// omega = lambda * sum_{i,j} |alpha[i,j]|, a tensor of one element.
///
/// Shapes:  any alpha  ->  omega [1].
/// Throws:  nothing.
/// Error:   exact over Rational; over floats n*u relative for n elements.
/// Cost:    one addition per element.
template <typename T>
Tensor<T> l1_term(const Tensor<T>& alpha, const std::type_identity_t<T>& lambda) {
  using std::abs;
  Tensor<T> omega(Shape{1});
  for (Index i = 0; i < alpha.size(); ++i) omega[0] += abs(alpha[i]);
  omega[0] = lambda * omega[0];
  return omega;
}

/// The gradient (note 003 §3.3.1, V-DOMEGA-DALPHA-R):
///   dalpha[i,j] = domega * lambda * sign(alpha[i,j]),
/// where sign(0) = 0: any number from -1 to 1 is a subgradient there.
///
/// Shapes:  domega [1], any alpha  ->  dalpha, the same.
/// Throws:  ShapeError if domega is not [1].
/// Error:   exact over Rational; one rounding over floats.
/// Cost:    two comparisons per element.
template <typename T>
Tensor<T> l1_term_dalpha(const Tensor<T>& domega, const Tensor<T>& alpha,
                         const std::type_identity_t<T>& lambda) {
  require_shape("l1_term", "domega", domega.shape(), Shape{1}, " (the shape of the term)");
  Tensor<T> dalpha(alpha.shape());
  for (Index i = 0; i < alpha.size(); ++i) {
    const T sign = alpha[i] > T(0) ? T(1) : alpha[i] < T(0) ? T(-1) : T(0);
    dalpha[i] = domega[0] * lambda * sign;
  }
  return dalpha;
}

}  // namespace convproof::reference
