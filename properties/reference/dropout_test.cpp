// Dropout: examples, errors, laws. What is random is checked for all keys of a small field, where
// it can be counted: nothing here is a statistic.
#include "reference/dropout.h"

#include <gtest/gtest.h>

#include "properties/arbitrary.h"
#include "properties/covers.h"
#include "properties/error_of.h"
#include "properties/gradients.h"

namespace convproof {
namespace {

using Values = Tensor<Rational>;
using reference::DropoutKey;
using reference::DropoutParams;

std::string mask(const DropoutParams& p, Index count) {
  std::string drops;
  for (Index i = 0; i < count; ++i) {
    drops += reference::dropout_drops(i, reference::dropout_key(p.seed), p) ? '.' : 'X';
  }
  return drops;
}

// ---- examples -------------------------------------------------------------------------------

TEST(DropoutExamples, APolynomialDecidesWhoIsDropped) {
  // h(i) = 3 + i mod 7, dropped below 3.
  const DropoutParams p{.drop = 3, .of = 7};
  std::string drops;
  for (Index i = 0; i < 7; ++i) {
    drops += reference::dropout_drops(i, {3, 1, 0, 0}, p, 7) ? '.' : 'X';
  }
  EXPECT_EQ(drops, "XXXX...");
  // h(i) = 1 + 2 i^2 + i^3 mod 7 = 1, 4, 3, 4, 6, 1, 2.
  drops.clear();
  for (Index i = 0; i < 7; ++i) {
    drops += reference::dropout_drops(i, {1, 0, 2, 1}, p, 7) ? '.' : 'X';
  }
  EXPECT_EQ(drops, ".XXXX..");
}

TEST(DropoutExamples, AnybodyCanRebuildTheGenerator) {
  // What every SplitMix64 gives first when it starts at 0.
  EXPECT_EQ(reference::dropout_key(0)[0], 0xE220A8397B1DCDAFU % reference::kDropoutPrime);
  EXPECT_EQ(reference::dropout_key(7), (DropoutKey{550097313, 2094325707, 132229895, 297009326}));
  // From a program in another language, with integers of any length.
  EXPECT_EQ(mask({.drop = 1, .of = 2, .seed = 7}, 32), "..X.XX.XXX.XX..X...XXX.....XX..X");
  EXPECT_EQ(mask({.drop = 1, .of = 4, .seed = 7}, 32), "XXXXXX.XXXXXX.XX..XXXX.....XXX.X");
}

TEST(DropoutExamples, WhatStaysIsScaledUp) {
  covers({"T-ALEX-TECHNIQUES"});
  const Values x(Shape{2, 4}, {1, 2, 3, 4, 5, 6, 7, 8});
  EXPECT_EQ(reference::dropout(x, {.drop = 1, .of = 2, .seed = 7}),
            Values(Shape{2, 4}, {0, 0, 6, 0, 10, 12, 0, 16}));
  EXPECT_EQ(reference::dropout(x, {.drop = 1, .of = 4, .seed = 7})[4], Rational(20, 3));
  EXPECT_EQ(reference::dropout(x, {.drop = 0, .of = 1, .seed = 7}), x);
}

// ---- errors ---------------------------------------------------------------------------------

TEST(DropoutErrors, EveryArgumentIsRefusedByName) {
  const Values x(Shape{2});
  const auto rate_error = [&](Index drop, Index of) {
    return error_of([&] { (void)reference::dropout(x, {.drop = drop, .of = of}); });
  };
  EXPECT_EQ(rate_error(-1, 2),
            "dropout: rate: expected 0 <= drop/of < 1, of at most 2147483647, got -1/2");
  EXPECT_EQ(rate_error(2, 2),
            "dropout: rate: expected 0 <= drop/of < 1, of at most 2147483647, got 2/2");
  EXPECT_EQ(rate_error(1, Index{1} << 31),
            "dropout: rate: expected 0 <= drop/of < 1, of at most 2147483647, got 1/2147483648");
  EXPECT_EQ(error_of([&] { (void)reference::dropout_dx(x, {.drop = 3, .of = 2}); }),
            "dropout: rate: expected 0 <= drop/of < 1, of at most 2147483647, got 3/2");
  EXPECT_EQ(error_of([&] { (void)reference::dropout_y_shape({Index{1} << 31}, {}); }),
            "dropout: x: expected less than 2147483647 elements, got [2147483648]");
}

// ---- laws -----------------------------------------------------------------------------------

DropoutParams any_rate() {
  const Index of = any_index("of", 1, 5);
  return {.drop = any_index("drop", 0, of - 1),
          .of = of,
          .seed = static_cast<std::uint64_t>(any_index("seed", 0, 1000000))};
}

TEST(DropoutLaws, TheGradientIsAFiniteDifferenceAndDropsTheSameElements) {
  for_all("dx is the difference; it is 0 where y is", [] {
    const DropoutParams p = any_rate();
    const Shape shape{any_index("rows", 1, 3), any_index("columns", 1, 4)};
    const Values x = any_tensor("x", shape);
    const Values dy = any_tensor("dy", shape);
    const Values y = reference::dropout(x, p);
    const Values dx = reference::dropout_dx(dy, p);
    require_equal(
        dx, polynomial_gradient([&](const Values& v) { return reference::dropout(v, p); }, x, dy));
    for (Index i = 0; i < x.size(); ++i) {
      require((y[i] == 0) == (dx[i] == 0), "another element is dropped");
      require(y[i] == 0 || y[i] * (p.of - p.drop) == x[i] * p.of, "the scale is another");
    }
  });
}

// The polynomial with its powers written out, over rationals that never overflow.
TEST(DropoutLaws, TheRemainderOfThePolynomialIsCountedWithoutOverflow) {
  for_all("h = a0 + a1 i + a2 i^2 + a3 i^3 mod P, compared with the rate times P", [] {
    const DropoutParams p = any_rate();
    const DropoutKey key = reference::dropout_key(p.seed);
    // Large elements, too: products of two of them are near 2^62.
    const Index i = any_index("element", 0, static_cast<Index>(reference::kDropoutPrime) - 2);
    Rational h = 0;
    Rational power = 1;
    for (const std::uint64_t a : key) {
      h += power * a;
      power *= i;
    }
    const Rational prime = reference::kDropoutPrime;
    const Rational quotient = h / prime;
    const Rational whole = numerator(quotient) / denominator(quotient);
    h -= prime * whole;
    require(h >= 0 && h < prime, "the remainder is none");
    require_equal(reference::dropout_drops(i, key, p), h * p.of < prime * p.drop);
  });
}

/// All keys over the field of seven elements: 7^4.
template <typename Visit>
void for_each_key(Visit visit) {
  for (std::uint64_t k = 0; k < 7 * 7 * 7 * 7; ++k) {
    visit(DropoutKey{k % 7, k / 7 % 7, k / 49 % 7, k / 343});
  }
}

TEST(DropoutLaws, OverAllKeysEveryElementIsDroppedAtTheRateAndTheMeanIsTheInput) {
  covers({"T-ALEX-TECHNIQUES"});
  for (Index drop = 0; drop < 7; ++drop) {
    const DropoutParams p{.drop = drop, .of = 7};
    for (Index i = 0; i < 7; ++i) {
      Index dropped = 0;
      for_each_key([&](const DropoutKey& key) {
        dropped += reference::dropout_drops(i, key, p, 7) ? 1 : 0;
      });
      EXPECT_EQ(dropped * 7, drop * 2401);
      // The sum of y over all keys, for x = 1: kept * of/(of - drop).
      EXPECT_EQ(Rational(2401 - dropped) * Rational(7, 7 - drop), 2401);
    }
  }
}

TEST(DropoutLaws, ARateThatThePrimeDoesNotAllowIsRoundedUp) {
  // ceil(rate*P)/P: for 1/2 of the seven values four, not three.
  for (const auto& [drop, of] : {std::pair<Index, Index>{1, 2}, {1, 3}, {2, 3}, {3, 5}, {1, 9}}) {
    const DropoutParams p{.drop = drop, .of = of};
    for (Index i = 0; i < 7; ++i) {
      Index dropped = 0;
      for_each_key([&](const DropoutKey& key) {
        dropped += reference::dropout_drops(i, key, p, 7) ? 1 : 0;
      });
      EXPECT_EQ(dropped, (7 * drop + of - 1) / of * 343) << drop << '/' << of;
    }
  }
}

TEST(DropoutLaws, OverAllKeysAnyFourElementsAreDroppedIndependently) {
  const DropoutParams p{.drop = 3, .of = 7};
  for (Index a = 0; a < 7; ++a) {
    for (Index b = a + 1; b < 7; ++b) {
      for (Index c = b + 1; c < 7; ++c) {
        for (Index d = c + 1; d < 7; ++d) {
          std::array<Index, 16> times{};
          for_each_key([&](const DropoutKey& key) {
            std::size_t pattern = 0;
            for (const Index i : {a, b, c, d}) {
              pattern = 2 * pattern + (reference::dropout_drops(i, key, p, 7) ? 1 : 0);
            }
            ++times[pattern];
          });
          for (std::size_t pattern = 0; pattern < times.size(); ++pattern) {
            Index expected = 1;  // 3 of 7 values drop an element, 4 keep it.
            for (std::size_t bit = 0; bit < 4; ++bit)
              expected *= (pattern >> bit & 1U) == 1 ? 3 : 4;
            ASSERT_EQ(times[pattern], expected) << a << b << c << d;
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace convproof
