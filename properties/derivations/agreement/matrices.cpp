// Convolutions as matrices, windows as columns, orders of axes.
#include "properties/derivations/agreement/agreement.h"
#include "reference/circulant.h"
#include "reference/col2im.h"
#include "reference/conv_matrix.h"
#include "reference/dilate_kernel.h"
#include "reference/doubly_block_circulant.h"
#include "reference/im2col.h"
#include "reference/kernel_order.h"
#include "reference/toeplitz.h"

namespace convproof::derivations {
namespace {

using namespace reference;
using Numbers = Tensor<Rational>;

WindowAxes two_axes(const Point& p) {
  return p.axes({{"s", "d", "top", "bottom"}, {"t", "e", "left", "right"}});
}

/// A matrix times a vector.
Numbers product(const Numbers& matrix, const Numbers& x) {
  Numbers y(Shape{matrix.shape()[0]});
  for (Index i = 0; i < y.size(); ++i) {
    for (Index j = 0; j < x.size(); ++j) y[i] += matrix(i, j) * x[j];
  }
  return y;
}

Computed run_toeplitz(Point& p) {
  const Numbers t = p.tensor("t");
  const Numbers y = toeplitz(t, {p.size("rows"), p.size("columns")});
  return {
      {"forward", y}, {"dt", toeplitz_dt(p.tensor("dy"))}, {"product", product(y, p.tensor("z"))}};
}

Computed run_circulant(Point& p) {
  const Numbers y = circulant(p.tensor("c"));
  return {
      {"forward", y}, {"dc", circulant_dc(p.tensor("dy"))}, {"product", product(y, p.tensor("x"))}};
}

Computed run_doubly_block_circulant(Point& p) {
  const Numbers c = p.tensor("c");
  const Numbers dy = p.tensor("dy");
  const Shape matrix{c.size(), c.size()};
  return {{"forward", reshaped(doubly_block_circulant(c), dy.shape())},
          {"dc", doubly_block_circulant_dc(reshaped(dy, matrix), c.shape())}};
}

Computed run_conv_matrix(Point& p) {
  const Numbers grouped_w = p.tensor("w");
  const Shape& g = grouped_w.shape();
  const Numbers w = reshaped(grouped_w, Shape{g[0] * g[1], g[2], g[3], g[4]});
  const Shape image{1, p.size("G") * p.size("C"), p.size("H"), p.size("W")};
  const ConvParams params{.axes = two_axes(p), .groups = p.size("G")};
  const Numbers matrix = conv_matrix(w, image, params);
  const Numbers by_axes = p.tensor("dA");
  const Numbers dw = conv_matrix_dw(reshaped(by_axes, matrix.shape()), w.shape(), image, params);
  return {{"forward", reshaped(matrix, by_axes.shape())}, {"dw", reshaped(dw, g)}};
}

Im2colParams windows(const Point& p) {
  return {.kernel = {p.size("U"), p.size("V")}, .axes = two_axes(p)};
}

/// Columns [N, C*U*V, A*B], whose axes the claims count one by one: [N,C,U,V,A,B].
Numbers as_columns(const Numbers& by_axes) {
  const Shape& a = by_axes.shape();
  return reshaped(by_axes, Shape{a[0], a[1] * a[2] * a[3], a[4] * a[5]});
}

Computed run_im2col(Point& p) {
  const Numbers x = p.tensor("x");
  const Numbers dy = p.tensor("dy");
  const Numbers columns = im2col(x, windows(p));
  const Numbers w = p.tensor("w");
  const Shape& c = columns.shape();
  Numbers products(Shape{c[0], w.shape()[0], dy.shape()[4], dy.shape()[5]});
  for (Index n = 0; n < c[0]; ++n) {
    for (Index o = 0; o < w.shape()[0]; ++o) {
      for (Index row = 0; row < c[1]; ++row) {
        for (Index i = 0; i < c[2]; ++i) {
          products[(n * w.shape()[0] + o) * c[2] + i] += w[o * c[1] + row] * columns(n, row, i);
        }
      }
    }
  }
  return {{"forward", reshaped(columns, dy.shape())},
          {"dx", col2im(as_columns(dy), x.shape(), windows(p))},
          {"product", products}};
}

Computed run_col2im(Point& p) {
  const Numbers x = p.tensor("x");
  const Numbers dy = p.tensor("dy");
  return {{"forward", col2im(as_columns(x), dy.shape(), windows(p))},
          {"dx", reshaped(im2col(dy, windows(p)), x.shape())}};
}

Computed run_dilate_kernel(Point& p) {
  const Numbers w = p.tensor("w");
  const DilateKernelParams params{{p.size("D"), p.size("E")}};
  return {{"forward", dilate_kernel(w, params)},
          {"dw", dilate_kernel_dw(p.tensor("dy"), w.shape(), params)}};
}

/// [D,M,N] as one image, and back.
Numbers image(const Numbers& maps) {
  const Shape& m = maps.shape();
  return reshaped(maps, Shape{1, m[0], m[1], m[2]});
}
Numbers maps(const Numbers& image) {
  const Shape& i = image.shape();
  return reshaped(image, Shape{i[1], i[2], i[3]});
}

/// The page has no functions of their own for gradients: each is the inverse.
Computed run_kernel_order(Point& p) {
  const Numbers pduv = p.tensor("pduv");
  return {{"forward_from_uvpd", kernel_from_uvpd(p.tensor("uvpd"))},
          {"forward_to_uvpd", kernel_to_uvpd(pduv)},
          {"forward_from_uvdp", kernel_from_uvdp(p.tensor("uvdp"))},
          {"forward_to_uvdp", kernel_to_uvdp(pduv)},
          {"dfrom_uvpd", kernel_to_uvpd(p.tensor("d_from_uvpd"))},
          {"dto_uvpd", kernel_from_uvpd(p.tensor("d_to_uvpd"))},
          {"dfrom_uvdp", kernel_to_uvdp(p.tensor("d_from_uvdp"))},
          {"dto_uvdp", kernel_from_uvdp(p.tensor("d_to_uvdp"))},
          {"forward_from_mnd", maps(image_from_mnd(p.tensor("mnd")))},
          {"forward_to_mnd", image_to_mnd(image(p.tensor("dmn")))},
          {"dfrom_mnd", image_to_mnd(image(p.tensor("d_from_mnd")))},
          {"dto_mnd", maps(image_from_mnd(p.tensor("d_to_mnd")))}};
}

}  // namespace

Codes codes_of_matrices() {
  return {{"circulant", {run_circulant}},
          {"col2im", {run_col2im}},
          {"conv_matrix", {run_conv_matrix}},
          {"dilate_kernel", {run_dilate_kernel}},
          {"doubly_block_circulant", {run_doubly_block_circulant}},
          {"im2col", {run_im2col}},
          {"kernel_order", {run_kernel_order}},
          {"toeplitz", {run_toeplitz}}};
}

}  // namespace convproof::derivations
