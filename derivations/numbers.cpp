#include "derivations/numbers.h"

#include <algorithm>
#include <boost/multiprecision/gmp.hpp>
#include <utility>

#include "core/errors.h"
#include "derivations/language/printer.h"

namespace convproof::derivations {
namespace {

using boost::multiprecision::mpz_int;
using language::Call;
using language::Expr;
using language::Operator;
using language::Span;

bool has_integer_coefficients(const Polynomial& p) {
  return std::all_of(p.terms().begin(), p.terms().end(), [](const Polynomial::Term& term) {
    return denominator(term.coefficient) == 1;
  });
}

/// The same number, with integer coefficients.
Fraction with_integers(const Fraction& value) {
  Rational scale = 1;
  for (const Polynomial* p : {&value.numerator, &value.denominator}) {
    for (const Polynomial::Term& term : p->terms()) {
      scale *= denominator(Rational(term.coefficient * scale));
    }
  }
  if (value.denominator.is_constant() && value.denominator.constant() < 0) scale = -scale;
  return {value.numerator * Polynomial(scale), value.denominator * Polynomial(scale)};
}

}  // namespace

Numbers::Alternatives both(const Numbers::Alternatives& a, const Numbers::Alternatives& b) {
  Numbers::Alternatives result;
  for (const std::vector<Constraint>& x : a) {
    for (const std::vector<Constraint>& y : b) {
      append(result.emplace_back(x), y);
    }
  }
  return result;
}

void Numbers::require(const Constraint& need, std::string what, Span span) {
  obligations_.push_back({place.given, need, std::move(what), span});
}

void Numbers::require(const Constraint& need, const Locals& locals, std::string what, Span span) {
  require(need, std::move(what), span);
  append(obligations_.back().given, locals.where);
}

// ---------------------------------------------------------------- numbers

Fraction inverse(const Fraction& value) {
  return value.is_zero() ? Fraction{0} : Fraction{value.denominator, value.numerator};
}

void require_small(const Fraction& value, Span span) {
  constexpr std::size_t kMostTermsOfNumber = 1'000;
  constexpr int kHighestDegree = 64;
  constexpr unsigned kMostBits = 4'000;
  const auto bits = [](const Rational& number) {
    return msb(std::max<mpz_int>(abs(mpz_int(numerator(number))), mpz_int(denominator(number))));
  };
  for (const Polynomial* p : {&value.numerator, &value.denominator}) {
    if (p->terms().size() > kMostTermsOfNumber || p->degree() > kHighestDegree) {
      throw NoNormalForm("a polynomial that is too long", span);
    }
    for (const Polynomial::Term& term : p->terms()) {
      if (bits(term.coefficient) > kMostBits) throw NoNormalForm("a number that is too long", span);
    }
  }
}

Fraction Numbers::number(const Expr& expr, Locals& locals) {
  return std::visit(
      [&](const auto& node) -> Fraction {
        using Node = std::remove_cvref_t<decltype(node)>;
        if constexpr (std::is_same_v<Node, language::Number>) {
          return {Polynomial(node.value)};
        } else if constexpr (std::is_same_v<Node, language::Name>) {
          return place.values.at(node.name);
        } else if constexpr (std::is_same_v<Node, language::Negation>) {
          return -number(*node.of, locals);
        } else if constexpr (std::is_same_v<Node, language::Addition>) {
          return sum(node, locals);
        } else if constexpr (std::is_same_v<Node, language::Product>) {
          return product(node, locals);
        } else if constexpr (std::is_same_v<Node, Call>) {
          return call(node, locals, expr.span);
        } else {
          throw NoNormalForm("no number that is made of sizes: " + language::print(expr),
                             expr.span);
        }
      },
      expr.node);
}

Fraction Numbers::sum(const language::Addition& addition, Locals& locals) {
  Fraction result = number(*addition.first, locals);
  for (const auto& step : addition.rest) {
    const Fraction term = number(step.term, locals);
    result = result + (step.sign == language::Sign::kPlus ? term : -term);
    require_small(result, step.term.span);
  }
  return result;
}

Fraction Numbers::product(const language::Product& product, Locals& locals) {
  Fraction result = number(*product.first, locals);
  for (const auto& step : product.rest) {
    const Fraction factor = number(step.factor, locals);
    if (step.times == language::Times::kDivide) {
      require_not_zero(factor, locals, step.factor.span);
    }
    result = result * (step.times == language::Times::kDivide ? inverse(factor) : factor);
    require_small(result, step.factor.span);
  }
  return result;
}

void Numbers::require_not_zero(const Fraction& divisor, const Locals& locals, Span span) {
  if (divisor.numerator.is_constant() && !divisor.is_zero()) return;
  // What divides is a count or a size nearly always: that it is positive is what can be proved.
  const Fraction whole = with_integers(divisor);
  std::vector<Constraint> all = place.given;
  append(all, locals.where);
  const bool negative = world_.follows(all, not_negative(-whole.numerator - 1));
  const Polynomial& n = whole.numerator;
  require(not_negative((negative ? -n : n) - 1), locals, "a divisor is 0", span);
}

Fraction Numbers::call(const Call& call, Locals& locals, Span span) {
  const auto argument = [&](std::size_t i) { return number(call.arguments.at(i), locals); };
  switch (std::get<Operator>(call.callee)) {
    case Operator::kId: return argument(0);
    case Operator::kFloor: return {floor(argument(0), locals, span)};
    case Operator::kCeil: return {-floor(-argument(0), locals, span)};
    case Operator::kMod: {
      const Fraction a = argument(0);
      const Fraction b = argument(1);
      const Alternatives positive = compared({1}, language::Relation::kLessEqual, b);
      require(positive.front().front(), locals, "mod by less than 1", span);
      return a + -(b * Fraction{floor(a * inverse(b), locals, span)});
    }
    case Operator::kMin:
    case Operator::kMax: return smaller_or_larger(call, locals, span);
    case Operator::kPow: return power(argument(0), argument(1), locals, span);
    default:
      throw NoNormalForm("no number that is made of sizes: " + language::print(Expr{call}), span);
  }
}

Fraction Numbers::power(const Fraction& base, const Fraction& exponent, const Locals& locals,
                        Span span) {
  const Rational n = exponent.numerator.is_constant() && exponent.denominator.is_constant()
                         ? Rational(exponent.numerator.constant() / exponent.denominator.constant())
                         : Rational(1, 2);
  if (denominator(n) != 1 || abs(n) > kHighestPower) {
    throw NoNormalForm(text("expected a whole exponent up to ", kHighestPower), span);
  }
  Fraction result{1};
  for (Rational i = 0; i < abs(n); i += 1) {
    result = result * base;
    require_small(result, span);
  }
  if (n >= 0) return result;
  require_not_zero(base, locals, span);
  return inverse(result);
}

Fraction Numbers::smaller_or_larger(const Call& call, Locals& locals, Span span) {
  const Fraction a = number(call.arguments.at(0), locals);
  const Fraction b = number(call.arguments.at(1), locals);
  const bool min = std::get<Operator>(call.callee) == Operator::kMin;
  std::vector<Constraint> all = place.given;
  append(all, locals.where);
  for (const bool first : {true, false}) {
    const auto order = compared(first ? a : b, language::Relation::kLessEqual, first ? b : a);
    if (world_.follows(all, order.front().front())) return first == min ? a : b;
  }
  throw NoNormalForm(text("which of two numbers is ", min ? "smaller" : "larger",
                          " depends on the sizes: ", language::print(Expr{call})),
                     span);
}

Polynomial Numbers::floor(const Fraction& value, Locals& locals, Span span) {
  const Fraction whole = with_integers(value);
  const Polynomial& divisor = whole.denominator;
  if (!divisor.is_constant()) {
    obligations_.push_back({{}, not_negative(divisor - 1), "a divisor is less than 1", span});
  }
  const auto has_index = [this](const Polynomial& p) {
    const std::vector<Variable> used = p.variables();
    return std::any_of(used.begin(), used.end(), [this](Variable v) {
      return world_.variables.kind(v) == VariableKind::kIndex;
    });
  };
  if (divisor == Polynomial(1)) return whole.numerator;
  if (!has_index(whole.numerator) && !has_index(divisor)) {
    return world_.floor(whole.numerator, divisor);
  }
  const Variable q = world_.variables.fresh("q", VariableKind::kIndex);
  locals.inner.push_back(q);
  append(locals.where, inside(whole.numerator - divisor * Polynomial(q), divisor));
  return q;
}

Polynomial Numbers::whole(const Expr& expr, Locals& locals) {
  const Fraction value = number(expr, locals);
  if (value.denominator == Polynomial(1) && has_integer_coefficients(value.numerator)) {
    return value.numerator;
  }
  const Polynomial result = floor(value, locals, expr.span);
  require(equal(result * value.denominator, value.numerator), locals,
          text(language::print(expr), " is not whole"), expr.span);
  return result;
}

Polynomial Numbers::whole(const Expr& expr) {
  Locals locals;
  Polynomial result = whole(expr, locals);
  if (!locals.inner.empty()) {
    throw NoNormalForm("a size that depends on an index: " + language::print(expr), expr.span);
  }
  return result;
}

// ---------------------------------------------------------------- conditions

void Numbers::limits(const Polynomial& index, const Expr& limit, bool upper, Locals& locals,
                     std::vector<Constraint>& result) {
  const auto* call = std::get_if<Call>(&limit.node);
  const Operator several = upper ? Operator::kMin : Operator::kMax;
  if (call != nullptr && std::get<Operator>(call->callee) == several) {
    for (const Expr& each : call->arguments) limits(index, each, upper, locals, result);
    return;
  }
  const Polynomial value = whole(limit, locals);
  result.push_back(upper ? at_most(index, value) : at_least(index, value));
}

std::vector<Constraint> Numbers::within(const Polynomial& index, const language::Range& range,
                                        Locals& locals) {
  std::vector<Constraint> result;
  limits(index, range.lower, false, locals, result);
  limits(index, range.upper, true, locals, result);
  return result;
}

Numbers::Alternatives Numbers::compared(const Fraction& a, language::Relation relation,
                                        const Fraction& b) {
  const Fraction difference = with_integers(b + -a);
  Polynomial p = difference.numerator;
  if (!difference.denominator.is_constant()) {
    // Multiplying by the square of the denominator keeps the sign.
    const bool positive = world_.follows(place.given, not_negative(difference.denominator - 1));
    if (!positive) p *= difference.denominator;
  }
  switch (relation) {
    case language::Relation::kEqual: return {{zero(p)}};
    case language::Relation::kNotEqual: return {{not_negative(p - 1)}, {not_negative(-p - 1)}};
    case language::Relation::kLess: return {{not_negative(p - 1)}};
    case language::Relation::kLessEqual: return {{not_negative(p)}};
    case language::Relation::kGreater: return {{not_negative(-p - 1)}};
    case language::Relation::kGreaterEqual: return {{not_negative(-p)}};
  }
  return {};
}

Numbers::Alternatives Numbers::compared(const language::Comparison& comparison, Locals& locals) {
  Alternatives result{{}};
  Fraction before = number(comparison.first, locals);
  for (const language::Link& link : comparison.links) {
    const Fraction next = number(link.expr, locals);
    result = both(result, compared(before, link.relation, next));
    before = next;
  }
  return result;
}

}  // namespace convproof::derivations
