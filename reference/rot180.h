// rot180: images and kernels turned by 180 degrees.
#pragma once

#include "core/requirements.h"
#include "core/tensor.h"
#include "reference/places.h"

namespace convproof::reference {

/// Every spatial axis reversed (note 003 §3.2.1, V-SUBSAMPLE-DELTA-R; note 000 §3.2.4):
///   y[n,c,i] = x[n,c, D - 1 - i] on each spatial axis of extent D.
/// The first two axes are not spatial and stay as they are, so kernels [O,C/groups,K...] are turned
/// map by map; a plain matrix is [1,1,H,W]. On one axis it is the reversal of a sequence, on three
/// the point reflection. Others turn whole matrices (MATLAB's rot180 and rot90(., 2)): the same.
///
/// Shapes:  x [N,C,D...]  ->  y [N,C,D...].
/// Throws:  ShapeError unless x has a spatial axis, and extents of 1 or more after N.
/// Error:   exact in every scalar: elements are only moved.
/// Cost:    N*C*D... moves.
template <typename T>
Tensor<T> rot180(const Tensor<T>& x) {
  require_images("rot180", "x", x.shape());
  Tensor<T> y(x.shape());
  for_each_index(y.shape(), [&](const Indices& i) {
    element(y, i) = element(
        x, moved(i, [&](Index index, int axis) { return x.shape()[axis + 2] - 1 - index; }));
  });
  return y;
}

/// The gradient with respect to x: dx[n,c,h] = dy[n,c, D - 1 - h]. The rotation is its own inverse
/// and its own transpose.
///
/// Shapes:  dy [N,C,D...]  ->  dx [N,C,D...].
/// Throws:  ShapeError as for y, with dy in the place of x.
/// Error:   exact in every scalar.
/// Cost:    as for y.
template <typename T>
Tensor<T> rot180_dx(const Tensor<T>& dy) {
  require_images("rot180", "dy", dy.shape());
  Tensor<T> dx(dy.shape());
  for_each_index(dy.shape(), [&](const Indices& i) {
    element(dx, moved(i, [&](Index index, int axis) { return dy.shape()[axis + 2] - 1 - index; })) =
        element(dy, i);
  });
  return dx;
}

}  // namespace convproof::reference
