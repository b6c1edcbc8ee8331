// multiply_add_count: the products of a layer.
#pragma once

#include "core/conv.h"
#include "core/requirements.h"
#include "reference/neuron_count.h"

namespace convproof::reference {

/// Products of a convolution layer on one image: F*F*D for each output element where every map is
/// linked (note 002, GoogLeNet, E-CONV-COST), in general
///   prod(D'...) * links(O, C/groups) * prod(K...).
/// Taps in the padding count as products (with 0), as in the tables of the papers; those inside the
/// image alone are connections_inside (connection_count.h). The bias is added, not multiplied. Some
/// count a product and its addition as two operations.
///
/// Shapes:  x [N,C,D...], w [O,C/groups,K...]; N does not matter.
/// Throws:  ShapeError from conv_y_shape.
/// Error:   exact.
/// Cost:    one step per pair of maps.
inline Index multiply_add_count(const Shape& x, const Shape& w, const ConvParams& p) {
  const Shape y = conv_y_shape(x, w, p, "multiply_add_count");
  const Index kernels = p.links.count(w[0], w[1]);
  const Index per_window =
      checked_product(kernels, spatial(w).element_count(), "multiply_add_count", "w");
  return checked_product(spatial(y).element_count(), per_window, "multiply_add_count", "y");
}

/// Products of a fully connected layer on one image:  O * I.
///
/// Shapes:  w [O,I].
/// Throws:  ShapeError if w has not two axes, or the count overflows.
/// Error:   exact.
/// Cost:    one product.
inline Index dense_multiply_add_count(const Shape& w) {
  require_rank("multiply_add_count", "w", w, 2, "[O, I]");
  return w.element_count();
}

}  // namespace convproof::reference
