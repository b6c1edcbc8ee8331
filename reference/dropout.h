// dropout: what it equals (note 004 §5.4.2, T-ALEX-TECHNIQUES; its formula is not printed there).
//
// Which elements are dropped follows from the seed, the number i of the element in C order and the
// rate alone, so that the backward pass drops the same ones, in any order, on any machine. Anybody
// can rebuild it, with integers alone:
//   P = 2^31 - 1,
//   a_k = S_k mod P for k = 0 ... 3, where S_k are the first four outputs of SplitMix64 started
//     at the seed (unsigned 64-bit arithmetic): state += 0x9E3779B97F4A7C15, z = state,
//     z = (z ^ z>>30) * 0xBF58476D1CE4E5B9, z = (z ^ z>>27) * 0x94D049BB133111EB, S = z ^ z>>31;
//   h(i) = (a_0 + a_1 i + a_2 i^2 + a_3 i^3) mod P,
//   element i is dropped if h(i) < rate*P, that is h(i)*of < drop*P for the rate drop/of.
// Over all (a_0 ... a_3) any four different elements are dropped independently, each with
// probability ceil(rate*P)/P: a polynomial of degree 3 takes any four values at four places once.
// Source: Wegman and Carter, "New hash functions and their use in authentication and set equality",
//         J. Comput. Syst. Sci. 22 (1981); Steele, Lea and Flood, "Fast splittable pseudorandom
//         number generators", OOPSLA (2014), for SplitMix64.
#pragma once

#include <array>
#include <cstdint>

#include "core/requirements.h"
#include "core/tensor.h"

namespace convproof::reference {

struct DropoutParams {
  Index drop = 1;  // The rate is drop/of: of every `of` elements, `drop` are dropped on average.
  Index of = 2;
  std::uint64_t seed = 0;
};

using DropoutKey = std::array<std::uint64_t, 4>;  // The polynomial's coefficients, a_0 first.

/// A prime below 2^31: products of two smaller numbers fit into 64 bits.
inline constexpr std::uint64_t kDropoutPrime = (std::uint64_t{1} << 31) - 1;

/// The coefficients that follow from a seed.
inline DropoutKey dropout_key(std::uint64_t seed) {
  DropoutKey key{};
  std::uint64_t state = seed;
  for (std::uint64_t& coefficient : key) {
    state += 0x9E3779B97F4A7C15U;
    std::uint64_t z = state;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    coefficient = (z ^ (z >> 31U)) % kDropoutPrime;
  }
  return key;
}

/// Whether element i < prime is dropped. Another prime than kDropoutPrime is for proofs by
/// exhaustion: coefficients are below it.
inline bool dropout_drops(Index i, const DropoutKey& key, const DropoutParams& p,
                          std::uint64_t prime = kDropoutPrime) {
  std::uint64_t h = 0;  // Horner, from a_3 down.
  for (auto a = key.rbegin(); a != key.rend(); ++a) {
    h = (h * static_cast<std::uint64_t>(i) + *a) % prime;
  }
  return h * static_cast<std::uint64_t>(p.of) < static_cast<std::uint64_t>(p.drop) * prime;
}

/// The shape rule of dropout: y has the shape of x, which has less than kDropoutPrime elements; the
/// rate is 0 or more and less than 1, its denominator less than 2^31.
/// Throws: ShapeError.
inline Shape dropout_y_shape(const Shape& x, const DropoutParams& p) {
  constexpr auto kLimit = static_cast<Index>(kDropoutPrime);
  if (x.element_count() >= kLimit) {
    throw ShapeError("dropout", "x", text("less than ", kLimit, " elements"), text(x));
  }
  if (p.drop < 0 || p.drop >= p.of || p.of > kLimit) {
    throw ShapeError("dropout", "rate", text("0 <= drop/of < 1, of at most ", kLimit),
                     text(p.drop, '/', p.of));
  }
  return x;
}

/// y[i] = 0 if element i is dropped, else x[i] / (1 - rate): inverted dropout, whose mean over all
/// keys is x, so that nothing is left to do at inference. AlexNet scales at inference instead.
///
/// Shapes:  any x  ->  y, the same.
/// Throws:  ShapeError from dropout_y_shape.
/// Error:   exact over Rational; two roundings over floats.
/// Cost:    three products of integers per element.
/// Source:  Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov, "Dropout", JMLR 15 (2014).
template <typename T>
Tensor<T> dropout(const Tensor<T>& x, const DropoutParams& p) {
  Tensor<T> y(dropout_y_shape(x.shape(), p));
  const DropoutKey key = dropout_key(p.seed);
  const T scale = T(p.of) / T(p.of - p.drop);
  for (Index i = 0; i < x.size(); ++i) {
    if (!dropout_drops(i, key, p)) y[i] = scale * x[i];
  }
  return y;
}

/// The gradient: the same elements dropped, the others scaled alike. The operator is linear and its
/// matrix diagonal, so this is dropout(dy).
///
/// Shapes:  any dy  ->  dx, the same.
/// Throws:  ShapeError from dropout_y_shape.
/// Error:   as for y.
/// Cost:    as for y.
template <typename T>
Tensor<T> dropout_dx(const Tensor<T>& dy, const DropoutParams& p) {
  return dropout(dy, p);
}

}  // namespace convproof::reference
