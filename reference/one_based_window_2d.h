// one_based_window_2d: images and kernels counted from 1, kernels of any extents.
#pragma once

#include "reference/bilinear_form.h"
#include "reference/extent_rules.h"

namespace convproof::reference {

namespace detail {

inline BilinearForm one_based_window_2d(const Shape& w, const Shape& x, const Indices& first) {
  constexpr const char* kOp = "one_based_window_2d";
  require_extents(kOp, "x", x, 2, "[M, N]");
  require_extents(kOp, "w", w, 2, "[U, V]");
  require_fits(kOp, w, x);
  return {.y = {first, {x[0] - w[0] + 1, x[1] - w[1] + 1}},
          .sum = {{1, 1}, w},
          .w = {{1, 1}, w},
          .x = {{1, 1}, x},
          .w_at = [](const Indices&, const Indices& uv) { return uv; },
          .x_at = {}};
}

}  // namespace detail

/// Y = W * X (note 004 §5.1.1.2, F-CONV-2D-QIU, F-CONV-2D-SYMBOL):
///   y_ij = sum_{u=1}^{U} sum_{v=1}^{V} w_uv x_{i-u+1,j-v+1},   U <= i <= M,  V <= j <= N.
/// The note prints x_{i-u+1,j-u+1}, see one_based_convolution_as_printed, and no range; this one
/// makes Y as large as its cross-correlation.
///
/// Shapes:  w [U,V], x [M,N]  ->  y [M-U+1,N-V+1].
/// Throws:  ShapeError if w is larger than x on an axis, or an extent is 0.
/// Error:   that of evaluate.
/// Cost:    that of evaluate.
inline BilinearForm one_based_convolution(const Shape& w, const Shape& x) {
  BilinearForm form = detail::one_based_window_2d(w, x, {w[0], w[1]});
  form.x_at = [](const Indices& ij, const Indices& uv) {
    return Indices{ij[0] - uv[0] + 1, ij[1] - uv[1] + 1};
  };
  return form;
}

/// The sum of note 004 §5.1.1.2 letter by letter, x_{i-u+1,j-u+1}: the column does not depend on v.
///
/// Shapes:  w [U,V], x [M,N]  ->  y [M-U+1,N-V+1].
/// Throws:  ShapeError if w is larger than x on an axis, or an extent is 0.
/// Error:   that of evaluate.
/// Cost:    that of evaluate.
inline BilinearForm one_based_convolution_as_printed(const Shape& w, const Shape& x) {
  BilinearForm form = detail::one_based_window_2d(w, x, {w[0], w[1]});
  form.x_at = [](const Indices& ij, const Indices& uv) {
    return Indices{ij[0] - uv[0] + 1, ij[1] - uv[0] + 1};
  };
  return form;
}

/// Y = W (x) X (note 004 §5.1.2, F-XCORR-QIU):
///   y_ij = sum_{u=1}^{U} sum_{v=1}^{V} w_uv x_{i+u-1,j+v-1},   1 <= i <= M-U+1,  1 <= j <= N-V+1.
///
/// Shapes:  w [U,V], x [M,N]  ->  y [M-U+1,N-V+1]  (P-XCORR-ROT-QIU).
/// Throws:  ShapeError if w is larger than x on an axis, or an extent is 0.
/// Error:   that of evaluate.
/// Cost:    that of evaluate.
inline BilinearForm one_based_cross_correlation(const Shape& w, const Shape& x) {
  BilinearForm form = detail::one_based_window_2d(w, x, {1, 1});
  form.x_at = [](const Indices& ij, const Indices& uv) {
    return Indices{ij[0] + uv[0] - 1, ij[1] + uv[1] - 1};
  };
  return form;
}

}  // namespace convproof::reference
