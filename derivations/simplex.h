// Exact linear programming: numbers, some of them not negative, that solve linear equations.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "core/scalar/rational.h"

namespace convproof::derivations {

/// What a search may take before it gives up. Nothing here reads a clock: whoever wants a limit in
/// seconds says so through `stopped`.
struct Limits {
  std::size_t pivots = 5'000;
  std::size_t cells = 250'000;      // Of one tableau.
  std::size_t work = 20'000'000;    // Cells computed; those of more than 64 bits count 20 times.
  std::size_t digits = 200;         // Of one number.
  std::function<bool()> stopped{};  // Asked before each pivot.
};

/// Equations sum_j column_j * x_j = right, with x_j >= 0 unless the column is free.
struct LinearSystem {
  struct Entry {
    std::size_t row;
    Rational value;
  };
  struct Column {
    std::vector<Entry> entries;  // At most one for each row.
    bool free = false;
  };
  std::vector<Column> columns;
  std::vector<Rational> right;  // One for each row.
};

/// What a search has used so far, so that several can share their limits.
struct Effort {
  std::size_t pivots = 0;
  std::size_t work = 0;
};

enum class Solved { kYes, kImpossible, kLimit };

struct Solution {
  Solved solved = Solved::kLimit;
  std::vector<Rational> x;  // If there is one: at most as many non-zero values as there are rows.
  std::string limit;        // Which limit was reached: "5000 pivots".
};

/// A solution, or the certainty that there is none, or the limit that was reached first.
///
/// The simplex method's first phase: free columns are eliminated, the rest is pivoted by the
/// largest coefficient, and where that stands still by Bland's rule, which never comes back to the
/// same tableau. First with 64-bit fractions; if one of them would overflow, again with fractions
/// of any size.
///
/// Source:  R. G. Bland, "New finite pivoting rules for the simplex method" (1977).
Solution solve(const LinearSystem& system, const Limits& limits, Effort& effort);

}  // namespace convproof::derivations
