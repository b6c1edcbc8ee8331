// xavier_initialisation: weights that keep the variance of a linear layer.
#pragma once

#include "reference/initial_weights.h"

namespace convproof::reference {

/// Which sums are to keep their variance.
enum class XavierMode {
  kIn,    // 1/n_in: the forward ones. What some libraries and lecture notes call Xavier.
  kBoth,  // 2/(n_in + n_out): between the forward ones, 1/n_in, and the backward ones, 1/n_out.
};

/// The variance of a weight (the "Xavier" in note 002, T-HE-INIT):
///   1/n_in  or  2/(n_in + n_out).
///
/// Throws:  ShapeError from fans.
/// Error:   exact over Rational; over floats one rounding.
/// Cost:    one division.
/// Source:  Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural
///          networks" (2010), Eq. (10) and (12).
template <typename T>
T xavier_variance(const Shape& w, XavierMode mode, Index groups = 1) {
  const Fans n = fans("xavier_initialisation", w, groups);
  return mode == XavierMode::kIn ? T(1) / T(n.in) : T(2) / T(n.in + n.out);
}

/// Weights of a layer, each from (key, its index) alone.
///
/// Shapes:  w [O,C/groups,K...] or [O,I].
/// Throws:  ShapeError from fans.
/// Error:   of initial_weights.
/// Cost:    one random number per weight.
/// Source:  Glorot and Bengio (2010), Eq. (16): uniform, in +-sqrt(6/(n_in + n_out)).
template <typename T>
Tensor<T> xavier_initialisation(const Shape& w, XavierMode mode, Distribution distribution,
                                std::uint64_t key, Index groups = 1) {
  return initial_weights<T>(w, xavier_variance<T>(w, mode, groups), distribution, key);
}

}  // namespace convproof::reference
