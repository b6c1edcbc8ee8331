#include "derivations/latex/notation.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "derivations/language/lexer.h"
#include "derivations/language/operators.h"
#include "derivations/language/parser.h"
#include "derivations/latex/walk.h"

namespace convproof::derivations::latex {
namespace {

using language::in_quotes;
using language::LanguageError;
using language::Place;
using language::Source;
using language::Token;
using language::TokenKind;
using language::Tokens;

/// Each is read behind all statements.
constexpr std::size_t kMostNotations = 32;
constexpr std::size_t kMostOperands = 6;

/// A statement `notation`; its lines and where its body begins.
struct Written {
  std::string name;
  std::vector<std::string> parameters;
  std::vector<Place> places;  // Of the parameters.
  int first_line = 1;
  int last_line = 1;
  Place body;  // Behind the '='.
  Place end;
};

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return lines;
}

class Splitter {
 public:
  explicit Splitter(const Source& source)
      : source_(source), lexed_(language::tokens_of(source)), lines_(lines_of(source.text)) {}

  SplitDeclarations run() {
    find_notations();
    SplitDeclarations result{without_notations(), {}};
    // The error of a statement comes before that of a notation.
    (void)language::parse({source_.file, result.statements});
    for (Written& written : written_) {
      Expr body = body_of(result.statements, written);
      check_names(body, written);
      const Notation notation{std::move(written.parameters), std::move(body)};
      if (!result.notations.emplace(written.name, notation).second) {
        fail({written.first_line, 1}, "one notation for each name",
             text("another one for ", in_quotes(written.name)));
      }
    }
    return result;
  }

 private:
  [[noreturn]] void fail(Place place, const std::string& expected, const std::string& found) const {
    throw LanguageError(source_, place, expected, found);
  }

  const Token& peek() const { return lexed_.tokens[at_]; }
  bool is(std::string_view text) const {
    return (peek().kind == TokenKind::kWord || peek().kind == TokenKind::kSign) &&
           peek().text == text;
  }
  bool at_end() const {
    return peek().kind == TokenKind::kEndOfLine || peek().kind == TokenKind::kEndOfText ||
           peek().kind == TokenKind::kUnreadable;
  }

  [[noreturn]] void fail_here(const std::string& expected) const {
    if (peek().kind == TokenKind::kUnreadable) throw LanguageError(*lexed_.error);
    fail(peek().span.begin, expected, at_end() ? "the end of the line" : in_quotes(peek().text));
  }

  void find_notations() {
    for (at_ = 0; at_ < lexed_.tokens.size(); skip_statement()) {
      if (!is("notation")) continue;
      if (written_.size() == kMostNotations) {
        fail(peek().span.begin, text("at most ", kMostNotations, " notations"), "one more");
      }
      written_.push_back(notation());
    }
  }

  void skip_statement() {
    while (at_ < lexed_.tokens.size() && peek().kind != TokenKind::kEndOfLine) ++at_;
    ++at_;
  }

  Written notation() {
    Written result;
    result.first_line = peek().span.begin.line;
    ++at_;
    result.name = word("the name of a sign or a function");
    expect("(");
    do {
      const Place place = peek().span.begin;
      std::string name = word("the name of an operand");
      const auto& before = result.parameters;
      if (std::find(before.begin(), before.end(), name) != before.end()) {
        fail(place, "a new name", in_quotes(name) + " again");
      }
      if (before.size() == kMostOperands) {
        fail(place, text("at most ", kMostOperands, " operands"), "one more");
      }
      result.parameters.push_back(std::move(name));
      result.places.push_back(place);
    } while (accept(","));
    expect(")");
    result.body = peek().span.end;
    expect("=");
    if (at_end()) fail_here("an expression");
    std::size_t end = at_;
    while (lexed_.tokens[end].kind != TokenKind::kEndOfLine) {
      if (lexed_.tokens[end].kind == TokenKind::kUnreadable) throw LanguageError(*lexed_.error);
      ++end;
    }
    result.end = lexed_.tokens[end].span.begin;
    result.last_line = result.end.line;
    return result;
  }

  std::string word(const std::string& expected) {
    if (peek().kind != TokenKind::kWord) fail_here(expected);
    return std::string(lexed_.tokens[at_++].text);
  }

  bool accept(std::string_view sign) {
    if (!is(sign)) return false;
    ++at_;
    return true;
  }

  void expect(std::string_view sign) {
    if (!accept(sign)) fail_here(in_quotes(sign));
  }

  std::string without_notations() const {
    std::string result;
    auto next = written_.begin();
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      const int line = static_cast<int>(i) + 1;
      while (next != written_.end() && next->last_line < line) ++next;
      const bool left_out = next != written_.end() && line >= next->first_line;
      result += left_out ? std::string_view("\n") : lines_[i];
    }
    if (!result.empty() && result.back() != '\n') result += '\n';
    return result;
  }

  /// The body as the language reads it with as few operands as possible taken as arrays, the first
  /// ones; the others are numbers. Of errors the first one says the most.
  Expr body_of(const std::string& statements, const Written& written) const {
    std::optional<LanguageError> first;
    for (std::size_t arrays = 0; arrays <= written.parameters.size(); ++arrays) {
      try {
        return read_body(statements, written, arrays);
      } catch (const LanguageError& error) {
        if (!first) first = error;
      }
    }
    throw *first;
  }

  /// Behind the statements: a reading of the body may use names that are not declared, and readings
  /// of a number or an array stand for arrays with any axes. The text keeps its columns, and its
  /// lines but for a number of them.
  Expr read_body(const std::string& statements, const Written& written, std::size_t arrays) const {
    const auto first = static_cast<std::size_t>(written.first_line);
    const auto last = static_cast<std::size_t>(written.last_line);
    std::string text = statements;
    for (std::size_t i = 0; i < arrays; ++i) {
      text += "reading " + written.parameters[i] + " = 0 | ones(1)\n";
    }
    const auto before = static_cast<int>(std::count(text.begin(), text.end(), '\n'));
    text += "reading " + fresh_name(statements) + " =\n";
    for (std::size_t line = first; line <= last; ++line) {
      std::string part(lines_[line - 1]);
      const bool begins = static_cast<int>(line) == written.body.line;
      const auto columns = static_cast<std::size_t>(written.body.column - 1);
      if (static_cast<int>(line) < written.body.line) part = "\n";
      if (begins) std::fill_n(part.begin(), std::min(columns, part.size()), ' ');
      text += part;
    }
    if (text.back() != '\n') text += '\n';
    text += " | 0\n";
    if (text.size() > language::kLongestText) {
      fail({written.first_line, 1}, "shorter declarations, where they have notations",
           convproof::text(source_.text.size(), " bytes"));
    }
    try {
      const language::File file = language::parse({source_.file, text});
      const auto& reading = std::get<language::ReadingStatement>(file.statements.back().node);
      return std::get<Expr>(reading.alternatives.front());
    } catch (const LanguageError& error) {
      const int line = error.line() - before - 2 + written.first_line;
      if (line > written.last_line) fail(written.end, error.expected(), "the end of the line");
      if (line < written.first_line) fail({written.first_line, 1}, error.expected(), error.got());
      fail({line, error.column()}, error.expected(), error.got());
    }
  }

  /// Of the reading, which no statement declares.
  static std::string fresh_name(const std::string& statements) {
    std::string name = "notation";
    while (statements.find(name) != std::string::npos) name += '_';
    return name;
  }

  void check_names(const Expr& body, const Written& written) const {
    std::vector<std::string> known = written.parameters;
    walk(body, [&known](const Expr& e) {
      const auto* sum = std::get_if<language::Sum>(&e.node);
      if (sum == nullptr) return;
      for (const language::Range& range : sum->ranges) known.push_back(range.name);
    });
    std::unordered_map<std::string, language::NameKind> used;
    walk(body, [&](const Expr& e) {
      const auto* name = std::get_if<language::Name>(&e.node);
      if (name == nullptr) return;
      used.emplace(name->name, name->kind);
      if (name->kind != language::NameKind::kIndex) return;
      if (std::find(known.begin(), known.end(), name->name) != known.end()) return;
      fail({written.first_line, 1}, "a notation of declared names and its operands",
           in_quotes(name->name));
    });
    for (std::size_t i = 0; i < written.parameters.size(); ++i) {
      const auto use = used.find(written.parameters[i]);
      if (use != used.end() && (use->second == language::NameKind::kIndex ||
                                use->second == language::NameKind::kReading)) {
        continue;
      }
      fail(written.places[i], "an operand with a new name that stands behind '='",
           text(in_quotes(written.parameters[i]),
                use == used.end() ? ", which does not" : ", which is declared"));
    }
  }

  const Source& source_;
  const Tokens lexed_;
  const std::vector<std::string_view> lines_;
  std::vector<Written> written_;
  std::size_t at_ = 0;
};

}  // namespace

SplitDeclarations split_declarations(const Source& source) {
  return Splitter(source).run();
}

}  // namespace convproof::derivations::latex
