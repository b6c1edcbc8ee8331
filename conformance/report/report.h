// What a run says: a table for people, JSON, JUnit XML and Markdown for machines and reviewers.
#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "conformance/judge/campaign.h"

namespace convproof::conformance {

/// A run as it is written down: everything that the reports need, and what `merge` joins.
struct Run {
  Tier tier = Tier::kStandard;
  std::uint64_t seed = 1;
  int shard = 1;   // 1-based.
  int shards = 1;  // 1: the whole.
  std::size_t cases = 0;
  CampaignResult campaign;
  std::vector<std::string> unexpected_passes;  // XPASS: listed as failing, but conforming now.
  std::vector<std::string> stale;              // STALE: listed, but no such case or subject.
};

/// 0 conforms, 1 does not, 2 could not tell (interrupted before anything failed; nothing judged; a
/// subject whose failures are all known was given up).
int exit_code(const Run& run);

/// One row of the table: all cases of a pass at a subject.
struct Row {
  std::string subject;
  std::string pass;
  std::size_t cases = 0;
  std::map<Verdict, std::size_t> verdicts;
  double worst_ratio = 0;
  std::string arithmetic;
  double seconds = 0;
};
std::vector<Row> summarise(const CampaignResult& campaign);

/// The table, the failures with their smallest cases, and the verdict of the whole; 100 columns.
std::string console_report(const Run& run, bool colour);

nlohmann::json to_json(const Run& run);
/// Throws: ParseError with what is wrong in the file.
Run run_from_json(const nlohmann::json& json, const std::string& file);
std::string to_junit(const Run& run);
std::string to_markdown(const Run& run);

/// Makes the folder, and makes sure that files can be written into it.
/// Throws: std::runtime_error naming the folder.
void prepare_folder(const std::filesystem::path& folder);

/// Writes report.json, junit.xml and report.md into the folder; each file whole or not at all.
/// Throws: std::runtime_error naming the file that cannot be written.
void write_reports(const Run& run, const std::filesystem::path& folder);

/// Writes a file whole or not at all (through a neighbour of this process's own that is renamed).
void write_file(const std::filesystem::path& path, const std::string& content);

/// Joins the shards of one run.
/// Throws: ParseError if they are not shards of the same run, overlap, or one is missing.
Run merge(const std::vector<Run>& shards, const std::vector<std::string>& files);

/// Known failures: lines "<subject> <case string>"; '#' starts a comment, but not in the name.
/// Throws: ParseError with file and line.
std::vector<std::string> read_known_failures(const std::filesystem::path& path);
/// Marks the failures that are known, and fills in unexpected passes and stale entries.
/// `is_in_run` tells whether a case belongs to this run (to this shard of it).
void apply_known_failures(Run& run, const std::vector<std::string>& known,
                          const std::function<bool(const std::string&)>& is_in_run);
/// The list that would make this run conform; entries of other shards are kept.
std::vector<std::string> fixed_known_failures(
    const Run& run, const std::vector<std::string>& known,
    const std::function<bool(const std::string&)>& is_in_run);
/// The list as a file.
std::string known_failures_text(const std::vector<std::string>& entries);

}  // namespace convproof::conformance
