// Arrays of the claim language: sizes, first indices, elements in the order of rows.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/shape.h"

namespace convproof::derivations::evaluate {

/// One number for each axis.
using PerAxis = std::vector<Index>;

/// How many elements arrays of these sizes have.
///
/// Throws: TooLarge at 2^62 or more.
Index count_of(const PerAxis& sizes);

/// The next position below `sizes`, the last axis first; false after the last. Positions count
/// from 0.
bool advance(PerAxis& position, const PerAxis& sizes);

/// All positions below `sizes`, in the order of the elements.
template <typename F>
void for_each_position(const PerAxis& sizes, const F& visit) {
  for (const Index size : sizes) {
    if (size == 0) return;
  }
  PerAxis position(sizes.size(), 0);
  do {
    visit(std::as_const(position));
  } while (advance(position, sizes));
}

/// Where the element at `position` stands among all.
std::size_t offset_of(const PerAxis& position, const PerAxis& sizes);

/// "[2, 3]"; "a number" without axes.
std::string shape_text(const PerAxis& sizes);
/// "[2,1]", for the name of an element; nothing without axes.
std::string subscripts_text(const PerAxis& subscripts);

template <typename E>
struct Array {
  PerAxis sizes;
  PerAxis from;  // The first index of each axis.
  std::vector<E> elements;
  bool zero = false;  // Reads outside give 0.

  /// Zeros.
  explicit Array(PerAxis of)
      : sizes(std::move(of)),
        from(sizes.size(), 1),
        elements(static_cast<std::size_t>(count_of(sizes))) {}

  std::size_t rank() const { return sizes.size(); }
  const E& at(const PerAxis& position) const { return elements[offset_of(position, sizes)]; }
  E& at(const PerAxis& position) { return elements[offset_of(position, sizes)]; }
};

}  // namespace convproof::derivations::evaluate
