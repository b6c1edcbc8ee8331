// dilated_size: how far a kernel with holes reaches.
#pragma once

#include "core/requirements.h"

namespace convproof::reference {

/// The size of a kernel of K taps with D - 1 holes between neighbours (note 004 §5.5.2,
/// N-DILATED-SIZE; D = 1 is an ordinary kernel), in pixels:
///   K' = K + (K - 1) * (D - 1).
///
/// Throws:  ShapeError if K or D is below 1, or the size overflows.
/// Error:   exact.
/// Cost:    one product.
inline Index dilated_size(Index K, Index D) {
  require_at_least("dilated_size", "K", K, 1);
  require_at_least("dilated_size", "D", D, 1);
  return checked_sum(K, checked_product(K - 1, D - 1, "dilated_size", "D"), "dilated_size", "D");
}

}  // namespace convproof::reference
