// Numeric claims, and the numbers they are decided with: enclosures, and derivatives of functions.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "derivations/evaluate/ball.h"
#include "derivations/evaluate/counterexample.h"
#include "derivations/evaluate/failure.h"
#include "derivations/evaluate/residue.h"
#include "properties/arbitrary.h"
#include "properties/derivations/evaluated.h"

namespace convproof::derivations::evaluate {
namespace {

const std::string kDeclared =
    "size n >= 2\ntensor x[n]\ntensor g[n]\ntensor y[n]\nscalar a, b\n"
    "numeric c: ";

// ---------------------------------------------------------------- claims

class EvaluateTrueNumerics : public testing::TestWithParam<std::string> {};

TEST_P(EvaluateTrueNumerics, AgreeAtAllPoints) {
  for (const Index n : {2, 3}) {
    const Comparison found = compared(kDeclared + GetParam(), {{"n", n}});
    EXPECT_EQ(found.outcome, Outcome::kEqual) << found.why;
    EXPECT_EQ(found.points, 3);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Derivatives, EvaluateTrueNumerics,
    testing::Values("grad(exp(x), x, g) == g .* exp(x)", "grad(log(x), x, g) .* x == g",
                    "2 * grad(sqrt(x), x, g) .* sqrt(x) == g",
                    "grad(tanh(x), x, g) == g .* (1 - tanh(x) .* tanh(x))",
                    "grad(sigmoid(x), x, g) == g .* sigmoid(x) .* (1 - sigmoid(x))",
                    "grad(sin(x), x, g) == g .* cos(x)", "grad(cos(x), x, g) == -g .* sin(x)",
                    "grad(relu(x), x, g) == g .* (sign(x) + 1) / 2",
                    "grad(abs(x), x, g) == g .* sign(x)", "grad(sign(x), x, g) == 0 * g",
                    "grad(pow(x, 3), x, g) == 3 * g .* x .* x",
                    "grad(pow(x, -2), x, g) == -2 * g .* pow(x, -3)",
                    "grad(pow(x, a), x, g) .* x == a * g .* pow(x, a)",
                    "grad(pow(x, y), y, g) == g .* pow(x, y) .* log(x)",
                    "grad(x / b, b, g) == -sum(g .* x) / pow(b, 2)",
                    "grad(softmax(x), x, g) == softmax(x) .* (g - sum(g .* softmax(x)))",
                    "grad(logsoftmax(x), x, g) == g - sum(g) * softmax(x)",
                    "grad(grad(sin(x), x, ones(n)), x, g) == -g .* sin(x)",
                    "grad(grad(grad(exp(a * x), x, ones(n)), x, ones(n)), x, g) == "
                    "pow(a, 3) * g .* exp(a * x)",
                    "jacobian(jacobian(log(sum(exp(x))), x), x)[1, 2] == "
                    "-softmax(x)[1] * softmax(x)[2]",
                    "grad(tanh(conv(x, y, mode=full)), x, ones(2 * n - 1)) == "
                    "xcorr(y, 1 - pow(tanh(conv(x, y, mode=full)), 2))"));

INSTANTIATE_TEST_SUITE_P(Functions, EvaluateTrueNumerics,
                         testing::Values("exp(x + y) == exp(x) .* exp(y)", "log(exp(x)) == x",
                                         "pow(sin(x), 2) + pow(cos(x), 2) == ones(n)",
                                         "sqrt(x) .* sqrt(x) == x",
                                         "tanh(x) == 2 * sigmoid(2 * x) - 1",
                                         "sum(softmax(x)) == 1", "exp(logsoftmax(x)) == softmax(x)",
                                         "relu(x) - relu(-x) == x", "abs(x) == x .* sign(x)",
                                         "pow(x, 0) == ones(n)",
                                         "relu(0) + abs(0) + sign(0) + sqrt(0) == 0"));

class EvaluateFalseNumerics : public testing::TestWithParam<std::string> {};

TEST_P(EvaluateFalseNumerics, DifferAtAPoint) {
  EXPECT_EQ(compared(kDeclared + GetParam(), {{"n", 2}}).outcome, Outcome::kDiffer);
}

INSTANTIATE_TEST_SUITE_P(
    Small, EvaluateFalseNumerics,
    testing::Values("grad(tanh(x), x, g) == g .* (1 - tanh(x))", "tanh(x) == sigmoid(x)",
                    "grad(relu(x), x, g) == g", "abs(x) == x", "softmax(x) == exp(x)",
                    "grad(softmax(x), x, g) == g .* softmax(x) .* (1 - softmax(x))",
                    "exp(x) == exp(x) + pow(0.1, 90) * ones(n)",
                    "grad(grad(sin(x), x, ones(n)), x, g) == g .* sin(x)"));

TEST(EvaluateNumeric, SaysToHowManyDigitsMembersAgree) {
  EXPECT_EQ(compared(kDeclared + "relu(x) + x / b == x / b + relu(x)", {{"n", 2}}).digits, 0);
  EXPECT_EQ(compared(kDeclared + "exp(x) == exp(x)", {{"n", 2}}).digits, 60);
  // What is beyond the digits makes no difference.
  EXPECT_EQ(compared(kDeclared + "exp(x) == exp(x) + pow(0.1, 120) * ones(n)", {{"n", 2}}).outcome,
            Outcome::kEqual);
  // Here the digits are lost in the middle.
  EXPECT_EQ(
      compared(kDeclared + "(exp(x) + pow(10, 200)) - pow(10, 200) == exp(x)", {{"n", 2}}).outcome,
      Outcome::kIllFormed);
}

TEST(EvaluateNumeric, PointsOutsideOfTheDomainAreLeftOut) {
  // With two entries, logarithms exist at few points but the positive ones.
  const Comparison found = compared(kDeclared + "log(x .* x) == 2 * log(x)", {{"n", 6}});
  EXPECT_EQ(found.outcome, Outcome::kEqual) << found.why;
  EXPECT_EQ(found.points, 3);
  const Comparison none = compared(kDeclared + "log(-x .* x) == x", {{"n", 2}});
  EXPECT_EQ(none.outcome, Outcome::kIllFormed);
  EXPECT_EQ(none.why, "expected a positive argument of log, found one that is not");
  EXPECT_EQ(compared(kDeclared + "x / (n - 2) == x", {{"n", 2}}).outcome, Outcome::kIllFormed);
  EXPECT_EQ(compared(kDeclared + "grad(relu(x - x), x, g) == g", {{"n", 2}}).outcome,
            Outcome::kIllFormed);
  EXPECT_EQ(compared(kDeclared + "pow(x - x, -1) == x", {{"n", 2}}).outcome, Outcome::kIllFormed);
}

TEST(EvaluateNumeric, ReadsOutsideAndShapesCountHere) {
  EXPECT_EQ(compared(kDeclared + "exp(x)[3] == 1", {{"n", 2}}).outcome, Outcome::kIllFormed);
  EXPECT_EQ(compared(kDeclared + "exp(x) == 1", {{"n", 2}}).outcome, Outcome::kShapesDiffer);
  EXPECT_EQ(compared(kDeclared + "exp(x) * exp(x) == 1", {{"n", 2}}).outcome,
            Outcome::kCannotBeRead);
}

TEST(EvaluateNumeric, TheDifferingPointIsShown) {
  const language::File file =
      file_of("tensor x[2]\nnumeric c: x == abs(x)\nnumeric d: exp(x[1]) == x[1]");
  const Counterexample exact = explained(file, claim_of(file, "c"), 0, {});
  ASSERT_EQ(exact.entries.size(), 2U);
  const auto place = static_cast<std::size_t>(exact.comparison.element[0] - 1);
  EXPECT_EQ(exact.left, exact.entries[place].second);
  EXPECT_EQ("-" + exact.right, exact.left);
  const Counterexample decimal = explained(file, claim_of(file, "d"), 0, {});
  const RealDigits digits(50);
  const Real x(Rational(decimal.entries[0].second));
  EXPECT_EQ(decimal.entries[0].first, "x[1]");
  EXPECT_EQ(decimal.left, exp(x).str(30));
  EXPECT_EQ(decimal.right, x.str(30));
}

// ---------------------------------------------------------------- enclosures

/// Whether the enclosure holds, and is not wider than an error of some units.
void require_close(const Ball& ball, const Real& exact) {
  const Real error = abs(ball.middle() - exact);
  require(error <= ball.radius(), text("error ", error, " above ", ball.radius()));
  const Real size = 1 + abs(exact);
  require(ball.radius() <= size * size * pow(Real(10), -33), text("radius ", ball.radius()));
}

TEST(BallLaws, EnclosuresHoldAndAreNarrow) {
  using F = Ball (*)(const Ball&);
  using R = Real (*)(const Real&);
  const std::vector<std::pair<F, R>> functions{
      {[](const Ball& x) { return exp(x); }, [](const Real& x) { return Real(exp(x)); }},
      {[](const Ball& x) { return log(x * x); }, [](const Real& x) { return Real(log(x * x)); }},
      {[](const Ball& x) { return sqrt(x * x); }, [](const Real& x) { return Real(sqrt(x * x)); }},
      {[](const Ball& x) { return tanh(x); }, [](const Real& x) { return Real(tanh(x)); }},
      {[](const Ball& x) { return sin(x); }, [](const Real& x) { return Real(sin(x)); }},
      {[](const Ball& x) { return cos(x); }, [](const Real& x) { return Real(cos(x)); }},
      {[](const Ball& x) { return Ball(Index{1}) / (x + x) - x * x; },
       [](const Real& x) { return Real(1 / (x + x) - x * x); }}};
  for_all("every function of a ball encloses that of its number", [&] {
    const Rational number = any_rational("number") / 7;
    const auto which = static_cast<std::size_t>(
        any_index("function", 0, static_cast<Index>(functions.size()) - 1));
    const F of_ball = functions[which].first;
    const R of_real = functions[which].second;
    const Ball twice = [&] {
      const RealDigits few(40);
      const Ball x(number);
      return of_ball(sin(of_ball(x)) + Ball(Index{2}));
    }();
    const RealDigits many(120);
    const Real x(number);
    require_close(twice, of_real(sin(of_real(x)) + 2));
  });
}

TEST(BallExamples, KnowWhenTheyAreExact) {
  const RealDigits digits(30);
  EXPECT_TRUE(Ball(Rational(3) / 4).is_exact());
  EXPECT_FALSE(Ball(Rational(1) / 3).is_exact());
  EXPECT_TRUE((Ball() * exp(Ball(Index{1}))).is_zero());
  EXPECT_EQ(Ball(Rational(-1) / 3).sign(), -1);
  EXPECT_THROW((void)(Ball(Rational(1) / 3) - Ball(Rational(1) / 3)).sign(), OutsideDomain);
  EXPECT_THROW((void)(Ball(Index{1}) / Ball()), OutsideDomain);
  EXPECT_FALSE(overlap(Ball(Index{1}), Ball(Index{2})));
  EXPECT_TRUE(overlap(Ball(Rational(1) / 3) * Ball(Index{3}), Ball(Index{1})));
}

TEST(BallExamples, ProductsAreAsUncertainAsEitherFactorMakesThem) {
  const RealDigits digits(30);
  const Ball wide(Real(1), Real(1) / 8);
  EXPECT_GE((wide * Ball(Index{1000})).radius(), 125);
  EXPECT_GE((Ball(Index{1000}) * wide).radius(), 125);
  EXPECT_LE((Ball(Index{1000}) * wide).radius(), 126);
}

// ---------------------------------------------------------------- residues

TEST(ResidueLaws, AreAField) {
  for_all("what holds for fractions holds modulo the prime", [] {
    const Rational a = any_rational("a");
    const Rational b = any_rational("b");
    require(Residue(a + b) == Residue(a) + Residue(b), "a + b");
    require(Residue(a - b) == Residue(a) - Residue(b), "a - b");
    require(Residue(a * b) == Residue(a) * Residue(b), "a * b");
    require(Residue(a / b) == Residue(a) / Residue(b), "a / b");
    require(Residue(a) != Residue(a + 1), "a + 1");
  });
  constexpr auto kPrime = static_cast<Index>(Residue::kPrime);
  EXPECT_EQ(Residue(kPrime - 1) * Residue(kPrime - 1), Residue(Index{1}));
  EXPECT_EQ(Residue(kPrime - 1) + Residue(Index{1}), Residue(Index{0}));
  EXPECT_EQ(Residue(Index{-1}), Residue(kPrime - 1));
  EXPECT_EQ(Residue(kPrime - 2) / Residue(kPrime - 1), Residue(Index{2}));
  EXPECT_THROW((void)Residue(Rational(1) / Rational(kPrime)), TooLarge);
}

}  // namespace
}  // namespace convproof::derivations::evaluate
