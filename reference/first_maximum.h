// The largest of some elements, and which one it is.
#pragma once

#include <cmath>
#include <limits>
#include <vector>

#include "core/tensor.h"

namespace convproof::reference {

/// The first of `places` with the largest element of x, or the first NaN if there is any; -1 if
/// there are no places. One rule of ties for max_pool, global_max_pool and maxout.
template <typename T>
Index first_maximum(const Tensor<T>& x, const std::vector<Index>& places) {
  const auto is_nan = []([[maybe_unused]] const T& value) {
    using std::isnan;
    if constexpr (std::numeric_limits<T>::has_quiet_NaN) return static_cast<bool>(isnan(value));
    return false;
  };
  Index best = -1;
  for (const Index place : places) {
    if (is_nan(x[place])) return place;
    if (best == -1 || x[place] > x[best]) best = place;
  }
  return best;
}

}  // namespace convproof::reference
