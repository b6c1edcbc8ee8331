// bouvrie_layer: the convolution layer of note 003 §3.1, maps one after the other, 0-based.
#pragma once

#include "core/link_table.h"
#include "reference/bilinear_form.h"
#include "reference/extent_rules.h"

namespace convproof::reference {

/// The net input of a convolution layer without its bias (note 003 §3.1, F-CONV-LAYER-BOUVRIE-R):
///   u_j = sum_{i in M_j} x_i * k_ij,
/// where * is MATLAB's conv2 with 'valid', a true convolution, and M_j the chosen input maps; b_j
/// is added to every element. `links` has a row for every j with a link where i is in M_j.
///
/// Shapes:  w = k [I,J,Kh,Kw], x [I,H,W]  ->  u [J,H-Kh+1,W-Kw+1].
/// Throws:  ShapeError if the maps differ in number, k does not fit into x, the table has other
///          extents than J x I, or an extent is 0.
/// Error, cost: those of evaluate.
inline BilinearForm bouvrie_layer(const Shape& k, const Shape& x, const LinkTable& links) {
  constexpr const char* kOp = "bouvrie_layer";
  require_extents(kOp, "x", x, 3, "[I, H, W]");
  require_extents(kOp, "k", k, 4, "[I, J, Kh, Kw]");
  if (k[0] != x[0]) throw ShapeError(kOp, "k", text(x[0], " input maps (as x)"), text(k[0]));
  require_fits(kOp, Shape{k[2], k[3]}, Shape{x[1], x[2]}, "k");
  if (!links.is_full() && (links.outputs() != k[1] || links.inputs() != k[0])) {
    throw ShapeError(kOp, "links", text(k[1], " x ", k[0], " (J x I)"),
                     text(links.outputs(), " x ", links.inputs()));
  }
  const Index Kh = k[2];
  const Index Kw = k[3];
  return {.y = {{0, 0, 0}, {k[1], x[1] - Kh + 1, x[2] - Kw + 1}},
          .sum = {{0, 0, 0}, {k[0], Kh, Kw}},
          .w = {{0, 0, 0, 0}, k},
          .x = {{0, 0, 0}, x},
          .w_at =
              [](const Indices& j, const Indices& i) {
                return Indices{i[0], j[0], i[1], i[2]};
              },
          .x_at =
              [Kh, Kw](const Indices& j, const Indices& i) {
                return Indices{i[0], j[1] + Kh - 1 - i[1], j[2] + Kw - 1 - i[2]};
              },
          .such_that = [links](const Indices& j,
                               const Indices& i) { return links.linked(j[0], i[0]); }};
}

}  // namespace convproof::reference
