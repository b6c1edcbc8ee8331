#include "derivations/evaluate/entry_polynomial.h"

#include <algorithm>

#include "core/errors.h"
#include "derivations/evaluate/failure.h"

namespace convproof::derivations::evaluate {

EntryPolynomial EntryPolynomial::entry(Entry entry) {
  EntryPolynomial result;
  result.add({entry}, 1);
  return result;
}

void EntryPolynomial::add(const EntryProduct& product, const Rational& coefficient) {
  if (coefficient == 0) return;
  const auto [at, is_new] = terms_.try_emplace(product, coefficient);
  if (is_new) return;
  at->second += coefficient;
  if (at->second == 0) terms_.erase(at);
}

EntryPolynomial& EntryPolynomial::add_all(const EntryPolynomial& other, const Rational& factor) {
  for (const auto& [product, coefficient] : other.terms_) add(product, factor * coefficient);
  return *this;
}

EntryPolynomial EntryPolynomial::operator-() const {
  return EntryPolynomial() - *this;
}

EntryPolynomial operator*(const EntryPolynomial& a, const EntryPolynomial& b) {
  EntryPolynomial result;
  EntryProduct product;
  for (const auto& [left, c] : a.terms_) {
    for (const auto& [right, d] : b.terms_) {
      product.resize(left.size() + right.size());
      std::merge(left.begin(), left.end(), right.begin(), right.end(), product.begin());
      result.add(product, c * d);
    }
  }
  return result;
}

EntryPolynomial operator/(const EntryPolynomial& a, const EntryPolynomial& b) {
  if (b.terms_.size() != 1 || !b.terms_.begin()->first.empty()) {
    throw CannotBeRead("expected a number as a divisor, found entries of tensors");
  }
  EntryPolynomial result;
  for (const auto& [product, coefficient] : a.terms_) {
    result.add(product, coefficient / b.terms_.begin()->second);
  }
  return result;
}

std::string text_of(const EntryProduct& product, const std::vector<std::string>& names) {
  std::string result;
  for (std::size_t i = 0; i < product.size();) {
    std::size_t next = i;
    while (next < product.size() && product[next] == product[i]) ++next;
    if (!result.empty()) result += "*";
    result += names.at(product[i]);
    if (next - i > 1) result += text("^", next - i);
    i = next;
  }
  return result.empty() ? "1" : result;
}

std::string text_of(const EntryPolynomial& sum, const std::vector<std::string>& names) {
  std::string result;
  for (const auto& [product, coefficient] : sum.terms()) {
    if (result.empty()) {
      if (coefficient < 0) result += "-";
    } else {
      result += coefficient < 0 ? " - " : " + ";
    }
    const Rational size = abs(coefficient);
    if (product.empty() || size != 1) result += text(size, product.empty() ? "" : "*");
    if (!product.empty()) result += text_of(product, names);
  }
  return result.empty() ? "0" : result;
}

}  // namespace convproof::derivations::evaluate
