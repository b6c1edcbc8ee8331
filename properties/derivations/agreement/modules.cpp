// Modules of several layers.
#include "properties/derivations/agreement/agreement.h"
#include "reference/average_pool.h"
#include "reference/inception_module.h"
#include "reference/recurrent_conv.h"

namespace convproof::derivations {
namespace {

using namespace reference;
using Numbers = Tensor<Rational>;

Numbers times(const Rational& factor, Numbers tensor) {
  for (Index i = 0; i < tensor.size(); ++i) tensor[i] *= factor;
  return tensor;
}

/// An activation of constant slope.
auto slope(const Rational& r) {
  return Differentiable{[r](const Numbers& x) { return times(r, x); },
                        [r](const Numbers& dy, const Numbers&) { return times(r, dy); }};
}

/// The mean over 3 x 3 pixels, zeros around the image among them.
auto mean_of_nine() {
  const AveragePoolParams params{
      .window = {.kernel = {3, 3}, .axes = {{.before = 1, .after = 1}, {.before = 1, .after = 1}}},
      .count_include_pad = true};
  return Differentiable{[params](const Numbers& x) { return average_pool(x, params); },
                        [params](const Numbers& dy, const Numbers& x) {
                          return average_pool_dx(dy, x.shape(), params);
                        }};
}

/// A kernel of one pixel, which has no axes for its taps in the claims.
Numbers of_one_pixel(const Numbers& w) {
  return reshaped(w, Shape{w.shape()[0], w.shape()[1], 1, 1});
}
Numbers as_matrix(const Numbers& w) {
  return reshaped(w, Shape{w.shape()[0], w.shape()[1]});
}

/// The maps of y from `first` on.
Numbers maps(const Numbers& y, Index first, Index count) {
  const Shape& all = y.shape();
  Numbers part(Shape{all[0], count, all[2], all[3]});
  for_each_index(part.shape(), [&](const Indices& at) {
    part[flat_index(part.shape(), at)] = y(at[0], first + at[1], at[2], at[3]);
  });
  return part;
}

Computed run_inception_module(Point& p) {
  const auto step = [&](const std::string& w, const std::string& b) {
    const Numbers kernel = p.tensor(w);
    const bool is_matrix = kernel.shape().rank() == 2;
    return InceptionStep<Rational>{is_matrix ? of_one_pixel(kernel) : kernel, p.tensor(b)};
  };
  const InceptionWeights<Rational> weights{.one = {step("w1", "b1")},
                                           .three = {step("r3", "c3"), step("w3", "b3")},
                                           .five = {step("r5", "c5"), step("w5", "b5")},
                                           .pooled = {step("wp", "bp")}};
  const Numbers x = p.tensor("x");
  const auto f = slope(p.number("r"));
  const Numbers y = inception_module(x, weights, mean_of_nine(), f);
  const auto gradients = inception_module_gradients(p.tensor("dy"), x, weights, mean_of_nine(), f);
  const InceptionWeights<Rational>& d = gradients.dweights;
  const Index A = p.size("A");
  const Index B = p.size("B");
  const Index D = p.size("D");
  return {{"forward_one", maps(y, 0, A)},
          {"forward_three", maps(y, A, B)},
          {"forward_five", maps(y, A + B, D)},
          {"forward_pooled", maps(y, A + B + D, p.size("E"))},
          {"dx", gradients.dx},
          {"dw1", as_matrix(d.one[0].w)},
          {"db1", d.one[0].b},
          {"dr3", as_matrix(d.three[0].w)},
          {"dc3", d.three[0].b},
          {"dw3", d.three[1].w},
          {"db3", d.three[1].b},
          {"dr5", as_matrix(d.five[0].w)},
          {"dc5", d.five[0].b},
          {"dw5", d.five[1].w},
          {"db5", d.five[1].b},
          {"dwp", as_matrix(d.pooled[0].w)},
          {"dbp", d.pooled[0].b}};
}

/// Padding that keeps the size, on one axis.
ConvParams keeping(const Numbers& w) {
  const Index half = (w.shape()[2] - 1) / 2;
  return {.axes = {{.before = half, .after = half}}};
}

RecurrentConvParams two_steps(const RecurrentConvWeights<Rational>& k) {
  return {.u = keeping(k.u), .w = keeping(k.w), .v = keeping(k.v), .steps = 2};
}

Computed run_recurrent_conv(Point& p) {
  const RecurrentConvWeights<Rational> k{p.tensor("U"), p.tensor("W"), p.tensor("V")};
  const Numbers x = p.tensor("x");
  const Numbers y0 = p.tensor("y0");
  const auto f = slope(p.number("r"));
  const RecurrentConvStates<Rational> states = recurrent_conv(x, y0, k, two_steps(k), f);
  const auto gradients = recurrent_conv_gradients<Rational>({p.tensor("g1"), p.tensor("g2")}, x, y0,
                                                            k, two_steps(k), f);

  // The same with one map of each kind.
  const auto map = [&](const std::string& name) {
    const Numbers row = p.tensor(name);
    return reshaped(row, Shape{1, 1, row.size()});
  };
  const RecurrentConvWeights<Rational> single{map("u"), map("w"), map("v")};
  const auto of_single = recurrent_conv_gradients<Rational>(
      {map("g1'"), map("g2'")}, map("x'"), map("y0'"), single, two_steps(single), f);
  const auto row = [](const Numbers& of) { return reshaped(of, Shape{of.size()}); };
  return {{"forward_a1", states.a[0]},
          {"forward_y1", states.y[0]},
          {"forward_a2", states.a[1]},
          {"forward_y2", states.y[1]},
          {"dx", gradients.dx},
          {"dy0", gradients.dy0},
          {"du", gradients.dweights.u},
          {"dw", row(of_single.dweights.w)},
          {"dv", row(of_single.dweights.v)}};
}

}  // namespace

Codes codes_of_modules() {
  return {{"inception_module", {run_inception_module}}, {"recurrent_conv", {run_recurrent_conv}}};
}

}  // namespace convproof::derivations
