// Forward differentiation: numbers that carry their derivatives with them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/errors.h"
#include "derivations/evaluate/failure.h"

namespace convproof::derivations::evaluate {

/// A product of infinitesimals, at most one of each level: 16 bits for each of four levels, 0 for
/// none, i + 1 for the i-th of its level. Infinitesimals of one level multiply to 0; those of a
/// gradient within a gradient have levels of their own.
using Infinitesimals = std::uint64_t;

inline constexpr int kMostLevels = 4;
inline constexpr int kBitsOfLevel = 16;
inline constexpr std::size_t kMostInfinitesimals = (std::size_t{1} << kBitsOfLevel) - 1;

/// The part of a product that is of this level.
constexpr Infinitesimals of_level(Infinitesimals product, int level) {
  const Infinitesimals field = kMostInfinitesimals;
  return product & (field << static_cast<unsigned>(level * kBitsOfLevel));
}

constexpr bool share_a_level(Infinitesimals a, Infinitesimals b) {
  for (int level = 0; level < kMostLevels; ++level) {
    if (of_level(a, level) != 0 && of_level(b, level) != 0) return true;
  }
  return false;
}

/// The i-th infinitesimal of a level.
///
/// Throws: TooLarge where there are not that many.
inline Infinitesimals infinitesimal(int level, std::size_t i) {
  if (level >= kMostLevels || i >= kMostInfinitesimals) {
    throw TooLarge(text("expected at most ", kMostLevels, " gradients within each other, by ",
                        kMostInfinitesimals, " elements, found more"));
  }
  return (Infinitesimals{i} + 1) << static_cast<unsigned>(level * kBitsOfLevel);
}

/// A value, and the coefficient of every product of infinitesimals: if x is varied by e, f(x) has
/// the coefficient f'(x) at e.
template <typename S>
class Jet {
 public:
  struct Part {
    Infinitesimals of = 0;
    S coefficient;
  };
  using Parts = std::vector<Part>;  // Ascending.

  Jet() : value_() {}
  explicit Jet(S value) : value_(std::move(value)) {}
  Jet(S value, Parts parts) : value_(std::move(value)), parts_(std::move(parts)) {}

  const S& value() const { return value_; }
  const Parts& parts() const { return parts_; }

  /// With one more infinitesimal, which the number had not.
  Jet varied(Infinitesimals by) const { return *this + Jet(S(), {{by, S(Index{1})}}); }

  /// Visits what is multiplied by infinitesimals of a level: visit(i, coefficient), where several
  /// coefficients of one i are to be added.
  template <typename F>
  void for_each_derivative(int level, const F& visit) const {
    for (const Part& part : parts_) {
      const Infinitesimals by = of_level(part.of, level);
      if (by == 0) continue;
      const auto i = (by >> static_cast<unsigned>(level * kBitsOfLevel)) - 1;
      const Infinitesimals rest = part.of ^ by;
      visit(static_cast<std::size_t>(i),
            rest == 0 ? Jet(part.coefficient) : Jet(S(), {{rest, part.coefficient}}));
    }
  }

  /// What is multiplied by infinitesimals of which the highest is of this level.
  Jet of_highest_level(int level) const {
    Jet result;
    for (const Part& part : parts_) {
      // Higher levels stand in higher bits.
      const Infinitesimals from_level = part.of >> static_cast<unsigned>(level * kBitsOfLevel);
      if (from_level >= 1 && from_level <= kMostInfinitesimals) result.parts_.push_back(part);
    }
    return result;
  }

  Jet operator-() const {
    Jet result(-value_, parts_);
    for (Part& part : result.parts_) part.coefficient = -part.coefficient;
    return result;
  }
  friend Jet operator+(const Jet& a, const Jet& b) {
    Jet result(a.value_ + b.value_);
    if (a.parts_.empty() && b.parts_.empty()) return result;
    result.parts_.reserve(a.parts_.size() + b.parts_.size());
    auto x = a.parts_.begin();
    auto y = b.parts_.begin();
    while (x != a.parts_.end() || y != b.parts_.end()) {
      if (y == b.parts_.end() || (x != a.parts_.end() && x->of < y->of)) {
        result.parts_.push_back(*x++);
      } else if (x == a.parts_.end() || y->of < x->of) {
        result.parts_.push_back(*y++);
      } else {
        result.parts_.push_back({x->of, x->coefficient + y->coefficient});
        ++x;
        ++y;
      }
    }
    return result;
  }
  friend Jet operator-(const Jet& a, const Jet& b) { return a + -b; }
  friend Jet operator*(const Jet& a, const Jet& b) {
    Jet result(a.value_ * b.value_, a.scaled(b.value_));
    if (b.parts_.empty()) return result;
    result = result + Jet(S(), b.scaled(a.value_));
    for (const Part& part : a.parts_) {
      Parts products;
      for (const Part& other : b.parts_) {
        if (share_a_level(part.of, other.of)) continue;
        products.push_back({part.of | other.of, part.coefficient * other.coefficient});
      }
      std::sort(products.begin(), products.end(),
                [](const Part& x, const Part& y) { return x.of < y.of; });
      if (!products.empty()) result = result + Jet(S(), std::move(products));
    }
    return result;
  }

 private:
  Parts scaled(const S& factor) const {
    Parts result;
    result.reserve(parts_.size());
    for (const Part& part : parts_) result.push_back({part.of, part.coefficient * factor});
    return result;
  }

  S value_;
  Parts parts_;
};

/// f(x) for f with the derivative g: by Taylor f(a + h) = f(a) + g(a) h, where h is what x has of
/// one level more than a, so that h^2 = 0.
template <typename S, typename F, typename G>
Jet<S> differentiable(const Jet<S>& x, const F& f, const G& g) {
  Jet<S> lower(x.value());
  Jet<S> result(f(x.value()));
  for (int level = 0; level < kMostLevels; ++level) {
    const Jet<S> rest = x.of_highest_level(level);
    if (rest.parts().empty()) continue;
    result = result + g(lower) * rest;
    lower = lower + rest;
  }
  return result;
}

template <typename S>
Jet<S> inverse(const Jet<S>& x) {
  return differentiable(
      x, [](const S& value) { return S(Index{1}) / value; },
      [](const Jet<S>& at) {
        const Jet<S> once = inverse(at);
        return -(once * once);
      });
}

template <typename S>
Jet<S> operator/(const Jet<S>& a, const Jet<S>& b) {
  if (a.parts().empty() && b.parts().empty()) return Jet<S>(a.value() / b.value());
  return a * inverse(b);
}

}  // namespace convproof::derivations::evaluate
