// separable_conv: what it equals. A convolution whose kernel is an outer product of vectors, done
// as one one-dimensional convolution after the other.
//
// Indices:  n image, c map, a spatial axis, i output pixel, u kernel tap, h input pixel; on axis a
// the tap u of output pixel i reads
//   h = stride*i + dilation*u - before
// and is zero outside the image. Every map has vectors of its own and makes one map: maps are mixed
// by conv_1x1, if at all. (Some libraries call that pair, with a whole kernel per map,
// "separable"; here the word means what note 001 §9.8 defines.) Kernels are not flipped.
//
// One scalar `T`: the sums of one pass are the data of the next.
#pragma once

#include <utility>
#include <vector>

#include "core/indices.h"
#include "core/scalar/multiply_add.h"
#include "core/separable_conv.h"
#include "core/tensor.h"

namespace convproof::reference {

/// The forward pass (note 001 §9.8, F-SEPARABLE):  y = x_d, where x_0 = x and, for axes a = 1 ...
/// d,
///   x_a[n,c,..,i,..] = sum_u w_a[c,u] * x_{a-1}[n,c,..,h,..],   i and h on axis a,
/// which is the convolution with the kernel  w[c,u_1,...,u_d] = w_1[c,u_1] * ... * w_d[c,u_d].
///
/// Shapes:  x [N,C,D...], w of d vectors [C,K_a]  ->  y [N,C,D'...] of separable_conv_y_shape.
/// Throws:  ShapeError from the shape rule.
/// Error:   exact over Rational; over floats ((1+u)^m - 1) * (the same of |x| and |w|), m the sum
/// of
///          K_a: every product passes at most K_a roundings on axis a (Higham 2002, §3.1).
/// Cost:    sum over a of N*C*D'_1..D'_a*D_{a+1}..D_d*K_a multiply-adds, w*d per pixel of d axes of
///          w taps where conv has w^d (E-SEPARABLE-FAST, E-SEPARABLE-NAIVE); memory for x_a.
template <typename T>
Tensor<T> separable_conv(const Tensor<T>& x, const std::vector<Tensor<T>>& w,
                         const SeparableConvParams& p);

/// The gradient with respect to the input:  dx = e_0, where e_d = dy and, for axes a = d ... 1,
///   e_{a-1}[n,c,..,h,..] = sum_{u,i : the tap u of i reads h} w_a[c,u] * e_a[n,c,..,i,..].
///
/// Shapes:  dy [N,C,D'...], w of d vectors [C,K_a], the shape of x  ->  dx [N,C,D...].
/// Throws:  ShapeError from the shape rule.
/// Error:   as for y, with dy in the place of x.
/// Cost:    as for y.
template <typename T>
Tensor<T> separable_conv_dx(const Tensor<T>& dy, const std::vector<Tensor<T>>& w,
                            const Shape& x_shape, const SeparableConvParams& p);

/// The gradients with respect to every vector, x_a and e_a as above:
///   dw_a[c,u] = sum_n sum_{.., i, ..} e_a[n,c,..,i,..] * x_{a-1}[n,c,..,h,..].
///
/// Shapes:  dy [N,C,D'...], x [N,C,D...], w of d vectors [C,K_a]  ->  dw of d vectors [C,K_a].
/// Throws:  ShapeError from the shape rule.
/// Error:   exact over Rational.
/// Cost:    three times that of y; memory for x_a.
template <typename T>
std::vector<Tensor<T>> separable_conv_dw(const Tensor<T>& dy, const Tensor<T>& x,
                                         const std::vector<Tensor<T>>& w,
                                         const SeparableConvParams& p);

namespace detail {

template <typename T>
std::vector<Shape> shapes_of(const std::vector<Tensor<T>>& tensors) {
  std::vector<Shape> shapes;
  for (const Tensor<T>& tensor : tensors) shapes.push_back(tensor.shape());
  return shapes;
}

/// `shape` with another extent on one spatial axis.
inline Shape with_extent(const Shape& shape, int axis, Index extent) {
  Indices extents;
  for (const Index e : shape) extents.push_back(e);
  extents[axis + 2] = extent;
  return {extents.begin(), extents.end()};
}

/// Calls visit(c, u, place after the pass, place before it) for every output pixel of one pass, in
/// C order, and every tap of it that reads a pixel of the image.
template <typename Visit>
void for_each_reading(const Shape& before, const Shape& after, const WindowAxis& a, int axis,
                      Index taps, Visit visit) {
  for_each_index(after, [&](const Indices& i) {
    for (Index u = 0; u < taps; ++u) {
      Indices h = i;
      h[axis + 2] = a.stride * i[axis + 2] + a.dilation * u - a.before;
      if (contains(before, h)) visit(i[1], u, flat_index(after, i), flat_index(before, h));
    }
  });
}

/// x_0 ... x_d.
template <typename T>
std::vector<Tensor<T>> separable_passes(const Tensor<T>& x, const std::vector<Tensor<T>>& w,
                                        const Shape& y, const SeparableConvParams& p) {
  std::vector<Tensor<T>> passes{x};
  for (int axis = 0; axis < p.axes.size(); ++axis) {
    const Tensor<T>& vector = w[static_cast<std::size_t>(axis)];
    const Tensor<T>& before = passes.back();
    Tensor<T> after(with_extent(before.shape(), axis, y[axis + 2]));
    for_each_reading(before.shape(), after.shape(), p.axes[axis], axis, vector.shape()[1],
                     [&](Index c, Index u, Index i, Index h) {
                       multiply_add(after[i], vector(c, u), before[h]);
                     });
    passes.push_back(std::move(after));
  }
  return passes;
}

/// From e_a to e_{a-1}, whose shape is `before`.
template <typename T>
Tensor<T> separable_error(const Tensor<T>& e, const Tensor<T>& vector, const Shape& before,
                          const WindowAxis& a, int axis) {
  Tensor<T> error(before);
  for_each_reading(
      before, e.shape(), a, axis, vector.shape()[1],
      [&](Index c, Index u, Index i, Index h) { multiply_add(error[h], vector(c, u), e[i]); });
  return error;
}

}  // namespace detail

template <typename T>
Tensor<T> separable_conv(const Tensor<T>& x, const std::vector<Tensor<T>>& w,
                         const SeparableConvParams& p) {
  const Shape y = separable_conv_y_shape(x.shape(), detail::shapes_of(w), p);
  return detail::separable_passes(x, w, y, p).back();
}

template <typename T>
Tensor<T> separable_conv_dx(const Tensor<T>& dy, const std::vector<Tensor<T>>& w,
                            const Shape& x_shape, const SeparableConvParams& p) {
  (void)separable_conv_dx_shape(dy.shape(), detail::shapes_of(w), x_shape, p);
  Tensor<T> e = dy;
  for (int axis = p.axes.size() - 1; axis >= 0; --axis) {
    const Shape before = detail::with_extent(e.shape(), axis, x_shape[axis + 2]);
    e = detail::separable_error(e, w[static_cast<std::size_t>(axis)], before, p.axes[axis], axis);
  }
  return e;
}

template <typename T>
std::vector<Tensor<T>> separable_conv_dw(const Tensor<T>& dy, const Tensor<T>& x,
                                         const std::vector<Tensor<T>>& w,
                                         const SeparableConvParams& p) {
  std::vector<Tensor<T>> dw;
  for (const Shape& shape :
       separable_conv_dw_shapes(dy.shape(), x.shape(), detail::shapes_of(w), p)) {
    dw.emplace_back(shape);
  }
  const std::vector<Tensor<T>> passes = detail::separable_passes(x, w, dy.shape(), p);
  Tensor<T> e = dy;
  for (int axis = p.axes.size() - 1; axis >= 0; --axis) {
    const auto a = static_cast<std::size_t>(axis);
    const Tensor<T>& before = passes[a];
    detail::for_each_reading(
        before.shape(), e.shape(), p.axes[axis], axis, w[a].shape()[1],
        [&](Index c, Index u, Index i, Index h) { multiply_add(dw[a](c, u), e[i], before[h]); });
    e = detail::separable_error(e, w[a], before.shape(), p.axes[axis], axis);
  }
  return dw;
}

}  // namespace convproof::reference
