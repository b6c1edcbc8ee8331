#include "derivations/report/terminal.h"

#include <algorithm>

#include "core/errors.h"
#include "derivations/evaluate/sizes.h"
#include "derivations/language/printer.h"
#include "derivations/report/columns.h"

namespace convproof::derivations::report {
namespace {

using language::Choice;
using language::Verdict;

constexpr std::size_t kWidth = 100;
constexpr std::size_t kNameWidth = 20;
constexpr std::size_t kVerdictWidth = 15;  // "cannot be read" and a blank.
constexpr std::size_t kDetailWidth = kWidth - 2 - kNameWidth - 1 - kVerdictWidth;

struct Colours {
  const char* bad;
  const char* good;
  const char* bold;
  const char* plain;
};

Colours colours(bool colour) {
  if (!colour) return {"", "", "", ""};
  return {"\x1b[1;31m", "\x1b[1;32m", "\x1b[1m", "\x1b[0m"};
}

// ---------------------------------------------------------------- sentences

std::string counterexample_words(const evaluate::Counterexample& found) {
  if (found.comparison.outcome == evaluate::Outcome::kCannotBeRead) return found.comparison.why;
  const std::string at = words(found.sizes);
  std::string result = at.empty() ? "" : "at " + at + ": ";
  const evaluate::Comparison& comparison = found.comparison;
  for (const auto& [name, value] : comparison.indices) result += text(name, " = ", value, ", ");
  if (comparison.outcome == evaluate::Outcome::kShapesDiffer) {
    return result + brackets(comparison.left) + " against " + brackets(comparison.right);
  }
  if (comparison.outcome != evaluate::Outcome::kDiffer) return result + comparison.why;
  if (!comparison.element.empty()) result += "element " + brackets(comparison.element) + ": ";
  return result + found.left + " against " + found.right;
}

std::string region_words(const LinkDecision& decision) {
  if (!decision.region || !decision.region->holds) return "";
  const auto& sizes = *decision.region->holds;
  return sizes.empty() ? "never" : "iff " + language::print(sizes);
}

/// "under star = xcorr, or map = d", "under no reading", ...; empty if nothing is left open.
std::string readings_words(const language::File& file, const DecidedLink& link) {
  if (link.verdicts.size() <= 1) return "";
  const std::vector<Choice> held = holding(link);
  if (held.empty()) return text("holds under none of ", link.verdicts.size(), " readings");
  if (held.size() == link.verdicts.size()) {
    return text("holds under all ", link.verdicts.size(), " readings");
  }
  const std::vector<Choice> shown = without_idle_readings(file, link.readings, held);
  std::string result = "holds under ";
  for (std::size_t i = 0; i < std::min(shown.size(), kMostChoices); ++i) {
    result += text(i > 0 ? "; or " : "", words(file, shown[i]));
  }
  if (shown.size() > kMostChoices) {
    result += text("; or ", shown.size() - kMostChoices, " more");
  }
  return result;
}

std::string repair_words(const language::File& file, const DecidedLink& link) {
  const LinkVerdict* best = with_repairs(link);
  if (best == nullptr) return "";
  std::string result;
  for (const std::string& what : best->repairs.front().what) {
    result += (result.empty() ? "repair: " : ", ") + what;
  }
  const std::string readings = words(file, best->choice);
  return readings.empty() ? result : result + ", read with " + readings;
}

std::vector<std::string> details(const language::File& file, const DecidedLink& link) {
  const LinkDecision& decision = link.verdicts.front().decision;
  std::vector<std::string> result;
  if (decision.verdict == Verdict::kProved) {
    result.emplace_back(evaluate::names_of_sizes(file).empty() ? "exactly" : "for all sizes");
  } else {
    const char* of = link.verdicts.size() > 1 ? "first reading: " : "";
    const std::string region = region_words(decision);
    const std::string reason =
        decision.smallest ? counterexample_words(*decision.smallest) : decision.why;
    result.push_back(region.empty() ? "" : of + region);
    result.push_back(region.empty() ? of + reason : reason);
  }
  result.push_back(readings_words(file, link));
  result.push_back(repair_words(file, link));
  return result;
}

// ---------------------------------------------------------------- rows

struct Row {
  std::string name;
  Verdict verdict = Verdict::kUndecided;
  std::vector<std::string> details;  // Sentences; empty ones are left out.
  std::string surprise;
};

std::string joined(const std::vector<std::string>& sentences) {
  std::string result;
  for (const std::string& sentence : sentences) {
    if (sentence.empty()) continue;
    result += (result.empty() ? "" : "; ") + sentence;
  }
  return result;
}

std::string lines_of(const Row& row, const Colours& colour) {
  const std::vector<std::string> names = wrapped(printable(row.name), kNameWidth);
  std::vector<std::string> lines = wrapped(printable(joined(row.details)), kDetailWidth);
  const std::size_t detail_lines = lines.size();
  if (!row.surprise.empty()) {
    for (std::string& line : wrapped("UNEXPECTED: " + printable(row.surprise), kDetailWidth)) {
      lines.push_back(std::move(line));
    }
  }
  std::string result;
  for (std::size_t i = 0; i < std::max(names.size(), lines.size()); ++i) {
    const bool has_line = i < lines.size() && !lines[i].empty();
    result += "  " + padded(i < names.size() ? names[i] : "", kNameWidth) + " ";
    const std::string verdict = i == 0 ? language::print(row.verdict) : "";
    result += i == 0 && !holds(row.verdict) ? colour.bold + verdict + colour.plain : verdict;
    if (has_line) {
      result += std::string(kVerdictWidth - verdict.size(), ' ');
      result += i < detail_lines ? lines[i] : colour.bad + lines[i] + colour.plain;
    }
    result.erase(result.find_last_not_of(' ') + 1);
    result += "\n";
  }
  return result;
}

Row row_of(const language::File& file, const DecidedClaim& claim, std::size_t link) {
  Row row;
  row.name = claim.claim.name;
  if (claim.links.size() > 1) row.name += text(" ", link + 1);
  row.verdict = claim.links[link].verdicts.front().decision.verdict;
  row.details = details(file, claim.links[link]);
  const std::string item = item_of(claim.claim.remarks, link);
  if (!item.empty()) row.details.push_back("[" + item + "]");
  row.surprise = surprise(claim, link);
  return row;
}

Row row_of(const language::File& file, const DecidedConsistency& consistency) {
  Row row;
  row.name = "consistent:";
  const char* separator = " ";
  for (const std::string& claim : consistency.consistent.claims) {
    row.name += separator + claim;
    separator = ", ";
  }
  row.verdict = consistency.verdict;
  const auto shown = without_idle_readings(file, consistency.readings, consistency.holds_under);
  row.details = {shown.empty() ? "under no reading do all of them hold"
                 : shown.front().readings.empty()
                     ? "all of them hold under every reading"
                     : "all of them hold under " + words(file, shown.front())};
  if (shown.size() > 1) row.details.push_back(text("or ", shown.size() - 1, " more"));
  const std::string item = item_of(consistency.consistent.remarks, 0);
  if (!item.empty()) row.details.push_back("[" + item + "]");
  row.surprise = surprise(consistency);
  return row;
}

/// "the page as a whole: 9 of 12 links hold together, under star = xcorr"; empty if nothing is left
/// open.
std::string page_words(const DecidedFile& file) {
  if (!file.page) return "";
  const DecidedPage& page = *file.page;
  std::string result = page.most == page.links
                           ? "the page as a whole holds"
                           : text("the page as a whole: at most ", page.most, " of ", page.links,
                                  " links hold together");
  const std::vector<Choice> shown = without_idle_readings(file.file, page.readings, page.under);
  if (shown.empty() || shown.front().readings.empty()) return result;
  result += ", under " + words(file.file, shown.front());
  return shown.size() == 1 ? result : result + text("; or ", shown.size() - 1, " more");
}

std::string heading(const FileReport& file, const Colours& colour) {
  std::string result;
  std::string line = file.name;
  if (!file.decided.title.empty()) line += ": " + file.decided.title;
  for (const std::string& part : wrapped(printable(line), kWidth)) {
    result += colour.bold + part + colour.plain + "\n";
  }
  return result;
}

}  // namespace

std::string terminal(const FileReport& file, bool colour) {
  const Colours with = colours(colour);
  std::string result = heading(file, with);
  for (const auto& statement : file.decided.statements) {
    if (const auto* claim = std::get_if<DecidedClaim>(&statement)) {
      for (std::size_t i = 0; i < claim->links.size(); ++i) {
        result += lines_of(row_of(file.decided.file, *claim, i), with);
      }
    } else {
      const auto& consistency = std::get<DecidedConsistency>(statement);
      result += lines_of(row_of(file.decided.file, consistency), with);
    }
  }
  for (const std::string& words : {page_words(file.decided), sentence(counts_of(file))}) {
    if (words.empty()) continue;
    for (const std::string& line : wrapped(printable(words), kWidth - 2)) {
      result += "  " + line + "\n";
    }
  }
  return result + "\n";
}

std::string terminal_summary(const Report& report, bool colour) {
  const Colours with = colours(colour);
  const Counts counts = counts_of(report);
  std::string line = counted(report.files.size(), "file") + ", " + sentence(counts);
  if (report.interrupted) line += "; interrupted";
  line += counts.surprises == 0 ? ": as expected" : text("; ", counts.surprises, " unexpected");
  const char* code = exit_code(report) == 0 ? with.good : with.bad;
  std::string result;
  for (const std::string& part : wrapped(line, kWidth)) {
    result += code + part + with.plain + "\n";
  }
  return result;
}

}  // namespace convproof::derivations::report
