// What makes a convolution out of a dense layer: local connections, shared weights, equivariance.
// The claims of notes 000, 001 and 002 about them, decided on matrices made from unit images.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "core/indices.h"
#include "core/scalar/rational.h"
#include "properties/arbitrary.h"
#include "properties/covers.h"
#include "properties/gradients.h"
#include "properties/matrices.h"
#include "reference/conv.h"
#include "reference/locally_connected.h"
#include "reference/tiled_conv.h"

namespace convproof {
namespace {

using Values = Tensor<Rational>;

Values tensor(const Shape& shape, std::vector<Rational> elements) {
  return Values(shape, std::move(elements));
}

Values conv(const Values& x, const Values& w, const ConvParams& p) {
  return reference::conv<Rational>(x, w, nullptr, p);
}

const ConvParams kLine{.axes = {{}}};
const ConvParams kPlane{.axes = {{}, {}}};

Index nonzeros(const Values& values) {
  return values.size() - std::count(values.data(), values.data() + values.size(), 0);
}

/// A layer of one input map with stride 1 and without padding, and its matrix.
struct Layer {
  Values w;
  Shape x, y;
  Values matrix;
};

Layer any_layer() {
  Layer layer;
  layer.w = any_tensor("w", {any_index("outputs", 1, 2), 1, any_index("kernel height", 1, 3),
                             any_index("kernel width", 1, 3)});
  layer.x = Shape{1, 1, layer.w.shape()[2] + any_index("spare rows", 1, 3),
                  layer.w.shape()[3] + any_index("spare columns", 1, 3)};
  layer.y = conv_y_shape(layer.x, layer.w.shape(), kPlane);
  layer.matrix = matrix_of([&](const Values& x) { return conv(x, layer.w, kPlane); }, layer.x);
  return layer;
}

TEST(SharingLaws, AConvolutionIsADenseLayerWithTiedAndMissingWeights) {
  // Note 001 §9.4: the weights of a unit are those of its neighbour, shifted in space, and zero
  // outside its receptive field. Note 000 §3.2 and note 002 say the same of neurons and kernels.
  covers({"P-CONV-AS-CONSTRAINED-FC", "P-LOCAL-CONNECT", "P-WEIGHT-SHARE", "P-WEIGHT-SHARING-HIT"});
  for_all("zero outside the window, and the neighbour's weights inside", [] {
    const Layer l = any_layer();
    const auto weight = [&](const Indices& unit, const Indices& pixel) {
      return l.matrix(flat_index(l.y, unit), flat_index(l.x, pixel));
    };
    for_each_index(l.y, [&](const Indices& unit) {
      for_each_index(l.x, [&](const Indices& pixel) {
        const Indices tap{unit[1], 0, pixel[2] - unit[2], pixel[3] - unit[3]};
        const bool inside = contains(l.w.shape(), tap);
        require_equal(weight(unit, pixel) != 0, inside);
        for (const int axis : {2, 3}) {
          Indices neighbour = unit;
          Indices moved = pixel;
          ++neighbour[axis];
          ++moved[axis];
          if (!contains(l.y, neighbour) || !contains(l.x, moved)) continue;
          require_equal(weight(unit, pixel), weight(neighbour, moved));
        }
      });
    });
  });
}

TEST(SharingLaws, EveryDenseLayerWithTheseConstraintsIsAConvolution) {
  covers({"P-CONV-AS-CONSTRAINED-FC"});
  for_all("the first row of each map, shifted, is the whole matrix", [] {
    const Layer l = any_layer();
    // Build the constrained matrix from rows of free weights, without asking conv.
    const Index units = spatial(l.y).element_count();
    Values dense(l.matrix.shape());
    for_each_index(l.y, [&](const Indices& unit) {
      for_each_index(spatial(l.w.shape()), [&](const Indices& tap) {
        const Index pixel = (unit[2] + tap[0]) * l.x[3] + unit[3] + tap[1];
        dense(unit[1] * units + unit[2] * l.y[3] + unit[3], pixel) =
            l.w(unit[1], 0, tap[0], tap[1]);
      });
    });
    require_equal(dense, l.matrix);
  });
}

TEST(SharingLaws, FewConnectionsAndFewerParametersAreLeft) {
  // Stored: a dense layer units * pixels, a local one units * taps, a convolution its taps.
  covers({"P-SPARSE-INTERACTION", "P-PARAM-SHARING", "P-LOCAL-CONNECT"});
  for_all("counted in the matrix", [] {
    const Layer l = any_layer();
    const Index taps = l.w.shape()[2] * l.w.shape()[3];
    const Index units = l.y.element_count();
    require_equal(nonzeros(l.matrix), units * taps);
    require(nonzeros(l.matrix) < l.matrix.size(), "as many connections as a dense layer");
    // Parameters: weights of distinct position in a kernel that the output depends on.
    const Values ones_x(l.x,
                        std::vector<Rational>(static_cast<std::size_t>(l.x.element_count()), 1));
    const Values ones_y(l.y, std::vector<Rational>(static_cast<std::size_t>(units), 1));
    const Index shared =
        nonzeros(reference::conv_dw<Rational>(ones_y, ones_x, l.w.shape(), kPlane));
    const Shape unshared{l.w.shape()[0], l.y[2], l.y[3], 1, l.w.shape()[2], l.w.shape()[3]};
    const Index free = nonzeros(
        reference::locally_connected_dw<Rational>(ones_y, ones_x, unshared, {.axes = kPlane.axes}));
    require_equal(shared, l.w.shape()[0] * taps);
    require_equal(free, units * taps);
    require(shared < free && free < l.matrix.size(), "no parameters saved");
  });
}

TEST(SharingLaws, BackpropagationThroughTheDenseLayerTrainsTheConvolution) {
  // Note 002: implemented as a feed-forward net with few active weights, the rest 0, and trained by
  // backpropagation: gradients of tied weights are summed, those of missing weights are not used.
  covers({"P-CNN-AS-FFN", "P-PARAM-SHARING"});
  for_all("dx = A^T dy, dw = sums of dy x^T where A has the weight", [] {
    const Layer l = any_layer();
    const Values x = any_tensor("x", l.x);
    const Values dy = any_tensor("dy", l.y);
    const Values column = reshaped(dy, {dy.size(), 1});
    require_equal(reshaped(conv(x, l.w, kPlane), {dy.size(), 1}),
                  product(l.matrix, reshaped(x, {x.size(), 1})));
    require_equal(reshaped(reference::conv_dx<Rational>(dy, l.w, l.x, kPlane), {x.size(), 1}),
                  product(transposed(l.matrix), column));
    const Values dense = product(column, reshaped(x, {1, x.size()}));
    Values tied(l.w.shape());
    for_each_index(l.y, [&](const Indices& unit) {
      for_each_index(l.x, [&](const Indices& pixel) {
        const Indices tap{unit[1], 0, pixel[2] - unit[2], pixel[3] - unit[3]};
        if (!contains(l.w.shape(), tap)) return;
        tied[flat_index(l.w.shape(), tap)] += dense(flat_index(l.y, unit), flat_index(l.x, pixel));
      });
    });
    require_equal(reference::conv_dw<Rational>(dy, x, l.w.shape(), kPlane), tied);
  });
}

// ---- the figures of note 002 --------------------------------------------------------------------

TEST(SharingExamples, OnlyPixels1And2And5And6FeedTheFirstUnit) {
  covers({"X-SPARSE-4X4", "M-FFN-16"});
  const Shape image{1, 1, 4, 4};
  const Values kernel = tensor({1, 1, 2, 2}, {2, 3, 5, 7});
  const Values sparse = matrix_of([&](const Values& x) { return conv(x, kernel, kPlane); }, image);
  ASSERT_EQ(sparse.shape(), (Shape{9, 16}));
  std::set<Index> feeding;
  for (Index j = 0; j < 16; ++j) {
    if (sparse(0, j) != 0) feeding.insert(j + 1);  // The figure counts from 1.
  }
  EXPECT_EQ(feeding, (std::set<Index>{1, 2, 5, 6}));
  // The standard net: a window as large as the image is a dense unit, which all 16 feed.
  const Values weights =
      tensor({1, 1, 4, 4}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16});
  const Values dense = matrix_of([&](const Values& x) { return conv(x, weights, kPlane); }, image);
  EXPECT_EQ(dense, reshaped(weights, {1, 16}));
  EXPECT_EQ(nonzeros(dense), 16);
  EXPECT_EQ(nonzeros(sparse), 9 * 4);
}

TEST(SharingExamples, X1AndX5MeetInTheSecondLayerOnly) {
  covers({"P-SPARSE-INDIRECT"});
  // Windows of three with one zero at each end keep five units per layer.
  const ConvParams same{.axes = {{.before = 1, .after = 1}}};
  const Values w = tensor({1, 1, 3}, {1, 2, 3});
  const Values first = matrix_of([&](const Values& x) { return conv(x, w, same); }, {1, 1, 5});
  const Values second =
      matrix_of([&](const Values& x) { return conv(conv(x, w, same), w, same); }, {1, 1, 5});
  for (Index unit = 0; unit < 5; ++unit) {
    EXPECT_TRUE(first(unit, 0) == 0 || first(unit, 4) == 0) << unit;
    EXPECT_EQ(second(unit, 0) != 0 && second(unit, 4) != 0, unit == 2) << unit;  // g_3
  }
  EXPECT_EQ(second(2, 0), 1);  // 1 * 1
  EXPECT_EQ(second(2, 4), 9);  // 3 * 3
}

TEST(SharingExamples, OneKernelFindsAnEdgeWhereverItIs) {
  covers({"P-WEIGHT-SHARING-HIT"});
  const Values edge = tensor({2, 1, 2}, {-1, 1, 1, 1});  // Several kernels, each for all positions.
  const Values left = tensor({1, 1, 5}, {0, 1, 1, 1, 1});
  const Values right = tensor({1, 1, 5}, {0, 0, 0, 1, 1});
  EXPECT_EQ(conv(left, edge, kLine), tensor({1, 2, 4}, {1, 0, 0, 0, 1, 2, 2, 2}));
  EXPECT_EQ(conv(right, edge, kLine), tensor({1, 2, 4}, {0, 0, 1, 0, 0, 0, 1, 2}));
  // Different kernels at different positions miss what they have not been given.
  const Values unshared = tensor({1, 4, 1, 2}, {-1, 1, 0, 0, 0, 0, 0, 0});
  const auto local = [&](const Values& x) {
    return reference::locally_connected<Rational>(x, unshared, nullptr, {.axes = {{}}});
  };
  EXPECT_EQ(nonzeros(local(left)), 1);
  EXPECT_EQ(nonzeros(local(right)), 0);
}

// ---- equivariance to translation ----------------------------------------------------------------

/// x one pixel to the right; `first` comes in at the left, and the last pixel is lost.
Values shifted(const Values& x, const Rational& first) {
  Values moved(x.shape());
  for (Index i = x.size() - 1; i > 0; --i) moved[i] = x[i - 1];
  moved[0] = first;
  return moved;
}

TEST(SharingLaws, AwayFromBordersOutputsMoveWithTheInput) {
  covers({"P-EQUIVARIANCE"});
  for_all("every window that has a left neighbour, whatever comes in", [] {
    const Index taps = any_index("kernel", 1, 3);
    const WindowAxis a{.dilation = any_index("dilation", 1, 2)};
    const Index pixels = a.dilation * (taps - 1) + 1 + any_index("spare pixels", 1, 5);
    const Values w = any_tensor("w", {1, 1, taps});
    const Values x = any_tensor("x", {1, 1, pixels});
    const Values y = conv(x, w, {.axes = {a}});
    const Values moved = conv(shifted(x, any_rational("first")), w, {.axes = {a}});
    for (Index i = 1; i < y.size(); ++i) require_equal(moved[i], y[i - 1]);
  });
}

TEST(SharingLaws, CircularConvolutionMovesWithTheInputEverywhere) {
  covers({"P-EQUIVARIANCE"});
  for_all("turning the image turns the output", [] {
    const Index taps = any_index("kernel", 1, 3);
    const Values w = any_tensor("w", {1, 1, taps});
    const Values x = any_tensor("x", {1, 1, taps + any_index("spare pixels", 0, 4)});
    const auto circular = [&](const Values& image) {
      Values wrapped(Shape{1, 1, image.size() + taps - 1});
      for (Index i = 0; i < wrapped.size(); ++i) wrapped[i] = image[i % image.size()];
      return conv(wrapped, w, kLine);
    };
    const Values y = circular(x);
    require_equal(circular(shifted(x, x[x.size() - 1])), shifted(y, y[y.size() - 1]));
  });
}

TEST(SharingLaws, AStrideLeavesItsMultiplesOnly) {
  covers({"P-EQUIVARIANCE"});
  for_all("s pixels in are one out", [] {
    const Index stride = any_index("stride", 1, 3);
    const Values w = any_tensor("w", {1, 1, 2});
    const Values x = any_tensor("x", {1, 1, stride * 3 + 2});
    Values moved = x;
    for (Index s = 0; s < stride; ++s) moved = shifted(moved, any_rational("first"));
    const ConvParams p{.axes = {{.stride = stride}}};
    const Values y = conv(x, w, p);
    const Values y_moved = conv(moved, w, p);
    for (Index i = 1; i < y.size(); ++i) require_equal(y_moved[i], y[i - 1]);
  });
}

TEST(SharingLaws, TranslationEquivarianceOfEveryLayerIsNotAsPrinted) {
  // Note 001 §9.2 gives it to every layer with shared parameters. It ends at borders and with
  // strides, where weights are shared as before.
  covers({"P-EQUIVARIANCE"});
  const Values w = tensor({1, 1, 3}, {1, 1, 1});
  // The border: with zero padding that keeps the size, a response that was outside comes in, though
  // the image has lost nothing.
  const ConvParams same{.axes = {{.before = 1, .after = 1}}};
  const Values x = tensor({1, 1, 4}, {1, 0, 0, 0});
  EXPECT_EQ(shifted(conv(x, w, same), 0), tensor({1, 1, 4}, {0, 1, 1, 0}));
  EXPECT_EQ(conv(shifted(x, 0), w, same), tensor({1, 1, 4}, {1, 1, 1, 0}));
  // The stride: one pixel in is no shift out.
  const ConvParams by_two{.axes = {{.stride = 2}}};
  const Values one = tensor({1, 1, 1}, {1});
  const Values spots = tensor({1, 1, 5}, {0, 0, 1, 0, 0});
  EXPECT_EQ(conv(spots, one, by_two), tensor({1, 1, 3}, {0, 1, 0}));
  EXPECT_EQ(conv(shifted(spots, 0), one, by_two), tensor({1, 1, 3}, {0, 0, 0}));
}

TEST(SharingLaws, WithoutSharingThereIsNoEquivariance) {
  covers({"P-EQUIVARIANCE"});
  const Values x = tensor({1, 1, 3}, {1, 0, 0});
  const Values unshared = tensor({1, 3, 1, 1}, {1, 2, 3});
  const auto local = [&](const Values& image) {
    return reference::locally_connected<Rational>(image, unshared, nullptr, {.axes = {{}}});
  };
  EXPECT_EQ(shifted(local(x), 0), tensor({1, 1, 3}, {0, 1, 0}));
  EXPECT_EQ(local(shifted(x, 0)), tensor({1, 1, 3}, {0, 2, 0}));
  // Tiled kernels are equivariant to whole cycles alone.
  const Values tiles = tensor({1, 1, 1, 2}, {1, 2});
  const auto tiled = [&](const Values& image) {
    return reference::tiled_conv<Rational>(image, tiles, nullptr, {.axes = {{}}});
  };
  EXPECT_EQ(tiled(shifted(x, 0)), tensor({1, 1, 3}, {0, 2, 0}));
  EXPECT_EQ(tiled(shifted(shifted(x, 0), 0)), tensor({1, 1, 3}, {0, 0, 1}));
}

}  // namespace
}  // namespace convproof
