// global_max_pool: the maximum of every map.
#pragma once

#include <numeric>
#include <vector>

#include "core/pool.h"
#include "core/tensor.h"
#include "reference/first_maximum.h"

namespace convproof::reference {

namespace detail {

/// Places of the pixels of one map, in C order, where all images and channels are numbered.
inline std::vector<Index> pixels_of_map(const Shape& x, Index map) {
  const Index pixels = spatial(x).element_count();
  std::vector<Index> places(static_cast<std::size_t>(pixels));
  std::iota(places.begin(), places.end(), map * pixels);
  return places;
}

}  // namespace detail

/// Max pooling whose only region is the whole map (note 000 §3.2.2, F-POOL-MAX):
///   y[n,c] = max_h x[n,c,h].
/// The spatial axes stay, with one pixel each. Ties go to the first pixel in C order; NaN
/// propagates, the first before every number.
///
/// Shapes:  x [N,C,D...]  ->  y [N,C,1...].
/// Throws:  ShapeError from the shape rule.
/// Error:   exact in every scalar.
/// Cost:    one comparison per pixel.
template <typename T>
Tensor<T> global_max_pool(const Tensor<T>& x) {
  Tensor<T> y(global_pool_y_shape(x.shape(), "global_max_pool"));
  for (Index map = 0; map < y.size(); ++map) {
    y[map] = x[first_maximum(x, detail::pixels_of_map(x.shape(), map))];
  }
  return y;
}

/// The gradient with respect to x: dx[n,c,h] = dy[n,c] where h is the argmax of its map, else 0.
///
/// Shapes:  dy [N,C,1...], x [N,C,D...]  ->  dx [N,C,D...].
/// Throws:  ShapeError from the shape rule.
/// Error:   exact in every scalar.
/// Cost:    as for y.
template <typename T>
Tensor<T> global_max_pool_dx(const Tensor<T>& dy, const Tensor<T>& x) {
  Tensor<T> dx(global_pool_dx_shape(dy.shape(), x.shape(), "global_max_pool"));
  for (Index map = 0; map < dy.size(); ++map) {
    dx[first_maximum(x, detail::pixels_of_map(x.shape(), map))] = dy[map];
  }
  return dx;
}

}  // namespace convproof::reference
