// Places in tensors whose number of axes is known only at run time.
#pragma once

#include <array>
#include <cassert>
#include <cstddef>
#include <initializer_list>
#include <ostream>

#include "core/shape.h"

namespace convproof {

/// One index per axis, outermost first; any of them may be negative (left of an image, say).
class Indices {
 public:
  Indices() = default;
  explicit Indices(int rank) : rank_(rank) { assert(rank <= Shape::kMaxRank); }
  Indices(std::initializer_list<Index> indices) {
    for (const Index i : indices) push_back(i);
  }

  int rank() const { return rank_; }
  Index& operator[](int axis) {
    assert(axis >= 0 && axis < rank_);
    return indices_[static_cast<std::size_t>(axis)];
  }
  Index operator[](int axis) const {
    assert(axis >= 0 && axis < rank_);
    return indices_[static_cast<std::size_t>(axis)];
  }
  void push_back(Index index) {
    assert(rank_ < Shape::kMaxRank);
    indices_[static_cast<std::size_t>(rank_++)] = index;
  }
  const Index* begin() const { return indices_.data(); }
  const Index* end() const { return indices_.data() + rank_; }

  friend bool operator==(const Indices& a, const Indices& b) {
    return a.rank_ == b.rank_ && a.indices_ == b.indices_;
  }

 private:
  std::array<Index, Shape::kMaxRank> indices_{};
  int rank_ = 0;
};

/// Prints `[0, 2]`.
inline std::ostream& operator<<(std::ostream& out, const Indices& indices) {
  out << '[';
  for (int axis = 0; axis < indices.rank(); ++axis) out << (axis == 0 ? "" : ", ") << indices[axis];
  return out << ']';
}

/// Whether `at` is a place in a tensor of this shape.
inline bool contains(const Shape& shape, const Indices& at) {
  assert(at.rank() == shape.rank());
  for (int axis = 0; axis < shape.rank(); ++axis) {
    if (at[axis] < 0 || at[axis] >= shape[axis]) return false;
  }
  return true;
}

/// Number of the place in C order.
inline Index flat_index(const Shape& shape, const Indices& at) {
  assert(contains(shape, at));
  Index flat = 0;
  for (int axis = 0; axis < shape.rank(); ++axis) flat = flat * shape[axis] + at[axis];
  return flat;
}

/// Calls visit(at) for every place of a tensor of this shape, in C order.
template <typename Visit>
void for_each_index(const Shape& shape, Visit visit) {
  if (shape.element_count() == 0) return;
  Indices at(shape.rank());
  for (;;) {
    visit(static_cast<const Indices&>(at));
    int axis = shape.rank() - 1;
    while (axis >= 0 && ++at[axis] == shape[axis]) at[axis--] = 0;
    if (axis < 0) return;
  }
}

}  // namespace convproof
