// maxout: pooling across channels.
#pragma once

#include <vector>

#include "core/requirements.h"
#include "core/shape.h"
#include "core/tensor.h"
#include "reference/first_maximum.h"

namespace convproof::reference {

/// The shape rule of maxout:  x [N,C,...], `channels` of them in a group  ->  y [N,C/channels,...].
/// There may be no spatial axis.
/// Throws: ShapeError unless `channels` divides C.
inline Shape maxout_y_shape(const Shape& x, Index channels) {
  if (x.rank() < 2) throw ShapeError("maxout", "x", "2 axes or more [N, C, ...]", text(x));
  if (channels < 1) throw ShapeError("maxout", "channels", "1 or more", text(channels));
  if (x[1] < 1 || x[1] % channels != 0) {
    throw ShapeError("maxout", "channels", text("a divisor of the ", x[1], " channels of x"),
                     text(channels));
  }
  std::vector<Index> extents(x.begin(), x.end());
  extents[1] /= channels;
  return Shape(extents);
}

namespace detail {

/// Places in x of the group of channels that the output `i` of maxout is the maximum of.
inline std::vector<Index> maxout_group(const Shape& x, Index channels, Index i) {
  Index pixels = 1;
  for (int axis = 2; axis < x.rank(); ++axis) pixels *= x[axis];
  std::vector<Index> places;
  for (Index j = 0; j < channels; ++j) {
    places.push_back((i / pixels * channels + j) * pixels + i % pixels);
  }
  return places;
}

}  // namespace detail

/// The maximum over groups of neighbouring channels, the pooling across channels that complex cells
/// have inspired (note 001 §9.10, Q-V1-PROPERTIES):
///   y[n,g,i] = max_{0 <= j < channels} x[n, g*channels + j, i].
/// Ties go to the first channel; NaN propagates, the first before every number.
///
/// Shapes:  x [N,C,...]  ->  y [N,C/channels,...].
/// Throws:  ShapeError from the shape rule.
/// Error:   exact in every scalar.
/// Cost:    one comparison per element of x.
/// Source:  Goodfellow et al., Maxout Networks (2013), §3.
template <typename T>
Tensor<T> maxout(const Tensor<T>& x, Index channels) {
  Tensor<T> y(maxout_y_shape(x.shape(), channels));
  for (Index i = 0; i < y.size(); ++i) {
    y[i] = x[first_maximum(x, detail::maxout_group(x.shape(), channels, i))];
  }
  return y;
}

/// The gradient with respect to x: dx[n,c,i] = dy[n,g,i] where c is the argmax of its group g, else
/// 0.
///
/// Shapes:  dy [N,C/channels,...], x [N,C,...]  ->  dx [N,C,...].
/// Throws:  ShapeError if dy is not what maxout makes of x.
/// Error:   exact in every scalar.
/// Cost:    as for y.
template <typename T>
Tensor<T> maxout_dx(const Tensor<T>& dy, const Tensor<T>& x, Index channels) {
  require_shape("maxout", "dy", dy.shape(), maxout_y_shape(x.shape(), channels),
                " (the shape of y)");
  Tensor<T> dx(x.shape());
  for (Index i = 0; i < dy.size(); ++i) {
    dx[first_maximum(x, detail::maxout_group(x.shape(), channels, i))] = dy[i];
  }
  return dx;
}

}  // namespace convproof::reference
