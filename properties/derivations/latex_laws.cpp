// Laws of the front door for formulas on any text: it is answered by claims that are in the claim
// language, or by one precise error, soon.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "derivations/language/parser.h"
#include "derivations/language/printer.h"
#include "derivations/latex/latex.h"
#include "properties/arbitrary.h"
#include "properties/derivations/latex_notes.h"
#include "properties/derivations/long_texts.h"

namespace convproof::derivations::latex {
namespace {

using language::Character;
using language::kLongestText;
using language::LanguageError;

const std::string kDeclared =
    "size M, N, U\n"
    "tensor X[M, N]\n"
    "tensor W[U, U]\n"
    "tensor w[U]\n"
    "scalar b\n"
    "let Y = conv(W, X)\n"
    "seed G like Y\n"
    "notation odd(p, q) = conv(p, q) + conv(q, p)\n";

/// Also outside of `for_all`.
void hold(bool holds, const std::string& otherwise) {
  if (!holds) throw std::logic_error(otherwise);
}

/// Throws unless an error is three lines that point into a text.
void check_error(const LanguageError& error, const std::string& source) {
  const std::string message = error.what();
  hold(std::count(message.begin(), message.end(), '\n') == 2, "not three lines: " + message);
  hold(message.size() < 2000, "a long message: " + message);
  hold(message.starts_with(text("x:", error.line(), ":", error.column(), ": expected ",
                                error.expected(), ", found ", error.got(), "\n")),
       "not to the pattern: " + message);
  const auto lines = std::count(source.begin(), source.end(), '\n') + 1;
  hold(error.line() >= 1 && error.line() <= lines, "no such line: " + message);
  hold(error.column() >= 1 && error.column() <= static_cast<int>(source.size()) + 1,
       "no such column: " + message);
  for (std::size_t i = 0; i < message.size();) {
    const Character c = language::character_at(message, i);
    hold(c.valid && (c.code == '\n' || !language::is_control(c.code)),
         "cannot be shown: " + message);
    i += c.bytes;
  }
}

/// True if the formula is read; throws unless what it is read as is in the claim language. Anything
/// but a LanguageError passes through and fails the test.
bool answered(const std::string& formula, const std::string& declarations = kDeclared) {
  try {
    const LatexClaim read = read_latex({"x", formula}, {"decl", declarations});
    hold(language::parse({"read", read.text}) == read.file, "not its tree: " + read.text);
    hold(read.text.find("formula") != std::string::npos, "no claim: " + read.text);
    return true;
  } catch (const LanguageError& error) {
    check_error(error, formula);
    return false;
  }
}

TEST(LatexLaws, EveryBeginningOfAFormulaOfTheNotesIsAnswered) {
  for (const NoteFormula& note : formulas_of_notes()) {
    EXPECT_TRUE(answered(note.formula, note.declarations)) << note.item;
    for (std::size_t n = 0; n < note.formula.size(); ++n) {
      (void)answered(note.formula.substr(0, n), note.declarations);
    }
  }
}

TEST(LatexLaws, EveryFormulaOfTheNotesWithOneByteChangedIsAnswered) {
  const std::string instead("\0\n\\{}()[]^_&,=+-*|'%$. 1iX\xC3\xFF", 29);
  int changed = 0;
  for (const NoteFormula& note : formulas_of_notes()) {
    for (std::size_t i = 0; i < note.formula.size(); ++i) {
      // Two of the bytes at each place, others at the next.
      for (const std::size_t k : {2 * i, 2 * i + 1}) {
        std::string formula = note.formula;
        formula[i] = instead[k % instead.size()];
        (void)answered(formula, note.declarations);
        ++changed;
      }
    }
  }
  EXPECT_GT(changed, 3'000);
}

TEST(LatexLaws, EveryNotesFormulaIsAnsweredAgainstTheDeclarationsOfEveryOther) {
  int read = 0;
  for (const NoteFormula& a : formulas_of_notes()) {
    for (const NoteFormula& b : formulas_of_notes()) {
      read += answered(a.formula, b.declarations) ? 1 : 0;
    }
  }
  EXPECT_GT(read, static_cast<int>(formulas_of_notes().size()));
}

TEST(LatexLaws, AnySequenceOfSignsIsAnswered) {
  const std::vector<std::string> words{"X",
                                       "x",
                                       "W",
                                       "w",
                                       "Y",
                                       "G",
                                       "b",
                                       "L",
                                       "i",
                                       "j",
                                       "u",
                                       "M",
                                       "N",
                                       "2",
                                       "180",
                                       "0.5",
                                       "\\delta",
                                       "\\hat",
                                       "\\otimes",
                                       "\\star",
                                       "*",
                                       "\\odot",
                                       "\\cdot",
                                       "\\times",
                                       "+",
                                       "-",
                                       "/",
                                       "=",
                                       ":=",
                                       "\\le",
                                       "(",
                                       ")",
                                       "[",
                                       "]",
                                       "{",
                                       "}",
                                       "^",
                                       "_",
                                       "'",
                                       ",",
                                       "|",
                                       "\\\\",
                                       "&",
                                       "\\quad",
                                       "\\frac{",
                                       "}{",
                                       "\\sum",
                                       "_{i=1}",
                                       "^N",
                                       "_{ij}",
                                       "^{(l)}",
                                       "^\\top",
                                       "^T",
                                       "\\left",
                                       "\\right",
                                       "$$",
                                       "\\in ",
                                       "\\R",
                                       "\\mathbb{R}",
                                       "\\forall ",
                                       "\\partial",
                                       "\\text{note}",
                                       "\\text{where}",
                                       "\\mathrm{rot180}(",
                                       "\\mathrm{odd}(",
                                       "\\text{sum}",
                                       "\\exp(",
                                       "\\substack{",
                                       "\\nabla_",
                                       "\\begin{aligned}",
                                       "\\end{aligned}",
                                       "\\lfloor ",
                                       "\\rfloor ",
                                       "\\sqrt",
                                       "\\infty",
                                       "\\dots",
                                       "\\frac{\\partial L}{\\partial W}",
                                       "%",
                                       "\n",
                                       " ",
                                       "\\prime",
                                       "'valid'",
                                       "up_2(",
                                       "\\ell"};
  for_all("claims or error", [&] {
    std::mt19937 random(static_cast<unsigned>(any_index("seed", 0, 99'999)));
    for (int i = 0; i < 200; ++i) {
      std::string formula;
      for (auto n = random() % 25; n > 0; --n) formula += words[random() % words.size()];
      (void)answered(formula);
      (void)answered("Y_{ij} = " + formula);
      (void)answered(formula + " = W \\star X");
    }
  });
}

TEST(LatexLaws, AnyBytesAreAnswered) {
  for_all("claims or error", [] {
    std::mt19937 random(static_cast<unsigned>(any_index("seed", 0, 99'999)));
    for (int i = 0; i < 100; ++i) {
      std::string formula;
      for (auto n = random() % 60; n > 0; --n) formula += static_cast<char>(random());
      (void)answered(formula);
      (void)answered("Y = X + " + formula);
    }
  });
}

TEST(LatexLaws, AnyDeclarationsAreAnswered) {
  const std::string whole = kDeclared + "notation up(T, n) =\n  kron(T, n)\n";
  for_all("claims or error", [&] {
    std::mt19937 random(static_cast<unsigned>(any_index("seed", 0, 99'999)));
    for (int i = 0; i < 50; ++i) {
      std::string declarations = whole;
      for (auto n = random() % 4; n > 0; --n) {
        declarations[random() % declarations.size()] = whole[random() % whole.size()];
      }
      try {
        (void)read_latex({"f", "Y = X + \\mathrm{up}_2(W)"}, {"x", declarations});
      } catch (const LanguageError& error) {
        if (error.file() == "x") check_error(error, declarations);
      }
    }
  });
}

// ---------------------------------------------------------------- long texts

TEST(LatexLaws, ALongFormulaThatIsOneIsReadSoon) {
  // The claim is longer than the formula.
  constexpr std::size_t part = kLong / 5;
  for (const std::string& formula : {
           filled("Y = X", " + X", "", part),
           filled("Y = X", "\\cdot b"),
           filled("Y = X \\quad (", "1 \\le i \\le M, ", ")"),
           filled("Y = ", "b ", "X", part),
           filled("Y = X", "= X", "", part),
           filled("Y = X", "\\\\ Y = X", "", part),
           filled("Y = ", "W_1 w ", "X", part / 8),
           filled("Y = X", "\\\\ Y = W w", "", part / 8),
           filled("Y = ", "    ", "X"),
           filled("Y = ", "\\quad\n", "X"),
           filled("Y = % ", "x", "\nX"),
       }) {
    EXPECT_LT(seconds([&] { EXPECT_TRUE(answered(formula)) << formula.substr(0, 60); }),
              kLongestSeconds)
        << formula.substr(0, 60);
  }
}

TEST(LatexLaws, ALongFormulaThatIsNoneIsRefusedSoon) {
  for (const std::string& formula : {
           filled("Y = ", "("),
           filled("Y = ", "{"),
           filled("Y = X", "_{"),
           filled("Y = ", "-"),
           filled("Y = ", "\\sum_i "),
           filled("Y = ", "\\frac{"),
           filled("Y = ", "\\hat"),
           filled("Y = ", "["),
           filled("Y = ", "|"),
           filled("Y = X", " \\star X"),
           filled("Y = ", "\\mathbf{"),
           filled("Y = ", "\\text{"),
           filled("Y = ", "\\text{note that }"),
           filled("Y = (X", ", X"),
           filled("Y = X_{i", ", i", "}"),
           filled("Y = X_{", "i", "}"),
           filled("Y = X", "'"),
           filled("Y = ", "7"),
           filled("Y = ", "a"),
           filled("Y = ", "\xFF"),
           filled("Y = ", "\xE2\x8A\x97"),
           filled("", "\\\\"),
           filled("", "$$"),
           filled("", "Y = \\mathrm{odd}(W, X) \\\\ "),
           filled("Y = ", "\\mathrm{odd}(W, ", "X"),
           filled("Y = X^{", "2", "}"),
       }) {
    EXPECT_LT(seconds([&] { EXPECT_FALSE(answered(formula)) << formula.substr(0, 60); }),
              kLongestSeconds)
        << formula.substr(0, 60);
  }
}

TEST(LatexLaws, ANotationThatGrowsWithoutEndIsRefusedSoon) {
  std::string formula = "X";
  for (int i = 0; i < 40; ++i) formula = "\\mathrm{odd}(" + formula + ", " + "W)";
  const std::string twice = "notation twice(a) = a + a\n";
  std::string nested = "X";
  for (int i = 0; i < 45; ++i) nested = "\\mathrm{twice}(" + nested + ")";
  EXPECT_LT(seconds([&] { EXPECT_FALSE(answered("Y = " + formula)); }), kLongestSeconds);
  EXPECT_LT(seconds([&] { EXPECT_FALSE(answered("Y = " + nested, kDeclared + twice)); }),
            kLongestSeconds);
  EXPECT_LT(
      seconds([&] { EXPECT_FALSE(answered("b = {{{{{{{b^{16}}^{16}}^{16}}^{16}}^{16}}}}}")); }),
      kLongestSeconds);
}

TEST(LatexLaws, LongDeclarationsAreReadSoon) {
  std::string lets = kDeclared;
  for (int i = 0; lets.size() < kLong - 2000; ++i) {
    lets += text("let a", i, " = ", i == 0 ? "Y" : text("conv(W, a", i - 1, ")"), "\n");
  }
  std::string seeds = kDeclared;
  for (int i = 0; i < 60; ++i) seeds += text("seed g", i, " like X\n");
  for (const std::string& declarations :
       {lets, seeds, filled(kDeclared + "let A = X", " + X", "\n", kLong - 2000),
        filled(kDeclared + "tensor A[N", " + M + N", "]\n", kLong - 2000),
        filled(kDeclared, "\n", "", kLong - 2000)}) {
    EXPECT_LT(seconds([&] { EXPECT_TRUE(answered("Y = W \\star X", declarations)); }),
              kLongestSeconds);
  }
}

TEST(LatexLaws, ATextBeyondTheLongestIsRefused) {
  try {
    (void)read_latex({"x", std::string(kLongestText + 1, ' ')}, {"decl", kDeclared});
    FAIL();
  } catch (const LanguageError& error) {
    EXPECT_EQ(error.expected(), "a text of at most 1048576 bytes");
    EXPECT_EQ(error.got(), "1048577 bytes");
  }
}

}  // namespace
}  // namespace convproof::derivations::latex
