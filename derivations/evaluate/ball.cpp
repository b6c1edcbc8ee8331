#include "derivations/evaluate/ball.h"

#include <utility>

#include "derivations/evaluate/failure.h"

namespace convproof::derivations::evaluate {
namespace {

/// Larger than the relative error of one operation.
Real unit() {
  return pow(Real(10), 1 - static_cast<int>(Real::thread_default_precision()));
}

/// The radius is made of a handful of operations, each off by less than `unit()` relatively; one
/// part in a million covers them at any precision of ten digits or more.
Real rounded_up(const Real& radius) {
  return radius * (1 + Real(1) / 1'000'000);
}

void require_positive(const Ball& x, const char* function) {
  if (x.middle() > x.radius()) return;
  throw OutsideDomain(std::string("expected a positive argument of ") + function +
                      ", found one that is not");
}

}  // namespace

RealDigits::RealDigits(unsigned digits) : before_(Real::thread_default_precision()) {
  Real::thread_default_precision(digits);
}
RealDigits::~RealDigits() {
  Real::thread_default_precision(before_);
}

Ball::Ball(const Rational& value) : Ball(Real(value), Real(0)) {
  if (Rational(middle_) == value) radius_ = 0;
}

Ball::Ball(Real middle, const Real& error)
    : middle_(std::move(middle)), radius_(rounded_up(error + abs(middle_) * unit())) {}

int Ball::sign() const {
  if (is_zero()) return 0;
  if (abs(middle_) <= radius_) {
    throw OutsideDomain("expected a number with a sign, found one that may be 0");
  }
  return middle_ < 0 ? -1 : 1;
}

Ball Ball::operator-() const {
  Ball result = *this;
  result.middle_ = -middle_;
  return result;
}

Ball operator+(const Ball& a, const Ball& b) {
  // Adding 0 is exact; so are most sums of infinitesimal parts.
  if (a.is_zero()) return b;
  if (b.is_zero()) return a;
  return {a.middle_ + b.middle_, a.radius_ + b.radius_};
}

Ball operator*(const Ball& a, const Ball& b) {
  if (a.is_zero() || b.is_zero()) return {};
  return {a.middle_ * b.middle_,
          abs(a.middle_) * b.radius_ + abs(b.middle_) * a.radius_ + a.radius_ * b.radius_};
}

Ball operator/(const Ball& a, const Ball& b) {
  const Real least = abs(b.middle_) - b.radius_;
  if (least <= 0) throw OutsideDomain("expected a divisor other than 0, found one that may be 0");
  const Real inverse = 1 / b.middle_;
  return a * Ball(inverse, b.radius_ / (abs(b.middle_) * least));
}

Ball exp(const Ball& x) {
  const Real middle = exp(x.middle_);
  return {middle, middle * expm1(x.radius_) * (1 + unit())};
}

Ball log(const Ball& x) {
  require_positive(x, "log");
  return {log(x.middle_), x.radius_ / (x.middle_ - x.radius_)};
}

Ball sqrt(const Ball& x) {
  if (x.is_zero()) return {};
  require_positive(x, "sqrt");
  return {sqrt(x.middle_), x.radius_ / sqrt(x.middle_ - x.radius_)};
}

// These change by no more than their argument does.
Ball tanh(const Ball& x) {
  return {tanh(x.middle_), x.radius_};
}
Ball sin(const Ball& x) {
  return {sin(x.middle_), x.radius_};
}
Ball cos(const Ball& x) {
  return {cos(x.middle_), x.radius_};
}

bool overlap(const Ball& a, const Ball& b) {
  return abs(a.middle() - b.middle()) <= rounded_up(a.radius() + b.radius());
}

}  // namespace convproof::derivations::evaluate
