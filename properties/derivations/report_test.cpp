// The report on derivations in all its forms, and what it says about the derivation of conv2d_dw,
// which the notes mark as doubtful.
#include "derivations/report/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "core/errors.h"
#include "derivations/claims/claims.h"
#include "derivations/language/parser.h"
#include "derivations/language/printer.h"
#include "derivations/report/columns.h"
#include "derivations/report/html.h"
#include "derivations/report/json.h"
#include "derivations/report/junit.h"
#include "derivations/report/terminal.h"
#include "derivations/report/xml.h"
#include "properties/covers.h"

namespace convproof::derivations::report {
namespace {

using language::Verdict;
using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

FileReport decided(const std::string& name, const std::string& text) {
  return {name, decide_all(language::parse({name, text}))};
}

// dY/dW[1] is X[2] for N = 1, where conv(G, X) reads X[1]; as a correlation that is rotated it is
// right, and so it is as a convolution where there is one element of G only.
constexpr const char* kSmall = R"claims(title "Small"
size N
tensor X[N + 1]
tensor W[2]
reading star = conv | xcorr
let Y = conv(W, X)
seed G like Y
claim dw: grad(Y, W, G) == conv(G, X) == rot180(star(G, X))
  item A-1
  item A-2
  expect refuted holds iff never
  expect refuted holds iff N == 1
arith two: 1 + 1 == 2
claim lengths: conv(W, X) == ones(N + 1)
claim unread: W * W == W
consistent: dw, two
)claims";

const Report& small() {
  static const Report report{{decided("small.claim", kSmall)}, false, 1.5};
  return report;
}

// ---------------------------------------------------------------- the terminal

TEST(TerminalReport, SaysOfEachLinkWhatWasFound) {
  EXPECT_EQ(terminal(small().files[0], false), R"(small.claim: Small
  dw 1                 refuted        never; at N = 1: element [1]: 7 against 1; repair: rot180 of
                                      X; [A-1]
  dw 2                 refuted        first reading: iff N == 1; at N = 2: element [1]: 11 against
                                      29; holds under star = xcorr; [A-2]
  two                  proved         for all sizes
  lengths              shapes differ  never; at N = 1: [1] against [2]
                                      UNEXPECTED: expected that it holds, found shapes differ
  unread               cannot be read expected a number times an array in `W * W`, found a product
                                      of arrays [2] and [2]
                                      UNEXPECTED: expected that it holds, found cannot be read
  consistent: dw, two  refuted        under no reading do all of them hold
                                      UNEXPECTED: expected that it holds, found refuted
  the page as a whole: at most 2 of 5 links hold together, under star = xcorr
  6 links: 1 proved, 3 refuted, 1 shapes differ, 1 cannot be read

)");
}

TEST(TerminalReport, ColoursOnlyWhereItIsAskedTo) {
  EXPECT_THAT(terminal(small().files[0], false), Not(HasSubstr("\x1b")));
  EXPECT_THAT(terminal(small().files[0], true), HasSubstr("\x1b[1mshapes differ\x1b[0m"));
}

std::size_t widest(const std::string& text) {
  std::size_t result = 0;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) result = std::max(result, columns_of(line));
  return result;
}

/// A file that was decided as nobody would have it.
FileReport hostile() {
  FileReport file = decided("a\"b<c>&d.claim", "size N\nclaim c: N == N\n");
  file.decided.title = "</title><script>alert('1')</script> \xFF \x1b[2J 卷积";
  auto& claim = std::get<DecidedClaim>(file.decided.statements.front());
  claim.claim.name = std::string(300, 'n') + "'";
  claim.claim.remarks.items = {"<item>"};
  LinkDecision& decision = claim.links.front().verdicts.front().decision;
  decision.verdict = Verdict::kUndecided;
  std::string why = "<b>&amp; `";
  for (int i = 0; i < 200; ++i) why += "卷积和互相关";
  decision.why = why + " ` \x07 end";
  return file;
}

TEST(TerminalReport, FitsIntoAHundredColumnsAndSaysNothingThatATerminalObeys) {
  for (const FileReport& file : {small().files[0], hostile()}) {
    const std::string shown = terminal(file, false);
    EXPECT_LE(widest(shown), 100U) << shown;
    EXPECT_THAT(shown, Not(HasSubstr("\x1b")));
    EXPECT_THAT(shown, Not(HasSubstr("\x07")));
  }
}

TEST(TerminalReport, SummarisesAllFiles) {
  EXPECT_EQ(
      terminal_summary(small(), false),
      "1 file, 6 links: 1 proved, 3 refuted, 1 shapes differ, 1 cannot be read; 3 unexpected\n");
}

TEST(Columns, ChineseTakesTwoAndWordsAreBrokenBetweenCharacters) {
  EXPECT_EQ(columns_of("卷积 K"), 6U);
  EXPECT_EQ(padded("卷", 4), "卷  ");
  EXPECT_THAT(wrapped("a bb 卷积卷积 c", 5), ElementsAre("a bb", "卷积", "卷积", "c"));
  EXPECT_THAT(wrapped("", 5), ElementsAre(""));
  EXPECT_EQ(printable("a\x1b[2J\xFF\tb"),
            "a\xEF\xBF\xBD[2J\xEF\xBF\xBD\xEF\xBF\xBD"
            "b");
}

RC_GTEST_PROP(Columns, NoLineIsTooWideAndNoCharacterIsLost, (const std::string& text)) {
  const auto columns = *rc::gen::inRange<std::size_t>(2, 30);
  std::string together;
  for (const std::string& line : wrapped(text, columns)) {
    RC_ASSERT(columns_of(line) <= columns);
    together += line;
  }
  const auto without_blanks = [](std::string s) {
    std::erase(s, ' ');
    return s;
  };
  RC_ASSERT(without_blanks(together) == without_blanks(text));
}

// ---------------------------------------------------------------- JSON

/// Holds values against a schema; knows the keywords that the schema of the report uses.
class Schema {
 public:
  explicit Schema(json root) : root_(std::move(root)) {}

  /// What is wrong, each with its place.
  std::vector<std::string> errors(const json& value) {
    errors_.clear();
    check(value, root_, "$");
    return errors_;
  }

 private:
  void fail(const std::string& place, const std::string& what) {
    errors_.push_back(place + ": " + what);
  }

  void check(const json& value, const json& schema, const std::string& place) {
    static const std::set<std::string> annotations{"$schema", "$defs", "title", "description"};
    for (const auto& [keyword, rule] : schema.items()) {
      if (annotations.contains(keyword)) continue;
      if (keyword == "$ref") {
        check(value, root_.at(json::json_pointer(rule.get<std::string>().substr(1))), place);
      } else if (keyword == "type") {
        if (!has_type(value, rule)) fail(place, text("expected ", rule, ", found ", value));
      } else if (keyword == "const") {
        if (value != rule) fail(place, text("expected ", rule, ", found ", value));
      } else if (keyword == "enum") {
        if (std::find(rule.begin(), rule.end(), value) == rule.end()) {
          fail(place, text("expected one of ", rule, ", found ", value));
        }
      } else if (keyword == "minimum") {
        if (value.get<double>() < rule.get<double>()) fail(place, text(value, " is too small"));
      } else if (keyword == "minItems") {
        if (value.size() < rule.get<std::size_t>()) fail(place, "too few items");
      } else if (keyword == "items") {
        for (std::size_t i = 0; i < value.size(); ++i) {
          check(value[i], rule, text(place, "[", i, "]"));
        }
      } else if (keyword == "required") {
        for (const json& key : rule) {
          if (!value.contains(key.get<std::string>())) fail(place, text("no ", key));
        }
      } else if (keyword == "properties") {
        for (const auto& [key, property] : rule.items()) {
          if (value.contains(key)) check(value[key], property, place + "." + key);
        }
      } else if (keyword == "propertyNames") {
        for (const auto& [key, unused] : value.items()) check(json(key), rule, place + "." + key);
      } else if (keyword == "additionalProperties") {
        additional(value, schema, rule, place);
      } else {
        fail(place, "the test does not know the keyword " + keyword);
      }
    }
  }

  void additional(const json& value, const json& schema, const json& rule,
                  const std::string& place) {
    for (const auto& [key, property] : value.items()) {
      if (schema.contains("properties") && schema["properties"].contains(key)) continue;
      if (rule == false) {
        fail(place, "an unknown key " + key);
      } else {
        check(property, rule, place + "." + key);
      }
    }
  }

  static bool has_type(const json& value, const std::string& type) {
    if (type == "object") return value.is_object();
    if (type == "array") return value.is_array();
    if (type == "string") return value.is_string();
    if (type == "boolean") return value.is_boolean();
    if (type == "integer") return value.is_number_integer();
    return type == "number" && value.is_number();
  }

  json root_;
  std::vector<std::string> errors_;
};

json schema() {
  std::ifstream in(CONVPROOF_DERIVE_SCHEMA);
  return json::parse(in);
}

TEST(JsonReport, IsAsItsSchemaSays) {
  EXPECT_THAT(Schema(schema()).errors(to_json(small())), IsEmpty());
  EXPECT_THAT(Schema(schema()).errors(to_json({})), IsEmpty());
}

TEST(JsonReport, TheSchemaRefusesWhatIsNoReport) {
  json wrong = to_json(small());
  wrong["exit_code"] = 7;
  wrong["files"][0]["claims"][0]["links"][0].erase("left");
  wrong["files"][0]["claims"][1]["kind"] = 1;
  wrong["more"] = true;
  EXPECT_THAT(Schema(schema()).errors(wrong), testing::SizeIs(4));
}

TEST(JsonReport, SaysWhatWasFound) {
  const json report = to_json(small());
  EXPECT_EQ(report["exit_code"], 1);
  EXPECT_EQ(report["links"], 6);
  const json& dw = report["files"][0]["claims"][0];
  EXPECT_EQ(dw["text"], "claim dw: grad(Y, W, G)\n  == conv(G, X)\n  == rot180(star(G, X))");
  EXPECT_EQ(dw["holds_under"], json::array());
  const json& first = dw["links"][0];
  EXPECT_EQ(first["item"], "A-1");
  EXPECT_EQ(first["right"], "conv(G, X)");
  EXPECT_EQ(first["verdicts"].size(), 1U);
  EXPECT_EQ(first["verdicts"][0]["smallest"]["sizes"], json({{"N", 1}}));
  const json& second = dw["links"][1];
  EXPECT_EQ(second["verdicts"].size(), 2U);
  EXPECT_EQ(second["verdicts"][1]["readings"], json({{"star", "xcorr"}}));
  EXPECT_EQ(report["files"][0]["claims"][2]["links"][0]["verdict"], "shapes differ");
  EXPECT_EQ(report["files"][0]["consistent"][0]["claims"], json({"dw", "two"}));
}

TEST(JsonReport, HoldsWhatIsNoUtf8) {
  const Report report{{hostile()}, false, 0};
  const std::string dumped = to_json(report).dump(1, ' ', false, json::error_handler_t::replace);
  EXPECT_THAT(Schema(schema()).errors(json::parse(dumped)), IsEmpty());
}

// ---------------------------------------------------------------- markup

/// Reads markup as XML has it; of HTML also the elements without an end and the text of <style>.
class Markup {
 public:
  explicit Markup(std::string text) : text_(std::move(text)) {}

  /// The first thing that is wrong; empty if nothing is.
  std::string error() {
    static const std::set<std::string> empty_elements{"meta", "input", "br"};
    const std::regex tag(
        R"re(<(/?)([a-zA-Z][a-zA-Z0-9]*)((?: [a-zA-Z:-]+(?:="[^"<]*")?)*) ?(/?)>)re");
    std::vector<std::string> open;
    std::size_t at = text_.find('<', text_.starts_with("<?xml") || text_.starts_with("<!") ? 1 : 0);
    if (text_.find("&") != std::string::npos && !references_are_known()) return "an unknown &";
    while (at != std::string::npos) {
      std::smatch found;
      const auto begin = text_.cbegin() + static_cast<std::ptrdiff_t>(at);
      if (!std::regex_search(begin, text_.cend(), found, tag,
                             std::regex_constants::match_continuous)) {
        return "no tag: " + text_.substr(at, 60);
      }
      const std::string name = found[2];
      if (found[1].length() > 0) {
        if (open.empty() || open.back() != name) return "the end of no " + name;
        open.pop_back();
      } else if (found[4].length() == 0 && !empty_elements.contains(name)) {
        open.push_back(name);
      }
      at = text_.find('<', at + static_cast<std::size_t>(found.length()));
    }
    return open.empty() ? "" : "no end of " + open.back();
  }

 private:
  bool references_are_known() const {
    for (std::size_t at = text_.find('&'); at != std::string::npos; at = text_.find('&', at + 1)) {
      const std::string reference = text_.substr(at, text_.find(';', at) - at + 1);
      static const std::set<std::string> known{"&lt;", "&gt;", "&amp;", "&quot;", "&#39;"};
      if (!known.contains(reference)) return false;
    }
    return true;
  }

  std::string text_;
};

TEST(JunitReport, IsWellFormedAndFailsWhereTheTextExpectsSomethingElse) {
  const std::string xml = to_junit(small());
  EXPECT_EQ(Markup(xml).error(), "");
  EXPECT_THAT(xml, HasSubstr("<testsuite name=\"small.claim\" tests=\"6\" failures=\"3\">"));
  EXPECT_THAT(xml, HasSubstr("classname=\"small.claim\" name=\"dw 1 [A-1]\""));
  EXPECT_THAT(xml, HasSubstr("<failure type=\"shapes differ\" message=\"expected that it holds, "
                             "found shapes differ\">"));
  EXPECT_EQ(Markup(to_junit({{hostile()}, false, 0})).error(), "");
}

TEST(HtmlReport, IsWellFormedWhateverItIsAbout) {
  EXPECT_EQ(Markup(to_html(small())).error(), "");
  EXPECT_EQ(Markup(to_html({{hostile()}, true, 0})).error(), "");
  EXPECT_EQ(Markup(to_html({})).error(), "");
}

TEST(HtmlReport, NeedsNothingBesideItself) {
  const std::string page = to_html(small());
  for (const char* outside : {"<script", "<link", "<img", "<iframe", "src=", "url(", "@import"}) {
    EXPECT_THAT(page, Not(HasSubstr(outside)));
  }
  const std::regex reference("href=\"([^\"]*)\"");
  for (std::sregex_iterator i(page.begin(), page.end(), reference), end; i != end; ++i) {
    const std::string target = (*i)[1];
    EXPECT_EQ(target.front(), '#');
    EXPECT_THAT(page, HasSubstr("id=\"" + target.substr(1) + "\""));
  }
  // The name of MathML looks like an address.
  const std::string without_namespace =
      std::regex_replace(page, std::regex("xmlns=\"http://www.w3.org/1998/Math/MathML\""), "");
  EXPECT_THAT(without_namespace, Not(HasSubstr("http")));
}

TEST(HtmlReport, ShowsTextAsText) {
  const std::string page = to_html({{hostile()}, false, 0});
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, Not(HasSubstr("<item>")));
  EXPECT_THAT(page, Not(HasSubstr("\x1b")));
  EXPECT_THAT(page, HasSubstr("&lt;/title&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;"));
}

TEST(HtmlReport, SaysEverythingInBothLanguages) {
  const std::string page = to_html(small());
  const auto count = [&page](const std::string& part) {
    std::size_t result = 0;
    for (std::size_t at = page.find(part); at != std::string::npos; at = page.find(part, at + 1)) {
      ++result;
    }
    return result;
  };
  EXPECT_EQ(count("class=\"en\""), count("class=\"zh\""));
  EXPECT_THAT(page, HasSubstr("不成立"));
}

TEST(HtmlReport, WorksTheCounterexampleOut) {
  const std::string page = to_html(small());
  // dY/dw of the conv with two entries: both sides are one product, of other entries of X.
  const std::regex space("<math[^>]*>|</math>");
  const std::string bare = std::regex_replace(page, space, "");
  EXPECT_THAT(bare, HasSubstr("<caption><mi>G</mi></caption>"));
  EXPECT_THAT(bare,
              HasSubstr("<mark><msub><mrow><mi>X</mi></mrow><mrow><mn>2</mn></mrow></msub>·"));
}

TEST(HtmlReport, CitesTheNotes) {
  const auto citation = [](const std::string& item) -> std::optional<Citation> {
    if (item != "A-1") return std::nullopt;
    return Citation{"007", "§1 <卷积>", "L3"};
  };
  const std::string page = to_html(small(), citation);
  EXPECT_THAT(page, HasSubstr("note 007</span>"));
  EXPECT_THAT(page, HasSubstr("§1 &lt;卷积&gt; L3"));
}

TEST(Xml, SentencesKeepTheirFormulas) {
  EXPECT_EQ(sentence_markup("in `a < b` and `c"), "in <code>a &lt; b</code> and `c");
  EXPECT_EQ(escaped("\x01\xEF\xBF\xBF'"), "\xEF\xBF\xBD\xEF\xBF\xBD&#39;");
}

// ---------------------------------------------------------------- the report itself

TEST(Report, ExitCodesAreThoseOfCi) {
  EXPECT_EQ(exit_code({}), 0);
  EXPECT_EQ(exit_code({{}, true, 0}), 2);
  EXPECT_EQ(exit_code(small()), 1);
  Report held{{decided("held", "arith two: 1 + 1 == 2\n")}, false, 0};
  EXPECT_EQ(exit_code(held), 0);
  held.interrupted = true;
  EXPECT_EQ(exit_code(held), 2);
}

TEST(Report, KeepsWhatWasDecidedBeforeTheEnd) {
  const auto kept = [](std::size_t links) {
    DecidedFile file = small().files[0].decided;
    keep_links(file, links);
    return file.statements.size();
  };
  EXPECT_EQ(kept(0), 0U);
  EXPECT_EQ(kept(1), 0U);  // Half of dw.
  EXPECT_EQ(kept(2), 1U);
  EXPECT_EQ(kept(4), 3U);
  EXPECT_EQ(kept(5), 5U);
}

TEST(Report, ReadingsThatMakeNoDifferenceAreLeftOut) {
  const language::File file =
      language::parse({"", "reading a = conv | xcorr\nreading b = valid | full | same\n"});
  const auto choice = [](std::size_t a, std::size_t b) {
    return language::Choice{{{"a", a}, {"b", b}}, {}};
  };
  const auto words_of = [&](std::vector<language::Choice> choices) {
    std::vector<std::string> result;
    for (const auto& c : without_idle_readings(file, {"a", "b"}, std::move(choices))) {
      result.push_back(words(file, c));
    }
    return result;
  };
  EXPECT_THAT(words_of({choice(1, 0), choice(1, 1), choice(1, 2)}), ElementsAre("a = xcorr"));
  EXPECT_THAT(words_of({choice(0, 1), choice(1, 1)}), ElementsAre("b = full"));
  EXPECT_THAT(words_of({choice(0, 1), choice(1, 2)}),
              ElementsAre("a = conv, b = full", "a = xcorr, b = same"));
  EXPECT_THAT(words_of({}), IsEmpty());
}

// ---------------------------------------------------------------- the doubtful derivation

constexpr const char* kSame = "note000_3.1.1.claim";
constexpr const char* kLayer = "note000_3.2.4.claim";

/// The claims about V-DW-... in a file that is part of the program; repairs are looked for in kSame
/// alone.
const DecidedFile& notes(const std::string& name) {
  static std::map<std::string, DecidedFile> decided;
  const auto found = decided.find(name);
  if (found != decided.end()) return found->second;
  const auto& all = notes_claims();
  const auto text = std::find_if(all.begin(), all.end(),
                                 [&](const ClaimText& claims) { return claims.name == name; });
  language::File file = language::parse({name, std::string(text->text)});
  std::erase_if(file.statements, [](const language::Statement& statement) {
    const auto* const claim = std::get_if<language::Claim>(&statement.node);
    return std::holds_alternative<language::Consistent>(statement.node) ||
           (claim != nullptr && !item_of(claim->remarks, 0).starts_with("V-DW"));
  });
  VerdictOptions options;
  options.repairs = name == kSame;
  return decided.emplace(name, decide_all(file, options)).first->second;
}

/// The link that is about an item.
const DecidedLink& link_about(const DecidedFile& file, const std::string& item) {
  for (const auto& statement : file.statements) {
    const auto* claim = std::get_if<DecidedClaim>(&statement);
    if (claim == nullptr) continue;
    for (std::size_t i = 0; i < claim->links.size(); ++i) {
      if (item_of(claim->claim.remarks, i) == item) return claim->links[i];
    }
  }
  throw std::out_of_range(item);
}

Verdict verdict_on(const DecidedLink& link) {
  return link.verdicts.front().decision.verdict;
}

std::vector<std::string> words_of(const std::string& file, const std::vector<language::Choice>& c) {
  std::vector<std::string> result;
  for (const auto& choice : c) result.push_back(words(notes(file).file, choice));
  return result;
}

// L1 is the chain rule and L2 puts ∂y_ij/∂w_u'v' = x_(i-u',j-v') into it. L3: the convolution of
// G with rotate(X_padded) at array position k = u'+U is sum_a G_a X_padded[2U-k+a], and
// X_padded[2U-k+a] is x_(a-u').
TEST(Conv2dDwDerivation, TheFirstThreeLinesOfTheSameConvolutionHold) {
  covers({"V-DW-SAME-L1", "V-DW-SAME-L2", "V-DW-SAME-L3"});
  for (const char* item : {"V-DW-SAME-L1", "V-DW-SAME-L2", "V-DW-SAME-L3"}) {
    const DecidedLink& link = link_about(notes(kSame), item);
    EXPECT_EQ(verdict_on(link), Verdict::kProved) << item;
    EXPECT_EQ(with_repairs(link), nullptr) << item;
  }
}

// Both are sum_a G_a X_padded[k+a] = sum_a G_a x_(a+u'), which has u' in the place of -u'. One
// column (V = 0) or one pixel (N = 1) has no other side, so N = 2 with V = 1 is the smallest.
TEST(Conv2dDwDerivation, TheLastTwoLinesOfTheSameConvolutionAreRotated) {
  covers({"V-DW-SAME-L4", "V-DW-SAME-L5"});
  const std::pair<const char*, const char*> lines[] = {
      {"V-DW-SAME-L4", "rot180(conv(rot180(G), Xp))"}, {"V-DW-SAME-L5", "rot180(xcorr(G, Xp))"}};
  for (const auto& [item, repaired] : lines) {
    const DecidedLink& link = link_about(notes(kSame), item);
    const LinkDecision& decision = link.verdicts.front().decision;
    EXPECT_EQ(decision.verdict, Verdict::kRefuted) << item;
    ASSERT_TRUE(decision.smallest);
    EXPECT_THAT(decision.smallest->sizes,
                testing::IsSupersetOf(evaluate::Sizes{{"M", 1}, {"N", 2}, {"U", 0}, {"V", 1}}));
    // G_1 x_2 and G_2 x_1: each on one side only.
    EXPECT_EQ(decision.smallest->products.size(), 2U);
    const LinkVerdict* repairs = with_repairs(link);
    ASSERT_NE(repairs, nullptr) << item;
    EXPECT_EQ(language::print(repairs->repairs.front().repaired), repaired);
  }
}

// The rotation makes no difference where a kernel of one row and one column is rotated, or one
// pixel meets it, along each axis.
TEST(Conv2dDwDerivation, TheRotatedLinesHoldExactlyWhereThereIsNothingToRotate) {
  for (const char* item : {"V-DW-SAME-L4", "V-DW-SAME-L5"}) {
    const LinkDecision& decision = link_about(notes(kSame), item).verdicts.front().decision;
    ASSERT_TRUE(decision.region && decision.region->holds);
    const language::File file = notes(kSame).file;
    for (Index m = 1; m <= 3; ++m) {
      for (Index n = 1; n <= 3; ++n) {
        for (Index u = 0; u <= 2; ++u) {
          for (Index v = 0; v <= 2; ++v) {
            const bool expected = (m == 1 || u == 0) && (n == 1 || v == 0);
            EXPECT_EQ(evaluate::holds(file, *decision.region->holds,
                                      {{"M", m}, {"N", n}, {"U", u}, {"V", v}}),
                      expected)
                << m << n << u << v;
          }
        }
      }
    }
  }
}

// The derivative of a map by a kernel has four axes, and the notes have no product for these.
TEST(Conv2dDwDerivation, ProductsWithAFourAxisDerivativeCannotBeRead) {
  covers({"V-DW-L1", "V-DW-L2", "V-DW-L3"});
  for (const char* item : {"V-DW-L1", "V-DW-L2", "V-DW-L3"}) {
    const DecidedLink& link = link_about(notes(kLayer), item);
    for (const LinkVerdict& verdict : link.verdicts) {
      EXPECT_EQ(verdict.decision.verdict, Verdict::kCannotBeRead) << item;
      EXPECT_THAT(verdict.decision.why, HasSubstr("[1, 1, 1, 1]")) << item;
    }
  }
}

// With the index d, sum_i G_i x_(i+k) is the gradient of a cross-correlation, and that of a
// convolution once it is rotated. With the index p it reads a map that is not there if P > D.
TEST(Conv2dDwDerivation, TheLastLineOfTheLayerHasTheWrongIndexAndIsRotated) {
  covers({"V-DW-L4"});
  const DecidedLink& link = link_about(notes(kLayer), "V-DW-L4");
  EXPECT_THAT(words_of(kLayer, holding(link)), ElementsAre("map = d, star = xcorr"));
  const auto verdict_under = [&](std::size_t star, std::size_t map) {
    return link.under({{{"star", star}, {"map", map}}, {}}).verdict;
  };
  EXPECT_EQ(verdict_under(0, 0), Verdict::kIllFormed);
  EXPECT_EQ(verdict_under(0, 1), Verdict::kRefuted);
  EXPECT_EQ(verdict_under(1, 0), Verdict::kIllFormed);
}

TEST(NotesClaims, AreAllPartOfTheProgramAndCanBeRead) {
  EXPECT_GT(notes_claims().size(), 50U);
  for (const ClaimText& claims : notes_claims()) {
    EXPECT_NO_THROW((void)language::parse({std::string(claims.name), std::string(claims.text)}))
        << claims.name;
  }
}

}  // namespace
}  // namespace convproof::derivations::report
