// A second opinion on the proof engine from Z3: it never finds integers at which something fails
// that the engine has proved, and never shows that nothing fails of what the evaluator refutes.
#include <gtest/gtest.h>
#include <z3++.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <variant>
#include <vector>

#include "derivations/decide.h"
#include "derivations/language/choose.h"
#include "derivations/language/parser.h"
#include "derivations/normal.h"
#include "derivations/proof.h"
#include "properties/derivations/engine_claims.h"

namespace convproof::derivations {
namespace {

using language::Claim;
using language::ClaimKind;
using language::File;
using language::Verdict;

constexpr unsigned kMilliseconds = 200;  // For one question.

/// How often Z3 said what.
struct Answers {
  unsigned unsat = 0;
  unsigned sat = 0;
  unsigned unknown = 0;
};

/// Questions about integers, in one world.
class Questions {
 public:
  explicit Questions(const World& world) : world_(world), solver_(context_) {
    z3::params limit(context_);
    limit.set("timeout", kMilliseconds);
    solver_.set(limit);
  }

  /// Whether the conditions hold at some integers and the goal does not.
  z3::check_result fails(const std::vector<Constraint>& given, const Constraint& goal) {
    solver_.push();
    for (const Constraint& c : world_.all_given(given, goal)) solver_.add(holds(c));
    solver_.add(!holds(goal));
    return answered();
  }

  /// Whether the pieces of a group add up to something else than 0 at some integers.
  z3::check_result differs(const Group& group) {
    solver_.push();
    std::vector<Constraint> all = group.given;
    z3::expr sum = context_.real_val(0);
    for (const Piece& piece : group.pieces) {
      append(all, piece.where);
      append(all, {zero(piece.coefficient.numerator), zero(piece.coefficient.denominator)});
      z3::expr where = context_.bool_val(true);
      for (const Constraint& c : piece.where) where = where && holds(c);
      const z3::expr denominator = value(piece.coefficient.denominator);
      solver_.add(z3::implies(where, denominator != 0));
      sum = sum +
            z3::ite(where, value(piece.coefficient.numerator) / denominator, context_.real_val(0));
    }
    for (const Constraint& c : group.given) solver_.add(holds(c));
    for (const Constraint& c : world_.hypotheses) solver_.add(holds(c));
    append(all, world_.hypotheses);
    for (const Constraint& c : world_.definitions_for(all)) solver_.add(holds(c));
    solver_.add(sum != 0);
    return answered();
  }

 private:
  z3::check_result answered() {
    const z3::check_result result = solver_.check();
    solver_.pop();
    return result;
  }

  z3::expr holds(const Constraint& c) {
    const z3::expr p = value(c.p);
    return c.relation == derivations::Relation::kZero ? p == 0 : p >= 0;
  }

  z3::expr value(const Polynomial& p) {
    z3::expr sum = context_.real_val(0);
    for (const Polynomial::Term& term : p.terms()) {
      z3::expr product = context_.real_val(term.coefficient.str().c_str());
      for (int i = 0; i < term.monomial.degree(); ++i) {
        const std::string& name = world_.variables.name(term.monomial.factor(i));
        product = product * z3::to_real(context_.int_const(name.c_str()));
      }
      sum = sum + product;
    }
    return sum;
  }

  const World& world_;
  z3::context context_;
  z3::solver solver_;
};

void count(z3::check_result result, Answers& answers) {
  switch (result) {
    case z3::unsat: ++answers.unsat; break;
    case z3::sat: ++answers.sat; break;
    case z3::unknown: ++answers.unknown; break;
  }
}

void ask_about_proof(const LinkProof& proof, const std::string& name, Answers& answers) {
  Questions questions(proof.world);
  for (const auto* conditions : {&proof.obligations, &proof.shapes, &proof.comparison}) {
    for (const ProvedCondition& condition : *conditions) {
      const z3::check_result result = questions.fails(condition.given, condition.goal);
      count(result, answers);
      EXPECT_NE(result, z3::sat) << name << ": " << to_text(condition.goal, proof.world.variables);
    }
  }
  for (const ProvedGroup& proved : proof.groups) {
    const z3::check_result result = questions.differs(proved.group);
    count(result, answers);
    EXPECT_NE(result, z3::sat) << name;
  }
}

/// Of a link whose two sides have the same shape and differ somewhere.
void ask_about_refutation(const File& file, const Claim& claim, const evaluate::Members& members,
                          const std::string& name, Answers& answers) {
  World world;
  const Pair pair = compile(file, claim, members.left, members.right, world);
  const std::vector<Group> groups = groups_of(pair, world);
  Questions questions(world);
  unsigned equal = 0;
  for (const Group& group : groups) {
    const z3::check_result result = questions.differs(group);
    count(result, answers);
    if (result == z3::unsat) ++equal;
  }
  EXPECT_LT(equal, groups.size()) << name << ": Z3 shows that the two sides are equal";
}

struct Asked {
  Answers proved;
  Answers refuted;
};

void ask(const File& file, const Claim& claim, std::size_t link, const std::string& name,
         Asked& asked) {
  if (claim.kind == ClaimKind::kNumeric) return;
  Budget budget;
  budget.details = false;
  const LinkDecision decision = decide(file, claim, link, budget);
  if (decision.verdict == Verdict::kProved) {
    ask_about_proof(*decision.proof, name, asked.proved);
  } else if (decision.verdict == Verdict::kRefuted && claim.kind == ClaimKind::kTensors) {
    ask_about_refutation(file, claim, decision.members, name, asked.refuted);
  }
}

void print(const char* of, const Answers& answers) {
  std::cout << of << ": unsat " << answers.unsat << ", sat " << answers.sat << ", unknown "
            << answers.unknown << "\n";
}

void print(const Asked& asked) {
  print("proved", asked.proved);
  print("refuted", asked.refuted);
}

TEST(Z3, AgreesAboutTheKnownClaims) {
  Asked asked;
  for (const auto* claims : {&true_claims(), &false_claims()}) {
    for (const KnownClaim& known : *claims) {
      const OneClaim one = one_claim(known.text);
      ask(one.file, one.claim(), 0, known.name, asked);
    }
  }
  print(asked);
  EXPECT_GT(asked.proved.unsat, asked.proved.unknown);
}

TEST(Z3, AgreesAboutTheNotes) {
  Asked asked;
  for (const auto& entry : std::filesystem::directory_iterator(CONVPROOF_CLAIMS)) {
    if (entry.path().extension() != ".claim") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    const File file = language::parse({entry.path().filename(), text});
    for (const language::Statement& statement : file.statements) {
      const auto* claim = std::get_if<Claim>(&statement.node);
      if (claim == nullptr) continue;
      const File chosen = language::choose(language::part_for(file, *claim), {});
      for (std::size_t link = 0; link < claim->links.size(); ++link) {
        ask(chosen, std::get<Claim>(chosen.statements.back().node), link,
            entry.path().filename().string() + " " + claim->name, asked);
      }
    }
  }
  print(asked);
  EXPECT_GT(asked.proved.unsat, asked.proved.unknown);
}

}  // namespace
}  // namespace convproof::derivations
