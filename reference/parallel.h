// Independent outputs on several threads, where the scalar allows it.
#pragma once

#include <exception>
#include <type_traits>

#include "core/scalar/exact.h"
#include "core/shape.h"

namespace convproof::reference {

/// body(i) for i = 0 ... count-1; sums in `Exact` on all threads if each is worth `cost` additions
/// and all together half a millisecond. Other scalars stay on the caller's thread: MPFR keeps the
/// precision of `Real` per thread, and the judge runs cases side by side itself.
/// Throws: what body throws, the first of it.
template <typename S, typename Body>
void for_each_output(Index count, Index cost, Body body) {
  if constexpr (std::is_same_v<S, Exact>) {
    constexpr Index kWorthThreads = 1 << 16;
    std::exception_ptr error;
#pragma omp parallel for schedule(dynamic) if (cost > 0 && count > kWorthThreads / cost)
    for (Index i = 0; i < count; ++i) {
      try {
        body(i);
      } catch (...) {
#pragma omp critical
        if (!error) error = std::current_exception();
      }
    }
    if (error) std::rethrow_exception(error);
  } else {
    for (Index i = 0; i < count; ++i) body(i);
  }
}

}  // namespace convproof::reference
