#include "derivations/report/bilingual.h"

#include <string_view>

#include "core/errors.h"
#include "derivations/report/xml.h"

namespace convproof::derivations::report {

using language::Verdict;

std::string both(const Bilingual& sentence) {
  return text("<span class=\"en\" lang=\"en\">", sentence.en,
              "</span><span class=\"zh\" lang=\"zh\">", sentence.zh, "</span>");
}

Bilingual verdict_words(Verdict verdict) {
  switch (verdict) {
    case Verdict::kProved: return {"proved", "已证明"};
    case Verdict::kRefuted: return {"refuted", "不成立"};
    case Verdict::kShapesDiffer: return {"shapes differ", "形状不同"};
    case Verdict::kIllFormed: return {"ill-formed", "无意义"};
    case Verdict::kUndecided: return {"undecided", "未判定"};
    case Verdict::kSupported: return {"supported", "数值支持"};
    case Verdict::kCannotBeRead: break;
  }
  return {"cannot be read", "无法解读"};
}

Bilingual edit_words(const std::string& edit) {
  const std::string en = escaped(edit);
  const auto behind = [&edit](std::string_view words) {
    return edit.starts_with(words) ? "<code>" + escaped(edit.substr(words.size())) + "</code>" : "";
  };
  constexpr std::string_view kInstead = " instead of ";
  if (const std::size_t at = edit.find(kInstead); at != std::string::npos) {
    return {en, text("<code>", escaped(edit.substr(0, at)), "</code> 代替 <code>",
                     escaped(edit.substr(at + kInstead.size())), "</code>")};
  }
  if (const std::string what = behind("rot180 of "); !what.empty()) return {en, "旋转 " + what};
  if (const std::string what = behind("without the factor "); !what.empty()) {
    return {en, "去掉因子 " + what};
  }
  if (const std::string what = behind("without "); !what.empty()) return {en, "去掉 " + what};
  if (const std::string what = behind("the transpose of "); !what.empty()) {
    return {en, "转置 " + what};
  }
  if (edit == "the operands in the other order") return {en, "交换两个运算数"};
  if (edit == "with the other sign") return {en, "改变正负号"};
  return {en, "<span lang=\"en\">" + en + "</span>"};
}

std::string badge(Verdict verdict) {
  const char* kind = verdict == Verdict::kProved || verdict == Verdict::kSupported ? "good"
                     : verdict == Verdict::kUndecided                              ? "open"
                                                                                   : "bad";
  return text("<span class=\"badge ", kind, "\">", both(verdict_words(verdict)), "</span>");
}

std::string details(const Bilingual& summary, const std::string& content) {
  return text("<details><summary>", both(summary), "</summary>\n", content, "</details>\n");
}

}  // namespace convproof::derivations::report
