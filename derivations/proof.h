// Proofs that a link of a claim holds for all sizes.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "derivations/compile.h"
#include "derivations/identity.h"
#include "derivations/normal.h"
#include "derivations/world.h"

namespace convproof::derivations {

/// A condition, what it may rest on, and why it follows.
struct ProvedCondition {
  std::vector<Constraint> given;
  Constraint goal;
  Certificate certificate;
  std::string what;  // As of an obligation.
};

struct ProvedGroup {
  Group group;
  Case cases;
};

/// How far a proof came; each stage rests on those before.
enum class Stage {
  kReading,     // No meaning: a product of two arrays.
  kForm,        // No normal form of this kind.
  kWellFormed,  // Some obligation is not proved.
  kShapes,      // The sizes of the two members are not proved equal.
  kContents,    // Their elements are not.
  kComplete,
};

struct LinkProof {
  Stage reached = Stage::kReading;
  std::string open;  // What is not proved, and why: a sentence. Empty if complete.
  std::optional<language::Span> where;
  bool limit = false;  // A limit ended the search.

  World world;
  std::vector<Certificate> divisors;  // Of each floor of the world: its divisor is at least 1.
  std::vector<Leaf> leaves;           // That the groups number.
  std::vector<ProvedCondition> obligations;
  std::vector<ProvedCondition> shapes;
  std::vector<ProvedGroup> groups;
  std::vector<ProvedCondition> comparison;  // Of numbers.

  bool complete() const { return reached == Stage::kComplete; }
};

/// Tries to prove that members `left` and `right` (0 is the first) of a claim of tensors are
/// well-formed and equal, for all sizes and all values of the tensors. Says nothing about claims
/// that are false: only that no proof was found. Without `contents` it stops where the elements
/// would be compared.
LinkProof prove_link(const language::File& chosen, const language::Claim& claim, std::size_t left,
                     std::size_t right, const Limits& limits = {}, bool contents = true);

/// Tries to prove a comparison between two members of an `arith` claim.
LinkProof prove_comparison(const language::File& chosen, const language::Claim& claim,
                           std::size_t left, language::Relation relation, std::size_t right,
                           const Limits& limits = {});

}  // namespace convproof::derivations
