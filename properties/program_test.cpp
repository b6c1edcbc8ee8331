// The command as its users meet it: exit codes, sentences, files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/types.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "conformance/doors/process.h"
#include "conformance/report/report.h"

namespace convproof::conformance {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* kTinyCase =
    "conv2d:N1C1H3W3:O1:k2x2:s1x1:p0,0,0,0:d1x1:g1:nobias:y:f32:fill=integers:seed=1";

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

struct Outcome {
  int code = -1;
  std::string out;
  std::string err;
};

/// A folder of its own for every test, gone afterwards.
class Program : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "convproof-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  /// Runs a shell command line in which `convproof` is the program.
  Outcome shell(const std::string& command) const {
    const std::string line = "cd '" + folder_.string() +
                             "' && convproof() { '" CONVPROOF_PROGRAM "' \"$@\"; } && " + command +
                             " >out.txt 2>err.txt";
    const int status = std::system(line.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, read_file(folder_ / "out.txt"),
            read_file(folder_ / "err.txt")};
  }

  static std::string broken(const std::string& name) {
    return CONVPROOF_ADAPTERS "/libconvproof_broken_" + name + ".so";
  }

  std::filesystem::path folder_;
};

TEST_F(Program, MistakesOfTheUserExitWith2AndOneSentence) {
  const std::pair<const char*, const char*> mistakes[] = {
      {"convproof",
       "expected a verb of verify, run, list, hello, merge, model, derive, notes, found 'none'"},
      {"convproof verfy", "found 'verfy'"},
      {"convproof --tier smoke verify", "--tier"},
      {"convproof verify", "expected at least one of --builtin, --plugin, --exec, found none"},
      {"convproof verify --builtin slow",
       "expected a built-in path of fast, im2col, reference, found 'slow'"},
      {"convproof verify --plugin ./nothing.so", "expected a shared library, found: "},
      {"convproof verify --exec nothing-of-this-name", "exited with code 127"},
      {"convproof verify --builtin fast --tier big",
       "--tier: expected smoke, standard or full, found 'big'"},
      {"convproof verify --builtin fast --shard 3/2",
       "--shard: expected i/n with 1 <= i <= n, found '3/2'"},
      {"convproof verify --builtin fast --jobs 0", "--jobs"},
      {"convproof verify --builtin fast --seed seven", "--seed"},
      {"convproof verify --builtin fast --fix", "expected --known-failures FILE beside it"},
      {"convproof verify --builtin fast --known-failures none.txt", "none.txt: expected a list"},
      {"convproof run --case nonsense", "expected an operator of conv2d, found 'nonsense'"},
      {"convproof run", "--case is required"},
      {"convproof list --tier x", "expected smoke, standard or full"},
      {"convproof merge none.json",
       "none.json: expected a report.json of convproof, found no such file"},
      {"export CONVPROOF_ISA=mmx && convproof verify --builtin fast",
       "CONVPROOF_ISA: expected scalar, sse4, avx2 or avx512, found 'mmx'"},
      {"convproof hello ./nothing.so", "expected a shared library"},
      {"convproof derive none.claim",
       "none.claim: expected a file of claims, found no file that can be opened"},
      {"convproof derive .", ".: expected a file of claims, found a folder"},
      {"convproof derive --update", "--update: expected files of claims beside it, found none"},
      {"convproof derive --claim nothing",
       "--claim: expected the name of a claim, found 'nothing'"},
      {"convproof derive --latex x", "--latex: expected --with FILE of declarations beside it"},
      {"convproof derive --with x", "--latex"},
      {"convproof derive --seconds 0", "--seconds"},
      {"convproof derive --json ''", "expected a name, found ''"},
  };
  for (const auto& [command, sentence] : mistakes) {
    const Outcome outcome = shell(command);
    EXPECT_EQ(outcome.code, 2) << command;
    EXPECT_THAT(outcome.err, HasSubstr(sentence)) << command;
    EXPECT_THAT(outcome.err, StartsWith("convproof: ")) << command;
    EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
  }
}

TEST_F(Program, SizesBeyondMemoryAreRefusedBeforeAnythingIsAllocated) {
  const Outcome large = shell(
      "convproof run --case "
      "'conv2d:N1C100000H100000W1000:O1:k1x1:s1x1:p0,0,0,0:d1x1:g1:y:f32:fill=dense:seed=1'");
  EXPECT_EQ(large.code, 2);
  EXPECT_THAT(large.err, HasSubstr("expected a case of at most 4096 MiB (--memory-limit), found"));
  const Outcome overflow = shell(
      "convproof run --case 'conv2d:N4000000000C4000000000H9W9:O1:k1x1:s1x1:p0,0,0,0:d1x1:g1:y:f32:"
      "fill=dense:seed=1'");
  EXPECT_EQ(overflow.code, 2);
  EXPECT_THAT(overflow.out, HasSubstr("expected a product of sizes below 2^63"));
}

TEST_F(Program, RunShowsACaseAndTheVerdictOnIt) {
  const Outcome outcome =
      shell(std::string("convproof run --builtin fast --case '") + kTinyCase + "'");
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out, HasSubstr("exact output\n  y f32 [1, 1, 2, 2]\n"));
  EXPECT_THAT(outcome.out, HasSubstr("fast: PASS-EXACT"));
  const Outcome wrong = shell(std::string("convproof run --plugin ") + broken("nan_last_row") +
                              " --case '" + kTinyCase + "'");
  EXPECT_EQ(wrong.code, 1);
  EXPECT_THAT(wrong.out, HasSubstr("broken: FAIL\n  y[0,0,1,0] is nan"));
}

TEST_F(Program, VerifyWritesItsThreeReports) {
  const Outcome outcome = shell("convproof verify --builtin fast --tier smoke --report r");
  EXPECT_EQ(outcome.code, 0) << outcome.out << outcome.err;
  const json report = json::parse(read_file(folder_ / "r/report.json"));
  EXPECT_EQ(report.at("exit_code"), 0);
  EXPECT_EQ(report.at("results").size(), report.at("cases").get<std::size_t>());
  EXPECT_THAT(read_file(folder_ / "r/junit.xml"), HasSubstr("<testsuite name=\"fast\">"));
  EXPECT_THAT(read_file(folder_ / "r/report.md"), HasSubstr("| fast | y |"));
  std::istringstream lines(outcome.out);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 100U) << line;
}

TEST_F(Program, ABrokenSubjectExitsWith1AndTheReportsNameTheSmallestCase) {
  const Outcome outcome =
      shell("convproof verify --plugin " + broken("nan_last_row") + " --tier smoke --report r");
  EXPECT_EQ(outcome.code, 1);
  const char* smallest = "smallest case  conv2d:N1C1H1W1:O1:k1x1:s1x1:p0,0,0,0:d1x1:g1:nobias:y:";
  EXPECT_THAT(outcome.out, HasSubstr(smallest));
  EXPECT_THAT(outcome.out, HasSubstr("does not conform"));
  EXPECT_THAT(read_file(folder_ / "r/report.md"), HasSubstr(smallest));
  EXPECT_THAT(read_file(folder_ / "r/junit.xml"), HasSubstr("smallest case: conv2d:N1C1H1W1"));
}

TEST_F(Program, TheUnionOfTheShardsIsTheWhole) {
  EXPECT_EQ(shell("convproof verify --builtin reference --tier smoke --report whole").code, 0);
  for (const char* shard : {"1/3", "2/3", "3/3"}) {
    EXPECT_EQ(shell(std::string("convproof verify --builtin reference --tier smoke --shard ") +
                    shard + " --report part" + shard[0])
                  .code,
              0);
  }
  EXPECT_EQ(
      shell("convproof merge part1/report.json part2/report.json part3/report.json --report j")
          .code,
      0);
  const auto cases = [&](const char* file) {
    std::multiset<std::string> all;
    const json report = json::parse(read_file(folder_ / file));
    for (const json& r : report.at("results")) {
      all.insert(r.at("case").get<std::string>() + r.at("verdict").get<std::string>());
    }
    return all;
  };
  EXPECT_EQ(cases("j/report.json"), cases("whole/report.json"));
  const Outcome missing = shell("convproof merge part1/report.json part3/report.json --report j");
  EXPECT_EQ(missing.code, 2);
  EXPECT_THAT(missing.err, HasSubstr("expected all 3 shards, found no shard 2"));
  const Outcome twice = shell("convproof merge part1/report.json part1/report.json --report j");
  EXPECT_EQ(twice.code, 2);
  EXPECT_THAT(twice.err, HasSubstr("found shard 1 again"));
}

TEST_F(Program, KnownFailuresAreFixedAcceptedAndMustNotGoStale) {
  const std::string verify =
      "convproof verify --tier smoke --known-failures known.txt --plugin " + broken("nan_last_row");
  EXPECT_EQ(shell(verify + " --fix").code, 0);
  EXPECT_THAT(read_file(folder_ / "known.txt"), HasSubstr("\nbroken conv2d:"));
  const Outcome again = shell(verify);
  EXPECT_EQ(again.code, 0);
  EXPECT_THAT(again.out, HasSubstr("known failures: conforms"));

  std::ofstream(folder_ / "known.txt", std::ios::app)
      << "broken " << kTinyCase << "\n"
      << "broken conv2d:N2C3H7W5:O4:k3x2:s1x1:p0,0,0,0:d1x1:g1:dx:f32:fill=dense:seed=1\n";
  const Outcome changed = shell(verify);
  EXPECT_EQ(changed.code, 1);
  EXPECT_THAT(changed.out, HasSubstr("STALE  listed as a known failure, but not in this run"));
  EXPECT_THAT(changed.out, HasSubstr("XPASS  listed as a known failure, but conforms"));

  std::ofstream(folder_ / "known.txt") << "broken conv9d:N1\n";
  const Outcome garbled = shell(verify);
  EXPECT_EQ(garbled.code, 2);
  EXPECT_THAT(garbled.err, HasSubstr("known.txt:1: expected <subject> <case string>"));
}

TEST_F(Program, AnInterruptKeepsTheResultsSoFar) {
  Process program({CONVPROOF_PROGRAM, "verify", "--plugin", broken("sleeps"), "--builtin", "fast",
                   "--tier", "smoke", "--timeout-ms", "1000", "--report",
                   (folder_ / "r").string()});
  // Long enough for a few cases, too short for the sleeper to run out of patience three times.
  const auto soon = Clock::now() + std::chrono::milliseconds(1500);
  EXPECT_THROW((void)program.read_line(soon), DeadlinePassed);
  program.signal(SIGINT);
  const ExitStatus status = program.wait_or_kill(Clock::now() + std::chrono::seconds(20));
  EXPECT_TRUE(status.exited);
  EXPECT_EQ(status.code, 1);  // A timeout is a failure that was found.
  const json report = json::parse(read_file(folder_ / "r/report.json"));
  EXPECT_EQ(report.at("interrupted"), true);
  EXPECT_GT(report.at("results").size(), 0U);
  EXPECT_LT(report.at("results").size(), 2 * report.at("cases").get<std::size_t>());
}

// ---- what else happens to a program in CI ------------------------------------------------------

TEST_F(Program, NothingThatASubjectStartedIsLeftBehind) {
  (void)shell("convproof verify --tier smoke --shard 1/40 --report r --plugin " +
              broken("leaves_orphans"));
  std::istringstream orphans(read_file(folder_ / "orphans"));
  int count = 0;
  for (pid_t orphan = 0; orphans >> orphan; ++count) {
    EXPECT_EQ(kill(orphan, 0), -1) << orphan << " lives";
  }
  EXPECT_GT(count, 0);
}

TEST_F(Program, ClosedStandardStreamsBecomeNobodysPipe) {
  const Outcome outcome =
      shell("{ convproof verify --builtin fast --tier smoke --shard 1/40 --report r <&- >&-; }");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(json::parse(read_file(folder_ / "r/report.json")).at("exit_code"), 0);
}

TEST_F(Program, AFullStandardOutputIsSaidAndAClosedPipeIsNot) {
  const Outcome full = shell("{ convproof list > /dev/full; }");
  EXPECT_EQ(full.code, 2);
  EXPECT_EQ(full.err, "convproof: cannot write to standard output\n");
  const Outcome head = shell("{ convproof list | head -1; }");
  EXPECT_THAT(head.out, StartsWith("conv2d:"));
  EXPECT_EQ(head.err, "");
}

TEST_F(Program, TheLargestSeedIsASeedLikeAnyOther) {
  const std::string largest = std::to_string(std::numeric_limits<std::uint64_t>::max());
  const Outcome outcome = shell("convproof verify --tier smoke --shard 1/20 --report r --seed " +
                                largest + " --plugin " + broken("nan_last_row"));
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.out, HasSubstr(":seed=" + largest));
  EXPECT_EQ(shell("convproof run --case '" + std::string(kTinyCase) + "8446744073709551616'").code,
            2);
}

TEST_F(Program, AnEmptyNameIsNoWishForTheDefault) {
  for (const char* option : {"--report ''", "--known-failures ''"}) {
    const Outcome outcome =
        shell(std::string("convproof verify --builtin fast --tier smoke ") + option);
    EXPECT_EQ(outcome.code, 2) << option;
    EXPECT_THAT(outcome.err, HasSubstr("expected a name, found ''")) << option;
  }
  EXPECT_THAT(shell("convproof ''").err, HasSubstr("found ''"));
}

TEST_F(Program, NotesHoldsWhatIsPrintedAgainstWhatItIs) {
  const Outcome table = shell("convproof notes");
  EXPECT_EQ(table.code, 0);
  EXPECT_THAT(table.out, HasSubstr("X-SENSOR-1D          s_6                   1.80"));
  EXPECT_THAT(table.out, HasSubstr("1.811                   does not"));
  EXPECT_THAT(table.out, HasSubstr(" printed: "));
  std::istringstream lines(table.out);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 100U) << line;
  const Outcome as_json = shell("convproof notes --json");
  EXPECT_EQ(as_json.code, 0);
  EXPECT_EQ(nlohmann::json::parse(as_json.out).at(0).at("verdict"), "equal");
  const Outcome item = shell("convproof notes X-SENSOR-1D");
  EXPECT_EQ(item.code, 0);
  EXPECT_THAT(item.out, HasSubstr("X-SENSOR-1D  worked-example, note 002"));
  EXPECT_THAT(item.out, HasSubstr("s_6: printed 1.80, exact 1.811: does not"));
}

TEST_F(Program, NotesListsEveryItemAndRefusesWhatIsNone) {
  const Outcome map = shell("convproof notes --coverage");
  EXPECT_EQ(map.code, 0);
  EXPECT_THAT(map.out, StartsWith("F-CONV-1D\n"));
  EXPECT_THAT(map.out, HasSubstr("kind                  items  covered  not computable\n"));
  const Outcome as_json = shell("convproof notes --coverage --json");
  EXPECT_EQ(nlohmann::json::parse(as_json.out).size(), 296U);
  const Outcome unknown = shell("convproof notes F-NOTHING");
  EXPECT_EQ(unknown.code, 2);
  EXPECT_EQ(unknown.err,
            "convproof: item: expected an id that convproof notes --coverage lists, "
            "found 'F-NOTHING'\n");
  EXPECT_EQ(shell("convproof notes F-CONV-1D --coverage").code, 2);
}

TEST_F(Program, AFolderThatCannotBeMadeIsSaidBeforeAnythingIsJudged) {
  std::ofstream(folder_ / "taken") << "a file";
  const auto start = Clock::now();
  const Outcome outcome =
      shell("convproof verify --tier smoke --report taken/r --plugin " + broken("sleeps"));
  EXPECT_EQ(outcome.code, 2);
  EXPECT_LT(Clock::now() - start, std::chrono::seconds(5));
}

TEST_F(Program, AFileThatGrowsTooLargeIsSaidAndLeavesNoHalf) {
  const Outcome outcome = shell(
      "{ (ulimit -f 8; convproof verify --builtin fast --tier smoke --shard 1/4 --report r); }");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("cannot write r/report.json: File too large"));
  EXPECT_THAT(outcome.out, HasSubstr("0 failed"));  // The table is said all the same.
  EXPECT_TRUE(std::filesystem::is_empty(folder_ / "r"));
}

TEST_F(Program, AnotherRunsHalfWrittenFileIsLeftAlone) {
  std::filesystem::create_directory(folder_ / "r");
  std::ofstream(folder_ / "r/report.json.partial") << "half";
  EXPECT_EQ(shell("convproof verify --builtin fast --tier smoke --shard 1/40 --report r").code, 0);
  EXPECT_EQ(read_file(folder_ / "r/report.json.partial"), "half");
}

// ---- derivations -------------------------------------------------------------------------------

constexpr const char* kClaims =
    "title \"Two lines\"\n"
    "size N\n"
    "tensor X[N + 1]\n"
    "tensor W[2]\n"
    "let Y = conv(W, X)\n"
    "seed G like Y\n"
    "claim right: grad(Y, W, G) == rot180(xcorr(G, X))\n"
    "claim wrong: grad(Y, W, G) == xcorr(G, X)\n";

TEST_F(Program, DeriveDecidesFilesAndWritesItsReports) {
  std::ofstream(folder_ / "lines.claim") << kClaims;
  const Outcome outcome = shell(
      "convproof derive lines.claim --html r/page.html --json d.json --junit j.xml "
      "--certificates c");
  EXPECT_EQ(outcome.code, 1) << outcome.err;
  EXPECT_THAT(outcome.out, StartsWith("lines.claim: Two lines\n  right                proved "));
  EXPECT_THAT(outcome.out, HasSubstr("; repair: rot180 of\n"));
  EXPECT_THAT(outcome.out, HasSubstr("\n1 file, 2 links: 1 proved, 1 refuted; 1 unexpected\n"));
  EXPECT_THAT(read_file(folder_ / "r/page.html"), StartsWith("<!DOCTYPE html>"));
  EXPECT_EQ(json::parse(read_file(folder_ / "d.json")).at("surprises"), 1);
  EXPECT_THAT(read_file(folder_ / "j.xml"), HasSubstr("failures=\"1\""));
  EXPECT_THAT(read_file(folder_ / "c/lines.right.1.txt"), HasSubstr("condition "));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "c/lines.wrong.1.txt"));
  std::istringstream lines(outcome.out);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 100U) << line;
}

TEST_F(Program, DeriveHoldsLaterRunsAgainstWhatWasAccepted) {
  std::ofstream(folder_ / "lines.claim") << kClaims;
  const Outcome accepted = shell("convproof derive lines.claim --update");
  EXPECT_EQ(accepted.code, 0) << accepted.err;
  EXPECT_THAT(accepted.out, HasSubstr("updated: lines.claim\n"));
  EXPECT_THAT(read_file(folder_ / "lines.claim"),
              HasSubstr("claim wrong: grad(Y, W, G) == xcorr(G, X)\n  expect refuted"));
  EXPECT_EQ(shell("convproof derive lines.claim").code, 0);
  EXPECT_THAT(shell("convproof derive lines.claim --update").out, Not(HasSubstr("updated")));
  EXPECT_EQ(shell("convproof derive lines.claim --update --claim right").code, 2);
}

TEST_F(Program, DeriveDecidesOneClaimWithoutRepairsIfAsked) {
  std::ofstream(folder_ / "lines.claim") << kClaims;
  const Outcome outcome = shell("convproof derive lines.claim --claim wrong --no-repairs");
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.out, HasSubstr("1 link: 1 refuted"));
  EXPECT_THAT(outcome.out, Not(HasSubstr("repair")));
  EXPECT_EQ(shell("convproof derive lines.claim --claim right").code, 0);
}

TEST_F(Program, DeriveSaysWhereATextCannotBeReadAndWritesNothing) {
  std::ofstream(folder_ / "good.claim") << kClaims;
  std::ofstream(folder_ / "bad.claim") << "size N\nclaim c: N = N\n";
  const Outcome outcome = shell("convproof derive good.claim bad.claim --html page.html");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, StartsWith("convproof: bad.claim:2:12: expected "));
  EXPECT_EQ(outcome.out, "");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "page.html"));
}

TEST_F(Program, DeriveReadsAFormulaAsLatex) {
  std::ofstream(folder_ / "with.claim") << "size N\ntensor X[N + 1]\ntensor W[2]\n"
                                           "reading star = xcorr | conv\n"
                                           "let Y = xcorr(W, X)\n";
  const Outcome outcome = shell("convproof derive --latex 'Y = W \\star X' --with with.claim");
  EXPECT_EQ(outcome.code, 0) << outcome.err << outcome.out;
  EXPECT_THAT(outcome.out, HasSubstr("claim formula: Y == star(W, X)"));
  EXPECT_THAT(outcome.out, HasSubstr("holds under star = xcorr"));
}

TEST_F(Program, DeriveRefusesATextThatIsTooLong) {
  std::ofstream(folder_ / "long.claim") << std::string((std::size_t{1} << 20U) + 9, '#');
  const Outcome outcome = shell("convproof derive long.claim");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("expected a text of at most 1048576 bytes"));
}

TEST_F(Program, DeriveKeepsWhatWasDecidedBeforeCtrlC) {
  Process program({CONVPROOF_PROGRAM, "derive", "--html", (folder_ / "page.html").string(),
                   "--json", (folder_ / "d.json").string()});
  // The first file is done; all of the notes take much longer.
  const std::string first = program.read_line(Clock::now() + std::chrono::seconds(60));
  EXPECT_THAT(first, StartsWith("note000_3.1.1.claim: "));
  program.signal(SIGINT);
  try {
    while (true) (void)program.read_line(Clock::now() + std::chrono::seconds(60));
  } catch (const PipeClosed&) {
    // It has said all.
  }
  const ExitStatus status = program.wait_or_kill(Clock::now() + std::chrono::seconds(60));
  EXPECT_TRUE(status.exited);
  EXPECT_NE(status.code, 0);
  const json report = json::parse(read_file(folder_ / "d.json"));
  EXPECT_EQ(report.at("interrupted"), true);
  EXPECT_GE(report.at("files").size(), 1U);
  EXPECT_THAT(read_file(folder_ / "page.html"), HasSubstr("Interrupted"));
}

TEST_F(Program, DeriveSaysBeforehandThatAFileCannotBeWritten) {
  std::ofstream(folder_ / "lines.claim") << kClaims;
  std::ofstream(folder_ / "taken") << "a file";
  const Outcome outcome = shell("convproof derive lines.claim --json taken/d.json");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_EQ(outcome.out, "");
}

// ---- again judges ------------------------------------------------------------------------------

TEST_F(Program, InvalidCasesAreNotSentToSubjectsThatDoNotDeclareThem) {
  const Outcome outcome =
      shell("convproof run --plugin " + broken("sleeps") +
            " --case conv2d:N1C1H3W3:O1:k4x2:s1x1:p0,0,0,0:d1x1:g1:nobias:y:f32:fill=dense:seed=1");
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out, HasSubstr("broken: SKIP, invalid cases are not declared"));
}

TEST(ExitCode, ASubjectThatHangsDoesNotConformBecauseItsTimeoutsAreKnown) {
  conformance::Run run;
  CaseResult timeout;
  timeout.judgement.verdict = Verdict::kTimeout;
  timeout.known = true;
  run.campaign.results.push_back(timeout);
  EXPECT_EQ(exit_code(run), 0);
  CaseResult not_asked;
  not_asked.judgement.verdict = Verdict::kSkip;
  run.campaign.results.push_back(not_asked);
  EXPECT_EQ(exit_code(run), 0);
  run.campaign.results.back().gave_up = true;
  EXPECT_EQ(exit_code(run), 2);
}

TEST_F(Program, ListsOfKnownFailuresThatCannotBeReadAreNotEmpty) {
  std::filesystem::create_directory(folder_ / "known");
  const Outcome outcome =
      shell("convproof verify --builtin fast --tier smoke --known-failures known");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("found something that cannot be read"));
}

TEST_F(Program, NamesInListsOfKnownFailuresMayHoldWhatStartsAComment) {
  const std::string entry = std::string("my C# lib ") + kTinyCase;
  std::ofstream(folder_ / "known.txt") << "# a comment\n  # another\n"
                                       << entry << "  # flaky # since May\r\n\n";
  EXPECT_THAT(read_known_failures(folder_ / "known.txt"), testing::ElementsAre(entry));
}

TEST_F(Program, ASecondCtrlCEndsAtOnceAndAHangupKeepsTheResults) {
  const std::vector<std::string> arguments = {
      CONVPROOF_PROGRAM, "verify",       "--plugin", broken("sleeps"), "--tier",
      "smoke",           "--timeout-ms", "600000",   "--report",       (folder_ / "r").string()};
  const auto soon = [] { return Clock::now() + std::chrono::milliseconds(700); };
  Process hurried(arguments);
  EXPECT_THROW((void)hurried.read_line(soon()), DeadlinePassed);
  hurried.signal(SIGINT);
  EXPECT_THROW((void)hurried.read_line(soon()), DeadlinePassed);
  hurried.signal(SIGINT);
  const ExitStatus ended = hurried.wait_or_kill(Clock::now() + std::chrono::seconds(10));
  EXPECT_EQ(ended.signal, SIGINT);

  std::vector<std::string> patient = arguments;
  patient[7] = "1500";
  Process hung_up(patient);
  EXPECT_THROW((void)hung_up.read_line(soon()), DeadlinePassed);
  hung_up.signal(SIGHUP);
  EXPECT_TRUE(hung_up.wait_or_kill(Clock::now() + std::chrono::seconds(10)).exited);
  EXPECT_EQ(json::parse(read_file(folder_ / "r/report.json")).at("interrupted"), true);
}

TEST_F(Program, MergeTakesNoReportThatWasCutOrEdited) {
  EXPECT_EQ(shell("convproof verify --builtin reference --tier smoke --shard 1/40 --report r").code,
            0);
  const json whole = json::parse(read_file(folder_ / "r/report.json"));
  const auto merged = [&](const auto& change) {
    json edited = whole;
    edited["shard"] = edited["shards"] = 1;
    change(edited);
    std::ofstream(folder_ / "edited.json") << edited.dump();
    return shell("convproof merge edited.json --report m");
  };
  EXPECT_EQ(merged([](json&) {}).code, 0);
  const auto refused = [&](const auto& change) {
    const Outcome outcome = merged(change);
    EXPECT_EQ(outcome.code, 2) << outcome.out;
    EXPECT_THAT(outcome.err, StartsWith("convproof: edited.json: expected "));
  };
  refused([](json& j) { j["format"] = 1; });
  refused([](json& j) { j["tier"] = "x"; });
  refused([](json& j) { j["shard"] = 0; });
  refused([](json& j) { j["shards"] = 0; });
  refused([](json& j) { j["shards"] = -1; });
  refused([](json& j) { j["results"].erase(0); });
  refused([](json& j) { j["results"][1] = j["results"][0]; });
  refused([](json& j) { j["results"][0]["subject"] = "somebody"; });
  refused([](json& j) { j["results"][0]["verdict"] = "GREAT"; });
  refused([](json& j) { j["results"][0]["precision"] = 17; });
  const Outcome many = merged([](json& j) { j["shards"] = 1000000000; });
  EXPECT_THAT(many.err, HasSubstr("expected all 1000000000 shards, found no shard 2"));
}

TEST_F(Program, MergedReportsTellSubjectsOfTheSameNameApart) {
  for (const char* shard : {"1/2", "2/2"}) {
    EXPECT_EQ(shell(std::string("convproof verify --builtin reference --builtin reference --tier "
                                "smoke --report part") +
                    shard[0] + " --shard " + shard)
                  .code,
              0);
  }
  const Outcome joined = shell("convproof merge part1/report.json part2/report.json --report j");
  EXPECT_EQ(joined.code, 0);
  EXPECT_THAT(read_file(folder_ / "j/report.md"), HasSubstr("| reference[2:reference] | y |"));
}

TEST_F(Program, AReportThatCannotBeWrittenIsSaidAndLeavesNothingBehind) {
  std::ofstream(folder_ / "taken") << "a file";
  const Outcome outcome = shell("convproof verify --builtin fast --tier smoke --report taken");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("cannot make the folder taken"));
  EXPECT_EQ(read_file(folder_ / "taken"), "a file");
}

TEST_F(Program, HelpShowsExamplesAndListTheCases) {
  EXPECT_THAT(shell("convproof --help").out, HasSubstr("examples:"));
  EXPECT_EQ(shell("convproof --help").code, 0);
  EXPECT_THAT(shell("convproof list --operators").out, HasSubstr("dw: dy x -> dw"));
  EXPECT_THAT(shell("convproof list --tier smoke").out, HasSubstr("conv2d:N2C3H7W5:O4:k3x2"));
  EXPECT_THAT(shell("convproof hello fast").out, HasSubstr("conv2d: passes y dx dw db"));
}

#ifdef CONVPROOF_PYTHON
TEST_F(Program, AnotherLanguageRebuildsTheDataFromTheCaseString) {
  for (const char* fill : {"integers", "dense", "sparse", "special"}) {
    for (const char* rest : {"y:f32", "dx:f64", "dw:f16", "db:bf16"}) {
      const std::string c = std::string("conv2d:N1C2H4W3:O3:k2x2:s1x1:p0,1,0,0:d1x1:g1:") + rest +
                            ":fill=" + fill + ":seed=5";
      const Outcome checked = shell(
          "convproof run --case '" + c +
          "' | " CONVPROOF_PYTHON " " CONVPROOF_SCRIPTS "/../rebuild_case.py '" + c + "' --check");
      EXPECT_EQ(checked.code, 0) << c << '\n' << checked.err;
    }
  }
}
#endif

}  // namespace
}  // namespace convproof::conformance
