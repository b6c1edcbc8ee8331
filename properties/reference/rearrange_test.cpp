// Pages that only move pixels: rot180, pad, crop, zero_insertion, kronecker_up, subsample. Each is
// linear, so its backward pass has to be its transpose, and finite differences are exact.
#include <gtest/gtest.h>

#include "core/scalar/rational.h"
#include "properties/arbitrary.h"
#include "properties/covers.h"
#include "properties/error_of.h"
#include "properties/gradients.h"
#include "properties/images.h"
#include "reference/conv.h"
#include "reference/crop.h"
#include "reference/kronecker_up.h"
#include "reference/pad.h"
#include "reference/rot180.h"
#include "reference/subsample.h"
#include "reference/zero_insertion.h"

namespace convproof {
namespace {

using Values = Tensor<Rational>;

/// Images on one to three spatial axes.
Values any_images() {
  std::vector<Index> extents{any_index("images", 1, 2), any_index("channels", 1, 2)};
  const Index axes = any_index("axes", 1, 3);
  for (Index axis = 0; axis < axes; ++axis) extents.push_back(any_index("extent", 1, 4));
  return any_tensor("x", Shape(extents));
}

Indices any_per_axis(const char* name, const Values& x, Index least, Index most) {
  Indices values;
  while (values.rank() < x.shape().rank() - 2) values.push_back(any_index(name, least, most));
  return values;
}

Margins any_margins(const Values& x) {
  return {any_per_axis("before", x, 0, 2), any_per_axis("after", x, 0, 2)};
}

/// A second opinion on all six: one matrix per spatial axis. Along that axis, row i of the matrix
/// says how the new pixel i is made of the old ones; the axes are treated one after the other.
using Matrix = std::vector<std::vector<int>>;  // [new extent][old extent]

Values along_axis(const Values& x, int axis, const Matrix& matrix) {
  std::vector<Index> extents(x.shape().begin(), x.shape().end());
  const auto place = static_cast<std::size_t>(axis);
  const Index before = extents[place];
  extents[place] = static_cast<Index>(matrix.size());
  Values y{Shape(extents)};
  Index inner = 1;
  for (std::size_t a = place + 1; a < extents.size(); ++a) inner *= extents[a];
  for (Index flat = 0; flat < y.size(); ++flat) {
    const Index i = flat / inner % extents[place];
    const Index outer = flat / inner / extents[place];
    for (Index h = 0; h < before; ++h) {
      y[flat] += matrix[static_cast<std::size_t>(i)][static_cast<std::size_t>(h)] *
                 x[(outer * before + h) * inner + flat % inner];
    }
  }
  return y;
}

/// `rows(axis, old extent)` gives for every new pixel of the axis the old pixel, or -1 for none.
template <typename Rows>
Values by_matrices(Values x, Rows rows) {
  for (int axis = 2; axis < x.shape().rank(); ++axis) {
    Matrix matrix;
    for (const Index from : rows(axis - 2, x.shape()[axis])) {
      matrix.emplace_back(static_cast<std::size_t>(x.shape()[axis]), 0);
      if (from >= 0) matrix.back()[static_cast<std::size_t>(from)] = 1;
    }
    x = along_axis(x, axis, matrix);
  }
  return x;
}

// ---- rot180 ---------------------------------------------------------------------------------

TEST(Rot180Examples, AMapIsReadBackwards) {
  EXPECT_EQ(reference::rot180(map(2, 3, {1, 2, 3, 4, 5, 6})), map(2, 3, {6, 5, 4, 3, 2, 1}));
  EXPECT_EQ(reference::rot180(row({1, 2, 3})), row({3, 2, 1}));
}

TEST(Rot180Examples, ChannelsStayWhereTheyAre) {
  EXPECT_EQ(reference::rot180(Values({1, 2, 2}, {1, 2, 3, 4})), Values({1, 2, 2}, {2, 1, 4, 3}));
}

TEST(Rot180Errors, NamesWhatIsNotImages) {
  EXPECT_EQ(error_of([] {
              (void)reference::rot180(Values(Shape{2, 3}));
            }),
            "rot180: x: expected 3 axes or more [N, C, ...], got [2, 3]");
  EXPECT_EQ(error_of([] {
              (void)reference::rot180_dx(Values(Shape{1, 1, 0}));
            }),
            "rot180: dy: expected extents of 1 or more after N, got [1, 1, 0]");
}

TEST(Rot180Laws, EveryAxisIsReversedAndTheGradientIsExact) {
  for_all("one reversing matrix per axis", [] {
    const Values x = any_images();
    const Values y = reference::rot180(x);
    require_equal(y, by_matrices(x, [](int, Index extent) {
                    std::vector<Index> rows;
                    for (Index i = extent; i > 0; --i) rows.push_back(i - 1);
                    return rows;
                  }));
    require_equal(reference::rot180(y), x);
    const Values dy = any_tensor("dy", y.shape());
    require_equal(reference::rot180_dx(dy),
                  polynomial_gradient([](const Values& v) { return reference::rot180(v); }, x, dy));
  });
}

// ---- pad ------------------------------------------------------------------------------------

TEST(PadExamples, ZerosAtBothEnds) {
  covers({"F-ZERO-PAD"});
  // The figure 5.4b of note 004 is lost; its caption says one zero at each end of a vector.
  EXPECT_EQ(reference::pad(row({4, 5, 6}), {.before = {1}, .after = {1}}), row({0, 4, 5, 6, 0}));
  EXPECT_EQ(reference::pad(map(1, 2, {7, 8}), {.before = {1, 0}, .after = {0, 2}}),
            map(2, 4, {0, 0, 0, 0, 7, 8, 0, 0}));
}

TEST(PadExamples, EdgesAreRepeatedAndReflectionsLeaveTheOutermostPixelOut) {
  const Margins margins{.before = {2}, .after = {1}};
  EXPECT_EQ(reference::pad(row({4, 5, 6}), margins, PadMode::kEdge), row({4, 4, 4, 5, 6, 6}));
  EXPECT_EQ(reference::pad(row({4, 5, 6}), margins, PadMode::kReflect), row({6, 5, 4, 5, 6, 5}));
  EXPECT_EQ(error_of([] {
              (void)reference::pad(row({4, 5}), {.before = {0}, .after = {2}}, PadMode::kReflect);
            }),
            "pad: after w: expected less than the 2 pixels that are mirrored, got 2");
  EXPECT_EQ(error_of([] {
              (void)reference::pad(row({4, 5}), {.before = {3}, .after = {1}}, PadMode::kReflect);
            }),
            "pad: before w: expected less than the 2 pixels that are mirrored, got 3");
}

TEST(PadLaws, EdgesAndReflectionsHaveExactGradientsAndTurnAroundWithTheImage) {
  for_all("dx is the difference; padding a reversed line is the reversed padded line", [] {
    const Values x = any_tensor("x", {1, 2, any_index("pixels", 3, 5)});
    const Margins margins{.before = {any_index("before", 0, 2)},
                          .after = {any_index("after", 0, 2)}};
    const Margins turned{.before = margins.after, .after = margins.before};
    for (const PadMode mode : {PadMode::kEdge, PadMode::kReflect}) {
      const Values y = reference::pad(x, margins, mode);
      const Values dy = any_tensor("dy", y.shape());
      require_equal(reference::pad_dx(dy, x.shape(), margins, mode),
                    polynomial_gradient(
                        [&](const Values& v) { return reference::pad(v, margins, mode); }, x, dy));
      require_equal(reference::pad(reference::rot180(x), turned, mode), reference::rot180(y));
      // Another way to say it: walk outwards from the image, one pixel at a time, standing still at
      // the edge or turning back there.
      for (Index c = 0; c < 2; ++c) {
        Index h = 0;
        Index step = mode == PadMode::kEdge ? 0 : 1;
        for (Index i = margins.before[0]; i >= 0; --i, h += step) {
          require_equal(y(0, c, i), x(0, c, h));
        }
        h = x.shape()[2] - 1;
        for (Index i = margins.before[0] + h; i < y.shape()[2]; ++i, h -= step) {
          require_equal(y(0, c, i), x(0, c, h));
        }
      }
    }
  });
}

TEST(PadErrors, EveryArgumentIsRefusedByName) {
  const Values x = row({1, 2});
  const auto y_error = [&](const Margins& m) { return error_of([&] { reference::pad(x, m); }); };
  EXPECT_EQ(error_of([] { reference::pad(Values(Shape{3}), {}); }),
            "pad: x: expected 3 axes or more [N, C, ...], got [3]");
  EXPECT_EQ(y_error({.before = {1, 1}, .after = {1}}),
            "pad: before: expected 1 (one per spatial axis of x), got 2");
  EXPECT_EQ(y_error({.before = {1}, .after = {}}),
            "pad: after: expected 1 (one per spatial axis of x), got 0");
  EXPECT_EQ(y_error({.before = {-1}, .after = {0}}), "pad: before w: expected 0 or more, got -1");
  EXPECT_EQ(y_error({.before = {0}, .after = {-2}}), "pad: after w: expected 0 or more, got -2");
  constexpr Index kHuge = std::numeric_limits<Index>::max();
  EXPECT_EQ(y_error({.before = {kHuge}, .after = {0}}),
            text("pad: before: expected a sum of sizes below 2^63, got ", kHuge, " + 2"));
  EXPECT_EQ(error_of([&] { reference::pad_dx(x, x.shape(), {.before = {1}, .after = {0}}); }),
            "pad: dy: expected [1, 1, 3] (the shape of y), got [1, 1, 2]");
}

TEST(PadLaws, IsOneMatrixPerAxisAndItsGradientIsTheMiddle) {
  for_all("identity rows between rows of zeros", [] {
    const Values x = any_images();
    const Margins m = any_margins(x);
    const Values y = reference::pad(x, m);
    require_equal(y, by_matrices(x, [&](int axis, Index extent) {
                    std::vector<Index> rows(static_cast<std::size_t>(m.before[axis]), -1);
                    for (Index h = 0; h < extent; ++h) rows.push_back(h);
                    rows.resize(rows.size() + static_cast<std::size_t>(m.after[axis]), -1);
                    return rows;
                  }));
    const Values dy = any_tensor("dy", y.shape());
    require_equal(reference::pad_dx(dy, x.shape(), m), reference::crop(dy, m));
    require_equal(
        reference::pad_dx(dy, x.shape(), m),
        polynomial_gradient([&](const Values& v) { return reference::pad(v, m); }, x, dy));
  });
}

/// A convolution layer of stride 1 on any images x: w [O,C,K...], unpadded.
struct Layer {
  Values x, w;
  ConvParams p;
};

Layer any_layer() {
  Layer layer;
  std::vector<Index> x{any_index("images", 1, 2), any_index("channels", 1, 2)};
  std::vector<Index> w{any_index("outputs", 1, 2), x[1]};
  const Index axes = any_index("axes", 1, 2);
  for (Index axis = 0; axis < axes; ++axis) {
    w.push_back(any_index("kernel", 1, 3));
    x.push_back(w.back() + any_index("spare", 0, 3));
    layer.p.axes.push_back({});
  }
  layer.x = any_tensor("x", Shape(x));
  layer.w = any_tensor("w", Shape(w));
  return layer;
}

TEST(PadLaws, PaddingOfAConvolutionIsExplicitZeros) {
  covers({"P-ZEROPAD-IMPLICIT"});
  for_all("conv with padding is conv of padded images", [] {
    const Layer l = any_layer();
    const Margins m = any_margins(l.x);
    ConvParams implicit = l.p;
    for (int a = 0; a < implicit.axes.size(); ++a) {
      implicit.axes[a].stride = any_index("stride", 1, 2);
      implicit.axes[a].before = m.before[a];
      implicit.axes[a].after = m.after[a];
    }
    ConvParams explicit_zeros = implicit;
    for (int a = 0; a < implicit.axes.size(); ++a) {
      explicit_zeros.axes[a].before = explicit_zeros.axes[a].after = 0;
    }
    require_equal(reference::conv<Rational>(l.x, l.w, nullptr, implicit),
                  reference::conv<Rational>(reference::pad(l.x, m), l.w, nullptr, explicit_zeros));
  });
}

TEST(PadLaws, ACentredKernelKeepsTheSizeOfPaddedImages) {
  covers({"N-PAD-SIZE"});
  for_all("(M+2U) x (N+2V), and the result is M x N", [] {
    const Index height = any_index("M", 1, 6);
    const Index width = any_index("N", 1, 6);
    const Index u = any_index("U", 0, 2);
    const Index v = any_index("V", 0, 2);
    const Values x = any_tensor("x", {1, 1, height, width});
    const Values padded = reference::pad(x, {.before = {u, v}, .after = {u, v}});
    require_equal(padded.shape(), Shape{1, 1, height + 2 * u, width + 2 * v});
    const Values w = any_tensor("w", {1, 1, 2 * u + 1, 2 * v + 1});
    const Values y =
        reference::conv<Rational>(padded, reference::rot180(w), nullptr, {.axes = {{}, {}}});
    require_equal(y.shape(), x.shape());
    // y_ij = sum_{u,v} w_uv x_{i-u,j-v} around the centre, x zero outside.
    for_each_index(y.shape(), [&](const Indices& at) {
      Rational sum = 0;
      for (Index a = -u; a <= u; ++a) {
        for (Index b = -v; b <= v; ++b) {
          const Indices h{0, 0, at[2] - a, at[3] - b};
          if (contains(x.shape(), h)) {
            sum += w(0, 0, a + u, b + v) * x[flat_index(x.shape(), h)];
          }
        }
      }
      require_equal(y[flat_index(y.shape(), at)], sum);
    });
  });
}

// ---- crop -----------------------------------------------------------------------------------

TEST(CropExamples, TheMarginsFall) {
  EXPECT_EQ(reference::crop(row({1, 2, 3, 4}), {.before = {1}, .after = {2}}), row({2}));
  EXPECT_EQ(reference::crop_dx(row({9}), {1, 1, 4}, {.before = {1}, .after = {2}}),
            row({0, 9, 0, 0}));
  EXPECT_EQ(reference::crop(map(2, 3, {1, 2, 3, 4, 5, 6}), {.before = {1, 0}, .after = {0, 1}}),
            map(1, 2, {4, 5}));
}

TEST(CropErrors, EveryArgumentIsRefusedByName) {
  const Values x = map(2, 3, {1, 2, 3, 4, 5, 6});
  const auto y_error = [&](const Margins& m) { return error_of([&] { reference::crop(x, m); }); };
  EXPECT_EQ(error_of([] { reference::crop(Values(Shape{3}), {}); }),
            "crop: x: expected 3 axes or more [N, C, ...], got [3]");
  EXPECT_EQ(y_error({.before = {1}, .after = {0, 0}}),
            "crop: before: expected 2 (one per spatial axis of x), got 1");
  EXPECT_EQ(y_error({.before = {0, 0}, .after = {0, -1}}),
            "crop: after w: expected 0 or more, got -1");
  EXPECT_EQ(y_error({.before = {1, 0}, .after = {1, 0}}),
            "crop: margins h: expected less than the 2 pixels of x, got 2");
  EXPECT_EQ(error_of([&] {
              reference::crop_dx(x, x.shape(), {.before = {0, 1}, .after = {0, 0}});
            }),
            "crop: dy: expected [1, 1, 2, 2] (the shape of y), got [1, 1, 2, 3]");
}

TEST(CropLaws, UndoesPaddingAndItsGradientIsPadding) {
  for_all("crop(pad(x)) = x", [] {
    const Values inside = any_images();
    const Margins m = any_margins(inside);
    require_equal(reference::crop(reference::pad(inside, m), m), inside);
    // Other images around the same inside.
    const Values x = any_tensor("wide", pad_y_shape(inside.shape(), m));
    const Values y = reference::crop(x, m);
    require_equal(y, by_matrices(x, [&](int axis, Index extent) {
                    std::vector<Index> rows;
                    for (Index h = m.before[axis]; h < extent - m.after[axis]; ++h) {
                      rows.push_back(h);
                    }
                    return rows;
                  }));
    const Values dy = any_tensor("dy", y.shape());
    require_equal(reference::crop_dx(dy, x.shape(), m), reference::pad(dy, m));
    require_equal(
        reference::crop_dx(dy, x.shape(), m),
        polynomial_gradient([&](const Values& v) { return reference::crop(v, m); }, x, dy));
  });
}

// ---- zero_insertion -------------------------------------------------------------------------

TEST(ZeroInsertionExamples, ZerosStandBetweenPixelsOnly) {
  EXPECT_EQ(reference::zero_insertion(row({1, 2, 3}), {3}), row({1, 0, 0, 2, 0, 0, 3}));
  EXPECT_EQ(reference::zero_insertion(map(2, 2, {1, 2, 3, 4}), {1, 2}),
            map(2, 3, {1, 0, 2, 3, 0, 4}));
}

TEST(ZeroInsertionErrors, EveryArgumentIsRefusedByName) {
  const Values x = row({1, 2});
  EXPECT_EQ(error_of([] {
              reference::zero_insertion(Values(Shape{1, 2}), {1});
            }),
            "zero_insertion: x: expected 3 axes or more [N, C, ...], got [1, 2]");
  EXPECT_EQ(error_of([&] {
              reference::zero_insertion(x, {1, 1});
            }),
            "zero_insertion: stride: expected 1 (one per spatial axis of x), got 2");
  EXPECT_EQ(error_of([&] { reference::zero_insertion(x, {0}); }),
            "zero_insertion: stride w: expected 1 or more, got 0");
  EXPECT_EQ(error_of([&] { reference::zero_insertion_dx(x, x.shape(), {3}); }),
            "zero_insertion: dy: expected [1, 1, 4] (the shape of y), got [1, 1, 2]");
}

TEST(ZeroInsertionLaws, IsOneMatrixPerAxisAndSubsamplingUndoesIt) {
  for_all("every stride-th row of the matrix is one of the identity", [] {
    const Values x = any_images();
    const Indices stride = any_per_axis("stride", x, 1, 3);
    const Values y = reference::zero_insertion(x, stride);
    require_equal(y, by_matrices(x, [&](int axis, Index extent) {
                    std::vector<Index> rows{0};
                    for (Index h = 1; h < extent; ++h) {
                      for (Index zero = 1; zero < stride[axis]; ++zero) rows.push_back(-1);
                      rows.push_back(h);
                    }
                    return rows;
                  }));
    require_equal(reference::subsample(y, stride), x);
    const Values dy = any_tensor("dy", y.shape());
    require_equal(reference::zero_insertion_dx(dy, x.shape(), stride),
                  reference::subsample(dy, stride));
    require_equal(
        reference::zero_insertion_dx(dy, x.shape(), stride),
        polynomial_gradient([&](const Values& v) { return reference::zero_insertion(v, stride); },
                            x, dy));
  });
}

// The gradient of a convolution of stride s is the transposed convolution, which moves by 1/s of a
// pixel: the wide convolution of the pixels with zeros between them, as note 004 §5.5.1.1 says.
TEST(ZeroInsertionLaws, MakesTheFractionalStrideOfATransposedConvolution) {
  covers({"F-FRACTIONAL-STRIDE"});
  for_all("conv_dx of stride s is a wide convolution of z with zeros between", [] {
    const Index kernel = any_index("kernel", 1, 3);
    const Index stride = any_index("stride", 1, 3);
    const Index size = any_index("pixels of z", 1, 3);
    // Pixels of x behind the last window, which no output has seen.
    const Index unseen = any_index("unseen", 0, stride - 1);
    const Values z = any_tensor("z", {1, 1, size, size});
    const Values w = any_tensor("w", {1, 1, kernel, kernel});
    const Index extent = stride * (size - 1) + kernel + unseen;
    const ConvParams strided{.axes = {{.stride = stride}, {.stride = stride}}};
    const Values transposed =
        reference::conv_dx<Rational>(z, w, Shape{1, 1, extent, extent}, strided);
    const Indices wide{kernel - 1, kernel - 1};
    const Indices end{kernel - 1 + unseen, kernel - 1 + unseen};
    require_equal(transposed, reference::conv<Rational>(
                                  reference::pad(reference::zero_insertion(z, {stride, stride}),
                                                 {.before = wide, .after = end}),
                                  reference::rot180(w), nullptr, {.axes = {{}, {}}}));
  });
}

// ---- kronecker_up ---------------------------------------------------------------------------

TEST(KroneckerUpExamples, EveryPixelIsCopiedNTimesBothWays) {
  covers({"F-UP-KRON-R"});
  EXPECT_EQ(reference::kronecker_up(map(2, 2, {1, 2, 3, 4}), {2, 2}),
            map(4, 4, {1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4}));
  EXPECT_EQ(reference::kronecker_up(row({5, 6}), {3}), row({5, 5, 5, 6, 6, 6}));
}

TEST(KroneckerUpErrors, EveryArgumentIsRefusedByName) {
  const Values x = row({1, 2});
  EXPECT_EQ(error_of([] {
              reference::kronecker_up(Values(Shape{1, 2}), {1});
            }),
            "kronecker_up: x: expected 3 axes or more [N, C, ...], got [1, 2]");
  EXPECT_EQ(error_of([&] { reference::kronecker_up(x, {}); }),
            "kronecker_up: n: expected 1 (one per spatial axis of x), got 0");
  EXPECT_EQ(error_of([&] { reference::kronecker_up(x, {0}); }),
            "kronecker_up: n w: expected 1 or more, got 0");
  EXPECT_EQ(error_of([&] { reference::kronecker_up_dx(x, x.shape(), {2}); }),
            "kronecker_up: dy: expected [1, 1, 4] (the shape of y), got [1, 1, 2]");
}

/// kron(A, B) as a textbook defines it: the block (i,j) is A_ij * B.
Values kron(const Values& a, const Values& b) {
  const Index rows = b.shape()[2];
  const Index columns = b.shape()[3];
  Values product(Shape{1, 1, a.shape()[2] * rows, a.shape()[3] * columns});
  for_each_index(a.shape(), [&](const Indices& i) {
    for_each_index(b.shape(), [&](const Indices& u) {
      product(0, 0, i[2] * rows + u[2], i[3] * columns + u[3]) =
          a(0, 0, i[2], i[3]) * b(0, 0, u[2], u[3]);
    });
  });
  return product;
}

TEST(KroneckerUpLaws, IsTheKroneckerProductWithOnes) {
  covers({"F-UP-KRON-R", "A-KRON-UP"});
  for_all("up(x) = kron(x, ones(n))", [] {
    const Values x = any_tensor("x", {1, 1, any_index("h", 1, 4), any_index("w", 1, 4)});
    const Index n = any_index("n", 1, 3);
    const Values ones = map(n, n, std::vector<Rational>(static_cast<std::size_t>(n * n), 1));
    require_equal(reference::kronecker_up(x, {n, n}), kron(x, ones));
  });
  // The other order of the factors repeats the whole image instead.
  const Values x = row({1, 2});
  EXPECT_EQ(kron(map(1, 2, {1, 1}), map(1, 2, {1, 2})), map(1, 4, {1, 2, 1, 2}));
  EXPECT_EQ(reference::kronecker_up(x, {2}), row({1, 1, 2, 2}));
}

TEST(KroneckerUpLaws, IsOneMatrixPerAxisAndItsGradientIsExact) {
  for_all("every row of the identity n times", [] {
    const Values x = any_images();
    const Indices n = any_per_axis("n", x, 1, 3);
    const Values y = reference::kronecker_up(x, n);
    require_equal(y, by_matrices(x, [&](int axis, Index extent) {
                    std::vector<Index> rows;
                    for (Index h = 0; h < extent; ++h) {
                      rows.insert(rows.end(), static_cast<std::size_t>(n[axis]), h);
                    }
                    return rows;
                  }));
    // Copies are what is left when blocks are subsampled anywhere.
    require_equal(reference::subsample(y, n), x);
    const Values dy = any_tensor("dy", y.shape());
    require_equal(
        reference::kronecker_up_dx(dy, x.shape(), n),
        polynomial_gradient([&](const Values& v) { return reference::kronecker_up(v, n); }, x, dy));
  });
}

// ---- subsample ------------------------------------------------------------------------------

TEST(SubsampleExamples, EveryStridethPixelFromTheFirst) {
  EXPECT_EQ(reference::subsample(row({1, 2, 3, 4, 5}), {2}), row({1, 3, 5}));
  EXPECT_EQ(reference::subsample(map(2, 4, {1, 2, 3, 4, 5, 6, 7, 8}), {2, 3}), map(1, 2, {1, 4}));
  EXPECT_EQ(reference::subsample_dx(row({7, 8}), {1, 1, 4}, {2}), row({7, 0, 8, 0}));
}

TEST(SubsampleErrors, EveryArgumentIsRefusedByName) {
  const Values x = row({1, 2, 3});
  EXPECT_EQ(error_of([] {
              reference::subsample(Values(Shape{1, 2}), {1});
            }),
            "subsample: x: expected 3 axes or more [N, C, ...], got [1, 2]");
  EXPECT_EQ(error_of([&] {
              reference::subsample(x, {1, 1});
            }),
            "subsample: stride: expected 1 (one per spatial axis of x), got 2");
  EXPECT_EQ(error_of([&] { reference::subsample(x, {-1}); }),
            "subsample: stride w: expected 1 or more, got -1");
  EXPECT_EQ(error_of([&] { reference::subsample_dx(x, x.shape(), {2}); }),
            "subsample: dy: expected [1, 1, 2] (the shape of y), got [1, 1, 3]");
}

TEST(SubsampleLaws, IsOneMatrixPerAxisAndItsGradientIsExact) {
  for_all("every stride-th row of the identity", [] {
    const Values x = any_images();
    const Indices stride = any_per_axis("stride", x, 1, 3);
    const Values y = reference::subsample(x, stride);
    require_equal(y, by_matrices(x, [&](int axis, Index extent) {
                    std::vector<Index> rows;
                    for (Index h = 0; h < extent; h += stride[axis]) rows.push_back(h);
                    return rows;
                  }));
    const Values dy = any_tensor("dy", y.shape());
    require_equal(reference::subsample_dx(dy, x.shape(), stride),
                  polynomial_gradient(
                      [&](const Values& v) { return reference::subsample(v, stride); }, x, dy));
  });
}

TEST(SubsampleLaws, AStrideIsAUnitStrideAndThenEveryStridethPixel) {
  covers({"P-STRIDE-EQ-DOWNSAMPLE", "F-STRIDE"});
  // Figure 5.4a of note 004 is lost; its caption says a stride of 2. Windows begin at 0, 2 and 4.
  EXPECT_EQ(reference::conv<Rational>(row({1, 2, 3, 4, 5, 6, 7}), row({1, 10, 100}), nullptr,
                                      {.axes = {{.stride = 2}}}),
            row({321, 543, 765}));
  for_all("conv of stride s = subsample(conv of stride 1, s)", [] {
    const Layer l = any_layer();
    ConvParams strided;
    Indices stride;
    while (strided.axes.size() < l.p.axes.size()) {
      const Index step = any_index("stride", 1, 3);
      stride.push_back(step);
      strided.axes.push_back({.stride = step});
    }
    require_equal(reference::conv<Rational>(l.x, l.w, nullptr, strided),
                  reference::subsample(reference::conv<Rational>(l.x, l.w, nullptr, l.p), stride));
  });
}

// ---- full convolution -----------------------------------------------------------------------

/// conv2(a, b, 'full') by its definition, the product of two polynomials: every pixel of a times
/// every pixel of b goes to the sum of their places. Nothing is padded and nothing is turned here.
Values conv2_full(const Values& a, const Values& b) {
  Values y(Shape{1, 1, a.shape()[2] + b.shape()[2] - 1, a.shape()[3] + b.shape()[3] - 1});
  for_each_index(a.shape(), [&](const Indices& i) {
    for_each_index(b.shape(), [&](const Indices& u) {
      y(0, 0, i[2] + u[2], i[3] + u[3]) += a(0, 0, i[2], i[3]) * b(0, 0, u[2], u[3]);
    });
  });
  return y;
}

TEST(Rot180Laws, FullConvolutionPadsWithZerosAndATurnedKernelMakesItACrossCorrelation) {
  covers({"P-CONV2-FULL-PADS"});
  for_all("conv2(x, rot180(k), 'full') correlates padded x with k", [] {
    const Values x = any_tensor("x", {1, 1, any_index("h", 1, 3), any_index("w", 1, 3)});
    const Values k = any_tensor("k", {1, 1, any_index("kh", 1, 3), any_index("kw", 1, 3)});
    const Indices all{k.shape()[2] - 1, k.shape()[3] - 1};
    const Values padded = reference::pad(x, {.before = all, .after = all});
    const ConvParams plain{.axes = {{}, {}}};
    require_equal(conv2_full(x, reference::rot180(k)),
                  reference::conv<Rational>(padded, k, nullptr, plain));
    require_equal(conv2_full(x, k),
                  reference::conv<Rational>(padded, reference::rot180(k), nullptr, plain));
  });
  // Without turning it first, conv2 does not correlate.
  EXPECT_EQ(conv2_full(map(1, 1, {1}), map(1, 2, {1, 2})), map(1, 2, {1, 2}));
  EXPECT_EQ(reference::conv<Rational>(map(1, 3, {0, 1, 0}), map(1, 2, {1, 2}), nullptr,
                                      {.axes = {{}, {}}}),
            map(1, 2, {2, 1}));
}

}  // namespace
}  // namespace convproof
