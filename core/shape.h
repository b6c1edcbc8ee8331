// Sizes of tensors: signed, checked against overflow, in C order.
#pragma once

#include <array>
#include <cassert>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <ostream>
#include <string>
#include <vector>

#include "core/errors.h"

namespace convproof {

/// Signed, because an index one step left of an image is -1.
using Index = std::int64_t;

/// a*b, or a ShapeError that names `op` and `argument`. Both factors are at least 0.
inline Index checked_product(Index a, Index b, const char* op, const char* argument) {
  if (Index product = 0; !__builtin_mul_overflow(a, b, &product)) return product;
  throw ShapeError(op, argument, "a product of sizes below 2^63", text(a, " * ", b));
}

/// a+b, or a ShapeError that names `op` and `argument`.
inline Index checked_sum(Index a, Index b, const char* op, const char* argument) {
  if (Index sum = 0; !__builtin_add_overflow(a, b, &sum)) return sum;
  throw ShapeError(op, argument, "a sum of sizes below 2^63", text(a, " + ", b));
}

/// The extents of a tensor, outermost first. Up to kMaxRank axes; an extent may be 0.
class Shape {
 public:
  static constexpr int kMaxRank = 8;

  Shape() = default;
  Shape(std::initializer_list<Index> extents) { assign(extents.begin(), extents.end()); }
  explicit Shape(const std::vector<Index>& extents) { assign(extents.begin(), extents.end()); }
  Shape(const Index* first, const Index* last) { assign(first, last); }

  int rank() const { return rank_; }
  Index operator[](int axis) const {
    assert(axis >= 0 && axis < rank_);
    return extents_[static_cast<std::size_t>(axis)];
  }
  const Index* begin() const { return extents_.data(); }
  const Index* end() const { return extents_.data() + rank_; }

  /// Product of the extents; 1 for rank 0.
  /// Throws: ShapeError if it does not fit into 63 bits.
  Index element_count() const {
    // A zero extent makes the tensor empty, however large the others are.
    for (const Index extent : *this) {
      if (extent == 0) return 0;
    }
    Index count = 1;
    for (const Index extent : *this) count = checked_product(count, extent, "tensor", "shape");
    return count;
  }

  /// Distance in elements between neighbours along each axis, in C order.
  std::array<Index, kMaxRank> strides() const {
    std::array<Index, kMaxRank> strides{};
    Index stride = 1;
    for (int axis = rank_ - 1; axis >= 0; --axis) {
      strides[static_cast<std::size_t>(axis)] = stride;
      stride *= (*this)[axis];
    }
    return strides;
  }

  friend bool operator==(const Shape& a, const Shape& b) {
    return a.rank_ == b.rank_ && a.extents_ == b.extents_;
  }

 private:
  template <typename Iterator>
  void assign(Iterator first, Iterator last) {
    if (last - first > kMaxRank) {
      throw ShapeError("tensor", "shape", text("at most ", kMaxRank, " axes"), text(last - first));
    }
    for (; first != last; ++first) {
      if (*first < 0) throw ShapeError("tensor", "shape", "extents of 0 or more", text(*first));
      extents_[static_cast<std::size_t>(rank_++)] = *first;
    }
  }

  std::array<Index, kMaxRank> extents_{};
  int rank_ = 0;
};

/// Prints `[1, 3, 5, 7]`.
inline std::ostream& operator<<(std::ostream& out, const Shape& shape) {
  out << '[';
  for (int axis = 0; axis < shape.rank(); ++axis) out << (axis == 0 ? "" : ", ") << shape[axis];
  return out << ']';
}

}  // namespace convproof
