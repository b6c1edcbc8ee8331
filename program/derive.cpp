#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "conformance/notes/items.h"
#include "conformance/report/report.h"
#include "core/errors.h"
#include "derivations/claims/claims.h"
#include "derivations/language/parser.h"
#include "derivations/latex/latex.h"
#include "derivations/proof_text.h"
#include "derivations/report/html.h"
#include "derivations/report/json.h"
#include "derivations/report/junit.h"
#include "derivations/report/report.h"
#include "derivations/report/terminal.h"
#include "derivations/verdicts.h"
#include "program/console.h"
#include "program/verbs.h"

namespace convproof::program {
namespace {

using namespace derivations;
using conformance::write_file;
using report::FileReport;
using report::Report;

struct DeriveFlags {
  std::vector<std::string> files;
  std::string latex;
  std::string with;
  std::string html = "report/derivations.html";
  std::string json;
  std::string junit;
  std::string certificates;
  std::string claim;
  double seconds = 10;
  bool no_repairs = false;
  bool update = false;
  std::string colour = "auto";
};

/// A text to be decided.
struct Text {
  language::Source source;
  language::File tree;
};

// ---------------------------------------------------------------- input

/// No more than what is refused for its length.
std::string read_text(const std::string& path) {
  const std::string expected = "a file of claims";
  if (std::filesystem::is_directory(path)) throw ParseError(path, expected, "a folder");
  std::ifstream in(path, std::ios::binary);
  if (!in) throw ParseError(path, expected, "no file that can be opened");
  std::string result(language::kLongestText + 1, '\0');
  in.read(result.data(), static_cast<std::streamsize>(result.size()));
  if (in.bad()) throw ParseError(path, expected, "something that cannot be read");
  result.resize(static_cast<std::size_t>(in.gcount()));
  return result;
}

std::vector<Text> read_texts(const std::vector<std::string>& files) {
  std::vector<Text> texts;
  const auto add = [&texts](language::Source source) {
    language::File tree = language::parse(source);
    texts.push_back({std::move(source), std::move(tree)});
  };
  for (const std::string& file : files) add({file, read_text(file)});
  if (!files.empty()) return texts;
  for (const ClaimText& claims : notes_claims()) {
    add({std::string(claims.name), std::string(claims.text)});
  }
  return texts;
}

/// Leaves the claims of this name, and the texts that have one.
void keep_claim(std::vector<Text>& texts, const std::string& name) {
  bool found = false;
  for (Text& t : texts) {
    std::erase_if(t.tree.statements, [&](const language::Statement& statement) {
      const auto* claim = std::get_if<language::Claim>(&statement.node);
      if (claim != nullptr && claim->name == name) found = true;
      return std::holds_alternative<language::Consistent>(statement.node) ||
             (claim != nullptr && claim->name != name);
    });
  }
  if (!found) throw ParseError("--claim", "the name of a claim", "'" + name + "'");
  std::erase_if(texts, [](const Text& t) {
    return std::none_of(t.tree.statements.begin(), t.tree.statements.end(), [](const auto& s) {
      return std::holds_alternative<language::Claim>(s.node);
    });
  });
}

// ---------------------------------------------------------------- deciding

std::size_t links_of(const language::File& file) {
  std::size_t links = 0;
  for (const language::Statement& statement : file.statements) {
    if (const auto* claim = std::get_if<language::Claim>(&statement.node)) {
      links += claim->links.size();
    }
  }
  return links;
}

/// Decides texts one after the other and prints what it finds, until the user ends it.
class Deciding {
 public:
  Deciding(const std::vector<Text>& texts, const DeriveFlags& flags)
      : texts_(texts), colour_(wants_colour(flags.colour)) {
    for (const Text& t : texts) total_ += links_of(t.tree);
    const auto stopped = [this] { return stop_.load(); };
    Budget& budget = options_.budget;
    budget.seconds = flags.seconds;
    budget.proof.stopped = stopped;
    for (evaluate::Search* s : {&budget.refutation, &budget.confirmation, &budget.support}) {
      s->stop = stopped;
    }
    options_.repair.budget = budget;
    options_.repair.seconds = std::min(options_.repair.seconds, flags.seconds);
    options_.repairs = !flags.no_repairs;
  }

  Report run() {
    Report result;
    const auto start = Clock::now();
    for (const Text& t : texts_) {
      if (stop_) break;
      result.files.push_back({t.source.file, decided(t)});
      line_.clear();
      std::cout << report::terminal(result.files.back(), colour_) << std::flush;
    }
    result.interrupted = stop_;
    result.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    std::cout << report::terminal_summary(result, colour_) << std::flush;
    return result;
  }

 private:
  using Clock = std::chrono::steady_clock;

  DecidedFile decided(const Text& t) {
    std::size_t complete = 0;
    options_.progress = [&](const std::string& claim, std::size_t done, std::size_t) {
      // What comes behind a request to end is given up, and nothing is known about it.
      if (!stop_) complete = done;
      line_.show(text(t.source.file, ", ", claim, ": ", done_ + done, " of ", total_, " links"));
    };
    try {
      DecidedFile result = decide_all(t.tree, options_);
      done_ += links_of(t.tree);
      if (stop_) report::keep_links(result, complete);
      return result;
    } catch (const TooManyChoices& e) {
      throw ParseError(t.source.file, "claims with fewer readings", e.what());
    }
  }

  const std::vector<Text>& texts_;
  bool colour_;
  VerdictOptions options_;
  std::size_t total_ = 0;
  std::size_t done_ = 0;  // In the texts before.
  const std::atomic<bool>& stop_ = stop_on_interrupt();
  ProgressLine line_{std::chrono::seconds(2)};
};

// ---------------------------------------------------------------- output

/// The folder of a file that is to be written; said now, and not after an hour.
void prepare_for(const std::string& file) {
  if (file.empty()) return;
  const std::filesystem::path folder = std::filesystem::path(file).parent_path();
  conformance::prepare_folder(folder.empty() ? "." : folder);
}

/// file.claim, claim, 2 and the second alternative of the first reading: file.claim.2.star-2.txt
std::string certificate_name(const std::string& file, const std::string& claim, std::size_t link,
                             const language::Choice& choice) {
  std::string name = file.ends_with(".claim") ? file.substr(0, file.size() - 6) : file;
  std::replace(name.begin(), name.end(), '/', '_');
  name += text(".", claim, ".", link + 1);
  for (const auto& [reading, number] : choice.readings) name += text(".", reading, "-", number + 1);
  return name + ".txt";
}

std::size_t write_certificates(const Report& found, const std::filesystem::path& folder) {
  std::size_t count = 0;
  for (const FileReport& file : found.files) {
    for (const auto& statement : file.decided.statements) {
      const auto* claim = std::get_if<DecidedClaim>(&statement);
      if (claim == nullptr) continue;
      for (std::size_t link = 0; link < claim->links.size(); ++link) {
        for (const LinkVerdict& verdict : claim->links[link].verdicts) {
          const auto& proof = verdict.decision.proof;
          if (!proof || !proof->complete()) continue;
          write_file(folder / certificate_name(file.name, claim->claim.name, link, verdict.choice),
                     to_text(*proof));
          ++count;
        }
      }
    }
  }
  return count;
}

void update(const std::vector<Text>& texts, const Report& found) {
  std::vector<std::string> updated;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    updated.push_back(with_expectations(texts[i].source.text, found.files[i].decided));
  }
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (updated[i] == texts[i].source.text) continue;
    write_file(texts[i].source.file, updated[i]);
    std::cout << "updated: " << texts[i].source.file << '\n';
  }
}

std::optional<report::Citation> citation_of(const std::string& item) {
  for (const conformance::NoteItem& known : conformance::note_items()) {
    if (known.id == item) return report::Citation{known.note, known.section, known.lines};
  }
  return std::nullopt;
}

void write_reports(const Report& found, const DeriveFlags& flags) {
  const auto write = [](const std::string& file, const std::string& content) {
    if (file.empty()) return;
    write_file(file, content);
    std::cout << "written: " << file << '\n';
  };
  write(flags.html, report::to_html(found, citation_of));
  if (!flags.json.empty()) {
    // The name of a file need not be UTF-8.
    const auto replace = nlohmann::json::error_handler_t::replace;
    write(flags.json, report::to_json(found).dump(1, ' ', false, replace) + "\n");
  }
  if (!flags.junit.empty()) write(flags.junit, report::to_junit(found));
  if (!flags.certificates.empty()) {
    const std::size_t count = write_certificates(found, flags.certificates);
    std::cout << "written: " << count << " certificates in " << flags.certificates << "/\n";
  }
}

/// A formula as a text of claims, which is shown, because it says how the formula was understood.
std::vector<Text> read_formula(const DeriveFlags& flags) {
  if (flags.with.empty())
    throw ParseError("--latex", "--with FILE of declarations beside it", "none");
  latex::LatexClaim claim =
      latex::read_latex({"--latex", flags.latex}, {flags.with, read_text(flags.with)});
  std::cout << claim.text << '\n';
  return {{{"--latex", std::move(claim.text)}, std::move(claim.file)}};
}

int derive(const DeriveFlags& flags) {
  if (flags.update && flags.files.empty()) {
    throw ParseError("--update", "files of claims beside it", "none");
  }
  std::vector<Text> texts = flags.latex.empty() ? read_texts(flags.files) : read_formula(flags);
  if (!flags.claim.empty()) keep_claim(texts, flags.claim);
  for (const std::string& file : {flags.html, flags.json, flags.junit}) prepare_for(file);
  if (!flags.certificates.empty()) conformance::prepare_folder(flags.certificates);

  const Report found = Deciding(texts, flags).run();
  write_reports(found, flags);
  if (flags.update && found.interrupted) {
    std::cout << "interrupted: the files of claims are left as they were\n";
  } else if (flags.update) {
    update(texts, found);
    return 0;
  }
  return report::exit_code(found);
}

}  // namespace

void add_derive(CLI::App& app, Action& action) {
  auto flags = std::make_shared<DeriveFlags>();
  CLI::App* verb = app.add_subcommand(
      "derive", "Decide the lines of derivations for all sizes: the lecture notes', or your own");
  CLI::Option* files = verb->add_option("files", flags->files,
                                        "Files of claims (default: those of the lecture notes)");
  files->check(not_empty());
  CLI::Option* latex = verb->add_option("--latex", flags->latex, "A formula to be decided instead")
                           ->check(not_empty())
                           ->excludes(files);
  verb->add_option("--with", flags->with, "What its letters are: a file of declarations")
      ->check(not_empty())
      ->needs(latex);
  verb->add_option("--html", flags->html,
                   "Write the page to this file (default report/derivations.html)")
      ->check(not_empty());
  verb->add_option("--json", flags->json, "Write JSON to this file")->check(not_empty());
  verb->add_option("--junit", flags->junit, "Write JUnit XML to this file")->check(not_empty());
  verb->add_option("--certificates", flags->certificates,
                   "Write the proofs into this folder, one file for each")
      ->check(not_empty());
  CLI::Option* claim =
      verb->add_option("--claim", flags->claim, "Only the claims of this name")->check(not_empty());
  verb->add_option("--seconds", flags->seconds,
                   "What a link may take before it is undecided (default 10)")
      ->check(CLI::Range(0.01, 86400.0));
  verb->add_flag("--no-repairs", flags->no_repairs, "Do not look for what would have been right");
  verb->add_flag("--update", flags->update,
                 "Put the verdicts into the files, as what is expected from now on")
      ->excludes(claim);
  verb->add_option("--colour", flags->colour, "auto (default), always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}));
  verb->footer(
      "examples:\n"
      "  convproof derive                          all claims of the lecture notes\n"
      "  convproof derive chapter3.claim           your own; derivations/language says how to "
      "write\n"
      "  convproof derive chapter3.claim --update  accept the verdicts; later runs hold against "
      "them\n"
      "  convproof derive *.claim --junit junit.xml --json derive.json\n"
      "  convproof derive --latex '\\frac{\\partial L}{\\partial W} = X \\star G' --with "
      "sizes.claim\n"
      "\n"
      "exit codes: 0 all is as the files expect (no `expect`: it holds), 1 some link is not,\n"
      "            2 bad input, or interrupted");
  verb->callback([flags, &action] { action = [flags] { return derive(*flags); }; });
}

}  // namespace convproof::program
