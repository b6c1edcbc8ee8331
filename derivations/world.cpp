#include "derivations/world.h"

#include <algorithm>
#include <boost/multiprecision/gmp.hpp>
#include <set>

namespace convproof::derivations {
namespace {

Rational floor_of(const Rational& value) {
  using boost::multiprecision::mpz_int;
  const mpz_int n = numerator(value);
  const mpz_int d = denominator(value);
  mpz_int quotient;
  mpz_fdiv_q(quotient.backend().data(), n.backend().data(), d.backend().data());
  return {quotient};
}

/// dividend = divisor * whole + rest.
struct Division {
  Polynomial whole;
  Polynomial rest;
};

/// Takes out of a polynomial with integer coefficients what is a multiple of the divisor.
Division divide(const Polynomial& dividend, const Polynomial& divisor) {
  Division result;
  if (divisor.is_constant()) {
    for (const Polynomial::Term& term : dividend.terms()) {
      const Rational whole = floor_of(term.coefficient / divisor.constant());
      result.whole += Polynomial(term.monomial, whole);
    }
  } else {
    // By the last monomial, as long as it divides the last but for a factor.
    const Polynomial::Term& lead = divisor.terms().back();
    Polynomial left = dividend;
    for (const Polynomial::Term& term : dividend.terms()) {
      Monomial quotient = term.monomial;
      bool divides = true;
      for (int i = 0; i < lead.monomial.degree() && divides; ++i) {
        const Variable v = lead.monomial.factor(i);
        divides = quotient.degree_in(v) >= lead.monomial.degree_in(v);
      }
      const Rational factor = term.coefficient / lead.coefficient;
      if (!divides || denominator(factor) != 1) continue;
      for (int i = 0; i < lead.monomial.degree(); ++i) {
        quotient = quotient.divided_by(lead.monomial.factor(i));
      }
      if (left.coefficient(term.monomial) != term.coefficient) continue;
      result.whole += Polynomial(quotient, factor);
      left -= Polynomial(quotient, factor) * divisor;
    }
  }
  result.rest = dividend - result.whole * divisor;
  return result;
}

}  // namespace

Polynomial World::floor(const Polynomial& dividend, const Polynomial& divisor) {
  const Division division = divide(dividend, divisor);
  if (division.rest.is_zero()) return division.whole;
  if (division.rest.is_constant() && divisor.is_constant()) return division.whole;
  const std::pair key(division.rest, divisor);
  auto found = by_quotient_.find(key);
  if (found == by_quotient_.end()) {
    const Variable q = variables.fresh("q", VariableKind::kSize);
    floors_.push_back({division.rest, divisor, q, hypotheses.size()});
    found = by_quotient_.emplace(key, q).first;
  }
  return division.whole + found->second;
}

Polynomial World::floor(const Polynomial& dividend) {
  Rational common = 1;
  for (const Polynomial::Term& term : dividend.terms()) {
    common *= denominator(Rational(term.coefficient * common));
  }
  return common == 1 ? dividend : floor(dividend * Polynomial(common), Polynomial(common));
}

std::vector<Constraint> World::definitions_for(const std::vector<Constraint>& constraints) const {
  if (floors_.empty()) return {};
  std::set<Variable> used;
  for (const Constraint& c : constraints) {
    for (const Variable v : c.p.variables()) used.insert(v);
  }
  std::vector<Constraint> result;
  // A floor's dividend and divisor use only floors that were defined before.
  for (auto floor = floors_.rbegin(); floor != floors_.rend(); ++floor) {
    if (!used.contains(floor->floor)) continue;
    const Polynomial rest = floor->dividend - floor->divisor * Polynomial(floor->floor);
    result.push_back(not_negative(rest));
    result.push_back(not_negative(floor->divisor - 1 - rest));
    for (const Variable v : rest.variables()) used.insert(v);
  }
  return result;
}

std::vector<Constraint> World::all_given(const std::vector<Constraint>& given,
                                         const Constraint& goal) const {
  std::vector<Constraint> all = given;
  all.insert(all.end(), hypotheses.begin(), hypotheses.end());
  std::vector<Constraint> mentioned = all;
  mentioned.push_back(goal);
  const std::vector<Constraint> definitions = definitions_for(mentioned);
  all.insert(all.end(), definitions.begin(), definitions.end());
  return all;
}

Proof World::prove(const std::vector<Constraint>& given, const Constraint& goal) const {
  if (is_stopped()) return {Outcome::kLimit, {}, "The search was stopped.", {}};
  return derivations::prove(all_given(given, goal), goal, limits);
}

Proof World::prove_divisor(const FloorDefinition& floor) const {
  const Constraint goal = not_negative(floor.divisor - 1);
  std::vector<Constraint> all;
  for (std::size_t i = 0; i < hypotheses.size(); ++i) {
    if (i < floor.hypotheses || !uses_floors(hypotheses[i])) all.push_back(hypotheses[i]);
  }
  std::vector<Constraint> mentioned = all;
  mentioned.push_back(goal);
  const std::vector<Constraint> definitions = definitions_for(mentioned);
  all.insert(all.end(), definitions.begin(), definitions.end());
  return derivations::prove(all, goal, limits);
}

}  // namespace convproof::derivations
