// corner_window_2d: the three forms of note 002, images and kernels counted from 0: the window lies
// above and left of the pixel of interest, below and right of it, or around it.
#pragma once

#include "reference/bilinear_form.h"
#include "reference/extent_rules.h"

namespace convproof::reference {

namespace detail {

inline void require_corner_operands(const Shape& kernel, const Shape& image) {
  constexpr const char* kOp = "corner_window_2d";
  require_extents(kOp, "I", image, 2, "[rows, columns]");
  require_extents(kOp, "K", kernel, 2, "[m, n]");
}

}  // namespace detail

/// The neighbours above and left (note 002, 2-D index forms, F-CONV-2D-FORM-A-R; the formula itself
/// is lost there):
///   S_ij = sum_{a=0}^{m-1} sum_{b=0}^{n-1} I_{i-a,j-b} K_ab,   i >= m-1,  j >= n-1.
///
/// Shapes:  K [m,n], I [rows,columns]  ->  S [rows-m+1,columns-n+1].
/// Throws:  ShapeError if K is larger than I on an axis, or an extent is 0.
/// Error, cost: those of evaluate.
inline BilinearForm window_above_left(const Shape& kernel, const Shape& image) {
  detail::require_corner_operands(kernel, image);
  require_fits("corner_window_2d", kernel, image, "K");
  const Index m = kernel[0];
  const Index n = kernel[1];
  return {.y = {{m - 1, n - 1}, {image[0] - m + 1, image[1] - n + 1}},
          .sum = {{0, 0}, kernel},
          .w = {{0, 0}, kernel},
          .x = {{0, 0}, image},
          .w_at = [](const Indices&, const Indices& ab) { return ab; },
          .x_at =
              [](const Indices& ij, const Indices& ab) {
                return Indices{ij[0] - ab[0], ij[1] - ab[1]};
              }};
}

/// The neighbours below and right (note 002, 2-D index forms, F-CONV-2D-FORM-B):
///   S_ij = sum_{a=0}^{m-1} sum_{b=0}^{n-1} I_{i+a,j+b} K_ab,   i <= rows-m,  j <= columns-n.
///
/// Shapes:  K [m,n], I [rows,columns]  ->  S [rows-m+1,columns-n+1].
/// Throws:  ShapeError if K is larger than I on an axis, or an extent is 0.
/// Error, cost: those of evaluate.
inline BilinearForm window_below_right(const Shape& kernel, const Shape& image) {
  detail::require_corner_operands(kernel, image);
  require_fits("corner_window_2d", kernel, image, "K");
  return {.y = {{0, 0}, {image[0] - kernel[0] + 1, image[1] - kernel[1] + 1}},
          .sum = {{0, 0}, kernel},
          .w = {{0, 0}, kernel},
          .x = {{0, 0}, image},
          .w_at = [](const Indices&, const Indices& ab) { return ab; },
          .x_at =
              [](const Indices& ij, const Indices& ab) {
                return Indices{ij[0] + ab[0], ij[1] + ab[1]};
              }};
}

/// The neighbours all around (note 002, 2-D index forms, F-CONV-2D-FORM-C):
///   S_ij = sum_{a=floor(-m/2)}^{floor(m/2)} sum_{b=floor(-n/2)}^{floor(n/2)}
///            I_{i-a,j-b} K_{m/2+a,n/2+b}
/// for every pixel of the image, with zeros around it. The note prints the limits like this; m/2
/// in the index of K is read as floor(m/2), and the places 0 ... m-1 are all that K has: the
/// printed limits go beyond them by one row, at the end for even m and at the beginning for odd m.
///
/// Shapes:  K [m,n], I [rows,columns]  ->  S [rows,columns].
/// Throws:  ShapeError if an extent is 0.
/// Error, cost: those of evaluate.
inline BilinearForm window_around(const Shape& kernel, const Shape& image) {
  detail::require_corner_operands(kernel, image);
  const Index m = kernel[0];
  const Index n = kernel[1];
  // floor(-m/2) = -ceil(m/2).
  const Indices lower{-((m + 1) / 2), -((n + 1) / 2)};
  const Shape terms{m / 2 - lower[0] + 1, n / 2 - lower[1] + 1};
  return {.y = {{0, 0}, image},
          .sum = {lower, terms},
          .w = {{0, 0}, kernel},
          .x = {{0, 0}, image},
          .w_at =
              [m, n](const Indices&, const Indices& ab) {
                return Indices{m / 2 + ab[0], n / 2 + ab[1]};
              },
          .x_at =
              [](const Indices& ij, const Indices& ab) {
                return Indices{ij[0] - ab[0], ij[1] - ab[1]};
              }};
}

}  // namespace convproof::reference
