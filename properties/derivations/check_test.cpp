// The checker of certificates: what it accepts, what it refuses and why, and that no corrupted
// certificate passes.
#include "derivations/check/check.h"

#include <gtest/gtest.h>

#include <cctype>
#include <set>
#include <string>
#include <vector>

#include "core/counter_random.h"
#include "derivations/farkas.h"
#include "properties/arbitrary.h"

namespace convproof::derivations {
namespace {

std::string verdict_on(const std::string& certificate) {
  return why_refused(certificate).value_or("accepted");
}

const std::string kGiven =
    "given O-f-g = 0\n"
    "given N-1-O+f >= 0\n";
const std::string kProof =
    "need N-1-g >= 0 : 1*[O-f-g = 0] + 1*[N-1-O+f >= 0] + 1*[-N+g >= 0] = -1 >= 0\n";

// ---------------------------------------------------------------- by hand

TEST(CheckExamples, AcceptsTheCommutativityOfTheFullConvolution) {
  EXPECT_EQ(verdict_on(kGiven + kProof), "accepted");
  EXPECT_EQ(verdict_on("# Comments and blank lines do not matter.\n\n" + kGiven + kProof),
            "accepted");
}

TEST(CheckExamples, PolynomialsAreEqualHoweverTheyAreWritten) {
  EXPECT_EQ(verdict_on("given 2*s^2*i - 1/2*i*3 + M*0 >= 0\n"
                       "need 2*i*s*s-3/2*i >= 0 : 2*[ -3/2*i + 2*s*i*s >= 0 ] + "
                       "1*[-4*s^2*i+3*i-1 >= 0] = -1 >= 0\n"),
            "accepted");
}

TEST(CheckExamples, AcceptsProductsAndRoundings) {
  const std::string given = "given s-1 >= 0\ngiven i >= 0\ngiven h-s*i = 0\ngiven 2*a-1 >= 0\n";
  EXPECT_EQ(verdict_on(given + "with [s*i-i >= 0] = [s-1 >= 0]*[i >= 0]\n"
                               "need h-i >= 0 : 1*[h-s*i = 0]*1 = -1 >= 0\n"),
            "line 6: expected '=' in column 30");
  EXPECT_EQ(
      verdict_on(given +
                 "with [s*i-i >= 0] = [s-1 >= 0]*[i >= 0]\n"
                 "need h-i >= 0 : 1*[s*i-i >= 0] + 1*[h-s*i = 0] + 1*[-h+i-1 >= 0] = -1 >= 0\n"),
      "accepted");
  EXPECT_EQ(verdict_on(given + "with [a-1 >= 0] rounds 1*[2*a-1 >= 0]\n"
                               "need a-1 >= 0 : 1*[a-1 >= 0] + 1*[-a >= 0] = -1 >= 0\n"),
            "accepted");
}

// 1/2*a >= 0 is a >= 0, whose opposite is a <= -1 and not a/2 <= -1.
TEST(CheckExamples, TheNegationOfANeedHasIntegerCoefficients) {
  EXPECT_EQ(verdict_on("given a+1 >= 0\n"
                       "need 1/2*a >= 0 : 1/2*[a+1 >= 0] + 1*[-1/2*a-1 >= 0] = -1 >= 0\n"),
            "line 2: [-1/2*a-1 >= 0] is neither given, nor derived, nor the negation of the need");
  EXPECT_EQ(verdict_on("given a >= 0\nneed 1/2*a >= 0 : 1*[a >= 0] + 1*[-a-1 >= 0] = -1 >= 0\n"),
            "accepted");
  // 3a-2 >= 0 is a >= 1, whose opposite is a <= 0.
  EXPECT_EQ(verdict_on("given a-1 >= 0\nneed 3*a-2 >= 0 : 1*[a-1 >= 0] + 1*[-a >= 0] = -1 >= 0\n"),
            "accepted");
  EXPECT_EQ(verdict_on("given a-2 >= 0\n"
                       "need 3*a-2 >= 0 : 1*[a-2 >= 0] + 1*[1-a >= 0] = -1 >= 0\n"),
            "line 2: [1-a >= 0] is neither given, nor derived, nor the negation of the need");
}

TEST(CheckErrors, SaysWhyItRefuses) {
  const auto with_proof = [](const std::string& line) { return verdict_on(kGiven + line); };
  EXPECT_EQ(verdict_on(""), "it proves nothing");
  EXPECT_EQ(verdict_on(kGiven), "it proves nothing");
  EXPECT_EQ(verdict_on(kProof),
            "line 1: [O-f-g = 0] is neither given, nor derived, nor the negation of the need");
  EXPECT_EQ(with_proof("need N-1-g >= 0 : 1*[O-f-g = 0] + 1*[-N+g >= 0] = -1 >= 0"),
            "line 3: the sum is not -1");
  EXPECT_EQ(with_proof("need f >= 0 : -1*[N-1-O+f >= 0] = -1 >= 0"),
            "line 3: the multiplier of [N-1-O+f >= 0] is negative");
  EXPECT_EQ(with_proof("need O-f-g = 0 : 1*[O-f-g = 0] = -1 >= 0"),
            "line 3: a 'need' with a proof is '>= 0'");
  EXPECT_EQ(with_proof("need f >= 1 : 1*[O-f-g = 0] = -1 >= 0"),
            "line 3: a condition compares with 0 only");
  EXPECT_EQ(with_proof("need f+ >= 0"), "line 3: expected a number or a name in column 9");
  EXPECT_EQ(with_proof("hope f >= 0"), "line 3: expected 'given', 'with' or 'need'");
  EXPECT_EQ(with_proof("given 1/0 >= 0"), "line 3: a number is divided by 0");
  EXPECT_EQ(with_proof("given f^33 >= 0"), "line 3: a term has too many factors");
  EXPECT_EQ(with_proof("given " + std::string(1001, '7') + " >= 0"),
            "line 3: a number is too long");
  EXPECT_EQ(with_proof("with [O-f-g = 0] = [O-f-g = 0]*[N-1-O+f >= 0]\n"),
            "the last 'with' is not followed by a 'need'");
  EXPECT_EQ(with_proof("need N-1-g >= 0 : 1*[O-f-g = 0] = -2 >= 0"),
            "line 3: expected '1' in column 36");
}

TEST(CheckErrors, RefusesProductsThatAreNone) {
  const std::string given = "given s-1 >= 0\ngiven i >= 0\ngiven h = 0\n";
  const std::string proof = "need s >= 0 : 1*[s-1 >= 0] + 1*[-s-1 >= 0] = -1 >= 0\n";
  const auto with = [&](const std::string& step) {
    return verdict_on(given + "with " + step + "\n" + proof);
  };
  const std::string refused = "line 5: a 'with' is not the product of its factors";
  EXPECT_EQ(with("[s*i-i >= 0] = [s-1 >= 0]*[i >= 0]"), "line 5: the sum is not -1");
  EXPECT_EQ(with("[s*i >= 0] = [s-1 >= 0]*[i >= 0]"), refused);
  EXPECT_EQ(with("[s*i-i = 0] = [s-1 >= 0]*[i >= 0]"), refused);
  EXPECT_EQ(with("[h*i >= 0] = [h = 0]*[i >= 0]"), refused);
  EXPECT_EQ(with("[s*j-j >= 0] = [s-1 >= 0]*[j >= 0]"),
            "line 5: a factor of a product is neither given, nor derived, nor the negation of "
            "the need");
}

TEST(CheckErrors, RefusesRoundingsThatAreNone) {
  const std::string given = "given 3*a-2 >= 0\ngiven 2*b-c = 0\n";
  const auto with = [&](const std::string& step) {
    return verdict_on(given + "with " + step + "\nneed 0 >= 0 : 1*[-1 >= 0] = -1 >= 0\n");
  };
  const std::string refused = "line 4: a 'with' is not its sum rounded";
  EXPECT_EQ(with("[a-1 >= 0] rounds 1*[3*a-2 >= 0]"), "accepted");
  EXPECT_EQ(with("[a-1 >= 0] rounds 2/7*[3*a-2 >= 0] + 0*[2*b-c = 0]"), "accepted");
  EXPECT_EQ(with("[a-2 >= 0] rounds 1*[3*a-2 >= 0]"), refused);
  EXPECT_EQ(with("[a >= 0] rounds 1*[3*a-2 >= 0]"), refused);
  EXPECT_EQ(with("[1/2*a-1 >= 0] rounds 1*[3*a-2 >= 0]"), refused);
  EXPECT_EQ(with("[a-1 = 0] rounds 1*[3*a-2 >= 0]"), refused);
  EXPECT_EQ(with("[-a+1 >= 0] rounds 1*[3*a-2 >= 0]"), refused);
  EXPECT_EQ(with("[-a >= 0] rounds 1*[3*a-2 >= 0]"), refused);
  EXPECT_EQ(with("[a+b-1 >= 0] rounds 1*[3*a-2 >= 0]"), refused);
  EXPECT_EQ(with("[0 >= 0] rounds 0*[2*b-c = 0]"), "accepted");
  EXPECT_EQ(with("[-1 >= 0] rounds 0*[2*b-c = 0]"), refused);
  EXPECT_EQ(with("[-a >= 0] rounds -1*[3*a-2 >= 0]"),
            "line 4: the multiplier of [3*a-2 >= 0] is negative");
  EXPECT_EQ(with("[c-2*b >= 0] rounds -1*[2*b-c = 0]"), "accepted");
}

TEST(CheckErrors, TheNegationIsThatOfThisNeedAlone) {
  const auto unknown = [](const std::string& line, const std::string& condition) {
    return line + ": " + condition + " is neither given, nor derived, nor the negation of the need";
  };
  // The opposite of a >= 0 is a <= -1, not a = -1.
  EXPECT_EQ(verdict_on("given -a-2 >= 0\n"
                       "need a >= 0 : -1*[-a-1 = 0] + 1*[-a-2 >= 0] = -1 >= 0\n"),
            unknown("line 2", "[-a-1 = 0]"));
  EXPECT_EQ(verdict_on("need -3 >= 0 : 1*[-1 >= 0] = -1 >= 0\n"), unknown("line 1", "[-1 >= 0]"));
  EXPECT_EQ(verdict_on("need 3 >= 0 : 1*[-1 >= 0] = -1 >= 0\n"), "accepted");
  // What one need derives, perhaps from its negation, the next has to derive again.
  EXPECT_EQ(verdict_on("given 3*a-2 >= 0\n"
                       "with [a-1 >= 0] rounds 1*[3*a-2 >= 0]\n"
                       "need 0 >= 0 : 1*[-1 >= 0] = -1 >= 0\n"
                       "need 5*a-5 >= 0 : 1*[a-1 >= 0] + 1*[-a >= 0] = -1 >= 0\n"),
            unknown("line 4", "[a-1 >= 0]"));
}

TEST(CheckErrors, WantsWhatTheObligationStates) {
  const std::string certificate = kGiven + kProof;
  const std::string need = "need N-1-g >= 0\n";
  const auto verdict = [&](const std::string& obligation) {
    return why_refused(certificate, obligation).value_or("accepted");
  };
  EXPECT_EQ(verdict(kGiven + "given f >= 0\n" + need), "accepted");
  EXPECT_EQ(verdict("given O-f-g = 0\ngiven f >= 0\n" + need),
            "the certificate gives a condition that the obligation does not");
  EXPECT_EQ(verdict(kGiven + "need g >= 0\n"),
            "the certificate leaves something out that the obligation needs");
  EXPECT_EQ(verdict(kGiven + "need N-1-g = 0\n"),
            "the certificate leaves something out that the obligation needs");
  EXPECT_EQ(verdict(kGiven), "the obligation needs nothing");
  EXPECT_EQ(verdict("give"), "the obligation cannot be read: expected 'need ' in column 1");
}

// ---------------------------------------------------------------- corrupted certificates

struct Sample {
  std::string certificate;
  std::string obligation;
};

/// Certificates of all kinds: with equations, fractions, products and roundings.
std::vector<Sample> samples() {
  Variables names;
  const Polynomial n = names.size("N");
  const Polynomial s = names.size("s");
  const Polynomial h = names.index("h");
  const Polynomial i = names.index("i");
  const Polynomial r = names.index("r");
  const std::vector<Constraint> given{not_negative(s - 1),      not_negative(i - 2),
                                      not_negative(r),          not_negative(s - 1 - r),
                                      zero(h - s * i - r),      not_negative(5 * n - 2 * h - 1),
                                      not_negative(3 * n - 20), not_negative(n - 2 - i)};
  std::vector<Sample> result;
  for (const Constraint& goal :
       {not_negative(h - i), not_negative(h - 2), not_negative(5 * n - 5), not_negative(n - 7),
        not_negative(s * n - 2 * s - h + r), not_negative(2 * n - 14), zero(s * i + r - h)}) {
    const Proof proof = prove(given, goal);
    EXPECT_EQ(proof.outcome, Outcome::kProved) << to_text(goal, names);
    if (!proof.certificate) continue;
    result.push_back({to_text(*proof.certificate, names), obligation_text(given, goal, names)});
    EXPECT_EQ(why_refused(result.back().certificate, result.back().obligation), std::nullopt)
        << result.back().certificate;
  }
  return result;
}

TEST(CheckLaws, OneChangedCharacterIsRefused) {
  int changed = 0;
  for (const Sample& sample : samples()) {
    for (std::size_t at = 0; at < sample.certificate.size(); ++at) {
      // Every digit, sign, name, relation and bracket; not the spaces, which mean nothing.
      for (const char other : std::string("0123456789+-*/=>[]shirNx:^")) {
        std::string corrupted = sample.certificate;
        if (corrupted[at] == other || std::isspace(static_cast<unsigned char>(corrupted[at]))) {
          continue;
        }
        corrupted[at] = other;
        ++changed;
        EXPECT_NE(why_refused(corrupted, sample.obligation), std::nullopt) << corrupted;
      }
    }
  }
  EXPECT_GE(changed, 10'000);
}

TEST(CheckLaws, ALineLeftOutIsRefused) {
  for (const Sample& sample : samples()) {
    for (std::size_t start = 0; start < sample.certificate.size();) {
      const std::size_t end = sample.certificate.find('\n', start) + 1;
      std::string shorter = sample.certificate;
      shorter.erase(start, end - start);
      EXPECT_NE(why_refused(shorter, sample.obligation), std::nullopt) << shorter;
      start = end;
    }
  }
}

/// One multiplier, coefficient or constant of `sum` moved by something that is not zero.
void corrupt(Combination& sum, const Polynomial& unit) {
  Summand& summand = sum[std::size_t(any_index("summand", 0, Index(sum.size()) - 1))];
  const Index by = any_index("by", 1, 3) * (any_index("sign", 0, 1) == 0 ? 1 : -1);
  switch (any_index("what", 0, 3)) {
    case 0: summand.multiplier += Rational(by) / 2; break;
    case 1: summand.multiplier = -summand.multiplier; break;
    case 2: summand.hypothesis.p += Polynomial(static_cast<int>(by)); break;
    default: summand.hypothesis.p += Polynomial(static_cast<int>(by)) * unit; break;
  }
}

TEST(CheckLaws, ACorruptedSumIsRefused) {
  int corrupted = 0;
  for_all("a certificate is refused whose sum is no longer -1", [&] {
    Variables names;
    const Polynomial s = names.size("s");
    const Polynomial i = names.index("i");
    const Polynomial j = names.index("j");
    const auto coefficient = [] { return Polynomial(static_cast<int>(any_index("a", -3, 3))); };
    std::vector<Constraint> given{not_negative(s - 1)};
    for (Index count = any_index("hypotheses", 2, 6); count > 0; --count) {
      const Polynomial p = coefficient() * s + coefficient() * i + coefficient() * j +
                           coefficient() * s * i + coefficient();
      given.push_back(any_index("is zero", 0, 3) == 3 ? zero(p) : not_negative(p));
    }
    Polynomial sum;
    for (const Constraint& c : given) {
      sum += Polynomial(static_cast<int>(any_index("multiplier", 0, 3))) * c.p;
    }
    const Constraint goal = not_negative(sum);
    const Proof proof = prove(given, goal);
    require(proof.certificate.has_value(), "not proved");
    Certificate certificate = *proof.certificate;
    require(!why_refused(to_text(certificate, names)), "refused before it was corrupted");
    Combination& used = certificate.refutations[0].sum;
    corrupt(used, i);
    Polynomial total;
    bool negative = false;
    for (const Summand& summand : used) {
      total += Polynomial(summand.multiplier) * summand.hypothesis.p;
      negative |= summand.multiplier < 0 && summand.hypothesis.relation == Relation::kNotNegative;
    }
    if (total == Polynomial(-1) && !negative) return;
    ++corrupted;
    const std::string obligation = obligation_text(given, goal, names);
    require(why_refused(to_text(certificate, names)).has_value(), to_text(certificate, names));
    // Nor does it help to state the corrupted hypothesis.
    for (const Summand& summand : used) certificate.given.push_back(summand.hypothesis);
    require(why_refused(to_text(certificate, names), obligation).has_value(), "with hypotheses");
  });
  EXPECT_GE(corrupted, 10);
}

// ---------------------------------------------------------------- any text

TEST(CheckLaws, AnyTextIsAnsweredByASentence) {
  const std::vector<Sample> all = samples();
  for (std::uint64_t round = 0; round < 20'000; ++round) {
    std::string text = all[round % all.size()].certificate;
    for (std::uint64_t change = 0; change < 4; ++change) {
      const std::uint64_t bits = counter_bits(round, change);
      const std::size_t at = (bits >> 16U) % text.size();
      switch (bits % 3) {
        case 0: text[at] = static_cast<char>((bits >> 8U) & 0xffU); break;
        case 1: text.erase(at, (bits >> 8U) % 16); break;
        default: text.insert(at, text.substr((bits >> 40U) % text.size(), 12)); break;
      }
      if (text.empty()) text = "?";
    }
    EXPECT_NE(why_refused(text), "");
  }
}

TEST(CheckLaws, LongTextsAreAnsweredInTime) {
  std::string terms = "given 1";
  while (terms.size() < (1U << 20U)) terms += "+1/" + std::to_string(terms.size()) + "*s*i";
  EXPECT_NE(why_refused(terms), std::nullopt);
  EXPECT_NE(why_refused(std::string(1U << 20U, '-')), std::nullopt);
  EXPECT_NE(why_refused("given " + std::string(1U << 20U, '9')), std::nullopt);
  std::string lines;
  while (lines.size() < (1U << 20U)) lines += "given s-" + std::to_string(lines.size()) + " >= 0\n";
  EXPECT_EQ(why_refused(lines), "it proves nothing");
}

}  // namespace
}  // namespace convproof::derivations
