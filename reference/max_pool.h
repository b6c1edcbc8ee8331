// max_pool: what it equals. The maximum of every region, on any number of spatial axes.
#pragma once

#include <limits>

#include "core/pool.h"
#include "core/tensor.h"
#include "reference/first_maximum.h"
#include "reference/regions.h"

namespace convproof::reference {

/// Which pixel is the maximum of each region:
///   argmax[n,c,i] = the number of the pixel in its map, in C order,
/// and -1 for a region without pixels, wholly in the padding. Ties go to the first pixel in C order
/// of the window; the first NaN goes before every number. Others number the pixels of the whole
/// tensor (ONNX) and let the last of the ties or NaNs win.
///
/// Shapes:  x [N,C,D...]  ->  argmax [N,C,D'...] of pool_y_shape.
/// Throws:  ShapeError from the shape rule.
/// Error:   exact in every scalar.
/// Cost:    N*C*D'...*K... comparisons.
template <typename T>
Tensor<Index> max_pool_argmax(const Tensor<T>& x, const PoolParams& p) {
  Tensor<Index> argmax(pool_y_shape(x.shape(), p, "max_pool"));
  const Index pixels = spatial(x.shape()).element_count();
  for_each_region(x.shape(), argmax.shape(), p, [&](const Region& region) {
    const Index place = first_maximum(x, region.pixels);
    argmax[region.output] = place == -1 ? -1 : place % pixels;
  });
  return argmax;
}

/// Max pooling (note 000 §3.2.2, F-POOL-MAX; note 004 §5.2.3, F-POOL-QIU; note 001 §9.3,
/// F-POOL-KINDS):
///   y[n,c,i] = max_u x[n,c,h],  h = stride*i + dilation*u - before inside the image.
/// Padding never wins, not even over negative pixels. NaN propagates. A region wholly in the
/// padding is -infinity; a scalar that has none (Rational, Exact) refuses such regions. Dilation as
/// in ONNX (MaxPool since operator set 10).
///
/// Shapes:  x [N,C,D...]  ->  y [N,C,D'...] of pool_y_shape.
/// Throws:  ShapeError from the shape rule, and for a region without pixels if T has no infinity.
/// Error:   exact in every scalar.
/// Cost:    N*C*D'...*K... comparisons.
template <typename T>
Tensor<T> max_pool(const Tensor<T>& x, const PoolParams& p) {
  Tensor<T> y(pool_y_shape(x.shape(), p, "max_pool"));
  for_each_region(x.shape(), y.shape(), p, [&](const Region& region) {
    const Index place = first_maximum(x, region.pixels);
    if (place != -1) {
      y[region.output] = x[place];
    } else if constexpr (std::numeric_limits<T>::has_infinity) {
      y[region.output] = -std::numeric_limits<T>::infinity();
    } else {
      throw ShapeError("max_pool", "padding",
                       "a pixel in every window (no infinity in this scalar)",
                       text("none for output ", region.output));
    }
  });
  return y;
}

/// The gradient with respect to x: every region gives its own to its argmax alone (the up(.) of
/// note 000 §3.2.4, V-POOL-BP-L2, where the pooling is max pooling),
///   dx[n,c,h] = sum_{i : argmax[n,c,i] = h} dy[n,c,i].
/// At a tie, where there is no derivative, this is one of the subgradients: that of the first.
///
/// Shapes:  dy [N,C,D'...], x [N,C,D...]  ->  dx [N,C,D...].
/// Throws:  ShapeError from the shape rule.
/// Error:   exact over Rational and Exact; over floats gamma(r-1) * sum|dy| where r regions meet.
/// Cost:    as for y.
template <typename T>
Tensor<T> max_pool_dx(const Tensor<T>& dy, const Tensor<T>& x, const PoolParams& p) {
  Tensor<T> dx(pool_dx_shape(dy.shape(), x.shape(), p, "max_pool"));
  for_each_region(x.shape(), dy.shape(), p, [&](const Region& region) {
    const Index place = first_maximum(x, region.pixels);
    if (place != -1) dx[place] += dy[region.output];
  });
  return dx;
}

}  // namespace convproof::reference
