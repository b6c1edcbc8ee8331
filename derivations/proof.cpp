#include "derivations/proof.h"

#include <algorithm>
#include <utility>

#include "core/errors.h"

namespace convproof::derivations {
namespace {

class Prover {
 public:
  explicit Prover(const Limits& limits) { proof_.world.limits = limits; }

  template <typename F>
  LinkProof run(const F& prove) {
    try {
      prove(*this);
    } catch (const CannotBeRead& error) {
      stop(Stage::kReading, error.what(), error.span);
    } catch (const NoNormalForm& error) {
      stop(Stage::kForm, error.what(), error.span);
    } catch (const CannotEliminate& error) {
      stop(Stage::kContents, error.what(), {});
    }
    proof_.world.limits = {};  // What stops this search may not outlive it.
    return std::move(proof_);
  }

  void stop(Stage stage, std::string why, std::optional<language::Span> where) {
    proof_.reached = stage;
    proof_.open = std::move(why);
    proof_.where = where;
  }

  bool well_formed(const std::vector<Obligation>& obligations) {
    if (!divide_by_positive()) return false;
    for (const Obligation& obligation : obligations) {
      if (!prove_condition(obligation.given, obligation.need, obligation.what,
                           proof_.obligations)) {
        stop(Stage::kWellFormed, obligation.what, obligation.span);
        return false;
      }
    }
    return true;
  }

  void equal_members(const Pair& pair, bool contents) {
    proof_.leaves = pair.leaves;
    if (!well_formed(pair.obligations)) return;
    if (pair.left.rank() != pair.right.rank()) {
      return stop(Stage::kShapes, text(pair.left.rank(), " axes and ", pair.right.rank(), " axes"),
                  {});
    }
    for (std::size_t axis = 0; axis < pair.left.rank(); ++axis) {
      const Constraint same = equal(pair.left.sizes[axis], pair.right.sizes[axis]);
      const std::string what = text("sizes of axis ", axis + 1, " differ");
      if (!prove_condition(pair.given, same, what, proof_.shapes)) {
        return stop(Stage::kShapes, what, {});
      }
    }
    if (!contents) return stop(Stage::kContents, "the elements are not compared", {});
    for (Group& group : groups_of(pair, proof_.world)) {
      IdentityProof identity = prove_zero(group, proof_.world);
      if (!identity.cases) {
        proof_.limit = identity.outcome == Outcome::kLimit;
        return stop(Stage::kContents, identity.undecided, {});
      }
      proof_.groups.push_back({std::move(group), std::move(*identity.cases)});
    }
    if (divide_by_positive()) proof_.reached = Stage::kComplete;
  }

  void compared(const ComparedNumbers& numbers) {
    if (!well_formed(numbers.obligations)) return;
    for (const std::vector<Constraint>& all : numbers.any) {
      proof_.comparison.clear();
      const bool proved = std::all_of(all.begin(), all.end(), [this](const Constraint& c) {
        return prove_condition({}, c, "the comparison does not hold", proof_.comparison);
      });
      if (proved) {
        proof_.reached = Stage::kComplete;
        return;
      }
    }
    stop(Stage::kContents, "the comparison is not proved", {});
  }

  World& world() { return proof_.world; }

 private:
  /// For the floors that were defined since the last call.
  bool divide_by_positive() {
    const std::vector<FloorDefinition>& floors = proof_.world.floors();
    while (proof_.divisors.size() < floors.size()) {
      Proof proof = proof_.world.prove_divisor(floors[proof_.divisors.size()]);
      if (!proof.certificate) {
        proof_.limit = proof.outcome == Outcome::kLimit;
        stop(Stage::kWellFormed, "a divisor is less than 1", {});
        return false;
      }
      proof_.divisors.push_back(std::move(*proof.certificate));
    }
    return true;
  }

  bool prove_condition(const std::vector<Constraint>& given, const Constraint& goal,
                       const std::string& what, std::vector<ProvedCondition>& to) {
    // What is plain without any hypothesis needs no words, unless it is all that is claimed.
    if (normalised(goal) == always() && &to != &proof_.comparison) return true;
    Proof proof = proof_.world.prove(given, goal);
    if (!proof.certificate) {
      proof_.limit = proof.outcome == Outcome::kLimit;
      return false;
    }
    to.push_back({given, goal, std::move(*proof.certificate), what});
    return true;
  }

  LinkProof proof_;
};

}  // namespace

LinkProof prove_link(const language::File& chosen, const language::Claim& claim, std::size_t left,
                     std::size_t right, const Limits& limits, bool contents) {
  return Prover(limits).run([&](Prover& prover) {
    prover.equal_members(compile(chosen, claim, left, right, prover.world()), contents);
  });
}

LinkProof prove_comparison(const language::File& chosen, const language::Claim& claim,
                           std::size_t left, language::Relation relation, std::size_t right,
                           const Limits& limits) {
  const auto member = [&claim](std::size_t i) -> const language::Expr& {
    return i == 0 ? claim.first : claim.links.at(i - 1).expr;
  };
  return Prover(limits).run([&](Prover& prover) {
    prover.compared(compile_numbers(chosen, member(left), relation, member(right), prover.world()));
  });
}

}  // namespace convproof::derivations
