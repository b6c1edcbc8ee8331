#include "core/dense.h"

#include "core/requirements.h"

namespace convproof {
namespace {

/// A matrix whose second extent, of which sums are made or outputs come, is at least 1.
void require_matrix(const char* argument, const Shape& shape, const char* axes,
                    const char* columns) {
  require_rank("dense", argument, shape, 2, axes);
  require_at_least("dense", columns, shape[1], 1);
}

}  // namespace

Shape dense_y_shape(const Shape& x, const Shape& w) {
  require_matrix("x", x, "[N, I]", "columns of x");
  require_matrix("w", w, "[O, I]", "columns of w");
  require_at_least("dense", "rows of w", w[0], 1);
  require_shape("dense", "w", w, Shape{w[0], x[1]}, " (a column per column of x)");
  return {x[0], w[0]};
}

Shape dense_y_shape(const Shape& x, const Shape& w, const Shape& b) {
  const Shape y = dense_y_shape(x, w);
  require_shape("dense", "b", b, Shape{w[0]}, " (one per row of w)");
  return y;
}

Shape dense_dx_shape(const Shape& dy, const Shape& w) {
  require_matrix("dy", dy, "[N, O]", "columns of dy");
  require_matrix("w", w, "[O, I]", "columns of w");
  require_shape("dense", "w", w, Shape{dy[1], w[1]}, " (a row per column of dy)");
  return {dy[0], w[1]};
}

Shape dense_dw_shape(const Shape& dy, const Shape& x) {
  require_matrix("dy", dy, "[N, O]", "columns of dy");
  require_matrix("x", x, "[N, I]", "columns of x");
  require_shape("dense", "x", x, Shape{dy[0], x[1]}, " (a row per row of dy)");
  return {dy[1], x[1]};
}

Shape dense_db_shape(const Shape& dy) {
  require_matrix("dy", dy, "[N, O]", "columns of dy");
  return Shape{dy[1]};
}

}  // namespace convproof
