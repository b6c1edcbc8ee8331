// Formulas of the claim language: the elements they are made of, their parentheses, and that they
// are XML whatever the tree.
#include "derivations/mathml/mathml.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "derivations/language/parser.h"
#include "properties/arbitrary.h"
#include "properties/derivations/random_claims.h"

namespace convproof::derivations::mathml {
namespace {

using language::Claim;
using language::File;

const std::string kDeclared =
    "size N, M, K\n"
    "tensor X[N, M]\n"
    "tensor W[N, M]\n"
    "tensor w[N]\n"
    "scalar b, beta, x_hat, W_1\n"
    "tensor delta'[N, M]\n"
    "tensor X_padded[N, M]\n"
    "let Y = conv(W, X)\n"
    "seed G like Y\n"
    "reading star = conv | xcorr\n"
    "reading m = valid | full\n";

const language::Statement& last(const File& file) {
  return file.statements.back();
}

/// The left side of a numeric claim about the names above.
std::string formula(const std::string& source) {
  const File file = language::parse({"x", kDeclared + "numeric c: " + source + " == 0"});
  return mathml(std::get<Claim>(last(file).node).first);
}

std::string statement(const std::string& source) {
  return mathml(last(language::parse({"x", kDeclared + source})));
}

/// What stands between the tags, without invisible signs.
std::string shown(const std::string& xml) {
  std::string text;
  bool tag = false;
  for (const char c : xml) {
    tag = tag || c == '<';
    if (!tag) text += c;
    tag = tag && c != '>';
  }
  for (const std::string invisible : {"\u2061", "\u2062"}) {
    for (auto at = text.find(invisible); at != std::string::npos; at = text.find(invisible)) {
      text.erase(at, invisible.size());
    }
  }
  return text;
}

/// The element without the <math> around it.
std::string inside(const std::string& xml) {
  const std::size_t begin = xml.find('>') + 1;
  return xml.substr(begin, xml.rfind("</math>") - begin);
}

// ---------------------------------------------------------------- well-formed

/// Reads XML as far as formulas need it, and knows the elements of MathML Core.
class Xml {
 public:
  explicit Xml(const std::string& text) : text_(text) {}

  /// The first thing that is wrong, or nothing.
  std::string error() {
    element("");
    if (error_.empty() && at_ != text_.size()) error_ = "text behind the last element";
    return error_;
  }

 private:
  struct Rule {
    int children;  // -1: any number. -2: text only.
    std::string parent;
  };

  static const std::map<std::string, Rule>& rules() {
    static const std::map<std::string, Rule> rules{
        {"math", {-1, ""}},    {"mrow", {-1, "*"}},      {"mi", {-2, "*"}},
        {"mo", {-2, "*"}},     {"mn", {-2, "*"}},        {"mtext", {-2, "*"}},
        {"msub", {2, "*"}},    {"msup", {2, "*"}},       {"mover", {2, "*"}},
        {"mfrac", {2, "*"}},   {"munderover", {3, "*"}}, {"msqrt", {-1, "*"}},
        {"mtable", {-1, "*"}}, {"mtr", {-1, "mtable"}},  {"mtd", {-1, "mtr"}}};
    return rules;
  }

  void fail(const std::string& what) {
    if (error_.empty()) error_ = text(what, " at ", at_);
  }

  bool accept(std::string_view part) {
    if (std::string_view(text_).substr(at_, part.size()) != part) return false;
    at_ += part.size();
    return true;
  }

  std::string name() {
    std::string result;
    while (at_ < text_.size() && text_[at_] >= 'a' && text_[at_] <= 'z') result += text_[at_++];
    return result;
  }

  void attributes() {
    while (accept(" ")) {
      if (name().empty() || !accept("=\"")) return fail("no attribute");
      while (at_ < text_.size() && text_[at_] != '"') {
        if (text_[at_] == '<' || text_[at_] == '&') return fail("a sign in an attribute");
        ++at_;
      }
      if (!accept("\"")) fail("an attribute without end");
    }
    if (!accept(">")) fail("a tag without end");
  }

  void element(const std::string& parent) {
    if (!accept("<")) return fail("no element");
    const std::string tag = name();
    const auto rule = rules().find(tag);
    if (rule == rules().end()) return fail("an element " + tag);
    const std::string& place = rule->second.parent;
    if (place == "*" ? parent.empty() || parent == "mtable" || parent == "mtr" : place != parent) {
      fail(tag + " in " + parent);
    }
    attributes();
    const int children = content(tag, rule->second.children == -2);
    if (rule->second.children >= 0 && children != rule->second.children) {
      fail(text(children, " children of ", tag));
    }
    if (!accept("</" + tag + ">")) fail("no end of " + tag);
  }

  int content(const std::string& tag, bool text_only) {
    int children = 0;
    while (error_.empty() && at_ < text_.size() && text_.compare(at_, 2, "</") != 0) {
      if (text_[at_] == '<') {
        if (text_only) fail("an element in " + tag);
        element(tag);
        ++children;
      } else if (!text_only) {
        fail("text in " + tag);
      } else {
        character();
      }
    }
    return children;
  }

  void character() {
    if (text_[at_] == '&') {
      if (!accept("&amp;") && !accept("&lt;") && !accept("&gt;")) fail("no entity");
      return;
    }
    const language::Character c = language::character_at(text_, at_);
    if (!c.valid || (c.code < 0x20 && c.code != '\t' && c.code != '\n')) fail("no character");
    at_ += c.bytes;
  }

  const std::string& text_;
  std::size_t at_ = 0;
  std::string error_;
};

std::string xml_error(const std::string& xml) {
  return Xml(xml).error();
}

// ---------------------------------------------------------------- elements

TEST(MathmlExamples, AFormulaIsAnElementMath) {
  EXPECT_EQ(formula("b"), "<math xmlns=\"http://www.w3.org/1998/Math/MathML\"><mi>b</mi></math>");
  EXPECT_EQ(statement("const s = 2"),
            "<math xmlns=\"http://www.w3.org/1998/Math/MathML\" display=\"block\">"
            "<mrow><mi>s</mi><mo>=</mo><mn>2</mn></mrow></math>");
}

TEST(MathmlExamples, NamesShowTheirLettersPrimesSubscriptsAndAccents) {
  EXPECT_EQ(inside(formula("beta")), "<mi>β</mi>");
  EXPECT_EQ(inside(formula("delta'")), "<msup><mi>δ</mi><mo>′</mo></msup>");
  EXPECT_EQ(inside(formula("X_padded")), "<msub><mrow><mi>X</mi></mrow><mi>padded</mi></msub>");
  EXPECT_EQ(inside(formula("W_1")), "<msub><mrow><mi>W</mi></mrow><mn>1</mn></msub>");
  EXPECT_EQ(inside(formula("x_hat")), "<mover><mrow><mi>x</mi></mrow><mo>^</mo></mover>");
}

TEST(MathmlExamples, ProductsHaveTheirSigns) {
  EXPECT_EQ(shown(formula("conv(W, X)")), "W*X");
  EXPECT_EQ(shown(formula("xcorr(W, X)")), "W⋆X");
  EXPECT_EQ(shown(formula("W .* X")), "W⊙X");
  EXPECT_EQ(shown(formula("b * X")), "b⋅X");
  EXPECT_EQ(shown(formula("kron(X, 2)")), "X⊗𝟏2");
  EXPECT_EQ(shown(formula("kron(X, 2, N)")), "X⊗𝟏2×N");
  EXPECT_EQ(shown(formula("2 * N")), "2N");
  EXPECT_EQ(shown(formula("2 * 3 * N")), "2⋅3⋅N");
}

TEST(MathmlExamples, OptionsStandBelowTheSign) {
  EXPECT_EQ(inside(formula("conv(W, X, mode=full)")),
            "<mrow><mi>W</mi><msub><mo>*</mo><mrow><mtext>full</mtext></mrow></msub>"
            "<mi>X</mi></mrow>");
  EXPECT_EQ(shown(formula("xcorr(W, X, mode=m, stride=[2, N], pad=1)")), "W⋆m,stride=2×N,pad=1X");
}

TEST(MathmlExamples, AnElementHasItsIndicesBelow) {
  EXPECT_EQ(inside(formula("X[1, N]")),
            "<msub><mrow><mi>X</mi></mrow><mrow><mn>1</mn><mo>,</mo><mi>N</mi></mrow></msub>");
  EXPECT_EQ(shown(formula("rot180(X)[1, 2]")), "rot180(X)1,2");
  EXPECT_EQ(shown(formula("(X + W)[1, 2]")), "[X+W]1,2");
  EXPECT_EQ(shown(formula("conv(W, X)[1, 2]")), "[W*X]1,2");
}

TEST(MathmlExamples, ASumHasItsLimitsAndConditions) {
  EXPECT_EQ(inside(formula("sum(i in 1..N) w[i]")),
            "<mrow><munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow>"
            "<mrow><mi>N</mi></mrow></munderover>"
            "<msub><mrow><mi>w</mi></mrow><mrow><mi>i</mi></mrow></msub></mrow>");
  EXPECT_EQ(shown(formula("sum(i in 1..N, j in 1..i where i + j == N) w[j]")),
            "∑i=1N∑j=1,i+j=Niwj");
}

TEST(MathmlExamples, GradientsAndJacobiansAreFractions) {
  EXPECT_EQ(inside(formula("grad(Y, W, G)")),
            "<mfrac><mrow><mo>∂</mo><mi>L</mi></mrow><mrow><mo>∂</mo><mi>W</mi></mrow></mfrac>");
  EXPECT_EQ(shown(formula("grad(X + W, W, G)")), "∂⟨G,X+W⟩∂W");
  EXPECT_EQ(shown(formula("jacobian(Y, W[1, 2])")), "∂Y∂W1,2");
  EXPECT_EQ(shown(formula("jacobian(X + W, W)")), "∂(X+W)∂W");
}

TEST(MathmlExamples, OtherOperatorsHaveTheirOwnSignsOrAreFunctions) {
  EXPECT_EQ(shown(formula("transpose(X)")), "X⊤");
  EXPECT_EQ(shown(formula("transpose(X + W)")), "(X+W)⊤");
  EXPECT_EQ(shown(formula("ones(N, M + 1)")), "𝟏N×(M+1)");
  EXPECT_EQ(shown(formula("ones(shape(X))")), "𝟏shape(X)");
  EXPECT_EQ(shown(formula("floor(N / 2)")), "⌊N2⌋");
  EXPECT_EQ(shown(formula("ceil(N / 2)")), "⌈N2⌉");
  EXPECT_EQ(shown(formula("abs(X)")), "|X|");
  EXPECT_EQ(inside(formula("sqrt(b)")), "<msqrt><mi>b</mi></msqrt>");
  EXPECT_EQ(shown(formula("pow(b, 2)")), "b2");
  EXPECT_EQ(shown(formula("pow(b + 1, 2)")), "(b+1)2");
  EXPECT_EQ(shown(formula("flip(X, 1)")), "flip(X,1)");
  EXPECT_EQ(shown(formula("star(W, X, mode=m)")), "starm(W,X)");
}

// ---------------------------------------------------------------- parentheses

TEST(MathmlExamples, ParenthesesStandWhereTheyAreNeeded) {
  const std::vector<std::pair<std::string, std::string>> formulas{
      {"X + W - X", "X+W−X"},
      {"X - (W - X)", "X−(W−X)"},
      {"X + conv(W, X)", "X+W*X"},
      {"conv(W + X, X)", "(W+X)*X"},
      {"conv(conv(W, X), X)", "(W*X)*X"},
      {"conv(rot180(W), X)", "rot180(W)*X"},
      {"conv(b * W, X)", "(b⋅W)*X"},
      {"b * conv(W, X)", "b⋅(W*X)"},
      {"b * (X + W)", "b⋅(X+W)"},
      {"2 * (X + W)", "2(X+W)"},
      {"(N + 1) / 2 * M", "N+12⋅M"},
      {"N / (M * K)", "NM⋅K"},
      {"b * -X", "b⋅(−X)"},
      {"-b * X", "−b⋅X"},
      {"-(b + b) * X", "−(b+b)⋅X"},
      {"-conv(W, X) .* X", "(−W*X)⊙X"},
      {"X + -W", "X+(−W)"},
      {"-X + W", "−X+W"},
      {"--X", "−(−X)"},
      {"b * sum(i in 1..N) w[i]", "b⋅∑i=1Nwi"},
      {"(sum(i in 1..N) w[i]) * b", "(∑i=1Nwi)⋅b"},
      {"(-sum(i in 1..N) w[i]) * b", "(−∑i=1Nwi)⋅b"},
      {"(sum(i in 1..N) w[i]) / 2", "∑i=1Nwi2"},
      {"sum(i in 1..N) w[i] * b + b", "∑i=1Nwi⋅b+b"},
      {"sum(i in 1..N) (w[i] + b)", "∑i=1N(wi+b)"},
      {"conv(sum(i in 1..N) w[i] * X, X)", "(∑i=1Nwi⋅X)*X"},
      {"(X .* W) .* X", "(X⊙W)⊙X"},
  };
  for (const auto& [source, expected] : formulas) {
    EXPECT_EQ(shown(formula(source)), expected) << source;
  }
}

// ---------------------------------------------------------------- statements

TEST(MathmlExamples, AClaimIsATableWithARowForEachLink) {
  const std::string xml =
      statement("claim c [i in 1..N]: X[i] == W[i] == -X[i]\n  item V-DW-L4\n  expect proved");
  EXPECT_EQ(xml_error(xml), "");
  EXPECT_EQ(shown(xml), "Xi=Wi=−Xi\u00A0for\u00A01≤i≤N");
  EXPECT_EQ(inside(statement("arith c: N < M")),
            "<mtable displaystyle=\"true\"><mtr><mtd style=\"text-align: right\"><mi>N</mi></mtd>"
            "<mtd style=\"text-align: left\"><mo>&lt;</mo><mi>M</mi></mtd></mtr></mtable>");
}

TEST(MathmlExamples, EveryStatementHasAFormula) {
  const std::vector<std::pair<std::string, std::string>> statements{
      {"title \"a < b & 卷积\"", "a &lt; b &amp; 卷积"},
      {"size A >= K, C", "A≥K,C≥1"},
      {"assume N >= M, 1 < K != 3", "N≥M,1&lt;K≠3"},
      {"const s = 0.5", "s=0.5"},
      {"each t in 1..3", "1≤t≤3"},
      {"tensor A[N, M + 1] from 0, -K zero", "A∈ℝN×(M+1)\u00A0from\u00A0(0,−K),\u00A00 outside"},
      {"scalar u, v", "u,v∈ℝ"},
      {"seed H like X", "H=∂L∂X"},
      {"let A = X", "A=X"},
      {"let A[i in 1..N] zero = X[i]", "Ai=Xi\u00A0for\u00A01≤i≤N,\u00A00 outside"},
      {"reading r = rot180 | id", "r=rot180|id"},
      {"reading q = valid | same_lo", "q=valid|same_lo"},
      {"reading e = X + W | X", "e=X+W|X"},
      {"claim a: X == X\nclaim c: X == W\nconsistent: a, c", "consistent:\u00A0a,c"},
  };
  for (const auto& [source, expected] : statements) {
    const std::string xml = statement(source);
    EXPECT_EQ(shown(xml), expected) << source;
    EXPECT_EQ(xml_error(xml), "") << source;
  }
}

TEST(MathmlExamples, ARangeAndAComparisonStandAlone) {
  const File file = language::parse({"x", "size N\neach s in 1..3\nassume N > 2"});
  EXPECT_EQ(shown(mathml(std::get<language::Each>(file.statements[1].node).range)), "1≤s≤3");
  EXPECT_EQ(shown(mathml(std::get<language::Assume>(file.statements[2].node).all[0])), "N&gt;2");
}

// ---------------------------------------------------------------- laws

TEST(MathmlLaws, EveryTreeIsWellFormedXml) {
  for_all("xml_error(mathml(statement)) is empty", [] {
    const auto seed = static_cast<unsigned>(any_index("seed", 0, 99'999));
    for (unsigned i = 0; i < 10; ++i) {
      for (const language::Statement& statement : language::random_file(10 * seed + i).statements) {
        const std::string xml = mathml(statement);
        require(xml_error(xml).empty(), xml_error(xml) + ": " + xml);
      }
    }
  });
}

TEST(MathmlLaws, EveryTitleIsWellFormedXml) {
  for_all("xml_error(mathml(title)) is empty", [] {
    const auto code = static_cast<unsigned>(any_index("byte", 0, 255));
    const std::string bytes{static_cast<char>(code), 'x', static_cast<char>(255 - code)};
    const std::string xml = mathml(language::Statement{language::Title{bytes + "]]>\xEF\xBF\xBF"}});
    require(xml_error(xml).empty(), xml_error(xml) + ": " + xml);
  });
}

TEST(MathmlLaws, TheCheckOfXmlFindsWhatIsWrong) {
  for (const std::string wrong :
       {"<math>", "<math><mi>x</math></mi>", "<math>x</math>", "<math><mi><</mi></math>",
        "<math><mi>&x</mi></math>", "<math><msub><mi>x</mi></msub></math>",
        "<math><mtr></mtr></math>", "<math></math><math></math>", "<math a></math>",
        "<math><mi>\x01</mi></math>", "<mi>x</mi>"}) {
    EXPECT_NE(xml_error(wrong), "") << wrong;
  }
}

TEST(MathmlLaws, TheDeepestTextIsShown) {
  std::string deep = "b";
  for (int i = 0; i < language::kDeepestNesting - 1; ++i) deep = "(" + deep + ") + 1";
  EXPECT_EQ(xml_error(formula(deep)), "");
}

}  // namespace
}  // namespace convproof::derivations::mathml
