// conv2d: what it equals. Four formulas, any scalar type, no shortcut.
//
// Indices, as in the notes:  n image, o output channel, c channel within the group, i j output
// pixel, u v kernel tap. The tap (u,v) of output pixel (i,j) reads
//   h = stride.h*i + dilation.h*u - padding.top,   q = stride.w*j + dilation.w*v - padding.left
// and is zero outside the image. The kernel is not flipped: this is the cross-correlation of
// note 000 §3.1.2 with the channels, groups and bias of its §3.2.1, in 0-based indices.
//
// `S` is the scalar of the sums and of the result, `T` that of the data. With S = T = Rational the
// result is exact; with S = Exact and T = float, double, Half or BFloat16 it is exact, too; with
// S = T = float it is one of the many legitimate roundings.
#pragma once

#include <type_traits>
#include <utility>

#include "core/conv2d.h"
#include "core/scalar/multiply_add.h"
#include "core/tensor.h"

namespace convproof::reference {

/// The forward pass (note 000 §3.2.1, F-CONV-LAYER; note 001 §9.5, F-CONV-STRIDED):
///   y[n,o,i,j] = b[o] + sum_{c,u,v} w[o,c,u,v] * x[n, g*C/groups + c, h, q],  g = o / (O/groups).
/// Without a bias pass b = nullptr.
///
/// Shapes:  x [N,C,H,W], w [O,C/groups,Kh,Kw], b [O]  ->  y [N,O,H',W'] of conv2d_y_shape.
/// Throws:  ShapeError from the shape rule.
/// Error:   exact over Rational and Exact; over floats n*u*(1+u)*sum|w||x|
/// (conformance/judge/error_bound.h). Cost:    N*O*H'*W'*(C/groups)*Kh*Kw multiply-adds, no scratch
/// memory.
template <typename S, typename T>
Tensor<S> conv2d(const Tensor<T>& x, const Tensor<T>& w, const std::type_identity_t<Tensor<T>>* b,
                 const Conv2dParams& p);

/// The gradient with respect to the input (note 001 §9.5, F-GRAD-H):
///   dx[n,c,h,q] = sum_{o,u,v,i,j : the tap (u,v) of (i,j) reads (h,q)} w[o,c',u,v] * dy[n,o,i,j],
/// over the output channels o of the group of c, and c' the channel c within that group.
///
/// Shapes:  dy [N,O,H',W'], w [O,C/groups,Kh,Kw], the shape of x  ->  dx [N,C,H,W].
/// Throws:  ShapeError from the shape rule.
/// Error:   as for y, with dy in the place of x.
/// Cost:    as for y, and a walk over all (u,v) for every element of dx.
template <typename S, typename T>
Tensor<S> conv2d_dx(const Tensor<T>& dy, const Tensor<T>& w, const Shape& x_shape,
                    const Conv2dParams& p);

/// The gradient with respect to the kernel (note 001 §9.5, F-GRAD-G):
///   dw[o,c,u,v] = sum_{n,i,j} dy[n,o,i,j] * x[n, g*C/groups + c, h, q].
///
/// Shapes:  dy [N,O,H',W'], x [N,C,H,W], the shape of w  ->  dw [O,C/groups,Kh,Kw].
/// Throws:  ShapeError from the shape rule.
/// Error:   as for y, with dy in the place of w.
/// Cost:    as for y.
template <typename S, typename T>
Tensor<S> conv2d_dw(const Tensor<T>& dy, const Tensor<T>& x, const Shape& w_shape,
                    const Conv2dParams& p);

/// The gradient with respect to the bias (note 000 §3.2.4, V-DB-L3):
///   db[o] = sum_{n,i,j} dy[n,o,i,j].
///
/// Shapes:  dy [N,O,H',W']  ->  db [O].
/// Throws:  ShapeError if dy has not four axes.
/// Error:   exact over Rational and Exact; over floats (n-1)*u*sum|dy|.
/// Cost:    N*O*H'*W' additions.
template <typename S, typename T>
Tensor<S> conv2d_db(const Tensor<T>& dy);

namespace detail {

/// The pixel that a tap reads along one axis; it may lie outside the image.
struct Tap {
  Index h;
  Index q;
};

inline Tap tap(Index i, Index j, Index u, Index v, const Conv2dParams& p) {
  return {p.stride.h * i + p.dilation.h * u - p.padding.top,
          p.stride.w * j + p.dilation.w * v - p.padding.left};
}

inline bool inside(const Tap& t, const Shape& x) {
  return t.h >= 0 && t.h < x[2] && t.q >= 0 && t.q < x[3];
}

/// The output index whose tap `u` reads pixel `h`, or -1 if there is none.
inline Index output_reading(Index h, Index u, Index stride, Index dilation, Index before,
                            Index outputs) {
  const Index numerator = h + before - dilation * u;
  if (numerator < 0 || numerator % stride != 0) return -1;
  const Index i = numerator / stride;
  return i < outputs ? i : -1;
}

}  // namespace detail

template <typename S, typename T>
Tensor<S> conv2d(const Tensor<T>& x, const Tensor<T>& w, const std::type_identity_t<Tensor<T>>* b,
                 const Conv2dParams& p) {
  const Shape shape = b == nullptr ? conv2d_y_shape(x.shape(), w.shape(), p)
                                   : conv2d_y_shape(x.shape(), w.shape(), b->shape(), p);
  Tensor<S> y(shape);
  const Index outputs_per_group = shape[1] / p.groups;
  const Index channels_per_group = w.shape()[1];
  for (Index n = 0; n < shape[0]; ++n) {
    for (Index o = 0; o < shape[1]; ++o) {
      const Index first_channel = o / outputs_per_group * channels_per_group;
      for (Index i = 0; i < shape[2]; ++i) {
        for (Index j = 0; j < shape[3]; ++j) {
          S sum = b == nullptr ? S(0) : S((*b)(o));
          for (Index c = 0; c < channels_per_group; ++c) {
            for (Index u = 0; u < w.shape()[2]; ++u) {
              for (Index v = 0; v < w.shape()[3]; ++v) {
                const detail::Tap t = detail::tap(i, j, u, v, p);
                if (!detail::inside(t, x.shape())) continue;
                multiply_add(sum, w(o, c, u, v), x(n, first_channel + c, t.h, t.q));
              }
            }
          }
          y(n, o, i, j) = std::move(sum);
        }
      }
    }
  }
  return y;
}

template <typename S, typename T>
Tensor<S> conv2d_dx(const Tensor<T>& dy, const Tensor<T>& w, const Shape& x_shape,
                    const Conv2dParams& p) {
  Tensor<S> dx(conv2d_dx_shape(dy.shape(), w.shape(), x_shape, p));
  const Index outputs_per_group = w.shape()[0] / p.groups;
  const Index channels_per_group = w.shape()[1];
  for (Index n = 0; n < x_shape[0]; ++n) {
    for (Index c = 0; c < x_shape[1]; ++c) {
      const Index first_output = c / channels_per_group * outputs_per_group;
      for (Index h = 0; h < x_shape[2]; ++h) {
        for (Index q = 0; q < x_shape[3]; ++q) {
          S sum = S(0);
          for (Index o = first_output; o < first_output + outputs_per_group; ++o) {
            for (Index u = 0; u < w.shape()[2]; ++u) {
              const Index i = detail::output_reading(h, u, p.stride.h, p.dilation.h, p.padding.top,
                                                     dy.shape()[2]);
              if (i < 0) continue;
              for (Index v = 0; v < w.shape()[3]; ++v) {
                const Index j = detail::output_reading(q, v, p.stride.w, p.dilation.w,
                                                       p.padding.left, dy.shape()[3]);
                if (j < 0) continue;
                multiply_add(sum, w(o, c % channels_per_group, u, v), dy(n, o, i, j));
              }
            }
          }
          dx(n, c, h, q) = std::move(sum);
        }
      }
    }
  }
  return dx;
}

template <typename S, typename T>
Tensor<S> conv2d_dw(const Tensor<T>& dy, const Tensor<T>& x, const Shape& w_shape,
                    const Conv2dParams& p) {
  Tensor<S> dw(conv2d_dw_shape(dy.shape(), x.shape(), w_shape, p));
  const Index outputs_per_group = w_shape[0] / p.groups;
  const Index channels_per_group = w_shape[1];
  for (Index o = 0; o < w_shape[0]; ++o) {
    const Index first_channel = o / outputs_per_group * channels_per_group;
    for (Index c = 0; c < channels_per_group; ++c) {
      for (Index u = 0; u < w_shape[2]; ++u) {
        for (Index v = 0; v < w_shape[3]; ++v) {
          S sum = S(0);
          for (Index n = 0; n < dy.shape()[0]; ++n) {
            for (Index i = 0; i < dy.shape()[2]; ++i) {
              for (Index j = 0; j < dy.shape()[3]; ++j) {
                const detail::Tap t = detail::tap(i, j, u, v, p);
                if (!detail::inside(t, x.shape())) continue;
                multiply_add(sum, dy(n, o, i, j), x(n, first_channel + c, t.h, t.q));
              }
            }
          }
          dw(o, c, u, v) = std::move(sum);
        }
      }
    }
  }
  return dw;
}

template <typename S, typename T>
Tensor<S> conv2d_db(const Tensor<T>& dy) {
  Tensor<S> db(conv2d_db_shape(dy.shape()));
  for (Index o = 0; o < dy.shape()[1]; ++o) {
    S sum = S(0);
    for (Index n = 0; n < dy.shape()[0]; ++n) {
      for (Index i = 0; i < dy.shape()[2]; ++i) {
        for (Index j = 0; j < dy.shape()[3]; ++j) sum += S(dy(n, o, i, j));
      }
    }
    db(o) = std::move(sum);
  }
  return db;
}

// The heavy instantiations are compiled once, in conv2d.cpp.
#define CONVPROOF_INSTANTIATE_CONV2D(prefix, S, T)                                             \
  prefix template Tensor<S> conv2d<S, T>(const Tensor<T>&, const Tensor<T>&, const Tensor<T>*, \
                                         const Conv2dParams&);                                 \
  prefix template Tensor<S> conv2d_dx<S, T>(const Tensor<T>&, const Tensor<T>&, const Shape&,  \
                                            const Conv2dParams&);                              \
  prefix template Tensor<S> conv2d_dw<S, T>(const Tensor<T>&, const Tensor<T>&, const Shape&,  \
                                            const Conv2dParams&);                              \
  prefix template Tensor<S> conv2d_db<S, T>(const Tensor<T>&);

CONVPROOF_INSTANTIATE_CONV2D(extern, Rational, Rational)
CONVPROOF_INSTANTIATE_CONV2D(extern, Exact, Exact)
CONVPROOF_INSTANTIATE_CONV2D(extern, Exact, float)
CONVPROOF_INSTANTIATE_CONV2D(extern, Exact, double)
CONVPROOF_INSTANTIATE_CONV2D(extern, float, float)
CONVPROOF_INSTANTIATE_CONV2D(extern, double, double)

}  // namespace convproof::reference
