// The judge of printed numbers, suspected; and that nothing the notes print is left out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "conformance/notes/items.h"
#include "conformance/notes/printed.h"
#include "core/errors.h"
#include "properties/covers.h"

namespace convproof::conformance {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr auto kEqual = PrintedVerdict::kEqual;
constexpr auto kRounds = PrintedVerdict::kRounds;
constexpr auto kDoesNot = PrintedVerdict::kDoesNot;

PrintedVerdict judged(const std::string& printed, const Rational& exact) {
  return judge_printed(printed, {exact});
}

TEST(JudgePrinted, WholeNumbersAreExactAndDecimalsRound) {
  EXPECT_EQ(judged("267,960", 267960), kEqual);
  EXPECT_EQ(judged("267,960", Rational(2679601, 10)), kDoesNot);
  EXPECT_EQ(judged("-3", -3), kEqual);
  EXPECT_EQ(judged("-3", 3), kDoesNot);
  EXPECT_EQ(judged("1.80", Rational(9, 5)), kEqual);
  EXPECT_EQ(judged("1.80", Rational(1804, 1000)), kRounds);
  EXPECT_EQ(judged("1.80", Rational(1805, 1000)), kRounds);  // Up or down, as one likes.
  EXPECT_EQ(judged("1.80", Rational(1806, 1000)), kDoesNot);
  EXPECT_EQ(judged("1.8", Rational(1806, 1000)), kRounds);
}

TEST(JudgePrinted, TheLastDigitThatIsNotZeroCountsWhereTheNoteSaysAbout) {
  EXPECT_EQ(judged("~60,000", 59733), kRounds);
  EXPECT_EQ(judged("~60,000", 65001), kDoesNot);
  EXPECT_EQ(judged("~60,100", 60049), kDoesNot);
  EXPECT_EQ(judged("~16M", 15500000), kRounds);
  EXPECT_EQ(judged("~16M", 15499999), kDoesNot);
  EXPECT_EQ(judged("~4e9", 4001536000), kRounds);
  EXPECT_EQ(judged("4.7k", 4704), kRounds);
  EXPECT_EQ(judged("4.6k", 4704), kDoesNot);
}

TEST(JudgePrinted, MoreThanIsNotLessAndNotMuchMore) {
  EXPECT_EQ(judged(">8e9", 8003072000), kRounds);
  EXPECT_EQ(judged(">8e9", 7999999999), kDoesNot);
  EXPECT_EQ(judged(">8e9", 8000000000), kDoesNot);
  EXPECT_EQ(judged(">8e9", 8600000000), kDoesNot);
}

TEST(JudgePrinted, FractionsArePrintedToAWholeDenominator) {
  EXPECT_EQ(judged("1/12", Rational(1, 12)), kEqual);
  EXPECT_EQ(judged("1/12", Rational(10, 123)), kRounds);
  EXPECT_EQ(judged("1/12", Rational(1, 9)), kDoesNot);
  EXPECT_EQ(judged("1/12", 0), kDoesNot);
}

TEST(JudgePrinted, MultiplesArePrintedToAWholeOne) {
  EXPECT_EQ(judged("2-fold", 2), kEqual);
  EXPECT_EQ(judged("2-fold", Rational(218, 100)), kRounds);
  EXPECT_EQ(judged("2-fold", Rational(118, 100)), kDoesNot);
}

TEST(JudgePrinted, ExponentsMayBeNegativeAndAreExact) {
  EXPECT_EQ(judged("1e-5", Rational(1, 100000)), kEqual);
  EXPECT_EQ(judged("1e-5", Rational(1, 10000)), kDoesNot);
  EXPECT_EQ(judged("1e-5", Rational(11, 1000000)), kDoesNot);
}

TEST(JudgePrinted, TheWorstOfSeveralCounts) {
  EXPECT_EQ(judge_printed("55x55x48", {55, 55, 48}), kEqual);
  EXPECT_EQ(judge_printed("1.5 2.5", {Rational(3, 2), Rational(251, 100)}), kRounds);
  EXPECT_EQ(judge_printed("1.5 2.5", {Rational(251, 100), Rational(5, 2)}), kDoesNot);
}

TEST(JudgePrinted, WhatIsNoNumberIsRefused) {
  for (const char* printed : {"", "abc", "1.", ".5", "1.2.3", "1/0", "8e", "8e123", "8e-", "8e--1",
                              "~", "1,5.2,3", "-fold"}) {
    EXPECT_THROW((void)judge_printed(printed, {1}), ParseError) << printed;
  }
  EXPECT_THROW((void)judge_printed("1 2", {1}), ParseError);
}

TEST(JudgePrinted, ExactNumbersAreShownInDecimal) {
  EXPECT_EQ(exact_text({Rational(1811, 1000), -3, Rational(1, 3), Rational(-1, 8), 0}),
            "1.811 -3 ~0.333333 -0.125 0");
}

TEST(JudgeSum, TheSameTermsInAnyOrder) {
  EXPECT_EQ(judge_sum("aw+bx", {"bx", "aw"}), kEqual);
  EXPECT_EQ(judge_sum("aw+bx", {"aw"}), kDoesNot);
  EXPECT_EQ(judge_sum("aw+bx", {"aw", "bx", "bx"}), kDoesNot);
  EXPECT_EQ(judge_sum("aw+by", {"aw", "bx"}), kDoesNot);
  EXPECT_EQ(judge_sum("", {}), kDoesNot);
  EXPECT_EQ(sum_text({"aw", "bx"}), "aw+bx");
}

TEST(JudgeFormula, NamesTheSmallestSizesForWhichAFormulaIsWrong) {
  PrintedFormula formula{"",
                         "",
                         "n+m",
                         {"n", "m"},
                         [](const std::vector<Index>& s) { return Rational(s[0] + s[1]); },
                         [](const std::vector<Index>& s) {
                           if (s[0] > s[1]) throw ShapeError("test", "n", "at most m", text(s[0]));
                           return Rational(s[0] + s[1] + (s[1] > 3 ? 1 : 0));
                         }};
  const FormulaResult wrong = judge_formula(formula);
  EXPECT_EQ(wrong.verdict, kDoesNot);
  EXPECT_EQ(wrong.counterexample, "n1 m4: 5, not 6");
  formula.formula = formula.count;
  const FormulaResult right = judge_formula(formula);
  EXPECT_EQ(right.verdict, kEqual);
  EXPECT_EQ(right.sizes_tried, 15);
}

TEST(Notes, EveryNumberAndWorkedExampleThatIsPrintedIsJudged) {
  std::set<std::string> judged_items;
  for (const PrintedFigure& figure : printed_figures()) judged_items.insert(figure.item);
  for (const PrintedSum& sum : printed_sums()) judged_items.insert(sum.item);
  for (const PrintedFormula& formula : printed_formulas()) judged_items.insert(formula.item);
  for (const std::string& id : judged_items) EXPECT_EQ(note_item(id).id, id);
  std::vector<std::string> left;
  for (const NoteItem& item : note_items()) {
    const bool counts = item.kind == "number" || item.kind == "worked-example";
    if (counts && !judged_items.contains(item.id)) left.push_back(item.id);
  }
  // These name sizes, show kernels without what comes out, or are pictures that are lost: they
  // print no number that could be wrong.
  EXPECT_THAT(
      left, UnorderedElementsAre("N-PAD-VALID", "N-PAD-SAME", "N-SIZE-VARS", "X-FIGS-000-LOST",
                                 "X-EDGE-OP", "X-FILTER-BLUR", "X-FILTER-SHARPEN", "X-FILTER-EDGE",
                                 "X-SIZE-EXAMPLES", "X-CONV2D-FIG-R", "X-FILTERS-FIG53-R",
                                 "X-MAXPOOL-FIG-R", "X-DILATED-FIG-R"));
}

TEST(Notes, TheFiguresThatAreWrongAreTheseAndNoOthers) {
  std::vector<std::string> wrong;
  for (const PrintedFigure& figure : printed_figures()) {
    if (judge_printed(figure.printed, figure.exact()) == kDoesNot) {
      wrong.push_back(figure.item + ' ' + exact_text(figure.exact()));
    }
  }
  EXPECT_THAT(wrong, ElementsAre("X-SENSOR-1D 1.811", "X-SENSOR-1D 1.967", "X-SENSOR-1D 2.269",
                                 "X-SENSOR-1D 2.413", "X-SENSOR-1D 2.569", "N-SIZE-STRIDE 55.75",
                                 "N-VGG-NONFC 14714688", "N-VGG-FC 123731968", "N-VGG-FC 123633664",
                                 "N-VGG-FC1 102760448", "N-GOOGLENET-PARAMS ~0.114796",
                                 "N-GOOGLENET-COMPUTE ~1.184783", "T-WEIGHT-DECAY 0.0001"));
  for (const PrintedSum& sum : printed_sums()) {
    EXPECT_EQ(judge_sum(sum.printed, sum.terms()), kEqual) << sum.printed;
  }
  for (const PrintedFormula& formula : printed_formulas()) {
    EXPECT_EQ(judge_formula(formula).verdict == kDoesNot, formula.item == "N-SIZE-STRIDE")
        << formula.item;
  }
}

TEST(Notes, TheErrorsOfTheSensorsTableAreFound) {
  covers({"X-SENSOR-1D"});
  std::vector<std::string> wrong;
  for (const PrintedFigure& figure : printed_figures()) {
    if (figure.item == "X-SENSOR-1D" && judge_printed(figure.printed, figure.exact()) == kDoesNot) {
      wrong.push_back(figure.what);
    }
  }
  EXPECT_THAT(wrong, ElementsAre("s_6", "s_7", "s_9", "s_10", "s_11"));
}

TEST(Notes, TheExpansionAndTheLettersOfNote002AreJudgedRight) {
  covers({"F-S6-EXPANSION", "X-CONV-SYMBOLIC"});
  for (const PrintedFigure& figure : printed_figures()) {
    if (figure.item != "F-S6-EXPANSION") continue;
    EXPECT_EQ(judge_printed(figure.printed, figure.exact()), kEqual);
    EXPECT_EQ(judge_printed("0 1 2 3 4 5 6", figure.exact()), kDoesNot);
  }
  ASSERT_EQ(printed_sums().size(), 6U);
  // The letters of another window would be found.
  EXPECT_EQ(judge_sum("aw+bx+ey+fz", printed_sums()[1].terms()), kDoesNot);
}

TEST(Notes, ThePublishedDepthsAreCounted) {
  covers({"M-RESNET152", "M-GOOGLENET", "M-LENET5", "M-ALEXNET"});
  for (const PrintedFigure& figure : printed_figures()) {
    if (!figure.item.starts_with("M-")) continue;
    EXPECT_EQ(judge_printed(figure.printed, figure.exact()), kEqual) << figure.item;
  }
}

TEST(Notes, TheReadmeShowsTheTotals) {
  std::ptrdiff_t covered = 0;
  std::ptrdiff_t listed = 0;
  for (const NoteItem& item : note_items()) {
    covered += item.covers.empty() ? 0 : 1;
    listed += item.reason.empty() ? 0 : 1;
  }
  std::ifstream file(CONVPROOF_README);
  std::string readme;
  // Lines may end anywhere in a sentence.
  for (std::string word; file >> word;) readme += word + ' ';
  EXPECT_THAT(readme, testing::HasSubstr(text("The notes hold ", note_items().size(), " items: ",
                                              covered, " are covered by tests that name them, ",
                                              listed, " are listed with the reason")));
}

TEST(Notes, AnUnknownItemIsRefused) {
  EXPECT_THROW((void)note_item("F-NOTHING"), ParseError);
}

}  // namespace
}  // namespace convproof::conformance
