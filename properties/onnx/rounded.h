// What a formula gives in float32, whoever evaluates it: a value and how far a correct evaluation
// may be from it.
#pragma once

#include <cmath>
#include <limits>
#include <type_traits>

#include "core/scalar/real.h"

namespace convproof {

/// A real number together with a bound on the error that float32 arithmetic makes when it evaluates
/// the same formula, by running error analysis; formulas of the reference run over it as over any
/// scalar, so that the bound is about the very formula.
///
/// Sums stay open: `terms` numbers with moduli that add up to `moduli`, which any order of
/// summation computes within (terms-1)*u*moduli (Jeannerod and Rump 2013, Prop. 3.1) beside the
/// `inherited` errors of its terms. Every other operation closes its operands and rounds once, by
/// u relative to its result; elementary functions by kElementary of it, which is what NumPy, who
/// made the data, states for its float32 functions (4 ulp). Terms of second order in u are covered
/// by a factor of 1 + 2^-10.
class Rounded {
 public:
  Rounded() : Rounded(0) {}
  template <typename Integer>
  requires std::is_integral_v<Integer> Rounded(Integer value)  // T(0), T(count) in formulas.
      : Rounded(static_cast<double>(value)) {}
  explicit Rounded(double value) : Rounded(Real(value), Real(0)) {}

  const Real& value() const { return value_; }
  /// How far a float32 evaluation may be from value().
  Real bound() const {
    return (inherited_ + Real(terms_ - 1) * unit_roundoff() * moduli_) * (1 + ldexp(Real(1), -10)) +
           smallest();
  }

  Rounded& operator+=(const Rounded& b) {
    value_ += b.value_;
    inherited_ += b.inherited_;
    moduli_ += b.moduli_;
    terms_ += b.terms_;
    return *this;
  }
  Rounded& operator-=(const Rounded& b) { return *this += -b; }
  Rounded& operator*=(const Rounded& b) { return *this = *this * b; }
  Rounded& operator/=(const Rounded& b) { return *this = *this / b; }

  friend Rounded operator-(const Rounded& a) {
    Rounded negative = a;
    negative.value_ = -a.value_;
    return negative;
  }
  friend Rounded operator+(Rounded a, const Rounded& b) { return a += b; }
  friend Rounded operator-(Rounded a, const Rounded& b) { return a -= b; }
  friend Rounded operator*(const Rounded& a, const Rounded& b) {
    return once(a.value_ * b.value_,
                abs(a.value_) * b.bound() + abs(b.value_) * a.bound() + a.bound() * b.bound());
  }
  friend Rounded operator/(const Rounded& a, const Rounded& b) {
    // |a/b - a'/b'| with b' at least |b| - bound(b); infinite where b' may be 0.
    const Real least = abs(b.value_) - b.bound();
    const Real quotient = a.value_ / b.value_;
    return once(quotient, least > 0 ? Real((a.bound() + abs(quotient) * b.bound()) / least)
                                    : std::numeric_limits<Real>::infinity());
  }

  friend bool operator==(const Rounded& a, const Rounded& b) { return a.value_ == b.value_; }
  friend bool operator<(const Rounded& a, const Rounded& b) { return a.value_ < b.value_; }
  friend bool operator>(const Rounded& a, const Rounded& b) { return b < a; }
  friend bool operator<=(const Rounded& a, const Rounded& b) { return !(b < a); }
  friend bool operator>=(const Rounded& a, const Rounded& b) { return !(a < b); }

  friend Rounded abs(const Rounded& a) { return a.value_ < 0 ? -a : a; }
  friend bool isnan(const Rounded& a) { return isnan(a.value_); }
  friend Rounded exp(const Rounded& a) {
    return elementary(a, [](const Real& t) { return Real(exp(t)); });
  }
  friend Rounded log(const Rounded& a) {
    return elementary(a, [](const Real& t) { return Real(log(t)); });
  }
  friend Rounded tanh(const Rounded& a) {
    return elementary(a, [](const Real& t) { return Real(tanh(t)); });
  }
  friend Rounded sqrt(const Rounded& a) {
    return elementary(a, [](const Real& t) { return Real(sqrt(t)); });
  }
  friend Rounded pow(const Rounded& a, const Rounded& b) {
    const Real exponent = b.value_;
    return elementary(a, [&](const Real& t) { return Real(pow(t, exponent)); });
  }

 private:
  Rounded(const Real& value, const Real& inherited)
      : value_(value), inherited_(inherited), moduli_(abs(value)) {}

  static Real unit_roundoff() { return ldexp(Real(1), -24); }
  static Real smallest() { return ldexp(Real(1), -149); }
  /// A result with an error of its operands, rounded once.
  static Rounded once(const Real& value, const Real& inherited) {
    return {value, inherited + unit_roundoff() * (abs(value) + inherited)};
  }
  /// A monotone function: the error of the operand is what its ends make of it.
  template <typename F>
  static Rounded elementary(const Rounded& a, F f) {
    const Real value = f(a.value_);
    const Real above = abs(f(a.value_ + a.bound()) - value);
    const Real below = abs(f(a.value_ - a.bound()) - value);
    const Real carried = above > below ? above : below;
    constexpr int kElementary = 8;  // 4 ulp are 8 unit roundoffs.
    return {value, carried + kElementary * unit_roundoff() * (abs(value) + carried)};
  }

  Real value_;
  Real inherited_;
  Real moduli_;
  int terms_ = 1;
};

}  // namespace convproof
