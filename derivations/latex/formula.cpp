#include "derivations/latex/formula.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "derivations/language/lexer.h"

namespace convproof::derivations::latex {
namespace {

using language::in_quotes;

constexpr const char* kExpression = "an expression";

Relation relation_of(std::string_view sign) {
  if (sign == "==") return Relation::kEqual;
  if (sign == "!=") return Relation::kNotEqual;
  if (sign == "<") return Relation::kLess;
  if (sign == "<=") return Relation::kLessEqual;
  return sign == ">" ? Relation::kGreater : Relation::kGreaterEqual;
}

bool is_opening(const Token& token) {
  return token.kind == TokenKind::kSign &&
         (token.text == "(" || token.text == "[" || token.text == "{" || token.text == "\\{");
}

bool is_closing(const Token& token) {
  return token.kind == TokenKind::kSign &&
         (token.text == ")" || token.text == "]" || token.text == "}" || token.text == "\\}");
}

/// Which brackets hold a condition or a remark, and no factor: those with a relation, a quantifier
/// or a text between them.
std::vector<bool> conditions_of(const std::vector<Token>& tokens) {
  std::vector<bool> result(tokens.size(), false);
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const Token& token = tokens[i];
    if (is_opening(token)) open.push_back(i);
    if (is_closing(token) && !open.empty()) open.pop_back();
    const bool says = token.kind == TokenKind::kRelation || token.kind == TokenKind::kText ||
                      (token.kind == TokenKind::kSign && token.text == "\\forall");
    if (says && !open.empty() && tokens[open.back()].text == "(") result[open.back()] = true;
  }
  return result;
}

class FormulaParser {
 public:
  explicit FormulaParser(const Source& source)
      : source_(source),
        tokens_(tokens_of_formula(source)),
        is_condition_(conditions_of(tokens_)) {}

  std::vector<Chain> run() {
    std::vector<Chain> chains;
    do {
      chains.push_back(chain());
    } while (accept_kind(TokenKind::kEndOfRow));
    if (peek().kind != TokenKind::kEnd) fail_here("a sign, another side or the end");
    return chains;
  }

 private:
  // -------------------------------------------------------------- tokens

  const Token& peek(std::size_t ahead = 0) const {
    return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
  }
  bool is_kind(TokenKind kind) const { return peek().kind == kind; }
  bool is(std::string_view sign, std::size_t ahead = 0) const {
    return peek(ahead).kind == TokenKind::kSign && peek(ahead).text == sign;
  }
  bool accept_kind(TokenKind kind) {
    if (!is_kind(kind)) return false;
    ++at_;
    return true;
  }
  bool accept(std::string_view sign) {
    if (!is(sign)) return false;
    ++at_;
    return true;
  }
  void expect(std::string_view sign) {
    if (!accept(sign)) fail_here(in_quotes(sign));
  }
  Token take() { return tokens_[at_++]; }

  [[noreturn]] void fail_here(const std::string& expected) const {
    const Token& token = peek();
    fail(token.place, expected,
         token.kind == TokenKind::kEnd        ? "the end of the formula"
         : token.kind == TokenKind::kEndOfRow ? "the end of the row"
                                              : in_quotes(token.text));
  }
  [[noreturn]] void fail(Place place, const std::string& expected, const std::string& found) const {
    throw LanguageError(source_, place, expected, found);
  }

  /// One level deeper while it lives.
  class Nesting {
   public:
    explicit Nesting(FormulaParser& parser) : depth_(parser.depth_) {
      if (depth_ == kDeepestFormula) {
        parser.fail(parser.peek().place,
                    text("at most ", kDeepestFormula, " levels within each other"), "one more");
      }
      ++depth_;
    }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;
    ~Nesting() { --depth_; }

   private:
    int& depth_;
  };

  // -------------------------------------------------------------- chains

  Chain chain() {
    Chain result;
    result.members.push_back(member(Relation::kEqual, result.conditions));
    if (!is_kind(TokenKind::kRelation)) fail_here("a sign, or '=' and another side");
    while (is_kind(TokenKind::kRelation)) {
      const Relation relation = relation_of(take().text);
      result.members.push_back(member(relation, result.conditions));
    }
    return result;
  }

  Member member(Relation relation, std::vector<Condition>& conditions) {
    Member result{relation, expression(), {}};
    for (;;) {
      if (accept("\\in")) {
        result.shape = shape();
      } else if (is("(") && is_condition_[at_]) {
        ++at_;
        read_conditions(conditions);
        expect(")");
      } else if (is(",") || is_kind(TokenKind::kText) || is("\\forall") || starts_where()) {
        accept(",");
        read_conditions(conditions);
      } else {
        return result;
      }
    }
  }

  /// A row of its own that says where the formula holds.
  bool starts_where() const {
    return is_kind(TokenKind::kEndOfRow) &&
           (peek(1).kind == TokenKind::kText ||
            (peek(1).kind == TokenKind::kSign && peek(1).text == "\\forall"));
  }

  /// \mathbb{R}^{M \times N}
  Nodes shape() {
    if (!accept("\\R")) fail_here("\\mathbb{R}");
    Nodes sizes;
    if (!accept("^")) return sizes;
    if (!is("{")) {
      sizes.push_back(primary());
      return sizes;
    }
    ++at_;
    do {
      sizes.push_back(sequence());
    } while (accept("\\cdot") || accept(","));
    expect("}");
    return sizes;
  }

  // -------------------------------------------------------------- conditions

  /// To the end of the row or of the brackets. A remark, as (note that ...), is left out.
  void read_conditions(std::vector<Condition>& conditions) {
    for (;;) {
      if (is_kind(TokenKind::kEndOfRow)) {
        if (!starts_where()) return;
        ++at_;
      }
      if (is_kind(TokenKind::kText)) {
        if (is_remark(take().text)) return skip_to_end_of_brackets();
        continue;
      }
      if (accept(",") || accept("\\forall")) continue;
      if (is(")") || is_kind(TokenKind::kEnd)) return;
      conditions.push_back(condition());
      if (accept(",") && accept("\\dots")) {
        accept(",");
        range_of_dots(conditions.back());
      }
    }
  }

  static bool is_remark(std::string_view words) {
    return !words.starts_with("where") && !words.starts_with("for") && words != "and" &&
           words != "with" && words != "if" && words != "s.t.";
  }

  void skip_to_end_of_brackets() {
    for (int depth = 0; !is_kind(TokenKind::kEnd); ++at_) {
      if (depth == 0 && (is_closing(peek()) || is_kind(TokenKind::kEndOfRow))) return;
      depth += is_opening(peek()) ? 1 : is_closing(peek()) ? -1 : 0;
    }
  }

  Condition condition() {
    Condition result{expression(), {}};
    if (!is_kind(TokenKind::kRelation)) fail_here("a comparison, as in 1 \\le i \\le M");
    while (is_kind(TokenKind::kRelation)) {
      const Relation relation = relation_of(take().text);
      result.rest.push_back({relation, expression()});
    }
    return result;
  }

  /// i = 1, ..., M is 1 <= i <= M.
  void range_of_dots(Condition& condition) {
    if (condition.rest.size() != 1 || condition.rest[0].relation != Relation::kEqual) {
      fail_here("dots only in i = 1, \\dots, M");
    }
    Node index = std::move(*condition.first);
    condition.first = std::move(condition.rest[0].node);
    condition.rest.clear();
    condition.rest.push_back({Relation::kLessEqual, std::move(index)});
    condition.rest.push_back({Relation::kLessEqual, expression()});
  }

  // -------------------------------------------------------------- expressions

  Node expression() {
    const Nesting nesting(*this);
    const Place place = peek().place;
    Node first = term();
    if (!is("+") && !is("-")) return first;
    Addition addition{std::move(first), {}};
    while (is("+") || is("-")) {
      const Sign sign = take().text == "+" ? Sign::kPlus : Sign::kMinus;
      addition.rest.push_back({sign, term()});
    }
    return {std::move(addition), place};
  }

  bool is_product() const {
    return is_kind(TokenKind::kProduct) || is("\\cdot") || is(".*") || is("/");
  }

  /// Each product of authors is one level of the expression that it becomes.
  Node term() {
    const Place place = peek().place;
    Node first = factor();
    if (!is_product()) return first;
    Product product{std::move(first), {}};
    int deep = depth_;
    while (is_product()) {
      if (is_kind(TokenKind::kProduct) && ++deep > kDeepestFormula) {
        fail(peek().place, text("at most ", kDeepestFormula, " levels within each other"),
             "one more");
      }
      const Token sign = take();
      product.rest.push_back({sign.text, sign.place, factor()});
    }
    return {std::move(product), place};
  }

  Node factor() {
    const Place place = peek().place;
    if (is("-") || is("+")) {
      const Nesting nesting(*this);
      if (take().text == "+") return factor();
      return {Negation{factor()}, place};
    }
    return sequence();
  }

  /// Factors without a sign between them.
  Node sequence() {
    const Place place = peek().place;
    Sequence result;
    do {
      result.factors.push_back(primary());
    } while (starts_primary());
    if (result.factors.size() == 1) return std::move(result.factors.front());
    return {std::move(result), place};
  }

  bool starts_primary() const {
    switch (peek().kind) {
      case TokenKind::kLetter:
      case TokenKind::kWord:
      case TokenKind::kNumber: return true;
      case TokenKind::kSign: break;
      default: return false;
    }
    if (is("(")) return !is_condition_[at_];
    if (is("|")) return bars_ == 0;
    return is("[") || is("{") || is("\\frac") || is("\\sum") || is("\\nabla") || is("\\sqrt") ||
           is("\\lfloor") || is("\\lceil");
  }

  Node primary() {
    const Nesting nesting(*this);
    const Token token = peek();
    switch (token.kind) {
      case TokenKind::kNumber: return number();
      case TokenKind::kLetter:
      case TokenKind::kWord: return symbol();
      case TokenKind::kSign: break;
      default: fail_here(kExpression);
    }
    if (is("{")) return braces();
    if (is("(")) return group(")", Brackets::kRound);
    if (is("[")) return group("]", Brackets::kSquare);
    if (is("|")) return absolute();
    if (is("\\lfloor")) return group("\\rfloor", Brackets::kFloor);
    if (is("\\lceil")) return group("\\rceil", Brackets::kCeil);
    if (is("\\frac")) return fraction();
    if (is("\\sum")) return sum();
    if (is("\\nabla")) return nabla();
    if (is("\\sqrt")) return root();
    if (accept("\\infty")) return {Infinity{}, token.place};
    fail_here(kExpression);
  }

  Node number() {
    const Token token = take();
    Node result{Number{token.text}, token.place};
    if (!is("^") && !is("_")) return result;
    Group power{Brackets::kRound, {}, {}};
    power.items.push_back(std::move(result));
    power.scripts = scripts();
    return {std::move(power), token.place};
  }

  Node symbol() {
    const Token token = take();
    Symbol result{token.text, token.kind == TokenKind::kWord, {}};
    take_primes(result.name);
    result.scripts = scripts();
    take_primes(result.name);
    return {std::move(result), token.place};
  }

  void take_primes(std::string& name) {
    while (accept("'")) name += '\'';
  }

  /// Braces show nothing: what they hold, with the scripts behind them.
  Node braces() {
    const Place place = take().place;
    Node inside = expression();
    expect("}");
    auto* symbol = std::get_if<Symbol>(&inside.node);
    if (symbol != nullptr && symbol->scripts.none()) {
      take_primes(symbol->name);
      symbol->scripts = scripts();
      return inside;
    }
    if (!is("^") && !is("_")) return inside;
    Group result{Brackets::kRound, {}, {}};
    result.items.push_back(std::move(inside));
    result.scripts = scripts();
    return {std::move(result), place};
  }

  Node group(std::string_view close, Brackets brackets) {
    const Place place = take().place;
    const int bars = std::exchange(bars_, 0);
    Group result{brackets, {}, {}};
    do {
      result.items.push_back(expression());
    } while (accept(","));
    if (!accept(close)) fail_here(text("',' or ", in_quotes(close)));
    bars_ = bars;
    result.scripts = scripts();
    return {std::move(result), place};
  }

  Node absolute() {
    const Place place = take().place;
    ++bars_;
    Group result{Brackets::kAbs, {}, {}};
    result.items.push_back(expression());
    expect("|");
    --bars_;
    result.scripts = scripts();
    return {std::move(result), place};
  }

  Node root() {
    const Place place = take().place;
    Group result{Brackets::kRoot, {}, {}};
    result.items.push_back(primary());
    return {std::move(result), place};
  }

  // -------------------------------------------------------------- scripts

  Scripts scripts() {
    Scripts result;
    for (;;) {
      if (accept("_")) {
        if (!result.lower.empty()) fail_here("one subscript");
        result.lower = script();
      } else if (accept("^")) {
        if (accept("\\top")) {
          result.transposed = true;
          continue;
        }
        if (is("{") && is("\\top", 1) && is("}", 2)) {
          at_ += 3;
          result.transposed = true;
          continue;
        }
        if (!result.upper.empty()) fail_here("one superscript");
        result.upper = script();
      } else {
        return result;
      }
    }
  }

  /// The entries of a script; (l, p) in a script is the same as l, p.
  Nodes script() {
    const Nesting nesting(*this);
    if (!is("{")) return unpacked(script_letter());
    ++at_;
    Nodes entries;
    do {
      entries.push_back(is_kind(TokenKind::kText) ? word() : expression());
    } while (accept(","));
    if (!accept("}")) fail_here("',' or '}'");
    if (entries.size() == 1) return unpacked(std::move(entries.front()));
    return entries;
  }

  Node word() {
    const Token token = take();
    return {Symbol{token.text, true, {}}, token.place};
  }

  /// Without braces one letter, number or pair of brackets, and no script of its own.
  Node script_letter() {
    if (is("(")) return group(")", Brackets::kRound);
    const Token token = peek();
    if (token.kind == TokenKind::kNumber) {
      ++at_;
      return {Number{token.text}, token.place};
    }
    if (token.kind != TokenKind::kLetter && token.kind != TokenKind::kWord) {
      fail_here("a letter, a number or '{'");
    }
    ++at_;
    Symbol result{token.text, token.kind == TokenKind::kWord, {}};
    return {std::move(result), token.place};
  }

  static Nodes unpacked(Node entry) {
    auto* group = std::get_if<Group>(&entry.node);
    if (group != nullptr && group->brackets == Brackets::kRound && group->scripts.none()) {
      return std::move(group->items);
    }
    Nodes entries;
    entries.push_back(std::move(entry));
    return entries;
  }

  // -------------------------------------------------------------- fractions and sums

  Node fraction() {
    const Place place = take().place;
    open_part();
    const bool derivative = accept("\\partial");
    if (derivative && accept("}")) return derivative_of_next(place);
    Node numerator = expression();
    expect("}");
    open_part();
    if (derivative && !is("\\partial")) fail_here("'\\partial' below '\\partial'");
    if (derivative) ++at_;
    Node denominator = expression();
    expect("}");
    if (derivative) return {Derivative{std::move(numerator), std::move(denominator)}, place};
    return {Fraction{std::move(numerator), std::move(denominator)}, place};
  }

  void open_part() {
    if (!accept("{")) fail_here("'{'");
  }

  /// \frac{\partial}{\partial x} f
  Node derivative_of_next(Place place) {
    open_part();
    expect("\\partial");
    Node by = expression();
    expect("}");
    return applied(std::move(by), place);
  }

  Node nabla() {
    const Place place = take().place;
    expect("_");
    Nodes by = script();
    if (by.size() != 1) fail(place, "one letter to differentiate by", text(by.size()));
    return applied(std::move(by.front()), place);
  }

  /// What is differentiated, with its arguments: J(V, K).
  Node applied(Node by, Place place) {
    Node of = primary();
    if (is("(") && !is_condition_[at_] && std::holds_alternative<Symbol>(of.node)) {
      Sequence call;
      const Place begin = of.place;
      call.factors.push_back(std::move(of));
      call.factors.push_back(primary());
      of = {std::move(call), begin};
    }
    return {Derivative{std::move(of), std::move(by)}, place};
  }

  Node sum() {
    const Place place = take().place;
    std::vector<Sum::Index> indices;
    std::vector<Condition> where;
    std::optional<Node> upper;
    bool lower = false;
    while (is("_") || is("^")) {
      if (take().text == "^") {
        if (upper) fail_here("one upper limit");
        upper = limit();
      } else {
        if (std::exchange(lower, true)) fail_here("one lower limit");
        below_sum(indices, where);
      }
    }
    if (indices.empty()) fail(place, "an index below the sum", "none");
    if (upper) {
      if (indices.size() > 1) fail(upper->place, "no upper limit of several indices", "one");
      set_limit(indices.front().upper, std::move(*upper));
    }
    return {Sum{std::move(indices), std::move(where), term()}, place};
  }

  Node limit() {
    if (!is("{")) return is("\\infty") ? primary() : script_letter();
    ++at_;
    Node result = expression();
    expect("}");
    return result;
  }

  /// None where the limit is infinite.
  static void set_limit(std::optional<Node>& limit, Node node) {
    const auto* negation = std::get_if<Negation>(&node.node);
    const Node& of = negation == nullptr ? node : *negation->of;
    if (!std::holds_alternative<Infinity>(of.node)) limit = std::move(node);
  }

  /// u=-U; i,j; 1 \le i \le M; \substack{l, m \\ \text{s.t.} \\ (l-1) s + m = j}
  void below_sum(std::vector<Sum::Index>& indices, std::vector<Condition>& where) {
    if (!is("{")) {
      indices.push_back(index());
      return;
    }
    ++at_;
    if (accept("\\substack")) {
      expect("{");
      conditions_below_sum(indices, where);
      expect("}");
    } else {
      conditions_below_sum(indices, where);
    }
    expect("}");
  }

  void conditions_below_sum(std::vector<Sum::Index>& indices, std::vector<Condition>& where) {
    bool such_that = false;
    while (!is("}") && !is_kind(TokenKind::kEnd)) {
      if (accept_kind(TokenKind::kText)) {
        such_that = true;
      } else if (accept_kind(TokenKind::kEndOfRow) || accept(",")) {
        continue;
      } else if (such_that) {
        where.push_back(condition());
      } else {
        index_or_condition(indices, where);
      }
    }
  }

  void index_or_condition(std::vector<Sum::Index>& indices, std::vector<Condition>& where) {
    const auto is_this = [&](const Sum::Index& index) { return index.name == peek().text; };
    const bool names_index =
        is_kind(TokenKind::kLetter) &&
        (is("'", 1) || std::none_of(indices.begin(), indices.end(), is_this)) &&
        (peek(1).kind != TokenKind::kRelation || peek(1).text == "==") && !is("_", 1);
    if (names_index) {
      indices.push_back(index());
      if (!is_kind(TokenKind::kRelation)) return;
      ++at_;
      Node lower = expression();
      if (accept(",") && accept("\\dots")) {
        accept(",");
        set_limit(indices.back().upper, expression());
      }
      return set_limit(indices.back().lower, std::move(lower));
    }
    Condition read = condition();
    if (!range_below_sum(read, indices)) where.push_back(std::move(read));
  }

  /// 1 <= i <= M makes i an index.
  static bool range_below_sum(Condition& read, std::vector<Sum::Index>& indices) {
    if (read.rest.size() != 2 || read.rest[0].relation != Relation::kLessEqual ||
        read.rest[1].relation != Relation::kLessEqual) {
      return false;
    }
    const auto* symbol = std::get_if<Symbol>(&read.rest[0].node.node);
    if (symbol == nullptr || !symbol->scripts.none()) return false;
    indices.push_back({symbol->name, read.rest[0].node.place, std::move(*read.first),
                       std::move(read.rest[1].node)});
    return true;
  }

  Sum::Index index() {
    if (!is_kind(TokenKind::kLetter)) fail_here("an index");
    const Token token = take();
    Sum::Index result{token.text, token.place, {}, {}};
    take_primes(result.name);
    return result;
  }

  const Source& source_;
  const std::vector<Token> tokens_;
  const std::vector<bool> is_condition_;  // At the '(' of each token.
  std::size_t at_ = 0;
  int depth_ = 0;
  int bars_ = 0;  // | that are open since the last bracket.
};

}  // namespace

std::vector<Chain> parse_formula(const Source& formula) {
  return FormulaParser(formula).run();
}

}  // namespace convproof::derivations::latex
