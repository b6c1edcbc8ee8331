// Goes through the tokens of a text; the base of the parser.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "derivations/language/lexer.h"
#include "derivations/language/source.h"

namespace convproof::derivations::language {

class TokenReader {
 protected:
  explicit TokenReader(const Source& source) : source_(source), lexed_(tokens_of(source)) {}

  const Token& peek(std::size_t ahead = 0) const;
  bool is(std::string_view text, std::size_t ahead = 0) const;
  bool is_word(std::size_t ahead = 0) const { return peek(ahead).kind == TokenKind::kWord; }
  Token take() { return lexed_.tokens[at_++]; }
  bool accept(std::string_view text);
  void expect(std::string_view text);
  Token take_word(const std::string& expected);
  Place end_of_last() const { return lexed_.tokens[at_ - 1].span.end; }
  [[noreturn]] void fail(Place place, const std::string& expected, const std::string& found) const;
  /// At the next token.
  [[noreturn]] void fail_here(const std::string& expected) const;

  /// One or more, with commas between them.
  template <typename Item>
  auto list(Item item, std::size_t most = kLongestText) {
    std::vector<decltype(item())> items;
    do {
      if (items.size() == most) {
        fail(peek().span.begin, text("at most ", most, " entries of a list"), "one more");
      }
      items.push_back(item());
    } while (accept(","));
    return items;
  }
  void expect_end_of_list(std::string_view close);

  const Source& source_;
  const Tokens lexed_;
  std::size_t at_ = 0;  // Of the next token.
};

}  // namespace convproof::derivations::language
