// Sums of products in the notes' own indices.
#pragma once

#include <functional>

#include "core/indices.h"
#include "core/requirements.h"
#include "core/scalar/multiply_add.h"
#include "core/tensor.h"

namespace convproof::reference {

/// The places of a tensor in the indices that its page writes: `first` is the place of element 0,
/// (1,1) for a 1-based matrix, (-U,-V) for a kernel with its centre at (0,0).
struct IndexRange {
  Indices first;
  Shape extents;

  /// Place in the tensor, counted from 0; it may lie outside.
  Indices from_zero(const Indices& at) const {
    Indices place(at.rank());
    for (int axis = 0; axis < at.rank(); ++axis) place[axis] = at[axis] - first[axis];
    return place;
  }
  Indices at(const Indices& from_zero) const {
    Indices place(from_zero.rank());
    for (int axis = 0; axis < from_zero.rank(); ++axis) {
      place[axis] = from_zero[axis] + first[axis];
    }
    return place;
  }
};

/// y_p = sum_q w_{w_at(p,q)} * x_{x_at(p,q)}.
///
/// Every plain convolution and cross-correlation of the notes is such a sum; they differ in where
/// their indices begin and in the two functions, and a page of the reference states nothing else.
/// What lies outside w or x counts as 0 (implicit zero padding); `such_that` is a side condition
/// under the sum.
struct BilinearForm {
  IndexRange y;
  IndexRange sum;
  IndexRange w;
  IndexRange x;
  std::function<Indices(const Indices& p, const Indices& q)> w_at;
  std::function<Indices(const Indices& p, const Indices& q)> x_at;
  std::function<bool(const Indices& p, const Indices& q)> such_that{};  // None: all terms count.

  /// Calls visit(y, w, x) with the numbers, from 0 in C order, of the elements of every product.
  template <typename Visit>
  void for_each_product(Visit visit) const {
    for_each_index(y.extents, [&](const Indices& at) {
      const Indices p = y.at(at);
      for_each_index(sum.extents, [&](const Indices& term) {
        const Indices q = sum.at(term);
        if (such_that && !such_that(p, q)) return;
        const Indices weight = w.from_zero(w_at(p, q));
        const Indices pixel = x.from_zero(x_at(p, q));
        if (!contains(w.extents, weight) || !contains(x.extents, pixel)) return;
        visit(flat_index(y.extents, at), flat_index(w.extents, weight),
              flat_index(x.extents, pixel));
      });
    });
  }
};

/// y of the form.
///
/// Shapes:  w and x of the form  ->  y of the form.
/// Throws:  ShapeError if w or x is not what the form was made for.
/// Error:   exact over Rational and Exact; over floats n*u*(1+u)*sum|w||x| for n products.
/// Cost:    one multiply-add for each pair (p, q); no scratch memory.
template <typename S, typename T>
Tensor<S> evaluate(const BilinearForm& form, const Tensor<T>& w, const Tensor<T>& x) {
  require_shape("bilinear form", "w", w.shape(), form.w.extents, "");
  require_shape("bilinear form", "x", x.shape(), form.x.extents, "");
  Tensor<S> y(form.y.extents);
  form.for_each_product([&](Index p, Index a, Index b) { multiply_add(y[p], w[a], x[b]); });
  return y;
}

/// The gradient of <dy, y> with respect to w: dw_a = sum of dy_p * x_b over the products of w_a.
///
/// Shapes:  dy and x of the form  ->  dw of the form.
/// Throws:  ShapeError if dy or x is not what the form was made for.
/// Error:   as for y, with dy in the place of w.
/// Cost:    as for y.
template <typename S, typename T>
Tensor<S> evaluate_dw(const BilinearForm& form, const Tensor<T>& dy, const Tensor<T>& x) {
  require_shape("bilinear form", "dy", dy.shape(), form.y.extents, "");
  require_shape("bilinear form", "x", x.shape(), form.x.extents, "");
  Tensor<S> dw(form.w.extents);
  form.for_each_product([&](Index p, Index a, Index b) { multiply_add(dw[a], dy[p], x[b]); });
  return dw;
}

/// The gradient of <dy, y> with respect to x: dx_b = sum of dy_p * w_a over the products of x_b.
///
/// Shapes:  dy and w of the form  ->  dx of the form.
/// Throws:  ShapeError if dy or w is not what the form was made for.
/// Error:   as for y, with dy in the place of x.
/// Cost:    as for y.
template <typename S, typename T>
Tensor<S> evaluate_dx(const BilinearForm& form, const Tensor<T>& dy, const Tensor<T>& w) {
  require_shape("bilinear form", "dy", dy.shape(), form.y.extents, "");
  require_shape("bilinear form", "w", w.shape(), form.w.extents, "");
  Tensor<S> dx(form.x.extents);
  form.for_each_product([&](Index p, Index a, Index b) { multiply_add(dx[b], dy[p], w[a]); });
  return dx;
}

}  // namespace convproof::reference
