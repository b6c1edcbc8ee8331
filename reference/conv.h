// conv: what it equals. The general convolution layer on any number of spatial axes: stride,
// dilation, asymmetric padding, groups, link table, bias; any scalar type, no shortcut.
//
// Indices:  n image, o output map, c input map within the group, i output pixel, u kernel tap, h
// input pixel; i, u and h have one component per spatial axis, and on each axis the tap u of output
// pixel i reads
//   h = stride*i + dilation*u - before
// and is zero outside the image. The kernel is not flipped: this is the cross-correlation of
// note 000 §3.1.2 with the channels and bias of its §3.2.1, in 0-based indices; every other form of
// convolution in the notes has a page of its own here and is shown equal to this one.
//
// `S` is the scalar of the sums and of the result, `T` that of the data. With S = T = Rational the
// result is exact; with S = Exact and T = float, double, Half or BFloat16 it is exact, too, and
// computed on all threads; with S = T = float it is one of the many legitimate roundings.
#pragma once

#include <type_traits>
#include <utility>

#include "core/conv.h"
#include "core/scalar/multiply_add.h"
#include "core/tensor.h"
#include "reference/parallel.h"
#include "reference/windows.h"

namespace convproof::reference {

/// The forward pass (note 000 §3.2.1, F-CONV-LAYER; note 001 §9.5, F-CONV-STRIDED; note 004
/// §5.4.1.1, F-CONV-LINK):
///   y[n,o,i] = b[o] + sum_{c linked to o} sum_u w[o,c,u] * x[n, g*C/groups + c, h],
///   g = o / (O/groups).
/// Without a bias pass b = nullptr. Weights of maps that are not linked are not read.
///
/// Shapes:  x [N,C,D...], w [O,C/groups,K...], b [O]  ->  y [N,O,D'...] of conv_y_shape.
/// Throws:  ShapeError from the shape rule.
/// Error:   exact over Rational and Exact; over floats n*u*(1+u)*sum|w||x| for n products
///          (conformance/judge/error_bound.h).
/// Cost:    N*O*D'...*(C/groups)*K... multiply-adds; scratch memory for one list of taps.
template <typename S, typename T>
Tensor<S> conv(const Tensor<T>& x, const Tensor<T>& w, const std::type_identity_t<Tensor<T>>* b,
               const ConvParams& p);

/// The gradient with respect to the input (note 001 §9.5, F-GRAD-H):
///   dx[n,c,h] = sum_{o,u,i : the tap u of i reads h} w[o,c',u] * dy[n,o,i],
/// over the output maps o that are linked to c, and c' the map c within its group.
///
/// Shapes:  dy [N,O,D'...], w [O,C/groups,K...], the shape of x  ->  dx [N,C,D...].
/// Throws:  ShapeError from the shape rule.
/// Error:   as for y, with dy in the place of x.
/// Cost:    as for y.
template <typename S, typename T>
Tensor<S> conv_dx(const Tensor<T>& dy, const Tensor<T>& w, const Shape& x_shape,
                  const ConvParams& p);

/// The gradient with respect to the kernel (note 001 §9.5, F-GRAD-G):
///   dw[o,c,u] = sum_{n,i} dy[n,o,i] * x[n, g*C/groups + c, h],  0 where o and c are not linked.
///
/// Shapes:  dy [N,O,D'...], x [N,C,D...], the shape of w  ->  dw [O,C/groups,K...].
/// Throws:  ShapeError from the shape rule.
/// Error:   as for y, with dy in the place of w.
/// Cost:    as for y.
template <typename S, typename T>
Tensor<S> conv_dw(const Tensor<T>& dy, const Tensor<T>& x, const Shape& w_shape,
                  const ConvParams& p);

/// The gradient with respect to the bias (note 000 §3.2.4, V-DB-L3):
///   db[o] = sum_{n,i} dy[n,o,i].
///
/// Shapes:  dy [N,O,D'...]  ->  db [O].
/// Throws:  ShapeError if dy has no spatial axis.
/// Error:   exact over Rational and Exact; over floats (n-1)*u*sum|dy| for n terms.
/// Cost:    N*O*D'... additions.
template <typename S, typename T>
Tensor<S> conv_db(const Tensor<T>& dy);

namespace detail {

inline Windows windows_of(const Shape& x, const Shape& w, const Shape& y, const ConvParams& p) {
  return {spatial(x), spatial(w), spatial(y), p.axes};
}

}  // namespace detail

template <typename S, typename T>
Tensor<S> conv(const Tensor<T>& x, const Tensor<T>& w, const std::type_identity_t<Tensor<T>>* b,
               const ConvParams& p) {
  const Shape shape = b == nullptr ? conv_y_shape(x.shape(), w.shape(), p)
                                   : conv_y_shape(x.shape(), w.shape(), b->shape(), p);
  const Windows windows = detail::windows_of(x.shape(), w.shape(), shape, p);
  const Index outputs_per_group = shape[1] / p.groups;
  const Index channels = w.shape()[1];
  Tensor<S> y(shape);
  for_each_output<S>(windows.windows(), shape[0] * w.size(), [&](Index i) {
    const std::vector<Reading> readings = windows.of_window(i);
    for (Index n = 0; n < shape[0]; ++n) {
      for (Index o = 0; o < shape[1]; ++o) {
        const Index first_channel = o / outputs_per_group * channels;
        S sum = b == nullptr ? S(0) : S((*b)[o]);
        for (Index c = 0; c < channels; ++c) {
          if (!p.links.linked(o, c)) continue;
          const T* const kernel = w.data() + (o * channels + c) * windows.taps();
          const T* const image =
              x.data() + (n * x.shape()[1] + first_channel + c) * windows.pixels();
          for (const Reading& r : readings) multiply_add(sum, kernel[r.tap], image[r.pixel]);
        }
        y[(n * shape[1] + o) * windows.windows() + i] = std::move(sum);
      }
    }
  });
  return y;
}

template <typename S, typename T>
Tensor<S> conv_dx(const Tensor<T>& dy, const Tensor<T>& w, const Shape& x_shape,
                  const ConvParams& p) {
  Tensor<S> dx(conv_dx_shape(dy.shape(), w.shape(), x_shape, p));
  const Windows windows = detail::windows_of(x_shape, w.shape(), dy.shape(), p);
  const Index outputs = w.shape()[0];
  const Index outputs_per_group = outputs / p.groups;
  const Index channels = w.shape()[1];
  for_each_output<S>(windows.pixels(), x_shape[0] * w.size(), [&](Index h) {
    const std::vector<Reading> readings = windows.of_pixel(h);
    for (Index n = 0; n < x_shape[0]; ++n) {
      for (Index c = 0; c < x_shape[1]; ++c) {
        const Index first_output = c / channels * outputs_per_group;
        S sum = S(0);
        for (Index o = first_output; o < first_output + outputs_per_group; ++o) {
          if (!p.links.linked(o, c % channels)) continue;
          const T* const kernel = w.data() + (o * channels + c % channels) * windows.taps();
          const T* const image = dy.data() + (n * outputs + o) * windows.windows();
          for (const Reading& r : readings) multiply_add(sum, kernel[r.tap], image[r.window]);
        }
        dx[(n * x_shape[1] + c) * windows.pixels() + h] = std::move(sum);
      }
    }
  });
  return dx;
}

template <typename S, typename T>
Tensor<S> conv_dw(const Tensor<T>& dy, const Tensor<T>& x, const Shape& w_shape,
                  const ConvParams& p) {
  Tensor<S> dw(conv_dw_shape(dy.shape(), x.shape(), w_shape, p));
  const Windows windows = detail::windows_of(x.shape(), w_shape, dy.shape(), p);
  const Index outputs = w_shape[0];
  const Index outputs_per_group = outputs / p.groups;
  const Index channels = w_shape[1];
  for_each_output<S>(windows.taps(), outputs * channels * dy.size(), [&](Index u) {
    const std::vector<Reading> readings = windows.of_tap(u);
    for (Index o = 0; o < outputs; ++o) {
      const Index first_channel = o / outputs_per_group * channels;
      for (Index c = 0; c < channels; ++c) {
        S sum = S(0);
        for (Index n = 0; n < x.shape()[0] && p.links.linked(o, c); ++n) {
          const T* const error = dy.data() + (n * outputs + o) * windows.windows();
          const T* const image =
              x.data() + (n * x.shape()[1] + first_channel + c) * windows.pixels();
          for (const Reading& r : readings) multiply_add(sum, error[r.window], image[r.pixel]);
        }
        dw[(o * channels + c) * windows.taps() + u] = std::move(sum);
      }
    }
  });
  return dw;
}

template <typename S, typename T>
Tensor<S> conv_db(const Tensor<T>& dy) {
  Tensor<S> db(conv_db_shape(dy.shape()));
  const Index outputs = dy.shape()[1];
  const Index pixels = spatial(dy.shape()).element_count();
  for (Index o = 0; o < outputs; ++o) {
    S sum = S(0);
    for (Index n = 0; n < dy.shape()[0]; ++n) {
      for (Index i = 0; i < pixels; ++i) sum += S(dy[(n * outputs + o) * pixels + i]);
    }
    db[o] = std::move(sum);
  }
  return db;
}

// The heavy instantiations are compiled once, in conv.cpp.
#define CONVPROOF_INSTANTIATE_CONV(prefix, S, T)                                             \
  prefix template Tensor<S> conv<S, T>(const Tensor<T>&, const Tensor<T>&, const Tensor<T>*, \
                                       const ConvParams&);                                   \
  prefix template Tensor<S> conv_dx<S, T>(const Tensor<T>&, const Tensor<T>&, const Shape&,  \
                                          const ConvParams&);                                \
  prefix template Tensor<S> conv_dw<S, T>(const Tensor<T>&, const Tensor<T>&, const Shape&,  \
                                          const ConvParams&);                                \
  prefix template Tensor<S> conv_db<S, T>(const Tensor<T>&);

CONVPROOF_INSTANTIATE_CONV(extern, Rational, Rational)
CONVPROOF_INSTANTIATE_CONV(extern, Exact, Exact)
CONVPROOF_INSTANTIATE_CONV(extern, Exact, float)
CONVPROOF_INSTANTIATE_CONV(extern, Exact, double)
CONVPROOF_INSTANTIATE_CONV(extern, float, float)
CONVPROOF_INSTANTIATE_CONV(extern, double, double)

}  // namespace convproof::reference
