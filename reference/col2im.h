// col2im: columns added back to the pixels that im2col took them from. The transpose of im2col and
// its gradient; its own gradient is im2col. It is not its inverse: pixels are added as often as
// windows see them.
#pragma once

#include "reference/im2col.h"

namespace convproof::reference {

/// The shape rule of col2im:  x [N, C*K..., D'...]  ->  y with the shape of the image, which the
/// caller names because the columns have lost it.
/// Throws: ShapeError if x is not what im2col makes of such an image.
inline Shape col2im_y_shape(const Shape& x, const Shape& y, const Im2colParams& p) {
  require_shape("col2im", "x", x, im2col_y_shape(y, p, "col2im"), " (the columns of y)");
  return y;
}

/// The transpose of im2col, and its gradient with respect to the image:
///   y[n,c,h] = sum_{u,i : the tap u of i reads h} x[n, c*K... + u, i].
///
/// Shapes:  x [N, C*K..., D'...], the shape of y  ->  y [N,C,D...].
/// Throws:  ShapeError from the shape rule.
/// Error:   exact over Rational; over floats (n-1)*u*sum|x| for n terms, K... at most.
/// Cost:    N*C*K...*D'... additions.
template <typename T>
Tensor<T> col2im(const Tensor<T>& x, const Shape& y_shape, const Im2colParams& p) {
  Tensor<T> y(col2im_y_shape(x.shape(), y_shape, p));
  detail::for_each_pixel_of_columns(y_shape, p,
                                    [&](Index column, Index pixel) { y[pixel] += x[column]; });
  return y;
}

}  // namespace convproof::reference
