#include "core/scalar/exact.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <ostream>
#include <stdexcept>

namespace convproof {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr int kDigitBits = 32;
constexpr std::uint64_t kDigitMask = 0xffffffffU;
// Each addition changes a limb by less than 2^33, so 2^29 of them stay below 2^62.
constexpr std::uint32_t kMostUnresolved = 1U << 29U;

/// A finite double as mantissa * 2^exponent with an integer mantissa.
struct Decoded {
  std::uint64_t mantissa;
  int exponent;
  bool negative;
};

[[noreturn]] void reject_non_finite(double value) {
  throw std::domain_error(std::isnan(value) ? "Exact: expected a finite number, got NaN"
                                            : "Exact: expected a finite number, got an infinity");
}

inline Decoded decode(double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value);
  const int field = static_cast<int>(bits >> 52U) & 0x7ff;
  if (field == 0x7ff) [[unlikely]]
    reject_non_finite(value);
  const std::uint64_t fraction = bits & ((std::uint64_t{1} << 52U) - 1);
  const std::uint64_t hidden = field == 0 ? 0 : std::uint64_t{1} << 52U;
  return {fraction | hidden, std::max(field, 1) - 1075, (bits >> 63U) != 0};
}

inline Decoded decode(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const int field = static_cast<int>(bits >> 23U) & 0xff;
  if (field == 0xff) [[unlikely]]
    reject_non_finite(static_cast<double>(value));
  const std::uint32_t fraction = bits & ((1U << 23U) - 1);
  const std::uint32_t hidden = field == 0 ? 0 : 1U << 23U;
  return {fraction | hidden, std::max(field, 1) - 150, (bits >> 31U) != 0};
}

}  // namespace

void Exact::reserve_limbs(int first, int last) {
  if (limbs_.empty()) {
    low_ = first;
    limbs_.assign(static_cast<std::size_t>(last - first) + 1, 0);
    return;
  }
  if (first < low_) {
    limbs_.insert(limbs_.begin(), static_cast<std::size_t>(low_ - first), 0);
    low_ = first;
  }
  const auto needed = static_cast<std::size_t>(last - low_) + 1;
  if (limbs_.size() < needed) limbs_.resize(needed, 0);
}

void Exact::add_scaled(std::uint64_t low, std::uint64_t high, int exponent, bool negative) {
  const int first = exponent >> 5;  // Floor, also below zero.
  const auto shift = static_cast<unsigned>(exponent & 31);
  // (high:low) << shift has at most 106 + 31 bits for doubles and 48 + 31 for floats.
  const Wide lower = static_cast<Wide>(low) << shift;
  const Wide upper = (static_cast<Wide>(high) << shift) + (lower >> 64U);
  const int count = high == 0 ? 3 : 5;
  if (limbs_.empty() || first < low_ || first + count >= low_ + static_cast<int>(limbs_.size()))
      [[unlikely]] {
    reserve_limbs(first, first + count);
  }
  std::int64_t* limb = limbs_.data() + (first - low_);
  const auto lower64 = static_cast<std::uint64_t>(lower);
  const auto upper64 = static_cast<std::uint64_t>(upper);
  const std::int64_t flip = negative ? -1 : 0;
  const auto add = [&](int i, std::uint64_t digit) {
    limb[i] += (static_cast<std::int64_t>(digit) ^ flip) - flip;
  };
  add(0, lower64 & kDigitMask);
  add(1, lower64 >> 32U);
  add(2, upper64 & kDigitMask);
  if (count == 5) {
    add(3, upper64 >> 32U);
    add(4, static_cast<std::uint64_t>(upper >> 64U));
  }
  if (++unresolved_ == kMostUnresolved) [[unlikely]]
    resolve_carries();
}

void Exact::add_product(double a, double b) {
  const Decoded x = decode(a);
  const Decoded y = decode(b);
  const Wide product = static_cast<Wide>(x.mantissa) * y.mantissa;
  if (product == 0) return;
  add_scaled(static_cast<std::uint64_t>(product), static_cast<std::uint64_t>(product >> 64U),
             x.exponent + y.exponent, x.negative != y.negative);
}

void Exact::add_product(float a, float b) {
  const Decoded x = decode(a);
  const Decoded y = decode(b);
  const std::uint64_t product = x.mantissa * y.mantissa;  // At most 48 bits.
  if (product == 0) return;
  add_scaled(product, 0, x.exponent + y.exponent, x.negative != y.negative);
}

void Exact::resolve_carries() {
  std::int64_t carry = 0;
  for (std::int64_t& limb : limbs_) {
    limb += carry;
    carry = limb >> kDigitBits;
    limb &= static_cast<std::int64_t>(kDigitMask);
  }
  // The most significant limb keeps the sign.
  while (carry != 0 && carry != -1) {
    limbs_.push_back(carry & static_cast<std::int64_t>(kDigitMask));
    carry >>= kDigitBits;
  }
  if (carry == -1) limbs_.push_back(-1);
  unresolved_ = 0;
}

Exact::Digits Exact::digits() const {
  Digits result;
  Exact copy = *this;
  copy.resolve_carries();
  const bool negative = !copy.limbs_.empty() && copy.limbs_.back() < 0;
  if (negative) {
    for (std::int64_t& limb : copy.limbs_) limb = -limb;
    copy.resolve_carries();
  }
  const auto is_zero = [](std::int64_t limb) { return limb == 0; };
  const auto first = std::find_if_not(copy.limbs_.begin(), copy.limbs_.end(), is_zero);
  if (first == copy.limbs_.end()) return result;
  const auto last = std::find_if_not(copy.limbs_.rbegin(), copy.limbs_.rend(), is_zero).base();
  result.sign = negative ? -1 : 1;
  result.low = copy.low_ + static_cast<int>(first - copy.limbs_.begin());
  std::transform(first, last, std::back_inserter(result.digits),
                 [](std::int64_t limb) { return static_cast<std::uint32_t>(limb); });
  return result;
}

void Exact::add_digits(const Exact& other, int sign) {
  if (other.limbs_.empty()) return;
  // Limbs of both sides may be unresolved: resolve the other side, whose digits then count as one
  // addition of less than 2^32 each.
  Exact resolved = other;
  resolved.resolve_carries();
  reserve_limbs(resolved.low_, resolved.low_ + static_cast<int>(resolved.limbs_.size()));
  for (std::size_t i = 0; i < resolved.limbs_.size(); ++i) {
    const auto at = i + static_cast<std::size_t>(resolved.low_ - low_);
    limbs_[at] += sign * resolved.limbs_[i];
  }
  if (++unresolved_ >= kMostUnresolved) resolve_carries();
}

Exact& Exact::operator+=(const Exact& other) {
  add_digits(other, 1);
  return *this;
}

Exact& Exact::operator-=(const Exact& other) {
  add_digits(other, -1);
  return *this;
}

Exact Exact::operator-() const {
  Exact result;
  result.add_digits(*this, -1);
  return result;
}

Exact operator*(const Exact& a, const Exact& b) {
  const Exact::Digits x = a.digits();
  const Exact::Digits y = b.digits();
  Exact result;
  for (std::size_t i = 0; i < x.digits.size(); ++i) {
    for (std::size_t j = 0; j < y.digits.size(); ++j) {
      const int place = x.low + y.low + static_cast<int>(i + j);
      result.add_scaled(std::uint64_t{x.digits[i]} * y.digits[j], 0, kDigitBits * place,
                        x.sign != y.sign);
    }
  }
  return result;
}

Exact Exact::scaled(int exponent) const {
  const Digits x = digits();
  Exact result;
  for (std::size_t i = 0; i < x.digits.size(); ++i) {
    result.add_scaled(x.digits[i], 0, kDigitBits * (x.low + static_cast<int>(i)) + exponent,
                      x.sign < 0);
  }
  return result;
}

int Exact::sign() const {
  return digits().sign;
}

namespace {

/// The digits of a magnitude, seen as bits.
struct Bits {
  const std::vector<std::uint32_t>& digits;
  int low;  // In bits.

  int top() const {
    return low + kDigitBits * static_cast<int>(digits.size()) - std::countl_zero(digits.back()) - 1;
  }
  bool operator[](int bit) const {
    const int at = bit - low;
    if (at < 0 || at >= kDigitBits * static_cast<int>(digits.size())) return false;
    return (digits[static_cast<std::size_t>(at / kDigitBits)] >> (at % kDigitBits) & 1U) != 0;
  }
  bool any_below(int bit) const {
    for (int at = low; at < bit; ++at) {
      if ((*this)[at]) return true;
    }
    return false;
  }
  /// floor(magnitude / 2^place); the caller makes sure that it fits.
  std::uint64_t integer_above(int place) const {
    std::uint64_t value = 0;
    for (int bit = top(); bit >= place; --bit) value = value << 1U | std::uint64_t{(*this)[bit]};
    return value;
  }
};

}  // namespace

double Exact::rounded(const FloatFormat& format) const {
  const Digits x = digits();
  if (x.sign == 0) return 0.0;
  const Bits bits{x.digits, kDigitBits * x.low};
  const int top = bits.top();
  if (top > format.max_exponent) return x.sign * std::numeric_limits<double>::infinity();
  const int place = std::max(top, format.min_exponent) - format.precision + 1;
  std::uint64_t mantissa = bits.integer_above(place);
  const bool half = bits[place - 1];
  if (half && ((mantissa & 1U) != 0 || bits.any_below(place - 1))) ++mantissa;
  if (static_cast<int>(std::bit_width(mantissa)) + place > format.max_exponent + 1) {
    return x.sign * std::numeric_limits<double>::infinity();
  }
  return x.sign * std::ldexp(static_cast<double>(mantissa), place);
}

double Exact::rounded_up() const {
  const double nearest = rounded(kF64);
  if (std::isinf(nearest)) {
    return nearest > 0 ? nearest : std::numeric_limits<double>::lowest();
  }
  return Exact(nearest) >= *this ? nearest
                                 : std::nextafter(nearest, std::numeric_limits<double>::infinity());
}

Rational Exact::to_rational() const {
  using Integer =
      boost::multiprecision::number<boost::multiprecision::gmp_int, boost::multiprecision::et_off>;
  const Digits x = digits();
  Integer magnitude = 0;
  for (auto digit = x.digits.rbegin(); digit != x.digits.rend(); ++digit) {
    magnitude = (magnitude << kDigitBits) + *digit;
  }
  if (x.sign < 0) magnitude = -magnitude;
  const int exponent = kDigitBits * x.low;
  const Integer scale = Integer(1) << static_cast<unsigned>(std::abs(exponent));
  return exponent < 0 ? Rational(magnitude, scale) : Rational(Integer(magnitude * scale));
}

std::ostream& operator<<(std::ostream& out, const Exact& value) {
  const double nearest = value.rounded(kF64);
  if (std::isfinite(nearest) && Exact(nearest) == value) return out << nearest;
  return out << value.to_rational();
}

}  // namespace convproof
