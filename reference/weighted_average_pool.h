// weighted_average_pool: the mean of every region, weighted by the distance from its centre.
#pragma once

#include "core/pool.h"
#include "core/requirements.h"
#include "core/tensor.h"
#include "reference/regions.h"

namespace convproof::reference {

/// Four times the squared distance in pixels of a tap from the centre of its window, which lies
/// between two pixels where the kernel is even: an integer.
inline Index four_squared_distances(const Indices& tap, const PoolParams& p) {
  Index sum = 0;
  for (int axis = 0; axis < tap.rank(); ++axis) {
    const Index twice = p.axes[axis].dilation * (2 * tap[axis] - (p.kernel[axis] - 1));
    sum += twice * twice;
  }
  return sum;
}

/// The weights of the taps, a/sum(a): 0 or more, summing to 1 for whatever `a` is given. The shape
/// rule has approved p.
///
/// Shapes:  a [K...], the kernel of p  ->  weights [K...].
/// Throws:  ShapeError if an a is negative (or NaN), all are 0, or two taps at one distance
///          from the centre differ: then a would not be a function of the distance.
/// Error:   exact over Rational; over floats gamma(K) relatively for K taps.
/// Cost:    K*K comparisons for K taps.
template <typename T>
Tensor<T> weights_by_distance(const Tensor<T>& a, const PoolParams& p) {
  constexpr const char* kOp = "weighted_average_pool";
  const Shape taps(p.kernel.begin(), p.kernel.end());
  require_shape(kOp, "a", a.shape(), taps, " (the kernel)");
  T sum = T(0);
  for_each_index(taps, [&](const Indices& u) {
    const T& weight = a[flat_index(taps, u)];
    if (!(weight >= T(0))) throw ShapeError(kOp, "a", "weights of 0 or more", text(weight));
    for_each_index(taps, [&](const Indices& v) {
      if (four_squared_distances(u, p) == four_squared_distances(v, p) &&
          weight != a[flat_index(taps, v)]) {
        throw ShapeError(kOp, "a", "one weight for one distance from the centre",
                         text(weight, " at ", u, " and ", a[flat_index(taps, v)], " at ", v));
      }
    });
    sum += weight;
  });
  if (sum == T(0)) throw ShapeError(kOp, "a", "a weight that is not 0", "none");
  Tensor<T> weights(taps);
  for (Index u = 0; u < a.size(); ++u) weights[u] = a[u] / sum;
  return weights;
}

/// Pooling by an average weighted with the distance from the central pixel (note 001 §9.3,
/// F-POOL-KINDS, which prints no formula and does not say that the weights sum to 1, as those of an
/// average do):
///   y[n,c,i] = sum_u w[u] * x[n,c,h],  w = a/sum(a),  h = stride*i + dilation*u - before.
/// The caller gives `a`, any function of the distance. Padding counts as pixels of 0 with their
/// weights; it does not make the other weights larger.
///
/// Shapes:  x [N,C,D...], a [K...]  ->  y [N,C,D'...] of pool_y_shape.
/// Throws:  ShapeError from the shape rule and from weights_by_distance.
/// Error:   exact over Rational; over floats gamma(2*K) * weighted_average_pool(|x|) for K taps.
/// Cost:    N*C*D'...*K... multiply-adds.
template <typename T>
Tensor<T> weighted_average_pool(const Tensor<T>& x, const Tensor<T>& a, const PoolParams& p) {
  Tensor<T> y(pool_y_shape(x.shape(), p, "weighted_average_pool"));
  const Tensor<T> w = weights_by_distance(a, p);
  for_each_region(x.shape(), y.shape(), p, [&](const Region& region) {
    T sum = T(0);
    for (std::size_t k = 0; k < region.pixels.size(); ++k) {
      sum += w[region.taps[k]] * x[region.pixels[k]];
    }
    y[region.output] = sum;
  });
  return y;
}

/// The gradient with respect to x:
///   dx[n,c,h] = sum_{i,u : the tap u of i reads h} w[u] * dy[n,c,i].
///
/// Shapes:  dy [N,C,D'...], the shape of x, a [K...]  ->  dx [N,C,D...].
/// Throws:  ShapeError from the shape rule and from weights_by_distance.
/// Error:   as for y, with dy in the place of x.
/// Cost:    as for y.
template <typename T>
Tensor<T> weighted_average_pool_dx(const Tensor<T>& dy, const Shape& x_shape, const Tensor<T>& a,
                                   const PoolParams& p) {
  Tensor<T> dx(pool_dx_shape(dy.shape(), x_shape, p, "weighted_average_pool"));
  const Tensor<T> w = weights_by_distance(a, p);
  for_each_region(x_shape, dy.shape(), p, [&](const Region& region) {
    for (std::size_t k = 0; k < region.pixels.size(); ++k) {
      dx[region.pixels[k]] += w[region.taps[k]] * dy[region.output];
    }
  });
  return dx;
}

/// The gradient with respect to a, tap by tap:
///   da[u] = sum_{n,c,i} dy[n,c,i] * (x[n,c,h] - y[n,c,i]) / sum(a),  x[n,c,h] = 0 outside.
/// The weight of one distance is that of all taps at this distance, and its gradient the sum of
/// theirs.
///
/// Shapes:  dy [N,C,D'...], x [N,C,D...], a [K...]  ->  da [K...].
/// Throws:  ShapeError from the shape rule and from weights_by_distance.
/// Error:   exact over Rational.
/// Cost:    as for y, twice.
template <typename T>
Tensor<T> weighted_average_pool_da(const Tensor<T>& dy, const Tensor<T>& x, const Tensor<T>& a,
                                   const PoolParams& p) {
  (void)pool_dx_shape(dy.shape(), x.shape(), p, "weighted_average_pool");
  const Tensor<T> y = weighted_average_pool(x, a, p);
  T sum = T(0);
  for (Index u = 0; u < a.size(); ++u) sum += a[u];
  Tensor<T> da(a.shape());
  for_each_region(x.shape(), dy.shape(), p, [&](const Region& region) {
    for (Index u = 0; u < a.size(); ++u) da[u] -= dy[region.output] * y[region.output] / sum;
    for (std::size_t k = 0; k < region.pixels.size(); ++k) {
      da[region.taps[k]] += dy[region.output] * x[region.pixels[k]] / sum;
    }
  });
  return da;
}

}  // namespace convproof::reference
