#include "conformance/report/report.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <fstream>
#include <set>
#include <sstream>
#include <tuple>

#include "core/errors.h"

namespace convproof::conformance {
namespace {

using nlohmann::json;

constexpr const char* kFormat = "convproof-report-1";

constexpr Verdict kVerdicts[] = {
    Verdict::kPass, Verdict::kPassExact, Verdict::kSuspect, Verdict::kContract, Verdict::kDialect,
    Verdict::kFail, Verdict::kCrash,     Verdict::kTimeout, Verdict::kMemory,   Verdict::kSkip};

bool counts_as_failure(const CaseResult& r) {
  return !conforms(r.judgement.verdict) && !r.known;
}

std::string entry_of(const CaseResult& r) {
  return r.subject + " " + r.case_string;
}

/// The class of the arithmetic over many cases: the weakest that was seen per dtype. Cases that
/// come out exactly say nothing about rounding; failures name their class if they all have the
/// same.
class ArithmeticSummary {
 public:
  void add(const CaseResult& r) {
    const Judgement& j = r.judgement;
    if (j.verdict == Verdict::kSkip || j.arithmetic.empty()) return;
    if (!conforms(j.verdict)) {
      wrong_.insert(j.arithmetic);
      return;
    }
    auto& weakest = weakest_[r.dtype];
    if (weakest.second.empty() || j.precision > weakest.first)
      weakest = {j.precision, j.arithmetic};
  }
  std::string words() const {
    if (wrong_.size() == 1) return *wrong_.begin();
    if (!wrong_.empty()) return "none";
    std::string words;
    for (const auto& [dtype, weakest] : weakest_) {
      const bool exact = weakest.first == Precision::kExact;
      words +=
          text(words.empty() ? "" : "; ", exact ? text(name(dtype), " exact") : weakest.second);
    }
    return words;
  }

 private:
  std::map<DType, std::pair<Precision, std::string>> weakest_;
  std::set<std::string> wrong_;
};

std::string verdict_counts(const std::map<Verdict, std::size_t>& counts) {
  std::string out;
  for (const auto& [verdict, count] : counts) {
    out += text(out.empty() ? "" : ", ", count, " ", name(verdict));
  }
  return out;
}

std::string ratio_text(double ratio) {
  return std::isfinite(ratio) ? fmt::format("{:.3g}", ratio) : "inf";
}

/// Numbers that JSON cannot hold become strings.
json finite_or_text(double value) {
  return std::isfinite(value) ? json(value) : json(value > 0 ? "inf" : "nan");
}

std::string escaped(const std::string& raw) {
  std::string out;
  for (const char ch : raw) {
    switch (ch) {
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '&': out += "&amp;"; break;
      case '"': out += "&quot;"; break;
      default:
        // XML 1.0 has no other control characters, and a subject may have printed anything.
        out += (ch >= ' ' && ch < 127) || ch == '\n' || ch == '\t' ? ch : '?';
    }
  }
  return out;
}

/// Lines of at most `width` characters; breaks at `separator` only, which stays at the line's end
/// unless it is a space.
std::vector<std::string> wrapped(const std::string& sentence, std::size_t width,
                                 std::string_view separator = " ") {
  std::vector<std::string> lines{""};
  std::size_t at = 0;
  while (at < sentence.size()) {
    const std::size_t end = std::min(sentence.find(separator, at), sentence.size());
    const std::size_t next = std::min(end + separator.size(), sentence.size());
    std::string word = sentence.substr(at, next - at);
    if (word.ends_with(' ')) word.pop_back();
    if (!lines.back().empty() && lines.back().size() + 1 + word.size() > width) {
      lines.emplace_back();
    }
    lines.back() += (lines.back().empty() ? "" : " ") + word;
    at = next;
  }
  return lines;
}

std::string table(const std::vector<Row>& rows) {
  constexpr std::size_t kVerdictWidth = 30;
  constexpr std::size_t kClassWidth = 24;
  std::string out = fmt::format("{:<11} {:<4} {:>6}  {:<30} {:>7}  {:<24} {:>7}\n", "subject",
                                "pass", "cases", "verdicts", "ratio", "arithmetic", "time");
  out += std::string(98, '-') + "\n";
  for (const Row& row : rows) {
    const auto verdicts = wrapped(verdict_counts(row.verdicts), kVerdictWidth, ", ");
    const auto classes = wrapped(row.arithmetic, kClassWidth,
                                 row.arithmetic.find("; ") == std::string::npos ? " " : "; ");
    const auto subjects = wrapped(row.subject, 11);
    for (std::size_t i = 0; i < std::max({verdicts.size(), classes.size(), subjects.size()}); ++i) {
      const auto cell = [&](const std::vector<std::string>& cells) {
        return i < cells.size() ? cells[i] : "";
      };
      const std::string line =
          fmt::format("{:<11} {:<4} {:>6}  {:<30} {:>7}  {:<24} {:>7}", cell(subjects),
                      i == 0 ? row.pass : "", i == 0 ? std::to_string(row.cases) : "",
                      cell(verdicts), i == 0 ? ratio_text(row.worst_ratio) : "", cell(classes),
                      i == 0 ? fmt::format("{:.1f} s", row.seconds) : "");
      out += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
    }
  }
  return out;
}

/// One failure per subject, pass and verdict: the one with the smallest case.
std::vector<const CaseResult*> shown_failures(const CampaignResult& campaign) {
  std::map<std::tuple<std::string, std::string, Verdict>, const CaseResult*> first;
  for (const CaseResult& r : campaign.results) {
    if (!counts_as_failure(r)) continue;
    auto& shown = first[{r.subject, r.pass, r.judgement.verdict}];
    if (shown == nullptr || (shown->smallest.empty() && !r.smallest.empty())) shown = &r;
  }
  std::vector<const CaseResult*> all;
  for (const auto& [key, result] : first) all.push_back(result);
  return all;
}

/// What a subject said, on one line of printable characters: it goes to terminals.
std::string printable(const std::string& said) {
  std::string out;
  for (const char ch : said) {
    const bool is_space = ch == '\n' || ch == '\t' || ch == '\r' || ch == ' ';
    if (is_space && (out.empty() || out.back() == ' ')) continue;
    out += is_space ? ' ' : ch > ' ' && ch < 127 ? ch : '?';
  }
  return out;
}

/// The last lines of standard error, where the reason usually is.
std::vector<std::string> last_lines(const std::string& said) {
  constexpr std::size_t kMost = 6;
  constexpr std::size_t kWidth = 80;
  std::vector<std::string> lines;
  std::istringstream in(said);
  for (std::string line; std::getline(in, line);) {
    const std::string shown = printable(line);
    if (!shown.empty() && shown != " ") lines.push_back(shown.substr(0, kWidth));
  }
  if (lines.size() > kMost) lines.erase(lines.begin(), lines.end() - kMost);
  return lines;
}

std::string failure_text(const CaseResult& r, const char* bold, const char* plain) {
  std::string out =
      text("\n", bold, name(r.judgement.verdict), plain, "  ", r.subject, "  pass ", r.pass, "\n");
  const bool shrunk = !r.smallest.empty();
  out += text(shrunk ? "  smallest case  " : "  case           ",
              shrunk ? r.smallest : r.case_string, "\n");
  const std::string& sentence = shrunk ? r.smallest_sentence : r.judgement.sentence;
  for (const std::string& line : wrapped(printable(sentence), 80)) {
    out += "                 " + line + "\n";
  }
  if (shrunk && r.smallest != r.case_string) out += text("  found by       ", r.case_string, "\n");
  const char* label = "  it printed     ";
  for (const std::string& line : last_lines(r.standard_error)) {
    out += label + line + "\n";
    label = "                 ";
  }
  return out;
}

struct Totals {
  std::size_t judged = 0;
  std::size_t failed = 0;
  std::size_t known = 0;
  std::size_t skipped = 0;
  std::size_t given_up = 0;
  std::size_t suspect = 0;
};

Totals totals_of(const Run& run) {
  Totals t;
  for (const CaseResult& r : run.campaign.results) {
    if (r.judgement.verdict == Verdict::kSkip) {
      ++t.skipped;
      if (r.gave_up) ++t.given_up;
      continue;
    }
    ++t.judged;
    if (r.judgement.verdict == Verdict::kSuspect) ++t.suspect;
    if (r.known) ++t.known;
    if (counts_as_failure(r)) ++t.failed;
  }
  return t;
}

std::string verdict_sentence(const Run& run) {
  const Totals t = totals_of(run);
  std::string out =
      text(t.judged, " results judged, ", t.failed, " failed, ", t.skipped, " skipped");
  if (t.given_up > 0) out += text(" (", t.given_up, " of them given up)");
  if (t.known > 0) out += text(", ", t.known, " known failures");
  if (!run.unexpected_passes.empty()) out += text(", ", run.unexpected_passes.size(), " XPASS");
  if (!run.stale.empty()) out += text(", ", run.stale.size(), " STALE");
  if (run.campaign.interrupted) {
    const std::size_t subjects = std::max<std::size_t>(run.campaign.subjects.size(), 1);
    out += text("; interrupted after ", run.campaign.results.size() / subjects, " of ", run.cases,
                " cases");
  }
  const int code = exit_code(run);
  return out + (code == 0 ? ": conforms" : code == 1 ? ": does not conform" : ": could not tell");
}

/// Reason and number of skipped results, per subject.
std::map<std::pair<std::string, std::string>, std::size_t> skips_of(const CampaignResult& c) {
  std::map<std::pair<std::string, std::string>, std::size_t> skips;
  for (const CaseResult& r : c.results) {
    if (r.judgement.verdict == Verdict::kSkip) ++skips[{r.subject, r.judgement.sentence}];
  }
  return skips;
}

json result_to_json(const CaseResult& r) {
  json j{{"subject", r.subject},
         {"case", r.case_string},
         {"pass", r.pass},
         {"dtype", name(r.dtype)},
         {"verdict", name(r.judgement.verdict)},
         {"precision", static_cast<int>(r.judgement.precision)},
         {"arithmetic", r.judgement.arithmetic},
         {"elements", r.judgement.elements},
         {"wrong_elements", r.judgement.wrong_elements},
         {"worst_ratio", finite_or_text(r.judgement.worst_ratio)},
         {"worst_element", r.judgement.worst_element},
         {"milliseconds", r.milliseconds}};
  if (!r.judgement.sentence.empty()) j["sentence"] = r.judgement.sentence;
  if (!r.standard_error.empty()) j["standard_error"] = r.standard_error;
  if (!r.smallest.empty()) {
    j["smallest_case"] = r.smallest;
    j["smallest_sentence"] = r.smallest_sentence;
  }
  if (r.known) j["known"] = true;
  if (r.gave_up) j["gave_up"] = true;
  return j;
}

Verdict parse_verdict(const std::string& text) {
  for (const Verdict v : kVerdicts) {
    if (text == name(v)) return v;
  }
  throw ParseError("verdict", "PASS, FAIL, ...", "'" + text + "'");
}

CaseResult result_from_json(const json& j) {
  CaseResult r;
  r.subject = j.at("subject").get<std::string>();
  r.case_string = j.at("case").get<std::string>();
  r.pass = j.at("pass").get<std::string>();
  r.dtype = parse_dtype(j.at("dtype").get<std::string>(), "report");
  r.judgement.verdict = parse_verdict(j.at("verdict").get<std::string>());
  const int precision = j.at("precision").get<int>();
  if (precision < 0 || precision > static_cast<int>(Precision::kOther)) {
    throw ParseError("precision", "0 to 4", text(precision));
  }
  r.judgement.precision = static_cast<Precision>(precision);
  r.judgement.arithmetic = j.at("arithmetic").get<std::string>();
  r.judgement.elements = j.at("elements").get<Index>();
  r.judgement.wrong_elements = j.at("wrong_elements").get<Index>();
  const json& ratio = j.at("worst_ratio");
  r.judgement.worst_ratio = ratio.is_number() ? ratio.get<double>() : HUGE_VAL;
  r.judgement.worst_element = j.at("worst_element").get<Index>();
  r.judgement.sentence = j.value("sentence", "");
  r.standard_error = j.value("standard_error", "");
  r.milliseconds = j.at("milliseconds").get<double>();
  r.smallest = j.value("smallest_case", "");
  r.smallest_sentence = j.value("smallest_sentence", "");
  r.known = j.value("known", false);
  r.gave_up = j.value("gave_up", false);
  return r;
}

/// A report that was cut or edited must not turn green.
void check_consistency(const Run& run) {
  if (run.shards < 1 || run.shard < 1 || run.shard > run.shards) {
    throw ParseError("shard", "1 to the number of shards", text(run.shard, " of ", run.shards));
  }
  std::set<std::string> subjects;
  for (const Hello& s : run.campaign.subjects) subjects.insert(s.name);
  std::set<std::string> seen;
  for (const CaseResult& r : run.campaign.results) {
    if (!subjects.contains(r.subject)) {
      throw ParseError("results", "one of its subjects", "'" + r.subject + "'");
    }
    if (!seen.insert(entry_of(r)).second) {
      throw ParseError("results", "one per subject and case", "two of " + entry_of(r));
    }
  }
  const std::size_t expected = run.cases * run.campaign.subjects.size();
  if (seen.size() > expected || (seen.size() < expected && !run.campaign.interrupted)) {
    throw ParseError("results", text(run.cases, " cases of ", subjects.size(), " subjects"),
                     text(seen.size()));
  }
}

std::string dumped(const json& j) {
  // Subjects may print what is not UTF-8.
  return j.dump(1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

int exit_code(const Run& run) {
  const Totals t = totals_of(run);
  if (t.failed > 0 || !run.unexpected_passes.empty() || !run.stale.empty()) return 1;
  // Nobody learns anything from a run that judged nothing.
  if (run.campaign.interrupted || t.judged == 0 || t.given_up > 0) return 2;
  return 0;
}

std::vector<Row> summarise(const CampaignResult& campaign) {
  std::vector<Row> rows;
  std::vector<ArithmeticSummary> classes;
  for (const Hello& subject : campaign.subjects) {
    std::map<std::string, std::size_t> row_of;
    for (const CaseResult& r : campaign.results) {
      if (r.subject != subject.name) continue;
      const auto [found, is_new] = row_of.try_emplace(r.pass, rows.size());
      if (is_new) {
        rows.push_back({r.subject, r.pass, 0, {}, 0, {}, 0});
        classes.emplace_back();
      }
      Row& row = rows[found->second];
      ++row.cases;
      ++row.verdicts[r.judgement.verdict];
      row.worst_ratio = std::max(row.worst_ratio, r.judgement.worst_ratio);
      row.seconds += r.milliseconds / 1000;
      classes[found->second].add(r);
    }
  }
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i].arithmetic = classes[i].words();
  return rows;
}

std::string console_report(const Run& run, bool colour) {
  const char* red = colour ? "\x1b[1;31m" : "";
  const char* green = colour ? "\x1b[1;32m" : "";
  const char* plain = colour ? "\x1b[0m" : "";
  std::string out = "\n" + table(summarise(run.campaign));
  for (const auto& [skip, count] : skips_of(run.campaign)) {
    out += text("\nskipped  ", skip.first, ": ", count, " cases, ", skip.second);
  }
  if (!skips_of(run.campaign).empty()) out += "\n";
  for (const CaseResult* r : shown_failures(run.campaign)) out += failure_text(*r, red, plain);
  for (const std::string& entry : run.unexpected_passes) {
    out += text("\nXPASS  listed as a known failure, but conforms: ", entry);
  }
  for (const std::string& entry : run.stale) {
    out += text("\nSTALE  listed as a known failure, but not in this run: ", entry);
  }
  out += text("\n", exit_code(run) == 0 ? green : red, verdict_sentence(run), plain, "\n");
  return out;
}

json to_json(const Run& run) {
  json subjects = json::array();
  for (const Hello& hello : run.campaign.subjects) {
    subjects.push_back({{"name", hello.name},
                        {"version", hello.version},
                        {"hello", json::parse(hello.json, nullptr, false)}});
  }
  json results = json::array();
  for (const CaseResult& r : run.campaign.results) results.push_back(result_to_json(r));
  return {{"format", kFormat},
          {"tier", name(run.tier)},
          {"seed", run.seed},
          {"shard", run.shard},
          {"shards", run.shards},
          {"cases", run.cases},
          {"interrupted", run.campaign.interrupted},
          {"seconds", run.campaign.seconds},
          {"exit_code", exit_code(run)},
          {"verdict", verdict_sentence(run)},
          {"subjects", subjects},
          {"unexpected_passes", run.unexpected_passes},
          {"stale", run.stale},
          {"results", results}};
}

Run run_from_json(const json& j, const std::string& file) {
  const std::string expected = "a report.json of convproof";
  if (!j.is_object())
    throw ParseError(file, expected, j.is_discarded() ? "no JSON" : j.type_name());
  if (const json format = j.value("format", json()); format != kFormat) {
    throw ParseError(file, text("\"format\" ", kFormat), format.dump());
  }
  try {
    Run run;
    run.tier = parse_tier(j.at("tier").get<std::string>());
    run.seed = j.at("seed").get<std::uint64_t>();
    run.shard = j.at("shard").get<int>();
    run.shards = j.at("shards").get<int>();
    run.cases = j.at("cases").get<std::size_t>();
    run.campaign.interrupted = j.at("interrupted").get<bool>();
    run.campaign.seconds = j.at("seconds").get<double>();
    run.unexpected_passes = j.at("unexpected_passes").get<std::vector<std::string>>();
    run.stale = j.at("stale").get<std::vector<std::string>>();
    for (const json& s : j.at("subjects")) {
      run.campaign.subjects.push_back(parse_hello(s.at("hello").dump()));
      // Told apart from others of the same name when it was run.
      run.campaign.subjects.back().name = s.at("name").get<std::string>();
    }
    for (const json& r : j.at("results")) run.campaign.results.push_back(result_from_json(r));
    check_consistency(run);
    return run;
  } catch (const std::exception& e) {
    throw ParseError(file, expected, e.what());
  }
}

std::string to_junit(const Run& run) {
  const Totals t = totals_of(run);
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  out += fmt::format(
      "<testsuites name=\"convproof\" tests=\"{}\" failures=\"{}\" skipped=\"{}\" "
      "time=\"{:.3f}\">\n",
      run.campaign.results.size(), t.failed, t.skipped, run.campaign.seconds);
  for (const Hello& subject : run.campaign.subjects) {
    out += text("  <testsuite name=\"", escaped(subject.name), "\">\n");
    for (const CaseResult& r : run.campaign.results) {
      if (r.subject != subject.name) continue;
      out += fmt::format("    <testcase classname=\"{}.{}\" name=\"{}\" time=\"{:.6f}\"",
                         escaped(r.subject), r.pass, escaped(r.case_string), r.milliseconds / 1000);
      if (r.judgement.verdict == Verdict::kSkip || (r.known && !conforms(r.judgement.verdict))) {
        out +=
            text("><skipped message=\"",
                 escaped(r.known ? "known failure: " + r.judgement.sentence : r.judgement.sentence),
                 "\"/></testcase>\n");
      } else if (counts_as_failure(r)) {
        out += text("><failure type=\"", name(r.judgement.verdict), "\" message=\"",
                    escaped(r.judgement.sentence), "\">",
                    escaped(r.smallest.empty()
                                ? std::string()
                                : text("smallest case: ", r.smallest, "\n", r.smallest_sentence)),
                    "</failure></testcase>\n");
      } else {
        out += "/>\n";
      }
    }
    out += "  </testsuite>\n";
  }
  return out + "</testsuites>\n";
}

std::string to_markdown(const Run& run) {
  std::string out = text("# convproof: ", verdict_sentence(run), "\n\n", "Tier ", name(run.tier),
                         ", seed ", run.seed);
  if (run.shards > 1) out += text(", shard ", run.shard, "/", run.shards);
  out += fmt::format(", {} cases, {:.1f} s.\n\n", run.cases, run.campaign.seconds);
  out += "| subject | pass | cases | verdicts | worst error ratio | arithmetic | time |\n";
  out += "|---|---|---:|---|---:|---|---:|\n";
  for (const Row& row : summarise(run.campaign)) {
    out += fmt::format("| {} | {} | {} | {} | {} | {} | {:.1f} s |\n", row.subject, row.pass,
                       row.cases, verdict_counts(row.verdicts), ratio_text(row.worst_ratio),
                       row.arithmetic, row.seconds);
  }
  out += "\nThe error ratio is the largest |error| / (u * sum of moduli of the products).\n";
  const auto failures = shown_failures(run.campaign);
  if (!failures.empty()) out += "\n## Failures\n";
  for (const CaseResult* r : failures)
    out += "\n```\n" + failure_text(*r, "", "").substr(1) + "```\n";
  const auto skips = skips_of(run.campaign);
  if (!skips.empty()) out += "\n## Skipped\n\n";
  for (const auto& [skip, count] : skips) {
    out += text("- ", skip.first, ": ", count, " cases, ", skip.second, "\n");
  }
  return out;
}

void write_file(const std::filesystem::path& path, const std::string& content) {
  // Two runs may write into one folder at the same time.
  const std::filesystem::path partial = text(path.string(), ".", getpid(), ".partial");
  std::error_code error;
  {
    std::ofstream out(partial, std::ios::binary);
    out << content;
    out.close();
    if (!out) error = std::error_code(errno, std::generic_category());
  }
  if (!error) std::filesystem::rename(partial, path, error);
  if (error) {
    std::error_code ignored;
    std::filesystem::remove(partial, ignored);
    throw std::runtime_error("cannot write " + path.string() + ": " + error.message());
  }
}

void prepare_folder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    throw std::runtime_error("cannot make the folder " + folder.string() + ": " + error.message());
  }
  if (access(folder.c_str(), W_OK | X_OK) != 0) {
    error = std::error_code(errno, std::generic_category());
    throw std::runtime_error("cannot write into " + folder.string() + ": " + error.message());
  }
}

void write_reports(const Run& run, const std::filesystem::path& folder) {
  prepare_folder(folder);
  write_file(folder / "report.json", dumped(to_json(run)) + "\n");
  write_file(folder / "junit.xml", to_junit(run));
  write_file(folder / "report.md", to_markdown(run));
}

Run merge(const std::vector<Run>& shards, const std::vector<std::string>& files) {
  Run whole = shards.front();
  std::map<int, std::string> owner;
  whole.campaign.results.clear();
  whole.campaign.seconds = 0;
  whole.cases = 0;
  whole.unexpected_passes.clear();
  whole.stale.clear();
  for (std::size_t i = 0; i < shards.size(); ++i) {
    const Run& part = shards[i];
    const auto describe_run = [](const Run& r) {
      std::string out = text("tier ", name(r.tier), ", seed ", r.seed, ", ", r.shards, " shards");
      for (const Hello& h : r.campaign.subjects) out += ", " + h.name;
      return out;
    };
    if (describe_run(part) != describe_run(whole)) {
      throw ParseError(files[i],
                       "a shard of the run in " + files[0] + " (" + describe_run(whole) + ")",
                       describe_run(part));
    }
    std::string& taken = owner[part.shard];
    if (!taken.empty()) {
      throw ParseError(files[i], "another shard than " + taken,
                       text("shard ", part.shard, " again"));
    }
    taken = files[i];
    whole.cases += part.cases;
    whole.campaign.seconds += part.campaign.seconds;
    whole.campaign.interrupted = whole.campaign.interrupted || part.campaign.interrupted;
    const auto append = [](auto& to, const auto& from) {
      to.insert(to.end(), from.begin(), from.end());
    };
    append(whole.campaign.results, part.campaign.results);
    append(whole.unexpected_passes, part.unexpected_passes);
    append(whole.stale, part.stale);
  }
  for (int shard = 1; shard <= whole.shards; ++shard) {
    if (owner.contains(shard)) continue;
    throw ParseError("merge", text("all ", whole.shards, " shards"), text("no shard ", shard));
  }
  whole.shard = whole.shards = 1;
  check_consistency(whole);
  return whole;
}

namespace {

/// A line without what follows a '#', which a subject's name may hold, too.
std::string without_comment(const std::string& line) {
  const std::size_t first = line.find_first_not_of(" \t");
  if (first == std::string::npos || line[first] == '#') return "";
  std::size_t name_end = 0;
  for (const Operator* op : all_operators()) {
    const std::size_t at = line.find(text(" ", op->name(), ":"));
    if (at != std::string::npos) name_end = at;
  }
  return line.substr(0, line.find('#', name_end));
}

}  // namespace

std::vector<std::string> read_known_failures(const std::filesystem::path& path) {
  const std::string expected = "a list of known failures";
  std::ifstream in(path);
  if (!in) throw ParseError(path.string(), expected, "no such file");
  std::vector<std::string> entries;
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    line = without_comment(line);
    line.erase(line.find_last_not_of(" \t\r") + 1);
    if (line.empty()) continue;
    const std::size_t space = line.rfind(' ');
    const std::string where = text(path.string(), ":", number);
    if (space == std::string::npos)
      throw ParseError(where, "<subject> <case string>", "'" + line + "'");
    try {
      (void)parse_case(line.substr(space + 1));
    } catch (const ParseError& e) {
      throw ParseError(where, "<subject> <case string>", e.what());
    }
    entries.push_back(line);
  }
  // A folder opens like a file, and only fails to be read.
  if (in.bad()) throw ParseError(path.string(), expected, "something that cannot be read");
  return entries;
}

void apply_known_failures(Run& run, const std::vector<std::string>& known,
                          const std::function<bool(const std::string&)>& is_in_run) {
  std::map<std::string, const CaseResult*> results;
  const std::set<std::string> listed(known.begin(), known.end());
  for (CaseResult& r : run.campaign.results) {
    results[entry_of(r)] = &r;
    r.known = !conforms(r.judgement.verdict) && listed.contains(entry_of(r));
  }
  for (const std::string& entry : listed) {
    if (!is_in_run(entry.substr(entry.rfind(' ') + 1))) continue;
    const auto found = results.find(entry);
    if (found == results.end()) {
      if (!run.campaign.interrupted) run.stale.push_back(entry);
    } else if (found->second->judgement.verdict != Verdict::kSkip &&
               conforms(found->second->judgement.verdict)) {
      run.unexpected_passes.push_back(entry);
    } else if (found->second->judgement.verdict == Verdict::kSkip) {
      run.stale.push_back(entry);
    }
  }
}

std::vector<std::string> fixed_known_failures(
    const Run& run, const std::vector<std::string>& known,
    const std::function<bool(const std::string&)>& is_in_run) {
  std::set<std::string> entries;
  for (const std::string& entry : known) {
    if (!is_in_run(entry.substr(entry.rfind(' ') + 1))) entries.insert(entry);
  }
  for (const CaseResult& r : run.campaign.results) {
    if (!conforms(r.judgement.verdict)) entries.insert(entry_of(r));
  }
  return {entries.begin(), entries.end()};
}

std::string known_failures_text(const std::vector<std::string>& entries) {
  std::string out =
      "# Known failures, one \"<subject> <case string>\" per line; written by --fix.\n";
  for (const std::string& entry : entries) out += entry + "\n";
  return out;
}

}  // namespace convproof::conformance
