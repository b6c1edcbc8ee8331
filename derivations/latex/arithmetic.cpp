#include "derivations/latex/arithmetic.h"

#include <utility>
#include <vector>

namespace convproof::derivations::latex {
namespace {

using language::Addition;
using language::Expr;
using language::Negation;
using language::Sign;
using Step = Addition::Step;

Sign opposite(Sign sign) {
  return sign == Sign::kPlus ? Sign::kMinus : Sign::kPlus;
}

/// Collects signed terms, and the sum of those that are numbers.
class Terms {
 public:
  void add(const Expr& expr, Sign sign) {
    if (const auto* number = std::get_if<language::Number>(&expr.node)) {
      constant_ += sign == Sign::kPlus ? number->value : Rational(-number->value);
    } else if (const auto* negation = std::get_if<Negation>(&expr.node)) {
      add(*negation->of, opposite(sign));
    } else if (const auto* addition = std::get_if<Addition>(&expr.node)) {
      add(*addition->first, sign);
      for (const Step& step : addition->rest) {
        add(step.term, step.sign == Sign::kPlus ? sign : opposite(sign));
      }
    } else {
      add_term(expr, sign);
    }
  }

  Expr take() {
    if (constant_ != 0 || terms_.empty()) {
      const Rational value = abs(constant_);
      terms_.push_back({constant_ < 0 ? Sign::kMinus : Sign::kPlus, {language::Number{value}}});
    }
    // A sum begins with a term that is added, if there is one.
    for (std::size_t i = 0; i < terms_.size(); ++i) {
      if (terms_[i].sign == Sign::kMinus) continue;
      std::swap(terms_[0], terms_[i]);
      break;
    }
    Expr first = std::move(terms_.front().term);
    if (terms_.front().sign == Sign::kMinus) first = {Negation{std::move(first)}};
    terms_.erase(terms_.begin());
    if (terms_.empty()) return first;
    return {Addition{std::move(first), std::move(terms_)}};
  }

 private:
  static Rational abs(const Rational& value) { return value < 0 ? Rational(-value) : value; }

  /// A term that has been subtracted goes when it is added. In a long sum none is looked for.
  void add_term(const Expr& expr, Sign sign) {
    constexpr std::size_t kLongest = 50;
    for (auto step = terms_.begin(); step != terms_.end() && terms_.size() < kLongest; ++step) {
      if (step->sign != opposite(sign) || !(step->term == expr)) continue;
      terms_.erase(step);
      return;
    }
    terms_.push_back({sign, expr});
  }

  std::vector<Step> terms_;
  Rational constant_ = 0;
};

Expr sum_of(const Expr& a, const Expr& b, Sign sign) {
  Terms terms;
  terms.add(a, Sign::kPlus);
  terms.add(b, sign);
  return terms.take();
}

bool is_one(const Expr& expr) {
  const auto* number = std::get_if<language::Number>(&expr.node);
  return number != nullptr && number->value == 1;
}

}  // namespace

Expr number(long value) {
  Expr result{language::Number{Rational(value < 0 ? -value : value)}};
  if (value < 0) return {Negation{std::move(result)}};
  return result;
}

Expr plus(const Expr& a, const Expr& b) {
  return sum_of(a, b, Sign::kPlus);
}

Expr minus(const Expr& a, const Expr& b) {
  return sum_of(a, b, Sign::kMinus);
}

Expr times(const Expr& a, const Expr& b) {
  if (is_one(a)) return b;
  if (is_one(b)) return a;
  return {language::Product{a, {{language::Times::kTimes, b}}}};
}

}  // namespace convproof::derivations::latex
