#include "derivations/check/steps.h"

namespace convproof::derivations::check {

Steps::Step Steps::step(Line& line) {
  Step result{line.bracketed(), {}, {}};
  if (line.accept("=")) {
    result.factors.push_back(line.bracketed());
    line.expect("*");
    result.factors.push_back(line.bracketed());
  } else {
    line.expect("rounds ");
    result.rounded = line.combination();
  }
  line.expect_end();
  return result;
}

void Steps::need(Line& line) {
  const Condition goal = line.condition();
  if (goal.is_zero) throw Refused{"a 'need' with a proof is '>= 0'"};
  line.expect(":");
  const std::vector<Summand> summands = line.combination();
  line.expect("=");
  line.expect("-");
  line.expect("1");
  line.expect(">=");
  line.expect("0");
  line.expect_end();

  need_ = goal.sum;
  derived_.clear();
  for (const Step& s : std::exchange(steps_, {})) {
    check(s);
    derived_.insert(s.condition);
  }
  const Sum total = added_up(summands);
  if (!total.is_constant() || total.constant() != -1) throw Refused{"the sum is not -1"};
  proved_.insert(need_);
}

void Steps::check(const Step& s) const {
  if (s.factors.empty()) {
    if (s.condition.is_zero || !rounds_to(added_up(s.rounded), s.condition.sum)) {
      throw Refused{"a 'with' is not its sum rounded"};
    }
    return;
  }
  for (const Condition& factor : s.factors) require_known(factor, "a factor of a product");
  const bool zero = s.factors[0].is_zero || s.factors[1].is_zero;
  const Sum expected = product(s.factors[0].sum, s.factors[1].sum);
  if (s.condition.is_zero != zero || !(s.condition.sum == expected)) {
    throw Refused{"a 'with' is not the product of its factors"};
  }
}

Sum Steps::added_up(const std::vector<Summand>& summands) const {
  Sum total;
  for (const Summand& s : summands) {
    require_known(s.condition, s.as_written);
    if (s.multiplier < 0 && !s.condition.is_zero) {
      throw Refused{"the multiplier of " + s.as_written + " is negative"};
    }
    total.add(s.multiplier, s.condition.sum);
  }
  return total;
}

void Steps::require_known(const Condition& c, const std::string& name) const {
  if (is_given_(c) || derived_.contains(c) || negates(c, need_)) return;
  throw Refused{name + " is neither given, nor derived, nor the negation of the need"};
}

void Steps::finish() const {
  if (!steps_.empty()) throw Refused{"the last 'with' is not followed by a 'need'"};
}

}  // namespace convproof::derivations::check
