// The verdicts on all claims of a text, under all readings.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include "derivations/decide.h"
#include "derivations/language/ast.h"
#include "derivations/language/choose.h"
#include "derivations/repair.h"

namespace convproof::derivations {

/// One link under one choice of the readings that it uses.
struct LinkVerdict {
  language::Choice choice;
  LinkDecision decision;        // Where something is meant for each of several values, the worst.
  std::vector<Repair> repairs;  // Of a link that no reading saves.
};

struct DecidedLink {
  std::vector<std::string> readings;  // Those that the link uses.
  std::vector<LinkVerdict> verdicts;  // One for each choice of them; the first alternatives first.

  /// The verdict under a choice of at least these readings.
  const LinkDecision& under(const language::Choice& choice) const;
};

struct DecidedClaim {
  language::Claim claim;
  std::vector<std::string> readings;
  std::vector<DecidedLink> links;
  /// The choices of all readings that the claim uses, and those of them under which every link is
  /// proved or supported.
  std::vector<language::Choice> choices;
  std::vector<language::Choice> holds_under;
};

struct DecidedConsistency {
  language::Consistent consistent;
  std::vector<std::string> readings;
  language::Verdict verdict = language::Verdict::kUndecided;
  std::vector<language::Choice> holds_under;
};

/// All claims of a text together: is there one meaning of its symbols for the whole page?
struct DecidedPage {
  std::vector<std::string> readings;  // Those that any claim uses.
  std::size_t links = 0;
  std::size_t most = 0;                 // The most links that hold together,
  std::vector<language::Choice> under;  // and the choices under which they do.
};

struct DecidedFile {
  language::File file;
  std::string title;
  std::vector<std::variant<DecidedClaim, DecidedConsistency>> statements;
  std::optional<DecidedPage> page;  // Where something is left open, by few enough readings.
};

struct VerdictOptions {
  Budget budget;
  RepairOptions repair;
  bool repairs = true;
  std::size_t most_choices = 256;  // Of the readings of one claim.
  std::size_t most_choices_of_page = 4'096;
  /// Called before each link with its claim, and asked after it whether to go on.
  std::function<void(const std::string& claim, std::size_t done, std::size_t total)> progress{};
};

/// More combinations of readings than `most_choices`.
class TooManyChoices : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Throws:  Disagreement, TooManyChoices.
DecidedFile decide_all(const language::File& file, const VerdictOptions& options = {});

/// What the program found about a link, as a text may expect it: under the first alternatives.
language::Expectation expectation_of(const DecidedLink& link);
language::Expectation expectation_of(const DecidedConsistency& consistency);

/// Why the verdict is not the one that the text expects, in one sentence; empty if it is, or if the
/// text expects nothing and the claim holds.
std::string surprise(const DecidedClaim& claim, std::size_t link);
std::string surprise(const DecidedConsistency& consistency);

/// The text with the expectations that the program found in the place of those it had: `  expect
/// ...` lines behind each claim.
///
/// Throws: ParseError if an expectation of the text does not have a line of its own.
std::string with_expectations(const std::string& text, const DecidedFile& decided);

}  // namespace convproof::derivations
