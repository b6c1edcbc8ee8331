// kernel_order: the notes' orders of axes, and the one that every other page uses.
//
//   the notes                                          here
//   image    M x N x D    rows, columns, maps          [1, D, M, N]
//   kernels  U x V x P x D (note 000 §3.2.1, note 004 §5.2.2)     [P, D, U, V]
//   kernels  U x V x D x P (note 004 §5.4.2, as in 11 x 11 x 3 x 48)  [P, D, U, V]
//
// U and M count rows, V and N columns, P output maps, D input maps. The two orders of kernels have
// as many elements, and where P = D the same shape: nothing but the name tells them apart.
#pragma once

#include <array>

#include "core/indices.h"
#include "core/requirements.h"
#include "core/tensor.h"

namespace convproof::reference {

namespace detail {

/// y[i] = x[j] with j[axes[k]] = i[k]: axis k of y is the axis axes[k] of x.
template <typename T, std::size_t kRank>
Tensor<T> with_axes(const Tensor<T>& x, const std::array<int, kRank>& axes) {
  Indices extents;
  for (const int axis : axes) extents.push_back(x.shape()[axis]);
  Tensor<T> y(Shape(extents.begin(), extents.end()));
  for_each_index(y.shape(), [&](const Indices& i) {
    Indices j(i.rank());
    for (int k = 0; k < i.rank(); ++k) j[axes[static_cast<std::size_t>(k)]] = i[k];
    y[flat_index(y.shape(), i)] = x[flat_index(x.shape(), j)];
  });
  return y;
}

}  // namespace detail

/// Kernels in the order of note 000 §3.2.1 (F-CONV-LAYER-SHAPES) to that of conv:
///   y[p,d,u,v] = w[u,v,p,d].
/// Its gradient is its inverse, kernel_to_uvpd.
///
/// Shapes:  w [U,V,P,D]  ->  y [P,D,U,V].
/// Throws:  ShapeError if w has not 4 axes.
/// Error:   exact: elements are copied.
/// Cost:    U*V*P*D copies.
template <typename T>
Tensor<T> kernel_from_uvpd(const Tensor<T>& w) {
  require_rank("kernel_from_uvpd", "w", w.shape(), 4, "[U, V, P, D]");
  return detail::with_axes<T, 4>(w, {2, 3, 0, 1});
}

/// The inverse of kernel_from_uvpd, and its gradient:
///   y[u,v,p,d] = w[p,d,u,v].
///
/// Shapes:  w [P,D,U,V]  ->  y [U,V,P,D].
/// Throws:  ShapeError if w has not 4 axes.
/// Error:   exact: elements are copied.
/// Cost:    U*V*P*D copies.
template <typename T>
Tensor<T> kernel_to_uvpd(const Tensor<T>& w) {
  require_rank("kernel_to_uvpd", "w", w.shape(), 4, "[P, D, U, V]");
  return detail::with_axes<T, 4>(w, {2, 3, 0, 1});
}

/// Kernels in the order of note 004 §5.4.2 (F-ALEX-KERNEL-ORDER) to that of conv:
///   y[p,d,u,v] = w[u,v,d,p].
/// Its gradient is its inverse, kernel_to_uvdp.
///
/// Shapes:  w [U,V,D,P]  ->  y [P,D,U,V].
/// Throws:  ShapeError if w has not 4 axes.
/// Error:   exact: elements are copied.
/// Cost:    U*V*P*D copies.
template <typename T>
Tensor<T> kernel_from_uvdp(const Tensor<T>& w) {
  require_rank("kernel_from_uvdp", "w", w.shape(), 4, "[U, V, D, P]");
  return detail::with_axes<T, 4>(w, {3, 2, 0, 1});
}

/// The inverse of kernel_from_uvdp, and its gradient:
///   y[u,v,d,p] = w[p,d,u,v].
///
/// Shapes:  w [P,D,U,V]  ->  y [U,V,D,P].
/// Throws:  ShapeError if w has not 4 axes.
/// Error:   exact: elements are copied.
/// Cost:    U*V*P*D copies.
template <typename T>
Tensor<T> kernel_to_uvdp(const Tensor<T>& w) {
  require_rank("kernel_to_uvdp", "w", w.shape(), 4, "[P, D, U, V]");
  return detail::with_axes<T, 4>(w, {2, 3, 1, 0});
}

/// A group of maps in the order of note 000 §3.2.1 (F-CONV-LAYER-SHAPES) to that of conv:
///   y[0,d,m,n] = x[m,n,d].
/// Its gradient is its inverse, image_to_mnd.
///
/// Shapes:  x [M,N,D]  ->  y [1,D,M,N].
/// Throws:  ShapeError if x has not 3 axes.
/// Error:   exact: elements are copied.
/// Cost:    M*N*D copies.
template <typename T>
Tensor<T> image_from_mnd(const Tensor<T>& x) {
  require_rank("image_from_mnd", "x", x.shape(), 3, "[M, N, D]");
  const Tensor<T> maps = detail::with_axes<T, 3>(x, {2, 0, 1});
  const Shape& shape = maps.shape();
  return {Shape{1, shape[0], shape[1], shape[2]},
          std::vector<T>(maps.data(), maps.data() + maps.size())};
}

/// The inverse of image_from_mnd, and its gradient:
///   y[m,n,d] = x[0,d,m,n].
///
/// Shapes:  x [1,D,M,N]  ->  y [M,N,D].
/// Throws:  ShapeError if x is not one image of 2 spatial axes.
/// Error:   exact: elements are copied.
/// Cost:    M*N*D copies.
template <typename T>
Tensor<T> image_to_mnd(const Tensor<T>& x) {
  require_rank("image_to_mnd", "x", x.shape(), 4, "[1, D, M, N]");
  if (x.shape()[0] != 1) throw ShapeError("image_to_mnd", "x", "1 image", text(x.shape()[0]));
  const Shape maps{x.shape()[1], x.shape()[2], x.shape()[3]};
  return detail::with_axes<T, 3>(Tensor<T>(maps, std::vector<T>(x.data(), x.data() + x.size())),
                                 {1, 2, 0});
}

}  // namespace convproof::reference
