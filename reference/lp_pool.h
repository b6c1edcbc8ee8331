// lp_pool: what it equals. The p-norm of every region, on any number of spatial axes.
#pragma once

#include <cmath>

#include "core/pool.h"
#include "core/tensor.h"
#include "reference/regions.h"

namespace convproof::reference {

/// Pooling by the L^p norm; p = 2 is the L^2 norm of a rectangular neighbourhood (note 001 §9.3,
/// F-POOL-KINDS):
///   y[n,c,i] = (sum_u |x[n,c,h]|^p)^(1/p),  h = stride*i + dilation*u - before, 0 outside.
/// Moduli: without them odd p would let pixels cancel and roots of negative sums be asked for. The
/// sum is not divided by the size of the window. 0 for a region wholly in the padding. Dilation as
/// in ONNX (LpPool since operator set 18).
///
/// Shapes:  x [N,C,D...]  ->  y [N,C,D'...] of pool_y_shape.
/// Throws:  ShapeError from the shape rule, or if p < 1, which is not a norm.
/// Error:   none over Real beyond its precision; over floats with roundings of relative size u in
///          every operation, to first order relatively u*(K + |log sum|)/p + u for K pixels.
/// Cost:    N*C*D'...*K... powers.
template <typename T>
Tensor<T> lp_pool(const Tensor<T>& x, const LpPoolParams& p) {
  using std::abs;
  using std::pow;
  Tensor<T> y(lp_pool_y_shape(x.shape(), p));
  for_each_region(x.shape(), y.shape(), p.window, [&](const Region& region) {
    T sum = T(0);
    for (const Index pixel : region.pixels) sum += pow(abs(x[pixel]), T(p.p));
    y[region.output] = pow(sum, T(1) / T(p.p));
  });
  return y;
}

/// The gradient with respect to x,
///   dx[n,c,h] = sum_{i,u : the tap u of i reads h} dy[n,c,i] * sign(x) (|x| / y[n,c,i])^(p-1),
/// with x for x[n,c,h] and sign(0) = 0. Where the norm is 0 it has no derivative, and 0 stands for
/// it, the least of its subgradients; likewise at a single pixel of 0 for p = 1.
///
/// Shapes:  dy [N,C,D'...], x [N,C,D...]  ->  dx [N,C,D...].
/// Throws:  ShapeError from the shape rule, or if p < 1.
/// Error:   none over Real beyond its precision; over floats p-1 times the relative error of y and
///          two roundings for each region, and their sum.
/// Cost:    as for y, twice.
template <typename T>
Tensor<T> lp_pool_dx(const Tensor<T>& dy, const Tensor<T>& x, const LpPoolParams& p) {
  using std::abs;
  using std::pow;
  const Tensor<T> y = lp_pool(x, p);
  Tensor<T> dx(pool_dx_shape(dy.shape(), x.shape(), p.window, "lp_pool"));
  for_each_region(x.shape(), y.shape(), p.window, [&](const Region& region) {
    const T& norm = y[region.output];
    if (norm == T(0)) return;
    for (const Index pixel : region.pixels) {
      const T sign = T(static_cast<int>(x[pixel] > T(0)) - static_cast<int>(x[pixel] < T(0)));
      dx[pixel] += dy[region.output] * sign * pow(abs(x[pixel]) / norm, T(p.p - 1));
    }
  });
  return dx;
}

}  // namespace convproof::reference
