// dense: the fully connected layer. Shape rule.
#pragma once

#include "core/shape.h"

namespace convproof {

/// The shape rule of dense:  x [N,I], w [O,I]  ->  y [N,O]. N may be 0; I and O are at least 1.
/// Throws: ShapeError.
Shape dense_y_shape(const Shape& x, const Shape& w);

/// Like dense_y_shape(x, w), and b must be [O].
Shape dense_y_shape(const Shape& x, const Shape& w, const Shape& b);

/// dy [N,O], w [O,I]  ->  dx [N,I].
/// Throws: ShapeError.
Shape dense_dx_shape(const Shape& dy, const Shape& w);

/// dy [N,O], x [N,I]  ->  dw [O,I].
/// Throws: ShapeError.
Shape dense_dw_shape(const Shape& dy, const Shape& x);

/// dy [N,O]  ->  db [O].
/// Throws: ShapeError.
Shape dense_db_shape(const Shape& dy);

}  // namespace convproof
