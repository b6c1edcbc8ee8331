// conv2d: what it is. Attributes, shapes and the one rule that every implementation calls first.
#pragma once

#include "core/conv.h"
#include "core/shape.h"

namespace convproof {

/// A step or a distance per spatial axis, in pixels; 1 means adjacent.
struct Step2d {
  Index h = 1;
  Index w = 1;
  friend bool operator==(const Step2d&, const Step2d&) = default;
};

/// Rows and columns of zeros around an image, in pixels.
struct Padding2d {
  Index top = 0;
  Index bottom = 0;
  Index left = 0;
  Index right = 0;
  friend bool operator==(const Padding2d&, const Padding2d&) = default;
};

inline Padding2d same_on_all_sides(Index pixels) {
  return {pixels, pixels, pixels, pixels};
}

struct Conv2dParams {
  Step2d stride{};
  Padding2d padding{};
  Step2d dilation{};
  Index groups = 1;
  friend bool operator==(const Conv2dParams&, const Conv2dParams&) = default;
};

/// The same layer in the terms of the general one.
ConvParams general(const Conv2dParams& p);

/// The shape rule of conv2d:  x [N,C,H,W], w [O,C/groups,Kh,Kw]  ->  y [N,O,H',W'].
/// N may be 0; every other extent is at least 1. `groups` divides C and O.
/// Throws: ShapeError.
Shape conv2d_y_shape(const Shape& x, const Shape& w, const Conv2dParams& p);

/// Like conv2d_y_shape, and b must be [O].
Shape conv2d_y_shape(const Shape& x, const Shape& w, const Shape& b, const Conv2dParams& p);

/// dy [N,O,H',W'], w  ->  dx with the shape x, which the caller names because the stride loses it.
/// Throws: ShapeError if dy is not what conv2d makes of x and w.
Shape conv2d_dx_shape(const Shape& dy, const Shape& w, const Shape& x, const Conv2dParams& p);

/// dy [N,O,H',W'], x  ->  dw with the shape w, which the caller names because the stride loses it.
/// Throws: ShapeError if dy is not what conv2d makes of x and w.
Shape conv2d_dw_shape(const Shape& dy, const Shape& x, const Shape& w, const Conv2dParams& p);

/// dy [N,O,H',W']  ->  db [O].
/// Throws: ShapeError if dy has not four axes.
Shape conv2d_db_shape(const Shape& dy);

}  // namespace convproof
