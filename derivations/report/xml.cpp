#include "derivations/report/xml.h"

#include "derivations/language/source.h"

namespace convproof::derivations::report {
namespace {

bool is_in_xml(const language::Character& character) {
  if (!character.valid) return false;
  const char32_t code = character.code;
  if (code < 0x20) return code == '\t' || code == '\n';
  return code != 0xFFFE && code != 0xFFFF && !language::is_control(code);
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size();) {
    const language::Character character = language::character_at(text, i);
    switch (character.code) {
      case '<': result += "&lt;"; break;
      case '>': result += "&gt;"; break;
      case '&': result += "&amp;"; break;
      case '"': result += "&quot;"; break;
      case '\'': result += "&#39;"; break;
      default: result += is_in_xml(character) ? text.substr(i, character.bytes) : "\xEF\xBF\xBD";
    }
    i += character.bytes;
  }
  return result;
}

std::string sentence_markup(std::string_view sentence) {
  std::string result;
  while (true) {
    const std::size_t begin = sentence.find('`');
    const std::size_t end = begin == std::string_view::npos ? begin : sentence.find('`', begin + 1);
    if (end == std::string_view::npos) return result + escaped(sentence);
    result += escaped(sentence.substr(0, begin)) + "<code>" +
              escaped(sentence.substr(begin + 1, end - begin - 1)) + "</code>";
    sentence.remove_prefix(end + 1);
  }
}

}  // namespace convproof::derivations::report
