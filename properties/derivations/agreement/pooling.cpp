// Pooling and its relatives.
#include "properties/derivations/agreement/agreement.h"
#include "reference/average_pool.h"
#include "reference/block_sum.h"
#include "reference/global_average_pool.h"
#include "reference/subsampling.h"
#include "reference/unpool.h"
#include "reference/weighted_average_pool.h"

namespace convproof::derivations {
namespace {

using namespace reference;
using Numbers = Tensor<Rational>;

Index at(const evaluate::Sizes& sizes, const std::string& name) {
  return sizes.at(name);
}

AveragePoolParams average_pool_params(const evaluate::Sizes& sizes, bool count_include_pad) {
  const WindowAxis rows{.stride = at(sizes, "s"),
                        .before = at(sizes, "top"),
                        .after = at(sizes, "bottom"),
                        .dilation = at(sizes, "d")};
  const WindowAxis columns{.stride = at(sizes, "t"),
                           .before = at(sizes, "left"),
                           .after = at(sizes, "right"),
                           .dilation = at(sizes, "e")};
  return {.window = {.kernel = {at(sizes, "K"), at(sizes, "L")}, .axes = {rows, columns}},
          .count_include_pad = count_include_pad};
}

/// One divided by the number of pixels in a region, 0 where it has none.
std::optional<Rational> part_of_region(const evaluate::Sizes& sizes, const std::string& tensor,
                                       const evaluate::PerAxis& place, std::uint64_t) {
  if (tensor != "part") return std::nullopt;
  const Shape x{1, 1, at(sizes, "H"), at(sizes, "W")};
  const AveragePoolParams params = average_pool_params(sizes, false);
  const Index columns = pool_y_shape(x, params.window)[3];
  const auto region = static_cast<std::size_t>((place[0] - 1) * columns + place[1] - 1);
  const Index cells = average_pool_cells(x, params)[region];
  return cells == 0 ? Rational(0) : Rational(1) / Rational(cells);
}

Computed run_average_pool(Point& p) {
  const Numbers x = p.tensor("x");
  const AveragePoolParams all = average_pool_params(p.sizes(), true);
  const AveragePoolParams inside = average_pool_params(p.sizes(), false);
  return {{"forward", average_pool(x, all)},
          {"dx", average_pool_dx(p.tensor("dy"), x.shape(), all)},
          {"forward_inside", average_pool(x, inside)},
          {"dx_inside", average_pool_dx(p.tensor("dinside"), x.shape(), inside)}};
}

PoolParams weighted_params(const evaluate::Sizes& sizes) {
  return {
      .kernel = {at(sizes, "K"), at(sizes, "L")},
      .axes = {
          {.stride = at(sizes, "s"), .before = at(sizes, "top"), .after = at(sizes, "bottom")},
          {.stride = at(sizes, "t"), .before = at(sizes, "left"), .after = at(sizes, "right")}}};
}

/// Weights that fall with the distance from the centre; the taps next to it count as much.
Numbers unnormalised(const evaluate::Sizes& sizes) {
  const PoolParams params = weighted_params(sizes);
  Numbers a(Shape(params.kernel.begin(), params.kernel.end()));
  for_each_index(a.shape(), [&](const Indices& tap) {
    a[flat_index(a.shape(), tap)] = Rational(1) / Rational(1 + four_squared_distances(tap, params));
  });
  return a;
}

/// w and r of the claims, which follow from the weights.
std::optional<Rational> normalised(const evaluate::Sizes& sizes, const std::string& tensor,
                                   const evaluate::PerAxis& place, std::uint64_t) {
  if (tensor != "w" && tensor != "r") return std::nullopt;
  const Numbers a = unnormalised(sizes);
  if (tensor == "w")
    return weights_by_distance(a, weighted_params(sizes))(place[0] - 1, place[1] - 1);
  Rational sum(0);
  for (Index i = 0; i < a.size(); ++i) sum += a[i];
  return Rational(1) / sum;
}

Computed run_weighted_average_pool(Point& p) {
  const Numbers x = p.tensor("x");
  const Numbers dy = p.tensor("dy");
  const Numbers a = unnormalised(p.sizes());
  const PoolParams params = weighted_params(p.sizes());
  return {{"forward", weighted_average_pool(x, a, params)},
          {"dx", weighted_average_pool_dx(dy, x.shape(), a, params)},
          {"da", weighted_average_pool_da(dy, x, a, params)}};
}

Computed run_global_average_pool(Point& p) {
  const Numbers x = p.tensor("x");
  return {{"forward", global_average_pool(x)},
          {"dx", global_average_pool_dx(p.tensor("dy"), x.shape())}};
}

Computed run_block_sum(Point& p) {
  const Numbers x = p.tensor("x");
  const Indices n{p.size("r"), p.size("s")};
  return {{"forward", block_sum<Rational>(x, n)},
          {"dx", block_sum_dx(p.tensor("dy"), x.shape(), n)}};
}

Computed run_subsampling(Point& p) {
  const Numbers x = p.tensor("x");
  const Numbers beta = p.tensor("beta");
  const Numbers du = p.tensor("du");
  const Indices n{p.size("r"), p.size("s")};
  return {{"forward", subsampling<Rational>(x, beta, p.tensor("b"), n)},
          {"dx", subsampling_dx<Rational>(du, beta, x.shape(), n)},
          {"dbeta", subsampling_dbeta<Rational>(du, x, n)},
          {"db", subsampling_db<Rational>(du)}};
}

/// The pixel of the maximum of region i, from 0; -1 for regions that are more than the pixels. No
/// two regions have the same.
Index pixel_of_region(const evaluate::Sizes& sizes, Index i) {
  const Index pixels = at(sizes, "H");
  return i < pixels ? pixels - 1 - i : -1;
}

std::optional<Rational> selected(const evaluate::Sizes& sizes, const std::string& tensor,
                                 const evaluate::PerAxis& place, std::uint64_t) {
  if (tensor != "S") return std::nullopt;
  return Rational(pixel_of_region(sizes, place[2] - 1) == place[3] - 1 ? 1 : 0);
}

Computed run_unpool(Point& p) {
  const Numbers x = p.tensor("x");
  const Numbers dy = p.tensor("dy");
  Tensor<Index> argmax(x.shape());
  for (Index i = 0; i < argmax.size(); ++i) {
    argmax[i] = pixel_of_region(p.sizes(), i % x.shape()[2]);
  }
  return {{"forward", unpool(x, argmax, dy.shape())}, {"dx", unpool_dx(dy, argmax)}};
}

}  // namespace

Codes codes_of_pooling() {
  return {{"average_pool", {run_average_pool, part_of_region}},
          {"block_sum", {run_block_sum}},
          {"global_average_pool", {run_global_average_pool}},
          {"subsampling", {run_subsampling}},
          {"unpool", {run_unpool, selected}},
          {"weighted_average_pool", {run_weighted_average_pool, normalised}}};
}

}  // namespace convproof::derivations
