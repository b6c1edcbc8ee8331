// Valid cases of conv2d for RapidCheck: made without discards, shrunk to the plain case, printed as
// code to paste.
#pragma once

#include <rapidcheck.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <ostream>
#include <type_traits>
#include <vector>

#include "core/conv2d.h"
#include "core/scalar/rational.h"
#include "core/tensor.h"

namespace convproof {

/// The numbers that make a case; the defaults are the plain case, one pixel and one tap.
struct Conv2dRecipe {
  Index images = 1;
  Index channels_per_group = 1;
  Index outputs_per_group = 1;
  Step2d kernel{};
  /// Rows and columns of the image beyond the fewest that the window needs.
  Step2d spare{0, 0};
  Conv2dParams params{};
  /// Of the elements; seed 0 makes all of them 1.
  std::uint64_t seed = 0;
};

/// Element `i` of tensor number `tensor`: no zero among them, because zeros hide bugs. Rationals
/// get denominators, other scalars small integers.
template <typename T>
T case_element(std::uint64_t seed, std::uint64_t tensor, Index i) {
  if (seed == 0) return T(1);
  // The finaliser of MurmurHash3 (public domain): every bit of the counter reaches every other.
  std::uint64_t bits = seed * 0x9e3779b97f4a7c15U + (tensor << 48U) + static_cast<std::uint64_t>(i);
  bits = (bits ^ (bits >> 33U)) * 0xff51afd7ed558ccdU;
  bits = (bits ^ (bits >> 33U)) * 0xc4ceb9fe1a85ec53U;
  bits ^= bits >> 33U;
  const int magnitude = 1 + static_cast<int>(bits % 5);
  const int numerator = (bits >> 32U) % 2 == 0 ? magnitude : -magnitude;
  if constexpr (std::is_same_v<T, Rational>) {
    return Rational(numerator, 1 + static_cast<int>((bits >> 40U) % 3));
  } else {
    return T(numerator);
  }
}

template <typename T>
Tensor<T> case_tensor(const Shape& shape, std::uint64_t seed, std::uint64_t tensor) {
  Tensor<T> t(shape);
  for (Index i = 0; i < t.size(); ++i) t[i] = case_element<T>(seed, tensor, i);
  return t;
}

/// The operands of all four passes.
template <typename T>
struct Conv2dCase {
  explicit Conv2dCase(const Conv2dRecipe& r);
  Conv2dCase() : Conv2dCase(Conv2dRecipe{}) {}

  /// More tensors of the shape of one that is there.
  Tensor<T> another(const Tensor<T>& like, std::uint64_t number) const {
    return case_tensor<T>(like.shape(), recipe.seed, 16 + number);
  }

  Conv2dRecipe recipe;
  Conv2dParams params{};
  Tensor<T> x;
  Tensor<T> w;
  Tensor<T> b;
  Tensor<T> dy;
};

namespace detail {
/// Pixels along one axis: what the window needs, at least one, and the spare ones.
inline Index case_pixels(Index kernel, Index dilation, Index before, Index after, Index spare) {
  const Index needed = dilation * (kernel - 1) + 1 - before - after;
  return (needed < 1 ? 1 : needed) + spare;
}
}  // namespace detail

template <typename T>
Conv2dCase<T>::Conv2dCase(const Conv2dRecipe& r) : recipe(r), params(r.params) {
  const Padding2d& pad = params.padding;
  const Shape x_shape{
      r.images, params.groups * r.channels_per_group,
      detail::case_pixels(r.kernel.h, params.dilation.h, pad.top, pad.bottom, r.spare.h),
      detail::case_pixels(r.kernel.w, params.dilation.w, pad.left, pad.right, r.spare.w)};
  const Shape w_shape{params.groups * r.outputs_per_group, r.channels_per_group, r.kernel.h,
                      r.kernel.w};
  x = case_tensor<T>(x_shape, r.seed, 0);
  w = case_tensor<T>(w_shape, r.seed, 1);
  b = case_tensor<T>(Shape{w_shape[0]}, r.seed, 2);
  dy = case_tensor<T>(conv2d_y_shape(x_shape, w_shape, params), r.seed, 3);
}

/// Prints the case as the expression that makes it, without what is plain.
template <typename T>
void showValue(const Conv2dCase<T>& c, std::ostream& out) {
  const Conv2dRecipe& r = c.recipe;
  const Conv2dParams& p = r.params;
  const auto step = [&](const char* name, const Step2d& s, const Step2d& plain) {
    if (!(s == plain)) out << ", ." << name << " = {" << s.h << ", " << s.w << "}";
  };
  out << "Conv2dCase<" << (std::is_same_v<T, Rational> ? "Rational" : "float")
      << ">({.images = " << r.images << ", .channels_per_group = " << r.channels_per_group
      << ", .outputs_per_group = " << r.outputs_per_group;
  step("kernel", r.kernel, {1, 1});
  step("spare", r.spare, {0, 0});
  out << ", .params = {.stride = {" << p.stride.h << ", " << p.stride.w << "}";
  if (!(p.padding == Padding2d{})) {
    out << ", .padding = {" << p.padding.top << ", " << p.padding.bottom << ", " << p.padding.left
        << ", " << p.padding.right << "}";
  }
  step("dilation", p.dilation, {1, 1});
  if (p.groups != 1) out << ", .groups = " << p.groups;
  out << "}, .seed = " << r.seed << "})  // x " << c.x.shape() << ", w " << c.w.shape() << ", dy "
      << c.dy.shape();
}

/// The recipe that these choices make: all zeros make the plain case, larger ones a richer one.
inline Conv2dRecipe conv2d_recipe(const std::vector<int>& choices) {
  auto next = choices.begin();
  const auto up_to = [&next](Index least, Index most) {
    return least + static_cast<Index>(*next++) % (most - least + 1);
  };
  Conv2dRecipe r;
  r.params.stride = {up_to(1, 3), up_to(1, 3)};
  r.params.dilation = {up_to(1, 3), up_to(1, 3)};
  r.params.groups = up_to(1, 3);
  r.params.padding.top = up_to(0, 2);
  r.params.padding.bottom = up_to(0, 2);
  r.params.padding.left = up_to(0, 2);
  r.params.padding.right = up_to(0, 2);
  r.kernel = {up_to(1, 3), up_to(1, 3)};
  r.spare = {up_to(0, 3), up_to(0, 3)};
  r.channels_per_group = up_to(1, 2);
  r.outputs_per_group = up_to(1, 2);
  r.images = std::array{1, 2, 0}.at(static_cast<std::size_t>(up_to(0, 2)));
  r.seed = static_cast<std::uint64_t>(*next++);
  return r;
}

inline constexpr std::size_t kConv2dChoices = 17;

}  // namespace convproof

namespace rc {

template <typename T>
struct Arbitrary<convproof::Conv2dCase<T>> {
  static Gen<convproof::Conv2dCase<T>> arbitrary() {
    // 60 has the divisors 2 to 6, so that all values of a choice are equally likely.
    return gen::map(gen::container<std::vector<int>>(convproof::kConv2dChoices,
                                                     gen::resize(100, gen::inRange(0, 60))),
                    [](const std::vector<int>& choices) {
                      return convproof::Conv2dCase<T>(convproof::conv2d_recipe(choices));
                    });
  }
};

}  // namespace rc
