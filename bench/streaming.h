// What the memory could do at best: a stream of reads and writes, nothing else.
#pragma once

#include "core/shape.h"

namespace convproof::bench {

/// Reads `read` floats at `from` and writes `written` floats at `to`, in whole vectors, side by
/// side as far as both go, each thread a piece of both.
void stream(const float* from, Index read, float* to, Index written, int threads);

}  // namespace convproof::bench
