// connection_count: how many lines the drawing of a layer has.
#pragma once

#include "core/conv.h"
#include "core/requirements.h"
#include "reference/multiply_add_count.h"
#include "reference/windows.h"

namespace convproof::reference {

/// Connections of a convolution layer as the notes count them (note 004 §5.2.1, N-CONNECTIONS:
/// M' * K instead of M' * M; note 004 §5.4.1, N-LENET-C1: 156 * 784, where each bias is one, too):
///   prod(D'...) * (links(O, C/groups) * prod(K...) + O if `with_bias`).
/// Taps in the padding count, as if zeros were neurons.
///
/// Shapes:  x [N,C,D...], w [O,C/groups,K...]; N does not matter.
/// Throws:  ShapeError from conv_y_shape.
/// Error:   exact.
/// Cost:    one step per pair of maps.
inline Index connection_count(const Shape& x, const Shape& w, const ConvParams& p, bool with_bias) {
  const Shape y = conv_y_shape(x, w, p, "connection_count");
  const Index weighted = multiply_add_count(x, w, p);
  return with_bias ? checked_sum(weighted, neuron_count(y), "connection_count", "y") : weighted;
}

/// The pairs of an input and an output neuron of which one depends on the other: connection_count
/// without biases and without taps in the padding.
///
/// Shapes:  x [N,C,D...], w [O,C/groups,K...]; N does not matter.
/// Throws:  ShapeError from conv_y_shape.
/// Error:   exact.
/// Cost:    prod(D'...) * prod(K...) steps.
inline Index connections_inside(const Shape& x, const Shape& w, const ConvParams& p) {
  const Shape y = conv_y_shape(x, w, p, "connection_count");
  const Windows windows(spatial(x), spatial(w), spatial(y), p.axes);
  Index readings = 0;
  for (Index i = 0; i < windows.windows(); ++i) {
    readings += static_cast<Index>(windows.of_window(i).size());
  }
  return checked_product(readings, p.links.count(w[0], w[1]), "connection_count", "y");
}

/// Connections of a fully connected layer (note 004 §5.2.1, N-CONNECTIONS: M' * M; note 004
/// §5.4.1, N-LENET-F6: as many as parameters, with the biases):
///   O * I, or O * (I + 1) with biases.
///
/// Shapes:  w [O,I].
/// Throws:  ShapeError if w has not two axes, or the count overflows.
/// Error:   exact.
/// Cost:    one product.
inline Index dense_connection_count(const Shape& w, bool with_bias) {
  require_rank("connection_count", "w", w, 2, "[O, I]");
  const Index weighted = dense_multiply_add_count(w);
  return with_bias ? checked_sum(weighted, w[0], "connection_count", "w") : weighted;
}

/// Connections of a subsampling layer (note 004 §5.4.1, N-LENET-S2: 6*196*(4+1)): every output is
/// joined to the pixels of its window and to its bias,
///   neurons * (prod(K...) + 1).
///
/// Shapes:  y [N,C,D'...], window [K...].
/// Throws:  ShapeError if y has not two axes or more, or the count overflows.
/// Error:   exact.
/// Cost:    one product per axis.
inline Index subsampling_connection_count(const Shape& y, const Shape& window) {
  if (y.rank() < 2) {
    throw ShapeError("connection_count", "y", "2 axes or more [N, C, ...]", text(y));
  }
  return checked_product(neuron_count(y),
                         checked_sum(window.element_count(), 1, "connection_count", "window"),
                         "connection_count", "y");
}

}  // namespace convproof::reference
