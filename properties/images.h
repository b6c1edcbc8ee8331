// Images on one and two axes, written out.
#pragma once

#include <utility>
#include <vector>

#include "core/scalar/rational.h"
#include "core/tensor.h"

namespace convproof {

/// One image of one map on one axis, [1, 1, W].
inline Tensor<Rational> row(std::vector<Rational> elements) {
  const auto size = static_cast<Index>(elements.size());
  return Tensor<Rational>({1, 1, size}, std::move(elements));
}

/// One image of one map on two axes, [1, 1, H, W].
inline Tensor<Rational> map(Index height, Index width, std::vector<Rational> elements) {
  return Tensor<Rational>({1, 1, height, width}, std::move(elements));
}

}  // namespace convproof
