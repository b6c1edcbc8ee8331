#include "derivations/identity.h"

#include <algorithm>
#include <map>
#include <utility>

#include "core/errors.h"

namespace convproof::derivations {
namespace {

/// Ends the search.
struct GivenUp {
  Outcome outcome;
  std::string why;
};

bool contains(const std::vector<Constraint>& list, const Constraint& c) {
  return std::find(list.begin(), list.end(), c) != list.end();
}

bool before(const Constraint& a, const Constraint& b) {
  return a.relation != b.relation ? a.relation < b.relation : a.p < b.p;
}

struct BeforeAll {
  bool operator()(const std::vector<Constraint>& a, const std::vector<Constraint>& b) const {
    return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(), before);
  }
};

class Cases {
 public:
  Cases(const Group& group, const World& world, std::size_t most)
      : group_(group), world_(world), most_(most) {}

  Case run() {
    for (const Constraint& c : group_.given) path_.push_back(normalised(c));
    std::vector<PieceInCase> pieces;
    for (const Piece& piece : group_.pieces) pieces.push_back({{}, piece.where, {}});
    return decide(std::move(pieces));
  }

 private:
  Case decide(std::vector<PieceInCase> pieces) {
    if (++count_ > most_) throw GivenUp{Outcome::kLimit, text("more than ", most_, " cases")};
    if (world_.is_stopped()) throw GivenUp{Outcome::kLimit, "the search was stopped"};
    Case result;
    const std::size_t outside = path_.size();
    do {
      for (std::size_t i = 0; i < pieces.size(); ++i) update(pieces[i], group_.pieces[i]);
    } while (add_lemmas(pieces, result.lemmas));
    divide(std::move(pieces), result);
    path_.resize(outside);
    return result;
  }

  /// Equations that were proved are used in what follows: products with them prove more.
  bool add_lemmas(const std::vector<PieceInCase>& pieces, std::vector<Lemma>& lemmas) {
    bool added = false;
    for (const PieceInCase& piece : pieces) {
      for (const Reason& reason : piece.holds) {
        if (reason.constraint.relation != Relation::kZero || !reason.certificate) continue;
        if (contains(path_, reason.constraint)) continue;
        lemmas.push_back({reason.constraint, *reason.certificate});
        path_.push_back(reason.constraint);
        added = true;
      }
    }
    return added;
  }

  void divide(std::vector<PieceInCase> pieces, Case& result) {
    const Left left = left_of(pieces, result.settled.sums);
    if (!left.differs) {
      result.settled.pieces = std::move(pieces);
      return;
    }
    if (auto empty = certificate(path_, never())) {
      result.settled = {std::move(empty), {}, {}};
      return;
    }
    if (!left.split) {
      throw GivenUp{Outcome::kNoCertificate, "the coefficients of a product of elements differ"};
    }
    result.split = *left.split;
    result.parts.push_back(part(result.split, pieces));
    for (const Constraint& c : negation(result.split)) result.parts.push_back(part(c, pieces));
  }

  Case part(const Constraint& c, const std::vector<PieceInCase>& pieces) {
    path_.push_back(c);
    Case result = decide(pieces);
    path_.pop_back();
    return result;
  }

  /// Moves conditions that follow to those that hold.
  void update(PieceInCase& piece, const Piece& original) const {
    if (piece.out) return;
    std::vector<Constraint> open;
    for (const Constraint& c : piece.open) {
      if (contains(path_, c)) {
        piece.holds.push_back({c, {}});
      } else if (auto proof = certificate(path_, c)) {
        piece.holds.push_back({c, std::move(proof)});
      } else {
        open.push_back(c);
      }
    }
    piece.open = std::move(open);
    if (piece.open.empty()) return;
    std::vector<Constraint> all = path_;
    append(all, original.where);
    piece.out = certificate(all, never());
  }

  std::optional<Certificate> certificate(const std::vector<Constraint>& given,
                                         const Constraint& goal) const {
    Proof proof = world_.prove(given, goal);
    return std::move(proof.certificate);
  }

  /// What is left to do in a case.
  struct Left {
    bool differs = false;             // Some coefficients do not add up to 0.
    std::optional<Constraint> split;  // A condition by which to tell cases apart.
  };

  Left left_of(const std::vector<PieceInCase>& pieces, std::vector<Certificate>& sums) const {
    std::map<std::vector<Constraint>, Fraction, BeforeAll> by_open;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      if (pieces[i].out) continue;
      std::vector<Constraint> open = pieces[i].open;
      std::sort(open.begin(), open.end(), before);
      const auto [found, is_new] = by_open.try_emplace(open, Fraction{0});
      found->second = found->second + group_.pieces[i].coefficient;
    }
    Left result;
    for (const auto& [open, sum] : by_open) {
      if (sum.is_zero()) continue;
      std::vector<Constraint> all = path_;
      append(all, open);
      if (auto proof = certificate(all, zero(sum.numerator))) {
        sums.push_back(std::move(*proof));
        continue;
      }
      // What is left where nothing is open may be made up for by what is.
      result.differs = true;
      if (open.empty() || result.split) continue;
      // An inequality, because it has one negation.
      const auto inequality = std::find_if(open.begin(), open.end(), [](const Constraint& c) {
        return c.relation == Relation::kNotNegative;
      });
      result.split = inequality == open.end() ? open.front() : *inequality;
    }
    return result;
  }

  const Group& group_;
  const World& world_;
  std::size_t most_;
  std::size_t count_ = 0;
  std::vector<Constraint> path_;
};

}  // namespace

IdentityProof prove_zero(const Group& group, const World& world, std::size_t most_cases) {
  try {
    return {Outcome::kProved, Cases(group, world, most_cases).run(), {}};
  } catch (const GivenUp& given_up) {
    return {given_up.outcome, std::nullopt, given_up.why};
  }
}

}  // namespace convproof::derivations
