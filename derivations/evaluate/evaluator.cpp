#include "derivations/evaluate/evaluator.h"

#include <stdexcept>
#include <utility>

#include "core/errors.h"
#include "derivations/evaluate/failure.h"
#include "derivations/evaluate/functions.h"
#include "derivations/evaluate/operators.h"
#include "derivations/evaluate/questions.h"
#include "derivations/language/printer.h"

namespace convproof::derivations::evaluate {
namespace {

using language::Access;
using language::Addition;
using language::Call;
using language::Expr;
using language::Let;
using language::Name;
using language::NameKind;
using language::Negation;
using language::Operator;
using language::Option;
using language::OptionName;
using language::Product;
using language::Range;
using language::Sign;
using language::Sum;
using language::Times;

std::string quoted(const Expr& expr) {
  return text("`", print(expr), "`");
}

/// " (at t = 3)", for the end of a sentence; nothing without indices.
std::string at(const Names& names) {
  return names.indices.empty() ? "" : text(" (at ", text_of(names.indices), ")");
}

void require_size(Index size, const std::string& what) {
  if (size >= 0) return;
  throw IllFormed(text("expected a size of ", what, " that is not negative, found ", size));
}

/// How much a number takes to multiply.
std::uint64_t work_of_value(const EntryPolynomial& value) {
  return value.terms().size() + 1;
}
template <typename S>
std::uint64_t work_of_value(const S& /*value*/) {
  return 1;
}

}  // namespace

template <typename S>
Evaluator<S>::Evaluator(const language::File& file, const Sizes& sizes, EntryOf<S> entry_of,
                        std::uint64_t work)
    : file_(file), entry_of_(std::move(entry_of)), work_(work), names_(file, sizes) {
  for (const language::Statement& statement : file_.statements) {
    const auto* node = &statement.node;
    if (const auto* tensor = std::get_if<language::TensorStatement>(node)) {
      declared_[tensor->name] = &statement;
    } else if (const auto* seed = std::get_if<language::Seed>(node)) {
      declared_[seed->name] = &statement;
    } else if (const auto* let = std::get_if<Let>(node)) {
      declared_[let->name] = &statement;
    } else if (const auto* scalars = std::get_if<language::ScalarStatement>(node)) {
      for (const std::string& name : scalars->names) declared_[name] = &statement;
    }
  }
}

// ---------------------------------------------------------------- values

template <typename S>
std::uint64_t Evaluator<S>::work_of(const Number& number) {
  std::uint64_t work = work_of_value(number.value());
  for (const auto& part : number.parts()) work += work_of_value(part.coefficient);
  return work;
}

template <typename S>
Jet<S> Evaluator<S>::times(const Number& a, const Number& b) {
  spend(work_of(a) * work_of(b));
  return a * b;
}

template <typename S>
Value<S> Evaluator<S>::value_of(Elements array) const {
  if (array.rank() == 0) return {std::move(array.elements[0]), nullptr};
  return {Number(), std::make_shared<const Elements>(std::move(array))};
}

template <typename S>
std::shared_ptr<const Array<Jet<S>>> Evaluator<S>::array_of(const Value<S>& value) const {
  if (!value.is_number()) return value.array;
  Elements array{PerAxis()};
  array.elements[0] = value.number;
  return std::make_shared<const Elements>(std::move(array));
}

template <typename S>
Array<Jet<S>> Evaluator<S>::zeros(const PerAxis& sizes) {
  spend(static_cast<std::uint64_t>(count_of(sizes)));
  return Elements(sizes);
}

template <typename S>
template <typename F>
Value<S> Evaluator<S>::elementwise(const Expr& expr, const Value<S>& a, const Value<S>& b,
                                   const F& combine) {
  if (a.is_number() && b.is_number()) return {combine(a.number, b.number), nullptr};
  const PerAxis sizes = a.is_number() ? b.sizes() : a.sizes();
  if (!a.is_number() && !b.is_number() && b.sizes() != sizes) {
    const std::string why = text("expected arrays of the same sizes in ", quoted(expr), ", found ",
                                 shape_text(sizes), " and ", shape_text(b.sizes()), at(names_));
    if (b.sizes().size() != sizes.size()) throw CannotBeRead(why);
    throw IllFormed(why);
  }
  Elements result = zeros(sizes);
  for (std::size_t i = 0; i < result.elements.size(); ++i) {
    const Number& x = a.is_number() ? a.number : a.element(i);
    const Number& y = b.is_number() ? b.number : b.element(i);
    result.elements[i] = combine(x, y);
  }
  return value_of(std::move(result));
}

template <typename S>
template <typename F>
Value<S> Evaluator<S>::each_element(const Value<S>& of, const F& change) {
  if (of.is_number()) return {change(of.number), nullptr};
  Elements result = zeros(of.sizes());
  for (std::size_t i = 0; i < result.elements.size(); ++i) {
    result.elements[i] = change(of.element(i));
  }
  return value_of(std::move(result));
}

// ---------------------------------------------------------------- names

template <typename S>
Value<S> Evaluator<S>::value_of_name(const Name& name) {
  switch (name.kind) {
    case NameKind::kSize:
    case NameKind::kConstant:
    case NameKind::kEach:
    case NameKind::kIndex: {
      const std::optional<Index> whole = names_.whole(name.name);
      return {Number(whole ? S(*whole) : S(names_.value(name.name))), nullptr};
    }
    case NameKind::kReading:
      throw std::invalid_argument(
          text("expected a text without readings, found the reading ", name.name));
    default: return value_of_declared(name.name);
  }
}

template <typename S>
Value<S> Evaluator<S>::value_of_declared(const std::string& name) {
  if (const auto varied = frame_->varied.find(name); varied != frame_->varied.end()) {
    return varied->second;
  }
  const auto declared = declared_.find(name);
  if (declared == declared_.end()) {
    throw std::invalid_argument(text("expected a declared name, found ", name));
  }
  const auto* let = std::get_if<Let>(&declared->second->node);
  auto& known = let == nullptr ? leaves_ : frame_->lets;
  if (const auto found = known.find(name); found != known.end()) return found->second;
  const WithoutIndices elsewhere(names_);
  const auto* tensor = std::get_if<language::TensorStatement>(&declared->second->node);
  const auto* seed = std::get_if<language::Seed>(&declared->second->node);
  Value<S> value = let != nullptr      ? declared_let(*let)
                   : tensor != nullptr ? declared_tensor(*tensor)
                   : seed != nullptr   ? declared_seed(*seed)
                                       : entries(name, Elements(PerAxis()));
  known.insert_or_assign(name, value);
  return value;
}

/// Fills an array with the entries of a tensor.
template <typename S>
Value<S> Evaluator<S>::entries(const std::string& name, Elements array) {
  PerAxis subscripts(array.rank());
  std::size_t i = 0;
  for_each_position(array.sizes, [&](const PerAxis& position) {
    for (std::size_t axis = 0; axis < subscripts.size(); ++axis) {
      subscripts[axis] = position[axis] + array.from[axis];
    }
    array.elements[i++] = Number(entry_of_(name, subscripts));
  });
  return value_of(std::move(array));
}

template <typename S>
Value<S> Evaluator<S>::declared_tensor(const language::TensorStatement& tensor) {
  PerAxis sizes;
  for (const Expr& size : tensor.sizes) {
    sizes.push_back(whole_at(size, names_));
    require_size(sizes.back(), tensor.name);
  }
  Elements array = zeros(sizes);
  for (std::size_t axis = 0; axis < tensor.from.size(); ++axis) {
    array.from[axis] = whole_at(tensor.from[axis], names_);
  }
  array.zero = tensor.zero;
  return entries(tensor.name, std::move(array));
}

template <typename S>
Value<S> Evaluator<S>::declared_seed(const language::Seed& seed) {
  const Value<S> like = shape_only({}, seed.like);
  if (like.is_number()) return entries(seed.name, Elements(PerAxis()));
  Elements array = zeros(like.sizes());
  array.from = like.array->from;
  return entries(seed.name, std::move(array));
}

template <typename S>
Value<S> Evaluator<S>::declared_let(const Let& let) {
  if (!let.ranges.empty()) return stacked(let);
  Value<S> value = evaluate(let.value);
  if (value.is_number() || !value.array->zero) return value;
  // Zeros around an array are said in its own statement; this one says nothing.
  Elements array = *value.array;
  array.zero = false;
  return value_of(std::move(array));
}

template <typename S>
PerAxis Evaluator<S>::sizes_of_ranges(const Let& let, PerAxis& from) {
  PerAxis sizes;
  const std::size_t outer = names_.indices.size();
  for (const Range& range : let.ranges) {
    const Index lower = whole_at(range.lower, names_);
    sizes.push_back(whole_at(range.upper, names_) - lower + 1);
    from.push_back(lower);
    require_size(sizes.back(), let.name);
    names_.indices.emplace_back(range.name, lower);
  }
  names_.indices.resize(outer);
  return sizes;
}

/// With the indices of the ranges bound: an array has the same limits for all of them.
template <typename S>
void Evaluator<S>::require_rectangle(const Let& let, const PerAxis& sizes, const PerAxis& from) {
  for (std::size_t axis = 0; axis < sizes.size(); ++axis) {
    const Index lower = whole_at(let.ranges[axis].lower, names_);
    const Index upper = whole_at(let.ranges[axis].upper, names_);
    if (lower == from[axis] && upper - lower + 1 == sizes[axis]) continue;
    throw IllFormed(text("expected the same limits of ", let.ranges[axis].name, " everywhere in ",
                         let.name, ", found ", lower, "..", upper, at(names_)));
  }
}

template <typename S>
Value<S> Evaluator<S>::stacked(const Let& let) {
  PerAxis from;
  const PerAxis leading = sizes_of_ranges(let, from);
  const bool is_empty = count_of(leading) == 0;
  std::optional<Value<S>> first;
  if (is_empty || frame_->shapes_only) first = shape_only(let.ranges, let.value);
  std::vector<Number> elements;
  const auto add = [&](const PerAxis& position) {
    spend(1);
    const WithoutIndices elsewhere(names_);
    for (std::size_t axis = 0; axis < leading.size(); ++axis) {
      names_.indices.emplace_back(let.ranges[axis].name, from[axis] + position[axis]);
    }
    require_rectangle(let, leading, from);
    const Value<S> value = evaluate(let.value);
    if (!first) first = value;
    if (value.sizes() != first->sizes()) {
      throw IllFormed(text("expected the same sizes of ", let.name, " for all indices, found ",
                           shape_text(first->sizes()), ", and ", shape_text(value.sizes()),
                           at(names_)));
    }
    for (std::size_t i = 0; i < value.count(); ++i) elements.push_back(value.element(i));
  };
  if (!frame_->shapes_only) for_each_position(leading, add);
  PerAxis sizes = leading;
  for (const Index size : first->sizes()) sizes.push_back(size);
  if (!first->is_number()) {
    from.insert(from.end(), first->array->from.begin(), first->array->from.end());
  }
  Elements array = zeros(sizes);
  if (!elements.empty()) array.elements = std::move(elements);
  array.from = from;
  array.zero = let.zero;
  return value_of(std::move(array));
}

// ---------------------------------------------------------------- expressions

template <typename S>
Evaluator<S>::Deeper::Deeper(int& depth) : depth_(depth) {
  constexpr int kDeepest = 1'000;
  if (depth == kDeepest) {
    throw TooLarge(text("expected at most ", kDeepest,
                        " expressions within each other, through lets, found more"));
  }
  ++depth;
}

template <typename S>
Value<S> Evaluator<S>::evaluate(const Expr& expr) {
  spend(1);
  const Deeper deeper(depth_);
  if (const auto* number = std::get_if<language::Number>(&expr.node)) {
    return {Number(S(number->value)), nullptr};
  }
  if (const auto* name = std::get_if<Name>(&expr.node)) return value_of_name(*name);
  if (const auto* negation = std::get_if<Negation>(&expr.node)) {
    return each_element(evaluate(*negation->of), [](const Number& x) { return -x; });
  }
  if (const auto* addition = std::get_if<Addition>(&expr.node)) return sum(expr, *addition);
  if (const auto* factors = std::get_if<Product>(&expr.node)) return product(expr, *factors);
  if (const auto* element = std::get_if<Access>(&expr.node)) return access(expr, *element);
  if (const auto* over = std::get_if<Sum>(&expr.node)) return sum_over(expr, *over);
  return call(expr, std::get<Call>(expr.node));
}

template <typename S>
Value<S> Evaluator<S>::sum(const Expr& expr, const Addition& addition) {
  Value<S> total = evaluate(*addition.first);
  for (const Addition::Step& step : addition.rest) {
    const bool plus = step.sign == Sign::kPlus;
    total = elementwise(expr, total, evaluate(step.term), [&](const Number& a, const Number& b) {
      spend(work_of(b));
      return plus ? a + b : a - b;
    });
  }
  return total;
}

template <typename S>
Value<S> Evaluator<S>::product(const Expr& expr, const Product& product) {
  Value<S> total = evaluate(*product.first);
  for (const Product::Step& step : product.rest) {
    if (step.times == Times::kDivide) {
      const Number by = divisor(step.factor);
      total = each_element(total, [&](const Number& x) {
        spend(work_of(x) * work_of(by));
        return x / by;
      });
      continue;
    }
    const Value<S> factor = evaluate(step.factor);
    if (step.times == Times::kTimes && !total.is_number() && !factor.is_number()) {
      throw CannotBeRead(text("expected a number times an array in ", quoted(expr),
                              ", found a product of arrays ", shape_text(total.sizes()), " and ",
                              shape_text(factor.sizes()), at(names_)));
    }
    total = elementwise(expr, total, factor,
                        [this](const Number& a, const Number& b) { return times(a, b); });
  }
  return total;
}

template <typename S>
Jet<S> Evaluator<S>::divisor(const Expr& expr) {
  const Value<S> by = evaluate(expr);
  if (!by.is_number()) {
    throw CannotBeRead(text("expected a number as a divisor, found ", quoted(expr), " of sizes ",
                            shape_text(by.sizes()), at(names_)));
  }
  if (!by.number.value().is_zero()) return by.number;
  if (frame_->shapes_only) return Number(S(Index{1}));
  const std::string why =
      text("expected a divisor other than 0, found ", quoted(expr), " = 0", at(names_));
  // At points, it may be the point that makes it 0.
  if constexpr (std::is_same_v<S, Rational> || std::is_same_v<S, Ball>) throw OutsideDomain(why);
  throw IllFormed(why);
}

template <typename S>
Value<S> Evaluator<S>::access(const Expr& expr, const Access& access) {
  const Value<S> of = evaluate(*access.of);
  const std::size_t given = access.subscripts.size();
  if (of.sizes().size() < given) {
    throw CannotBeRead(text("expected at most ", of.sizes().size(), " subscripts in ", quoted(expr),
                            ", found ", given, at(names_)));
  }
  const Elements& array = *of.array;
  bool inside = true;
  Index start = 0;
  for (std::size_t axis = 0; axis < given; ++axis) {
    const Index subscript = whole_at(access.subscripts[axis], names_);
    const Index first = array.from[axis];
    const Index position = subscript - first;
    if (position >= 0 && position < array.sizes[axis]) {
      start = start * array.sizes[axis] + position;
      continue;
    }
    inside = false;
    if (array.zero || frame_->shapes_only) continue;
    throw IllFormed(text("expected subscript ", axis + 1, " of ", quoted(expr), " in ", first, "..",
                         first + array.sizes[axis] - 1, ", found ", subscript, at(names_)));
  }
  const auto rest = static_cast<std::ptrdiff_t>(given);
  Elements result = zeros(PerAxis(array.sizes.begin() + rest, array.sizes.end()));
  result.from.assign(array.from.begin() + rest, array.from.end());
  result.zero = array.zero;
  if (inside) {
    const std::size_t offset = static_cast<std::size_t>(start) * result.elements.size();
    for (std::size_t i = 0; i < result.elements.size(); ++i) {
      result.elements[i] = array.elements[offset + i];
    }
  }
  return value_of(std::move(result));
}

template <typename S>
Value<S> Evaluator<S>::sum_over(const Expr& expr, const Sum& sum) {
  std::optional<Value<S>> total;
  const auto add_term = [&] {
    spend(1);
    for (const language::Comparison& condition : sum.where) {
      if (!holds(condition, names_)) return;
    }
    Value<S> term = evaluate(*sum.term);
    if (total && total->sizes() != term.sizes()) {
      throw IllFormed(text("expected terms of the same sizes in ", quoted(expr), ", found ",
                           shape_text(total->sizes()), " and ", shape_text(term.sizes()),
                           at(names_)));
    }
    const auto add = [&](const Number& a, const Number& b) {
      spend(work_of(b));
      return a + b;
    };
    // The first one is a sum, too, and counts from 1.
    total = total ? elementwise(expr, *total, term, add)
                  : each_element(term, [](const Number& x) { return x; });
  };
  if (!frame_->shapes_only) for_each_index(sum.ranges, add_term);
  if (total) return *std::move(total);
  return each_element(shape_only(sum.ranges, *sum.term), [](const Number&) { return Number(); });
}

/// An array of the sizes that `of` has at the lower limits of the ranges; its elements mean
/// nothing, and it may read outside.
template <typename S>
Value<S> Evaluator<S>::shape_only(const std::vector<Range>& ranges, const Expr& of) {
  const InFrame here(*this, shapes_frame());
  return shape_from(0, ranges, of);
}

template <typename S>
Value<S> Evaluator<S>::shape_from(std::size_t first, const std::vector<Range>& ranges,
                                  const Expr& of) {
  if (first == ranges.size()) return evaluate(of);
  const Range& range = ranges[first];
  const BoundIndex bound(names_, range.name, whole_at(range.lower, names_));
  return shape_from(first + 1, ranges, of);
}

template <typename S>
typename Evaluator<S>::Frame& Evaluator<S>::shapes_frame() {
  if (frame_->shapes_only) return *frame_;
  if (frame_->shapes == nullptr) {
    frame_->shapes = std::make_unique<Frame>();
    frame_->shapes->level = frame_->level;
    frame_->shapes->shapes_only = true;
    frame_->shapes->varied = frame_->varied;
  }
  return *frame_->shapes;
}

// ---------------------------------------------------------------- calls

template <typename S>
bool Evaluator<S>::is_closed(const Expr& expr) {
  const auto [known, is_new] = closed_.try_emplace(&expr, false);
  if (is_new) known->second = !has_free_indices(expr);
  return known->second;
}

/// What has no free index is evaluated once in each frame, not once for each index around it.
template <typename S>
Value<S> Evaluator<S>::call(const Expr& expr, const Call& call) {
  if (!is_closed(expr)) return called(expr, call);
  Frame& frame = *frame_;
  if (const auto known = frame.calls.find(&expr); known != frame.calls.end()) return known->second;
  Value<S> value = called(expr, call);
  frame.calls.insert_or_assign(&expr, value);
  return value;
}

template <typename S>
Value<S> Evaluator<S>::called(const Expr& expr, const Call& call) {
  const auto* callee = std::get_if<Operator>(&call.callee);
  if (callee == nullptr) throw std::invalid_argument("expected a text without readings");
  const Operator op = *callee;
  const auto argument = [&](std::size_t i) { return evaluate(call.arguments.at(i)); };
  switch (op) {
    case Operator::kConv:
    case Operator::kXcorr: return sliding(op, call);
    case Operator::kBlocksum: return sums_of_blocks(call);
    case Operator::kOnes: return ones(call);
    case Operator::kSum: return total(argument(0));
    case Operator::kGrad: return gradient(expr, call);
    case Operator::kJacobian: return jacobian(call);
    case Operator::kFloor:
    case Operator::kCeil:
    case Operator::kMod:
    case Operator::kMin:
    case Operator::kMax: return {Number(S(number_at(expr, names_))), nullptr};
    case Operator::kSoftmax:
    case Operator::kLogsoftmax: return softmax(argument(0), op == Operator::kLogsoftmax);
    case Operator::kPow:
      return elementwise(expr, argument(0), argument(1),
                         [](const Number& x, const Number& y) { return power_of(x, y); });
    default: break;
  }
  if (language::signature(op).where == language::OperatorClass::kFunction) {
    return each_element(argument(0), [op](const Number& x) { return function_at(op, x); });
  }
  return rearrange(op, call);
}

template <typename S>
std::vector<Index> Evaluator<S>::whole_arguments(const Call& call, std::size_t first) {
  std::vector<Index> numbers;
  for (std::size_t i = first; i < call.arguments.size(); ++i) {
    numbers.push_back(whole_at(call.arguments[i], names_));
  }
  return numbers;
}

template <typename S>
Value<S> Evaluator<S>::rearrange(Operator op, const Call& call) {
  const auto of = array_of(evaluate(call.arguments.at(0)));
  const Rearrangement by = rearrangement(op, of->sizes, whole_arguments(call, 1));
  spend(static_cast<std::uint64_t>(count_of(by.sizes)));
  return value_of(rearranged(*of, by));
}

template <typename S>
Value<S> Evaluator<S>::sums_of_blocks(const Call& call) {
  const auto of = array_of(evaluate(call.arguments.at(0)));
  spend(of->elements.size());
  return value_of(block_sums(*of, blocks(of->sizes, whole_arguments(call, 1))));
}

template <typename S>
Value<S> Evaluator<S>::sliding(Operator op, const Call& call) {
  const auto kernel = array_of(evaluate(call.arguments.at(0)));
  const auto signal = array_of(evaluate(call.arguments.at(1)));
  WindowOptions options;
  for (const Option& option : call.options) {
    if (option.name == OptionName::kMode) {
      options.mode = std::get<language::Mode>(option.value);
      continue;
    }
    auto& numbers = option.name == OptionName::kStride     ? options.stride
                    : option.name == OptionName::kDilation ? options.dilation
                                                           : options.pad;
    for (const Expr& value : std::get<Option::Values>(option.value)) {
      numbers.push_back(whole_at(value, names_));
    }
  }
  const Windows by = windows(op, kernel->sizes, signal->sizes, options);
  spend(static_cast<std::uint64_t>(count_of(by.sizes)));
  return value_of(slide(*kernel, *signal, by, op == Operator::kConv,
                        [this](const Number& a, const Number& b) { return times(a, b); }));
}

template <typename S>
Value<S> Evaluator<S>::ones(const Call& call) {
  PerAxis sizes;
  const auto* shape = std::get_if<Call>(&call.arguments.at(0).node);
  if (shape != nullptr &&
      shape->callee == std::variant<Operator, language::ReadingName>(Operator::kShape)) {
    sizes = shape_only({}, shape->arguments.at(0)).sizes();
  } else {
    sizes = whole_arguments(call, 0);
  }
  for (const Index size : sizes) require_size(size, "ones");
  Elements result = zeros(sizes);
  for (Number& element : result.elements) element = Number(S(Index{1}));
  return value_of(std::move(result));
}

template <typename S>
Value<S> Evaluator<S>::total(const Value<S>& of) {
  Number sum;
  for (std::size_t i = 0; i < of.count(); ++i) {
    spend(work_of(of.element(i)));
    sum = sum + of.element(i);
  }
  return {std::move(sum), nullptr};
}

/// exp(x_i) / sum_j exp(x_j), or its logarithm x_i - log(sum_j exp(x_j)).
template <typename S>
Value<S> Evaluator<S>::softmax(const Value<S>& of, bool logarithm) {
  const Value<S> powers =
      each_element(of, [](const Number& x) { return function_at(Operator::kExp, x); });
  const Number sum = total(powers).number;
  if (of.count() == 0) return of;
  if (!logarithm) return each_element(powers, [&](const Number& x) { return x / sum; });
  const Number log_sum = function_at(Operator::kLog, sum);
  return each_element(of, [&](const Number& x) { return x - log_sum; });
}

// ---------------------------------------------------------------- gradients

template <typename S>
PerAxis Evaluator<S>::vary_slice(const Expr& by, const Access* slice, Elements& array) {
  const std::size_t given = slice == nullptr ? 0 : slice->subscripts.size();
  if (given > array.rank()) {
    throw CannotBeRead(text("expected at most ", array.rank(), " subscripts in ", quoted(by),
                            ", found ", given, at(names_)));
  }
  PerAxis sizes(array.sizes.begin() + static_cast<std::ptrdiff_t>(given), array.sizes.end());
  // Finds out whether the slice is inside.
  if (slice != nullptr) (void)access(by, *slice);
  PerAxis position(array.rank(), 0);
  for (std::size_t axis = 0; axis < given; ++axis) {
    position[axis] = whole_at(slice->subscripts[axis], names_) - array.from[axis];
    if (position[axis] < 0 || position[axis] >= array.sizes[axis]) return sizes;
  }
  std::size_t i = 0;
  for_each_position(sizes, [&](const PerAxis& within) {
    for (std::size_t axis = 0; axis < within.size(); ++axis) position[given + axis] = within[axis];
    Number& element = array.at(position);
    element = element.varied(infinitesimal(frame_->level, i++));
  });
  return sizes;
}

template <typename S>
typename Evaluator<S>::Varied Evaluator<S>::vary(const Expr& of, const Expr& by) {
  const auto* slice = std::get_if<Access>(&by.node);
  const auto* name = std::get_if<Name>(slice == nullptr ? &by.node : &slice->of->node);
  if (name == nullptr) {
    throw CannotBeRead(
        text("expected a tensor to differentiate by, found ", quoted(by), at(names_)));
  }
  Elements array = *array_of(value_of_name(*name));
  spend(array.elements.size());
  Varied result;
  result.sizes = vary_slice(by, slice, array);
  result.level = frame_->level;
  Frame inner;
  inner.level = frame_->level + 1;
  inner.shapes_only = frame_->shapes_only;
  inner.varied = frame_->varied;
  inner.varied.insert_or_assign(name->name, value_of(std::move(array)));
  const InFrame within(*this, inner);
  result.of = evaluate(of);
  return result;
}

template <typename S>
Value<S> Evaluator<S>::gradient(const Expr& expr, const Call& call) {
  const Value<S> seed = evaluate(call.arguments.at(2));
  const Varied varied = vary(call.arguments[0], call.arguments[1]);
  const PerAxis sizes = varied.of.sizes();
  if (seed.sizes() != sizes) {
    const std::string why = text("expected a factor of sizes ", shape_text(sizes), " in ",
                                 quoted(expr), ", found ", shape_text(seed.sizes()), at(names_));
    if (seed.sizes().size() != sizes.size()) throw CannotBeRead(why);
    throw IllFormed(why);
  }
  Elements result = zeros(varied.sizes);
  for (std::size_t o = 0; o < varied.of.count(); ++o) {
    varied.of.element(o).for_each_derivative(
        varied.level, [&](std::size_t t, const Number& derivative) {
          result.elements[t] = result.elements[t] + times(seed.element(o), derivative);
        });
  }
  return value_of(std::move(result));
}

template <typename S>
Value<S> Evaluator<S>::jacobian(const Call& call) {
  const Varied varied = vary(call.arguments.at(0), call.arguments.at(1));
  PerAxis sizes = varied.of.sizes();
  sizes.insert(sizes.end(), varied.sizes.begin(), varied.sizes.end());
  Elements result = zeros(sizes);
  const auto row = static_cast<std::size_t>(count_of(varied.sizes));
  for (std::size_t o = 0; o < varied.of.count(); ++o) {
    varied.of.element(o).for_each_derivative(varied.level,
                                             [&](std::size_t t, const Number& derivative) {
                                               Number& element = result.elements[o * row + t];
                                               element = element + derivative;
                                             });
  }
  return value_of(std::move(result));
}

template class Evaluator<Residue>;
template class Evaluator<EntryPolynomial>;
template class Evaluator<Rational>;
template class Evaluator<Ball>;

}  // namespace convproof::derivations::evaluate
