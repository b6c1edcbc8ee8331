#include "derivations/language/parser.h"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "derivations/language/lexer.h"
#include "derivations/language/scope.h"

namespace convproof::derivations::language {
namespace {

/// What an expression may be made of at its place.
enum class Context {
  kConstant,    // Numbers, constants.
  kSize,        // Also sizes.
  kArithmetic,  // Also powers.
  kIndex,       // Numbers, constants, sizes, indices.
  kPolynomial,  // Everything but functions and divisions by tensors.
  kNumeric,     // Everything.
  kOpen,        // Everything; what, decides where the name that it defines may stand.
};

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

struct Parsed {
  Expr expr;
  Rank rank = 0;
};

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
constexpr const char* kExpectRelation = "a comparison (==, !=, <, <=, > or >=)";

class Parser {
 public:
  explicit Parser(const Source& source)
      : source_(source), lexed_(tokens_of(source)), scope_(source) {}

  File file() {
    File file;
    while (peek().kind != TokenKind::kEndOfText) {
      const Place begin = peek().span.begin;
      scope_.begin_statement();
      uses_ = {};
      Statement::Node node = statement();
      if (peek().kind != TokenKind::kEndOfLine) fail_here(end_of_statement(node));
      ++at_;
      file.statements.push_back({std::move(node), {begin, lexed_.tokens[at_ - 1].span.end}});
    }
    return file;
  }

 private:
  // -------------------------------------------------------------- tokens

  const Token& peek(std::size_t ahead = 0) const {
    return lexed_.tokens[std::min(at_ + ahead, lexed_.tokens.size() - 1)];
  }
  bool is(std::string_view text, std::size_t ahead = 0) const {
    const Token& token = peek(ahead);
    return (token.kind == TokenKind::kWord || token.kind == TokenKind::kSign) && token.text == text;
  }
  bool is_word(std::size_t ahead = 0) const { return peek(ahead).kind == TokenKind::kWord; }
  Token take() { return lexed_.tokens[at_++]; }
  bool accept(std::string_view text) {
    if (!is(text)) return false;
    ++at_;
    return true;
  }
  void expect(std::string_view text) {
    if (!accept(text)) fail_here(in_quotes(text));
  }
  Token take_word(const std::string& expected) {
    if (!is_word()) fail_here(expected);
    return take();
  }
  Place end_of_last() const { return lexed_.tokens[at_ - 1].span.end; }

  [[noreturn]] void fail(Place place, const std::string& expected, const std::string& found) const {
    throw LanguageError(source_, place, expected, found);
  }
  /// At the next token.
  [[noreturn]] void fail_here(const std::string& expected) const {
    const Token& token = peek();
    switch (token.kind) {
      case TokenKind::kUnreadable: throw LanguageError(*lexed_.error);
      case TokenKind::kEndOfLine: fail(token.span.begin, expected, "the end of the line");
      case TokenKind::kEndOfText: fail(token.span.begin, expected, "the end of the text");
      case TokenKind::kString: fail(token.span.begin, expected, "a text in quotes");
      default: fail(token.span.begin, expected, in_quotes(token.text));
    }
  }

  /// One or more, with commas between them.
  template <typename Item>
  auto list(Item item, std::size_t most = kLongestText) {
    std::vector<decltype(item())> items;
    do {
      if (items.size() == most)
        fail(peek().span.begin, text("at most ", most, " entries of a list"), "one more");
      items.push_back(item());
    } while (accept(","));
    return items;
  }

  void expect_end_of_list(std::string_view close) {
    if (!accept(close)) fail_here(text("',' or ", in_quotes(close)));
  }

  // -------------------------------------------------------------- names

  /// Unbinds what was bound while it lived.
  class Binding {
   public:
    explicit Binding(Parser& parser) : parser_(parser), outer_(parser.bound_.size()) {}
    Binding(const Binding&) = delete;
    Binding& operator=(const Binding&) = delete;
    ~Binding() {
      for (; parser_.bound_.size() > outer_; parser_.bound_.pop_back()) {
        parser_.scope_.unbind(parser_.bound_.back());
      }
    }

   private:
    Parser& parser_;
    std::size_t outer_;
  };

  Token new_name() {
    const Token word = take_word("a name");
    scope_.check_new(word);
    return word;
  }

  static bool contains(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  }

  /// Remembers an index of the reading that is being read.
  void add_index_of_reading(std::vector<std::string>& names, const Token& word) {
    if (contains(names, std::string(word.text))) return;
    if (uses_.open.size() + uses_.bound.size() == kMostIndicesOfReading) {
      fail(word.span.begin, text("at most ", kMostIndicesOfReading, " indices in a reading"),
           "one more");
    }
    names.emplace_back(word.text);
  }

  void bind(const Token& word) {
    scope_.bind(word);
    bound_.emplace_back(word.text);
    if (!in_reading_) return;
    if (contains(uses_.open, std::string(word.text))) {
      fail(word.span.begin, "a new name",
           in_quotes(word.text) + ", which is an index that this reading leaves open");
    }
    add_index_of_reading(uses_.bound, word);
  }

  /// Range NAME 'in' expr '..' expr; binds the name for what follows.
  Range range() {
    const Token word = take_word("an index");
    scope_.check_new(word);
    Range range = limits(word, Context::kIndex);
    bind(word);
    return range;
  }

  Range limits(const Token& word, Context context) {
    expect("in");
    Expr lower = expression(context).expr;
    expect("..");
    Expr upper = expression(context).expr;
    return {std::string(word.text),
            std::move(lower),
            std::move(upper),
            {word.span.begin, end_of_last()}};
  }

  std::vector<Range> ranges() {
    return list([this] { return range(); }, kLongestList);
  }

  /// The ranges of a statement, if it has any.
  std::vector<Range> optional_ranges() {
    if (!accept("[")) return {};
    std::vector<Range> result = ranges();
    expect_end_of_list("]");
    return result;
  }

  // -------------------------------------------------------------- expressions

  /// One level deeper while it lives.
  class Nesting {
   public:
    explicit Nesting(Parser& parser) : depth_(parser.depth_) {
      if (depth_ > kDeepestNesting) {
        parser.fail(parser.peek().span.begin,
                    text("at most ", kDeepestNesting, " levels within each other"), "one more");
      }
      ++depth_;
    }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;
    ~Nesting() { --depth_; }

   private:
    int& depth_;
  };

  Parsed expression(Context context) {
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

  Parsed term(Context context) {
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

  Parsed divisor(Context context) {
    if (context == Context::kPolynomial) return factor(Context::kIndex);
    std::string before = std::exchange(uses_.tensor, "");
    Parsed result = factor(context);
    if (!uses_.tensor.empty()) uses_function("a division by " + uses_.tensor);
    if (!before.empty()) uses_.tensor = std::move(before);
    return result;
  }

  Parsed factor(Context context) {
    const Place begin = peek().span.begin;
    if (accept("-")) {
      const Nesting nesting(*this);
      Parsed of = factor(context);
      return {{Negation{std::move(of.expr)}, {begin, end_of_last()}}, of.rank};
    }
    if (is("sum") && is("(", 1) && is_word(2) && is("in", 3)) return sum(context);
    return primary(context);
  }

  Parsed sum(Context context) {
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

  Parsed primary(Context context) {
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

  Parsed subscripted(Parsed of) {
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

  void uses_tensor(const std::string& name) {
    if (uses_.tensor.empty()) uses_.tensor = name;
  }
  void uses_function(const std::string& name) {
    if (uses_.function.empty()) uses_.function = name;
  }

  Parsed name(Context context) {
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

  /// Of an unknown name: an error but in a reading.
  void require_open_index(const Token& word) {
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

  /// What is known of a name counts for the expression that it is used in.
  void use(const Token& word, const Declared& known, Context context) {
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

  void use_reading(const Token& word, const Declared& reading, Context context) {
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
        fail(
            place, parts_of(context),
            text(in_quotes(word.text), ", which is a reading", with.empty() ? "" : " with ", with));
      }
    }
    bind_indices_of(word, uses);
  }

  /// Holds the indices of a reading against those that are known where it is used.
  void bind_indices_of(const Token& word, const Uses& uses) {
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
        fail(
            word.span.begin,
            text("no ", in_quotes(bound), " where the reading ", in_quotes(word.text), " binds it"),
            a(known->kind));
      }
      if (in_reading_) {
        add_index_of_reading(uses_.bound, {TokenKind::kWord, bound, word.span});
      }
    }
  }

  // -------------------------------------------------------------- calls

  /// The operators that `word` may stand for, one unless it is a reading.
  std::vector<const Signature*> operators_of(const Token& word) const {
    if (const Signature* op = find_operator(word.text)) return {op};
    const Declared* known = scope_.find(std::string(word.text));
    if (known != nullptr && known->sort == ReadingSort::kOperators) return known->operators;
    fail(word.span.begin, "an operator",
         text(in_quotes(word.text), known == nullptr ? ", which nothing above declares"
                                                     : ", which is " + what_is(*known)));
  }

  static std::string what_is(const Declared& known) {
    if (known.kind != NameKind::kReading) return a(known.kind);
    return known.sort == ReadingSort::kModes ? "a reading of modes" : "a reading of expressions";
  }

  /// Whether operators of this class may stand here.
  void check_place(const Token& word, const Signature& op, Context context) {
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

  Parsed call(Context context) {
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

  /// The argument of ones(shape(T)).
  Rank shape_of(Call& call, Context context) {
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

  void arguments(Call& call, std::vector<Rank>& ranks, const std::vector<const Signature*>& meant,
                 Context context) {
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

  Option option(const Call& call, const std::vector<const Signature*>& meant) {
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

  std::variant<Mode, ReadingName, Option::Values> mode() {
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

  Option::Values option_values() {
    if (!accept("[")) return {expression(Context::kIndex).expr};
    Option::Values values = list([this] { return expression(Context::kIndex).expr; }, kLongestList);
    expect_end_of_list("]");
    return values;
  }

  /// "2 arguments", "2 or 3 arguments", ...; empty if `count` is right.
  static std::string wrong_count(const Signature& op, int count, Rank rank) {
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

  void check_arguments(const Token& word, const Call& call, const std::vector<Rank>& ranks,
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

  void check_differentiable(const Expr& by) const {
    const auto* access = std::get_if<Access>(&by.node);
    const auto* name = std::get_if<Name>(access == nullptr ? &by.node : &access->of->node);
    if (name == nullptr || name->kind == NameKind::kIndex ||
        may_stand(name->kind, Context::kSize)) {
      fail(by.span.begin, "the name of a tensor, or a slice of one, to differentiate by",
           "another expression");
    }
  }

  static Rank rank_of(const std::vector<Rank>& ranks, const std::vector<const Signature*>& meant) {
    const auto result = [&ranks](const Signature& op) -> Rank {
      switch (op.axes) {
        case Axes::kNone: return 0;
        case Axes::kCounted: return static_cast<int>(ranks.size());
        case Axes::kOfSecond: return ranks[1];
        case Axes::kOfBoth:
          return ranks[0] && ranks[1] ? Rank(*ranks[0] + *ranks[1]) : std::nullopt;
        case Axes::kSame: break;
      }
      Rank rank = ranks[0];
      for (int i = 1; i < op.tensors; ++i)
        rank = together(rank, ranks[static_cast<std::size_t>(i)]);
      return rank;
    };
    const Rank first = result(*meant.front());
    const bool agree = std::all_of(meant.begin(), meant.end(),
                                   [&](const Signature* op) { return result(*op) == first; });
    return agree ? first : std::nullopt;
  }

  // -------------------------------------------------------------- comparisons

  std::optional<Relation> relation() const {
    for (const auto& [sign, relation] : kRelations) {
      if (is(sign)) return relation;
    }
    return std::nullopt;
  }

  Comparison comparison(Context context) {
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

  // -------------------------------------------------------------- statements

  Statement::Node statement() {
    using Read = Statement::Node (Parser::*)();
    static const std::unordered_map<std::string_view, Read> kStatements{
        {"title", &Parser::title},      {"size", &Parser::size},
        {"assume", &Parser::assume},    {"const", &Parser::constant},
        {"each", &Parser::each},        {"tensor", &Parser::tensor},
        {"scalar", &Parser::scalar},    {"seed", &Parser::seed},
        {"let", &Parser::let},          {"reading", &Parser::reading},
        {"claim", &Parser::claim},      {"numeric", &Parser::numeric},
        {"arith", &Parser::arithmetic}, {"consistent", &Parser::consistent},
    };
    const auto found = is_word() ? kStatements.find(peek().text) : kStatements.end();
    if (found == kStatements.end()) {
      fail_here(
          "a statement (title, size, assume, const, each, tensor, scalar, seed, let, reading, "
          "claim, numeric, arith or consistent)");
    }
    ++at_;
    return (this->*found->second)();
  }

  /// What could have come behind `node` instead of what did.
  static std::string end_of_statement(const Statement::Node& node) {
    const bool remarks =
        std::holds_alternative<Claim>(node) || std::holds_alternative<Consistent>(node);
    return remarks ? "'item', 'expect' or the end of the line" : "the end of the line";
  }

  Statement::Node title() {
    if (has_title_) {
      fail(lexed_.tokens[at_ - 1].span.begin, "one title", "another one");
    }
    has_title_ = true;
    if (peek().kind != TokenKind::kString) fail_here("a text in quotes");
    const std::string_view quoted_text = take().text;
    Title title;
    for (std::size_t i = 1; i + 1 < quoted_text.size(); ++i) {
      if (quoted_text[i] == '\\') ++i;
      title.text += quoted_text[i];
    }
    return title;
  }

  Statement::Node size() {
    return SizeStatement{list([this] {
      const Token word = new_name();
      SizeStatement::Item item{.name = std::string(word.text)};
      if (const auto bound = relation()) {
        ++at_;
        item.bound = {*bound, expression(Context::kSize).expr};
      } else if (!is(",") && peek().kind != TokenKind::kEndOfLine) {
        fail_here(text(kExpectRelation, ", ',' or the end of the line"));
      }
      item.span = {word.span.begin, end_of_last()};
      scope_.declare(word, {.kind = NameKind::kSize});
      return item;
    })};
  }

  Statement::Node assume() {
    return Assume{list([this] { return comparison(Context::kSize); })};
  }

  Statement::Node constant() {
    const Token word = new_name();
    expect("=");
    Expr value = expression(Context::kConstant).expr;
    scope_.declare(word, {.kind = NameKind::kConstant});
    return Constant{std::string(word.text), std::move(value)};
  }

  Statement::Node each() {
    const Token word = new_name();
    Each each{limits(word, Context::kConstant)};
    scope_.declare(word, {.kind = NameKind::kEach});
    return each;
  }

  Statement::Node tensor() {
    const Token word = new_name();
    TensorStatement tensor{.name = std::string(word.text), .sizes = {}, .from = {}};
    expect("[");
    const auto one = [this] { return expression(Context::kSize).expr; };
    tensor.sizes = list(one, kLongestList);
    expect_end_of_list("]");
    const Place from = peek().span.begin;
    if (accept("from")) {
      tensor.from = list(one, kLongestList);
      if (tensor.from.size() != tensor.sizes.size()) {
        fail(from, text("as many first indices as axes, ", tensor.sizes.size()),
             text(tensor.from.size()));
      }
    }
    tensor.zero = accept("zero");
    scope_.declare(word,
                   {.kind = NameKind::kTensor, .rank = static_cast<int>(tensor.sizes.size())});
    return tensor;
  }

  Statement::Node scalar() {
    return ScalarStatement{list([this] {
      const Token word = new_name();
      scope_.declare(word, {.kind = NameKind::kScalar});
      return std::string(word.text);
    })};
  }

  Statement::Node seed() {
    const Token word = new_name();
    expect("like");
    Parsed like = expression(Context::kOpen);
    scope_.declare(word, {.kind = NameKind::kSeed, .rank = like.rank});
    return Seed{std::string(word.text), std::move(like.expr)};
  }

  Statement::Node let() {
    const Token word = new_name();
    Let let{std::string(word.text), {}, false, Expr{Number{}}};
    Rank rank;
    {
      const Binding binding(*this);
      let.ranges = optional_ranges();
      if (!let.ranges.empty()) let.zero = accept("zero");
      expect("=");
      Parsed value = expression(Context::kOpen);
      let.value = std::move(value.expr);
      if (value.rank) rank = *value.rank + static_cast<int>(let.ranges.size());
    }
    scope_.declare(word, {.kind = NameKind::kLet, .rank = rank, .uses = uses_});
    return let;
  }

  Statement::Node reading() {
    const Token word = new_name();
    ReadingStatement reading{std::string(word.text), {}};
    Declared declared{.kind = NameKind::kReading};
    expect("=");
    in_reading_ = true;
    do {
      const Place begin = peek().span.begin;
      if (reading.alternatives.size() == kLongestList) {
        fail(begin, text("at most ", kLongestList, " alternatives"), "one more");
      }
      alternative(reading, declared);
      if (reading.alternatives.size() == 1 && !is("|")) {
        fail_here("'|' and another alternative");
      }
    } while (accept("|"));
    in_reading_ = false;
    declared.uses = uses_;
    scope_.declare(word, std::move(declared));
    return reading;
  }

  void alternative(ReadingStatement& reading, Declared& declared) {
    const Token token = peek();
    const bool first = reading.alternatives.empty();
    const Signature* op = is("(", 1) ? nullptr : find_operator(token.text);
    const auto mode = find_mode(token.text);
    const ReadingSort sort = op != nullptr ? ReadingSort::kOperators
                             : mode        ? ReadingSort::kModes
                                           : ReadingSort::kExpressions;
    if (first) declared.sort = sort;
    if (sort != declared.sort) {
      fail_here(declared.sort == ReadingSort::kOperators ? "an operator, like the first alternative"
                : declared.sort == ReadingSort::kModes
                    ? "a mode, like the first alternative"
                    : "an expression, like the first alternative");
    }
    if (op != nullptr) {
      const Signature& other = first ? *op : *declared.operators.front();
      if (op->op == Operator::kShape || op->where != other.where || op->tensors != other.tensors) {
        fail_here(first ? "an operator that can be read in several ways"
                        : "an operator that can stand wherever " + in_quotes(other.name) + " can");
      }
      ++at_;
      declared.operators.push_back(op);
      reading.alternatives.emplace_back(op->op);
    } else if (mode) {
      ++at_;
      reading.alternatives.emplace_back(*mode);
    } else {
      Parsed expr = expression(Context::kOpen);
      declared.rank = first || declared.rank == expr.rank ? expr.rank : std::nullopt;
      reading.alternatives.emplace_back(std::move(expr.expr));
    }
  }

  // -------------------------------------------------------------- claims

  Token new_claim() {
    const Token word = take_word("the name of the claim");
    if (is_keyword(word.text) || find_operator(word.text) != nullptr) {
      fail(word.span.begin, "the name of the claim",
           in_quotes(word.text) + ", which is a word of the language");
    }
    const auto [before, is_new] = claims_.emplace(std::string(word.text), word.span.begin.line);
    if (!is_new) {
      fail(word.span.begin, "a new name",
           text(in_quotes(word.text), ", which is already a claim (line ", before->second, ")"));
    }
    return word;
  }

  Statement::Node claim() { return chain(ClaimKind::kTensors, Context::kPolynomial); }
  Statement::Node numeric() { return chain(ClaimKind::kNumeric, Context::kNumeric); }

  Statement::Node chain(ClaimKind kind, Context context) {
    const Token word = new_claim();
    const Binding binding(*this);
    std::vector<Range> over = optional_ranges();
    expect(":");
    Expr first = expression(context).expr;
    std::vector<Link> links;
    if (!is("==")) fail_here("'=='");
    while (accept("==")) links.push_back({Relation::kEqual, expression(context).expr});
    if (relation()) fail_here("'=='");
    Remarks said = remarks(word, links.size());
    return Claim{
        kind,           std::string(word.text), std::move(over), std::move(first), std::move(links),
        std::move(said)};
  }

  Statement::Node arithmetic() {
    const Token word = new_claim();
    expect(":");
    Comparison compared = comparison(Context::kArithmetic);
    Remarks said = remarks(word, compared.links.size());
    return Claim{ClaimKind::kArithmetic,    std::string(word.text),    {},
                 std::move(compared.first), std::move(compared.links), std::move(said)};
  }

  Statement::Node consistent() {
    const Token word = lexed_.tokens[at_ - 1];
    expect(":");
    Consistent result;
    std::unordered_set<std::string_view> named;
    result.claims = list([&] {
      const Token claim = take_word("the name of a claim");
      if (!claims_.contains(std::string(claim.text))) {
        fail(claim.span.begin, "the name of a claim above", in_quotes(claim.text));
      }
      if (!named.insert(claim.text).second) {
        fail(claim.span.begin, "each claim once", in_quotes(claim.text) + " again");
      }
      return std::string(claim.text);
    });
    if (result.claims.size() == 1) fail_here("',' and another claim");
    result.remarks = remarks(word, 1);
    return result;
  }

  Remarks remarks(const Token& claim, std::size_t links) {
    Remarks said;
    for (;;) {
      if (accept("item")) {
        if (peek().kind != TokenKind::kItem) fail_here("an item of the notes, like V-DW-L4");
        said.items.emplace_back(take().text);
      } else if (is("expect")) {
        said.expects.push_back(expectation());
      } else {
        break;
      }
    }
    check_count(claim, "item", said.items.size(), links);
    check_count(claim, "expect", said.expects.size(), links);
    return said;
  }

  void check_count(const Token& claim, const char* what, std::size_t count,
                   std::size_t links) const {
    if (count <= 1 || count == links) return;
    fail(claim.span.begin,
         links == 1 ? text("at most one ", in_quotes(what))
                    : text("one ", in_quotes(what), ", or one for each of ", links, " links"),
         text(count));
  }

  Expectation expectation() {
    Expectation expected;
    const Place begin = take().span.begin;
    expected.verdict = verdict();
    if (accept("holds")) {
      expect("iff");
      expected.holds_iff = condition();
    }
    if (accept("from")) {
      expect("grad");
      expected.from_grad = true;
    }
    expected.span = {begin, end_of_last()};
    return expected;
  }

  Verdict verdict() {
    if (accept("proved")) return Verdict::kProved;
    if (accept("refuted")) return Verdict::kRefuted;
    if (accept("undecided")) return Verdict::kUndecided;
    if (accept("supported")) return Verdict::kSupported;
    if (accept("shapes")) {
      expect("differ");
      return Verdict::kShapesDiffer;
    }
    if (accept("ill")) {
      expect("-");
      expect("formed");
      return Verdict::kIllFormed;
    }
    if (accept("cannot")) {
      expect("be");
      expect("read");
      return Verdict::kCannotBeRead;
    }
    fail_here(
        "a verdict (proved, refuted, shapes differ, ill-formed, undecided, supported or cannot be "
        "read)");
  }

  Expectation::Sizes condition() {
    Expectation::Sizes any;
    if (accept("never")) return any;
    do {
      std::vector<Comparison> all;
      do {
        all.push_back(comparison(Context::kSize));
      } while (accept("and"));
      any.push_back(std::move(all));
    } while (accept("or"));
    return any;
  }

  const Source& source_;
  const Tokens lexed_;
  std::size_t at_ = 0;
  Scope scope_;
  std::unordered_map<std::string, int> claims_;  // By name, the line.
  std::vector<std::string> bound_;               // Indices, innermost last.
  Uses uses_;                                    // Of the statement.
  int depth_ = 0;
  bool in_reading_ = false;
  bool has_title_ = false;
};

}  // namespace

File parse(const Source& source) {
  return Parser(source).file();
}

}  // namespace convproof::derivations::language
