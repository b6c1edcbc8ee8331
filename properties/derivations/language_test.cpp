// The claim language: what each construct means as a tree, and how it is printed.
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "derivations/language/parser.h"
#include "derivations/language/printer.h"

namespace convproof::derivations::language {
namespace {

const std::string kDeclared =
    "size N, M\n"
    "tensor X[N, M]\n"
    "tensor w[N]\n"
    "scalar b\n";

File tree_of(const std::string& source) {
  return parse({"a.claim", source});
}

/// The last statement of a text.
template <typename T>
T last(const std::string& source) {
  return std::get<T>(tree_of(source).statements.back().node);
}

/// The left side of a numeric claim about the tensors above.
Expr expr(const std::string& source) {
  return last<Claim>(kDeclared + "numeric c: " + source + " == 0").first;
}

/// The canonical form of an expression.
std::string printed(const std::string& source) {
  return print(expr(source));
}

Expr number(Rational value) {
  return {Number{std::move(value)}};
}
Expr size(const std::string& name) {
  return {Name{name, NameKind::kSize}};
}
Expr index(const std::string& name) {
  return {Name{name, NameKind::kIndex}};
}
Expr tensor(const std::string& name) {
  return {Name{name, NameKind::kTensor}};
}
Expr scalar(const std::string& name) {
  return {Name{name, NameKind::kScalar}};
}
Expr call(Operator op, std::vector<Expr> arguments, std::vector<Option> options = {}) {
  return {Call{op, std::move(arguments), std::move(options)}};
}

// ---------------------------------------------------------------- statements

TEST(LanguageExamples, ATitleIsATextInQuotes) {
  EXPECT_EQ(last<Title>("title \"3.1.1 卷积 \\\"a\\\" \\\\\""), (Title{"3.1.1 卷积 \"a\" \\"}));
}

TEST(LanguageExamples, SizesMayHaveABound) {
  EXPECT_EQ(last<SizeStatement>("size M\nsize N, U >= 0, V < M"),
            (SizeStatement{{{"N"},
                            {"U", {{Relation::kGreaterEqual, number(0)}}},
                            {"V", {{Relation::kLess, size("M")}}}}}));
}

TEST(LanguageExamples, AssumptionsAreChainsOfComparisons) {
  const Assume assume =
      last<Assume>("size N, M\nassume N >= M, 1 <= M < 2 * N != 7, N == M, N > 3");
  ASSERT_EQ(assume.all.size(), 4U);
  EXPECT_EQ(assume.all[0], (Comparison{size("N"), {{Relation::kGreaterEqual, size("M")}}}));
  ASSERT_EQ(assume.all[1].links.size(), 3U);
  EXPECT_EQ(assume.all[1].links[0].relation, Relation::kLessEqual);
  EXPECT_EQ(assume.all[1].links[1].relation, Relation::kLess);
  EXPECT_EQ(assume.all[1].links[2].relation, Relation::kNotEqual);
}

TEST(LanguageExamples, ConstantsAndEachAreFixedNumbers) {
  EXPECT_EQ(last<Constant>("const s = 2"), (Constant{"s", number(2)}));
  EXPECT_EQ(last<Each>("const s = 2\neach t in 1..s"),
            (Each{{"t", number(1), {Name{"s", NameKind::kConstant}}}}));
  EXPECT_EQ(last<Constant>("each t in 1..3\nconst s = t").value,
            (Expr{Name{"t", NameKind::kEach}}));
}

TEST(LanguageExamples, ATensorHasSizesAndMayHaveAnOriginAndZerosAround) {
  EXPECT_EQ(last<TensorStatement>("size N\ntensor X[N, 3]"),
            (TensorStatement{"X", {size("N"), number(3)}, {}, false}));
  EXPECT_EQ(last<TensorStatement>("size N\ntensor X[N, 3] from 0, N zero"),
            (TensorStatement{"X", {size("N"), number(3)}, {number(0), size("N")}, true}));
}

TEST(LanguageExamples, ScalarsSeedsAndLets) {
  EXPECT_EQ(last<ScalarStatement>("scalar b, c'"), (ScalarStatement{{"b", "c'"}}));
  EXPECT_EQ(last<Seed>(kDeclared + "seed G like X"), (Seed{"G", tensor("X")}));
  EXPECT_EQ(last<Let>(kDeclared + "let Y = X"), (Let{"Y", {}, false, tensor("X")}));
  EXPECT_EQ(last<Let>(kDeclared + "let Y[i in 0..N] zero = b"),
            (Let{"Y", {{"i", number(0), size("N")}}, true, scalar("b")}));
}

TEST(LanguageExamples, AReadingIsOfOperatorsModesOrExpressions) {
  EXPECT_EQ(last<ReadingStatement>("reading r = conv | xcorr"),
            (ReadingStatement{"r", {Operator::kConv, Operator::kXcorr}}));
  EXPECT_EQ(last<ReadingStatement>("reading r = rot180 | id | sum"),
            (ReadingStatement{"r", {Operator::kRot180, Operator::kId, Operator::kSum}}));
  EXPECT_EQ(last<ReadingStatement>("reading r = valid | same_lo"),
            (ReadingStatement{"r", {Mode::kValid, Mode::kSameLo}}));
  EXPECT_EQ(
      last<ReadingStatement>(kDeclared + "reading r = X | p | rot180(X)"),
      (ReadingStatement{"r", {tensor("X"), index("p"), call(Operator::kRot180, {tensor("X")})}}));
}

TEST(LanguageExamples, AReadingStandsForAnOperatorAModeAnIndexOrAnExpression) {
  const std::string readings = kDeclared +
                               "reading star = conv | xcorr\n"
                               "reading m = valid | full\n"
                               "reading q = p | d\n"
                               "reading e = X | rot180(X)\n";
  const Claim claim =
      last<Claim>(readings + "claim c [p in 1..N, d in 1..N]: star(X[q], w, mode=m) == e");
  const Expr q{Name{"q", NameKind::kReading}};
  EXPECT_EQ(claim.first, (Expr{Call{ReadingName{"star"},
                                    {{Access{tensor("X"), {q}}}, tensor("w")},
                                    {{OptionName::kMode, ReadingName{"m"}, {}}}}}));
  EXPECT_EQ(claim.links[0].expr, (Expr{Name{"e", NameKind::kReading}}));
}

TEST(LanguageExamples, AReadingMayUseReadings) {
  EXPECT_NO_THROW((void)tree_of(kDeclared + "reading q = p | d\n"
                                            "reading e = X[q] | X[p]\n"
                                            "claim c [p in 1..N, d in 1..N]: e == X[p]"));
}

TEST(LanguageExamples, AClaimIsAChainWithRemarks) {
  const Claim claim =
      last<Claim>(kDeclared +
                  "claim c [i in 1..N]: w[i] == b == 2\n"
                  "  item V-DW-L4\n"
                  "  item N-1X1-SHAPE\n"
                  "  expect proved\n"
                  "  expect refuted holds iff N == 1 and M > 1 or M == 2 from grad");
  EXPECT_EQ(claim.kind, ClaimKind::kTensors);
  EXPECT_EQ(claim.name, "c");
  EXPECT_EQ(claim.ranges, (std::vector<Range>{{"i", number(1), size("N")}}));
  EXPECT_EQ(claim.first, (Expr{Access{tensor("w"), {index("i")}}}));
  EXPECT_EQ(claim.links,
            (std::vector<Link>{{Relation::kEqual, scalar("b")}, {Relation::kEqual, number(2)}}));
  EXPECT_EQ(claim.remarks.items, (std::vector<std::string>{"V-DW-L4", "N-1X1-SHAPE"}));
  const Comparison n{size("N"), {{Relation::kEqual, number(1)}}};
  const Comparison m{size("M"), {{Relation::kGreater, number(1)}}};
  const Comparison other{size("M"), {{Relation::kEqual, number(2)}}};
  EXPECT_EQ(claim.remarks.expects[0], (Expectation{Verdict::kProved}));
  EXPECT_EQ(claim.remarks.expects[1],
            (Expectation{Verdict::kRefuted, Expectation::Sizes{{n, m}, {other}}, true}));
}

TEST(LanguageExamples, EveryVerdictCanBeExpected) {
  const std::pair<const char*, Verdict> verdicts[] = {
      {"proved", Verdict::kProved},
      {"refuted", Verdict::kRefuted},
      {"undecided", Verdict::kUndecided},
      {"shapes differ", Verdict::kShapesDiffer},
      {"supported", Verdict::kSupported},
      {"ill-formed", Verdict::kIllFormed},
      {"cannot be read", Verdict::kCannotBeRead},
  };
  for (const auto& [word, verdict] : verdicts) {
    const Claim claim = last<Claim>(text("claim c: 1 == 1\n  expect ", word));
    EXPECT_EQ(claim.remarks.expects, (std::vector<Expectation>{{verdict}})) << word;
    EXPECT_EQ(print(verdict), word);
  }
  const Claim never = last<Claim>("claim c: 1 == 2 expect refuted holds iff never");
  EXPECT_EQ(never.remarks.expects[0].holds_iff, Expectation::Sizes{});
}

TEST(LanguageExamples, ArithmeticComparesNeighbours) {
  const Claim claim =
      last<Claim>("size n\narith a: n <= pow(n, 2) < 3 / 2 != 1.25 item N-PAD-SIZE");
  EXPECT_EQ(claim.kind, ClaimKind::kArithmetic);
  ASSERT_EQ(claim.links.size(), 3U);
  EXPECT_EQ(claim.links[0],
            (Link{Relation::kLessEqual, call(Operator::kPow, {size("n"), number(2)})}));
  EXPECT_EQ(claim.links[1],
            (Link{Relation::kLess, {Product{number(3), {{Times::kDivide, number(2)}}}}}));
  EXPECT_EQ(claim.links[2], (Link{Relation::kNotEqual, number(Rational(5, 4))}));
}

TEST(LanguageExamples, NumericClaimsHaveFunctions) {
  const Claim claim = last<Claim>(kDeclared +
                                  "let Y = softmax(w) / b\n"
                                  "numeric c [i in 1..N]: exp(Y[i]) == 1 / w[i]");
  EXPECT_EQ(claim.kind, ClaimKind::kNumeric);
  for (const char* function : {"exp", "log", "sqrt", "tanh", "sigmoid", "relu", "abs", "sign",
                               "sin", "cos", "softmax", "logsoftmax"}) {
    EXPECT_EQ(printed(text(function, "(X)")), text(function, "(X)"));
  }
  EXPECT_EQ(printed("pow(X, 1 / 2)"), "pow(X, 1 / 2)");
}

TEST(LanguageExamples, SeveralClaimsMayBeHeldAgainstEachOther) {
  const Consistent consistent = last<Consistent>(
      "claim a: 1 == 1\nclaim b: 1 == 1\nconsistent: a, b item V-DW-DZ-CONSISTENCY expect proved");
  EXPECT_EQ(consistent.claims, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(consistent.remarks.items, std::vector<std::string>{"V-DW-DZ-CONSISTENCY"});
  EXPECT_EQ(consistent.remarks.expects, std::vector<Expectation>{{Verdict::kProved}});
}

// ---------------------------------------------------------------- expressions

TEST(LanguageExamples, ProductsBindCloserThanSumsAndBothGoFromTheLeft) {
  EXPECT_EQ(expr("1 - 2 * 3 + 4"),
            (Expr{Addition{number(1),
                           {{Sign::kMinus, {Product{number(2), {{Times::kTimes, number(3)}}}}},
                            {Sign::kPlus, number(4)}}}}));
  EXPECT_EQ(
      expr("X .* X / 2"),
      (Expr{Product{tensor("X"), {{Times::kHadamard, tensor("X")}, {Times::kDivide, number(2)}}}}));
  EXPECT_EQ(expr("-X * X"),
            (Expr{Product{Expr{Negation{tensor("X")}}, {{Times::kTimes, tensor("X")}}}}));
}

TEST(LanguageExamples, ParenthesesStayWhereTheyMatter) {
  EXPECT_EQ(printed("((1)) - (2 - 3)"), "1 - (2 - 3)");
  EXPECT_EQ(printed("(1 - 2) - 3"), "(1 - 2) - 3");
  EXPECT_EQ(printed("(2 * 3) + 4 * (5 + 6)"), "2 * 3 + 4 * (5 + 6)");
  EXPECT_EQ(printed("2 / (3 / 4)"), "2 / (3 / 4)");
  EXPECT_EQ(printed("-(1 + 2) * -(-3)"), "-(1 + 2) * --3");
  EXPECT_EQ(printed("(X + X)[1]"), "(X + X)[1]");
  EXPECT_EQ(printed("((X)[1])[2]"), "(X[1])[2]");
  EXPECT_EQ(printed("rot180((X))[1]"), "rot180(X)[1]");
}

TEST(LanguageExamples, NumbersAreDecimalFractions) {
  EXPECT_EQ(expr("1.7159"), number(Rational(17159, 10000)));
  EXPECT_EQ(expr("010"), number(10));
  EXPECT_EQ(printed("007.50"), "7.5");
  EXPECT_EQ(printed("0.05"), "0.05");
  EXPECT_EQ(printed("12345678901234567890123.5"), "12345678901234567890123.5");
  EXPECT_EQ(printed("2.*X"), "2 .* X");
}

TEST(LanguageExamples, ASumReachesAsFarAsProductsDo) {
  EXPECT_EQ(expr("sum(i in 1..N) w[i] * b + b"), expr("(sum(i in 1..N) (w[i] * b)) + b"));
  EXPECT_EQ(expr("b * sum(i in 1..N) w[i] * b"), expr("b * (sum(i in 1..N) (w[i] * b))"));
  EXPECT_EQ(printed("(sum(i in 1..N) w[i]) * b"), "(sum(i in 1..N) w[i]) * b");
  EXPECT_EQ(printed("(-sum(i in 1..N) w[i]) * b"), "(-sum(i in 1..N) w[i]) * b");
  EXPECT_EQ(printed("sum(i in 1..N) (w[i] + b)"), "sum(i in 1..N) (w[i] + b)");
}

TEST(LanguageExamples, ASumHasRangesAndConditions) {
  const auto sum =
      std::get<Sum>(expr("sum(i in 1..N, j in i..M where i < j, i != 2) X[i, j]").node);
  EXPECT_EQ(sum.ranges,
            (std::vector<Range>{{"i", number(1), size("N")}, {"j", index("i"), size("M")}}));
  EXPECT_EQ(sum.where, (std::vector<Comparison>{{index("i"), {{Relation::kLess, index("j")}}},
                                                {index("i"), {{Relation::kNotEqual, number(2)}}}}));
  EXPECT_EQ(*sum.term, (Expr{Access{tensor("X"), {index("i"), index("j")}}}));
}

TEST(LanguageExamples, AnIndexMayBeBoundAgainWhereItIsNoLongerKnown) {
  EXPECT_NO_THROW((void)expr("sum(i in 1..N) w[i] + sum(i in 1..N) w[i]"));
}

TEST(LanguageExamples, FewerSubscriptsThanAxesAreASlice) {
  EXPECT_EQ(expr("X[1]"), (Expr{Access{tensor("X"), {number(1)}}}));
  EXPECT_EQ(printed("(X[N])[M]"), "(X[N])[M]");
  EXPECT_EQ(printed("jacobian(X, w)[1, 2, 3]"), "jacobian(X, w)[1, 2, 3]");
}

TEST(LanguageExamples, EveryOperatorOnTensors) {
  for (const char* source : {
           "conv(X, X)",       "xcorr(X, X)",          "id(X)",           "rot180(X)",
           "flip(X, 2)",       "transpose(X)",         "pad(X, 1)",       "pad(X, N, M)",
           "padlr(X, 1, 2)",   "padlr(X, 1, 2, 3, 4)", "crop(X, 1, 2)",   "zeroinsert(X, 2)",
           "kron(X, 2)",       "blocksum(X, 2, 3)",    "subsample(X, 2)", "ones(N)",
           "ones(N, M, 3)",    "ones(shape(X + X))",   "sum(X)",          "grad(X, w, X)",
           "grad(X, w[1], X)", "jacobian(X, w)",
       }) {
    EXPECT_EQ(printed(source), source);
  }
}

TEST(LanguageExamples, EveryOperatorOnIndices) {
  for (const char* source : {"w[floor(N / 2)]", "w[ceil(N / 2)]", "w[mod(N, 2)]", "w[min(N, M)]",
                             "w[max(N, M)]", "w[-N + 2 * M]"}) {
    EXPECT_EQ(printed(source), source);
  }
}

TEST(LanguageExamples, AConvolutionHasOptions) {
  EXPECT_EQ(expr("conv(X, X, stride=2, mode=same_hi, pad=[N, 1], dilation=[M])"),
            call(Operator::kConv, {tensor("X"), tensor("X")},
                 {{OptionName::kStride, Option::Values{number(2)}, {}},
                  {OptionName::kMode, Mode::kSameHi, {}},
                  {OptionName::kPad, Option::Values{size("N"), number(1)}, {}},
                  {OptionName::kDilation, Option::Values{size("M")}, {}}}));
  EXPECT_EQ(printed("conv(X, X, dilation = [M], mode = full)"),
            "conv(X, X, dilation=M, mode=full)");
}

// ---------------------------------------------------------------- lines, places, print

TEST(LanguageExamples, IndentedLinesContinueAndCommentsAreNothing) {
  const File plain = tree_of("size N, M\nclaim c: N == M == 1");
  EXPECT_EQ(tree_of("# A comment.\n\nsize N, # sizes\n  M\n\n# one more\nclaim c:\n\tN == M\n"
                    "# between\n  == 1\n\n"),
            plain);
  EXPECT_EQ(tree_of("\xEF\xBB\xBFsize N, M\r\nclaim c: N == M\r\n  == 1\r\n"), plain);
  EXPECT_EQ(tree_of(""), File{});
  EXPECT_EQ(tree_of("  \n# nothing"), File{});
}

TEST(LanguageExamples, EveryNodeKnowsItsPlace) {
  const File file = tree_of(
      "size N\ntensor X[N]\ntitle \"é\" # x\nclaim c [i in 1..N]: i +\n  conv(X, X)[1] == N");
  const auto expect_span = [](const Span& span, int line, int column, int end_line, int end) {
    EXPECT_EQ(span.begin.line, line);
    EXPECT_EQ(span.begin.column, column);
    EXPECT_EQ(span.end.line, end_line);
    EXPECT_EQ(span.end.column, end);
  };
  expect_span(file.statements[2].span, 3, 1, 3, 10);
  expect_span(file.statements[3].span, 4, 1, 5, 21);
  const auto& claim = std::get<Claim>(file.statements[3].node);
  expect_span(claim.ranges[0].span, 4, 10, 4, 19);
  expect_span(claim.first.span, 4, 22, 5, 16);
  expect_span(claim.links[0].expr.span, 5, 20, 5, 21);
  const auto& addition = std::get<Addition>(claim.first.node);
  expect_span(addition.first->span, 4, 22, 4, 23);
  expect_span(addition.rest[0].term.span, 5, 3, 5, 16);
  expect_span(std::get<Access>(addition.rest[0].term.node).of->span, 5, 3, 5, 13);
}

TEST(LanguageExamples, ThePrintedFormIsCanonical) {
  EXPECT_EQ(print(tree_of("size  N,M>=N  # sizes\n"
                          "tensor X[N,M]from 0,1-N zero\n"
                          "let Y[i in 1..N]zero=X[i]\n"
                          "claim c[i in 1..N]:X[i]==Y[i]expect proved item A\n"
                          "claim d:X==Y==X\n"
                          "reading r=conv|xcorr\n"
                          "consistent:c,d\n")),
            "size N, M >= N\n"
            "tensor X[N, M] from 0, 1 - N zero\n"
            "let Y[i in 1..N] zero = X[i]\n"
            "claim c [i in 1..N]: X[i] == Y[i]\n"
            "  item A\n"
            "  expect proved\n"
            "claim d: X\n"
            "  == Y\n"
            "  == X\n"
            "reading r = conv | xcorr\n"
            "consistent: c, d\n");
}

TEST(LanguageExamples, ATreeIsAValue) {
  const Expr original = expr("b * conv(X, X + X, stride=[1, 2])[1, 2]");
  Expr copy = original;
  EXPECT_EQ(copy, original);
  std::get<Product>(copy.node).rest.clear();
  EXPECT_NE(copy, original);
  EXPECT_EQ(print(original), "b * conv(X, X + X, stride=[1, 2])[1, 2]");
}

}  // namespace
}  // namespace convproof::derivations::language
