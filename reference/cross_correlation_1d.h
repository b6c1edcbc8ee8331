// cross_correlation_1d: the layer that takes the place of a fully connected one, without its bias.
#pragma once

#include "reference/bilinear_form.h"
#include "reference/extent_rules.h"

namespace convproof::reference {

/// z = w (x) a (note 004 §5.2.1, F-FC-TO-CONV-1D, where a bias b is added to every z_i):
///   z_i = sum_{k=1}^{K} w_k a_{i+k-1},   i = 1, ..., M-K+1  (N-NEURONS-VALID).
///
/// Shapes:  w [K], a [M]  ->  z [M-K+1].
/// Throws:  ShapeError if w is longer than a, or one of them is empty.
/// Error:   that of evaluate.
/// Cost:    that of evaluate.
inline BilinearForm cross_correlation_1d(const Shape& w, const Shape& a) {
  constexpr const char* kOp = "cross_correlation_1d";
  require_extents(kOp, "a", a, 1, "[M]");
  require_extents(kOp, "w", w, 1, "[K]");
  require_fits(kOp, w, a);
  return {.y = {{1}, {a[0] - w[0] + 1}},
          .sum = {{1}, w},
          .w = {{1}, w},
          .x = {{1}, a},
          .w_at = [](const Indices&, const Indices& k) { return k; },
          .x_at = [](const Indices& i, const Indices& k) { return Indices{i[0] + k[0] - 1}; }};
}

}  // namespace convproof::reference
