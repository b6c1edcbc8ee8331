// What the judge knows about one output element: a scalar type that the reference formulas run
// over.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "core/scalar/exact.h"
#include "core/shape.h"

namespace convproof::conformance {

/// A sum of products, exactly, with everything that its error bound depends on. The reference's own
/// loops fill it in (see multiply_add), so that bound and value cannot be about different sums.
struct ErrorAccount {
  Exact value;      // sum of the products
  Exact moduli;     // sum of their moduli
  Exact subnormal;  // the part of `moduli` in which a factor is a subnormal number
  Index terms = 0;  // products that are not zero
  int grid = std::numeric_limits<int>::max();  // every product is a multiple of 2^grid

  ErrorAccount() = default;
  ErrorAccount(int zero) : value(zero) {}  // S(0) in the reference.
  template <typename T>
  explicit ErrorAccount(const T& v) {
    add(static_cast<double>(v), 1.0, kFormatOf<T>);
  }

  ErrorAccount& operator+=(const ErrorAccount& other) {
    value += other.value;
    moduli += other.moduli;
    subnormal += other.subnormal;
    terms += other.terms;
    grid = std::min(grid, other.grid);
    return *this;
  }

  /// Adds the product of two numbers of the format (or of one such number and 1).
  void add(double a, double b, const FloatFormat& format);

 private:
  static int trailing_exponent(double v) {
    const auto bits = std::bit_cast<std::uint64_t>(v);
    const int field = static_cast<int>(bits >> 52U) & 0x7ff;
    const std::uint64_t fraction = bits & ((std::uint64_t{1} << 52U) - 1);
    const std::uint64_t mantissa = field == 0 ? fraction : fraction | std::uint64_t{1} << 52U;
    return std::countr_zero(mantissa) + std::max(field, 1) - 1075;
  }
  static bool is_subnormal(double v, const FloatFormat& format) {
    return v != 0 && std::fabs(v) < std::ldexp(1, format.min_exponent);
  }
};

inline void ErrorAccount::add(double a, double b, const FloatFormat& format) {
  if (a == 0 || b == 0) return;
  ++terms;
  grid = std::min(grid, trailing_exponent(a) + trailing_exponent(b));
  const bool wide = format == kF64;
  const double moduli_a = std::fabs(a);
  const double moduli_b = std::fabs(b);
  // Every dtype but f64 fits a float, whose products need fewer limbs.
  if (wide) {
    value.add_product(a, b);
    moduli.add_product(moduli_a, moduli_b);
  } else {
    value.add_product(static_cast<float>(a), static_cast<float>(b));
    moduli.add_product(static_cast<float>(moduli_a), static_cast<float>(moduli_b));
  }
  if (is_subnormal(a, format) || is_subnormal(b, format)) {
    subnormal.add_product(moduli_a, moduli_b);
  }
}

/// See core/scalar/multiply_add.h.
template <typename T>
void multiply_add(ErrorAccount& sum, const T& a, const T& b) {
  sum.add(static_cast<double>(a), static_cast<double>(b), kFormatOf<T>);
}

}  // namespace convproof::conformance
