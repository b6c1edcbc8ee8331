#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <iostream>
#include <set>

#include "conformance/judge/campaign.h"
#include "conformance/report/report.h"
#include "core/errors.h"
#include "program/console.h"
#include "program/subjects.h"
#include "program/verbs.h"

namespace convproof::program {
namespace {

using namespace conformance;

struct VerifyFlags {
  SubjectFlags subjects;
  std::string tier = "standard";
  std::uint64_t seed = 1;
  int jobs = 2;
  std::string shard = "1/1";
  std::string report = "report";
  std::string known_failures;
  bool fix = false;
  std::string colour = "auto";
};

struct Shard {
  int index = 1;
  int count = 1;
};

Shard parse_shard(const std::string& text) {
  Shard shard;
  const char* end = text.data() + text.size();
  const auto [slash, first_error] = std::from_chars(text.data(), end, shard.index);
  const bool has_slash = first_error == std::errc() && slash != end && *slash == '/';
  const auto [rest, second_error] = std::from_chars(has_slash ? slash + 1 : end, end, shard.count);
  if (!has_slash || second_error != std::errc() || rest != end || shard.count < 1 ||
      shard.index < 1 || shard.index > shard.count) {
    throw ParseError("--shard", "i/n with 1 <= i <= n", "'" + text + "'");
  }
  return shard;
}

std::vector<Case> cases_of(Tier tier, std::uint64_t seed) {
  std::vector<Case> cases;
  for (const Operator* op : all_operators()) {
    const std::vector<Case> corpus = op->corpus(tier, seed);
    cases.insert(cases.end(), corpus.begin(), corpus.end());
  }
  return cases;
}

/// Every n-th case, so that small and large ones are spread evenly.
std::vector<Case> shard_of(const std::vector<Case>& all, const Shard& shard) {
  std::vector<Case> part;
  for (auto i = static_cast<std::size_t>(shard.index - 1); i < all.size();
       i += static_cast<std::size_t>(shard.count)) {
    part.push_back(all[i]);
  }
  return part;
}

std::string line_of(const Progress& progress) {
  return text(progress.doing, ": ", progress.done, " of ", progress.total, " cases, ",
              progress.failed, " failures");
}

int verify(const VerifyFlags& flags) {
  if (flags.subjects.addresses.empty()) {
    throw ParseError("verify", "at least one of --builtin, --plugin, --exec", "none");
  }
  if (flags.fix && flags.known_failures.empty()) {
    throw ParseError("--fix", "--known-failures FILE beside it", "none");
  }
  const Shard shard = parse_shard(flags.shard);
  const Tier tier = parse_tier(flags.tier);
  const std::vector<Case> all = cases_of(tier, flags.seed);
  const std::vector<Case> cases = shard_of(all, shard);
  std::vector<std::string> known;
  const bool list_exists = access(flags.known_failures.c_str(), F_OK) == 0;
  if (!flags.known_failures.empty() && (list_exists || !flags.fix)) {
    known = read_known_failures(flags.known_failures);
  }

  // Said now, and not after an hour.
  prepare_folder(flags.report);

  CampaignOptions options;
  options.subject = flags.subjects.options();
  options.jobs = flags.jobs;
  options.memory_limit_bytes = std::int64_t{flags.subjects.memory_limit_mib} << 20;
  // Several subjects share the cores: threads of OpenMP that wait in a loop would take them from
  // the others. A user's own setting stays.
  setenv("OMP_WAIT_POLICY", "passive", 0);
  ProgressLine line;
  Run run{tier, flags.seed, shard.index, shard.count, cases.size(), {}, {}, {}};
  run.campaign = run_campaign(flags.subjects.addresses, cases, options, stop_on_interrupt(),
                              [&](const Progress& progress) {
                                line.show(line_of(progress), progress.done == progress.total);
                              });
  line.clear();

  std::set<std::string> in_tier;
  std::set<std::string> in_shard;
  for (const Case& c : all) in_tier.insert(to_string(c));
  for (const Case& c : cases) in_shard.insert(to_string(c));
  // What is in no shard at all is the first one's to report.
  const auto is_in_run = [&](const std::string& c) {
    return in_shard.contains(c) || (shard.index == 1 && !in_tier.contains(c));
  };
  const bool fix = flags.fix && !run.campaign.interrupted;
  if (fix) known = fixed_known_failures(run, known, is_in_run);
  apply_known_failures(run, known, is_in_run);
  // The results first: writing may fail.
  std::cout << console_report(run, wants_colour(flags.colour)) << std::flush;
  write_reports(run, flags.report);
  if (fix) write_file(flags.known_failures, known_failures_text(known));
  if (flags.fix && !fix) std::cout << flags.known_failures << " is left as it was\n";
  if (run.campaign.interrupted) {
    std::cout << "interrupted: the results so far are in " << flags.report << "/\n";
  } else {
    std::cout << "written: " << flags.report << "/report.json, junit.xml, report.md\n";
  }
  return exit_code(run);
}

}  // namespace

void add_verify(CLI::App& app, Action& action) {
  auto flags = std::make_shared<VerifyFlags>();
  CLI::App* verb = app.add_subcommand("verify", "Judge implementations on the cases of a tier");
  flags->subjects.add_to(*verb);
  verb->add_option("--tier", flags->tier, "smoke, standard (default) or full");
  verb->add_option("--seed", flags->seed, "Seed of the data and of the random cases (default 1)");
  verb->add_option("--jobs", flags->jobs, "Cases judged at the same time (default 2)")
      ->check(CLI::Range(1, 256));
  verb->add_option("--shard", flags->shard, "i/n: the i-th of n parts of the cases");
  verb->add_option("--report", flags->report, "Folder for the reports (default report)")
      ->check(not_empty());
  verb->add_option("--known-failures", flags->known_failures,
                   "List of cases that are known to fail: \"<subject> <case string>\" per line")
      ->check(not_empty());
  verb->add_flag("--fix", flags->fix, "Rewrite that list so that this run conforms");
  verb->add_option("--colour", flags->colour, "auto (default), always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}));
  verb->callback([flags, &action] { action = [flags] { return verify(*flags); }; });
}

}  // namespace convproof::program
