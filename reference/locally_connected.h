// locally_connected: what it equals. Unshared convolution: windows like those of conv, but every
// output unit has weights and a bias of its own.
//
// Indices:  n image, o output map, c input map, i output pixel, u kernel tap, h input pixel; i, u
// and h have one component per spatial axis, and on each axis the tap u of output pixel i reads
//   h = stride*i + dilation*u - before
// and is zero outside the image. Scalars `S` and `T` as in conv.
#pragma once

#include <type_traits>
#include <utility>

#include "core/locally_connected.h"
#include "core/scalar/multiply_add.h"
#include "core/tensor.h"
#include "reference/parallel.h"
#include "reference/windows.h"

namespace convproof::reference {

/// The forward pass (note 001 §9.5, F-LOCAL-UNSHARED-R; its six axes of w in the same order):
///   y[n,o,i] = b[o,i] + sum_c sum_u w[o,i,c,u] * x[n,c,h].
/// There is a bias for every unit, as is natural where weights are not shared; some libraries have
/// one per map. Without a bias pass b = nullptr.
///
/// Shapes:  x [N,C,D...], w [O,D'...,C,K...], b [O,D'...]  ->  y [N,O,D'...] of
///          locally_connected_y_shape.
/// Throws:  ShapeError from the shape rule.
/// Error:   exact over Rational and Exact; over floats n*u*(1+u)*sum|w||x| for n products.
/// Cost:    N*O*D'...*C*K... multiply-adds; scratch memory for one list of taps.
/// Source:  Goodfellow, Bengio and Courville 2016, Eq. 9.9 and the paragraph on biases in §9.5.
template <typename S, typename T>
Tensor<S> locally_connected(const Tensor<T>& x, const Tensor<T>& w,
                            const std::type_identity_t<Tensor<T>>* b,
                            const LocallyConnectedParams& p);

/// The gradient with respect to the input:
///   dx[n,c,h] = sum_o sum_{u,i : the tap u of i reads h} w[o,i,c,u] * dy[n,o,i].
///
/// Shapes:  dy [N,O,D'...], w [O,D'...,C,K...], the shape of x  ->  dx [N,C,D...].
/// Throws:  ShapeError from the shape rule.
/// Error:   as for y, with dy in the place of x.
/// Cost:    as for y.
template <typename S, typename T>
Tensor<S> locally_connected_dx(const Tensor<T>& dy, const Tensor<T>& w, const Shape& x_shape,
                               const LocallyConnectedParams& p);

/// The gradient with respect to the weights:
///   dw[o,i,c,u] = sum_n dy[n,o,i] * x[n,c,h],  0 where h is in the padding.
///
/// Shapes:  dy [N,O,D'...], x [N,C,D...], the shape of w  ->  dw [O,D'...,C,K...].
/// Throws:  ShapeError from the shape rule.
/// Error:   as for y, with dy in the place of w.
/// Cost:    as for y.
template <typename S, typename T>
Tensor<S> locally_connected_dw(const Tensor<T>& dy, const Tensor<T>& x, const Shape& w_shape,
                               const LocallyConnectedParams& p);

/// The gradient with respect to the biases:
///   db[o,i] = sum_n dy[n,o,i].
///
/// Shapes:  dy [N,O,D'...]  ->  db [O,D'...].
/// Throws:  ShapeError if dy has no spatial axis.
/// Error:   exact over Rational and Exact; over floats (n-1)*u*sum|dy| for n terms.
/// Cost:    N*O*D'... additions.
template <typename S, typename T>
Tensor<S> locally_connected_db(const Tensor<T>& dy) {
  Tensor<S> db(locally_connected_db_shape(dy.shape()));
  for (Index n = 0; n < dy.shape()[0]; ++n) {
    for (Index unit = 0; unit < db.size(); ++unit) db[unit] += S(dy[n * db.size() + unit]);
  }
  return db;
}

namespace detail {

inline Windows unshared_windows(const Shape& x, const Shape& w, const Shape& y,
                                const LocallyConnectedParams& p) {
  return {spatial(x), locally_connected_taps(w), spatial(y), p.axes};
}

}  // namespace detail

template <typename S, typename T>
Tensor<S> locally_connected(const Tensor<T>& x, const Tensor<T>& w,
                            const std::type_identity_t<Tensor<T>>* b,
                            const LocallyConnectedParams& p) {
  const Shape shape = b == nullptr ? locally_connected_y_shape(x.shape(), w.shape(), p)
                                   : locally_connected_y_shape(x.shape(), w.shape(), b->shape(), p);
  const Windows windows = detail::unshared_windows(x.shape(), w.shape(), shape, p);
  const Index channels = x.shape()[1];
  const Index cost = shape[0] * shape[1] * channels * windows.taps();
  Tensor<S> y(shape);
  for_each_output<S>(windows.windows(), cost, [&](Index i) {
    const std::vector<Reading> readings = windows.of_window(i);
    for (Index n = 0; n < shape[0]; ++n) {
      for (Index o = 0; o < shape[1]; ++o) {
        const Index unit = o * windows.windows() + i;
        S sum = b == nullptr ? S(0) : S((*b)[unit]);
        for (Index c = 0; c < channels; ++c) {
          const T* const kernel = w.data() + (unit * channels + c) * windows.taps();
          const T* const image = x.data() + (n * channels + c) * windows.pixels();
          for (const Reading& r : readings) multiply_add(sum, kernel[r.tap], image[r.pixel]);
        }
        y[n * shape[1] * windows.windows() + unit] = std::move(sum);
      }
    }
  });
  return y;
}

template <typename S, typename T>
Tensor<S> locally_connected_dx(const Tensor<T>& dy, const Tensor<T>& w, const Shape& x_shape,
                               const LocallyConnectedParams& p) {
  Tensor<S> dx(locally_connected_dx_shape(dy.shape(), w.shape(), x_shape, p));
  const Windows windows = detail::unshared_windows(x_shape, w.shape(), dy.shape(), p);
  const Index outputs = dy.shape()[1];
  const Index channels = x_shape[1];
  const Index cost = x_shape[0] * outputs * channels * windows.taps();
  for_each_output<S>(windows.pixels(), cost, [&](Index h) {
    const std::vector<Reading> readings = windows.of_pixel(h);
    for (Index n = 0; n < x_shape[0]; ++n) {
      for (Index c = 0; c < channels; ++c) {
        S sum = S(0);
        for (Index o = 0; o < outputs; ++o) {
          for (const Reading& r : readings) {
            const Index unit = o * windows.windows() + r.window;
            multiply_add(sum, w[(unit * channels + c) * windows.taps() + r.tap],
                         dy[n * outputs * windows.windows() + unit]);
          }
        }
        dx[(n * channels + c) * windows.pixels() + h] = std::move(sum);
      }
    }
  });
  return dx;
}

template <typename S, typename T>
Tensor<S> locally_connected_dw(const Tensor<T>& dy, const Tensor<T>& x, const Shape& w_shape,
                               const LocallyConnectedParams& p) {
  Tensor<S> dw(locally_connected_dw_shape(dy.shape(), x.shape(), w_shape, p));
  const Windows windows = detail::unshared_windows(x.shape(), w_shape, dy.shape(), p);
  const Index outputs = dy.shape()[1];
  const Index channels = x.shape()[1];
  const Index cost = dy.shape()[0] * outputs * channels * windows.taps();
  for_each_output<S>(windows.windows(), cost, [&](Index i) {
    const std::vector<Reading> readings = windows.of_window(i);
    for (Index o = 0; o < outputs; ++o) {
      const Index unit = o * windows.windows() + i;
      for (Index c = 0; c < channels; ++c) {
        for (const Reading& r : readings) {
          S sum = S(0);
          for (Index n = 0; n < dy.shape()[0]; ++n) {
            multiply_add(sum, dy[n * outputs * windows.windows() + unit],
                         x[(n * channels + c) * windows.pixels() + r.pixel]);
          }
          dw[(unit * channels + c) * windows.taps() + r.tap] = std::move(sum);
        }
      }
    }
  });
  return dw;
}

}  // namespace convproof::reference
