#include "core/conv2d.h"

namespace convproof {
namespace {

constexpr const char* kOp = "conv2d";

void require_rank(const Shape& shape, int rank, const char* argument, const char* axes) {
  if (shape.rank() != rank) {
    throw ShapeError(kOp, argument, text(rank, " axes ", axes), text(shape));
  }
}

void require_at_least(Index value, Index least, const char* argument) {
  if (value < least) throw ShapeError(kOp, argument, text(least, " or more"), text(value));
}

void require_equal(const Shape& got, const Shape& expected, const char* argument,
                   const char* because) {
  if (!(got == expected)) throw ShapeError(kOp, argument, text(expected, because), text(got));
}

}  // namespace

Index window_positions(const char* op, const char* axis, Index size, Index kernel, Index stride,
                       Index before, Index after, Index dilation) {
  const auto at_least = [&](Index value, Index least, const char* attribute) {
    if (value < least) {
      throw ShapeError(op, text(attribute, " ", axis), text(least, " or more"), text(value));
    }
  };
  at_least(size, 1, "input size");
  at_least(kernel, 1, "kernel size");
  at_least(stride, 1, "stride");
  at_least(dilation, 1, "dilation");
  at_least(before, 0, "leading padding");
  at_least(after, 0, "trailing padding");
  const Index padded = checked_sum(checked_sum(size, before, op, "padding"), after, op, "padding");
  const Index span =
      checked_sum(checked_product(dilation, kernel - 1, op, "dilation"), 1, op, "dilation");
  if (span > padded) {
    throw ShapeError(op, text("window ", axis), text("at most the padded input, ", padded),
                     text(span, " (kernel ", kernel, ", dilation ", dilation, ")"));
  }
  return (padded - span) / stride + 1;
}

Shape conv2d_y_shape(const Shape& x, const Shape& w, const Conv2dParams& p) {
  require_rank(x, 4, "x", "[N, C, H, W]");
  require_rank(w, 4, "w", "[O, C/groups, Kh, Kw]");
  require_at_least(p.groups, 1, "groups");
  require_at_least(x[1], 1, "channels of x");
  require_at_least(w[0], 1, "output channels of w");
  if (x[1] % p.groups != 0) {
    throw ShapeError(kOp, "groups", text("a divisor of the ", x[1], " channels of x"),
                     text(p.groups));
  }
  if (w[0] % p.groups != 0) {
    throw ShapeError(kOp, "groups", text("a divisor of the ", w[0], " output channels of w"),
                     text(p.groups));
  }
  if (w[1] != x[1] / p.groups) {
    throw ShapeError(
        kOp, "w",
        text(x[1] / p.groups, " channels per group (x has ", x[1], ", groups ", p.groups, ")"),
        text(w[1]));
  }
  const Index h = window_positions(kOp, "h", x[2], w[2], p.stride.h, p.padding.top,
                                   p.padding.bottom, p.dilation.h);
  const Index v = window_positions(kOp, "w", x[3], w[3], p.stride.w, p.padding.left,
                                   p.padding.right, p.dilation.w);
  const Shape y{x[0], w[0], h, v};
  // Whoever asks for shapes may allocate next: refuse here what cannot be counted.
  for (const Shape* shape : {&x, &w, &y}) (void)shape->element_count();
  return y;
}

Shape conv2d_y_shape(const Shape& x, const Shape& w, const Shape& b, const Conv2dParams& p) {
  const Shape y = conv2d_y_shape(x, w, p);
  require_equal(b, Shape{w[0]}, "b", " (one per output channel)");
  return y;
}

Shape conv2d_dx_shape(const Shape& dy, const Shape& w, const Shape& x, const Conv2dParams& p) {
  require_equal(dy, conv2d_y_shape(x, w, p), "dy", " (the shape of y)");
  return x;
}

Shape conv2d_dw_shape(const Shape& dy, const Shape& x, const Shape& w, const Conv2dParams& p) {
  require_equal(dy, conv2d_y_shape(x, w, p), "dy", " (the shape of y)");
  return w;
}

Shape conv2d_db_shape(const Shape& dy) {
  require_rank(dy, 4, "dy", "[N, O, H', W']");
  return Shape{dy[1]};
}

}  // namespace convproof
