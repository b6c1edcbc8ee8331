// The map of the notes: every item is covered by a test that names it, or listed with the reason
// why nothing can be computed. Runs after all other tests and reads what they left
// (properties/covers.h).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace convproof {
namespace {

namespace fs = std::filesystem;
using testing::IsEmpty;

const fs::path kNotes = CONVPROOF_NOTES;

std::vector<std::string> lines_of(const fs::path& file) {
  std::ifstream in(file);
  EXPECT_TRUE(in) << "cannot read " << file;
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

/// The fields of all lines but the first, which names them.
std::vector<std::vector<std::string>> table(const fs::path& file) {
  std::vector<std::vector<std::string>> rows;
  for (const std::string& line : lines_of(file)) {
    std::vector<std::string> fields;
    std::istringstream in(line);
    for (std::string field; std::getline(in, field, '\t');) fields.push_back(field);
    rows.push_back(fields);
  }
  if (!rows.empty()) rows.erase(rows.begin());
  return rows;
}

std::set<std::string> items() {
  std::set<std::string> ids;
  for (const auto& row : table(kNotes / "index.tsv")) {
    EXPECT_TRUE(ids.insert(row.at(0)).second) << row.at(0) << " is in the index twice";
  }
  return ids;
}

/// What the tests that passed say they cover: item, then tests. Left by a program that has been
/// built anew since, it says nothing: that test did not run, or is no more.
std::map<std::string, std::set<std::string>> evidence() {
  std::map<std::string, std::set<std::string>> covers;
  for (const fs::directory_entry& entry : fs::directory_iterator(CONVPROOF_EVIDENCE)) {
    if (entry.path().extension() == ".partial") continue;
    std::vector<std::string> lines = lines_of(entry.path());
    if (lines.size() < 2 || !fs::exists(lines.front()) ||
        fs::last_write_time(lines.front()) > entry.last_write_time()) {
      continue;
    }
    for (std::size_t i = 2; i < lines.size(); ++i) covers[lines[i]].insert(lines[1]);
  }
  return covers;
}

std::map<std::string, std::string> reasons() {
  std::map<std::string, std::string> all;
  for (const auto& row : table(kNotes / "not_computable.tsv")) {
    EXPECT_EQ(row.size(), 2U) << row.front();
    EXPECT_TRUE(all.emplace(row.at(0), row.at(1)).second) << row.at(0) << " is listed twice";
  }
  return all;
}

TEST(NotesMap, NoCoverNamesAnUnknownItem) {
  const std::set<std::string> ids = items();
  for (const auto& [id, tests] : evidence()) {
    EXPECT_TRUE(ids.contains(id)) << *tests.begin() << " covers " << id << ", which is no item";
  }
  for (const auto& [id, reason] : reasons()) {
    EXPECT_TRUE(ids.contains(id)) << "not_computable.tsv lists " << id << ", which is no item";
  }
}

TEST(NotesMap, EveryItemIsCoveredOrListedWithAReason) {
  const auto covers = evidence();
  const auto listed = reasons();
  std::vector<std::string> neither;
  std::vector<std::string> both;
  for (const std::string& id : items()) {
    if (!covers.contains(id) && !listed.contains(id)) neither.push_back(id);
    if (covers.contains(id) && listed.contains(id)) both.push_back(id);
  }
  EXPECT_THAT(neither, IsEmpty()) << "no passing test covers these";
  EXPECT_THAT(both, IsEmpty()) << "these are covered, and listed as not computable";
}

// What `convproof notes --coverage` prints is what the tests of this build have shown.
TEST(NotesMap, TheMapInTheProgramIsWhatTheTestsShow) {
  std::ostringstream map;
  map << "id\tcovered by\n";
  for (const auto& [id, tests] : evidence()) {
    for (const std::string& test : tests) map << id << '\t' << test << '\n';
  }
  const fs::path generated = fs::path(CONVPROOF_EVIDENCE).parent_path() / "coverage.tsv";
  std::ofstream(generated) << map.str();
  std::ifstream in(kNotes / "coverage.tsv");
  const std::string committed(std::istreambuf_iterator<char>(in), {});
  EXPECT_TRUE(committed == map.str())
      << "conformance/notes/coverage.tsv is not what the tests cover: replace it by " << generated;
}

}  // namespace
}  // namespace convproof
