// Runs a page of fast/ in every way that its promises cover.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

#include "arbitrary.h"
#include "core/errors.h"
#include "core/scalar/float_format.h"
#include "core/scalar/real.h"
#include "core/tensor.h"
#include "fast/isa.h"
#include "fenced.h"

namespace convproof {

template <typename T>
using Inputs = std::vector<TensorView<const T>>;

template <typename T>
bool same_bytes(const TensorView<T>& a, const Tensor<T>& b) {
  return b.size() == 0 ||
         std::memcmp(a.data(), b.data(), static_cast<std::size_t>(b.size()) * sizeof(T)) == 0;
}

/// Whether all elements are the same number with the same sign, or both NaN.
template <typename T>
bool identical(const Tensor<T>& a, const Tensor<T>& b) {
  if (!(a.shape() == b.shape())) return false;
  for (Index i = 0; i < a.size(); ++i) {
    if (std::isnan(a[i]) && std::isnan(b[i])) continue;
    if (!(a[i] == b[i] && std::signbit(a[i]) == std::signbit(b[i]))) return false;
  }
  return true;
}

/// Whether all elements are the same number or both NaN; 0 and -0 are the same.
template <typename T>
bool equal_or_both_nan(const Tensor<T>& a, const Tensor<T>& b) {
  if (!(a.shape() == b.shape())) return false;
  for (Index i = 0; i < a.size(); ++i) {
    if (!(a[i] == b[i] || (std::isnan(a[i]) && std::isnan(b[i])))) return false;
  }
  return true;
}

/// What is wrong, or nothing: call(inputs, output, threads) runs on every instruction set, with one
/// to three threads, with all tensors against a fence below or above them, into outputs full of
/// NaN. The set asked for has to be the one that ran, the threads and the fences must not change a
/// bit, and check(output) must find nothing wrong.
template <typename T, typename Call, typename Check>
std::string run_everywhere(const std::vector<const Tensor<T>*>& inputs, const Shape& output,
                           const Call& call, const Check& check) {
  Tensor<T> nan(output);
  for (Index i = 0; i < nan.size(); ++i) nan[i] = std::numeric_limits<T>::quiet_NaN();
  std::string wrong;
  for (const bool at_upper_fence : {true, false}) {
    std::vector<std::unique_ptr<Fenced<T>>> fenced;
    Inputs<T> views;
    for (const Tensor<T>* input : inputs) {
      fenced.push_back(std::make_unique<Fenced<T>>(*input, at_upper_fence));
      views.push_back(fenced.back()->input());
    }
    for (const fast::Isa isa : fast::supported_isas()) {
      fast::force_isa(isa);
      Tensor<T> first;
      for (const int threads : {1, 2, 3}) {
        Fenced<T> y(nan, at_upper_fence);
        const TensorView<T> view = y.output();
        const fast::Isa ran = call(views, view, threads);
        const std::string where = text(" on ", fast::name(isa), ", ", threads, " threads");
        if (ran != isa) wrong += text(fast::name(ran), " ran", where, "; ");
        if (threads == 1) {
          first = Tensor<T>(output, std::vector<T>(view.data(), view.data() + nan.size()));
          const std::string found = check(static_cast<const Tensor<T>&>(first));
          if (!found.empty()) wrong += text(found, where, "; ");
        } else if (!same_bytes(view, first)) {
          wrong += text("other bits", where, "; ");
        }
      }
    }
  }
  fast::reset_isa();
  return wrong;
}

/// The same where the output is known but for which NaN it is.
template <typename T, typename Call>
std::string differs_somewhere(const std::vector<const Tensor<T>*>& inputs,
                              const Tensor<T>& expected, const Call& call,
                              bool (*same)(const Tensor<T>&, const Tensor<T>&) = identical<T>) {
  return run_everywhere<T>(inputs, expected.shape(), call, [&](const Tensor<T>& output) {
    return same(output, expected) ? std::string() : text("got ", output, ", not ", expected);
  });
}

/// Inside a law: a generator whose seed is drawn and printed.
inline std::mt19937 any_random() {
  return std::mt19937(static_cast<unsigned>(any_index("seed", 0, 1'000'000)));
}

template <typename T>
Tensor<T> drawn(const Shape& shape, std::mt19937& random, T (*draw)(std::mt19937&)) {
  Tensor<T> tensor(shape);
  for (Index i = 0; i < tensor.size(); ++i) tensor[i] = draw(random);
  return tensor;
}

/// What is wrong, or nothing: |computed - exact| <= k*u/(1 - k*u) * sizes everywhere.
template <typename T>
std::string beyond_gamma(double k, const Tensor<T>& computed, const Tensor<Real>& exact,
                         const Tensor<Real>& sizes) {
  const Real ku = Real(k) * ldexp(Real(1), kFormatOf<T>.unit_roundoff_exponent());
  for (Index i = 0; i < computed.size(); ++i) {
    if (!(abs(Real(computed[i]) - exact[i]) <= ku / (1 - ku) * sizes[i])) {
      return text("element ", i, " is ", computed[i], ", not ", exact[i]);
    }
  }
  return "";
}

inline Tensor<Real> moduli(Tensor<Real> tensor) {
  for (Index i = 0; i < tensor.size(); ++i) tensor[i] = abs(tensor[i]);
  return tensor;
}

/// Integers so small that every sum of their products is exact in any order; many are equal.
template <typename T>
T small_integer(std::mt19937& random) {
  return static_cast<T>(static_cast<int>(random() % 9) - 4);
}

template <typename T>
T between_minus_one_and_one(std::mt19937& random) {
  return std::uniform_real_distribution<T>(-1, 1)(random);
}

/// Zeros of both signs, infinities, NaN, the largest and the smallest number, and integers.
template <typename T>
T anything(std::mt19937& random) {
  using Limits = std::numeric_limits<T>;
  constexpr T kSpecial[] = {T(0),
                            -T(0),
                            Limits::infinity(),
                            Limits::max(),
                            Limits::quiet_NaN(),
                            -Limits::infinity(),
                            -Limits::max(),
                            Limits::denorm_min()};
  return random() % 3 == 0 ? kSpecial[random() % std::size(kSpecial)] : small_integer<T>(random);
}

}  // namespace convproof
