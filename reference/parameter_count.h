// parameter_count: how many numbers training changes in a layer.
#pragma once

#include "core/link_table.h"
#include "core/requirements.h"
#include "core/window.h"

namespace convproof::reference {

/// Kernels and biases of a convolution layer (note 000 §3.2.1, N-CONV-PARAMS: UVPD + P; note 004
/// §5.2.2, N-CONV-PARAMS-QIU: PD(UV) + P; with K links N-LINK-PARAMS: K*UV + P):
///   links(O, C/groups) * prod(K...) + O.
/// One bias per output map is counted; the size of the image does not matter.
///
/// Shapes:  w [O,C/groups,K...].
/// Throws:  ShapeError if w has not three axes or more, the link table is of another size, or the
///          count overflows.
/// Error:   exact.
/// Cost:    one step per pair of maps.
inline Index parameter_count(const Shape& w, const LinkTable& links = {}) {
  if (w.rank() < 3) {
    throw ShapeError("parameter_count", "w", "3 axes or more [O, C/groups, K...]", text(w));
  }
  if (!links.is_full() && (links.outputs() != w[0] || links.inputs() != w[1])) {
    throw ShapeError("parameter_count", "links", text(w[0], " x ", w[1]),
                     text(links.outputs(), " x ", links.inputs()));
  }
  const Index kernels = links.is_full() ? checked_product(w[0], w[1], "parameter_count", "w")
                                        : links.count(w[0], w[1]);
  const Index weights =
      checked_product(kernels, spatial(w).element_count(), "parameter_count", "w");
  return checked_sum(weights, w[0], "parameter_count", "w");
}

/// Weights and biases of a fully connected layer (note 004 §5.4.1, N-LENET-F6: 84*(120+1)):
///   O * (I + 1).
///
/// Shapes:  w [O,I].
/// Throws:  ShapeError if w has not two axes, or the count overflows.
/// Error:   exact.
/// Cost:    one product.
inline Index dense_parameter_count(const Shape& w) {
  require_rank("parameter_count", "w", w, 2, "[O, I]");
  return checked_product(w[0], checked_sum(w[1], 1, "parameter_count", "w"), "parameter_count",
                         "w");
}

/// A coefficient and a bias for each map of a subsampling layer (note 004 §5.4.1, N-LENET-S2:
/// 6*(1+1)); its averages have no parameters of their own:
///   2 * C.
///
/// Throws:  ShapeError if there are fewer than 0 maps.
/// Error:   exact.
/// Cost:    one product.
inline Index subsampling_parameter_count(Index maps) {
  require_at_least("parameter_count", "maps", maps, 0);
  return checked_product(2, maps, "parameter_count", "maps");
}

}  // namespace convproof::reference
