// What layers count: parameter_count, connection_count, neuron_count, multiply_add_count,
// output_size, dilated_size, receptive_field.
#include <gtest/gtest.h>

#include "core/scalar/rational.h"
#include "properties/arbitrary.h"
#include "properties/covers.h"
#include "properties/error_of.h"
#include "reference/connection_count.h"
#include "reference/conv.h"
#include "reference/dilated_size.h"
#include "reference/multiply_add_count.h"
#include "reference/neuron_count.h"
#include "reference/output_size.h"
#include "reference/parameter_count.h"
#include "reference/receptive_field.h"

namespace convproof {
namespace {

using reference::connection_count;
using reference::connections_inside;
using reference::dense_connection_count;
using reference::dense_parameter_count;
using reference::multiply_add_count;
using reference::neuron_count;
using reference::output_size;
using reference::parameter_count;
using reference::receptive_field;

using Values = Tensor<Rational>;

constexpr Index kHuge = Index{1} << 62;

Values ones(const Shape& shape) {
  return Values(shape, std::vector<Rational>(static_cast<std::size_t>(shape.element_count()), 1));
}

Index nonzero(const Values& values) {
  Index count = 0;
  for (Index i = 0; i < values.size(); ++i) count += values[i] == 0 ? 0 : 1;
  return count;
}

/// The shapes and attributes of a layer on one image.
struct Sizes {
  ConvParams p;
  Shape x, w, y;
};

/// Every attribute; without padding the image is at least as large as the window.
Sizes any_sizes(bool with_padding) {
  Sizes sizes;
  sizes.p.groups = any_index("groups", 1, 2);
  const Index channels = any_index("channels per group", 1, 2);
  const Index outputs = sizes.p.groups * any_index("outputs per group", 1, 2);
  std::vector<Index> x{1, sizes.p.groups * channels};
  std::vector<Index> w{outputs, channels};
  for (Index axes = any_index("axes", 1, 2); axes > 0; --axes) {
    WindowAxis axis = any_window_axis();
    if (!with_padding) axis.before = axis.after = 0;
    const Index kernel = any_index("kernel", 1, 3);
    const Index span = axis.dilation * (kernel - 1) + 1 - axis.before - axis.after;
    x.push_back(std::max<Index>(span, 1) + any_index("spare pixels", 0, 3));
    w.push_back(kernel);
    sizes.p.axes.push_back(axis);
  }
  if (any_index("link table", 0, 1) == 1) {
    std::vector<std::string> rows(static_cast<std::size_t>(outputs));
    for (std::string& row : rows) {
      for (Index c = 0; c < channels; ++c) row += any_index("link", 0, 1) == 1 ? 'X' : '.';
    }
    sizes.p.links = LinkTable(rows);
  }
  sizes.x = Shape(x);
  sizes.w = Shape(w);
  sizes.y = conv_y_shape(sizes.x, sizes.w, sizes.p);
  return sizes;
}

// ---- parameter_count ------------------------------------------------------------------------

TEST(ParameterCountExamples, AreTheNotedOnesOfLenet5) {
  EXPECT_EQ(parameter_count({6, 1, 5, 5}), 156);                                // C1
  EXPECT_EQ(reference::subsampling_parameter_count(6), 12);                     // S2
  EXPECT_EQ(parameter_count({120, 16, 5, 5}), 48120);                           // C5
  EXPECT_EQ(dense_parameter_count({84, 120}), 10164);                           // F6
  EXPECT_EQ(parameter_count({2, 3, 5}, LinkTable({"XX.", "..."})), 2 * 5 + 2);  // K = 2
}

TEST(ParameterCountErrors, EveryArgumentIsRefusedByName) {
  EXPECT_EQ(error_of([] {
              (void)parameter_count({6, 1});
            }),
            "parameter_count: w: expected 3 axes or more [O, C/groups, K...], got [6, 1]");
  EXPECT_EQ(error_of([] {
              (void)parameter_count({2, 3, 5}, LinkTable({"XX"}));
            }),
            "parameter_count: links: expected 2 x 3, got 1 x 2");
  EXPECT_EQ(error_of([] {
              (void)parameter_count({2, 3, 5}, LinkTable({"XXX"}));
            }),
            "parameter_count: links: expected 2 x 3, got 1 x 3");
  EXPECT_EQ(error_of([] {
              (void)parameter_count({2, 3, 5}, LinkTable({"XX", "XX"}));
            }),
            "parameter_count: links: expected 2 x 3, got 2 x 2");
  EXPECT_EQ(
      error_of([] {
        (void)parameter_count({kHuge, 1, 2});
      }),
      "parameter_count: w: expected a product of sizes below 2^63, got " + text(kHuge, " * 2"));
  EXPECT_EQ(error_of([] {
              (void)dense_parameter_count({6, 1, 1});
            }),
            "parameter_count: w: expected 2 axes [O, I], got [6, 1, 1]");
  EXPECT_EQ(error_of([] { (void)reference::subsampling_parameter_count(-1); }),
            "parameter_count: maps: expected 0 or more, got -1");
}

// A parameter is what the outputs depend on: on an image of ones, with the error 1 everywhere, its
// derivative is the number of its uses.
TEST(ParameterCountLaws, EveryParameterHasADerivativeAndNothingElseHas) {
  covers({"N-CONV-PARAMS", "N-CONV-PARAMS-QIU", "F-CONV-LAYER-SHAPES"});
  for_all("the nonzero elements of dw and db", [] {
    const Sizes s = any_sizes(false);
    const Values dw = reference::conv_dw<Rational>(ones(s.y), ones(s.x), s.w, s.p);
    const Values db = reference::conv_db<Rational>(ones(s.y));
    require_equal(parameter_count(s.w, s.p.links), nonzero(dw) + nonzero(db));
    if (!s.p.links.is_full()) return;
    // The formula as it is printed, with D the maps that an output map sees.
    const Index taps = spatial(s.w).element_count();
    require_equal(parameter_count(s.w), s.w[0] * s.w[1] * taps + s.w[0]);
    require_equal(s.y[1], s.w[0]);
    require_equal(db.size(), s.w[0]);
  });
}

/// The fully connected layer between the same neurons.
Shape dense_shape(const Sizes& s) {
  return {neuron_count(s.y), neuron_count(s.x)};
}

TEST(ParameterCountLaws, AFullyConnectedLayerBetweenTheSameNeuronsHasMore) {
  covers({"E-CNN-FEWER-PARAMS"});
  for_all("P(DK + 1) against P M'(D M + 1)", [] {
    const Sizes s = any_sizes(false);
    const Index shared = parameter_count(s.w, s.p.links);
    const Index dense = dense_parameter_count(dense_shape(s));
    const bool one_position = spatial(s.y).element_count() == 1;
    require(one_position ? shared <= dense : shared < dense, "a layer without padding");
  });
  // 64 filters of 3 x 3 on a colour image of 224 x 224, against as many neurons.
  EXPECT_EQ(parameter_count({64, 3, 3, 3}), 1792);
  EXPECT_EQ(dense_parameter_count({64 * 224 * 224, 3 * 224 * 224}), 483388358656);
}

TEST(ParameterCountLaws, AKernelLargerThanTheImageHasMoreParametersIsNotAsPrinted) {
  covers({"E-CNN-FEWER-PARAMS"});
  // One pixel in the middle of padding: 25 taps for what is one connection and one bias.
  EXPECT_EQ(parameter_count({1, 1, 5, 5}), 26);
  EXPECT_EQ(conv_y_shape({1, 1, 1, 1}, {1, 1, 5, 5},
                         {.axes = {{.before = 2, .after = 2}, {.before = 2, .after = 2}}}),
            (Shape{1, 1, 1, 1}));
  EXPECT_EQ(dense_parameter_count({1, 1}), 2);
}

// ---- neuron_count ---------------------------------------------------------------------------

TEST(NeuronCountExamples, AreTheNotedOnesOfLenet5) {
  EXPECT_EQ(neuron_count({1, 1, 32, 32}), 1024);
  EXPECT_EQ(neuron_count({1, 6, 28, 28}), 4704);
  EXPECT_EQ(neuron_count({7, 84}), 84);
}

TEST(NeuronCountErrors, MapsHaveTwoAxesOrMore) {
  EXPECT_EQ(error_of([] { (void)neuron_count({84}); }),
            "neuron_count: y: expected 2 axes or more [N, C, ...], got [84]");
  EXPECT_EQ(error_of([] {
              (void)neuron_count({1, kHuge, 2});
            }),
            "tensor: shape: expected a product of sizes below 2^63, got " + text(kHuge, " * 2"));
}

TEST(NeuronCountLaws, AValidLayerLosesKMinusOneNeuronsPerAxis) {
  covers({"N-NEURONS-VALID"});
  for_all("M' = M - K + 1 elements come out of the layer", [] {
    const Index kernel = any_index("K", 1, 5);
    const Index size = kernel + any_index("spare pixels", 0, 5);
    const Values y = reference::conv<Rational>(ones({1, 1, size}), ones({1, 1, kernel}), nullptr,
                                               {.axes = {{}}});
    require_equal(neuron_count(y.shape()), y.size());
    require_equal(neuron_count(y.shape()), size - kernel + 1);
  });
}

TEST(NeuronCountLaws, ConvolutionSavesConnectionsAndHardlyNeurons) {
  covers({"Q-CONV-NEURON-COUNT"});
  for_all("K of M connections are left, and M - K + 1 of M neurons", [] {
    const Index kernel = any_index("K", 2, 4);
    const Index size = 2 * kernel + any_index("spare pixels", 0, 30);
    const Shape x{1, 1, size};
    const Shape w{1, 1, kernel};
    const ConvParams p{.axes = {{}}};
    const Shape y = conv_y_shape(x, w, p);
    const Rational connections(connection_count(x, w, p, false),
                               dense_connection_count({neuron_count(y), size}, false));
    const Rational neurons(neuron_count(y), size);
    require_equal(connections, Rational(kernel, size));
    require(connections <= Rational(1, 2) && Rational(1, 2) < neurons, "halves at most");
  });
  // LeNet-5's C1 has more neurons than its image, and a fully connected layer behind it would see
  // all of them; subsampling leaves a quarter.
  EXPECT_GT(neuron_count({1, 6, 28, 28}), neuron_count({1, 1, 32, 32}));
  EXPECT_EQ(dense_parameter_count({84, neuron_count({1, 6, 28, 28})}), 395220);
  EXPECT_EQ(dense_parameter_count({84, neuron_count({1, 6, 14, 14})}), 98868);
}

// ---- connection_count -----------------------------------------------------------------------

TEST(ConnectionCountExamples, AreTheNotedOnesOfLenet5) {
  const ConvParams plane{.axes = {{}, {}}};
  EXPECT_EQ(connection_count({1, 1, 32, 32}, {6, 1, 5, 5}, plane, true), 122304);         // C1
  EXPECT_EQ(reference::subsampling_connection_count({1, 6, 14, 14}, Shape{2, 2}), 5880);  // S2
  EXPECT_EQ(reference::subsampling_connection_count({1, 16, 5, 5}, Shape{2, 2}), 2000);   // S4
  EXPECT_EQ(connection_count({1, 16, 5, 5}, {120, 16, 5, 5}, plane, true), 48120);        // C5
  EXPECT_EQ(dense_connection_count({84, 120}, true), 10164);                              // F6
  // Three taps on three pixels, one pixel of padding at each end: 9 with it, 7 without.
  const ConvParams same{.axes = {{.before = 1, .after = 1}}};
  EXPECT_EQ(connection_count({1, 1, 3}, {1, 1, 3}, same, false), 9);
  EXPECT_EQ(connections_inside({1, 1, 3}, {1, 1, 3}, same), 7);
}

TEST(ConnectionCountErrors, TheShapesAreThoseOfALayer) {
  const ConvParams line{.axes = {{}}};
  EXPECT_EQ(error_of([&] {
              (void)connection_count({1, 2, 5}, {1, 1, 2}, line, true);
            }),
            "connection_count: w: expected 2 channels per group (x has 2, groups 1), got 1");
  EXPECT_EQ(error_of([&] {
              (void)connections_inside({1, 1, 2}, {1, 1, 3}, line);
            }),
            "connection_count: window w: expected at most the padded input, 2, got 3 (kernel 3, "
            "dilation 1)");
  EXPECT_EQ(error_of([] { (void)dense_connection_count({6}, true); }),
            "connection_count: w: expected 2 axes [O, I], got [6]");
  EXPECT_EQ(error_of([] { (void)reference::subsampling_connection_count({6}, Shape{2}); }),
            "connection_count: y: expected 2 axes or more [N, C, ...], got [6]");
}

// From the other side: a pixel is lit alone, and every output that is then not 0 is joined to it.
TEST(ConnectionCountLaws, AreTheOutputsThatEveryPixelReachesWhenItIsLitAlone) {
  covers({"N-CONNECTIONS"});
  for_all("the support of the Jacobian", [] {
    const Sizes s = any_sizes(true);
    Index joined = 0;
    Values x(s.x);
    for (Index pixel = 0; pixel < x.size(); ++pixel) {
      x[pixel] = 1;
      joined += nonzero(reference::conv<Rational>(x, ones(s.w), nullptr, s.p));
      x[pixel] = 0;
    }
    require_equal(connections_inside(s.x, s.w, s.p), joined);
    require(joined <= connection_count(s.x, s.w, s.p, false), "taps in the padding count");
    require(joined <= dense_connection_count(dense_shape(s), false), "a full layer joins all");
  });
}

TEST(ConnectionCountLaws, TheNotedNumbersAreOfOneMapOnALine) {
  covers({"N-CONNECTIONS"});
  for_all("M' x M and M' x K", [] {
    const Index kernel = any_index("K", 1, 4);
    const Index size = kernel + any_index("spare pixels", 0, 4);
    const Shape x{1, 1, size};
    const Shape w{1, 1, kernel};
    const ConvParams p{.axes = {{}}};
    const Index positions = size - kernel + 1;
    require_equal(connection_count(x, w, p, false), positions * kernel);
    require_equal(connections_inside(x, w, p), positions * kernel);
    require_equal(dense_connection_count({positions, size}, false), positions * size);
  });
}

TEST(ConnectionCountLaws, EveryParameterIsSharedByAllPositions) {
  covers({"E-CONN-VS-WEIGHTS"});
  for_all("connections are parameters times pixels of a map", [] {
    const Sizes s = any_sizes(true);
    const Index positions = spatial(s.y).element_count();
    const Index parameters = parameter_count(s.w, s.p.links);
    require_equal(connection_count(s.x, s.w, s.p, true), positions * parameters);
    require(positions == 1 || connection_count(s.x, s.w, s.p, true) > parameters, "many more");
  });
  EXPECT_EQ(122304 / 156, 784);
}

// ---- multiply_add_count ---------------------------------------------------------------------

/// A scalar that counts its products.
struct Counting {
  static inline Index products = 0;
  Counting() = default;
  explicit Counting(int) {}
  Counting& operator+=(const Counting&) { return *this; }
  friend Counting operator*(const Counting&, const Counting&) {
    ++products;
    return {};
  }
};

TEST(MultiplyAddCountExamples, TheFirstLayerOfAlexNet) {
  const ConvParams p{
      .axes = {{.stride = 4, .before = 3, .after = 3}, {.stride = 4, .before = 3, .after = 3}}};
  EXPECT_EQ(multiply_add_count({1, 3, 224, 224}, {96, 3, 11, 11}, p), 105415200);
  EXPECT_EQ(reference::dense_multiply_add_count({4096, 9216}), 37748736);
}

TEST(MultiplyAddCountErrors, TheShapesAreThoseOfALayer) {
  EXPECT_EQ(error_of([] {
              (void)multiply_add_count({1, 1, 5}, {1, 1, 2}, {});
            }),
            "multiply_add_count: axes: expected 1 spatial axis or more, got 0");
  EXPECT_EQ(error_of([] { (void)reference::dense_multiply_add_count({6}); }),
            "multiply_add_count: w: expected 2 axes [O, I], got [6]");
}

TEST(MultiplyAddCountLaws, AreTheProductsThatTheReferenceMakes) {
  for_all("a scalar counts its products", [] {
    const Sizes s = any_sizes(true);
    Counting::products = 0;
    (void)reference::conv<Counting>(Tensor<Counting>(s.x), Tensor<Counting>(s.w), nullptr, s.p);
    require_equal(Counting::products, connections_inside(s.x, s.w, s.p));
    bool padded = false;
    for (const WindowAxis& axis : s.p.axes) padded |= axis.before + axis.after > 0;
    const Index all = multiply_add_count(s.x, s.w, s.p);
    require(padded ? Counting::products <= all : Counting::products == all, "padding counts");
    // F*F*D products for each output element where all maps are linked (note 002).
    if (!s.p.links.is_full()) return;
    require_equal(all, s.y.element_count() * s.w[1] * spatial(s.w).element_count());
  });
}

// ---- output_size ----------------------------------------------------------------------------

TEST(OutputSizeExamples, OfTheNotes) {
  EXPECT_EQ(output_size({.W = 7, .F = 3}), 5);
  EXPECT_EQ(output_size({.W = 7, .F = 3, .P = 1}), 7);
  EXPECT_EQ(output_size({.W = 7, .F = 3, .S = 2}), 3);
  EXPECT_EQ(reference::same_padding(3), 1);
  EXPECT_EQ(reference::full_padding(3), 2);
  // AlexNet's first layer with the notes' padding of 3 is 55.75 wide as printed.
  const reference::FilterSizes alexnet{.W = 224, .F = 11, .P = 3, .S = 4};
  EXPECT_EQ(reference::printed_output_size<Rational>(alexnet), Rational(223, 4));
  EXPECT_EQ(output_size(alexnet), 55);
  EXPECT_EQ(reference::output_volume({.W = 8, .H = 5, .D = 3}, {.K = 10, .F = 3, .P = 1, .S = 2}),
            (reference::Volume{.W = 4, .H = 3, .D = 10}));
}

TEST(OutputSizeErrors, EveryArgumentIsRefusedByName) {
  EXPECT_EQ(error_of([] { (void)output_size({.W = 2, .F = 3}); }),
            "output_size: window W: expected at most the padded input, 2, got 3 (kernel 3, "
            "dilation 1)");
  EXPECT_EQ(error_of([] { (void)output_size({.W = 2, .S = 0}); }),
            "output_size: stride W: expected 1 or more, got 0");
  EXPECT_EQ(error_of([] { (void)reference::printed_output_size<double>({.W = 2, .P = -1}); }),
            "output_size: leading padding W: expected 0 or more, got -1");
  EXPECT_EQ(error_of([] { (void)reference::output_volume({.D = 0}, {}); }),
            "output_size: D: expected 1 or more, got 0");
  EXPECT_EQ(error_of([] { (void)reference::output_volume({}, {.K = 0}); }),
            "output_size: K: expected 1 or more, got 0");
  EXPECT_EQ(error_of([] { (void)reference::same_padding(2); }),
            "output_size: F: expected an odd filter, got 2");
  EXPECT_EQ(error_of([] { (void)reference::same_padding(0); }),
            "output_size: F: expected 1 or more, got 0");
  EXPECT_EQ(error_of([] { (void)reference::full_padding(0); }),
            "output_size: F: expected 1 or more, got 0");
}

reference::FilterSizes any_filter() {
  const Index padding = any_index("P", 0, 3);
  const Index filter = any_index("F", 1, 6);
  return {.W = std::max<Index>(filter - 2 * padding, 1) + any_index("spare pixels", 0, 9),
          .F = filter,
          .P = padding,
          .S = any_index("S", 1, 4)};
}

/// The positions one by one: the filter starts in the padding and steps until it falls off.
Index positions_one_by_one(const reference::FilterSizes& a) {
  Index count = 0;
  for (Index start = -a.P; start + a.F <= a.W + a.P; start += a.S) ++count;
  return count;
}

TEST(OutputSizeLaws, IsTheNumberOfPositionsWhichIsTheFloorOfThePrintedFormula) {
  covers({"N-SIZE-VARS", "N-SIZE-VALID", "N-SIZE-PAD", "N-SIZE-STRIDE"});
  for_all("positions are counted one by one", [] {
    const reference::FilterSizes a = any_filter();
    const Index positions = positions_one_by_one(a);
    require_equal(output_size(a), positions);
    const auto printed = reference::printed_output_size<Rational>(a);
    require(printed - 1 < positions && positions <= printed, "floor");
    require((printed == positions) == ((a.W - a.F + 2 * a.P) % a.S == 0), "integers are right");
    if (a.S == 1) require_equal(printed, Rational(a.W - a.F + 2 * a.P + 1));
    if (a.S == 1 && a.P == 0) require_equal(printed, Rational(a.W - a.F + 1));
  });
}

TEST(OutputSizeLaws, TheStridedFormulaNeedNotBeAnIntegerIsNotAsPrinted) {
  covers({"N-SIZE-STRIDE"});
  const reference::FilterSizes a{.W = 4, .F = 3, .S = 2};
  EXPECT_EQ(reference::printed_output_size<Rational>(a), Rational(3, 2));
  EXPECT_EQ(positions_one_by_one(a), 1);
}

TEST(OutputSizeLaws, TheLayerItselfIsAsLargeAndAsDeep) {
  covers({"N-SIZE-VARS", "N-DEPTH"});
  for_all("W2, H2 and K are the extents of y", [] {
    const Index filter = any_index("F", 1, 3);
    const reference::Volume in{.W = filter + any_index("more columns", 0, 4),
                               .H = filter + any_index("more rows", 0, 4),
                               .D = any_index("D", 1, 3)};
    const reference::FilterBank bank{.K = any_index("K", 1, 4),
                                     .F = filter,
                                     .P = any_index("P", 0, 2),
                                     .S = any_index("S", 1, 3)};
    const WindowAxis axis{.stride = bank.S, .before = bank.P, .after = bank.P};
    const Values y =
        reference::conv<Rational>(ones({1, in.D, in.H, in.W}), ones({bank.K, in.D, filter, filter}),
                                  nullptr, {.axes = {axis, axis}});
    const reference::Volume out = reference::output_volume(in, bank);
    require_equal(y.shape(), Shape{1, out.D, out.H, out.W});
    require_equal(out.D, bank.K);
  });
}

TEST(OutputSizeLaws, AStrideLeavesFewerPositions) {
  covers({"P-STRIDE-SHRINKS"});
  for_all("positions are S apart, and fewer if there was more than one", [] {
    reference::FilterSizes a = any_filter();
    const Index strided = output_size(a);
    const Index stride = a.S;
    a.S = 1;
    const Index all = output_size(a);
    require((strided < all) == (stride > 1 && all > 1), "fewer");
    // Every S-th position is left, from the first.
    require_equal(strided, (all + stride - 1) / stride);
  });
}

TEST(OutputSizeLaws, TheBorderOnWhichNoCentreFitsIsLost) {
  covers({"P-BORDER-SHRINK"});
  for_all("an odd filter of F pixels loses (F - 1)/2 at each end", [] {
    const Index half = any_index("half of the filter", 0, 4);
    const Index size = 2 * half + 3 + any_index("spare pixels", 0, 5);
    Index centres = 0;
    for (Index centre = 0; centre < size; ++centre) {
      centres += centre - half >= 0 && centre + half < size ? 1 : 0;
    }
    require_equal(output_size({.W = size, .F = 2 * half + 1}), centres);
    require((centres < size) == (half > 0), "smaller");
    require(output_size({.W = size, .F = 2 * half + 3}) < centres, "a larger filter loses more");
  });
}

/// Which pixels a filter on a line reads.
reference::Windows line_windows(const reference::FilterSizes& a) {
  return {Shape{a.W},
          Shape{a.F},
          Shape{output_size(a)},
          {{.stride = a.S, .before = a.P, .after = a.P}}};
}

TEST(OutputSizeLaws, ValidSameAndFullPadding) {
  covers({"N-PAD-VALID", "N-PAD-SAME", "N-PAD-FULL", "N-PAD-3X3"});
  for_all("who reads how many pixels", [] {
    const Index filter = any_index("F", 1, 9);
    const Index size = filter + any_index("spare pixels", 0, 5);
    const reference::FilterSizes valid{.W = size, .F = filter};
    for (Index i = 0; i < output_size(valid); ++i) {
      require_equal(line_windows(valid).of_window(i).size(), static_cast<std::size_t>(filter));
    }
    const reference::FilterSizes full{.W = size, .F = filter, .P = reference::full_padding(filter)};
    require_equal(output_size(full), size + filter - 1);
    for (Index pixel = 0; pixel < size; ++pixel) {
      require_equal(line_windows(full).of_pixel(pixel).size(), static_cast<std::size_t>(filter));
    }
    // The outputs at the ends depend on one pixel, those in the middle on F.
    require_equal(line_windows(full).of_window(0).size(), std::size_t{1});
    require_equal(line_windows(full).of_window(size + filter - 2).size(), std::size_t{1});
    require_equal(line_windows(full).of_window(filter - 1).size(),
                  static_cast<std::size_t>(filter));
    Index keeps = -1;
    for (Index padding = 0; padding < filter; ++padding) {
      if (output_size({.W = size, .F = filter, .P = padding}) == size) keeps = padding;
    }
    // No equal padding keeps the size of an even filter.
    require_equal(keeps, filter % 2 == 0 ? -1 : reference::same_padding(filter));
  });
  EXPECT_EQ(output_size({.W = 224, .F = 3, .P = 1}), 224);
  // Arbitrarily many layers: a hundred of 3 x 3 on 5 pixels; without padding the third is too many.
  Index size = 5;
  for (int layer = 0; layer < 100; ++layer) size = output_size({.W = size, .F = 3, .P = 1});
  EXPECT_EQ(size, 5);
  EXPECT_THROW(
      (void)output_size({.W = output_size({.W = output_size({.W = 5, .F = 3}), .F = 3}), .F = 3}),
      ShapeError);
}

// ---- dilated_size ---------------------------------------------------------------------------

TEST(DilatedSizeExamples, OfTheNotes) {
  EXPECT_EQ(reference::dilated_size(3, 1), 3);
  EXPECT_EQ(reference::dilated_size(3, 2), 5);
  EXPECT_EQ(reference::dilated_size(3, 4), 9);
  EXPECT_EQ(reference::dilated_size(1, 7), 1);
}

TEST(DilatedSizeErrors, EveryArgumentIsRefusedByName) {
  EXPECT_EQ(error_of([] { (void)reference::dilated_size(0, 1); }),
            "dilated_size: K: expected 1 or more, got 0");
  EXPECT_EQ(error_of([] { (void)reference::dilated_size(1, 0); }),
            "dilated_size: D: expected 1 or more, got 0");
  EXPECT_EQ(error_of([] { (void)reference::dilated_size(kHuge, kHuge); }),
            text("dilated_size: D: expected a product of sizes below 2^63, got ", kHuge - 1, " * ",
                 kHuge - 1));
}

TEST(DilatedSizeLaws, IsTheLengthOfTheKernelWithItsHoles) {
  covers({"N-DILATED-SIZE", "E-DILATED-PARAMS"});
  for_all("a kernel of K' taps, D - 1 of them zeros between two", [] {
    const Index taps = any_index("K", 1, 4);
    const Index dilation = any_index("D", 1, 4);
    const Values w = any_tensor("w", Shape{1, 1, taps});
    std::vector<Rational> holes;
    for (Index u = 0; u < taps; ++u) {
      if (u > 0) holes.insert(holes.end(), static_cast<std::size_t>(dilation - 1), 0);
      holes.push_back(w[u]);
    }
    const auto size = static_cast<Index>(holes.size());
    require_equal(reference::dilated_size(taps, dilation), size);
    const Values x = any_tensor("x", Shape{1, 1, size + 2});
    require_equal(
        reference::conv<Rational>(x, w, nullptr, {.axes = {{.dilation = dilation}}}),
        reference::conv<Rational>(x, Values(Shape{1, 1, size}, holes), nullptr, {.axes = {{}}}));
    // The field grows and the parameters do not.
    const std::vector<reference::FieldLayer> layer{{.kernel = taps, .dilation = dilation}};
    require_equal(receptive_field(layer), size);
    require((size > taps) == (taps > 1 && dilation > 1), "larger");
    require_equal(parameter_count(w.shape()), taps + 1);
  });
}

// ---- receptive_field ------------------------------------------------------------------------

TEST(ReceptiveFieldExamples, OfKnownStacks) {
  EXPECT_EQ(receptive_field({}), 1);
  EXPECT_EQ(receptive_field({{.kernel = 3}, {.kernel = 3}}), 5);
  EXPECT_EQ(receptive_field({{.kernel = 3}, {.kernel = 3}, {.kernel = 3}}), 7);
  EXPECT_EQ(receptive_field({{.kernel = 3}, {.kernel = 2, .stride = 2}, {.kernel = 3}}), 8);
  EXPECT_EQ(receptive_field({{.kernel = 3, .dilation = 2}}), 5);
  // LeNet-5: an output of C5 sees the whole image.
  EXPECT_EQ(receptive_field({{.kernel = 5},
                             {.kernel = 2, .stride = 2},
                             {.kernel = 5},
                             {.kernel = 2, .stride = 2},
                             {.kernel = 5}}),
            32);
}

TEST(ReceptiveFieldErrors, EveryAttributeIsRefusedByName) {
  EXPECT_EQ(error_of([] { (void)receptive_field({{.kernel = 0}}); }),
            "receptive_field: kernel: expected 1 or more, got 0");
  EXPECT_EQ(error_of([] { (void)receptive_field({{.stride = 0}}); }),
            "receptive_field: stride: expected 1 or more, got 0");
  EXPECT_EQ(error_of([] { (void)receptive_field({{.dilation = 0}}); }),
            "receptive_field: dilation: expected 1 or more, got 0");
  EXPECT_EQ(error_of([] {
              (void)receptive_field({{.stride = kHuge}, {.stride = kHuge}});
            }),
            "receptive_field: layers: expected a product of sizes below 2^63, got " +
                text(kHuge, " * ", kHuge));
}

/// The last neuron of a stack of one-map layers on a line, with taps of 1.
Rational first_output(const std::vector<reference::FieldLayer>& layers, Values x) {
  for (const reference::FieldLayer& layer : layers) {
    x = reference::conv<Rational>(x, ones({1, 1, layer.kernel}), nullptr,
                                  {.axes = {{.stride = layer.stride, .dilation = layer.dilation}}});
  }
  return x[0];
}

TEST(ReceptiveFieldLaws, IsTheSupportOfTheDerivative) {
  covers({"F-RECEPTIVE-FIELD"});
  for_all("exact differences from the first pixel to the last, and none behind", [] {
    std::vector<reference::FieldLayer> layers;
    for (Index l = any_index("layers", 0, 3); l > 0; --l) {
      layers.push_back({.kernel = any_index("kernel", 1, 3),
                        .stride = any_index("stride", 1, 3),
                        .dilation = any_index("dilation", 1, 2)});
    }
    const Index field = receptive_field(layers);
    Values x = any_tensor("x", Shape{1, 1, field + 3});
    const Rational before = first_output(layers, x);
    Index last = -1;
    for (Index pixel = 0; pixel < x.size(); ++pixel) {
      x[pixel] += 1;
      const bool seen = first_output(layers, x) != before;
      x[pixel] -= 1;
      require(seen || pixel > 0, "the first pixel is seen");
      if (seen) last = pixel;
    }
    require_equal(last + 1, field);
  });
}

TEST(ReceptiveFieldLaws, APoolBeforeALayerEnlargesItsFieldAndDividesTheNeurons) {
  covers({"Q-POOL-REDUCES"});
  for_all("1 + (p - 1) + (k - 1) s instead of k", [] {
    const Index kernel = any_index("kernel", 2, 5);
    const Index pool = any_index("pool", 2, 3);
    require_equal(receptive_field({{.kernel = pool, .stride = pool}, {.kernel = kernel}}),
                  pool * kernel);
    require_equal(receptive_field({{.kernel = kernel}}), kernel);
    const Index maps = any_index("maps", 1, 3);
    const Shape before{1, maps, pool * any_index("rows", 1, 4), pool * any_index("columns", 1, 4)};
    const WindowAxis side_by_side{.stride = pool};
    const Shape after = conv_y_shape(before, {maps, 1, pool, pool},
                                     {.axes = {side_by_side, side_by_side}, .groups = maps});
    require_equal(neuron_count(before), pool * pool * neuron_count(after));
    // A fully connected layer behind it needs fewer parameters.
    require(dense_parameter_count({7, neuron_count(after)}) <
                dense_parameter_count({7, neuron_count(before)}),
            "fewer parameters");
  });
}

/// n layers of 3 x 3 and one of the same field, all with `width` maps in and out.
struct Replacement {
  Index n, width, size;
  Shape small() const { return {width, width, 3, 3}; }
  Shape large() const { return {width, width, 2 * n + 1, 2 * n + 1}; }
  Shape image() const { return {1, width, size, size}; }
  static ConvParams same(Index kernel) {
    const WindowAxis axis{.before = (kernel - 1) / 2, .after = (kernel - 1) / 2};
    return {.axes = {axis, axis}};
  }
};

TEST(ReceptiveFieldLaws, SmallKernelsReplaceALargeOneWithFewerParametersAndOperations) {
  covers({"E-INCEPTION-V3"});
  for_all("n layers of 3 x 3 against one of 2n + 1", [] {
    const Replacement r{.n = any_index("layers", 2, 4),
                        .width = any_index("maps", 1, 64),
                        .size = any_index("size", 1, 32)};
    const Index kernel = 2 * r.n + 1;
    require_equal(receptive_field(std::vector<reference::FieldLayer>(static_cast<std::size_t>(r.n),
                                                                     {.kernel = 3})),
                  kernel);
    require(r.n * parameter_count(r.small()) < parameter_count(r.large()), "parameters");
    require_equal(conv_y_shape(r.image(), r.small(), Replacement::same(3)), r.image());
    require_equal(conv_y_shape(r.image(), r.large(), Replacement::same(kernel)), r.image());
    require(r.n * multiply_add_count(r.image(), r.small(), Replacement::same(3)) <
                multiply_add_count(r.image(), r.large(), Replacement::same(kernel)),
            "operations");
    // 1 x k after k x 1 has the field of k x k and 2k of its k^2 taps.
    require(parameter_count({r.width, r.width, 1, kernel}) +
                    parameter_count({r.width, r.width, kernel, 1}) <
                parameter_count(r.large()),
            "one by k");
  });
}

TEST(ReceptiveFieldLaws, SmallKernelsDoNotAlwaysSaveIsNotAsPrinted) {
  covers({"E-INCEPTION-V3"});
  // Without padding the first small layer has more positions than the large one: on 5 x 5 pixels 81
  // and 9 products instead of 25.
  const ConvParams valid{.axes = {{}, {}}};
  EXPECT_EQ(multiply_add_count({1, 1, 5, 5}, {1, 1, 3, 3}, valid), 81);
  EXPECT_EQ(multiply_add_count({1, 1, 3, 3}, {1, 1, 3, 3}, valid), 9);
  EXPECT_EQ(multiply_add_count({1, 1, 5, 5}, {1, 1, 5, 5}, valid), 25);
  // And with more maps in between there are more parameters: 2 maps for 1.
  EXPECT_GT(parameter_count({2, 1, 3, 3}) + parameter_count({1, 2, 3, 3}),
            parameter_count({1, 1, 5, 5}));
}

}  // namespace
}  // namespace convproof
