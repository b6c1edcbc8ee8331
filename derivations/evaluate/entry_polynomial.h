// Polynomials in the entries of tensors: what an element of an expression is made of.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/scalar/rational.h"
#include "core/shape.h"

namespace convproof::derivations::evaluate {

/// One entry of a tensor, by a number of the caller's.
using Entry = std::uint32_t;

/// A product of entries, ascending; an entry that occurs twice stands there twice. Empty: 1.
using EntryProduct = std::vector<Entry>;

class EntryPolynomial {
 public:
  using Terms = std::map<EntryProduct, Rational>;  // None is 0.

  EntryPolynomial() = default;
  explicit EntryPolynomial(Index value) : EntryPolynomial(Rational(value)) {}
  explicit EntryPolynomial(const Rational& value) { add({}, value); }
  static EntryPolynomial entry(Entry entry);

  const Terms& terms() const { return terms_; }
  bool is_zero() const { return terms_.empty(); }

  EntryPolynomial operator-() const;
  friend EntryPolynomial operator+(EntryPolynomial a, const EntryPolynomial& b) {
    return a.add_all(b, 1);
  }
  friend EntryPolynomial operator-(EntryPolynomial a, const EntryPolynomial& b) {
    return a.add_all(b, -1);
  }
  friend EntryPolynomial operator*(const EntryPolynomial& a, const EntryPolynomial& b);
  /// Throws: CannotBeRead unless b is a number other than 0.
  friend EntryPolynomial operator/(const EntryPolynomial& a, const EntryPolynomial& b);
  friend bool operator==(const EntryPolynomial&, const EntryPolynomial&) = default;

 private:
  void add(const EntryProduct& product, const Rational& coefficient);
  EntryPolynomial& add_all(const EntryPolynomial& other, const Rational& factor);

  Terms terms_;
};

/// "G[1]*X[2]"; "1" for the empty product. A power stands as X[1]^2.
std::string text_of(const EntryProduct& product, const std::vector<std::string>& names);

/// "G[1]*X[2] - 2*X[1]^2 + 1/2", the products in ascending order; "0" for none.
std::string text_of(const EntryPolynomial& sum, const std::vector<std::string>& names);

}  // namespace convproof::derivations::evaluate
