#include "properties/derivations/fuzz/answer.h"

#include "derivations/check/check.h"
#include "derivations/check/check_link.h"
#include "derivations/language/parser.h"
#include "derivations/verdicts.h"

namespace convproof::derivations {
namespace {

VerdictOptions tight_limits() {
  VerdictOptions options;
  options.budget.seconds = 0.2;
  options.budget.refutation.most_total = 6;
  options.budget.refutation.most_sizes = 20;
  options.budget.refutation.limits.work = 10'000;
  options.budget.confirmation = options.budget.refutation;
  options.repair.seconds = 0.1;
  options.repair.most_candidates = 50;
  options.repair.budget = options.budget;
  options.most_choices = 4;
  return options;
}

std::size_t links_of(const language::File& file) {
  std::size_t result = 0;
  for (const language::Statement& statement : file.statements) {
    const auto* claim = std::get_if<language::Claim>(&statement.node);
    if (claim != nullptr) result += claim->links.size();
  }
  return result;
}

}  // namespace

void answer(const std::string& text) {
  constexpr std::size_t kMostLinks = 6;
  why_refused(text);
  why_link_refused(text);
  try {
    const language::File file = language::parse({"x", text});
    if (links_of(file) <= kMostLinks) decide_all(file, tight_limits());
  } catch (const language::LanguageError&) {
  } catch (const TooManyChoices&) {
  }
}

}  // namespace convproof::derivations
