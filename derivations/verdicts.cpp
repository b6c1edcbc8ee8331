#include "derivations/verdicts.h"

#include <algorithm>
#include <sstream>
#include <utility>

#include "core/errors.h"
#include "derivations/language/printer.h"
#include "derivations/language/walk.h"

namespace convproof::derivations {
namespace {

using language::Choice;
using language::Claim;
using language::Expectation;
using language::File;
using language::Statement;
using language::Verdict;

/// Repairs are looked for under so many readings of a link.
constexpr std::size_t kMostRepairedReadings = 4;

/// Of all `each` together.
constexpr std::size_t kMostEach = 64;

/// How many alternatives each of the readings has.
std::vector<std::size_t> alternatives_of(const File& file,
                                         const std::vector<std::string>& readings) {
  std::vector<std::size_t> result;
  for (const Statement& statement : file.statements) {
    const auto* reading = std::get_if<language::ReadingStatement>(&statement.node);
    if (reading == nullptr) continue;
    if (std::find(readings.begin(), readings.end(), reading->name) != readings.end()) {
      result.push_back(reading->alternatives.size());
    }
  }
  return result;
}

/// All choices of these readings, in the order of their statements; the last one changes first.
std::vector<Choice> choices_of(const File& file, const std::vector<std::string>& readings,
                               std::size_t most) {
  const std::vector<std::size_t> counts = alternatives_of(file, readings);
  std::size_t total = 1;
  for (const std::size_t count : counts) {
    total *= count;
    if (total > most) {
      throw TooManyChoices(text("more than ", most, " combinations of readings"));
    }
  }
  std::vector<Choice> result;
  for (std::size_t number = 0; number < total; ++number) {
    Choice& choice = result.emplace_back();
    std::size_t rest = number;
    for (std::size_t i = readings.size(); i-- > 0;) {
      choice.readings[readings[i]] = rest % counts[i];
      rest /= counts[i];
    }
  }
  return result;
}

/// All values of what is meant for each of several.
std::vector<Choice> eachs_of(const File& file, const Choice& choice) {
  std::vector<Choice> result{choice};
  for (const Statement& statement : file.statements) {
    const auto* each = std::get_if<language::Each>(&statement.node);
    if (each == nullptr) continue;
    std::vector<Choice> next;
    for (const Choice& before : result) {
      const evaluate::Names names(language::choose(file, before), {});
      const Index lower = evaluate::whole_at(each->range.lower, names);
      const Index upper = evaluate::whole_at(each->range.upper, names);
      for (Index value = lower; value <= upper; ++value) {
        next.push_back(before);
        next.back().each[each->range.name] = value;
        if (next.size() > kMostEach) {
          throw TooManyChoices(text("more than ", kMostEach, " values of each"));
        }
      }
    }
    result = std::move(next);
  }
  return result;
}

int gravity(Verdict verdict) {
  switch (verdict) {
    case Verdict::kProved: return 0;
    case Verdict::kSupported: return 1;
    case Verdict::kUndecided: return 2;
    case Verdict::kRefuted: return 3;
    case Verdict::kShapesDiffer: return 4;
    case Verdict::kIllFormed: return 5;
    case Verdict::kCannotBeRead: return 6;
  }
  return 6;
}

const Claim& claim_of(const File& file) {
  return std::get<Claim>(file.statements.back().node);
}

/// Members `truth` and `member` of a claim alone.
Claim link_of(const Claim& claim, std::size_t link) {
  const evaluate::Members members = evaluate::members_of(claim, link);
  Claim alone = claim;
  alone.first = evaluate::member(claim, members.left);
  alone.links = {{claim.links[link].relation, evaluate::member(claim, members.right)}};
  alone.remarks = {};
  return alone;
}

class Deciding {
 public:
  Deciding(const File& file, const VerdictOptions& options) : options_(options) {
    result_.file = file;
  }

  DecidedFile run() {
    for (const Statement& statement : result_.file.statements) {
      if (const auto* claim = std::get_if<Claim>(&statement.node)) total_ += claim->links.size();
    }
    for (const Statement& statement : result_.file.statements) {
      if (const auto* title = std::get_if<language::Title>(&statement.node)) {
        result_.title = title->text;
      } else if (const auto* claim = std::get_if<Claim>(&statement.node)) {
        result_.statements.emplace_back(decided(*claim));
      } else if (const auto* all = std::get_if<language::Consistent>(&statement.node)) {
        result_.statements.emplace_back(decided(*all));
      }
    }
    decide_page();
    return std::move(result_);
  }

 private:
  void decide_page() {
    std::vector<const DecidedClaim*> claims;
    for (const auto& statement : result_.statements) {
      if (const auto* claim = std::get_if<DecidedClaim>(&statement)) claims.push_back(claim);
    }
    DecidedPage page;
    page.readings = readings_of(claims);
    if (page.readings.empty() || total_ == 0) return;
    page.links = total_;
    try {
      const std::size_t limit = options_.most_choices_of_page;
      for (const Choice& choice : choices_of(result_.file, page.readings, limit)) {
        std::size_t count = 0;
        for (const DecidedClaim* claim : claims) count += holding_links(*claim, choice);
        if (count > page.most) page.under.clear();
        page.most = std::max(page.most, count);
        if (count == page.most && count > 0) page.under.push_back(choice);
      }
    } catch (const TooManyChoices&) {
      return;  // Each claim says under which readings it holds.
    }
    result_.page = std::move(page);
  }

  static std::size_t holding_links(const DecidedClaim& claim, const Choice& choice) {
    return static_cast<std::size_t>(
        std::count_if(claim.links.begin(), claim.links.end(),
                      [&](const DecidedLink& link) { return holds(link.under(choice).verdict); }));
  }

  /// The readings that any of the claims uses, in the order of their statements.
  std::vector<std::string> readings_of(const std::vector<const DecidedClaim*>& claims) const {
    std::vector<std::string> result;
    for (const Statement& statement : result_.file.statements) {
      const auto* reading = std::get_if<language::ReadingStatement>(&statement.node);
      if (reading == nullptr) continue;
      const bool used = std::any_of(claims.begin(), claims.end(), [&](const DecidedClaim* claim) {
        return std::find(claim->readings.begin(), claim->readings.end(), reading->name) !=
               claim->readings.end();
      });
      if (used) result.push_back(reading->name);
    }
    return result;
  }

  DecidedClaim decided(const Claim& claim) {
    DecidedClaim result{claim, language::readings_of(result_.file, claim), {}, {}, {}};
    for (std::size_t link = 0; link < claim.links.size(); ++link) {
      if (options_.progress) options_.progress(claim.name, done_, total_);
      result.links.push_back(decided(claim, link));
      ++done_;
    }
    result.choices = choices_of(result_.file, result.readings, options_.most_choices);
    for (const Choice& choice : result.choices) {
      if (all_hold(result, choice)) result.holds_under.push_back(choice);
    }
    return result;
  }

  static bool all_hold(const DecidedClaim& claim, const Choice& choice) {
    return std::all_of(claim.links.begin(), claim.links.end(),
                       [&](const DecidedLink& link) { return holds(link.under(choice).verdict); });
  }

  DecidedLink decided(const Claim& claim, std::size_t link) const {
    const File part = language::part_for(result_.file, link_of(claim, link));
    DecidedLink result{language::readings_of(part, claim_of(part)), {}};
    for (const Choice& choice : choices_of(part, result.readings, options_.most_choices)) {
      result.verdicts.push_back({choice, worst(part, choice), {}});
      result.verdicts.back().decision.members = evaluate::members_of(claim, link);
    }
    if (options_.repairs) add_repairs(part, claim, link, result);
    return result;
  }

  /// Of a link that no reading saves. Where the truth is on the right, there is nothing to edit.
  void add_repairs(const File& part, const Claim& claim, std::size_t link,
                   DecidedLink& decided) const {
    const auto can_be_repaired = [](const LinkVerdict& verdict) {
      const Verdict v = verdict.decision.verdict;
      return v == Verdict::kRefuted || v == Verdict::kShapesDiffer || v == Verdict::kIllFormed ||
             v == Verdict::kCannotBeRead;
    };
    const auto& verdicts = decided.verdicts;
    if (claim.kind != language::ClaimKind::kTensors || claim.links.size() <= link) return;
    if (!std::all_of(verdicts.begin(), verdicts.end(), can_be_repaired)) return;
    // What cannot be repaired under the first few readings hardly is under the others.
    const std::size_t few = std::min<std::size_t>(decided.verdicts.size(), kMostRepairedReadings);
    for (std::size_t i = 0; i < few; ++i) {
      LinkVerdict& verdict = decided.verdicts[i];
      const std::vector<Choice> each = eachs_of(part, verdict.choice);
      if (each.size() != 1) return;
      const File chosen = language::choose(part, each.front());
      verdict.repairs = repairs_of(chosen, claim_of(chosen), options_.repair);
    }
  }

  LinkDecision worst(const File& part, const Choice& choice) const {
    std::optional<LinkDecision> result;
    for (const Choice& each : eachs_of(part, choice)) {
      const File chosen = language::choose(part, each);
      LinkDecision decision = decide(chosen, claim_of(chosen), 0, options_.budget);
      if (!each.each.empty() && !decision.why.empty()) {
        for (const auto& [name, value] : each.each) {
          decision.why += text(", with ", name, " = ", value.str());
        }
      }
      if (!result || gravity(decision.verdict) > gravity(result->verdict)) {
        result = std::move(decision);
      }
    }
    if (!result) throw TooManyChoices("no value of an each: its range is empty");
    return std::move(*result);
  }

  DecidedConsistency decided(const language::Consistent& consistent) const {
    DecidedConsistency result{consistent, {}, Verdict::kRefuted, {}};
    std::vector<const DecidedClaim*> claims;
    for (const auto& statement : result_.statements) {
      const auto* claim = std::get_if<DecidedClaim>(&statement);
      if (claim == nullptr) continue;
      const auto& names = consistent.claims;
      if (std::find(names.begin(), names.end(), claim->claim.name) != names.end()) {
        claims.push_back(claim);
      }
    }
    result.readings = readings_of(claims);
    for (const Choice& choice : choices_of(result_.file, result.readings, options_.most_choices)) {
      const bool all = std::all_of(claims.begin(), claims.end(), [&](const DecidedClaim* claim) {
        return all_hold(*claim, choice);
      });
      if (all) {
        result.holds_under.push_back(choice);
      } else if (is_open(claims, choice)) {
        result.verdict = Verdict::kUndecided;
      }
    }
    if (!result.holds_under.empty()) result.verdict = Verdict::kProved;
    return result;
  }

  /// No claim is known to fail.
  static bool is_open(const std::vector<const DecidedClaim*>& claims, const Choice& choice) {
    return std::all_of(claims.begin(), claims.end(), [&](const DecidedClaim* claim) {
      return std::all_of(claim->links.begin(), claim->links.end(), [&](const DecidedLink& link) {
        const Verdict verdict = link.under(choice).verdict;
        return holds(verdict) || verdict == Verdict::kUndecided;
      });
    });
  }

  const VerdictOptions& options_;
  DecidedFile result_;
  std::size_t total_ = 0;
  std::size_t done_ = 0;
};

std::string print(const Expectation& expectation) {
  std::string result = "expect " + language::print(expectation.verdict);
  if (expectation.holds_iff) result += " holds iff " + language::print(*expectation.holds_iff);
  if (expectation.from_grad) result += " from grad";
  return result;
}

/// What the text expects of a link; nothing if nothing.
const Expectation* expected(const language::Remarks& remarks, std::size_t link) {
  if (remarks.expects.empty()) return nullptr;
  return remarks.expects.size() == 1 ? &remarks.expects.front() : &remarks.expects.at(link);
}

std::string surprise(const Expectation* expected, Expectation found) {
  if (expected == nullptr) {
    return holds(found.verdict) ? ""
                                : "expected that it holds, found " + language::print(found.verdict);
  }
  found.from_grad = expected->from_grad;
  if (print(*expected) == print(found)) return "";
  return text("expected '", print(*expected), "', found '", print(found), "'");
}

/// The lines to put behind a claim; one is enough if all are the same.
std::vector<std::string> lines_of(std::vector<Expectation> found,
                                  const language::Remarks& remarks) {
  std::vector<std::string> result;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const Expectation* before = expected(remarks, i);
    found[i].from_grad = before != nullptr && before->from_grad;
    result.push_back("  " + print(found[i]));
  }
  const bool same = std::all_of(result.begin(), result.end(),
                                [&](const std::string& line) { return line == result.front(); });
  if (same) result.resize(1);
  return result;
}

bool is_expectation(const std::string& line) {
  const std::size_t first = line.find_first_not_of(" \t");
  return first != std::string::npos && first > 0 && line.compare(first, 7, "expect ") == 0;
}

}  // namespace

const LinkDecision& DecidedLink::under(const Choice& choice) const {
  for (const LinkVerdict& verdict : verdicts) {
    const auto& chosen = verdict.choice.readings;
    const bool same = std::all_of(chosen.begin(), chosen.end(), [&](const auto& reading) {
      const auto found = choice.readings.find(reading.first);
      return (found == choice.readings.end() ? 0 : found->second) == reading.second;
    });
    if (same) return verdict.decision;
  }
  return verdicts.front().decision;
}

DecidedFile decide_all(const File& file, const VerdictOptions& options) {
  return Deciding(file, options).run();
}

Expectation expectation_of(const DecidedLink& link) {
  const LinkDecision& decision = link.verdicts.front().decision;
  Expectation result;
  result.verdict = decision.verdict;
  if (decision.region && decision.region->holds) result.holds_iff = decision.region->holds;
  return result;
}

Expectation expectation_of(const DecidedConsistency& consistency) {
  Expectation result;
  result.verdict = consistency.verdict;
  return result;
}

std::string surprise(const DecidedClaim& claim, std::size_t link) {
  return surprise(expected(claim.claim.remarks, link), expectation_of(claim.links.at(link)));
}

std::string surprise(const DecidedConsistency& consistency) {
  return surprise(expected(consistency.consistent.remarks, 0), expectation_of(consistency));
}

std::string with_expectations(const std::string& text, const DecidedFile& decided) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  std::vector<std::vector<std::string>> behind(lines.size());
  std::vector<bool> dropped(lines.size(), false);
  std::size_t next = 0;
  for (const Statement& statement : decided.file.statements) {
    const bool is_claim = std::holds_alternative<Claim>(statement.node);
    if (!is_claim && !std::holds_alternative<language::Consistent>(statement.node)) continue;
    const auto& found = decided.statements.at(next++);
    const auto first = static_cast<std::size_t>(statement.span.begin.line) - 1;
    const auto last = static_cast<std::size_t>(statement.span.end.line) - 1;
    std::size_t kept = first;
    std::size_t count = 0;
    for (std::size_t i = first; i <= last; ++i) {
      dropped[i] = is_expectation(lines[i]);
      if (dropped[i]) {
        ++count;
      } else {
        kept = i;
      }
    }
    const auto put = [&](std::vector<Expectation> expectations, const language::Remarks& remarks) {
      if (count != remarks.expects.size()) {
        throw ParseError(convproof::text("line ", first + 1), "each 'expect' on a line of its own",
                         "one behind other text");
      }
      behind[kept] = lines_of(std::move(expectations), remarks);
    };
    if (const auto* claim = std::get_if<DecidedClaim>(&found)) {
      std::vector<Expectation> expectations;
      for (const DecidedLink& link : claim->links) expectations.push_back(expectation_of(link));
      put(std::move(expectations), claim->claim.remarks);
    } else {
      const auto& consistency = std::get<DecidedConsistency>(found);
      put({expectation_of(consistency)}, consistency.consistent.remarks);
    }
  }
  std::string result;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!dropped[i]) result += lines[i] + "\n";
    for (const std::string& line : behind[i]) result += line + "\n";
  }
  return result;
}

}  // namespace convproof::derivations
