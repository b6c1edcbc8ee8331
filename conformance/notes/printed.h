// The numbers that the notes print, against what they are.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/scalar/rational.h"
#include "core/shape.h"

namespace convproof::conformance {

/// What a printed number is, next to the exact one.
enum class PrintedVerdict {
  kEqual,    // It is the exact number.
  kRounds,   // The exact number rounds to it, in the digits that are printed.
  kDoesNot,  // Neither.
};
const char* name(PrintedVerdict verdict);

/// A figure, or several in a row, as the notes print them, and the function that computes them.
struct PrintedFigure {
  std::string item;     // Of index.tsv.
  std::string what;     // In words.
  std::string printed;  // See judge_printed.
  std::function<std::vector<Rational>()> exact;
};

/// All of them, in the order of the notes.
const std::vector<PrintedFigure>& printed_figures();

/// A printed formula for a count or a size, in letters.
struct PrintedFormula {
  std::string item;
  std::string what;
  std::string printed;
  std::vector<std::string> letters;  // Of the sizes that `printed` names, in the order of the two:
  std::function<Rational(const std::vector<Index>&)> formula;  // as printed,
  std::function<Rational(const std::vector<Index>&)> count;    // by the reference.
};

/// All of them, in the order of the notes.
const std::vector<PrintedFormula>& printed_formulas();

/// A sum of products of letters, term by term.
struct PrintedSum {
  std::string item;
  std::string what;
  std::string printed;  // Such as aw+bx, in any order.
  std::function<std::vector<std::string>()> terms;
};

/// All of them, in the order of the notes.
const std::vector<PrintedSum>& printed_sums();

/// kEqual if the same terms are printed, in any order and each as often; else kDoesNot.
PrintedVerdict judge_sum(const std::string& printed, std::vector<std::string> terms);

/// The terms with + between them.
std::string sum_text(const std::vector<std::string>& terms);

/// Whether a formula is the count for all sizes from 1 to 5 for which there is a count (the
/// reference refuses the others), or the first sizes for which it is not. kDoesNot or kEqual.
struct FormulaResult {
  PrintedVerdict verdict = PrintedVerdict::kEqual;
  Index sizes_tried = 0;
  std::string counterexample;  // Such as "W1 F1 P1 S3: 5/3, not 1".
};
FormulaResult judge_formula(const PrintedFormula& formula);

/// Decides one figure.
///
/// `printed` is a number for every exact one, with spaces or crosses between them: 267,960, -3,
/// 1.80, 4.7k, 16M, 8e9, 1e-5, 1/12, 2-fold. A leading ~ says that the note calls it approximate, a
/// leading > that the note says more than. The last digit of a number counts: 1.80 is printed to
/// hundredths. Of ~60,000 the last that is not zero counts, of 8e9 and 16M the last before the
/// letter. Without ~ or > a whole number is exact. 1/12 is printed to a whole denominator, 2-fold
/// to a whole multiple; a number with an exponent below 0 is exact.
///
/// kRounds: the exact number is within half a unit of the last digit that counts (and, after >,
/// larger than what is printed). Of several numbers the worst verdict counts.
/// Throws: ParseError if `printed` is no such text, or has another number of numbers.
PrintedVerdict judge_printed(const std::string& printed, const std::vector<Rational>& exact);

/// The exact numbers in decimal: all digits, or six after the point where they do not end.
std::string exact_text(const std::vector<Rational>& exact);

}  // namespace convproof::conformance
