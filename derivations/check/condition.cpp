#include "derivations/check/condition.h"

#include <algorithm>

namespace convproof::derivations::check {
namespace {

unsigned bits(const Integer& value) {
  return value == 0 ? 0U : static_cast<unsigned>(msb(Integer(abs(value)))) + 1U;
}

}  // namespace

void Sum::add(const Factors& factors, const Fraction& coefficient) {
  Fraction& term = terms[factors];
  term += coefficient;
  if (term == 0) {
    terms.erase(factors);
  } else if (bits(numerator(term)) > kMostBits || bits(denominator(term)) > kMostBits) {
    throw Refused{"its numbers grow too long to be added up"};
  }
}

Fraction Sum::constant() const {
  const auto found = terms.find({});
  return found == terms.end() ? Fraction(0) : found->second;
}

bool Sum::is_integer() const {
  return std::all_of(terms.begin(), terms.end(),
                     [](const auto& term) { return denominator(term.second) == 1; });
}

Sum product(const Sum& a, const Sum& b) {
  if (a.terms.size() * b.terms.size() > kMostTerms) throw Refused{"a product has too many terms"};
  Sum result;
  for (const auto& [x, x_coefficient] : a.terms) {
    for (const auto& [y, y_coefficient] : b.terms) {
      Factors factors = x;
      factors.insert(factors.end(), y.begin(), y.end());
      std::sort(factors.begin(), factors.end());
      result.add(factors, x_coefficient * y_coefficient);
    }
  }
  return result;
}

Sum negative(const Sum& sum) {
  Sum result;
  result.add(-1, sum);
  return result;
}

bool rounds_to(const Sum& p, const Sum& q) {
  if (!q.is_integer() || p.is_constant() != q.is_constant()) return false;
  if (p.is_constant()) return (p.constant() >= 0) == (q.constant() >= 0);
  const auto last = *p.terms.rbegin();  // Not the constant, which comes first.
  const auto same = q.terms.find(last.first);
  if (same == q.terms.end()) return false;
  const Fraction m = last.second / same->second;
  if (m <= 0) return false;
  Sum rest;
  rest.add(1 / m, p);
  rest.add(-1, q);
  return rest.is_constant() && rest.constant() >= 0 && rest.constant() < 1;
}

bool negates(const Condition& c, const Sum& p) {
  if (c.is_zero) return false;
  Sum n = negative(c.sum);
  n.add({}, -1);
  return rounds_to(p, n);
}

}  // namespace convproof::derivations::check
