// What was decided about some texts, and the words in which every form of the report says it.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "derivations/evaluate/counterexample.h"
#include "derivations/language/ast.h"
#include "derivations/language/choose.h"
#include "derivations/verdicts.h"

namespace convproof::derivations::report {

/// One text and what was decided about it.
struct FileReport {
  std::string name;  // Of the file, as the user gave it.
  DecidedFile decided;
};

struct Report {
  std::vector<FileReport> files;
  bool interrupted = false;  // Then the files are those, and the claims in them, that were decided.
  double seconds = 0;
};

/// Takes off the claims behind the first `links` links, and what follows them: what was not decided
/// any more when the user ended the program.
void keep_links(DecidedFile& decided, std::size_t links);

/// How often each verdict was found, of links and of questions for consistency.
struct Counts {
  std::map<language::Verdict, std::size_t> verdicts;
  std::size_t all = 0;
  std::size_t surprises = 0;  // Verdicts that the text does not expect.
};
Counts counts_of(const FileReport& file);
Counts counts_of(const Report& report);

/// 0: all is as the texts expect; 1: something is not; 2: interrupted before anything was not.
int exit_code(const Report& report);

/// "1 link", "2 links".
std::string counted(std::size_t number, const std::string& what);

/// "12 links: 9 proved, 3 refuted"
std::string sentence(const Counts& counts);

/// The item of the notes that a link is about; empty if the text names none.
std::string item_of(const language::Remarks& remarks, std::size_t link);

/// "conv", "valid", "X[p]".
std::string print(const language::ReadingStatement::Alternative& alternative);
/// The alternatives of a reading as the text gives them.
std::vector<std::string> alternatives_of(const language::File& file, const std::string& reading);

/// "star = conv, map = p"; empty if nothing is left open.
std::string words(const language::File& file, const language::Choice& choice);
/// "M = 1, N = 2"; empty if there are no sizes.
std::string words(const evaluate::Sizes& sizes);
/// "[1, 2]"
std::string brackets(const std::vector<Index>& numbers);

/// What was found under the choice of readings that the smallest repair needs, where several need
/// the same the first; null if there is none.
const LinkVerdict* with_repairs(const DecidedLink& link);

/// The choices under which the link holds.
std::vector<language::Choice> holding(const DecidedLink& link);

/// The same choices without those readings that make no difference, which all alternatives of such
/// a reading are among. Everything holds: one empty choice.
///
/// Cost:  readings * alternatives * choices^2.
std::vector<language::Choice> without_idle_readings(const language::File& file,
                                                    const std::vector<std::string>& readings,
                                                    std::vector<language::Choice> choices);
/// Where a line names the choices, so many of them; the others are counted.
inline constexpr std::size_t kMostChoices = 3;

}  // namespace convproof::derivations::report
