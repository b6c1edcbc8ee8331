// Many cases, several subjects, one verdict each.
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "conformance/doors/subject.h"
#include "conformance/judge/judge.h"

namespace convproof::conformance {

/// One case at one subject.
struct CaseResult {
  std::string subject;  // The name from its hello; with its file where two have the same name.
  std::string case_string;
  std::string pass;
  DType dtype = DType::kF32;
  Judgement judgement;
  std::string standard_error;
  double milliseconds = 0;  // In the subject, messages included.
  std::string smallest;     // The smallest failing case that was found, or empty.
  std::string smallest_sentence;
  bool known = false;    // A failure that the list of known failures names.
  bool gave_up = false;  // SKIP, because the subject hung or crashed too often to be asked.
};

struct CampaignOptions {
  SubjectOptions subject;
  int jobs = 2;
  /// A subject that crashes or hangs in every case for as long as this many timeouts take is not
  /// asked any more: one that sleeps forever must not cost a timeout per case.
  int timeouts_before_giving_up = 3;
  /// Failures per subject, pass and verdict that are shrunk.
  int shrunk_failures = 1;
  std::chrono::milliseconds shrink_budget{20000};
  std::int64_t memory_limit_bytes = std::int64_t{4} << 30;
};

struct Progress {
  std::size_t done = 0;
  std::size_t total = 0;
  std::size_t failed = 0;
  const char* doing = "";
};

struct CampaignResult {
  std::vector<Hello> subjects;
  std::vector<CaseResult> results;  // In the order of the cases; per case in that of the subjects.
  bool interrupted = false;
  double seconds = 0;
};

/// Runs all cases at all subjects. `stop` set to true ends it after the cases in hand.
/// Throws: SubjectError if a subject cannot be started.
CampaignResult run_campaign(const std::vector<SubjectAddress>& subjects,
                            const std::vector<Case>& cases, const CampaignOptions& options,
                            const std::atomic<bool>& stop,
                            const std::function<void(const Progress&)>& on_progress);

/// Judges one case at one subject; `truth` is nullptr where the shape rule rejects the case.
CaseResult judge_case(Subject& subject, const Case& c, const Truth* truth,
                      std::chrono::milliseconds timeout);

/// The truth, or nothing where the shape rule rejects the case.
/// Throws: ParseError if the tensors would need more memory than `limit_bytes`.
std::optional<Truth> truth_or_invalid(const Case& c, std::int64_t limit_bytes);

}  // namespace convproof::conformance
