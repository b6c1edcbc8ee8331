// Layers with weights.
#include "properties/derivations/agreement/agreement.h"
#include "properties/derivations/agreement/links.h"
#include "reference/combine_maps.h"
#include "reference/conv.h"
#include "reference/conv2d.h"
#include "reference/conv_1x1.h"
#include "reference/conv_transpose.h"
#include "reference/dense.h"
#include "reference/locally_connected.h"
#include "reference/residual_add.h"
#include "reference/separable_conv.h"
#include "reference/tiled_conv.h"

namespace convproof::derivations {
namespace {

using namespace reference;
using Numbers = Tensor<Rational>;

/// Two axes with stride, dilation and padding, as most of the texts call them.
WindowAxes two_axes(const Point& p) {
  return p.axes({{"s", "d", "top", "bottom"}, {"t", "e", "left", "right"}});
}

/// The groups of maps, an axis of their own in the claims: [N,G,C,...] is [N,G*C,...] in the code.
Shape with_joined(const Shape& shape, int axis) {
  std::vector<Index> extents(shape.begin(), shape.end());
  extents[static_cast<std::size_t>(axis)] *= shape[axis + 1];
  extents.erase(extents.begin() + axis + 1);
  return Shape(extents);
}

Numbers joined(const Numbers& tensor, int axis) {
  return reshaped(tensor, with_joined(tensor.shape(), axis));
}

Computed run_conv2d(Point& p) {
  const Numbers grouped_x = p.tensor("x");
  const Numbers grouped_w = p.tensor("w");
  const Numbers grouped_dy = p.tensor("dy");
  const Numbers grouped_b = p.tensor("b");
  const Numbers x = joined(grouped_x, 1);
  const Numbers w = joined(grouped_w, 0);
  const Numbers dy = joined(grouped_dy, 1);
  const Numbers b = joined(grouped_b, 0);
  const Conv2dParams params{
      .stride = {p.size("s"), p.size("t")},
      .padding = {p.size("top"), p.size("bottom"), p.size("left"), p.size("right")},
      .dilation = {p.size("d"), p.size("e")},
      .groups = p.size("G")};
  return {{"forward", reshaped(conv2d<Rational>(x, w, &b, params), grouped_dy.shape())},
          {"dx", reshaped(conv2d_dx<Rational>(dy, w, x.shape(), params), grouped_x.shape())},
          {"dw", reshaped(conv2d_dw<Rational>(dy, x, w.shape(), params), grouped_w.shape())},
          {"db", reshaped(conv2d_db<Rational>(dy), grouped_b.shape())}};
}

Computed run_conv(Point& p) {
  const Numbers grouped_x = p.tensor("x");
  const Numbers grouped_w = p.tensor("w");
  const Numbers grouped_dy = p.tensor("dy");
  const Numbers grouped_b = p.tensor("b");
  const Numbers x = joined(grouped_x, 1);
  const Numbers w = joined(grouped_w, 0);
  const Numbers dy = joined(grouped_dy, 1);
  const Numbers b = joined(grouped_b, 0);
  const ConvParams params{.axes = p.axes({{"s", "d", "before", "after"}}),
                          .groups = p.size("G"),
                          .links = link_table(joined(p.tensor("links"), 0))};
  return {{"forward", reshaped(conv<Rational>(x, w, &b, params), grouped_dy.shape())},
          {"dx", reshaped(conv_dx<Rational>(dy, w, x.shape(), params), grouped_x.shape())},
          {"dw", reshaped(conv_dw<Rational>(dy, x, w.shape(), params), grouped_w.shape())},
          {"db", reshaped(conv_db<Rational>(dy), grouped_b.shape())}};
}

Computed run_conv_transpose(Point& p) {
  const Numbers grouped_x = p.tensor("x");
  const Numbers grouped_w = p.tensor("w");
  const Numbers grouped_dy = p.tensor("dy");
  const Numbers grouped_b = p.tensor("b");
  const Numbers x = joined(grouped_x, 1);
  const Numbers w = joined(grouped_w, 0);
  const Numbers dy = joined(grouped_dy, 1);
  const Numbers b = joined(grouped_b, 0);
  const ConvTransposeParams params{.axes = two_axes(p),
                                   .output_padding = {p.size("down"), p.size("beside")},
                                   .groups = p.size("G")};
  return {
      {"forward", reshaped(conv_transpose<Rational>(x, w, &b, params), grouped_dy.shape())},
      {"dx", reshaped(conv_transpose_dx<Rational>(dy, w, x.shape(), params), grouped_x.shape())},
      {"dw", reshaped(conv_transpose_dw<Rational>(dy, x, w.shape(), params), grouped_w.shape())},
      {"db", reshaped(conv_transpose_db<Rational>(dy), grouped_b.shape())}};
}

Computed run_conv_1x1(Point& p) {
  const Numbers x = p.tensor("x");
  const Numbers w = p.tensor("w");
  const Numbers b = p.tensor("b");
  const Numbers dy = p.tensor("dy");
  return {{"forward", conv_1x1<Rational>(x, w, &b)},
          {"dx", conv_1x1_dx<Rational>(dy, w)},
          {"dw", conv_1x1_dw<Rational>(dy, x)},
          {"db", conv_1x1_db<Rational>(dy)}};
}

Computed run_dense(Point& p) {
  const Numbers x = p.tensor("x");
  const Numbers w = p.tensor("w");
  const Numbers b = p.tensor("b");
  const Numbers dy = p.tensor("dy");
  return {{"forward", dense<Rational>(x, w, &b)},
          {"dx", dense_dx<Rational>(dy, w)},
          {"dw", dense_dw<Rational>(dy, x)},
          {"db", dense_db<Rational>(dy)}};
}

Computed run_locally_connected(Point& p) {
  const Numbers x = p.tensor("x");
  const Numbers w = p.tensor("w");
  const Numbers b = p.tensor("b");
  const Numbers dy = p.tensor("dy");
  const LocallyConnectedParams params{two_axes(p)};
  return {{"forward", locally_connected<Rational>(x, w, &b, params)},
          {"dx", locally_connected_dx<Rational>(dy, w, x.shape(), params)},
          {"dw", locally_connected_dw<Rational>(dy, x, w.shape(), params)},
          {"db", locally_connected_db<Rational>(dy)}};
}

Computed run_tiled_conv(Point& p) {
  const Numbers x = p.tensor("x");
  const Numbers w = p.tensor("w");
  const Numbers b = p.tensor("b");
  const Numbers dy = p.tensor("dy");
  const TiledConvParams params{p.axes({{"s", "d", "before", "after"}})};
  return {{"forward", tiled_conv<Rational>(x, w, &b, params)},
          {"dx", tiled_conv_dx<Rational>(dy, w, x.shape(), params)},
          {"dw", tiled_conv_dw<Rational>(dy, x, w.shape(), params)},
          {"db", tiled_conv_db<Rational>(dy, w.shape())}};
}

Computed run_separable_conv(Point& p) {
  const Numbers x = p.tensor("x");
  const std::vector<Numbers> w{p.tensor("w1"), p.tensor("w2")};
  const Numbers dy = p.tensor("dy");
  const SeparableConvParams params{two_axes(p)};
  const std::vector<Numbers> dw = separable_conv_dw(dy, x, w, params);
  return {{"forward", separable_conv(x, w, params)},
          {"dx", separable_conv_dx(dy, w, x.shape(), params)},
          {"dw1", dw[0]},
          {"dw2", dw[1]}};
}

Computed run_combine_maps(Point& p) {
  const Numbers x = p.tensor("x");
  const Numbers plain_k = p.tensor("k");
  const Shape& taps = plain_k.shape();
  const Numbers k = reshaped(plain_k, Shape{taps[0], 1, taps[1], taps[2]});
  const Numbers alpha = p.tensor("alpha");
  const Numbers dy = p.tensor("dy");
  const CombineMapsParams params{p.axes({{"s", "", "top", "bottom"}, {"t", "", "left", "right"}})};
  return {{"forward", combine_maps(x, k, alpha, p.tensor("b"), params)},
          {"dparts", combine_maps_dparts(dy, alpha)},
          {"dx", combine_maps_dx(dy, k, alpha, x.shape(), params)},
          {"dk", reshaped(combine_maps_dk(dy, x, alpha, k.shape(), params), taps)},
          {"dalpha", combine_maps_dalpha(dy, x, k, params)},
          {"db", combine_maps_db(dy)}};
}

Computed run_residual_add(Point& p) {
  const Numbers x = p.tensor("x");
  const Numbers dy = p.tensor("dy");
  const Numbers plain_w = p.tensor("w");
  const Shape& maps = plain_w.shape();
  const Numbers w = reshaped(plain_w, Shape{maps[0], maps[1], 1, 1});
  const Numbers dp = p.tensor("dp");
  const ResidualAddParams params{{p.size("s"), p.size("t")}};
  return {{"forward", residual_add(p.tensor("f"), x)},
          {"df", residual_add_df(dy)},
          {"dx", residual_add_dx(dy)},
          {"forward_projected", residual_add(p.tensor("g"), x, w, params)},
          {"df_projected", residual_add_df(dp)},
          {"dx_projected", residual_add_dx(dp, w, x.shape(), params)},
          {"dw_projected", reshaped(residual_add_dw(dp, x, w.shape(), params), maps)}};
}

}  // namespace

Codes codes_of_layers() {
  return {{"combine_maps", {run_combine_maps}},
          {"conv", {run_conv, zero_or_one("links")}},
          {"conv2d", {run_conv2d}},
          {"conv_1x1", {run_conv_1x1}},
          {"conv_transpose", {run_conv_transpose}},
          {"dense", {run_dense}},
          {"locally_connected", {run_locally_connected}},
          {"residual_add", {run_residual_add}},
          {"separable_conv", {run_separable_conv}},
          {"tiled_conv", {run_tiled_conv}}};
}

}  // namespace convproof::derivations
