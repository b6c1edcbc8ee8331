#include "derivations/evaluate/counterexample.h"

#include <algorithm>

#include "core/errors.h"
#include "derivations/evaluate/entries.h"
#include "derivations/evaluate/entry_polynomial.h"
#include "derivations/evaluate/evaluator.h"
#include "derivations/evaluate/failure.h"
#include "derivations/evaluate/points.h"

namespace convproof::derivations::evaluate {
namespace {

using language::Claim;
using language::ClaimKind;

// ---------------------------------------------------------------- search

bool contains(const std::vector<Outcome>& outcomes, Outcome outcome) {
  return std::find(outcomes.begin(), outcomes.end(), outcome) != outcomes.end();
}

/// The least total of so many sizes that are all different and above 1: 2 + 3 + ...
Index least_total_of_different(std::size_t count) {
  const auto n = static_cast<Index>(count);
  return (n + 1) * (n + 2) / 2 - 1;
}

/// Compares at all these admissible sizes in order, until `visit` returns false or a limit is
/// reached.
Found search_in_order(const language::File& file, const Claim& claim, std::size_t link,
                      const Search& search, Which which,
                      const std::function<bool(const Sizes&, const Comparison&)>& visit) {
  Found found;
  const std::size_t count = names_of_sizes(file).size();
  const Index least = which == Which::kAll ? 0 : least_total_of_different(count);
  const Index most = least + (count == 0 ? 0 : search.most_total);
  for (Index total = least; total <= most; ++total) {
    const auto visit_sizes = [&](const Sizes& sizes) {
      if (found.compared == search.most_sizes) return false;
      const Comparison comparison = compare(file, claim, link, sizes, search.limits);
      ++found.compared;
      if (comparison.outcome == Outcome::kTooLarge) ++found.too_large;
      return visit(sizes, comparison);
    };
    if (!for_each_sizes(file, total, which, visit_sizes, search.stop)) return found;
    if (found.too_large == 0) found.complete_to = total;
  }
  return found;
}

bool has_thin_axis(const Comparison& comparison) {
  const auto thin = [](const PerAxis& sizes) {
    return std::any_of(sizes.begin(), sizes.end(), [](Index size) { return size <= 1; });
  };
  return thin(comparison.left) || thin(comparison.right);
}

// ---------------------------------------------------------------- explanation

/// The element that a comparison found to differ, of one member.
template <typename S>
S element_of(Evaluator<S>& evaluator, const language::Expr& expr, const Comparison& at) {
  evaluator.bind(at.indices);
  const Value<S> value = evaluator.evaluate(expr);
  PerAxis position = at.element;
  for (Index& i : position) --i;
  return value.element(offset_of(position, value.sizes())).value();
}

/// Entries that are digits: the first ones for which the elements differ.
void explain_by_digits(const language::File& file, const Claim& claim, const Members& members,
                       const Limits& limits, Counterexample& example) {
  constexpr std::uint64_t kMostSeeds = 20;
  for (std::uint64_t seed = 1; seed <= kMostSeeds; ++seed) {
    example.entries.clear();
    const auto entry_of = [&, digits = random_digits(seed)](const std::string& tensor,
                                                            const PerAxis& subscripts) {
      const Rational value = digits(tensor, subscripts);
      example.entries.emplace_back(tensor + subscripts_text(subscripts), text(value));
      return value;
    };
    Evaluator<Rational> evaluator(file, example.sizes, entry_of, limits.work);
    const Comparison& at = example.comparison;
    const Rational left = element_of(evaluator, member(claim, members.left), at);
    const Rational right = element_of(evaluator, member(claim, members.right), at);
    example.left = text(left);
    example.right = text(right);
    if (left != right) return;
  }
}

void compare_products(const EntryPolynomial& left, const EntryPolynomial& right,
                      const std::vector<std::string>& names, Counterexample& example) {
  const auto coefficient = [](const EntryPolynomial& of, const EntryProduct& product) {
    const auto found = of.terms().find(product);
    return found == of.terms().end() ? Rational(0) : found->second;
  };
  const EntryPolynomial difference = left - right;
  for (const auto& [product, rest] : difference.terms()) {
    example.products.push_back({.product = text_of(product, names),
                                .left = coefficient(left, product),
                                .right = coefficient(right, product)});
  }
}

void explain_by_products(const language::File& file, const Claim& claim, const Members& members,
                         const Limits& limits, Counterexample& example) {
  std::vector<std::string> names;
  const auto entry_of = [&](const std::string& tensor, const PerAxis& subscripts) {
    names.push_back(tensor + subscripts_text(subscripts));
    return EntryPolynomial::entry(static_cast<Entry>(names.size() - 1));
  };
  Evaluator<EntryPolynomial> evaluator(file, example.sizes, entry_of, limits.work);
  const Comparison& at = example.comparison;
  const EntryPolynomial left = element_of(evaluator, member(claim, members.left), at);
  const EntryPolynomial right = element_of(evaluator, member(claim, members.right), at);
  example.left_sum = text_of(left, names);
  example.right_sum = text_of(right, names);
  compare_products(left, right, names, example);
}

void explain_numbers(const language::File& file, const Claim& claim, const Members& members,
                     Counterexample& example) {
  const Names names(file, example.sizes);
  example.left = text(number_at(member(claim, members.left), names));
  example.right = text(number_at(member(claim, members.right), names));
}

void explain_point(const language::File& file, const Claim& claim, std::size_t link,
                   const Limits& limits, Counterexample& example) {
  Point point = differing_point(file, claim, link, example.sizes, limits);
  example.entries = std::move(point.entries);
  example.left = std::move(point.left);
  example.right = std::move(point.right);
}

}  // namespace

Counterexample explained(const language::File& file, const Claim& claim, std::size_t link,
                         const Sizes& sizes, const Limits& limits) {
  Counterexample example;
  example.sizes = sizes;
  example.comparison = compare(file, claim, link, sizes, limits);
  if (example.comparison.outcome != Outcome::kDiffer) return example;
  const Members members = members_of(claim, link);
  if (claim.kind == ClaimKind::kArithmetic) {
    explain_numbers(file, claim, members, example);
  } else if (claim.kind == ClaimKind::kNumeric) {
    explain_point(file, claim, link, limits, example);
  } else {
    try {
      explain_by_digits(file, claim, members, limits, example);
      explain_by_products(file, claim, members, limits, example);
    } catch (const TooLarge&) {
      // The outcome stands; what is missing is said in the header.
    }
  }
  return example;
}

Found smallest(const language::File& file, const Claim& claim, std::size_t link,
               const Search& search, const std::vector<Outcome>& outcomes) {
  std::optional<Sizes> first;
  Found found = search_in_order(file, claim, link, search, Which::kAll,
                                [&](const Sizes& sizes, const Comparison& comparison) {
                                  if (!contains(outcomes, comparison.outcome)) return true;
                                  first = sizes;
                                  return false;
                                });
  if (first) found.counterexample = explained(file, claim, link, *first, search.limits);
  return found;
}

Found typical(const language::File& file, const Claim& claim, std::size_t link,
              const Search& search, const std::vector<Outcome>& outcomes) {
  if (names_of_sizes(file).empty()) return {};
  std::optional<Sizes> first;
  std::optional<Sizes> best;
  Found found = search_in_order(file, claim, link, search, Which::kDifferentAboveOne,
                                [&](const Sizes& sizes, const Comparison& comparison) {
                                  if (!contains(outcomes, comparison.outcome)) return true;
                                  if (!first) first = sizes;
                                  if (!has_thin_axis(comparison)) best = sizes;
                                  return !best;
                                });
  if (!best) best = first;
  if (best) found.counterexample = explained(file, claim, link, *best, search.limits);
  return found;
}

std::vector<std::pair<Sizes, Comparison>> survey(const language::File& file, const Claim& claim,
                                                 std::size_t link, const Search& search) {
  std::vector<std::pair<Sizes, Comparison>> result;
  search_in_order(file, claim, link, search, Which::kAll,
                  [&](const Sizes& sizes, const Comparison& comparison) {
                    result.emplace_back(sizes, comparison);
                    return true;
                  });
  return result;
}

}  // namespace convproof::derivations::evaluate
