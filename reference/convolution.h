// convolution: the kernel is flipped.
//
// On each axis, in 0-based indices:  y[t] = sum_k w[k] * x[t + o - k],  where o is
//   kFull      0                        t = 0 ... X+K-2
//   kSame      centre                   t = 0 ... X-1
//   kValid     K-1                      t = 0 ... X-K
//   kCircular  centre, x modulo X       t = 0 ... X-1
// and x is 0 outside, unless it repeats. On several axes the indices are vectors.
#pragma once

#include "reference/convolution_form.h"

namespace convproof::reference {

/// W (star) X of note 000 §3.1.1, W * X of note 004 §5.1.1, S = I * K of note 001 §9.1
/// (F-CONV-DISC, F-CONV-2D-FULL: the full form), MATLAB's conv2; any number of axes.
///
/// Shapes:  w [K...], x [X...]  ->  y of convolution_y_shape.
/// Throws:  ShapeError from the shape rule.
/// Error:   that of evaluate.
/// Cost:    that of evaluate.
inline BilinearForm convolution(const Shape& w, const Shape& x, const ConvolutionForm& form) {
  return plain_product("convolution", w, x, form, [w, form](int axis, Index t, Index k) {
    Index offset = 0;
    switch (form.border) {
      case Border::kFull: offset = 0; break;
      case Border::kValid: offset = w[axis] - 1; break;
      case Border::kSame:
      case Border::kCircular: offset = form.centre[axis]; break;
    }
    return t + offset - k;
  });
}

}  // namespace convproof::reference
