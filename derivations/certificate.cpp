#include "derivations/certificate.h"

#include "core/errors.h"

namespace convproof::derivations {
namespace {

std::string in_brackets(const Constraint& c, const Variables& variables) {
  return text("[", to_text(c, variables), "]");
}

std::string to_text(const Combination& combination, const Variables& variables) {
  std::string result;
  for (const Summand& summand : combination) {
    const bool negative = summand.multiplier < 0;
    const std::string sign = result.empty() ? (negative ? "-" : "") : (negative ? " - " : " + ");
    result += text(sign, Rational(abs(summand.multiplier)).str(), "*",
                   in_brackets(summand.hypothesis, variables));
  }
  return result;
}

std::string line_of(const Derived& derived, const Variables& variables) {
  const std::string start = text("with ", in_brackets(derived.constraint, variables));
  if (const auto* product = std::get_if<ProductOf>(&derived.from)) {
    return text(start, " = ", in_brackets(product->a, variables), "*",
                in_brackets(product->b, variables), "\n");
  }
  const Combination& combination = std::get<RoundingOf>(derived.from).combination;
  return text(start, " rounds ", to_text(combination, variables), "\n");
}

}  // namespace

std::string to_text(const Certificate& certificate, const Variables& variables) {
  std::string result;
  for (const Constraint& c : certificate.given) {
    result += text("given ", to_text(c, variables), "\n");
  }
  return result + steps_text(certificate, variables);
}

std::string steps_text(const Certificate& certificate, const Variables& variables) {
  std::string result;
  for (const Refutation& refutation : certificate.refutations) {
    for (const Derived& derived : refutation.derived) result += line_of(derived, variables);
    result += text("need ", to_text(not_negative(refutation.need), variables), " : ",
                   to_text(refutation.sum, variables), " = -1 >= 0\n");
  }
  return result;
}

std::string obligation_text(const std::vector<Constraint>& given, const Constraint& goal,
                            const Variables& variables) {
  std::string result;
  for (const Constraint& c : given) result += text("given ", to_text(c, variables), "\n");
  return result + text("need ", to_text(goal, variables), "\n");
}

}  // namespace convproof::derivations
