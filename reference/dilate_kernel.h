// dilate_kernel: a kernel with holes between its taps, so that convolving with it is a dilated
// (atrous) convolution.
#pragma once

#include "core/indices.h"
#include "core/requirements.h"
#include "core/tensor.h"
#include "core/window.h"

namespace convproof::reference {

struct DilateKernelParams {
  Indices dilations{};  // One per spatial axis; 1 means adjacent taps.
};

/// The shape rule of dilate_kernel:  w [O,C,K...]  ->  y [O,C,K'...],
///   K' = K + (K-1)*(D-1)   (note 004 §5.5.2, N-DILATED-SIZE), D the dilation of the axis.
/// O and C may be 0; K and D are at least 1.
/// Throws: ShapeError.
inline Shape dilate_kernel_y_shape(const Shape& w, const DilateKernelParams& p) {
  const char* const op = "dilate_kernel";
  const int rank = p.dilations.rank();
  if (rank < 1) throw ShapeError(op, "dilations", "1 spatial axis or more", text(rank));
  require_axes(op, "w", w, rank, "O", "C", "K");
  Indices extents{w[0], w[1]};
  for (int axis = 0; axis < rank; ++axis) {
    const std::string name = axis_name(axis, rank);
    require_at_least(op, text("kernel size ", name).c_str(), w[axis + 2], 1);
    require_at_least(op, text("dilation ", name).c_str(), p.dilations[axis], 1);
    const Index k = w[axis + 2];
    const Index holes = checked_product(k - 1, p.dilations[axis] - 1, op, "dilation");
    extents.push_back(checked_sum(k, holes, op, "dilation"));
  }
  return {extents.begin(), extents.end()};
}

/// dy [O,C,K'...], w  ->  dw with the shape w, which the caller names as for every other gradient.
/// Throws: ShapeError if dy is not what dilate_kernel makes of w.
inline Shape dilate_kernel_dw_shape(const Shape& dy, const Shape& w, const DilateKernelParams& p) {
  require_shape("dilate_kernel", "dy", dy, dilate_kernel_y_shape(w, p), " (the shape of y)");
  return w;
}

/// D-1 zeros between neighbouring taps (note 004 §5.5.2, N-DILATED-SIZE):
///   y[o,c,v] = w[o,c,v/D] where D divides v on every axis, else 0.
///
/// Shapes:  w [O,C,K...]  ->  y [O,C,K'...] of dilate_kernel_y_shape.
/// Throws:  ShapeError from the shape rule.
/// Error:   exact: elements are copied.
/// Cost:    O*C*K'... copies.
template <typename T>
Tensor<T> dilate_kernel(const Tensor<T>& w, const DilateKernelParams& p) {
  Tensor<T> y(dilate_kernel_y_shape(w.shape(), p));
  for_each_index(y.shape(), [&](const Indices& at) {
    Indices tap = at;
    for (int axis = 2; axis < at.rank(); ++axis) {
      const Index dilation = p.dilations[axis - 2];
      if (at[axis] % dilation != 0) return;
      tap[axis] = at[axis] / dilation;
    }
    y[flat_index(y.shape(), at)] = w[flat_index(w.shape(), tap)];
  });
  return y;
}

/// Its transpose, the gradient with respect to the kernel without holes:
///   dw[o,c,u] = dy[o,c,D*u].
///
/// Shapes:  dy [O,C,K'...], the shape of w  ->  dw [O,C,K...].
/// Throws:  ShapeError from the shape rule.
/// Error:   exact: elements are copied.
/// Cost:    O*C*K... copies.
template <typename T>
Tensor<T> dilate_kernel_dw(const Tensor<T>& dy, const Shape& w_shape, const DilateKernelParams& p) {
  Tensor<T> dw(dilate_kernel_dw_shape(dy.shape(), w_shape, p));
  for_each_index(w_shape, [&](const Indices& at) {
    Indices place = at;
    for (int axis = 2; axis < at.rank(); ++axis) place[axis] = at[axis] * p.dilations[axis - 2];
    dw[flat_index(w_shape, at)] = dy[flat_index(dy.shape(), place)];
  });
  return dw;
}

}  // namespace convproof::reference
