// conv2d: the name of conv on images, with its sizes by name.
//
// The tap (u,v) of output pixel (i,j) reads
//   h = stride.h*i + dilation.h*u - padding.top,   q = stride.w*j + dilation.w*v - padding.left.
// Formulas, error bounds and costs are those of conv (reference/conv.h); messages name conv2d.
#pragma once

#include "core/conv2d.h"
#include "reference/conv.h"

namespace convproof::reference {

/// y[n,o,i,j] = b[o] + sum_{c,u,v} w[o,c,u,v] * x[n, g*C/groups + c, h, q],  g = o / (O/groups).
/// Shapes:  x [N,C,H,W], w [O,C/groups,Kh,Kw], b [O] or nullptr  ->  y [N,O,H',W'].
/// Throws:  ShapeError from conv2d_y_shape.
template <typename S, typename T>
Tensor<S> conv2d(const Tensor<T>& x, const Tensor<T>& w, const std::type_identity_t<Tensor<T>>* b,
                 const Conv2dParams& p) {
  (void)(b == nullptr ? conv2d_y_shape(x.shape(), w.shape(), p)
                      : conv2d_y_shape(x.shape(), w.shape(), b->shape(), p));
  return conv<S, T>(x, w, b, general(p));
}

/// The gradient with respect to x.
/// Shapes:  dy [N,O,H',W'], w [O,C/groups,Kh,Kw], the shape of x  ->  dx [N,C,H,W].
/// Throws:  ShapeError from conv2d_dx_shape.
template <typename S, typename T>
Tensor<S> conv2d_dx(const Tensor<T>& dy, const Tensor<T>& w, const Shape& x_shape,
                    const Conv2dParams& p) {
  (void)conv2d_dx_shape(dy.shape(), w.shape(), x_shape, p);
  return conv_dx<S, T>(dy, w, x_shape, general(p));
}

/// The gradient with respect to w.
/// Shapes:  dy [N,O,H',W'], x [N,C,H,W], the shape of w  ->  dw [O,C/groups,Kh,Kw].
/// Throws:  ShapeError from conv2d_dw_shape.
template <typename S, typename T>
Tensor<S> conv2d_dw(const Tensor<T>& dy, const Tensor<T>& x, const Shape& w_shape,
                    const Conv2dParams& p) {
  (void)conv2d_dw_shape(dy.shape(), x.shape(), w_shape, p);
  return conv_dw<S, T>(dy, x, w_shape, general(p));
}

/// The gradient with respect to b.
/// Shapes:  dy [N,O,H',W']  ->  db [O].
/// Throws:  ShapeError from conv2d_db_shape.
template <typename S, typename T>
Tensor<S> conv2d_db(const Tensor<T>& dy) {
  (void)conv2d_db_shape(dy.shape());
  return conv_db<S, T>(dy);
}

}  // namespace convproof::reference
