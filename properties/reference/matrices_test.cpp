// Convolution as a matrix: general, Toeplitz, circulant, doubly block circulant. Examples, errors,
// laws, and the numbers of the edge detector of note 001 §9.2.
#include "properties/matrices.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/indices.h"
#include "core/scalar/rational.h"
#include "properties/arbitrary.h"
#include "properties/counted.h"
#include "properties/covers.h"
#include "properties/error_of.h"
#include "properties/gradients.h"
#include "reference/circulant.h"
#include "reference/conv.h"
#include "reference/conv_matrix.h"
#include "reference/doubly_block_circulant.h"
#include "reference/toeplitz.h"

namespace convproof {
namespace {

using Values = Tensor<Rational>;

Values tensor(const Shape& shape, std::vector<Rational> elements) {
  return Values(shape, std::move(elements));
}

Index nonzeros(const Values& values) {
  return values.size() - std::count(values.data(), values.data() + values.size(), 0);
}

// ---- examples -------------------------------------------------------------------------------

TEST(ConvMatrixExamples, ThreeTapsOnFivePixelsAreTheNotedMatrix) {
  covers({"F-CONV-AS-MATRIX-R"});
  const Values w = tensor({1, 1, 3}, {2, 3, 5});
  EXPECT_EQ(reference::conv_matrix(w, {1, 1, 5}, {.axes = {{}}}), tensor({3, 5}, {2, 3, 5, 0, 0,  //
                                                                                  0, 2, 3, 5, 0,  //
                                                                                  0, 0, 2, 3, 5}));
}

TEST(ConvMatrixExamples, EveryAttributeMovesTheWeights) {
  const Values w = tensor({1, 1, 2}, {2, 3});
  const Shape x{1, 1, 3};
  EXPECT_EQ(reference::conv_matrix(w, x, {.axes = {{.stride = 2, .after = 1}}}),
            tensor({2, 3}, {2, 3, 0, 0, 0, 2}));
  EXPECT_EQ(reference::conv_matrix(w, x, {.axes = {{.before = 1}}}),
            tensor({3, 3}, {3, 0, 0, 2, 3, 0, 0, 2, 3}));
  EXPECT_EQ(reference::conv_matrix(w, x, {.axes = {{.dilation = 2}}}), tensor({1, 3}, {2, 0, 3}));
  const Values groups = tensor({2, 1, 1}, {2, 3});
  EXPECT_EQ(reference::conv_matrix(groups, {1, 2, 1}, {.axes = {{}}, .groups = 2}),
            tensor({2, 2}, {2, 0, 0, 3}));
  const Values links = tensor({2, 2, 1}, {2, 3, 5, 7});
  EXPECT_EQ(
      reference::conv_matrix(links, {1, 2, 1}, {.axes = {{}}, .links = LinkTable({"X.", "XX"})}),
      tensor({2, 2}, {2, 0, 5, 7}));
}

TEST(ConvMatrixExamples, AnImageOfTwoAxesMakesBlocks) {
  const Values w = tensor({1, 1, 2, 2}, {1, 2, 3, 4});
  EXPECT_EQ(reference::conv_matrix(w, {1, 1, 3, 2}, {.axes = {{}, {}}}),
            tensor({2, 6}, {1, 2, 3, 4, 0, 0,  //
                            0, 0, 1, 2, 3, 4}));
}

TEST(ToeplitzExamples, OneValueStandsOnEachDiagonal) {
  EXPECT_EQ(reference::toeplitz(tensor({4}, {1, 2, 3, 4}), {.rows = 2, .columns = 3}),
            tensor({2, 3}, {3, 2, 1, 4, 3, 2}));
  EXPECT_EQ(reference::toeplitz_dt(tensor({2, 3}, {1, 2, 3, 4, 5, 6})), tensor({4}, {3, 8, 6, 4}));
}

TEST(CirculantExamples, EveryColumnIsTurnedOn) {
  EXPECT_EQ(reference::circulant(tensor({3}, {1, 2, 3})),
            tensor({3, 3}, {1, 3, 2, 2, 1, 3, 3, 2, 1}));
  EXPECT_EQ(reference::circulant_dc(tensor({2, 2}, {1, 2, 3, 4})), tensor({2}, {5, 5}));
}

TEST(DoublyBlockCirculantExamples, BlocksAreTurnedOnAsTheirRowsAre) {
  EXPECT_EQ(reference::doubly_block_circulant(tensor({2, 2}, {1, 2, 3, 4})),
            tensor({4, 4}, {1, 2, 3, 4,  //
                            2, 1, 4, 3,  //
                            3, 4, 1, 2,  //
                            4, 3, 2, 1}));
  EXPECT_EQ(reference::doubly_block_circulant(tensor({1, 3}, {1, 2, 3})),
            reference::circulant(tensor({3}, {1, 2, 3})));
  EXPECT_EQ(reference::doubly_block_circulant_dc(tensor({2, 2}, {1, 2, 3, 4}), {2, 1}),
            tensor({2, 1}, {5, 5}));
}

// ---- errors ---------------------------------------------------------------------------------

TEST(ConvMatrixErrors, EveryArgumentIsRefusedByName) {
  const Values w(Shape{1, 1, 2});
  const ConvParams p{.axes = {{}}};
  EXPECT_EQ(error_of([&] {
              (void)reference::conv_matrix(w, {2, 1, 3}, p);
            }),
            "conv_matrix: x: expected 1 image, got 2");
  EXPECT_EQ(error_of([&] {
              (void)reference::conv_matrix(w, {0, 1, 3}, p);
            }),
            "conv_matrix: x: expected 1 image, got 0");
  EXPECT_EQ(error_of([&] {
              (void)reference::conv_matrix(w, {1, 2, 3}, p);
            }),
            "conv_matrix: w: expected 2 channels per group (x has 2, groups 1), got 1");
  EXPECT_EQ(error_of([&] {
              (void)reference::conv_matrix(w, {1, 1, 1}, p);
            }),
            "conv_matrix: window w: expected at most the padded input, 1, got 2 (kernel 2, "
            "dilation 1)");
  EXPECT_EQ(error_of([&] {
              (void)reference::conv_matrix_dw(w, w.shape(), {1, 1, 3}, p);
            }),
            "conv_matrix: dy: expected [2, 3] (the shape of y), got [1, 1, 2]");
}

TEST(ToeplitzErrors, EveryArgumentIsRefusedByName) {
  const auto y_error = [](const Shape& t, const reference::ToeplitzParams& p) {
    return error_of([&] { (void)reference::toeplitz(Values(t), p); });
  };
  EXPECT_EQ(y_error({1}, {.rows = 0, .columns = 1}), "toeplitz: rows: expected 1 or more, got 0");
  EXPECT_EQ(y_error({1}, {.rows = 1, .columns = 0}),
            "toeplitz: columns: expected 1 or more, got 0");
  EXPECT_EQ(y_error({5}, {.rows = 2, .columns = 3}),
            "toeplitz: t: expected [4] (one per diagonal), got [5]");
  EXPECT_EQ(error_of([] { (void)reference::toeplitz_dt(Values(Shape{2})); }),
            "toeplitz: dy: expected a matrix [rows, columns], got [2]");
  EXPECT_EQ(error_of([] {
              (void)reference::toeplitz_dt(Values(Shape{1, 1, 1}));
            }),
            "toeplitz: dy: expected a matrix [rows, columns], got [1, 1, 1]");
  EXPECT_EQ(error_of([] {
              (void)reference::toeplitz_dt(Values(Shape{0, 3}));
            }),
            "toeplitz: dy: expected a matrix [rows, columns], got [0, 3]");
  EXPECT_EQ(error_of([] {
              (void)reference::toeplitz_dt(Values(Shape{3, 0}));
            }),
            "toeplitz: dy: expected a matrix [rows, columns], got [3, 0]");
}

TEST(CirculantErrors, EveryArgumentIsRefusedByName) {
  EXPECT_EQ(error_of([] { (void)reference::circulant(Values(Shape{0})); }),
            "circulant: c: expected a vector [n] of 1 element or more, got [0]");
  EXPECT_EQ(error_of([] {
              (void)reference::circulant(Values(Shape{2, 1}));
            }),
            "circulant: c: expected a vector [n] of 1 element or more, got [2, 1]");
  EXPECT_EQ(error_of([] { (void)reference::circulant(Values(Shape{})); }),
            "circulant: c: expected a vector [n] of 1 element or more, got []");
  for (const Shape& dy : {Shape{4}, Shape{2, 2, 1}, Shape{3, 2}}) {
    EXPECT_EQ(error_of([&] { (void)reference::circulant_dc(Values(dy)); }),
              text("circulant: dy: expected a square matrix [n, n], got ", dy));
  }
  EXPECT_EQ(error_of([] {
              (void)reference::circulant_dc(Values(Shape{2, 3}));
            }),
            "circulant: dy: expected a square matrix [n, n], got [2, 3]");
  EXPECT_EQ(error_of([] {
              (void)reference::circulant_dc(Values(Shape{0, 0}));
            }),
            "circulant: dy: expected a square matrix [n, n], got [0, 0]");
}

TEST(DoublyBlockCirculantErrors, EveryArgumentIsRefusedByName) {
  EXPECT_EQ(error_of([] { (void)reference::doubly_block_circulant(Values(Shape{3})); }),
            "doubly_block_circulant: c: expected a matrix [m, n] of 1 element or more, got [3]");
  EXPECT_EQ(error_of([] {
              (void)reference::doubly_block_circulant(Values(Shape{1, 2, 3}));
            }),
            "doubly_block_circulant: c: expected a matrix [m, n] of 1 element or more, got "
            "[1, 2, 3]");
  EXPECT_EQ(error_of([] {
              (void)reference::doubly_block_circulant(Values(Shape{0, 2}));
            }),
            "doubly_block_circulant: c: expected a matrix [m, n] of 1 element or more, got [0, 2]");
  EXPECT_EQ(error_of([] {
              (void)reference::doubly_block_circulant(Values(Shape{2, 0}));
            }),
            "doubly_block_circulant: c: expected a matrix [m, n] of 1 element or more, got [2, 0]");
  EXPECT_EQ(error_of([] {
              (void)reference::doubly_block_circulant_dc(Values(Shape{4, 4}), {2, 3});
            }),
            "doubly_block_circulant: dy: expected [6, 6] (the shape of y), got [4, 4]");
}

// ---- laws -----------------------------------------------------------------------------------

struct Layer {
  ConvParams p;
  Values w;
  Shape x;
};

Layer any_layer() {
  Layer layer;
  const auto rank = any_index("axes", 1, 3);
  layer.p.groups = any_index("groups", 1, 2);
  const Index channels = any_index("channels per group", 1, 2);
  const Index outputs = layer.p.groups * any_index("outputs per group", 1, 2);
  Indices x{1, layer.p.groups * channels};
  Indices w{outputs, channels};
  for (Index axis = 0; axis < rank; ++axis) {
    const WindowAxis a = any_window_axis();
    const Index kernel = any_index("kernel", 1, rank == 3 ? 2 : 3);
    const Index needed = a.dilation * (kernel - 1) + 1 - a.before - a.after;
    x.push_back(std::max<Index>(needed, 1) + any_index("spare pixels", 0, rank == 3 ? 1 : 2));
    w.push_back(kernel);
    layer.p.axes.push_back(a);
  }
  if (any_index("link table", 0, 1) == 1) {
    std::vector<std::string> rows(static_cast<std::size_t>(outputs));
    for (std::string& row : rows) {
      for (Index c = 0; c < channels; ++c) row += any_index("link", 0, 1) == 1 ? 'X' : '.';
    }
    layer.p.links = LinkTable(rows);
  }
  layer.w = any_tensor("w", Shape(w.begin(), w.end()));
  layer.x = Shape(x.begin(), x.end());
  return layer;
}

TEST(ConvMatrixLaws, ItsColumnsAreTheConvolvedUnitImages) {
  covers({"F-CONV-AS-MATRIX-R"});
  for_all("the matrix of the map", [] {
    const Layer l = any_layer();
    require_equal(
        reference::conv_matrix(l.w, l.x, l.p),
        matrix_of([&](const Values& x) { return reference::conv<Rational>(x, l.w, nullptr, l.p); },
                  l.x));
  });
}

TEST(ConvMatrixLaws, GradientsAreFiniteDifferencesAndTheMatrixCarriesThoseOfConv) {
  for_all("dw of the matrix, and dx = A^T dy, dA = dy x^T of the layer", [] {
    const auto taps = any_index("kernel", 1, 3);
    const ConvParams p{.axes = {any_window_axis(), {.dilation = any_index("dilation", 1, 2)}}};
    const Shape x{1, 2, p.axes[0].dilation * (taps - 1) + 1, 4};
    const Values w = any_tensor("w", {any_index("outputs", 1, 2), 2, taps, 2});
    const Values dy = any_tensor("dA", reference::conv_matrix_y_shape(w.shape(), x, p));
    require_equal(reference::conv_matrix_dw(dy, w.shape(), x, p),
                  polynomial_gradient(
                      [&](const Values& v) { return reference::conv_matrix(v, x, p); }, w, dy));
    const Values matrix = reference::conv_matrix(w, x, p);
    const Values image = any_tensor("x", x);
    const Shape y = conv_y_shape(x, w.shape(), p);
    const Values error = any_tensor("dy", y);
    require_equal(reference::conv_dx<Rational>(error, w, x, p),
                  reshaped(product(transposed(matrix), reshaped(error, {error.size(), 1})), x));
    const Values outer =
        product(reshaped(error, {error.size(), 1}), reshaped(image, {1, image.size()}));
    require_equal(reference::conv_dw<Rational>(error, image, w.shape(), p),
                  reference::conv_matrix_dw(outer, w.shape(), x, p));
  });
}

TEST(ToeplitzLaws, OneDimensionalConvolutionIsToeplitz) {
  covers({"F-CONV-AS-MATRIX-R"});
  for_all("t holds the kernel backwards with zeros on both sides", [] {
    const Index taps = any_index("kernel", 1, 4);
    const Index pixels = taps + any_index("spare pixels", 0, 4);
    const Values w = any_tensor("w", {1, 1, taps});
    const Index rows = pixels - taps + 1;
    // The entry (i, j) of the valid convolution is w[j-i], so t[pixels - 1 - k] = w[k].
    Values t(Shape{rows + pixels - 1});
    for (Index k = 0; k < taps; ++k) t[pixels - 1 - k] = w[k];
    require_equal(reference::toeplitz(t, {.rows = rows, .columns = pixels}),
                  reference::conv_matrix(w, {1, 1, pixels}, {.axes = {{}}}));
  });
}

TEST(ToeplitzLaws, TheGradientIsAFiniteDifference) {
  for_all("dt, and neighbours on a diagonal are equal", [] {
    const reference::ToeplitzParams p{.rows = any_index("rows", 1, 5),
                                      .columns = any_index("columns", 1, 5)};
    const Values t = any_tensor("t", {p.rows + p.columns - 1});
    const Values y = reference::toeplitz(t, p);
    for (Index i = 0; i + 1 < p.rows; ++i) {
      for (Index j = 0; j + 1 < p.columns; ++j) require_equal(y(i, j), y(i + 1, j + 1));
    }
    // The corners are the ends of t.
    require_equal(y(0, p.columns - 1), t[0]);
    require_equal(y(p.rows - 1, 0), t[t.size() - 1]);
    const Values dy = any_tensor("dy", y.shape());
    require_equal(
        reference::toeplitz_dt(dy),
        polynomial_gradient([&](const Values& v) { return reference::toeplitz(v, p); }, t, dy));
  });
}

TEST(CirculantLaws, ItsProductIsCircularConvolutionByPolynomials) {
  for_all("products of polynomials modulo z^n - 1; circulants commute", [] {
    const Index n = any_index("n", 1, 6);
    const Values c = any_tensor("c", {n});
    const Values x = any_tensor("x", {n});
    Values wide(Shape{2 * n});
    for (Index i = 0; i < n; ++i) {
      for (Index j = 0; j < n; ++j) wide[i + j] += c[i] * x[j];
    }
    Values circular(Shape{n, 1});
    for (Index i = 0; i < 2 * n; ++i) circular[i < n ? i : i - n] += wide[i];
    require_equal(product(reference::circulant(c), reshaped(x, {n, 1})), circular);
    require_equal(product(reference::circulant(c), reference::circulant(x)),
                  product(reference::circulant(x), reference::circulant(c)));
  });
}

TEST(CirculantLaws, TheGradientIsAFiniteDifference) {
  for_all("dc", [] {
    const Values c = any_tensor("c", {any_index("n", 1, 5)});
    const Values dy = any_tensor("dy", {c.size(), c.size()});
    require_equal(
        reference::circulant_dc(dy),
        polynomial_gradient([](const Values& v) { return reference::circulant(v); }, c, dy));
  });
}

TEST(DoublyBlockCirculantLaws, TheGradientIsAFiniteDifference) {
  for_all("dc", [] {
    const Values c = any_tensor("c", {any_index("m", 1, 3), any_index("n", 1, 3)});
    const Values dy = any_tensor("dy", {c.size(), c.size()});
    require_equal(reference::doubly_block_circulant_dc(dy, c.shape()),
                  polynomial_gradient(
                      [](const Values& v) { return reference::doubly_block_circulant(v); }, c, dy));
  });
}

TEST(DoublyBlockCirculantLaws, ItIsACirculantOfCirculants) {
  covers({"P-DOUBLY-CIRCULANT"});
  for_all("blocks, and the circular convolution of two images", [] {
    const Index m = any_index("m", 1, 4);
    const Index n = any_index("n", 1, 4);
    const Values c = any_tensor("c", {m, n});
    const Values matrix = reference::doubly_block_circulant(c);
    for (Index i = 0; i < m; ++i) {
      for (Index h = 0; h < m; ++h) {
        Values row(Shape{n});
        for (Index j = 0; j < n; ++j) row[j] = c(((i - h) % m + m) % m, j);
        const Values block = reference::circulant(row);
        for (Index j = 0; j < n; ++j) {
          for (Index q = 0; q < n; ++q) require_equal(matrix(i * n + j, h * n + q), block(j, q));
        }
      }
    }
    const Values x = any_tensor("x", {m, n});
    Values circular(Shape{m, n});
    for_each_index(c.shape(), [&](const Indices& u) {
      for_each_index(x.shape(), [&](const Indices& h) {
        circular((u[0] + h[0]) % m, (u[1] + h[1]) % n) += c(u[0], u[1]) * x(h[0], h[1]);
      });
    });
    require_equal(reshaped(product(matrix, reshaped(x, {x.size(), 1})), {m, n}), circular);
  });
}

/// Rows and columns of a matrix that stand for places inside `rows` x `columns` images whose first
/// pixel is `at`, in images of `whole`.
Values submatrix(const Values& matrix, const Shape& whole, const Shape& rows, const Indices& row_at,
                 const Shape& columns) {
  Values result(Shape{rows.element_count(), columns.element_count()});
  for_each_index(rows, [&](const Indices& i) {
    for_each_index(columns, [&](const Indices& h) {
      result(flat_index(rows, i), flat_index(columns, h)) =
          matrix(flat_index(whole, {i[0] + row_at[0], i[1] + row_at[1]}), flat_index(whole, h));
    });
  });
  return result;
}

TEST(DoublyBlockCirculantLaws, FullAndValidConvolutionsAreParts) {
  covers({"P-DOUBLY-CIRCULANT"});
  for_all("rows and columns of the circulant of an image with room", [] {
    const Shape kernel{any_index("kernel height", 1, 3), any_index("kernel width", 1, 3)};
    const Shape image{kernel[0] + any_index("spare rows", 0, 2),
                      kernel[1] + any_index("spare columns", 0, 2)};
    const Values w = any_tensor("w", {1, 1, kernel[0], kernel[1]});
    // conv does not flip its kernel; the notes' convolution here does.
    Values rotated(w.shape());
    for (Index i = 0; i < w.size(); ++i) rotated[i] = w[w.size() - 1 - i];
    const auto padded = [&](const Shape& whole) {
      Values c(whole);
      for (Index u = 0; u < kernel[0]; ++u) {
        for (Index v = 0; v < kernel[1]; ++v) c(u, v) = w(0, 0, u, v);
      }
      return reference::doubly_block_circulant(c);
    };
    const Shape pixels{1, 1, image[0], image[1]};
    const Shape wide{image[0] + kernel[0] - 1, image[1] + kernel[1] - 1};
    ConvParams full;
    for (int axis = 0; axis < 2; ++axis) {
      full.axes.push_back({.before = kernel[axis] - 1, .after = kernel[axis] - 1});
    }
    require_equal(reference::conv_matrix(rotated, pixels, full),
                  submatrix(padded(wide), wide, wide, {0, 0}, image));
    // Where no window leaves the image nothing turns around its end.
    const Shape valid{image[0] - kernel[0] + 1, image[1] - kernel[1] + 1};
    require_equal(reference::conv_matrix(rotated, pixels, {.axes = {{}, {}}}),
                  submatrix(padded(image), image, valid, {kernel[0] - 1, kernel[1] - 1}, image));
  });
}

TEST(DoublyBlockCirculantLaws, EveryConvolutionIsDoublyBlockCirculantIsNotAsPrinted) {
  // Note 001 §9.7 says it of convolution without a word on borders. True of the circular one alone:
  // the matrix of a convolution with zero padding that keeps the size has zeros where a circulant
  // has weights, and without padding it is not even square.
  covers({"P-DOUBLY-CIRCULANT"});
  const Values w = tensor({1, 1, 1, 3}, {1, 2, 3});
  const Values same =
      reference::conv_matrix(w, {1, 1, 1, 3}, {.axes = {{}, {.before = 1, .after = 1}}});
  EXPECT_EQ(same, tensor({3, 3}, {2, 3, 0, 1, 2, 3, 0, 1, 2}));
  EXPECT_NE(same(0, 2), same(1, 0));  // Both would be c[1].
  EXPECT_EQ(reference::conv_matrix(w, {1, 1, 1, 4}, {.axes = {{}, {}}}).shape(), (Shape{2, 4}));
}

TEST(ConvMatrixLaws, TheSameKernelMakesAMatrixForEverySize) {
  covers({"P-VARIABLE-SIZE", "P-DOUBLY-CIRCULANT"});
  for_all("sizes scale, and the kernel is used once per window", [] {
    const Values w = any_tensor("w", {1, 1, 2, 2});
    const Index height = any_index("height", 2, 5);
    const Index width = any_index("width", 2, 5);
    const Values matrix = reference::conv_matrix(w, {1, 1, height, width}, {.axes = {{}, {}}});
    const Index windows = (height - 1) * (width - 1);
    require_equal(matrix.shape(), Shape{windows, height * width});
    require_equal(nonzeros(matrix), windows * w.size());
    // The smaller image inside a larger one gets the same outputs.
    const Values x = any_tensor("x", {1, 1, 6, 6});
    Values part(Shape{1, 1, height, width});
    for_each_index(part.shape(), [&](const Indices& at) {
      part[flat_index(part.shape(), at)] = x[flat_index(x.shape(), at)];
    });
    const Values whole = reference::conv<Rational>(x, w, nullptr, {.axes = {{}, {}}});
    const Values some = reference::conv<Rational>(part, w, nullptr, {.axes = {{}, {}}});
    for_each_index(some.shape(), [&](const Indices& at) {
      require_equal(some[flat_index(some.shape(), at)], whole[flat_index(whole.shape(), at)]);
    });
  });
}

// ---- the edge detector of note 001 §9.2, Fig. 9.6 -----------------------------------------------

const ConvParams kEdges{.axes = {{}, {}}};

/// Pixel minus its left neighbour.
Values edge_kernel() {
  return tensor({1, 1, 1, 2}, {-1, 1});
}

TEST(ConvMatrixExamples, EdgesArePixelsLessTheirLeftNeighbours) {
  covers({"X-EDGE-OP", "N-EDGE-WIDTH"});
  const Values x = tensor({1, 1, 2, 4}, {1, 1, 5, 5, 2, 2, 2, 9});
  const Values y = reference::conv<Rational>(x, edge_kernel(), nullptr, kEdges);
  EXPECT_EQ(y, tensor({1, 1, 2, 3}, {0, 4, 0, 0, 0, 7}));
  // Horizontal edges are not seen: an image that is constant along rows.
  const Values rows = tensor({1, 1, 2, 2}, {1, 1, 5, 5});
  EXPECT_EQ(reference::conv<Rational>(rows, edge_kernel(), nullptr, kEdges),
            Values(Shape{1, 1, 2, 1}));
  EXPECT_EQ(conv_y_shape({1, 1, 280, 320}, {1, 1, 1, 2}, kEdges), (Shape{1, 1, 280, 319}));
}

TEST(ConvMatrixLaws, TheEdgeDetectorCostsWhatIsCounted) {
  // Counted on small images, where the matrix can be built; the same formulas give the numbers of
  // the notes for 320 x 280.
  covers({"E-EDGE-DETECT", "N-EDGE-FLOPS", "N-EDGE-MATRIX", "N-EDGE-STORAGE-RATIO",
          "N-EDGE-MATMUL-FLOPS", "N-EDGE-SPEEDUP", "N-EDGE-SPARSE-FLOPS", "N-EDGE-NNZ"});
  const auto pixels = [](Index h, Index w) { return h * w; };
  const auto outputs = [](Index h, Index w) { return h * (w - 1); };
  const auto conv_flops = [&](Index h, Index w) { return outputs(h, w) * 3; };
  const auto entries = [&](Index h, Index w) { return pixels(h, w) * outputs(h, w); };
  const auto nnz = [&](Index h, Index w) { return 2 * outputs(h, w); };
  // A row of n entries takes n products and n-1 additions.
  const auto dense_flops = [&](Index h, Index w) { return outputs(h, w) * (2 * pixels(h, w) - 1); };
  for_all("the formulas are what happens", [&] {
    const Index h = any_index("height", 1, 4);
    const Index w = any_index("width", 2, 6);
    const Shape image{1, 1, h, w};
    const Values matrix = reference::conv_matrix(edge_kernel(), image, kEdges);
    require_equal(matrix.size(), entries(h, w));
    require_equal(nonzeros(matrix), nnz(h, w));

    Tensor<Counted> x(image);
    for (Index i = 0; i < x.size(); ++i) x[i] = Counted(static_cast<int>(i + 1));
    const Tensor<Counted> kernel(Shape{1, 1, 1, 2}, {Counted(-1), Counted(1)});
    Counted::reset();
    (void)reference::conv<Counted>(x, kernel, nullptr, kEdges);
    require_equal(Counted::products, 2 * outputs(h, w));
    require_equal(Counted::additions, outputs(h, w));
    require_equal(Counted::products + Counted::additions, conv_flops(h, w));

    const auto multiplied = [&](bool skip_zeros) {
      Counted::reset();
      for (Index i = 0; i < matrix.shape()[0]; ++i) {
        Counted sum(0);
        for (Index j = 0; j < matrix.shape()[1]; ++j) {
          if (skip_zeros && matrix(i, j) == 0) continue;
          sum += Counted(static_cast<int>(matrix(i, j))) * x[j];
        }
      }
      return Counted::products + Counted::additions;
    };
    require_equal(multiplied(false), dense_flops(h, w));
    require_equal(multiplied(true), conv_flops(h, w));  // Storing the nonzeros only.
  });
  EXPECT_EQ(conv_flops(280, 320), 319 * 280 * 3);
  EXPECT_EQ(conv_flops(280, 320), 267960);
  EXPECT_EQ(entries(280, 320), Index{320} * 280 * 319 * 280);
  EXPECT_EQ(entries(280, 320), 8003072000);
  EXPECT_GT(entries(280, 320), 8000000000);  // "More than 8 billion."
  EXPECT_EQ(edge_kernel().size(), 2);
  EXPECT_EQ(entries(280, 320) / edge_kernel().size(), 4001536000);  // "4 billion times."
  EXPECT_GT(dense_flops(280, 320), 16000000000);                    // "More than 16 billion."
  EXPECT_EQ(dense_flops(280, 320), 16006054680);
  EXPECT_EQ(dense_flops(280, 320) / conv_flops(280, 320), 59733);  // "About 60,000 times."
  EXPECT_EQ(nnz(280, 320), 2 * 319 * 280);
  EXPECT_EQ(nnz(280, 320), 178640);
}

}  // namespace
}  // namespace convproof
