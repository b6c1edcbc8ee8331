#include "core/scalar/float_format.h"

#include <algorithm>
#include <cmath>

namespace convproof {
namespace {

/// 2^exponent of the last place of the format at the magnitude of `value`.
int last_place(double value, const FloatFormat& format) {
  return std::max(std::ilogb(value), format.min_exponent) - format.precision + 1;
}

double largest(const FloatFormat& format) {
  return std::ldexp(2 - std::ldexp(1, 1 - format.precision), format.max_exponent);
}

/// `value` made a multiple of the format's last place by `round`, the exponent unbounded above.
/// Scaling there and back is exact: the formats are no wider than double, and the number in
/// between is an integer below 2^53.
template <typename Round>
double to_last_place(double value, const FloatFormat& format, Round round) {
  if (!std::isfinite(value) || value == 0) return value;
  const int place = last_place(value, format);
  return std::ldexp(round(std::ldexp(value, -place)), place);
}

}  // namespace

double round_to_format(double value, const FloatFormat& format) {
  const double rounded = to_last_place(value, format, [](double v) { return std::nearbyint(v); });
  if (std::fabs(rounded) <= largest(format) || std::isnan(rounded)) return rounded;
  return std::copysign(std::numeric_limits<double>::infinity(), value);
}

double truncate_to_format(double value, const FloatFormat& format) {
  const double cut = to_last_place(value, format, [](double v) { return std::trunc(v); });
  if (std::isinf(value) || std::isnan(value) || std::fabs(cut) <= largest(format)) return cut;
  return std::copysign(largest(format), value);
}

namespace detail {

std::uint16_t encode_16_bits(double value, const FloatFormat& format) {
  const int mantissa_bits = format.precision - 1;
  const int exponent_field_max = (1 << (15 - mantissa_bits)) - 1;
  const auto sign = static_cast<unsigned>(std::signbit(value)) << 15U;
  const auto infinity = static_cast<unsigned>(exponent_field_max) << mantissa_bits;
  if (std::isnan(value)) {
    return static_cast<std::uint16_t>(sign | infinity | 1U << (mantissa_bits - 1));
  }
  const double rounded = std::fabs(round_to_format(value, format));
  if (std::isinf(rounded)) return static_cast<std::uint16_t>(sign | infinity);
  // In units of the smallest subnormal the encoding of subnormals is the number itself; every
  // binade above adds one to the exponent field.
  if (rounded == 0) return static_cast<std::uint16_t>(sign);
  const int place = last_place(rounded, format);
  const auto mantissa = static_cast<unsigned>(std::ldexp(rounded, -place));
  const auto binade = static_cast<unsigned>(place - format.least_exponent());
  return static_cast<std::uint16_t>(sign | ((binade << mantissa_bits) + mantissa));
}

double decode_16_bits(std::uint16_t bits, const FloatFormat& format) {
  const int mantissa_bits = format.precision - 1;
  const int field = (bits & 0x7fff) >> mantissa_bits;
  const auto mantissa = static_cast<std::uint64_t>(bits & ((1 << mantissa_bits) - 1));
  const auto sign = std::uint64_t{bits} >> 15U << 63U;
  if (field == 0) {
    const double magnitude = std::ldexp(static_cast<double>(mantissa), format.least_exponent());
    return sign != 0 ? -magnitude : magnitude;
  }
  // Everything else is put together from the fields of a double, which is several times as fast.
  const bool finite = field != (1 << (15 - mantissa_bits)) - 1;
  const int exponent = finite ? field - 1 + format.min_exponent + 1023 : 0x7ff;
  return std::bit_cast<double>(sign | static_cast<std::uint64_t>(exponent) << 52U |
                               mantissa << static_cast<unsigned>(52 - mantissa_bits));
}

}  // namespace detail
}  // namespace convproof
