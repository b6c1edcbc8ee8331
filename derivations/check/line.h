// Reads the lines of certificates from left to right; spaces do not matter.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "derivations/check/condition.h"

namespace convproof::derivations::check {

struct Summand {
  Fraction multiplier;
  Condition condition;
  std::string as_written;
};

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

}  // namespace convproof::derivations::check
