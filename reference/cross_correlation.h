// cross_correlation: the kernel is not flipped.
//
// On each axis, in 0-based indices:  y[t] = sum_k w[k] * x[t + k - o],  where o is
//   kFull      K-1                      t = 0 ... X+K-2
//   kSame      centre                   t = 0 ... X-1
//   kValid     0                        t = 0 ... X-K
//   kCircular  centre, x modulo X       t = 0 ... X-1
// and x is 0 outside, unless it repeats. On several axes the indices are vectors.
#pragma once

#include "reference/bilinear_form.h"
#include "reference/convolution_form.h"

namespace convproof::reference {

/// W * X of note 000 §3.1.2, W (x) X of note 004 §5.1.2 (its wide form is the full one); what
/// libraries call convolution; any number of axes.
///
/// Shapes:  w [K...], x [X...]  ->  y of convolution_y_shape.
/// Throws:  ShapeError from the shape rule.
/// Error:   that of evaluate.
/// Cost:    that of evaluate.
inline BilinearForm cross_correlation(const Shape& w, const Shape& x, const ConvolutionForm& form) {
  const Shape y = convolution_y_shape("cross_correlation", w, x, form);
  const Indices zero(x.rank());
  const auto source = [w, x, form](const Indices& t, const Indices& k) {
    Indices at(t.rank());
    for (int axis = 0; axis < t.rank(); ++axis) {
      switch (form.border) {
        case Border::kFull: at[axis] = t[axis] + k[axis] - (w[axis] - 1); break;
        case Border::kSame: at[axis] = t[axis] + k[axis] - form.centre[axis]; break;
        case Border::kValid: at[axis] = t[axis] + k[axis]; break;
        case Border::kCircular: {
          const Index place = (t[axis] + k[axis] - form.centre[axis]) % x[axis];
          at[axis] = place < 0 ? place + x[axis] : place;
          break;
        }
      }
    }
    return at;
  };
  return {.y = {zero, y},
          .sum = {zero, w},
          .w = {zero, w},
          .x = {zero, x},
          .w_at = [](const Indices&, const Indices& k) { return k; },
          .x_at = source};
}

}  // namespace convproof::reference
