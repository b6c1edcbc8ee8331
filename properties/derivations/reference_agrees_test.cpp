// The claims about the operators of reference/: every link is proved for all sizes, and every
// member of it is, element by element, what the code computes. So the proofs are about this code.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <limits>
#include <random>
#include <set>
#include <sstream>
#include <variant>

#include "derivations/evaluate/failure.h"
#include "derivations/language/parser.h"
#include "derivations/verdicts.h"
#include "properties/derivations/agreement/agreement.h"

namespace convproof::derivations {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAreArray;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAreArray;

const fs::path kClaims = CONVPROOF_CLAIMS "/reference";
#ifdef CONVPROOF_WITH_SANITIZERS
constexpr std::size_t kPoints = 4;
#else
constexpr std::size_t kPoints = 20;
#endif

/// All names in core/operators.def, in that order.
const std::vector<std::string>& operators() {
  static const std::vector<std::string> all{
#define CONVPROOF_OPERATOR(name) #name,
#define CONVPROOF_FORMULA(name) #name,
#include "core/operators.def"
  };
  return all;
}

const Codes& codes() {
  static const Codes all = [] {
    Codes result;
    for (const auto& family : {codes_of_forms, codes_of_layers, codes_of_modules, codes_of_matrices,
                               codes_of_pooling, codes_of_rearrangements, codes_of_training}) {
      result.merge(family());
    }
    return result;
  }();
  return all;
}

std::string text_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in) << "cannot read " << path;
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// The fields of all lines but the first, which names them.
std::vector<std::vector<std::string>> listed() {
  std::vector<std::vector<std::string>> rows;
  std::istringstream lines(text_of(kClaims / "not_polynomial.tsv"));
  std::string line;
  std::getline(lines, line);
  while (std::getline(lines, line)) {
    std::vector<std::string>& row = rows.emplace_back();
    std::istringstream fields(line);
    for (std::string field; std::getline(fields, field, '\t');) row.push_back(field);
  }
  return rows;
}

/// The operators with a claim file, by name.
std::vector<std::string> claimed() {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(kClaims)) {
    if (entry.path().extension() == ".claim") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

language::File file_of(const std::string& name) {
  const fs::path path = kClaims / (name + ".claim");
  return language::parse(language::Source{path.filename().string(), text_of(path)});
}

std::vector<language::Claim> claims_of(const language::File& file) {
  std::vector<language::Claim> claims;
  for (const language::Statement& statement : file.statements) {
    if (const auto* claim = std::get_if<language::Claim>(&statement.node)) claims.push_back(*claim);
  }
  return claims;
}

using Random = std::mt19937_64;

/// Small numbers for all sizes of a text, the larger the fewer of them there are; they need not be
/// admissible. Zeros are rare, because most sizes have to be 1 or more.
evaluate::Sizes random_sizes(const std::vector<std::string>& names, Random& random) {
  const std::size_t count = names.size();
  const std::uint64_t most = count == 1 ? 24 : count <= 6 ? 6 : count <= 12 ? 4 : 3;
  evaluate::Sizes sizes;
  for (const std::string& name : names) {
    sizes[name] = random() % 8 == 0 ? 0 : static_cast<Index>(random() % most) + 1;
  }
  return sizes;
}

std::string text_of(const evaluate::Sizes& sizes) {
  std::string result;
  for (const auto& [name, value] : sizes) {
    result += (result.empty() ? "" : ", ") + name + " = " + std::to_string(value);
  }
  return result;
}

/// Compares all members of all claims with what the code computes.
void compare(const Code& code, const std::vector<language::Claim>& claims, Point& point) {
  const Computed computed = code.run(point);
  ASSERT_EQ(computed.size(), claims.size()) << "code and claims are not of the same things";
  for (const language::Claim& claim : claims) {
    ASSERT_TRUE(computed.contains(claim.name)) << "no code is named for " << claim.name;
    const Tensor<Rational>& expected = computed.at(claim.name);
    std::vector<const language::Expr*> members{&claim.first};
    for (const language::Link& link : claim.links) members.push_back(&link.expr);
    for (std::size_t i = 0; i < members.size(); ++i) {
      const Tensor<Rational> member = point.member(claim, *members[i]);
      EXPECT_EQ(member, expected) << claim.name << ", member " << i + 1 << ", at "
                                  << text_of(point.sizes());
    }
  }
}

class ReferenceAgrees : public testing::TestWithParam<std::string> {};

#ifndef CONVPROOF_WITH_SANITIZERS
TEST_P(ReferenceAgrees, EveryLinkIsProved) {
  VerdictOptions options;
  // What is decided must not depend on how fast the machine is: CTest ends what takes too long.
  options.budget.seconds = std::numeric_limits<double>::infinity();
  options.repairs = false;
  std::size_t links = 0;
  for (const auto& statement : decide_all(file_of(GetParam()), options).statements) {
    const DecidedClaim& claim = std::get<DecidedClaim>(statement);
    for (const DecidedLink& link : claim.links) {
      ++links;
      const LinkDecision& decision = link.verdicts.at(0).decision;
      const auto wanted = claim.claim.kind == language::ClaimKind::kNumeric
                              ? language::Verdict::kSupported
                              : language::Verdict::kProved;
      EXPECT_EQ(decision.verdict, wanted) << claim.claim.name << ": " << decision.why;
    }
  }
  EXPECT_GT(links, 0U);
  std::cout << GetParam() << ": " << links << " links proved for all sizes\n";
}
#endif

TEST_P(ReferenceAgrees, EveryMemberIsWhatTheCodeComputes) {
  ASSERT_TRUE(codes().contains(GetParam()))
      << "no code is named for the claims about " << GetParam();
  const Code& code = codes().at(GetParam());
  const language::File file = file_of(GetParam());
  const std::vector<language::Claim> claims = claims_of(file);
  const std::vector<std::string> names = evaluate::names_of_sizes(file);
  std::seed_seq seed(GetParam().begin(), GetParam().end());
  Random random(seed);
  std::set<evaluate::Sizes> compared;
  constexpr int kTries = 1'000'000;
  for (int i = 0; i < kTries && compared.size() < kPoints; ++i) {
    const evaluate::Sizes sizes = random_sizes(names, random);
    if (compared.contains(sizes) || !evaluate::admissible(file, sizes)) continue;
    constexpr std::uint64_t kWork = 300'000;
    try {
      Point point(file, sizes, code.entry_for, random(), kWork);
      compare(code, claims, point);
    } catch (const evaluate::TooLarge&) {
      continue;
    } catch (const evaluate::Failure& failure) {
      FAIL() << failure.why << ", at " << text_of(sizes);
    }
    if (HasFailure()) return;
    compared.insert(sizes);
  }
  EXPECT_EQ(compared.size(), kPoints);
  std::cout << GetParam() << ": " << claims.size() << " claims equal to the code at "
            << compared.size() << " sizes\n";
}

INSTANTIATE_TEST_SUITE_P(Operators, ReferenceAgrees, testing::ValuesIn(claimed()),
                         [](const auto& test) { return test.param; });

TEST(ReferenceClaims, EveryOperatorIsClaimedOrListedWithAReason) {
  std::vector<std::string> names = claimed();
  for (const auto& row : listed()) names.push_back(row.at(0));
  EXPECT_THAT(names, UnorderedElementsAreArray(operators()));
}

// So that an operator is found where core/operators.def has it.
TEST(ReferenceClaims, TheListHasTheOrderOfTheOperators) {
  std::vector<std::string> names;
  for (const auto& row : listed()) names.push_back(row.at(0));
  std::vector<std::string> in_order;
  for (const std::string& name : operators()) {
    if (std::find(names.begin(), names.end(), name) != names.end()) in_order.push_back(name);
  }
  EXPECT_THAT(names, ElementsAreArray(in_order));
}

TEST(ReferenceClaims, EveryReasonIsASentence) {
  for (const auto& row : listed()) {
    ASSERT_THAT(row, SizeIs(2)) << row.front();
    EXPECT_TRUE(row[1].ends_with('.')) << row[0];
  }
}

TEST(ReferenceClaims, AllCodeHasItsClaims) {
  std::vector<std::string> names;
  for (const auto& [name, code] : codes()) names.push_back(name);
  EXPECT_THAT(names, ElementsAreArray(claimed()));
}

}  // namespace
}  // namespace convproof::derivations
