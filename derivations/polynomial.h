// Polynomials with rational coefficients over named integer variables: what sizes, indices and the
// conditions on them are made of.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/scalar/rational.h"

namespace convproof::derivations {

/// A variable, by its number in a table of names.
enum class Variable : char16_t {};

/// Sizes are written before indices, as the notes do: `N-1-g`, `M-2*U+s*i`.
enum class VariableKind { kSize, kIndex };

/// The names of the variables of one claim.
class Variables {
 public:
  /// Throws: ParseError if `name` is taken, or not a letter followed by letters, digits, '_' and
  ///         apostrophes; bytes of UTF-8 letters count as letters.
  Variable add(const std::string& name, VariableKind kind);
  Variable size(const std::string& name) { return add(name, VariableKind::kSize); }
  Variable index(const std::string& name) { return add(name, VariableKind::kIndex); }
  /// A new variable, named `stem`, or where that is taken `stem_2`, `stem_3`, ...
  Variable fresh(const std::string& stem, VariableKind kind);

  std::optional<Variable> find(std::string_view name) const;
  const std::string& name(Variable v) const { return entries_[number(v)].name; }
  VariableKind kind(Variable v) const { return entries_[number(v)].kind; }
  std::size_t count() const { return entries_.size(); }

 private:
  struct Entry {
    std::string name;
    VariableKind kind;
  };
  static std::size_t number(Variable v) { return static_cast<std::size_t>(v); }

  std::vector<Entry> entries_;
  std::unordered_map<std::string, Variable> by_name_;
  std::unordered_map<std::string, int> numbers_;  // Of each stem: the next that may be free.
};

/// A product of variables; the empty one is 1.
class Monomial {
 public:
  Monomial() = default;
  explicit Monomial(Variable v) : factors_(1, static_cast<char16_t>(v)) {}

  int degree() const { return static_cast<int>(factors_.size()); }
  int degree_in(Variable v) const;
  bool is_one() const { return factors_.empty(); }
  /// In increasing order, each as often as its power says.
  Variable factor(int i) const { return static_cast<Variable>(factors_[std::size_t(i)]); }
  /// With every factor `v` taken out.
  Monomial without(Variable v) const;
  /// With one factor `v` taken out, which has to be there.
  Monomial divided_by(Variable v) const;

  friend Monomial operator*(const Monomial& a, const Monomial& b);
  friend bool operator==(const Monomial& a, const Monomial& b) { return a.factors_ == b.factors_; }
  friend bool operator<(const Monomial& a, const Monomial& b) { return a.factors_ < b.factors_; }

 private:
  // A string because it holds up to seven factors without allocating.
  std::u16string factors_;
};

/// A polynomial in canonical form: two are equal for all values of their variables if and only if
/// they are equal here.
class Polynomial {
 public:
  struct Term {
    Monomial monomial;
    Rational coefficient;  // Never zero.
    friend bool operator==(const Term&, const Term&) = default;
  };

  Polynomial() = default;
  Polynomial(int constant) : Polynomial(Rational(constant)) {}
  Polynomial(const Rational& constant);
  Polynomial(Variable v) : terms_{{Monomial(v), Rational(1)}} {}
  Polynomial(const Monomial& monomial, const Rational& coefficient);

  /// In increasing order of the monomials; the constant comes first.
  const std::vector<Term>& terms() const { return terms_; }
  bool is_zero() const { return terms_.empty(); }
  bool is_constant() const { return terms_.empty() || (terms_.size() == 1 && has_constant()); }
  Rational constant() const { return has_constant() ? terms_.front().coefficient : Rational(0); }
  Rational coefficient(const Monomial& monomial) const;
  /// -1 for the zero polynomial.
  int degree() const;
  int degree_in(Variable v) const;
  /// Every variable that occurs, in increasing order.
  std::vector<Variable> variables() const;
  /// Whether no term has a product of two of these variables, or a power of one.
  bool is_linear_in(const std::vector<Variable>& variables) const;
  /// The factor of `v` in a polynomial that is linear in it.
  Polynomial slope(Variable v) const;

  Polynomial operator-() const;
  Polynomial& operator+=(const Polynomial& other) { return *this = combined(*this, 1, other); }
  Polynomial& operator-=(const Polynomial& other) { return *this = combined(*this, -1, other); }
  Polynomial& operator*=(const Polynomial& other) { return *this = *this * other; }
  friend Polynomial operator+(const Polynomial& a, const Polynomial& b) {
    return combined(a, 1, b);
  }
  friend Polynomial operator-(const Polynomial& a, const Polynomial& b) {
    return combined(a, -1, b);
  }
  friend Polynomial operator*(const Polynomial& a, const Polynomial& b);
  friend bool operator==(const Polynomial& a, const Polynomial& b) = default;
  /// Some total order, for containers.
  friend bool operator<(const Polynomial& a, const Polynomial& b);

  /// a + factor*b.
  static Polynomial combined(const Polynomial& a, const Rational& factor, const Polynomial& b);

  /// With `value` in the place of `v`.
  Polynomial substitute(Variable v, const Polynomial& value) const;

  /// The value where each variable v has the value `value_of(v)`.
  template <typename F>
  Rational at(F value_of) const {
    Rational sum = 0;
    for (const Term& term : terms_) {
      Rational product = term.coefficient;
      for (int i = 0; i < term.monomial.degree(); ++i) {
        product *= Rational(value_of(term.monomial.factor(i)));
      }
      sum += product;
    }
    return sum;
  }

  /// The largest c such that all coefficients, or all but the constant, are integer multiples of
  /// c; 0 if there is none to divide.
  Rational content() const { return content_of(terms_.begin()); }
  Rational content_without_constant() const {
    return content_of(terms_.begin() + (has_constant() ? 1 : 0));
  }

 private:
  bool has_constant() const { return !terms_.empty() && terms_.front().monomial.is_one(); }
  Rational content_of(std::vector<Term>::const_iterator first) const;
  /// Sorts, adds up equal monomials and drops zeros.
  static Polynomial from(std::vector<Term> terms);

  std::vector<Term> terms_;
};

/// As the notes write it: products of sizes, then the constant, then what has an index in it, by
/// the index; variables in the order in which they were added: `M-2*U+s*i`, `1/2*N^2-N-1`.
std::string to_text(const Polynomial& p, const Variables& variables);

}  // namespace convproof::derivations
