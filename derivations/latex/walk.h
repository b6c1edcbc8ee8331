// Goes through an expression of the claim language.
#pragma once

#include <variant>

#include "derivations/language/ast.h"

namespace convproof::derivations::latex {

/// Calls visit(part) for every expression that `expr` is made of directly.
template <typename Visit>
void for_each_part(const language::Expr& expr, const Visit& visit) {
  namespace l = language;
  const auto comparison = [&visit](const l::Comparison& c) {
    visit(c.first);
    for (const l::Link& link : c.links) visit(link.expr);
  };
  if (const auto* negation = std::get_if<l::Negation>(&expr.node)) {
    visit(*negation->of);
  } else if (const auto* addition = std::get_if<l::Addition>(&expr.node)) {
    visit(*addition->first);
    for (const auto& step : addition->rest) visit(step.term);
  } else if (const auto* product = std::get_if<l::Product>(&expr.node)) {
    visit(*product->first);
    for (const auto& step : product->rest) visit(step.factor);
  } else if (const auto* access = std::get_if<l::Access>(&expr.node)) {
    visit(*access->of);
    for (const l::Expr& subscript : access->subscripts) visit(subscript);
  } else if (const auto* sum = std::get_if<l::Sum>(&expr.node)) {
    for (const l::Range& range : sum->ranges) {
      visit(range.lower);
      visit(range.upper);
    }
    for (const l::Comparison& c : sum->where) comparison(c);
    visit(*sum->term);
  } else if (const auto* call = std::get_if<l::Call>(&expr.node)) {
    for (const l::Expr& argument : call->arguments) visit(argument);
    for (const l::Option& option : call->options) {
      const auto* values = std::get_if<l::Option::Values>(&option.value);
      if (values == nullptr) continue;
      for (const l::Expr& value : *values) visit(value);
    }
  }
}

/// Calls visit(e) for `expr` and everything in it.
template <typename Visit>
void walk(const language::Expr& expr, const Visit& visit) {
  visit(expr);
  for_each_part(expr, [&visit](const language::Expr& part) { walk(part, visit); });
}

/// True if `expr` has an index, so that it means something else in other places.
inline bool mentions_index(const language::Expr& expr) {
  bool found = false;
  walk(expr, [&found](const language::Expr& e) {
    const auto* name = std::get_if<language::Name>(&e.node);
    found = found || (name != nullptr && name->kind == language::NameKind::kIndex);
  });
  return found;
}

}  // namespace convproof::derivations::latex
