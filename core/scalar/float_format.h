// The binary floating-point formats whose results are judged, and the two that C++20 lacks.
#pragma once

#include <bit>
#include <cstdint>
#include <limits>

namespace convproof {

/// A binary format: `precision` counts the hidden bit, magnitudes of normal numbers lie in
/// [2^min_exponent, 2^(max_exponent+1)).
struct FloatFormat {
  const char* name;
  int precision;
  int min_exponent;
  int max_exponent;

  /// u = 2^-precision: the largest relative error of one rounding to nearest is u/(1+u).
  constexpr int unit_roundoff_exponent() const { return -precision; }
  /// The smallest positive (subnormal) number is 2^this.
  constexpr int least_exponent() const { return min_exponent - precision + 1; }
  friend bool operator==(const FloatFormat& a, const FloatFormat& b) {
    return a.precision == b.precision && a.min_exponent == b.min_exponent;
  }
};

inline constexpr FloatFormat kF64{"f64", 53, -1022, 1023};
inline constexpr FloatFormat kF32{"f32", 24, -126, 127};
inline constexpr FloatFormat kF16{"f16", 11, -14, 15};
inline constexpr FloatFormat kBF16{"bf16", 8, -126, 127};
/// What NVIDIA's tensor cores make of float inputs: float's range, 10 stored mantissa bits.
inline constexpr FloatFormat kTF32{"tf32", 11, -126, 127};

/// `value` rounded to nearest, ties to even, to a format no wider than double; overflow gives an
/// infinity, NaN stays NaN.
double round_to_format(double value, const FloatFormat& format);

/// `value` with the mantissa bits that the format lacks cut off.
double truncate_to_format(double value, const FloatFormat& format);

namespace detail {
std::uint16_t encode_16_bits(double value, const FloatFormat& format);
double decode_16_bits(std::uint16_t bits, const FloatFormat& format);
}  // namespace detail

/// IEEE 754 binary16, for storage: computing goes through double, which holds it exactly.
struct Half {
  std::uint16_t bits = 0;
  Half() = default;
  explicit Half(double value) : bits(detail::encode_16_bits(value, kF16)) {}
  explicit operator double() const { return detail::decode_16_bits(bits, kF16); }
};

/// bfloat16: the upper half of a float, for storage.
struct BFloat16 {
  std::uint16_t bits = 0;
  BFloat16() = default;
  explicit BFloat16(double value) : bits(detail::encode_16_bits(value, kBF16)) {}
  explicit operator double() const { return detail::decode_16_bits(bits, kBF16); }
};

template <typename T>
inline constexpr FloatFormat kFormatOf = kF64;
template <>
inline constexpr FloatFormat kFormatOf<float> = kF32;
template <>
inline constexpr FloatFormat kFormatOf<Half> = kF16;
template <>
inline constexpr FloatFormat kFormatOf<BFloat16> = kBF16;

}  // namespace convproof
