// The comparison of two members over all indices of a claim, for any kind of numbers.
#pragma once

#include <string>
#include <utility>

#include "derivations/evaluate/compare.h"
#include "derivations/evaluate/evaluator.h"
#include "derivations/evaluate/failure.h"

namespace convproof::derivations::evaluate {

/// The place, counted from 1 along each axis, of element `i` of an array.
PerAxis place_of(std::size_t i, const PerAxis& sizes);

/// Replaces `worst` by `found` if that counts for more.
void keep_worse(Comparison& worst, Comparison found);

/// Where two values differ; `differ` compares their elements.
template <typename S, typename F>
Comparison compare_values(const Value<S>& left, const Value<S>& right, const F& differ) {
  Comparison result;
  result.left = left.sizes();
  result.right = right.sizes();
  if (result.left != result.right) {
    result.outcome = Outcome::kShapesDiffer;
    return result;
  }
  for (std::size_t i = 0; i < left.count(); ++i) {
    if (!differ(left.element(i).value(), right.element(i).value())) continue;
    result.outcome = Outcome::kDiffer;
    result.element = place_of(i, result.left);
    return result;
  }
  return result;
}

/// The value of one member, or why it has none.
template <typename S>
struct Attempt {
  Value<S> value;
  Outcome outcome = Outcome::kEqual;  // Or ill-formed, cannot be read.
  std::string why;
};

template <typename S>
Attempt<S> attempt(Evaluator<S>& evaluator, const language::Expr& expr) {
  Attempt<S> result;
  try {
    result.value = evaluator.evaluate(expr);
    return result;
  } catch (const CannotBeRead& failure) {
    result.outcome = Outcome::kCannotBeRead;
    result.why = failure.why;
    return result;
  } catch (const IllFormed& failure) {
    result.outcome = Outcome::kIllFormed;
    result.why = failure.why;
  }
  // A read outside may have come before what means nothing at any sizes, and that counts for more.
  try {
    (void)evaluator.shape_of(expr);
  } catch (const CannotBeRead& failure) {
    result.outcome = Outcome::kCannotBeRead;
    result.why = failure.why;
  } catch (const IllFormed&) {
    // Known already.
  }
  return result;
}

/// Throws: OutsideDomain and NotRational, as the evaluator does.
template <typename S, typename F>
Comparison compare_members(Evaluator<S>& evaluator, const language::Claim& claim,
                           const Members& members, const F& differ) {
  Comparison worst;
  const auto keep = [&](Outcome outcome, const std::string& why) {
    keep_worse(worst, {.outcome = outcome, .why = why, .indices = evaluator.indices()});
  };
  const auto compare_here = [&] {
    const Attempt<S> left = attempt(evaluator, member(claim, members.left));
    const Attempt<S> right = attempt(evaluator, member(claim, members.right));
    keep(left.outcome, left.why);
    keep(right.outcome, right.why);
    if (left.outcome != Outcome::kEqual || right.outcome != Outcome::kEqual) return;
    Comparison found = compare_values(left.value, right.value, differ);
    found.indices = evaluator.indices();
    keep_worse(worst, std::move(found));
  };
  try {
    evaluator.for_each_index(claim.ranges, compare_here);
  } catch (const IllFormed& failure) {  // Of the ranges themselves.
    keep(Outcome::kIllFormed, failure.why);
  } catch (const TooLarge& failure) {
    keep(Outcome::kTooLarge, failure.why);
  }
  return worst;
}

}  // namespace convproof::derivations::evaluate
