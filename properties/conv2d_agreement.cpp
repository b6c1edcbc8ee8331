// conv2d: the fast path equals the reference, on every instruction set.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "core/scalar/exact.h"
#include "fast/conv2d.h"
#include "fast/im2col_gemm.h"
#include "properties/arbitrary.h"
#include "reference/conv2d.h"

namespace convproof {
namespace {

/// A valid problem: shapes and attributes, the seed of its data, and how many threads work on it.
struct Problem {
  Shape x;
  Shape w;
  Conv2dParams p;
  unsigned seed = 0;
  int threads = 1;
};

std::ostream& operator<<(std::ostream& out, const Problem& problem) {
  const Conv2dParams& p = problem.p;
  return out << "Problem{.x = " << problem.x << ", .w = " << problem.w << ", .p = {.stride = {"
             << p.stride.h << ", " << p.stride.w << "}, .padding = {" << p.padding.top << ", "
             << p.padding.bottom << ", " << p.padding.left << ", " << p.padding.right
             << "}, .dilation = {" << p.dilation.h << ", " << p.dilation.w
             << "}, .groups = " << p.groups << "}, .seed = " << problem.seed
             << ", .threads = " << problem.threads << "}";
}

Index pick(Index least, Index most) {
  return *rc::gen::inRange<Index>(least, most + 1);
}

/// Extends the padding after an axis until the window fits.
Index enough_padding_after(Index size, Index kernel, Index dilation, Index before, Index after) {
  return std::max(after, dilation * (kernel - 1) + 1 - size - before);
}

/// Any attributes, any kernel up to 5x5; RapidCheck shrinks towards one pixel and one tap.
Problem any_problem() {
  Problem problem;
  Conv2dParams& p = problem.p;
  const Index height = pick(1, 20);
  const Index width = pick(1, 20);
  const Index kernel_h = pick(1, 5);
  const Index kernel_w = pick(1, 5);
  p.stride = {pick(1, 4), pick(1, 4)};
  p.dilation = {pick(1, 3), pick(1, 3)};
  p.padding = {pick(0, 4), pick(0, 4), pick(0, 4), pick(0, 4)};
  p.padding.bottom =
      enough_padding_after(height, kernel_h, p.dilation.h, p.padding.top, p.padding.bottom);
  p.padding.right =
      enough_padding_after(width, kernel_w, p.dilation.w, p.padding.left, p.padding.right);
  p.groups = pick(1, 4);
  const Index channels = pick(1, 5);
  const Index outputs = pick(1, 10);
  problem.x = {pick(0, 3), channels * p.groups, height, width};
  problem.w = {outputs * p.groups, channels, kernel_h, kernel_w};
  problem.seed = *rc::gen::arbitrary<unsigned>();
  problem.threads = static_cast<int>(pick(1, 3));
  return problem;
}

/// One filter or more for every channel, as in MobileNet.
Problem any_depthwise_problem() {
  Problem problem = any_problem();
  const Index channels = problem.x[1];
  problem.p.groups = channels;
  problem.w = {channels * pick(1, 3), 1, problem.w[2], problem.w[3]};
  return problem;
}

/// One 3x3 kernel per channel and one stride, 1 or 2, which has kernels of its own.
Problem any_depthwise_3x3_problem() {
  Problem problem;
  Conv2dParams& p = problem.p;
  const Index height = pick(1, 12);
  const Index width = pick(1, 40);
  const Index stride = pick(1, 2);
  p.stride = {stride, stride};
  p.padding = {pick(0, 4), pick(0, 4), pick(0, 4), pick(0, 4)};
  p.padding.bottom = enough_padding_after(height, 3, 1, p.padding.top, p.padding.bottom);
  p.padding.right = enough_padding_after(width, 3, 1, p.padding.left, p.padding.right);
  p.groups = pick(1, 5);
  problem.x = {pick(0, 3), p.groups, height, width};
  problem.w = {p.groups, 1, 3, 3};
  problem.seed = *rc::gen::arbitrary<unsigned>();
  problem.threads = static_cast<int>(pick(1, 3));
  return problem;
}

template <typename T, typename Draw>
Tensor<T> filled(const Shape& shape, std::mt19937& random, Draw draw) {
  Tensor<T> tensor(shape);
  for (Index i = 0; i < tensor.size(); ++i) tensor[i] = static_cast<T>(draw(random));
  return tensor;
}

/// Integers so small that every sum of their products is exact in any order. No zeros: they hide
/// what is read from a wrong place.
int small_integer(std::mt19937& random) {
  const int magnitude = 1 + static_cast<int>(random() % 4);
  return random() % 2 == 0 ? magnitude : -magnitude;
}

/// All inputs of the four passes.
template <typename T>
struct Data {
  Tensor<T> x;
  Tensor<T> w;
  Tensor<T> b;
  Tensor<T> dy;

  template <typename Draw>
  Data(const Problem& problem, Draw draw) {
    std::mt19937 random(problem.seed);
    x = filled<T>(problem.x, random, draw);
    w = filled<T>(problem.w, random, draw);
    b = filled<T>(Shape{problem.w[0]}, random, draw);
    dy = filled<T>(conv2d_y_shape(problem.x, problem.w, problem.p), random, draw);
  }
};

template <typename S>
struct Results {
  Tensor<S> y;
  Tensor<S> y_without_bias;
  Tensor<S> dx;
  Tensor<S> dw;
  Tensor<S> db;
  friend bool operator==(const Results&, const Results&) = default;
};

template <typename S, typename T>
Results<S> reference_results(const Data<T>& data, const Conv2dParams& p) {
  return {reference::conv2d<S>(data.x, data.w, &data.b, p),
          reference::conv2d<S>(data.x, data.w, nullptr, p),
          reference::conv2d_dx<S>(data.dy, data.w, data.x.shape(), p),
          reference::conv2d_dw<S>(data.dy, data.x, data.w.shape(), p),
          reference::conv2d_db<S>(data.dy)};
}

template <typename T>
Tensor<T> not_a_number(const Shape& shape) {
  Tensor<T> tensor(shape);
  for (Index i = 0; i < tensor.size(); ++i) tensor[i] = std::numeric_limits<T>::quiet_NaN();
  return tensor;
}

/// Runs all passes into outputs full of NaN, with scratch memory full of NaN.
template <typename T>
Results<T> fast_results(const Data<T>& data, const Conv2dParams& p, fast::Workspace& workspace,
                        int threads) {
  Results<T> results{not_a_number<T>(data.dy.shape()), not_a_number<T>(data.dy.shape()),
                     not_a_number<T>(data.x.shape()), not_a_number<T>(data.w.shape()),
                     not_a_number<T>(data.b.shape())};
  workspace.poison();
  fast::conv2d<T>(data.x, data.w, data.b.data(), p, TensorView<T>(results.y), workspace, threads);
  workspace.poison();
  fast::conv2d<T>(data.x, data.w, nullptr, p, TensorView<T>(results.y_without_bias), workspace,
                  threads);
  workspace.poison();
  fast::conv2d_dx<T>(data.dy, data.w, p, TensorView<T>(results.dx), workspace, threads);
  workspace.poison();
  fast::conv2d_dw<T>(data.dy, data.x, p, TensorView<T>(results.dw), workspace, threads);
  fast::conv2d_db<T>(data.dy, TensorView<T>(results.db), threads);
  return results;
}

/// The same, written out as a matrix and multiplied.
template <typename T>
Results<T> textbook_results(const Data<T>& data, const Conv2dParams& p, fast::Workspace& workspace,
                            int threads) {
  Results<T> results{not_a_number<T>(data.dy.shape()), not_a_number<T>(data.dy.shape()),
                     not_a_number<T>(data.x.shape()), not_a_number<T>(data.w.shape()),
                     fast::conv2d_db(data.dy)};
  workspace.poison();
  fast::conv2d_im2col<T>(data.x, data.w, data.b.data(), p, TensorView<T>(results.y), workspace,
                         threads);
  workspace.poison();
  fast::conv2d_im2col<T>(data.x, data.w, nullptr, p, TensorView<T>(results.y_without_bias),
                         workspace, threads);
  workspace.poison();
  fast::conv2d_dx_im2col<T>(data.dy, data.w, p, TensorView<T>(results.dx), workspace, threads);
  workspace.poison();
  fast::conv2d_dw_im2col<T>(data.dy, data.x, p, TensorView<T>(results.dw), workspace, threads);
  return results;
}

/// Forces an instruction set for as long as it lives.
class OnIsa {
 public:
  explicit OnIsa(fast::Isa isa) { fast::force_isa(isa); }
  ~OnIsa() { fast::reset_isa(); }
  OnIsa(const OnIsa&) = delete;
  OnIsa& operator=(const OnIsa&) = delete;
};

/// The name of the first pass whose results differ, or "" if all are equal.
template <typename T>
const char* first_difference(const Results<T>& a, const Results<T>& b) {
  if (!(a.y == b.y)) return "y";
  if (!(a.y_without_bias == b.y_without_bias)) return "y without bias";
  if (!(a.dx == b.dx)) return "dx";
  if (!(a.dw == b.dw)) return "dw";
  if (!(a.db == b.db)) return "db";
  return "";
}

/// What differs from the reference on integers, on any instruction set.
template <typename T>
std::string disagreement(const Problem& problem) {
  const Data<T> data(problem, small_integer);
  const Results<T> expected = reference_results<T>(data, problem.p);
  fast::Workspace workspace;
  for (const fast::Isa isa : fast::supported_isas()) {
    const OnIsa on(isa);
    const std::string pass =
        first_difference(fast_results(data, problem.p, workspace, problem.threads), expected);
    if (!pass.empty()) return text(pass, " on ", fast::name(isa), ": ", problem);
  }
  return "";
}

/// Whether |computed - exact| <= n*u*(1+u)*S everywhere: S is the sum of the moduli of the n
/// products of the element, the bias being one of them. Any order of the additions, with or without
/// fma, keeps this bound as long as nothing underflows (Jeannerod and Rump 2013).
template <typename T>
bool within_bound(const Tensor<T>& computed, const Tensor<Exact>& exact,
                  const Tensor<Exact>& counts, const Tensor<Exact>& moduli) {
  const Exact u = Exact(1).scaled(kFormatOf<T>.unit_roundoff_exponent());
  for (Index i = 0; i < computed.size(); ++i) {
    const Exact error = (Exact(computed[i]) - exact[i]).abs();
    if (!(error <= counts[i] * u * (Exact(1) + u) * moduli[i])) return false;
  }
  return true;
}

template <typename T>
class Conv2dAgreement : public testing::Test {};
using Scalars = testing::Types<float, double>;
TYPED_TEST_SUITE(Conv2dAgreement, Scalars);

TYPED_TEST(Conv2dAgreement, IntegersEqualTheReference) {
  for_all("integers are exact on every instruction set",
          [] { RC_ASSERT(disagreement<TypeParam>(any_problem()) == ""); });
}

TYPED_TEST(Conv2dAgreement, DepthwiseIntegersEqualTheReference) {
  for_all("integers are exact on every instruction set",
          [] { RC_ASSERT(disagreement<TypeParam>(any_depthwise_problem()) == ""); });
}

TYPED_TEST(Conv2dAgreement, TheTextbooksWayEqualsTheReferenceOnIntegers) {
  for_all("a matrix of windows and one product", [] {
    const Problem problem = any_problem();
    const Data<TypeParam> data(problem, small_integer);
    fast::Workspace workspace;
    const char* const pass =
        first_difference(textbook_results(data, problem.p, workspace, problem.threads),
                         reference_results<TypeParam>(data, problem.p));
    require(*pass == 0, text(pass, ": ", problem));
  });
}

TYPED_TEST(Conv2dAgreement, Depthwise3x3IntegersEqualTheReference) {
  for_all("kernels of 3x3 are exact on integers on every instruction set",
          [] { RC_ASSERT(disagreement<TypeParam>(any_depthwise_3x3_problem()) == ""); });
}

/// Whether all elements are equal, not-a-number being equal to itself.
template <typename T>
bool same_values(const Tensor<T>& a, const Tensor<T>& b) {
  for (Index i = 0; i < a.size(); ++i) {
    if (!(a[i] == b[i] || (std::isnan(a[i]) && std::isnan(b[i])))) return false;
  }
  return a.shape() == b.shape();
}

TYPED_TEST(Conv2dAgreement, AnInfinitePixelReachesTheDepthwise3x3WindowsThatReadIt) {
  for_all("an infinite pixel reaches every window that reads it, and no other", [] {
    Problem problem = any_depthwise_3x3_problem();
    problem.x = {1 + problem.x[0], problem.x[1], problem.x[2], problem.x[3]};
    Data<TypeParam> data(problem, small_integer);
    const TypeParam infinity = std::numeric_limits<TypeParam>::infinity();
    data.x[pick(0, data.x.size() - 1)] = infinity;
    const auto expected = reference_results<TypeParam>(data, problem.p);
    Data<TypeParam> backwards = data;
    backwards.dy[pick(0, data.dy.size() - 1)] = infinity;
    const auto expected_dx = reference_results<TypeParam>(backwards, problem.p).dx;
    fast::Workspace workspace;
    for (const fast::Isa isa : fast::supported_isas()) {
      const OnIsa on(isa);
      const auto computed = fast_results(data, problem.p, workspace, problem.threads);
      RC_ASSERT(same_values(computed.y, expected.y));
      RC_ASSERT(same_values(computed.dw, expected.dw));
      RC_ASSERT(same_values(fast_results(backwards, problem.p, workspace, problem.threads).dx,
                            expected_dx));
    }
  });
}

TYPED_TEST(Conv2dAgreement, EveryRemainderOfChannelsEqualsTheReference) {
  for (Index channels = 1; channels <= 70; ++channels) {
    const Problem outputs{{1, 3, 4, 5}, {channels, 3, 2, 2}, {}, 1, 1};
    const Problem inputs{{1, channels, 4, 5}, {3, channels, 2, 2}, {}, 2, 2};
    EXPECT_EQ(disagreement<TypeParam>(outputs), "");
    EXPECT_EQ(disagreement<TypeParam>(inputs), "");
  }
}

TYPED_TEST(Conv2dAgreement, EveryRemainderOfWidthsEqualsTheReference) {
  for (Index width = 1; width <= 70; ++width) {
    Conv2dParams same;
    same.padding = same_on_all_sides(1);
    const Problem dense{{2, 2, 3, width}, {5, 2, 3, 3}, same, 3, 2};
    Conv2dParams depthwise = same;
    depthwise.groups = 2;
    depthwise.stride = {1, 1 + width % 2};
    EXPECT_EQ(disagreement<TypeParam>(dense), "");
    EXPECT_EQ(disagreement<TypeParam>(Problem{{1, 2, 6, width}, {2, 1, 3, 3}, depthwise, 4, 1}),
              "");
    depthwise.stride = {2, 2};
    EXPECT_EQ(disagreement<TypeParam>(Problem{{1, 2, 5, width}, {2, 1, 3, 3}, depthwise, 4, 1}),
              "");
  }
}

TYPED_TEST(Conv2dAgreement, BlocksOfChannelsAndPixelsAddUp) {
  // More channels than one packed block holds, more pixels than one panel, more images than one.
  Conv2dParams p;
  p.padding = same_on_all_sides(1);
  EXPECT_EQ(disagreement<TypeParam>(Problem{{3, 70, 9, 11}, {10, 70, 3, 3}, p, 5, 3}), "");
  EXPECT_EQ(disagreement<TypeParam>(Problem{{1, 2, 40, 120}, {17, 2, 3, 3}, p, 6, 2}), "");
  EXPECT_EQ(disagreement<TypeParam>(Problem{{60, 9, 2, 3}, {5, 9, 2, 3}, p, 7, 2}), "");
  p.groups = 2;
  EXPECT_EQ(disagreement<TypeParam>(Problem{{1, 2, 40, 300}, {2, 1, 3, 3}, p, 8, 2}), "");
  p.stride = {2, 2};
  EXPECT_EQ(disagreement<TypeParam>(Problem{{1, 2, 40, 300}, {2, 1, 3, 3}, p, 8, 2}), "");
  p.groups = 40;  // More channels than are worked on at once.
  EXPECT_EQ(disagreement<TypeParam>(Problem{{2, 40, 14, 14}, {40, 1, 3, 3}, p, 8, 3}), "");
  p.stride = {1, 1};
  EXPECT_EQ(disagreement<TypeParam>(Problem{{2, 40, 14, 14}, {40, 1, 3, 3}, p, 8, 3}), "");
}

TYPED_TEST(Conv2dAgreement, FewPixelsOfManyOutputsAddUp) {
  // dw is made in place: blocks of channels that end within a vector, then blocks of pixels.
  EXPECT_EQ(disagreement<TypeParam>(Problem{{3, 131, 3, 4}, {40, 131, 2, 2}, {}, 11, 1}), "");
  EXPECT_EQ(disagreement<TypeParam>(Problem{{1, 3, 18, 20}, {600, 3, 2, 2}, {}, 12, 2}), "");
  Conv2dParams p;
  p.groups = 2;
  p.padding = same_on_all_sides(1);
  EXPECT_EQ(disagreement<TypeParam>(Problem{{2, 42, 4, 3}, {74, 21, 3, 3}, p, 13, 3}), "");
}

TYPED_TEST(Conv2dAgreement, StripsOfFewChannelsAddUp) {
  // More rows of dy than one strip holds; windows reach from one strip into the next.
  Conv2dParams p;
  p.padding = {2, 1, 0, 3};
  EXPECT_EQ(disagreement<TypeParam>(Problem{{2, 3, 90, 120}, {4, 3, 3, 3}, p, 9, 2}), "");
  p.stride = {2, 3};
  p.dilation = {3, 2};
  p.groups = 2;
  EXPECT_EQ(disagreement<TypeParam>(Problem{{1, 4, 181, 300}, {8, 2, 4, 5}, p, 10, 3}), "");
}

TYPED_TEST(Conv2dAgreement, RoundingErrorsKeepTheBoundOfAnySummationOrder) {
  for_all("no element is further away than n*u*(1+u)*S", [] {
    const Problem problem = any_problem();
    const Data<TypeParam> data(problem, [](std::mt19937& random) {
      return std::uniform_real_distribution<double>(-1, 1)(random);
    });
    const Data<TypeParam> ones(problem, [](std::mt19937&) { return 1; });
    Data<TypeParam> moduli = data;
    for (Tensor<TypeParam>* tensor : {&moduli.x, &moduli.w, &moduli.b, &moduli.dy}) {
      for (Index i = 0; i < tensor->size(); ++i) (*tensor)[i] = std::fabs((*tensor)[i]);
    }
    const auto exact = reference_results<Exact>(data, problem.p);
    const auto counts = reference_results<Exact>(ones, problem.p);
    const auto sums = reference_results<Exact>(moduli, problem.p);
    fast::Workspace workspace;
    for (const fast::Isa isa : fast::supported_isas()) {
      const OnIsa on(isa);
      const auto computed = fast_results(data, problem.p, workspace, problem.threads);
      RC_ASSERT(within_bound(computed.y, exact.y, counts.y, sums.y));
      RC_ASSERT(within_bound(computed.dx, exact.dx, counts.dx, sums.dx));
      RC_ASSERT(within_bound(computed.dw, exact.dw, counts.dw, sums.dw));
      RC_ASSERT(within_bound(computed.db, exact.db, counts.db, sums.db));
    }
  });
}

template <typename T>
void expect_equal_bits_on_all_threads(const Problem& problem) {
  const Data<T> data(problem, [](std::mt19937& random) {
    return std::uniform_real_distribution<double>(-1, 1)(random);
  });
  fast::Workspace workspace;
  for (const fast::Isa isa : fast::supported_isas()) {
    const OnIsa on(isa);
    const auto one = fast_results(data, problem.p, workspace, 1);
    for (const int threads : {1, 2, 3}) {
      EXPECT_STREQ(first_difference(fast_results(data, problem.p, workspace, threads), one), "")
          << fast::name(isa) << ", " << threads << " threads";
    }
  }
}

TYPED_TEST(Conv2dAgreement, ThreadsDoNotChangeABit) {
  Problem problem{{2, 12, 15, 17}, {24, 6, 3, 3}, {}, 9, 1};
  problem.p.groups = 2;
  expect_equal_bits_on_all_threads<TypeParam>(problem);
  problem.w = {24, 3, 3, 3};
  problem.p.groups = 4;
  expect_equal_bits_on_all_threads<TypeParam>(problem);
  problem.w = {400, 3, 3, 3};
  expect_equal_bits_on_all_threads<TypeParam>(problem);
  problem.w = {12, 1, 3, 3};
  problem.p.groups = 12;
  expect_equal_bits_on_all_threads<TypeParam>(problem);
  problem.p.stride = {2, 2};
  expect_equal_bits_on_all_threads<TypeParam>(problem);
}

TYPED_TEST(Conv2dAgreement, TensorsInTensorsOut) {
  Problem problem{{2, 4, 6, 5}, {6, 2, 3, 2}, {}, 10, 1};
  problem.p.groups = 2;
  problem.p.stride = {2, 1};
  const Data<TypeParam> data(problem, small_integer);
  const auto expected = reference_results<TypeParam>(data, problem.p);
  EXPECT_EQ(fast::conv2d(data.x, data.w, &data.b, problem.p), expected.y);
  EXPECT_EQ(fast::conv2d(data.x, data.w, nullptr, problem.p), expected.y_without_bias);
  EXPECT_EQ(fast::conv2d_dx(data.dy, data.w, data.x.shape(), problem.p), expected.dx);
  EXPECT_EQ(fast::conv2d_dw(data.dy, data.x, data.w.shape(), problem.p), expected.dw);
  EXPECT_EQ(fast::conv2d_db(data.dy), expected.db);
}

}  // namespace
}  // namespace convproof
