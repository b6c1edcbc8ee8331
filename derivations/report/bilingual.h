// The sentences of the page, each in English and in Chinese.
#pragma once

#include <string>

#include "derivations/language/ast.h"

namespace convproof::derivations::report {

/// Both are markup.
struct Bilingual {
  std::string en;
  std::string zh;
};

/// Both of them, of which the page shows the one that its reader has chosen.
std::string both(const Bilingual& sentence);

/// "refuted", "不成立".
Bilingual verdict_words(language::Verdict verdict);

/// An edit of a repair, as edits.h words it; in English in both where it has other words.
Bilingual edit_words(const std::string& edit);

/// The verdict as a coloured label.
std::string badge(language::Verdict verdict);

/// Opened by a click on its summary.
std::string details(const Bilingual& summary, const std::string& content);

}  // namespace convproof::derivations::report
