#include "derivations/constraint.h"

#include <boost/multiprecision/gmp.hpp>

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

bool is_integer(const Rational& value) {
  return denominator(value) == 1;
}

}  // namespace

Constraint normalised(const Constraint& c) {
  const Rational constant = c.p.constant();
  if (c.p.is_constant()) {
    const bool holds = c.relation == Relation::kZero ? constant == 0 : constant >= 0;
    return holds ? always() : never();
  }
  const Polynomial scaled = c.p * Polynomial(1 / c.p.content_without_constant());
  const Rational rest = scaled.constant();
  if (c.relation == Relation::kNotNegative) {
    return not_negative(scaled + Polynomial(floor_of(rest) - rest));
  }
  if (!is_integer(rest)) return never();
  const std::size_t first = scaled.terms().front().monomial.is_one() ? 1 : 0;
  return zero(scaled.terms()[first].coefficient < 0 ? -scaled : scaled);
}

std::vector<Constraint> negation(const Constraint& c) {
  const auto below_zero = [](const Polynomial& p) {
    return not_negative(-normalised(not_negative(p)).p - 1);
  };
  if (c.relation == Relation::kNotNegative) return {below_zero(c.p)};
  return {below_zero(c.p), below_zero(-c.p)};
}

std::string to_text(const Constraint& c, const Variables& variables) {
  return to_text(c.p, variables) + (c.relation == Relation::kZero ? " = 0" : " >= 0");
}

}  // namespace convproof::derivations
