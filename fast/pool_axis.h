// One spatial axis of a pooling layer: which taps read pixels of the image.
#pragma once

#include <algorithm>

#include "core/pool.h"
#include "fast/blocks.h"

namespace convproof::fast {

/// Tap u of output i reads pixel stride*i + dilation*u - before, if that is one of the image.
struct PoolAxis {
  Index inputs;
  Index outputs;
  Index kernel;
  WindowAxis window;
  Part whole;  // The outputs all of whose taps read pixels of the image.

  /// What tap 0 of output i reads; it may lie in the padding.
  Index first_pixel(Index i) const { return window.stride * i - window.before; }

  /// The taps of output i that read pixels of the image. Most windows are whole: they cost no
  /// division, which in narrow images costs as much as the window.
  Part taps_inside(Index i) const {
    if (i >= whole.first && i < whole.last) return {0, kernel};
    const Index pixel = first_pixel(i);
    const Index first = pixel < 0 ? over_dilation(-pixel + window.dilation - 1) : 0;
    const Index last = pixel < inputs ? std::min(kernel, over_dilation(inputs - 1 - pixel) + 1) : 0;
    return {first, std::max(first, last)};
  }

  Index over_dilation(Index pixels) const {
    return window.dilation == 1 ? pixels : pixels / window.dilation;
  }
};

/// The axis with its whole outputs.
inline PoolAxis pool_axis(Index inputs, Index outputs, Index kernel, const WindowAxis& window) {
  const Index last_start = inputs - 1 - window.dilation * (kernel - 1) + window.before;
  const Index first = std::min(ceil_div(window.before, window.stride), outputs);
  const Index last = last_start < 0 ? 0 : std::min(last_start / window.stride + 1, outputs);
  return {inputs, outputs, kernel, window, {first, std::max(first, last)}};
}

/// Both axes of a layer that the shape rule has approved.
struct PoolAxes {
  PoolAxis h;
  PoolAxis w;
};

/// Throws: ShapeError unless there are two spatial axes.
inline PoolAxes pool_axes(const char* op, const Shape& x, const Shape& y, const PoolParams& p) {
  if (x.rank() != 4) {
    throw ShapeError(op, "x", "2 spatial axes [N, C, H, W] (the fast path has no others)", text(x));
  }
  return {pool_axis(x[2], y[2], p.kernel[0], p.axes[0]),
          pool_axis(x[3], y[3], p.kernel[1], p.axes[1])};
}

}  // namespace convproof::fast
