// The normal form of an expression: for every position of the result, a sum of products of elements
// of tensors over indices under conditions.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "derivations/constraint.h"
#include "derivations/polynomial.h"

namespace convproof::derivations {

/// A fraction of polynomials; the denominator is zero nowhere where the fraction is used.
struct Fraction {
  Polynomial numerator;
  Polynomial denominator = 1;

  bool is_zero() const { return numerator.is_zero(); }
  Fraction substitute(Variable v, const Polynomial& value) const {
    return {numerator.substitute(v, value), denominator.substitute(v, value)};
  }
  Fraction operator-() const { return {-numerator, denominator}; }
  friend Fraction operator*(const Fraction& a, const Fraction& b) {
    return {a.numerator * b.numerator, a.denominator * b.denominator};
  }
  friend Fraction operator+(const Fraction& a, const Fraction& b) {
    if (a.denominator == b.denominator) return {a.numerator + b.numerator, a.denominator};
    return {a.numerator * b.denominator + b.numerator * a.denominator,
            a.denominator * b.denominator};
  }
};

/// A tensor whose elements are variables of their own.
struct Leaf {
  std::string name;
  std::vector<Polynomial> sizes;
};

/// An element of a leaf. Positions count from 0.
struct Access {
  std::size_t leaf = 0;
  std::vector<Polynomial> position;
};

/// coefficient * product of accesses, summed over all integers `inner` that satisfy `where`.
struct Term {
  Fraction coefficient{1};
  std::vector<Access> accesses;
  std::vector<Variable> inner;
  std::vector<Constraint> where;

  void substitute(Variable v, const Polynomial& value);
};

/// An array: the element at position `outs` is the sum of the terms. Each term implies that its
/// positions are in the array wherever another form reads it beyond.
struct Form {
  std::vector<Polynomial> sizes;
  std::vector<Polynomial> origin;  // The index of the first element along each axis.
  std::vector<Variable> outs;      // From 0; one for each axis.
  std::vector<Term> terms;
  bool zero = false;  // Reads outside of it give 0.

  std::size_t rank() const { return sizes.size(); }
};

/// 0 <= position < size.
std::vector<Constraint> inside(const Polynomial& position, const Polynomial& size);
/// For each axis of the form.
std::vector<Constraint> inside(const Form& form);

/// The same with variables that occur nowhere else in the place of `outs` and `inner`.
Form renamed(const Form& form, Variables& variables);
Term renamed(const Term& term, Variables& variables);

/// Appends conditions to a list of them.
void append(std::vector<Constraint>& to, const std::vector<Constraint>& more);

/// Every product of a term of `a` and a term of `b`; outs are left alone. `a` and `b` share no
/// inner variables.
std::vector<Term> products(const std::vector<Term>& a, const std::vector<Term>& b);

}  // namespace convproof::derivations
