// Which tap of which window reads which pixel.
#pragma once

#include <vector>

#include "core/shape.h"
#include "core/window.h"

namespace convproof::reference {

/// "Tap `tap` of window `window` reads pixel `pixel`", all three as numbers in C order.
struct Reading {
  Index window;
  Index tap;
  Index pixel;
  friend bool operator==(const Reading&, const Reading&) = default;
};

/// The relation that every sliding-window operator is made of; on each spatial axis
///   pixel = stride*window + dilation*tap - before,
/// and only pixels of the image, not of its padding, are in it. Forward passes go through it window
/// by window, gradients of the input pixel by pixel, gradients of the kernel tap by tap.
///
/// Cost: a list costs its length; nothing is tabulated.
class Windows {
 public:
  /// The three extents are spatial; the rule of the operator has approved them.
  Windows(const Shape& pixels, const Shape& taps, const Shape& windows, const WindowAxes& axes);

  Index pixels() const { return pixels_.element_count(); }
  Index taps() const { return taps_.element_count(); }
  Index windows() const { return windows_.element_count(); }

  /// What one window reads, in C order of its taps.
  std::vector<Reading> of_window(Index window) const;
  /// Who reads one pixel, in C order of the taps.
  std::vector<Reading> of_pixel(Index pixel) const;
  /// What one tap reads, in C order of the windows.
  std::vector<Reading> of_tap(Index tap) const;

 private:
  Shape pixels_;
  Shape taps_;
  Shape windows_;
  WindowAxes axes_;
};

}  // namespace convproof::reference
