// Texts that grow when they are understood: each is answered soon, and in little memory.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <ostream>
#include <string>
#include <vector>

#include "core/errors.h"
#include "derivations/language/parser.h"
#include "derivations/verdicts.h"
#include "properties/derivations/fuzz/answer.h"

namespace convproof::derivations {
namespace {

std::string repeated(int times, const std::string& part) {
  std::string result;
  for (int i = 0; i < times; ++i) result += part;
  return result;
}

std::string listed(int count, const std::string& separator,
                   const std::function<std::string(int)>& part) {
  std::string result;
  for (int i = 0; i < count; ++i) result += (i == 0 ? "" : separator) + part(i);
  return result;
}

std::string each_twice(int count, const std::string& statement, const std::string& operation) {
  std::string result;
  for (int i = 0; i < count; ++i) {
    result += text(statement, " A", i + 1, " = A", i, operation, "A", i, "\n");
  }
  return result;
}

/// `open` ... `close`, many times around `inner`.
std::string nested(int times, const std::string& open, const std::string& inner,
                   const std::string& close) {
  return repeated(times, open) + inner + repeated(times, close);
}

struct HostileText {
  std::string name;
  std::string text;
};

void PrintTo(const HostileText& hostile, std::ostream* out) {
  *out << hostile.name;
}

const std::string kSignal = "size N\ntensor X[N]\n";
const std::string kKernel = "size N, K\ntensor X[N]\ntensor W[K]\n";

std::vector<HostileText> hostile_texts() {
  const auto number = [](int i) { return text("n", i); };
  const std::string all_sizes = listed(20, " + ", number);
  return {
      {"AConstantOfManyDigits",
       kSignal + "claim c: sum(i in 1..1000000000000000000) X[1] == 1000000000000000000 * X[1]\n"},
      {"ATensorOfManyElements", "tensor X[1000000000000000000]\nclaim c: X == X\n"},
      {"APaddingOfManyZeros", kSignal + "claim c: pad(X, 1000000000000000000) == X\n"},
      {"ManyAxes", text("size N\ntensor X[", listed(32, ", ", [](int) { return "N"; }),
                        "]\nclaim c: rot180(rot180(X)) == X\n")},
      {"SumsThatDouble",
       kSignal + "let A0 = X\n" + each_twice(60, "let", " + ") + "claim c: A60 == A60\n"},
      {"ProductsThatDouble",
       kSignal + "let A0 = X\n" + each_twice(60, "let", " .* ") + "claim c: A60 == A60\n"},
      {"ConstantsThatAreSquared",
       "size N\nconst A0 = 3\n" + each_twice(60, "const", " * ") + "arith c: N * A60 == A60 * N\n"},
      {"ConstantsOfConstantsThatAreSquared",
       kSignal + "let A0 = 3\n" + each_twice(60, "let", " * ") + "claim c: A60 * X == A60 * X\n"},
      {"ATowerOfPowers", "size N\narith c: " + nested(150, "pow(", "2", ", 64)") + " == N\n"},
      {"PolynomialsThatAreMultiplied",
       text("size ", listed(20, ", ", number), "\narith c: ",
            listed(12, " * ", [&](int) { return "(" + all_sizes + ")"; }), " == n0\n")},
      {"AHighPower",
       "size N, M\narith c: " + listed(20'000, " * ", [](int) { return "(N + M)"; }) + " == N\n"},
      {"ManyExceptions", kSignal + "claim c: sum(i in 1..N, j in 1..N where " +
                             listed(32, ", ", [](int i) { return text("i != j + ", i); }) +
                             ") X[i] == 0 * X[1]\n"},
      {"AConvolutionOfSums", kSignal + "let A = " + listed(1'500, " + ", [](int) { return "X"; }) +
                                 "\nclaim c: conv(A, A, mode=full) == conv(A, A, mode=full)\n"},
      {"AGradientOfSums", kSignal +
                              "let A = " + listed(1'500, " + ", [](int) { return "X .* X"; }) +
                              "\nclaim c: grad(A, X, A) == grad(A, X, A)\n"},
      {"APowerOfALet", kSignal + "let L = " + listed(40, " + ", [](int) { return "X"; }) +
                           "\nlet Y = L .* L .* L .* L .* L\n"
                           "claim c: grad(Y, L, X) == grad(Y, L, X)\n"},
      {"ManySizes", text("size ", listed(60, ", ", [](int i) { return text("n", i, " >= 0"); }),
                         "\nassume ", listed(60, " + ", number), " >= 100\ntensor X[",
                         listed(60, " + ", number), "]\nclaim c: rot180(X) == X\n")},
      {"ALongSum", kSignal + "claim c: " + listed(100'000, " + ", [](int) { return "X"; }) +
                       " == 100000 * X\n"},
      {"ManyTurns", kSignal + "claim c: " + nested(190, "rot180(", "X", ")") + " == X\n"},
      {"ManyRepetitions", kSignal + "claim c: " + nested(190, "kron(", "X", ", 2)") + " == X\n"},
      {"ManySubsamplings",
       kSignal + "claim c: " + nested(190, "subsample(", "X", ", 2)") + " == X\n"},
      {"ManyConvolutions",
       kKernel + "claim c: " + nested(40, "conv(W, ", "X", ", mode=full)") + " == X\n"},
      {"ManySums", kSignal + "claim c: " +
                       listed(60, " ", [](int i) { return text("sum(i", i, " in 1..N)"); }) +
                       " X[1] == X[1]\n"},
      {"ManyGradients",
       kSignal + "claim c: " + nested(30, "grad(", "X .* X", ", X, X)") + " == X\n"},
      {"ManyFloors", "size N\narith c: " + nested(80, "floor((", "N", " + N) / 3)") + " == N\n"},
      {"ManyFactors",
       kSignal + "claim c: " + listed(40, " * ", [](int) { return "X[1]"; }) + " == X[1]\n"},
  };
}

VerdictOptions one_second() {
  VerdictOptions options;
  options.budget.seconds = 1;
  options.repair.seconds = 1;
  return options;
}

class HostileTexts : public testing::TestWithParam<HostileText> {};

// A link has a second, and its repairs another one; what cannot be interrupted is short beside. The
// processor's time counts: what else the machine does is not the engine's fault.
TEST_P(HostileTexts, AreAnsweredSoon) {
  decide_all(language::parse({"hostile", GetParam().text}), one_second());
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  EXPECT_LT(usage.ru_utime.tv_sec, 60) << "on a slow machine with sanitizers";
  EXPECT_LT(usage.ru_maxrss, 2'000'000) << "KiB";
}

std::string name_of(const testing::TestParamInfo<HostileText>& hostile) {
  return hostile.param.name;
}

INSTANTIATE_TEST_SUITE_P(All, HostileTexts, testing::ValuesIn(hostile_texts()), name_of);

TEST(HostileFiles, ManyClaimsAreAnsweredOneByOne) {
  std::string source = kSignal;
  for (int i = 0; i < 1'000; ++i) source += text("claim c", i, ": rot180(rot180(X)) == X\n");
  const DecidedFile decided = decide_all(language::parse({"hostile", source}), one_second());
  EXPECT_EQ(decided.statements.size(), 1'000U);
}

// In the limits of a sum, its own index is not known.
TEST(HostileFiles, EditsUseNoIndexBeforeItIsBound) {
  answer("size M\ntensor X[M]\nclaim c [i in 0..M]: X[i] == sum(k in i..i, l in k..i) X[k + l]\n");
}

// What the fuzzer found once.
TEST(HostileFiles, InputsOfTheFuzzerAreAnswered) {
  for (const auto& entry : std::filesystem::directory_iterator(CONVPROOF_FUZZER_INPUTS)) {
    SCOPED_TRACE(entry.path().filename());
    std::ifstream in(entry.path(), std::ios::binary);
    answer({std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()});
  }
}

}  // namespace
}  // namespace convproof::derivations
