// unpool: maxima put back to where they came from.
#pragma once

#include <vector>

#include "core/requirements.h"
#include "core/tensor.h"
#include "core/window.h"

namespace convproof::reference {

/// The shape rule of unpool:  x [N,C,D'...], argmax [N,C,D'...]  ->  y [N,C,D...], which the caller
/// names because pooling loses it.
/// Throws: ShapeError unless each argmax is a pixel of its map, named once, or -1.
inline Shape unpool_y_shape(const Shape& x, const Tensor<Index>& argmax, const Shape& y) {
  constexpr const char* kOp = "unpool";
  require_images(kOp, "x", x);
  require_images(kOp, "y", y);
  require_shape(kOp, "argmax", argmax.shape(), x, " (the shape of x)");
  if (y.rank() != x.rank() || y[0] != x[0] || y[1] != x[1]) {
    throw ShapeError(kOp, "y", text(x.rank(), " axes [", x[0], ", ", x[1], ", ...]"), text(y));
  }
  const Index pixels = spatial(y).element_count();
  const Index windows = spatial(x).element_count();
  std::vector<bool> named(static_cast<std::size_t>(y.element_count()), false);
  for (Index i = 0; i < argmax.size(); ++i) {
    const Index pixel = argmax[i];
    if (pixel == -1) continue;
    if (pixel < -1 || pixel >= pixels) {
      throw ShapeError(kOp, "argmax", text("pixels of 0 to ", pixels - 1, ", or -1"), text(pixel));
    }
    const auto place = static_cast<std::size_t>(i / windows * pixels + pixel);
    if (named[place]) {
      throw ShapeError(kOp, "argmax", "every pixel of a map once", text(pixel, " twice"));
    }
    named[place] = true;
  }
  return y;
}

/// Max unpooling: the values of a pooled map at the places that max_pool_argmax remembers, zeros
/// elsewhere; the up(.) of note 000 §3.2.4, F-UP-TEXT, behind max pooling of separate regions:
///   y[n,c,h] = x[n,c,i] where h = argmax[n,c,i],  0 where no i has it.
/// An argmax of -1 (a region in the padding) has no pixel, and its value is left out. Two regions
/// that name one pixel are refused: others add the two values, or keep the last of them.
///
/// Shapes:  x [N,C,D'...], argmax [N,C,D'...], the shape of y  ->  y [N,C,D...].
/// Throws:  ShapeError from the shape rule.
/// Error:   exact in every scalar: elements are only moved.
/// Cost:    one move per element of x.
/// Source:  Zeiler and Fergus, Visualizing and Understanding Convolutional Networks (2014), §2.1.
template <typename T>
Tensor<T> unpool(const Tensor<T>& x, const Tensor<Index>& argmax, const Shape& y_shape) {
  Tensor<T> y(unpool_y_shape(x.shape(), argmax, y_shape));
  const Index pixels = spatial(y_shape).element_count();
  const Index windows = spatial(x.shape()).element_count();
  for (Index i = 0; i < x.size(); ++i) {
    if (argmax[i] != -1) y[i / windows * pixels + argmax[i]] = x[i];
  }
  return y;
}

/// The gradient with respect to x: dx[n,c,i] = dy[n,c, argmax[n,c,i]], 0 where that is -1.
///
/// Shapes:  dy [N,C,D...], argmax [N,C,D'...]  ->  dx [N,C,D'...].
/// Throws:  ShapeError from the shape rule.
/// Error:   exact in every scalar: elements are only moved.
/// Cost:    one move per element of dx.
template <typename T>
Tensor<T> unpool_dx(const Tensor<T>& dy, const Tensor<Index>& argmax) {
  (void)unpool_y_shape(argmax.shape(), argmax, dy.shape());
  Tensor<T> dx(argmax.shape());
  const Index pixels = spatial(dy.shape()).element_count();
  const Index windows = spatial(dx.shape()).element_count();
  for (Index i = 0; i < dx.size(); ++i) {
    if (argmax[i] != -1) dx[i] = dy[i / windows * pixels + argmax[i]];
  }
  return dx;
}

}  // namespace convproof::reference
