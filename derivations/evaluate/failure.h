// Why an expression has no value at some sizes. Thrown by the evaluator, caught where a claim is
// compared; each carries one sentence for a reader.
#pragma once

#include <string>
#include <utility>

namespace convproof::derivations::evaluate {

struct Failure {
  explicit Failure(std::string said) : why(std::move(said)) {}
  std::string why;
};

/// The text breaks a rule of the language at these sizes: a read outside, a size that is not whole.
struct IllFormed : Failure {
  using Failure::Failure;
};

/// The text means nothing at any sizes: a product of two arrays, numbers of axes that do not fit.
struct CannotBeRead : Failure {
  using Failure::Failure;
};

/// More work than the caller allows.
struct TooLarge : Failure {
  using Failure::Failure;
};

/// A point at which a function has no value or no derivative, or that is too close to such a one to
/// tell.
struct OutsideDomain : Failure {
  using Failure::Failure;
};

/// The value is no fraction: exp, tanh, ... of fractions.
struct NotRational : Failure {
  using Failure::Failure;
};

}  // namespace convproof::derivations::evaluate
