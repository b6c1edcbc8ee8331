// What is known about the sizes of a claim before any of its expressions is looked at.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "derivations/constraint.h"
#include "derivations/farkas.h"
#include "derivations/polynomial.h"

namespace convproof::derivations {

/// `floor` is the greatest integer that is not more than dividend / divisor.
struct FloorDefinition {
  Polynomial dividend;
  Polynomial divisor;
  Variable floor;
  std::size_t hypotheses = 0;  // How many of the world's were known when it was defined.
};

/// Variables, what holds for them, and names for whole quotients: 0 <= e - c*q <= c-1 has exactly
/// one solution q for every e and every c >= 1, so that q may be used in conditions like any
/// variable, without asking whether it exists.
class World {
 public:
  Variables variables;
  std::vector<Constraint> hypotheses;  // About sizes; without the definitions of floors.

  /// floor(dividend / divisor), for a divisor that is at least 1 wherever this is used. Quotients
  /// that differ by a polynomial share a variable.
  Polynomial floor(const Polynomial& dividend, const Polynomial& divisor);
  /// Also for constants that are not whole: floor(1/2*n).
  Polynomial floor(const Polynomial& dividend);

  const std::vector<FloorDefinition>& floors() const { return floors_; }
  /// 0 <= e - c*q and e - c*q <= c-1 for every floor that the constraints use, directly or in the
  /// dividends of others.
  std::vector<Constraint> definitions_for(const std::vector<Constraint>& constraints) const;

  /// Whether `goal` follows from the hypotheses, `given` and the definitions of floors in them.
  Proof prove(const std::vector<Constraint>& given, const Constraint& goal) const;
  bool follows(const std::vector<Constraint>& given, const Constraint& goal) const {
    return prove(given, goal).outcome == Outcome::kProved;
  }
  bool is_empty(const std::vector<Constraint>& given) const { return follows(given, never()); }
  /// Whether the divisor of a floor is at least 1. Rests on no hypothesis that the floor itself, or
  /// one that was defined after it, is needed to say: 0 <= e - c*q <= c-1 gives c >= 1.
  Proof prove_divisor(const FloorDefinition& floor) const;
  bool uses_floors(const Constraint& c) const { return !definitions_for({c}).empty(); }

  /// All that `prove` would use.
  std::vector<Constraint> all_given(const std::vector<Constraint>& given,
                                    const Constraint& goal) const;

  Limits limits;  // Of each proof.
  bool is_stopped() const { return limits.stopped && limits.stopped(); }

 private:
  std::vector<FloorDefinition> floors_;
  std::map<std::pair<Polynomial, Polynomial>, Variable> by_quotient_;
};

}  // namespace convproof::derivations
