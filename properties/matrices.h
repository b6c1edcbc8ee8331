// Linear maps as matrices of rationals, made column by column: a second opinion on every operator
// that is linear in an argument.
#pragma once

#include <utility>
#include <vector>

#include "core/scalar/rational.h"
#include "core/tensor.h"

namespace convproof {

/// The matrix of a linear map of tensors in C order: column j is f of the j-th unit tensor.
template <typename F>
Tensor<Rational> matrix_of(const F& f, const Shape& x) {
  Tensor<Rational> unit(x);
  const Index rows = f(unit).size();
  Tensor<Rational> matrix(Shape{rows, unit.size()});
  for (Index j = 0; j < unit.size(); ++j) {
    unit[j] = 1;
    const Tensor<Rational> column = f(unit);
    unit[j] = 0;
    for (Index i = 0; i < rows; ++i) matrix(i, j) = column[i];
  }
  return matrix;
}

/// The transposed matrix.
inline Tensor<Rational> transposed(const Tensor<Rational>& matrix) {
  Tensor<Rational> result(Shape{matrix.shape()[1], matrix.shape()[0]});
  for (Index i = 0; i < matrix.shape()[0]; ++i) {
    for (Index j = 0; j < matrix.shape()[1]; ++j) result(j, i) = matrix(i, j);
  }
  return result;
}

/// The product of a [M,K] and b [K,N].
/// Throws: ShapeError if they do not fit.
inline Tensor<Rational> product(const Tensor<Rational>& a, const Tensor<Rational>& b) {
  if (a.shape().rank() != 2 || b.shape().rank() != 2 || a.shape()[1] != b.shape()[0]) {
    throw ShapeError("product", "b", text("a matrix that fits ", a.shape()), text(b.shape()));
  }
  Tensor<Rational> result(Shape{a.shape()[0], b.shape()[1]});
  for (Index i = 0; i < a.shape()[0]; ++i) {
    for (Index k = 0; k < a.shape()[1]; ++k) {
      for (Index j = 0; j < b.shape()[1]; ++j) result(i, j) += a(i, k) * b(k, j);
    }
  }
  return result;
}

/// The same elements in C order with another shape of as many elements.
/// Throws: ShapeError if they are not as many.
inline Tensor<Rational> reshaped(const Tensor<Rational>& x, const Shape& shape) {
  return Tensor<Rational>(shape, std::vector<Rational>(x.data(), x.data() + x.size()));
}

/// The rank of a matrix, by elimination.
inline Index rank_of(Tensor<Rational> matrix) {
  const Index rows = matrix.shape()[0];
  const Index columns = matrix.shape()[1];
  Index rank = 0;
  for (Index j = 0; j < columns && rank < rows; ++j) {
    Index pivot = rank;
    while (pivot < rows && matrix(pivot, j) == 0) ++pivot;
    if (pivot == rows) continue;
    for (Index k = 0; k < columns; ++k) std::swap(matrix(rank, k), matrix(pivot, k));
    for (Index i = rank + 1; i < rows; ++i) {
      const Rational factor = matrix(i, j) / matrix(rank, j);
      for (Index k = j; k < columns; ++k) matrix(i, k) -= factor * matrix(rank, k);
    }
    ++rank;
  }
  return rank;
}

}  // namespace convproof
