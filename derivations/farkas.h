// Proofs that a condition on integers follows from others, for all integers.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "derivations/certificate.h"
#include "derivations/constraint.h"
#include "derivations/simplex.h"

namespace convproof::derivations {

enum class Outcome {
  kProved,         // There is a certificate.
  kNoCertificate,  // The goal may hold or not: no certificate of the kinds tried exists.
  kLimit,          // A limit was reached first.
};

struct Proof {
  Outcome outcome = Outcome::kNoCertificate;
  std::optional<Certificate> certificate;  // If and only if it is proved.
  std::string undecided;                   // Why it is not: a sentence.
  Effort effort;
};

/// Whether `goal` holds at every integer point that satisfies all hypotheses.
///
/// By Farkas: multipliers, not negative for `>= 0`, that add the hypotheses and the negated goal
/// up to -1 >= 0 identically, where monomials like s*i count as further unknowns. Tried in this
/// order, so that certificates stay short:
///   1. one hypothesis and the negated goal;
///   2. all hypotheses;
///   3. those rounded to what integers reach, with equations eliminated where they have a
///      coefficient 1 or -1, and sums of two;
///   4. products: each linear hypothesis, and the negated goal, that has an i where s*i occurs,
///      times each hypothesis s-c >= 0. (Times s itself is then a sum: s*h = (s-c)*h + c*h.)
///   5. for a goal of degree 2 or more: a sum of products of lower bounds, read off where each
///      variable is written as its lower bound and what is more.
/// Says nothing for satisfiable systems: only proofs and "undecided" come out.
Proof prove(const std::vector<Constraint>& hypotheses, const Constraint& goal,
            const Limits& limits = {});

/// Whether no integer point satisfies all hypotheses.
inline Proof prove_empty(const std::vector<Constraint>& hypotheses, const Limits& limits = {}) {
  return prove(hypotheses, never(), limits);
}

}  // namespace convproof::derivations
