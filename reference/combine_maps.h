// combine_maps: what it equals. A convolution layer that learns which input maps an output map is
// made of (note 003 §3.3): every input map has one kernel, and every output map weighs what they
// give.
//
// Indices:  n image, i input map, j output map; u kernel tap, p output pixel. The kernel is not
// flipped, as everywhere here; MATLAB's conv2 of the paper flips it. The activation f of the note
// is not part of it. The note constrains the weights by alpha = softmax(c) over the input maps, for
// every output map by itself: that is reference/softmax.h along axis 0, forward and backward.
#pragma once

#include "core/requirements.h"
#include "core/tensor.h"
#include "reference/conv.h"

namespace convproof::reference {

struct CombineMapsParams {
  WindowAxes axes{};  // One per spatial axis.
};

namespace detail {

inline ConvParams every_map_by_itself(const Shape& x, const CombineMapsParams& p) {
  return {.axes = p.axes, .groups = x.rank() > 1 && x[1] > 0 ? x[1] : 1};
}

/// The shape of the parts. What is wrong with the kernels is said of k, not of conv's w.
inline Shape combine_maps_parts_shape(const Shape& x, const Shape& k, const CombineMapsParams& p) {
  constexpr const char* kOp = "combine_maps";
  if (p.axes.size() > 0 && x.rank() == p.axes.size() + 2) {
    if (k.rank() != x.rank()) {
      throw ShapeError(kOp, "k", text(x.rank(), " axes [I, 1, K...]"), text(k));
    }
    require_shape(kOp, "k", Shape{k[0]}, Shape{x[1]}, " kernels (one per map of x)");
    if (k[1] != 1) throw ShapeError(kOp, "k", "1 input map for every kernel", text(k[1]));
  }
  return conv_y_shape(x, k, every_map_by_itself(x, p), kOp);
}

}  // namespace detail

/// The shape rule of combine_maps:  x [N,I,D...], k [I,1,K...], alpha [I,O]  ->  y [N,O,D'...].
/// Throws: ShapeError, also from conv_y_shape.
inline Shape combine_maps_y_shape(const Shape& x, const Shape& k, const Shape& alpha,
                                  const CombineMapsParams& p) {
  const Shape maps = detail::combine_maps_parts_shape(x, k, p);
  require_rank("combine_maps", "alpha", alpha, 2, "[I, O]");
  require_at_least("combine_maps", "columns of alpha", alpha[1], 1);
  require_shape("combine_maps", "alpha", alpha, Shape{x[1], alpha[1]}, " (a row per map of x)");
  return with_spatial(x[0], alpha[1], spatial(maps));
}

/// The maps that are weighed:  m[n,i,p] = (x_i * k_i)[n,p].
///
/// Shapes:  x [N,I,D...], k [I,1,K...]  ->  m [N,I,D'...].
/// Throws:  ShapeError from conv_y_shape.
/// Error:   that of conv with a group per map.
/// Cost:    as for conv with a group per map.
template <typename T>
Tensor<T> combine_maps_parts(const Tensor<T>& x, const Tensor<T>& k, const CombineMapsParams& p) {
  (void)detail::combine_maps_parts_shape(x.shape(), k.shape(), p);
  return conv<T>(x, k, nullptr, detail::every_map_by_itself(x.shape(), p));
}

/// The net input (note 003 §3.3, F-COMBINE-R, whose layer puts f around it):
///   y[n,j,p] = sum_i alpha[i,j] * (x_i * k_i)[n,p] + b[j].
///
/// Shapes:  x [N,I,D...], k [I,1,K...], alpha [I,O], b [O]  ->  y [N,O,D'...].
/// Throws:  ShapeError from combine_maps_y_shape, or if b is not [O].
/// Error:   exact over Rational; over floats (I+K+1)*u*sum|alpha||k||x| to first order.
/// Cost:    N*I*D'...*(K... + O) multiply-adds; scratch memory for the parts.
template <typename T>
Tensor<T> combine_maps(const Tensor<T>& x, const Tensor<T>& k, const Tensor<T>& alpha,
                       const Tensor<T>& b, const CombineMapsParams& p) {
  Tensor<T> y(combine_maps_y_shape(x.shape(), k.shape(), alpha.shape(), p));
  require_shape("combine_maps", "b", b.shape(), Shape{alpha.shape()[1]}, " (one per output map)");
  const Tensor<T> parts = combine_maps_parts(x, k, p);
  const Index pixels = spatial(y.shape()).element_count();
  for (Index n = 0; n < x.shape()[0]; ++n) {
    for (Index j = 0; j < b.size(); ++j) {
      for (Index at = 0; at < pixels; ++at) {
        T sum = b[j];
        for (Index i = 0; i < x.shape()[1]; ++i) {
          sum += alpha(i, j) * parts[(n * x.shape()[1] + i) * pixels + at];
        }
        y[(n * b.size() + j) * pixels + at] = sum;
      }
    }
  }
  return y;
}

/// The gradient with respect to the parts:  dm[n,i,p] = sum_j alpha[i,j] * dy[n,j,p].
///
/// Shapes:  dy [N,O,D'...], alpha [I,O]  ->  dm [N,I,D'...].
/// Throws:  ShapeError if alpha has not a column per map of dy.
/// Error:   exact over Rational; over floats O*u*sum|alpha||dy|.
/// Cost:    N*I*O*D'... multiply-adds.
template <typename T>
Tensor<T> combine_maps_dparts(const Tensor<T>& dy, const Tensor<T>& alpha) {
  if (alpha.shape().rank() != 2 || dy.shape().rank() < 3 || alpha.shape()[1] != dy.shape()[1]) {
    throw ShapeError("combine_maps", "alpha", text("[I, O] with a column per map of ", dy.shape()),
                     text(alpha.shape()));
  }
  const Index outputs = dy.shape()[1];
  const Index inputs = alpha.shape()[0];
  Tensor<T> dparts(with_spatial(dy.shape()[0], inputs, spatial(dy.shape())));
  const Index pixels = spatial(dy.shape()).element_count();
  for (Index n = 0; n < dy.shape()[0]; ++n) {
    for (Index i = 0; i < inputs; ++i) {
      for (Index j = 0; j < outputs; ++j) {
        for (Index at = 0; at < pixels; ++at) {
          dparts[(n * inputs + i) * pixels + at] +=
              alpha(i, j) * dy[(n * outputs + j) * pixels + at];
        }
      }
    }
  }
  return dparts;
}

/// The gradient with respect to the input: that of every part, through its kernel.
///
/// Shapes:  dy [N,O,D'...], k [I,1,K...], alpha [I,O], the shape of x  ->  dx [N,I,D...].
/// Throws:  ShapeError if dy is not like y.
/// Error:   exact over Rational; over floats (O+K+1)*u*sum|alpha||k||dy| to first order.
/// Cost:    that of combine_maps_dparts and conv_dx.
template <typename T>
Tensor<T> combine_maps_dx(const Tensor<T>& dy, const Tensor<T>& k, const Tensor<T>& alpha,
                          const Shape& x_shape, const CombineMapsParams& p) {
  require_shape("combine_maps", "dy", dy.shape(),
                combine_maps_y_shape(x_shape, k.shape(), alpha.shape(), p), " (the shape of y)");
  return conv_dx<T>(combine_maps_dparts(dy, alpha), k, x_shape,
                    detail::every_map_by_itself(x_shape, p));
}

/// The gradient with respect to the kernels.
///
/// Shapes:  dy [N,O,D'...], x [N,I,D...], alpha [I,O], the shape of k  ->  dk [I,1,K...].
/// Throws:  ShapeError if dy is not like y.
/// Error:   exact over Rational; over floats (O+N*D'+1)*u*sum|alpha||dy||x| to first order.
/// Cost:    that of combine_maps_dparts and conv_dw.
template <typename T>
Tensor<T> combine_maps_dk(const Tensor<T>& dy, const Tensor<T>& x, const Tensor<T>& alpha,
                          const Shape& k_shape, const CombineMapsParams& p) {
  require_shape("combine_maps", "dy", dy.shape(),
                combine_maps_y_shape(x.shape(), k_shape, alpha.shape(), p), " (the shape of y)");
  return conv_dw<T>(combine_maps_dparts(dy, alpha), x, k_shape,
                    detail::every_map_by_itself(x.shape(), p));
}

/// The gradient with respect to the weights of the maps (note 003 §3.3, V-DALPHA-R, for a batch):
///   dalpha[i,j] = sum_n sum_p (dy_j o (x_i * k_i))[n,p].
///
/// Shapes:  dy [N,O,D'...], x [N,I,D...], k [I,1,K...]  ->  dalpha [I,O].
/// Throws:  ShapeError if dy is not like y.
/// Error:   exact over Rational; over floats (K+N*D'+1)*u*sum|dy||k||x| to first order.
/// Cost:    that of the parts, and N*I*O*D'... multiply-adds.
template <typename T>
Tensor<T> combine_maps_dalpha(const Tensor<T>& dy, const Tensor<T>& x, const Tensor<T>& k,
                              const CombineMapsParams& p) {
  const Tensor<T> parts = combine_maps_parts(x, k, p);
  const Index inputs = parts.shape()[1];
  const Index outputs = dy.shape().rank() > 1 ? dy.shape()[1] : 1;
  require_shape("combine_maps", "dy", dy.shape(),
                with_spatial(x.shape()[0], outputs, spatial(parts.shape())), " (the shape of y)");
  Tensor<T> dalpha(Shape{inputs, outputs});
  const Index pixels = spatial(dy.shape()).element_count();
  for (Index n = 0; n < x.shape()[0]; ++n) {
    for (Index i = 0; i < inputs; ++i) {
      for (Index j = 0; j < outputs; ++j) {
        for (Index at = 0; at < pixels; ++at) {
          dalpha(i, j) +=
              dy[(n * outputs + j) * pixels + at] * parts[(n * inputs + i) * pixels + at];
        }
      }
    }
  }
  return dalpha;
}

/// The gradient with respect to the bias:  db[j] = sum_n sum_p dy[n,j,p].
///
/// Shapes:  dy [N,O,D'...]  ->  db [O].
/// Throws:  ShapeError if dy has no spatial axis.
/// Error:   that of conv_db.
/// Cost:    that of conv_db.
template <typename T>
Tensor<T> combine_maps_db(const Tensor<T>& dy) {
  require_images("combine_maps", "dy", dy.shape());
  return conv_db<T>(dy);
}

}  // namespace convproof::reference
