#include "derivations/check.h"

#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>
#include <cstddef>
#include <map>
#include <set>
#include <utility>
#include <vector>

namespace convproof::derivations {
namespace {

// The prover computes with GMP; these numbers are Boost's own.
using Integer = boost::multiprecision::number<boost::multiprecision::cpp_int_backend<>,
                                              boost::multiprecision::et_off>;
using Fraction = boost::multiprecision::number<
    boost::multiprecision::rational_adaptor<boost::multiprecision::cpp_int_backend<>>,
    boost::multiprecision::et_off>;

/// What keeps a hostile text from taking hours.
constexpr std::size_t kMostDigits = 1'000;   // Of a number as written.
constexpr unsigned kMostBits = 4'000;        // Of a number that is computed.
constexpr std::size_t kMostFactors = 32;     // Of a term.
constexpr std::size_t kMostTerms = 100'000;  // Of a product before it is added up.

struct Refused {
  std::string because;
};

// ---------------------------------------------------------------- polynomials

/// The names of the factors, sorted.
using Factors = std::vector<std::string>;

struct Sum {
  std::map<Factors, Fraction> terms;  // None is zero.

  void add(const Factors& factors, const Fraction& coefficient) {
    Fraction& term = terms[factors];
    term += coefficient;
    if (term == 0) {
      terms.erase(factors);
    } else if (bits(numerator(term)) > kMostBits || bits(denominator(term)) > kMostBits) {
      throw Refused{"its numbers grow too long to be added up"};
    }
  }
  void add(const Fraction& factor, const Sum& other) {
    for (const auto& [factors, coefficient] : other.terms) add(factors, factor * coefficient);
  }
  Fraction constant() const {
    const auto found = terms.find({});
    return found == terms.end() ? Fraction(0) : found->second;
  }
  bool is_constant() const { return terms.empty() || (terms.size() == 1 && terms.contains({})); }
  bool is_integer() const {
    return std::all_of(terms.begin(), terms.end(),
                       [](const auto& term) { return denominator(term.second) == 1; });
  }
  friend bool operator==(const Sum& a, const Sum& b) { return a.terms == b.terms; }
  friend bool operator<(const Sum& a, const Sum& b) { return a.terms < b.terms; }

 private:
  static unsigned bits(const Integer& value) {
    return value == 0 ? 0U : static_cast<unsigned>(msb(Integer(abs(value)))) + 1U;
  }
};

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

/// A sum that is not negative, or is zero.
struct Condition {
  Sum sum;
  bool is_zero = false;

  friend bool operator<(const Condition& a, const Condition& b) {
    return a.is_zero != b.is_zero ? b.is_zero : a.sum < b.sum;
  }
};

/// Whether p/m = q+t for some m > 0, q with integer coefficients, a constant 0 <= t < 1: then
/// p >= 0 and q >= 0 have the same integer points.
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

// ---------------------------------------------------------------- reading

struct Summand {
  Fraction multiplier;
  Condition condition;
  std::string as_written;
};

/// Reads one line from left to right; spaces do not matter.
class Line {
 public:
  explicit Line(std::string_view line) : line_(line) { skip_spaces(); }

  bool at_end() const { return at_ == line_.size(); }
  bool accept(std::string_view token) {
    if (line_.substr(at_, token.size()) != token) return false;
    at_ += token.size();
    skip_spaces();
    return true;
  }
  void expect(std::string_view token) {
    if (!accept(token)) fail("'" + std::string(token) + "'");
  }
  void expect_end() {
    if (!at_end()) fail("the end of the line");
  }

  Condition condition() {
    Condition result{sum(), false};
    if (accept("=")) {
      result.is_zero = true;
    } else {
      expect(">=");
    }
    zero();
    return result;
  }

  Condition bracketed() {
    expect("[");
    Condition result = condition();
    expect("]");
    return result;
  }

  std::vector<Summand> combination() {
    std::vector<Summand> result;
    Fraction sign = accept("-") ? -1 : 1;
    for (;;) {
      const Fraction multiplier = sign * number();
      expect("*");
      const std::size_t start = at_;
      Condition c = bracketed();
      std::string as_written(line_.substr(start, line_.find(']', start) + 1 - start));
      result.push_back({multiplier, std::move(c), std::move(as_written)});
      if (accept("+")) {
        sign = 1;
      } else if (accept("-")) {
        sign = -1;
      } else {
        return result;
      }
    }
  }

  Sum sum() {
    Sum result;
    Fraction sign = accept("-") ? -1 : 1;
    for (;;) {
      term(sign, result);
      if (accept("+")) {
        sign = 1;
      } else if (accept("-")) {
        sign = -1;
      } else {
        return result;
      }
    }
  }

 private:
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }
  static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 128;
  }
  char next() const { return at_end() ? '\0' : line_[at_]; }
  void skip_spaces() {
    while (next() == ' ' || next() == '\t' || next() == '\r') ++at_;
  }
  [[noreturn]] void fail(const std::string& expected) const {
    throw Refused{"expected " + expected + " in column " + std::to_string(at_ + 1)};
  }

  void zero() {
    if (number() != 0) throw Refused{"a condition compares with 0 only"};
  }

  Integer integer() {
    const std::size_t start = at_;
    while (is_digit(next())) ++at_;
    if (at_ == start) fail("a number");
    if (at_ - start > kMostDigits) throw Refused{"a number is too long"};
    Integer result = 0;
    for (const char digit : line_.substr(start, at_ - start)) result = result * 10 + (digit - '0');
    skip_spaces();
    return result;
  }
  Fraction number() {
    const Integer above = integer();
    const Integer below = accept("/") ? integer() : Integer(1);
    if (below == 0) throw Refused{"a number is divided by 0"};
    return Fraction(above) / Fraction(below);
  }

  void term(const Fraction& sign, Sum& into) {
    Fraction coefficient = sign;
    Factors factors;
    do {
      if (is_digit(next())) {
        coefficient *= number();
      } else {
        factor(factors);
      }
    } while (accept("*"));
    std::sort(factors.begin(), factors.end());
    into.add(factors, coefficient);
  }
  void factor(Factors& factors) {
    const std::size_t start = at_;
    if (!is_letter(next())) fail("a number or a name");
    while (is_letter(next()) || is_digit(next()) || next() == '_' || next() == '\'') ++at_;
    const std::string name(line_.substr(start, at_ - start));
    skip_spaces();
    const Integer power = accept("^") ? integer() : Integer(1);
    if (power + factors.size() > kMostFactors) throw Refused{"a term has too many factors"};
    factors.insert(factors.end(), static_cast<std::size_t>(power), name);
  }

  std::string_view line_;
  std::size_t at_ = 0;
};

// ---------------------------------------------------------------- checking

/// Reads a certificate line by line and throws at the first that does not hold.
class Checker {
 public:
  void read(std::string_view text) {
    for (std::size_t number = 1; !text.empty(); ++number) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      try {
        read_line(Line(text.substr(0, end)));
      } catch (const Refused& refused) {
        throw Refused{"line " + std::to_string(number) + ": " + refused.because};
      }
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    if (!steps_.empty()) throw Refused{"the last 'with' is not followed by a 'need'"};
    if (proved_.empty()) throw Refused{"it proves nothing"};
  }

  const std::set<Condition>& given() const { return given_; }
  const std::set<Sum>& proved() const { return proved_; }

 private:
  /// A `with` waits for its `need`, whose negation it may use.
  struct Step {
    Condition condition;
    std::vector<Condition> factors;  // Two, or none if it rounds.
    std::vector<Summand> rounded;
  };

  void read_line(Line line) {
    if (line.at_end() || line.accept("#")) return;
    if (line.accept("given ")) {
      given_.insert(line.condition());
      line.expect_end();
    } else if (line.accept("with ")) {
      steps_.push_back(step(line));
    } else if (line.accept("need ")) {
      need(line);
    } else {
      throw Refused{"expected 'given', 'with' or 'need'"};
    }
  }

  static Step step(Line& line) {
    Step result{line.bracketed(), {}, {}};
    if (line.accept("=")) {
      result.factors.push_back(line.bracketed());
      line.expect("*");
      result.factors.push_back(line.bracketed());
    } else {
      line.expect("rounds ");
      result.rounded = line.combination();
    }
    line.expect_end();
    return result;
  }

  void need(Line& line) {
    const Condition goal = line.condition();
    if (goal.is_zero) throw Refused{"a 'need' with a proof is '>= 0'"};
    line.expect(":");
    const std::vector<Summand> summands = line.combination();
    line.expect("=");
    line.expect("-");
    line.expect("1");
    line.expect(">=");
    line.expect("0");
    line.expect_end();

    need_ = goal.sum;
    derived_.clear();
    for (const Step& s : std::exchange(steps_, {})) {
      check(s);
      derived_.insert(s.condition);
    }
    const Sum total = added_up(summands);
    if (!total.is_constant() || total.constant() != -1) throw Refused{"the sum is not -1"};
    proved_.insert(need_);
  }

  void check(const Step& s) const {
    if (s.factors.empty()) {
      if (s.condition.is_zero || !rounds_to(added_up(s.rounded), s.condition.sum)) {
        throw Refused{"a 'with' is not its sum rounded"};
      }
      return;
    }
    for (const Condition& factor : s.factors) require_known(factor, "a factor of a product");
    const bool zero = s.factors[0].is_zero || s.factors[1].is_zero;
    const Sum expected = product(s.factors[0].sum, s.factors[1].sum);
    if (s.condition.is_zero != zero || !(s.condition.sum == expected)) {
      throw Refused{"a 'with' is not the product of its factors"};
    }
  }

  Sum added_up(const std::vector<Summand>& summands) const {
    Sum total;
    for (const Summand& s : summands) {
      require_known(s.condition, s.as_written);
      if (s.multiplier < 0 && !s.condition.is_zero) {
        throw Refused{"the multiplier of " + s.as_written + " is negative"};
      }
      total.add(s.multiplier, s.condition.sum);
    }
    return total;
  }

  void require_known(const Condition& c, const std::string& name) const {
    if (given_.contains(c) || derived_.contains(c) || negates_need(c)) return;
    throw Refused{name + " is neither given, nor derived, nor the negation of the need"};
  }

  bool negates_need(const Condition& c) const {
    if (c.is_zero) return false;
    Sum n;
    n.add(-1, c.sum);
    n.add({}, -1);
    return rounds_to(need_, n);
  }

  std::set<Condition> given_;
  std::vector<Step> steps_;
  std::set<Condition> derived_;
  Sum need_;
  std::set<Sum> proved_;
};

/// What an obligation gives and needs.
struct Obligation {
  std::set<Condition> given;
  std::vector<Condition> needs;
};

Obligation read_obligation(std::string_view text) {
  Obligation result;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    Line line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.at_end() || line.accept("#")) continue;
    if (line.accept("given ")) {
      result.given.insert(line.condition());
    } else {
      line.expect("need ");
      result.needs.push_back(line.condition());
    }
    line.expect_end();
  }
  return result;
}

void require_fits(const Checker& checker, const Obligation& obligation) {
  for (const Condition& c : checker.given()) {
    if (!obligation.given.contains(c)) {
      throw Refused{"the certificate gives a condition that the obligation does not"};
    }
  }
  if (obligation.needs.empty()) throw Refused{"the obligation needs nothing"};
  for (const Condition& need : obligation.needs) {
    Sum opposite;
    opposite.add(-1, need.sum);
    if (!checker.proved().contains(need.sum) ||
        (need.is_zero && !checker.proved().contains(opposite))) {
      throw Refused{"the certificate leaves something out that the obligation needs"};
    }
  }
}

}  // namespace

std::optional<std::string> why_refused(std::string_view certificate) {
  try {
    Checker().read(certificate);
    return std::nullopt;
  } catch (const Refused& refused) {
    return refused.because;
  }
}

std::optional<std::string> why_refused(std::string_view certificate, std::string_view obligation) {
  Obligation stated;
  try {
    stated = read_obligation(obligation);
  } catch (const Refused& refused) {
    return "the obligation cannot be read: " + refused.because;
  }
  try {
    Checker checker;
    checker.read(certificate);
    require_fits(checker, stated);
    return std::nullopt;
  } catch (const Refused& refused) {
    return refused.because;
  }
}

}  // namespace convproof::derivations
