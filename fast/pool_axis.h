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

  /// What tap 0 of output i reads; it may lie in the padding.
  Index first_pixel(Index i) const { return window.stride * i - window.before; }

  /// The taps of output i that read pixels of the image.
  Part taps_inside(Index i) const {
    const Index pixel = first_pixel(i);
    const Index first = pixel < 0 ? ceil_div(-pixel, window.dilation) : 0;
    const Index last =
        pixel < inputs ? std::min(kernel, (inputs - 1 - pixel) / window.dilation + 1) : 0;
    return {first, std::max(first, last)};
  }

  /// The outputs all of whose taps read pixels of the image.
  Part whole_outputs() const {
    const Index last_start = inputs - 1 - window.dilation * (kernel - 1) + window.before;
    const Index first = std::min(ceil_div(window.before, window.stride), outputs);
    const Index last = last_start < 0 ? 0 : std::min(last_start / window.stride + 1, outputs);
    return {first, std::max(first, last)};
  }
};

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
  return {{x[2], y[2], p.kernel[0], p.axes[0]}, {x[3], y[3], p.kernel[1], p.axes[1]}};
}

}  // namespace convproof::fast
