#include "derivations/latex/declarations.h"

#include <algorithm>
#include <utility>

#include "derivations/language/parser.h"
#include "derivations/latex/arithmetic.h"
#include "derivations/latex/notation.h"
#include "derivations/latex/walk.h"

namespace convproof::derivations::latex {
namespace {

using language::Access;
using language::Addition;
using language::Call;
using language::Let;
using language::Mode;
using language::Name;
using language::NameKind;
using language::Operator;
using language::OptionName;
using language::Product;
using language::ReadingName;
using language::ReadingStatement;
using language::Signature;
using Extents = std::vector<std::optional<Extent>>;

int nodes_of(const Expr& expr) {
  int count = 0;
  walk(expr, [&count](const Expr&) { ++count; });
  return count;
}

/// The extent, if it means the same everywhere and is short.
std::optional<Extent> closed(Extent extent) {
  if (mentions_index(extent.lower) || mentions_index(extent.upper)) return std::nullopt;
  if (nodes_of(extent.lower) + nodes_of(extent.upper) > kLongestExtent) return std::nullopt;
  return extent;
}

Expr size_of(const Extent& extent) {
  return minus(plus(extent.upper, number(1)), extent.lower);
}

std::optional<Extent> of_size(Expr size) {
  return closed({number(1), std::move(size)});
}

/// The same sizes, counted from 1.
Axes from_one(const Axes& axes) {
  if (!axes) return axes;
  Extents result;
  for (const auto& extent : *axes) {
    result.push_back(extent ? of_size(size_of(*extent)) : std::nullopt);
  }
  return result;
}

Axes of_number() {
  return Extents();
}

/// Of a sum or a product: a number goes with every array.
Axes together(const Axes& a, const Axes& b) {
  if (!a || !a->empty()) return a;
  return b;
}

/// As many axes as `axes` has, of which no more is known.
Axes unknown(const Axes& axes) {
  if (!axes) return axes;
  return Extents(axes->size());
}

/// The mode of a product, if it has no reading and no other option.
std::optional<Mode> plain_mode(const Call& call) {
  Mode mode = Mode::kValid;
  for (const language::Option& option : call.options) {
    const auto* value = std::get_if<Mode>(&option.value);
    if (option.name != OptionName::kMode || value == nullptr) return std::nullopt;
    mode = *value;
  }
  return mode;
}

std::optional<Extent> extent_of_product(const Extent& kernel, const Extent& signal, Mode mode) {
  const Expr k = size_of(kernel);
  const Expr n = size_of(signal);
  switch (mode) {
    case Mode::kValid: return of_size(plus(minus(n, k), number(1)));
    case Mode::kFull: return of_size(minus(plus(n, k), number(1)));
    default: return of_size(n);
  }
}

/// The number that an operator has for axis `axis`: one for all, or one for each.
const Expr& number_for(const Call& call, std::size_t axis) {
  return call.arguments[call.arguments.size() == 2 ? 1 : 1 + axis];
}

/// a / b, where a may have b as a factor.
Expr quotient(const Expr& a, const Expr& b) {
  const Expr whole{Product{a, {{language::Times::kDivide, b}}}};
  const auto* factors = std::get_if<Product>(&a.node);
  if (factors == nullptr || factors->rest.size() != 1 ||
      factors->rest[0].times != language::Times::kTimes) {
    return whole;
  }
  if (*factors->first == b) return factors->rest[0].factor;
  return factors->rest[0].factor == b ? *factors->first : whole;
}

std::optional<Extent> extent_of_operator(const Call& call, Operator op, const Extent& of,
                                         std::size_t axis) {
  const Expr size = size_of(of);
  switch (op) {
    case Operator::kPad: return of_size(plus(size, times(number(2), number_for(call, axis))));
    case Operator::kCrop: return of_size(minus(size, times(number(2), number_for(call, axis))));
    case Operator::kKron: return of_size(times(size, number_for(call, axis)));
    case Operator::kBlocksum: return of_size(quotient(size, number_for(call, axis)));
    case Operator::kZeroinsert:
    case Operator::kSubsample:
    case Operator::kPadlr: return std::nullopt;
    default: return of_size(size);
  }
}

}  // namespace

Declarations::Declarations(const language::Source& source) {
  SplitDeclarations split = split_declarations(source);
  statements_ = std::move(split.statements);
  notations_ = std::move(split.notations);
  file_ = language::parse({source.file, statements_});
  for (const language::Statement& statement : file_.statements) declare(statement, source);
}

const Known* Declarations::find(const std::string& name) const {
  const auto found = names_.find(name);
  return found == names_.end() ? nullptr : &found->second;
}

const Notation* Declarations::notation(const std::string& name) const {
  const auto found = notations_.find(name);
  return found == notations_.end() ? nullptr : &found->second;
}

void Declarations::declare(const language::Statement& statement, const language::Source& source) {
  const auto add = [this](const std::string& name, NameKind kind, Axes axes = of_number()) {
    names_[name] = {.kind = kind, .axes = std::move(axes)};
  };
  if (const auto* sizes = std::get_if<language::SizeStatement>(&statement.node)) {
    for (const auto& item : sizes->sizes) add(item.name, NameKind::kSize);
  } else if (const auto* constant = std::get_if<language::Constant>(&statement.node)) {
    add(constant->name, NameKind::kConstant);
  } else if (const auto* each = std::get_if<language::Each>(&statement.node)) {
    add(each->range.name, NameKind::kEach);
  } else if (const auto* scalars = std::get_if<language::ScalarStatement>(&statement.node)) {
    for (const std::string& name : scalars->names) add(name, NameKind::kScalar);
  } else if (const auto* tensor = std::get_if<language::TensorStatement>(&statement.node)) {
    Extents axes;
    for (std::size_t i = 0; i < tensor->sizes.size(); ++i) {
      const Expr lower = tensor->from.empty() ? number(1) : tensor->from[i];
      axes.push_back(closed({lower, minus(plus(lower, tensor->sizes[i]), number(1))}));
    }
    add(tensor->name, NameKind::kTensor, std::move(axes));
  } else if (const auto* seed = std::get_if<language::Seed>(&statement.node)) {
    add(seed->name, NameKind::kSeed, axes_of(seed->like));
    if (seeds_.size() == kMostSeeds) {
      throw language::LanguageError(source, statement.span.begin,
                                    text("at most ", kMostSeeds, " seeds"), "one more");
    }
    seeds_.push_back({seed->name, seed->like, reached_from(seed->like)});
  } else if (const auto* let = std::get_if<Let>(&statement.node)) {
    declare(*let);
  } else if (const auto* reading = std::get_if<ReadingStatement>(&statement.node)) {
    Known known{.kind = NameKind::kReading, .axes = axes_of_reading(*reading)};
    for (const auto& alternative : reading->alternatives) {
      if (const auto* expr = std::get_if<Expr>(&alternative)) {
        known.function = known.function || uses_function(*expr);
        known.tensor = known.tensor || uses_tensor(*expr);
        known.values.push_back(expr);
      } else if (const auto* op = std::get_if<Operator>(&alternative)) {
        known.operators = true;
        known.function =
            known.function || signature(*op).where == language::OperatorClass::kFunction;
      } else {
        known.modes = true;
      }
    }
    names_[reading->name] = std::move(known);
  } else if (const auto* claim = std::get_if<language::Claim>(&statement.node)) {
    claims_[claim->name] = 1;
  }
}

void Declarations::declare(const Let& let) {
  Axes axes = axes_of(let.value);
  if (!let.ranges.empty()) axes = from_one(axes);
  for (std::size_t i = 0; axes && i < let.ranges.size(); ++i) {
    const language::Range& range = let.ranges[i];
    axes->insert(axes->begin() + static_cast<std::ptrdiff_t>(i),
                 closed({range.lower, range.upper}));
  }
  names_[let.name] = {.kind = NameKind::kLet,
                      .axes = std::move(axes),
                      .function = uses_function(let.value),
                      .values = {&let.value}};
}

void Declarations::add(Let let) {
  added_.push_back(std::move(let));
  declare(added_.back());
}

Axes Declarations::axes_of_reading(const ReadingStatement& reading) const {
  Axes result = of_number();
  for (const auto& alternative : reading.alternatives) {
    const auto* expr = std::get_if<Expr>(&alternative);
    if (expr == nullptr) return std::nullopt;
    const Axes axes = axes_of(*expr);
    const bool first = &alternative == &reading.alternatives.front();
    if (!axes || (!first && axes->size() != result->size())) return std::nullopt;
    result = unknown(axes);
  }
  return result;
}

Axes Declarations::axes_of(const Expr& expr) const {
  if (const auto* name = std::get_if<Name>(&expr.node)) {
    const Known* known = name->kind == NameKind::kIndex ? nullptr : find(name->name);
    return known == nullptr ? of_number() : known->axes;
  }
  if (const auto* negation = std::get_if<language::Negation>(&expr.node)) {
    return from_one(axes_of(*negation->of));
  }
  if (const auto* sum = std::get_if<language::Sum>(&expr.node))
    return from_one(axes_of(*sum->term));
  if (const auto* call = std::get_if<Call>(&expr.node)) return axes_of_call(*call);
  if (const auto* access = std::get_if<Access>(&expr.node)) {
    Axes axes = axes_of(*access->of);
    const std::size_t read = access->subscripts.size();
    if (!axes || axes->size() < read) return std::nullopt;
    axes->erase(axes->begin(), axes->begin() + static_cast<std::ptrdiff_t>(read));
    return axes;
  }
  Axes axes = of_number();
  if (const auto* addition = std::get_if<Addition>(&expr.node)) {
    axes = axes_of(*addition->first);
    for (const auto& step : addition->rest) {
      const Axes next = axes_of(step.term);
      const bool better = !axes || (next && axes->size() == next->size() && !axes->empty() &&
                                    std::count(axes->begin(), axes->end(), std::nullopt) > 0);
      axes = better ? next : together(axes, next);
    }
  } else if (const auto* product = std::get_if<Product>(&expr.node)) {
    axes = axes_of(*product->first);
    for (const auto& step : product->rest) axes = together(axes, axes_of(step.factor));
  }
  return from_one(axes);
}

Axes Declarations::axes_of_call(const Call& call) const {
  const auto* op = std::get_if<Operator>(&call.callee);
  if (op == nullptr) {
    Axes axes = of_number();
    for (const Expr& argument : call.arguments) axes = together(axes, axes_of(argument));
    return unknown(axes);
  }
  switch (signature(*op).axes) {
    case language::Axes::kNone: return of_number();
    case language::Axes::kOfSecond: return from_one(axes_of(call.arguments[1]));
    case language::Axes::kCounted: {
      const auto* shape = std::get_if<Call>(&call.arguments[0].node);
      if (shape != nullptr && shape->callee == decltype(shape->callee)(Operator::kShape)) {
        return from_one(axes_of(shape->arguments[0]));
      }
      Extents result;
      for (const Expr& size : call.arguments) result.push_back(of_size(size));
      return result;
    }
    case language::Axes::kOfBoth: {
      Axes result = from_one(axes_of(call.arguments[0]));
      const Axes by = from_one(axes_of(call.arguments[1]));
      if (!result || !by) return std::nullopt;
      result->insert(result->end(), by->begin(), by->end());
      return result;
    }
    case language::Axes::kSame: break;
  }
  if (signature(*op).options) return axes_of_product(call);
  Axes axes = axes_of(call.arguments[0]);
  if (!axes) return axes;
  if (*op == Operator::kTranspose) std::reverse(axes->begin(), axes->end());
  for (std::size_t i = 0; i < axes->size(); ++i) {
    auto& extent = (*axes)[i];
    if (extent) extent = extent_of_operator(call, *op, *extent, i);
  }
  return axes;
}

Axes Declarations::axes_of_product(const Call& call) const {
  const Axes kernel = axes_of(call.arguments[0]);
  const Axes signal = axes_of(call.arguments[1]);
  const std::optional<Mode> mode = plain_mode(call);
  if (!kernel || !signal || kernel->size() != signal->size() || !mode) {
    return unknown(kernel ? kernel : signal);
  }
  Extents result;
  for (std::size_t i = 0; i < kernel->size(); ++i) {
    const auto& k = (*kernel)[i];
    const auto& n = (*signal)[i];
    result.push_back(k && n ? extent_of_product(*k, *n, *mode) : std::nullopt);
  }
  return result;
}

std::unordered_set<std::string> Declarations::reached_from(const Expr& expr) const {
  std::unordered_set<std::string> reached;
  std::vector<const Expr*> open{&expr};
  while (!open.empty()) {
    const Expr* next = open.back();
    open.pop_back();
    walk(*next, [&](const Expr& e) {
      const auto* name = std::get_if<Name>(&e.node);
      if (name == nullptr || !reached.insert(name->name).second) return;
      if (const Known* known = find(name->name)) {
        open.insert(open.end(), known->values.begin(), known->values.end());
      }
    });
  }
  return reached;
}

bool Declarations::uses_function(const Expr& expr) const {
  bool found = false;
  walk(expr, [&](const Expr& e) {
    if (const auto* name = std::get_if<Name>(&e.node)) {
      const Known* known = name->kind == NameKind::kIndex ? nullptr : find(name->name);
      found = found || (known != nullptr && known->function);
    } else if (const auto* call = std::get_if<Call>(&e.node)) {
      const auto* op = std::get_if<Operator>(&call->callee);
      const auto* reading = std::get_if<ReadingName>(&call->callee);
      const Known* known = reading == nullptr ? nullptr : find(reading->name);
      found = found || (known != nullptr && known->function) ||
              (op != nullptr && (signature(*op).where == language::OperatorClass::kFunction ||
                                 signature(*op).where == language::OperatorClass::kPower));
    } else if (const auto* product = std::get_if<Product>(&e.node)) {
      for (const auto& step : product->rest) {
        found = found || (step.times == language::Times::kDivide && uses_tensor(step.factor));
      }
    }
  });
  return found;
}

bool Declarations::uses_tensor(const Expr& expr) const {
  bool found = false;
  walk(expr, [&](const Expr& e) {
    if (const auto* name = std::get_if<Name>(&e.node)) {
      found = found || name->kind == NameKind::kTensor || name->kind == NameKind::kScalar ||
              name->kind == NameKind::kSeed || name->kind == NameKind::kLet;
      const Known* known = name->kind == NameKind::kReading ? find(name->name) : nullptr;
      found = found || (known != nullptr && known->tensor);
    } else if (const auto* call = std::get_if<Call>(&e.node)) {
      const auto* op = std::get_if<Operator>(&call->callee);
      found = found || op == nullptr || signature(*op).where == language::OperatorClass::kTensors;
    } else {
      found = found || std::holds_alternative<language::Sum>(e.node);
    }
  });
  return found;
}

}  // namespace convproof::derivations::latex
