#include "derivations/proof_text.h"

#include "core/errors.h"

namespace convproof::derivations {
namespace {

class Writer {
 public:
  explicit Writer(const LinkProof& proof) : proof_(proof) {}

  std::string run() {
    write_hypotheses_and_floors();
    for (const auto* conditions : {&proof_.obligations, &proof_.shapes, &proof_.comparison}) {
      for (const ProvedCondition& condition : *conditions) write(condition);
    }
    for (const ProvedGroup& group : proof_.groups) write(group);
    return std::move(text_);
  }

 private:
  const World& world() const { return proof_.world; }

  /// A floor's name must be new where it is defined, and what its divisor rests on is written
  /// above.
  void write_hypotheses_and_floors() {
    std::vector<std::size_t> numbers;  // Of those about floors.
    for (std::size_t i = 0; i < world().hypotheses.size(); ++i) {
      const Constraint& c = world().hypotheses[i];
      if (world().uses_floors(c)) {
        numbers.push_back(i);
      } else {
        line("given ", text_of(c));
      }
    }
    auto next = numbers.begin();
    const auto write_hypotheses_before = [&](std::size_t end) {
      for (; next != numbers.end() && *next < end; ++next) {
        line("given ", text_of(world().hypotheses[*next]));
      }
    };
    for (std::size_t i = 0; i < world().floors().size(); ++i) {
      write_hypotheses_before(world().floors()[i].hypotheses);
      write(world().floors()[i], proof_.divisors.at(i));
    }
    write_hypotheses_before(world().hypotheses.size());
  }

  std::string text_of(const Polynomial& p) const { return to_text(p, world().variables); }
  std::string text_of(const Constraint& c) const { return to_text(c, world().variables); }
  std::string in_brackets(const Constraint& c) const { return text("[", text_of(c), "]"); }

  template <typename... Parts>
  void line(const Parts&... parts) {
    text_ += text(std::string(std::size_t{2} * depth_, ' '), parts..., "\n");
  }
  /// The steps of a certificate, then `end`.
  void steps(const Certificate& certificate) {
    const std::string all = steps_text(certificate, world().variables);
    for (std::size_t start = 0; start < all.size();) {
      const std::size_t stop = all.find('\n', start);
      line("  ", all.substr(start, stop - start));
      start = stop + 1;
    }
    line("end");
  }

  void write(const FloorDefinition& floor, const Certificate& divisor) {
    line("floor ", world().variables.name(floor.floor), " = ", text_of(floor.dividend), " over ",
         text_of(floor.divisor));
    if (floor.divisor.is_constant()) {
      line("end");
    } else {
      steps(divisor);
    }
  }

  void write(const ProvedCondition& condition) {
    line("# never: ", condition.what);
    line("condition ", in_brackets(condition.goal));
    ++depth_;
    for (const Constraint& c : condition.given) line("given ", text_of(c));
    --depth_;
    steps(condition.certificate);
  }

  void write(const ProvedGroup& proved) {
    const Group& group = proved.group;
    line("products ", name_of(group));
    ++depth_;
    for (const Constraint& c : group.given) line("given ", text_of(normalised(c)));
    for (const Piece& piece : group.pieces) {
      std::string conditions;
      for (const Constraint& c : piece.where) conditions += " " + in_brackets(c);
      line("piece ", text_of(piece.coefficient.numerator), " over ",
           text_of(piece.coefficient.denominator), conditions.empty() ? "" : " if", conditions);
    }
    write(proved.cases);
    --depth_;
    line("end");
  }

  /// "G[G]*X[X,X_2]": the positions that the conditions are about.
  std::string name_of(const Group& group) const {
    std::string result;
    for (std::size_t i = 0; i < group.leaves.size(); ++i) {
      result += text(i == 0 ? "" : "*", proof_.leaves[group.leaves[i]].name);
      for (std::size_t axis = 0; axis < group.positions[i].size(); ++axis) {
        result += text(axis == 0 ? "[" : ",", world().variables.name(group.positions[i][axis]));
      }
      if (!group.positions[i].empty()) result += "]";
    }
    return result.empty() ? "1" : result;
  }

  void write(const Case& c) {
    line("case");
    ++depth_;
    for (const Lemma& lemma : c.lemmas) {
      line("lemma ", in_brackets(lemma.constraint));
      steps(lemma.certificate);
    }
    if (c.parts.empty()) {
      write(c.settled);
    } else {
      std::vector<Constraint> assumed{c.split};
      for (const Constraint& other : negation(c.split)) assumed.push_back(other);
      for (std::size_t i = 0; i < c.parts.size(); ++i) {
        line(i == 0 ? "split " : "else ", in_brackets(assumed[i]));
        ++depth_;
        write(c.parts[i]);
        --depth_;
      }
    }
    --depth_;
    line("end");
  }

  void write(const Settled& settled) {
    if (settled.empty) {
      line("empty");
      steps(*settled.empty);
      return;
    }
    for (std::size_t i = 0; i < settled.pieces.size(); ++i) {
      const PieceInCase& piece = settled.pieces[i];
      if (piece.out) {
        line("out ", i + 1);
        steps(*piece.out);
        continue;
      }
      for (const Reason& reason : piece.holds) {
        if (!reason.certificate) continue;
        line("holds ", i + 1, " ", in_brackets(reason.constraint));
        steps(*reason.certificate);
      }
    }
    for (const Certificate& sum : settled.sums) {
      line("zero ", text_of(sum.goal.p));
      steps(sum);
    }
  }

  const LinkProof& proof_;
  std::string text_;
  std::size_t depth_ = 0;
};

void add(const Case& c, ProofSize& size) {
  ++size.cases;
  size.certificates += c.lemmas.size() + c.settled.sums.size() + (c.settled.empty ? 1U : 0U);
  for (const PieceInCase& piece : c.settled.pieces) {
    if (piece.out) {
      ++size.certificates;
      continue;
    }
    for (const Reason& reason : piece.holds) size.certificates += reason.certificate ? 1U : 0U;
  }
  for (const Case& part : c.parts) add(part, size);
}

}  // namespace

std::string to_text(const LinkProof& proof) {
  return Writer(proof).run();
}

ProofSize size_of(const LinkProof& proof) {
  ProofSize result;
  result.conditions = proof.obligations.size() + proof.shapes.size() + proof.comparison.size();
  result.products = proof.groups.size();
  result.certificates = result.conditions;
  for (const ProvedGroup& group : proof.groups) add(group.cases, result);
  return result;
}

}  // namespace convproof::derivations
