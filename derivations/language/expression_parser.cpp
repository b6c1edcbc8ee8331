#include "derivations/language/expression_parser.h"

#include <algorithm>
#include <utility>

namespace convproof::derivations::language {
namespace {

bool without_tensors(Context context) {
  return context == Context::kConstant || context == Context::kSize ||
         context == Context::kArithmetic || context == Context::kIndex;
}

/// What may stand where tensors may not.
std::string parts_of(Context context) {
  switch (context) {
    case Context::kConstant: return "a number or a constant";
    case Context::kIndex: return "a number, a constant, a size or an index";
    default: return "a number, a constant or a size";
  }
}

bool may_stand(NameKind kind, Context context) {
  switch (kind) {
    case NameKind::kConstant:
    case NameKind::kEach: return true;
    case NameKind::kSize: return context != Context::kConstant;
    case NameKind::kIndex: return !without_tensors(context) || context == Context::kIndex;
    default: return !without_tensors(context);
  }
}

/// Of a sum or a product; a number goes with everything.
Rank together(Rank a, Rank b) {
  if (a == b || b == 0) return a;
  return a == 0 ? b : std::nullopt;
}

Rational rational_of(std::string_view decimal) {
  const std::size_t point = decimal.find('.');
  std::string digits(decimal.substr(0, point));
  Rational denominator = 1;
  if (point != std::string_view::npos) {
    const std::string_view places = decimal.substr(point + 1);
    digits += places;
    denominator = Rational("1" + std::string(places.size(), '0'));
  }
  // Without leading zeros, which could be taken for another base.
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size() - 1));
  return Rational(digits) / denominator;
}

constexpr std::pair<std::string_view, Relation> kRelations[] = {
    {"==", Relation::kEqual},     {"!=", Relation::kNotEqual}, {"<", Relation::kLess},
    {"<=", Relation::kLessEqual}, {">", Relation::kGreater},   {">=", Relation::kGreaterEqual},
};

}  // namespace

// ---------------------------------------------------------------- names

Token ExpressionParser::new_name() {
  const Token word = take_word("a name");
  scope_.check_new(word);
  return word;
}

bool ExpressionParser::contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void ExpressionParser::add_index_of_reading(std::vector<std::string>& names, const Token& word) {
  if (contains(names, std::string(word.text))) return;
  if (uses_.open.size() + uses_.bound.size() == kMostIndicesOfReading) {
    fail(word.span.begin, text("at most ", kMostIndicesOfReading, " indices in a reading"),
         "one more");
  }
  names.emplace_back(word.text);
}

void ExpressionParser::bind(const Token& word) {
  scope_.bind(word);
  bound_.emplace_back(word.text);
  if (!in_reading_) return;
  if (contains(uses_.open, std::string(word.text))) {
    fail(word.span.begin, "a new name",
         in_quotes(word.text) + ", which is an index that this reading leaves open");
  }
  add_index_of_reading(uses_.bound, word);
}

Range ExpressionParser::range() {
  const Token word = take_word("an index");
  scope_.check_new(word);
  Range range = limits(word, Context::kIndex);
  bind(word);
  return range;
}

Range ExpressionParser::limits(const Token& word, Context context) {
  expect("in");
  Expr lower = expression(context).expr;
  expect("..");
  Expr upper = expression(context).expr;
  return {
      std::string(word.text), std::move(lower), std::move(upper), {word.span.begin, end_of_last()}};
}

std::vector<Range> ExpressionParser::ranges() {
  return list([this] { return range(); }, kLongestList);
}

std::vector<Range> ExpressionParser::optional_ranges() {
  if (!accept("[")) return {};
  std::vector<Range> result = ranges();
  expect_end_of_list("]");
  return result;
}

// ---------------------------------------------------------------- expressions

Parsed ExpressionParser::expression(Context context) {
  const Nesting nesting(*this);
  const Place begin = peek().span.begin;
  Parsed first = term(context);
  if (!is("+") && !is("-")) return first;
  Rank rank = first.rank;
  Addition addition{std::move(first.expr), {}};
  while (is("+") || is("-")) {
    const Sign sign = take().text == "+" ? Sign::kPlus : Sign::kMinus;
    Parsed next = term(context);
    rank = together(rank, next.rank);
    addition.rest.push_back({sign, std::move(next.expr)});
  }
  return {{std::move(addition), {begin, end_of_last()}}, rank};
}

Parsed ExpressionParser::term(Context context) {
  const Place begin = peek().span.begin;
  Parsed first = factor(context);
  if (!is("*") && !is(".*") && !is("/")) return first;
  Rank rank = first.rank;
  Product product{std::move(first.expr), {}};
  while (is("*") || is(".*") || is("/")) {
    const std::string_view sign = take().text;
    const Times times = sign == "*"   ? Times::kTimes
                        : sign == "/" ? Times::kDivide
                                      : Times::kHadamard;
    Parsed next = times == Times::kDivide ? divisor(context) : factor(context);
    rank = together(rank, next.rank);
    product.rest.push_back({times, std::move(next.expr)});
  }
  return {{std::move(product), {begin, end_of_last()}}, rank};
}

Parsed ExpressionParser::divisor(Context context) {
  if (context == Context::kPolynomial) return factor(Context::kIndex);
  std::string before = std::exchange(uses_.tensor, "");
  Parsed result = factor(context);
  if (!uses_.tensor.empty()) uses_function("a division by " + uses_.tensor);
  if (!before.empty()) uses_.tensor = std::move(before);
  return result;
}

Parsed ExpressionParser::factor(Context context) {
  const Place begin = peek().span.begin;
  if (accept("-")) {
    const Nesting nesting(*this);
    Parsed of = factor(context);
    return {{Negation{std::move(of.expr)}, {begin, end_of_last()}}, of.rank};
  }
  if (is("sum") && is("(", 1) && is_word(2) && is("in", 3)) return sum(context);
  return primary(context);
}

Parsed ExpressionParser::sum(Context context) {
  const Place begin = peek().span.begin;
  if (without_tensors(context)) fail_here(parts_of(context));
  at_ += 2;
  const Nesting nesting(*this);
  const Binding binding(*this);
  std::vector<Range> over = ranges();
  std::vector<Comparison> where;
  if (accept("where")) where = list([this] { return comparison(Context::kIndex); });
  expect_end_of_list(")");
  Parsed of = term(context);
  return {{Sum{std::move(over), std::move(where), std::move(of.expr)}, {begin, end_of_last()}},
          of.rank};
}

Parsed ExpressionParser::primary(Context context) {
  const Token token = peek();
  if (token.kind == TokenKind::kNumber) {
    ++at_;
    return {{Number{rational_of(token.text)}, token.span}, 0};
  }
  if (token.kind == TokenKind::kWord) {
    return subscripted(is("(", 1) ? call(context) : name(context));
  }
  if (!accept("(")) fail_here(without_tensors(context) ? parts_of(context) : "an expression");
  Parsed inner = expression(context);
  expect(")");
  return subscripted(std::move(inner));
}

Parsed ExpressionParser::subscripted(Parsed of) {
  if (!is("[")) return of;
  if (of.rank == 0) fail_here("no subscript of what has no axes");
  const Place begin = of.expr.span.begin;
  ++at_;
  std::vector<Expr> subscripts =
      list([this] { return expression(Context::kIndex).expr; }, kLongestList);
  expect_end_of_list("]");
  const auto count = static_cast<int>(subscripts.size());
  if (of.rank && count > *of.rank) {
    fail(subscripts[static_cast<std::size_t>(*of.rank)].span.begin,
         text("at most ", *of.rank, " subscript", *of.rank == 1 ? "" : "s"), text(count));
  }
  if (of.rank) *of.rank -= count;
  return {{Access{std::move(of.expr), std::move(subscripts)}, {begin, end_of_last()}}, of.rank};
}

void ExpressionParser::uses_tensor(const std::string& name) {
  if (uses_.tensor.empty()) uses_.tensor = name;
}

void ExpressionParser::uses_function(const std::string& name) {
  if (uses_.function.empty()) uses_.function = name;
}

Parsed ExpressionParser::name(Context context) {
  const Token word = take();
  const std::string name(word.text);
  if (is_keyword(name) || find_operator(name) != nullptr || find_mode(name)) {
    fail(word.span.begin, without_tensors(context) ? parts_of(context) : "an expression",
         in_quotes(name) + ", which is a word of the language");
  }
  const Declared* known = scope_.find(name);
  if (known == nullptr) {
    require_open_index(word);
    return {{Name{name, NameKind::kIndex}, word.span}, 0};
  }
  if (known->kind == NameKind::kReading) {
    use_reading(word, *known, context);
  } else if (!may_stand(known->kind, context)) {
    fail(word.span.begin, parts_of(context), in_quotes(name) + ", which is " + a(known->kind));
  }
  use(word, *known, context);
  return {{Name{name, known->kind}, word.span}, known->rank};
}

void ExpressionParser::require_open_index(const Token& word) {
  const std::string name(word.text);
  if (scope_.was_bound(name)) {
    fail(word.span.begin, "a name that is known here",
         in_quotes(name) + ", which is bound in another part of the statement");
  }
  if (!in_reading_) {
    fail(word.span.begin, "a declared name", in_quotes(name) + ", which nothing above declares");
  }
  add_index_of_reading(uses_.open, word);
}

void ExpressionParser::use(const Token& word, const Declared& known, Context context) {
  if (!known.uses.function.empty()) {
    if (context == Context::kPolynomial) {
      fail(word.span.begin, "a polynomial (or a numeric claim)",
           text(in_quotes(word.text), ", which uses ", known.uses.function));
    }
    uses_function(known.uses.function);
  }
  const bool is_tensor = known.kind == NameKind::kTensor || known.kind == NameKind::kScalar ||
                         known.kind == NameKind::kSeed || known.kind == NameKind::kLet;
  if (is_tensor || !known.uses.tensor.empty()) uses_tensor(in_quotes(word.text));
}

void ExpressionParser::use_reading(const Token& word, const Declared& reading, Context context) {
  const Place place = word.span.begin;
  if (reading.sort != ReadingSort::kExpressions) {
    fail(place, "an expression",
         text(in_quotes(word.text), ", which is a reading of ",
              reading.sort == ReadingSort::kModes ? "modes" : "operators"));
  }
  const Uses& uses = reading.uses;
  if (without_tensors(context)) {
    const std::string with = !uses.tensor.empty()     ? uses.tensor
                             : !uses.function.empty() ? uses.function
                             : !uses.bound.empty()    ? "a sum"
                             : !uses.open.empty() && context != Context::kIndex
                                 ? in_quotes(uses.open[0])
                                 : "";
    if (!with.empty() || context == Context::kConstant) {
      fail(place, parts_of(context),
           text(in_quotes(word.text), ", which is a reading", with.empty() ? "" : " with ", with));
    }
  }
  bind_indices_of(word, uses);
}

void ExpressionParser::bind_indices_of(const Token& word, const Uses& uses) {
  for (const std::string& open : uses.open) {
    const Declared* index = scope_.find(open);
    if (index != nullptr && index->kind == NameKind::kIndex) continue;
    if (index == nullptr && in_reading_ && !scope_.was_bound(open)) {
      add_index_of_reading(uses_.open, {TokenKind::kWord, open, word.span});
      continue;
    }
    fail(word.span.begin,
         text("an index ", in_quotes(open), " for the reading ", in_quotes(word.text)),
         index == nullptr ? "none" : a(index->kind));
  }
  for (const std::string& bound : uses.bound) {
    if (const Declared* known = scope_.find(bound)) {
      fail(word.span.begin,
           text("no ", in_quotes(bound), " where the reading ", in_quotes(word.text), " binds it"),
           a(known->kind));
    }
    if (in_reading_) {
      add_index_of_reading(uses_.bound, {TokenKind::kWord, bound, word.span});
    }
  }
}

// ---------------------------------------------------------------- calls

std::vector<const Signature*> ExpressionParser::operators_of(const Token& word) const {
  if (const Signature* op = find_operator(word.text)) return {op};
  const Declared* known = scope_.find(std::string(word.text));
  if (known != nullptr && known->sort == ReadingSort::kOperators) return known->operators;
  fail(word.span.begin, "an operator",
       text(in_quotes(word.text),
            known == nullptr ? ", which nothing above declares" : ", which is " + what_is(*known)));
}

std::string ExpressionParser::what_is(const Declared& known) {
  if (known.kind != NameKind::kReading) return a(known.kind);
  return known.sort == ReadingSort::kModes ? "a reading of modes" : "a reading of expressions";
}

void ExpressionParser::check_place(const Token& word, const Signature& op, Context context) {
  if (op.where == OperatorClass::kIntegers) return;
  if (op.where == OperatorClass::kPower && context == Context::kArithmetic) return;
  if (without_tensors(context)) {
    fail(word.span.begin, parts_of(context), "the operator " + in_quotes(op.name));
  }
  if (op.where == OperatorClass::kTensors) return uses_tensor(in_quotes(op.name));
  if (context == Context::kPolynomial) {
    fail(word.span.begin, "a polynomial (or a numeric claim)",
         "the function " + in_quotes(op.name));
  }
  uses_function(in_quotes(op.name));
}

Parsed ExpressionParser::call(Context context) {
  const Token word = take();
  const std::vector<const Signature*> meant = operators_of(word);
  const Signature& op = *meant.front();  // The others take as many tensors.
  if (op.op == Operator::kShape) {
    fail(word.span.begin, "'shape' only in ones(shape(T))", "it here");
  }
  for (const Signature* each : meant) check_place(word, *each, context);
  expect("(");
  Call call{Operator{}, {}, {}};
  if (find_operator(word.text) != nullptr) {
    call.callee = op.op;
  } else {
    call.callee = ReadingName{std::string(word.text)};
  }
  if (op.op == Operator::kOnes && is("shape") && is("(", 1)) {
    const Rank rank = shape_of(call, context);
    return {{std::move(call), {word.span.begin, end_of_last()}}, rank};
  }
  std::vector<Rank> ranks;
  if (!accept(")")) {
    arguments(call, ranks, meant, context);
    expect_end_of_list(")");
  }
  check_arguments(word, call, ranks, meant);
  return {{std::move(call), {word.span.begin, end_of_last()}}, rank_of(ranks, meant)};
}

Rank ExpressionParser::shape_of(Call& call, Context context) {
  const Token word = take();
  expect("(");
  Parsed of = expression(context);
  expect(")");
  Call shape{Operator::kShape, {}, {}};
  shape.arguments.push_back(std::move(of.expr));
  call.arguments.push_back({std::move(shape), {word.span.begin, end_of_last()}});
  expect(")");
  return of.rank;
}

void ExpressionParser::arguments(Call& call, std::vector<Rank>& ranks,
                                 const std::vector<const Signature*>& meant, Context context) {
  const Signature& op = *meant.front();
  const auto item = [&] {
    if (is_word() && is("=", 1)) {
      call.options.push_back(option(call, meant));
      return true;
    }
    if (!call.options.empty()) fail_here("an option, because one came before");
    const bool tensor = call.arguments.size() < static_cast<std::size_t>(op.tensors);
    if (!tensor && op.numbers == Numbers::kNone && meant.size() == 1) {
      fail(peek().span.begin, wrong_count(op, op.tensors + 1, {}) + " of " + in_quotes(op.name),
           "one more");
    }
    Parsed argument = expression(tensor || without_tensors(context) ? context : Context::kIndex);
    call.arguments.push_back(std::move(argument.expr));
    ranks.push_back(argument.rank);
    return true;
  };
  list(item, kLongestList);
}

Option ExpressionParser::option(const Call& call, const std::vector<const Signature*>& meant) {
  const Token word = take();
  for (const Signature* op : meant) {
    if (!op->options) {
      fail(word.span.begin, "no option of " + in_quotes(op->name), in_quotes(word.text));
    }
  }
  const auto which = find_option(word.text);
  if (!which) {
    fail(word.span.begin, "an option (mode, stride, dilation or pad)", in_quotes(word.text));
  }
  for (const Option& before : call.options) {
    if (before.name == *which) {
      fail(word.span.begin, "each option once", in_quotes(word.text) + " again");
    }
  }
  expect("=");
  Option result{*which, Mode::kValid, {}};
  if (*which == OptionName::kMode) {
    result.value = mode();
  } else {
    result.value = option_values();
  }
  result.span = {word.span.begin, end_of_last()};
  return result;
}

std::variant<Mode, ReadingName, Option::Values> ExpressionParser::mode() {
  const std::string expected =
      "a mode (valid, full, same, same_lo or same_hi) or a reading of modes";
  if (!is_word()) fail_here(expected);
  const std::string name(peek().text);
  if (const auto mode = find_mode(name)) {
    ++at_;
    return *mode;
  }
  const Declared* known = scope_.find(name);
  if (known == nullptr || known->sort != ReadingSort::kModes) fail_here(expected);
  ++at_;
  return ReadingName{name};
}

Option::Values ExpressionParser::option_values() {
  if (!accept("[")) return {expression(Context::kIndex).expr};
  Option::Values values = list([this] { return expression(Context::kIndex).expr; }, kLongestList);
  expect_end_of_list("]");
  return values;
}

std::string ExpressionParser::wrong_count(const Signature& op, int count, Rank rank) {
  const int numbers = count - op.tensors;
  const auto exactly = [&](int n) -> std::string {
    if (numbers == n) return "";
    return text(op.tensors + n, " argument", op.tensors + n == 1 ? "" : "s");
  };
  const auto once_or_per_axis = [&](int each) -> std::string {
    const bool whole = numbers >= each && numbers % each == 0;
    if (whole && (!rank || numbers == each || numbers == each * *rank)) return "";
    if (rank && *rank <= 1) return exactly(each);
    if (rank) return text(op.tensors + each, " or ", op.tensors + each * *rank, " arguments");
    return each == 1 ? text(op.tensors + 1, " arguments or more")
                     : text(op.tensors + each, ", ", op.tensors + 2 * each, ", ... arguments");
  };
  switch (op.numbers) {
    case Numbers::kNone: return exactly(0);
    case Numbers::kOne: return exactly(1);
    case Numbers::kTwo: return exactly(2);
    case Numbers::kOneOrPerAxis: return once_or_per_axis(1);
    case Numbers::kTwoPerAxis: return once_or_per_axis(2);
    case Numbers::kAny: return numbers >= 1 ? "" : "1 argument or more";
  }
  return "";
}

void ExpressionParser::check_arguments(const Token& word, const Call& call,
                                       const std::vector<Rank>& ranks,
                                       const std::vector<const Signature*>& meant) const {
  const auto count = static_cast<int>(call.arguments.size());
  for (const Signature* op : meant) {
    const Rank first = ranks.empty() ? Rank() : ranks[0];
    const std::string expected = wrong_count(*op, count, first);
    if (!expected.empty()) {
      fail(word.span.begin, text(expected, " of ", in_quotes(op->name)), text(count));
    }
    if (op->axes == Axes::kOfSecond || op->axes == Axes::kOfBoth) {
      check_differentiable(call.arguments[1]);
    }
  }
}

void ExpressionParser::check_differentiable(const Expr& by) const {
  const auto* access = std::get_if<Access>(&by.node);
  const auto* name = std::get_if<Name>(access == nullptr ? &by.node : &access->of->node);
  if (name == nullptr || name->kind == NameKind::kIndex || may_stand(name->kind, Context::kSize)) {
    fail(by.span.begin, "the name of a tensor, or a slice of one, to differentiate by",
         "another expression");
  }
}

Rank ExpressionParser::rank_of(const std::vector<Rank>& ranks,
                               const std::vector<const Signature*>& meant) {
  const auto result = [&ranks](const Signature& op) -> Rank {
    switch (op.axes) {
      case Axes::kNone: return 0;
      case Axes::kCounted: return static_cast<int>(ranks.size());
      case Axes::kOfSecond: return ranks[1];
      case Axes::kOfBoth: return ranks[0] && ranks[1] ? Rank(*ranks[0] + *ranks[1]) : std::nullopt;
      case Axes::kSame: break;
    }
    Rank rank = ranks[0];
    for (int i = 1; i < op.tensors; ++i) rank = together(rank, ranks[static_cast<std::size_t>(i)]);
    return rank;
  };
  const Rank first = result(*meant.front());
  const bool agree = std::all_of(meant.begin(), meant.end(),
                                 [&](const Signature* op) { return result(*op) == first; });
  return agree ? first : std::nullopt;
}

// ---------------------------------------------------------------- comparisons

std::optional<Relation> ExpressionParser::relation() const {
  for (const auto& [sign, relation] : kRelations) {
    if (is(sign)) return relation;
  }
  return std::nullopt;
}

Comparison ExpressionParser::comparison(Context context) {
  Expr first = expression(context).expr;
  Comparison result{std::move(first), {}, {}};
  if (!relation()) fail_here(kExpectRelation);
  while (const auto next = relation()) {
    ++at_;
    result.links.push_back({*next, expression(context).expr});
  }
  result.span = {result.first.span.begin, end_of_last()};
  return result;
}

}  // namespace convproof::derivations::language
