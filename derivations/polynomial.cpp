#include "derivations/polynomial.h"

#include <algorithm>
#include <cassert>
#include <cctype>
#include <iterator>
#include <limits>

#include "core/errors.h"

namespace convproof::derivations {

// ---------------------------------------------------------------- names

namespace {

bool is_name(const std::string& name) {
  const auto is_letter = [](char c) {
    return std::isalpha(static_cast<unsigned char>(c)) != 0 || static_cast<unsigned char>(c) >= 128;
  };
  return !name.empty() && is_letter(name[0]) && std::all_of(name.begin(), name.end(), [&](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '\'';
  });
}

}  // namespace

Variable Variables::add(const std::string& name, VariableKind kind) {
  if (!is_name(name)) throw ParseError("variable", "a name", text("'", name, "'"));
  if (entries_.size() > std::numeric_limits<char16_t>::max()) {
    throw ParseError("variable", "at most 65536 variables", text("one more, '", name, "'"));
  }
  const auto v = static_cast<Variable>(entries_.size());
  if (!by_name_.emplace(name, v).second) {
    throw ParseError("variable", "a new name", text("'", name, "', which is taken"));
  }
  entries_.push_back({name, kind});
  return v;
}

Variable Variables::fresh(const std::string& stem, VariableKind kind) {
  if (!by_name_.contains(stem)) return add(stem, kind);
  int& number = numbers_.try_emplace(stem, 2).first->second;
  std::string name;
  do name = stem + "_" + std::to_string(number++);
  while (by_name_.contains(name));
  return add(name, kind);
}

std::optional<Variable> Variables::find(std::string_view name) const {
  const auto found = by_name_.find(std::string(name));
  if (found == by_name_.end()) return std::nullopt;
  return found->second;
}

// ---------------------------------------------------------------- monomials

int Monomial::degree_in(Variable v) const {
  return static_cast<int>(std::count(factors_.begin(), factors_.end(), static_cast<char16_t>(v)));
}

Monomial Monomial::without(Variable v) const {
  Monomial result;
  std::copy_if(factors_.begin(), factors_.end(), std::back_inserter(result.factors_),
               [&](char16_t factor) { return factor != static_cast<char16_t>(v); });
  return result;
}

Monomial Monomial::divided_by(Variable v) const {
  Monomial result = *this;
  const std::size_t at = result.factors_.find(static_cast<char16_t>(v));
  assert(at != std::u16string::npos);
  result.factors_.erase(at, 1);
  return result;
}

Monomial operator*(const Monomial& a, const Monomial& b) {
  Monomial result;
  std::merge(a.factors_.begin(), a.factors_.end(), b.factors_.begin(), b.factors_.end(),
             std::back_inserter(result.factors_));
  return result;
}

// ---------------------------------------------------------------- polynomials

Polynomial::Polynomial(const Rational& constant) : Polynomial(Monomial(), constant) {}

Polynomial::Polynomial(const Monomial& monomial, const Rational& coefficient) {
  if (coefficient != 0) terms_.push_back({monomial, coefficient});
}

Polynomial Polynomial::from(std::vector<Term> terms) {
  std::sort(terms.begin(), terms.end(),
            [](const Term& a, const Term& b) { return a.monomial < b.monomial; });
  Polynomial result;
  for (Term& term : terms) {
    if (!result.terms_.empty() && result.terms_.back().monomial == term.monomial) {
      result.terms_.back().coefficient += term.coefficient;
    } else {
      if (!result.terms_.empty() && result.terms_.back().coefficient == 0) result.terms_.pop_back();
      result.terms_.push_back(std::move(term));
    }
  }
  if (!result.terms_.empty() && result.terms_.back().coefficient == 0) result.terms_.pop_back();
  return result;
}

Rational Polynomial::coefficient(const Monomial& monomial) const {
  const auto found =
      std::lower_bound(terms_.begin(), terms_.end(), monomial,
                       [](const Term& term, const Monomial& m) { return term.monomial < m; });
  return found != terms_.end() && found->monomial == monomial ? found->coefficient : Rational(0);
}

int Polynomial::degree() const {
  int degree = -1;
  for (const Term& term : terms_) degree = std::max(degree, term.monomial.degree());
  return degree;
}

int Polynomial::degree_in(Variable v) const {
  int degree = is_zero() ? -1 : 0;
  for (const Term& term : terms_) degree = std::max(degree, term.monomial.degree_in(v));
  return degree;
}

std::vector<Variable> Polynomial::variables() const {
  std::vector<Variable> result;
  for (const Term& term : terms_) {
    for (int i = 0; i < term.monomial.degree(); ++i) result.push_back(term.monomial.factor(i));
  }
  std::sort(result.begin(), result.end());
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

bool Polynomial::is_linear_in(const std::vector<Variable>& variables) const {
  return std::all_of(terms_.begin(), terms_.end(), [&](const Term& term) {
    int degree = 0;
    for (const Variable v : variables) degree += term.monomial.degree_in(v);
    return degree <= 1;
  });
}

Polynomial Polynomial::slope(Variable v) const {
  std::vector<Term> terms;
  for (const Term& term : terms_) {
    const int degree = term.monomial.degree_in(v);
    assert(degree <= 1);
    if (degree == 1) terms.push_back({term.monomial.without(v), term.coefficient});
  }
  return from(std::move(terms));
}

Polynomial Polynomial::operator-() const {
  Polynomial result = *this;
  for (Term& term : result.terms_) term.coefficient = -term.coefficient;
  return result;
}

Polynomial Polynomial::combined(const Polynomial& a, const Rational& factor, const Polynomial& b) {
  if (factor == 0) return a;
  Polynomial result;
  result.terms_.reserve(a.terms_.size() + b.terms_.size());
  auto next = a.terms_.begin();
  for (const Term& term : b.terms_) {
    while (next != a.terms_.end() && next->monomial < term.monomial) {
      result.terms_.push_back(*next++);
    }
    Rational coefficient = factor * term.coefficient;
    if (next != a.terms_.end() && next->monomial == term.monomial) {
      coefficient += (next++)->coefficient;
    }
    if (coefficient != 0) result.terms_.push_back({term.monomial, std::move(coefficient)});
  }
  result.terms_.insert(result.terms_.end(), next, a.terms_.end());
  return result;
}

Polynomial operator*(const Polynomial& a, const Polynomial& b) {
  std::vector<Polynomial::Term> terms;
  terms.reserve(a.terms_.size() * b.terms_.size());
  for (const Polynomial::Term& x : a.terms_) {
    for (const Polynomial::Term& y : b.terms_) {
      terms.push_back({x.monomial * y.monomial, x.coefficient * y.coefficient});
    }
  }
  return Polynomial::from(std::move(terms));
}

bool operator<(const Polynomial& a, const Polynomial& b) {
  return std::lexicographical_compare(
      a.terms_.begin(), a.terms_.end(), b.terms_.begin(), b.terms_.end(),
      [](const Polynomial::Term& x, const Polynomial::Term& y) {
        return x.monomial == y.monomial ? x.coefficient < y.coefficient : x.monomial < y.monomial;
      });
}

Polynomial Polynomial::substitute(Variable v, const Polynomial& value) const {
  std::vector<Polynomial> powers{Polynomial(1)};
  Polynomial result;
  std::vector<Term> untouched;
  for (const Term& term : terms_) {
    const auto degree = static_cast<std::size_t>(term.monomial.degree_in(v));
    if (degree == 0) {
      untouched.push_back(term);
      continue;
    }
    while (powers.size() <= degree) powers.push_back(powers.back() * value);
    result += Polynomial(term.monomial.without(v), term.coefficient) * powers[degree];
  }
  return result + from(std::move(untouched));
}

Rational Polynomial::content_of(std::vector<Term>::const_iterator first) const {
  using Integer =
      boost::multiprecision::number<boost::multiprecision::gmp_int, boost::multiprecision::et_off>;
  Integer numerators = 0;
  Integer denominators = 1;
  for (auto term = first; term != terms_.end(); ++term) {
    numerators = gcd(numerators, Integer(numerator(term->coefficient)));
    denominators = lcm(denominators, Integer(denominator(term->coefficient)));
  }
  return Rational(numerators) / Rational(denominators);
}

// ---------------------------------------------------------------- printing

namespace {

/// Where a term is written: what has no index in it, then the constant, then the rest.
class Place {
 public:
  explicit Place(const Monomial& monomial, const Variables& variables) {
    for (int i = 0; i < monomial.degree(); ++i) {
      const Variable v = monomial.factor(i);
      (variables.kind(v) == VariableKind::kSize ? sizes_ : indices_).push_back(v);
    }
    group_ = monomial.is_one() ? 1 : (indices_.empty() ? 0 : 2);
  }

  friend bool operator<(const Place& a, const Place& b) {
    if (a.group_ != b.group_) return a.group_ < b.group_;
    return a.indices_ != b.indices_ ? before(a.indices_, b.indices_) : before(a.sizes_, b.sizes_);
  }

 private:
  /// By the first factor that differs; `s*i` before `i`.
  static bool before(const std::vector<Variable>& a, const std::vector<Variable>& b) {
    const auto [x, y] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
    return x != a.end() && (y == b.end() || *x < *y);
  }

  int group_ = 0;
  std::vector<Variable> indices_;
  std::vector<Variable> sizes_;
};

std::string to_text(const Monomial& monomial, const Variables& variables) {
  std::string result;
  for (int i = 0; i < monomial.degree();) {
    const Variable v = monomial.factor(i);
    const int power = monomial.degree_in(v);
    result += text(i == 0 ? "" : "*", variables.name(v));
    if (power > 1) result += text("^", power);
    i += power;
  }
  return result;
}

}  // namespace

std::string to_text(const Polynomial& p, const Variables& variables) {
  std::vector<Polynomial::Term> terms = p.terms();
  std::sort(terms.begin(), terms.end(), [&](const auto& a, const auto& b) {
    return Place(a.monomial, variables) < Place(b.monomial, variables);
  });
  std::string result;
  for (const Polynomial::Term& term : terms) {
    const Rational size = abs(term.coefficient);
    if (term.coefficient < 0) {
      result += "-";
    } else if (!result.empty()) {
      result += "+";
    }
    if (term.monomial.is_one()) {
      result += size.str();
    } else {
      if (size != 1) result += size.str() + "*";
      result += to_text(term.monomial, variables);
    }
  }
  return result.empty() ? "0" : result;
}

}  // namespace convproof::derivations
