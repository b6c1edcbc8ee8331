// Losses, steps of training, what stands between them.
#include "properties/derivations/agreement/agreement.h"
#include "reference/dropout.h"
#include "reference/kmeans_patches.h"
#include "reference/minibatch.h"
#include "reference/momentum.h"
#include "reference/radial_basis.h"
#include "reference/sgd.h"
#include "reference/squared_error.h"
#include "reference/weight_decay.h"

namespace convproof::derivations {
namespace {

using namespace reference;
using Numbers = Tensor<Rational>;

Computed run_squared_error(Point& p) {
  const Numbers y = p.tensor("y");
  const Numbers t = p.tensor("t");
  const Numbers de = p.tensor("de");
  return {{"forward", squared_error(y, t)},
          {"dy", squared_error_dy(de, y, t)},
          {"dt", squared_error_dt(de, y, t)}};
}

Computed run_radial_basis(Point& p) {
  const Numbers x = p.tensor("x");
  const Numbers w = p.tensor("w");
  const Numbers dy = p.tensor("dy");
  return {{"forward", radial_basis(x, w)},
          {"dx", radial_basis_dx(dy, x, w)},
          {"dw", radial_basis_dw(dy, x, w)}};
}

/// The number of elements as a seed, so that others are dropped at other sizes.
DropoutParams dropout_params(const evaluate::Sizes& sizes) {
  return {.drop = sizes.at("drop"),
          .of = sizes.at("total"),
          .seed = static_cast<std::uint64_t>(sizes.at("N"))};
}

std::optional<Rational> kept(const evaluate::Sizes& sizes, const std::string& tensor,
                             const evaluate::PerAxis& place, std::uint64_t) {
  if (tensor != "kept") return std::nullopt;
  const DropoutParams params = dropout_params(sizes);
  return Rational(dropout_drops(place[0] - 1, dropout_key(params.seed), params) ? 0 : 1);
}

Computed run_dropout(Point& p) {
  const DropoutParams params = dropout_params(p.sizes());
  return {{"forward", dropout(p.tensor("x"), params)}, {"dx", dropout_dx(p.tensor("dy"), params)}};
}

Computed run_minibatch(Point& p) {
  const Numbers x = p.tensor("x");
  const Numbers g = p.tensor("g");
  const Index k = p.size("k");
  const Index portion = p.size("portion");
  return {{"forward", minibatch(x, k, portion)},
          {"dx", minibatch_dx(p.tensor("dy"), x.shape(), k, portion)},
          {"forward_mean", minibatch_mean(g)},
          {"dg", minibatch_mean_dg(p.tensor("dmean"), g.shape())}};
}

Computed run_sgd(Point& p) {
  const Numbers w = p.tensor("w");
  const Numbers g = p.tensor("g");
  const Numbers eta = p.tensor("eta");
  const Numbers d = p.tensor("d");
  // Of one rate it is the sum of those of the rates.
  const Numbers by_rates = sgd_deta(d, g);
  Rational of_one(0);
  for (Index i = 0; i < by_rates.size(); ++i) of_one += by_rates[i];
  return {{"forward", sgd(w, g, eta)},
          {"dw", sgd_dw(d)},
          {"dg", sgd_dg(d, eta)},
          {"deta", by_rates},
          {"forward_shared", sgd(w, g, p.number("rate"))},
          {"drate", scalar(of_one)}};
}

Computed run_momentum(Point& p) {
  const MomentumState<Rational> state{p.tensor("w"), p.tensor("v")};
  const MomentumParams<Rational> params{.eta = p.number("eta"), .mu = p.number("mu")};
  const MomentumState<Rational> next = momentum(state, p.tensor("g"), params);
  const MomentumState<Rational> d{p.tensor("dw'"), p.tensor("dv'")};
  return {{"forward_v", next.v},
          {"forward_w", next.w},
          {"dw", momentum_dw(d)},
          {"dg", momentum_dg(d, params)},
          {"dv", momentum_dv(d, params)},
          {"dmu", scalar(momentum_dmu(d, state, params))},
          {"deta", scalar(momentum_deta(d, next))}};
}

Computed run_weight_decay(Point& p) {
  const Numbers w = p.tensor("w");
  const Rational lambda = p.number("lambda");
  return {{"forward", scalar(weight_decay(w, lambda))},
          {"dw", weight_decay_dw(w, lambda)},
          {"dlambda", scalar(weight_decay_dlambda(w))},
          {"step", weight_decay_step(w, p.tensor("g"), p.number("eta"), lambda)}};
}

/// The centre that stands for a patch.
Index centre_of(const evaluate::Sizes& sizes, Index patch) {
  return (patch * patch + 1) % sizes.at("K");
}

std::optional<Rational> assigned(const evaluate::Sizes& sizes, const std::string& tensor,
                                 const evaluate::PerAxis& place, std::uint64_t) {
  if (tensor != "nearest") return std::nullopt;
  return Rational(centre_of(sizes, place[0] - 1) == place[1] - 1 ? 1 : 0);
}

Computed run_kmeans_patches(Point& p) {
  const Numbers x = p.tensor("x");
  const Numbers by_axes = p.tensor("dpatches");
  const Shape kernel{p.size("U")};
  const WindowAxes axes = p.axes({{"s", "d", "before", "after"}});
  const Numbers patches = image_patches(x, kernel, axes);
  const Numbers dpatches = reshaped(by_axes, patches.shape());
  const Numbers given = p.tensor("p");
  const Numbers centres = p.tensor("centres");
  std::vector<Index> assignment;
  for (Index m = 0; m < p.size("M"); ++m) assignment.push_back(centre_of(p.sizes(), m));
  return {{"forward_patches", reshaped(patches, by_axes.shape())},
          {"dx", image_patches_dx(dpatches, x.shape(), kernel, axes)},
          {"forward_cost", scalar(kmeans_cost(given, centres, assignment))},
          {"dcentres", kmeans_dcentres(given, centres, assignment)},
          {"dpatches", kmeans_dpatches(given, centres, assignment)}};
}

}  // namespace

Codes codes_of_training() {
  return {
      {"dropout", {run_dropout, kept}},       {"kmeans_patches", {run_kmeans_patches, assigned}},
      {"minibatch", {run_minibatch}},         {"momentum", {run_momentum}},
      {"radial_basis", {run_radial_basis}},   {"sgd", {run_sgd}},
      {"squared_error", {run_squared_error}}, {"weight_decay", {run_weight_decay}}};
}

}  // namespace convproof::derivations
