// weighted_average: the last few measurements in one number.
//
// Indices:  t time, a age of a measurement; the weights w_{-A+1} ... w_0 are stored in this order,
// the oldest measurement's first, so that w_{-a} is w[A-1-a].
#pragma once

#include <utility>

#include "core/requirements.h"
#include "core/scalar/multiply_add.h"
#include "core/tensor.h"

namespace convproof::reference {

/// The shape rule of weighted_average:  x [N], w [A]  ->  s [N-A+1].
/// Throws: ShapeError if there are no weights or fewer measurements than weights.
inline Shape weighted_average_shape(const Shape& x, const Shape& w) {
  require_rank("weighted_average", "x", x, 1, "[N]");
  require_rank("weighted_average", "w", w, 1, "[A]");
  require_at_least("weighted_average", "weights", w[0], 1);
  require_at_least("weighted_average", "measurements", x[0], w[0]);
  return Shape{x[0] - w[0] + 1};
}

/// The sum of the last A measurements, each times its weight, at every time that has so many (note
/// 002, F-CONV-1D-WINDOW with A = 7, F-S6-EXPANSION; F-CONV-1D-HIT where w is 0 beyond):
///   s[t-A+1] = sum_{a=0}^{A-1} x[t-a] * w_{-a},    t = A-1, ..., N-1.
/// It is an average only if the weights are not negative and their sum is 1. The weights are read
/// forwards in time, as they are printed: a cross-correlation with the printed row.
///
/// Shapes:  x [N], w [A]  ->  s [N-A+1].
/// Throws:  ShapeError from weighted_average_shape.
/// Error:   exact over Rational and Exact; over floats gamma(A) * sum |w||x|.
/// Cost:    A multiply-adds per output.
template <typename S, typename T>
Tensor<S> weighted_average(const Tensor<T>& x, const Tensor<T>& w) {
  Tensor<S> s(weighted_average_shape(x.shape(), w.shape()));
  const Index ages = w.size();
  for (Index t = ages - 1; t < x.size(); ++t) {
    S sum = S(0);
    for (Index a = 0; a < ages; ++a) multiply_add(sum, x[t - a], w[ages - 1 - a]);
    s[t - ages + 1] = std::move(sum);
  }
  return s;
}

/// The gradient with respect to the measurements: what a measurement gave to each later sum,
///   dx[j] = sum_{a : A-1 <= j+a < N} w_{-a} * ds[j+a-A+1].
///
/// Shapes:  ds [N-A+1], w [A], the shape of x  ->  dx [N].
/// Throws:  ShapeError from weighted_average_shape, or if ds is not of that shape.
/// Error:   as for the sums.
/// Cost:    A multiply-adds per measurement.
template <typename S, typename T>
Tensor<S> weighted_average_dx(const Tensor<T>& ds, const Tensor<T>& w, const Shape& x_shape) {
  require_shape("weighted_average", "ds", ds.shape(), weighted_average_shape(x_shape, w.shape()),
                " (the shape of s)");
  Tensor<S> dx(x_shape);
  const Index ages = w.size();
  for (Index j = 0; j < dx.size(); ++j) {
    S sum = S(0);
    for (Index a = 0; a < ages; ++a) {
      const Index t = j + a;
      if (t < ages - 1 || t >= dx.size()) continue;
      multiply_add(sum, w[ages - 1 - a], ds[t - ages + 1]);
    }
    dx[j] = std::move(sum);
  }
  return dx;
}

/// The gradient with respect to the weights:  dw_{-a} = sum_t x[t-a] * ds[t-A+1].
///
/// Shapes:  ds [N-A+1], x [N], the shape of w  ->  dw [A].
/// Throws:  ShapeError from weighted_average_shape, or if ds is not of that shape.
/// Error:   as for the sums, with N-A+1 products.
/// Cost:    N-A+1 multiply-adds per weight.
template <typename S, typename T>
Tensor<S> weighted_average_dw(const Tensor<T>& ds, const Tensor<T>& x, const Shape& w_shape) {
  require_shape("weighted_average", "ds", ds.shape(), weighted_average_shape(x.shape(), w_shape),
                " (the shape of s)");
  Tensor<S> dw(w_shape);
  const Index ages = dw.size();
  for (Index a = 0; a < ages; ++a) {
    S sum = S(0);
    for (Index t = ages - 1; t < x.size(); ++t) multiply_add(sum, x[t - a], ds[t - ages + 1]);
    dw[ages - 1 - a] = std::move(sum);
  }
  return dw;
}

}  // namespace convproof::reference
