// tiled_conv: what it equals. Between conv and locally_connected: on each axis a cycle of kernels
// that are used in turn as the window moves.
//
// Indices:  n image, o output map, c input map, i output pixel, u kernel tap, h input pixel; i, u
// and h have one component per spatial axis, and on each axis the tap u of output pixel i reads
//   h = stride*i + dilation*u - before
// and is zero outside the image. Scalars `S` and `T` as in conv.
#pragma once

#include <type_traits>
#include <vector>

#include "core/indices.h"
#include "core/requirements.h"
#include "core/scalar/multiply_add.h"
#include "core/tensor.h"
#include "core/window.h"
#include "reference/windows.h"

namespace convproof::reference {

struct TiledConvParams {
  WindowAxes axes{};  // One per spatial axis; the length t of each cycle is in the shape of w.
};

/// The shape rule of tiled_conv:  x [N,C,D...], w [O,C,K...,t...]  ->  y [N,O,D'...], t the number
/// of kernels in the cycle of an axis; it may be larger than D', and the rest is then not used.
/// N may be 0; every other extent is at least 1.
/// Throws: ShapeError.
inline Shape tiled_conv_y_shape(const Shape& x, const Shape& w, const TiledConvParams& p) {
  const char* const op = "tiled_conv";
  const int rank = p.axes.size();
  if (rank < 1 || rank > 3) throw ShapeError(op, "axes", "1 to 3 spatial axes", text(rank));
  require_axes(op, "x", x, rank, "N", "C", "");
  if (w.rank() != 2 * rank + 2) {
    throw ShapeError(op, "w", text(2 * rank + 2, " axes [O, C, K..., t...]"), text(w));
  }
  require_at_least(op, "channels of x", x[1], 1);
  require_at_least(op, "output channels of w", w[0], 1);
  if (w[1] != x[1]) {
    throw ShapeError(op, "w", text(x[1], " channels (the channels of x)"), text(w[1]));
  }
  Indices extents{x[0], w[0]};
  for (int axis = 0; axis < rank; ++axis) {
    const std::string name = axis_name(axis, rank);
    extents.push_back(window_positions(op, name, x[axis + 2], w[axis + 2], p.axes[axis]));
    require_at_least(op, text("kernels on axis ", name).c_str(), w[axis + 2 + rank], 1);
  }
  const Shape y(extents.begin(), extents.end());
  for (const Shape* shape : {&x, &w, &y}) (void)shape->element_count();
  return y;
}

/// dy [N,O,D'...], the shape of w [O,C,K...,t...]  ->  db [O,t...].
/// Throws: ShapeError if they do not fit.
inline Shape tiled_conv_db_shape(const Shape& dy, const Shape& w) {
  const char* const op = "tiled_conv";
  if (dy.rank() < 3 || dy.rank() > 5) {
    throw ShapeError(op, "dy", "3 to 5 axes [N, O, ...]", text(dy));
  }
  const int rank = dy.rank() - 2;
  if (w.rank() != 2 * rank + 2 || w[0] != dy[1]) {
    throw ShapeError(op, "w", text(2 * rank + 2, " axes [", dy[1], ", C, K..., t...]"), text(w));
  }
  Indices extents{w[0]};
  for (int axis = 0; axis < rank; ++axis) {
    require_at_least(op, text("kernels on axis ", axis_name(axis, rank)).c_str(),
                     w[axis + 2 + rank], 1);
    extents.push_back(w[axis + 2 + rank]);
  }
  return {extents.begin(), extents.end()};
}

/// Like tiled_conv_y_shape, and b must be [O,t...].
inline Shape tiled_conv_y_shape(const Shape& x, const Shape& w, const Shape& b,
                                const TiledConvParams& p) {
  const Shape y = tiled_conv_y_shape(x, w, p);
  require_shape("tiled_conv", "b", b, tiled_conv_db_shape(y, w), " (one per kernel)");
  return y;
}

/// dy [N,O,D'...], w  ->  dx with the shape x, which the caller names because the stride loses it.
/// Throws: ShapeError if dy is not what tiled_conv makes of x and w.
inline Shape tiled_conv_dx_shape(const Shape& dy, const Shape& w, const Shape& x,
                                 const TiledConvParams& p) {
  require_shape("tiled_conv", "dy", dy, tiled_conv_y_shape(x, w, p), " (the shape of y)");
  return x;
}

/// dy [N,O,D'...], x  ->  dw with the shape w, which the caller names because the stride loses it.
/// Throws: ShapeError if dy is not what tiled_conv makes of x and w.
inline Shape tiled_conv_dw_shape(const Shape& dy, const Shape& x, const Shape& w,
                                 const TiledConvParams& p) {
  require_shape("tiled_conv", "dy", dy, tiled_conv_y_shape(x, w, p), " (the shape of y)");
  return w;
}

/// The forward pass (note 001 §9.5, F-TILED-R; i counts from 0 here, from 1 in the book, whose
/// j%t+1 is another order of the same cycle):
///   y[n,o,i] = b[o, i mod t] + sum_c sum_u w[o,c,u, i mod t] * x[n,c,h].
/// Biases are shared like the kernels. Without a bias pass b = nullptr.
///
/// Shapes:  x [N,C,D...], w [O,C,K...,t...], b [O,t...]  ->  y [N,O,D'...] of tiled_conv_y_shape.
/// Throws:  ShapeError from the shape rule.
/// Error:   exact over Rational and Exact; over floats n*u*(1+u)*sum|w||x| for n products.
/// Cost:    N*O*D'...*C*K... multiply-adds; scratch memory for one list of taps.
/// Source:  Goodfellow, Bengio and Courville 2016, Eq. 9.10 and the paragraph on biases in §9.5.
template <typename S, typename T>
Tensor<S> tiled_conv(const Tensor<T>& x, const Tensor<T>& w,
                     const std::type_identity_t<Tensor<T>>* b, const TiledConvParams& p);

/// The gradient with respect to the input:
///   dx[n,c,h] = sum_o sum_{u,i : the tap u of i reads h} w[o,c,u, i mod t] * dy[n,o,i].
///
/// Shapes:  dy [N,O,D'...], w [O,C,K...,t...], the shape of x  ->  dx [N,C,D...].
/// Throws:  ShapeError from the shape rule.
/// Error:   as for y, with dy in the place of x.
/// Cost:    as for y.
template <typename S, typename T>
Tensor<S> tiled_conv_dx(const Tensor<T>& dy, const Tensor<T>& w, const Shape& x_shape,
                        const TiledConvParams& p);

/// The gradient with respect to the kernels:
///   dw[o,c,u,s] = sum_n sum_{i : i mod t = s} dy[n,o,i] * x[n,c,h].
///
/// Shapes:  dy [N,O,D'...], x [N,C,D...], the shape of w  ->  dw [O,C,K...,t...].
/// Throws:  ShapeError from the shape rule.
/// Error:   as for y, with dy in the place of w.
/// Cost:    as for y.
template <typename S, typename T>
Tensor<S> tiled_conv_dw(const Tensor<T>& dy, const Tensor<T>& x, const Shape& w_shape,
                        const TiledConvParams& p);

/// The gradient with respect to the biases:
///   db[o,s] = sum_n sum_{i : i mod t = s} dy[n,o,i].
///
/// Shapes:  dy [N,O,D'...], the shape of w  ->  db [O,t...].
/// Throws:  ShapeError from the shape rule.
/// Error:   exact over Rational and Exact; over floats (n-1)*u*sum|dy| for n terms.
/// Cost:    N*O*D'... additions.
template <typename S, typename T>
Tensor<S> tiled_conv_db(const Tensor<T>& dy, const Shape& w_shape);

namespace detail {

/// Calls visit(place in b [O,t...], place in y) for every unit of y [N,O,D'...], in C order.
template <typename Visit>
void for_each_tiled_unit(const Shape& y, const Shape& tiles, Visit visit) {
  for_each_index(y, [&](const Indices& at) {
    Index bias = at[1];
    for (int axis = 0; axis < tiles.rank(); ++axis) {
      bias = bias * tiles[axis] + at[axis + 2] % tiles[axis];
    }
    visit(bias, flat_index(y, at));
  });
}

/// A layer of given sizes, as the list of its products.
class TiledLayer {
 public:
  TiledLayer(const Shape& x, const Shape& w, const Shape& y, const TiledConvParams& p)
      : tiles_(w.begin() + 2 + p.axes.size(), w.end()),
        y_(y),
        channels_(w[1]),
        windows_(spatial(x), {w.begin() + 2, w.begin() + 2 + p.axes.size()}, spatial(y), p.axes) {}

  /// Calls visit(place in b, place in y) for every unit.
  template <typename Visit>
  void for_each_unit(Visit visit) const {
    for_each_tiled_unit(y_, tiles_, visit);
  }

  /// Calls visit(place in w, place in x, place in y) for every product, unit by unit.
  template <typename Visit>
  void for_each_product(Visit visit) const {
    for_each_unit([&](Index bias, Index unit) {
      const Index tile = bias % tiles_.element_count();
      const Index o = bias / tiles_.element_count();
      const Index n = unit / (y_[1] * windows_.windows());
      const std::vector<Reading> readings = windows_.of_window(unit % windows_.windows());
      for (Index c = 0; c < channels_; ++c) {
        for (const Reading& r : readings) {
          visit(((o * channels_ + c) * windows_.taps() + r.tap) * tiles_.element_count() + tile,
                (n * channels_ + c) * windows_.pixels() + r.pixel, unit);
        }
      }
    });
  }

 private:
  Shape tiles_;
  Shape y_;
  Index channels_;
  Windows windows_;
};

}  // namespace detail

template <typename S, typename T>
Tensor<S> tiled_conv(const Tensor<T>& x, const Tensor<T>& w,
                     const std::type_identity_t<Tensor<T>>* b, const TiledConvParams& p) {
  Tensor<S> y(b == nullptr ? tiled_conv_y_shape(x.shape(), w.shape(), p)
                           : tiled_conv_y_shape(x.shape(), w.shape(), b->shape(), p));
  const detail::TiledLayer layer(x.shape(), w.shape(), y.shape(), p);
  if (b != nullptr) {
    layer.for_each_unit([&](Index bias, Index unit) { y[unit] = S((*b)[bias]); });
  }
  layer.for_each_product(
      [&](Index weight, Index pixel, Index unit) { multiply_add(y[unit], w[weight], x[pixel]); });
  return y;
}

template <typename S, typename T>
Tensor<S> tiled_conv_dx(const Tensor<T>& dy, const Tensor<T>& w, const Shape& x_shape,
                        const TiledConvParams& p) {
  Tensor<S> dx(tiled_conv_dx_shape(dy.shape(), w.shape(), x_shape, p));
  const detail::TiledLayer layer(x_shape, w.shape(), dy.shape(), p);
  layer.for_each_product(
      [&](Index weight, Index pixel, Index unit) { multiply_add(dx[pixel], w[weight], dy[unit]); });
  return dx;
}

template <typename S, typename T>
Tensor<S> tiled_conv_dw(const Tensor<T>& dy, const Tensor<T>& x, const Shape& w_shape,
                        const TiledConvParams& p) {
  Tensor<S> dw(tiled_conv_dw_shape(dy.shape(), x.shape(), w_shape, p));
  const detail::TiledLayer layer(x.shape(), w_shape, dy.shape(), p);
  layer.for_each_product(
      [&](Index weight, Index pixel, Index unit) { multiply_add(dw[weight], dy[unit], x[pixel]); });
  return dw;
}

template <typename S, typename T>
Tensor<S> tiled_conv_db(const Tensor<T>& dy, const Shape& w_shape) {
  Tensor<S> db(tiled_conv_db_shape(dy.shape(), w_shape));
  detail::for_each_tiled_unit(dy.shape(), {db.shape().begin() + 1, db.shape().end()},
                              [&](Index bias, Index unit) { db[bias] += S(dy[unit]); });
  return db;
}

}  // namespace convproof::reference
