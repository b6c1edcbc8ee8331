// The one step that every sum of products is made of.
#pragma once

#include "core/scalar/exact.h"

namespace convproof {

/// sum += a*b in the scalar type of the sum. Reference formulas are written with it, so that the
/// type of the sum alone decides what is computed: T itself, exactly (`Exact`), or exactly together
/// with what the judge needs to know about the element (`ErrorAccount`).
template <typename S, typename A, typename B>
void multiply_add(S& sum, const A& a, const B& b) {
  sum += S(a) * S(b);
}

/// Exact sums take floats and doubles as they are, without making two Exact numbers of them.
inline void multiply_add(Exact& sum, float a, float b) {
  sum.add_product(a, b);
}
inline void multiply_add(Exact& sum, double a, double b) {
  sum.add_product(a, b);
}
// A float holds these, too, and its products are shorter.
inline void multiply_add(Exact& sum, Half a, Half b) {
  sum.add_product(static_cast<float>(static_cast<double>(a)),
                  static_cast<float>(static_cast<double>(b)));
}
inline void multiply_add(Exact& sum, BFloat16 a, BFloat16 b) {
  sum.add_product(static_cast<float>(static_cast<double>(a)),
                  static_cast<float>(static_cast<double>(b)));
}

}  // namespace convproof
