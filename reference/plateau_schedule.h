// plateau_schedule: a learning rate that falls when the validation error no longer does.
#pragma once

#include <vector>

#include "core/requirements.h"

namespace convproof::reference {

template <typename T>
struct PlateauParams {
  T rate = T(1) / T(10);  // To begin with.
  T divisor = T(10);
  Index patience = 1;  // Epochs in succession without an improvement that make a plateau.
  T threshold = T(0);  // An error improves on the best if it is lower by more than this.
};

/// Throws: ShapeError if patience is below 1, threshold below 0, or divisor not above 1.
template <typename T>
void plateau_schedule_check(const PlateauParams<T>& p) {
  require_at_least("plateau_schedule", "patience", p.patience, 1);
  if (!(p.threshold >= T(0))) {
    throw ShapeError("plateau_schedule", "threshold", "0 or more", text(p.threshold));
  }
  if (!(p.divisor > T(1))) {
    throw ShapeError("plateau_schedule", "divisor", "more than 1", text(p.divisor));
  }
}

/// The learning rate after each epoch, given the validation errors (note 002, T-LR-SCHEDULE: 0.1,
/// divided by 10 when the validation error plateaus; the notes do not say what a plateau is):
///   best[n] = errors[n] if errors[n] < best[n-1] - threshold, else best[n-1];
///   the rate is divided after epoch n if that was number `patience` of epochs in succession
///   without an improvement, and the counting starts again at 0.
/// The first error always improves. Others wait one epoch longer (divide when the count exceeds
/// the patience) or take the threshold relative to the best. NaN is not an improvement.
///
/// Shapes:  errors [n]  ->  rates [n].
/// Throws:  ShapeError from plateau_schedule_check.
/// Error:   exact over Rational; over floats one rounding per division.
/// Cost:    one comparison per epoch.
template <typename T>
std::vector<T> plateau_schedule(const std::vector<T>& errors, const PlateauParams<T>& p) {
  plateau_schedule_check(p);
  std::vector<T> rates;
  T rate = p.rate;
  T best = T(0);
  Index without_improvement = 0;
  for (const T& error : errors) {
    const bool improved = rates.empty() || error < best - p.threshold;
    if (improved) best = error;
    without_improvement = improved ? 0 : without_improvement + 1;
    if (without_improvement == p.patience) {
      rate = rate / p.divisor;
      without_improvement = 0;
    }
    rates.push_back(rate);
  }
  return rates;
}

}  // namespace convproof::reference
