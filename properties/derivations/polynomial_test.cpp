// Polynomials and the conditions made of them, by hand and against their values at points.
#include "derivations/polynomial.h"

#include <gtest/gtest.h>

#include <array>

#include "core/errors.h"
#include "derivations/constraint.h"
#include "properties/arbitrary.h"

namespace convproof::derivations {
namespace {

/// The variables that the examples are about.
struct Names {
  Variables table;
  Variable m = table.size("M");
  Variable u = table.size("U");
  Variable s = table.size("s");
  Variable i = table.index("i");
  Variable j = table.index("j");
  Polynomial M{m}, U{u}, S{s}, I{i}, J{j};

  std::string text(const Polynomial& p) const { return to_text(p, table); }
  std::string text(const Constraint& c) const { return to_text(c, table); }
};

// ---------------------------------------------------------------- examples

TEST(PolynomialExamples, PrintsAsTheNotesWrite) {
  const Names n;
  EXPECT_EQ(n.text(n.S * n.I + n.M - 2 * n.U), "M-2*U+s*i");
  EXPECT_EQ(n.text(n.M - 1 - n.I), "M-1-i");
  EXPECT_EQ(n.text(-n.M + n.I), "-M+i");
  EXPECT_EQ(n.text(Polynomial(Rational(1, 2)) * n.M * n.M - Polynomial(Rational(3, 4))),
            "1/2*M^2-3/4");
  EXPECT_EQ(n.text(n.I * n.M * n.I), "M*i^2");
  EXPECT_EQ(n.text(n.J - n.S * n.I + n.I - n.S * n.I * n.J + n.M * n.U - n.M + 1),
            "M*U-M+1-s*i*j-s*i+i+j");
  EXPECT_EQ(n.text(0), "0");
  EXPECT_EQ(n.text(-1), "-1");
  EXPECT_EQ(n.text(zero(n.M - n.I)), "M-i = 0");
  EXPECT_EQ(n.text(at_least(n.M, 1)), "M-1 >= 0");
}

TEST(PolynomialExamples, TheSameHoweverItWasMade) {
  const Names n;
  EXPECT_EQ((n.M + n.U) * (n.M - n.U), n.M * n.M - n.U * n.U);
  EXPECT_EQ(n.M - n.M, Polynomial());
  EXPECT_TRUE((n.M * 0).is_zero());
  EXPECT_NE(n.M * n.U, n.M + n.U);
}

TEST(PolynomialExamples, KnowsDegreesAndLinearity) {
  const Names n;
  const Polynomial p = n.S * n.I + n.M * n.M * n.U - 2 * n.J + 3;
  EXPECT_EQ(p.degree(), 3);
  EXPECT_EQ(p.degree_in(n.m), 2);
  EXPECT_EQ(p.degree_in(n.j), 1);
  EXPECT_EQ(Polynomial(5).degree(), 0);
  EXPECT_EQ(Polynomial().degree(), -1);
  EXPECT_TRUE(p.is_linear_in({n.i, n.j}));
  EXPECT_TRUE(p.is_linear_in({n.i, n.u}));
  EXPECT_FALSE(p.is_linear_in({n.s, n.i}));
  EXPECT_FALSE(p.is_linear_in({n.m}));
  EXPECT_EQ(p.slope(n.i), n.S);
  EXPECT_EQ(p.slope(n.j), Polynomial(-2));
  EXPECT_EQ(p.variables(), (std::vector{n.m, n.u, n.s, n.i, n.j}));
  EXPECT_EQ(p.constant(), 3);
}

TEST(PolynomialExamples, SubstitutesEveryPower) {
  const Names n;
  const Polynomial p = n.I * n.I + n.S * n.I + n.M;
  EXPECT_EQ(p.substitute(n.i, n.M - 1 - n.I),
            (n.M - 1 - n.I) * (n.M - 1 - n.I) + n.S * (n.M - 1 - n.I) + n.M);
  EXPECT_EQ(p.substitute(n.j, 7), p);
  EXPECT_EQ(n.text((n.M - n.I).substitute(n.i, n.M)), "0");
}

TEST(PolynomialExamples, ContentIsTheLargestCommonDivisor) {
  const Names n;
  EXPECT_EQ((4 * n.M - 6 * n.U + 3).content(), 1);
  EXPECT_EQ((4 * n.M - 6 * n.U + 3).content_without_constant(), 2);
  EXPECT_EQ((Polynomial(Rational(2, 3)) * n.M + Polynomial(Rational(4, 5)) * n.U).content(),
            Rational(2, 15));
  EXPECT_EQ(Polynomial(7).content_without_constant(), 0);
}

TEST(PolynomialExamples, FreshNamesAreNew) {
  Names n;
  const Variable first = n.table.fresh("i", VariableKind::kIndex);
  const Variable second = n.table.fresh("i", VariableKind::kIndex);
  EXPECT_EQ(n.table.name(first), "i_2");
  EXPECT_EQ(n.table.name(second), "i_3");
  EXPECT_EQ(n.table.find("i_2"), first);
  EXPECT_EQ(n.table.find("q"), std::nullopt);
}

template <typename Call>
std::string refusal_of(Call call) {
  try {
    call();
  } catch (const ParseError& error) {
    return error.what();
  }
  return "no ParseError";
}

TEST(PolynomialErrors, RefusesNamesThatCannotBeRead) {
  Variables table;
  table.size("M'");
  table.index("δ_1");
  EXPECT_EQ(refusal_of([&] { table.size("M'"); }),
            "variable: expected a new name, found 'M'', which is taken");
  EXPECT_EQ(refusal_of([&] { table.size("2i"); }), "variable: expected a name, found '2i'");
  EXPECT_EQ(refusal_of([&] { table.size(""); }), "variable: expected a name, found ''");
  EXPECT_EQ(refusal_of([&] { table.size("a b"); }), "variable: expected a name, found 'a b'");
}

// ---------------------------------------------------------------- conditions

TEST(ConstraintExamples, RoundsTheConstantToWhatIntegersReach) {
  const Names n;
  EXPECT_EQ(n.text(normalised(not_negative(3 * n.I - 2))), "-1+i >= 0");
  EXPECT_EQ(n.text(normalised(not_negative(-3 * n.I + 2))), "-i >= 0");
  EXPECT_EQ(n.text(normalised(not_negative(4 * n.M - 6 * n.U - 1))), "2*M-3*U-1 >= 0");
  EXPECT_EQ(n.text(normalised(zero(-4 * n.M + 6 * n.U + 2))), "2*M-3*U-1 = 0");
}

TEST(ConstraintExamples, ScalesRationalsToIntegersFirst) {
  const Names n;
  const Polynomial half = Polynomial(Rational(1, 2));
  EXPECT_EQ(n.text(normalised(not_negative(half * n.M - half))), "M-1 >= 0");
  // M/2 = 0 is not "M/2 <= -1 or M/2 >= 1": M = 1 is another solution.
  ASSERT_EQ(negation(zero(half * n.M)).size(), 2U);
  EXPECT_EQ(n.text(negation(zero(half * n.M))[0]), "-M-1 >= 0");
  EXPECT_EQ(n.text(negation(zero(half * n.M))[1]), "M-1 >= 0");
}

TEST(ConstraintExamples, KnowsWhatNeverAndWhatAlwaysHolds) {
  const Names n;
  EXPECT_EQ(normalised(zero(2 * n.M - 1)), never());
  EXPECT_EQ(normalised(zero(1)), never());
  EXPECT_EQ(normalised(zero(0)), always());
  EXPECT_EQ(normalised(not_negative(-3)), never());
  EXPECT_EQ(normalised(not_negative(5)), always());
  EXPECT_EQ(negation(never()), std::vector{always()});
  EXPECT_EQ(negation(always()), std::vector{never()});
}

TEST(ConstraintExamples, NegatesOverTheIntegers) {
  const Names n;
  ASSERT_EQ(negation(not_negative(n.M - 1 - n.I)).size(), 1U);
  EXPECT_EQ(n.text(negation(not_negative(n.M - 1 - n.I))[0]), "-M+i >= 0");
}

// ---------------------------------------------------------------- laws

using Point = std::array<Index, 5>;

Point any_point() {
  Point point{};
  for (Index& value : point) value = any_index("value", -4, 4);
  return point;
}

/// What `at` asks for each variable: variables are numbered in the order of Names.
auto values(const Point& point) {
  return [&point](Variable v) { return point[static_cast<std::size_t>(v)]; };
}

Rational any_coefficient() {
  const Index above = any_index("numerator", -6, 6);
  return Rational(above) / any_index("denominator", 1, 4);
}

Polynomial any_polynomial(const Names& n) {
  const std::array factors{Polynomial(1), n.M, n.U, n.S, n.I, n.J};
  const auto any_factor = [&] { return factors[std::size_t(any_index("factor", 0, 5))]; };
  Polynomial p;
  for (Index terms = any_index("terms", 0, 5); terms > 0; --terms) {
    p += Polynomial(any_coefficient()) * any_factor() * any_factor();
  }
  return p;
}

TEST(PolynomialLaws, ArithmeticIsThatOfValues) {
  for_all("p+q, p-q, p*q and -p have the values they should", [] {
    const Names n;
    const Polynomial p = any_polynomial(n);
    const Polynomial q = any_polynomial(n);
    const Point point = any_point();
    const auto x = values(point);
    require_equal((p + q).at(x), Rational(p.at(x) + q.at(x)));
    require_equal((p - q).at(x), Rational(p.at(x) - q.at(x)));
    require_equal((p * q).at(x), Rational(p.at(x) * q.at(x)));
    require_equal((-p).at(x), Rational(-p.at(x)));
    require_equal(Polynomial::combined(p, Rational(2, 3), q).at(x),
                  Rational(p.at(x) + Rational(2, 3) * q.at(x)));
  });
}

TEST(PolynomialLaws, SubstitutionIsThatOfValues) {
  for_all("p with q for i has the value of p where i is the value of q", [] {
    const Names n;
    const Polynomial p = any_polynomial(n);
    const Polynomial q = any_polynomial(n);
    const Point point = any_point();
    const Rational value = q.at(values(point));
    const Rational expected = p.at([&](Variable v) {
      return v == n.i ? value : Rational(point[static_cast<std::size_t>(v)]);
    });
    require_equal(p.substitute(n.i, q).at(values(point)), expected);
  });
}

TEST(PolynomialLaws, EqualIfAndOnlyIfTheDifferenceIsZero) {
  for_all("p = q if p-q = 0, and p*q is zero only if a factor is", [] {
    const Names n;
    const Polynomial p = any_polynomial(n);
    const Polynomial q = any_polynomial(n);
    require((p == q) == (p - q).is_zero(), "equality and difference disagree");
    require((p + q) - q == p, "p+q-q is not p");
    require((p * q).is_zero() == (p.is_zero() || q.is_zero()), "a product vanishes");
    require((p < q) + (q < p) + (p == q) == 1, "the order is not total");
  });
}

TEST(ConstraintLaws, NormalisedHasTheSameIntegerPoints) {
  for_all("a point satisfies a condition if and only if it satisfies the normalised one", [] {
    const Names n;
    const Polynomial p = any_polynomial(n);
    const Constraint c = any_index("is zero", 0, 1) == 1 ? zero(p) : not_negative(p);
    const Constraint plain = normalised(c);
    for (int points = 0; points < 20; ++points) {
      const Point point = any_point();
      require(holds_at(c, values(point)) == holds_at(plain, values(point)), n.text(plain));
    }
    require_equal(n.text(normalised(plain)), n.text(plain));
  });
}

TEST(ConstraintLaws, APointSatisfiesEitherTheConditionOrItsNegation) {
  for_all("exactly one of a condition and its negation holds at an integer point", [] {
    const Names n;
    const Polynomial p = any_polynomial(n);
    const Constraint c = any_index("is zero", 0, 1) == 1 ? zero(p) : not_negative(p);
    for (int points = 0; points < 20; ++points) {
      const Point point = any_point();
      int holding = holds_at(c, values(point)) ? 1 : 0;
      for (const Constraint& opposite : negation(c)) {
        holding += holds_at(opposite, values(point)) ? 1 : 0;
      }
      require_equal(holding, 1);
    }
  });
}

}  // namespace
}  // namespace convproof::derivations
