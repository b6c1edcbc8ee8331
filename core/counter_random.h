// Random numbers that follow from a key and a counter alone: the same in every order, on every
// machine and in every language that follows the rule below.
#pragma once

#include <cassert>
#include <cstdint>

#include "core/shape.h"

namespace convproof {

/// 64 bits of element `counter`: SplitMix64's finaliser over a counter,
///   z = key + (counter+1) * 0x9e3779b97f4a7c15 (mod 2^64),
///   z ^= z>>30, z *= 0xbf58476d1ce4e5b9, z ^= z>>27, z *= 0x94d049bb133111eb, z ^= z>>31.
///
/// Source:  Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014); the
///          same rule makes the data of the cases (conformance/cases/data.h).
inline std::uint64_t counter_bits(std::uint64_t key, std::uint64_t counter) {
  std::uint64_t z = key + (counter + 1) * 0x9e3779b97f4a7c15U;
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31U);
}

/// The middle of cell `cell` when (-1, 1) is cut into 2^bits equal cells:
///   (2*cell + 1) / 2^bits - 1.
/// Never 0 and never an end. Over all cells the mean is 0 and the variance (1 - 4^-bits) / 3.
///
/// Error:   exact in every scalar with `bits` bits of precision or more.
template <typename T>
T midpoint_of_cell(std::int64_t cell, int bits) {
  assert(bits >= 1 && bits <= 52 && cell >= 0 && cell < (std::int64_t{1} << bits));
  const std::int64_t cells = std::int64_t{1} << bits;
  return T(2 * cell + 1 - cells) / T(cells);
}

/// Bits of a uniform number: a double holds each exactly.
inline constexpr int kUniformBits = 52;

/// Element `counter` of the uniform numbers of `key`, in (-1, 1): an odd multiple of 2^-52.
///
/// Error:   exact over Rational, Real of 16 digits and more, and double.
template <typename T>
T counter_uniform(std::uint64_t key, std::uint64_t counter) {
  const std::uint64_t cell = counter_bits(key, counter) >> static_cast<unsigned>(64 - kUniformBits);
  return midpoint_of_cell<T>(static_cast<std::int64_t>(cell), kUniformBits);
}

}  // namespace convproof
