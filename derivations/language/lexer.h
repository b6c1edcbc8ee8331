// The words, numbers and signs of a text of the claim language.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "derivations/language/source.h"

namespace convproof::derivations::language {

enum class TokenKind {
  kWord,       // A name or a word of the language: W, w', conv.
  kNumber,     // 12 or 1.7159.
  kString,     // "...", with its quotes and escapes as they stand.
  kItem,       // Behind the word item: V-DW-L4.
  kSign,       // One of ( ) [ ] , : | = == != < <= > >= + - * .* / ..
  kEndOfLine,  // Of a statement, with all the indented lines that continue it.
  kEndOfText,
  kUnreadable,  // The place of the error; the last token.
};

struct Token {
  TokenKind kind = TokenKind::kEndOfText;
  std::string_view text;  // A part of the source.
  Span span;
};

struct Tokens {
  std::vector<Token> tokens;  // Ends with kEndOfText or kUnreadable.
  /// What stops the reader who comes to kUnreadable; an error of grammar before it comes first.
  std::optional<LanguageError> error;
};

/// A name is not longer, and a number has no more digits.
inline constexpr std::size_t kLongestName = 64;
inline constexpr std::size_t kMostDigits = 1000;

/// Cost:  linear in the text, which must outlive the tokens.
Tokens tokens_of(const Source& source);

/// "'X'" for a message: what cannot be shown by its number, what is long shortened.
std::string in_quotes(std::string_view text);

}  // namespace convproof::derivations::language
