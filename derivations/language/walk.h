// Steps through syntax trees, for whoever looks for something in them or replaces parts.
#pragma once

#include <type_traits>
#include <variant>

#include "derivations/language/ast.h"

namespace convproof::derivations::language {

/// `f` of every expression that is directly a part of `expr` (an Expr or a const Expr), in the
/// order of the text.
template <typename E, typename F>
requires std::is_same_v<std::remove_const_t<E>, Expr>
void for_each_part(E& expr, F f) {
  const auto of_range = [&f](auto& range) {
    f(range.lower);
    f(range.upper);
  };
  const auto of_comparison = [&f](auto& comparison) {
    f(comparison.first);
    for (auto& link : comparison.links) f(link.expr);
  };
  std::visit(
      [&](auto& node) {
        using Node = std::remove_cvref_t<decltype(node)>;
        if constexpr (std::is_same_v<Node, Negation>) {
          f(*node.of);
        } else if constexpr (std::is_same_v<Node, Addition>) {
          f(*node.first);
          for (auto& step : node.rest) f(step.term);
        } else if constexpr (std::is_same_v<Node, Product>) {
          f(*node.first);
          for (auto& step : node.rest) f(step.factor);
        } else if constexpr (std::is_same_v<Node, Access>) {
          f(*node.of);
          for (auto& subscript : node.subscripts) f(subscript);
        } else if constexpr (std::is_same_v<Node, Sum>) {
          for (auto& range : node.ranges) of_range(range);
          for (auto& comparison : node.where) of_comparison(comparison);
          f(*node.term);
        } else if constexpr (std::is_same_v<Node, Call>) {
          for (auto& argument : node.arguments) f(argument);
          for (auto& option : node.options) {
            if (auto* values = std::get_if<Option::Values>(&option.value)) {
              for (auto& value : *values) f(value);
            }
          }
        }
      },
      expr.node);
}

/// `f` of `expr` and of everything in it, parts before what they are a part of.
template <typename E, typename F>
void for_each_inside(E& expr, const F& f) {
  for_each_part(expr, [&f](auto& part) { for_each_inside(part, f); });
  f(expr);
}

/// `f` of every expression that a statement is made of, alternatives of readings included.
template <typename S, typename F>
requires std::is_same_v<std::remove_const_t<S>, Statement>
void for_each_expression(S& statement, F f) {
  const auto of_ranges = [&f](auto& ranges) {
    for (auto& range : ranges) {
      f(range.lower);
      f(range.upper);
    }
  };
  const auto of_comparison = [&f](auto& comparison) {
    f(comparison.first);
    for (auto& link : comparison.links) f(link.expr);
  };
  std::visit(
      [&](auto& node) {
        using Node = std::remove_cvref_t<decltype(node)>;
        if constexpr (std::is_same_v<Node, SizeStatement>) {
          for (auto& item : node.sizes) {
            if (item.bound) f(item.bound->value);
          }
        } else if constexpr (std::is_same_v<Node, Assume>) {
          for (auto& comparison : node.all) of_comparison(comparison);
        } else if constexpr (std::is_same_v<Node, Constant>) {
          f(node.value);
        } else if constexpr (std::is_same_v<Node, Each>) {
          f(node.range.lower);
          f(node.range.upper);
        } else if constexpr (std::is_same_v<Node, TensorStatement>) {
          for (auto& size : node.sizes) f(size);
          for (auto& from : node.from) f(from);
        } else if constexpr (std::is_same_v<Node, Seed>) {
          f(node.like);
        } else if constexpr (std::is_same_v<Node, Let>) {
          of_ranges(node.ranges);
          f(node.value);
        } else if constexpr (std::is_same_v<Node, ReadingStatement>) {
          for (auto& alternative : node.alternatives) {
            if (auto* expr = std::get_if<Expr>(&alternative)) f(*expr);
          }
        } else if constexpr (std::is_same_v<Node, Claim>) {
          of_ranges(node.ranges);
          f(node.first);
          for (auto& link : node.links) f(link.expr);
        }
      },
      statement.node);
}

}  // namespace convproof::derivations::language
