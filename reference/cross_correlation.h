// cross_correlation: the kernel is not flipped.
//
// On each axis, in 0-based indices:  y[t] = sum_k w[k] * x[t + k - o],  where o is
//   kFull      K-1                      t = 0 ... X+K-2
//   kSame      centre                   t = 0 ... X-1
//   kValid     0                        t = 0 ... X-K
//   kCircular  centre, x modulo X       t = 0 ... X-1
// and x is 0 outside, unless it repeats. On several axes the indices are vectors.
#pragma once

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
  return plain_product("cross_correlation", w, x, form, [w, form](int axis, Index t, Index k) {
    Index offset = 0;
    switch (form.border) {
      case Border::kFull: offset = w[axis] - 1; break;
      case Border::kValid: offset = 0; break;
      case Border::kSame:
      case Border::kCircular: offset = form.centre[axis]; break;
    }
    return t + k - offset;
  });
}

}  // namespace convproof::reference
