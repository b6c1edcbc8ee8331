#include "derivations/report/html_link.h"

#include <algorithm>

#include "core/errors.h"
#include "derivations/evaluate/sizes.h"
#include "derivations/language/printer.h"
#include "derivations/mathml/mathml.h"
#include "derivations/proof_text.h"
#include "derivations/report/bilingual.h"
#include "derivations/report/worked.h"
#include "derivations/report/xml.h"

namespace convproof::derivations::report {
namespace {

using language::Choice;
using language::Verdict;

/// What the page shows of a proof; the files of --certificates have all of it.
constexpr std::size_t kLongestCertificate = 20'000;

std::string in_code(const std::string& text) {
  return "<code>" + escaped(text) + "</code>";
}

std::string in_english(const std::string& sentence) {
  return "<span lang=\"en\">" + sentence_markup(sentence) + "</span>";
}

std::string paragraph(const std::string& content) {
  return content.empty() ? "" : "<p>" + content + "</p>\n";
}

/// Both with a blank between them, if there are both.
std::string joined(const std::string& first, const std::string& second) {
  return first.empty() || second.empty() ? first + second : first + " " + second;
}

// ---------------------------------------------------------------- sizes

/// Any of: all of.
std::string sizes_markup(const language::Expectation::Sizes& sizes, const char* conjunction,
                         const char* disjunction) {
  std::string out;
  for (const auto& all : sizes) {
    if (!out.empty()) out += disjunction;
    for (std::size_t i = 0; i < all.size(); ++i) {
      out += (i > 0 ? conjunction : "") + mathml::mathml(all[i]);
    }
  }
  return out;
}

std::string region_markup(const LinkDecision& decision, const language::File& file) {
  if (decision.verdict == Verdict::kProved) {
    if (evaluate::names_of_sizes(file).empty()) return both({"exactly", "精确成立"});
    return both({"for all sizes", "对所有尺寸成立"});
  }
  if (!decision.region || !decision.region->holds) return "";
  const auto& sizes = *decision.region->holds;
  if (sizes.empty()) return both({"holds for no sizes", "对任何尺寸都不成立"});
  return both({"holds if and only if " + sizes_markup(sizes, " and ", ", or "),
               "当且仅当 " + sizes_markup(sizes, " 且 ", "，或 ") + " 时成立"});
}

// ---------------------------------------------------------------- readings

std::string readings_table(const LinkPlace& place) {
  const language::File& file = place.file.decided.file;
  const DecidedLink& link = place.decided();
  std::string out = "<div class=\"scroll\"><table><thead><tr>";
  for (const std::string& reading : link.readings) out += "<th>" + in_code(reading) + "</th>";
  out += "<th>" + both({"verdict", "判定"}) + "</th><th>" + both({"sizes", "尺寸"}) +
         "</th></tr></thead>\n";
  for (const LinkVerdict& verdict : link.verdicts) {
    out += "<tr>";
    for (const std::string& reading : link.readings) {
      const std::size_t number = verdict.choice.readings.at(reading);
      out += "<td>" + in_code(alternatives_of(file, reading).at(number)) + "</td>";
    }
    out += "<td>" + badge(verdict.decision.verdict) + "</td><td>" +
           region_markup(verdict.decision, file) + "</td></tr>\n";
  }
  return out + "</table></div>\n";
}

std::string readings_of_link(const LinkPlace& place) {
  const DecidedLink& link = place.decided();
  if (link.verdicts.size() <= 1) return "";
  return readings_markup(place.file.decided.file, link.readings, link.verdicts.size(),
                         holding(link));
}

/// As what the first verdict takes the text.
std::string first_reading(const LinkPlace& place) {
  if (place.decided().verdicts.size() <= 1) return "";
  const std::string reading =
      in_code(words(place.file.decided.file, place.decided().verdicts.front().choice));
  return both({"read with " + reading + ":", "读作 " + reading + "："});
}

// ---------------------------------------------------------------- proofs and repairs

std::string proof_details(const LinkProof& proof) {
  const ProofSize size = size_of(proof);
  std::string certificate = to_text(proof);
  const bool cut = certificate.size() > kLongestCertificate;
  if (cut) certificate.resize(certificate.rfind('\n', kLongestCertificate) + 1);
  std::string shown = "<pre class=\"scroll\">" + escaped(certificate) + "</pre>\n";
  if (cut) {
    shown += paragraph(both({"The rest is in the files that <code>--certificates</code> writes.",
                             "其余部分见 <code>--certificates</code> 写出的文件。"}));
  }
  return details(
      {text("Proof: ", counted(size.conditions, "condition"), ", ",
            counted(size.products, "product"), ", ", counted(size.certificates, "certificate")),
       text("证明：", size.conditions, " 个条件，", size.products, " 个乘积，", size.certificates,
            " 个证书")},
      shown);
}

/// "xcorr instead of conv, mode=full instead of valid", and the readings that it needs.
Bilingual words_of(const LinkPlace& place, const LinkVerdict& verdict, const Repair& repair) {
  Bilingual all;
  for (const std::string& edit : repair.what) {
    const Bilingual one = edit_words(edit);
    all.en += (all.en.empty() ? "" : ", ") + one.en;
    all.zh += (all.zh.empty() ? "" : "，") + one.zh;
  }
  const std::string readings = words(place.file.decided.file, verdict.choice);
  if (readings.empty()) return all;
  return {all.en + ", read with " + in_code(readings), all.zh + "，读作 " + in_code(readings)};
}

std::string repairs_markup(const LinkPlace& place) {
  const LinkVerdict* best = with_repairs(place.decided());
  if (best == nullptr) return "";
  std::string out;
  for (const Repair& repair : best->repairs) {
    const Bilingual what = words_of(place, *best, repair);
    out += "<div class=\"repair\">" + paragraph(both({"Repair: " + what.en, "修正：" + what.zh})) +
           "<div class=\"scroll formula\">" + mathml::mathml(repair.repaired) + "</div>\n";
    if (repair.decision.proof) out += proof_details(*repair.decision.proof);
    out += "</div>\n";
  }
  return out;
}

// ---------------------------------------------------------------- the card

std::string counterexamples_markup(const LinkDecision& decision) {
  if (decision.smallest && decision.verdict == Verdict::kCannotBeRead) {
    return paragraph(worked_briefly(*decision.smallest));
  }
  std::string out;
  if (decision.smallest) {
    out += "<h5>" + both({"Smallest counterexample", "最小反例"}) + "</h5>\n" +
           worked(*decision.smallest);
  }
  const bool is_another =
      decision.typical && decision.smallest && decision.typical->sizes != decision.smallest->sizes;
  if (is_another) {
    out += details({"A counterexample with different sizes above 1", "尺寸互异且大于 1 的反例"},
                   worked(*decision.typical));
  }
  return out;
}

/// What was found of a link for which no counterexample is at hand.
std::string reason_markup(const LinkDecision& decision) {
  if (decision.smallest || decision.why.empty()) return "";
  return in_english(decision.why);
}

std::string confirmed_markup(const LinkDecision& decision) {
  if (decision.verdict != Verdict::kProved || decision.confirmed == 0) return "";
  return both(
      {text("(computed and found equal at ", counted(decision.confirmed, "small size"), ", too)"),
       text("（另在 ", decision.confirmed, " 组小尺寸上逐一计算，结果相同）")});
}

std::string surprise_markup(const std::string& surprise) {
  if (surprise.empty()) return "";
  return "<p class=\"surprise\">" + both({"Unexpected: ", "与预期不符："}) + in_english(surprise) +
         "</p>\n";
}

}  // namespace

std::string anchor_of(const LinkPlace& place) {
  return escaped(text(place.file.name, "-", place.claim.claim.name, "-", place.link + 1));
}

std::string formula_of(const LinkPlace& place) {
  const language::Claim& claim = place.claim.claim;
  const evaluate::Members members = place.first().members;
  const language::Comparison comparison{
      evaluate::member(claim, members.left),
      {{claim.links[place.link].relation, evaluate::member(claim, members.right)}},
      {}};
  std::string out = mathml::mathml(comparison);
  if (claim.ranges.empty()) return out;
  out += "<span class=\"ranges\">";
  const char* separator = "";
  for (const language::Range& range : claim.ranges) {
    out += separator + mathml::mathml(range);
    separator = ", ";
  }
  return out + "</span>";
}

std::string citation_of(const std::string& item, const Citations& citation) {
  if (item.empty()) return "";
  std::string out = "<span class=\"item\">" + escaped(item) + "</span>";
  const std::optional<Citation> found = citation ? citation(item) : std::nullopt;
  if (!found) return out;
  return out + " <span class=\"muted\">" +
         both({"note " + escaped(found->note), "笔记 " + escaped(found->note)}) + " " +
         escaped(found->section) + " " + escaped(found->lines) + "</span>";
}

std::string readings_markup(const language::File& file, const std::vector<std::string>& readings,
                            std::size_t all, const std::vector<Choice>& held) {
  if (held.empty()) {
    return both({text("holds under none of ", all, " readings"),
                 text("在全部 ", all, " 种读法下都不成立")});
  }
  if (held.size() == all) {
    return both(
        {text("holds under all ", all, " readings"), text("在全部 ", all, " 种读法下都成立")});
  }
  const std::vector<Choice> shown = without_idle_readings(file, readings, held);
  std::string choices;
  for (std::size_t i = 0; i < std::min(shown.size(), kMostChoices); ++i) {
    choices += (i > 0 ? "; " : "") + in_code(words(file, shown[i]));
  }
  if (shown.size() > kMostChoices) choices += text("; … (", shown.size() - kMostChoices, ")");
  return both({"holds under " + choices, "在以下读法下成立：" + choices});
}

std::string briefly(const LinkPlace& place) {
  const LinkDecision& decision = place.first();
  std::vector<std::string> parts{region_markup(decision, place.file.decided.file)};
  if (decision.smallest) parts.push_back(worked_briefly(*decision.smallest));
  parts.push_back(reason_markup(decision));
  parts.push_back(readings_of_link(place));
  if (const LinkVerdict* best = with_repairs(place.decided())) {
    const Bilingual what = words_of(place, *best, best->repairs.front());
    parts.push_back(both({"repair: " + what.en, "修正：" + what.zh}));
  }
  std::string out;
  for (const std::string& part : parts) {
    if (!part.empty()) out += (out.empty() ? "" : "; ") + part;
  }
  return joined(first_reading(place), out);
}

std::string card(const LinkPlace& place, const Citations& citation) {
  const DecidedLink& link = place.decided();
  const LinkDecision& decision = place.first();
  const language::File& file = place.file.decided.file;
  const std::string& name = place.claim.claim.name;
  std::string out = "<article id=\"" + anchor_of(place) + "\"><h4>" + badge(decision.verdict) +
                    " " + escaped(name);
  if (place.claim.links.size() > 1) out += text(" ", place.link + 1);
  out += " " + citation_of(item_of(place.claim.claim.remarks, place.link), citation) + "</h4>\n";
  out += "<div class=\"scroll formula\">" + formula_of(place) + "</div>\n";
  out += surprise_markup(surprise(place.claim, place.link));
  out += paragraph(joined(joined(first_reading(place), region_markup(decision, file)),
                          confirmed_markup(decision)));
  out += paragraph(reason_markup(decision));
  out += paragraph(readings_of_link(place));
  out += counterexamples_markup(decision);
  out += repairs_markup(place);
  if (link.verdicts.size() > 1) {
    out += details({text("All ", link.verdicts.size(), " readings"),
                    text("全部 ", link.verdicts.size(), " 种读法")},
                   readings_table(place));
  }
  if (decision.proof && decision.proof->complete()) out += proof_details(*decision.proof);
  return out + "</article>\n";
}

}  // namespace convproof::derivations::report
