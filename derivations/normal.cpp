#include "derivations/normal.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "core/errors.h"

namespace convproof::derivations {
namespace {

bool uses(const Polynomial& p, Variable v) {
  return p.degree_in(v) > 0;
}

/// What is left of p where v is 0.
Polynomial without(const Polynomial& p, Variable v) {
  return p.substitute(v, 0);
}

// ---------------------------------------------------------------- sums of powers

/// The sum of x^power for x from 0 to n.
///
/// From (n+1)^(k+1) = sum over j <= k of binomial(k+1, j) * (sum of x^j).
Polynomial sum_of_powers(int power, const Polynomial& n) {
  std::vector<Polynomial> sums;
  Polynomial next = n + 1;
  for (int k = 0; k <= power; ++k) {
    Polynomial rest = next;
    Rational binomial = 1;
    for (int j = 0; j < k; ++j) {
      rest -= Polynomial(binomial) * sums[static_cast<std::size_t>(j)];
      binomial = binomial * (k + 1 - j) / (j + 1);
    }
    sums.push_back(rest * Polynomial(Rational(1) / (k + 1)));
    next *= n + 1;
  }
  return sums.back();
}

/// The sum of p for v from lower to upper >= lower - 1.
Polynomial sum_over(const Polynomial& p, Variable v, const Polynomial& lower,
                    const Polynomial& upper) {
  std::map<int, Polynomial> by_power;
  for (const Polynomial::Term& term : p.terms()) {
    by_power[term.monomial.degree_in(v)] += Polynomial(term.monomial.without(v), term.coefficient);
  }
  Polynomial result;
  for (const auto& [power, factor] : by_power) {
    result += factor * (sum_of_powers(power, upper) - sum_of_powers(power, lower - 1));
  }
  return result;
}

// ---------------------------------------------------------------- elimination

/// Eliminates the inner variables of one term, which may become several.
class Elimination {
 public:
  Elimination(const std::vector<Constraint>& given, World& world) : given_(given), world_(world) {}

  std::vector<Piece> run(Term term) {
    term.accesses.clear();
    open_.push_back(std::move(term));
    while (!open_.empty()) {
      if (world_.is_stopped()) throw CannotEliminate("the search was stopped");
      Term next = std::move(open_.back());
      open_.pop_back();
      if (!tidy(next)) continue;
      if (next.inner.empty()) {
        result_.push_back({std::move(next.coefficient), std::move(next.where)});
        if (result_.size() > kMostPieces) {
          throw CannotEliminate(text("more than ", kMostPieces, " pieces"));
        }
      } else {
        step(std::move(next));
      }
    }
    return std::move(result_);
  }

 private:
  /// Simplifies the conditions. False if no point satisfies them, or nothing is summed.
  bool tidy(Term& term) const {
    if (term.coefficient.is_zero()) return false;
    std::vector<Constraint> kept;
    for (const Constraint& c : term.where) {
      const Constraint simple = without_positive_factors(normalised(c));
      if (simple == never()) return false;
      if (simple == always()) continue;
      const auto opposite = std::find(kept.begin(), kept.end(), not_negative(-simple.p));
      if (simple.relation == Relation::kNotNegative && opposite != kept.end()) {
        *opposite = normalised(zero(simple.p));
      } else if (std::find(kept.begin(), kept.end(), simple) == kept.end()) {
        kept.push_back(simple);
      }
    }
    term.where = std::move(kept);
    return true;
  }

  /// n*q + c for a size n >= 1 and c = 0 or -1 has the sign of q + c: n*q >= 1 is q >= 1.
  Constraint without_positive_factors(Constraint c) const {
    const Rational constant = c.p.constant();
    const bool shifted = constant == -1 && c.relation == Relation::kNotNegative;
    if (c.p.is_constant() || (constant != 0 && !shifted)) return c;
    const Polynomial rest = c.p - Polynomial(constant);
    for (const Variable n : rest.variables()) {
      const bool factor =
          std::all_of(rest.terms().begin(), rest.terms().end(),
                      [n](const Polynomial::Term& term) { return term.monomial.degree_in(n) > 0; });
      if (!factor || rest.degree() == 1 || !is_at_least_one(n)) continue;
      Polynomial quotient;
      for (const Polynomial::Term& term : rest.terms()) {
        quotient += Polynomial(term.monomial.divided_by(n), term.coefficient);
      }
      return without_positive_factors(normalised({quotient + Polynomial(constant), c.relation}));
    }
    return c;
  }

  void step(Term term) {
    if (by_unit_equation(term) || by_equation(term) || by_remainder(term) || by_counting(term)) {
      return;
    }
    throw CannotEliminate("no rule eliminates the index " +
                          world_.variables.name(term.inner.front()) + " of a sum");
  }

  void replace(Term term, Variable v, const Polynomial& value) {
    std::erase(term.inner, v);
    term.substitute(v, value);
    open_.push_back(std::move(term));
  }

  bool is_inner(const Term& term, Variable v) const {
    return std::find(term.inner.begin(), term.inner.end(), v) != term.inner.end();
  }
  std::vector<Variable> inner_of(const Term& term, const Polynomial& p) const {
    std::vector<Variable> result;
    for (const Variable v : term.inner) {
      if (uses(p, v)) result.push_back(v);
    }
    return result;
  }
  bool has_inner(const Term& term, const Polynomial& p) const { return !inner_of(term, p).empty(); }

  // -------------------------------------------------------------- by equations

  bool by_unit_equation(Term& term) {
    for (const Constraint& c : term.where) {
      if (c.relation != Relation::kZero) continue;
      for (const Variable v : inner_of(term, c.p)) {
        if (c.p.degree_in(v) != 1) continue;
        const Polynomial slope = c.p.slope(v);
        if (slope != Polynomial(1) && slope != Polynomial(-1)) continue;
        const Polynomial rest = without(c.p, v);
        const Polynomial value = slope == Polynomial(1) ? -rest : rest;
        replace(std::move(term), v, value);
        return true;
      }
    }
    return false;
  }

  bool by_equation(Term& term) {
    for (const Constraint& c : term.where) {
      if (c.relation != Relation::kZero) continue;
      const std::vector<Variable> inner = inner_of(term, c.p);
      if (inner.size() == 1 && by_divisibility(term, c.p, inner.front())) return true;
      if (inner.size() > 1 && by_changing_variables(term, c.p, inner)) return true;
    }
    return false;
  }

  /// a*v + rest = 0.
  bool by_divisibility(Term& term, const Polynomial& p, Variable v) {
    if (p.degree_in(v) != 1) return false;
    Polynomial slope = p.slope(v);
    Polynomial rest = without(p, v);
    if (has_inner(term, slope)) return false;
    if (is_at_least_one(-slope)) {
      slope = -slope;
      rest = -rest;
    } else if (!is_at_least_one(slope)) {
      return false;
    }
    const Polynomial value = world_.floor(-rest, slope);
    term.where.push_back(zero(slope * value + rest));
    replace(std::move(term), v, value);
    return true;
  }

  /// One step of Euclid's algorithm: v becomes v - n*w, so that the factor of w becomes smaller.
  bool by_changing_variables(Term& term, const Polynomial& p, const std::vector<Variable>& inner) {
    for (const Variable v : inner) {
      for (const Variable w : inner) {
        if (v == w || p.degree_in(v) != 1 || p.degree_in(w) != 1) continue;
        const std::optional<Rational> n = quotient(p.slope(w), p.slope(v));
        if (!n) continue;
        const Polynomial value = Polynomial(v) - Polynomial(*n) * Polynomial(w);
        term.substitute(v, value);
        open_.push_back(std::move(term));
        return true;
      }
    }
    return false;
  }

  /// n != 0 such that w - n*v is smaller than w.
  static std::optional<Rational> quotient(const Polynomial& w, const Polynomial& v) {
    if (w == v) return Rational(1);
    if (w == -v) return Rational(-1);
    if (!w.is_constant() || !v.is_constant()) return std::nullopt;
    const Rational ratio = w.constant() / v.constant();
    if (abs(ratio) < 1) return std::nullopt;
    const Rational whole = Rational(numerator(Rational(abs(ratio))) / denominator(ratio));
    return ratio < 0 ? Rational(-whole) : whole;
  }

  bool is_at_least_one(const Polynomial& p) const {
    if (p.is_constant()) return p.constant() >= 1;
    return world_.follows({}, not_negative(p - 1));
  }

  // -------------------------------------------------------------- by remainders

  /// p = e - m*v >= 0 and q = c - p >= 0 with c < m.
  bool by_remainder(Term& term) {
    for (const Constraint& lower : term.where) {
      if (lower.relation != Relation::kNotNegative) continue;
      for (const Variable v : inner_of(term, lower.p)) {
        if (lower.p.degree_in(v) != 1) continue;
        const Polynomial m = -lower.p.slope(v);
        const Polynomial e = without(lower.p, v);
        if (has_inner(term, m) || has_inner(term, e) || !is_at_least_one(m)) continue;
        if (!is_remainder(term, lower.p, v, m)) continue;
        const Polynomial value = world_.floor(e, m);
        replace(std::move(term), v, value);
        return true;
      }
    }
    return false;
  }

  bool is_remainder(const Term& term, const Polynomial& p, Variable v, const Polynomial& m) const {
    return std::any_of(term.where.begin(), term.where.end(), [&](const Constraint& upper) {
      if (upper.relation != Relation::kNotNegative || upper.p.degree_in(v) != 1) return false;
      if (upper.p.slope(v) != m) return false;
      const Polynomial width = p + upper.p;
      return width == m - 1 || world_.follows(given_, not_negative(m - 1 - width));
    });
  }

  // -------------------------------------------------------------- by counting

  struct Limits {
    std::vector<Polynomial> lower;
    std::vector<Polynomial> upper;
    std::vector<Constraint> rest;  // Conditions without the index.
  };

  bool by_counting(Term& term) {
    std::optional<Variable> best;
    Limits best_limits;
    for (const Variable v : term.inner) {
      if (uses(term.coefficient.denominator, v)) continue;
      const std::optional<Limits> limits = limits_of(term, v);
      if (!limits) continue;
      const auto pieces = [](const Limits& l) { return l.lower.size() * l.upper.size(); };
      if (!best || pieces(*limits) < pieces(best_limits)) {
        best = v;
        best_limits = *limits;
      }
    }
    if (!best) return false;
    count(term, *best, best_limits);
    return true;
  }

  std::optional<Limits> limits_of(const Term& term, Variable v) {
    Limits result;
    for (const Constraint& c : term.where) {
      if (!uses(c.p, v)) result.rest.push_back(c);
    }
    for (const Constraint& c : term.where) {
      if (!uses(c.p, v)) continue;
      if (c.relation == Relation::kZero || c.p.degree_in(v) != 1) return std::nullopt;
      if (!add_limit(term, c.p, v, result)) return std::nullopt;
    }
    if (result.lower.empty() || result.upper.empty()) return std::nullopt;
    prune(result.lower, result.rest, true);
    prune(result.upper, result.rest, false);
    return result;
  }

  /// slope*v + rest >= 0.
  bool add_limit(const Term& term, const Polynomial& p, Variable v, Limits& limits) {
    const Polynomial slope = p.slope(v);
    const Polynomial rest = without(p, v);
    const bool unit = slope == Polynomial(1) || slope == Polynomial(-1);
    if (has_inner(term, slope) || (!unit && has_inner(term, rest))) return false;
    if (is_at_least_one(slope)) {
      limits.lower.push_back(unit ? -rest : -world_.floor(rest, slope));
    } else if (is_at_least_one(-slope)) {
      limits.upper.push_back(unit ? rest : world_.floor(rest, -slope));
    } else {
      return false;
    }
    return true;
  }

  /// Drops limits that are never tighter than another one.
  void prune(std::vector<Polynomial>& limits, const std::vector<Constraint>& rest, bool lower) {
    std::vector<Constraint> all = rest;
    append(all, given_);
    for (std::size_t i = 0; i < limits.size();) {
      const bool idle = std::any_of(limits.begin(), limits.end(), [&](const Polynomial& other) {
        if (&other == &limits[i]) return false;
        const Polynomial tighter = lower ? other - limits[i] : limits[i] - other;
        return world_.follows(all, not_negative(tighter));
      });
      if (idle) {
        limits.erase(limits.begin() + static_cast<std::ptrdiff_t>(i));
      } else {
        ++i;
      }
    }
  }

  void count(const Term& term, Variable v, const Limits& limits) {
    for (std::size_t i = 0; i < limits.lower.size(); ++i) {
      for (std::size_t j = 0; j < limits.upper.size(); ++j) {
        const Polynomial& lower = limits.lower[i];
        const Polynomial& upper = limits.upper[j];
        Term piece = term;
        std::erase(piece.inner, v);
        piece.where = limits.rest;
        piece.where.push_back(at_least(upper, lower));
        // The first of equal limits counts.
        for (std::size_t k = 0; k < limits.lower.size(); ++k) {
          if (k != i) piece.where.push_back(at_least(lower, limits.lower[k] + (k < i ? 1 : 0)));
        }
        for (std::size_t k = 0; k < limits.upper.size(); ++k) {
          if (k != j) piece.where.push_back(at_most(upper, limits.upper[k] - (k < j ? 1 : 0)));
        }
        piece.coefficient.numerator = sum_over(term.coefficient.numerator, v, lower, upper);
        open_.push_back(std::move(piece));
      }
    }
  }

  const std::vector<Constraint>& given_;
  World& world_;
  std::vector<Term> open_;
  std::vector<Piece> result_;
};

// ---------------------------------------------------------------- groups

/// Every way to put the accesses in the order of their leaves.
std::vector<std::vector<Access>> orders_of(std::vector<Access> accesses) {
  std::stable_sort(accesses.begin(), accesses.end(),
                   [](const Access& a, const Access& b) { return a.leaf < b.leaf; });
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < accesses.size(); ++i) order.push_back(i);
  std::vector<std::vector<Access>> result;
  do {
    std::vector<Access>& next = result.emplace_back();
    for (const std::size_t i : order) next.push_back(accesses[i]);
    const bool sorted = std::is_sorted(
        next.begin(), next.end(), [](const Access& a, const Access& b) { return a.leaf < b.leaf; });
    if (!sorted) result.pop_back();
    if (result.size() > kMostPieces) throw CannotEliminate("too many equal factors");
  } while (std::next_permutation(order.begin(), order.end()));
  return result;
}

class Grouping {
 public:
  Grouping(const Pair& pair, World& world) : pair_(pair), world_(world) {}

  std::vector<Group> run() {
    for (const Term& term : pair_.left.terms) add(term, false);
    for (const Term& term : pair_.right.terms) add(term, true);
    std::vector<Group> result;
    for (auto& [leaves, group] : groups_) result.push_back(std::move(group));
    return result;
  }

 private:
  void add(Term term, bool right) {
    if (right) {
      term.coefficient = -term.coefficient;
      for (std::size_t axis = 0; axis < pair_.left.rank(); ++axis) {
        term.substitute(pair_.right.outs[axis], pair_.left.outs[axis]);
      }
    }
    if (term.accesses.size() > kMostFactors) {
      throw CannotEliminate(text("products of more than ", kMostFactors, " tensors"));
    }
    for (const std::vector<Access>& accesses : orders_of(term.accesses)) {
      Group& group = group_of(accesses);
      Term ordered = term;
      for (std::size_t i = 0; i < accesses.size(); ++i) {
        for (std::size_t axis = 0; axis < accesses[i].position.size(); ++axis) {
          ordered.where.push_back(equal(group.positions[i][axis], accesses[i].position[axis]));
        }
      }
      for (Piece& piece : Elimination(group.given, world_).run(std::move(ordered))) {
        group.pieces.push_back(std::move(piece));
      }
    }
  }

  Group& group_of(const std::vector<Access>& accesses) {
    std::vector<std::size_t> leaves;
    for (const Access& access : accesses) leaves.push_back(access.leaf);
    const auto [found, is_new] = groups_.try_emplace(leaves);
    Group& group = found->second;
    if (!is_new) return group;
    group.leaves = leaves;
    group.given = pair_.given;
    append(group.given, inside(pair_.left));
    for (const std::size_t leaf : leaves) {
      std::vector<Variable>& position = group.positions.emplace_back();
      for (const Polynomial& size : pair_.leaves[leaf].sizes) {
        position.push_back(world_.variables.fresh(pair_.leaves[leaf].name, VariableKind::kIndex));
        append(group.given, inside(position.back(), size));
      }
    }
    return group;
  }

  static constexpr std::size_t kMostFactors = 7;

  const Pair& pair_;
  World& world_;
  std::map<std::vector<std::size_t>, Group> groups_;
};

}  // namespace

std::vector<Group> groups_of(const Pair& pair, World& world) {
  return Grouping(pair, world).run();
}

std::vector<Piece> pieces_of(Term term, const std::vector<Constraint>& given, World& world) {
  return Elimination(given, world).run(std::move(term));
}

}  // namespace convproof::derivations
