#include "derivations/report/columns.h"

#include <algorithm>

#include "derivations/language/source.h"

namespace convproof::derivations::report {
namespace {

using language::Character;
using language::character_at;

/// The blocks that terminals show in two columns (Unicode Standard Annex 11: wide, full width).
bool is_wide(char32_t code) {
  struct Block {
    char32_t first;
    char32_t last;
  };
  constexpr Block kWide[] = {{0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0xA4CF},
                             {0xA960, 0xA97F},   {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},
                             {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},
                             {0x1F300, 0x1F64F}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD}};
  return std::any_of(std::begin(kWide), std::end(kWide),
                     [code](Block b) { return b.first <= code && code <= b.last; });
}

std::size_t columns_of(const Character& character) {
  return character.valid && is_wide(character.code) ? 2 : 1;
}

/// The first bytes of a word that fill at most so many columns.
std::string_view beginning(std::string_view word, std::size_t columns) {
  std::size_t end = 0;
  for (std::size_t used = 0; end < word.size();) {
    const Character character = character_at(word, end);
    used += columns_of(character);
    if (used > columns) break;
    end += character.bytes;
  }
  return word.substr(0, end);
}

}  // namespace

std::size_t columns_of(std::string_view text) {
  std::size_t result = 0;
  for (std::size_t i = 0; i < text.size();) {
    const Character character = character_at(text, i);
    result += columns_of(character);
    i += character.bytes;
  }
  return result;
}

std::string printable(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size();) {
    const Character character = character_at(text, i);
    const bool shown =
        character.valid && !language::is_control(character.code) && character.code != '\t';
    result += shown ? text.substr(i, character.bytes) : "\xEF\xBF\xBD";
    i += character.bytes;
  }
  return result;
}

std::string padded(std::string_view text, std::size_t columns) {
  const std::size_t used = columns_of(text);
  return std::string(text) + std::string(used < columns ? columns - used : 0, ' ');
}

std::vector<std::string> wrapped(std::string_view text, std::size_t columns) {
  std::vector<std::string> lines{""};
  std::size_t used = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (word.empty()) continue;
    std::size_t wanted = columns_of(word);
    if (used > 0 && used + 1 + wanted > columns) {
      lines.emplace_back();
      used = 0;
    }
    if (used > 0) {
      lines.back() += ' ';
      ++used;
    }
    while (wanted > columns - used) {
      const std::string_view fits = beginning(word, columns - used);
      lines.back() += fits;
      word.remove_prefix(fits.size());
      wanted -= columns_of(fits);
      lines.emplace_back();
      used = 0;
    }
    lines.back() += word;
    used += wanted;
  }
  return lines;
}

}  // namespace convproof::derivations::report
