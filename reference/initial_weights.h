// What the ways to initialise weights share: fans, and random numbers of a given variance.
#pragma once

#include <cmath>
#include <utility>

#include "core/counter_random.h"
#include "core/requirements.h"
#include "core/tensor.h"

namespace convproof::reference {

/// How many products a sum of the layer has: forward (in) and backward (out).
struct Fans {
  Index in;
  Index out;
  friend bool operator==(const Fans&, const Fans&) = default;
};

/// Fans of a kernel [O,C/groups,K...] or of a matrix [O,I], at stride 1 and away from the border:
///   in = C/groups * prod(K...),  out = O/groups * prod(K...).
///
/// Throws:  ShapeError naming `op` if w has not two axes or more, an extent is 0, or groups does
///          not divide O.
inline Fans fans(const char* op, const Shape& w, Index groups) {
  if (w.rank() < 2) throw ShapeError(op, "w", "2 axes or more [O, C/groups, ...]", text(w));
  require_at_least(op, "elements of w", w.element_count(), 1);
  require_at_least(op, "groups", groups, 1);
  if (w[0] % groups != 0) {
    throw ShapeError(op, "groups", text("a divisor of the ", w[0], " output channels of w"),
                     text(groups));
  }
  const Index taps = Shape(w.begin() + 2, w.end()).element_count();
  return {.in = w[1] * taps, .out = w[0] / groups * taps};
}

enum class Distribution { kUniform, kNormal };

/// Two independent standard normal numbers of two uniform ones in (0, 1]:
///   (r cos a, r sin a)  with  r = sqrt(-2 ln u1), a = 2 pi u2.
///
/// Source:  Box and Muller, "A note on the generation of random normal deviates" (1958).
template <typename T>
std::pair<T, T> box_muller(const T& u1, const T& u2) {
  using std::acos;
  using std::cos;
  using std::log;
  using std::sin;
  using std::sqrt;
  const T radius = sqrt(T(-2) * log(u1));
  const T angle = T(2) * acos(T(-1)) * u2;
  return {radius * cos(angle), radius * sin(angle)};
}

/// Element `counter` of the standard normal numbers of `key`: two neighbours share a pair of
/// uniform numbers.
template <typename T>
T counter_normal(std::uint64_t key, std::uint64_t counter) {
  const auto in_0_1 = [&](std::uint64_t i) { return (T(1) + counter_uniform<T>(key, i)) / T(2); };
  const std::uint64_t even = counter - counter % 2;
  const std::pair<T, T> pair = box_muller(in_0_1(even), in_0_1(even + 1));
  return counter % 2 == 0 ? pair.first : pair.second;
}

/// Numbers with mean 0 and this variance, element i from (key, i) alone: uniform in
/// +-sqrt(3*variance), or normal.
///
/// Shapes:  any shape.
/// Throws:  nothing.
/// Error:   of the scalar's sqrt, log and cos; the uniform numbers are on a lattice of 2^52 points,
///          whose variance is (1 - 4^-52) times the one that was asked for.
template <typename T>
Tensor<T> initial_weights(const Shape& shape, const T& variance, Distribution distribution,
                          std::uint64_t key) {
  using std::sqrt;
  const bool uniform = distribution == Distribution::kUniform;
  const T scale = sqrt(uniform ? T(3) * variance : variance);
  Tensor<T> w(shape);
  for (Index i = 0; i < w.size(); ++i) {
    const auto counter = static_cast<std::uint64_t>(i);
    w[i] = scale * (uniform ? counter_uniform<T>(key, counter) : counter_normal<T>(key, counter));
  }
  return w;
}

}  // namespace convproof::reference
