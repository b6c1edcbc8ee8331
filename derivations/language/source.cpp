#include "derivations/language/source.h"

#include <algorithm>
#include <vector>

namespace convproof::derivations::language {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD.

/// Characters of a long line that are shown before and from the place.
constexpr std::size_t kShownBefore = 60;
constexpr std::size_t kShownFrom = 40;

unsigned byte_at(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

std::string_view line_of(std::string_view text, int line) {
  for (int i = 1; i < line; ++i) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
  text = text.substr(0, text.find('\n'));
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

/// The line and the caret under its character `column`.
std::string excerpt(std::string_view line, int column) {
  const std::size_t place = static_cast<std::size_t>(column) - 1;
  std::vector<std::string_view> shown;
  for (std::size_t i = 0; i < line.size() && shown.size() <= place + kShownFrom;) {
    const Character c = character_at(line, i);
    const bool printable = c.valid && !is_control(c.code);
    shown.push_back(printable ? line.substr(i, c.bytes) : kReplacement);
    i += c.bytes;
  }
  const std::size_t first = place > kShownBefore ? place - kShownBefore : 0;
  const std::size_t last = std::min(shown.size(), place + kShownFrom);
  std::string text = first > 0 ? "..." : "";
  std::string caret(text.size(), ' ');
  for (std::size_t i = first; i < last; ++i) {
    text += shown[i];
    if (i < place) caret += shown[i] == "\t" ? '\t' : ' ';
  }
  if (last < shown.size()) text += "...";
  return text + "\n" + caret + "^";
}

}  // namespace

Character character_at(std::string_view text, std::size_t at) {
  const unsigned first = byte_at(text, at);
  if (first < 0x80U) return {first, 1, true};
  const Character invalid{first, 1, false};
  std::size_t bytes = 0;
  char32_t code = 0;
  char32_t least = 0;
  if ((first & 0xE0U) == 0xC0U) {
    bytes = 2, code = first & 0x1FU, least = 0x80;
  } else if ((first & 0xF0U) == 0xE0U) {
    bytes = 3, code = first & 0x0FU, least = 0x800;
  } else if ((first & 0xF8U) == 0xF0U) {
    bytes = 4, code = first & 0x07U, least = 0x10000;
  } else {
    return invalid;
  }
  if (text.size() - at < bytes) return invalid;
  for (std::size_t i = 1; i < bytes; ++i) {
    const unsigned next = byte_at(text, at + i);
    if ((next & 0xC0U) != 0x80U) return invalid;
    code = (code << 6U) | (next & 0x3FU);
  }
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (code < least || code > 0x10FFFF || surrogate) return invalid;
  return {code, bytes, true};
}

bool is_control(char32_t code) {
  return (code < 0x20 && code != '\t') || (code >= 0x7F && code < 0xA0) ||
         (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069) ||
         code == 0x2028 || code == 0x2029;
}

LanguageError::LanguageError(const Source& source, Place place, const std::string& expected,
                             const std::string& found)
    : ParseError(text(source.file, ":", place.line, ":", place.column), expected, found),
      file_(source.file),
      place_(place),
      message_(text(ParseError::what(), "\n",
                    excerpt(line_of(source.text, place.line), place.column))) {}

}  // namespace convproof::derivations::language
