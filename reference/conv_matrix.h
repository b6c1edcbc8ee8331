// conv_matrix: the convolution layer as the matrix that it is, because it is linear in the image.
#pragma once

#include "core/conv.h"
#include "core/indices.h"
#include "core/requirements.h"
#include "core/tensor.h"

namespace convproof::reference {

/// The shape rule of conv_matrix:  w [O,C/groups,K...], one image x [1,C,D...]  ->  the matrix
/// [O*D'..., C*D...] whose rows are the outputs of conv in C order, and whose columns are its
/// inputs. A kernel makes a matrix of another size for every size of image.
/// Throws: ShapeError from the shape rule of conv, or if x is not one image.
inline Shape conv_matrix_y_shape(const Shape& w, const Shape& x, const ConvParams& p) {
  const Shape y = conv_y_shape(x, w, p, "conv_matrix");
  if (x[0] != 1) throw ShapeError("conv_matrix", "x", "1 image", text(x[0]));
  return {y.element_count(), x.element_count()};
}

/// dy, the gradient with respect to every entry, and x  ->  dw with the shape w.
/// Throws: ShapeError if dy is not what conv_matrix makes of w and x.
inline Shape conv_matrix_dw_shape(const Shape& dy, const Shape& w, const Shape& x,
                                  const ConvParams& p) {
  const Shape y = conv_matrix_y_shape(w, x, p);
  require_shape("conv_matrix", "dy", dy, y, " (the shape of y)");
  return w;
}

namespace detail {

/// Calls visit(place in the matrix, place in w) for every entry that is a weight, in C order.
template <typename Visit>
void for_each_weight_of_conv_matrix(const Shape& w, const Shape& x, const ConvParams& p,
                                    Visit visit) {
  const Shape y = conv_y_shape(x, w, p, "conv_matrix");
  Index entry = 0;
  for_each_index(y, [&](const Indices& i) {
    for_each_index(x, [&](const Indices& h) {
      const Index place = entry++;
      const Index group = i[1] / (w[0] / p.groups);
      Indices tap{i[1], h[1] - group * w[1]};
      for (int axis = 0; axis < p.axes.size(); ++axis) {
        const WindowAxis& a = p.axes[axis];
        const Index way = h[axis + 2] + a.before - a.stride * i[axis + 2];
        if (way % a.dilation != 0) return;
        tap.push_back(way / a.dilation);
      }
      if (contains(w, tap) && p.links.linked(tap[0], tap[1])) visit(place, flat_index(w, tap));
    });
  });
}

}  // namespace detail

/// The matrix A with  y = A x + b  for conv with the kernel w (note 004 §5.5.1, F-CONV-AS-MATRIX-R;
/// note 001 §9.7, P-DOUBLY-CIRCULANT):
///   A[(o,i), (c,h)] = w[o,c',u] where stride*i + dilation*u - before = h on every axis, else 0,
/// c' the map c within the group of o. Without padding it is the matrix of the valid convolution,
/// with dilation*(K-1) pixels on both sides that of the full one. The kernel is not flipped.
///
/// Shapes:  w [O,C/groups,K...], the shape of x [1,C,D...]  ->  A [O*D'..., C*D...].
/// Throws:  ShapeError from the shape rule.
/// Error:   exact: elements are copied.
/// Cost:    O*D'...*C*D... entries.
template <typename T>
Tensor<T> conv_matrix(const Tensor<T>& w, const Shape& x_shape, const ConvParams& p) {
  Tensor<T> matrix(conv_matrix_y_shape(w.shape(), x_shape, p));
  detail::for_each_weight_of_conv_matrix(
      w.shape(), x_shape, p, [&](Index entry, Index weight) { matrix[entry] = w[weight]; });
  return matrix;
}

/// The gradient with respect to the kernel, the sum over all entries that hold the weight:
///   dw[o,c',u] = sum_{i,h : stride*i + dilation*u - before = h} dy[(o,i), (c,h)].
///
/// Shapes:  dy [O*D'..., C*D...], the shapes of w and x  ->  dw [O,C/groups,K...].
/// Throws:  ShapeError from the shape rule.
/// Error:   exact over Rational; over floats (n-1)*u*sum|dy| for n terms.
/// Cost:    as for the matrix.
template <typename T>
Tensor<T> conv_matrix_dw(const Tensor<T>& dy, const Shape& w_shape, const Shape& x_shape,
                         const ConvParams& p) {
  Tensor<T> dw(conv_matrix_dw_shape(dy.shape(), w_shape, x_shape, p));
  detail::for_each_weight_of_conv_matrix(
      w_shape, x_shape, p, [&](Index entry, Index weight) { dw[weight] += dy[entry]; });
  return dw;
}

}  // namespace convproof::reference
