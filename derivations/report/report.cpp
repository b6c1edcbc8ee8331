#include "derivations/report/report.h"

#include <algorithm>

#include "core/errors.h"
#include "derivations/language/operators.h"
#include "derivations/language/printer.h"

namespace convproof::derivations::report {

using language::Choice;
using language::Verdict;

void keep_links(DecidedFile& decided, std::size_t links) {
  std::size_t counted = 0;
  const auto first_undecided =
      std::find_if(decided.statements.begin(), decided.statements.end(), [&](const auto& s) {
        const auto* claim = std::get_if<DecidedClaim>(&s);
        // What asks for the consistency of claims stands behind them.
        if (claim == nullptr) return false;
        counted += claim->links.size();
        return counted > links;
      });
  decided.statements.erase(first_undecided, decided.statements.end());
}

Counts counts_of(const FileReport& file) {
  Counts counts;
  const auto count = [&counts](Verdict verdict, const std::string& surprise) {
    ++counts.verdicts[verdict];
    ++counts.all;
    if (!surprise.empty()) ++counts.surprises;
  };
  for (const auto& statement : file.decided.statements) {
    if (const auto* claim = std::get_if<DecidedClaim>(&statement)) {
      for (std::size_t i = 0; i < claim->links.size(); ++i) {
        count(claim->links[i].verdicts.front().decision.verdict, surprise(*claim, i));
      }
    } else {
      const auto& consistency = std::get<DecidedConsistency>(statement);
      count(consistency.verdict, surprise(consistency));
    }
  }
  return counts;
}

Counts counts_of(const Report& report) {
  Counts total;
  for (const FileReport& file : report.files) {
    const Counts counts = counts_of(file);
    for (const auto& [verdict, count] : counts.verdicts) total.verdicts[verdict] += count;
    total.all += counts.all;
    total.surprises += counts.surprises;
  }
  return total;
}

int exit_code(const Report& report) {
  if (counts_of(report).surprises > 0) return 1;
  return report.interrupted ? 2 : 0;
}

std::string counted(std::size_t number, const std::string& what) {
  return text(number, " ", what, number == 1 ? "" : "s");
}

std::string sentence(const Counts& counts) {
  std::string result = counted(counts.all, "link");
  const char* separator = ": ";
  for (const auto& [verdict, count] : counts.verdicts) {
    result += text(separator, count, " ", language::print(verdict));
    separator = ", ";
  }
  return result;
}

std::string item_of(const language::Remarks& remarks, std::size_t link) {
  if (remarks.items.empty()) return "";
  return remarks.items.size() == 1 ? remarks.items.front() : remarks.items.at(link);
}

std::string print(const language::ReadingStatement::Alternative& alternative) {
  if (const auto* op = std::get_if<language::Operator>(&alternative)) {
    return std::string(language::signature(*op).name);
  }
  if (const auto* mode = std::get_if<language::Mode>(&alternative)) {
    return std::string(language::name(*mode));
  }
  return language::print(std::get<language::Expr>(alternative));
}

std::vector<std::string> alternatives_of(const language::File& file, const std::string& reading) {
  std::vector<std::string> result;
  for (const language::Statement& statement : file.statements) {
    const auto* found = std::get_if<language::ReadingStatement>(&statement.node);
    if (found == nullptr || found->name != reading) continue;
    for (const auto& alternative : found->alternatives) result.push_back(print(alternative));
  }
  return result;
}

std::string words(const language::File& file, const Choice& choice) {
  std::string result;
  for (const auto& [reading, number] : choice.readings) {
    result +=
        text(result.empty() ? "" : ", ", reading, " = ", alternatives_of(file, reading).at(number));
  }
  return result;
}

std::string words(const evaluate::Sizes& sizes) {
  std::string result;
  for (const auto& [name, value] : sizes) {
    result += text(result.empty() ? "" : ", ", name, " = ", value);
  }
  return result;
}

std::string brackets(const std::vector<Index>& numbers) {
  std::string result;
  for (const Index number : numbers) result += text(result.empty() ? "" : ", ", number);
  return "[" + result + "]";
}

const LinkVerdict* with_repairs(const DecidedLink& link) {
  const LinkVerdict* best = nullptr;
  for (const LinkVerdict& verdict : link.verdicts) {
    if (verdict.repairs.empty()) continue;
    if (best == nullptr || verdict.repairs.front().cost < best->repairs.front().cost) {
      best = &verdict;
    }
  }
  return best;
}

std::vector<Choice> holding(const DecidedLink& link) {
  std::vector<Choice> result;
  for (const LinkVerdict& verdict : link.verdicts) {
    if (holds(verdict.decision.verdict)) result.push_back(verdict.choice);
  }
  return result;
}

std::vector<Choice> without_idle_readings(const language::File& file,
                                          const std::vector<std::string>& readings,
                                          std::vector<Choice> choices) {
  const auto is_among = [](const std::vector<Choice>& all, const Choice& choice) {
    return std::find(all.begin(), all.end(), choice) != all.end();
  };
  for (const std::string& reading : readings) {
    const std::size_t count = alternatives_of(file, reading).size();
    const bool idle = std::all_of(choices.begin(), choices.end(), [&](Choice choice) {
      for (std::size_t i = 0; i < count; ++i) {
        choice.readings[reading] = i;
        if (!is_among(choices, choice)) return false;
      }
      return true;
    });
    if (!idle) continue;
    std::vector<Choice> fewer;
    for (Choice& choice : choices) {
      choice.readings.erase(reading);
      if (!is_among(fewer, choice)) fewer.push_back(std::move(choice));
    }
    choices = std::move(fewer);
  }
  return choices;
}

}  // namespace convproof::derivations::report
