// Convolutions and cross-correlations in the notes' own indices.
#include "properties/derivations/agreement/agreement.h"
#include "properties/derivations/agreement/links.h"
#include "reference/bouvrie_layer.h"
#include "reference/centred_window_2d.h"
#include "reference/continuous_convolution.h"
#include "reference/convolution.h"
#include "reference/convolution_1d.h"
#include "reference/corner_window_2d.h"
#include "reference/cross_correlation.h"
#include "reference/cross_correlation_1d.h"
#include "reference/feature_map_layer.h"
#include "reference/image_filter.h"
#include "reference/one_based_window_2d.h"
#include "reference/strided_multichannel.h"
#include "reference/weighted_average.h"

namespace convproof::derivations {
namespace {

using namespace reference;
using Numbers = Tensor<Rational>;

/// What a form computes, with the names of its claims.
struct Names {
  std::string forward = "forward";
  std::string dw = "dw";
  std::string dx = "dx";
};

Names with(const std::string& suffix) {
  return {"forward_" + suffix, "dw_" + suffix, "dx_" + suffix};
}

Computed computed(const BilinearForm& form, const Numbers& w, const Numbers& x, const Numbers& dy,
                  const Names& names = {}) {
  return {{names.forward, reference::evaluate<Rational>(form, w, x)},
          {names.dw, evaluate_dw<Rational>(form, dy, x)},
          {names.dx, evaluate_dx<Rational>(form, dy, w)}};
}

/// A function from the shapes of w and x to a form.
template <typename Form>
Computed computed_by(Form form_of, Point& p, const std::string& w, const std::string& x,
                     const std::string& dy, const Names& names = {}) {
  const Numbers kernel = p.tensor(w);
  const Numbers image = p.tensor(x);
  return computed(form_of(kernel.shape(), image.shape()), kernel, image, p.tensor(dy), names);
}

Computed operator+(Computed a, Computed b) {
  a.merge(b);
  return a;
}

Computed run_convolution_1d(Point& p) {
  return computed_by(convolution_1d, p, "w", "x", "dy");
}

Computed run_cross_correlation_1d(Point& p) {
  return computed_by(cross_correlation_1d, p, "w", "a", "dz", {"forward", "dw", "da"});
}

Computed run_centred_window_2d(Point& p) {
  return computed_by(centred_convolution_valid, p, "w", "x", "dinner", with("valid")) +
         computed_by(centred_cross_correlation_valid, p, "w", "x", "dcorrelated",
                     with("correlated")) +
         computed_by(centred_convolution_same, p, "w", "x'", "dcentred", with("same"));
}

Computed run_one_based_window_2d(Point& p) {
  return computed_by(one_based_convolution, p, "w", "x", "dconvolved", with("convolved")) +
         computed_by(one_based_cross_correlation, p, "w", "x", "dcorrelated", with("correlated")) +
         computed_by(one_based_convolution_as_printed, p, "w", "x", "dprinted", with("printed"));
}

Computed run_corner_window_2d(Point& p) {
  const auto names = [](const std::string& suffix) {
    return Names{"forward_" + suffix, "dk_" + suffix, "di_" + suffix};
  };
  return computed_by(window_above_left, p, "K", "I", "dabove_left", names("above_left")) +
         computed_by(window_below_right, p, "K", "I", "dbelow_right", names("below_right")) +
         computed_by(window_around, p, "K", "J", "daround", names("around"));
}

/// convolution or cross_correlation with each border.
template <typename Product>
Computed with_borders(Product product, Point& p) {
  const auto border = [product](const ConvolutionForm& form) {
    return [product, form](const Shape& w, const Shape& x) { return product(w, x, form); };
  };
  const Indices centre{p.size("c") - 1};
  return computed_by(border({Border::kFull}), p, "w", "x", "dwhole", with("full")) +
         computed_by(border({Border::kValid}), p, "w", "x", "dinside", with("valid")) +
         computed_by(border({Border::kSame, centre}), p, "v", "z", "dcentred", with("same")) +
         computed_by(border({Border::kCircular, centre}), p, "v", "r", "dcircular",
                     with("circular")) +
         computed_by(border({Border::kFull}), p, "w'", "x'", "dwhole'", with("full_2d"));
}

Computed run_convolution(Point& p) {
  return with_borders(convolution, p);
}

Computed run_cross_correlation(Point& p) {
  return with_borders(cross_correlation, p);
}

Computed run_bouvrie_layer(Point& p) {
  const LinkTable links = link_table(p.tensor("links"));
  const auto form_of = [&](const Shape& k, const Shape& x) { return bouvrie_layer(k, x, links); };
  return computed_by(form_of, p, "k", "x", "du", {"forward", "dk", "dx"});
}

Computed feature_maps(Point& p, bool flipped, const std::string& seed, const std::string& suffix) {
  const FeatureMapLayerParams params{flipped, link_table(p.tensor("T"))};
  const Numbers w = p.tensor("W");
  const Numbers x = p.tensor("X");
  const Numbers dz = p.tensor(seed);
  Computed result = computed(feature_map_sum(w.shape(), x.shape(), params), w, x, dz, with(suffix));
  result["forward_" + suffix] = feature_map_layer<Rational>(x, w, p.tensor("b"), params);
  result["db_" + suffix] = feature_map_layer_db(dz);
  return result;
}

Computed run_feature_map_layer(Point& p) {
  return feature_maps(p, true, "dZ", "convolved") + feature_maps(p, false, "dZ'", "correlated");
}

Computed run_strided_multichannel(Point& p) {
  const Numbers K = p.tensor("K");
  const Numbers V = p.tensor("V");
  const Numbers G = p.tensor("G");
  const Index s = p.size("s");
  return {{"forward",
           reference::evaluate<Rational>(strided_multichannel(K.shape(), V.shape(), s), K, V)},
          {"dk", reference::evaluate<Rational>(
                     strided_multichannel_dk(G.shape(), V.shape(), K.shape(), s), G, V)},
          {"dv", reference::evaluate<Rational>(
                     strided_multichannel_dv(K.shape(), G.shape(), V.shape(), s), K, G)}};
}

Computed run_continuous_convolution(Point& p) {
  const Numbers x = p.tensor("x");
  const Numbers w = p.tensor("w");
  const Rational ds = p.number("ds");
  const Rational t = Rational(p.size("m")) + p.number("r");
  Numbers discrete(Shape{x.size() + w.size() - 1});
  for (Index i = 0; i < discrete.size(); ++i) {
    discrete[i] = continuous_convolution(x, w, Rational(i + 1));
  }
  return {{"forward", scalar(continuous_convolution(x, w, t))},
          {"discrete", discrete},
          {"dx", continuous_convolution_dx(ds, x.shape(), w, t)},
          {"dw", continuous_convolution_dw(ds, x, w.shape(), t)},
          {"dt", scalar(continuous_convolution_dt(ds, x, w, t))}};
}

/// The part r of an interval between two integers.
std::optional<Rational> part_of_interval(const evaluate::Sizes&, const std::string& tensor,
                                         const evaluate::PerAxis&, std::uint64_t random) {
  if (tensor != "r") return std::nullopt;
  return Rational(static_cast<Index>(random % 7)) / Rational(7);
}

Computed run_image_filter(Point& p) {
  const Numbers x = p.tensor("x");
  const Numbers w = p.tensor("w");
  const Numbers dy = p.tensor("dy");
  return {{"forward", image_filter<Rational>(x, w)},
          {"dx", image_filter_dx<Rational>(dy, w, x.shape())},
          {"dw", image_filter_dw<Rational>(dy, x, w.shape())}};
}

Computed run_weighted_average(Point& p) {
  const Numbers x = p.tensor("x");
  const Numbers w = p.tensor("w");
  const Numbers ds = p.tensor("ds");
  return {{"forward", weighted_average<Rational>(x, w)},
          {"dx", weighted_average_dx<Rational>(ds, w, x.shape())},
          {"dw", weighted_average_dw<Rational>(ds, x, w.shape())}};
}

}  // namespace

Codes codes_of_forms() {
  return {{"bouvrie_layer", {run_bouvrie_layer, zero_or_one("links")}},
          {"centred_window_2d", {run_centred_window_2d}},
          {"continuous_convolution", {run_continuous_convolution, part_of_interval}},
          {"convolution", {run_convolution}},
          {"convolution_1d", {run_convolution_1d}},
          {"corner_window_2d", {run_corner_window_2d}},
          {"cross_correlation", {run_cross_correlation}},
          {"cross_correlation_1d", {run_cross_correlation_1d}},
          {"feature_map_layer", {run_feature_map_layer, zero_or_one("T")}},
          {"image_filter", {run_image_filter}},
          {"one_based_window_2d", {run_one_based_window_2d}},
          {"strided_multichannel", {run_strided_multichannel}},
          {"weighted_average", {run_weighted_average}}};
}

}  // namespace convproof::derivations
