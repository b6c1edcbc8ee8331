// Conditions on integer variables: a polynomial is not negative, or is zero.
#pragma once

#include <string>
#include <vector>

#include "derivations/polynomial.h"

namespace convproof::derivations {

enum class Relation { kNotNegative, kZero };

/// p >= 0 or p = 0, where every variable is an integer.
struct Constraint {
  Polynomial p;
  Relation relation = Relation::kNotNegative;

  friend bool operator==(const Constraint&, const Constraint&) = default;
};

inline Constraint not_negative(Polynomial p) {
  return {std::move(p), Relation::kNotNegative};
}
inline Constraint zero(Polynomial p) {
  return {std::move(p), Relation::kZero};
}
/// a >= b, a <= b and a = b.
inline Constraint at_least(const Polynomial& a, const Polynomial& b) {
  return not_negative(a - b);
}
inline Constraint at_most(const Polynomial& a, const Polynomial& b) {
  return not_negative(b - a);
}
inline Constraint equal(const Polynomial& a, const Polynomial& b) {
  return zero(a - b);
}

/// The conditions that no integer point satisfies and that every one does.
inline Constraint never() {
  return not_negative(-1);
}
inline Constraint always() {
  return not_negative(0);
}

/// A condition with the same integer points: coefficients are integers without a common divisor,
/// and the constant of `>= 0` is rounded down to what integers can reach (3a-2 >= 0 is a-1 >= 0);
/// the first coefficient of `= 0` is positive. What no integer point satisfies for its divisors
/// alone (2a-1 = 0) is never(), what every one does is always().
Constraint normalised(const Constraint& c);

/// The integer points that do not satisfy `c` are those that satisfy one of these: one for `>= 0`,
/// two for `= 0`. Rational coefficients are scaled to integers first: only then is "< 0" the
/// same as "<= -1".
std::vector<Constraint> negation(const Constraint& c);

/// Whether the point, given by the value of each variable, satisfies `c`.
template <typename F>
bool holds_at(const Constraint& c, F value_of) {
  const Rational value = c.p.at(value_of);
  return c.relation == Relation::kZero ? value == 0 : value >= 0;
}

/// `N-1-g >= 0` or `O-f-g = 0`.
std::string to_text(const Constraint& c, const Variables& variables);

}  // namespace convproof::derivations
