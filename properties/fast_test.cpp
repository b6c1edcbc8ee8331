// What the fast paths promise beside their results: instruction sets, memory, errors.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "allocations.h"
#include "fast/conv2d.h"
#include "fenced.h"

namespace convproof {
namespace {

using fast::Isa;

/// Sets or removes CONVPROOF_ISA and puts things back afterwards.
class IsaEnvironment : public testing::Test {
 protected:
  void SetUp() override {
    if (const char* value = std::getenv(kVariable)) before_ = value;
    ::unsetenv(kVariable);
  }
  void TearDown() override {
    fast::reset_isa();
    if (before_) {
      ::setenv(kVariable, before_->c_str(), 1);
    } else {
      ::unsetenv(kVariable);
    }
  }
  static constexpr const char* kVariable = "CONVPROOF_ISA";

 private:
  std::optional<std::string> before_;
};

using FastIsa = IsaEnvironment;
using FastMemory = IsaEnvironment;

template <typename Error, typename Call>
std::string message_of(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing thrown";
}

TEST_F(FastIsa, TheWidestRunsUnlessToldOtherwise) {
  EXPECT_EQ(fast::supported_isas().front(), Isa::kScalar);
  EXPECT_EQ(fast::current_isa(), fast::supported_isas().back());
}

TEST_F(FastIsa, TheEnvironmentLimitsIt) {
  for (const Isa isa : fast::supported_isas()) {
    ::setenv(kVariable, fast::name(isa), 1);
    EXPECT_EQ(fast::current_isa(), isa);
    EXPECT_EQ(fast::supported_isas().back(), isa);
  }
  ::setenv(kVariable, "scalar", 1);
  EXPECT_EQ(message_of<std::invalid_argument>([] { fast::force_isa(Isa::kSse4); }),
            "force_isa: expected one of scalar on this machine, found sse4");
}

TEST_F(FastIsa, ANameThatIsNoneIsRefused) {
  ::setenv(kVariable, "avx3", 1);
  EXPECT_EQ(message_of<std::invalid_argument>([] { (void)fast::current_isa(); }),
            "CONVPROOF_ISA: expected scalar, sse4, avx2 or avx512, found 'avx3'");
}

/// (1+d)^2 - (1+2d) for the smallest d whose square is lost when the product is rounded: 0 without
/// fma, d^2 with it. One window of `taps` taps or channels.
template <typename T>
T rounding_of_a_product(const Shape& x_shape, const Shape& w_shape, fast::Workspace& workspace) {
  const T d = std::ldexp(T(1), -std::numeric_limits<T>::digits / 2 - 1);
  const Tensor<T> x(x_shape, {-(1 + 2 * d), 1 + d});
  const Tensor<T> w(w_shape, {1, 1 + d});
  Tensor<T> y(Shape{1, 1, 1, 1});
  fast::conv2d<T>(x, w, nullptr, {}, TensorView<T>(y), workspace, 1);
  return y[0];
}

TEST_F(FastIsa, TheOneAskedForRan) {
  for (const Isa isa : fast::supported_isas()) {
    fast::force_isa(isa);
    fast::Workspace workspace;
    const bool fused = isa == Isa::kAvx2 || isa == Isa::kAvx512;
    // The kernels for many channels, then those for one.
    EXPECT_EQ(rounding_of_a_product<float>({1, 2, 1, 1}, {1, 2, 1, 1}, workspace) != 0, fused);
    EXPECT_EQ(workspace.last_isa(), isa);
    EXPECT_EQ(rounding_of_a_product<double>({1, 1, 1, 2}, {1, 1, 1, 2}, workspace) != 0, fused);
    EXPECT_EQ(workspace.last_isa(), isa);
  }
}

template <typename T>
void run_between_fences(const Shape& x_shape, const Shape& w_shape, const Conv2dParams& p,
                        bool at_upper_fence) {
  Fenced<T> x(Tensor<T>(x_shape), at_upper_fence);
  Fenced<T> w(Tensor<T>(w_shape), at_upper_fence);
  Fenced<T> b(Tensor<T>(Shape{w_shape[0]}), at_upper_fence);
  Fenced<T> y(Tensor<T>(conv2d_y_shape(x_shape, w_shape, p)), at_upper_fence);
  fast::Workspace workspace;
  fast::conv2d<T>(x.input(), w.input(), b.input().data(), p, y.output(), workspace, 1);
  fast::conv2d_dx<T>(y.input(), w.input(), p, x.output(), workspace, 1);
  fast::conv2d_dw<T>(y.input(), x.input(), p, w.output(), workspace, 1);
  fast::conv2d_db<T>(y.input(), b.output(), 1);
}

TEST_F(FastMemory, NothingOutsideTheViewsIsTouched) {
  for (const Isa isa : fast::supported_isas()) {
    fast::force_isa(isa);
    for (const bool at_upper_fence : {false, true}) {
      for (Index width = 3; width <= 37; ++width) {
        Conv2dParams p;
        p.padding = {1, 0, 0, 1};
        p.stride = {1, 1 + width % 3};
        run_between_fences<float>({2, 3, 5, width}, {9, 3, 3, 2}, p, at_upper_fence);
        run_between_fences<double>({1, 5, 4, width}, {3, 5, 2, 3}, p, at_upper_fence);
        p.groups = 3;
        run_between_fences<float>({1, 3, 7, width}, {3, 1, 3, 3}, p, at_upper_fence);
        run_between_fences<double>({2, 3, 7, width}, {6, 1, 3, 3}, p, at_upper_fence);
        p.stride = {2, 2};
        run_between_fences<float>({1, 3, 6, width}, {3, 1, 3, 3}, p, at_upper_fence);
        run_between_fences<double>({1, 3, 5, width}, {3, 1, 3, 3}, p, at_upper_fence);
      }
    }
  }
}

/// A problem for each way to compute: packed tiles, few channels per group, depthwise.
struct Layer {
  Conv2dParams p;
  Tensor<float> x;
  Tensor<float> w;
  Tensor<float> y;
};

Layer layer(Index groups, Index outputs = 8) {
  Layer made;
  made.p.groups = groups;
  made.p.stride = {2, 1};
  made.x = Tensor<float>(Shape{2, 8, 19, 23});
  made.w = Tensor<float>(Shape{outputs, 8 / groups, 3, 3});
  made.y = Tensor<float>(conv2d_y_shape(made.x.shape(), made.w.shape(), made.p));
  return made;
}

void run_all_passes(Layer& layer, fast::Workspace& workspace, int threads) {
  const TensorView<float> x = layer.x;
  const TensorView<float> w = layer.w;
  const TensorView<float> y = layer.y;
  fast::conv2d<float>(x, w, nullptr, layer.p, y, workspace, threads);
  fast::conv2d_dx<float>(y, w, layer.p, x, workspace, threads);
  fast::conv2d_dw<float>(y, x, layer.p, w, workspace, threads);
}

TEST(FastWorkspace, ASecondEqualCallAllocatesNothing) {
  for (const auto& [groups, outputs] : {std::pair{1, 8}, {4, 16}, {8, 8}}) {
    for (const int threads : {1, 2}) {
      Layer made = layer(groups, outputs);
      fast::Workspace workspace;
      run_all_passes(made, workspace, threads);
      const std::int64_t before = allocation_count();
      run_all_passes(made, workspace, threads);
      EXPECT_EQ(allocation_count() - before, 0) << groups << " groups, " << threads << " threads";
    }
  }
}

TEST(FastWorkspace, AllocationsAreSeen) {
  Layer made = layer(1);
  const std::int64_t before = allocation_count();
  fast::Workspace workspace;
  run_all_passes(made, workspace, 1);
  EXPECT_GT(allocation_count() - before, 0);
}

TEST(FastWorkspace, PoisonIsNotANumber) {
  fast::Workspace workspace;
  const float* const memory = workspace.take<float>(fast::Scratch::kBand, 3);
  workspace.poison();
  EXPECT_TRUE(std::isnan(memory[0]) && std::isnan(memory[2]));
}

TEST(Conv2dFastErrors, NameTheArgumentTheExpectedAndTheGot) {
  Layer made = layer(1);
  fast::Workspace workspace;
  Tensor<float> wrong(Shape{2, 8, 9, 20});
  EXPECT_EQ(message_of<ShapeError>([&] {
              fast::conv2d<float>(made.x, made.w, nullptr, made.p, TensorView<float>(wrong),
                                  workspace, 1);
            }),
            "conv2d: y: expected [2, 8, 9, 21], got [2, 8, 9, 20]");
  EXPECT_EQ(message_of<ShapeError>([&] {
              fast::conv2d_dx<float>(wrong, made.w, made.p, TensorView<float>(made.x), workspace,
                                     1);
            }),
            "conv2d: dy: expected [2, 8, 9, 21] (the shape of y), got [2, 8, 9, 20]");
  EXPECT_EQ(message_of<ShapeError>([&] {
              fast::conv2d_dw<float>(wrong, made.x, made.p, TensorView<float>(made.w), workspace,
                                     1);
            }),
            "conv2d: dy: expected [2, 8, 9, 21] (the shape of y), got [2, 8, 9, 20]");
  EXPECT_EQ(
      message_of<ShapeError>([&] { fast::conv2d_db<float>(made.y, TensorView<float>(wrong), 1); }),
      "conv2d: db: expected [8], got [2, 8, 9, 20]");
  EXPECT_EQ(message_of<ShapeError>([&] {
              fast::conv2d<float>(made.x, made.w, nullptr, made.p, TensorView<float>(made.y),
                                  workspace, 0);
            }),
            "conv2d: threads: expected 1 or more, got 0");
}

}  // namespace
}  // namespace convproof
