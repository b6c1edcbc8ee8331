// conv_1x1: a convolution whose window is one pixel: the same matrix for every pixel, which mixes
// the maps and leaves space alone.
//
// Indices:  n image, o output map, c input map, h pixel. Scalars `S` and `T` as in conv.
#pragma once

#include <type_traits>
#include <utility>

#include "core/requirements.h"
#include "core/scalar/multiply_add.h"
#include "core/tensor.h"
#include "core/window.h"

namespace convproof::reference {

/// The shape rule of conv_1x1:  x [N,C,D...], w [O,C]  ->  y [N,O,D...], one spatial axis or more.
/// N may be 0; C and O are at least 1.
/// Throws: ShapeError.
inline Shape conv_1x1_y_shape(const Shape& x, const Shape& w) {
  const char* const op = "conv_1x1";
  if (x.rank() < 3) throw ShapeError(op, "x", "3 axes or more [N, C, ...]", text(x));
  require_rank(op, "w", w, 2, "[O, C]");
  require_at_least(op, "channels of x", x[1], 1);
  require_at_least(op, "output channels of w", w[0], 1);
  if (w[1] != x[1]) {
    throw ShapeError(op, "w", text(x[1], " channels (the channels of x)"), text(w[1]));
  }
  return with_spatial(x[0], w[0], spatial(x));
}

/// Like conv_1x1_y_shape, and b must be [O].
inline Shape conv_1x1_y_shape(const Shape& x, const Shape& w, const Shape& b) {
  const Shape y = conv_1x1_y_shape(x, w);
  require_shape("conv_1x1", "b", b, Shape{w[0]}, " (one per output channel)");
  return y;
}

/// dy [N,O,D...], w  ->  dx [N,C,D...].
/// Throws: ShapeError if dy and w do not fit.
inline Shape conv_1x1_dx_shape(const Shape& dy, const Shape& w) {
  const char* const op = "conv_1x1";
  if (dy.rank() < 3) throw ShapeError(op, "dy", "3 axes or more [N, O, ...]", text(dy));
  require_rank(op, "w", w, 2, "[O, C]");
  const Shape x = with_spatial(dy[0], w[1], spatial(dy));
  require_shape(op, "dy", dy, conv_1x1_y_shape(x, w), " (the shape of y)");
  return x;
}

/// dy [N,O,D...], x [N,C,D...]  ->  dw [O,C].
/// Throws: ShapeError if dy and x do not fit.
inline Shape conv_1x1_dw_shape(const Shape& dy, const Shape& x) {
  const char* const op = "conv_1x1";
  if (dy.rank() < 3) throw ShapeError(op, "dy", "3 axes or more [N, O, ...]", text(dy));
  if (x.rank() < 3) throw ShapeError(op, "x", "3 axes or more [N, C, ...]", text(x));
  const Shape w{dy[1], x[1]};
  require_shape(op, "dy", dy, conv_1x1_y_shape(x, w), " (the shape of y)");
  return w;
}

/// dy [N,O,D...]  ->  db [O].
/// Throws: ShapeError if dy has no spatial axis.
inline Shape conv_1x1_db_shape(const Shape& dy) {
  if (dy.rank() < 3) throw ShapeError("conv_1x1", "dy", "3 axes or more [N, O, ...]", text(dy));
  return Shape{dy[1]};
}

/// The forward pass (note 002, GoogLeNet, N-1X1-SHAPE): D_1 = O filters of 1 x 1 make D_1 maps out
/// of D = C,
///   y[n,o,h] = b[o] + sum_c w[o,c] * x[n,c,h].
/// Without a bias pass b = nullptr.
///
/// Shapes:  x [N,C,D...], w [O,C], b [O]  ->  y [N,O,D...].
/// Throws:  ShapeError from the shape rule.
/// Error:   exact over Rational and Exact; over floats C*u*(1+u)*sum|w||x|.
/// Cost:    N*O*D...*C multiply-adds.
template <typename S, typename T>
Tensor<S> conv_1x1(const Tensor<T>& x, const Tensor<T>& w,
                   const std::type_identity_t<Tensor<T>>* b) {
  const Shape shape = b == nullptr ? conv_1x1_y_shape(x.shape(), w.shape())
                                   : conv_1x1_y_shape(x.shape(), w.shape(), b->shape());
  const Index outputs = shape[1];
  const Index inputs = x.shape()[1];
  const Index pixels = spatial(shape).element_count();
  Tensor<S> y(shape);
  for (Index n = 0; n < shape[0]; ++n) {
    for (Index o = 0; o < outputs; ++o) {
      for (Index h = 0; h < pixels; ++h) {
        S sum = b == nullptr ? S(0) : S((*b)[o]);
        for (Index c = 0; c < inputs; ++c) {
          multiply_add(sum, w(o, c), x[(n * inputs + c) * pixels + h]);
        }
        y[(n * outputs + o) * pixels + h] = std::move(sum);
      }
    }
  }
  return y;
}

/// The gradient with respect to the input:
///   dx[n,c,h] = sum_o w[o,c] * dy[n,o,h].
///
/// Shapes:  dy [N,O,D...], w [O,C]  ->  dx [N,C,D...].
/// Throws:  ShapeError from the shape rule.
/// Error:   as for y, with dy in the place of x.
/// Cost:    as for y.
template <typename S, typename T>
Tensor<S> conv_1x1_dx(const Tensor<T>& dy, const Tensor<T>& w) {
  const Shape shape = conv_1x1_dx_shape(dy.shape(), w.shape());
  const Index outputs = dy.shape()[1];
  const Index inputs = shape[1];
  const Index pixels = spatial(shape).element_count();
  Tensor<S> dx(shape);
  for (Index n = 0; n < shape[0]; ++n) {
    for (Index c = 0; c < inputs; ++c) {
      for (Index h = 0; h < pixels; ++h) {
        S sum = S(0);
        for (Index o = 0; o < outputs; ++o) {
          multiply_add(sum, w(o, c), dy[(n * outputs + o) * pixels + h]);
        }
        dx[(n * inputs + c) * pixels + h] = std::move(sum);
      }
    }
  }
  return dx;
}

/// The gradient with respect to the matrix:
///   dw[o,c] = sum_{n,h} dy[n,o,h] * x[n,c,h].
///
/// Shapes:  dy [N,O,D...], x [N,C,D...]  ->  dw [O,C].
/// Throws:  ShapeError from the shape rule.
/// Error:   as for y, with dy in the place of w.
/// Cost:    as for y.
template <typename S, typename T>
Tensor<S> conv_1x1_dw(const Tensor<T>& dy, const Tensor<T>& x) {
  Tensor<S> dw(conv_1x1_dw_shape(dy.shape(), x.shape()));
  const Index outputs = dy.shape()[1];
  const Index inputs = x.shape()[1];
  const Index pixels = spatial(dy.shape()).element_count();
  for (Index o = 0; o < outputs; ++o) {
    for (Index c = 0; c < inputs; ++c) {
      S sum = S(0);
      for (Index n = 0; n < dy.shape()[0]; ++n) {
        for (Index h = 0; h < pixels; ++h) {
          multiply_add(sum, dy[(n * outputs + o) * pixels + h], x[(n * inputs + c) * pixels + h]);
        }
      }
      dw(o, c) = std::move(sum);
    }
  }
  return dw;
}

/// The gradient with respect to the bias:
///   db[o] = sum_{n,h} dy[n,o,h].
///
/// Shapes:  dy [N,O,D...]  ->  db [O].
/// Throws:  ShapeError if dy has no spatial axis.
/// Error:   exact over Rational and Exact; over floats (n-1)*u*sum|dy| for n terms.
/// Cost:    N*O*D... additions.
template <typename S, typename T>
Tensor<S> conv_1x1_db(const Tensor<T>& dy) {
  Tensor<S> db(conv_1x1_db_shape(dy.shape()));
  const Index pixels = spatial(dy.shape()).element_count();
  for (Index n = 0; n < dy.shape()[0]; ++n) {
    for (Index o = 0; o < db.size(); ++o) {
      for (Index h = 0; h < pixels; ++h) db[o] += S(dy[(n * db.size() + o) * pixels + h]);
    }
  }
  return db;
}

}  // namespace convproof::reference
