// From a failing case to the smallest one that still fails: first the configuration, then the data.
#pragma once

#include <functional>
#include <string>

#include "conformance/cases/case.h"
#include "conformance/doors/process.h"

namespace convproof::conformance {

struct Shrunk {
  Case c;
  int attempts = 0;
};

/// Greedy: takes the first simpler case that still fails, until none does or the deadline passes.
/// Then keeps as few non-zero elements as possible (delta debugging over the flat indices).
/// `fails` must be repeatable. The result fails, or is `start` itself.
Shrunk shrink(const Case& start, const std::function<bool(const Case&)>& fails,
              Clock::time_point deadline);

}  // namespace convproof::conformance
