// conv_transpose: what it equals. The transpose of a convolution, also called fractionally strided
// convolution and, misleadingly, deconvolution: it does not undo one.
//
// Indices:  n image, c input map, o output map, o' the map o within its group, i input pixel, u
// kernel tap, h output pixel; i, u and h have one component per spatial axis, and on each axis the
// tap u of input pixel i writes
//   h = stride*i + dilation*u - before,
// which is dropped outside y. This is the relation of conv with the roles of its images exchanged,
// so that the matrix of conv_transpose is the transposed matrix of conv (note 004 §5.5.1,
// F-TCONV-MATRIX-R). Scalars `S` and `T` as in conv.
#pragma once

#include <type_traits>
#include <utility>

#include "core/conv_transpose.h"
#include "reference/conv.h"

namespace convproof::reference {

/// The forward pass (note 001 §9.5, F-TRANSPOSED; note 004 §5.5.1, F-AFFINE-UP, F-TCONV-MATRIX-R):
///   y[n,o,h] = b[o] + sum_{c in the group of o} sum_{u,i : the tap u of i writes h}
///                     w[c,o',u] * x[n,c,i].
/// Without a bias pass b = nullptr. The kernel is not flipped; input maps are its first axis,
/// because it is the kernel of the convolution from y to x. A library that cuts `dilation*(K-1) -
/// before` from a full convolution means the same padding by another number.
///
/// Shapes:  x [N,C,D...], w [C,O/groups,K...], b [O]  ->  y [N,O,D'...] of conv_transpose_y_shape.
/// Throws:  ShapeError from the shape rule.
/// Error:   exact over Rational and Exact; over floats n*u*(1+u)*sum|w||x| for n products.
/// Cost:    N*C*D...*(O/groups)*K... multiply-adds; scratch memory for one list of taps.
template <typename S, typename T>
Tensor<S> conv_transpose(const Tensor<T>& x, const Tensor<T>& w,
                         const std::type_identity_t<Tensor<T>>* b, const ConvTransposeParams& p);

/// The gradient with respect to the input, which is a convolution:
///   dx[n,c,i] = sum_{o in the group of c} sum_u w[c,o',u] * dy[n,o,h].
///
/// Shapes:  dy [N,O,D'...], w [C,O/groups,K...], the shape of x  ->  dx [N,C,D...].
/// Throws:  ShapeError from the shape rule.
/// Error:   as for y, with dy in the place of x.
/// Cost:    as for y.
template <typename S, typename T>
Tensor<S> conv_transpose_dx(const Tensor<T>& dy, const Tensor<T>& w, const Shape& x_shape,
                            const ConvTransposeParams& p);

/// The gradient with respect to the kernel:
///   dw[c,o',u] = sum_{n,i} x[n,c,i] * dy[n,o,h].
///
/// Shapes:  dy [N,O,D'...], x [N,C,D...], the shape of w  ->  dw [C,O/groups,K...].
/// Throws:  ShapeError from the shape rule.
/// Error:   as for y, with dy in the place of w.
/// Cost:    as for y.
template <typename S, typename T>
Tensor<S> conv_transpose_dw(const Tensor<T>& dy, const Tensor<T>& x, const Shape& w_shape,
                            const ConvTransposeParams& p);

/// The gradient with respect to the bias:
///   db[o] = sum_{n,h} dy[n,o,h].
///
/// Shapes:  dy [N,O,D'...]  ->  db [O].
/// Throws:  ShapeError if dy has no spatial axis.
/// Error:   exact over Rational and Exact; over floats (n-1)*u*sum|dy| for n terms.
/// Cost:    N*O*D'... additions.
template <typename S, typename T>
Tensor<S> conv_transpose_db(const Tensor<T>& dy) {
  (void)conv_transpose_db_shape(dy.shape());
  return conv_db<S, T>(dy);
}

namespace detail {

/// x is what the windows of the transposed convolution write, y the image that they read.
inline Windows transposed_windows(const Shape& x, const Shape& w, const Shape& y,
                                  const ConvTransposeParams& p) {
  return {spatial(y), spatial(w), spatial(x), p.axes};
}

}  // namespace detail

template <typename S, typename T>
Tensor<S> conv_transpose(const Tensor<T>& x, const Tensor<T>& w,
                         const std::type_identity_t<Tensor<T>>* b, const ConvTransposeParams& p) {
  const Shape shape = b == nullptr ? conv_transpose_y_shape(x.shape(), w.shape(), p)
                                   : conv_transpose_y_shape(x.shape(), w.shape(), b->shape(), p);
  const Windows windows = detail::transposed_windows(x.shape(), w.shape(), shape, p);
  const Index inputs = x.shape()[1];
  const Index inputs_per_group = inputs / p.groups;
  const Index outputs_per_group = w.shape()[1];
  Tensor<S> y(shape);
  for_each_output<S>(windows.pixels(), shape[0] * w.size(), [&](Index h) {
    const std::vector<Reading> readings = windows.of_pixel(h);
    for (Index n = 0; n < shape[0]; ++n) {
      for (Index o = 0; o < shape[1]; ++o) {
        const Index first_input = o / outputs_per_group * inputs_per_group;
        S sum = b == nullptr ? S(0) : S((*b)[o]);
        for (Index c = first_input; c < first_input + inputs_per_group; ++c) {
          const T* const kernel =
              w.data() + (c * outputs_per_group + o % outputs_per_group) * windows.taps();
          const T* const image = x.data() + (n * inputs + c) * windows.windows();
          for (const Reading& r : readings) multiply_add(sum, kernel[r.tap], image[r.window]);
        }
        y[(n * shape[1] + o) * windows.pixels() + h] = std::move(sum);
      }
    }
  });
  return y;
}

template <typename S, typename T>
Tensor<S> conv_transpose_dx(const Tensor<T>& dy, const Tensor<T>& w, const Shape& x_shape,
                            const ConvTransposeParams& p) {
  Tensor<S> dx(conv_transpose_dx_shape(dy.shape(), w.shape(), x_shape, p));
  const Windows windows = detail::transposed_windows(x_shape, w.shape(), dy.shape(), p);
  const Index outputs = dy.shape()[1];
  const Index outputs_per_group = w.shape()[1];
  const Index inputs_per_group = x_shape[1] / p.groups;
  for_each_output<S>(windows.windows(), x_shape[0] * w.size(), [&](Index i) {
    const std::vector<Reading> readings = windows.of_window(i);
    for (Index n = 0; n < x_shape[0]; ++n) {
      for (Index c = 0; c < x_shape[1]; ++c) {
        const Index first_output = c / inputs_per_group * outputs_per_group;
        S sum = S(0);
        for (Index o = 0; o < outputs_per_group; ++o) {
          const T* const kernel = w.data() + (c * outputs_per_group + o) * windows.taps();
          const T* const image = dy.data() + (n * outputs + first_output + o) * windows.pixels();
          for (const Reading& r : readings) multiply_add(sum, kernel[r.tap], image[r.pixel]);
        }
        dx[(n * x_shape[1] + c) * windows.windows() + i] = std::move(sum);
      }
    }
  });
  return dx;
}

template <typename S, typename T>
Tensor<S> conv_transpose_dw(const Tensor<T>& dy, const Tensor<T>& x, const Shape& w_shape,
                            const ConvTransposeParams& p) {
  Tensor<S> dw(conv_transpose_dw_shape(dy.shape(), x.shape(), w_shape, p));
  const Windows windows = detail::transposed_windows(x.shape(), w_shape, dy.shape(), p);
  const Index inputs = w_shape[0];
  const Index outputs = dy.shape()[1];
  const Index outputs_per_group = w_shape[1];
  const Index inputs_per_group = inputs / p.groups;
  for_each_output<S>(windows.taps(), inputs * outputs_per_group * x.size(), [&](Index u) {
    const std::vector<Reading> readings = windows.of_tap(u);
    for (Index c = 0; c < inputs; ++c) {
      const Index first_output = c / inputs_per_group * outputs_per_group;
      for (Index o = 0; o < outputs_per_group; ++o) {
        S sum = S(0);
        for (Index n = 0; n < x.shape()[0]; ++n) {
          const T* const image = x.data() + (n * inputs + c) * windows.windows();
          const T* const error = dy.data() + (n * outputs + first_output + o) * windows.pixels();
          for (const Reading& r : readings) multiply_add(sum, image[r.window], error[r.pixel]);
        }
        dw[(c * outputs_per_group + o) * windows.taps() + u] = std::move(sum);
      }
    }
  });
  return dw;
}

}  // namespace convproof::reference
