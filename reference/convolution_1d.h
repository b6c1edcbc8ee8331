// convolution_1d: a signal and a filter, both counted from 1.
#pragma once

#include "reference/bilinear_form.h"
#include "reference/extent_rules.h"

namespace convproof::reference {

/// y = w (star) x (note 000 §3.1.1, F-CONV-1D; named again in note 004 §5.1.1.1):
///   y_t = sum_{k=1}^{K} w_k x_{t-k+1},   t = K, ..., T,
/// the valid part: the first index of y is K.
///
/// Shapes:  w [K], x [T]  ->  y [T-K+1].
/// Throws:  ShapeError if w is longer than x, or one of them is empty.
/// Error:   that of evaluate.
/// Cost:    that of evaluate.
inline BilinearForm convolution_1d(const Shape& w, const Shape& x) {
  constexpr const char* kOp = "convolution_1d";
  require_extents(kOp, "x", x, 1, "[T]");
  require_extents(kOp, "w", w, 1, "[K]");
  require_fits(kOp, w, x);
  const Index K = w[0];
  return {.y = {{K}, {x[0] - K + 1}},
          .sum = {{1}, w},
          .w = {{1}, w},
          .x = {{1}, x},
          .w_at = [](const Indices&, const Indices& k) { return k; },
          .x_at = [](const Indices& t, const Indices& k) { return Indices{t[0] - k[0] + 1}; }};
}

}  // namespace convproof::reference
