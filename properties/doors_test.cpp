// The three doors, with subjects that are right, wrong, rude and dead. Every broken one must be
// caught with the right verdict and a case as small as its fault; every right one must pass.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <map>

#include "conformance/judge/campaign.h"
#include "core/errors.h"

namespace convproof::conformance {
namespace {

// As the program does: a subject that ends before it is asked is an answer, not a signal.
[[maybe_unused]] const auto kSignalBefore = std::signal(SIGPIPE, SIG_IGN);

using testing::HasSubstr;

SubjectOptions options_for_tests() {
  SubjectOptions options;
  options.program = CONVPROOF_PROGRAM;
  options.timeout = std::chrono::milliseconds(20000);
  return options;
}

SubjectAddress plugin(const std::string& name) {
  return {SubjectAddress::Door::kPlugin,
          std::string(CONVPROOF_ADAPTERS) + "/libconvproof_" + name + ".so"};
}

SubjectAddress script(const std::string& name) {
  return {SubjectAddress::Door::kExec,
          std::string(CONVPROOF_PYTHON " " CONVPROOF_SCRIPTS "/") + name};
}

std::vector<Case> corpus(Tier tier) {
  return operator_page("conv2d").corpus(tier, 1);
}

/// One geometry in all passes, dtypes and fills: every attribute in use, all sizes different.
std::vector<Case> crossed_cases() {
  std::vector<Case> cases;
  for (const Case& c : corpus(Tier::kSmoke)) {
    if (c.groups == 2 && c.dilation == std::vector<Index>{3, 2}) cases.push_back(c);
  }
  return cases;
}

CampaignResult judge_all(const std::vector<SubjectAddress>& subjects,
                         const std::vector<Case>& cases, CampaignOptions options = {}) {
  // Threads that wait in a loop would take the cores from the other jobs.
  setenv("OMP_WAIT_POLICY", "passive", 0);
  const auto timeout = options.subject.timeout;
  options.subject = options_for_tests();
  if (timeout != SubjectOptions().timeout) options.subject.timeout = timeout;
  const std::atomic<bool> stop{false};
  return run_campaign(subjects, cases, options, stop, [](const Progress&) {});
}

std::map<Verdict, int> verdicts_of(const CampaignResult& campaign) {
  std::map<Verdict, int> counts;
  for (const CaseResult& r : campaign.results) ++counts[r.judgement.verdict];
  return counts;
}

/// The first result with this verdict that was shrunk.
const CaseResult& shrunk_failure(const CampaignResult& campaign, Verdict verdict) {
  static const CaseResult kNone{};
  const auto found = std::find_if(
      campaign.results.begin(), campaign.results.end(),
      [&](const CaseResult& r) { return r.judgement.verdict == verdict && !r.smallest.empty(); });
  return found == campaign.results.end() ? kNone : *found;
}

std::string why(const CampaignResult& campaign) {
  for (const CaseResult& r : campaign.results) {
    if (!conforms(r.judgement.verdict)) return r.case_string + ": " + r.judgement.sentence;
  }
  return "everything conforms";
}

// ---- legitimate subjects --------------------------------------------------------------------

TEST(Doors, NoLegitimateOrderOfSummationIsRejectedAtAnySizeOfTheTier) {
  // The judge with sanitizers is some thirty times slower: there it gets the smaller tier.
  const bool standard = std::string(CONVPROOF_LEGITIMATE_TIER) == "standard";
  std::vector<SubjectAddress> subjects;
  for (const char* order : {"naive", "broken_legit_reverse", "broken_legit_pairwise",
                            "broken_legit_blocked8", "broken_legit_fma", "broken_legit_double"}) {
    subjects.push_back(plugin(order));
  }
  const CampaignResult campaign =
      judge_all(subjects, corpus(standard ? Tier::kStandard : Tier::kSmoke));
  // None of them is even suspected, and most of the corpus was really judged.
  std::map<std::string, int> judged;
  for (const CaseResult& r : campaign.results) {
    const Verdict verdict = r.judgement.verdict;
    if (verdict == Verdict::kSkip) continue;
    ASSERT_TRUE(verdict == Verdict::kPass || verdict == Verdict::kPassExact)
        << r.subject << ' ' << r.case_string << ": " << r.judgement.sentence;
    ++judged[r.subject];
  }
  ASSERT_EQ(judged.size(), subjects.size());
  for (const auto& [subject, count] : judged) EXPECT_GT(count, standard ? 2000 : 500) << subject;
}

class OurPath : public testing::TestWithParam<const char*> {};

TEST_P(OurPath, ConformsOnTheSmokeTier) {
  const CampaignResult campaign =
      judge_all({{SubjectAddress::Door::kBuiltin, GetParam()}}, corpus(Tier::kSmoke));
  const auto counts = verdicts_of(campaign);
  EXPECT_EQ(counts.at(Verdict::kPass) + counts.at(Verdict::kPassExact),
            static_cast<int>(campaign.results.size()))
      << why(campaign);
}

INSTANTIATE_TEST_SUITE_P(Doors, OurPath, testing::Values("fast", "im2col", "reference"));

// ---- real libraries -------------------------------------------------------------------------

/// Everything it is asked is right, and much of it is asked.
[[maybe_unused]] void expect_conforms_on_smoke_tier(const SubjectAddress& address) {
  const CampaignResult campaign = judge_all({address}, corpus(Tier::kSmoke));
  for (const CaseResult& r : campaign.results) {
    EXPECT_TRUE(conforms(r.judgement.verdict)) << r.case_string << ": " << r.judgement.sentence;
  }
  EXPECT_GT(verdicts_of(campaign)[Verdict::kPass], 100);
}

#ifdef CONVPROOF_HAS_ONEDNN
TEST(Doors, OneDnnConformsOnTheSmokeTier) {
  expect_conforms_on_smoke_tier(plugin("onednn"));
}
#endif

#ifdef CONVPROOF_HAS_NUMPY
TEST(Doors, TheNumPyAdapterConformsOnTheSmokeTier) {
  expect_conforms_on_smoke_tier(script("../numpy_adapter.py"));
}
#endif

#ifdef CONVPROOF_HAS_TORCH
TEST(Doors, ThePyTorchAdapterConformsOnTheSmokeTier) {
  expect_conforms_on_smoke_tier(script("../torch_adapter.py"));
}
#endif

// ---- broken subjects ------------------------------------------------------------------------

struct Fault {
  const char* subject;
  Verdict verdict;
  const char* sentence;  // Part of what is said about the smallest case.
  bool (*is_minimal)(const Case& smallest);
};

/// All sizes are 1 but for what the predicate allows.
bool is_tiny(const Case& c, Index most_taps, Index most_size) {
  return c.batch == 1 && c.kernel[0] * c.kernel[1] <= most_taps &&
         c.size[0] * c.size[1] <= most_size && c.channels <= 2 && c.outputs <= 2;
}

void PrintTo(const Fault& fault, std::ostream* out) {
  *out << fault.subject;
}

class BrokenSubject : public testing::TestWithParam<Fault> {};

TEST_P(BrokenSubject, IsCaughtAndTheReportNamesTheSmallestCase) {
  const Fault& fault = GetParam();
  const CampaignResult campaign = judge_all({plugin(fault.subject)}, corpus(Tier::kSmoke));
  const CaseResult& failure = shrunk_failure(campaign, fault.verdict);
  ASSERT_FALSE(failure.smallest.empty()) << why(campaign);
  EXPECT_THAT(failure.smallest_sentence, HasSubstr(fault.sentence)) << failure.smallest;
  EXPECT_TRUE(fault.is_minimal(parse_case(failure.smallest))) << failure.smallest;
}

INSTANTIATE_TEST_SUITE_P(
    Doors, BrokenSubject,
    testing::Values(
        Fault{"broken_flipped_kernel", Verdict::kDialect, "the kernel is flipped",
              [](const Case& c) { return is_tiny(c, 2, 2) && c.only.size() <= 3; }},
        Fault{"broken_swapped_padding", Verdict::kFail, "the exact value is",
              [](const Case& c) { return is_tiny(c, 4, 6); }},
        Fault{"broken_dilation_ignored_w", Verdict::kFail, "the exact value is",
              [](const Case& c) { return is_tiny(c, 2, 3) && c.dilation[1] == 2; }},
        Fault{"broken_last_channel_dropped", Verdict::kFail, "the exact value is",
              [](const Case& c) { return is_tiny(c, 1, 1); }},
        Fault{"broken_tf32_inputs", Verdict::kContract, "inputs rounded to tf32",
              [](const Case& c) { return is_tiny(c, 1, 1) && c.fill != Fill::kIntegers; }},
        Fault{"broken_nan_last_row", Verdict::kFail, "is nan",
              [](const Case& c) { return is_tiny(c, 1, 1) && c.pass == "y"; }},
        Fault{"broken_segfault_odd_width", Verdict::kCrash, "SEGV",
              [](const Case& c) { return is_tiny(c, 1, 1) && c.size[1] % 2 == 1; }},
        Fault{"broken_writes_outside", Verdict::kMemory, "past the end of output",
              [](const Case& c) { return is_tiny(c, 1, 1); }},
        Fault{"broken_writes_input", Verdict::kMemory, "read-only input",
              [](const Case& c) { return is_tiny(c, 1, 1); }},
        Fault{"broken_stateful", Verdict::kFail, "two identical calls gave different results",
              [](const Case& c) { return is_tiny(c, 1, 1); }},
        Fault{"broken_exits", Verdict::kCrash, "exited with code 3",
              [](const Case& c) { return is_tiny(c, 1, 1); }}));

TEST(Doors, Tf32InputsAreCaughtInEveryPassThatMultiplies) {
  const CampaignResult campaign = judge_all({plugin("broken_tf32_inputs")}, crossed_cases());
  for (const char* pass : {"y", "dx", "dw", "db"}) {
    for (const DType dtype : {DType::kF32, DType::kF64}) {
      const bool caught =
          std::any_of(campaign.results.begin(), campaign.results.end(), [&](const CaseResult& r) {
            return r.pass == pass && r.dtype == dtype && r.judgement.verdict == Verdict::kContract;
          });
      EXPECT_TRUE(caught) << pass << ' ' << name(dtype);
    }
  }
}

TEST(Doors, ASubjectThatSleepsCostsAFewTimeoutsAndNotTheRun) {
  CampaignOptions options;
  options.subject.timeout = std::chrono::milliseconds(300);
  options.shrink_budget = std::chrono::milliseconds(3000);
  const auto start = Clock::now();
  const CampaignResult campaign =
      judge_all({plugin("broken_sleeps")}, corpus(Tier::kSmoke), options);
  EXPECT_LT(Clock::now() - start, std::chrono::seconds(60));
  const auto counts = verdicts_of(campaign);
  EXPECT_GE(counts.at(Verdict::kTimeout), options.timeouts_before_giving_up);
  EXPECT_LE(counts.at(Verdict::kTimeout), options.timeouts_before_giving_up + options.jobs);
  EXPECT_EQ(counts.at(Verdict::kTimeout) + counts.at(Verdict::kSkip),
            static_cast<int>(campaign.results.size()));
  EXPECT_TRUE(
      std::any_of(campaign.results.begin(), campaign.results.end(), [](const CaseResult& r) {
        return r.gave_up &&
               r.judgement.sentence == "not asked after 0.9 s of nothing but crashes and timeouts";
      }));
  EXPECT_THAT(shrunk_failure(campaign, Verdict::kTimeout).smallest, HasSubstr("conv2d:N1C1H1W1"));
}

// ---- subjects that cannot be tried at all ---------------------------------------------------

std::string start_error(const SubjectAddress& address) {
  try {
    SubjectOptions options = options_for_tests();
    options.hello_timeout = std::chrono::milliseconds(1500);
    const Subject subject(address, options);
  } catch (const SubjectError& e) {
    return e.what();
  }
  return "(started)";
}

TEST(Doors, SayInASentenceWhyASubjectCannotBeTried) {
  EXPECT_THAT(start_error(plugin("missing")), HasSubstr("expected a shared library, found: "));
  EXPECT_THAT(start_error(plugin("broken_no_run_symbol")),
              HasSubstr("expected the function convproof_run in "));
  EXPECT_THAT(start_error(plugin("broken_bad_hello")),
              HasSubstr("hello: expected a JSON object on one line, found 'hello, I am a "));
  EXPECT_THAT(start_error({SubjectAddress::Door::kBuiltin, "slow"}),
              HasSubstr("expected a built-in path of fast, im2col, reference, found 'slow'"));
  EXPECT_THAT(start_error({SubjectAddress::Door::kExec, "/nonexistent/program"}),
              HasSubstr("exited with code 127"));
  EXPECT_THAT(start_error({SubjectAddress::Door::kExec, "true"}),
              HasSubstr("expected an answer to hello, but it exited with code 0"));
  EXPECT_THAT(start_error(script("silent.py")),
              HasSubstr("expected an answer to hello within 1 s"));
}

// ---- the protocol ---------------------------------------------------------------------------

class RudeSubject : public testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(RudeSubject, FailsItsCasesAndIsAskedAgain) {
  const char* file = GetParam().first;
  const char* sentence = GetParam().second;  // Clang 14 captures no structured bindings.
  const std::vector<Case> all = corpus(Tier::kSmoke);
  CampaignOptions options;
  options.shrunk_failures = 0;
  const CampaignResult campaign =
      judge_all({script(file)}, std::vector<Case>(all.begin(), all.begin() + 8), options);
  ASSERT_EQ(campaign.results.size(), 8U);
  const bool said =
      std::any_of(campaign.results.begin(), campaign.results.end(), [&](const CaseResult& r) {
        return !conforms(r.judgement.verdict) &&
               r.judgement.sentence.find(sentence) != std::string::npos;
      });
  EXPECT_TRUE(said) << why(campaign);
}

INSTANTIATE_TEST_SUITE_P(
    Doors, RudeSubject,
    testing::Values(std::pair{"garbage.py", "expected a JSON object on one line, found '"},
                    std::pair{"wrong_shape.py", "of shape [2, 4, 5, 4], found shape"},
                    std::pair{"wrong_bytes.py", "bytes for "},
                    std::pair{"wrong_dtype.py", "found dtype"},
                    std::pair{"dies.py", "ended by SIGSEGV"}));

TEST(Doors, CrashesOnOddWidthsCostThoseCasesOnly) {
  const CampaignResult campaign =
      judge_all({plugin("broken_segfault_odd_width")}, corpus(Tier::kSmoke));
  for (const CaseResult& r : campaign.results) {
    const Case c = parse_case(r.case_string);
    if (r.judgement.verdict == Verdict::kSkip) {
      EXPECT_EQ(r.judgement.sentence, "invalid cases are not declared");
      continue;
    }
    // The pass db sees no x: its width is that of dy.
    const Index width = c.pass == "db" ? operator_page("conv2d").inputs(c)[0].shape[3] : c.size[1];
    EXPECT_EQ(r.judgement.verdict == Verdict::kCrash, width % 2 == 1) << r.case_string;
  }
}

TEST(Doors, OneCrashCostsOneCase) {
  std::vector<Case> cases = corpus(Tier::kSmoke);
  cases.resize(9);
  CampaignOptions options;
  options.jobs = 1;
  options.shrunk_failures = 0;
  const CampaignResult campaign = judge_all({script("dies.py")}, cases, options);
  // It dies in every third run of a process, so it is started three times.
  EXPECT_EQ(verdicts_of(campaign)[Verdict::kCrash], 3);
  EXPECT_EQ(campaign.results.size(), 9U);
}

// ---- subjects that do not play by the rules --------------------------------------------------

/// A file that does not exist yet, gone afterwards.
class NoFile {
 public:
  NoFile() {
    std::string name = (std::filesystem::temp_directory_path() / "convproof-XXXXXX").string();
    folder_ = mkdtemp(name.data()) != nullptr ? name : "";
  }
  ~NoFile() { std::filesystem::remove_all(folder_); }
  NoFile(const NoFile&) = delete;
  NoFile& operator=(const NoFile&) = delete;
  std::string path() const { return (folder_ / "file").string(); }

 private:
  std::filesystem::path folder_;
};

/// The results of a few cases, one after the other.
std::vector<CaseResult> results_of(const SubjectAddress& subject, std::size_t cases,
                                   std::chrono::milliseconds timeout) {
  std::vector<Case> some = corpus(Tier::kSmoke);
  some.resize(cases);
  CampaignOptions options;
  options.jobs = 1;
  options.shrunk_failures = 0;
  options.subject.timeout = timeout;
  return judge_all({subject}, some, options).results;
}

TEST(Unruly, AChildThatHoldsThePipesOpenDoesNotTurnACrashIntoATimeout) {
  const auto results =
      results_of(plugin("broken_forks_and_aborts"), 2, std::chrono::milliseconds(15000));
  for (const CaseResult& r : results) {
    EXPECT_EQ(r.judgement.verdict, Verdict::kCrash);
    EXPECT_EQ(r.judgement.sentence, "the subject ended by SIGABRT");
  }
}

TEST(Unruly, AFaultIsSaidWhateverTheSubjectDidToItsStreamsAndSignals) {
  const std::pair<const char*, const char*> faults[] = {
      {"broken_closes_everything", "bytes before the start of output y"},
      {"broken_catches_faults", "access 1 bytes before the start of input x"},
      {"broken_reads_far_outside", "bytes past the end of input x"},
      {"broken_overlong_message", "past the end of buffer message (1024 bytes)"}};
  for (const auto& [name, sentence] : faults) {
    const auto results = results_of(plugin(name), 2, std::chrono::milliseconds(10000));
    for (const CaseResult& r : results) {
      EXPECT_EQ(r.judgement.verdict, Verdict::kMemory) << name;
      EXPECT_THAT(r.judgement.sentence, HasSubstr(sentence)) << name;
    }
  }
}

TEST(Unruly, ASubjectCannotReadTheHostsRequests) {
  const auto results =
      results_of(plugin("broken_reads_input_stream"), 4, std::chrono::milliseconds(10000));
  for (const CaseResult& r : results) EXPECT_TRUE(conforms(r.judgement.verdict));
}

TEST(Unruly, AnExceptionIsSaidInItsOwnWords) {
  const auto results = results_of(plugin("broken_throws"), 1, std::chrono::milliseconds(10000));
  EXPECT_EQ(results[0].judgement.verdict, Verdict::kFail);
  EXPECT_EQ(results[0].judgement.sentence,
            "convproof_run threw an exception: no kernel for this shape");
}

TEST(Unruly, AFloodOnStandardErrorIsCutOff) {
  const auto results =
      results_of(script("unruly.py floods_stderr"), 1, std::chrono::milliseconds(500));
  EXPECT_EQ(results[0].judgement.verdict, Verdict::kTimeout);
  EXPECT_EQ(results[0].standard_error, std::string(2000, 'y'));
}

TEST(Unruly, AFloodOnStandardOutputDoesNotTakeTheJudgesMemory) {
  Process yes({"/bin/sh", "-c", "exec yes"});
  const std::vector<std::byte> request(std::size_t{1} << 24U);
  EXPECT_THROW(yes.write(request, Clock::now() + std::chrono::milliseconds(700)), DeadlinePassed);
  EXPECT_LT(yes.unread(), std::size_t{1} << 22U);
}

TEST(Unruly, ClosingStandardOutputIsSaidAsItIs) {
  const auto results =
      results_of(script("unruly.py closes_stdout"), 1, std::chrono::milliseconds(10000));
  EXPECT_EQ(results[0].judgement.sentence,
            "the subject closed its standard output and went on running");
}

TEST(Unruly, NestedJsonFailsTheCaseAndNotTheJudge) {
  const auto results = results_of(script("unruly.py nests"), 1, std::chrono::milliseconds(10000));
  EXPECT_THAT(results[0].judgement.sentence, HasSubstr("expected a JSON object on one line"));
  const std::string deep = std::string(200000, '[') + std::string(200000, ']');
  EXPECT_THROW((void)parse_hello(R"({"name":"a","operators":{},"conventions":)" + deep + "}"),
               ParseError);
}

TEST(Unruly, AnotherHelloAfterACrashIsNoReasonToSkip) {
  const NoFile file;
  const auto results = results_of(script("unruly.py changes_its_hello " + file.path()), 3,
                                  std::chrono::milliseconds(10000));
  for (const CaseResult& r : results) EXPECT_EQ(r.judgement.verdict, Verdict::kCrash);
  EXPECT_THAT(results[1].judgement.sentence, HasSubstr("expected the same hello as at first"));
}

TEST(Unruly, ASubjectThatDoesNotStartAgainFailsItsCasesAndNotTheRun) {
  const NoFile file;
  std::vector<Case> cases = corpus(Tier::kSmoke);
  cases.resize(4);
  const CampaignResult campaign = judge_all({script("unruly.py starts_once " + file.path()),
                                             {SubjectAddress::Door::kBuiltin, "reference"}},
                                            cases);
  const auto counts = verdicts_of(campaign);
  EXPECT_EQ(counts.at(Verdict::kCrash), 4);
  EXPECT_EQ(counts.at(Verdict::kPass) + counts.at(Verdict::kPassExact), 4);
}

TEST(Unruly, EverySubjectIsToldToStop) {
  const NoFile file;
  (void)results_of(script("unruly.py notes_its_end " + file.path()), 1,
                   std::chrono::milliseconds(10000));
  EXPECT_TRUE(std::filesystem::exists(file.path()));
}

TEST(Doors, ACommandLineMayBeAnythingThatAShellTakes) {
  for (const char* prefix : {"", "NAME='a b' ", "cd / && ", " exec "}) {
    EXPECT_EQ(
        start_error({SubjectAddress::Door::kExec, prefix + script("unruly.py answers").target}),
        "(started)")
        << prefix;
  }
}

TEST(Hello, NamesFitIntoAListOfOneNamePerLine) {
  const auto parse = [](const std::string& name) {
    return parse_hello(R"({"name":")" + name + R"(","operators":{}})").name;
  };
  EXPECT_EQ(parse("my C# lib"), "my C# lib");
  EXPECT_THROW((void)parse(R"(two\nlines)"), ParseError);
  EXPECT_THROW((void)parse("#1"), ParseError);
  EXPECT_THROW((void)parse(std::string(101, 'a')), ParseError);
}

TEST(Hello, ArithmeticPerDtypeIsSeenBesideOtherKeys) {
  const Hello hello = parse_hello(
      R"({"name":"a","operators":{},"arithmetic":{"comment":"x","f32":{"accumulator":"f64"}}})");
  EXPECT_EQ(hello.arithmetic.at(DType::kF32).accumulator, kF64);
}

TEST(Hello, MistakesAreNamed) {
  const auto error_of = [](const char* line) -> std::string {
    try {
      (void)parse_hello(line);
    } catch (const ParseError& e) {
      return e.what();
    }
    return "(parsed)";
  };
  EXPECT_THAT(error_of("[]"), HasSubstr("hello: expected a JSON object on one line"));
  EXPECT_THAT(error_of("{}"), HasSubstr("hello: expected a \"name\""));
  EXPECT_THAT(error_of(R"({"name":"a"})"), HasSubstr("expected \"operators\" as an object"));
  EXPECT_THAT(error_of(R"({"name":"a","operators":{"conv2d":{"passes":7}}})"),
              HasSubstr("another type for \"passes\", found 7"));
  EXPECT_THAT(error_of(R"({"name":"a","operators":{"conv2d":{"dtypes":["f8"]}}})"),
              HasSubstr("a dtype of f64, f32, f16, bf16, found 'f8'"));
  EXPECT_THAT(error_of(R"({"name":"a","operators":{},"arithmetic":{"f32":{"accumulator":"f8"}}})"),
              HasSubstr("found 'f8'"));
}

TEST(Hello, WhatIsNotDeclaredIsSkippedWithAReason) {
  const Hello hello =
      parse_hello(R"({"name":"a","operators":{"conv2d":{"passes":["y"],"dtypes":["f32"]}}})");
  const auto reason = [&](const char* fields) {
    return reason_to_skip(hello, parse_case(std::string("conv2d:N1C4H9W7:O6:k3x2:s2x1:") + fields +
                                            ":fill=dense:seed=7"))
        .value_or("(asked)");
  };
  EXPECT_EQ(reason("p0,0,0,0:d1x1:g1:y:f32"), "(asked)");
  EXPECT_EQ(reason("p0,0,0,0:d1x1:g1:dx:f32"), "pass dx is not declared");
  EXPECT_EQ(reason("p0,0,0,0:d1x1:g1:y:f64"), "dtype f64 is not declared");
  EXPECT_EQ(reason("p0,0,0,0:d1x1:g2:y:f32"), "groups are not declared");
  EXPECT_EQ(reason("p0,0,0,0:d1x2:g1:y:f32"), "dilations are not declared");
  EXPECT_EQ(reason("p1,0,0,0:d1x1:g1:y:f32"), "asymmetric pads are not declared");
}

}  // namespace
}  // namespace convproof::conformance
