// The functions of numeric claims, of numbers that carry their derivatives.
#pragma once

#include <optional>
#include <type_traits>

#include "core/errors.h"
#include "core/scalar/rational.h"
#include "derivations/evaluate/ball.h"
#include "derivations/evaluate/failure.h"
#include "derivations/evaluate/jet.h"
#include "derivations/language/operators.h"

namespace convproof::derivations::evaluate {

/// exp, log, sqrt, tanh, sin and cos of a number.
///
/// Throws: NotRational for fractions; OutsideDomain where there is no value; CannotBeRead for
///         numbers that stand for all values of a tensor.
template <typename S>
S elementary(language::Operator function, const S& x) {
  using enum language::Operator;
  if constexpr (std::is_same_v<S, Ball>) {
    switch (function) {
      case kExp: return exp(x);
      case kLog: return log(x);
      case kSqrt: return sqrt(x);
      case kTanh: return tanh(x);
      case kSin: return sin(x);
      default: return cos(x);
    }
  } else if constexpr (std::is_same_v<S, Rational>) {
    throw NotRational(text("expected fractions only, found ", language::signature(function).name));
  } else {
    throw CannotBeRead(
        text("expected a polynomial, found the function ", language::signature(function).name));
  }
}

/// 1, 0 or -1.
///
/// Throws: OutsideDomain if it cannot be told; CannotBeRead as above.
template <typename S>
int sign_of(const S& x) {
  if constexpr (std::is_same_v<S, Ball> || std::is_same_v<S, Rational>) {
    return x.sign();
  } else {
    throw CannotBeRead("expected a polynomial, found a sign of tensors");
  }
}

/// The value if it is known to be a whole number of less than 32 bits.
template <typename S>
std::optional<int> small_whole(const S& x) {
  constexpr int kMost = 1 << 30U;
  if constexpr (std::is_same_v<S, Ball>) {
    const bool is_whole = x.is_exact() && floor(x.middle()) == x.middle();
    if (is_whole && abs(x.middle()) < kMost) return static_cast<int>(x.middle());
  } else if constexpr (std::is_same_v<S, Rational>) {
    if (denominator(x) == 1 && abs(x) < kMost) return static_cast<int>(numerator(x));
  }
  return std::nullopt;
}

/// relu, abs and sign, which have no derivative at 0.
template <typename S>
Jet<S> with_a_kink(language::Operator function, const Jet<S>& x) {
  using enum language::Operator;
  const int sign = sign_of(x.value());
  if (sign == 0 && !x.parts().empty()) {
    throw OutsideDomain(
        text("expected a derivative of ", language::signature(function).name, ", found none at 0"));
  }
  if (function == kSign) return Jet<S>(S(Index{sign}));
  if (sign >= 0) return x;
  return function == kAbs ? -x : Jet<S>();
}

template <typename S>
Jet<S> function_at(language::Operator function, const Jet<S>& x) {
  using enum language::Operator;
  const Jet<S> one(S(Index{1}));
  const auto f = [function](const S& value) { return elementary(function, value); };
  switch (function) {
    case kExp: return differentiable(x, f, [](const Jet<S>& at) { return function_at(kExp, at); });
    case kLog: return differentiable(x, f, [](const Jet<S>& at) { return inverse(at); });
    case kSqrt:
      return differentiable(x, f, [](const Jet<S>& at) {
        const Jet<S> root = function_at(kSqrt, at);
        return inverse(root + root);
      });
    case kTanh:
      return differentiable(x, f, [&one](const Jet<S>& at) {
        const Jet<S> value = function_at(kTanh, at);
        return one - value * value;
      });
    case kSin: return differentiable(x, f, [](const Jet<S>& at) { return function_at(kCos, at); });
    case kCos: return differentiable(x, f, [](const Jet<S>& at) { return -function_at(kSin, at); });
    case kSigmoid: return inverse(one + function_at(kExp, -x));
    default: return with_a_kink(function, x);
  }
}

/// x^y: a product for a whole y, exp(y log x) otherwise; x^0 is 1.
///
/// Throws: OutsideDomain for 0^y with y < 0, and x^y with x <= 0 and y not whole;
///         TooLarge beyond 10,000 factors; the others as above.
template <typename S>
Jet<S> power_of(const Jet<S>& x, const Jet<S>& y) {
  const std::optional<int> whole = y.parts().empty() ? small_whole(y.value()) : std::nullopt;
  if (!whole) {
    return function_at(language::Operator::kExp, y * function_at(language::Operator::kLog, x));
  }
  constexpr int kMostFactors = 10'000;
  if (std::abs(*whole) > kMostFactors) {
    throw TooLarge(text("expected a power up to ", kMostFactors, ", found ", *whole));
  }
  if (*whole < 0 && x.value().is_zero()) {
    throw OutsideDomain("expected a power that is a number, found 0 to a negative one");
  }
  Jet<S> result(S(Index{1}));
  for (int i = 0; i < std::abs(*whole); ++i) result = result * x;
  return *whole < 0 ? inverse(result) : result;
}

}  // namespace convproof::derivations::evaluate
