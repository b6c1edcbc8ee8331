// Formulas in LaTeX: every formula of the notes, each rule of the names and signs by an example,
// and the errors word for word.
#include "derivations/latex/latex.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "derivations/latex/declarations.h"
#include "properties/derivations/latex_notes.h"

namespace convproof::derivations::latex {
namespace {

const std::string kDeclared =
    "size M, N, U >= 0\n"
    "tensor X[M, N]\n"
    "tensor W[U, U]\n"
    "tensor w[U] from -U\n"
    "tensor x_hat[N]\n"
    "scalar b, beta\n"
    "let Y = conv(W, X)\n"
    "seed G like Y\n";

/// What a formula adds to the declarations, without the end of the last line.
std::string claims(const std::string& formula, const std::string& declarations = kDeclared) {
  const language::Source source{"decl", declarations};
  const std::string text = read_latex({"formula", formula}, source).text;
  const std::string added = text.substr(Declarations(source).statements().size());
  return added.substr(0, added.size() - 1);
}

/// The right side of a claim about b or X, behind what is declared for it.
std::string side(const std::string& formula, const std::string& declarations = kDeclared) {
  const std::string added = claims("b = " + formula, declarations);
  return added.substr(added.rfind("b == ") + 5);
}

TEST(LatexExamples, EveryFormulaOfTheNotesIsReadAsItsClaims) {
  for (const NoteFormula& note : formulas_of_notes()) {
    EXPECT_EQ("\n" + claims(note.formula, note.declarations) + "\n", note.claims) << note.item;
  }
}

TEST(LatexExamples, TheTextIsACompleteFileWithItsTree) {
  const LatexClaim read = read_latex({"f", "Y = W \\star X"}, {"d", kDeclared});
  EXPECT_EQ(read.text, kDeclared +
                           "reading star = conv | xcorr\n"
                           "reading star_mode = valid | full | same\n"
                           "claim formula: Y == star(W, X, mode=star_mode)\n");
  EXPECT_EQ(read.file.statements.size(), 11U);
}

// ---------------------------------------------------------------- signs

TEST(LatexExamples, ASignThatAuthorsUseDifferentlyIsAReading) {
  EXPECT_EQ(claims("Y = W * X"),
            "reading ast = conv | xcorr\n"
            "reading ast_mode = valid | full | same\n"
            "claim formula: Y == ast(W, X, mode=ast_mode)");
  EXPECT_EQ(side("W \\otimes X"), "otimes(W, X, mode=otimes_mode)");
  EXPECT_EQ(side("W \\hat\\otimes X"), "hatotimes(W, X, mode=hatotimes_mode)");
  EXPECT_EQ(side("W \\tilde{\\otimes} X"), "tildeotimes(W, X, mode=tildeotimes_mode)");
  EXPECT_EQ(side("W ⊗\u0302 X"), "hatotimes(W, X, mode=hatotimes_mode)");
}

TEST(LatexExamples, ADeclaredReadingOfASignIsUsed) {
  const std::string star = kDeclared + "reading star = xcorr | conv\n";
  EXPECT_EQ(claims("Y = W \\star X", star), "claim formula: Y == star(W, X)");
  EXPECT_EQ(claims("Y = W \\star X", star + "reading star_mode = full | valid\n"),
            "claim formula: Y == star(W, X, mode=star_mode)");
}

TEST(LatexExamples, ANotationFixesASignOrAFunction) {
  EXPECT_EQ(claims("X = X * W", kDeclared + "notation ast(x, k) = conv(k, x, mode=same)\n"),
            "claim formula: X == conv(W, X, mode=same)");
  const std::string up = kDeclared + "notation up(T, n) =\n  kron(T, n)  # copies\n";
  EXPECT_EQ(side("\\mathrm{up}_2(X)", up), "kron(X, 2)");
  EXPECT_EQ(side("\\mathrm{up}(X, M)", up), "kron(X, M)");
  EXPECT_EQ(side("\\phi(x_{1})", kDeclared + "notation phi(T) = T + tanh(T)\n"
                                             "tensor x[N]\n"),
            "x[1] + tanh(x[1])");
}

TEST(LatexExamples, OtherProductsHaveOneMeaning) {
  EXPECT_EQ(side("X \\odot X"), "X .* X");
  EXPECT_EQ(side("X \\circ X"), "X .* X");
  EXPECT_EQ(side("b \\cdot X"), "b * X");
  EXPECT_EQ(side("b \\times X"), "b * X");
  EXPECT_EQ(side("2 b X"), "2 * b * X");
  EXPECT_EQ(side("\\frac{X}{2 M}"), "X / (2 * M)");
  EXPECT_EQ(side("-X + b - 1"), "-X + b - 1");
  EXPECT_EQ(side("b^2"), "b * b");
  EXPECT_EQ(side("X^\\top"), "transpose(X)");
  EXPECT_EQ(side("X^T"), "transpose(X)");
  EXPECT_EQ(side("(X + X)^{\\top}"), "transpose(X + X)");
  EXPECT_EQ(side("\\left| X \\right|"), "abs(X)");
  EXPECT_EQ(side("\\sqrt{b}"), "sqrt(b)");
  EXPECT_EQ(side("\\lfloor M / 2 \\rfloor"), "floor(M / 2)");
}

TEST(LatexExamples, FunctionsAreWords) {
  EXPECT_EQ(side("\\mathrm{rot180}(X)"), "rot180(X)");
  EXPECT_EQ(side("rot180(X)"), "rot180(X)");
  EXPECT_EQ(side("\\text{rotate}\\left(X, 180^{\\circ}\\right)"), "rot180(X)");
  EXPECT_EQ(side("\\mathrm{rot}_{180}(X)"), "rot180(X)");
  EXPECT_EQ(side("\\operatorname{flip}(X, 1)"), "flip(X, 1)");
  EXPECT_EQ(side("\\mathrm{conv}(W, X, \\text{full})"), "conv(W, X, mode=full)");
  EXPECT_EQ(side("conv2(X, W)"), "conv(W, X, mode=full)");
  EXPECT_EQ(side("conv2(X, W, 'same')"), "conv(W, X, mode=same_lo)");
  EXPECT_EQ(claims("X = \\mathrm{up}_2(X)"),
            "reading up = kron | zeroinsert\nclaim formula: X == up(X, 2)");
  EXPECT_EQ(claims("X = \\mathrm{down}(X)", kDeclared + "size down\n"),
            "reading down_sampling = blocksum | subsample\n"
            "claim formula: X == down_sampling(X, down)");
}

TEST(LatexExamples, MatricesSideBySideAreMultiplied) {
  EXPECT_EQ(claims("b = W w"),
            "let product[i in 1..U] = sum(k in 0..U - 1) W[i, k + 1] * w[k - U]\n"
            "claim formula: b == product");
  EXPECT_EQ(claims("W = w w^\\top"),
            "let product[i in -U..-1, j in 1..U] = w[i] * transpose(w)[j]\n"
            "claim formula: W == product");
  EXPECT_EQ(claims("b = w^\\top w"),
            "let product = sum(k in 0..U - 1) transpose(w)[k + 1] * w[k - U]\n"
            "claim formula: b == product");
  EXPECT_EQ(side("w w"), "w * w");
  EXPECT_EQ(side("W w^\\top"), "W * transpose(w)");
}

// ---------------------------------------------------------------- names

TEST(LatexExamples, ASmallLetterIsAlsoTheDeclaredCapital) {
  EXPECT_EQ(side("x_{1,2}"), "X[1, 2]");
  EXPECT_EQ(side("\\mathbf{x}"), "X");
  EXPECT_EQ(side("w"), "w");
  EXPECT_EQ(side("𝑿 + \\mathcal{X}"), "X + X");
}

TEST(LatexExamples, ScriptsAreSubscriptsOrPartsOfTheName) {
  const std::string names = kDeclared +
                            "tensor X_padded[M, N]\n"
                            "tensor k_1[M]\n"
                            "tensor T[2, M, N]\n"
                            "tensor delta'[M]\n";
  EXPECT_EQ(side("X_{\\text{padded}}", names), "X_padded");
  EXPECT_EQ(side("\\hat{x}", names), "x_hat");
  EXPECT_EQ(side("k_1", names), "k_1");
  EXPECT_EQ(side("k_1^2", names), "k_1[2]");
  EXPECT_EQ(side("T^{1}_{2,1}", names), "T[1, 2, 1]");
  EXPECT_EQ(side("x_{12}", names), "X[1, 2]");
  EXPECT_EQ(side("X(1, 2)", names), "X[1, 2]");
  EXPECT_EQ(side("[X]_{1,2}", names), "X[1, 2]");
  EXPECT_EQ(side("\\delta'", names), "delta'");
  EXPECT_EQ(side("δ′", names), "delta'");
}

TEST(LatexExamples, LayersArePartsOfTheName) {
  const std::string names = kDeclared + "tensor Z[M]\ntensor Z_prev[M]\ntensor Z_next[M]\n";
  EXPECT_EQ(side("Z^{(l)} + Z^{(l-1)} + Z^{(l+1)}", names), "Z + Z_prev + Z_next");
  EXPECT_EQ(side("Z^\\ell + Z^{\\ell+1}_{2}", names), "Z + Z_next[2]");
  EXPECT_EQ(side("X^{(l-1,1)}", names), "X[1]");
  EXPECT_EQ(side("X(l,1)", names), "X[1]");
}

// ---------------------------------------------------------------- indices

TEST(LatexExamples, FreeIndicesHaveTheRangeOfTheirAxisOrOfAConditions) {
  EXPECT_EQ(claims("x_{ij} = x_{ij}"), "claim formula [i in 1..M, j in 1..N]: X[i, j] == X[i, j]");
  EXPECT_EQ(claims("w_{u} = w_{-u}"), "claim formula [u in -U..-1]: w[u] == w[-u]");
  for (const std::string conditions :
       {"\\quad (1 < i \\le M - 1, \\forall j \\ge 3)", ", 1 < i \\le M - 1, \\, j \\geq 3",
        "\\quad \\text{where } 1 < i \\le M - 1 \\text{ and } 3 \\le j",
        "\\\\ \\forall i = 2, \\dots, M - 1, 3 \\le j"}) {
    EXPECT_EQ(claims("x_{ij} = b" + conditions),
              "claim formula [i in 2..M - 1, j in 3..N]: X[i, j] == b")
        << conditions;
  }
}

TEST(LatexExamples, ConditionsOnSizesAreAssumed) {
  EXPECT_EQ(claims("Y = X \\quad (U \\le M)"), "assume U <= M\nclaim formula: Y == X");
}

TEST(LatexExamples, SumsHaveLimitsOrTheRangeOfTheirAxis) {
  EXPECT_EQ(side("\\sum_{i=1}^{M-1} x_{i,1}"), "sum(i in 1..M - 1) X[i, 1]");
  EXPECT_EQ(side("\\sum\\nolimits^M_{i=1} x_{i1}"), "sum(i in 1..M) X[i, 1]");
  EXPECT_EQ(side("\\sum_{i,j} x_{ij}"), "sum(i in 1..M, j in 1..N) X[i, j]");
  EXPECT_EQ(side("\\sum_{u=-\\infty}^\\infty w_u"), "sum(u in -U..-1) w[u]");
  EXPECT_EQ(side("\\sum_{1 \\le i \\le M} x_{i,1}"), "sum(i in 1..M) X[i, 1]");
  EXPECT_EQ(side("\\sum_{i,j, i = j} x_{ij}"), "sum(i in 1..M, j in 1..N where i == j) X[i, j]");
  EXPECT_EQ(side("\\sum_b w_b"), "sum(b_ in -U..-1) w[b_]");
}

// ---------------------------------------------------------------- derivatives

TEST(LatexExamples, TheDerivativeOfTheLossIsTheSeedOrAGradient) {
  EXPECT_EQ(side("\\frac{\\partial \\mathcal{L}}{\\partial Y}"), "G");
  EXPECT_EQ(side("\\frac{\\partial L(Y)}{\\partial y_{12}}"), "G[1, 2]");
  EXPECT_EQ(side("\\frac{\\partial f(Y)}{\\partial W}"), "grad(Y, W, G)");
  EXPECT_EQ(side("\\nabla_W L"), "grad(Y, W, G)");
  EXPECT_EQ(side("\\frac{\\partial}{\\partial W} J(W, X)"), "grad(Y, W, G)");
  EXPECT_EQ(side("\\frac{\\partial Y}{\\partial W}"), "jacobian(Y, W)");
}

TEST(LatexExamples, TheSeedIsThatOfWhatDependsOnTheArray) {
  const std::string two = kDeclared + "tensor V[U, U]\nlet A = V + W\nseed H like A\n";
  EXPECT_EQ(side("\\frac{\\partial L}{\\partial X}", two), "grad(Y, X, G)");
  EXPECT_EQ(side("\\frac{\\partial L}{\\partial V}", two), "grad(A, V, H)");
}

// ---------------------------------------------------------------- chains

TEST(LatexExamples, EachLeftSideBeginsAClaimOfItsOwn) {
  EXPECT_EQ(
      claims("\\begin{align*} Y &= X \\\\ &= X + b \\\\ &\\quad - b \\\\ X &= Y \\end{align*}"),
      "claim formula: Y\n  == X\n  == X + b - b\nclaim formula_2: X == Y");
  EXPECT_EQ(claims("$$Y = X$$ $$X = Y.$$"), "claim formula: Y == X\nclaim formula_2: X == Y");
}

TEST(LatexExamples, ClaimsOfNumbersAreArithmeticAndOfFunctionsNumeric) {
  EXPECT_EQ(claims("M + 1 \\le N < 10^{20}"), "arith formula: M + 1\n  <= N\n  < pow(10, 20)");
  EXPECT_EQ(claims("X = \\tanh(X)"), "numeric formula: X == tanh(X)");
  EXPECT_EQ(claims("b = \\frac{1}{\\beta}"), "numeric formula: b == 1 / beta");
}

TEST(LatexExamples, ASideInRealNumbersIsAClaimOfItsShape) {
  EXPECT_EQ(claims("Y = X \\in \\mathbb{R}^{M \\times N}"),
            "claim formula: Y == X\nclaim formula_shape: ones(shape(X)) == ones(M, N)");
}

TEST(LatexExamples, NamesOfClaimsAreNew) {
  EXPECT_EQ(claims("Y = X", kDeclared + "claim formula: X == X\n"), "claim formula_2: Y == X");
}

// ---------------------------------------------------------------- errors

/// The first line of the message.
std::string error(const std::string& formula, const std::string& declarations = kDeclared) {
  try {
    (void)read_latex({"formula", formula}, {"decl", declarations});
  } catch (const language::LanguageError& error) {
    const std::string message = error.what();
    return message.substr(0, message.find('\n'));
  }
  return "no LanguageError";
}

TEST(LatexErrors, PointIntoTheFormula) {
  try {
    (void)read_latex({"formula", "Y =\n W \\star Q"}, {"decl", kDeclared});
    FAIL();
  } catch (const language::LanguageError& error) {
    EXPECT_STREQ(error.what(),
                 "formula:2:10: expected a declared name, found 'Q', which the declarations do not "
                 "have\n W \\star Q\n         ^");
  }
}

TEST(LatexErrors, WhatIsNoFormula) {
  const std::vector<std::pair<std::string, std::string>> formulas{
      {"", "1:1: expected an expression, found the end of the formula"},
      {"Y", "1:2: expected a sign, or '=' and another side, found the end of the formula"},
      {"Y = ", "1:5: expected an expression, found the end of the formula"},
      {"Y = X)", "1:6: expected a sign, another side or the end, found ')'"},
      {"Y = (X", "1:7: expected ',' or ')', found the end of the formula"},
      {"Y = X + \\star W", "1:9: expected an expression, found 'star'"},
      {"s(t) = \\int x(a)",
       "1:8: expected a command of formulas that is known here, found '\\int'"},
      {"Y = 卷", "1:5: expected a letter, a number, a sign or a command, found '卷'"},
      {"Y = X_{1}_{2}", "1:11: expected one subscript, found '{'"},
      {"Y = \\frac{X}", "1:13: expected '{', found the end of the formula"},
      {"Y = \\frac{\\partial L}{W}", "1:23: expected '\\partial' below '\\partial', found 'W'"},
      {"Y = \\sum X", "1:5: expected an index below the sum, found none"},
      {"Y = \\begin{cases} X \\end{cases}",
       "1:11: expected aligned, align, equation, split, gather or gathered, found 'cases'"},
      {"Z := [Z^{(l,1)}, \\dots, Z^{(l,P)}]", "1:18: expected an expression, found '\\dots'"},
      {"Y = \\hat{\\frac}", "1:10: expected a letter or a sign under the accent, found '\\frac'"},
      {"Y = \\text{a{b", "1:14: expected '}', found the end of the formula"},
  };
  for (const auto& [formula, expected] : formulas) {
    EXPECT_EQ(error(formula), "formula:" + expected) << formula;
  }
}

TEST(LatexErrors, WhatTheDeclarationsDoNotExplain) {
  const std::vector<std::pair<std::string, std::string>> formulas{
      {"Y_{ij} = b_{i}", "1:10: expected no subscript of b, which has no axes, found 1"},
      {"b = X_{1,2,3}", "1:5: expected at most 2 subscripts of X, found 3"},
      {"b = \\sum_i b",
       "1:10: expected a range for the index 'i', as in i=1 below the sum and N above it, found "
       "none"},
      {"b = w_{2i}", "1:9: expected a range for the index 'i', as in 1 \\le i \\le N, found none"},
      {"b = X_w",
       "1:7: expected a number, a size or an index, found 'w', which is declared as a "
       "tensor"},
      {"b = \\sum_{i=1}^2 w_i \\sum_{i=1}^2 w_i",
       "1:28: expected a new index, found 'i', which is already one"},
      {"b = (\\sum_{i=1}^2 w_i) + w_i",
       "1:28: expected an index that no sum of the chain binds, found 'i'"},
      {"b = \\mathrm{vec}(X)",
       "1:5: expected a function that is known here, or a notation for it, found 'vec'"},
      {"b = \\mathrm{rotate}(X, 90^\\circ)", "1:24: expected a rotation by 180 degrees, found 90"},
      {"b = \\mathrm{up}(X)",
       "1:5: expected a factor, as in up_n(...), or a size 'up', found none"},
      {"b = \\frac{\\partial L}{\\partial x_hat}",
       "1:35: expected a declared name, found 'a', which the declarations do not have"},
      {"b = \\frac{\\partial L}{\\partial \\hat{x}}",
       "1:20: expected one seed that depends on 'x_hat' (seed G like ...), found none"},
      {"b = \\frac{\\partial L}{\\partial (W + W)}",
       "1:32: expected an array, or a part of one, to differentiate by, found another expression"},
      {"\\frac{\\partial L}{\\partial W} = \\frac{\\partial E}{\\partial W}",
       "1:48: expected one loss that is not declared, 'L', found 'E'"},
      {"X^{(l)} = X^{(l-1)}",
       "1:11: expected a declared name 'X_prev' for the layer l-1, found 'X', which is that of the "
       "layer l"},
      {"Y < X", "1:5: expected '=' between arrays, found another relation before this side"},
      {"b = \\sum_{i \\in M} w_i", "1:13: expected an expression, found '\\in'"},
      {"b = \\infty", "1:5: expected a finite limit or size, found infinity"},
      {"M = \\max(M)", "1:1: expected 2 arguments of 'max', found 1"},
  };
  for (const auto& [formula, expected] : formulas) {
    EXPECT_EQ(error(formula), "formula:" + expected) << formula;
  }
}

TEST(LatexErrors, SeveralDeclaredNamesAreNamed) {
  EXPECT_EQ(error("b = k_1", kDeclared + "tensor k[2]\ntensor k_1[2]\n"),
            "formula:1:5: expected one declared name for 'k' and its scripts, found 'k', 'k_1'");
  EXPECT_EQ(
      error("b = \\frac{\\partial L}{\\partial W}", kDeclared + "seed H like W + 1\n"),
      "formula:1:20: expected one seed that depends on 'W' (seed G like ...), found 'G', 'H'");
}

TEST(LatexErrors, NotationsSayWhatIsWrongWithThem) {
  const std::vector<std::pair<std::string, std::string>> notations{
      {"notation", "9:9: expected the name of a sign or a function, found the end of the line"},
      {"notation f", "9:11: expected '(', found the end of the line"},
      {"notation f(p) = q + p",
       "9:1: expected a notation of declared names and its operands, found "
       "'q'"},
      {"notation f(X) = X",
       "9:12: expected an operand with a new name that stands behind '=', found 'X', which is "
       "declared"},
      {"notation f(p) = X",
       "9:12: expected an operand with a new name that stands behind '=', found 'p', which does "
       "not"},
      {"notation f(p, p) = p", "9:15: expected a new name, found 'p' again"},
      {"notation f(p) =\n  conv(p, X", "10:12: expected ',' or ')', found the end of the line"},
      {"notation f(p) = p\nnotation f(q) = q",
       "10:1: expected one notation for each name, found another one for 'f'"},
      {"notation f(p) = p\nsize M",
       "10:6: expected a new name, found 'M', which is already a size "
       "(line 1)"},
  };
  for (const auto& [notation, expected] : notations) {
    EXPECT_EQ(error("Y = X", kDeclared + notation + "\n"), "decl:" + expected) << notation;
  }
}

}  // namespace
}  // namespace convproof::derivations::latex
