// conv2d: what holds for all inputs, over the rationals with ==.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "properties/conv2d_case.h"
#include "properties/gradients.h"
#include "reference/conv2d.h"

namespace convproof {
namespace {

using Case = Conv2dCase<Rational>;
using Image = Tensor<Rational>;

Image y_of(const Image& x, const Image& w, const Conv2dParams& p) {
  return reference::conv2d<Rational>(x, w, nullptr, p);
}

Image y_of(const Case& c) {
  return y_of(c.x, c.w, c.params);
}

Image dx_of(const Case& c) {
  return reference::conv2d_dx<Rational>(c.dy, c.w, c.x.shape(), c.params);
}

Image dw_of(const Case& c) {
  return reference::conv2d_dw<Rational>(c.dy, c.x, c.w.shape(), c.params);
}

Image operator+(Image a, const Image& b) {
  for (Index i = 0; i < a.size(); ++i) a[i] += b[i];
  return a;
}

Image operator*(const Rational& factor, Image a) {
  for (Index i = 0; i < a.size(); ++i) a[i] *= factor;
  return a;
}

/// Every image or kernel turned by 180 degrees.
Image rotated(Image a) {
  const Index pixels = a.shape()[2] * a.shape()[3];
  for (Index first = 0; first < a.size(); first += pixels) {
    std::reverse(a.data() + first, a.data() + first + pixels);
  }
  return a;
}

/// Calls f(n, c, h, q) for every element of a tensor with four axes.
template <typename F>
void for_each_index(const Shape& shape, F f) {
  for (Index n = 0; n < shape[0]; ++n) {
    for (Index c = 0; c < shape[1]; ++c) {
      for (Index h = 0; h < shape[2]; ++h) {
        for (Index q = 0; q < shape[3]; ++q) f(n, c, h, q);
      }
    }
  }
}

// ---------------------------------------------------------------- the algebra (note 000 §3.1.2)

/// Zeros on every side so that each tap meets each pixel: the mode that libraries call full.
Conv2dParams full(const Image& f) {
  const Index h = f.shape()[2] - 1;
  const Index w = f.shape()[3] - 1;
  return {.padding = {.top = h, .bottom = h, .left = w, .right = w}};
}

/// The notes' f * g in full mode; f is the kernel.
Image cross_correlation(const Image& f, const Image& g) {
  return y_of(g, f, full(f));
}

/// The notes' f (star) g in full mode.
Image convolution(const Image& f, const Image& g) {
  return y_of(g, rotated(f), full(f));
}

/// Three single images, of which some have equal shapes.
struct Three {
  Image f, g, h, also_h;
};

Three three_images() {
  const auto seed = static_cast<std::uint64_t>(*rc::gen::inRange(0, 60));
  const auto make = [&](std::uint64_t number) {
    const Index rows = *rc::gen::inRange(1, 4);
    const Index columns = *rc::gen::inRange(1, 4);
    return case_tensor<Rational>({1, 1, rows, columns}, seed, number);
  };
  Three t{make(0), make(1), make(2), {}};
  t.also_h = case_tensor<Rational>(t.h.shape(), seed, 3);
  return t;
}

RC_GTEST_PROP(Conv2dLaws, ConvolutionIsCommutative, ()) {
  const Three t = three_images();
  RC_ASSERT(convolution(t.f, t.g) == convolution(t.g, t.f));
}

RC_GTEST_PROP(Conv2dLaws, ConvolutionIsAssociative, ()) {
  const Three t = three_images();
  RC_ASSERT(convolution(t.f, convolution(t.g, t.h)) == convolution(convolution(t.f, t.g), t.h));
}

RC_GTEST_PROP(Conv2dLaws, BothProductsAreDistributive, ()) {
  const Three t = three_images();
  RC_ASSERT(convolution(t.f, t.h + t.also_h) == convolution(t.f, t.h) + convolution(t.f, t.also_h));
  RC_ASSERT(cross_correlation(t.f, t.h + t.also_h) ==
            cross_correlation(t.f, t.h) + cross_correlation(t.f, t.also_h));
  RC_ASSERT(cross_correlation(t.h + t.also_h, t.f) ==
            cross_correlation(t.h, t.f) + cross_correlation(t.also_h, t.f));
}

// The sum as note 000 §3.1.1 prints it, with the kernel centred: w_uv x_{i-u,j-v}, zeros outside.
RC_GTEST_PROP(Conv2dLaws, ConvolutionIsCrossCorrelationWithTheRotatedKernel, ()) {
  const Index up = *rc::gen::inRange(0, 3);
  const Index left = *rc::gen::inRange(0, 3);
  const auto seed = static_cast<std::uint64_t>(*rc::gen::inRange(0, 60));
  const auto w = case_tensor<Rational>({1, 1, 2 * up + 1, 2 * left + 1}, seed, 0);
  const auto x = case_tensor<Rational>(
      {1, 1, *rc::gen::inRange<Index>(1, 6), *rc::gen::inRange<Index>(1, 6)}, seed, 1);
  Image y(x.shape());
  for_each_index(y.shape(), [&](Index, Index, Index i, Index j) {
    for (Index u = -up; u <= up; ++u) {
      for (Index v = -left; v <= left; ++v) {
        const Index h = i - u;
        const Index q = j - v;
        if (h < 0 || h >= x.shape()[2] || q < 0 || q >= x.shape()[3]) continue;
        y(0, 0, i, j) += w(0, 0, u + up, v + left) * x(0, 0, h, q);
      }
    }
  });
  const Conv2dParams same{.padding = {.top = up, .bottom = up, .left = left, .right = left}};
  RC_ASSERT(y_of(x, rotated(w), same) == y);
}

// What holds for the cross-correlation in the place of commutativity and associativity.
RC_GTEST_PROP(Conv2dLaws, SwappingTheOperandsOfACrossCorrelationRotatesTheResult, ()) {
  const Three t = three_images();
  RC_ASSERT(cross_correlation(t.f, t.g) == rotated(cross_correlation(t.g, t.f)));
}

RC_GTEST_PROP(Conv2dLaws, CrossCorrelationsInARowAreOneWithTheConvolvedKernel, ()) {
  const Three t = three_images();
  RC_ASSERT(cross_correlation(t.f, cross_correlation(t.g, t.h)) ==
            cross_correlation(convolution(t.f, t.g), t.h));
}

RC_GTEST_PROP(Conv2dLaws, ACrossCorrelatedKernelActsAsAConvolutionAfterACrossCorrelation, ()) {
  const Three t = three_images();
  RC_ASSERT(cross_correlation(cross_correlation(t.f, t.g), t.h) ==
            convolution(t.f, cross_correlation(t.g, t.h)));
}

/// All single-row images of `size` pixels with the values 0 and 1, counting upwards.
std::vector<Image> binary_rows(Index size) {
  std::vector<Image> rows;
  for (unsigned bits = 0; bits < 1U << static_cast<unsigned>(size); ++bits) {
    Image row(Shape{1, 1, 1, size});
    for (Index i = 0; i < size; ++i) row[i] = static_cast<int>(bits >> (size - 1 - i) & 1U);
    rows.push_back(row);
  }
  return rows;
}

std::string text_of(const Image& row) {
  std::string digits;
  for (Index i = 0; i < row.size(); ++i) digits += row[i].str();
  return digits;
}

/// The first operands, fewest pixels in all first, for which `differs` is true, as text.
template <typename Differs>
std::string smallest_counterexample(int operands, Differs differs) {
  std::vector<Image> chosen;
  std::string found;
  const std::function<bool(int, Index)> choose = [&](int left, Index pixels) {
    if (left == 0) return pixels == 0 && differs(chosen);
    for (Index size = 1; size <= pixels - (left - 1); ++size) {
      for (const Image& row : binary_rows(size)) {
        chosen.push_back(row);
        if (choose(left - 1, pixels - size)) return true;
        chosen.pop_back();
      }
    }
    return false;
  };
  for (Index pixels = operands; pixels <= operands + 3; ++pixels) {
    if (!choose(operands, pixels)) continue;
    for (const Image& row : chosen) found += (found.empty() ? "" : ", ") + text_of(row);
    return found;
  }
  return "none";
}

// One pixel each commute; a single 1 before a row of two reverses that row, or does not.
TEST(Conv2dLaws, CrossCorrelationIsNotCommutative) {
  EXPECT_EQ(smallest_counterexample(2,
                                    [](const std::vector<Image>& o) {
                                      return !(cross_correlation(o[0], o[1]) ==
                                               cross_correlation(o[1], o[0]));
                                    }),
            "1, 01");
}

// f * (g * h) reverses f once and (f * g) * h twice: it shows as soon as f has two pixels.
TEST(Conv2dLaws, CrossCorrelationIsNotAssociative) {
  EXPECT_EQ(smallest_counterexample(3,
                                    [](const std::vector<Image>& o) {
                                      const auto right =
                                          cross_correlation(o[0], cross_correlation(o[1], o[2]));
                                      const auto left =
                                          cross_correlation(cross_correlation(o[0], o[1]), o[2]);
                                      return !(right == left);
                                    }),
            "01, 1, 1");
}

TEST(Conv2dLaws, TheSearchFindsNoCounterexampleToWhatHolds) {
  EXPECT_EQ(smallest_counterexample(2,
                                    [](const std::vector<Image>& o) {
                                      return !(convolution(o[0], o[1]) == convolution(o[1], o[0]));
                                    }),
            "none");
}

// ---------------------------------------------------------------- linearity

RC_GTEST_PROP(Conv2dLaws, YIsLinearInTheImage, (const Case& c)) {
  const Image other = c.another(c.x, 0);
  RC_ASSERT(y_of(Rational(3, 7) * c.x + other, c.w, c.params) ==
            Rational(3, 7) * y_of(c) + y_of(other, c.w, c.params));
}

RC_GTEST_PROP(Conv2dLaws, YIsLinearInTheKernel, (const Case& c)) {
  const Image other = c.another(c.w, 0);
  RC_ASSERT(y_of(c.x, Rational(3, 7) * c.w + other, c.params) ==
            Rational(3, 7) * y_of(c) + y_of(c.x, other, c.params));
}

RC_GTEST_PROP(Conv2dLaws, TheGradientsAreLinearInEveryOperand, (const Case& c)) {
  const Rational a(-5, 3);
  Case sum = c;
  Case other = c;
  other.dy = c.another(c.dy, 0);
  sum.dy = a * c.dy + other.dy;
  RC_ASSERT(dx_of(sum) == a * dx_of(c) + dx_of(other));
  RC_ASSERT(dw_of(sum) == a * dw_of(c) + dw_of(other));
  sum = other = c;
  other.w = c.another(c.w, 1);
  sum.w = a * c.w + other.w;
  RC_ASSERT(dx_of(sum) == a * dx_of(c) + dx_of(other));
  sum = other = c;
  other.x = c.another(c.x, 2);
  sum.x = a * c.x + other.x;
  RC_ASSERT(dw_of(sum) == a * dw_of(c) + dw_of(other));
}

// ---------------------------------------------------------------- gradients

RC_GTEST_PROP(Conv2dLaws, GradientsAreAdjoint, (const Case& c)) {
  const Rational product = inner(c.dy, y_of(c));
  RC_ASSERT(inner(dx_of(c), c.x) == product);
  RC_ASSERT(inner(dw_of(c), c.w) == product);
}

RC_GTEST_PROP(Conv2dLaws, TheGradientOfTheBiasIsAdjoint, (const Case& c)) {
  const Image with_bias = reference::conv2d<Rational>(c.x, c.w, &c.b, c.params);
  RC_ASSERT(inner(c.dy, with_bias) ==
            inner(c.dy, y_of(c)) + inner(reference::conv2d_db<Rational>(c.dy), c.b));
}

/// The derivative of <dy, y> by every element of `operand`, from two values of it: y is linear in
/// each operand by itself, so the difference quotient is the derivative, whatever the step.
template <typename Loss>
Image difference_quotient(Image& operand, Loss loss) {
  const Rational step(7, 3);
  const Rational before = loss();
  Image quotient(operand.shape());
  for (Index i = 0; i < operand.size(); ++i) {
    operand[i] += step;
    quotient[i] = (loss() - before) / step;
    operand[i] -= step;
  }
  return quotient;
}

RC_GTEST_PROP(Conv2dLaws, GradientsAreDifferenceQuotients, (Case c)) {
  const auto loss = [&c] {
    return inner(c.dy, reference::conv2d<Rational>(c.x, c.w, &c.b, c.params));
  };
  RC_ASSERT(dx_of(c) == difference_quotient(c.x, loss));
  RC_ASSERT(dw_of(c) == difference_quotient(c.w, loss));
  RC_ASSERT(reference::conv2d_db<Rational>(c.dy) == difference_quotient(c.b, loss));
}

// ---------------------------------------------------------------- the output size

// Note 004 §5.2.1, against putting the window down one position after the other.
TEST(Conv2dLaws, TheOutputSizeCountsThePositions) {
  for (Index size = 1; size <= 7; ++size) {
    for (Index kernel = 1; kernel <= 4; ++kernel) {
      for (Index stride = 1; stride <= 4; ++stride) {
        for (Index padding = 0; padding < 9; ++padding) {
          for (Index dilation = 1; dilation <= 3; ++dilation) {
            const Index before = padding / 3;
            const Index after = padding % 3;
            Index positions = 0;
            for (Index first = -before; first + dilation * (kernel - 1) < size + after;
                 first += stride) {
              ++positions;
            }
            if (positions == 0) continue;
            ASSERT_EQ(
                window_positions("conv2d", "h", size, kernel, {stride, before, after, dilation}),
                positions);
          }
        }
      }
    }
  }
}

// ---------------------------------------------------------------- every attribute removed

/// x with the zeros of the padding written out.
Image with_zeros(const Image& x, const Padding2d& p) {
  Image padded(Shape{x.shape()[0], x.shape()[1], x.shape()[2] + p.top + p.bottom,
                     x.shape()[3] + p.left + p.right});
  for_each_index(x.shape(), [&](Index n, Index c, Index h, Index q) {
    padded(n, c, h + p.top, q + p.left) = x(n, c, h, q);
  });
  return padded;
}

RC_GTEST_PROP(Conv2dLaws, PaddingIsExplicitZeros, (const Case& c)) {
  Conv2dParams unpadded = c.params;
  unpadded.padding = {};
  RC_ASSERT(y_of(c) == y_of(with_zeros(c.x, c.params.padding), c.w, unpadded));
}

RC_GTEST_PROP(Conv2dLaws, StrideIsSubsampling, (const Case& c)) {
  Conv2dParams dense = c.params;
  dense.stride = {};
  const Image all = y_of(c.x, c.w, dense);
  Image some(c.dy.shape());
  for_each_index(some.shape(), [&](Index n, Index o, Index i, Index j) {
    some(n, o, i, j) = all(n, o, i * c.params.stride.h, j * c.params.stride.w);
  });
  RC_ASSERT(y_of(c) == some);
}

RC_GTEST_PROP(Conv2dLaws, DilationIsAKernelWithHoles, (const Case& c)) {
  const Step2d d = c.params.dilation;
  const Shape& shape = c.w.shape();
  Image holes(Shape{shape[0], shape[1], d.h * (shape[2] - 1) + 1, d.w * (shape[3] - 1) + 1});
  for_each_index(shape, [&](Index o, Index k, Index u, Index v) {
    holes(o, k, d.h * u, d.w * v) = c.w(o, k, u, v);
  });
  Conv2dParams adjacent = c.params;
  adjacent.dilation = {};
  RC_ASSERT(y_of(c) == y_of(c.x, holes, adjacent));
}

RC_GTEST_PROP(Conv2dLaws, GroupsAreBlocksOfAKernelWithZeros, (const Case& c)) {
  const Shape& shape = c.w.shape();
  Image blocks(Shape{shape[0], c.x.shape()[1], shape[2], shape[3]});
  for_each_index(shape, [&](Index o, Index k, Index u, Index v) {
    const Index group = o / c.recipe.outputs_per_group;
    blocks(o, group * c.recipe.channels_per_group + k, u, v) = c.w(o, k, u, v);
  });
  Conv2dParams ungrouped = c.params;
  ungrouped.groups = 1;
  RC_ASSERT(y_of(c) == y_of(c.x, blocks, ungrouped));
}

/// Positions first to first+count-1 along one of the first two axes.
Image slice(const Image& a, int axis, Index first, Index count) {
  Shape shape{axis == 0 ? count : a.shape()[0], axis == 1 ? count : a.shape()[1], a.shape()[2],
              a.shape()[3]};
  Image part(shape);
  for_each_index(shape, [&](Index n, Index c, Index h, Index q) {
    part(n, c, h, q) = axis == 0 ? a(first + n, c, h, q) : a(n, first + c, h, q);
  });
  return part;
}

RC_GTEST_PROP(Conv2dLaws, GroupsAreConvolutionsSideBySide, (const Case& c)) {
  const Index channels = c.recipe.channels_per_group;
  const Index outputs = c.recipe.outputs_per_group;
  const Image y = y_of(c);
  Conv2dParams ungrouped = c.params;
  ungrouped.groups = 1;
  for (Index g = 0; g < c.params.groups; ++g) {
    RC_ASSERT(slice(y, 1, g * outputs, outputs) == y_of(slice(c.x, 1, g * channels, channels),
                                                        slice(c.w, 0, g * outputs, outputs),
                                                        ungrouped));
  }
}

RC_GTEST_PROP(Conv2dLaws, ABatchIsItsImagesOneByOne, (const Case& c)) {
  const Image y = y_of(c);
  const Image dx = dx_of(c);
  Image dw_sum(c.w.shape());
  for (Index n = 0; n < c.recipe.images; ++n) {
    Case one = c;
    one.x = slice(c.x, 0, n, 1);
    one.dy = slice(c.dy, 0, n, 1);
    RC_ASSERT(slice(y, 0, n, 1) == y_of(one));
    RC_ASSERT(slice(dx, 0, n, 1) == dx_of(one));
    dw_sum = dw_sum + dw_of(one);
  }
  RC_ASSERT(dw_of(c) == dw_sum);
}

/// One more channel at the end of each group: `value(group or output, ...)` of them.
template <typename Value>
Image with_channel(const Image& a, Index per_group, Value value) {
  const Index groups = a.shape()[1] / per_group;
  Image wider(Shape{a.shape()[0], groups * (per_group + 1), a.shape()[2], a.shape()[3]});
  for_each_index(wider.shape(), [&](Index n, Index c, Index h, Index q) {
    const Index group = c / (per_group + 1);
    const Index within = c % (per_group + 1);
    wider(n, c, h, q) =
        within == per_group ? value(n, h, q) : a(n, group * per_group + within, h, q);
  });
  return wider;
}

// The padding is written out first: a channel of ones has ones there, too. Of the new channel only
// the first tap counts.
RC_GTEST_PROP(Conv2dLaws, BiasIsAChannelOfOnes, (const Case& c)) {
  Conv2dParams unpadded = c.params;
  unpadded.padding = {};
  const Index channels = c.recipe.channels_per_group;
  const Image ones = with_channel(with_zeros(c.x, c.params.padding), channels,
                                  [](Index, Index, Index) { return Rational(1); });
  const Image taps = with_channel(c.w, channels, [&c](Index o, Index u, Index v) {
    return u == 0 && v == 0 ? c.b(o) : Rational(0);
  });
  RC_ASSERT(reference::conv2d<Rational>(c.x, c.w, &c.b, c.params) == y_of(ones, taps, unpadded));
}

// ---------------------------------------------------------------- a second derivation

/// One entry of the matrix A with y = A x for one image: which y, which x, and which element of w
/// stands there.
struct Entry {
  Index row;
  Index column;
  Index weight;
};

/// The tap, if any, with which an output at `i` reads the pixel `h` of an axis. The reference walks
/// over taps and asks which pixel they read; here we walk over pixels and ask for the tap.
std::optional<Index> tap_between(Index i, Index h, Index stride, Index dilation, Index before,
                                 Index kernel) {
  const Index distance = h - (stride * i - before);
  if (distance < 0 || distance % dilation != 0 || distance / dilation >= kernel) return {};
  return distance / dilation;
}

std::vector<Entry> toeplitz(const Case& c) {
  const Conv2dParams& p = c.params;
  const Shape x{1, c.x.shape()[1], c.x.shape()[2], c.x.shape()[3]};
  const Shape y{1, c.dy.shape()[1], c.dy.shape()[2], c.dy.shape()[3]};
  const Shape& w = c.w.shape();
  std::vector<Entry> entries;
  for_each_index(x, [&](Index, Index channel, Index h, Index q) {
    for_each_index(y, [&](Index, Index o, Index i, Index j) {
      const Index group = channel / c.recipe.channels_per_group;
      if (o / c.recipe.outputs_per_group != group) return;
      const auto u = tap_between(i, h, p.stride.h, p.dilation.h, p.padding.top, w[2]);
      const auto v = tap_between(j, q, p.stride.w, p.dilation.w, p.padding.left, w[3]);
      if (!u || !v) return;
      const Index within = channel - group * c.recipe.channels_per_group;
      entries.push_back({(o * y[2] + i) * y[3] + j, (channel * x[2] + h) * x[3] + q,
                         ((o * w[1] + within) * w[2] + *u) * w[3] + *v});
    });
  });
  return entries;
}

RC_GTEST_PROP(Conv2dLaws, AllPassesFollowFromOneMatrix, (const Case& c)) {
  const std::vector<Entry> matrix = toeplitz(c);
  Image y(c.dy.shape());
  Image dx(c.x.shape());
  Image dw(c.w.shape());
  for (Index n = 0; n < c.recipe.images; ++n) {
    const Index y_start = n * (c.dy.size() / c.recipe.images);
    const Index x_start = n * (c.x.size() / c.recipe.images);
    for (const Entry& e : matrix) {
      y[y_start + e.row] += c.w[e.weight] * c.x[x_start + e.column];    // y  = A x
      dx[x_start + e.column] += c.w[e.weight] * c.dy[y_start + e.row];  // dx = A^T dy
      dw[e.weight] += c.dy[y_start + e.row] * c.x[x_start + e.column];  // dw = <dy, dA/dw x>
    }
  }
  RC_ASSERT(y_of(c) == y);
  RC_ASSERT(dx_of(c) == dx);
  RC_ASSERT(dw_of(c) == dw);
}

// ---------------------------------------------------------------- the other scalars

template <typename S, typename T>
void expect_the_rationals(const Conv2dCase<T>& c) {
  const auto exact = [](const auto& t) { return tensor_cast<Rational>(tensor_cast<double>(t)); };
  const Image x = exact(c.x);
  const Image w = exact(c.w);
  const Image b = exact(c.b);
  const Image dy = exact(c.dy);
  const Shape& x_shape = c.x.shape();
  const Shape& w_shape = c.w.shape();
  RC_ASSERT(exact(reference::conv2d<S>(c.x, c.w, &c.b, c.params)) ==
            reference::conv2d<Rational>(x, w, &b, c.params));
  RC_ASSERT(exact(reference::conv2d_dx<S>(c.dy, c.w, x_shape, c.params)) ==
            reference::conv2d_dx<Rational>(dy, w, x_shape, c.params));
  RC_ASSERT(exact(reference::conv2d_dw<S>(c.dy, c.x, w_shape, c.params)) ==
            reference::conv2d_dw<Rational>(dy, x, w_shape, c.params));
  RC_ASSERT(exact(reference::conv2d_db<S>(c.dy)) == reference::conv2d_db<Rational>(dy));
}

// Small integers, for which every one of these scalars is exact.
RC_GTEST_PROP(Conv2dLaws, EveryScalarGivesTheSameOnIntegers, (const Conv2dCase<float>& c)) {
  expect_the_rationals<float>(c);
  expect_the_rationals<Exact>(c);
  Conv2dCase<double> wide(c.recipe);
  expect_the_rationals<double>(wide);
  expect_the_rationals<Exact>(wide);
}

}  // namespace
}  // namespace convproof
