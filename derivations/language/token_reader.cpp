#include "derivations/language/token_reader.h"

#include <algorithm>

namespace convproof::derivations::language {

const Token& TokenReader::peek(std::size_t ahead) const {
  return lexed_.tokens[std::min(at_ + ahead, lexed_.tokens.size() - 1)];
}

bool TokenReader::is(std::string_view text, std::size_t ahead) const {
  const Token& token = peek(ahead);
  return (token.kind == TokenKind::kWord || token.kind == TokenKind::kSign) && token.text == text;
}

bool TokenReader::accept(std::string_view text) {
  if (!is(text)) return false;
  ++at_;
  return true;
}

void TokenReader::expect(std::string_view text) {
  if (!accept(text)) fail_here(in_quotes(text));
}

Token TokenReader::take_word(const std::string& expected) {
  if (!is_word()) fail_here(expected);
  return take();
}

void TokenReader::fail(Place place, const std::string& expected, const std::string& found) const {
  throw LanguageError(source_, place, expected, found);
}

void TokenReader::fail_here(const std::string& expected) const {
  const Token& token = peek();
  switch (token.kind) {
    case TokenKind::kUnreadable: throw LanguageError(*lexed_.error);
    case TokenKind::kEndOfLine: fail(token.span.begin, expected, "the end of the line");
    case TokenKind::kEndOfText: fail(token.span.begin, expected, "the end of the text");
    case TokenKind::kString: fail(token.span.begin, expected, "a text in quotes");
    default: fail(token.span.begin, expected, in_quotes(token.text));
  }
}

void TokenReader::expect_end_of_list(std::string_view close) {
  if (!accept(close)) fail_here(text("',' or ", in_quotes(close)));
}

}  // namespace convproof::derivations::language
