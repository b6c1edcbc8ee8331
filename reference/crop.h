// crop: the inside of images, margins cut off.
#pragma once

#include "core/pad.h"
#include "core/requirements.h"
#include "core/tensor.h"
#include "core/window.h"
#include "reference/places.h"

namespace convproof::reference {

/// The shape rule of crop:  x [N,C,D...]  ->  y [N,C,D - before - after...].
/// Throws: ShapeError unless at least one pixel is left on every axis.
inline Shape crop_y_shape(const Shape& x, const Margins& margins) {
  constexpr const char* kOp = "crop";
  require_images(kOp, "x", x);
  require_per_axis(kOp, "before", margins.before, x, 0);
  require_per_axis(kOp, "after", margins.after, x, 0);
  Indices extents{x[0], x[1]};
  const int rank = x.rank() - 2;
  for (int axis = 0; axis < rank; ++axis) {
    const Index cut = checked_sum(margins.before[axis], margins.after[axis], kOp, "margins");
    if (cut >= x[axis + 2]) {
      throw ShapeError(kOp, text("margins ", axis_name(axis, rank)),
                       text("less than the ", x[axis + 2], " pixels of x"), text(cut));
    }
    extents.push_back(x[axis + 2] - cut);
  }
  return {extents.begin(), extents.end()};
}

/// The pixels that are left when margins are cut off: undoes the zero padding of note 000 §3.1.1,
/// N-PAD-SIZE, and is its transpose:
///   y[n,c,i] = x[n,c, i + before].
///
/// Shapes:  x [N,C,D...]  ->  y [N,C,D - before - after...] of crop_y_shape.
/// Throws:  ShapeError from the shape rule.
/// Error:   exact in every scalar: elements are only moved.
/// Cost:    one visit per element of y.
template <typename T>
Tensor<T> crop(const Tensor<T>& x, const Margins& margins) {
  Tensor<T> y(crop_y_shape(x.shape(), margins));
  for_each_index(y.shape(), [&](const Indices& i) {
    element(y, i) =
        element(x, moved(i, [&](Index index, int axis) { return index + margins.before[axis]; }));
  });
  return y;
}

/// The gradient with respect to x: dx[n,c,h] = dy[n,c, h - before], 0 in the margins.
///
/// Shapes:  dy [N,C,D - before - after...], the shape of x  ->  dx [N,C,D...].
/// Throws:  ShapeError if dy is not what crop makes of x.
/// Error:   exact in every scalar.
/// Cost:    one visit per element of dx.
template <typename T>
Tensor<T> crop_dx(const Tensor<T>& dy, const Shape& x_shape, const Margins& margins) {
  require_shape("crop", "dy", dy.shape(), crop_y_shape(x_shape, margins), " (the shape of y)");
  Tensor<T> dx(x_shape);
  for_each_index(dx.shape(), [&](const Indices& h) {
    const Indices i = moved(h, [&](Index index, int axis) { return index - margins.before[axis]; });
    if (contains(dy.shape(), i)) element(dx, h) = element(dy, i);
  });
  return dx;
}

}  // namespace convproof::reference
