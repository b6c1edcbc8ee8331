#include "derivations/region.h"

#include <isl/constraint.h>
#include <isl/ctx.h>
#include <isl/options.h>
#include <isl/set.h>
#include <isl/val.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "core/errors.h"
#include "derivations/normal.h"

namespace convproof::derivations {
namespace {

struct Unknown {
  std::string why;
};

struct FreeContext {
  void operator()(isl_ctx* context) const { isl_ctx_free(context); }
};
struct FreeSet {
  void operator()(isl_set* set) const { isl_set_free(set); }
};
struct FreeBasicSet {
  void operator()(isl_basic_set* set) const { isl_basic_set_free(set); }
};
struct FreeBasicSetList {
  void operator()(isl_basic_set_list* list) const { isl_basic_set_list_free(list); }
};
struct FreeConstraint {
  void operator()(isl_constraint* constraint) const { isl_constraint_free(constraint); }
};
struct FreeConstraintList {
  void operator()(isl_constraint_list* list) const { isl_constraint_list_free(list); }
};
using Set = std::unique_ptr<isl_set, FreeSet>;
using BasicSet = std::unique_ptr<isl_basic_set, FreeBasicSet>;
using IslConstraint = std::unique_ptr<isl_constraint, FreeConstraint>;
using ConstraintList = std::unique_ptr<isl_constraint_list, FreeConstraintList>;

Set owned(isl_set* set) {
  if (set == nullptr) throw Unknown{"the sets of sizes grow too large"};
  return Set(set);
}
Set both(const Set& a, const Set& b) {
  return owned(isl_set_intersect(isl_set_copy(a.get()), isl_set_copy(b.get())));
}
Set either(const Set& a, const Set& b) {
  return owned(isl_set_union(isl_set_copy(a.get()), isl_set_copy(b.get())));
}
Set without(const Set& a, const Set& b) {
  return owned(isl_set_subtract(isl_set_copy(a.get()), isl_set_copy(b.get())));
}

/// The variables of points: all that the constraints use but sizes.
using Point = std::vector<Variable>;

/// Sets of sizes and of points.
class Sets {
 public:
  Sets(isl_ctx* context, const World& world) : context_(context), world_(world) {
    for (std::size_t i = 0; i < world.variables.count(); ++i) {
      if (is_size(static_cast<Variable>(i))) parameters_.push_back(static_cast<Variable>(i));
    }
  }

  const std::vector<Variable>& parameters() const { return parameters_; }

  /// What points have to have that all these constraints can be said of them.
  Point point_of(const std::vector<Constraint>& constraints) const {
    std::vector<Constraint> all = constraints;
    append(all, world_.hypotheses);
    append(all, world_.definitions_for(all));
    std::set<Variable> used;
    for (const Constraint& c : all) {
      for (const Variable v : c.p.variables()) {
        if (!is_size(v)) used.insert(v);
      }
    }
    return {used.begin(), used.end()};
  }

  /// The points that satisfy all conditions and what is known of the sizes, the definitions of
  /// floors included.
  Set points(const Point& point, const std::vector<Constraint>& all) const {
    constexpr std::size_t kMostVariables = 64;  // isl counts operations, however large each is.
    if (parameters_.size() + point.size() > kMostVariables) {
      throw Unknown{text("more than ", kMostVariables, " sizes and indices occur")};
    }
    if (world_.is_stopped()) throw Unknown{"the search was stopped"};
    std::vector<Constraint> conditions = all;
    append(conditions, world_.hypotheses);
    append(conditions, world_.definitions_for(conditions));
    std::string result = list(parameters_) + " -> { " + list(point) + " : ";
    for (std::size_t i = 0; i < conditions.size(); ++i) {
      result += text(i == 0 ? "" : " and ", condition(conditions[i]));
    }
    return owned(isl_set_read_from_str(context_, (result + " }").c_str()));
  }

  /// Of the floors in these conditions.
  std::vector<Constraint> definitions_for(const std::vector<Constraint>& all) const {
    return world_.definitions_for(all);
  }

  /// The sizes for which there is a point.
  static Set sizes(const Set& points) {
    return owned(isl_set_coalesce(isl_set_params(isl_set_copy(points.get()))));
  }
  /// The sizes for which some point satisfies all conditions.
  Set sizes(const std::vector<Constraint>& all) const { return sizes(points(point_of(all), all)); }

 private:
  bool is_size(Variable v) const {
    const auto is_floor = [v](const FloorDefinition& floor) { return floor.floor == v; };
    return world_.variables.kind(v) == VariableKind::kSize &&
           std::none_of(world_.floors().begin(), world_.floors().end(), is_floor);
  }

  static std::string name(Variable v) { return text('v', static_cast<unsigned>(v)); }

  static std::string list(const std::vector<Variable>& variables) {
    std::string result = "[";
    for (const Variable v : variables) result += (result.size() == 1 ? "" : ", ") + name(v);
    return result + "]";
  }

  static std::string condition(const Constraint& c) {
    const Constraint simple = normalised(c);
    std::string result = "0";
    for (const Polynomial::Term& term : simple.p.terms()) {
      if (term.monomial.degree() > 1) throw Unknown{"products of sizes and indices occur"};
      const std::string factor =
          term.monomial.is_one() ? std::string() : "*" + name(term.monomial.factor(0));
      result +=
          text(term.coefficient < 0 ? " - " : " + ", Rational(abs(term.coefficient)).str(), factor);
    }
    return result + (simple.relation == Relation::kZero ? " = 0" : " >= 0");
  }

  isl_ctx* context_;
  const World& world_;
  std::vector<Variable> parameters_;
};

// ---------------------------------------------------------------- where it holds

/// The points at which the pieces of a group do not add up to 0.
Set differing(const Group& group, const Sets& sets) {
  std::vector<Constraint> all = group.given;
  for (const Piece& piece : group.pieces) {
    append(all, piece.where);
    all.push_back(zero(piece.coefficient.numerator));
  }
  const Point point = sets.point_of(all);
  std::map<Polynomial, Set> by_sum;
  // Where a piece is not counted, floors in its conditions are still what they are.
  std::vector<Constraint> everywhere = group.given;
  append(everywhere, sets.definitions_for(all));
  by_sum.emplace(0, sets.points(point, everywhere));
  for (const Piece& piece : group.pieces) {
    if (!piece.coefficient.denominator.is_constant()) {
      throw Unknown{"coefficients are divided by sizes"};
    }
    const Polynomial coefficient =
        piece.coefficient.numerator * Polynomial(1 / piece.coefficient.denominator.constant());
    const Set where = sets.points(point, piece.where);
    std::map<Polynomial, Set> next;
    const auto add = [&next](const Polynomial& sum, Set part) {
      if (isl_set_is_empty(part.get()) == isl_bool_true) return;
      const auto [found, is_new] = next.try_emplace(sum, nullptr);
      found->second = is_new ? std::move(part) : either(found->second, part);
    };
    for (const auto& [sum, set] : by_sum) {
      add(sum + coefficient, both(set, where));
      add(sum, without(set, where));
    }
    by_sum = std::move(next);
  }
  Set result = sets.points(point, {never()});
  for (const auto& [sum, set] : by_sum) {
    if (sum.is_zero()) continue;
    for (const Constraint& c : negation(zero(sum))) {
      result = either(result, both(set, sets.points(point, {c})));
    }
  }
  return result;
}

Set where_it_holds(const Pair& pair, const std::vector<Group>& groups, const World& world,
                   const Sets& sets) {
  Set result = sets.sizes(std::vector<Constraint>());
  const auto require = [&](const std::vector<Constraint>& given, const Constraint& need) {
    if (normalised(need) == always() || world.follows(given, need)) return;
    for (const Constraint& c : negation(need)) {
      std::vector<Constraint> all = given;
      all.push_back(c);
      result = without(result, sets.sizes(all));
    }
  };
  for (const Obligation& obligation : pair.obligations) require(obligation.given, obligation.need);
  for (std::size_t axis = 0; axis < pair.left.rank(); ++axis) {
    require(pair.given, equal(pair.left.sizes[axis], pair.right.sizes[axis]));
  }
  for (const Group& group : groups) result = without(result, Sets::sizes(differing(group, sets)));
  return result;
}

// ---------------------------------------------------------------- as text

Rational value_of(isl_val* value) {
  const Rational result = Rational(isl_val_get_num_si(value)) / isl_val_get_den_si(value);
  isl_val_free(value);
  return result;
}

/// Constraints of isl in the words of the claim language.
class Words {
 public:
  Words(const std::vector<Variable>& parameters, const Variables& variables)
      : parameters_(parameters), variables_(variables) {}

  /// A set of sizes that is given by constraints.
  std::vector<language::Comparison> all_of(const BasicSet& set) const {
    std::vector<language::Comparison> result;
    const ConstraintList list(isl_basic_set_get_constraint_list(set.get()));
    for (int i = 0; i < isl_constraint_list_n_constraint(list.get()); ++i) {
      const IslConstraint constraint(isl_constraint_list_get_constraint(list.get(), i));
      result.push_back(comparison(constraint.get()));
    }
    return result;
  }

 private:
  struct Part {
    Rational coefficient;
    language::Expr what;
  };

  /// The sides have no minus signs.
  language::Comparison comparison(isl_constraint* constraint) const {
    std::vector<Part> parts;
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
      parts.push_back({value_of(isl_constraint_get_coefficient_val(constraint, isl_dim_param,
                                                                   static_cast<int>(i))),
                       size(i)});
    }
    Rational constant = value_of(isl_constraint_get_constant_val(constraint));
    const bool equation = isl_constraint_is_equality(constraint) == isl_bool_true;
    if (const Rational modulus = divisor(constraint); modulus != 0) {
      if (!equation) throw Unknown{"it depends on remainders"};
      return congruence(parts, constant, modulus);
    }
    auto relation = equation ? language::Relation::kEqual : language::Relation::kGreaterEqual;
    const auto positive = [](const Part& part) { return part.coefficient > 0; };
    if (std::none_of(parts.begin(), parts.end(), positive)) {
      // -N + 3 >= 0 is N <= 3.
      for (Part& part : parts) part.coefficient = -part.coefficient;
      constant = -constant;
      if (!equation) relation = language::Relation::kLessEqual;
    }
    return {side(parts, constant, 1), {{relation, side(parts, constant, -1)}}, {}};
  }

  language::Expr size(std::size_t i) const {
    return {language::Name{variables_.name(parameters_[i]), language::NameKind::kSize}};
  }

  /// The factor of the one integer of which nothing else is known; 0 if there is none.
  static Rational divisor(isl_constraint* constraint) {
    Rational result = 0;
    for (int i = 0; i < isl_constraint_dim(constraint, isl_dim_div); ++i) {
      const Rational factor =
          value_of(isl_constraint_get_coefficient_val(constraint, isl_dim_div, i));
      if (factor == 0) continue;
      if (result != 0) throw Unknown{"it depends on remainders"};
      result = abs(factor);
    }
    return result;
  }

  /// The sum is a multiple of the modulus.
  static language::Comparison congruence(const std::vector<Part>& parts, const Rational& constant,
                                         const Rational& modulus) {
    const auto remainder = [&modulus](const Rational& value) {
      const Rational times = value / modulus;
      const Rational r = value - modulus * Rational(numerator(times) / denominator(times));
      return r < 0 ? Rational(r + modulus) : r;
    };
    std::vector<Part> reduced = parts;
    for (Part& part : reduced) part.coefficient = remainder(part.coefficient);
    language::Call mod{language::Operator::kMod, {}, {}};
    mod.arguments.push_back(side(reduced, 0, 1));
    mod.arguments.push_back(number(modulus));
    return {{std::move(mod)},
            {{language::Relation::kEqual, number(remainder(Rational(-constant)))}},
            {}};
  }

  static language::Expr number(const Rational& value) { return {language::Number{value}}; }

  /// The sum of the parts with positive coefficients, or with `sign` -1 of the negative ones turned
  /// round.
  static language::Expr side(const std::vector<Part>& parts, const Rational& constant, int sign) {
    std::vector<language::Expr> terms;
    for (const Part& part : parts) {
      const Rational c = part.coefficient * sign;
      if (c <= 0) continue;
      if (c == 1) {
        terms.push_back(part.what);
      } else {
        terms.push_back({language::Product{number(c), {{language::Times::kTimes, part.what}}}});
      }
    }
    if (constant * sign > 0) terms.push_back(number(constant * sign));
    if (terms.empty()) return number(0);
    if (terms.size() == 1) return terms.front();
    language::Addition sum{terms.front(), {}};
    for (std::size_t i = 1; i < terms.size(); ++i) {
      sum.rest.push_back({language::Sign::kPlus, terms[i]});
    }
    return {std::move(sum)};
  }

  const std::vector<Variable>& parameters_;
  const Variables& variables_;
};

/// Without the constraints that can be left out within `holds`.
BasicSet widened(BasicSet part, const Set& holds, const Set& admitted) {
  const ConstraintList list(isl_basic_set_get_constraint_list(part.get()));
  std::vector<bool> kept(static_cast<std::size_t>(isl_constraint_list_n_constraint(list.get())),
                         true);
  const auto of_kept = [&] {
    isl_basic_set* set = isl_basic_set_universe(isl_basic_set_get_space(part.get()));
    for (std::size_t i = 0; i < kept.size(); ++i) {
      if (!kept[i]) continue;
      set = isl_basic_set_add_constraint(
          set, isl_constraint_list_get_constraint(list.get(), static_cast<int>(i)));
    }
    return BasicSet(set);
  };
  // Constraints with divisions belong together.
  if (isl_basic_set_dim(part.get(), isl_dim_div) > 0) return part;
  for (std::size_t i = 0; i < kept.size(); ++i) {
    kept[i] = false;
    const Set wider = both(owned(isl_set_from_basic_set(of_kept().release())), admitted);
    if (isl_set_is_subset(wider.get(), holds.get()) != isl_bool_true) kept[i] = true;
  }
  return of_kept();
}

/// The convex parts of a set, each as large as it can be: no constraint can be left out.
std::vector<BasicSet> parts_of(const Set& holds, const Set& admitted) {
  const Set simple = owned(isl_set_coalesce(
      isl_set_compute_divs(isl_set_gist(isl_set_copy(holds.get()), isl_set_copy(admitted.get())))));
  const std::unique_ptr<isl_basic_set_list, FreeBasicSetList> list(
      isl_set_get_basic_set_list(simple.get()));
  std::vector<BasicSet> result;
  Set covered = owned(isl_set_empty(isl_set_get_space(holds.get())));
  for (int i = 0; i < isl_basic_set_list_n_basic_set(list.get()); ++i) {
    BasicSet part(isl_basic_set_list_get_basic_set(list.get(), i));
    Set whole = owned(isl_set_from_basic_set(isl_basic_set_copy(part.get())));
    if (isl_set_is_subset(both(whole, admitted).get(), covered.get()) == isl_bool_true) continue;
    part = widened(std::move(part), holds, admitted);
    whole = owned(isl_set_from_basic_set(isl_basic_set_copy(part.get())));
    covered = either(covered, whole);
    result.push_back(std::move(part));
  }
  return result;
}

language::Expectation::Sizes as_text(const Set& holds, const Set& admitted, const Sets& sets,
                                     const Variables& variables) {
  const Words words(sets.parameters(), variables);
  language::Expectation::Sizes result;
  for (const BasicSet& part : parts_of(holds, admitted)) result.push_back(words.all_of(part));
  return result;
}

}  // namespace

Region region_of(const language::File& chosen, const language::Claim& claim, std::size_t left,
                 std::size_t right, const Limits& limits, unsigned long most_operations) {
  World world;
  world.limits = limits;
  const std::unique_ptr<isl_ctx, FreeContext> context(isl_ctx_alloc());
  isl_options_set_on_error(context.get(), ISL_ON_ERROR_CONTINUE);
  isl_ctx_set_max_operations(context.get(), most_operations);
  try {
    const Pair pair = compile(chosen, claim, left, right, world);
    if (pair.left.rank() != pair.right.rank()) return {language::Expectation::Sizes{}, {}};
    const std::vector<Group> groups = groups_of(pair, world);
    const Sets sets(context.get(), world);  // Of all variables that the groups use.
    const Set holds = where_it_holds(pair, groups, world, sets);
    if (isl_set_is_empty(holds.get()) == isl_bool_true) return {language::Expectation::Sizes{}, {}};
    return {as_text(holds, sets.sizes(std::vector<Constraint>()), sets, world.variables), {}};
  } catch (const Unknown& unknown) {
    return {std::nullopt, unknown.why};
  } catch (const CannotBeRead& error) {
    return {std::nullopt, error.what()};
  } catch (const NoNormalForm& error) {
    return {std::nullopt, error.what()};
  } catch (const CannotEliminate& error) {
    return {std::nullopt, error.what()};
  }
}

}  // namespace convproof::derivations
