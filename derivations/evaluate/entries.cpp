#include "derivations/evaluate/entries.h"

#include "core/counter_random.h"

namespace convproof::derivations::evaluate {

std::uint64_t bits_of(std::uint64_t seed, const std::string& tensor, const PerAxis& subscripts) {
  std::uint64_t bits = seed;
  for (const char c : tensor) bits = counter_bits(bits, static_cast<unsigned char>(c));
  for (const Index i : subscripts) bits = counter_bits(bits, static_cast<std::uint64_t>(i));
  return bits;
}

EntryOf<Residue> random_residues(std::uint64_t seed) {
  return [seed](const std::string& tensor, const PerAxis& subscripts) {
    return Residue(static_cast<Index>(bits_of(seed, tensor, subscripts) & Residue::kPrime));
  };
}

EntryOf<Rational> random_digits(std::uint64_t seed) {
  return [seed](const std::string& tensor, const PerAxis& subscripts) {
    return Rational(1 + bits_of(seed, tensor, subscripts) % 9);
  };
}

Rational random_fraction(std::uint64_t bits, bool positive) {
  const auto numerator = static_cast<Index>(1 + (bits >> 1U) % 97);
  const auto denominator = static_cast<Index>(16 + (bits >> 32U) % 32);
  const bool negative = !positive && (bits & 1U) != 0;
  return Rational(negative ? -numerator : numerator) / denominator;
}

}  // namespace convproof::derivations::evaluate
