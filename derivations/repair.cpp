#include "derivations/repair.h"

#include <algorithm>
#include <chrono>
#include <set>
#include <utility>

#include "derivations/edits.h"
#include "derivations/language/printer.h"

namespace convproof::derivations {
namespace {

using language::Claim;
using language::Expr;
using language::File;

struct Candidate {
  Expr expr;
  std::vector<std::string> what;
  int cost = 0;
};

class Repairing {
 public:
  Repairing(const File& file, const Claim& claim, const RepairOptions& options)
      : file_(file), claim_(claim), options_(options) {
    seen_.insert(language::print(claim.links.front().expr));
    quick_.most_total = 10;
    quick_.most_sizes = 60;
    quick_.limits.work = 100'000;
    quick_.stop = [this] { return is_over(); };
  }

  std::vector<Repair> run() {
    std::vector<Candidate> open{{claim_.links.front().expr, {}, 0}};
    for (int cost = 1; cost <= options_.most_cost && result_.empty(); ++cost) {
      std::vector<Candidate> next;
      for (const Candidate& from : open) {
        for (Edited& edited : edits_of(from.expr, file_, claim_)) {
          if (is_over()) return std::move(result_);
          if (!seen_.insert(language::print(edited.expr)).second) continue;
          Candidate candidate{std::move(edited.expr), from.what, from.cost + edited.cost};
          candidate.what.push_back(std::move(edited.what));
          waiting_[candidate.cost].push_back(std::move(candidate));
        }
      }
      for (Candidate& candidate : waiting_[cost]) {
        if (is_over()) return std::move(result_);
        attempt(candidate);
        if (result_.size() >= options_.most_repairs) return std::move(result_);
        next.push_back(std::move(candidate));
      }
      open = std::move(next);
    }
    return std::move(result_);
  }

 private:
  bool is_over() const {
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    return seconds > options_.seconds || tried_ > options_.most_candidates;
  }

  void attempt(const Candidate& candidate) {
    ++tried_;
    Claim edited = claim_;
    edited.links.front().expr = candidate.expr;
    const evaluate::Found found = evaluate::smallest(file_, edited, 0, quick_);
    if (found.counterexample || found.compared == found.too_large) return;
    Budget budget = options_.budget;
    budget.details = false;
    LinkDecision decision = decide(file_, edited, 0, budget);
    if (!holds(decision.verdict)) return;
    result_.push_back({candidate.cost, candidate.what, candidate.expr, std::move(decision)});
  }

  const File& file_;
  const Claim& claim_;
  const RepairOptions& options_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  evaluate::Search quick_;
  std::size_t tried_ = 0;
  std::set<std::string> seen_;
  std::map<int, std::vector<Candidate>> waiting_;  // By what they cost.
  std::vector<Repair> result_;
};

}  // namespace

std::vector<Repair> repairs_of(const File& chosen, const Claim& claim,
                               const RepairOptions& options) {
  return Repairing(chosen, claim, options).run();
}

}  // namespace convproof::derivations
