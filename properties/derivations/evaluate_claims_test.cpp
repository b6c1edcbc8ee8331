// Claims at concrete sizes: laws that hold, statements that do not, and the smallest sizes that
// show it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "derivations/evaluate/counterexample.h"
#include "derivations/language/choose.h"
#include "derivations/language/parser.h"
#include "properties/derivations/evaluated.h"

namespace convproof::derivations::evaluate {
namespace {

using testing::ElementsAre;
using testing::Pair;

// ---------------------------------------------------------------- laws

const std::string kOneAxisDeclared =
    "size K, N >= K, s, d, p >= 0\n"
    "tensor W[K]\n"
    "tensor X[N]\n"
    "tensor V[K]\n"
    "scalar b\n"
    "let y = conv(W, X)\n"
    "seed G like y\n"
    "let u = xcorr(W, X, stride=s)\n"
    "seed H like u\n";

const std::string kOneAxis = kOneAxisDeclared + "claim c: ";

const std::string kTwoAxes =
    "size K, M >= K, N >= K, P\n"
    "tensor W[P, K, K]\n"
    "tensor X[M, N]\n"
    "tensor A[M, N]\n"
    "let y[q in 1..P] = xcorr(W[q], X)\n"
    "seed G like y\n"
    "claim c [q in 1..P]: ";

class EvaluateLaws : public testing::TestWithParam<std::string> {};

TEST_P(EvaluateLaws, HoldAtAllSmallSizes) {
  const language::File file = file_of(GetParam());
  const Found found = smallest(file, claim_of(file, "c"), 0, {.most_total = 9});
  EXPECT_FALSE(found.counterexample);
  EXPECT_EQ(found.complete_to, 9);
  EXPECT_GE(found.compared, 40U);
}

INSTANTIATE_TEST_SUITE_P(
    OneAxis, EvaluateLaws,
    testing::Values(
        kOneAxis + "conv(W, X, mode=full) == conv(X, W, mode=full)",
        kOneAxis + "rot180(conv(W, X)) == conv(rot180(W), rot180(X))",
        kOneAxis + "xcorr(W, X) == conv(rot180(W), X)",
        kOneAxis + "xcorr(W, X, mode=full) == rot180(xcorr(X, W, mode=full))",
        kOneAxis + "conv(V, conv(W, X, mode=full), mode=full) == "
                   "conv(conv(V, W, mode=full), X, mode=full)",
        kOneAxis + "conv(W + V, X) == conv(W, X) + conv(V, X)",
        kOneAxis + "conv(W, X, mode=full) == conv(W, pad(X, K - 1))",
        kOneAxis + "xcorr(W, X, stride=s) == subsample(xcorr(W, X), s)",
        kOneAxis + "conv(W, X, mode=full, dilation=d) == conv(zeroinsert(W, d), X, mode=full)",
        kOneAxis + "xcorr(W, X, pad=p) == xcorr(W, pad(X, p))",
        kOneAxis + "blocksum(kron(X, s), s) == s * X",
        kOneAxis + "blocksum(padlr(zeroinsert(X, s), 0, s - 1), s) == X",
        kOneAxis + "crop(pad(X, p), p) == X", kOneAxis + "subsample(zeroinsert(X, s), s) == X",
        kOneAxis + "y == xcorr(rot180(W), X)", kOneAxis + "grad(y, X, G) == xcorr(W, G, mode=full)",
        kOneAxis + "grad(y, W, G) == rot180(xcorr(G, X))",
        kOneAxisDeclared + "claim c [k in 1..K]: grad(u, W, H)[k] == "
                           "sum(t in 1..floor((N - K) / s) + 1) H[t] * X[(t - 1) * s + k]",
        kOneAxisDeclared + "claim c [i in 1..N]: grad(u, X, H)[i] == "
                           "sum(t in 1..floor((N - K) / s) + 1, k in 1..K "
                           "where (t - 1) * s + k == i) H[t] * W[k]",
        kOneAxis + "grad(pad(X, p), X, pad(X .* X, p)) == X .* X",
        kOneAxis + "grad(kron(X, s), X, ones(N * s)) == s * ones(N)",
        kOneAxis + "grad(sum(X) * X, X, X) == sum(X) * X + sum(X .* X) * ones(N)",
        kOneAxis + "grad(b * y, b, G) == sum(G .* y)",
        kOneAxis + "grad(y, W, y) == grad(sum(y .* y) / 2, W, 1)"));

INSTANTIATE_TEST_SUITE_P(
    TwoAxes, EvaluateLaws,
    testing::Values(kTwoAxes + "grad(y, W, G)[q] == xcorr(G[q], X)",
                    kTwoAxes + "grad(y, X, G) == sum(r in 1..P) conv(W[r], G[r], mode=full)",
                    kTwoAxes + "transpose(xcorr(W[q], X)) == xcorr(transpose(W[q]), transpose(X))",
                    kTwoAxes + "rot180(X) == flip(flip(X, 1), 2)",
                    kTwoAxes + "jacobian(y, W)[q, 1, 1, q, 1, K] == X[1, K]",
                    kTwoAxes + "sum(A .* X) == sum(i in 1..M, j in 1..N) A[i, j] * X[i, j]",
                    kTwoAxes + "conv(A, X, mode=full) == conv(X, A, mode=full)"));

// ---------------------------------------------------------------- counterexamples

/// The least by total, then in the order of the sizes, of all in a box: found without
/// for_each_sizes.
std::optional<std::vector<Index>> first_by_brute_force(const language::File& file,
                                                       const language::Claim& claim, Index most) {
  const std::vector<std::string> names = names_of_sizes(file);
  std::optional<std::vector<Index>> best;
  Index best_total = 0;
  std::vector<Index> values(names.size(), 0);
  const PerAxis box(names.size(), most + 1);
  do {
    Sizes sizes;
    Index total = 0;
    for (std::size_t i = 0; i < names.size(); ++i) {
      sizes[names[i]] = values[i];
      total += values[i];
    }
    if (total > most || !admissible(file, sizes)) continue;
    if (compare(file, claim, 0, sizes).outcome == Outcome::kEqual) continue;
    if (!best || total < best_total) {
      best = values;
      best_total = total;
    }
  } while (advance(values, box));
  return best;
}

struct FalseClaim {
  std::string source;
  Sizes sizes;
};

void PrintTo(const FalseClaim& claim, std::ostream* out) {
  *out << claim.source;
}

class EvaluateFalseClaims : public testing::TestWithParam<FalseClaim> {};

TEST_P(EvaluateFalseClaims, FailFirstAtTheSmallestSizes) {
  const language::File file = file_of(GetParam().source);
  const language::Claim& claim = claim_of(file, "c");
  const Found found = smallest(file, claim, 0, {.most_total = 9});
  ASSERT_TRUE(found.counterexample);
  EXPECT_EQ(found.counterexample->sizes, GetParam().sizes);
  const auto expected = first_by_brute_force(file, claim, 9);
  ASSERT_TRUE(expected);
  std::vector<Index> values;
  for (const std::string& name : names_of_sizes(file)) {
    values.push_back(found.counterexample->sizes.at(name));
  }
  EXPECT_EQ(values, *expected);
  EXPECT_FALSE(first_by_brute_force(file, claim, found.complete_to));
}

const std::string kSmall = "size K, N >= K\ntensor W[K]\ntensor X[N]\nclaim c: ";

INSTANTIATE_TEST_SUITE_P(
    Small, EvaluateFalseClaims,
    testing::Values(
        FalseClaim{kSmall + "conv(W, X) == xcorr(W, X)", {{"K", 2}, {"N", 2}}},
        FalseClaim{kSmall + "conv(W, X, mode=full) == conv(W, X)", {{"K", 2}, {"N", 2}}},
        FalseClaim{kSmall + "conv(W, X, mode=same) == conv(W, X, mode=same)", {{"K", 2}, {"N", 2}}},
        FalseClaim{kSmall + "xcorr(W, X, mode=full) == xcorr(X, W, mode=full)",
                   {{"K", 1}, {"N", 2}}},
        FalseClaim{kSmall + "X[3] == X[3]", {{"K", 1}, {"N", 1}}},
        FalseClaim{kSmall + "X .* X == X", {{"K", 1}, {"N", 1}}},
        FalseClaim{kSmall + "blocksum(X, K) == blocksum(X, K)", {{"K", 2}, {"N", 3}}},
        FalseClaim{"size n, M\ntensor X[M]\nclaim c: grad(kron(X, n), X, kron(X, n)) == X",
                   {{"n", 2}, {"M", 1}}},
        FalseClaim{"size a >= 0, b >= 0\nassume a != b\nclaim c: a * (b - 3) == 0",
                   {{"a", 1}, {"b", 0}}},
        FalseClaim{"size a, b >= a\narith c: a * b < 6", {{"a", 2}, {"b", 3}}},
        FalseClaim{"size a\narith c: pow(2, a) >= pow(a, 2)", {{"a", 3}}},
        FalseClaim{"size a\nnumeric c: pow(2, a) == 2 * a", {{"a", 3}}}));

TEST(EvaluateCounterexamples, CanBeRedoneByHand) {
  const language::File file =
      file_of("size K, N >= K\ntensor W[K]\ntensor X[N]\nclaim c: conv(W, X) == xcorr(W, X)");
  const Found found = smallest(file, claim_of(file, "c"), 0);
  ASSERT_TRUE(found.counterexample);
  const Counterexample& example = *found.counterexample;
  EXPECT_EQ(example.comparison.outcome, Outcome::kDiffer);
  EXPECT_EQ(example.comparison.left, (PerAxis{1}));
  EXPECT_EQ(example.comparison.element, (PerAxis{1}));
  EXPECT_EQ(example.left_sum, "W[1]*X[2] + W[2]*X[1]");
  EXPECT_EQ(example.right_sum, "W[1]*X[1] + W[2]*X[2]");
  std::vector<std::string> products;
  for (const DifferentProduct& product : example.products) {
    products.push_back(text(product.product, ": ", product.left, ", ", product.right));
  }
  EXPECT_THAT(products, ElementsAre("W[1]*X[1]: 0, 1", "W[1]*X[2]: 1, 0", "W[2]*X[1]: 1, 0",
                                    "W[2]*X[2]: 0, 1"));
  ASSERT_THAT(example.entries, ElementsAre(Pair("W[1]", testing::_), Pair("W[2]", testing::_),
                                           Pair("X[1]", testing::_), Pair("X[2]", testing::_)));
  std::vector<Index> v;
  for (const auto& [name, value] : example.entries) v.push_back(std::stoll(value));
  EXPECT_THAT(v, testing::Each(testing::AllOf(testing::Ge(1), testing::Le(9))));
  EXPECT_EQ(example.left, text(v[0] * v[3] + v[1] * v[2]));
  EXPECT_EQ(example.right, text(v[0] * v[2] + v[1] * v[3]));
  EXPECT_NE(example.left, example.right);
}

TEST(EvaluateCounterexamples, NameCoefficientsAndPowers) {
  const language::File file = file_of(
      "tensor X[2] from 0\nscalar b\n"
      "claim c: sum(X) * sum(X) - b / 2 + 3 == X[0] * X[0] * 5 - 2 * b");
  const Counterexample example = explained(file, claim_of(file, "c"), 0, {});
  EXPECT_EQ(example.left_sum, "3 + X[0]^2 + 2*X[0]*X[1] + X[1]^2 - 1/2*b");
  EXPECT_EQ(example.right_sum, "5*X[0]^2 - 2*b");
  EXPECT_EQ(example.products[0].product, "1");
  EXPECT_EQ(example.products[0].left, 3);
  EXPECT_EQ(example.products[0].right, 0);
  EXPECT_EQ(example.products[1].product, "X[0]^2");
  EXPECT_EQ(example.products[1].right, 5);
}

TEST(EvaluateCounterexamples, ProductsThatCancelAreNotNamed) {
  const language::File file =
      file_of("tensor X[2]\nscalar b\nclaim c: X[1] * b - b * X[1] == X[2]");
  const Counterexample example = explained(file, claim_of(file, "c"), 0, {});
  EXPECT_EQ(example.left_sum, "0");
  EXPECT_EQ(example.right_sum, "X[2]");
  EXPECT_EQ(example.products.size(), 1U);
}

TEST(EvaluateCounterexamples, AreLookedForByOutcome) {
  const language::File file =
      file_of("size N\ntensor X[N]\nclaim c: pad(X, 1)[N] * ones(N) == ones(3) * X[4] - 1");
  const language::Claim& claim = claim_of(file, "c");
  EXPECT_EQ(smallest(file, claim, 0).counterexample->sizes, (Sizes{{"N", 1}}));
  const Found shapes = smallest(file, claim, 0, {}, {Outcome::kShapesDiffer});
  ASSERT_TRUE(shapes.counterexample);
  EXPECT_EQ(shapes.counterexample->sizes, (Sizes{{"N", 4}}));
  EXPECT_EQ(shapes.counterexample->comparison.left, (PerAxis{4}));
  EXPECT_EQ(shapes.counterexample->comparison.right, (PerAxis{3}));
  EXPECT_FALSE(smallest(file, claim, 0, {}, {Outcome::kDiffer}).counterexample);
}

TEST(EvaluateCounterexamples, TypicalOnesAreNotDegenerate) {
  const language::File file = file_of(kSmall + "conv(W, X) == xcorr(W, X)");
  const Found found = typical(file, claim_of(file, "c"), 0);
  ASSERT_TRUE(found.counterexample);
  EXPECT_EQ(found.counterexample->sizes, (Sizes{{"K", 2}, {"N", 3}}));
  const language::File number = file_of(kSmall + "X[1] == X[2]");
  EXPECT_EQ(typical(number, claim_of(number, "c"), 0).counterexample->sizes,
            (Sizes{{"K", 2}, {"N", 3}}));
  const language::File thin = file_of(kSmall + "pad(ones(K), 0) == ones(1)");
  EXPECT_EQ(typical(thin, claim_of(thin, "c"), 0, {.most_total = 4}).counterexample->sizes,
            (Sizes{{"K", 2}, {"N", 3}}));
  const language::File later = file_of(kSmall + "X[1] * ones(N - K) == X[2] * ones(N - K)");
  EXPECT_EQ(typical(later, claim_of(later, "c"), 0).counterexample->sizes,
            (Sizes{{"K", 2}, {"N", 4}}));
  const language::File none = file_of("tensor X[2]\nclaim c: X == 2 * X");
  EXPECT_FALSE(typical(none, claim_of(none, "c"), 0).counterexample);
}

TEST(EvaluateCounterexamples, SearchesEndAtTheirLimits) {
  const language::File file = file_of(kSmall + "X == X");
  const language::Claim& claim = claim_of(file, "c");
  const Found some = smallest(file, claim, 0, {.most_total = 100, .most_sizes = 10});
  EXPECT_EQ(some.compared, 10U);
  EXPECT_EQ(some.complete_to, 6);  // 1 + 1 + 2 + 2 + 3 = 9 sizes.
  int asked = 0;
  const Found stopped =
      smallest(file, claim, 0, {.most_total = 100, .stop = [&] { return ++asked > 5; }});
  EXPECT_EQ(asked, 6);  // At every step towards the sizes, not only at those that are compared.
  EXPECT_LT(stopped.compared, 5U);
  EXPECT_FALSE(stopped.counterexample);
  const Found large = smallest(file, claim, 0, {.most_total = 8, .limits = {.work = 4}});
  const Found different = typical(file, claim, 0, {.most_total = 2});
  EXPECT_EQ(different.compared, 4U);  // 2 3, 2 4, 2 5, 3 4 of the totals 5 to 7.
  EXPECT_EQ(different.complete_to, 7);
  EXPECT_LT(large.complete_to, 8);
  EXPECT_GT(large.too_large, 0U);
}

TEST(EvaluateCounterexamples, SurveysTellEveryOutcome) {
  const language::File file = file_of(kSmall + "conv(W, X, mode=same) == xcorr(W, X, mode=same)");
  const auto all = survey(file, claim_of(file, "c"), 0, {.most_total = 5});
  std::vector<std::string> told;
  for (const auto& [sizes, comparison] : all) {
    told.push_back(
        text(sizes.at("K"), " ", sizes.at("N"), " ", static_cast<int>(comparison.outcome)));
  }
  EXPECT_THAT(told, ElementsAre("1 1 0", "1 2 0", "1 3 0", "2 2 3", "1 4 0", "2 3 3"));
}

// ---------------------------------------------------------------- texts

Found searched(const std::string& source, const std::string& claim, std::size_t link,
               const language::Choice& choice = {}) {
  const language::File file = language::choose(language::parse({"a.claim", source}), choice);
  return smallest(file, claim_of(file, claim), link, {.most_total = 9});
}

Outcome outcome_of(const Found& found) {
  return found.counterexample ? found.counterexample->comparison.outcome : Outcome::kEqual;
}

TEST(EvaluateTexts, OfArraysWithZerosAround) {
  const std::string source =
      "size M, N, U >= 0, V >= 0\n"
      "tensor X[M, N] zero\n"
      "tensor W[2 * U + 1, 2 * V + 1] from -U, -V\n"
      "let Xp = pad(X, U, V)\n"
      "let Y[i in 1..M, j in 1..N] = sum(u in -U..U, v in -V..V) W[u, v] * X[i - u, j - v]\n"
      "seed G like Y\n"
      "claim forward: Y == conv(W, Xp)\n"
      "claim entries [u in -U..U, v in -V..V]: grad(Y, W, G)[u + U + 1, v + V + 1]\n"
      "  == sum(i in 1..M, j in 1..N) jacobian(Y, W)[i, j, u + U + 1, v + V + 1] * G[i, j]\n"
      "  == sum(i in 1..M, j in 1..N) X[i - u, j - v] * G[i, j]\n"
      "claim arrays: grad(Y, W, G) == conv(G, rot180(Xp)) == conv(rot180(G), Xp)";
  EXPECT_EQ(outcome_of(searched(source, "forward", 0)), Outcome::kEqual);
  EXPECT_EQ(outcome_of(searched(source, "entries", 0)), Outcome::kEqual);
  EXPECT_EQ(outcome_of(searched(source, "entries", 1)), Outcome::kEqual);
  EXPECT_EQ(outcome_of(searched(source, "arrays", 0)), Outcome::kEqual);
  const Found found = searched(source, "arrays", 1);
  ASSERT_TRUE(found.counterexample);
  EXPECT_EQ(found.counterexample->sizes, (Sizes{{"M", 1}, {"N", 2}, {"U", 0}, {"V", 1}}));
  EXPECT_EQ(found.counterexample->left_sum, "X[1,2]*G[1,1]");
  EXPECT_EQ(found.counterexample->right_sum, "X[1,1]*G[1,2]");
}

TEST(EvaluateTexts, OfALayerUnderItsReadings) {
  const std::string source =
      "size D, P, U, V, M >= U, N >= V\n"
      "tensor X[D, M, N]\n"
      "tensor W[P, D, U, V]\n"
      "tensor b[P]\n"
      "reading star = conv | xcorr\n"
      "reading map = p | d\n"
      "reading m = valid | full\n"
      "let Z[p in 1..P] = sum(d in 1..D) star(W[p, d], X[map]) +\n"
      "  b[p] * ones(M - U + 1, N - V + 1)\n"
      "seed G like Z\n"
      "claim dw [p in 1..P, d in 1..D]: grad(Z, W, G)[p, d]\n"
      "  == jacobian(Z[p], W[p, d]) * G[p] == xcorr(G[p], X[map])\n"
      "claim db [p in 1..P]: grad(Z, b, G)[p]\n"
      "  == sum(G[p]) == sum(i in 1..M, j in 1..N) G[p, i, j]\n"
      "claim dx [d in 1..D]: grad(Z, X, G)[d] == sum(p in 1..P) conv(W[p, d], G[p], mode=m)\n";
  const auto outcome = [&](const std::string& claim, std::size_t link, std::size_t star,
                           std::size_t map, std::size_t m) {
    return outcome_of(searched(source, claim, link,
                               {.readings = {{"star", star}, {"map", map}, {"m", m}}, .each = {}}));
  };
  EXPECT_EQ(outcome("dw", 0, 1, 1, 1), Outcome::kCannotBeRead);
  EXPECT_EQ(outcome("dw", 1, 1, 0, 1), Outcome::kIllFormed);
  EXPECT_EQ(outcome("dw", 1, 0, 1, 1), Outcome::kDiffer);
  EXPECT_EQ(outcome("dw", 1, 1, 1, 1), Outcome::kEqual);
  EXPECT_EQ(outcome("db", 0, 1, 1, 1), Outcome::kEqual);
  EXPECT_EQ(outcome("db", 1, 1, 1, 1), Outcome::kIllFormed);
  EXPECT_EQ(outcome("dx", 0, 1, 1, 1), Outcome::kEqual);
  EXPECT_EQ(outcome("dx", 0, 0, 1, 1), Outcome::kDiffer);
  EXPECT_EQ(outcome("dx", 0, 1, 1, 0), Outcome::kIllFormed);
}

TEST(EvaluateTexts, OfCosts) {
  const std::string source =
      "const W = 320\nconst H = 280\n"
      "arith nonzero: 2 * (W - 1) * H == 178640\n"
      "arith speed: 2 * W * H * (W - 1) * H / ((W - 1) * H * 3) == 60000";
  EXPECT_EQ(outcome_of(searched(source, "nonzero", 0)), Outcome::kEqual);
  const Found speed = searched(source, "speed", 0);
  ASSERT_TRUE(speed.counterexample);
  EXPECT_EQ(speed.counterexample->left, "179200/3");
  EXPECT_EQ(speed.counterexample->right, "60000");
}

TEST(EvaluateTexts, OfSoftmax) {
  const language::File file = file_of(
      "size I\ntensor c[I]\ntensor e[I]\nlet alpha = softmax(c)\n"
      "numeric by_c [i in 1..I]: grad(alpha, c, e)[i]\n"
      "  == sum(k in 1..I) e[k] * jacobian(alpha, c)[k, i]\n"
      "  == alpha[i] * (e[i] - sum(k in 1..I) e[k] * alpha[k])");
  for (const std::size_t link : {0U, 1U}) {
    const Comparison found = compare(file, claim_of(file, "by_c"), link, {{"I", 4}});
    EXPECT_EQ(found.outcome, Outcome::kEqual) << found.why;
    EXPECT_EQ(found.points, 3);
    EXPECT_EQ(found.digits, 60);
  }
}

TEST(EvaluateTexts, EveryClaimFileHasAnOutcomeAtSmallSizes) {
  int links = 0;
  for (const auto& entry : std::filesystem::directory_iterator(CONVPROOF_CLAIMS)) {
    if (entry.path().extension() != ".claim") continue;
    std::ifstream in(entry.path());
    std::ostringstream source;
    source << in.rdbuf();
    const language::File all =
        language::choose(language::parse({entry.path().filename(), source.str()}), {});
    for (const language::Statement& statement : all.statements) {
      const auto* claim = std::get_if<language::Claim>(&statement.node);
      if (claim == nullptr) continue;
      const language::File file = language::part_for(all, *claim);
      for (std::size_t link = 0; link < claim->links.size(); ++link) {
        const Found found =
            smallest(file, claim_of(file, claim->name), link, {.most_total = 40, .most_sizes = 3});
        EXPECT_GT(found.compared, found.too_large) << entry.path().filename() << " " << claim->name;
        ++links;
      }
    }
  }
  EXPECT_GT(links, 100);
}

}  // namespace
}  // namespace convproof::derivations::evaluate
