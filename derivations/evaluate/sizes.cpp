#include "derivations/evaluate/sizes.h"

#include <algorithm>

#include "derivations/evaluate/failure.h"

namespace convproof::derivations::evaluate {
namespace {

using language::SizeStatement;

std::vector<const SizeStatement::Item*> items_of(const language::File& file) {
  std::vector<const SizeStatement::Item*> items;
  for (const language::Statement& statement : file.statements) {
    const auto* sizes = std::get_if<SizeStatement>(&statement.node);
    if (sizes == nullptr) continue;
    for (const SizeStatement::Item& item : sizes->sizes) items.push_back(&item);
  }
  return items;
}

bool is_within_bound(const SizeStatement::Item& item, const Names& names) {
  const Rational value = names.value(item.name);
  if (!item.bound) return value >= 1;
  try {
    return holds(item.bound->relation, value, number_at(item.bound->value, names));
  } catch (const IllFormed&) {
    return false;
  }
}

bool satisfies_assumptions(const language::File& file, const Names& names) {
  const auto is_true = [&](const language::Comparison& comparison) {
    try {
      return holds(comparison, names);
    } catch (const IllFormed&) {
      return false;
    }
  };
  return std::all_of(file.statements.begin(), file.statements.end(), [&](const auto& statement) {
    const auto* assume = std::get_if<language::Assume>(&statement.node);
    return assume == nullptr || std::all_of(assume->all.begin(), assume->all.end(), is_true);
  });
}

/// Gives one size after the other a value; a bound is made of the sizes before it.
class Enumeration {
 public:
  Enumeration(const language::File& file, Which which,
              const std::function<bool(const Sizes&)>& visit, const std::function<bool()>& stop)
      : file_(file),
        which_(which),
        visit_(visit),
        stop_(stop),
        items_(items_of(file)),
        names_(file, {}) {}

  /// Shares `rest` out among the sizes from this one on. False if a visit was, or it was stopped.
  bool from(std::size_t first, Index rest) {
    if (stop_ && stop_()) return false;
    if (first == items_.size()) {
      return rest != 0 || !satisfies_assumptions(file_, names_) || visit_(sizes_);
    }
    const SizeStatement::Item& item = *items_[first];
    const Index least = which_ == Which::kAll ? 0 : 2;
    const auto others = static_cast<Index>(items_.size() - first - 1);
    const Index most = rest - others * least;
    for (Index value = others == 0 ? std::max(rest, least) : least; value <= most; ++value) {
      if (which_ == Which::kDifferentAboveOne && is_taken(value)) continue;
      names_.set(item.name, value);
      if (!is_within_bound(item, names_)) continue;
      sizes_[item.name] = value;
      const bool go_on = from(first + 1, rest - value);
      sizes_.erase(item.name);
      if (!go_on) return false;
    }
    return true;
  }

 private:
  bool is_taken(Index value) const {
    return std::any_of(sizes_.begin(), sizes_.end(),
                       [value](const auto& size) { return size.second == value; });
  }

  const language::File& file_;
  Which which_;
  const std::function<bool(const Sizes&)>& visit_;
  const std::function<bool()>& stop_;
  std::vector<const SizeStatement::Item*> items_;
  Names names_;
  Sizes sizes_;  // Those before the current one.
};

}  // namespace

std::vector<std::string> names_of_sizes(const language::File& file) {
  std::vector<std::string> names;
  for (const SizeStatement::Item* item : items_of(file)) names.push_back(item->name);
  return names;
}

bool admissible(const language::File& file, const Sizes& sizes) {
  const Names names(file, sizes);
  const std::vector<const SizeStatement::Item*> items = items_of(file);
  return std::all_of(items.begin(), items.end(),
                     [&](const auto* item) { return is_within_bound(*item, names); }) &&
         satisfies_assumptions(file, names);
}

bool holds(const language::File& file, const language::Expectation::Sizes& condition,
           const Sizes& sizes) {
  return holds(condition, Names(file, sizes));
}

bool for_each_sizes(const language::File& file, Index total, Which which,
                    const std::function<bool(const Sizes&)>& visit,
                    const std::function<bool()>& stop) {
  return Enumeration(file, which, visit, stop).from(0, total);
}

}  // namespace convproof::derivations::evaluate
