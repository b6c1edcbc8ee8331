#include "core/window.h"

#include "core/indices.h"

namespace convproof {

void WindowAxes::push_back(const WindowAxis& axis) {
  if (size_ == kMostAxes) {
    throw ShapeError("window", "axes", text("at most ", kMostAxes), text(size_ + 1));
  }
  axes_[static_cast<std::size_t>(size_++)] = axis;
}

std::string axis_name(int axis, int rank) {
  static constexpr const char* kNames[] = {"d", "h", "w"};
  return rank <= 3 ? kNames[axis + 3 - rank] : text("axis ", axis);
}

void require_window(const char* op, const std::string& axis, Index size, Index kernel,
                    const WindowAxis& window) {
  const auto at_least = [&](Index value, Index least, const char* attribute) {
    if (value < least) {
      throw ShapeError(op, text(attribute, " ", axis), text(least, " or more"), text(value));
    }
  };
  at_least(size, 1, "input size");
  at_least(kernel, 1, "kernel size");
  at_least(window.stride, 1, "stride");
  at_least(window.dilation, 1, "dilation");
  at_least(window.before, 0, "leading padding");
  at_least(window.after, 0, "trailing padding");
}

Index window_span(const char* op, Index kernel, const WindowAxis& window) {
  return checked_sum(checked_product(window.dilation, kernel - 1, op, "dilation"), 1, op,
                     "dilation");
}

Index window_positions(const char* op, const std::string& axis, Index size, Index kernel,
                       const WindowAxis& window) {
  require_window(op, axis, size, kernel, window);
  const Index padded =
      checked_sum(checked_sum(size, window.before, op, "padding"), window.after, op, "padding");
  const Index span = window_span(op, kernel, window);
  if (span > padded) {
    throw ShapeError(op, text("window ", axis), text("at most the padded input, ", padded),
                     text(span, " (kernel ", kernel, ", dilation ", window.dilation, ")"));
  }
  return (padded - span) / window.stride + 1;
}

Shape spatial(const Shape& shape) {
  return {shape.begin() + 2, shape.end()};
}

Shape with_spatial(Index n, Index c, const Shape& extents) {
  Indices all{n, c};
  for (const Index extent : extents) all.push_back(extent);
  return {all.begin(), all.end()};
}

}  // namespace convproof
