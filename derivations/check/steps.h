// Steps of a certificate: conditions that are derived, and needs that are refuted by adding up.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "derivations/check/condition.h"
#include "derivations/check/line.h"

namespace convproof::derivations::check {

/// Follows `with` and `need` lines and throws at the first that does not hold.
class Steps {
 public:
  using IsGiven = std::function<bool(const Condition&)>;

  explicit Steps(IsGiven is_given) : is_given_(std::move(is_given)) {}

  /// Behind the word.
  void with(Line& line) { steps_.push_back(step(line)); }
  void need(Line& line);
  /// Throws: Refused if a `with` waits for its `need`.
  void finish() const;

  /// The sums that are not negative.
  const std::set<Sum>& proved() const { return proved_; }
  /// Whether the needs prove the condition.
  bool proves(const Condition& c) const {
    return proved_.contains(c.sum) && (!c.is_zero || proved_.contains(negative(c.sum)));
  }

 private:
  /// A `with` waits for its `need`, whose negation it may use.
  struct Step {
    Condition condition;
    std::vector<Condition> factors;  // Two, or none if it rounds.
    std::vector<Summand> rounded;
  };

  static Step step(Line& line);
  void check(const Step& s) const;
  Sum added_up(const std::vector<Summand>& summands) const;
  void require_known(const Condition& c, const std::string& name) const;

  IsGiven is_given_;
  std::vector<Step> steps_;
  std::set<Condition> derived_;
  Sum need_;
  std::set<Sum> proved_;
};

}  // namespace convproof::derivations::check
