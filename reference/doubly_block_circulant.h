// doubly_block_circulant: the matrix of circular convolution in two dimensions, a circulant of
// blocks that are circulants.
#pragma once

#include "core/requirements.h"
#include "core/tensor.h"

namespace convproof::reference {

/// The shape rule of doubly_block_circulant:  c [m, n]  ->  y [m*n, m*n], m and n at least 1.
/// Throws: ShapeError.
inline Shape doubly_block_circulant_y_shape(const Shape& c) {
  const char* const op = "doubly_block_circulant";
  if (c.rank() != 2 || c[0] < 1 || c[1] < 1) {
    throw ShapeError(op, "c", "a matrix [m, n] of 1 element or more", text(c));
  }
  const Index pixels = checked_product(c[0], c[1], op, "m * n");
  return {pixels, pixels};
}

/// dy [m*n, m*n]  ->  dc with the shape c, which the caller names because m*n has many factors.
/// Throws: ShapeError if dy is not what doubly_block_circulant makes of c.
inline Shape doubly_block_circulant_dc_shape(const Shape& dy, const Shape& c) {
  require_shape("doubly_block_circulant", "dy", dy, doubly_block_circulant_y_shape(c),
                " (the shape of y)");
  return c;
}

namespace detail {

/// Calls visit(row, column, place in c) for every entry, in C order.
template <typename Visit>
void for_each_entry_of_doubly_block_circulant(const Shape& c, Visit visit) {
  const Index m = c[0];
  const Index n = c[1];
  for (Index i = 0; i < m; ++i) {
    for (Index j = 0; j < n; ++j) {
      for (Index h = 0; h < m; ++h) {
        for (Index q = 0; q < n; ++q) {
          visit(i * n + j, h * n + q, (i - h + m) % m * n + (j - q + n) % n);
        }
      }
    }
  }
}

}  // namespace detail

/// The matrix whose product with an image x [m, n] in C order is the circular convolution of c and
/// x (note 001 §9.7, P-DOUBLY-CIRCULANT):
///   y[(i,j), (h,q)] = c[(i - h) mod m, (j - q) mod n],
/// m x m blocks, the block (i,h) the circulant of the row (i - h) mod m of c. A kernel smaller than
/// the image stands in c with zeros after it.
///
/// Shapes:  c [m, n]  ->  y [m*n, m*n].
/// Throws:  ShapeError from the shape rule.
/// Error:   exact: elements are copied.
/// Cost:    (m*n)^2 copies.
template <typename T>
Tensor<T> doubly_block_circulant(const Tensor<T>& c) {
  Tensor<T> y(doubly_block_circulant_y_shape(c.shape()));
  detail::for_each_entry_of_doubly_block_circulant(
      c.shape(), [&](Index row, Index column, Index place) { y(row, column) = c[place]; });
  return y;
}

/// The gradient with respect to the kernel:
///   dc[u,v] = sum over the entries with (i - h) mod m = u and (j - q) mod n = v of dy[(i,j),
///   (h,q)].
///
/// Shapes:  dy [m*n, m*n], the shape of c  ->  dc [m, n].
/// Throws:  ShapeError from the shape rule.
/// Error:   exact over Rational; over floats (m*n-1)*u*sum|dy|.
/// Cost:    (m*n)^2 additions.
template <typename T>
Tensor<T> doubly_block_circulant_dc(const Tensor<T>& dy, const Shape& c_shape) {
  Tensor<T> dc(doubly_block_circulant_dc_shape(dy.shape(), c_shape));
  detail::for_each_entry_of_doubly_block_circulant(
      c_shape, [&](Index row, Index column, Index place) { dc[place] += dy(row, column); });
  return dc;
}

}  // namespace convproof::reference
