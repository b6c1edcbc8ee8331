// Why a condition follows from others, in a form that anyone can check by adding up.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "derivations/constraint.h"

namespace convproof::derivations {

/// One summand of a certificate: the multiplier is positive unless the hypothesis is `= 0`.
struct Summand {
  Rational multiplier;
  Constraint hypothesis;

  friend bool operator==(const Summand&, const Summand&) = default;
};
using Combination = std::vector<Summand>;

/// What holds because two conditions do: a >= 0 and b >= 0 give a*b >= 0, a = 0 gives a*b = 0.
struct ProductOf {
  Constraint a;
  Constraint b;
};

/// What integers can reach: if the sum of `combination`, divided by some m > 0, is q+t with integer
/// coefficients in q and a constant 0 <= t < 1, then q >= 0.
struct RoundingOf {
  Combination combination;
};

/// A new hypothesis and what it follows from.
struct Derived {
  Constraint constraint;
  std::variant<ProductOf, RoundingOf> from;
};

/// `need` >= 0, because otherwise `sum` would add up to -1 >= 0.
struct Refutation {
  Polynomial need;
  std::vector<Derived> derived;  // Each from the given, the negation of the need and those before.
  Combination sum;
};

/// Why `goal` holds at all integer points that satisfy all of `given`: one refutation for
/// `>= 0`, two (p >= 0 and -p >= 0) for `= 0`.
struct Certificate {
  std::vector<Constraint> given;  // Those that are used.
  Constraint goal;
  std::vector<Refutation> refutations;
};

/// A hypothesis to a line, then each refutation, its derived hypotheses first:
///
///   given O-f-g = 0
///   given N-1-O+f >= 0
///   need N-1-g >= 0 : 1*[O-f-g = 0] + 1*[N-1-O+f >= 0] + 1*[-N+g >= 0] = -1 >= 0
///
/// and where hypotheses are derived:
///
///   with [s*i-i >= 0] = [s-1 >= 0]*[i >= 0]
///   with [a-1 >= 0] rounds 1*[2*a-1 >= 0]
///
/// check/check.h says how to read it.
std::string to_text(const Certificate& certificate, const Variables& variables);

/// The same without the hypotheses: for where they are listed already.
std::string steps_text(const Certificate& certificate, const Variables& variables);

/// What has to be proved, without the proof: `given` and `need` lines for check/check.h.
std::string obligation_text(const std::vector<Constraint>& given, const Constraint& goal,
                            const Variables& variables);

}  // namespace convproof::derivations
