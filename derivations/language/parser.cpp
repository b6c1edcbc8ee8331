#include "derivations/language/parser.h"

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "derivations/language/expression_parser.h"

namespace convproof::derivations::language {
namespace {

class Parser : private ExpressionParser {
 public:
  explicit Parser(const Source& source) : ExpressionParser(source) {}

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
  // -------------------------------------------------------------- statements

  Statement::Node statement() {
    using Read = Statement::Node (Parser::*)();
    static const std::unordered_map<std::string_view, Read> statements{
        {"title", &Parser::title},      {"size", &Parser::size},
        {"assume", &Parser::assume},    {"const", &Parser::constant},
        {"each", &Parser::each},        {"tensor", &Parser::tensor},
        {"scalar", &Parser::scalar},    {"seed", &Parser::seed},
        {"let", &Parser::let},          {"reading", &Parser::reading},
        {"claim", &Parser::claim},      {"numeric", &Parser::numeric},
        {"arith", &Parser::arithmetic}, {"consistent", &Parser::consistent},
    };
    const auto found = is_word() ? statements.find(peek().text) : statements.end();
    if (found == statements.end()) {
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

  std::unordered_map<std::string, int> claims_;  // By name, the line.
  bool has_title_ = false;
};

}  // namespace

File parse(const Source& source) {
  return Parser(source).file();
}

}  // namespace convproof::derivations::language
