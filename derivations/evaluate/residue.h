// Whole numbers modulo the prime 2^61 - 1: two different polynomials agree at a random point with
// a probability of at most (degree) / 2^61.
#pragma once

#include <cassert>
#include <cstdint>

#include "core/scalar/rational.h"
#include "core/shape.h"
#include "derivations/evaluate/failure.h"

namespace convproof::derivations::evaluate {

class Residue {
 public:
  static constexpr std::uint64_t kPrime = (std::uint64_t{1} << 61U) - 1;

  Residue() = default;
  explicit Residue(Index value) {
    const auto prime = static_cast<Index>(kPrime);
    const Index rest = value % prime;
    value_ = static_cast<std::uint64_t>(rest < 0 ? rest + prime : rest);
  }
  /// Throws: TooLarge if the prime divides the denominator.
  explicit Residue(const Rational& value)
      : Residue(rest_of(numerator(value)) / rest_of(denominator(value))) {}

  bool is_zero() const { return value_ == 0; }
  std::uint64_t value() const { return value_; }

  Residue operator-() const { return of(value_ == 0 ? 0 : kPrime - value_); }
  friend Residue operator+(Residue a, Residue b) {
    const std::uint64_t sum = a.value_ + b.value_;
    return of(sum >= kPrime ? sum - kPrime : sum);
  }
  friend Residue operator-(Residue a, Residue b) { return a + -b; }
  friend Residue operator*(Residue a, Residue b) {
    const Wide product = static_cast<Wide>(a.value_) * b.value_;
    // 2^61 is 1: the bits from the 61st on are added to those below.
    const std::uint64_t folded =
        static_cast<std::uint64_t>(product & kPrime) + static_cast<std::uint64_t>(product >> 61U);
    return of(folded >= kPrime ? folded - kPrime : folded);
  }
  /// By Fermat: b^(p-2) is the inverse of b.
  ///
  /// Throws: TooLarge if b is 0, which divisors that fit are not.
  friend Residue operator/(Residue a, Residue b) {
    if (b.is_zero()) throw TooLarge("expected a divisor below 2^61 - 1, found a multiple of that");
    Residue power = a;
    for (std::uint64_t exponent = kPrime - 2; exponent != 0; exponent >>= 1U) {
      if ((exponent & 1U) != 0) power = power * b;
      b = b * b;
    }
    return power;
  }
  friend bool operator==(Residue, Residue) = default;

 private:
  __extension__ typedef unsigned __int128 Wide;

  static Residue of(std::uint64_t value) {
    Residue result;
    result.value_ = value;
    return result;
  }
  static Residue rest_of(const boost::multiprecision::mpz_int& value) {
    return Residue(static_cast<Index>(value % static_cast<Index>(kPrime)));
  }

  std::uint64_t value_ = 0;
};

}  // namespace convproof::derivations::evaluate
