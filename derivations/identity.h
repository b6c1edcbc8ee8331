// Proofs that pieces add up to zero at all integer points, by cases.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "derivations/normal.h"
#include "derivations/world.h"

namespace convproof::derivations {

/// Why a condition holds in a case: it is among what is given, or there is a certificate.
struct Reason {
  Constraint constraint;
  std::optional<Certificate> certificate;
};

/// One piece in one case.
struct PieceInCase {
  std::vector<Reason> holds;       // Conditions that are met.
  std::vector<Constraint> open;    // Those that may be met or not.
  std::optional<Certificate> out;  // Why the conditions cannot be met together.
};

/// A case in which nothing more has to be told apart: either it does not occur, or the coefficients
/// of pieces with the same open conditions add up to 0, identically or by a certificate.
struct Settled {
  std::optional<Certificate> empty;
  std::vector<PieceInCase> pieces;
  std::vector<Certificate> sums;  // For those sums that are not identically 0.
};

/// What follows in a case, and may be used like what is given in what comes after it.
struct Lemma {
  Constraint constraint;
  Certificate certificate;
};

/// A case, or its division by a condition: where it holds, and where it does not.
struct Case {
  std::vector<Lemma> lemmas;
  Settled settled;
  Constraint split;
  std::vector<Case> parts;  // Empty if settled; else `split`, then its negations.
};

/// Proof that all pieces of a group add up to 0.
struct IdentityProof {
  Outcome outcome = Outcome::kNoCertificate;
  std::optional<Case> cases;  // If and only if it is proved.
  std::string undecided;      // Why it is not: a sentence.
};

/// At most `most_cases` cases.
IdentityProof prove_zero(const Group& group, const World& world, std::size_t most_cases = 500);

}  // namespace convproof::derivations
