// Cutting loops into blocks: for caches, registers and threads.
#pragma once

#include <algorithm>

#include "core/shape.h"

namespace convproof::fast {

// A block of the packed operand shares the second-level cache (1 MiB or more on today's cores) with
// what streams past it, and a tile row of the other operand stays in the first-level cache. Deeper
// blocks save passes over the result. Measured on VGG-16: flat between 192 and 512 deep.
inline constexpr Index kBlockDepth = 256;
inline constexpr Index kBlockBytes = 384 * 1024;

constexpr Index ceil_div(Index a, Index b) {
  return (a + b - 1) / b;
}

constexpr Index round_up(Index a, Index multiple) {
  return ceil_div(a, multiple) * multiple;
}

/// The largest block of at most `most` (at least 1) that cuts `count` into even pieces.
constexpr Index even_block(Index count, Index most) {
  return ceil_div(count, ceil_div(count, std::max<Index>(most, 1)));
}

/// Part `index` of [0, count) in `parts` parts whose sizes differ by at most one.
struct Part {
  Index first;
  Index last;
};
constexpr Part part_of(Index count, Index index, Index parts) {
  return {count / parts * index + std::min(index, count % parts),
          count / parts * (index + 1) + std::min(index + 1, count % parts)};
}

}  // namespace convproof::fast
