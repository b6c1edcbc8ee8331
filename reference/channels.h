// The numbers that belong to one channel of a batch of maps.
#pragma once

#include "core/shape.h"

namespace convproof::reference {

/// Calls visit(c, i) for every element i, in C order, of maps [N,C,...], and its channel c.
template <typename Visit>
void for_each_in_channels(const Shape& maps, Visit visit) {
  const Index pixels = Shape(maps.begin() + 2, maps.end()).element_count();
  for (Index n = 0; n < maps[0]; ++n) {
    for (Index c = 0; c < maps[1]; ++c) {
      for (Index at = 0; at < pixels; ++at) visit(c, (n * maps[1] + c) * pixels + at);
    }
  }
}

}  // namespace convproof::reference
