#include "conformance/judge/campaign.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <thread>
#include <tuple>

#include "conformance/judge/shrink.h"
#include "core/errors.h"

namespace convproof::conformance {
namespace {

/// Shrinking a case that hangs waits this long per attempt.
constexpr std::chrono::milliseconds kShrinkTimeout{1500};

Verdict verdict_of(Reply::Status status) {
  switch (status) {
    case Reply::Status::kCrash: return Verdict::kCrash;
    case Reply::Status::kTimeout: return Verdict::kTimeout;
    case Reply::Status::kMemory: return Verdict::kMemory;
    default: return Verdict::kFail;
  }
}

/// The verdict on a reply without a result.
Judgement judge_status(const Reply& reply, bool invalid_case) {
  Judgement judgement;
  judgement.arithmetic = "none";
  judgement.verdict = verdict_of(reply.status);
  judgement.sentence = reply.sentence;
  switch (reply.status) {
    case Reply::Status::kInvalid:
      if (invalid_case) {
        judgement.verdict = Verdict::kPass;
        judgement.arithmetic.clear();
        judgement.sentence.clear();
      } else {
        judgement.sentence = "expected a result, found invalid: " + reply.sentence;
      }
      break;
    case Reply::Status::kUnsupported:
      judgement.sentence = "declared in hello, but answered unsupported: " + reply.sentence;
      break;
    case Reply::Status::kOk:
      judgement.sentence = "expected invalid (the shape rule rejects this case), found a result";
      break;
    default: break;
  }
  return judgement;
}

/// Several results of one case: each has to be right; the worst one counts.
Judgement judge_outputs(const Truth& truth, const Reply& reply, const Arithmetic& declared) {
  Judgement worst;
  for (std::size_t i = 0; i < reply.outputs.size(); ++i) {
    Judgement judgement = judge(truth, reply.outputs[i], declared);
    if (i > 0 && !judgement.sentence.empty()) {
      judgement.sentence += " (with more threads, data at the end of a page)";
    }
    const bool worse =
        std::tuple(conforms(judgement.verdict), judgement.verdict != Verdict::kSuspect,
                   -static_cast<int>(judgement.precision), -judgement.worst_ratio) <
        std::tuple(conforms(worst.verdict), worst.verdict != Verdict::kSuspect,
                   -static_cast<int>(worst.precision), -worst.worst_ratio);
    if (i == 0 || worse) worst = judgement;
  }
  return worst;
}

/// Adds up the time that a subject costs without ever answering; shared by all jobs.
class Patience {
 public:
  explicit Patience(double budget_ms) : budget_ms_(budget_ms) {}
  void note(const CaseResult& result) {
    const Verdict verdict = result.judgement.verdict;
    const bool silent =
        verdict == Verdict::kTimeout || verdict == Verdict::kCrash || verdict == Verdict::kMemory;
    silent_ms_ = silent ? silent_ms_ + result.milliseconds : 0;
    // Once out of patience it stays so: the answers of other jobs may still be on their way.
    exhausted_ = exhausted_ || silent_ms_ >= budget_ms_;
  }
  std::optional<std::string> reason_to_give_up() const {
    if (!exhausted_) return std::nullopt;
    return text("not asked after ", budget_ms_ / 1000, " s of nothing but crashes and timeouts");
  }

 private:
  double budget_ms_;
  double silent_ms_ = 0;
  bool exhausted_ = false;
};

CaseResult skipped(const std::string& subject, const Case& c, const std::string& reason) {
  CaseResult result{subject, to_string(c), c.pass, c.dtype, {}, {}, 0, {}, {}, false, false};
  result.judgement.verdict = Verdict::kSkip;
  result.judgement.sentence = reason;
  return result;
}

/// What the subjects are called in tables and files. Two builds of one library have the same name:
/// then what they were loaded from, or their number, tells them apart.
void make_names_unique(std::vector<Hello>& hellos, const std::vector<SubjectAddress>& addresses) {
  const std::vector<Hello> given = hellos;
  for (std::size_t i = 0; i < given.size(); ++i) {
    const auto has_same_name = [&](const Hello& other) { return other.name == given[i].name; };
    if (std::count_if(given.begin(), given.end(), has_same_name) == 1) continue;
    const std::string& target = addresses[i].target;
    hellos[i].name += text("[", i + 1, ":", target.substr(target.rfind('/') + 1), "]");
  }
}

class Campaign {
 public:
  Campaign(const std::vector<SubjectAddress>& addresses, const std::vector<Case>& cases,
           const CampaignOptions& options, const std::atomic<bool>& stop,
           const std::function<void(const Progress&)>& on_progress)
      : addresses_(addresses),
        cases_(cases),
        options_(options),
        stop_(stop),
        on_progress_(on_progress),
        results_(cases.size()) {
    for (std::size_t i = 0; i < addresses.size(); ++i) {
      patience_.emplace_back(options.timeouts_before_giving_up *
                             static_cast<double>(options.subject.timeout.count()));
    }
  }

  CampaignResult run() {
    const auto start = Clock::now();
    // Start all subjects of the first job here: what cannot be started is said before anything
    // runs.
    auto first = start_subjects();
    for (const auto& subject : first) hellos_.push_back(subject->hello());
    const std::vector<Hello> known = hellos_;  // By the names that they gave themselves.
    make_names_unique(hellos_, addresses_);
    CampaignResult campaign;
    campaign.subjects = hellos_;
    std::vector<std::thread> jobs;
    for (int j = 1; j < options_.jobs; ++j) {
      jobs.emplace_back([this, &known] { guarded([&] { work(more_processes(known)); }); });
    }
    guarded([&] { work(std::move(first)); });
    for (std::thread& job : jobs) job.join();
    if (error_) std::rethrow_exception(error_);
    for (auto& of_case : results_) {
      for (CaseResult& result : of_case) campaign.results.push_back(std::move(result));
    }
    shrink_failures(campaign.results);
    campaign.interrupted = stop_;
    campaign.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    return campaign;
  }

 private:
  using Subjects = std::vector<std::unique_ptr<Subject>>;

  Subjects start_subjects() {
    Subjects subjects;
    for (const SubjectAddress& address : addresses_) {
      subjects.push_back(std::make_unique<Subject>(address, options_.subject));
    }
    return subjects;
  }

  /// For the other jobs. A subject that does not start a second time, or says something else of
  /// itself then, fails cases; it does not take the run with it.
  Subjects more_processes(const std::vector<Hello>& known) {
    Subjects subjects;
    for (std::size_t i = 0; i < addresses_.size(); ++i) {
      subjects.push_back(std::make_unique<Subject>(addresses_[i], options_.subject, known[i]));
    }
    return subjects;
  }

  template <typename Function>
  void guarded(Function&& function) {
    try {
      function();
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (!error_) error_ = std::current_exception();
      failed_hard_ = true;
    }
  }

  void work(Subjects subjects) {
    while (!stop_ && !failed_hard_) {
      const std::size_t at = next_++;
      if (at >= cases_.size()) return;
      run_case(cases_[at], subjects, results_[at]);
    }
  }

  void run_case(const Case& c, Subjects& subjects, std::vector<CaseResult>& results) {
    const std::optional<Truth> truth = truth_or_invalid(c, options_.memory_limit_bytes);
    for (std::size_t s = 0; s < subjects.size() && !stop_; ++s) {
      results.push_back(run_subject(c, truth ? &*truth : nullptr, *subjects[s], patience_[s]));
      results.back().subject = hellos_[s].name;
    }
    const std::lock_guard lock(mutex_);
    ++progress_.done;
    for (const CaseResult& r : results) progress_.failed += conforms(r.judgement.verdict) ? 0U : 1U;
    progress_.total = cases_.size();
    progress_.doing = "judging";
    on_progress_(progress_);
  }

  CaseResult run_subject(const Case& c, const Truth* truth, Subject& subject, Patience& patience) {
    if (const auto skip = reason_to_skip(subject.hello(), c, truth != nullptr)) {
      return skipped(subject.hello().name, c, *skip);
    }
    {
      const std::lock_guard lock(mutex_);
      if (const auto reason = patience.reason_to_give_up()) {
        CaseResult result = skipped(subject.hello().name, c, *reason);
        result.gave_up = true;
        return result;
      }
    }
    CaseResult result = judge_case(subject, c, truth, options_.subject.timeout);
    const std::lock_guard lock(mutex_);
    patience.note(result);
    return result;
  }

  /// Shrinks the first failures of every subject, pass and verdict.
  void shrink_failures(std::vector<CaseResult>& results) {
    std::map<std::tuple<std::string, std::string, Verdict>, int> shrunk;
    for (CaseResult& result : results) {
      const Verdict verdict = result.judgement.verdict;
      if (conforms(verdict) || stop_) continue;
      // A case that the shape rule rejects is as small as it has to be.
      if (!truth_or_invalid(parse_case(result.case_string), options_.memory_limit_bytes)) continue;
      if (shrunk[{result.subject, result.pass, verdict}]++ >= options_.shrunk_failures) continue;
      {
        const std::lock_guard lock(mutex_);
        progress_.doing = "shrinking failures";
        on_progress_(progress_);
      }
      shrink_failure(result);
    }
  }

  void shrink_failure(CaseResult& result) {
    const auto is_it = [&](const Hello& hello) { return hello.name == result.subject; };
    const auto at = std::find_if(hellos_.begin(), hellos_.end(), is_it) - hellos_.begin();
    try {
      Subject subject(addresses_[static_cast<std::size_t>(at)], options_.subject);
      shrink_at(subject, result);
    } catch (const std::exception& e) {
      // It does not start any more: the case stays as it is.
      result.judgement.sentence += text(" (not shrunk: ", e.what(), ")");
    }
  }

  /// Shrinks in one process, which is quick; the smallest case has to fail in a fresh process, too,
  /// or whoever repeats it would see nothing. If it does not, every attempt gets a process of its
  /// own.
  void shrink_at(Subject& subject, CaseResult& result) {
    const auto timeout = result.judgement.verdict == Verdict::kTimeout
                             ? std::min(kShrinkTimeout, options_.subject.timeout)
                             : options_.subject.timeout;
    const auto in_fresh_process = [&](const Case& c) {
      Subject fresh(subject.address(), options_.subject);
      return fails_like(result, fresh, c, timeout);
    };
    const auto in_one_process = [&](const Case& c) {
      return fails_like(result, subject, c, timeout);
    };
    const Case start = parse_case(result.case_string);
    Case smallest = shrink(start, in_one_process, Clock::now() + options_.shrink_budget).c;
    if (!in_fresh_process(smallest)) {
      if (!in_fresh_process(start)) {
        result.judgement.sentence += " (only after other cases in the same process)";
        return;
      }
      smallest = shrink(start, in_fresh_process, Clock::now() + options_.shrink_budget).c;
    }
    result.smallest = to_string(smallest);
    // The last attempt need not have been the one that failed last.
    (void)in_fresh_process(smallest);
  }

  /// Whether the case fails as the given one did, with its sentence noted if so: a crash stays a
  /// crash and a wrong result a wrong result.
  bool fails_like(CaseResult& result, Subject& subject, const Case& c,
                  std::chrono::milliseconds timeout) {
    if (stop_ || reason_to_skip(subject.hello(), c)) return false;
    const std::optional<Truth> truth = truth_or_invalid(c, options_.memory_limit_bytes);
    if (!truth) return false;
    const CaseResult tried = judge_case(subject, c, &*truth, timeout);
    const Verdict before = result.judgement.verdict;
    const Verdict now = tried.judgement.verdict;
    if (now != before && !(is_wrong_result(now) && is_wrong_result(before))) return false;
    result.smallest_sentence = tried.judgement.sentence;
    return true;
  }

  static bool is_wrong_result(Verdict v) {
    return v == Verdict::kFail || v == Verdict::kContract || v == Verdict::kDialect;
  }

  const std::vector<SubjectAddress>& addresses_;
  const std::vector<Case>& cases_;
  const CampaignOptions& options_;
  const std::atomic<bool>& stop_;
  const std::function<void(const Progress&)>& on_progress_;
  std::vector<std::vector<CaseResult>> results_;
  std::vector<Patience> patience_;
  std::vector<Hello> hellos_;
  std::atomic<std::size_t> next_{0};
  std::atomic<bool> failed_hard_{false};
  std::mutex mutex_;
  Progress progress_;
  std::exception_ptr error_;
};

}  // namespace

std::optional<Truth> truth_or_invalid(const Case& c, std::int64_t limit_bytes) {
  // An account holds three exact sums; about this much with their digits.
  constexpr Index kAccountBytes = 400;
  const Operator& page = operator_page(c.op);
  std::vector<TensorSpec> specs;
  try {
    specs = page.inputs(c);
    specs.push_back(page.output(c));
  } catch (const ShapeError&) {
    return std::nullopt;
  }
  double bytes = 0;
  for (const TensorSpec& spec : specs) bytes += 2.0 * static_cast<double>(spec.bytes());
  bytes += static_cast<double>(specs.back().shape.element_count()) * kAccountBytes;
  if (bytes > static_cast<double>(limit_bytes)) {
    throw ParseError("case string '" + to_string(c) + "'",
                     text("a case of at most ", limit_bytes >> 20, " MiB (--memory-limit)"),
                     text("one of about ", std::llround(bytes / (1 << 20)), " MiB"));
  }
  return truth_of(c);
}

CaseResult judge_case(Subject& subject, const Case& c, const Truth* truth,
                      std::chrono::milliseconds timeout) {
  CaseResult result{
      subject.hello().name, to_string(c), c.pass, c.dtype, {}, {}, 0, {}, {}, false, false};
  const Operator& page = operator_page(c.op);
  std::vector<TensorBytes> inputs;
  if (truth == nullptr) {
    for (const TensorSpec& spec : page.inputs_unchecked(c)) {
      inputs.push_back({spec, std::vector<std::byte>(static_cast<std::size_t>(spec.bytes()))});
    }
  }
  const auto start = Clock::now();
  const Reply reply =
      subject.run(c, truth == nullptr ? inputs : truth->inputs,
                  truth == nullptr ? page.output_unchecked(c) : truth->output, timeout);
  result.milliseconds = std::chrono::duration<double, std::milli>(Clock::now() - start).count();
  const bool judged = truth != nullptr && reply.status == Reply::Status::kOk;
  result.judgement = judged ? judge_outputs(*truth, reply, subject.hello().arithmetic.at(c.dtype))
                            : judge_status(reply, truth == nullptr);
  if (!conforms(result.judgement.verdict)) result.standard_error = reply.standard_error;
  return result;
}

CampaignResult run_campaign(const std::vector<SubjectAddress>& subjects,
                            const std::vector<Case>& cases, const CampaignOptions& options,
                            const std::atomic<bool>& stop,
                            const std::function<void(const Progress&)>& on_progress) {
  return Campaign(subjects, cases, options, stop, on_progress).run();
}

}  // namespace convproof::conformance
