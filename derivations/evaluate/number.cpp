#include "derivations/evaluate/number.h"

#include <algorithm>
#include <limits>
#include <stdexcept>

#include "core/errors.h"
#include "derivations/evaluate/failure.h"
#include "derivations/language/printer.h"

namespace convproof::derivations::evaluate {
namespace {

using language::Addition;
using language::Call;
using language::Expr;
using language::Name;
using language::Negation;
using language::Number;
using language::Operator;
using language::Product;
using language::Relation;
using language::Sign;
using language::Times;

using boost::multiprecision::denominator;
using boost::multiprecision::mpz_int;
using boost::multiprecision::numerator;

bool is_whole(const Rational& value) {
  return denominator(value) == 1;
}

std::optional<Index> to_index(const Rational& value) {
  constexpr Index kMost = std::numeric_limits<Index>::max();
  if (!is_whole(value) || abs(value) > kMost) return std::nullopt;
  return static_cast<Index>(numerator(value));
}

Rational floor_of(const Rational& value) {
  mpz_int quotient = numerator(value) / denominator(value);  // Towards 0.
  if (value < 0 && !is_whole(value)) --quotient;
  return quotient;
}

// ---------------------------------------------------------------- quickly, where all is whole

// Subscripts like t + K - k are what an evaluation computes most, and Rational allocates.
std::optional<Index> quick_whole_at(const Expr& expr, const Names& names);

std::optional<Index> quick_sum(const Addition& sum, const Names& names) {
  std::optional<Index> total = quick_whole_at(*sum.first, names);
  for (const Addition::Step& step : sum.rest) {
    const std::optional<Index> term = quick_whole_at(step.term, names);
    if (!total || !term) return std::nullopt;
    const bool overflow = step.sign == Sign::kPlus ? __builtin_add_overflow(*total, *term, &*total)
                                                   : __builtin_sub_overflow(*total, *term, &*total);
    if (overflow) return std::nullopt;
  }
  return total;
}

std::optional<Index> quick_product(const Product& product, const Names& names) {
  std::optional<Index> total = quick_whole_at(*product.first, names);
  for (const Product::Step& step : product.rest) {
    const std::optional<Index> factor = quick_whole_at(step.factor, names);
    if (!total || !factor || step.times == Times::kDivide) return std::nullopt;
    if (__builtin_mul_overflow(*total, *factor, &*total)) return std::nullopt;
  }
  return total;
}

/// Nothing where that needs more than sums and products of whole numbers.
std::optional<Index> quick_whole_at(const Expr& expr, const Names& names) {
  if (const auto* name = std::get_if<Name>(&expr.node)) return names.whole(name->name);
  if (const auto* number = std::get_if<Number>(&expr.node)) return to_index(number->value);
  if (const auto* sum = std::get_if<Addition>(&expr.node)) return quick_sum(*sum, names);
  if (const auto* product = std::get_if<Product>(&expr.node)) return quick_product(*product, names);
  if (const auto* negation = std::get_if<Negation>(&expr.node)) {
    const std::optional<Index> of = quick_whole_at(*negation->of, names);
    if (of && *of != std::numeric_limits<Index>::min()) return -*of;
  }
  return std::nullopt;
}

// ---------------------------------------------------------------- in general

/// Constants can be squared again and again.
void require_short(const Rational& value) {
  constexpr unsigned kMostBits = 1'000'000;
  const mpz_int longer = std::max<mpz_int>(abs(numerator(value)), denominator(value));
  if (msb(longer) > kMostBits) {
    throw TooLarge(text("expected numbers of at most ", kMostBits, " bits, found more"));
  }
}

Rational sum_at(const Addition& sum, const Names& names) {
  Rational total = number_at(*sum.first, names);
  for (const Addition::Step& step : sum.rest) {
    const Rational term = number_at(step.term, names);
    total = step.sign == Sign::kPlus ? total + term : total - term;
    require_short(total);
  }
  return total;
}

Rational product_at(const Expr& expr, const Product& product, const Names& names) {
  Rational total = number_at(*product.first, names);
  for (const Product::Step& step : product.rest) {
    const Rational factor = number_at(step.factor, names);
    if (step.times == Times::kDivide && factor == 0) {
      throw IllFormed(text("expected a divisor other than 0 in `", print(expr), "`, found 0"));
    }
    total = step.times == Times::kDivide ? total / factor : total * factor;
    require_short(total);
  }
  return total;
}

Rational call_at(const Expr& expr, const Call& call, const Names& names) {
  const auto argument = [&](std::size_t i) { return number_at(call.arguments.at(i), names); };
  const auto* op = std::get_if<Operator>(&call.callee);
  if (op != nullptr) {
    switch (*op) {
      case Operator::kFloor: return floor_of(argument(0));
      case Operator::kCeil: return -floor_of(-argument(0));
      case Operator::kMin: return std::min(argument(0), argument(1));
      case Operator::kMax: return std::max(argument(0), argument(1));
      case Operator::kPow: return power(argument(0), argument(1));
      case Operator::kMod: {
        const Rational a = argument(0);
        const Rational b = argument(1);
        if (b >= 1) return a - b * floor_of(a / b);
        throw IllFormed(text("expected mod(a, b) with b >= 1, found b = ", b));
      }
      default: break;
    }
  }
  throw CannotBeRead(text("expected a number, found `", print(expr), "`"));
}

}  // namespace

// ---------------------------------------------------------------- names

Names::Names(const language::File& file, const Sizes& sizes) {
  for (const auto& [name, value] : sizes) set(name, value);
  for (const language::Statement& statement : file.statements) {
    const auto* constant = std::get_if<language::Constant>(&statement.node);
    if (constant == nullptr) continue;
    try {
      set(constant->name, number_at(constant->value, *this));
    } catch (const IllFormed& failure) {
      without_value_[constant->name] = failure.why;
    } catch (const TooLarge& failure) {
      too_large_[constant->name] = failure.why;
    }
  }
}

void Names::set(const std::string& name, const Rational& value) {
  fixed_.insert_or_assign(name, value);
  if (const std::optional<Index> whole = to_index(value)) whole_.insert_or_assign(name, *whole);
}

std::optional<Index> Names::whole(const std::string& name) const {
  for (auto bound = indices.rbegin(); bound != indices.rend(); ++bound) {
    if (bound->first == name) return bound->second;
  }
  const auto found = whole_.find(name);
  return found == whole_.end() ? std::nullopt : std::optional<Index>(found->second);
}

Rational Names::value(const std::string& name) const {
  if (const std::optional<Index> known = whole(name)) return *known;
  const auto failed = without_value_.find(name);
  if (failed != without_value_.end()) throw IllFormed(failed->second);
  const auto too_large = too_large_.find(name);
  if (too_large != too_large_.end()) throw TooLarge(too_large->second);
  const auto found = fixed_.find(name);
  if (found == fixed_.end()) {
    throw std::invalid_argument(text("expected a value of ", name, ", found none"));
  }
  return found->second;
}

// ---------------------------------------------------------------- numbers

Rational number_at(const Expr& expr, const Names& names) {
  if (const std::optional<Index> whole = quick_whole_at(expr, names)) return *whole;
  if (const auto* number = std::get_if<Number>(&expr.node)) return number->value;
  if (const auto* name = std::get_if<Name>(&expr.node)) return names.value(name->name);
  if (const auto* negation = std::get_if<Negation>(&expr.node)) {
    return -number_at(*negation->of, names);
  }
  if (const auto* sum = std::get_if<Addition>(&expr.node)) return sum_at(*sum, names);
  if (const auto* product = std::get_if<Product>(&expr.node)) {
    return product_at(expr, *product, names);
  }
  if (const auto* call = std::get_if<Call>(&expr.node)) return call_at(expr, *call, names);
  throw CannotBeRead(text("expected a number, found `", print(expr), "`"));
}

Index whole_at(const Expr& expr, const Names& names) {
  constexpr Index kMost = Index{1} << 61U;
  std::optional<Index> whole = quick_whole_at(expr, names);
  if (!whole) {
    const Rational value = number_at(expr, names);
    if (!is_whole(value)) {
      throw IllFormed(text("expected a whole number, found `", print(expr), "` = ", value));
    }
    whole = to_index(value);
  }
  if (whole && *whole >= -kMost && *whole <= kMost) return *whole;
  throw TooLarge(text("expected a whole number up to 2^61, found `", print(expr), "`"));
}

bool holds(Relation relation, const Rational& left, const Rational& right) {
  switch (relation) {
    case Relation::kEqual: return left == right;
    case Relation::kNotEqual: return left != right;
    case Relation::kLess: return left < right;
    case Relation::kLessEqual: return left <= right;
    case Relation::kGreater: return left > right;
    case Relation::kGreaterEqual: return left >= right;
  }
  return false;
}

bool holds(const language::Comparison& comparison, const Names& names) {
  Rational left = number_at(comparison.first, names);
  for (const language::Link& link : comparison.links) {
    Rational right = number_at(link.expr, names);
    if (!holds(link.relation, left, right)) return false;
    left = std::move(right);
  }
  return true;
}

bool holds(const language::Expectation::Sizes& sizes, const Names& names) {
  return std::any_of(sizes.begin(), sizes.end(), [&](const auto& all) {
    return std::all_of(all.begin(), all.end(),
                       [&](const language::Comparison& each) { return holds(each, names); });
  });
}

namespace {

void for_each_index_from(std::size_t first, const std::vector<language::Range>& ranges,
                         Names& names, Work& work, const std::function<void()>& visit) {
  if (first == ranges.size()) return visit();
  const language::Range& range = ranges[first];
  const Index upper = whole_at(range.upper, names);
  for (Index i = whole_at(range.lower, names); i <= upper; ++i) {
    work.spend(1);
    const BoundIndex bound(names, range.name, i);
    for_each_index_from(first + 1, ranges, names, work, visit);
  }
}

}  // namespace

void for_each_index(const std::vector<language::Range>& ranges, Names& names, Work& work,
                    const std::function<void()>& visit) {
  for_each_index_from(0, ranges, names, work, visit);
}

Rational power(const Rational& base, const Rational& exponent) {
  if (!is_whole(exponent)) {
    throw IllFormed(text("expected a power with a whole exponent, found ", exponent));
  }
  if (base == 0 && exponent < 0) {
    throw IllFormed(text("expected a power that is a number, found 0 to the ", exponent));
  }
  if (base == 0 || abs(base) == 1) {
    const bool odd = numerator(exponent) % 2 != 0;
    return exponent == 0 ? Rational(1) : (base < 0 && !odd ? Rational(1) : base);
  }
  constexpr unsigned kMostBits = 1'000'000;
  const mpz_int largest = std::max<mpz_int>(abs(numerator(base)), denominator(base));
  if (abs(exponent) * (msb(largest) + 1) > kMostBits) {
    throw TooLarge(text("expected a power of at most ", kMostBits, " bits, found ", base,
                        " to the ", exponent));
  }
  const auto times = static_cast<unsigned>(abs(numerator(exponent)));
  const Rational result(pow(mpz_int(numerator(base)), times), pow(denominator(base), times));
  return exponent < 0 ? 1 / result : result;
}

std::string text_of(const Indices& indices) {
  std::string result;
  for (const auto& [name, value] : indices) {
    result += text(result.empty() ? "" : ", ", name, " = ", value);
  }
  return result;
}

}  // namespace convproof::derivations::evaluate
