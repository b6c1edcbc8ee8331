// Polynomials and conditions of the checkers, apart from those of whoever writes certificates.
#pragma once

#include <boost/multiprecision/cpp_int.hpp>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace convproof::derivations::check {

// The prover computes with GMP; these numbers are Boost's own.
using Integer = boost::multiprecision::number<boost::multiprecision::cpp_int_backend<>,
                                              boost::multiprecision::et_off>;
using Fraction = boost::multiprecision::number<
    boost::multiprecision::rational_adaptor<boost::multiprecision::cpp_int_backend<>>,
    boost::multiprecision::et_off>;

/// What keeps a hostile text from taking hours.
inline constexpr std::size_t kMostDigits = 1'000;   // Of a number as written.
inline constexpr unsigned kMostBits = 4'000;        // Of a number that is computed.
inline constexpr std::size_t kMostFactors = 32;     // Of a term.
inline constexpr std::size_t kMostTerms = 100'000;  // Of a product before it is added up.

struct Refused {
  std::string because;
};

/// The names of the factors, sorted.
using Factors = std::vector<std::string>;

struct Sum {
  std::map<Factors, Fraction> terms;  // None is zero.

  void add(const Factors& factors, const Fraction& coefficient);
  void add(const Fraction& factor, const Sum& other) {
    for (const auto& [factors, coefficient] : other.terms) add(factors, factor * coefficient);
  }
  Fraction constant() const;
  bool is_constant() const { return terms.empty() || (terms.size() == 1 && terms.contains({})); }
  bool is_integer() const;
  friend bool operator==(const Sum& a, const Sum& b) { return a.terms == b.terms; }
  friend bool operator<(const Sum& a, const Sum& b) { return a.terms < b.terms; }
};

Sum product(const Sum& a, const Sum& b);
Sum negative(const Sum& sum);

/// A sum that is not negative, or is zero.
struct Condition {
  Sum sum;
  bool is_zero = false;

  friend bool operator==(const Condition& a, const Condition& b) {
    return a.is_zero == b.is_zero && a.sum == b.sum;
  }
  friend bool operator<(const Condition& a, const Condition& b) {
    return a.is_zero != b.is_zero ? b.is_zero : a.sum < b.sum;
  }
};
using Conditions = std::set<Condition>;

/// Whether p/m = q+t for some m > 0, q with integer coefficients, a constant 0 <= t < 1: then
/// p >= 0 and q >= 0 have the same integer points.
bool rounds_to(const Sum& p, const Sum& q);

/// Whether `c`, which is `>= 0`, holds exactly where p >= 0 does not.
bool negates(const Condition& c, const Sum& p);

}  // namespace convproof::derivations::check
