// Sums of products of floating-point numbers without any rounding.
#pragma once

#include <bit>
#include <compare>
#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

#include "core/scalar/float_format.h"
#include "core/scalar/rational.h"

namespace convproof {

/// A dyadic number (an integer times a power of two) of any size.
///
/// Every finite float, double, half and bfloat16 is dyadic, so sums of products of them are exact
/// here without a gcd: from 2^-2148 (the product of two smallest doubles) to beyond 2^2048.
/// Kept as digits of 32 bits in signed 64-bit limbs, so that adding a product touches three to six
/// limbs and propagates no carry; carries are resolved every 2^30 additions. Only the limbs in use
/// are stored: sums of floats of ordinary size take a handful.
///
/// Cost:  `bench/conv2d` measures nanoseconds per multiply-add (benchmark `exact/...`).
class Exact {
 public:
  Exact() = default;
  Exact(int value) : Exact(static_cast<double>(value)) {}  // T(0) in generic code.
  /// Throws: std::domain_error if `value` is infinite or NaN.
  explicit Exact(double value) { add_product(value, 1.0); }
  explicit Exact(float value) : Exact(static_cast<double>(value)) {}
  explicit Exact(Half value) : Exact(static_cast<double>(value)) {}
  explicit Exact(BFloat16 value) : Exact(static_cast<double>(value)) {}

  /// *this += a*b, exactly.
  /// Throws: std::domain_error if a or b is infinite or NaN.
  void add_product(double a, double b);
  void add_product(float a, float b);

  Exact& operator+=(const Exact& other);
  Exact& operator-=(const Exact& other);
  Exact operator-() const;
  friend Exact operator+(Exact a, const Exact& b) { return a += b; }
  friend Exact operator-(Exact a, const Exact& b) { return a -= b; }
  friend Exact operator*(const Exact& a, const Exact& b);
  Exact& operator*=(const Exact& other) { return *this = *this * other; }
  /// *this times 2^exponent.
  Exact scaled(int exponent) const;

  int sign() const;
  Exact abs() const { return sign() < 0 ? -*this : *this; }
  friend bool operator==(const Exact& a, const Exact& b) { return (a - b).sign() == 0; }
  friend std::strong_ordering operator<=>(const Exact& a, const Exact& b) {
    return (a - b).sign() <=> 0;
  }

  /// Rounded once, to nearest, ties to even; beyond the largest number an infinity.
  double rounded(const FloatFormat& format) const;
  explicit operator double() const { return rounded(kF64); }
  explicit operator float() const { return static_cast<float>(rounded(kF32)); }
  explicit operator Half() const { return Half(rounded(kF16)); }
  explicit operator BFloat16() const { return BFloat16(rounded(kBF16)); }
  /// The nearest double above or equal to it (for bounds); infinity beyond the largest.
  double rounded_up() const;
  Rational to_rational() const;

 private:
  /// Sign and magnitude, least digit first, without leading or trailing zero digits.
  struct Digits {
    int sign = 0;
    int low = 0;  // The first digit weighs 2^(32*low).
    std::vector<std::uint32_t> digits;
  };
  Digits digits() const;
  /// Makes room for limbs [first, last) and one more above for carries.
  void reserve_limbs(int first, int last);
  void resolve_carries();
  void add_digits(const Exact& other, int sign);
  void add_scaled(std::uint64_t low, std::uint64_t high, int exponent, bool negative);

  std::vector<std::int64_t> limbs_;  // value = sum_i limbs_[i] * 2^(32*(low_+i))
  std::int32_t low_ = 0;
  std::uint32_t unresolved_ = 0;  // Additions since carries were resolved last.
};

/// Prints m*2^e with an odd integer m, in decimal: exact and short for what floats can hold.
std::ostream& operator<<(std::ostream& out, const Exact& value);

}  // namespace convproof
