#include "properties/covers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

namespace convproof {
namespace {

namespace fs = std::filesystem;

constexpr const char* kProperty = "covers";

/// Writes what a passed test covers, and takes back what a failed one covered before.
class Evidence : public testing::EmptyTestEventListener {
  void OnTestEnd(const testing::TestInfo& test) override {
    const testing::TestResult& result = *test.result();
    const std::string name = std::string(test.test_suite_name()) + '.' + test.name();
    std::string file_name = name;
    std::replace(file_name.begin(), file_name.end(), '/', '_');  // Of tests with parameters.
    const fs::path file = fs::path(CONVPROOF_EVIDENCE) / file_name;
    std::string ids;
    for (int i = 0; i < result.test_property_count(); ++i) {
      if (std::string_view(result.GetTestProperty(i).key()) == kProperty) {
        ids = result.GetTestProperty(i).value();
      }
    }
    std::error_code ignored;
    if (ids.empty() || !result.Passed() || result.Skipped()) {
      fs::remove(file, ignored);
      return;
    }
    fs::create_directories(file.parent_path());
    const fs::path half = file.string() + ".partial";
    std::ofstream(half) << fs::canonical("/proc/self/exe").string() << '\n' << name << '\n' << ids;
    fs::rename(half, file);
  }
};

[[maybe_unused]] const bool kListening = [] {
  testing::UnitTest::GetInstance()->listeners().Append(new Evidence);
  return true;
}();

}  // namespace

void covers(std::initializer_list<std::string_view> ids) {
  std::string lines;
  for (const std::string_view id : ids) lines += std::string(id) + '\n';
  testing::Test::RecordProperty(kProperty, lines);
}

}  // namespace convproof
