#include "derivations/compile.h"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <utility>

#include "core/errors.h"
#include "derivations/form_operators.h"
#include "derivations/gradient.h"
#include "derivations/language/printer.h"
#include "derivations/language/walk.h"
#include "derivations/numbers.h"

namespace convproof::derivations {
namespace {

using language::Call;
using language::Expr;
using language::Mode;
using language::Name;
using language::NameKind;
using language::Operator;
using language::OptionName;
using language::Span;
using language::Statement;

std::string axes_of(const Form& form) {
  return form.rank() == 1 ? "1 axis" : text(form.rank(), " axes");
}

class Compiler {
 public:
  Compiler(const language::File& file, World& world)
      : world_(world), numbers_(world, obligations_) {
    for (const Statement& statement : file.statements) declare(statement);
  }

  Pair pair(const language::Claim& claim, std::size_t left, std::size_t right) {
    Pair result;
    for (const language::Range& range : claim.ranges) {
      const Variable index = world_.variables.fresh(range.name, VariableKind::kIndex);
      result.indices.push_back(index);
      Locals locals;
      append(numbers_.place.given, numbers_.within(index, range, locals));
      append(numbers_.place.given, locals.where);
      numbers_.declare(range.name, {Polynomial(index)});
    }
    result.given = numbers_.place.given;
    const auto member = [&claim](std::size_t i) -> const Expr& {
      return i == 0 ? claim.first : claim.links.at(i - 1).expr;
    };
    result.left = renamed(form(member(left)), world_.variables);
    result.right = renamed(form(member(right)), world_.variables);
    result.leaves = leaves_;
    result.obligations = obligations_;
    return result;
  }

  ComparedNumbers numbers(const Expr& a, language::Relation relation, const Expr& b) {
    const Fraction left = number_of(form(a), a.span);
    const Fraction right = number_of(form(b), b.span);
    return {numbers_.compared(left, relation, right), obligations_};
  }

 private:
  // -------------------------------------------------------------- statements

  void declare(const Statement& statement) {
    std::visit(
        [&](const auto& node) {
          using Node = std::remove_cvref_t<decltype(node)>;
          if constexpr (std::is_same_v<Node, language::SizeStatement>) {
            for (const auto& item : node.sizes) declare_size(item);
          } else if constexpr (std::is_same_v<Node, language::Assume>) {
            for (const auto& comparison : node.all) assume(comparison);
          } else if constexpr (std::is_same_v<Node, language::Constant>) {
            Locals locals;
            numbers_.declare(node.name, numbers_.number(node.value, locals));
          } else if constexpr (std::is_same_v<Node, language::TensorStatement> ||
                               std::is_same_v<Node, language::Seed> ||
                               std::is_same_v<Node, language::Let>) {
            statements_[node.name] = &statement;
          } else if constexpr (std::is_same_v<Node, language::ScalarStatement>) {
            for (const std::string& name : node.names) statements_[name] = &statement;
          }
        },
        statement.node);
  }

  void declare_size(const language::SizeStatement::Item& item) {
    const Variable size = world_.variables.size(item.name);
    Locals locals;
    const Fraction bound = item.bound ? numbers_.number(item.bound->value, locals) : Fraction{1};
    const auto relation = item.bound ? item.bound->relation : language::Relation::kGreaterEqual;
    numbers_.declare(item.name, {Polynomial(size)});
    add_hypothesis(numbers_.compared({Polynomial(size)}, relation, bound), item.span);
  }

  void assume(const language::Comparison& comparison) {
    Locals locals;
    add_hypothesis(numbers_.compared(comparison, locals), comparison.span);
  }

  void add_hypothesis(const Numbers::Alternatives& any, Span span) {
    if (any.size() != 1) throw NoNormalForm("an assumption with !=", span);
    append(world_.hypotheses, any.front());
  }

  // -------------------------------------------------------------- names

  Form number_form(const Fraction& value, Locals locals) const {
    Form result;
    Term& term = result.terms.emplace_back();
    term.coefficient = value;
    term.inner = std::move(locals.inner);
    term.where = std::move(locals.where);
    return result;
  }

  Form name(const Name& name, Span span) {
    switch (name.kind) {
      case NameKind::kSize:
      case NameKind::kConstant:
      case NameKind::kEach:
      case NameKind::kIndex: {
        Locals locals;
        return number_form(numbers_.number(Expr{name, span}, locals), {});
      }
      default: return renamed(declared(name.name), world_.variables);
    }
  }

  /// The meaning of a name; of a `let` that is differentiated by, a leaf.
  Form declared(const std::string& name) {
    if (is_opaque(name)) return leaf_form(name);
    const Statement& statement = *statements_.at(name);
    const auto* let = std::get_if<language::Let>(&statement.node);
    return let == nullptr ? leaf_form(name) : let_form(*let);
  }

  bool is_opaque(const std::string& name) const {
    return std::find(opaque_.begin(), opaque_.end(), name) != opaque_.end();
  }

  Form leaf_form(const std::string& name) {
    const auto found = leaf_by_name_.find(name);
    if (found != leaf_by_name_.end()) return leaf_forms_[found->second];
    Form form = shape_of_leaf(name);
    form.outs = new_outs(form.rank());
    const std::size_t number = leaves_.size();
    Access access{number, {}};
    for (const Variable out : form.outs) access.position.emplace_back(out);
    form.terms.clear();
    form.terms.emplace_back().accesses.push_back(std::move(access));
    leaves_.push_back({name, form.sizes});
    leaf_forms_.push_back(form);
    leaf_by_name_[name] = number;
    return form;
  }

  /// Sizes and origin of a tensor, a scalar, a seed or a let.
  Form shape_of_leaf(const std::string& name) {
    const Statement& statement = *statements_.at(name);
    const Outside outside(*this);
    if (const auto* tensor = std::get_if<language::TensorStatement>(&statement.node)) {
      return shape_of(*tensor, statement.span);
    }
    if (const auto* seed = std::get_if<language::Seed>(&statement.node)) {
      Form like = form(seed->like);
      like.zero = false;
      return like;
    }
    if (const auto* let = std::get_if<language::Let>(&statement.node)) return let_form(*let);
    return {};
  }

  Form shape_of(const language::TensorStatement& tensor, Span span) {
    Form result;
    result.zero = tensor.zero;
    for (std::size_t axis = 0; axis < tensor.sizes.size(); ++axis) {
      result.sizes.push_back(numbers_.whole(tensor.sizes[axis]));
      result.origin.push_back(tensor.from.empty() ? Polynomial(1)
                                                  : numbers_.whole(tensor.from[axis]));
      numbers_.require(not_negative(result.sizes.back()), text(tensor.name, " has a negative size"),
                       span);
    }
    return result;
  }

  /// What is compiled while this lives stands outside of the statement that is being compiled.
  class Outside {
   public:
    explicit Outside(Compiler& compiler) : compiler_(compiler), place_(compiler.numbers_.place) {
      compiler.numbers_.place.given.clear();
    }
    Outside(const Outside&) = delete;
    Outside& operator=(const Outside&) = delete;
    ~Outside() { compiler_.numbers_.place = std::move(place_); }

   private:
    Compiler& compiler_;
    Numbers::Place place_;
  };

  Form let_form(const language::Let& let) {
    std::string key = let.name;
    for (const std::string& name : opaque_) key += " " + name;
    const auto found = lets_.find(key);
    if (found != lets_.end()) return found->second;
    const Outside outside(*this);
    // By its own name within itself nothing is meant: names are declared before they are used.
    Form result = let.ranges.empty() ? form(let.value) : stacked(let);
    result.zero = let.zero;
    return lets_.emplace(key, std::move(result)).first->second;
  }

  Form stacked(const language::Let& let) {
    Form leading;
    for (const language::Range& range : let.ranges) {
      const Polynomial lower = numbers_.whole(range.lower);
      const Polynomial size = numbers_.whole(range.upper) - lower + 1;
      numbers_.require(not_negative(size), text(let.name, " has a negative size"), range.span);
      leading.origin.push_back(lower);
      leading.sizes.push_back(size);
      leading.outs.push_back(world_.variables.fresh(range.name, VariableKind::kIndex));
      const Variable out = leading.outs.back();
      append(numbers_.place.given, inside(out, size));
      numbers_.declare(range.name, {Polynomial(out) + lower});
    }
    Form result = form(let.value);
    const auto in_front = [](auto& of, const auto& more) {
      of.insert(of.begin(), more.begin(), more.end());
    };
    in_front(result.sizes, leading.sizes);
    in_front(result.origin, leading.origin);
    in_front(result.outs, leading.outs);
    result.zero = false;
    return result;
  }

  std::vector<Variable> new_outs(std::size_t count) {
    std::vector<Variable> result;
    for (std::size_t i = 0; i < count; ++i) {
      result.push_back(world_.variables.fresh("o", VariableKind::kIndex));
    }
    return result;
  }

  // -------------------------------------------------------------- expressions

  Form form(const Expr& expr) {
    if (world_.is_stopped()) throw NoNormalForm("the search was stopped", expr.span);
    Form result = std::visit(
        [&](const auto& node) -> Form {
          using Node = std::remove_cvref_t<decltype(node)>;
          if constexpr (std::is_same_v<Node, language::Number>) {
            return number_form({Polynomial(node.value)}, {});
          } else if constexpr (std::is_same_v<Node, Name>) {
            return name(node, expr.span);
          } else if constexpr (std::is_same_v<Node, language::Negation>) {
            return negated(computed(form(*node.of)));
          } else if constexpr (std::is_same_v<Node, language::Addition>) {
            return sum_of(node);
          } else if constexpr (std::is_same_v<Node, language::Product>) {
            return product_of(node);
          } else if constexpr (std::is_same_v<Node, language::Access>) {
            return element(node);
          } else if constexpr (std::is_same_v<Node, language::Sum>) {
            return sum(node);
          } else {
            return call(node, expr);
          }
        },
        expr.node);
    check_count(result.terms.size(), expr.span);
    for (const Term& term : result.terms) check_size(term, expr.span);
    return result;
  }

  /// The result of an operation: counts from 1, and reads outside of it are errors.
  static Form computed(Form form) {
    form.origin.assign(form.rank(), Polynomial(1));
    form.zero = false;
    return form;
  }

  static Form negated(Form form) {
    for (Term& term : form.terms) term.coefficient = -term.coefficient;
    return form;
  }

  /// Both with the same outs and, which is required, the same sizes; a number goes with every
  /// element.
  void bring_together(Form& a, Form& b, Span span) {
    if (a.rank() == 0 && b.rank() != 0) return bring_together(b, a, span);
    if (b.rank() == 0) {
      b.sizes = a.sizes;
      b.outs = a.outs;
      return;
    }
    if (a.rank() != b.rank()) {
      throw CannotBeRead(text("arrays with ", axes_of(a), " and with ", axes_of(b)), span);
    }
    for (std::size_t axis = 0; axis < a.rank(); ++axis) {
      require_same_size(a, b, axis, span);
      for (Term& term : b.terms) term.substitute(b.outs[axis], a.outs[axis]);
    }
    b.outs = a.outs;
  }

  void require_same_size(const Form& a, const Form& b, std::size_t axis, Span span) {
    if (a.sizes[axis] == b.sizes[axis]) return;
    numbers_.require(equal(a.sizes[axis], b.sizes[axis]),
                     text("sizes of axis ", axis + 1, " differ"), span);
  }

  Form sum_of(const language::Addition& addition) {
    Form result = computed(form(*addition.first));
    for (const auto& step : addition.rest) {
      Form term = form(step.term);
      if (step.sign == language::Sign::kMinus) term = negated(std::move(term));
      bring_together(result, term, step.term.span);
      check_count(result.terms.size() + term.terms.size(), step.term.span);
      if (result.rank() == 0) result = computed(with_shape_of(std::move(result), term));
      result.terms.insert(result.terms.end(), term.terms.begin(), term.terms.end());
    }
    return computed(std::move(result));
  }

  static Form with_shape_of(Form form, const Form& other) {
    form.sizes = other.sizes;
    form.outs = other.outs;
    return form;
  }

  Form product_of(const language::Product& product) {
    Form result = computed(form(*product.first));
    for (const auto& step : product.rest) {
      Form factor = form(step.factor);
      if (step.times == language::Times::kDivide) {
        result = divided(std::move(result), factor, step.factor.span);
        continue;
      }
      if (step.times == language::Times::kTimes && result.rank() > 0 && factor.rank() > 0) {
        throw CannotBeRead(
            text("a product of two arrays, with ", axes_of(result), " and with ", axes_of(factor)),
            step.factor.span);
      }
      bring_together(result, factor, step.factor.span);
      result = with_shape_of(std::move(result), factor);
      check_count(result.terms.size() * factor.terms.size(), step.factor.span);
      result.terms = products(result.terms, factor.terms);
      for (const Term& term : result.terms) check_size(term, step.factor.span);
    }
    return computed(std::move(result));
  }

  static void check_count(std::size_t terms, Span span) {
    if (terms > kMostTerms) throw NoNormalForm(text("more than ", kMostTerms, " terms"), span);
  }

  /// A text can square a number or a product again and again.
  static void check_size(const Term& term, Span span) {
    if (term.accesses.size() > kMostFactors) {
      throw NoNormalForm(text("products of more than ", kMostFactors, " elements"), span);
    }
    if (term.inner.size() > kMostIndices) {
      throw NoNormalForm(text("sums over more than ", kMostIndices, " indices"), span);
    }
    require_small(term.coefficient, span);
  }

  Form divided(Form form, const Form& by, Span span) {
    if (by.rank() > 0) throw CannotBeRead("a division by an array", span);
    const Fraction divisor = number_of(by, span);
    numbers_.require_not_zero(divisor, {}, span);
    for (Term& term : form.terms) {
      term.coefficient = term.coefficient * inverse(divisor);
    }
    return form;
  }

  /// A form that is made of sizes and indices alone.
  static Fraction number_of(const Form& form, Span span) {
    Fraction result{0};
    for (const Term& term : form.terms) {
      if (!term.accesses.empty() || !term.inner.empty()) {
        throw NoNormalForm("no number that is made of sizes", span);
      }
      result = result + term.coefficient;
    }
    return result;
  }

  // -------------------------------------------------------------- elements and sums

  Form element(const language::Access& access) {
    Form of = form(*access.of);
    if (access.subscripts.size() > of.rank()) {
      throw CannotBeRead(
          text(access.subscripts.size(), " subscripts of an array with ", axes_of(of)),
          access.of->span);
    }
    Locals locals;
    std::vector<Constraint> box;
    for (std::size_t axis = 0; axis < access.subscripts.size(); ++axis) {
      const Polynomial position = numbers_.whole(access.subscripts[axis], locals) - of.origin[axis];
      for (const Constraint& c : inside(position, of.sizes[axis])) {
        if (of.zero) {
          box.push_back(c);
        } else {
          numbers_.require(c, locals,
                           text(language::print(*access.of), " is read outside of axis ", axis + 1),
                           access.subscripts[axis].span);
        }
      }
      for (Term& term : of.terms) term.substitute(of.outs[axis], position);
    }
    const auto count = static_cast<std::ptrdiff_t>(access.subscripts.size());
    of.sizes.erase(of.sizes.begin(), of.sizes.begin() + count);
    of.outs.erase(of.outs.begin(), of.outs.begin() + count);
    of.origin.erase(of.origin.begin(), of.origin.begin() + count);
    append(locals.where, box);
    add(locals, of.terms);
    return of;
  }

  /// Conditions and indices for each of the terms, each with indices of its own.
  void add(const Locals& locals, std::vector<Term>& terms) {
    for (Term& term : terms) {
      append(term.where, locals.where);
      if (locals.inner.empty()) continue;
      term.inner.insert(term.inner.end(), locals.inner.begin(), locals.inner.end());
      term = renamed(term, world_.variables);
    }
  }

  Form sum(const language::Sum& sum) {
    Locals locals;
    const Numbers::Place outside = numbers_.place;
    const std::vector<Constraint>& before = outside.given;
    for (const language::Range& range : sum.ranges) {
      const Variable index = world_.variables.fresh(range.name, VariableKind::kIndex);
      append(locals.where, numbers_.within(index, range, locals));
      locals.inner.push_back(index);
      numbers_.declare(range.name, {Polynomial(index)});
      numbers_.place.given = before;
      append(numbers_.place.given, locals.where);
    }
    Numbers::Alternatives any{{}};
    for (const language::Comparison& comparison : sum.where) {
      any = both(any, numbers_.compared(comparison, locals));
      check_count(any.size(), comparison.span);
    }
    std::optional<Form> result;
    for (const std::vector<Constraint>& all : any) {
      Locals under = locals;
      append(under.where, all);
      numbers_.place.given = before;
      append(numbers_.place.given, under.where);
      Form part = computed(form(*sum.term));
      add(under, part.terms);
      if (result) {
        bring_together(*result, part, sum.term->span);
        result->terms.insert(result->terms.end(), part.terms.begin(), part.terms.end());
      } else {
        result = std::move(part);
      }
    }
    numbers_.place = outside;
    require_sizes_without(locals, *result, sum.term->span);
    // Where nothing is summed, what the term requires is not; but the result has these sizes.
    for (const Polynomial& size : result->sizes) {
      numbers_.require(not_negative(size), "a sum of arrays of a negative size", sum.term->span);
    }
    return *result;
  }

  static void require_sizes_without(const Locals& locals, const Form& form, Span span) {
    for (const Polynomial& size : form.sizes) {
      for (const Variable v : size.variables()) {
        if (std::find(locals.inner.begin(), locals.inner.end(), v) != locals.inner.end()) {
          throw NoNormalForm("a size that depends on an index of a sum", span);
        }
      }
    }
  }

  // -------------------------------------------------------------- operators

  Form call(const Call& call, const Expr& expr) {
    const Operator op = std::get<Operator>(call.callee);
    const language::Signature& signature = language::signature(op);
    if (signature.where == language::OperatorClass::kIntegers || op == Operator::kPow) {
      Locals locals;
      const Fraction value = numbers_.number(expr, locals);
      return number_form(value, std::move(locals));
    }
    if (signature.where == language::OperatorClass::kFunction) {
      throw NoNormalForm(text("no polynomial: ", signature.name), expr.span);
    }
    switch (op) {
      case Operator::kGrad:
      case Operator::kJacobian: return computed(derivative(call, expr.span));
      case Operator::kOnes: return ones(call, expr.span);
      default: break;
    }
    std::vector<Form> of;
    for (int i = 0; i < signature.tensors; ++i) {
      of.push_back(form(call.arguments.at(static_cast<std::size_t>(i))));
    }
    return computed(apply(op, call, of, expr.span));
  }

  Form apply(Operator op, const Call& call, const std::vector<Form>& of, Span span) {
    const auto numbers = [&](const char* what, int at_least, std::size_t each = 1) {
      return per_axis(call, of.front().rank(), each, what, at_least, span);
    };
    switch (op) {
      case Operator::kId: return of[0];
      case Operator::kRot180: return rotated(of[0]);
      case Operator::kFlip: {
        const std::optional<std::size_t> axis = axis_of(call, of[0], span);
        return axis ? flipped(of[0], *axis) : of[0];
      }
      case Operator::kTranspose: return transposed(of[0]);
      case Operator::kPad: {
        const std::vector<Polynomial> around = numbers("a padding is less than 0", 0);
        return padded(of[0], around, around, world_);
      }
      case Operator::kPadlr: {
        const std::vector<Polynomial> both = numbers("a padding is less than 0", 0, 2);
        std::vector<Polynomial> before;
        std::vector<Polynomial> after;
        for (std::size_t i = 0; i < both.size(); ++i)
          (i % 2 == 0 ? before : after).push_back(both[i]);
        return padded(of[0], before, after, world_);
      }
      case Operator::kCrop: {
        const std::vector<Polynomial> off = numbers("less than 0 is cropped", 0);
        for (std::size_t axis = 0; axis < of[0].rank(); ++axis) {
          numbers_.require(not_negative(of[0].sizes[axis] - off[axis] - off[axis]),
                           text("axis ", axis + 1, " is shorter than what is cropped"), span);
        }
        return cropped(of[0], off);
      }
      case Operator::kZeroinsert: {
        const std::vector<Polynomial> step = numbers("a step is less than 1", 1);
        for (std::size_t axis = 0; axis < of[0].rank(); ++axis) {
          numbers_.require(not_negative(of[0].sizes[axis] - 1),
                           text("axis ", axis + 1, " is empty"), span);
        }
        return zero_inserted(of[0], step, world_);
      }
      case Operator::kKron: return repeated(of[0], numbers("a block is less than 1", 1), world_);
      case Operator::kBlocksum: {
        const std::vector<Polynomial> block = numbers("a block is less than 1", 1);
        for (std::size_t axis = 0; axis < of[0].rank(); ++axis) {
          const Polynomial& size = of[0].sizes[axis];
          numbers_.require(equal(block[axis] * world_.floor(size, block[axis]), size),
                           text("axis ", axis + 1, " is no multiple of the block"), span);
        }
        return block_sums(of[0], block, world_);
      }
      case Operator::kSubsample:
        return subsampled(of[0], numbers("a step is less than 1", 1), world_);
      case Operator::kSum: return total(of[0]);
      case Operator::kConv:
      case Operator::kXcorr: return correlation(op == Operator::kConv, call, of[0], of[1], span);
      default: throw NoNormalForm("no normal form of " + language::print(Expr{call}), span);
    }
  }

  /// The numbers behind the tensors of a call, `each` for every axis; required to be at least
  /// `at_least`, and where they divide, this does not rest on what else is given.
  std::vector<Polynomial> per_axis(const Call& call, std::size_t rank, std::size_t each,
                                   const char* what, int at_least, Span span) {
    const auto tensors =
        static_cast<std::size_t>(language::signature(std::get<Operator>(call.callee)).tensors);
    std::vector<Polynomial> given;
    for (std::size_t i = tensors; i < call.arguments.size(); ++i) {
      given.push_back(checked(call.arguments[i], what, at_least));
    }
    if (given.size() != each && given.size() != each * rank) {
      throw CannotBeRead(text(given.size(), " numbers for an array with ", rank, " axes"), span);
    }
    std::vector<Polynomial> result;
    for (std::size_t i = 0; i < each * rank; ++i) result.push_back(given[i % given.size()]);
    return result;
  }

  Polynomial checked(const Expr& expr, const char* what, int at_least) {
    const Polynomial value = numbers_.whole(expr);
    if (at_least > 0) {
      // Floors by it are used from here on: that it is positive must not follow from them.
      const Outside outside(*this);
      numbers_.require(not_negative(value - at_least), what, expr.span);
    } else {
      numbers_.require(not_negative(value - at_least), what, expr.span);
    }
    return value;
  }

  /// None if there is no such axis, which no sizes make well-formed.
  std::optional<std::size_t> axis_of(const Call& call, const Form& of, Span span) {
    const Polynomial axis = numbers_.whole(call.arguments.at(1));
    if (!axis.is_constant()) throw NoNormalForm("an axis that depends on the sizes", span);
    if (axis.constant() < 1 || axis.constant() > of.rank()) {
      numbers_.require(never(), text("an array with ", axes_of(of), " has no such axis"), span);
      return std::nullopt;
    }
    return static_cast<std::size_t>(axis.constant() - 1);
  }

  Form ones(const Call& call, Span span) {
    Form result;
    const auto* shape = std::get_if<Call>(&call.arguments.front().node);
    if (shape != nullptr && std::get<Operator>(shape->callee) == Operator::kShape) {
      result = computed(form(shape->arguments.front()));
      result.terms.assign(1, Term{});
      return result;
    }
    for (const Expr& size : call.arguments) {
      result.sizes.push_back(numbers_.whole(size));
      numbers_.require(not_negative(result.sizes.back()), "ones of a negative size", span);
    }
    result.outs = new_outs(result.rank());
    result.terms.emplace_back();
    return computed(std::move(result));
  }

  // -------------------------------------------------------------- conv, xcorr

  Form correlation(bool convolution, const Call& call, const Form& kernel, const Form& signal,
                   Span span) {
    if (kernel.rank() != signal.rank()) {
      throw CannotBeRead(
          text("a kernel with ", axes_of(kernel), " for a signal with ", axes_of(signal)), span);
    }
    check_count(kernel.terms.size() * signal.terms.size(), span);
    std::vector<Movement> movement(signal.rank());
    for (const language::Option& option : call.options) set(option, movement);
    for (std::size_t axis = 0; axis < signal.rank(); ++axis) {
      Movement& m = movement[axis];
      add_zeros_of_mode(mode_of(call), kernel.sizes[axis], m, span);
      numbers_.require(not_negative(kernel.sizes[axis] - 1), "the kernel is empty", span);
      numbers_.require(
          not_negative(signal.sizes[axis] + m.before + m.after - extent(kernel.sizes[axis], m)),
          text("the kernel is larger than the signal along axis ", axis + 1), span);
    }
    return correlated(kernel, signal, movement, convolution, world_);
  }

  static Mode mode_of(const Call& call) {
    for (const language::Option& option : call.options) {
      if (option.name == OptionName::kMode) return std::get<Mode>(option.value);
    }
    return Mode::kValid;
  }

  void set(const language::Option& option, std::vector<Movement>& movement) {
    const auto* values = std::get_if<language::Option::Values>(&option.value);
    if (values == nullptr) return;
    if (values->size() != 1 && values->size() != movement.size()) {
      throw CannotBeRead(text(values->size(), " numbers for ", movement.size(), " axes"),
                         option.span);
    }
    for (std::size_t axis = 0; axis < movement.size(); ++axis) {
      const Expr& expr = (*values)[axis % values->size()];
      Movement& m = movement[axis];
      switch (option.name) {
        case OptionName::kStride: m.stride = checked(expr, "a stride is less than 1", 1); break;
        case OptionName::kDilation:
          m.dilation = checked(expr, "a dilation is less than 1", 1);
          break;
        case OptionName::kPad:
          m.before = m.after = checked(expr, "a padding is less than 0", 0);
          break;
        case OptionName::kMode: break;
      }
    }
  }

  void add_zeros_of_mode(Mode mode, const Polynomial& kernel, Movement& m, Span span) {
    const Polynomial rest = extent(kernel, m) - 1;
    const Polynomial half = world_.floor(rest, 2);
    switch (mode) {
      case Mode::kValid: return;
      case Mode::kFull:
        m.before += rest;
        m.after += rest;
        return;
      case Mode::kSame:
        numbers_.require(equal(half + half, rest), "mode=same with an even extent", span);
        m.before += half;
        m.after += half;
        return;
      case Mode::kSameLo:
        m.before += half;
        m.after += rest - half;
        return;
      case Mode::kSameHi:
        m.before += rest - half;
        m.after += half;
        return;
    }
  }

  // -------------------------------------------------------------- derivatives

  Form derivative(const Call& call, Span span) {
    const Expr& by_what = call.arguments.at(1);
    const auto* access = std::get_if<language::Access>(&by_what.node);
    const auto& name = std::get<Name>((access == nullptr ? by_what : *access->of).node).name;
    const auto* let = std::get_if<language::Let>(&statements_.at(name)->node);
    // Within a derivative by the same let it stays a variable, for the outer one.
    const bool becomes_opaque = let != nullptr && !is_opaque(name);
    Form meaning;
    if (becomes_opaque) {
      meaning = let_form(*let);
      opaque_.push_back(name);
    }
    const Form y = form(call.arguments.front());
    const Form slice = form(by_what);
    if (becomes_opaque) opaque_.pop_back();
    const By by{leaf_by_name_.at(name), leading(access, name), slice.sizes};
    Form result;
    if (std::get<Operator>(call.callee) == Operator::kGrad) {
      const Form seed = form(call.arguments.at(2));
      if (seed.rank() != y.rank()) {
        throw CannotBeRead(text("a seed with ", axes_of(seed), " for an array with ", axes_of(y)),
                           span);
      }
      for (std::size_t axis = 0; axis < y.rank(); ++axis) require_same_size(y, seed, axis, span);
      check_count(count_of_gradient(y, by.leaf, seed), span);
      result = gradient(y, by, seed, world_);
    } else {
      result = jacobian(y, by, world_);
    }
    if (!becomes_opaque) return result;
    check_count(count_of_expanded(result, by.leaf, meaning), span);
    return expanded(result, by.leaf, meaning, world_);
  }

  std::vector<Polynomial> leading(const language::Access* access, const std::string& name) {
    std::vector<Polynomial> result;
    if (access == nullptr) return result;
    for (std::size_t axis = 0; axis < access->subscripts.size(); ++axis) {
      result.push_back(numbers_.whole(access->subscripts[axis]) -
                       leaf_forms_[leaf_by_name_.at(name)].origin[axis]);
    }
    return result;
  }

  World& world_;
  std::vector<Obligation> obligations_;
  Numbers numbers_;
  std::unordered_map<std::string, const Statement*> statements_;
  std::vector<Leaf> leaves_;
  std::vector<Form> leaf_forms_;
  std::unordered_map<std::string, std::size_t> leaf_by_name_;
  std::unordered_map<std::string, Form> lets_;
  std::vector<std::string> opaque_;  // The lets that are differentiated by.
};

}  // namespace

Pair compile(const language::File& chosen, const language::Claim& claim, std::size_t left,
             std::size_t right, World& world) {
  return Compiler(chosen, world).pair(claim, left, right);
}

ComparedNumbers compile_numbers(const language::File& chosen, const Expr& a,
                                language::Relation relation, const Expr& b, World& world) {
  return Compiler(chosen, world).numbers(a, relation, b);
}

}  // namespace convproof::derivations
