#include "derivations/decide.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <new>
#include <utility>

#include "core/errors.h"
#include "derivations/check/check_link.h"
#include "derivations/language/printer.h"
#include "derivations/proof_text.h"

namespace convproof::derivations {
namespace {

using evaluate::Outcome;
using language::Claim;
using language::ClaimKind;
using language::File;
using language::Verdict;

class Clock {
 public:
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// How much the process has grown.
class Growth {
 public:
  /// Asks the system now and then only: that takes longer than most of what is done in between.
  bool is_above(double mebibytes) {
    if (above_ || asked_++ % kEvery != 0) return above_;
    above_ = resident() - start_ > mebibytes;
    return above_;
  }

 private:
  static constexpr unsigned kEvery = 32;

  /// In MiB; 0 where the system does not say.
  static double resident() {
    std::ifstream file("/proc/self/statm");
    double size = 0;
    double pages = 0;
    if (!(file >> size >> pages)) return 0;
    return pages * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1 << 20U);
  }

  double start_ = resident();
  unsigned asked_ = 0;
  bool above_ = false;
};

Verdict verdict_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::kDiffer: return Verdict::kRefuted;
    case Outcome::kShapesDiffer: return Verdict::kShapesDiffer;
    case Outcome::kIllFormed: return Verdict::kIllFormed;
    case Outcome::kCannotBeRead: return Verdict::kCannotBeRead;
    case Outcome::kEqual:
    case Outcome::kTooLarge: break;
  }
  return Verdict::kUndecided;
}

std::string with_article(Outcome outcome) {
  switch (outcome) {
    case Outcome::kDiffer: return "the two sides differ";
    case Outcome::kShapesDiffer: return "the shapes differ";
    case Outcome::kIllFormed: return "an expression has no meaning";
    case Outcome::kCannotBeRead: return "an expression cannot be read";
    case Outcome::kEqual:
    case Outcome::kTooLarge: break;
  }
  return "";
}

class Decider {
 public:
  Decider(const File& chosen, const Claim& claim, std::size_t link, const Budget& budget)
      : file_(chosen), claim_(claim), link_(link), budget_(budget) {
    result_.members = evaluate::members_of(claim, link);
    const auto is_over = [this] { return is_out_of_time() || growth_.is_above(budget_.mebibytes); };
    for (evaluate::Search* search :
         {&budget_.refutation, &budget_.confirmation, &budget_.support}) {
      search->stop = either(search->stop, is_over);
    }
    budget_.proof.stopped = either(budget_.proof.stopped, is_over);
  }

  LinkDecision run() {
    if (claim_.kind == ClaimKind::kNumeric) {
      try_points();
    } else if (const evaluate::Found found = small_sizes(); prove(!found.counterexample)) {
      confirm(found);
    } else {
      require_possible(found);
      refute_or(result_.proof->open);
      if (budget_.details) add_details();
    }
    result_.seconds = clock_.seconds();
    return std::move(result_);
  }

 private:
  static std::function<bool()> either(std::function<bool()> a, std::function<bool()> b) {
    if (!a) return b;
    return [a = std::move(a), b = std::move(b)] { return a() || b(); };
  }

  language::Relation relation() const { return claim_.links[link_].relation; }

  // -------------------------------------------------------------- points

  void try_points() {
    evaluate::Found found = evaluate::smallest(file_, claim_, link_, budget_.support);
    result_.confirmed = found.compared - found.too_large;
    if (found.counterexample) {
      refuted_by(std::move(found.counterexample));
    } else if (result_.confirmed > 0) {
      result_.verdict = Verdict::kSupported;
      result_.why = text("it holds at random points of ", result_.confirmed, " sizes");
    } else {
      result_.why = "limit: no size was small enough to be tried";
    }
  }

  void refuted_by(std::optional<evaluate::Counterexample> found) {
    result_.verdict = verdict_of(found->comparison.outcome);
    result_.why = reason(*found);
    if (result_.proof) result_.where = result_.proof->where;
    result_.smallest = std::move(found);
  }

  // -------------------------------------------------------------- proofs

  bool prove(bool contents) {
    if (claim_.kind == ClaimKind::kArithmetic && relation() != language::Relation::kEqual) {
      result_.proof = prove_comparison(file_, claim_, result_.members.left, relation(),
                                       result_.members.right, budget_.proof);
    } else {
      result_.proof = prove_link(file_, claim_, result_.members.left, result_.members.right,
                                 budget_.proof, contents);
    }
    return result_.proof->complete();
  }

  /// What the evaluator finds at small sizes. If it refutes the link there, nobody has to look for
  /// a proof that the two sides are equal.
  evaluate::Found small_sizes() const {
    return evaluate::smallest(file_, claim_, link_, budget_.confirmation);
  }

  void confirm(const evaluate::Found& found) {
    result_.verdict = Verdict::kProved;
    result_.confirmed = found.compared - found.too_large;
    if (found.counterexample) {
      disagree(text("at ", at(found.counterexample->sizes), " ",
                    with_article(found.counterexample->comparison.outcome), ": ",
                    found.counterexample->comparison.why));
    }
    if (const auto refused = why_link_refused(to_text(*result_.proof))) {
      disagree("the checker refuses the proof: " + *refused);
    }
  }

  /// What is found at small sizes is one of the things that the proof leaves possible.
  void require_possible(const evaluate::Found& found) const {
    if (!found.counterexample || result_.proof->reached < Stage::kShapes) return;
    const evaluate::Comparison& comparison = found.counterexample->comparison;
    const std::vector<std::vector<Outcome>> possible = candidates();
    const bool is_possible = std::any_of(possible.begin(), possible.end(), [&](const auto& any) {
      return std::find(any.begin(), any.end(), comparison.outcome) != any.end();
    });
    if (is_possible) return;
    disagree(text("in part, at ", at(found.counterexample->sizes), " ",
                  with_article(comparison.outcome), ": ", comparison.why));
  }

  [[noreturn]] void disagree(const std::string& why) const {
    throw Disagreement(text("'", claim_.name, "', link ", link_ + 1, ": proved, but ", why));
  }

  // -------------------------------------------------------------- counterexamples

  static std::string at(const evaluate::Sizes& sizes) {
    std::string result;
    for (const auto& [name, value] : sizes) {
      result += text(result.empty() ? "" : ", ", name, " = ", value);
    }
    return result.empty() ? "the only sizes" : result;
  }

  /// What a proof that came so far leaves possible, the gravest first.
  std::vector<std::vector<Outcome>> candidates() const {
    switch (result_.proof->reached) {
      case Stage::kReading: return {{Outcome::kCannotBeRead}};
      case Stage::kForm:
        return {{Outcome::kCannotBeRead},
                {Outcome::kIllFormed},
                {Outcome::kShapesDiffer},
                {Outcome::kDiffer}};
      case Stage::kWellFormed:
        return {{Outcome::kIllFormed}, {Outcome::kShapesDiffer}, {Outcome::kDiffer}};
      case Stage::kShapes: return {{Outcome::kShapesDiffer}, {Outcome::kDiffer}};
      case Stage::kContents:
      case Stage::kComplete: break;
    }
    return {{Outcome::kDiffer}};
  }

  void refute_or(const std::string& open) {
    for (const std::vector<Outcome>& outcomes : candidates()) {
      evaluate::Found found =
          evaluate::smallest(file_, claim_, link_, budget_.refutation, outcomes);
      if (found.counterexample) {
        refuted_by(std::move(found.counterexample));
        outcome_ = outcomes;
        return;
      }
      result_.confirmed = found.compared - found.too_large;
    }
    result_.verdict = Verdict::kUndecided;
    const bool memory = growth_.is_above(budget_.mebibytes);
    const bool limit = is_out_of_time() || (result_.proof && result_.proof->limit);
    result_.why =
        text(memory ? "limit: memory: " : (limit ? "limit: " : ""), open, open.empty() ? "" : "; ",
             "no counterexample at ", result_.confirmed, " sizes");
  }

  static std::string reason(const evaluate::Counterexample& found) {
    const std::string& why = found.comparison.why;
    return text("at ", at(found.sizes), " ", with_article(found.comparison.outcome),
                why.empty() ? "" : ": ", why);
  }

  void add_details() {
    if (!result_.smallest || result_.verdict == Verdict::kCannotBeRead) return;
    result_.typical =
        evaluate::typical(file_, claim_, link_, budget_.refutation, outcome_).counterexample;
    if (claim_.kind == ClaimKind::kTensors) {
      result_.region =
          region_of(file_, claim_, result_.members.left, result_.members.right, budget_.proof);
    }
  }

  bool is_out_of_time() const { return clock_.seconds() > budget_.seconds; }

  const File& file_;
  const Claim& claim_;
  std::size_t link_;
  Budget budget_;
  Clock clock_;
  Growth growth_;
  LinkDecision result_;
  std::vector<Outcome> outcome_;  // Of the counterexample.
};

}  // namespace

LinkDecision decide(const File& chosen, const Claim& claim, std::size_t link,
                    const Budget& budget) {
  try {
    return Decider(chosen, claim, link, budget).run();
  } catch (const std::bad_alloc&) {
    LinkDecision decision;
    decision.members = evaluate::members_of(claim, link);
    decision.why = "limit: memory";
    return decision;
  }
}

bool holds(Verdict verdict) {
  return verdict == Verdict::kProved || verdict == Verdict::kSupported;
}

}  // namespace convproof::derivations
