// residual_add: what it equals. The addition of a residual unit, y = f(x) + x (note 002, ResNet,
// F-RESIDUAL; note 004 §5.4.4, F-RESIDUAL-UNIT, whose unit puts ReLU behind it), with the identity
// for a shortcut, or a projection where the sizes differ. It never broadcasts.
#pragma once

#include "core/indices.h"
#include "core/requirements.h"
#include "core/tensor.h"
#include "reference/conv.h"

namespace convproof::reference {

/// A projection is a convolution with kernels of one tap, no padding and no bias.
/// Source: He, Zhang, Ren and Sun, "Deep residual learning for image recognition", CVPR (2016),
///         Eq. 2, option B.
struct ResidualAddParams {
  Indices strides{};  // One per spatial axis: those of f's layers together.
};

namespace detail {

inline ConvParams projection(const ResidualAddParams& p) {
  ConvParams params;
  for (const Index stride : p.strides) params.axes.push_back({.stride = stride});
  return params;
}

}  // namespace detail

namespace detail {

/// x [N,C,D...], w [O,C,1...]  ->  the shape of the projected x.
inline Shape projected_shape(const Shape& x, const Shape& w, const ResidualAddParams& p) {
  const Shape y = conv_y_shape(x, w, projection(p), "residual_add");
  for (int axis = 2; axis < w.rank(); ++axis) {
    if (w[axis] != 1) throw ShapeError("residual_add", "w", "kernels of one tap", text(w));
  }
  return y;
}

}  // namespace detail

/// The shape rule with the identity:  f and x alike  ->  y, the same.
/// Throws: ShapeError.
inline Shape residual_add_y_shape(const Shape& f, const Shape& x) {
  require_shape("residual_add", "f", f, x, " (the shape of x)");
  return x;
}

/// The shape rule with a projection:  x [N,C,D...], w [O,C,1...], f [N,O,D'...]  ->  y like f.
/// Throws: ShapeError, also from conv_y_shape.
inline Shape residual_add_y_shape(const Shape& f, const Shape& x, const Shape& w,
                                  const ResidualAddParams& p) {
  const Shape y = detail::projected_shape(x, w, p);
  require_shape("residual_add", "f", f, y, " (the shape of the projected x)");
  return y;
}

/// y = f + x.
///
/// Shapes:  f and x alike  ->  y, the same.
/// Throws:  ShapeError from residual_add_y_shape.
/// Error:   exact over Rational and Exact; one rounding over floats.
/// Cost:    one addition per element.
template <typename T>
Tensor<T> residual_add(const Tensor<T>& f, const Tensor<T>& x) {
  Tensor<T> y(residual_add_y_shape(f.shape(), x.shape()));
  for (Index i = 0; i < y.size(); ++i) y[i] = f[i] + x[i];
  return y;
}

/// y = f + w * x, the projection being conv.
///
/// Shapes:  f [N,O,D'...], x [N,C,D...], w [O,C,1...]  ->  y like f.
/// Throws:  ShapeError from residual_add_y_shape.
/// Error:   that of conv for C products and f.
/// Cost:    that of conv.
template <typename T>
Tensor<T> residual_add(const Tensor<T>& f, const Tensor<T>& x, const Tensor<T>& w,
                       const ResidualAddParams& p) {
  Tensor<T> y(residual_add_y_shape(f.shape(), x.shape(), w.shape(), p));
  const Tensor<T> shortcut = conv<T>(x, w, nullptr, detail::projection(p));
  for (Index i = 0; i < y.size(); ++i) y[i] = f[i] + shortcut[i];
  return y;
}

/// The gradient with respect to f, with either shortcut: df = dy.
///
/// Shapes:  any dy  ->  df, the same.
/// Throws:  nothing.
/// Error:   none in any scalar.
/// Cost:    one copy.
template <typename T>
Tensor<T> residual_add_df(const Tensor<T>& dy) {
  return dy;
}

/// The gradient that the identity carries to x: dx = dy. Where f is a function of x, what f carries
/// comes on top.
///
/// Shapes:  any dy  ->  dx, the same.
/// Throws:  nothing.
/// Error:   none in any scalar.
/// Cost:    one copy.
template <typename T>
Tensor<T> residual_add_dx(const Tensor<T>& dy) {
  return dy;
}

/// The gradient that the projection carries to x: conv_dx.
///
/// Shapes:  dy [N,O,D'...], w [O,C,1...], the shape of x  ->  dx [N,C,D...].
/// Throws:  ShapeError as for y, or if dy is not like y.
/// Error:   that of conv_dx.
/// Cost:    that of conv_dx.
template <typename T>
Tensor<T> residual_add_dx(const Tensor<T>& dy, const Tensor<T>& w, const Shape& x_shape,
                          const ResidualAddParams& p) {
  require_shape("residual_add", "dy", dy.shape(), detail::projected_shape(x_shape, w.shape(), p),
                " (the shape of y)");
  return conv_dx<T>(dy, w, x_shape, detail::projection(p));
}

/// The gradient with respect to the projection: conv_dw.
///
/// Shapes:  dy [N,O,D'...], x [N,C,D...], the shape of w  ->  dw [O,C,1...].
/// Throws:  ShapeError as for y, or if dy is not like y.
/// Error:   that of conv_dw.
/// Cost:    that of conv_dw.
template <typename T>
Tensor<T> residual_add_dw(const Tensor<T>& dy, const Tensor<T>& x, const Shape& w_shape,
                          const ResidualAddParams& p) {
  require_shape("residual_add", "dy", dy.shape(), detail::projected_shape(x.shape(), w_shape, p),
                " (the shape of y)");
  return conv_dw<T>(dy, x, w_shape, detail::projection(p));
}

}  // namespace convproof::reference
