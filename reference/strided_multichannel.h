// strided_multichannel: c(K,V,s) and its gradients g and h, in the indices of Goodfellow et al.,
// counted from 1: i output channel, l input channel, j k output place, m n tap.
#pragma once

#include "reference/bilinear_form.h"
#include "reference/extent_rules.h"

namespace convproof::reference {

/// Z of c(K,V,s): floor((rows-M)/s)+1 by floor((columns-N)/s)+1 places.
/// Throws: ShapeError if s is below 1, the channels differ, K does not fit into V, or an extent is
/// 0.
inline Shape strided_multichannel_shape(const Shape& K, const Shape& V, Index s) {
  constexpr const char* kOp = "strided_multichannel";
  require_extents(kOp, "K", K, 4, "[I, L, M, N]");
  require_extents(kOp, "V", V, 3, "[L, rows, columns]");
  if (s < 1) throw ShapeError(kOp, "s", "1 or more", text(s));
  if (K[1] != V[0]) {
    throw ShapeError(kOp, "K", text(V[0], " input channels (as V)"), text(K[1]));
  }
  require_fits(kOp, Shape{K[2], K[3]}, Shape{V[1], V[2]}, "K");
  return {K[0], (V[1] - K[2]) / s + 1, (V[2] - K[3]) / s + 1};
}

/// Z = c(K,V,s) (note 001 §9.5, F-CONV-STRIDED; F-CONV-MULTICHANNEL for s = 1):
///   Z_ijk = sum_{l,m,n} V_{l,(j-1)s+m,(k-1)s+n} K_ilmn.
///
/// Shapes:  w = K [I,L,M,N], x = V [L,rows,columns]  ->  Z of strided_multichannel_shape.
/// Throws:  ShapeError from the shape rule.
/// Error, cost: those of evaluate.
inline BilinearForm strided_multichannel(const Shape& K, const Shape& V, Index s) {
  return {.y = {{1, 1, 1}, strided_multichannel_shape(K, V, s)},
          .sum = {{1, 1, 1}, {K[1], K[2], K[3]}},
          .w = {{1, 1, 1, 1}, K},
          .x = {{1, 1, 1}, V},
          .w_at =
              [](const Indices& ijk, const Indices& lmn) {
                return Indices{ijk[0], lmn[0], lmn[1], lmn[2]};
              },
          .x_at =
              [s](const Indices& ijk, const Indices& lmn) {
                return Indices{lmn[0], (ijk[1] - 1) * s + lmn[1], (ijk[2] - 1) * s + lmn[2]};
              }};
}

/// dJ/dK = g(G,V,s) with G = dJ/dZ (note 001 §9.5, F-GRAD-G):
///   g(G,V,s)_ijkl = sum_{m,n} G_imn V_{j,(m-1)s+k,(n-1)s+l}.
///
/// Shapes:  w = G as Z, x = V, and the shape of K, which the stride loses  ->  K's.
/// Throws:  ShapeError from the shape rule, or if G is not as large as Z.
/// Error, cost: those of evaluate.
inline BilinearForm strided_multichannel_dk(const Shape& G, const Shape& V, const Shape& K,
                                            Index s) {
  require_shape("strided_multichannel", "G", G, strided_multichannel_shape(K, V, s), " (as Z)");
  return {.y = {{1, 1, 1, 1}, K},
          .sum = {{1, 1}, {G[1], G[2]}},
          .w = {{1, 1, 1}, G},
          .x = {{1, 1, 1}, V},
          .w_at =
              [](const Indices& ijkl, const Indices& mn) {
                return Indices{ijkl[0], mn[0], mn[1]};
              },
          .x_at =
              [s](const Indices& ijkl, const Indices& mn) {
                return Indices{ijkl[1], (mn[0] - 1) * s + ijkl[2], (mn[1] - 1) * s + ijkl[3]};
              }};
}

/// dJ/dV = h(K,G,s) (note 001 §9.5, F-GRAD-H):
///   h(K,G,s)_ijk = sum_{l,m : (l-1)s+m=j} sum_{n,p : (n-1)s+p=k} sum_q K_qimp G_qln.
///
/// Shapes:  w = K, x = G as Z, and the shape of V, which the stride loses  ->  V's.
/// Throws:  ShapeError from the shape rule, or if G is not as large as Z.
/// Error, cost: those of evaluate, with every (l,m,n,p) visited for every place.
inline BilinearForm strided_multichannel_dv(const Shape& K, const Shape& G, const Shape& V,
                                            Index s) {
  require_shape("strided_multichannel", "G", G, strided_multichannel_shape(K, V, s), " (as Z)");
  return {.y = {{1, 1, 1}, V},
          .sum = {{1, 1, 1, 1, 1}, {G[1], K[2], G[2], K[3], K[0]}},
          .w = {{1, 1, 1, 1}, K},
          .x = {{1, 1, 1}, G},
          .w_at =
              [](const Indices& ijk, const Indices& lmnpq) {
                return Indices{lmnpq[4], ijk[0], lmnpq[1], lmnpq[3]};
              },
          .x_at =
              [](const Indices&, const Indices& lmnpq) {
                return Indices{lmnpq[4], lmnpq[0], lmnpq[2]};
              },
          .such_that =
              [s](const Indices& ijk, const Indices& lmnpq) {
                return (lmnpq[0] - 1) * s + lmnpq[1] == ijk[1] &&
                       (lmnpq[2] - 1) * s + lmnpq[3] == ijk[2];
              }};
}

}  // namespace convproof::reference
