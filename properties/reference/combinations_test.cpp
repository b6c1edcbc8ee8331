// Learnt combinations of maps, and the term that should make them sparse: examples, errors, laws.
#include <gtest/gtest.h>

#include "core/indices.h"
#include "properties/arbitrary.h"
#include "properties/covers.h"
#include "properties/error_of.h"
#include "properties/gradients.h"
#include "reference/combine_maps.h"
#include "reference/l1_term.h"
#include "reference/softmax.h"

namespace convproof {
namespace {

using Values = Tensor<Rational>;
using Reals = Tensor<Real>;
using reference::CombineMapsParams;

// ---- combine_maps ---------------------------------------------------------------------------

TEST(CombineMapsExamples, EveryOutputMapWeighsTheSameParts) {
  const Values x(Shape{1, 2, 3}, {1, 2, 3, 4, 5, 6});
  const Values k(Shape{2, 1, 2}, {1, 1, 1, -1});
  const Values alpha(Shape{2, 2}, {1, Rational(1, 2), 0, Rational(1, 2)});
  const Values b(Shape{2}, {0, 10});
  const CombineMapsParams p{.axes = {{}}};
  EXPECT_EQ(reference::combine_maps_parts(x, k, p), Values(Shape{1, 2, 2}, {3, 5, -1, -1}));
  EXPECT_EQ(reference::combine_maps(x, k, alpha, b, p), Values(Shape{1, 2, 2}, {3, 5, 11, 12}));
  const Values dy(Shape{1, 2, 2}, {1, 2, 10, 20});
  EXPECT_EQ(reference::combine_maps_dalpha(dy, x, k, p), Values(Shape{2, 2}, {13, 130, -3, -30}));
  EXPECT_EQ(reference::combine_maps_db(dy), Values(Shape{2}, {3, 30}));
  EXPECT_EQ(reference::combine_maps_dparts(dy, alpha), Values(Shape{1, 2, 2}, {6, 12, 5, 10}));
  EXPECT_EQ(reference::combine_maps_dx(dy, k, alpha, x.shape(), p),
            Values(Shape{1, 2, 3}, {6, 18, 12, 5, 5, -10}));
  EXPECT_EQ(reference::combine_maps_dk(dy, x, alpha, k.shape(), p),
            Values(Shape{2, 1, 2}, {30, 48, 70, 85}));
}

TEST(CombineMapsErrors, EveryArgumentIsRefusedByName) {
  const CombineMapsParams p{.axes = {{}}};
  const Values x(Shape{1, 2, 3});
  const Values k(Shape{2, 1, 2});
  const Values alpha(Shape{2, 4});
  const Values b(Shape{4});
  const auto y_error = [&](const Shape& of_x, const Shape& of_k, const Shape& of_alpha) {
    return error_of([&] { (void)reference::combine_maps_y_shape(of_x, of_k, of_alpha, p); });
  };
  EXPECT_EQ(y_error({1, 2}, {2, 1, 2}, {2, 4}),
            "combine_maps: x: expected 3 axes [N, C, W], got [1, 2]");
  EXPECT_EQ(y_error({1, 2, 3}, {4, 1, 2}, {2, 4}),
            "combine_maps: k: expected [2] kernels (one per map of x), got [4]");
  EXPECT_EQ(y_error({1, 2, 3}, {2, 1, 2}, {2}),
            "combine_maps: alpha: expected 2 axes [I, O], got [2]");
  EXPECT_EQ(y_error({1, 2, 3}, {2, 1, 2}, {2, 0}),
            "combine_maps: columns of alpha: expected 1 or more, got 0");
  EXPECT_EQ(y_error({1, 2, 3}, {2, 1, 2}, {3, 4}),
            "combine_maps: alpha: expected [2, 4] (a row per map of x), got [3, 4]");
  EXPECT_EQ(error_of([&] { (void)reference::combine_maps(x, k, alpha, Values(Shape{3}), p); }),
            "combine_maps: b: expected [4] (one per output map), got [3]");
  EXPECT_EQ(y_error({1, 2, 3}, {2, 2}, {2, 4}),
            "combine_maps: k: expected 3 axes [I, 1, K...], got [2, 2]");
  EXPECT_EQ(y_error({1, 2, 3}, {2, 2, 2}, {2, 4}),
            "combine_maps: k: expected 1 input map for every kernel, got 2");
  EXPECT_EQ(error_of([&] {
              (void)reference::combine_maps_parts(x, Values(Shape{4, 1, 2}), p);
            }),
            "combine_maps: k: expected [2] kernels (one per map of x), got [4]");
  EXPECT_EQ(
      error_of([&] {
        (void)reference::combine_maps_dalpha(Values(Shape{1, 4, 2}), x, Values(Shape{2, 2, 2}), p);
      }),
      "combine_maps: k: expected 1 input map for every kernel, got 2");
  EXPECT_EQ(error_of([&] { (void)reference::combine_maps_parts(x, k, {}); }),
            "combine_maps: axes: expected 1 spatial axis or more, got 0");
  const std::string of_dy = "combine_maps: dy: expected [1, 4, 2] (the shape of y), got [1, 4, 3]";
  const Values dy(Shape{1, 4, 3});
  EXPECT_EQ(error_of([&] { (void)reference::combine_maps_dx(dy, k, alpha, x.shape(), p); }), of_dy);
  EXPECT_EQ(error_of([&] { (void)reference::combine_maps_dk(dy, x, alpha, k.shape(), p); }), of_dy);
  EXPECT_EQ(error_of([&] { (void)reference::combine_maps_dalpha(dy, x, k, p); }), of_dy);
  EXPECT_EQ(error_of([&] {
              (void)reference::combine_maps_dparts(dy, Values(Shape{2, 3}));
            }),
            "combine_maps: alpha: expected [I, O] with a column per map of [1, 4, 3], got [2, 3]");
  EXPECT_EQ(error_of([&] { (void)reference::combine_maps_db(b); }),
            "combine_maps: dy: expected 3 axes or more [N, C, ...], got [4]");
}

struct Layer {
  CombineMapsParams p;
  Values x, k, alpha, b, dy;
};

Layer any_layer() {
  Layer l;
  const auto rank = static_cast<int>(any_index("axes", 1, 2));
  const Index inputs = any_index("input maps", 1, 3);
  const Index outputs = any_index("output maps", 1, 2);
  std::vector<Index> x{any_index("images", 1, 2), inputs};
  std::vector<Index> k{inputs, 1};
  for (int axis = 0; axis < rank; ++axis) {
    const WindowAxis a = any_window_axis();
    const Index taps = any_index("taps", 1, 2);
    x.push_back(a.dilation * (taps - 1) + 1 + any_index("spare pixels", 0, 1));
    k.push_back(taps);
    l.p.axes.push_back(a);
  }
  l.x = any_tensor("x", Shape(x));
  l.k = any_tensor("k", Shape(k));
  l.alpha = any_tensor("alpha", {inputs, outputs});
  l.b = any_tensor("b", {outputs});
  l.dy = any_tensor(
      "dy", reference::combine_maps_y_shape(l.x.shape(), l.k.shape(), l.alpha.shape(), l.p));
  return l;
}

TEST(CombineMapsLaws, GradientsAreFiniteDifferences) {
  covers({"V-DALPHA-R"});
  for_all("dx, dk, dalpha and db are exact differences", [] {
    const Layer l = any_layer();
    const auto gradient = [&](const auto& f, const Values& at) {
      return polynomial_gradient(f, at, l.dy);
    };
    require_equal(
        reference::combine_maps_dx(l.dy, l.k, l.alpha, l.x.shape(), l.p),
        gradient(
            [&](const Values& x) { return reference::combine_maps(x, l.k, l.alpha, l.b, l.p); },
            l.x));
    require_equal(
        reference::combine_maps_dk(l.dy, l.x, l.alpha, l.k.shape(), l.p),
        gradient(
            [&](const Values& k) { return reference::combine_maps(l.x, k, l.alpha, l.b, l.p); },
            l.k));
    require_equal(
        reference::combine_maps_dalpha(l.dy, l.x, l.k, l.p),
        gradient(
            [&](const Values& alpha) { return reference::combine_maps(l.x, l.k, alpha, l.b, l.p); },
            l.alpha));
    require_equal(
        reference::combine_maps_db(l.dy),
        gradient(
            [&](const Values& b) { return reference::combine_maps(l.x, l.k, l.alpha, b, l.p); },
            l.b));
  });
}

TEST(CombineMapsLaws, ItIsAConvolutionWhoseKernelsAreMultiplesOfOnePerInputMap) {
  covers({"F-COMBINE-R"});
  for_all("w[j,i,u] = alpha[i,j] k[i,u]", [] {
    const Layer l = any_layer();
    std::vector<Index> extents{l.b.size(), l.x.shape()[1]};
    const Shape taps = spatial(l.k.shape());
    extents.insert(extents.end(), taps.begin(), taps.end());
    Values w{Shape(extents)};
    for_each_index(w.shape(), [&](const Indices& at) {
      const Index tap = flat_index(w.shape(), at) % taps.element_count();
      w[flat_index(w.shape(), at)] =
          l.alpha(at[1], at[0]) * l.k[at[1] * taps.element_count() + tap];
    });
    require_equal(reference::combine_maps(l.x, l.k, l.alpha, l.b, l.p),
                  reference::conv<Rational>(l.x, w, &l.b, {.axes = l.p.axes}));
  });
}

/// The layer of §3.3 as a function of c: E = <dy, y> for alpha = softmax(c) over the input maps.
struct SoftLayer {
  CombineMapsParams p{.axes = {{}}};
  Reals x, k, c, b, dy;

  Reals alpha(const Reals& at) const { return reference::softmax(at, {.axis = 0}); }
  Reals y(const Reals& at) const { return reference::combine_maps(x, k, alpha(at), b, p); }
};

SoftLayer any_soft_layer() {
  const Index inputs = any_index("input maps", 1, 3);
  const Index outputs = any_index("output maps", 1, 2);
  const auto real = [](const char* name, const Shape& shape) {
    return tensor_cast<Real>(any_tensor(name, shape));
  };
  SoftLayer l;
  l.x = real("x", {1, inputs, 3});
  l.k = real("k", {inputs, 1, 2});
  l.c = real("c", {inputs, outputs});
  l.b = real("b", {outputs});
  l.dy = real("dy", {1, outputs, 2});
  return l;
}

TEST(CombineMapsLaws, SoftmaxWeightsArePositiveAndSumToOneForEveryOutputMap) {
  covers({"F-SOFTMAX-ALPHA-R", "F-COMBINE-CONSTRAINT-R"});
  const RealPrecision precision;
  for_all("alpha_ij = exp(c_ij) / sum_k exp(c_kj); sum_i alpha_ij = 1, 0 < alpha_ij <= 1", [] {
    const SoftLayer l = any_soft_layer();
    const Reals alpha = l.alpha(l.c);
    Reals printed = alpha;
    for (Index j = 0; j < l.b.size(); ++j) {
      Real sum = 0;
      Real total = 0;
      for (Index i = 0; i < l.c.shape()[0]; ++i) {
        sum += exp(l.c(i, j));
        total += alpha(i, j);
        require(alpha(i, j) > 0 && alpha(i, j) <= 1, "a weight is outside (0, 1]");
      }
      for (Index i = 0; i < l.c.shape()[0]; ++i) printed(i, j) = exp(l.c(i, j)) / sum;
      require(agree(Reals(Shape{1}, {total}), Reals(Shape{1}, {Real(1)})), "the sum is not 1");
    }
    require(agree(alpha, printed), "alpha is another number");
  });
}

TEST(CombineMapsLaws, TheGradientWithRespectToTheHiddenWeightsIsAsPrinted) {
  covers({"V-DC-R", "V-SOFTMAX-DERIV-R"});
  const RealPrecision precision;
  for_all("dE/dc_i = alpha_i (dE/dalpha_i - sum_k dE/dalpha_k alpha_k)", [] {
    const SoftLayer l = any_soft_layer();
    const Reals alpha = l.alpha(l.c);
    const Reals dalpha = reference::combine_maps_dalpha(l.dy, l.x, l.k, l.p);
    Reals printed = alpha;
    for (Index j = 0; j < l.b.size(); ++j) {
      Real sum = 0;
      for (Index k = 0; k < l.c.shape()[0]; ++k) sum += dalpha(k, j) * alpha(k, j);
      for (Index i = 0; i < l.c.shape()[0]; ++i) {
        printed(i, j) = alpha(i, j) * (dalpha(i, j) - sum);
      }
    }
    require(agree(printed, smooth_gradient([&](const Reals& c) { return l.y(c); }, l.c, l.dy)),
            "the difference is another number");
    require(agree(printed, reference::softmax_dx(dalpha, l.c, {.axis = 0})),
            "softmax_dx is another number");
  });
}

TEST(CombineMapsLaws, TheHiddenWeightsOfOneOutputMapDoNotTouchAnother) {
  covers({"P-C-GROUPS-INDEPENDENT"});
  const RealPrecision precision;
  for_all("moving c of map j moves alpha and y of map j alone", [] {
    const SoftLayer l = any_soft_layer();
    const Index moved_map = any_index("moved map", 0, l.b.size() - 1);
    Reals moved = l.c;
    moved(0, moved_map) += 1;
    const Reals before = l.y(l.c);
    const Reals after = l.y(moved);
    for (Index j = 0; j < l.b.size(); ++j) {
      if (j == moved_map) continue;
      for (Index at = 0; at < 2; ++at) require_equal(after(0, j, at), before(0, j, at));
      for (Index i = 0; i < l.c.shape()[0]; ++i) {
        require_equal(l.alpha(moved)(i, j), l.alpha(l.c)(i, j));
      }
    }
    // And it does move that map's own weights, if there are two.
    if (l.c.shape()[0] > 1) {
      require(l.alpha(moved)(0, moved_map) > l.alpha(l.c)(0, moved_map), "nothing has moved");
    }
  });
}

// ---- l1_term --------------------------------------------------------------------------------

TEST(L1TermExamples, WorkedByHand) {
  const Values alpha(Shape{2, 2}, {1, -2, 0, Rational(1, 2)});
  EXPECT_EQ(reference::l1_term(alpha, 4), Values(Shape{1}, {14}));
  EXPECT_EQ(reference::l1_term_dalpha(Values(Shape{1}, {10}), alpha, 4),
            Values(Shape{2, 2}, {40, -40, 0, 40}));
}

TEST(L1TermErrors, AnErrorOfAnotherShapeIsRefused) {
  EXPECT_EQ(
      error_of([] { (void)reference::l1_term_dalpha(Values(Shape{2}), Values(Shape{2}), 1); }),
      "l1_term: domega: expected [1] (the shape of the term), got [2]");
}

TEST(L1TermLaws, TheGradientIsAFiniteDifferenceAwayFromZero) {
  covers({"V-DOMEGA-DALPHA-R", "F-SPARSE-LOSS-R"});
  for_all("dalpha = lambda sign(alpha), and the term is the largest of all sums +-alpha", [] {
    // Nothing in alpha is nearer to 0 than 1/3.
    const Values alpha = any_tensor("alpha", {any_index("maps", 1, 3), 2});
    const Values domega = any_tensor("domega", {1});
    const Rational lambda = any_rational("lambda");
    require_equal(
        reference::l1_term_dalpha(domega, alpha, lambda),
        difference_gradient([&](const Values& v) { return reference::l1_term(v, lambda); }, alpha,
                            domega, Rational(1, 4)));
    Rational largest = 0;
    for (unsigned signs = 0; signs < 1U << alpha.size(); ++signs) {
      Rational sum = 0;
      for (Index i = 0; i < alpha.size(); ++i) {
        sum += (signs >> i & 1U) == 0 ? alpha[i] : Rational(-alpha[i]);
      }
      if (sum > largest) largest = sum;
    }
    require_equal(reference::l1_term(alpha, lambda)[0], Rational(lambda * largest));
  });
}

// The algebra of the printed formula is right for every alpha whose derivatives with respect to c
// are those of softmax, whatever its signs and sum.
TEST(L1TermLaws, TheChainRuleGivesThePrintedGradientOfTheHiddenWeights) {
  covers({"V-DOMEGA-DC-R"});
  for_all("sum_k lambda sign(alpha_k) (delta_ki alpha_i - alpha_i alpha_k)", [] {
    const Values alpha = any_tensor("alpha", {any_index("maps", 1, 4)});
    const Rational lambda = any_rational("lambda");
    const Values dalpha = reference::l1_term_dalpha(Values(Shape{1}, {1}), alpha, lambda);
    Rational moduli = 0;
    for (Index k = 0; k < alpha.size(); ++k) moduli += abs(alpha[k]);
    Values printed(alpha.shape());
    for (Index i = 0; i < alpha.size(); ++i) {
      printed[i] = lambda * (abs(alpha[i]) - alpha[i] * moduli);
    }
    require_equal(reference::softmax_dx_from_y(dalpha, alpha, {}), printed);
  });
}

// But alpha = softmax(c) is positive and sums to 1. Then |alpha_i| - alpha_i sum_k |alpha_k| is
// alpha_i - alpha_i = 0: the term is lambda for every output map, a constant, and no c is preferred
// to another. §3.3.1 adds it to make alpha sparse; it does nothing.
TEST(L1TermLaws, SparsityIsNotAsPrinted) {
  covers({"P-SPARSITY", "F-SPARSE-LOSS-R", "V-DOMEGA-DC-R"});
  for_all("of positive numbers with sum 1, the gradient is 0 and the term constant", [] {
    const Index maps = any_index("maps", 1, 4);
    Values alpha = any_tensor("alpha", {maps});
    Rational sum = 0;
    for (Index i = 0; i < maps; ++i) sum += abs(alpha[i]);
    for (Index i = 0; i < maps; ++i) alpha[i] = abs(alpha[i]) / sum;
    const Rational lambda = any_rational("lambda");
    require_equal(reference::l1_term(alpha, lambda)[0], lambda);
    const Values dalpha = reference::l1_term_dalpha(Values(Shape{1}, {1}), alpha, lambda);
    require_equal(reference::softmax_dx_from_y(dalpha, alpha, {}), Values(alpha.shape()));
  });
  // The sparsest and the least sparse combination cost the same.
  EXPECT_EQ(reference::l1_term(Values(Shape{2}, {1, 0}), 3),
            reference::l1_term(Values(Shape{2}, {Rational(1, 2), Rational(1, 2)}), 3));
}

// What makes the claim true is to leave softmax out: on weights that are free the term does make
// small ones 0. Of E(alpha) = 1/2 (alpha - a)^2 the least is at a, of E + lambda |alpha| it is at 0
// if |a| <= lambda, and at a, moved by lambda towards 0, if not.
TEST(L1TermLaws, OnWeightsWithoutAConstraintSmallOnesBecomeZero) {
  covers({"P-SPARSITY"});
  for_all("the least of the total error", [] {
    const Rational a = any_rational("a");
    const Rational lambda = abs(any_rational("lambda"));
    const auto total = [&](const Rational& alpha) {
      return Rational((alpha - a) * (alpha - a) / 2 +
                      reference::l1_term(Values(Shape{1}, {alpha}), lambda)[0]);
    };
    const Rational least = abs(a) <= lambda ? Rational(0) : a > 0 ? a - lambda : a + lambda;
    if (least != 0) {
      const Values one(Shape{1}, {1});
      const Values at(Shape{1}, {least});
      require_equal(Rational(least - a + reference::l1_term_dalpha(one, at, lambda)[0]),
                    Rational(0));
    }
    const Rational other = any_rational("another weight");
    require(total(least) < total(least + other), "another weight is as good");
  });
}

TEST(L1TermLaws, TheTotalGradientIsTheSumAndThatIsTheGradientOfTheErrorAlone) {
  covers({"V-DE-DC-TOTAL-R", "F-SPARSE-LOSS-R"});
  const RealPrecision precision;
  for_all("d(E + Omega)/dc = dE/dc + dOmega/dc = dE/dc", [] {
    const SoftLayer l = any_soft_layer();
    const Real lambda = static_cast<Real>(any_rational("lambda"));
    const Reals one(Shape{1}, {Real(1)});
    const auto total = [&](const Reals& c) {
      Reals e = reference::l1_term(l.alpha(c), lambda);
      e[0] += inner(l.dy, l.y(c));
      return e;
    };
    const Reals de = reference::softmax_dx(reference::combine_maps_dalpha(l.dy, l.x, l.k, l.p), l.c,
                                           {.axis = 0});
    const Reals domega = reference::softmax_dx(reference::l1_term_dalpha(one, l.alpha(l.c), lambda),
                                               l.c, {.axis = 0});
    Reals sum = de;
    for (Index i = 0; i < sum.size(); ++i) sum[i] += domega[i];
    const Reals differences = smooth_gradient(total, l.c, one);
    require(agree(sum, differences), "the sum is not the gradient");
    require(agree(de, differences), "the term changes the gradient");
  });
}

}  // namespace
}  // namespace convproof
