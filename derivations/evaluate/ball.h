// Real numbers with a bound of their error: every operation encloses what it would be exactly.
#pragma once

#include <string>

#include "core/scalar/rational.h"
#include "core/scalar/real.h"
#include "core/shape.h"

namespace convproof::derivations::evaluate {

/// Digits of Real while it lives, in this thread.
class RealDigits {
 public:
  explicit RealDigits(unsigned digits);
  RealDigits(const RealDigits&) = delete;
  RealDigits& operator=(const RealDigits&) = delete;
  ~RealDigits();

 private:
  unsigned before_;
};

/// A number that is at most `radius` away from `middle`.
///
/// Error:  MPFR rounds every operation and function correctly, so that |computed - exact| is at
///         most u |computed| with u = 10^(1 - digits); that is added to the radius, with what
///         the errors of the operands do to the result. The radius itself is rounded up by far
///         more than its own operations lose.
class Ball {
 public:
  Ball() : Ball(Index{0}) {}
  explicit Ball(Index value) : middle_(value), radius_(0) {}
  explicit Ball(const Rational& value);
  Ball(Real middle, const Real& error);  // The error before the rounding of the middle.

  const Real& middle() const { return middle_; }
  const Real& radius() const { return radius_; }
  bool is_exact() const { return radius_ == 0; }
  /// Is 0; one that cannot be told from 0 is not.
  bool is_zero() const { return is_exact() && middle_ == 0; }

  /// 1 or -1, or 0 for the number 0.
  ///
  /// Throws: OutsideDomain if it cannot be told.
  int sign() const;

  Ball operator-() const;
  friend Ball operator+(const Ball& a, const Ball& b);
  friend Ball operator-(const Ball& a, const Ball& b) { return a + -b; }
  friend Ball operator*(const Ball& a, const Ball& b);
  /// Throws: OutsideDomain if b may be 0.
  friend Ball operator/(const Ball& a, const Ball& b);

  friend Ball exp(const Ball& x);
  /// Throws: OutsideDomain unless x is positive.
  friend Ball log(const Ball& x);
  friend Ball sqrt(const Ball& x);
  friend Ball tanh(const Ball& x);
  friend Ball sin(const Ball& x);
  friend Ball cos(const Ball& x);

 private:
  Real middle_;
  Real radius_;
};

/// Whether they have a point in common.
bool overlap(const Ball& a, const Ball& b);

}  // namespace convproof::derivations::evaluate
