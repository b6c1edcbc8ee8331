// global_average_pool: the mean of every map.
#pragma once

#include "core/pool.h"
#include "core/tensor.h"

namespace convproof::reference {

/// Mean pooling whose only region is the whole map (note 000 §3.2.2, F-POOL-MEAN):
///   y[n,c] = (1/D...) sum_h x[n,c,h].
/// The spatial axes stay, with one pixel each.
///
/// Shapes:  x [N,C,D...]  ->  y [N,C,1...].
/// Throws:  ShapeError from the shape rule.
/// Error:   exact over Rational; over floats gamma(D...) * global_average_pool(|x|).
/// Cost:    one addition per pixel.
template <typename T>
Tensor<T> global_average_pool(const Tensor<T>& x) {
  Tensor<T> y(global_pool_y_shape(x.shape(), "global_average_pool"));
  const Index pixels = spatial(x.shape()).element_count();
  for (Index map = 0; map < y.size(); ++map) {
    T sum = T(0);
    for (Index h = 0; h < pixels; ++h) sum += x[map * pixels + h];
    y[map] = sum / T(pixels);
  }
  return y;
}

/// The gradient with respect to x: dx[n,c,h] = dy[n,c] / (D...).
///
/// Shapes:  dy [N,C,1...], the shape of x, whose values do not matter  ->  dx [N,C,D...].
/// Throws:  ShapeError from the shape rule.
/// Error:   exact over Rational; over floats one rounding.
/// Cost:    one division per pixel.
template <typename T>
Tensor<T> global_average_pool_dx(const Tensor<T>& dy, const Shape& x_shape) {
  Tensor<T> dx(global_pool_dx_shape(dy.shape(), x_shape, "global_average_pool"));
  const Index pixels = spatial(x_shape).element_count();
  for (Index h = 0; h < dx.size(); ++h) dx[h] = dy[h / pixels] / T(pixels);
  return dx;
}

}  // namespace convproof::reference
