#include "derivations/edits.h"

#include <algorithm>
#include <functional>
#include <set>
#include <utility>

#include "core/errors.h"
#include "derivations/language/printer.h"
#include "derivations/language/walk.h"

namespace convproof::derivations {
namespace {

using language::Call;
using language::Expr;
using language::Mode;
using language::Name;
using language::NameKind;
using language::Operator;

/// Gives the whole expression with another part in one place.
using Put = std::function<Expr(Expr)>;

bool is_array_name(NameKind kind) {
  return kind == NameKind::kTensor || kind == NameKind::kSeed || kind == NameKind::kLet;
}

Expr call(Operator op, Expr of) {
  Call result{op, {}, {}};
  result.arguments.push_back(std::move(of));
  return {std::move(result)};
}

const Call* call_of(const Expr& expr) {
  return std::get_if<Call>(&expr.node);
}

bool is_call_of(const Expr& expr, Operator op) {
  const Call* call = call_of(expr);
  return call != nullptr && std::get<Operator>(call->callee) == op;
}

/// What may have been meant instead of an operator.
Operator other(Operator op) {
  switch (op) {
    case Operator::kConv: return Operator::kXcorr;
    case Operator::kXcorr: return Operator::kConv;
    case Operator::kKron: return Operator::kZeroinsert;
    case Operator::kZeroinsert: return Operator::kKron;
    case Operator::kBlocksum: return Operator::kSubsample;
    case Operator::kSubsample: return Operator::kBlocksum;
    default: return op;
  }
}

class Editor {
 public:
  Editor(const language::File& file, const language::Claim& claim) {
    for (const language::Range& range : claim.ranges) claim_indices_.push_back(range.name);
    for (const language::Statement& statement : file.statements) collect(statement);
  }

  std::vector<Edited> run(const Expr& expr) {
    whole(expr);
    visit(
        expr, [](Expr part) { return part; }, claim_indices_, false);
    return std::move(result_);
  }

 private:
  void collect(const language::Statement& statement) {
    if (const auto* sizes = std::get_if<language::SizeStatement>(&statement.node)) {
      for (const auto& item : sizes->sizes) factors_.push_back({Name{item.name, NameKind::kSize}});
    } else if (const auto* constant = std::get_if<language::Constant>(&statement.node)) {
      factors_.push_back({Name{constant->name, NameKind::kConstant}});
    } else if (const auto* tensor = std::get_if<language::TensorStatement>(&statement.node)) {
      arrays_.push_back({tensor->name, NameKind::kTensor});
    } else if (const auto* seed = std::get_if<language::Seed>(&statement.node)) {
      arrays_.push_back({seed->name, NameKind::kSeed});
    } else if (const auto* let = std::get_if<language::Let>(&statement.node)) {
      arrays_.push_back({let->name, NameKind::kLet});
    }
    language::for_each_expression(statement, [this](const Expr& expr) {
      language::for_each_inside(expr, [this](const Expr& part) {
        if (!is_call_of(part, Operator::kPad)) return;
        std::vector<Expr> around(call_of(part)->arguments.begin() + 1,
                                 call_of(part)->arguments.end());
        if (uses_indices(around)) return;
        if (std::find(pads_.begin(), pads_.end(), around) == pads_.end()) {
          pads_.push_back(std::move(around));
        }
      });
    });
  }

  static bool uses_indices(const std::vector<Expr>& all) {
    bool found = false;
    for (const Expr& expr : all) {
      language::for_each_inside(expr, [&found](const Expr& part) {
        const auto* name = std::get_if<Name>(&part.node);
        found = found || (name != nullptr && name->kind == NameKind::kIndex);
      });
    }
    return found;
  }

  void add(Expr expr, std::string what, int cost = 1) {
    result_.push_back({std::move(expr), std::move(what), cost});
  }

  // -------------------------------------------------------------- of the whole

  void whole(const Expr& expr) {
    add({language::Negation{expr}}, "with the other sign");
    for (const Expr& factor : factors_) {
      scaled(expr, {factor}, language::print(factor));
      scaled(expr, {factor, factor}, text(language::print(factor), "^2"));
    }
    for (std::size_t i = 0; i < factors_.size(); ++i) {
      for (std::size_t j = i + 1; j < factors_.size(); ++j) {
        scaled(expr, {factors_[i], factors_[j]},
               text(language::print(factors_[i]), "*", language::print(factors_[j])), 2);
      }
    }
  }

  void scaled(const Expr& expr, const std::vector<Expr>& by, const std::string& what,
              int cost = 1) {
    language::Product times{by.front(), {}};
    language::Product over{expr, {}};
    for (std::size_t i = 1; i < by.size(); ++i) {
      times.rest.push_back({language::Times::kTimes, by[i]});
    }
    times.rest.push_back({language::Times::kTimes, expr});
    for (const Expr& factor : by) over.rest.push_back({language::Times::kDivide, factor});
    add({std::move(times)}, "times " + what, cost);
    add({std::move(over)}, "divided by " + what, cost);
  }

  // -------------------------------------------------------------- of parts

  /// `inside_numbers`: where only sizes and indices stand.
  void visit(const Expr& expr, const Put& put, const std::vector<std::string>& bound,
             bool inside_numbers) {
    if (const Call* c = call_of(expr)) of_call(*c, put);
    if (const auto* name = std::get_if<Name>(&expr.node)) of_name(*name, put, bound);
    if (const auto* addition = std::get_if<language::Addition>(&expr.node)) {
      of_addition(*addition, put);
    }
    if (const auto* product = std::get_if<language::Product>(&expr.node)) {
      of_product(*product, put, inside_numbers);
    }
    if (inside_numbers) {
      of_number(expr, put);
    } else if (is_array(expr)) {
      of_array(expr, put);
    }
    visit_parts(expr, put, bound, inside_numbers);
  }

  static bool is_array(const Expr& expr) {
    if (const auto* name = std::get_if<Name>(&expr.node)) return is_array_name(name->kind);
    if (const Call* call = call_of(expr)) {
      const language::Signature& signature = language::signature(std::get<Operator>(call->callee));
      return signature.where == language::OperatorClass::kTensors &&
             signature.axes != language::Axes::kNone;
    }
    return std::holds_alternative<language::Access>(expr.node);
  }

  void visit_parts(const Expr& expr, const Put& put, std::vector<std::string> bound,
                   bool inside_numbers) {
    const auto* sum = std::get_if<language::Sum>(&expr.node);
    std::size_t number = 0;
    language::for_each_part(expr, [&](const Expr& part) {
      const std::size_t mine = number++;
      if (must_be_name(expr, mine)) return;
      // Behind both limits of a range, its index is known.
      if (sum != nullptr && mine > 0 && mine % 2 == 0 && mine <= 2 * sum->ranges.size()) {
        bound.push_back(sum->ranges[mine / 2 - 1].name);
      }
      const Put put_part = [&expr, &put, mine](Expr replacement) {
        Expr copy = expr;
        std::size_t at = 0;
        language::for_each_part(copy, [&](Expr& each) {
          if (at++ == mine) each = std::move(replacement);
        });
        return put(std::move(copy));
      };
      visit(part, put_part, bound, inside_numbers || is_number(expr, mine));
    });
  }

  /// What is differentiated by, and the shape in ones(shape(T)).
  static bool must_be_name(const Expr& expr, std::size_t part) {
    const Call* call = call_of(expr);
    if (call == nullptr) return false;
    const Operator op = std::get<Operator>(call->callee);
    if (op == Operator::kOnes) return is_call_of(call->arguments[part], Operator::kShape);
    return part == 1 && (op == Operator::kGrad || op == Operator::kJacobian);
  }

  /// Whether a part of `expr` is a subscript, a limit or a number of an operator.
  static bool is_number(const Expr& expr, std::size_t part) {
    if (std::holds_alternative<language::Access>(expr.node)) return part > 0;
    if (const auto* sum = std::get_if<language::Sum>(&expr.node)) {
      std::size_t limits = 2 * sum->ranges.size();
      for (const language::Comparison& where : sum->where) limits += 1 + where.links.size();
      return part < limits;
    }
    const Call* call = call_of(expr);
    if (call == nullptr) return false;
    const language::Signature& signature = language::signature(std::get<Operator>(call->callee));
    return part >= static_cast<std::size_t>(signature.tensors);
  }

  void of_call(const Call& c, const Put& put) {
    const Operator op = std::get<Operator>(c.callee);
    if (other(op) != op) {
      Call changed = c;
      changed.callee = other(op);
      add(put({std::move(changed)}),
          text(language::signature(other(op)).name, " instead of ", language::signature(op).name));
    }
    if (op == Operator::kConv || op == Operator::kXcorr) {
      Call swapped = c;
      std::swap(swapped.arguments[0], swapped.arguments[1]);
      add(put({std::move(swapped)}), "the operands in the other order");
      other_modes(c, put);
    }
    const language::Signature& signature = language::signature(op);
    if (signature.tensors == 1 && signature.axes == language::Axes::kSame) {
      add(put(c.arguments[0]), text("without ", signature.name));
    }
  }

  void other_modes(const Call& c, const Put& put) {
    Call rest = c;
    Mode mode = Mode::kValid;
    std::erase_if(rest.options, [&mode](const language::Option& option) {
      if (option.name != language::OptionName::kMode) return false;
      mode = std::get<Mode>(option.value);
      return true;
    });
    for (const Mode instead : {Mode::kValid, Mode::kFull, Mode::kSame}) {
      if (instead == mode) continue;
      Call changed = rest;
      changed.options.emplace_back().value = instead;
      add(put({std::move(changed)}),
          text("mode=", language::name(instead), " instead of ", language::name(mode)));
    }
  }

  void of_name(const Name& name, const Put& put, const std::vector<std::string>& bound) {
    if (name.kind == NameKind::kIndex) {
      for (const std::string& index : bound) {
        if (index == name.name) continue;
        add(put({Name{index, NameKind::kIndex}}), text(index, " instead of ", name.name));
      }
    } else if (is_array_name(name.kind)) {
      for (const Name& array : arrays_) {
        if (array.name == name.name) continue;
        add(put({array}), text(array.name, " instead of ", name.name), 2);
      }
    }
  }

  void of_addition(const language::Addition& addition, const Put& put) {
    for (std::size_t i = 0; i < addition.rest.size(); ++i) {
      language::Addition changed = addition;
      auto& step = changed.rest[i];
      const bool plus = step.sign == language::Sign::kPlus;
      step.sign = plus ? language::Sign::kMinus : language::Sign::kPlus;
      const std::string term = language::print(step.term);
      add(put({std::move(changed)}),
          text(plus ? "- " : "+ ", term, " instead of ", plus ? "+ " : "- ", term));
    }
  }

  void of_product(const language::Product& product, const Put& put, bool inside_numbers) {
    if (inside_numbers || product.rest.size() != 1) return;
    const std::string first = language::print(*product.first);
    const std::string second = language::print(product.rest[0].factor);
    if (product.rest[0].times != language::Times::kDivide) {
      add(put(product.rest[0].factor), "without the factor " + first, 2);
    }
    add(put(*product.first), text("without ", second), 2);
  }

  void of_number(const Expr& expr, const Put& put) {
    const auto offset = [&expr](language::Sign sign) -> Expr {
      return {language::Addition{expr, {{sign, Expr{language::Number{1}}}}}};
    };
    if (std::holds_alternative<language::Number>(expr.node)) return;
    const std::string number = language::print(expr);
    add(put(offset(language::Sign::kPlus)), text(number, " + 1 instead of ", number));
    add(put(offset(language::Sign::kMinus)), text(number, " - 1 instead of ", number));
  }

  void of_array(const Expr& expr, const Put& put) {
    const std::string array = language::print(expr);
    if (!is_call_of(expr, Operator::kRot180)) {
      add(put(call(Operator::kRot180, expr)), "rot180 of " + array);
    }
    if (!is_call_of(expr, Operator::kTranspose)) {
      add(put(call(Operator::kTranspose, expr)), "the transpose of " + array);
    }
    for (const std::vector<Expr>& around : pads_) {
      if (is_call_of(expr, Operator::kPad)) break;
      Expr padded = call(Operator::kPad, expr);
      auto& arguments = std::get<Call>(padded.node).arguments;
      arguments.insert(arguments.end(), around.begin(), around.end());
      add(put(std::move(padded)), "zeros around " + array);
    }
  }

  std::vector<std::string> claim_indices_;
  std::vector<Expr> factors_;
  std::vector<Name> arrays_;
  std::vector<std::vector<Expr>> pads_;
  std::vector<Edited> result_;
};

}  // namespace

std::vector<Edited> edits_of(const Expr& expr, const language::File& chosen,
                             const language::Claim& claim) {
  return Editor(chosen, claim).run(expr);
}

}  // namespace convproof::derivations
