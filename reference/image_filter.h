// image_filter: one small kernel on one grey image, and the kernels that the notes show.
#pragma once

#include <utility>
#include <vector>

#include "core/requirements.h"
#include "core/scalar/multiply_add.h"
#include "core/tensor.h"

namespace convproof::reference {

/// The shape rule of image_filter:  x [H,W], w [Kh,Kw]  ->  y [H-Kh+1, W-Kw+1].
/// Throws: ShapeError if the kernel is empty or larger than the image.
inline Shape image_filter_shape(const Shape& x, const Shape& w) {
  require_rank("image_filter", "x", x, 2, "[H, W]");
  require_rank("image_filter", "w", w, 2, "[Kh, Kw]");
  require_at_least("image_filter", "kernel rows", w[0], 1);
  require_at_least("image_filter", "kernel columns", w[1], 1);
  require_at_least("image_filter", "rows of x", x[0], w[0]);
  require_at_least("image_filter", "columns of x", x[1], w[1]);
  return {x[0] - w[0] + 1, x[1] - w[1] + 1};
}

/// The feature map of one filter (note 002, F-FEATURE-MAP; note 004 §5.1.1.2 and §5.2.2,
/// F-FEATURE-MAP-QIU), at every place where the whole kernel fits:
///   y[i,j] = sum_{u,v} x[i+u, j+v] * w[u,v].
/// The kernel is not flipped, which makes no difference for those of the notes but the
/// antisymmetric one, whose map changes its sign.
///
/// Shapes:  x [H,W], w [Kh,Kw]  ->  y [H-Kh+1, W-Kw+1].
/// Throws:  ShapeError from image_filter_shape.
/// Error:   exact over Rational and Exact; over floats gamma(Kh*Kw) * sum |w||x|.
/// Cost:    Kh*Kw multiply-adds per output.
template <typename S, typename T>
Tensor<S> image_filter(const Tensor<T>& x, const Tensor<T>& w) {
  Tensor<S> y(image_filter_shape(x.shape(), w.shape()));
  for (Index i = 0; i < y.shape()[0]; ++i) {
    for (Index j = 0; j < y.shape()[1]; ++j) {
      S sum = S(0);
      for (Index u = 0; u < w.shape()[0]; ++u) {
        for (Index v = 0; v < w.shape()[1]; ++v) multiply_add(sum, x(i + u, j + v), w(u, v));
      }
      y(i, j) = std::move(sum);
    }
  }
  return y;
}

/// The gradient with respect to the image:
///   dx[h,q] = sum_{u,v} w[u,v] * dy[h-u, q-v],  0 outside of dy.
///
/// Shapes:  dy [H-Kh+1, W-Kw+1], w [Kh,Kw], the shape of x  ->  dx [H,W].
/// Throws:  ShapeError from image_filter_shape, or if dy is not of that shape.
/// Error:   as for y.
/// Cost:    Kh*Kw multiply-adds per pixel.
template <typename S, typename T>
Tensor<S> image_filter_dx(const Tensor<T>& dy, const Tensor<T>& w, const Shape& x_shape) {
  require_shape("image_filter", "dy", dy.shape(), image_filter_shape(x_shape, w.shape()),
                " (the shape of y)");
  Tensor<S> dx(x_shape);
  for (Index h = 0; h < x_shape[0]; ++h) {
    for (Index q = 0; q < x_shape[1]; ++q) {
      S sum = S(0);
      for (Index u = 0; u < w.shape()[0]; ++u) {
        for (Index v = 0; v < w.shape()[1]; ++v) {
          const Index i = h - u;
          const Index j = q - v;
          if (i < 0 || i >= dy.shape()[0] || j < 0 || j >= dy.shape()[1]) continue;
          multiply_add(sum, w(u, v), dy(i, j));
        }
      }
      dx(h, q) = std::move(sum);
    }
  }
  return dx;
}

/// The gradient with respect to the kernel:  dw[u,v] = sum_{i,j} x[i+u, j+v] * dy[i,j].
///
/// Shapes:  dy [H-Kh+1, W-Kw+1], x [H,W], the shape of w  ->  dw [Kh,Kw].
/// Throws:  ShapeError from image_filter_shape, or if dy is not of that shape.
/// Error:   as for y, with a product per output.
/// Cost:    one multiply-add per output and tap.
template <typename S, typename T>
Tensor<S> image_filter_dw(const Tensor<T>& dy, const Tensor<T>& x, const Shape& w_shape) {
  require_shape("image_filter", "dy", dy.shape(), image_filter_shape(x.shape(), w_shape),
                " (the shape of y)");
  Tensor<S> dw(w_shape);
  for (Index u = 0; u < w_shape[0]; ++u) {
    for (Index v = 0; v < w_shape[1]; ++v) {
      S sum = S(0);
      for (Index i = 0; i < dy.shape()[0]; ++i) {
        for (Index j = 0; j < dy.shape()[1]; ++j) multiply_add(sum, x(i + u, j + v), dy(i, j));
      }
      dw(u, v) = std::move(sum);
    }
  }
  return dw;
}

/// "Blurs the image" (note 002, X-FILTER-BLUR). As printed the sum is 9: the map is nine times as
/// bright; a ninth of it is the mean.
template <typename T>
Tensor<T> blur_filter() {
  return Tensor<T>(Shape{3, 3}, {T(1), T(1), T(1),  //
                                 T(1), T(1), T(1),  //
                                 T(1), T(1), T(1)});
}

/// "Sharpens the image" (note 002, X-FILTER-SHARPEN): the pixel minus its Laplacian.
template <typename T>
Tensor<T> sharpen_filter() {
  return Tensor<T>(Shape{3, 3}, {T(0), T(-1), T(0),   //
                                 T(-1), T(5), T(-1),  //
                                 T(0), T(-1), T(0)});
}

/// "Detects the edges" (note 002, X-FILTER-EDGE).
template <typename T>
Tensor<T> edge_filter() {
  return Tensor<T>(Shape{3, 3}, {T(1), T(1), T(1),   //
                                 T(1), T(-8), T(1),  //
                                 T(1), T(1), T(1)});
}

/// The same within a border of zeros (note 002, X-FILTER-EDGE, where it is to be learned).
template <typename T>
Tensor<T> bordered_edge_filter() {
  return Tensor<T>(Shape{5, 5}, {T(0), T(0), T(0),  T(0), T(0),  //
                                 T(0), T(1), T(1),  T(1), T(0),  //
                                 T(0), T(1), T(-8), T(1), T(0),  //
                                 T(0), T(1), T(1),  T(1), T(0),  //
                                 T(0), T(0), T(0),  T(0), T(0)});
}

/// Smooths (note 004 §5.1.1.2, X-FILTERS-FIG53-R, reconstructed).
template <typename T>
Tensor<T> gaussian_filter() {
  Tensor<T> w(Shape{3, 3}, {T(1), T(2), T(1),  //
                            T(2), T(4), T(2),  //
                            T(1), T(2), T(1)});
  for (Index i = 0; i < w.size(); ++i) w[i] = w[i] / T(16);
  return w;
}

/// Extracts edges of all directions (note 004 §5.1.1.2, X-FILTERS-FIG53-R, reconstructed).
template <typename T>
Tensor<T> laplacian_filter() {
  return Tensor<T>(Shape{3, 3}, {T(0), T(1), T(0),   //
                                 T(1), T(-4), T(1),  //
                                 T(0), T(1), T(0)});
}

/// Extracts edges along the diagonal (note 004 §5.1.1.2, X-FILTERS-FIG53-R, reconstructed).
template <typename T>
Tensor<T> antisymmetric_filter() {
  return Tensor<T>(Shape{3, 3}, {T(0), T(1), T(1),   //
                                 T(-1), T(0), T(1),  //
                                 T(-1), T(-1), T(0)});
}

}  // namespace convproof::reference
