// subsampling: the layer of note 003 §3.2 and of LeNet-5's S layers, with one weight and one bias
// per map.
#pragma once

#include "core/requirements.h"
#include "core/scalar/multiply_add.h"
#include "core/tensor.h"
#include "reference/block_sum.h"
#include "reference/places.h"

namespace convproof::reference {

/// The shape rule of subsampling:  x [N,C,D...], beta [C], b [C]  ->  u [N,C,D/n...].
/// Throws: ShapeError unless n divides D on every spatial axis.
inline Shape subsampling_u_shape(const Shape& x, const Shape& beta, const Shape& b,
                                 const Indices& n) {
  const Shape u = block_sum_y_shape(x, n, "subsampling");
  require_shape("subsampling", "beta", beta, Shape{x[1]}, " (one per map)");
  require_shape("subsampling", "b", b, Shape{x[1]}, " (one per map)");
  return u;
}

/// The net input u of the layer x^l = f(u), f(beta down(x^{l-1}) + b) (note 003 §3.2,
/// F-SUBSAMPLE-R):
///   u[n,c,i] = beta[c] * d[n,c,i] + b[c],  d = block_sum(x)  (F-D-MAP-R).
/// As many maps out as in, each with its own beta and b. The activation f has a page of its own.
/// LeNet-5 says mean for down(.) in some texts: the same layer with beta/(n*n) in the place of
/// beta.
///
/// Shapes:  x [N,C,D...], beta [C], b [C], one n per spatial axis  ->  u [N,C,D/n...].
/// Throws:  ShapeError from the shape rule.
/// Error:   exact over Rational and Exact; over floats
///          gamma(n*n + 1) * (|beta|*block_sum(|x|) + |b|).
/// Cost:    one addition per pixel, one multiply-add per output.
template <typename S, typename T>
Tensor<S> subsampling(const Tensor<T>& x, const Tensor<T>& beta, const Tensor<T>& b,
                      const Indices& n) {
  Tensor<S> u(subsampling_u_shape(x.shape(), beta.shape(), b.shape(), n));
  const Tensor<S> d = block_sum<S>(x, n);
  for_each_index(u.shape(), [&](const Indices& i) {
    element(u, i) = S(beta[i[1]]) * element(d, i) + S(b[i[1]]);
  });
  return u;
}

/// The gradient with respect to x (note 003 §3.1.1, V-CONV-DELTA-R without f'):
///   dx[n,c,h] = beta[c] * du[n,c, floor(h/n)],  that is, beta times up(du).
///
/// Shapes:  du [N,C,D/n...], beta [C], the shape of x  ->  dx [N,C,D...].
/// Throws:  ShapeError if du is not what subsampling makes of x.
/// Error:   exact over Rational and Exact; over floats one rounding.
/// Cost:    one product per pixel.
template <typename S, typename T>
Tensor<S> subsampling_dx(const Tensor<T>& du, const Tensor<T>& beta, const Shape& x_shape,
                         const Indices& n) {
  require_shape("subsampling", "du", du.shape(),
                subsampling_u_shape(x_shape, beta.shape(), beta.shape(), n), " (the shape of u)");
  Tensor<S> dx(x_shape);
  for_each_index(dx.shape(), [&](const Indices& h) {
    multiply_add(element(dx, h), beta[h[1]],
                 element(du, moved(h, [&](Index index, int axis) { return index / n[axis]; })));
  });
  return dx;
}

/// The gradient with respect to beta (note 003 §3.2.1, V-SUBSAMPLE-DBETA-R):
///   dbeta[c] = sum_{n,i} du[n,c,i] * d[n,c,i],  d = block_sum(x).
/// The notes keep d from the forward pass; here it is computed again.
///
/// Shapes:  du [N,C,D/n...], x [N,C,D...]  ->  dbeta [C].
/// Throws:  ShapeError if du is not what subsampling makes of x.
/// Error:   exact over Rational and Exact; over floats gamma(n*n + m) * sum|du|*block_sum(|x|) for
///          m terms.
/// Cost:    one addition per pixel, one multiply-add per element of du.
template <typename S, typename T>
Tensor<S> subsampling_dbeta(const Tensor<T>& du, const Tensor<T>& x, const Indices& n) {
  require_shape("subsampling", "du", du.shape(), block_sum_y_shape(x.shape(), n, "subsampling"),
                " (the shape of u)");
  const Tensor<S> d = block_sum<S>(x, n);
  Tensor<S> dbeta(Shape{x.shape()[1]});
  for_each_index(du.shape(),
                 [&](const Indices& i) { dbeta[i[1]] += S(element(du, i)) * element(d, i); });
  return dbeta;
}

/// The gradient with respect to b (note 003 §3.2.1, V-SUBSAMPLE-DB-R):
///   db[c] = sum_{n,i} du[n,c,i].
///
/// Shapes:  du [N,C,D/n...]  ->  db [C].
/// Throws:  ShapeError unless du is [N, C, ...].
/// Error:   exact over Rational and Exact; over floats gamma(m-1) * sum|du| for m terms.
/// Cost:    one addition per element of du.
template <typename S, typename T>
Tensor<S> subsampling_db(const Tensor<T>& du) {
  require_images("subsampling", "du", du.shape());
  Tensor<S> db(Shape{du.shape()[1]});
  for_each_index(du.shape(), [&](const Indices& i) { db[i[1]] += S(element(du, i)); });
  return db;
}

}  // namespace convproof::reference
