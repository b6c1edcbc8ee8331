// Proofs of conditions on integers: by hand, and random systems against every point of a box and
// against the checker.
#include "derivations/farkas.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <iostream>
#include <limits>

#include "derivations/check/check.h"
#include "derivations/small_rational.h"
#include "properties/arbitrary.h"

namespace convproof::derivations {
namespace {

using Constraints = std::vector<Constraint>;

/// Proved, and the checker accepts the certificate as one of this very obligation.
testing::AssertionResult is_proved(const Variables& names, const Constraints& given,
                                   const Constraint& goal, const Limits& limits = {}) {
  const Proof proof = prove(given, goal, limits);
  if (proof.outcome != Outcome::kProved) return testing::AssertionFailure() << proof.undecided;
  const std::string certificate = to_text(*proof.certificate, names);
  const auto refused = why_refused(certificate, obligation_text(given, goal, names));
  if (refused) return testing::AssertionFailure() << *refused << "\n" << certificate;
  return testing::AssertionSuccess() << certificate;
}

testing::AssertionResult has_no_certificate(const Constraints& given, const Constraint& goal) {
  const Proof proof = prove(given, goal);
  if (proof.outcome == Outcome::kNoCertificate) return testing::AssertionSuccess();
  return testing::AssertionFailure() << proof.undecided;
}

// ---------------------------------------------------------------- by hand

// Commutativity of the full convolution, one of its obligations.
TEST(FarkasExamples, TheIndexOfTheOtherFactorStaysInside) {
  Variables names;
  const Polynomial n = names.size("N");
  const Polynomial o = names.index("O");
  const Polynomial f = names.index("f");
  const Polynomial g = names.index("g");
  const Constraints given{zero(o - f - g), not_negative(n - 1 - o + f), not_negative(f)};
  const Proof proof = prove(given, not_negative(n - 1 - g));
  ASSERT_EQ(proof.outcome, Outcome::kProved);
  EXPECT_EQ(to_text(*proof.certificate, names),
            "given O-f-g = 0\n"
            "given N-1-O+f >= 0\n"
            "need N-1-g >= 0 : 1*[O-f-g = 0] + 1*[N-1-O+f >= 0] + 1*[-N+g >= 0] = -1 >= 0\n");
  EXPECT_TRUE(is_proved(names, given, not_negative(n - 1 - g)));
}

TEST(FarkasExamples, AHypothesisProvesItself) {
  Variables names;
  const Polynomial n = names.size("N");
  const Polynomial i = names.index("i");
  const Proof proof = prove({not_negative(i), not_negative(n - 1 - i)}, not_negative(n - 1 - i));
  ASSERT_EQ(proof.outcome, Outcome::kProved);
  EXPECT_EQ(to_text(*proof.certificate, names),
            "given N-1-i >= 0\n"
            "need N-1-i >= 0 : 1*[N-1-i >= 0] + 1*[-N+i >= 0] = -1 >= 0\n");
  EXPECT_EQ(proof.effort.pivots, 0U);
}

TEST(FarkasExamples, AnEquationIsProvedFromBothSides) {
  Variables names;
  const Polynomial a = names.index("a");
  const Polynomial b = names.index("b");
  const Polynomial c = names.index("c");
  const Constraints given{zero(a - b), zero(c - b)};
  const Proof proof = prove(given, zero(a - c));
  ASSERT_EQ(proof.outcome, Outcome::kProved);
  EXPECT_EQ(to_text(*proof.certificate, names),
            "given a-b = 0\n"
            "given -b+c = 0\n"
            "need a-c >= 0 : 1*[a-b = 0] - 1*[-b+c = 0] + 1*[-1-a+c >= 0] = -1 >= 0\n"
            "need -a+c >= 0 : -1*[a-b = 0] + 1*[-b+c = 0] + 1*[-1+a-c >= 0] = -1 >= 0\n");
  EXPECT_TRUE(is_proved(names, given, zero(a - c)));
  EXPECT_TRUE(has_no_certificate({not_negative(a - b), zero(c - b)}, zero(a - c)));
}

// From the same hypotheses follows everything.
TEST(FarkasExamples, WhatCannotBeProvesEverything) {
  Variables names;
  const Polynomial i = names.index("i");
  const Constraints given{not_negative(i - 3), not_negative(1 - i)};
  EXPECT_TRUE(is_proved(names, given, zero(i - 100)));
  EXPECT_EQ(prove_empty(given).outcome, Outcome::kProved);
  EXPECT_TRUE(is_proved(names, {never()}, zero(i)));
  EXPECT_TRUE(is_proved(names, {zero(1)}, zero(i)));
  EXPECT_EQ(prove_empty({not_negative(i - 3)}).outcome, Outcome::kNoCertificate);
  EXPECT_TRUE(has_no_certificate({}, not_negative(i)));
  EXPECT_TRUE(is_proved(names, {}, always()));
}

// q = floor(n/2) and n = 2m give q = m.
TEST(FarkasExamples, TheFloorOfAnEvenNumberIsItsHalf) {
  Variables names;
  const Polynomial n = names.size("N");
  const Polynomial m = names.size("M");
  const Polynomial q = names.index("q");
  const Constraints given{not_negative(n - 2 * q), not_negative(2 * q + 1 - n), zero(n - 2 * m)};
  EXPECT_TRUE(is_proved(names, given, zero(q - m)));
}

// ceil((n+1)/3) with remainder r <= 2 is at least (n+1)/3 and at most (n+3)/3.
TEST(FarkasExamples, TheCeilingLiesWithinOne) {
  Variables names;
  const Polynomial n = names.size("N");
  const Polynomial q = names.index("q");
  const Constraints given{not_negative(3 * q - n - 1), not_negative(n + 3 - 3 * q)};
  const Polynomial third = Polynomial(Rational(1, 3));
  EXPECT_TRUE(is_proved(names, given, not_negative(q - third * n - third)));
  EXPECT_TRUE(is_proved(names, given, not_negative(third * n + 1 - q)));
  EXPECT_TRUE(has_no_certificate(given, not_negative(third * n - q)));
}

// 2a >= 1 and 2a <= 1 leave a = 1/2, which is no integer.
TEST(FarkasExamples, RoundsWhatIntegersCannotReach) {
  Variables names;
  const Polynomial a = names.index("a");
  const Polynomial b = names.index("b");
  EXPECT_TRUE(is_proved(names, {not_negative(2 * a - 1)}, not_negative(a - 1)));
  EXPECT_TRUE(is_proved(names, {not_negative(2 * a - 1), not_negative(1 - 2 * a)}, never()));
  EXPECT_TRUE(is_proved(names, {zero(4 * a - 6 * b - 1)}, never()));
  EXPECT_TRUE(has_no_certificate({zero(4 * a - 6 * b - 2)}, never()));
}

// 3a = b+1 and b >= 0 give a >= 1 only because a is an integer.
TEST(FarkasExamples, RoundsAfterEliminatingAnEquation) {
  Variables names;
  const Polynomial a = names.index("a");
  const Polynomial b = names.index("b");
  const Constraints given{zero(3 * a - b - 1), not_negative(b)};
  const Proof proof = prove(given, not_negative(a - 1));
  ASSERT_EQ(proof.outcome, Outcome::kProved);
  EXPECT_TRUE(is_proved(names, given, not_negative(a - 1)));
  // Two steps of 2 between odd and even: 2a = c, c = 2b+1.
  const Polynomial c = names.index("c");
  EXPECT_TRUE(is_proved(names, {zero(2 * a - c), zero(c - 2 * b - 1)}, never()));
}

// ---------------------------------------------------------------- symbolic strides

/// Stride s >= 1, rows h = i*s + r of the blocks i = 0, 1, ..., M-1, and 0 <= r <= s-1.
struct Blocks {
  Variables names;
  Polynomial s = names.size("s");
  Polynomial m = names.size("M");
  Polynomial h = names.index("h");
  Polynomial i = names.index("i");
  Polynomial j = names.index("j");
  Polynomial r = names.index("r");
  Polynomial q = names.index("q");
  Constraints given{not_negative(s - 1),     not_negative(m - 1), not_negative(i),
                    not_negative(m - 1 - i), not_negative(r),     not_negative(s - 1 - r),
                    zero(h - s * i - r)};
};

TEST(FarkasExamples, ABlockBeginsInsideTheImage) {
  const Blocks b;
  EXPECT_TRUE(is_proved(b.names, b.given, not_negative(b.h)));
  EXPECT_TRUE(is_proved(b.names, b.given, not_negative(b.h - b.i)));
  EXPECT_TRUE(is_proved(b.names, b.given, not_negative(b.s * b.m - 1 - b.h)));
  EXPECT_TRUE(has_no_certificate(b.given, not_negative(b.h - 1)));
  EXPECT_TRUE(has_no_certificate(b.given, not_negative(b.s * b.m - 2 - b.h)));
}

TEST(FarkasExamples, WritesProductsOfHypothesesDown) {
  const Blocks b;
  const Proof proof = prove(b.given, not_negative(b.h - b.i));
  ASSERT_EQ(proof.outcome, Outcome::kProved);
  const std::string certificate = to_text(*proof.certificate, b.names);
  EXPECT_THAT(certificate, testing::HasSubstr("with [s*i-i >= 0] = [s-1 >= 0]*[i >= 0]\n"));
}

// Block and offset of a row are unique: s*i+r = s*j+q.
TEST(FarkasExamples, QuotientAndRemainderAreUnique) {
  Blocks b;
  b.given.push_back(not_negative(b.q));
  b.given.push_back(not_negative(b.s - 1 - b.q));
  b.given.push_back(zero(b.h - b.s * b.j - b.q));
  EXPECT_TRUE(is_proved(b.names, b.given, zero(b.i - b.j)));
  b.given.push_back(zero(b.i - b.j));
  EXPECT_TRUE(is_proved(b.names, b.given, zero(b.s * b.i - b.s * b.j)));
  EXPECT_TRUE(is_proved(b.names, b.given, zero(b.r - b.q)));
}

// A window of K taps d apart that moves by s over padded rows: (T-1)s + (K-1)d + 1 <= M.
TEST(FarkasExamples, AWindowWithStrideAndDilationStaysInside) {
  Variables names;
  const Polynomial m = names.size("M");
  const Polynomial t = names.size("T");
  const Polynomial k = names.size("K");
  const Polynomial s = names.size("s");
  const Polynomial d = names.size("d");
  const Polynomial i = names.index("i");
  const Polynomial u = names.index("u");
  const Constraints given{not_negative(s - 1),
                          not_negative(d - 1),
                          not_negative(t - 1),
                          not_negative(k - 1),
                          not_negative(i),
                          not_negative(t - 1 - i),
                          not_negative(u),
                          not_negative(k - 1 - u),
                          not_negative(m - (t - 1) * s - (k - 1) * d - 1)};
  EXPECT_TRUE(is_proved(names, given, not_negative(i * s + u * d)));
  EXPECT_TRUE(is_proved(names, given, not_negative(m - 1 - i * s - u * d)));
  EXPECT_TRUE(has_no_certificate(given, not_negative(m - 2 - i * s - u * d)));
}

// ---------------------------------------------------------------- limits

TEST(FarkasLimits, GiveUndecidedAndSayWhich) {
  const Blocks b;
  const Constraint goal = not_negative(b.h - b.i);
  const auto undecided = [&](const Limits& limits) {
    const Proof proof = prove(b.given, goal, limits);
    EXPECT_EQ(proof.outcome, Outcome::kLimit);
    EXPECT_FALSE(proof.certificate);
    return proof.undecided;
  };
  EXPECT_EQ(undecided({.pivots = 2}), "The limit of the search was reached: 2 pivots.");
  EXPECT_EQ(undecided({.cells = 50}), "The limit of the search was reached: tableau of 50 cells.");
  EXPECT_EQ(undecided({.work = 100}), "The limit of the search was reached: work of 100.");
  EXPECT_EQ(undecided({.stopped = [] { return true; }}),
            "The limit of the search was reached: stopped by the caller.");
  EXPECT_EQ(prove(b.given, goal).outcome, Outcome::kProved);
}

/// a_1 >= 2, a_{k+1} >= c*a_k, and the last one is not c^count at least.
Constraints growing(Variables& names, int count, const Rational& c, Polynomial& last) {
  last = names.index("a");
  Constraints given{not_negative(last - 2)};
  for (int k = 1; k < count; ++k) {
    const Polynomial next = names.fresh("a", VariableKind::kIndex);
    given.push_back(not_negative(next - Polynomial(c) * last));
    last = next;
  }
  return given;
}

// Multipliers up to 10^33, beyond 64 and 128 bits.
TEST(FarkasLimits, NumbersOfAnySizeAreExact) {
  Variables names;
  Polynomial last;
  const Constraints given = growing(names, 12, 1000, last);
  Rational power = 2;
  for (int k = 1; k < 12; ++k) power *= 1000;
  EXPECT_TRUE(is_proved(names, given, not_negative(last - Polynomial(power))));
  EXPECT_TRUE(has_no_certificate(given, not_negative(last - Polynomial(power + 1))));
}

TEST(FarkasLimits, NumbersOfTooManyDigitsGiveUndecided) {
  Variables names;
  Polynomial last;
  const Constraints given = growing(names, 40, Rational(1'000'000'007), last);
  const Proof proof = prove(given, not_negative(last), {.digits = 50});
  EXPECT_EQ(proof.outcome, Outcome::kLimit);
  EXPECT_EQ(proof.undecided, "The limit of the search was reached: numbers of 50 digits.");
}

// Beale's example cycles for ever under the rule of the largest coefficient.
TEST(FarkasLimits, TheSimplexMethodDoesNotCycle) {
  Variables names;
  std::vector<Polynomial> x;
  for (const char* name : {"a", "b", "c", "d"}) x.emplace_back(names.index(name));
  const Polynomial quarter = Polynomial(Rational(1, 4));
  const Polynomial half = Polynomial(Rational(1, 2));
  Constraints given{not_negative(-(quarter * x[0] - 8 * x[1] - x[2] + 9 * x[3])),
                    not_negative(-(half * x[0] - 12 * x[1] - half * x[2] + 3 * x[3])),
                    not_negative(1 - x[2])};
  for (const Polynomial& v : x) given.push_back(not_negative(v));
  const Polynomial value = 3 * quarter * x[0] - 20 * x[1] + half * x[2] - 6 * x[3];
  EXPECT_TRUE(is_proved(names, given, not_negative(Polynomial(Rational(5, 4)) - value)));
  EXPECT_TRUE(has_no_certificate(given, not_negative(1 - value)));
}

// ---------------------------------------------------------------- the simplex method itself

// Numerators and denominators up to 2^62 overflow often and agree otherwise.
TEST(SmallRationalLaws, AgreesWithRationalOrRefuses) {
  int agreed = 0;
  int refused = 0;
  const auto any_small = [] {
    const Index bits = any_index("bits", 1, 62);
    const Index above = any_index("numerator", -(Index{1} << bits), Index{1} << bits);
    return Rational(above) / any_index("denominator", 1, Index{1} << any_index("bits", 0, 40));
  };
  const auto compare = [&](const Rational& expected, const auto& compute) {
    try {
      require_equal(compute().to_rational(), expected);
      ++agreed;
    } catch (const SmallRational::Overflow&) {
      ++refused;
    }
  };
  for_all("sums, differences, products and quotients are those of Rational", [&] {
    const Rational p = any_small();
    const Rational q = any_small();
    const SmallRational a(p);
    const SmallRational b(q);
    compare(p + q, [&] { return a + b; });
    compare(p - q, [&] { return a - b; });
    compare(p * q, [&] { return a * b; });
    if (q != 0) compare(p / q, [&] { return a / b; });
  });
  EXPECT_GE(agreed, 10);
  EXPECT_GE(refused, 5);
}

TEST(SmallRationalLaws, RefusesWhatDoesNotFit) {
  const Rational most = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(SmallRational(most).to_rational(), most);
  EXPECT_EQ(SmallRational(Rational(-most)).to_rational(), -most);
  EXPECT_EQ(SmallRational(Rational(1 / most)).to_rational(), 1 / most);
  EXPECT_THROW(SmallRational(Rational(most + 1)), SmallRational::Overflow);
  EXPECT_THROW(SmallRational(Rational(-most - 1)), SmallRational::Overflow);
  EXPECT_THROW(SmallRational(Rational(1 / (most + 1))), SmallRational::Overflow);
  EXPECT_THROW(SmallRational(Rational(-most)) - SmallRational(1), SmallRational::Overflow);
}

TEST(SimplexLaws, FindsASolutionIfThereIsOne) {
  for_all("a system made from a solution is solved, and by a solution", [] {
    const auto columns = static_cast<std::size_t>(any_index("columns", 1, 6));
    const auto rows = static_cast<std::size_t>(any_index("rows", 1, 5));
    LinearSystem system;
    system.right.resize(rows);
    for (std::size_t j = 0; j < columns; ++j) {
      LinearSystem::Column column{{}, any_index("free", 0, 3) == 0};
      const Rational x = any_index("x", column.free ? -3 : 0, 3);
      for (std::size_t i = 0; i < rows; ++i) {
        const Rational a = any_index("a", -3, 3);
        column.entries.push_back({i, a});
        system.right[i] += a * x;
      }
      system.columns.push_back(std::move(column));
    }
    Effort effort;
    const Solution solution = solve(system, {}, effort);
    require(solution.solved == Solved::kYes, "no solution was found");
    std::vector<Rational> left(rows);
    for (std::size_t j = 0; j < columns; ++j) {
      require(system.columns[j].free || solution.x[j] >= 0, "a negative number");
      for (const auto& entry : system.columns[j].entries) {
        left[entry.row] += entry.value * solution.x[j];
      }
    }
    require(left == system.right, "the equations do not hold");
  });
}

// ---------------------------------------------------------------- random systems

using Point = std::array<Index, 3>;

auto values(const Point& point) {
  return [&point](Variable v) { return point[static_cast<std::size_t>(v)]; };
}

bool all_hold(const Constraints& constraints, const Point& point) {
  return std::all_of(constraints.begin(), constraints.end(),
                     [&](const Constraint& c) { return holds_at(c, values(point)); });
}

struct RandomNames {
  Variables table;
  Polynomial s = table.size("s");
  Polynomial i = table.index("i");
  Polynomial j = table.index("j");
};

Constraint any_condition(const RandomNames& n, Index most_degree) {
  const auto coefficient = [] { return Polynomial(static_cast<int>(any_index("a", -3, 3))); };
  Polynomial p = coefficient() * n.s + coefficient() * n.i + coefficient() * n.j +
                 Polynomial(static_cast<int>(any_index("constant", -4, 4)));
  if (any_index("degree", 1, most_degree) == 2) {
    p += coefficient() * n.s * n.i + coefficient() * n.s * n.j;
  }
  if (any_index("scaled", 0, 4) == 4) p *= Polynomial(Rational(1, any_index("by", 2, 3)));
  return any_index("is zero", 0, 4) == 4 ? zero(p) : not_negative(p);
}

Constraints any_system(const RandomNames& n) {
  Constraints given{not_negative(n.s - 1)};
  const Index degree = any_index("degree of all", 1, 2);
  for (Index count = any_index("hypotheses", 1, 6); count > 0; --count) {
    given.push_back(any_condition(n, degree));
  }
  return given;
}

TEST(FarkasLaws, WhatIsProvedHoldsAtEveryPointAndIsAccepted) {
  int proved = 0;
  for_all("no point of a box satisfies the hypotheses and not the goal", [&] {
    const RandomNames n;
    for (int systems = 0; systems < 10; ++systems) {
      const Constraints given = any_system(n);
      const Constraint goal = any_condition(n, 2);
      const Proof proof = prove(given, goal);
      require(proof.outcome != Outcome::kLimit, "a limit was reached");
      require(proof.certificate.has_value() == (proof.outcome == Outcome::kProved), "no reason");
      if (!proof.certificate) continue;
      ++proved;
      const std::string certificate = to_text(*proof.certificate, n.table);
      const auto refused = why_refused(certificate, obligation_text(given, goal, n.table));
      require(!refused, refused.value_or("") + "\n" + certificate);
      for (Index s = -1; s <= 6; ++s) {
        for (Index i = -6; i <= 6; ++i) {
          for (Index j = -6; j <= 6; ++j) {
            const Point point{s, i, j};
            require(!all_hold(given, point) || holds_at(goal, values(point)), certificate);
          }
        }
      }
    }
  });
  EXPECT_GE(proved, 20);  // Or the law says little.
}

TEST(FarkasLaws, ASystemWithASolutionIsNeverRefuted) {
  for_all("no proof that conditions are empty that a point satisfies", [] {
    const RandomNames n;
    for (int systems = 0; systems < 10; ++systems) {
      const Point point{any_index("s", 1, 4), any_index("i", -4, 4), any_index("j", -4, 4)};
      Constraints given;
      for (Constraint c : any_system(n)) {
        // Moved to where the point satisfies it.
        const Rational value = c.p.at(values(point));
        if (c.relation == Relation::kZero || value < 0) c.p -= Polynomial(value);
        given.push_back(std::move(c));
      }
      require(all_hold(given, point), "the point is no solution");
      const Proof proof = prove_empty(given);
      require(proof.outcome == Outcome::kNoCertificate, "refuted");
      // Nor is what the point refutes proved.
      const Constraint goal = any_condition(n, 2);
      if (!holds_at(goal, values(point))) {
        require(prove(given, goal).outcome == Outcome::kNoCertificate, "proved");
      }
    }
  });
}

// For linear systems over the rationals the search is complete: what follows by adding is found.
TEST(FarkasLaws, EverySumOfHypothesesIsProved) {
  for_all("a sum of hypotheses with multipliers that are not negative is proved", [] {
    const RandomNames n;
    const Constraints given = any_system(n);
    Polynomial sum = Polynomial(static_cast<int>(any_index("more", 0, 2)));
    for (const Constraint& c : given) {
      const Index least = c.relation == Relation::kZero ? -3 : 0;
      sum += Polynomial(static_cast<int>(any_index("multiplier", least, 3))) * c.p;
    }
    const auto proved = is_proved(n.table, given, not_negative(sum));
    require(static_cast<bool>(proved), proved.message());
  });
}

// ---------------------------------------------------------------- cost

/// 20 hypotheses about 10 variables, as a strided and dilated layer has them.
struct Typical {
  Variables names;
  Constraints given;
  Polynomial m = names.size("M");
  Polynomial t = names.size("T");
  Polynomial k = names.size("K");
  Polynomial u = names.size("U");
  Polynomial s = names.size("s");
  Polynomial d = names.size("d");
  Polynomial i = names.index("i");
  Polynomial a = names.index("a");
  Polynomial h = names.index("h");
  Polynomial g = names.index("g");

  explicit Typical(bool symbolic) {
    const Polynomial stride = symbolic ? s : Polynomial(2);
    const Polynomial dilation = symbolic ? d : Polynomial(3);
    for (const Polynomial& size : {m, t, k, s, d}) given.push_back(not_negative(size - 1));
    given.push_back(not_negative(u));
    const auto range = [&](const Polynomial& index, const Polynomial& size) {
      given.push_back(not_negative(index));
      given.push_back(not_negative(size - 1 - index));
    };
    range(i, t);
    range(a, k);
    given.push_back(not_negative(g));
    given.push_back(zero(h - stride * i - dilation * a));
    given.push_back(zero(g - h - u));
    given.push_back(not_negative(m + u - (t - 1) * stride - (k - 1) * dilation - 1));
    given.push_back(not_negative(m - k));
    given.push_back(not_negative(m - t));
    given.push_back(not_negative(u + 100 - m));
    given.push_back(not_negative(k - u));
    given.push_back(not_negative(t + k - 2));
    given.push_back(not_negative(m + u - g + 100));
  }
};

void print_cost(const char* what, const Typical& typical, const Constraint& goal) {
  using Clock = std::chrono::steady_clock;
  constexpr int kTimes = 50;
  Proof proof;
  std::vector<double> microseconds;
  for (int time = 0; time < kTimes; ++time) {
    const auto start = Clock::now();
    proof = prove(typical.given, goal);
    const std::chrono::duration<double, std::micro> spent = Clock::now() - start;
    microseconds.push_back(spent.count());
  }
  std::sort(microseconds.begin(), microseconds.end());
  std::cout << what << ": " << typical.given.size() << " hypotheses, " << typical.names.count()
            << " variables, " << proof.effort.pivots << " pivots, " << microseconds[kTimes / 2]
            << " us (median)\n";
  EXPECT_TRUE(is_proved(typical.names, typical.given, goal));
}

TEST(FarkasCost, CostOfATypicalObligation) {
  const Typical constant(false);
  ASSERT_EQ(constant.given.size(), 20U);
  ASSERT_EQ(constant.names.count(), 10U);
  const Typical symbolic(true);
  print_cost("stride 2, dilation 3", constant,
             not_negative(constant.m + 2 * constant.u - 1 - constant.g));
  print_cost("symbolic stride and dilation", symbolic,
             not_negative(symbolic.m + 2 * symbolic.u - 1 - symbolic.g));
  EXPECT_TRUE(has_no_certificate(symbolic.given,
                                 not_negative(symbolic.m + 2 * symbolic.u - 2 - symbolic.g)));
}

}  // namespace
}  // namespace convproof::derivations
