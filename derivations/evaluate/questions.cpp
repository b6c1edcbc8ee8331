#include "derivations/evaluate/questions.h"

#include <algorithm>
#include <string>
#include <vector>

namespace convproof::derivations::evaluate {
namespace {

using namespace language;  // Every node of the tree is named here.

/// Walks through a tree until it meets what is looked for: an index that nothing in the tree binds,
/// or a gradient.
class Search {
 public:
  enum class For { kFreeIndices, kGradients };
  explicit Search(For what) : what_(what) {}

  bool in(const Expr& expr) {
    return std::visit([this](const auto& node) { return in_node(node); }, expr.node);
  }

 private:
  bool in_node(const Number& /*number*/) { return false; }
  bool in_node(const Name& name) {
    return what_ == For::kFreeIndices && name.kind == NameKind::kIndex &&
           std::find(bound_.begin(), bound_.end(), name.name) == bound_.end();
  }
  bool in_node(const Negation& negation) { return in(*negation.of); }
  bool in_node(const Addition& sum) {
    return in(*sum.first) || std::any_of(sum.rest.begin(), sum.rest.end(),
                                         [this](const auto& step) { return in(step.term); });
  }
  bool in_node(const Product& product) {
    return in(*product.first) || std::any_of(product.rest.begin(), product.rest.end(),
                                             [this](const auto& step) { return in(step.factor); });
  }
  bool in_node(const Access& access) { return in(*access.of) || in_any(access.subscripts); }
  bool in_node(const Sum& sum) {
    const std::size_t outer = bound_.size();
    const bool found = in_sum(sum);
    bound_.resize(outer);
    return found;
  }
  bool in_sum(const Sum& sum) {
    for (const Range& range : sum.ranges) {
      if (in(range.lower) || in(range.upper)) return true;
      bound_.push_back(range.name);
    }
    const auto in_comparison = [this](const Comparison& comparison) {
      return in(comparison.first) ||
             std::any_of(comparison.links.begin(), comparison.links.end(),
                         [this](const Link& link) { return in(link.expr); });
    };
    return std::any_of(sum.where.begin(), sum.where.end(), in_comparison) || in(*sum.term);
  }
  bool in_node(const Call& call) {
    return (what_ == For::kGradients && is_gradient(call)) || in_any(call.arguments) ||
           std::any_of(call.options.begin(), call.options.end(), [this](const Option& option) {
             const auto* values = std::get_if<Option::Values>(&option.value);
             return values != nullptr && in_any(*values);
           });
  }
  static bool is_gradient(const Call& call) {
    const auto* op = std::get_if<Operator>(&call.callee);
    return op != nullptr && (*op == Operator::kGrad || *op == Operator::kJacobian);
  }
  bool in_any(const std::vector<Expr>& all) {
    return std::any_of(all.begin(), all.end(), [this](const Expr& expr) { return in(expr); });
  }

  For what_;
  std::vector<std::string> bound_;
};

}  // namespace

bool has_free_indices(const language::Expr& expr) {
  return Search(Search::For::kFreeIndices).in(expr);
}

bool contains_gradient(const language::Expr& expr) {
  return Search(Search::For::kGradients).in(expr);
}

}  // namespace convproof::derivations::evaluate
