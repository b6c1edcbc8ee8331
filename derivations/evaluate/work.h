// A limit on what an evaluation may take.
#pragma once

#include <cstdint>

#include "derivations/evaluate/failure.h"

namespace convproof::derivations::evaluate {

/// Counts elements, multiplications and terms.
class Work {
 public:
  explicit Work(std::uint64_t most) : left_(most) {}

  /// Throws: TooLarge if that is more than is left.
  void spend(std::uint64_t work) {
    if (work > left_) throw TooLarge("expected less work, found more than the limit");
    left_ -= work;
  }

 private:
  std::uint64_t left_;
};

}  // namespace convproof::derivations::evaluate
