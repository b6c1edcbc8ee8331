// The lines of a tensor along one of its axes.
#pragma once

#include "core/shape.h"

namespace convproof::reference {

/// Elements first, first + step, ... of a tensor in C order, `count` of them.
struct Line {
  Index first;
  Index step;
  Index count;
  Index operator[](Index k) const { return first + k * step; }
};

/// Calls visit(line) for every line along `axis`, in C order of the other axes; negative axes count
/// from the innermost, and the rule of the operator has approved it.
template <typename Visit>
void for_each_line(const Shape& shape, Index axis, Visit visit) {
  const auto at = static_cast<int>(axis < 0 ? axis + shape.rank() : axis);
  const Index step = Shape(shape.begin() + at + 1, shape.end()).element_count();
  const Index outer = Shape(shape.begin(), shape.begin() + at).element_count();
  for (Index o = 0; o < outer; ++o) {
    for (Index i = 0; i < step; ++i) visit(Line{o * shape[at] * step + i, step, shape[at]});
  }
}

}  // namespace convproof::reference
