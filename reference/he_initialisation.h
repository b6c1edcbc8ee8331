// he_initialisation: weights that keep the variance of a layer behind rectified neurons.
#pragma once

#include "reference/initial_weights.h"

namespace convproof::reference {

enum class HeMode {
  kIn,   // 2/n_in: the forward sums keep their variance.
  kOut,  // 2/n_out: the backward ones do.
};

/// The variance of a weight (note 002, T-HE-INIT: "Xavier/2 initialization from [He et al]", which
/// is Xavier's 1/n with n/2 in the place of n, because a rectified neuron passes half of the
/// variance on):
///   2/n_in  or  2/n_out.
///
/// Throws:  ShapeError from fans.
/// Error:   exact over Rational; over floats one rounding.
/// Cost:    one division.
/// Source:  He, Zhang, Ren and Sun, "Delving deep into rectifiers" (2015), Eq. (10) and (14).
template <typename T>
T he_variance(const Shape& w, HeMode mode, Index groups = 1) {
  const Fans n = fans("he_initialisation", w, groups);
  return T(2) / T(mode == HeMode::kIn ? n.in : n.out);
}

/// Weights of a layer, each from (key, its index) alone. He et al. draw normal ones.
///
/// Shapes:  w [O,C/groups,K...] or [O,I].
/// Throws:  ShapeError from fans.
/// Error:   of initial_weights.
/// Cost:    one random number per weight.
template <typename T>
Tensor<T> he_initialisation(const Shape& w, HeMode mode, Distribution distribution,
                            std::uint64_t key, Index groups = 1) {
  return initial_weights<T>(w, he_variance<T>(w, mode, groups), distribution, key);
}

}  // namespace convproof::reference
