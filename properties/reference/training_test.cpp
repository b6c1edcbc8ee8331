// How weights are changed: sgd, momentum, weight_decay, plateau_schedule, minibatch.
#include <gtest/gtest.h>

#include "core/scalar/rational.h"
#include "properties/arbitrary.h"
#include "properties/covers.h"
#include "properties/error_of.h"
#include "properties/gradients.h"
#include "reference/conv.h"
#include "reference/minibatch.h"
#include "reference/momentum.h"
#include "reference/plateau_schedule.h"
#include "reference/sgd.h"
#include "reference/weight_decay.h"

namespace convproof {
namespace {

using Values = Tensor<Rational>;
using State = reference::MomentumState<Rational>;
using Params = reference::MomentumParams<Rational>;
using Plateau = reference::PlateauParams<Rational>;

Values plus(const Values& a, const Values& b) {
  Values sum = a;
  for (Index i = 0; i < a.size(); ++i) sum[i] += b[i];
  return sum;
}

Values times(const Rational& factor, const Values& a) {
  Values product = a;
  for (Index i = 0; i < a.size(); ++i) product[i] *= factor;
  return product;
}

Shape any_shape() {
  return {any_index("rows", 1, 3), any_index("columns", 1, 3)};
}

/// sum_i a[i]*w[i]^2/2 + c[i]*w[i]: a loss whose gradient is a[i]*w[i] + c[i].
struct Quadratic {
  Values a, c;
  Rational at(const Values& w) const {
    Rational sum = 0;
    for (Index i = 0; i < w.size(); ++i) sum += a[i] * w[i] * w[i] / 2 + c[i] * w[i];
    return sum;
  }
  Values gradient(const Values& w) const {
    return polynomial_gradient([&](const Values& v) { return Values(Shape{1}, {at(v)}); }, w,
                               Values(Shape{1}, {1}));
  }
};

// ---- sgd ------------------------------------------------------------------------------------

TEST(SgdExamples, EveryWeightMovesAgainstItsGradient) {
  const Values w(Shape{2}, {1, 2});
  const Values g(Shape{2}, {10, -20});
  EXPECT_EQ(reference::sgd(w, g, Rational(1, 10)), Values(Shape{2}, {0, 4}));
  const Values eta(Shape{2}, {Rational(1, 10), Rational(1, 20)});
  EXPECT_EQ(reference::sgd(w, g, eta), Values(Shape{2}, {0, 3}));
}

TEST(SgdErrors, TheShapesHaveToAgree) {
  const Values w(Shape{2});
  const Values other(Shape{3});
  EXPECT_EQ(error_of([&] { (void)reference::sgd(w, other, Rational(1)); }),
            "sgd: g: expected [2] (the shape of w), got [3]");
  EXPECT_EQ(error_of([&] { (void)reference::sgd(w, w, other); }),
            "sgd: eta: expected [2] (one rate per weight), got [3]");
  EXPECT_EQ(error_of([&] { (void)reference::sgd_dg(w, other); }),
            "sgd: eta: expected [2] (one rate per weight), got [3]");
  EXPECT_EQ(error_of([&] { (void)reference::sgd_deta(w, other); }),
            "sgd: g: expected [2] (the shape of w), got [3]");
}

TEST(SgdLaws, GradientsAreFiniteDifferences) {
  for_all("dw, dg and deta are exact differences of the step", [] {
    const Shape shape = any_shape();
    const Values w = any_tensor("w", shape);
    const Values g = any_tensor("g", shape);
    const Values eta = any_tensor("eta", shape);
    const Values d = any_tensor("d", shape);
    const auto step = [&](const Values& a, const Values& b, const Values& c) {
      return reference::sgd(a, b, c);
    };
    require_equal(reference::sgd_dw(d),
                  polynomial_gradient([&](const Values& v) { return step(v, g, eta); }, w, d));
    require_equal(reference::sgd_dg(d, eta),
                  polynomial_gradient([&](const Values& v) { return step(w, v, eta); }, g, d));
    require_equal(reference::sgd_deta(d, g),
                  polynomial_gradient([&](const Values& v) { return step(w, g, v); }, eta, d));
  });
}

// A rate per weight is gradient descent in other units: if w = s*z with s^2 the rate, then a step
// of rate 1 in z, whose gradient is s*g, moves w by s^2*g.
TEST(SgdLaws, ARatePerWeightIsAStepOfRateOneInOtherUnits) {
  covers({"T-PER-WEIGHT-LR"});
  for_all("w - s^2 g is s times (w/s - s g)", [] {
    const Shape shape = any_shape();
    const Values w = any_tensor("w", shape);
    const Values g = any_tensor("g", shape);
    const Values units = any_tensor("units", shape);
    Values z = w;
    Values gradient_of_z = g;
    Values eta = units;
    for (Index i = 0; i < w.size(); ++i) {
      z[i] /= units[i];
      gradient_of_z[i] *= units[i];
      eta[i] *= units[i];
    }
    Values moved = reference::sgd(z, gradient_of_z, Rational(1));
    for (Index i = 0; i < w.size(); ++i) moved[i] *= units[i];
    require_equal(reference::sgd(w, g, eta), moved);
    // One rate for all is the case in which they are all the same.
    const Rational rate = any_rational("rate");
    const Values same(shape, std::vector<Rational>(static_cast<std::size_t>(w.size()), rate));
    require_equal(reference::sgd(w, g, same), reference::sgd(w, g, rate));
  });
}

TEST(SgdLaws, OnAQuadraticTheRateOneOverCurvatureReachesTheMinimumAtOnce) {
  for_all("w - g/a is where the gradient is 0, whatever w", [] {
    const Shape shape = any_shape();
    Quadratic loss{any_tensor("a", shape), any_tensor("c", shape)};
    Values rates = loss.a;
    for (Index i = 0; i < rates.size(); ++i) rates[i] = 1 / rates[i];
    const Values w = any_tensor("w", shape);
    require_equal(loss.gradient(reference::sgd(w, loss.gradient(w), rates)), Values(shape));
  });
}

// ---- momentum -------------------------------------------------------------------------------

TEST(MomentumExamples, TheDirectionIsRemembered) {
  const Params p{.eta = Rational(1, 10)};
  EXPECT_EQ(p.mu, Rational(9, 10));
  const Values one(Shape{1}, {1});
  State state{Values(Shape{1}, {5}), Values(Shape{1})};
  state = reference::momentum(state, one, p);
  EXPECT_EQ(state, (State{Values(Shape{1}, {Rational(49, 10)}), one}));
  state = reference::momentum(state, one, p);
  EXPECT_EQ(state,
            (State{Values(Shape{1}, {Rational(471, 100)}), Values(Shape{1}, {Rational(19, 10)})}));
}

TEST(MomentumErrors, TheShapesHaveToAgree) {
  const Values two(Shape{2});
  const Values three(Shape{3});
  const Params p{.eta = 1};
  EXPECT_EQ(error_of([&] {
              (void)reference::momentum({two, three}, two, p);
            }),
            "momentum: v: expected [2] (the shape of w), got [3]");
  EXPECT_EQ(error_of([&] {
              (void)reference::momentum({two, two}, three, p);
            }),
            "momentum: g: expected [2] (the shape of w), got [3]");
  EXPECT_EQ(error_of([&] {
              (void)reference::momentum_dg(State{two, three}, p);
            }),
            "momentum: d.v: expected [2] (the shape of d.w), got [3]");
  EXPECT_EQ(error_of([&] {
              (void)reference::momentum_dv(State{two, three}, p);
            }),
            "momentum: d.v: expected [2] (the shape of d.w), got [3]");
  EXPECT_EQ(error_of([&] {
              (void)reference::momentum_dmu(State{two, three}, State{two, two}, p);
            }),
            "momentum: d.v: expected [2] (the shape of d.w), got [3]");
  EXPECT_EQ(error_of([&] {
              (void)reference::momentum_dmu(State{two, two}, State{two, three}, p);
            }),
            "momentum: v: expected [2] (the shape of d.w), got [3]");
  EXPECT_EQ(error_of([&] {
              (void)reference::momentum_deta(State{two, two}, State{two, three});
            }),
            "momentum: v': expected [2] (the shape of d.w), got [3]");
}

TEST(MomentumLaws, GradientsAreFiniteDifferences) {
  for_all("dw, dv, dg, dmu and deta are exact differences of the step", [] {
    const Shape shape = any_shape();
    const State state{any_tensor("w", shape), any_tensor("v", shape)};
    const Values g = any_tensor("g", shape);
    const State d{any_tensor("d.w", shape), any_tensor("d.v", shape)};
    const Params p{.eta = any_rational("eta"), .mu = any_rational("mu")};
    const auto given = [&](const State& s) {
      return Values(Shape{1}, {inner(d.w, s.w) + inner(d.v, s.v)});
    };
    const Values one(Shape{1}, {1});
    const auto of_w = [&](const Values& w) {
      return given(reference::momentum({w, state.v}, g, p));
    };
    const auto of_v = [&](const Values& v) {
      return given(reference::momentum({state.w, v}, g, p));
    };
    const auto of_g = [&](const Values& a) { return given(reference::momentum(state, a, p)); };
    require_equal(reference::momentum_dw(d), polynomial_gradient(of_w, state.w, one));
    require_equal(reference::momentum_dv(d, p), polynomial_gradient(of_v, state.v, one));
    require_equal(reference::momentum_dg(d, p), polynomial_gradient(of_g, g, one));
    const auto of_mu = [&](const Values& mu) {
      return given(reference::momentum(state, g, Params{.eta = p.eta, .mu = mu[0]}));
    };
    const auto of_eta = [&](const Values& eta) {
      return given(reference::momentum(state, g, Params{.eta = eta[0], .mu = p.mu}));
    };
    const Values mu(Shape{1}, {p.mu});
    const Values eta(Shape{1}, {p.eta});
    require_equal(reference::momentum_dmu(d, state, p), polynomial_gradient(of_mu, mu, one)[0]);
    require_equal(reference::momentum_deta(d, reference::momentum(state, g, p)),
                  polynomial_gradient(of_eta, eta, one)[0]);
  });
}

TEST(MomentumLaws, AStepIsASumOverAllGradientsBefore) {
  covers({"T-SGD-MOMENTUM"});
  for_all("w_t = w_0 - eta sum_s (1 + mu + ... + mu^(t-1-s)) g_s", [] {
    const Shape shape = any_shape();
    const Params p{.eta = any_rational("eta")};
    const Values start = any_tensor("w", shape);
    const Index steps = any_index("steps", 0, 5);
    std::vector<Values> gradients;
    State state{start, Values(shape)};
    for (Index s = 0; s < steps; ++s) {
      gradients.push_back(any_tensor("g", shape));
      state = reference::momentum(state, gradients.back(), p);
    }
    Values w = start;
    for (Index s = 0; s < steps; ++s) {
      // The geometric series in closed form: the page never sums it.
      Rational power = 1;
      for (Index i = s; i < steps; ++i) power *= p.mu;
      const Rational weight = (1 - power) / (1 - p.mu);
      w = plus(w, times(-p.eta * weight, gradients[static_cast<std::size_t>(s)]));
    }
    require_equal(state.w, w);
  });
}

TEST(MomentumLaws, NineTenthsMakeTenTimesTheStepOfAConstantGradient) {
  // v = g/(1 - mu) is where v' = v.
  const Values g(Shape{1}, {3});
  const State steady{Values(Shape{1}), Values(Shape{1}, {30})};
  EXPECT_EQ(reference::momentum(steady, g, Params{.eta = 1}),
            (State{Values(Shape{1}, {-30}), Values(Shape{1}, {30})}));
}

TEST(MomentumLaws, TheOtherConventionTakesTheSameStepsWhileTheRateStaysTheSame) {
  for_all("v' = mu v - eta g, w' = w + v' moves as much", [] {
    const Shape shape = any_shape();
    const Rational first = any_rational("eta");
    const Rational then = any_index("changed rate", 0, 1) == 1 ? first / 10 : first;
    State ours{any_tensor("w", shape), Values(shape)};
    Values w = ours.w;
    Values v(shape);
    for (const Rational& eta : {first, then}) {
      const Values g = any_tensor("g", shape);
      ours = reference::momentum(ours, g, Params{.eta = eta});
      v = plus(times(Rational(9, 10), v), times(-eta, g));
      w = plus(w, v);
    }
    require((ours.w == w) == (first == then), "the conventions differ exactly if the rate changes");
  });
}

// ---- weight_decay ---------------------------------------------------------------------------

TEST(WeightDecayExamples, HalfOfLambdaTimesTheSquares) {
  const Values w(Shape{2}, {3, 4});
  EXPECT_EQ(reference::weight_decay(w, Rational(1, 5)), Rational(5, 2));
  EXPECT_EQ(reference::weight_decay_dw(w, Rational(1, 5)),
            Values(Shape{2}, {Rational(3, 5), Rational(4, 5)}));
  EXPECT_EQ(reference::weight_decay_dlambda(w), Rational(25, 2));
  EXPECT_EQ(reference::weight_decay_step(w, Values(Shape{2}), Rational(1, 2), Rational(1, 5)),
            Values(Shape{2}, {Rational(27, 10), Rational(36, 10)}));
}

TEST(WeightDecayErrors, TheGradientHasTheShapeOfTheWeights) {
  EXPECT_EQ(error_of([] {
              (void)reference::weight_decay_step(Values(Shape{2}), Values(Shape{3}), Rational(1),
                                                 Rational(1));
            }),
            "weight_decay: g: expected [2] (the shape of w), got [3]");
}

TEST(WeightDecayLaws, GradientsAreFiniteDifferences) {
  for_all("dw and dlambda are exact differences", [] {
    const Values w = any_tensor("w", any_shape());
    const Rational lambda = any_rational("lambda");
    const Values one(Shape{1}, {1});
    const auto number = [](const Rational& r) { return Values(Shape{1}, {r}); };
    require_equal(
        reference::weight_decay_dw(w, lambda),
        polynomial_gradient(
            [&](const Values& v) { return number(reference::weight_decay(v, lambda)); }, w, one));
    require_equal(number(reference::weight_decay_dlambda(w)),
                  polynomial_gradient(
                      [&](const Values& l) { return number(reference::weight_decay(w, l[0])); },
                      number(lambda), one));
  });
}

TEST(WeightDecayLaws, ADecayingStepIsAStepOnTheLossPlusThePenalty) {
  covers({"T-WEIGHT-DECAY"});
  for_all("(1 - eta lambda) w - eta g is w - eta grad(loss + lambda/2 |w|^2)", [] {
    const Shape shape = any_shape();
    const Quadratic loss{any_tensor("a", shape), any_tensor("c", shape)};
    const Values w = any_tensor("w", shape);
    const Rational eta = any_rational("eta");
    const Rational lambda = reference::noted_weight_decay<Rational>() * any_index("lambda", 0, 9);
    const Values gradient = polynomial_gradient(
        [&](const Values& v) {
          return Values(Shape{1}, {loss.at(v) + reference::weight_decay(v, lambda)});
        },
        w, Values(Shape{1}, {1}));
    require_equal(reference::weight_decay_step(w, loss.gradient(w), eta, lambda),
                  reference::sgd(w, gradient, eta));
  });
}

TEST(WeightDecayLaws, TheLambdaOfTheResNetPaperIsNotAsPrinted) {
  covers({"T-WEIGHT-DECAY"});
  // The notes print 1e-5; the paper says 0.0001. After 100 000 steps of rate 0.1 without a gradient
  // the notes' weights would keep nine tenths, (1 - 1e-6)^1e5 = 0.905, the paper's 0.368.
  EXPECT_EQ(10 * reference::noted_weight_decay<Rational>(),
            reference::resnet_weight_decay<Rational>());
  const auto kept = [](const Rational& lambda) {
    // Doubles are enough to tell 0.905 from 0.368: 17 squarings of relative error 2^-53 each.
    double left = 1;
    const Values step = reference::weight_decay_step(Values(Shape{1}, {1}), Values(Shape{1}),
                                                     Rational(1, 10), lambda);
    for (int i = 0; i < 100000; ++i) left *= static_cast<double>(step[0]);
    return left;
  };
  EXPECT_GT(kept(reference::noted_weight_decay<Rational>()), 0.9);
  EXPECT_LT(kept(reference::resnet_weight_decay<Rational>()), 0.37);
}

TEST(WeightDecayLaws, WithMomentumTheTwoFormsPartAfterTheSecondStep) {
  const Rational lambda(1, 2);
  const Params p{.eta = 1, .mu = Rational(1, 2)};
  State penalised{Values(Shape{1}, {1}), Values(Shape{1})};
  State decayed = penalised;
  for (int step = 0; step < 2; ++step) {
    EXPECT_EQ(penalised.w, decayed.w);
    penalised = reference::momentum(penalised, reference::weight_decay_dw(penalised.w, lambda), p);
    const Values shrunk = reference::weight_decay_step(decayed.w, Values(Shape{1}), p.eta, lambda);
    decayed = reference::momentum({shrunk, decayed.v}, Values(Shape{1}), p);
  }
  EXPECT_EQ(penalised.w, Values(Shape{1}));
  EXPECT_EQ(decayed.w, Values(Shape{1}, {Rational(1, 4)}));
}

// ---- plateau_schedule -----------------------------------------------------------------------

std::vector<Rational> tenths(std::vector<int> numerators) {
  std::vector<Rational> values;
  for (const int n : numerators) values.emplace_back(n, 10);
  return values;
}

TEST(PlateauScheduleExamples, DividesByTenWhenTheErrorStays) {
  const std::vector<Rational> errors = tenths({9, 5, 5, 6, 4, 4});
  const auto rates = [&](const Plateau& p) { return reference::plateau_schedule(errors, p); };
  const Rational a(1, 10), b(1, 100), c(1, 1000), d(1, 10000);
  EXPECT_EQ(rates({}), (std::vector<Rational>{a, a, b, c, c, d}));
  EXPECT_EQ(rates({.patience = 2}), (std::vector<Rational>{a, a, a, b, b, b}));
  EXPECT_EQ(rates({.divisor = 2}), (std::vector<Rational>{a, a, a / 2, a / 4, a / 4, a / 8}));
  // 0.4 is lower than 0.5, but not by more than 0.1.
  EXPECT_EQ(rates({.patience = 2, .threshold = Rational(1, 10)}),
            (std::vector<Rational>{a, a, a, b, b, c}));
  EXPECT_EQ(rates({.rate = 1, .patience = 9}), std::vector<Rational>(6, 1));
}

TEST(PlateauScheduleErrors, WhatCannotScheduleIsRefused) {
  const auto refusal = [](const Plateau& p) {
    return error_of([&] { (void)reference::plateau_schedule(std::vector<Rational>{}, p); });
  };
  EXPECT_EQ(refusal({.patience = 0}), "plateau_schedule: patience: expected 1 or more, got 0");
  EXPECT_EQ(refusal({.threshold = -1}), "plateau_schedule: threshold: expected 0 or more, got -1");
  EXPECT_EQ(refusal({.divisor = 1}), "plateau_schedule: divisor: expected more than 1, got 1");
}

// From the other side: epochs that improve are found first, without a rate; a run of r epochs
// between two of them has divided floor(r/patience) times.
TEST(PlateauScheduleLaws, DividesOncePerPatienceInEveryRunWithoutAnImprovement) {
  covers({"T-LR-SCHEDULE"});
  for_all("the last rate follows from the lengths of the runs", [] {
    const Plateau p{.patience = any_index("patience", 1, 3),
                    .threshold = Rational(any_index("threshold", 0, 2), 10)};
    std::vector<Rational> errors;
    const Index epochs = any_index("epochs", 1, 12);
    for (Index n = 0; n < epochs; ++n) errors.emplace_back(any_index("error", 0, 9), 10);
    std::vector<std::size_t> improved{0};
    for (std::size_t n = 1; n < errors.size(); ++n) {
      if (errors[improved.back()] - errors[n] > p.threshold) improved.push_back(n);
    }
    improved.push_back(errors.size());
    Rational rate(1, 10);
    for (std::size_t run = 0; run + 1 < improved.size(); ++run) {
      const auto length = static_cast<Index>(improved[run + 1] - improved[run]) - 1;
      for (Index i = 0; i < length / p.patience; ++i) rate /= 10;
    }
    require_equal(reference::plateau_schedule(errors, p).back(), rate);
  });
}

TEST(PlateauScheduleLaws, AnErrorThatKeepsFallingNeverDividesAndNaNDoes) {
  std::vector<double> falling;
  for (int n = 0; n < 20; ++n) falling.push_back(1.0 / (n + 1));
  EXPECT_EQ(reference::plateau_schedule(falling, {}), std::vector<double>(20, 0.1));
  const std::vector<double> broken{1, std::nan(""), std::nan("")};
  const std::vector<double> rates = reference::plateau_schedule(broken, {.patience = 2});
  EXPECT_EQ(rates, (std::vector<double>{0.1, 0.1, 0.1 / 10}));
}

// ---- minibatch ------------------------------------------------------------------------------

TEST(MinibatchExamples, TheLastBatchHoldsWhatIsLeft) {
  const Values x(Shape{5, 1}, {1, 2, 3, 4, 5});
  EXPECT_EQ(reference::minibatch_count(5, 2), 3);
  EXPECT_EQ(reference::minibatch_count(4, 2), 2);
  EXPECT_EQ(reference::minibatch_count(0, 2), 0);
  EXPECT_EQ(reference::minibatch(x, 1, 2), Values(Shape{2, 1}, {3, 4}));
  EXPECT_EQ(reference::minibatch(x, 2, 2), Values(Shape{1, 1}, {5}));
  EXPECT_EQ(reference::minibatch_mean(x), Values(Shape{1}, {3}));
  EXPECT_EQ(reference::minibatch_count(1281167, 256), 5005);  // ILSVRC 2012.
}

TEST(MinibatchErrors, EveryArgumentIsRefusedByName) {
  const Values x(Shape{5, 1});
  EXPECT_EQ(error_of([] { (void)reference::minibatch_count(-1, 2); }),
            "minibatch: images: expected 0 or more, got -1");
  EXPECT_EQ(error_of([&] { (void)reference::minibatch(x, 0, 0); }),
            "minibatch: size: expected 1 or more, got 0");
  EXPECT_EQ(error_of([&] { (void)reference::minibatch(x, 3, 2); }),
            "minibatch: k: expected a batch from 0 to 2, got 3");
  EXPECT_EQ(error_of([&] { (void)reference::minibatch(Values(Shape{}), 0, 2); }),
            "minibatch: x: expected 1 axis or more [N, ...], got []");
  EXPECT_EQ(error_of([&] { (void)reference::minibatch_dx(x, x.shape(), 0, 2); }),
            "minibatch: dy: expected [2, 1] (the shape of the batch), got [5, 1]");
  EXPECT_EQ(error_of([&] { (void)reference::minibatch_mean(Values(Shape{})); }),
            "minibatch: g: expected 1 axis or more [N, ...], got []");
  EXPECT_EQ(error_of([&] {
              (void)reference::minibatch_mean(Values(Shape{0, 1}));
            }),
            "minibatch: images of g: expected 1 or more, got 0");
  EXPECT_EQ(error_of([&] { (void)reference::minibatch_mean_dg(x, x.shape()); }),
            "minibatch: dy: expected [1] (the shape of the mean), got [5, 1]");
}

TEST(MinibatchLaws, GradientsAreFiniteDifferences) {
  for_all("dx and dg are exact differences", [] {
    const Index images = any_index("images", 1, 5);
    const Index size = any_index("size", 1, 4);
    const Index k = any_index("k", 0, reference::minibatch_count(images, size) - 1);
    const Values x = any_tensor("x", Shape{images, 2});
    const Values dy = any_tensor("dy", reference::minibatch_shape(x.shape(), k, size));
    require_equal(reference::minibatch_dx(dy, x.shape(), k, size),
                  polynomial_gradient(
                      [&](const Values& v) { return reference::minibatch(v, k, size); }, x, dy));
    const Values dmean = any_tensor("dmean", Shape{2});
    require_equal(reference::minibatch_mean_dg(dmean, x.shape()),
                  polynomial_gradient([&](const Values& v) { return reference::minibatch_mean(v); },
                                      x, dmean));
  });
}

/// A convolution layer on a few images, with the error of its output.
struct Data {
  ConvParams p{.axes = {any_window_axis()}};
  Values x, w, dy;

  Data() {
    const Index kernel = any_index("kernel", 1, 3);
    w = any_tensor("w", Shape{2, 1, kernel});
    x = any_tensor("x", Shape{any_index("images", 1, 5), 1, p.axes[0].dilation * kernel + 1});
    dy = any_tensor("dy", conv_y_shape(x.shape(), w.shape(), p));
  }
  /// dw or db of one part of the images.
  Values dw(Index k, Index size) const {
    return reference::conv_dw<Rational>(reference::minibatch(dy, k, size),
                                        reference::minibatch(x, k, size), w.shape(), p);
  }
};

TEST(MinibatchLaws, TheGradientOfABatchIsTheSumOverItsImages) {
  covers({"T-BATCH"});
  for_all("dw and db of N images are the sums of N of one, dx their rows", [] {
    const Data d;
    const Index images = d.x.shape()[0];
    Values dw(d.w.shape());
    Values db(Shape{2});
    for (Index n = 0; n < images; ++n) {
      dw = plus(dw, d.dw(n, 1));
      db = plus(db, reference::conv_db<Rational>(reference::minibatch(d.dy, n, 1)));
      require_equal(
          reference::minibatch(reference::conv_dx<Rational>(d.dy, d.w, d.x.shape(), d.p), n, 1),
          reference::conv_dx<Rational>(reference::minibatch(d.dy, n, 1), d.w,
                                       reference::minibatch(d.x, n, 1).shape(), d.p));
    }
    require_equal(reference::conv_dw<Rational>(d.dy, d.x, d.w.shape(), d.p), dw);
    require_equal(reference::conv_db<Rational>(d.dy), db);
  });
}

TEST(MinibatchLaws, TheGradientOfTheMeanIsTheMeanOfTheGradients) {
  covers({"T-BATCH"});
  for_all("the mean over the images of their dw is dw of dy/N", [] {
    const Data d;
    const Index images = d.x.shape()[0];
    std::vector<Rational> each;
    for (Index n = 0; n < images; ++n) {
      const Values dw = d.dw(n, 1);
      each.insert(each.end(), dw.data(), dw.data() + dw.size());
    }
    const Values gradients(Shape{images, d.w.size()}, each);
    const Values of_mean =
        reference::conv_dw<Rational>(times(Rational(1, images), d.dy), d.x, d.w.shape(), d.p);
    require_equal(reference::minibatch_mean(gradients),
                  Values(Shape{d.w.size()},
                         std::vector<Rational>(of_mean.data(), of_mean.data() + of_mean.size())));
  });
}

TEST(MinibatchLaws, BatchesMakeTheWholeGradientWhenTheyAreWeightedByTheirSizes) {
  covers({"T-BATCH"});
  for_all("the sum over batches of their gradients is that of all images", [] {
    const Data d;
    const Index size = any_index("size", 1, 4);
    Values sum(d.w.shape());
    for (Index k = 0; k < reference::minibatch_count(d.x.shape()[0], size); ++k) {
      sum = plus(sum, d.dw(k, size));
    }
    require_equal(reference::conv_dw<Rational>(d.dy, d.x, d.w.shape(), d.p), sum);
  });
  // The plain mean of batch means is another number as soon as the last batch is smaller.
  const Values g(Shape{3, 1}, {0, 0, 3});
  const auto mean_of = [&](Index k) {
    return reference::minibatch_mean(reference::minibatch(g, k, 2))[0];
  };
  EXPECT_EQ(reference::minibatch_mean(g)[0], 1);
  EXPECT_EQ((mean_of(0) + mean_of(1)) / 2, Rational(3, 2));
}

}  // namespace
}  // namespace convproof
