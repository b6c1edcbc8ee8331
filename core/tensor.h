// Dense tensors in C order: one that owns its elements, one that looks at somebody else's.
#pragma once

#include <cassert>
#include <cstddef>
#include <ostream>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/errors.h"
#include "core/shape.h"

namespace convproof {

namespace detail {
/// Position of `indices` in a dense tensor of this shape.
template <typename... Indices>
Index flat_index(const Shape& shape, Indices... indices) {
  assert(sizeof...(Indices) == static_cast<std::size_t>(shape.rank()));
  Index flat = 0;
  int axis = 0;
  auto step = [&](Index i) {
    assert(i >= 0 && i < shape[axis]);
    flat = flat * shape[axis++] + i;
  };
  (step(indices), ...);
  return flat;
}
}  // namespace detail

/// Dense elements that belong to somebody else. `T` may be const.
template <typename T>
class TensorView {
 public:
  TensorView(T* data, const Shape& shape) : data_(data), shape_(shape) {}
  /// A view to mutable elements is one to constant elements, too.
  TensorView(const TensorView<std::remove_const_t<T>>& other) requires std::is_const_v<T>
      : data_(other.data()), shape_(other.shape()) {}

  const Shape& shape() const { return shape_; }
  Index size() const { return shape_.element_count(); }
  T* data() const { return data_; }
  T& operator[](Index flat) const { return data_[flat]; }
  template <typename... Indices>
  T& operator()(Indices... indices) const {
    return data_[detail::flat_index(shape_, static_cast<Index>(indices)...)];
  }

 private:
  T* data_;
  Shape shape_;
};

/// Dense elements of any scalar type, with value semantics.
template <typename T>
class Tensor {
 public:
  using Scalar = T;

  Tensor() = default;
  /// All elements are T(0).
  /// Throws: ShapeError if the number of elements overflows.
  explicit Tensor(const Shape& shape)
      : shape_(shape), elements_(static_cast<std::size_t>(shape.element_count()), T(0)) {}
  /// Throws: ShapeError if `elements` are not as many as the shape says.
  Tensor(const Shape& shape, std::vector<T> elements)
      : shape_(shape), elements_(std::move(elements)) {
    if (static_cast<Index>(elements_.size()) != shape_.element_count()) {
      throw ShapeError("tensor", "elements", text(shape_.element_count(), " for shape ", shape_),
                       text(elements_.size()));
    }
  }

  const Shape& shape() const { return shape_; }
  Index size() const { return static_cast<Index>(elements_.size()); }
  T* data() { return elements_.data(); }
  const T* data() const { return elements_.data(); }
  T& operator[](Index flat) { return elements_[static_cast<std::size_t>(flat)]; }
  const T& operator[](Index flat) const { return elements_[static_cast<std::size_t>(flat)]; }
  template <typename... Indices>
  T& operator()(Indices... indices) {
    return (*this)[detail::flat_index(shape_, static_cast<Index>(indices)...)];
  }
  template <typename... Indices>
  const T& operator()(Indices... indices) const {
    return (*this)[detail::flat_index(shape_, static_cast<Index>(indices)...)];
  }

  operator TensorView<T>() { return {data(), shape_}; }
  operator TensorView<const T>() const { return {data(), shape_}; }

  friend bool operator==(const Tensor& a, const Tensor& b) {
    return a.shape_ == b.shape_ && a.elements_ == b.elements_;
  }

 private:
  Shape shape_{0};
  std::vector<T> elements_;
};

/// Prints `[2, 2] {1, 2, 3, 4}`.
template <typename T>
std::ostream& operator<<(std::ostream& out, const Tensor<T>& tensor) {
  out << tensor.shape() << " {";
  for (Index i = 0; i < tensor.size(); ++i) out << (i == 0 ? "" : ", ") << tensor[i];
  return out << '}';
}

/// The same elements, one by one converted to another scalar type.
template <typename To, typename From>
Tensor<To> tensor_cast(const Tensor<From>& from) {
  Tensor<To> to(from.shape());
  for (Index i = 0; i < from.size(); ++i) to[i] = static_cast<To>(from[i]);
  return to;
}

}  // namespace convproof
