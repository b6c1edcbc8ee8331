// Texts of the claim language, places in them, and the error that points at one.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/errors.h"

namespace convproof::derivations::language {

/// Lines and columns count from 1; a column is a character (a code point of UTF-8, or a byte that
/// is none).
struct Place {
  int line = 1;
  int column = 1;
};

/// From the first character to behind the last one.
struct Span {
  Place begin;
  Place end;
  /// Where something stands makes no difference to what it says, so that syntax trees compare by
  /// what they say.
  friend bool operator==(const Span&, const Span&) { return true; }
};

/// A text and the name of the file that it is from.
struct Source {
  std::string file;
  std::string text;
};

/// The longest text that is read, in bytes.
inline constexpr std::size_t kLongestText = std::size_t{1} << 20U;

/// One character of a text.
struct Character {
  char32_t code = 0;
  std::size_t bytes = 1;
  bool valid = true;  // Otherwise one byte that belongs to no character.
};

/// The character at byte `at`, as UTF-8 defines it: no overlong forms, no surrogates.
Character character_at(std::string_view text, std::size_t at);

/// True for what a terminal would obey instead of show; tabs are shown.
bool is_control(char32_t code);

/// A text that is not in the language, or says what cannot be. Three lines:
///
///   FILE:LINE:COLUMN: expected WHAT, found WHAT
///   the line of the text
///       ^
///
/// Tabs of the line stay tabs under it. Of a long line only the neighbourhood is shown, and what
/// cannot be shown stands as U+FFFD, so that the message is short and printable for any text.
class LanguageError : public ParseError {
 public:
  LanguageError(const Source& source, Place place, const std::string& expected,
                const std::string& found);

  const char* what() const noexcept override { return message_.c_str(); }
  const std::string& file() const { return file_; }
  int line() const { return place_.line; }
  int column() const { return place_.column; }

 private:
  std::string file_;
  Place place_;
  std::string message_;
};

}  // namespace convproof::derivations::language
