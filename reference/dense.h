// dense: what it equals. The fully connected layer, without its activation; `S` and `T` as in
// reference/conv.h.
//
// A row of w belongs to an output and a row of x to a sample: u = W x + b of the notes is a row of
// y here. The gradient of a tensor has the shape of that tensor (note 000 §3.1.1,
// F-GRADIENT-LAYOUT), so dw is [O,I] as w is.
#pragma once

#include <type_traits>
#include <utility>

#include "core/dense.h"
#include "core/scalar/multiply_add.h"
#include "core/tensor.h"

namespace convproof::reference {

/// The forward pass (note 003 §2.1, F-FC-FORWARD-R, whose x of the next layer is f(y)):
///   y[n,o] = b[o] + sum_i w[o,i] * x[n,i].
/// Without a bias pass b = nullptr.
///
/// Shapes:  x [N,I], w [O,I], b [O]  ->  y [N,O].
/// Throws:  ShapeError from dense_y_shape.
/// Error:   exact over Rational and Exact; over floats n*u*(1+u)*sum|w||x| for n products
///          (conformance/judge/error_bound.h).
/// Cost:    N*O*I multiply-adds.
template <typename S, typename T>
Tensor<S> dense(const Tensor<T>& x, const Tensor<T>& w, const std::type_identity_t<Tensor<T>>* b) {
  Tensor<S> y(b == nullptr ? dense_y_shape(x.shape(), w.shape())
                           : dense_y_shape(x.shape(), w.shape(), b->shape()));
  for (Index n = 0; n < y.shape()[0]; ++n) {
    for (Index o = 0; o < y.shape()[1]; ++o) {
      S sum = b == nullptr ? S(0) : S((*b)[o]);
      for (Index i = 0; i < x.shape()[1]; ++i) multiply_add(sum, w(o, i), x(n, i));
      y(n, o) = std::move(sum);
    }
  }
  return y;
}

/// The gradient with respect to the input (note 003 §2.2, V-FC-DELTA-R without its f'(u)):
///   dx[n,i] = sum_o w[o,i] * dy[n,o].
///
/// Shapes:  dy [N,O], w [O,I]  ->  dx [N,I].
/// Throws:  ShapeError from dense_dx_shape.
/// Error:   as for y, with dy in the place of x.
/// Cost:    N*I*O multiply-adds.
template <typename S, typename T>
Tensor<S> dense_dx(const Tensor<T>& dy, const Tensor<T>& w) {
  Tensor<S> dx(dense_dx_shape(dy.shape(), w.shape()));
  for (Index n = 0; n < dx.shape()[0]; ++n) {
    for (Index i = 0; i < dx.shape()[1]; ++i) {
      S sum = S(0);
      for (Index o = 0; o < w.shape()[0]; ++o) multiply_add(sum, w(o, i), dy(n, o));
      dx(n, i) = std::move(sum);
    }
  }
  return dx;
}

/// The gradient with respect to the weights:
///   dw[o,i] = sum_n dy[n,o] * x[n,i].
/// Note 003 §2.2 (V-FC-DW-R) prints x delta^T, which is the transpose of this: a matrix [I,O].
///
/// Shapes:  dy [N,O], x [N,I]  ->  dw [O,I].
/// Throws:  ShapeError from dense_dw_shape.
/// Error:   as for y, with dy in the place of w.
/// Cost:    O*I*N multiply-adds.
template <typename S, typename T>
Tensor<S> dense_dw(const Tensor<T>& dy, const Tensor<T>& x) {
  Tensor<S> dw(dense_dw_shape(dy.shape(), x.shape()));
  for (Index o = 0; o < dw.shape()[0]; ++o) {
    for (Index i = 0; i < dw.shape()[1]; ++i) {
      S sum = S(0);
      for (Index n = 0; n < x.shape()[0]; ++n) multiply_add(sum, dy(n, o), x(n, i));
      dw(o, i) = std::move(sum);
    }
  }
  return dw;
}

/// The gradient with respect to the bias (note 003 §2.2, F-SENSITIVITY-R, for one sample):
///   db[o] = sum_n dy[n,o].
///
/// Shapes:  dy [N,O]  ->  db [O].
/// Throws:  ShapeError from dense_db_shape.
/// Error:   exact over Rational and Exact; over floats (N-1)*u*sum|dy|.
/// Cost:    N*O additions.
template <typename S, typename T>
Tensor<S> dense_db(const Tensor<T>& dy) {
  Tensor<S> db(dense_db_shape(dy.shape()));
  for (Index o = 0; o < db.size(); ++o) {
    for (Index n = 0; n < dy.shape()[0]; ++n) db[o] += S(dy(n, o));
  }
  return db;
}

}  // namespace convproof::reference
