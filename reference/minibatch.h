// minibatch: a data set in portions, and the mean over one of them.
#pragma once

#include <algorithm>

#include "core/requirements.h"
#include "core/tensor.h"

namespace convproof::reference {

/// Number of batches of `size` images that `images` images make; the last may be smaller.
/// Throws: ShapeError if size is below 1 or images below 0.
inline Index minibatch_count(Index images, Index size) {
  require_at_least("minibatch", "images", images, 0);
  require_at_least("minibatch", "size", size, 1);
  return images / size + (images % size == 0 ? 0 : 1);
}

/// The shape rule of minibatch:  x [N,...]  ->  batch number k of `size` images (note 002, T-BATCH:
/// 256), [min(size, N - k*size), ...].
/// Throws: ShapeError if x has no axis, or there is no such batch.
inline Shape minibatch_shape(const Shape& x, Index k, Index size) {
  if (x.rank() < 1) throw ShapeError("minibatch", "x", "1 axis or more [N, ...]", text(x));
  const Index count = minibatch_count(x[0], size);
  if (k < 0 || k >= count) {
    throw ShapeError("minibatch", "k", text("a batch from 0 to ", count - 1), text(k));
  }
  std::vector<Index> extents(x.begin(), x.end());
  extents[0] = std::min(size, x[0] - k * size);
  return Shape(extents);
}

/// Batch number k of the images in their order (note 002, T-BATCH); nothing is shuffled, and the
/// last batch is smaller where `size` does not divide the number of images (others drop it):
///   y[n,...] = x[k*size + n, ...].
///
/// Shapes:  x [N,...]  ->  y [min(size, N - k*size), ...].
/// Throws:  ShapeError from minibatch_shape.
/// Error:   exact.
/// Cost:    a copy of the batch.
template <typename T>
Tensor<T> minibatch(const Tensor<T>& x, Index k, Index size) {
  Tensor<T> y(minibatch_shape(x.shape(), k, size));
  const Index first = k * size * (x.size() / x.shape()[0]);
  for (Index i = 0; i < y.size(); ++i) y[i] = x[first + i];
  return y;
}

/// The gradient with respect to x: dy at the images of the batch, 0 at all others.
///
/// Shapes:  dy [n,...], the shape of x  ->  dx [N,...].
/// Throws:  ShapeError from minibatch_shape, or if dy is not of that shape.
/// Error:   exact.
/// Cost:    a copy of the batch.
template <typename T>
Tensor<T> minibatch_dx(const Tensor<T>& dy, const Shape& x_shape, Index k, Index size) {
  require_shape("minibatch", "dy", dy.shape(), minibatch_shape(x_shape, k, size),
                " (the shape of the batch)");
  Tensor<T> dx(x_shape);
  const Index first = k * size * (dx.size() / x_shape[0]);
  for (Index i = 0; i < dy.size(); ++i) dx[first + i] = dy[i];
  return dx;
}

/// The shape rule of minibatch_mean:  g [N,...]  ->  [...].
/// Throws: ShapeError if g has no axis or there is no image.
inline Shape minibatch_mean_shape(const Shape& g) {
  if (g.rank() < 1) throw ShapeError("minibatch", "g", "1 axis or more [N, ...]", text(g));
  require_at_least("minibatch", "images of g", g[0], 1);
  return {g.begin() + 1, g.end()};
}

/// The mean over the images of a batch, of losses or of gradients:
///   y[...] = (1/N) sum_n g[n,...].
/// Some take the sum; the learning rate then has to be N times smaller.
///
/// Shapes:  g [N,...]  ->  y [...].
/// Throws:  ShapeError from minibatch_mean_shape.
/// Error:   exact over Rational; over floats gamma(N) * mean of |g|.
/// Cost:    one addition per element of g.
template <typename T>
Tensor<T> minibatch_mean(const Tensor<T>& g) {
  Tensor<T> y(minibatch_mean_shape(g.shape()));
  const Index images = g.shape()[0];
  for (Index i = 0; i < y.size(); ++i) {
    T sum = T(0);
    for (Index n = 0; n < images; ++n) sum += g[n * y.size() + i];
    y[i] = sum / T(images);
  }
  return y;
}

/// The gradient of the mean with respect to g:  dg[n,...] = dy[...] / N.
///
/// Shapes:  dy [...], the shape of g [N,...]  ->  dg [N,...].
/// Throws:  ShapeError from minibatch_mean_shape, or if dy is not of that shape.
/// Error:   exact over Rational; over floats one rounding.
/// Cost:    one division per element of g.
template <typename T>
Tensor<T> minibatch_mean_dg(const Tensor<T>& dy, const Shape& g_shape) {
  require_shape("minibatch", "dy", dy.shape(), minibatch_mean_shape(g_shape),
                " (the shape of the mean)");
  Tensor<T> dg(g_shape);
  for (Index i = 0; i < dg.size(); ++i) dg[i] = dy[i % dy.size()] / T(g_shape[0]);
  return dg;
}

}  // namespace convproof::reference
