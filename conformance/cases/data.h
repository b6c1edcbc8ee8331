// The tensors of a case, from nothing but its string: the same bytes on every machine, and in every
// language that follows the rules below.
//
//   key     = FNV-1a (64 bits, offset 14695981039346656037, prime 1099511628211) of the case string
//             without its `only` field, then '/', then the tensor's name
//   z(i)    = key + (i+1) * 0x9e3779b97f4a7c15 (mod 2^64) for the flat index i
//   r(i)    = SplitMix64's finaliser of z:  z ^= z>>30, z *= 0xbf58476d1ce4e5b9,
//             z ^= z>>27, z *= 0x94d049bb133111eb, z ^= z>>31
//   s(i)    = r computed from key' = key ^ 0x5851f42d4c957f2d: a second, independent stream
//   sign    = negative if bit 0 of r is set
//
//   integers  magnitude 1 + (r>>1) mod 8
//   dense     (2*(r >> (65-p)) + 1) * 2^-p for a dtype with p bits of precision: all p bits in use
//   sparse    the dense value if s < floor(2^64 * sqrt(7/K)), else 0; K is the number of products
//             of an output element in the interior, so that about 7 are not zero. With a single
//             input tensor 7/K instead of its root.
//   special   by (r>>1) mod 8:  0: zero   1: the least subnormal   2: a subnormal
//             (1 + s mod (2^(p-1)-1)) * least   3: the least normal number   4: 1   5: 1 + 2^(1-p)
//             6, 7: 2^(e + s mod (m-e+1)), from e = the least exponent of normal numbers to
//             m = (the largest exponent)/2 - 20 (f16: m = 0), so that no sum overflows
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/cases/case.h"
#include "core/tensor.h"

namespace convproof::conformance {

/// A tensor's name, dtype and shape; what travels through the doors.
struct TensorSpec {
  std::string name;
  DType dtype = DType::kF32;
  Shape shape;

  Index bytes() const {
    return checked_product(shape.element_count(), size_of(dtype), "tensor", "bytes");
  }
  friend bool operator==(const TensorSpec&, const TensorSpec&) = default;
};

/// A tensor as bytes: little endian, dense, C order.
struct TensorBytes {
  TensorSpec spec;
  std::vector<std::byte> bytes;

  /// Element `flat` as a double, which holds every dtype exactly.
  double at(Index flat) const;
  void set(Index flat, double value);
};

/// The elements as a tensor of the scalar type that belongs to the dtype.
/// `T` is float, double, Half or BFloat16 and must belong to the dtype.
template <typename T>
Tensor<T> as_tensor(const TensorBytes& t);

/// The 64 random bits of element `flat` of tensor `tensor`; `stream` 0 or 1.
std::uint64_t random_bits(const Case& c, std::string_view tensor, Index flat, int stream);

/// Fills one input tensor of the case. `products` is K above, `operands` the number of tensors
/// whose elements are multiplied (2 for y, dx and dw, 1 for db).
TensorBytes generate(const Case& c, const TensorSpec& spec, Index products, int operands);

}  // namespace convproof::conformance
