// The claims of the lecture notes: what an item says is in a claim file, or it is listed with the
// reason why it is no mathematical statement.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "derivations/language/parser.h"

namespace convproof::derivations::language {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAreArray;
using testing::IsEmpty;
using testing::SizeIs;

const fs::path kClaims = CONVPROOF_CLAIMS;
const fs::path kNotes = CONVPROOF_NOTES;

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  EXPECT_TRUE(in) << "cannot read " << file;
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// The fields of all lines but the first, which names them.
std::vector<std::vector<std::string>> table(const fs::path& file) {
  std::vector<std::vector<std::string>> rows;
  std::istringstream lines(text_of(file));
  std::string line;
  std::getline(lines, line);
  while (std::getline(lines, line)) {
    std::vector<std::string>& row = rows.emplace_back();
    std::istringstream fields(line);
    for (std::string field; std::getline(fields, field, '\t');) row.push_back(field);
  }
  return rows;
}

struct Item {
  std::string id;
  std::string kind;
  std::string note;  // 000 to 004.
};

/// In the order of the notes.
const std::vector<Item>& items() {
  static const std::vector<Item> all = [] {
    std::vector<Item> result;
    for (const auto& row : table(kNotes / "index.tsv")) {
      result.push_back({row.at(0), row.at(1), row.at(2)});
    }
    return result;
  }();
  return all;
}

/// The kinds that say something of which one can ask whether it holds.
bool is_statement(const Item& item) {
  static const std::set<std::string> kinds{"definition", "derivation-claim", "efficiency-claim",
                                           "number", "property-claim"};
  return kinds.contains(item.kind);
}

/// The ids in not_mathematical.tsv, as they stand there.
std::vector<std::string> listed() {
  std::vector<std::string> ids;
  for (const auto& row : table(kClaims / "not_mathematical.tsv")) ids.push_back(row.at(0));
  return ids;
}

std::vector<fs::path> claim_files() {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(kClaims)) {
    if (entry.path().extension() == ".claim") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

struct Remarked {
  std::string claim;  // "consistent" for those without a name.
  std::vector<std::string> items;
};

std::vector<Remarked> claims_of(const File& file) {
  std::vector<Remarked> claims;
  for (const Statement& statement : file.statements) {
    if (const auto* claim = std::get_if<Claim>(&statement.node)) {
      claims.push_back({claim->name, claim->remarks.items});
    } else if (const auto* consistent = std::get_if<Consistent>(&statement.node)) {
      claims.push_back({"consistent", consistent->remarks.items});
    }
  }
  return claims;
}

File read(const fs::path& path) {
  return parse(Source{path.filename().string(), text_of(path)});
}

/// By item, the files that claim it.
std::map<std::string, std::set<std::string>> claimed() {
  std::map<std::string, std::set<std::string>> files;
  for (const fs::path& path : claim_files()) {
    for (const Remarked& claim : claims_of(read(path))) {
      for (const std::string& id : claim.items) files[id].insert(path.filename().string());
    }
  }
  return files;
}

TEST(ClaimFiles, AllCanBeRead) {
  const std::vector<fs::path> files = claim_files();
  ASSERT_THAT(files, testing::Not(IsEmpty()));
  for (const fs::path& path : files) {
    try {
      EXPECT_THAT(claims_of(read(path)), testing::Not(IsEmpty())) << path << " claims nothing";
    } catch (const LanguageError& error) {
      ADD_FAILURE() << error.what();
    }
  }
}

TEST(ClaimFiles, EveryClaimNamesItsItems) {
  for (const fs::path& path : claim_files()) {
    for (const Remarked& claim : claims_of(read(path))) {
      EXPECT_THAT(claim.items, testing::Not(IsEmpty())) << path << ": " << claim.claim;
    }
  }
}

TEST(ClaimFiles, AreNamedAfterTheNoteOfTheirItems) {
  std::map<std::string, std::string> notes;
  for (const Item& item : items()) notes[item.id] = item.note;
  for (const auto& [id, files] : claimed()) {
    const auto note = notes.find(id);
    ASSERT_NE(note, notes.end()) << *files.begin() << " claims " << id << ", which is no item";
    for (const std::string& file : files) {
      EXPECT_TRUE(file.starts_with("note" + note->second + "_")) << file << " claims " << id;
    }
  }
}

TEST(ClaimFiles, WhatIsRepairedStandsBesideWhatIsPrinted) {
  const std::string ending = "_repaired";
  for (const fs::path& path : claim_files()) {
    const std::string name = path.stem().string();
    if (!name.ends_with(ending)) continue;
    const std::string printed = name.substr(0, name.size() - ending.size()) + ".claim";
    EXPECT_TRUE(fs::exists(kClaims / printed)) << path << " repairs no file";
  }
}

TEST(ClaimFiles, EveryStatementIsClaimedOrListedWithAReason) {
  const auto files = claimed();
  const std::vector<std::string> ids = listed();
  std::vector<std::string> neither;
  std::vector<std::string> both;
  for (const Item& item : items()) {
    const bool is_claimed = files.contains(item.id);
    const bool is_listed = std::find(ids.begin(), ids.end(), item.id) != ids.end();
    if (is_statement(item) && !is_claimed && !is_listed) neither.push_back(item.id);
    if (is_claimed && is_listed) both.push_back(item.id);
  }
  EXPECT_THAT(neither, IsEmpty()) << "no file claims these, and no reason is listed";
  EXPECT_THAT(both, IsEmpty()) << "these are claimed, and listed as not mathematical";
}

// So no id is listed twice, and none that the index does not have.
TEST(ClaimFiles, TheListHasTheOrderOfTheIndex) {
  const std::vector<std::string> ids = listed();
  std::vector<std::string> in_order;
  for (const Item& item : items()) {
    if (std::find(ids.begin(), ids.end(), item.id) != ids.end()) in_order.push_back(item.id);
  }
  EXPECT_THAT(ids, ElementsAreArray(in_order));
}

TEST(ClaimFiles, EveryReasonIsASentence) {
  for (const auto& row : table(kClaims / "not_mathematical.tsv")) {
    ASSERT_THAT(row, SizeIs(2)) << row.front();
    EXPECT_TRUE(row[1].ends_with('.')) << row[0];
  }
}

}  // namespace
}  // namespace convproof::derivations::language
