#include "derivations/evaluate/compare.h"

#include <stdexcept>
#include <utility>

#include "core/errors.h"
#include "derivations/evaluate/compare_members.h"
#include "derivations/evaluate/entries.h"
#include "derivations/evaluate/points.h"
#include "derivations/evaluate/questions.h"

namespace convproof::derivations::evaluate {
namespace {

using language::Claim;
using language::ClaimKind;

Comparison compare_numbers(const language::File& file, const Claim& claim, std::size_t link,
                           const Sizes& sizes) {
  Comparison result;
  try {
    const Names names(file, sizes);
    const auto [left, right] = members_of(claim, link);
    const bool is_true = holds(claim.links[link].relation, number_at(member(claim, left), names),
                               number_at(member(claim, right), names));
    result.outcome = is_true ? Outcome::kEqual : Outcome::kDiffer;
  } catch (const IllFormed& failure) {
    result = {.outcome = Outcome::kIllFormed, .why = failure.why};
  } catch (const TooLarge& failure) {
    result = {.outcome = Outcome::kTooLarge, .why = failure.why};
  }
  return result;
}

Comparison compare_tensors(const language::File& file, const Claim& claim, std::size_t link,
                           const Sizes& sizes, const Limits& limits) {
  Evaluator<Residue> evaluator(file, sizes, random_residues(limits.seed), limits.work);
  return compare_members(evaluator, claim, members_of(claim, link),
                         [](Residue a, Residue b) { return a != b; });
}

}  // namespace

// ---------------------------------------------------------------- members

const language::Expr& member(const Claim& claim, std::size_t number) {
  return number == 0 ? claim.first : claim.links.at(number - 1).expr;
}

std::size_t truth_of(const Claim& claim) {
  const auto& expects = claim.remarks.expects;
  if (expects.size() == claim.links.size()) {
    for (std::size_t link = 0; link < expects.size(); ++link) {
      if (expects[link].from_grad) return link + 1;
    }
    return 0;
  }
  if (expects.empty() || !expects[0].from_grad) return 0;
  for (std::size_t number = 0; number <= claim.links.size(); ++number) {
    if (contains_gradient(member(claim, number))) return number;
  }
  return 0;
}

Members members_of(const Claim& claim, std::size_t link) {
  if (link >= claim.links.size()) {
    throw std::out_of_range(text("expected a link below ", claim.links.size(), ", found ", link));
  }
  if (claim.kind == ClaimKind::kArithmetic) return {link, link + 1};
  const std::size_t truth = truth_of(claim);
  if (truth == link + 1) return {0, truth};
  return {std::min(truth, link + 1), std::max(truth, link + 1)};
}

// ---------------------------------------------------------------- comparison

PerAxis place_of(std::size_t i, const PerAxis& sizes) {
  PerAxis place(sizes.size());
  auto rest = static_cast<Index>(i);
  for (std::size_t axis = sizes.size(); axis-- > 0;) {
    place[axis] = rest % sizes[axis] + 1;
    rest /= sizes[axis];
  }
  return place;
}

void keep_worse(Comparison& worst, Comparison found) {
  if (found.outcome > worst.outcome) worst = std::move(found);
}

Comparison compare(const language::File& file, const Claim& claim, std::size_t link,
                   const Sizes& sizes, const Limits& limits) {
  switch (claim.kind) {
    case ClaimKind::kArithmetic: return compare_numbers(file, claim, link, sizes);
    case ClaimKind::kNumeric: return compare_at_points(file, claim, link, sizes, limits);
    case ClaimKind::kTensors: break;
  }
  return compare_tensors(file, claim, link, sizes, limits);
}

}  // namespace convproof::derivations::evaluate
