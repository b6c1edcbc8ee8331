#include "conformance/judge/error_bound.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace convproof::conformance {
namespace {

Exact power_of_two(int exponent) {
  return Exact(1).scaled(exponent);
}

Exact accumulation_bound(const ErrorAccount& a, const FloatFormat& f, bool flush_to_zero) {
  // Products and partial sums, rounded or not, are multiples of 2^grid: from the smallest normal
  // number up none of them can be flushed.
  const bool may_flush = flush_to_zero && a.grid < f.min_exponent;
  if (must_be_exact(a, f) && !may_flush) return Exact(0);
  const Exact n(static_cast<double>(a.terms));
  const Exact one_plus_u = Exact(1) + power_of_two(f.unit_roundoff_exponent());
  const Exact n_u = n.scaled(f.unit_roundoff_exponent());
  Exact bound = n_u * one_plus_u * a.moduli;
  // A product that is a multiple of the smallest subnormal number cannot underflow.
  const Exact growth = (Exact(1) + n_u) * one_plus_u;
  if (a.grid < f.least_exponent()) bound += n.scaled(f.least_exponent() - 1) * growth;
  if (may_flush) bound += a.subnormal * growth + n.scaled(f.min_exponent + 1) * growth;
  return bound;
}

/// What one rounding of any t with |t - value| <= bound adds at most.
Exact output_bound(const Exact& value, const Exact& bound, const FloatFormat& out) {
  if (bound.sign() == 0) {
    const double nearest = value.rounded(out);
    if (std::isfinite(nearest)) return (Exact(nearest) - value).abs();
  }
  const Exact most = value.abs() + bound;
  const int u = out.unit_roundoff_exponent();
  // u - u^2 + u^3 is just above u/(1+u).
  const Exact relative = most.scaled(u) - most.scaled(2 * u) + most.scaled(3 * u);
  return std::max(relative, power_of_two(out.least_exponent() - 1));
}

}  // namespace

bool must_be_exact(const ErrorAccount& a, const FloatFormat& f) {
  if (a.terms == 0) return true;
  return a.grid >= f.least_exponent() && a.grid + f.precision <= f.max_exponent &&
         a.moduli <= power_of_two(a.grid + f.precision);
}

bool cannot_overflow(const ErrorAccount& a, const FloatFormat& f) {
  const Exact n_u = Exact(static_cast<double>(a.terms)).scaled(f.unit_roundoff_exponent() + 1);
  return a.moduli * (Exact(1) + n_u) < power_of_two(f.max_exponent + 1);
}

Exact error_bound(const ErrorAccount& a, const Arithmetic& arithmetic) {
  const FloatFormat& out = arithmetic.output;
  const Exact bound = accumulation_bound(a, arithmetic.accumulator, arithmetic.flush_to_zero);
  if (out.precision >= arithmetic.accumulator.precision) return bound;
  const Exact once_more = output_bound(a.value, bound, out);
  const bool may_flush =
      arithmetic.flush_to_zero && a.value.abs() - bound < power_of_two(out.min_exponent);
  return bound + once_more + (may_flush ? power_of_two(out.min_exponent) : Exact(0));
}

double plausible_error(const ErrorAccount& a, const FloatFormat& f) {
  const auto n = static_cast<double>(a.terms);
  const double lambda = std::sqrt(2 * (std::log(2 * n) + 40 * std::numbers::ln2));
  return lambda * std::sqrt(n) * std::ldexp(a.moduli.rounded_up(), f.unit_roundoff_exponent()) +
         std::ldexp(n, f.least_exponent());
}

}  // namespace convproof::conformance
