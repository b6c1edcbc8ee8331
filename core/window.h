// Windows that slide over an image: the one arithmetic of sizes that convolution and pooling share.
#pragma once

#include <array>
#include <initializer_list>
#include <string>

#include "core/shape.h"

namespace convproof {

/// How a window moves along one spatial axis, in pixels.
struct WindowAxis {
  Index stride = 1;
  Index before = 0;  // Pixels of padding on the side of smaller indices.
  Index after = 0;
  Index dilation = 1;  // 1 means adjacent taps.
  friend bool operator==(const WindowAxis&, const WindowAxis&) = default;
};

/// The axes of a window, outermost first: at most kMostAxes, held without an allocation, because
/// the shape rule is part of every call of a fast path.
class WindowAxes {
 public:
  static constexpr int kMostAxes = Shape::kMaxRank - 2;

  WindowAxes() = default;
  /// Throws: ShapeError if there are too many.
  WindowAxes(std::initializer_list<WindowAxis> axes) {
    for (const WindowAxis& axis : axes) push_back(axis);
  }
  /// Throws: ShapeError if there is no room for another.
  void push_back(const WindowAxis& axis);

  int size() const { return size_; }
  WindowAxis& operator[](int axis) { return axes_[static_cast<std::size_t>(axis)]; }
  const WindowAxis& operator[](int axis) const { return axes_[static_cast<std::size_t>(axis)]; }
  const WindowAxis* begin() const { return axes_.data(); }
  const WindowAxis* end() const { return axes_.data() + size_; }

  friend bool operator==(const WindowAxes&, const WindowAxes&) = default;

 private:
  std::array<WindowAxis, kMostAxes> axes_{};
  int size_ = 0;
};

/// The name of a spatial axis in messages: w, or h and w, or d, h and w; else its number.
std::string axis_name(int axis, int rank);

/// What every sliding window asks of one axis of `size` pixels in its input and `kernel` taps.
/// Throws: ShapeError naming `op` and `axis` if an attribute is out of range.
void require_window(const char* op, const std::string& axis, Index size, Index kernel,
                    const WindowAxis& window);

/// Pixels from the first tap of a window to the last: dilation*(kernel-1) + 1 (note 004 §5.5.2,
/// N-DILATED-SIZE).
/// Throws: ShapeError if it overflows.
Index window_span(const char* op, Index kernel, const WindowAxis& window);

/// Number of positions of a window of `kernel` taps on `size` pixels with padding:
///   floor((size + before + after - dilation*(kernel-1) - 1) / stride) + 1
/// (note 002, N-SIZE-STRIDE, where dilation is 1 and the division has no remainder).
/// Throws: ShapeError naming `op` and `axis` if an attribute is out of range, a sum overflows, or
/// the window is larger than the padded image.
Index window_positions(const char* op, const std::string& axis, Index size, Index kernel,
                       const WindowAxis& window);

/// The spatial extents of a tensor [N, C, ...]: all axes but the first two.
Shape spatial(const Shape& shape);

/// [n, c] followed by spatial extents.
Shape with_spatial(Index n, Index c, const Shape& extents);

}  // namespace convproof
