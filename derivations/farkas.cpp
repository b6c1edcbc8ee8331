#include "derivations/farkas.h"

#include <algorithm>
#include <cassert>
#include <map>
#include <set>
#include <utility>
#include <variant>

#include "core/errors.h"

namespace convproof::derivations {
namespace {

/// Multipliers by the position of what they multiply.
using Multipliers = std::map<std::size_t, Rational>;

struct Given {};
struct Negated {};
struct Product {
  std::size_t a;
  std::size_t b;
};
struct Rounded {
  Multipliers combination;
};

/// A condition that may be used, and where it comes from.
struct Known {
  Constraint constraint;
  std::variant<Given, Negated, Product, Rounded> origin;
};

bool is_equation(const Known& known) {
  return known.constraint.relation == Relation::kZero;
}

/// A polynomial with the multipliers that make it from what is known.
struct Traced {
  Polynomial p;
  Multipliers from;

  void subtract(const Rational& factor, const Traced& other) {
    p = Polynomial::combined(p, -factor, other.p);
    for (const auto& [i, m] : other.from) {
      if ((from[i] -= factor * m) == 0) from.erase(i);
    }
  }
};

/// The search for one refutation of "need < 0".
class Search {
 public:
  Search(const std::vector<Constraint>& hypotheses, Polynomial need, const Limits& limits,
         Effort& effort)
      : need_(std::move(need)), limits_(limits), effort_(effort) {
    for (const Constraint& c : hypotheses) known_.push_back({c, Given{}});
    negated_ = known_.size();
    known_.push_back({negation(not_negative(need_)).front(), Negated{}});
  }

  std::optional<Refutation> run() {
    std::optional<Multipliers> found = single();
    if (!found) found = combined();
    if (!found && limit_.empty() && add_roundings()) found = combined();
    if (!found && limit_.empty() && add_products()) found = combined();
    if (!found) found = shifted();
    if (!found) return std::nullopt;
    return refutation(*found);
  }

  /// Empty unless a limit ended the search.
  const std::string& limit() const { return limit_; }

 private:
  const Polynomial& p(std::size_t i) const { return known_[i].constraint.p; }

  // -------------------------------------------------------------- multipliers

  /// At most one hypothesis besides the negated goal.
  std::optional<Multipliers> single() const {
    for (std::size_t i = known_.size(); i-- > 0;) {
      if (auto alone = alone_contradictory(i)) return alone;
    }
    const Polynomial& negated = p(negated_);
    if (negated.is_constant()) return std::nullopt;
    const Polynomial::Term& last = negated.terms().back();
    for (std::size_t i = 0; i < negated_; ++i) {
      const Rational opposite = p(i).coefficient(last.monomial);
      if (opposite == 0 || (!is_equation(known_[i]) && (opposite < 0) == (last.coefficient < 0))) {
        continue;
      }
      const Rational factor = -last.coefficient / opposite;
      const Polynomial sum = Polynomial::combined(negated, factor, p(i));
      if (!sum.is_constant() || sum.constant() >= 0) continue;
      const Rational scale = -1 / sum.constant();
      return Multipliers{{i, factor * scale}, {negated_, scale}};
    }
    return std::nullopt;
  }

  std::optional<Multipliers> alone_contradictory(std::size_t i) const {
    const Rational constant = p(i).constant();
    if (!p(i).is_constant() || constant == 0) return std::nullopt;
    if (constant > 0 && !is_equation(known_[i])) return std::nullopt;
    return Multipliers{{i, -1 / constant}};
  }

  /// Any number of everything known.
  std::optional<Multipliers> combined() {
    if (!limit_.empty()) return std::nullopt;
    const Solution solution = solve(equations(), limits_, effort_);
    if (solution.solved == Solved::kLimit) limit_ = solution.limit;
    if (solution.solved != Solved::kYes) return std::nullopt;
    Multipliers result;
    for (std::size_t i = 0; i < known_.size(); ++i) {
      if (solution.x[i] != 0) result[i] = solution.x[i];
    }
    return result;
  }

  /// A row for each monomial: the coefficients add up to 0, the constants to -1.
  LinearSystem equations() const {
    std::map<Monomial, std::size_t> rows;
    LinearSystem system;
    for (const Known& known : known_) {
      LinearSystem::Column column{{}, is_equation(known)};
      for (const Polynomial::Term& term : known.constraint.p.terms()) {
        const std::size_t row = rows.emplace(term.monomial, rows.size()).first->second;
        column.entries.push_back({row, term.coefficient});
      }
      system.columns.push_back(std::move(column));
    }
    system.right.resize(rows.size());
    const auto constant = rows.find(Monomial());
    if (constant == rows.end()) {
      system.right.emplace_back(-1);  // Nothing has a constant: 0 = -1 has no solution.
    } else {
      system.right[constant->second] = -1;
    }
    return system;
  }

  // -------------------------------------------------------------- rounding

  /// Adds what integers allow beyond what rationals do; says whether there is any.
  bool add_roundings() {
    const std::size_t before = known_.size();
    std::vector<std::pair<Monomial, Traced>> solved;  // p has the monomial times 1 or -1.
    for (std::size_t i = 0; i < before; ++i) {
      if (!is_equation(known_[i])) continue;
      Traced equation = reduced(i, solved);
      if (equation.p.is_constant()) continue;
      const Rational content = equation.p.content_without_constant();
      Traced scaled{};
      scaled.subtract(-1 / content, equation);
      if (const auto unit = unit_monomial(scaled.p)) {
        solved.emplace_back(*unit, std::move(scaled));
      } else {
        round(scaled);
        Traced opposite{};
        opposite.subtract(1, scaled);
        round(opposite);
      }
    }
    for (std::size_t i = 0; i < before; ++i) {
      if (is_equation(known_[i])) continue;
      round({p(i), {{i, Rational(1)}}});
      if (!solved.empty()) round(reduced(i, solved));
    }
    round_pairs(before);
    return known_.size() > before;
  }

  /// Floors give pairs like 2q+1-e >= 0 and e >= 0, whose sum says that q >= 0.
  void round_pairs(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      if (is_equation(known_[i]) || !has_larger_coefficient(p(i))) continue;
      for (std::size_t j = 0; j < count; ++j) {
        const bool is_done = j <= i && has_larger_coefficient(p(j));
        if (is_done || is_equation(known_[j])) continue;
        const Polynomial sum = p(i) + p(j);
        if (sum.is_constant() || sum.terms().size() >= p(i).terms().size() + p(j).terms().size()) {
          continue;
        }
        round({sum, {{i, Rational(1)}, {j, Rational(1)}}});
      }
    }
  }

  static bool has_larger_coefficient(const Polynomial& p) {
    return std::any_of(p.terms().begin(), p.terms().end(), [](const Polynomial::Term& term) {
      return !term.monomial.is_one() && abs(term.coefficient) > 1;
    });
  }

  Traced reduced(std::size_t i, const std::vector<std::pair<Monomial, Traced>>& solved) const {
    Traced result{p(i), {{i, Rational(1)}}};
    for (const auto& [monomial, equation] : solved) {
      const Rational coefficient = result.p.coefficient(monomial);
      if (coefficient != 0) {
        result.subtract(coefficient / equation.p.coefficient(monomial), equation);
      }
    }
    return result;
  }

  static std::optional<Monomial> unit_monomial(const Polynomial& p) {
    if (denominator(p.constant()) != 1) return std::nullopt;
    for (const Polynomial::Term& term : p.terms()) {
      if (!term.monomial.is_one() && abs(term.coefficient) == 1) return term.monomial;
    }
    return std::nullopt;
  }

  /// Adds the rounded condition if rounding makes it stronger.
  void round(const Traced& traced) {
    if (traced.p.is_constant()) return;
    if (denominator(Rational(traced.p.constant() / traced.p.content_without_constant())) == 1) {
      return;
    }
    add({normalised(not_negative(traced.p)), Rounded{traced.from}});
  }

  // -------------------------------------------------------------- products

  /// Adds products until no hypothesis touches a new monomial; says whether there is any.
  bool add_products() {
    const std::size_t before = known_.size();
    std::set<Monomial> occurring;
    for (const Known& known : known_) collect(known.constraint.p, occurring);
    const std::vector<std::pair<Variable, std::size_t>> bounds = lower_bounds();
    std::set<std::pair<std::size_t, std::size_t>> done;
    for (bool more = true; more;) {
      more = false;
      for (const auto& [s, bound] : bounds) {
        for (std::size_t i = 0; i < before; ++i) {
          if (i == bound || p(i).degree() != 1 || !touches(p(i), s, occurring)) continue;
          if (!done.emplace(std::min(i, bound), std::max(i, bound)).second) continue;
          const Constraint product{p(bound) * p(i), known_[i].constraint.relation};
          collect(product.p, occurring);
          add({product, Product{bound, i}});
          more = true;
          if (known_.size() * occurring.size() > limits_.cells) return true;
        }
      }
    }
    return known_.size() > before;
  }

  // -------------------------------------------------------------- lower bounds

  /// The need as a sum of products of given lower bounds: with M-K >= 0 and K-1 >= 0, every M
  /// is K+m and every K is 1+k; if no coefficient is negative in k and m, nor is the need, and each
  /// of its terms is a product of what is given.
  std::optional<Multipliers> shifted() {
    constexpr int kHighestDegree = 12;  // Products of more bounds have very many terms.
    const int degree = need_.degree();
    if (degree < 2 || degree > kHighestDegree || !limit_.empty()) return std::nullopt;
    // The negated goal is -rest - 1 >= 0, scaled to integers without a common divisor.
    Polynomial rest = -p(negated_) - 1;
    const std::vector<Bound> bounds = bounds_of(rest);
    for (const Bound& bound : bounds) {
      rest = rest.substitute(bound.variable, Polynomial(bound.variable) + bound.least);
    }
    Multipliers result{{negated_, Rational(1)}};
    for (const Polynomial::Term& term : rest.terms()) {
      if (term.coefficient < 0) return std::nullopt;
      if (term.monomial.is_one()) continue;
      const std::optional<std::size_t> product = product_of(term.monomial, bounds);
      if (!product) return std::nullopt;
      result[*product] += term.coefficient;
    }
    const Rational scale = 1 / (1 + rest.constant());
    for (auto& [i, m] : result) m *= scale;
    return result;
  }

  /// Given: variable - least >= 0.
  struct Bound {
    Variable variable;
    Polynomial least;
    std::size_t given;
  };

  /// A lower bound for each variable of `need` and of the bounds, if there is one; each bound uses
  /// only variables whose bounds come after it. The most that is known of a variable comes first.
  std::vector<Bound> bounds_of(const Polynomial& need) const {
    std::vector<Bound> result;
    const std::vector<Variable> first = need.variables();
    std::set<Variable> open(first.begin(), first.end());
    std::set<Variable> done;
    while (!open.empty()) {
      std::optional<Bound> best;
      for (const Variable v : open) {
        for (const Bound& bound : bounds_for(v, done)) {
          const auto size = [](const Bound& b) { return b.least.variables().size(); };
          if (!best || size(bound) > size(*best)) best = bound;
        }
      }
      if (!best) return result;
      for (const Variable v : best->least.variables()) open.insert(v);
      open.erase(best->variable);
      done.insert(best->variable);
      result.push_back(*std::move(best));
    }
    return result;
  }

  std::vector<Bound> bounds_for(Variable v, const std::set<Variable>& without) const {
    std::vector<Bound> result;
    for (std::size_t i = 0; i < negated_; ++i) {
      if (is_equation(known_[i]) || p(i).degree() != 1 || p(i).degree_in(v) != 1) continue;
      if (p(i).slope(v) != Polynomial(1)) continue;
      Polynomial least = Polynomial(v) - p(i);
      const std::vector<Variable> used = least.variables();
      const auto is_done = [&without](Variable u) { return without.contains(u); };
      if (std::none_of(used.begin(), used.end(), is_done)) result.push_back({v, least, i});
    }
    return result;
  }

  /// The product of the given bounds of a monomial's variables, as something known.
  std::optional<std::size_t> product_of(const Monomial& monomial,
                                        const std::vector<Bound>& bounds) {
    std::optional<std::size_t> result;
    for (int i = 0; i < monomial.degree(); ++i) {
      const auto bound = std::find_if(bounds.begin(), bounds.end(), [&](const Bound& b) {
        return b.variable == monomial.factor(i);
      });
      if (bound == bounds.end()) return std::nullopt;
      result =
          result
              ? added({not_negative(p(*result) * p(bound->given)), Product{*result, bound->given}})
              : bound->given;
    }
    return result;
  }

  static void collect(const Polynomial& p, std::set<Monomial>& occurring) {
    for (const Polynomial::Term& term : p.terms()) occurring.insert(term.monomial);
  }

  /// Whether s*v occurs for a variable v of `p`.
  static bool touches(const Polynomial& p, Variable s, const std::set<Monomial>& occurring) {
    return std::any_of(p.terms().begin(), p.terms().end(), [&](const Polynomial::Term& term) {
      return !term.monomial.is_one() && occurring.contains(term.monomial * Monomial(s));
    });
  }

  /// The given conditions a*s-c >= 0, a > 0, of one variable alone.
  std::vector<std::pair<Variable, std::size_t>> lower_bounds() const {
    std::vector<std::pair<Variable, std::size_t>> result;
    for (std::size_t i = 0; i < negated_; ++i) {
      const std::vector<Polynomial::Term>& terms = p(i).terms();
      if (is_equation(known_[i]) || terms.empty() || terms.back().monomial.degree() != 1) continue;
      if (terms.size() > 2 || (terms.size() == 2 && !terms.front().monomial.is_one())) continue;
      if (terms.back().coefficient > 0) result.emplace_back(terms.back().monomial.factor(0), i);
    }
    return result;
  }

  void add(const Known& known) { added(known); }
  /// Where it is among what is known.
  std::size_t added(const Known& known) {
    const auto same = std::find_if(known_.begin(), known_.end(), [&](const Known& k) {
      return k.constraint == known.constraint;
    });
    if (same != known_.end()) return static_cast<std::size_t>(same - known_.begin());
    known_.push_back(known);
    return known_.size() - 1;
  }

  // -------------------------------------------------------------- the result

  Refutation refutation(const Multipliers& multipliers) const {
    std::set<std::size_t> used;
    for (const auto& [i, m] : multipliers) mark(i, used);
    Refutation result{need_, {}, combination(multipliers)};
    for (const std::size_t i : used) {  // In increasing order: origins come first.
      const Known& known = known_[i];
      if (const auto* product = std::get_if<Product>(&known.origin)) {
        result.derived.push_back({known.constraint, ProductOf{known_[product->a].constraint,
                                                              known_[product->b].constraint}});
      } else if (const auto* rounded = std::get_if<Rounded>(&known.origin)) {
        result.derived.push_back({known.constraint, RoundingOf{combination(rounded->combination)}});
      }
    }
    assert(adds_up(result.sum));
    return result;
  }

  void mark(std::size_t i, std::set<std::size_t>& used) const {
    if (!used.insert(i).second) return;
    if (const auto* product = std::get_if<Product>(&known_[i].origin)) {
      mark(product->a, used);
      mark(product->b, used);
    } else if (const auto* rounded = std::get_if<Rounded>(&known_[i].origin)) {
      for (const auto& [j, m] : rounded->combination) mark(j, used);
    }
  }

  Combination combination(const Multipliers& multipliers) const {
    Combination result;
    for (const auto& [i, m] : multipliers) result.push_back({m, known_[i].constraint});
    return result;
  }

  static bool adds_up(const Combination& sum) {
    Polynomial total;
    for (const Summand& s : sum) {
      total = Polynomial::combined(total, s.multiplier, s.hypothesis.p);
      if (s.hypothesis.relation == Relation::kNotNegative && s.multiplier < 0) return false;
    }
    return total == Polynomial(-1);
  }

  Polynomial need_;
  const Limits& limits_;
  Effort& effort_;
  std::vector<Known> known_;  // Given, then the negated goal, then what is derived.
  std::size_t negated_ = 0;
  std::string limit_;
};

void keep_used(const Combination& combination, const std::vector<Constraint>& hypotheses,
               std::vector<Constraint>& used) {
  for (const Summand& s : combination) {
    const auto is = [&](const Constraint& c) { return c == s.hypothesis; };
    if (std::any_of(hypotheses.begin(), hypotheses.end(), is) &&
        std::none_of(used.begin(), used.end(), is)) {
      used.push_back(s.hypothesis);
    }
  }
}

/// The hypotheses that the refutations name.
std::vector<Constraint> used_by(const std::vector<Refutation>& refutations,
                                const std::vector<Constraint>& hypotheses) {
  std::vector<Constraint> used;
  for (const Refutation& refutation : refutations) {
    for (const Derived& derived : refutation.derived) {
      if (const auto* product = std::get_if<ProductOf>(&derived.from)) {
        keep_used({{1, product->a}, {1, product->b}}, hypotheses, used);
      } else {
        keep_used(std::get<RoundingOf>(derived.from).combination, hypotheses, used);
      }
    }
    keep_used(refutation.sum, hypotheses, used);
  }
  return used;
}

}  // namespace

Proof prove(const std::vector<Constraint>& hypotheses, const Constraint& goal,
            const Limits& limits) {
  Proof proof;
  std::vector<Polynomial> needs{goal.p};
  if (goal.relation == Relation::kZero) needs.push_back(-goal.p);
  std::vector<Refutation> refutations;
  for (const Polynomial& need : needs) {
    Search search(hypotheses, need, limits, proof.effort);
    std::optional<Refutation> refutation = search.run();
    if (!refutation) {
      const bool stopped = !search.limit().empty();
      proof.outcome = stopped ? Outcome::kLimit : Outcome::kNoCertificate;
      proof.undecided = stopped ? text("The limit of the search was reached: ", search.limit(), ".")
                                : "The hypotheses and their products leave room for the opposite.";
      return proof;
    }
    refutations.push_back(*std::move(refutation));
  }
  std::vector<Constraint> used = used_by(refutations, hypotheses);
  proof.outcome = Outcome::kProved;
  proof.certificate = Certificate{std::move(used), goal, std::move(refutations)};
  return proof;
}

}  // namespace convproof::derivations
