#include "derivations/report/html.h"

#include <algorithm>
#include <filesystem>

#include "core/errors.h"
#include "derivations/language/printer.h"
#include "derivations/mathml/mathml.h"
#include "derivations/report/bilingual.h"
#include "derivations/report/html_link.h"
#include "derivations/report/style.h"
#include "derivations/report/xml.h"

namespace convproof::derivations::report {
namespace {

using language::Statement;
using language::Verdict;

constexpr Verdict kVerdicts[] = {
    Verdict::kProved,       Verdict::kSupported,    Verdict::kRefuted,  Verdict::kIllFormed,
    Verdict::kShapesDiffer, Verdict::kCannotBeRead, Verdict::kUndecided};

// ---------------------------------------------------------------- groups

/// "note000_3.1.1_repaired" of "claims/note000_3.1.1_repaired.claim".
std::string stem_of(const FileReport& file) {
  return std::filesystem::path(file.name).filename().replace_extension().string();
}

/// Files that say what would have been right are no part of what is judged.
bool is_repaired(const FileReport& file) {
  return stem_of(file).ends_with("_repaired");
}

/// Files of one text.
struct Group {
  std::string name;
  std::vector<const FileReport*> files;
};

std::vector<Group> groups_of(const Report& report) {
  std::vector<Group> groups;
  for (const FileReport& file : report.files) {
    const std::string stem = stem_of(file);
    const std::string name = stem.substr(0, stem.find('_'));
    if (groups.empty() || groups.back().name != name) groups.push_back({name, {}});
    groups.back().files.push_back(&file);
  }
  return groups;
}

std::string group_markup(const std::string& name) {
  if (!name.starts_with("note")) return escaped(name);
  const std::string number = escaped(name.substr(4));
  return both({"Note " + number, "笔记 " + number});
}

// ---------------------------------------------------------------- summary

std::string counts_table(const std::vector<Group>& groups) {
  std::string out = "<div class=\"scroll\"><table class=\"counts\"><thead><tr><th>" +
                    both({"as printed", "原文"}) + "</th>";
  for (const Verdict verdict : kVerdicts) out += "<th>" + both(verdict_words(verdict)) + "</th>";
  out += "</tr></thead>\n";
  for (const Group& group : groups) {
    std::map<Verdict, std::size_t> total;
    for (const FileReport* file : group.files) {
      if (is_repaired(*file)) continue;
      for (const auto& [verdict, count] : counts_of(*file).verdicts) total[verdict] += count;
    }
    out += "<tr><th>" + group_markup(group.name) + "</th>";
    for (const Verdict verdict : kVerdicts) {
      out += total[verdict] == 0 ? "<td></td>" : text("<td>", total[verdict], "</td>");
    }
    out += "</tr>\n";
  }
  return out + "</table></div>\n";
}

std::string wrong_item(const LinkPlace& place, const Citations& citation) {
  const std::string item = item_of(place.claim.claim.remarks, place.link);
  return "<li>" + badge(place.first().verdict) + " <a href=\"#" + anchor_of(place) + "\">" +
         escaped(place.claim.claim.name) +
         (place.claim.links.size() > 1 ? text(" ", place.link + 1) : "") + "</a> " +
         citation_of(item, citation) + "<div class=\"scroll formula\">" + formula_of(place) +
         "</div>" + briefly(place) + "</li>\n";
}

std::string wrong_in(const Group& group, const Citations& citation) {
  std::string items;
  for (const FileReport* file : group.files) {
    if (is_repaired(*file)) continue;
    for (const auto& statement : file->decided.statements) {
      const auto* claim = std::get_if<DecidedClaim>(&statement);
      if (claim == nullptr) continue;
      for (std::size_t i = 0; i < claim->links.size(); ++i) {
        const LinkPlace place{*file, *claim, i};
        if (!holds(place.first().verdict)) items += wrong_item(place, citation);
      }
    }
  }
  if (items.empty()) {
    return "<p>" + both({"Everything that was decided holds.", "已判定的各式都成立。"}) + "</p>\n";
  }
  return "<ul>\n" + items + "</ul>\n";
}

std::string summary(const std::vector<Group>& groups, const Citations& citation) {
  std::string out = counts_table(groups);
  out += "<h2>" + both({"What does not hold", "不成立之处"}) + "</h2>\n";
  for (const Group& group : groups) {
    out += "<h3>" + group_markup(group.name) + "</h3>\n" + wrong_in(group, citation);
  }
  return out;
}

// ---------------------------------------------------------------- sections

bool is_declaration(const Statement& statement) {
  return !std::holds_alternative<language::Title>(statement.node) &&
         !std::holds_alternative<language::Claim>(statement.node) &&
         !std::holds_alternative<language::Consistent>(statement.node);
}

std::string declarations(const language::File& file) {
  std::string lines;
  std::size_t count = 0;
  for (const Statement& statement : file.statements) {
    if (!is_declaration(statement)) continue;
    lines += "<div>" + mathml::mathml(statement) + "</div>\n";
    ++count;
  }
  if (count == 0) return "";
  return details({"Sizes, tensors and what they are made of", "尺寸、张量与定义"},
                 "<div class=\"scroll\">" + lines + "</div>\n");
}

std::string consistency_card(const FileReport& file, const DecidedConsistency& consistency,
                             const Citations& citation) {
  std::string claims;
  for (const std::string& claim : consistency.consistent.claims) {
    claims += (claims.empty() ? "" : ", ") + escaped(claim);
  }
  std::string out = "<article><h4>" + badge(consistency.verdict) + " " +
                    both({"together: " + claims, "同时成立：" + claims}) + " " +
                    citation_of(item_of(consistency.consistent.remarks, 0), citation) + "</h4>\n";
  const std::string unexpected = surprise(consistency);
  if (!unexpected.empty()) {
    out += "<p class=\"surprise\">" + both({"Unexpected: ", "与预期不符："}) + escaped(unexpected) +
           "</p>\n";
  }
  std::size_t all = 1;
  for (const std::string& reading : consistency.readings) {
    all *= alternatives_of(file.decided.file, reading).size();
  }
  return out + "<p>" +
         readings_markup(file.decided.file, consistency.readings, all, consistency.holds_under) +
         "</p></article>\n";
}

/// Under which readings the page as a whole holds, or the most of it; empty if nothing is left open.
std::string page_markup(const DecidedFile& file) {
  if (!file.page) return "";
  const DecidedPage& page = *file.page;
  std::size_t all = 1;
  for (const std::string& reading : page.readings) {
    all *= alternatives_of(file.file, reading).size();
  }
  const std::string held = readings_markup(file.file, page.readings, all, page.under);
  const bool whole = page.most == page.links;
  return "<p><strong>" +
         both(whole ? Bilingual{"The page as a whole", "整节作为整体"}
                    : Bilingual{text("The page as a whole: at most ", page.most, " of ",
                                     page.links, " links hold together;"),
                                text("整节作为整体：", page.links, " 个等式中最多有 ", page.most,
                                     " 个能同时成立；")}) +
         "</strong> " + held + "</p>\n";
}

std::string section(const FileReport& file, const Citations& citation) {
  const std::string title = file.decided.title.empty() ? file.name : file.decided.title;
  std::string out = "<section id=\"" + escaped(file.name) + "\"><h3>" + escaped(title) +
                    (is_repaired(file) ? " " + both({"(repaired)", "（修正后）"}) : "") +
                    "</h3>\n<p class=\"muted\">" + escaped(file.name) + "</p>\n" +
                    declarations(file.decided.file) + page_markup(file.decided);
  for (const auto& statement : file.decided.statements) {
    if (const auto* claim = std::get_if<DecidedClaim>(&statement)) {
      for (std::size_t i = 0; i < claim->links.size(); ++i) {
        out += card({file, *claim, i}, citation);
      }
    } else {
      out += consistency_card(file, std::get<DecidedConsistency>(statement), citation);
    }
  }
  return out + "</section>\n";
}

std::string head() {
  return text(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>Derivations, decided · 推导的判定</title>\n<style>",
      kStyle, "</style>\n</head>\n");
}

}  // namespace

std::string to_html(const Report& report, const Citations& citation) {
  const std::vector<Group> groups = groups_of(report);
  const Counts counts = counts_of(report);
  std::string out = head();
  out +=
      "<body>\n"
      "<input class=\"language\" type=\"radio\" name=\"language\" id=\"show-en\" checked>"
      "<label class=\"language\" for=\"show-en\">English</label>\n"
      "<input class=\"language\" type=\"radio\" name=\"language\" id=\"show-zh\">"
      "<label class=\"language\" for=\"show-zh\" lang=\"zh\">中文</label>\n<main>\n";
  out +=
      "<h1>" + both({"Derivations, decided for all sizes", "推导的判定：对所有尺寸"}) + "</h1>\n";
  out += "<p>" +
         both({text(counted(counts.all, "link"), " in ", counted(report.files.size(), "text")),
               text(report.files.size(), " 篇文本，共 ", counts.all, " 个等式")}) +
         "</p>\n";
  if (report.interrupted) {
    out +=
        "<p class=\"surprise\">" +
        both({"Interrupted: what was not decided is left out.", "被中断：尚未判定的没有列出。"}) +
        "</p>\n";
  }
  out += summary(groups, citation);
  for (const Group& group : groups) {
    out += "<h2>" + group_markup(group.name) + "</h2>\n";
    for (const FileReport* file : group.files) out += section(*file, citation);
  }
  return out + "</main>\n</body>\n</html>\n";
}

}  // namespace convproof::derivations::report
