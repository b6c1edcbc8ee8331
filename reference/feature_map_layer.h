// feature_map_layer: groups of feature maps in the notes' order, rows x columns x maps, counted
// from 1: i j output place, p output map, d input map, u v tap.
#pragma once

#include <utility>

#include "core/link_table.h"
#include "reference/bilinear_form.h"
#include "reference/extent_rules.h"

namespace convproof::reference {

struct FeatureMapLayerParams {
  bool flipped = true;  // (star), the convolution of note 000; otherwise the (x) of note 004.
  LinkTable links{};    // T of note 004 §5.4.1.1.
};

/// The sum over the input maps of the net input (note 000 §3.2.1, F-CONV-LAYER, and §3.2.4,
/// F-CONV-LAYER-L, with the (star) of its §3.1.1; note 004 §5.2.2, F-CONV-LAYER-QIU, §5.3,
/// F-NET-INPUT, and §5.4.1.1, F-CONV-LINK, with its (x)):
///   Z^p = sum_{d : T_pd = 1} W^{p,d} (star) X^d    or    Z^p = sum_{d : T_pd = 1} W^{p,d} (x) X^d.
/// F-CONV-LAYER-L prints X^(l-1,p) under the sum over d; this is X^(l-1,d).
///
/// Shapes:  w [U,V,P,D], x [M,N,D]  ->  z [M-U+1,N-V+1,P].
/// Throws:  ShapeError if the maps differ in number, w does not fit into x, the table has other
///          extents than P x D, or an extent is 0.
/// Error:   that of evaluate.
/// Cost:    that of evaluate.
inline BilinearForm feature_map_sum(const Shape& w, const Shape& x,
                                    const FeatureMapLayerParams& p) {
  constexpr const char* kOp = "feature_map_layer";
  require_extents(kOp, "x", x, 3, "[M, N, D]");
  require_extents(kOp, "w", w, 4, "[U, V, P, D]");
  if (w[3] != x[2]) throw ShapeError(kOp, "w", text(x[2], " input maps (as x)"), text(w[3]));
  require_fits(kOp, Shape{w[0], w[1]}, Shape{x[0], x[1]});
  if (!p.links.is_full() && (p.links.outputs() != w[2] || p.links.inputs() != w[3])) {
    throw ShapeError(kOp, "links", text(w[2], " x ", w[3], " (P x D)"),
                     text(p.links.outputs(), " x ", p.links.inputs()));
  }
  const Index U = w[0];
  const Index V = w[1];
  return {.y = {{1, 1, 1}, {x[0] - U + 1, x[1] - V + 1, w[2]}},
          .sum = {{1, 1, 1}, {w[3], U, V}},
          .w = {{1, 1, 1, 1}, w},
          .x = {{1, 1, 1}, x},
          .w_at =
              [](const Indices& ijp, const Indices& duv) {
                return Indices{duv[1], duv[2], ijp[2], duv[0]};
              },
          .x_at =
              [flipped = p.flipped, U, V](const Indices& ijp, const Indices& duv) {
                // The valid part of a convolution begins at i = U; here i is counted from 1.
                return flipped ? Indices{ijp[0] + U - duv[1], ijp[1] + V - duv[2], duv[0]}
                               : Indices{ijp[0] + duv[1] - 1, ijp[1] + duv[2] - 1, duv[0]};
              },
          .such_that = [links = p.links](
                           const Indices& ijp,
                           const Indices& duv) { return links.linked(ijp[2] - 1, duv[0] - 1); }};
}

/// The net input of a layer:  Z^p = (the sum over the maps) + b^p * ones(M',N').
///
/// Shapes:  x [M,N,D], w [U,V,P,D], b [P]  ->  z [M-U+1,N-V+1,P].
/// Throws:  ShapeError as feature_map_sum, or if b has not P elements.
/// Error:   exact over Rational; over floats n*u*(1+u)*sum|w||x|, the bias being one of n terms.
/// Cost:    M'*N'*P*D*U*V multiply-adds.
template <typename S, typename T>
Tensor<S> feature_map_layer(const Tensor<T>& x, const Tensor<T>& w, const Tensor<T>& b,
                            const FeatureMapLayerParams& p) {
  Tensor<S> z = evaluate<S>(feature_map_sum(w.shape(), x.shape(), p), w, x);
  const Index P = w.shape()[2];
  if (!(b.shape() == Shape{P})) {
    throw ShapeError("feature_map_layer", "b", text(Shape{P}, " (one per output map)"),
                     text(b.shape()));
  }
  for (Index i = 0; i < z.size(); ++i) z[i] += S(b[i % P]);
  return z;
}

/// The gradient with respect to b (note 000 §3.2.4, V-DB-L3; note 004 §5.3, V-DB-QIU):
///   db^p = sum_{i,j} dz_ijp.
///
/// Shapes:  dz [M',N',P]  ->  db [P].
/// Throws:  ShapeError if dz has not three axes.
/// Error:   exact over Rational; over floats (n-1)*u*sum|dz| for n places.
/// Cost:    M'*N'*P additions.
template <typename T>
Tensor<T> feature_map_layer_db(const Tensor<T>& dz) {
  require_extents("feature_map_layer", "dz", dz.shape(), 3, "[M', N', P]");
  const Index P = dz.shape()[2];
  Tensor<T> db(Shape{P});
  for (Index i = 0; i < dz.size(); ++i) db[i % P] += dz[i];
  return db;
}

}  // namespace convproof::reference
