// What the claim language refuses, word for word.
#include <gtest/gtest.h>

#include <string>

#include "derivations/language/parser.h"

namespace convproof::derivations::language {
namespace {

const std::string kTensors = "size N, M\ntensor X[N, M]\ntensor w[N]\nscalar b\n";

constexpr const char* kStatement =
    "a statement (title, size, assume, const, each, tensor, scalar, seed, let, reading, claim, "
    "numeric, arith or consistent)";
constexpr const char* kComparison = "a comparison (==, !=, <, <=, > or >=)";
constexpr const char* kOfSizes = "a number, a constant or a size";
constexpr const char* kOfIndices = "a number, a constant, a size or an index";
constexpr const char* kEnd = "the end of the line";
constexpr const char* kVerdict =
    "a verdict (proved, refuted, shapes differ, ill-formed, undecided, supported or cannot be "
    "read)";
constexpr const char* kMode =
    "a mode (valid, full, same, same_lo or same_hi) or a reading of modes";

std::string repeated(const std::string& part, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += part;
  return all;
}

/// name0 between name1 between ...
std::string joined(const std::string& name, int count, const std::string& between) {
  std::string all;
  for (int i = 0; i < count; ++i) all += text(i == 0 ? "" : between, name, i);
  return all;
}

std::string message_of(const std::string& source) {
  try {
    (void)parse({"a.claim", source});
  } catch (const LanguageError& error) {
    return error.what();
  }
  return "no LanguageError";
}

/// The first line of the message; what the other two show is tested below.
void expect_error(const std::string& source, int line, int column, const std::string& expected,
                  const std::string& found) {
  const std::string message = message_of(source);
  EXPECT_EQ(message.substr(0, message.find('\n')),
            text("a.claim:", line, ":", column, ": expected ", expected, ", found ", found))
      << source;
}

TEST(LanguageErrors, ATextThatIsNoTextOfTheLanguage) {
  expect_error("foo N", 1, 1, kStatement, "'foo'");
  expect_error("= 3", 1, 1, kStatement, "'='");
  expect_error("  size N", 1, 3, "a statement at the beginning of a line",
               "an indented line with nothing that it could continue");
  expect_error("size é", 1, 6, "a name, a number or a sign", "'é'");
  expect_error("size \xFF", 1, 6, "a name, a number or a sign", "'<byte FF>'");
  expect_error("size \001", 1, 6, "a name, a number or a sign", "'<U+0001>'");
  expect_error("size N ?", 1, 8, "a name, a number or a sign", "'?'");
  expect_error("size \"N\"", 1, 6, "a name", "a text in quotes");
  expect_error("size N @ M", 1, 8, "a name, a number or a sign", "'@'");
  expect_error("size 2N", 1, 6, "a sign between a number and a name", "'2N'");
  expect_error("const k = 1.5x", 1, 11, "a sign between a number and a name", "'1.5x'");
  expect_error("size " + std::string(65, 'N'), 1, 6, "a name of at most 64 characters",
               "'NNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNN...'");
  expect_error("const k = " + std::string(1001, '7'), 1, 11, "a number of at most 1000 digits",
               "'7777777777777777777777777777777777777777...'");
  expect_error("claim a: 1 == 1\n  item " + std::string(65, 'V'), 2, 8,
               "an item of at most 64 characters", "'VVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVV...'");
  expect_error("title \"no end", 1, 14, "'\"' at the end of the text in quotes", kEnd);
  expect_error("title \"tab\007\"", 1, 11, "a character that can be shown", "'<U+0007>'");
  expect_error("title \"\\n\"", 1, 8, "'\\\"' or '\\\\'", "'\\n'");
  expect_error("title note", 1, 7, "a text in quotes", "'note'");
  expect_error(
      "title \"a\"\n"
      "title \"b\"",
      2, 1, "one title", "another one");
  expect_error("title \"a\" \"b\"", 1, 11, kEnd, "a text in quotes");
  expect_error("size", 1, 5, "a name", kEnd);
}

TEST(LanguageErrors, NamesThatCannotBeDeclared) {
  expect_error("size 3", 1, 6, "a name", "'3'");
  expect_error("size conv", 1, 6, "a name", "'conv', which is a word of the language");
  expect_error("size size", 1, 6, "a name", "'size', which is a word of the language");
  expect_error("const valid = 3", 1, 7, "a name", "'valid', which is a word of the language");
  expect_error(
      "size N\n"
      "tensor N[3]",
      2, 8, "a new name", "'N', which is already a size (line 1)");
  expect_error(
      "each s in 1..3\n"
      "const s = 2",
      2, 7, "a new name", "'s', which is already an each (line 1)");
  expect_error(kTensors +
                   "claim c: X == X\n"
                   "claim c: w == w",
               6, 7, "a new name", "'c', which is already a claim (line 5)");
  expect_error(kTensors + "claim tensor: X == X", 5, 7, "the name of the claim",
               "'tensor', which is a word of the language");
  expect_error(kTensors + "claim conv: X == X", 5, 7, "the name of the claim",
               "'conv', which is a word of the language");
  expect_error(kTensors + "claim: X == X", 5, 6, "the name of the claim", "':'");
  expect_error(kTensors + "let Y[N in 1..3] = b", 5, 7, "a new name",
               "'N', which is already a size (line 1)");
  expect_error(kTensors + "let Y[i in 1..3, i in 1..3] = b", 5, 18, "a new name",
               "'i', which is already an index (line 5)");
  expect_error(
      "reading r = sum(k in 1..2) k | 1\n"
      "scalar r",
      2, 8, "a new name", "'r', which is already a reading (line 1)");
  expect_error(kTensors +
                   "scalar b'\n"
                   "seed b' like X",
               6, 6, "a new name", "'b'', which is already a scalar (line 5)");
  expect_error(kTensors + "let X = w", 5, 5, "a new name",
               "'X', which is already a tensor (line 2)");
}

TEST(LanguageErrors, NamesThatAreNotKnown) {
  expect_error(kTensors + "claim c: Y == X", 5, 10, "a declared name",
               "'Y', which nothing above declares");
  expect_error(kTensors + "claim c: X[i] == X[1]", 5, 12, "a declared name",
               "'i', which nothing above declares");
  expect_error("tensor X[N]", 1, 10, "a declared name", "'N', which nothing above declares");
  expect_error(kTensors + "claim c: sum(d in 1..N) w[d] + w[d] == b", 5, 34,
               "a name that is known here", "'d', which is bound in another part of the statement");
  expect_error(kTensors +
                   "claim c [i in 1..N]: w[i] == b\n"
                   "claim e: w[i] == b",
               6, 12, "a declared name", "'i', which nothing above declares");
  expect_error(kTensors + "claim c: f(X) == X", 5, 10, "an operator",
               "'f', which nothing above declares");
  expect_error(kTensors + "consistent: c, e", 5, 13, "the name of a claim above", "'c'");
  expect_error("size N >= N", 1, 11, "a declared name", "'N', which nothing above declares");
  expect_error(kTensors + "claim c: full == X", 5, 10, "an expression",
               "'full', which is a word of the language");
  expect_error(kTensors + "claim c: where == X", 5, 10, "an expression",
               "'where', which is a word of the language");
  expect_error(
      "size N\n"
      "tensor X[in]",
      2, 10, kOfSizes, "'in', which is a word of the language");
}

TEST(LanguageErrors, OneNameForAFreeAndABoundIndex) {
  expect_error(kTensors + "claim c [p in 1..N]: w[p] == sum(p in 1..N) w[p]", 5, 34, "a new name",
               "'p', which is already an index (line 5)");
  expect_error(kTensors + "claim c: sum(N in 1..3) w[N] == b", 5, 14, "a new name",
               "'N', which is already a size (line 1)");
  expect_error(kTensors + "claim c: sum(p in 1..N) sum(p in 1..N) w[p] == b", 5, 29, "a new name",
               "'p', which is already an index (line 5)");
  expect_error(kTensors + "reading r = w[p] + sum(p in 1..N) w[p] | b", 5, 24, "a new name",
               "'p', which is an index that this reading leaves open");
  expect_error(kTensors + "reading r = sum(p in 1..N) w[p] + w[p] | b", 5, 37,
               "a name that is known here", "'p', which is bound in another part of the statement");
  expect_error(kTensors +
                   "reading r = sum(p in 1..N) w[p] | b\n"
                   "claim c [p in 1..N]: r == w[p]",
               6, 22, "no 'p' where the reading 'r' binds it", "an index");
  expect_error(kTensors +
                   "reading r = w[p] | b\n"
                   "claim c: r == b",
               6, 10, "an index 'p' for the reading 'r'", "none");
  expect_error(kTensors +
                   "reading r = w[p] | b\n"
                   "size p\n"
                   "claim c: r == b",
               7, 10, "an index 'p' for the reading 'r'", "a size");
  expect_error(kTensors +
                   "reading r = w[p] | b\n"
                   "reading q = sum(p in 1..N) w[p] + r | b",
               6, 35, "an index 'p' for the reading 'r'", "none");
  expect_error("reading r = " + joined("i", 65, " + ") + " | 1", 1, 387,
               "at most 64 indices in a reading", "one more");
}

TEST(LanguageErrors, WhatMayNotStandInSizesAndSubscripts) {
  expect_error(kTensors + "const k = N", 5, 11, "a number or a constant", "'N', which is a size");
  expect_error(kTensors + "const k = N + 1", 5, 11, "a number or a constant",
               "'N', which is a size");
  expect_error(kTensors + "each s in 1..N", 5, 14, "a number or a constant",
               "'N', which is a size");
  expect_error(kTensors + "tensor Y[b]", 5, 10, kOfSizes, "'b', which is a scalar");
  expect_error(kTensors + "tensor Y[X]", 5, 10, kOfSizes, "'X', which is a tensor");
  expect_error(kTensors + "claim c: w[w] == b", 5, 12, kOfIndices, "'w', which is a tensor");
  expect_error(kTensors + "claim c: w[conv(w, w)] == b", 5, 12, kOfIndices, "the operator 'conv'");
  expect_error(kTensors + "claim c: w[sum(i in 1..2) i] == b", 5, 12, kOfIndices, "'sum'");
  expect_error(kTensors + "claim c: w[] == b", 5, 12, kOfIndices, "']'");
  expect_error(kTensors + "assume == 3", 5, 8, kOfSizes, "'=='");
  expect_error(kTensors + "tensor Y[]", 5, 10, kOfSizes, "']'");
  expect_error(kTensors + "tensor Y[exp(1)]", 5, 10, kOfSizes, "the operator 'exp'");
  expect_error(kTensors + "claim c: X / b == X", 5, 14, kOfIndices, "'b', which is a scalar");
  expect_error(kTensors + "claim c: w[pow(N, 2)] == b", 5, 12, kOfIndices, "the operator 'pow'");
  expect_error(kTensors +
                   "reading r = w[1] | 1\n"
                   "claim c: w[r] == b",
               6, 12, kOfIndices, "'r', which is a reading with 'w'");
  expect_error(kTensors +
                   "reading r = exp(1) | 1\n"
                   "claim c: w[r] == b",
               6, 12, kOfIndices, "'r', which is a reading with 'exp'");
  expect_error(kTensors +
                   "reading r = sum(i in 1..2) i | 1\n"
                   "claim c: w[r] == b",
               6, 12, kOfIndices, "'r', which is a reading with a sum");
  expect_error(kTensors +
                   "reading r = p | 1\n"
                   "tensor Y[r]",
               6, 10, kOfSizes, "'r', which is a reading with 'p'");
  expect_error(
      "reading r = 2 | 1\n"
      "const k = r",
      2, 11, "a number or a constant", "'r', which is a reading");
  expect_error(kTensors + "arith a: b == 1", 5, 10, kOfSizes, "'b', which is a scalar");
  expect_error("arith a: sum(i in 1..2) i == 3", 1, 10, kOfSizes, "'sum'");
}

TEST(LanguageErrors, WhatAReadingMayNotStandFor) {
  expect_error(kTensors +
                   "reading r = conv | xcorr\n"
                   "claim c: r == X",
               6, 10, "an expression", "'r', which is a reading of operators");
  expect_error(kTensors +
                   "reading r = full | valid\n"
                   "claim c: r == X",
               6, 10, "an expression", "'r', which is a reading of modes");
  expect_error(kTensors +
                   "reading r = full | valid\n"
                   "claim c: r(X) == X",
               6, 10, "an operator", "'r', which is a reading of modes");
  expect_error(kTensors +
                   "reading r = 1 | N\n"
                   "claim c: r(X) == X",
               6, 10, "an operator", "'r', which is a reading of expressions");
  expect_error("reading r = conv", 1, 17, "'|' and another alternative", kEnd);
  expect_error("reading r = conv | full", 1, 20, "an operator, like the first alternative",
               "'full'");
  expect_error("reading r = full | 3", 1, 20, "a mode, like the first alternative", "'3'");
  expect_error("reading r = 3 | conv", 1, 17, "an expression, like the first alternative",
               "'conv'");
  expect_error("reading r = conv | rot180", 1, 20, "an operator that can stand wherever 'conv' can",
               "'rot180'");
  expect_error("reading r = shape | id", 1, 13, "an operator that can be read in several ways",
               "'shape'");
  expect_error("reading r = exp | rot180", 1, 19, "an operator that can stand wherever 'exp' can",
               "'rot180'");
  expect_error("reading r = 1" + repeated(" | 1", 32), 1, 141, "at most 32 alternatives",
               "one more");
  expect_error(kTensors + "claim c: conv(X, X, mode=N) == X", 5, 26, kMode, "'N'");
  expect_error(kTensors + "claim c: conv(X, X, mode=3) == X", 5, 26, kMode, "'3'");
  expect_error(kTensors +
                   "reading r = rot180 | pad\n"
                   "claim c: r(X) == X",
               6, 10, "2 or 3 arguments of 'pad'", "1");
  expect_error(kTensors +
                   "reading r = conv | xcorr\n"
                   "claim c: r(X) == X",
               6, 10, "2 arguments of 'conv'", "1");
  expect_error(kTensors +
                   "reading r = rot180 | id\n"
                   "claim c: r(X, mode=full) == X",
               6, 15, "no option of 'rot180'", "'mode'");
  expect_error("reading r = | conv", 1, 13, "an expression", "'|'");
}

TEST(LanguageErrors, SubscriptsAndArguments) {
  expect_error(kTensors + "claim c: X[1, 2, 3] == b", 5, 18, "at most 2 subscripts", "3");
  expect_error(kTensors + "claim c: w[1, 2] == b", 5, 15, "at most 1 subscript", "2");
  expect_error(kTensors + "claim c: b[1] == b", 5, 11, "no subscript of what has no axes", "'['");
  expect_error(kTensors + "claim c: N[1] == b", 5, 11, "no subscript of what has no axes", "'['");
  expect_error(kTensors + "claim c: rot180(w)[1, 1] == b", 5, 23, "at most 1 subscript", "2");
  expect_error(kTensors + "claim c: (X + X)[1, 1, 1] == b", 5, 24, "at most 2 subscripts", "3");
  expect_error(kTensors + "claim c: w[1][1] == b", 5, 14, "'=='", "'['");
  expect_error(kTensors + "claim c: X[1][1] == b", 5, 14, "'=='", "'['");
  expect_error(kTensors + "claim c: X[1 == b", 5, 14, "',' or ']'", "'=='");
  expect_error(kTensors + "claim c: (X == b", 5, 13, "')'", "'=='");
  expect_error(kTensors + "claim c: conv(X) == X", 5, 10, "2 arguments of 'conv'", "1");
  expect_error(kTensors + "claim c: conv(X, X, X) == X", 5, 21, "2 arguments of 'conv'",
               "one more");
  expect_error(kTensors + "claim c: rot180() == X", 5, 10, "1 argument of 'rot180'", "0");
  expect_error(kTensors + "claim c: flip(X) == X", 5, 10, "2 arguments of 'flip'", "1");
  expect_error(kTensors + "claim c: pad(X) == X", 5, 10, "2 or 3 arguments of 'pad'", "1");
  expect_error(kTensors + "claim c: pad(X, 1, 2, 3) == X", 5, 10, "2 or 3 arguments of 'pad'", "4");
  expect_error(kTensors + "claim c: pad(w, 1, 2) == X", 5, 10, "2 arguments of 'pad'", "3");
  expect_error(kTensors + "claim c: padlr(X, 1) == X", 5, 10, "3 or 5 arguments of 'padlr'", "2");
  expect_error(kTensors + "claim c: padlr(X, 1, 2, 3) == X", 5, 10, "3 or 5 arguments of 'padlr'",
               "4");
  expect_error(kTensors +
                   "reading r = w | X\n"
                   "claim c: pad(r) == X",
               6, 10, "2 arguments or more of 'pad'", "1");
  expect_error(kTensors +
                   "reading r = w | X\n"
                   "claim c: padlr(r, 1) == X",
               6, 10, "3, 5, ... arguments of 'padlr'", "2");
  expect_error(kTensors + "claim c: ones() == X", 5, 10, "1 argument or more of 'ones'", "0");
  expect_error(kTensors + "claim c: w[mod(1)] == b", 5, 12, "2 arguments of 'mod'", "1");
  expect_error(kTensors + "claim c: shape(X) == X", 5, 10, "'shape' only in ones(shape(T))",
               "it here");
  expect_error(kTensors + "claim c: ones(shape(X), 1) == X", 5, 23, "')'", "','");
  expect_error(kTensors + "claim c: conv(X, X; mode) == X", 5, 19, "a name, a number or a sign",
               "';'");
  expect_error(kTensors + "claim c: conv(X, X, mode=full, 3) == X", 5, 32,
               "an option, because one came before", "'3'");
  expect_error(kTensors + "claim c: conv(X, X, size=full) == X", 5, 21,
               "an option (mode, stride, dilation or pad)", "'size'");
  expect_error(kTensors + "claim c: conv(X, X, steps=2) == X", 5, 21,
               "an option (mode, stride, dilation or pad)", "'steps'");
  expect_error(kTensors + "claim c: conv(X, X, mode=full, mode=full) == X", 5, 32,
               "each option once", "'mode' again");
  expect_error(kTensors + "claim c: rot180(X, mode=full) == X", 5, 20, "no option of 'rot180'",
               "'mode'");
  expect_error(kTensors + "claim c: conv(X, X, mode=best) == X", 5, 26, kMode, "'best'");
  expect_error(kTensors + "claim c: conv(X, X, stride=X) == X", 5, 28, kOfIndices,
               "'X', which is a tensor");
  expect_error(kTensors + "claim c: conv(X, X, stride=[1, 2) == X", 5, 33, "',' or ']'", "')'");
  expect_error(kTensors + "claim c: grad(X, X + X, X) == X", 5, 18,
               "the name of a tensor, or a slice of one, to differentiate by",
               "another expression");
  expect_error(kTensors + "claim c: grad(X, N, X) == X", 5, 18,
               "the name of a tensor, or a slice of one, to differentiate by",
               "another expression");
  expect_error(kTensors + "claim c: jacobian(X, rot180(X)[1]) == X", 5, 22,
               "the name of a tensor, or a slice of one, to differentiate by",
               "another expression");
  expect_error(kTensors + "claim c: ones(1" + repeated(", 1", 32) + ") == X", 5, 111,
               "at most 32 entries of a list", "one more");
  expect_error(kTensors + "tensor Y[N, M] from 1", 5, 16, "as many first indices as axes, 2", "1");
  expect_error(kTensors + "tensor Y[N] from 1, 2", 5, 13, "as many first indices as axes, 1", "2");
}

TEST(LanguageErrors, FunctionsInClaimsThatAreNotNumeric) {
  expect_error(kTensors + "claim c: exp(X) == X", 5, 10, "a polynomial (or a numeric claim)",
               "the function 'exp'");
  expect_error(kTensors + "claim c: pow(X, 2) == X", 5, 10, "a polynomial (or a numeric claim)",
               "the function 'pow'");
  expect_error(kTensors +
                   "let Y = tanh(X)\n"
                   "claim c: Y == X",
               6, 10, "a polynomial (or a numeric claim)", "'Y', which uses 'tanh'");
  expect_error(kTensors +
                   "let Y = X / b\n"
                   "claim c: Y == X",
               6, 10, "a polynomial (or a numeric claim)", "'Y', which uses a division by 'b'");
  expect_error(kTensors +
                   "let Y = X / b\n"
                   "let Z = 2 * Y\n"
                   "claim c: Z == X",
               7, 10, "a polynomial (or a numeric claim)", "'Z', which uses a division by 'b'");
  expect_error(kTensors +
                   "reading r = tanh(X) | X\n"
                   "claim c: r == X",
               6, 10, "a polynomial (or a numeric claim)", "'r', which uses 'tanh'");
}

TEST(LanguageErrors, StatementsThatEndTooSoonOrTooLate) {
  expect_error(kTensors + "claim c: X", 5, 11, "'=='", kEnd);
  expect_error(kTensors + "claim c: X = X", 5, 12, "'=='", "'='");
  expect_error(kTensors + "claim c: X == X < X", 5, 17, "'=='", "'<'");
  expect_error(kTensors + "claim c: X == X X", 5, 17, "'item', 'expect' or the end of the line",
               "'X'");
  expect_error(kTensors + "claim c X == X", 5, 9, "':'", "'X'");
  expect_error(kTensors + "claim c: X ==", 5, 14, "an expression", kEnd);
  expect_error(kTensors + "claim c: X == X +", 5, 18, "an expression", kEnd);
  expect_error(kTensors + "claim c [i in 1..N: w[i] == b", 5, 19, "',' or ']'", "':'");
  expect_error(kTensors + "claim c [i 1..N]: w[i] == b", 5, 12, "'in'", "'1'");
  expect_error(kTensors + "claim c [i in 1]: w[i] == b", 5, 16, "'..'", "']'");
  expect_error(kTensors + "claim c [3 in 1..2]: w == b", 5, 10, "an index", "'3'");
  expect_error(kTensors + "arith a: N", 5, 11, kComparison, kEnd);
  expect_error(kTensors + "assume N", 5, 9, kComparison, kEnd);
  expect_error(kTensors + "assume N = M", 5, 10, kComparison, "'='");
  expect_error(kTensors + "size K > ", 5, 9, kOfSizes, kEnd);
  expect_error(kTensors + "size K L", 5, 8,
               "a comparison (==, !=, <, <=, > or >=), ',' or the end of the line", "'L'");
  expect_error(kTensors + "const k 3", 5, 9, "'='", "'3'");
  expect_error(kTensors + "tensor Y[N] zero zero", 5, 18, kEnd, "'zero'");
  expect_error(kTensors + "tensor Y", 5, 9, "'['", kEnd);
  expect_error(kTensors + "let Y X", 5, 7, "'='", "'X'");
  expect_error(kTensors + "let Y zero = X", 5, 7, "'='", "'zero'");
  expect_error(kTensors + "seed G X", 5, 8, "'like'", "'X'");
  expect_error(kTensors + "scalar b', b'", 5, 12, "a new name",
               "'b'', which is already a scalar (line 5)");
  expect_error(kTensors + "scalar c, 3", 5, 11, "a name", "'3'");
  expect_error(kTensors +
                   "title \"t\"\n"
                   "size T\n"
                   "tensor Y[T\n"
                   "tensor Z[T]",
               7, 11, "',' or ']'", kEnd);
  expect_error(kTensors + "consistent a, b", 5, 12, "':'", "'a'");
  expect_error(kTensors +
                   "claim c: X == X\n"
                   "consistent: c",
               6, 14, "',' and another claim", kEnd);
  expect_error(kTensors +
                   "claim c: X == X\n"
                   "consistent: c, c",
               6, 16, "each claim once", "'c' again");
  expect_error(kTensors + "claim c: X == \"X\"", 5, 15, "an expression", "a text in quotes");
  expect_error(kTensors + "claim c: sum(i in 1..N where i) w[i] == b", 5, 31, kComparison, "')'");
  expect_error(kTensors + "claim c: X == X @", 5, 17, "a name, a number or a sign", "'@'");
}

TEST(LanguageErrors, RemarksOnAClaim) {
  expect_error(kTensors +
                   "claim c: X == X\n"
                   "  item",
               6, 7, "an item of the notes, like V-DW-L4", kEnd);
  expect_error(kTensors +
                   "claim c: X == X\n"
                   "  item == 3",
               6, 8, "an item of the notes, like V-DW-L4", "'=='");
  expect_error(kTensors + "claim c: X == X item A item B", 5, 7, "at most one 'item'", "2");
  expect_error(kTensors +
                   "claim c: X == X == X == X\n"
                   "  item A\n"
                   "  item B",
               5, 7, "one 'item', or one for each of 3 links", "2");
  expect_error(kTensors +
                   "claim c: X == X\n"
                   "  expect",
               6, 9, kVerdict, kEnd);
  expect_error(kTensors +
                   "claim c: X == X\n"
                   "  expect true",
               6, 10, kVerdict, "'true'");
  expect_error(kTensors +
                   "claim c: X == X\n"
                   "  expect shapes",
               6, 16, "'differ'", kEnd);
  expect_error(kTensors +
                   "claim c: X == X\n"
                   "  expect ill formed",
               6, 14, "'-'", "'formed'");
  expect_error(kTensors +
                   "claim c: X == X\n"
                   "  expect ill-shaped",
               6, 14, "'formed'", "'shaped'");
  expect_error(kTensors +
                   "claim c: X == X\n"
                   "  expect cannot read",
               6, 17, "'be'", "'read'");
  expect_error(kTensors +
                   "claim c: X == X\n"
                   "  expect cannot be proved",
               6, 20, "'read'", "'proved'");
  expect_error(kTensors +
                   "claim c: X == X\n"
                   "  expect proved holds N == 1",
               6, 23, "'iff'", "'N'");
  expect_error(kTensors +
                   "claim c: X == X\n"
                   "  expect refuted holds iff",
               6, 27, kOfSizes, kEnd);
  expect_error(kTensors +
                   "claim c: X == X\n"
                   "  expect refuted holds iff N",
               6, 29, kComparison, kEnd);
  expect_error(kTensors +
                   "claim c: X == X\n"
                   "  expect refuted holds iff b == 1",
               6, 28, kOfSizes, "'b', which is a scalar");
  expect_error(kTensors +
                   "claim c: X == X\n"
                   "  expect proved from X",
               6, 22, "'grad'", "'X'");
  expect_error(kTensors +
                   "claim c: X == X == X == X\n"
                   "  expect proved\n"
                   "  expect refuted",
               5, 7, "one 'expect', or one for each of 3 links", "2");
  expect_error(kTensors +
                   "claim c: X == X\n"
                   "  expect proved proved",
               6, 17, "'item', 'expect' or the end of the line", "'proved'");
}

// The whole message, for the rest is put together by the same rule in all.
TEST(LanguageErrors, AMessageIsThreeLinesWithACaretUnderThePlace) {
  EXPECT_EQ(message_of("scalar X\nlet Y X"),
            "a.claim:2:7: expected '=', found 'X'\n"
            "let Y X\n"
            "      ^");
}

TEST(LanguageErrors, TabsStayTabsUnderTheCaret) {
  EXPECT_EQ(message_of("size N,\t\tM,\tN"),
            "a.claim:1:13: expected a new name, found 'N', which is already a size (line 1)\n"
            "size N,\t\tM,\tN\n"
            "       \t\t  \t^");
}

TEST(LanguageErrors, ColumnsCountCharactersNotBytes) {
  EXPECT_EQ(message_of("# é\n"
                       "title \"卷积\" é"),
            "a.claim:2:12: expected a name, a number or a sign, found 'é'\n"
            "title \"卷积\" é\n"
            "           ^");
}

TEST(LanguageErrors, BytesThatCannotBeShownAreNotSent) {
  EXPECT_EQ(message_of("size \xFF"),
            "a.claim:1:6: expected a name, a number or a sign, found '<byte FF>'\n"
            "size �\n"
            "     ^");
  EXPECT_EQ(message_of("size \x01"),
            "a.claim:1:6: expected a name, a number or a sign, found '<U+0001>'\n"
            "size �\n"
            "     ^");
}

TEST(LanguageErrors, LinesCountThoughStatementsGoOverSeveral) {
  EXPECT_EQ(message_of("size N\n"
                       "\n"
                       "# comment\n"
                       "\n"
                       "  , M, N"),
            "a.claim:5:8: expected a new name, found 'N', which is already a size (line 1)\n"
            "  , M, N\n"
            "       ^");
  EXPECT_EQ(message_of("size N\r\n"
                       "size N\r\n"),
            "a.claim:2:6: expected a new name, found 'N', which is already a size (line 1)\n"
            "size N\n"
            "     ^");
}

TEST(LanguageErrors, OfALongLineTheNeighbourhoodIsShown) {
  EXPECT_EQ(message_of("size " + joined("a", 100, ", ") + ", a50" + repeated(", b", 40)),
            "a.claim:1:496: expected a new name, found 'a50', which is already a size (line 1)\n"
            "...a88, a89, a90, a91, a92, a93, a94, a95, a96, a97, a98, a99, a50, b, b, b, b, b, b, "
            "b, b, b, b, b, b,...\n"
            "                                                               ^");
}

TEST(LanguageErrors, NestingBeyondTheLimit) {
  EXPECT_EQ(message_of("const k = " + std::string(201, '(') + "1" + std::string(201, ')')),
            "a.claim:1:212: expected at most 200 levels within each other, found one more\n"
            "...((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((1))))))))))))))))))))))"
            ")))))))))))))))))...\n"
            "                                                               ^");
  EXPECT_EQ(message_of("const k = " + std::string(201, '-') + "1"),
            "a.claim:1:212: expected at most 200 levels within each other, found one more\n"
            "...------------------------------------------------------------1\n"
            "                                                               ^");
}

TEST(LanguageErrors, WhatIsJustWithinTheLimitsIsRead) {
  EXPECT_NO_THROW(
      (void)parse({"", "const k = " + std::string(200, '(') + "1" + std::string(200, ')')}));
  EXPECT_NO_THROW((void)parse({"", "const k = " + std::string(200, '-') + "1"}));
  EXPECT_NO_THROW((void)parse({"", "const k = " + std::string(1000, '7')}));
  EXPECT_NO_THROW((void)parse({"", "size " + std::string(64, 'N')}));
  EXPECT_NO_THROW((void)parse({"", "reading r = 1" + repeated(" | 1", 31)}));
  EXPECT_NO_THROW((void)parse({"", "reading r = " + joined("i", 64, " + ") + " | 1"}));
  EXPECT_NO_THROW((void)parse({"", "tensor T[1" + repeated(", 1", 31) + "]"}));
}

TEST(LanguageErrors, AnErrorOfGrammarBeforeAnUnreadableCharacterComesFirst) {
  EXPECT_EQ(message_of("size N M ?"),
            "a.claim:1:8: expected a comparison (==, !=, <, <=, > or >=), ',' or the end of the "
            "line, found 'M'\n"
            "size N M ?\n"
            "       ^");
}

TEST(LanguageErrors, SayWhereTheyAre) {
  try {
    (void)parse({"a.claim", "size N\nsize N"});
    FAIL();
  } catch (const LanguageError& error) {
    EXPECT_EQ(error.file(), "a.claim");
    EXPECT_EQ(error.line(), 2);
    EXPECT_EQ(error.column(), 6);
    EXPECT_EQ(error.expected(), "a new name");
    EXPECT_EQ(error.got(), "'N', which is already a size (line 1)");
  }
}

}  // namespace
}  // namespace convproof::derivations::language
