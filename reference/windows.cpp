#include "reference/windows.h"

#include "core/indices.h"

namespace convproof::reference {
namespace {

using Readings = std::vector<Reading>;

/// The place with this number in C order.
Indices place(const Shape& shape, Index flat) {
  Indices at(shape.rank());
  for (int axis = shape.rank() - 1; axis >= 0; --axis) {
    at[axis] = flat % shape[axis];
    flat /= shape[axis];
  }
  return at;
}

/// Readings on all axes from those on each: every combination, the last axis fastest.
template <typename OnAxis>
Readings combined(const Shape& pixels, const Shape& taps, const Shape& windows, OnAxis on_axis) {
  Readings all{{0, 0, 0}};
  for (int axis = 0; axis < pixels.rank(); ++axis) {
    const Readings inner = on_axis(axis);
    Readings both;
    both.reserve(all.size() * inner.size());
    for (const Reading& outer : all) {
      for (const Reading& r : inner) {
        both.push_back({outer.window * windows[axis] + r.window, outer.tap * taps[axis] + r.tap,
                        outer.pixel * pixels[axis] + r.pixel});
      }
    }
    all = std::move(both);
  }
  return all;
}

}  // namespace

Windows::Windows(const Shape& pixels, const Shape& taps, const Shape& windows,
                 const WindowAxes& axes)
    : pixels_(pixels), taps_(taps), windows_(windows), axes_(axes) {}

Readings Windows::of_window(Index window) const {
  const Indices i = place(windows_, window);
  return combined(pixels_, taps_, windows_, [&](int axis) {
    const WindowAxis& a = axes_[axis];
    Readings inside;
    for (Index tap = 0; tap < taps_[axis]; ++tap) {
      const Index pixel = a.stride * i[axis] + a.dilation * tap - a.before;
      if (pixel >= 0 && pixel < pixels_[axis]) inside.push_back({i[axis], tap, pixel});
    }
    return inside;
  });
}

Readings Windows::of_pixel(Index pixel) const {
  const Indices h = place(pixels_, pixel);
  return combined(pixels_, taps_, windows_, [&](int axis) {
    const WindowAxis& a = axes_[axis];
    Readings readers;
    for (Index tap = 0; tap < taps_[axis]; ++tap) {
      const Index way = h[axis] + a.before - a.dilation * tap;
      if (way < 0 || way % a.stride != 0) continue;
      const Index window = way / a.stride;
      if (window < windows_[axis]) readers.push_back({window, tap, h[axis]});
    }
    return readers;
  });
}

Readings Windows::of_tap(Index tap) const {
  const Indices u = place(taps_, tap);
  return combined(pixels_, taps_, windows_, [&](int axis) {
    const WindowAxis& a = axes_[axis];
    Readings inside;
    for (Index window = 0; window < windows_[axis]; ++window) {
      const Index pixel = a.stride * window + a.dilation * u[axis] - a.before;
      if (pixel >= 0 && pixel < pixels_[axis]) inside.push_back({window, u[axis], pixel});
    }
    return inside;
  });
}

}  // namespace convproof::reference
