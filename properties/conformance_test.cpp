// The judge, suspected: its grammar, its data, its bound and its verdicts, each against something
// that shares no code with it.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>
#include <set>

#include "conformance/cases/operator.h"
#include "conformance/judge/judge.h"
#include "conformance/judge/shrink.h"
#include "core/errors.h"
#include "properties/arbitrary.h"

namespace convproof::conformance {
namespace {

using testing::HasSubstr;

constexpr const char* kCase =
    "conv2d:N1C4H9W7:O6:k3x2:s2x1:p1,0,2,1:d1x2:g2:y:f32:fill=dense:seed=7";

std::string parse_error_of(const std::string& text) {
  try {
    (void)parse_case(text);
  } catch (const ParseError& e) {
    return e.what();
  }
  return "(parsed)";
}

// ---- the case string ------------------------------------------------------------------------

TEST(CaseString, OfTheContractSaysWhatItMeans) {
  const Case c = parse_case(kCase);
  EXPECT_EQ(c.op, "conv2d");
  EXPECT_EQ(c.channels, 4);
  EXPECT_EQ(c.size, (std::vector<Index>{9, 7}));
  EXPECT_EQ(c.outputs, 6);
  EXPECT_EQ(c.pads, (std::vector<Index>{1, 0, 2, 1}));
  EXPECT_EQ(c.dilation, (std::vector<Index>{1, 2}));
  EXPECT_EQ(c.groups, 2);
  EXPECT_EQ(c.seed, 7U);
  EXPECT_TRUE(c.bias);
  EXPECT_EQ(to_string(c), kCase);
}

TEST(CaseString, EveryCaseOfEveryTierReadsBackAsItself) {
  for (const Operator* op : all_operators()) {
    for (const Case& c : op->corpus(Tier::kFull, 3)) {
      ASSERT_EQ(parse_case(to_string(c)), c);
    }
  }
}

TEST(CaseString, AMistakeIsNamedWithWhatWasExpectedAndFound) {
  EXPECT_EQ(parse_error_of("conv9d:N1"),
            "case string 'conv9d:N1': expected an operator of conv2d, found 'conv9d'");
  EXPECT_THAT(parse_error_of("conv2d:N1C4H9"),
              HasSubstr("expected sizes as N<n>C<c>H<H>W<W>, found 'N1C4H9'"));
  EXPECT_THAT(parse_error_of("conv2d:N1C4H9W7:O6:k3:s2x1:p1,0,2,1:d1x2:g2:y:f32:fill=dense:seed=7"),
              HasSubstr("expected kernel sizes as k<h>x<w>, found 'k3'"));
  EXPECT_THAT(parse_error_of("conv2d:N1C4H9W7:O6:k3x2:s2x1:p1,0:d1x2:g2:y:f32:fill=dense:seed=7"),
              HasSubstr("expected pads as p<top>,<left>,<bottom>,<right>, found 'p1,0'"));
  EXPECT_THAT(
      parse_error_of("conv2d:N1C4H9W7:O6:k3x2:s2x1:p1,0,2,1:d1x2:g2:z:f32:fill=dense:seed=7"),
      HasSubstr("expected a pass of y, dx, dw, db, found 'z'"));
  EXPECT_THAT(
      parse_error_of("conv2d:N1C4H9W7:O6:k3x2:s2x1:p1,0,2,1:d1x2:g2:y:i8:fill=dense:seed=7"),
      HasSubstr("expected a dtype of f64, f32, f16, bf16, found 'i8'"));
  EXPECT_THAT(parse_error_of("conv2d:N1C4H9W7:O6:k3x2:s2x1:p1,0,2,1:d1x2:g2:y:f32:fill=x:seed=7"),
              HasSubstr("expected fill=integers, dense, sparse or special, found 'x'"));
  EXPECT_THAT(parse_error_of("conv2d:N1C4H9W7:O6:k3x2:s2x1:p1,0,2,1:d1x2:g2:y:f32:fill=dense"),
              HasSubstr("expected a seed as seed=<n>, found the end of the text"));
  EXPECT_THAT(parse_error_of(std::string(kCase) + ":more"),
              HasSubstr("expected only=... or the end of the text, found 'more'"));
  EXPECT_THAT(parse_error_of(std::string(kCase) + ":only=,"), HasSubstr("only=<tensor><index>"));
  EXPECT_THAT(parse_error_of("conv2d:N99999999999999999999C1H1W1"),
              HasSubstr("expected numbers below 2^62"));
  EXPECT_THAT(parse_error_of(""), HasSubstr("expected an operator"));
  // Two strings of one case would be two sets of data elsewhere.
  EXPECT_THAT(
      parse_error_of("conv2d:N01C4H9W7:O6:k3x2:s2x1:p1,0,2,1:d1x2:g2:y:f32:fill=dense:seed=7"),
      HasSubstr(text("expected ", kCase)));
  EXPECT_THAT(parse_error_of(std::string(kCase) + ":only=x3,"), HasSubstr(":only=x3, found"));
}

TEST(CaseString, NoTextMakesTheParserDoMoreThanRefuse) {
  for_all("every prefix with one character changed parses or is refused with a ParseError", [] {
    std::string text = kCase;
    text = text.substr(0, *rc::gen::inRange<std::size_t>(0, text.size() + 1));
    if (!text.empty())
      text[*rc::gen::inRange<std::size_t>(0, text.size())] = *rc::gen::arbitrary<char>();
    try {
      (void)parse_case(text);
    } catch (const ParseError&) {
    }
  });
}

TEST(CaseString, KeptElementsAreAllThatIsNotZero) {
  Case c = parse_case(std::string(kCase) + ":only=x5,w0");
  EXPECT_EQ(to_string(c), std::string(kCase) + ":only=x5,w0");
  const Truth some = truth_of(c);
  c.only.clear();
  const Truth all = truth_of(c);
  for (std::size_t t = 0; t < some.inputs.size(); ++t) {
    for (Index i = 0; i < some.inputs[t].spec.shape.element_count(); ++i) {
      const bool kept = (t == 0 && i == 5) || (t == 1 && i == 0);
      ASSERT_EQ(some.inputs[t].at(i), kept ? all.inputs[t].at(i) : 0);
    }
  }
  EXPECT_THROW((void)truth_of(parse_case(std::string(kCase) + ":only=q5")), ParseError);
  EXPECT_THROW((void)truth_of(parse_case(std::string(kCase) + ":only=b6")), ParseError);
}

// ---- the corpus -----------------------------------------------------------------------------

TEST(Corpus, HasNoCaseTwiceAndEveryTierContainsTheOneBefore) {
  const Operator& op = operator_page("conv2d");
  std::set<std::string> smaller;
  for (const Tier tier : {Tier::kSmoke, Tier::kStandard, Tier::kFull}) {
    std::set<std::string> all;
    for (const Case& c : op.corpus(tier, 1)) {
      EXPECT_TRUE(all.insert(to_string(c)).second) << to_string(c) << " is there twice";
    }
    for (const std::string& c : smaller) ASSERT_TRUE(all.contains(c)) << c;
    smaller = all;
  }
}

TEST(Corpus, IntegersAreDenseAndNeverZero) {
  const Truth truth = truth_of(
      parse_case("conv2d:N2C5H16W16:O6:k3x2:s2x1:p1,0,2,1:d1x2:g1:y:f32:fill=integers:seed=7"));
  std::set<double> values;
  for (Index i = 0; i < truth.inputs[0].spec.shape.element_count(); ++i) {
    values.insert(truth.inputs[0].at(i));
  }
  std::set<double> all;
  for (int v = 1; v <= 8; ++v) all.insert({static_cast<double>(v), static_cast<double>(-v)});
  EXPECT_EQ(values, all);
}

TEST(Corpus, DenseFloatsUseEveryBitOfTheirFormat) {
  for (const char* dtype : {"f64", "f32", "f16", "bf16"}) {
    const Truth truth = truth_of(parse_case(fmt::format(
        "conv2d:N1C4H9W7:O6:k3x2:s2x1:p1,0,2,1:d1x2:g2:y:{}:fill=dense:seed=7", dtype)));
    const int precision = format_of(truth.c.dtype).precision;
    for (Index i = 0; i < truth.inputs[0].spec.shape.element_count(); ++i) {
      const double scaled = std::ldexp(std::fabs(truth.inputs[0].at(i)), precision);
      ASSERT_EQ(std::fmod(scaled, 2), 1);  // An odd multiple of 2^-precision, below 1.
      ASSERT_LT(scaled, std::ldexp(1, precision));
    }
  }
}

TEST(Corpus, SparseFloatsLeaveAboutSevenProducts) {
  const Truth truth = truth_of(parse_case(
      "conv2d:N1C64H12W12:O8:k3x3:s1x1:p0,0,0,0:d1x1:g1:nobias:y:f32:fill=sparse:seed=1"));
  double terms = 0;
  for (Index i = 0; i < truth.accounts.size(); ++i) {
    terms += static_cast<double>(truth.accounts[i].terms);
  }
  const double mean = terms / static_cast<double>(truth.accounts.size());
  EXPECT_GT(mean, 5);
  EXPECT_LT(mean, 9);
}

// ---- the bound ------------------------------------------------------------------------------

/// A sum of products in a toy format with 3 bits, over a random tree with random fusing: the
/// theorem's own setting, small enough that its extremes are met.
class ToySum {
 public:
  explicit ToySum(const FloatFormat& format) : format_(format) {}

  struct Product {
    double a;
    double b;
  };

  double round(const Exact& value) const { return value.rounded(format_); }

  double evaluate(const std::vector<Product>& products, std::size_t first, std::size_t last) const {
    if (last - first == 1) return round(exact(products[first]));
    const std::size_t middle = *rc::gen::inRange(first + 1, last);
    const double left = evaluate(products, first, middle);
    const bool fuse = middle + 1 == last && *rc::gen::arbitrary<bool>();
    const Exact right = fuse ? exact(products[middle]) : Exact(evaluate(products, middle, last));
    return round(Exact(left) + right);
  }

  static Exact exact(const Product& p) {
    Exact e;
    e.add_product(p.a, p.b);
    return e;
  }

 private:
  FloatFormat format_;
};

void bound_holds_in(const FloatFormat& format, int least, int most) {
  const int count = *rc::gen::inRange(1, 8);
  std::vector<ToySum::Product> products;
  ErrorAccount account;
  for (int i = 0; i < count; ++i) {
    const auto number = [&] {
      const int mantissa = *rc::gen::inRange(1 << (format.precision - 1), 1 << format.precision);
      const int exponent = *rc::gen::inRange(least, most) - format.precision + 1;
      return std::ldexp(*rc::gen::arbitrary<bool>() ? mantissa : -mantissa, exponent);
    };
    products.push_back({number(), number()});
    account.add(products.back().a, products.back().b, format);
  }
  const double computed = ToySum(format).evaluate(products, 0, products.size());
  Arithmetic arithmetic;
  arithmetic.input = arithmetic.accumulator = arithmetic.output = format;
  const Exact error = (Exact(computed) - account.value).abs();
  RC_ASSERT(error <= error_bound(account, arithmetic));
}

TEST(ErrorBound, HoldsForEveryTreeOfRoundedAndFusedProducts) {
  for_all("in a format of three bits", [] { bound_holds_in({"toy", 3, -40, 40}, -3, 4); });
  for_all("in a format of two bits", [] { bound_holds_in({"toy", 2, -40, 40}, -3, 4); });
}

TEST(ErrorBound, HoldsWhereProductsUnderflow) {
  for_all("in a format whose products are mostly subnormal", [] {
    bound_holds_in({"toy", 3, -4, 40}, -4, 0);
  });
}

TEST(ErrorBound, HoldsForNarrowOutputs) {
  for_all("rounded from five bits to three, some of them subnormal", [] {
    const FloatFormat wide{"wide", 5, -40, 40};
    const FloatFormat narrow{"narrow", 3, -4, 40};
    const int count = *rc::gen::inRange(1, 5);
    std::vector<ToySum::Product> products;
    ErrorAccount account;
    for (int i = 0; i < count; ++i) {
      const auto number = [] {
        const int mantissa = *rc::gen::inRange(4, 8);
        return std::ldexp(*rc::gen::arbitrary<bool>() ? mantissa : -mantissa,
                          *rc::gen::inRange(-6, 1));
      };
      products.push_back({number(), number()});
      account.add(products.back().a, products.back().b, narrow);
    }
    const double sum = ToySum(wide).evaluate(products, 0, products.size());
    const double computed = Exact(sum).rounded(narrow);
    Arithmetic arithmetic;
    arithmetic.input = arithmetic.output = narrow;
    arithmetic.accumulator = wide;
    RC_ASSERT((Exact(computed) - account.value).abs() <= error_bound(account, arithmetic));
  });
}

TEST(ErrorBound, OfAnExactSumIsOneCorrectRoundingToTheOutput) {
  Arithmetic bf16;
  bf16.input = bf16.output = kBF16;
  const auto bound_of = [&](double value) {
    ErrorAccount account;
    account.add(value, 1, kF32);
    return error_bound(account, bf16);
  };
  EXPECT_EQ(bound_of(256), Exact(0));   // 255 is next to it, and wrong.
  EXPECT_EQ(bound_of(509), Exact(1));   // 508 or 510.
  EXPECT_EQ(bound_of(1021), Exact(1));  // 1020; not 1024, which is nearer than u*|y|.
}

TEST(ErrorBound, IsZeroWhereNothingCanBeRounded) {
  ErrorAccount account;
  for (int i = 0; i < 1000; ++i) account.add(8, -7, kF32);
  EXPECT_TRUE(must_be_exact(account, kF32));
  EXPECT_EQ(error_bound(account, Arithmetic{}), Exact(0));
  account.add(4097, 4097, kF32);  // More than 2^24.
  EXPECT_FALSE(must_be_exact(account, kF32));
  EXPECT_GT(error_bound(account, Arithmetic{}), Exact(0));
}

TEST(ErrorBound, IsMetByOneRoundedProduct) {
  // The bound is no wider than it has to be: u/(1+u) is reached at 1 + u for n = 1.
  ErrorAccount account;
  account.add(1 + 0x1p-12, 1 + 0x1p-12, kF32);  // 1 + 2^-11 + 2^-24: rounds down by u.
  const Exact error = (Exact(1 + 0x1p-11) - account.value).abs();
  EXPECT_LE(error, error_bound(account, Arithmetic{}));
  EXPECT_GT(error.scaled(1), error_bound(account, Arithmetic{}).scaled(0) - Exact(0x1p-30));
}

// ---- verdicts -------------------------------------------------------------------------------

TensorBytes correctly_rounded(const Truth& truth) {
  TensorBytes result{truth.output,
                     std::vector<std::byte>(static_cast<std::size_t>(truth.output.bytes()))};
  for (Index i = 0; i < truth.accounts.size(); ++i) {
    result.set(i, truth.accounts[i].value.rounded(format_of(truth.output.dtype)));
  }
  return result;
}

Truth dense_truth() {
  return truth_of(parse_case(kCase));
}

TEST(Judge, AcceptsTheCorrectlyRoundedResultAndNamesIt) {
  const Truth truth = dense_truth();
  const Judgement j = judge(truth, correctly_rounded(truth), Arithmetic{});
  EXPECT_EQ(j.verdict, Verdict::kPass);
  EXPECT_EQ(j.arithmetic, "f32 correctly rounded");
  EXPECT_EQ(j.wrong_elements, 0);
}

TEST(Judge, NamesTheElementThatIsWrong) {
  const Truth truth = dense_truth();
  TensorBytes actual = correctly_rounded(truth);
  actual.set(17, actual.at(17) + 1);
  const Judgement j = judge(truth, actual, Arithmetic{});
  EXPECT_EQ(j.verdict, Verdict::kFail);
  EXPECT_EQ(j.wrong_elements, 1);
  EXPECT_THAT(j.sentence, HasSubstr(element_name(truth.output, 17) + " is "));
  EXPECT_THAT(j.sentence, HasSubstr("1 of "));
}

TEST(Judge, NeverAcceptsNan) {
  const Truth truth = dense_truth();
  TensorBytes actual = correctly_rounded(truth);
  actual.set(0, std::nan(""));
  EXPECT_EQ(judge(truth, actual, Arithmetic{}).verdict, Verdict::kFail);
}

TEST(Judge, ExcusesAnInfinityOnlyWherePartialSumsMayOverflow) {
  // x = (1, 1, 1) times w = (m, m, -m): right is m, but m + m comes first in the order of the
  // terms.
  const auto verdict_for = [](double m, double result) {
    Truth truth = truth_of(
        parse_case("conv2d:N1C1H1W3:O1:k1x3:s1x1:p0,0,0,0:d1x1:g1:y:f32:fill=integers:seed=1"));
    for (Index i = 0; i < 3; ++i) {
      truth.inputs[0].set(i, 1);
      truth.inputs[1].set(i, i < 2 ? m : -m);
    }
    truth.accounts = operator_page(truth.c.op).expected(truth.c, truth.inputs);
    TensorBytes actual = correctly_rounded(truth);
    actual.set(0, result);
    return judge(truth, actual, Arithmetic{}).verdict;
  };
  EXPECT_EQ(verdict_for(0x1.8p127, HUGE_VAL), Verdict::kSuspect);
  EXPECT_EQ(verdict_for(0x1.8p127, std::nan("")), Verdict::kSuspect);
  EXPECT_EQ(verdict_for(0x1.8p127, 0x1.8p126), Verdict::kFail);
  EXPECT_EQ(verdict_for(0x1.8p125, HUGE_VAL), Verdict::kFail);
  EXPECT_EQ(verdict_for(0x1.8p125, std::nan("")), Verdict::kFail);
}

TEST(Judge, ToleratesNothingInIntegers) {
  const Truth truth = truth_of(
      parse_case("conv2d:N1C4H9W7:O6:k3x2:s2x1:p1,0,2,1:d1x2:g2:y:f32:fill=integers:seed=7"));
  TensorBytes actual = correctly_rounded(truth);
  EXPECT_EQ(judge(truth, actual, Arithmetic{}).verdict, Verdict::kPassExact);
  actual.set(3, std::nextafter(static_cast<float>(actual.at(3)), HUGE_VALF));
  EXPECT_EQ(judge(truth, actual, Arithmetic{}).verdict, Verdict::kFail);
}

TEST(Judge, SuspectsWhatOnlyTheWorstCaseBoundAllows) {
  // One product of 1 and many tiny ones: n*u*S allows what independent roundings never make.
  Truth truth = truth_of(
      parse_case("conv2d:N1C512H3W3:O1:k3x3:s1x1:p0,0,0,0:d1x1:g1:nobias:y:f32:fill=dense:seed=1"));
  ASSERT_EQ(truth.accounts.size(), 1);
  const ErrorAccount& account = truth.accounts[0];
  TensorBytes actual = correctly_rounded(truth);
  const double plausible = plausible_error(account, kF32);
  actual.set(0, actual.at(0) + 3 * plausible);
  const Judgement j = judge(truth, actual, Arithmetic{});
  EXPECT_EQ(j.verdict, Verdict::kSuspect) << j.sentence;
  EXPECT_TRUE(conforms(j.verdict));
}

TEST(Judge, NamesAnotherArithmeticAndAnotherConvention) {
  const Truth truth = truth_of(
      parse_case("conv2d:N1C4H9W7:O6:k3x2:s2x1:p1,0,2,1:d1x2:g2:y:f32:fill=sparse:seed=7"));
  Truth rounded = truth;
  for (const std::size_t factor : {0U, 1U}) {  // x and w; the bias is no factor.
    TensorBytes& input = rounded.inputs[factor];
    for (Index i = 0; i < input.spec.shape.element_count(); ++i) {
      input.set(i, round_to_format(input.at(i), kTF32));
    }
  }
  rounded.accounts = operator_page("conv2d").expected(truth.c, rounded.inputs);
  const Judgement j = judge(truth, correctly_rounded(rounded), Arithmetic{});
  EXPECT_EQ(j.verdict, Verdict::kContract);
  EXPECT_EQ(j.arithmetic, "inputs rounded to tf32");
  EXPECT_GT(j.worst_ratio, 100);

  Truth flipped = truth;
  flipped.accounts = operator_page("conv2d").dialects(truth.c, truth.inputs).at(0).expected;
  const Judgement d = judge(truth, correctly_rounded(flipped), Arithmetic{});
  EXPECT_EQ(d.verdict, Verdict::kDialect);
  EXPECT_FALSE(conforms(d.verdict));
}

TEST(Judge, JudgesInputsByThePrecisionThatIsDeclaredForThem) {
  const Truth truth = truth_of(
      parse_case("conv2d:N1C4H9W7:O6:k3x2:s2x1:p1,0,2,1:d1x2:g2:y:f32:fill=sparse:seed=7"));
  Arithmetic declared;
  declared.input = kTF32;
  for (const auto convert : {round_to_format, truncate_to_format}) {
    Truth narrow = truth;
    for (const std::size_t factor : {0U, 1U}) {
      TensorBytes& input = narrow.inputs[factor];
      for (Index i = 0; i < input.spec.shape.element_count(); ++i) {
        input.set(i, convert(input.at(i), kTF32));
      }
    }
    narrow.accounts = operator_page("conv2d").expected(truth.c, narrow.inputs);
    TensorBytes actual = correctly_rounded(narrow);
    const Judgement j = judge(truth, actual, declared);
    EXPECT_EQ(j.verdict, Verdict::kPass) << j.sentence;
    EXPECT_THAT(j.arithmetic, HasSubstr("to tf32"));
    actual.set(3, actual.at(3) + 0.01);
    EXPECT_EQ(judge(truth, actual, declared).verdict, Verdict::kFail);
  }
  EXPECT_EQ(judge(truth, correctly_rounded(truth), declared).verdict, Verdict::kPass);
}

// The largest float is an infinity in fewer digits, of which nothing can be computed.
TEST(Judge, AnInputTooLargeForFewerDigitsIsNoReasonAndNoCrash) {
  Truth truth = truth_of(
      parse_case("conv2d:N1C1H1W1:O1:k1x1:s1x1:p0,0,0,0:d1x1:g1:nobias:y:f32:fill=dense:seed=1"));
  truth.inputs[0].set(0, std::numeric_limits<float>::max());
  truth.inputs[1].set(0, 0.25);
  truth.accounts = operator_page("conv2d").expected(truth.c, truth.inputs);
  TensorBytes actual = correctly_rounded(truth);
  actual.set(0, 1);
  EXPECT_EQ(judge(truth, actual, Arithmetic{}).verdict, Verdict::kFail);
}

TEST(Judge, NarrowOutputsMayRoundOnceMore) {
  const Truth truth = truth_of(
      parse_case("conv2d:N1C4H9W7:O6:k3x2:s2x1:p1,0,2,1:d1x2:g2:y:bf16:fill=dense:seed=7"));
  Arithmetic bf16;
  bf16.input = bf16.output = kBF16;
  EXPECT_EQ(judge(truth, correctly_rounded(truth), bf16).verdict, Verdict::kPass);
  TensorBytes actual = correctly_rounded(truth);
  actual.set(5, actual.at(5) * 1.02);
  EXPECT_EQ(judge(truth, actual, bf16).verdict, Verdict::kFail);
}

TEST(Judge, FlushingToZeroIsNamedUnlessItIsDeclared) {
  const Truth truth = truth_of(
      parse_case("conv2d:N1C1H6W5:O2:k1x1:s1x1:p0,0,0,0:d1x1:g1:nobias:y:f32:fill=special:seed=4"));
  TensorBytes actual = correctly_rounded(truth);
  int flushed = 0;
  for (Index i = 0; i < truth.accounts.size(); ++i) {
    if (actual.at(i) != 0 && std::fabs(actual.at(i)) < 0x1p-126) {
      actual.set(i, 0);
      ++flushed;
    }
  }
  ASSERT_GT(flushed, 0);
  EXPECT_EQ(judge(truth, actual, Arithmetic{}).verdict, Verdict::kContract);
  Arithmetic flushing;
  flushing.flush_to_zero = true;
  EXPECT_TRUE(conforms(judge(truth, actual, flushing).verdict));
}

// ---- shrinking ------------------------------------------------------------------------------

TEST(Shrink, FindsTheSmallestConfigurationAndTheElementThatMatters) {
  const auto fails = [](const Case& c) {
    if (c.stride[1] < 2 || c.channels < 3) return false;
    const Truth truth = truth_of(c);
    return truth.inputs[0].at(1) != 0;  // A bug that needs x[1] and nothing else.
  };
  const Shrunk shrunk =
      shrink(parse_case("conv2d:N3C8H9W11:O6:k3x2:s2x3:p1,0,2,1:d1x2:g2:y:f32:fill=dense:seed=7"),
             fails, Clock::now() + std::chrono::seconds(20));
  EXPECT_EQ(shrunk.c.batch, 1);
  EXPECT_EQ(shrunk.c.stride, (std::vector<Index>{1, 2}));
  EXPECT_EQ(shrunk.c.channels, 3);
  EXPECT_EQ(shrunk.c.outputs, 1);
  EXPECT_EQ(shrunk.c.kernel, (std::vector<Index>{1, 1}));
  EXPECT_EQ(shrunk.c.pads, (std::vector<Index>{0, 0, 0, 0}));
  EXPECT_EQ(shrunk.c.fill, Fill::kIntegers);
  EXPECT_EQ(shrunk.c.only, (std::vector<KeptElement>{{"x", 1}}));
  EXPECT_TRUE(fails(shrunk.c));
}

}  // namespace
}  // namespace convproof::conformance
