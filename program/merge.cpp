#include <fstream>
#include <iostream>
#include <sstream>

#include "conformance/report/report.h"
#include "core/errors.h"
#include "program/verbs.h"

namespace convproof::program {
namespace {

using namespace conformance;

Run read_run(const std::string& file) {
  std::ifstream in(file);
  if (!in) throw ParseError(file, "a report.json of convproof", "no such file");
  std::ostringstream content;
  content << in.rdbuf();
  return run_from_json(parse_foreign_json(content.str()), file);
}

int merge_files(const std::vector<std::string>& files, const std::string& report) {
  std::vector<Run> shards;
  for (const std::string& file : files) shards.push_back(read_run(file));
  const Run whole = merge(shards, files);
  std::cout << console_report(whole, false) << std::flush;
  write_reports(whole, report);
  std::cout << "written: " << report << "/report.json, junit.xml, report.md\n";
  return exit_code(whole);
}

}  // namespace

void add_merge(CLI::App& app, Action& action) {
  auto files = std::make_shared<std::vector<std::string>>();
  auto report = std::make_shared<std::string>("report");
  CLI::App* verb = app.add_subcommand("merge", "Join the report.json files of all shards of a run");
  verb->add_option("files", *files, "One report.json per shard")->required();
  verb->add_option("--report", *report, "Folder for the joined reports (default report)")
      ->check(not_empty());
  verb->callback([=, &action] { action = [=] { return merge_files(*files, *report); }; });
}

}  // namespace convproof::program
