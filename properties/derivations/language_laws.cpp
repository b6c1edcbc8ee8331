// The claim language on any text: print and parse undo each other, and every sequence of bytes is
// answered by a tree or one precise error, soon.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "derivations/language/parser.h"
#include "derivations/language/printer.h"
#include "properties/arbitrary.h"
#include "properties/derivations/long_texts.h"
#include "properties/derivations/random_claims.h"

namespace convproof::derivations::language {
namespace {

std::vector<std::string> claim_files() {
  std::vector<std::string> texts;
  for (const auto& entry : std::filesystem::directory_iterator(CONVPROOF_CLAIMS)) {
    if (entry.path().extension() != ".claim") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    texts.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  return texts;
}

/// For laws whose cost grows with the square of a text.
std::vector<std::string> short_claim_files() {
  std::vector<std::string> texts = claim_files();
  std::erase_if(texts, [](const std::string& source) { return source.size() > 600; });
  return texts;
}

/// Also outside of `for_all`.
void hold(bool holds, const std::string& otherwise) {
  if (!holds) throw std::logic_error(otherwise);
}

/// Throws unless an error is three lines that point into the text.
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
    const Character c = character_at(message, i);
    hold(c.valid && (c.code == '\n' || !is_control(c.code)), "cannot be shown: " + message);
    i += c.bytes;
  }
}

/// True if the text is in the language; throws unless it is then printed and read back as the same.
/// Anything but a LanguageError passes through and fails the test.
bool answered(const std::string& source) {
  File tree;
  try {
    tree = parse({"x", source});
  } catch (const LanguageError& error) {
    check_error(error, source);
    return false;
  }
  const std::string printed = print(tree);
  if (printed.size() > kLongestText) return true;  // With more blanks than the text had.
  const File again = parse({"printed", printed});
  hold(again == tree, "prints as another tree: " + printed);
  hold(print(again) == printed, "not canonical: " + printed);
  return true;
}

TEST(LanguageLaws, PrintingAndParsingUndoEachOther) {
  for_all("parse(print(tree)) == tree", [] {
    const auto seed = static_cast<unsigned>(any_index("seed", 0, 99'999));
    for (unsigned i = 0; i < 20; ++i) {
      const File tree = random_file(20 * seed + i);
      const std::string printed = print(tree);
      require(parse({"x", printed}) == tree, printed);
    }
  });
}

TEST(LanguageLaws, TreesThatDifferPrintDifferently) {
  for_all("print(a) == print(b) only if a == b", [] {
    const File a = random_file(static_cast<unsigned>(any_index("a", 0, 99'999)));
    const File b = random_file(static_cast<unsigned>(any_index("b", 0, 99'999)));
    require((a == b) == (print(a) == print(b)), print(a));
  });
}

TEST(LanguageLaws, EveryClaimFileIsInTheLanguage) {
  const std::vector<std::string> texts = claim_files();
  EXPECT_GE(texts.size(), 5U);
  for (const std::string& source : texts) EXPECT_TRUE(answered(source)) << source;
}

TEST(LanguageLaws, EveryBeginningOfAShortClaimFileIsAnswered) {
  for (const std::string& source : short_claim_files()) {
    int in_the_language = 0;
    for (std::size_t n = 0; n <= source.size(); ++n) {
      in_the_language += answered(source.substr(0, n)) ? 1 : 0;
    }
    EXPECT_GT(in_the_language, 5);
  }
}

TEST(LanguageLaws, EveryShortClaimFileWithOneByteChangedIsAnswered) {
  const std::string instead("\0\n\t\" ()[]=.,-*1Nn'#:|\xC3\xFF", 24);
  int changed = 0;
  for (const std::string& source : short_claim_files()) {
    for (std::size_t i = 0; i < source.size(); ++i) {
      // A sixth of the bytes at each place, others at the next.
      for (std::size_t k = i % 6; k < instead.size(); k += 6) {
        std::string text = source;
        text[i] = instead[k];
        (void)answered(text);
        ++changed;
      }
    }
  }
  EXPECT_GT(changed, 10'000);
}

TEST(LanguageLaws, AnyMixtureOfTwoTextsIsAnswered) {
  for_all("text or error", [] {
    std::mt19937 random(static_cast<unsigned>(any_index("seed", 0, 99'999)));
    for (int i = 0; i < 20; ++i) {
      const std::string a = print(random_file(static_cast<unsigned>(random())));
      const std::string b = print(random_file(static_cast<unsigned>(random())));
      const std::string part = b.substr(random() % b.size(), random() % 20);
      (void)answered(std::string(a).replace(random() % a.size(), random() % 20, part));
    }
  });
}

TEST(LanguageLaws, AnySequenceOfWordsIsAnswered) {
  const std::vector<std::string> words{"size ",
                                       "tensor ",
                                       "claim ",
                                       "reading ",
                                       "let ",
                                       "N",
                                       "X",
                                       "r",
                                       "i",
                                       "sum",
                                       "conv",
                                       "grad",
                                       "ones",
                                       "shape",
                                       " in ",
                                       "..",
                                       "1",
                                       "0.5",
                                       "(",
                                       ")",
                                       "[",
                                       "]",
                                       ",",
                                       ":",
                                       "|",
                                       "=",
                                       "==",
                                       "<",
                                       "+",
                                       "-",
                                       "*",
                                       ".*",
                                       "/",
                                       "\n",
                                       "\n  ",
                                       "full",
                                       "mode=",
                                       "item ",
                                       "expect proved",
                                       " where ",
                                       " holds iff ",
                                       " from ",
                                       " zero",
                                       "arith ",
                                       "numeric ",
                                       "exp",
                                       "consistent: ",
                                       "each ",
                                       "const ",
                                       "assume ",
                                       "scalar ",
                                       "seed ",
                                       " like ",
                                       "title ",
                                       "\"t\"",
                                       "#",
                                       " "};
  for_all("text or error", [&] {
    std::mt19937 random(static_cast<unsigned>(any_index("seed", 0, 99'999)));
    for (int i = 0; i < 100; ++i) {
      std::string text = "size N\ntensor X[N]\nreading r = p | N\nclaim c [p in 1..N]: ";
      for (auto n = random() % 30; n > 0; --n) text += words[random() % words.size()];
      (void)answered(text);
    }
  });
}

TEST(LanguageLaws, AnyBytesAreAnswered) {
  for_all("text or error", [] {
    std::mt19937 random(static_cast<unsigned>(any_index("seed", 0, 99'999)));
    for (int i = 0; i < 100; ++i) {
      std::string text = "title \"";
      for (auto n = random() % 50; n > 0; --n) text += static_cast<char>(random());
      (void)answered(text);
      (void)answered(text.substr(7));
    }
  });
}

// ---------------------------------------------------------------- long texts

TEST(LanguageLaws, ALongTextInTheLanguageIsReadSoon) {
  const std::string head = "size N\ntensor X[N]\nreading r = X[p] | X[1]\n";
  std::string names = "size a";
  for (int i = 0; names.size() < kLong - 20; ++i) names += text(", a", i);
  std::string claims = head;
  for (int i = 0; claims.size() < kLong - 80; ++i) {
    claims += text("claim c", i, " [p in 1..N]: r == sum(i in p..p) X[i]\n  expect proved\n");
  }
  for (const std::string& text : {
           filled("const k = 1", " + 1", "\n"),
           filled("const k = 1", " * 1", "\n"),
           filled(head + "claim c: X", "\n  == X", "\n"),
           filled(head + "claim c [p in 1..N]: r == r", " - r", "\n"),
           filled(head + "claim c: X == X", " + sum(i in 1..N) X[i]", "\n"),
           filled("arith a: 1 == 1\n  expect refuted holds iff 1 < 2", " or 1 < 2", "\n"),
           filled("title \"", "卷", "\"\n"),
           filled("# ", "x"),
           filled("", "\n"),
           filled("", " "),
           filled("size N", "\n  # x"),
           names,
           claims,
       }) {
    EXPECT_LT(seconds([&] { EXPECT_TRUE(answered(text)) << text.substr(0, 60); }), kLongestSeconds)
        << text.substr(0, 60);
  }
}

TEST(LanguageLaws, ALongTextThatIsNotInTheLanguageIsRefusedSoon) {
  const std::string head = "size N\ntensor X[N]\nclaim c: ";
  for (const std::string& text : {
           filled("const k = ", "("),
           filled("const k = ", "(", "1" + std::string(1000, ')')),
           filled("const k = ", "-"),
           filled(head, "sum(i in 1..N) "),
           filled(head, "sum("),
           filled(head, "X["),
           filled(head, "conv(X, "),
           filled(head, "X[1]["),
           filled(head + "X == X", " + X", " ="),
           filled("const k = ", "7"),
           filled("size ", "x"),
           filled("claim c: 1 == 1\n item ", "x"),
           filled("title \"", "x"),
           filled("title \"", "\\\""),
           filled("reading r = i", " | i"),
           filled("reading r = i", " + i'"),
           filled("", "\xFF"),
           filled("", std::string(1, '\0')),
           filled("size N", "\n,"),
           filled("size N", "\t", "?"),
       }) {
    EXPECT_LT(seconds([&] { EXPECT_FALSE(answered(text)) << text.substr(0, 60); }), kLongestSeconds)
        << text.substr(0, 60);
  }
}

TEST(LanguageLaws, ATextBeyondTheLongestIsRefused) {
  EXPECT_TRUE(answered(std::string(kLongestText, '\n')));
  try {
    (void)parse({"x", std::string(kLongestText + 1, '\n')});
    FAIL();
  } catch (const LanguageError& error) {
    EXPECT_STREQ(error.what(),
                 "x:1:1: expected a text of at most 1048576 bytes, found 1048577 bytes\n\n^");
  }
}

}  // namespace
}  // namespace convproof::derivations::language
