#include "derivations/simplex.h"

#include <algorithm>
#include <cassert>
#include <optional>
#include <type_traits>
#include <utility>

#include "core/errors.h"
#include "derivations/small_rational.h"

namespace convproof::derivations {
namespace {

struct LimitReached {
  std::string limit;
};

int sign_of(const SmallRational& value) {
  return value.sign();
}
int sign_of(const Rational& value) {
  return value.sign();
}

Rational to_rational(const SmallRational& value) {
  return value.to_rational();
}
const Rational& to_rational(const Rational& value) {
  return value;
}

/// Of computing with one cell, which `Limits::work` counts.
template <typename Number>
constexpr std::size_t cost_of() {
  return std::is_same_v<Number, SmallRational> ? 1 : 20;
}

void require_few_digits(const SmallRational&, const Limits&) {}
void require_few_digits(const Rational& value, const Limits& limits) {
  const auto digits = [](const auto& integer) {
    return mpz_sizeinbase(integer.backend().data(), 10);
  };
  if (std::max(digits(numerator(value)), digits(denominator(value))) > limits.digits) {
    throw LimitReached{text("numbers of ", limits.digits, " digits")};
  }
}

/// The equations, solved for one variable in each row: a column, or the row's own artificial
/// variable, whose sum is to become zero.
template <typename Number>
class Tableau {
 public:
  Tableau(const LinearSystem& system, const Limits& limits, Effort& effort)
      : system_(system),
        limits_(limits),
        effort_(effort),
        width_(system.columns.size() + 1),
        rows_(system.right.size(), std::vector<Number>(width_)),
        basis_(rows_.size()) {
    for (std::size_t j = 0; j < system.columns.size(); ++j) {
      for (const LinearSystem::Entry& e : system.columns[j].entries) {
        rows_[e.row][j] = Number(e.value);
      }
    }
    for (std::size_t i = 0; i < rows_.size(); ++i) rows_[i].back() = Number(system.right[i]);
  }

  /// Nothing if there is no solution.
  std::optional<std::vector<Rational>> solve() {
    eliminate_free_columns();
    start();
    while (sign_of(missing_.back()) != 0) {
      const std::optional<std::size_t> column = entering();
      if (!column) return std::nullopt;
      const std::size_t row = leaving(*column);
      still_ = sign_of(rows_[row].back()) == 0 ? still_ + 1 : 0;
      pivot(row, *column);
    }
    std::vector<Rational> x(system_.columns.size());
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (basis_[i]) x[*basis_[i]] = to_rational(rows_[i].back());
    }
    return x;
  }

 private:
  bool is_free(std::size_t column) const { return system_.columns[column].free; }
  /// A row that is solved for a free column holds whatever the others are.
  bool counts(std::size_t row) const { return !basis_[row] || !is_free(*basis_[row]); }

  void eliminate_free_columns() {
    for (std::size_t j = 0; j < system_.columns.size(); ++j) {
      if (!is_free(j)) continue;
      for (std::size_t i = 0; i < rows_.size(); ++i) {
        if (basis_[i] || sign_of(rows_[i][j]) == 0) continue;
        pivot(i, j);
        break;
      }
    }
  }

  /// Right sides that are not negative, and `missing_`, the sum of all rows without a column.
  void start() {
    std::vector<Number> sum(width_);
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (basis_[i]) continue;
      const bool flip = sign_of(rows_[i].back()) < 0;
      for (std::size_t j = 0; j < width_; ++j) {
        if (flip) rows_[i][j] = -rows_[i][j];
        sum[j] = sum[j] + rows_[i][j];
      }
    }
    missing_ = std::move(sum);
  }

  /// A column that makes the sum of the artificial variables smaller: the one that does so fastest,
  /// but the first one while the sum has stood still for long, which is Bland's rule.
  std::optional<std::size_t> entering() const {
    std::optional<std::size_t> best;
    for (std::size_t j = 0; j + 1 < width_; ++j) {
      if (is_free(j) || sign_of(missing_[j]) <= 0) continue;
      if (still_ > rows_.size()) return j;
      if (!best || missing_[*best] < missing_[j]) best = j;
    }
    return best;
  }

  /// The row that reaches zero first; among several the one whose variable has the least number,
  /// artificial variables after all columns.
  std::size_t leaving(std::size_t column) const {
    std::optional<std::size_t> best;
    Number best_ratio{};
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (!counts(i) || sign_of(rows_[i][column]) <= 0) continue;
      const Number ratio = rows_[i].back() / rows_[i][column];
      if (best && (best_ratio < ratio || (best_ratio == ratio && number(*best) < number(i)))) {
        continue;
      }
      best = i;
      best_ratio = ratio;
    }
    assert(best);  // The sum of artificial variables cannot fall below zero.
    return *best;
  }
  std::size_t number(std::size_t row) const { return basis_[row].value_or(width_ + row); }

  void pivot(std::size_t row, std::size_t column) {
    use_effort();
    // A row that loses its artificial variable no longer counts in the sum, which is linear.
    std::vector<Number>& solved = rows_[row];
    const Number factor = solved[column];
    nonzero_.clear();
    for (std::size_t j = 0; j < width_; ++j) {
      if (sign_of(solved[j]) == 0) continue;
      solved[j] = solved[j] / factor;
      require_few_digits(solved[j], limits_);
      nonzero_.push_back(j);
    }
    const bool was_artificial = !basis_[row];
    basis_[row] = column;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (i != row) subtract(rows_[i], column, solved);
    }
    if (missing_.empty()) return;
    if (was_artificial) {
      for (const std::size_t j : nonzero_) missing_[j] = missing_[j] - factor * solved[j];
    }
    subtract(missing_, column, solved);
  }

  /// Makes `row` zero in `column`.
  void subtract(std::vector<Number>& row, std::size_t column, const std::vector<Number>& solved) {
    if (sign_of(row[column]) == 0) return;
    const Number factor = row[column];
    for (const std::size_t j : nonzero_) row[j] = row[j] - factor * solved[j];
  }

  void use_effort() {
    if (++effort_.pivots > limits_.pivots) throw LimitReached{text(limits_.pivots, " pivots")};
    effort_.work += rows_.size() * width_ * cost_of<Number>();
    if (effort_.work > limits_.work) throw LimitReached{text("work of ", limits_.work)};
    if (limits_.stopped && limits_.stopped()) throw LimitReached{"stopped by the caller"};
  }

  const LinearSystem& system_;
  const Limits& limits_;
  Effort& effort_;
  std::size_t width_;  // Columns, then the right side.
  std::vector<std::vector<Number>> rows_;
  std::vector<std::optional<std::size_t>> basis_;  // The column each row is solved for.
  std::vector<Number> missing_;                    // Empty while free columns are eliminated.
  std::size_t still_ = 0;                          // Pivots since the sum in missing_ fell.
  std::vector<std::size_t> nonzero_;               // Where the row of the pivot is not zero.
};

std::optional<std::vector<Rational>> solve_exactly(const LinearSystem& system, const Limits& limits,
                                                   Effort& effort) {
  try {
    return Tableau<SmallRational>(system, limits, effort).solve();
  } catch (const SmallRational::Overflow&) {
    return Tableau<Rational>(system, limits, effort).solve();
  }
}

}  // namespace

Solution solve(const LinearSystem& system, const Limits& limits, Effort& effort) {
  const std::size_t rows = std::max<std::size_t>(system.right.size(), 1);
  if (system.columns.size() + 1 > limits.cells / rows) {
    return {Solved::kLimit, {}, text("tableau of ", limits.cells, " cells")};
  }
  try {
    auto x = solve_exactly(system, limits, effort);
    if (!x) return {Solved::kImpossible, {}, ""};
    return {Solved::kYes, *std::move(x), ""};
  } catch (const LimitReached& reached) {
    return {Solved::kLimit, {}, reached.limit};
  }
}

}  // namespace convproof::derivations
