// centred_window_2d: kernels of odd extents with (0,0) in their centre, images counted from 1.
#pragma once

#include "reference/bilinear_form.h"
#include "reference/extent_rules.h"

namespace convproof::reference {

namespace detail {

/// u = -U, ..., U and v = -V, ..., V under the sum, i and j as the border wants them.
inline BilinearForm centred_window_2d(const Shape& w, const Shape& x, bool padded) {
  constexpr const char* kOp = "centred_window_2d";
  require_extents(kOp, "x", x, 2, "[M, N]");
  require_extents(kOp, "w", w, 2, "[2U+1, 2V+1]");
  const Index U = half_of_odd(kOp, w[0]);
  const Index V = half_of_odd(kOp, w[1]);
  if (!padded) require_fits(kOp, w, x);
  const IndexRange taps{{-U, -V}, w};
  return {.y = padded ? IndexRange{{1, 1}, x}
                      : IndexRange{{U + 1, V + 1}, {x[0] - 2 * U, x[1] - 2 * V}},
          .sum = taps,
          .w = taps,
          .x = {{1, 1}, x},
          .w_at = [](const Indices&, const Indices& uv) { return uv; },
          .x_at = {}};
}

}  // namespace detail

/// Y = W (star) X (note 000 §3.1.1, F-CONV-2D-VALID):
///   y_ij = sum_{u=-U}^{U} sum_{v=-V}^{V} w_uv x_{i-u,j-v},   U+1 <= i <= M-U,  V+1 <= j <= N-V.
///
/// Shapes:  w [2U+1,2V+1], x [M,N]  ->  y [M-2U,N-2V].
/// Throws:  ShapeError if an extent of w is even, or larger than that of x.
/// Error:   that of evaluate.
/// Cost:    that of evaluate.
inline BilinearForm centred_convolution_valid(const Shape& w, const Shape& x) {
  BilinearForm form = detail::centred_window_2d(w, x, false);
  form.x_at = [](const Indices& ij, const Indices& uv) {
    return Indices{ij[0] - uv[0], ij[1] - uv[1]};
  };
  return form;
}

/// Y = W (star) X_padded (note 000 §3.1.1, F-CONV-2D-SAME): the same sum for 1 <= i <= M and
/// 1 <= j <= N, with x taken as 0 outside the image.
///
/// Shapes:  w [2U+1,2V+1], x [M,N]  ->  y [M,N].
/// Throws:  ShapeError if an extent of w is even.
/// Error:   that of evaluate.
/// Cost:    that of evaluate.
inline BilinearForm centred_convolution_same(const Shape& w, const Shape& x) {
  BilinearForm form = detail::centred_window_2d(w, x, true);
  form.x_at = [](const Indices& ij, const Indices& uv) {
    return Indices{ij[0] - uv[0], ij[1] - uv[1]};
  };
  return form;
}

/// Y = W * X (note 000 §3.1.2, F-XCORR-2D-VALID), the cross-correlation:
///   y_ij = sum_{u=-U}^{U} sum_{v=-V}^{V} w_uv x_{i+u,j+v},   U+1 <= i <= M-U,  V+1 <= j <= N-V.
///
/// Shapes:  w [2U+1,2V+1], x [M,N]  ->  y [M-2U,N-2V].
/// Throws:  ShapeError if an extent of w is even, or larger than that of x.
/// Error:   that of evaluate.
/// Cost:    that of evaluate.
inline BilinearForm centred_cross_correlation_valid(const Shape& w, const Shape& x) {
  BilinearForm form = detail::centred_window_2d(w, x, false);
  form.x_at = [](const Indices& ij, const Indices& uv) {
    return Indices{ij[0] + uv[0], ij[1] + uv[1]};
  };
  return form;
}

}  // namespace convproof::reference
