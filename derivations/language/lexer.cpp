#include "derivations/language/lexer.h"

#include <algorithm>
#include <array>
#include <iomanip>
#include <sstream>
#include <string>

namespace convproof::derivations::language {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// Longer signs before their beginnings.
constexpr std::array<std::string_view, 20> kSigns{"==", "!=", "<=", ">=", ".*", "..", "(",
                                                  ")",  "[",  "]",  ",",  ":",  "|",  "=",
                                                  "<",  ">",  "+",  "-",  "*",  "/"};

// The functions of <cctype> depend on the locale.
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

std::string hexadecimal(unsigned long value, int digits) {
  std::ostringstream out;
  out << std::hex << std::uppercase << std::setfill('0') << std::setw(digits) << value;
  return out.str();
}

class Lexer {
 public:
  explicit Lexer(const Source& source) : source_(source), text_(source.text) {}

  Tokens run() {
    try {
      read_all();
    } catch (const LanguageError& error) {
      add(TokenKind::kUnreadable, 0);
      result_.error = error;
    }
    return std::move(result_);
  }

 private:
  void read_all() {
    if (text_.size() > kLongestText) {
      fail(text("a text of at most ", kLongestText, " bytes"), text(text_.size(), " bytes"));
    }
    if (text_.starts_with(kByteOrderMark)) at_ += kByteOrderMark.size();
    for (;;) {
      skip_blanks();
      if (at_ == text_.size()) break;
      if (here_.column == 1) {
        end_line();
      } else if (result_.tokens.empty()) {
        fail("a statement at the beginning of a line",
             "an indented line with nothing that it could continue");
      }
      read_token();
    }
    end_line();
    add(TokenKind::kEndOfText, 0);
  }

  /// Blanks, comments and ends of lines.
  void skip_blanks() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '\n') {
        ++at_;
        here_ = {here_.line + 1, 1};
      } else if (c == ' ' || c == '\t' || text_.substr(at_).starts_with("\r\n")) {
        advance(1);
      } else if (c == '#') {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else {
        return;
      }
    }
  }

  void read_token() {
    const char c = text_[at_];
    if (after_item() && (is_letter(c) || is_digit(c))) return read_item();
    if (is_digit(c)) return read_number();
    if (is_letter(c)) return read_word();
    if (c == '"') return read_string();
    for (const std::string_view sign : kSigns) {
      if (text_.substr(at_).starts_with(sign)) return add(TokenKind::kSign, sign.size());
    }
    const Character found = character_at(text_, at_);
    fail("a name, a number or a sign", in_quotes(text_.substr(at_, found.bytes)));
  }

  bool after_item() const {
    return !result_.tokens.empty() && result_.tokens.back().kind == TokenKind::kWord &&
           result_.tokens.back().text == "item";
  }

  void read_item() {
    std::size_t end = at_;
    while (end < text_.size() &&
           (is_letter(text_[end]) || is_digit(text_[end]) || text_[end] == '-')) {
      ++end;
    }
    if (end - at_ > kLongestName) {
      fail(text("an item of at most ", kLongestName, " characters"),
           in_quotes(text_.substr(at_, end - at_)));
    }
    add(TokenKind::kItem, end - at_);
  }

  std::size_t end_of_digits(std::size_t at) const {
    while (at < text_.size() && is_digit(text_[at])) ++at;
    return at;
  }

  void read_number() {
    std::size_t end = end_of_digits(at_);
    if (end + 1 < text_.size() && text_[end] == '.' && is_digit(text_[end + 1])) {
      end = end_of_digits(end + 1);
    }
    if (end < text_.size() && is_letter(text_[end])) {
      fail("a sign between a number and a name", in_quotes(text_.substr(at_, end + 1 - at_)));
    }
    if (end - at_ > kMostDigits) {
      fail(text("a number of at most ", kMostDigits, " digits"),
           in_quotes(text_.substr(at_, end - at_)));
    }
    add(TokenKind::kNumber, end - at_);
  }

  void read_word() {
    std::size_t end = at_;
    while (end < text_.size() && (is_letter(text_[end]) || is_digit(text_[end]))) ++end;
    while (end < text_.size() && text_[end] == '\'') ++end;
    if (end - at_ > kLongestName) {
      fail(text("a name of at most ", kLongestName, " characters"),
           in_quotes(text_.substr(at_, end - at_)));
    }
    add(TokenKind::kWord, end - at_);
  }

  void read_string() {
    const std::size_t begin = at_;
    const Place first = here_;
    advance(1);
    for (;;) {
      if (at_ == text_.size() || text_[at_] == '\n' || text_.substr(at_).starts_with("\r\n")) {
        fail("'\"' at the end of the text in quotes", "the end of the line");
      }
      const Character c = character_at(text_, at_);
      if (!c.valid || is_control(c.code)) {
        fail("a character that can be shown", in_quotes(text_.substr(at_, c.bytes)));
      }
      if (c.code == '\\') {
        const std::string_view escape = text_.substr(at_, 2);
        if (escape != R"(\")" && escape != R"(\\)") fail(R"('\"' or '\\')", in_quotes(escape));
        advance(1);
      }
      if (c.code == '"') break;
      advance(c.code == '\\' ? 1 : c.bytes);
    }
    advance(1);
    result_.tokens.push_back(
        {TokenKind::kString, text_.substr(begin, at_ - begin), {first, here_}});
  }

  void end_line() {
    if (result_.tokens.empty()) return;
    const Place end = result_.tokens.back().span.end;
    result_.tokens.push_back({TokenKind::kEndOfLine, {}, {end, end}});
  }

  /// Tokens but strings are of one byte per character.
  void add(TokenKind kind, std::size_t bytes) {
    const std::string_view part = text_.substr(at_, bytes);
    const Place begin = here_;
    at_ += bytes;
    here_.column += static_cast<int>(bytes);
    result_.tokens.push_back({kind, part, {begin, here_}});
  }

  /// Over one character.
  void advance(std::size_t bytes) {
    at_ += bytes;
    ++here_.column;
  }

  [[noreturn]] void fail(const std::string& expected, const std::string& found) const {
    throw LanguageError(source_, here_, expected, found);
  }

  const Source& source_;
  std::string_view text_;
  std::size_t at_ = 0;
  Place here_;
  Tokens result_;
};

}  // namespace

Tokens tokens_of(const Source& source) {
  return Lexer(source).run();
}

std::string in_quotes(std::string_view part) {
  constexpr std::size_t kMostShown = 40;
  std::string shown;
  std::size_t count = 0;
  for (std::size_t i = 0; i < part.size();) {
    if (count++ == kMostShown) {
      shown += "...";
      break;
    }
    const Character c = character_at(part, i);
    if (!c.valid) {
      shown += text("<byte ", hexadecimal(c.code, 2), ">");
    } else if (is_control(c.code) || c.code == '\t') {
      shown += text("<U+", hexadecimal(c.code, 4), ">");
    } else {
      shown += part.substr(i, c.bytes);
    }
    i += c.bytes;
  }
  return text("'", shown, "'");
}

}  // namespace convproof::derivations::language
