// The notes' derivation of conv2d_dw: what is decided about it, and each refutation once more by
// other means.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "derivations/conv2d_dw.h"
#include "properties/covers.h"
#include "reference/conv2d.h"

namespace convproof::derivations {
namespace {

using enum Change;
using testing::UnorderedElementsAre;

const std::vector<ClaimVerdict>& verdicts() {
  static const std::vector<ClaimVerdict> all = decide_conv2d_dw();
  return all;
}

const ClaimVerdict& verdict_on(const std::string& id) {
  return *std::find_if(verdicts().begin(), verdicts().end(),
                       [&](const ClaimVerdict& v) { return v.id == id; });
}

/// The sets of changes that repair a line on all its shapes, those that name what the forward pass
/// reads left out.
std::vector<std::vector<Change>> full_repairs(const ClaimVerdict& v) {
  std::vector<std::vector<Change>> repairs;
  for (const Repair& r : v.repairs) {
    if (r.shapes == v.shapes) repairs.push_back(r.changes);
  }
  return repairs;
}

// ---------------------------------------------------------------- expectations, each derived here

TEST(Conv2dDwDerivation, DecidesEveryDoubtfulLineInTheNotesOrder) {
  std::vector<std::string> ids;
  for (const ClaimVerdict& v : verdicts()) ids.push_back(v.id);
  EXPECT_THAT(ids,
              testing::ElementsAre("V-DW-SAME-L1", "V-DW-SAME-L2", "V-DW-SAME-L3", "V-DW-SAME-L4",
                                   "V-DW-SAME-L5", "V-DW-L1", "V-DW-L2", "V-DW-L3", "V-DW-L4"));
  for (const ClaimVerdict& v : verdicts()) EXPECT_FALSE(v.printed.empty()) << v.id;
}

TEST(Conv2dDwDerivation, TriesAllSmallShapes) {
  // M, N in 1..4 and U, V in 0..1; or M with U up to min(M,2), that is 1+2+2+2 pairs, the same for
  // N with V, and D, P in 1..2.
  EXPECT_EQ(verdict_on("V-DW-SAME-L1").shapes, 4 * 4 * 2 * 2);
  EXPECT_EQ(verdict_on("V-DW-L1").shapes, 7 * 7 * 2 * 2);
}

// L1 is the chain rule and L2 puts ∂y_ij/∂w_u'v' = x_(i-u',j-v') into it. L3: the convolution of
// G with rotate(X_padded) at array position k = u'+U is sum_a G_a X_padded[2U-k+a], and
// X_padded[2U-k+a] is x_(a-u').
TEST(Conv2dDwDerivation, TheFirstThreeLinesOfTheSameConvolutionHold) {
  covers({"V-DW-SAME-L1", "V-DW-SAME-L2", "V-DW-SAME-L3"});
  for (const char* id : {"V-DW-SAME-L1", "V-DW-SAME-L2", "V-DW-SAME-L3"}) {
    EXPECT_EQ(verdict_on(id).verdict, Verdict::kHolds) << id;
    EXPECT_TRUE(verdict_on(id).repairs.empty()) << id;
  }
}

// Both are sum_a G_a X_padded[k+a] = sum_a G_a x_(a+u'), which has u' in the place of -u'. One
// column (V = 0) or one pixel (N = 1) has no other side, so N = 2 with V = 1 is the smallest.
TEST(Conv2dDwDerivation, TheLastTwoLinesOfTheSameConvolutionAreRotated) {
  covers({"V-DW-SAME-L4", "V-DW-SAME-L5"});
  for (const char* id : {"V-DW-SAME-L4", "V-DW-SAME-L5"}) {
    const ClaimVerdict& v = verdict_on(id);
    EXPECT_EQ(v.verdict, Verdict::kRefuted) << id;
    ASSERT_TRUE(v.counterexample);
    EXPECT_EQ(v.counterexample->sizes, (Sizes{.m = 1, .n = 2, .u = 0, .v = 1}));
    EXPECT_THAT(full_repairs(v), UnorderedElementsAre(std::vector{kRotateResult},
                                                      std::vector{kForwardCrossCorrelation}));
  }
}

// The notes define the derivative of a number by an array; a matrix above makes four axes, for
// which they have no product.
TEST(Conv2dDwDerivation, ProductsWithAFourAxisDerivativeCannotBeRead) {
  covers({"V-DW-L1", "V-DW-L2", "V-DW-L3"});
  for (const char* id : {"V-DW-L1", "V-DW-L2", "V-DW-L3"}) {
    const ClaimVerdict& v = verdict_on(id);
    EXPECT_EQ(v.verdict, Verdict::kCannotBeRead) << id;
    EXPECT_THAT(v.reason, testing::HasSubstr("4 axes")) << id;
    for (const Repair& r : v.repairs) EXPECT_THAT(r.changes, testing::Contains(kSumOverEntries));
  }
  EXPECT_THAT(full_repairs(verdict_on("V-DW-L1")),
              UnorderedElementsAre(std::vector{kSumOverEntries}));
  // As a sum over entries L1 is the chain rule. L2 and L3 need the index d, too, and one star in
  // the forward pass and in the line: with the remark that it is the cross-correlation they differ.
  for (const char* id : {"V-DW-L2", "V-DW-L3"}) {
    EXPECT_THAT(
        full_repairs(verdict_on(id)),
        UnorderedElementsAre(std::vector{kIndexD, kSumOverEntries, kForwardCrossCorrelation},
                             std::vector{kOtherProduct, kIndexD, kSumOverEntries},
                             std::vector{kRotateResult, kIndexD, kSumOverEntries}))
        << id;
  }
}

// With the index d, sum_i G_i x_(i+k) is the gradient of a cross-correlation, and that of a
// convolution once it is rotated. With the index p it reads the wrong map as soon as D > 1, where
// one pixel is enough, and no map at all if P > D.
TEST(Conv2dDwDerivation, TheLastLineOfTheLayerHasTheWrongIndexAndIsRotated) {
  covers({"V-DW-L4"});
  const ClaimVerdict& v = verdict_on("V-DW-L4");
  EXPECT_EQ(v.verdict, Verdict::kRefuted);
  ASSERT_TRUE(v.counterexample);
  EXPECT_EQ(v.counterexample->sizes, (Sizes{.m = 1, .n = 1, .u = 1, .v = 1, .d = 2, .p = 1}));
  EXPECT_EQ(v.undefined_shapes, 7 * 7);
  EXPECT_EQ(v.reason, "there is no X^(l-1,2) with D = 1");
  EXPECT_THAT(full_repairs(v),
              UnorderedElementsAre(std::vector{kRotateResult, kIndexD},
                                   std::vector{kIndexD, kForwardCrossCorrelation}));
}

// Read literally, §3.2.4 agrees with itself: X^(l-1,p) in both passes, and its star everywhere the
// cross-correlation that the remark after the lines says it is.
TEST(Conv2dDwDerivation, TheLayerAsPrintedIsConsistentWhereItExists) {
  const ClaimVerdict v = decide_line("V-DW-L4", {kForwardCrossCorrelation, kForwardIndexP});
  EXPECT_EQ(v.verdict, Verdict::kHolds);
  EXPECT_EQ(v.shapes, 7 * 7 * 3);  // Not with P = 2 and D = 1.
}

// ---------------------------------------------------------------- by other means

Tensor<Rational> stacked(const std::vector<Matrix>& maps, Index first, Index second) {
  Tensor<Rational> all(Shape{first, second, maps[0].shape()[0], maps[0].shape()[1]});
  Index i = 0;
  for (const Matrix& map : maps) {
    for (Index k = 0; k < map.size(); ++k) all[i++] = map[k];
  }
  return all;
}

/// The gradient of the cross-correlation with the rotated kernels, and what it is made of. The loss
/// is sum g*z + h*z^2/2, so its derivative by z is g + h*z.
struct ByReference {
  Tensor<Rational> x;
  Tensor<Rational> dz;
  Tensor<Rational> dw_rotated;
};

ByReference by_reference(const Instance& in) {
  const Sizes& s = in.sizes;
  Conv2dParams params;
  if (in.section == Section::kSame) {
    params.padding = {.top = s.u, .bottom = s.u, .left = s.v, .right = s.v};
  }
  std::vector<Matrix> kernels = in.w;
  for (Matrix& w : kernels) std::reverse(w.data(), w.data() + w.size());
  const auto x = stacked(in.x, 1, s.d);
  const auto w = stacked(kernels, s.p, s.d);
  const Tensor<Rational> b(Shape{s.p}, in.b);
  auto dz = reference::conv2d<Rational>(x, w, &b, params);
  const auto g = stacked(in.linear, 1, s.p);
  const auto h = stacked(in.quadratic, 1, s.p);
  for (Index i = 0; i < dz.size(); ++i) dz[i] = g[i] + h[i] * dz[i];
  return {x, dz, reference::conv2d_dw<Rational>(dz, x, w.shape(), params)};
}

TEST(Conv2dDwDerivation, TheReferenceSeesTheSameTruthAndTheSameErrorInTheSameConvolution) {
  for (const char* id : {"V-DW-SAME-L4", "V-DW-SAME-L5"}) {
    const Counterexample& c = *verdict_on(id).counterexample;
    const auto [x, dz, rotated] = by_reference(make_instance(Section::kSame, c.sizes, c.seed));
    const Shape& k = rotated.shape();
    EXPECT_EQ(rotated(0, 0, k[2] - 1 - c.row, k[3] - 1 - c.column), c.truth);
    EXPECT_EQ(rotated(0, 0, c.row, c.column), c.claimed);
    EXPECT_NE(c.truth, c.claimed);
  }
}

TEST(Conv2dDwDerivation, TheReferenceSeesTheSameTruthAndTheSameErrorInTheLayer) {
  const Counterexample& c = *verdict_on("V-DW-L4").counterexample;
  const auto [x, dz, rotated] = by_reference(make_instance(Section::kLayer, c.sizes, c.seed));
  const Shape& k = rotated.shape();
  EXPECT_EQ(rotated(c.p, c.d, k[2] - 1 - c.row, k[3] - 1 - c.column), c.truth);
  Rational claimed = 0;
  for (Index i = 0; i < dz.shape()[2]; ++i) {
    for (Index j = 0; j < dz.shape()[3]; ++j) {
      claimed += dz(0, c.p, i, j) * x(0, c.p, i + c.row, j + c.column);
    }
  }
  EXPECT_EQ(claimed, c.claimed);
  EXPECT_NE(c.truth, c.claimed);
}

// What the derivation calls the truth comes from differences; the reference must agree with it on
// the line that was found to hold.
TEST(Conv2dDwDerivation, TheReferenceAgreesWithTheLineThatHolds) {
  for (const Sizes s : {Sizes{2, 3, 1, 1}, Sizes{4, 4, 2, 1}, Sizes{1, 4, 0, 2}}) {
    const auto [x, dz, rotated] = by_reference(make_instance(Section::kSame, s, 5));
    for (Index u = -s.u; u <= s.u; ++u) {
      for (Index v = -s.v; v <= s.v; ++v) {
        Rational sum = 0;
        for (Index i = std::max<Index>(0, u); i < std::min(s.m, s.m + u); ++i) {
          for (Index j = std::max<Index>(0, v); j < std::min(s.n, s.n + v); ++j) {
            sum += x(0, 0, i - u, j - v) * dz(0, 0, i, j);
          }
        }
        EXPECT_EQ(rotated(0, 0, s.u - u, s.v - v), sum);
      }
    }
  }
}

// ---------------------------------------------------------------- readings and the report

TEST(Conv2dDwDerivation, EveryRepairHoldsAndNeedsAllItsChanges) {
  for (const char* id : {"V-DW-SAME-L4", "V-DW-L1", "V-DW-L2", "V-DW-L3", "V-DW-L4"}) {
    for (const Repair& repair : verdict_on(id).repairs) {
      const ClaimVerdict repaired = decide_line(id, repair.changes);
      EXPECT_EQ(repaired.verdict, Verdict::kHolds) << id;
      EXPECT_EQ(repaired.shapes, repair.shapes) << id;
      for (const Change left_out : repair.changes) {
        std::vector<Change> fewer = repair.changes;
        fewer.erase(std::find(fewer.begin(), fewer.end(), left_out));
        EXPECT_NE(decide_line(id, fewer).verdict, Verdict::kHolds) << id;
      }
    }
  }
}

// The full product has N + 2V + N - 1 columns, dW has 2V + 1: the same for N = 1 only.
TEST(Conv2dDwDerivation, AFullProductHasAnotherShape) {
  const ClaimVerdict v = decide_line("V-DW-SAME-L5", {kFullProduct});
  EXPECT_EQ(v.verdict, Verdict::kShapesDiffer);
  EXPECT_EQ(v.reason, "∂/∂W is [1, 1], the line gives [1, 3]");
}

TEST(Conv2dDwDerivation, RefusesALineThatTheNotesDoNotHave) {
  EXPECT_THROW((void)decide_line("V-DW-L5", {}), ParseError);
}

TEST(Conv2dDwDerivation, TheReportFitsIntoAHundredColumns) {
  const std::string report = table(verdicts());
  std::istringstream lines(report);
  for (std::string line; std::getline(lines, line);) {
    const auto columns = std::count_if(line.begin(), line.end(), [](char c) {
      return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;  // Not the rest of a UTF-8 letter.
    });
    EXPECT_LE(columns, 100) << line;
  }
  for (const ClaimVerdict& v : verdicts()) {
    EXPECT_THAT(report, testing::HasSubstr(v.id + "  " + v.printed));
  }
  EXPECT_THAT(report, testing::HasSubstr("refuted by M=1 N=2 U=0 V=1: ∂f/∂w at (u',v') = (0,-1)"));
}

}  // namespace
}  // namespace convproof::derivations
