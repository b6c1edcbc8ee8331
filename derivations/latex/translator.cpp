#include "derivations/latex/translator.h"

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "derivations/language/lexer.h"
#include "derivations/language/operators.h"
#include "derivations/language/parser.h"
#include "derivations/language/scope.h"
#include "derivations/latex/arithmetic.h"
#include "derivations/latex/walk.h"

namespace convproof::derivations::latex {
namespace {

using language::Access;
using language::Call;
using language::Comparison;
using language::in_quotes;
using language::Link;
using language::Mode;
using language::Name;
using language::NameKind;
using language::Operator;
using language::OptionName;
using language::Range;
using language::ReadingName;
using language::ReadingStatement;
using language::Times;

/// Whether an expression is a value, or says where one is: in subscripts and limits, letters that
/// nothing declares are indices of the claim.
enum class Use { kValue, kIndex };

/// Letters that stand for functions: f'(Z) are the values of f' at Z.
constexpr std::array<std::string_view, 6> kFunctions{"f", "g", "h", "sigma", "phi", "psi"};

std::string without_primes(std::string name) {
  name.erase(std::min(name.find('\''), name.size()));
  return name;
}

std::string primes_of(const std::string& name) {
  return name.substr(std::min(name.find('\''), name.size()));
}

bool is_array(NameKind kind) {
  return kind == NameKind::kTensor || kind == NameKind::kScalar || kind == NameKind::kSeed ||
         kind == NameKind::kLet;
}

const Symbol* plain_symbol(const Node& node) {
  const auto* symbol = std::get_if<Symbol>(&node.node);
  return symbol != nullptr && symbol->scripts.none() ? symbol : nullptr;
}

/// The name of a letter with nothing around it, or nullptr.
const std::string* index_name(const Node& node) {
  const Symbol* symbol = plain_symbol(node);
  return symbol == nullptr || symbol->is_word ? nullptr : &symbol->name;
}

bool is_small(char c) {
  return c >= 'a' && c <= 'z';
}

Rational rational_of(const std::string& decimal) {
  const std::size_t point = std::min(decimal.find('.'), decimal.size());
  std::string digits = decimal.substr(0, point);
  Rational denominator = 1;
  if (point < decimal.size()) {
    digits += decimal.substr(point + 1);
    denominator = Rational("1" + std::string(decimal.size() - point - 1, '0'));
  }
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size() - 1));
  return Rational(digits) / denominator;
}

/// "'A', 'B'"
std::string quoted_list(const std::vector<std::string>& names) {
  std::string result;
  for (const std::string& name : names) result += (result.empty() ? "" : ", ") + in_quotes(name);
  return result;
}

bool is_transposed(const Expr& expr) {
  const auto* call = std::get_if<Call>(&expr.node);
  const auto* op = call == nullptr ? nullptr : std::get_if<Operator>(&call->callee);
  return op != nullptr && *op == Operator::kTranspose;
}

/// A layer of a network in a script: l, l-1, l+1, or L for the last one.
struct Layer {
  std::string letter;
  int offset = 0;
  std::string shown() const { return offset == 0 ? letter : letter + (offset < 0 ? "-1" : "+1"); }
};

/// A symbol with the entries of its scripts that still say where it is read.
struct Found {
  std::string name;
  std::vector<const Node*> upper;
  std::vector<const Node*> lower;
  std::optional<Layer> layer{};
};

}  // namespace

class Translator::Impl {
 public:
  Impl(const Source& formula, Declarations& declarations)
      : source_(formula), declarations_(declarations) {}

  Translated translate(const Chain& chain);
  const std::vector<ReadingStatement>& readings() const { return readings_; }

 private:
  [[noreturn]] void fail(Place place, const std::string& expected, const std::string& found) const {
    throw LanguageError(source_, place, expected, found);
  }

  // -------------------------------------------------------------- expressions

  Expr expr(const Node& node, Use use) {
    const auto visit = [&](const auto& of) { return read(of, node.place, use); };
    return std::visit(visit, node.node);
  }

  Expr read(const Number& number, Place, Use) {
    return {language::Number{rational_of(number.digits)}};
  }
  Expr read(const Infinity&, Place place, Use) {
    fail(place, "a finite limit or size", "infinity");
  }
  Expr read(const Negation& negation, Place, Use use) {
    return {language::Negation{expr(*negation.of, use)}};
  }
  Expr read(const Addition& addition, Place, Use use) {
    language::Addition result{expr(*addition.first, use), {}};
    for (const auto& step : addition.rest) result.rest.push_back({step.sign, expr(step.term, use)});
    return {std::move(result)};
  }
  Expr read(const Fraction& fraction, Place, Use use) {
    Expr numerator = expr(*fraction.numerator, use);
    return product(std::move(numerator), Times::kDivide, expr(*fraction.denominator, use));
  }
  Expr read(const Symbol& symbol, Place place, Use use) { return symbol_expr(symbol, place, use); }
  Expr read(const Product& product, Place, Use use);
  Expr read(const Sequence& sequence, Place place, Use use);
  Expr read(const Group& group, Place place, Use use);
  Expr read(const Derivative& derivative, Place place, Use use);
  Expr read(const Sum& sum, Place place, Use use);

  /// a (times) b, in one product if a is one.
  static Expr product(Expr a, Times times, Expr b) {
    if (auto* factors = std::get_if<language::Product>(&a.node)) {
      factors->rest.push_back({times, std::move(b)});
      return a;
    }
    return {language::Product{std::move(a), {{times, std::move(b)}}}};
  }

  using Extents = std::vector<std::optional<Extent>>;
  /// What stands side by side so far.
  struct Factors {
    Expr expr;
    Axes axes;
    bool index = false;  // Has an index in it.
  };
  Expr sequence_factor(const Nodes& factors, std::size_t& at, Use use);
  Factors side_by_side(Factors a, Factors b);
  Expr matrix_product(Expr a, const Extents& rows, Expr b, const Extents& columns);
  Expr sign_expr(const Product::Step& step, Expr a, Expr b);
  Expr expanded(const Notation& notation, const std::vector<Expr>& operands, Place place,
                const std::string& name);
  static Expr replaced(const Expr& body, const std::unordered_map<std::string, const Expr*>& by);
  void count_copies(const Expr& expr, int times, Place place);
  Expr power(Expr of, const Node& exponent, Place place);

  // -------------------------------------------------------------- names

  bool is_bound(const std::string& name) const { return bound_.contains(name); }
  bool is_layer_letter(const std::string& name) const {
    return (name == "l" || name == "ell" || name == "L") && !is_bound(name) &&
           declarations_.find(name) == nullptr;
  }
  std::optional<Layer> layer_of(const Node& node) const;
  std::vector<Found> declared_among(const std::vector<Found>& forms, bool capital) const;
  std::vector<Found> forms_of(const Symbol& symbol) const;
  static std::optional<std::string> suffix_of(const Node& entry);
  std::optional<Found> find(const Symbol& symbol, Place place, bool exact) const;
  void check_layer(const Found& found, Place place);

  Expr symbol_expr(const Symbol& symbol, Place place, Use use);
  Expr found_expr(const Symbol& symbol, Found found, Place place);
  Expr index_expr(const std::string& name, Place place);
  Expr name_expr(const std::string& name) const;
  Expr selected(Expr of, const std::vector<const Node*>& entries, Place place,
                const std::string& name);
  void split(const Node& entry, std::size_t axes, std::vector<Expr>& subscripts);
  Expr accessed(Expr of, std::vector<Expr> subscripts, Place place, const std::string& name);
  void remember_extents(const Expr& of, const std::vector<Expr>& subscripts);
  Expr kronecker_delta(const Symbol& symbol, Place place);
  std::string fresh(const std::string& name) const;

  // -------------------------------------------------------------- calls

  bool is_called(const Symbol& symbol) const;
  Expr call(const Symbol& symbol, const Group& group, Place place);
  Expr operator_call(const Symbol& symbol, const Group& group, Place place);
  Expr rotated(const Symbol& symbol, const Group& group, Place place);
  Expr matlab_product(const Group& group, Place place);
  Expr resampled(const Symbol& symbol, const Group& group, Place place);
  void add_mode(Call& call, const std::string& mode);
  Expr values_at(const Symbol& symbol, const Node& argument, Place place);
  bool is_element(const Expr& of, const Group& group);
  bool is_layers(const Symbol& symbol, const Group& group) const;
  void reading_of_operators(const std::string& name, std::vector<Operator> alternatives);

  // -------------------------------------------------------------- derivatives

  bool is_loss(const Node& of) const;
  void check_loss(const Node& of);
  Expr gradient(const Node& of, Expr by, Place place);
  static const Name* name_of(const Expr& expr);

  // -------------------------------------------------------------- sums and claims

  struct Limits {
    std::optional<Expr> lower{};
    std::optional<Expr> upper{};
  };
  Range range(const std::string& name, Limits limits, Place place,
              const std::string& example) const;
  std::string bind(const std::string& name, Place place);
  Comparison comparison(const Condition& condition);
  void read_conditions(const std::vector<Condition>& conditions, Translated& result);
  bool read_range(const std::vector<const Node*>& sides, const std::vector<Relation>& relations);
  std::vector<Range> ranges();
  language::ClaimKind kind_of(const language::Claim& claim) const;
  void add_shape(const Member& member, const Expr& expr, Translated& result);

  struct FreeIndex {
    std::string name;
    Place place;
    Limits limits{};
  };

  const Source& source_;
  Declarations& declarations_;
  std::vector<ReadingStatement> readings_;
  std::unordered_map<std::string, std::string> layers_;  // Of each name, in the formula so far.
  std::string loss_;                                     // Of the formula so far.
  int copies_ = 0;
  int matrix_products_ = 0;

  // Of the chain that is being read:
  std::vector<FreeIndex> free_;
  std::unordered_map<std::string, std::size_t> free_places_;
  std::unordered_map<std::string, std::string> bound_;  // Indices of sums, and their names here.
  std::vector<language::Let> products_;
  std::unordered_set<std::string> was_bound_;
  std::unordered_map<std::string, Extent> extents_;  // Of indices that stand alone as subscripts.
  bool new_indices_ = true;                          // Whether unknown letters are free indices.
};

// ---------------------------------------------------------------- expressions

Expr Translator::Impl::read(const Product& node, Place, Use use) {
  Expr result = expr(*node.first, use);
  for (const Product::Step& step : node.rest) {
    Expr next = expr(step.factor, use);
    if (step.sign == "\\cdot") {
      result = product(std::move(result), Times::kTimes, std::move(next));
    } else if (step.sign == ".*") {
      result = product(std::move(result), Times::kHadamard, std::move(next));
    } else if (step.sign == "/") {
      result = product(std::move(result), Times::kDivide, std::move(next));
    } else {
      result = sign_expr(step, std::move(result), std::move(next));
    }
  }
  return result;
}

/// A sign that authors define: by its notation, or by readings of its operator and its mode.
Expr Translator::Impl::sign_expr(const Product::Step& step, Expr a, Expr b) {
  const std::string& sign = step.sign;
  if (const Notation* notation = declarations_.notation(sign)) {
    std::vector<Expr> operands;
    operands.push_back(std::move(a));
    operands.push_back(std::move(b));
    return expanded(*notation, operands, step.place, sign);
  }
  const Known* known = declarations_.find(sign);
  if (known != nullptr && !known->operators) {
    fail(step.place, text("a notation or a reading of operators ", in_quotes(sign)),
         text(in_quotes(sign), " as another name"));
  }
  const std::string mode = sign + "_mode";
  Call result{ReadingName{sign}, {}, {}};
  result.arguments.push_back(std::move(a));
  result.arguments.push_back(std::move(b));
  const Known* known_mode = declarations_.find(mode);
  if (known == nullptr) {
    reading_of_operators(sign, {Operator::kConv, Operator::kXcorr});
    if (known_mode == nullptr) add_mode(result, mode);
  }
  if (known_mode != nullptr && known_mode->modes) {
    result.options.push_back({OptionName::kMode, ReadingName{mode}, {}});
  }
  return {std::move(result)};
}

/// Declares a reading of the mode of a sign, and gives it to the call.
void Translator::Impl::add_mode(Call& call, const std::string& mode) {
  const auto same = [&mode](const ReadingStatement& r) { return r.name == mode; };
  if (std::none_of(readings_.begin(), readings_.end(), same)) {
    readings_.push_back({mode, {Mode::kValid, Mode::kFull, Mode::kSame}});
  }
  call.options.push_back({OptionName::kMode, ReadingName{mode}, {}});
}

void Translator::Impl::reading_of_operators(const std::string& name,
                                            std::vector<Operator> alternatives) {
  for (const ReadingStatement& reading : readings_) {
    if (reading.name == name) return;
  }
  readings_.push_back({name, {}});
  for (const Operator op : alternatives) readings_.back().alternatives.emplace_back(op);
}

Expr Translator::Impl::expanded(const Notation& notation, const std::vector<Expr>& operands,
                                Place place, const std::string& name) {
  if (operands.size() != notation.parameters.size()) {
    fail(place, text(notation.parameters.size(), " operands of ", in_quotes(name)),
         text(operands.size()));
  }
  std::unordered_map<std::string, const Expr*> by;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    by.emplace(notation.parameters[i], &operands[i]);
    count_copies(operands[i], 1, place);
  }
  count_copies(notation.body, 1, place);
  Expr result = replaced(notation.body, by);
  count_copies(result, 1, place);
  return result;
}

Expr Translator::Impl::replaced(const Expr& body,
                                const std::unordered_map<std::string, const Expr*>& by) {
  if (const auto* name = std::get_if<Name>(&body.node)) {
    const auto found = by.find(name->name);
    return found == by.end() ? body : *found->second;
  }
  Expr result = body;
  const auto replace = [&by](Expr& part) { part = replaced(part, by); };
  if (auto* negation = std::get_if<language::Negation>(&result.node)) {
    replace(*negation->of);
  } else if (auto* addition = std::get_if<language::Addition>(&result.node)) {
    replace(*addition->first);
    for (auto& step : addition->rest) replace(step.term);
  } else if (auto* product = std::get_if<language::Product>(&result.node)) {
    replace(*product->first);
    for (auto& step : product->rest) replace(step.factor);
  } else if (auto* access = std::get_if<Access>(&result.node)) {
    replace(*access->of);
    for (Expr& subscript : access->subscripts) replace(subscript);
  } else if (auto* sum = std::get_if<language::Sum>(&result.node)) {
    for (Range& range : sum->ranges) {
      replace(range.lower);
      replace(range.upper);
    }
    replace(*sum->term);
  } else if (auto* call = std::get_if<Call>(&result.node)) {
    for (Expr& argument : call->arguments) replace(argument);
    for (language::Option& option : call->options) {
      auto* values = std::get_if<language::Option::Values>(&option.value);
      if (values == nullptr) continue;
      for (Expr& value : *values) replace(value);
    }
  }
  return result;
}

/// Holds what notations and powers make of a short formula to a size.
void Translator::Impl::count_copies(const Expr& expr, int times, Place place) {
  walk(expr, [&](const Expr&) { copies_ = std::min(copies_ + times, kMostCopies + 1); });
  if (copies_ > kMostCopies) {
    fail(place, "a formula that stays short where notations and powers are written out",
         text("more than ", kMostCopies, " parts"));
  }
}

Expr Translator::Impl::power(Expr of, const Node& exponent, Place place) {
  constexpr long kMostFactors = 16;
  const auto* number = std::get_if<Number>(&exponent.node);
  const Rational value = number == nullptr ? Rational(0) : rational_of(number->digits);
  if (value == 1) return of;
  const bool written_out = value >= 2 && value <= kMostFactors && denominator(value) == 1;
  if (!written_out) {
    Call call{Operator::kPow, {}, {}};
    call.arguments.push_back(std::move(of));
    call.arguments.push_back(expr(exponent, Use::kIndex));
    return {std::move(call)};
  }
  const auto factors = static_cast<int>(numerator(value));
  count_copies(of, factors, place);
  const Axes axes = declarations_.axes_of(of);
  const bool array = !axes || !axes->empty();
  language::Product result{of, {}};
  for (int i = 1; i < factors; ++i) {
    result.rest.push_back({array ? Times::kHadamard : Times::kTimes, of});
  }
  return {std::move(result)};
}

Expr Translator::Impl::read(const Group& group, Place place, Use use) {
  if (group.items.size() != 1) {
    fail(place, "one expression between brackets", text(group.items.size()));
  }
  const auto call_of = [&](Operator op, Use of) {
    Call call{op, {}, {}};
    call.arguments.push_back(expr(group.items.front(), of));
    return Expr{std::move(call)};
  };
  Expr result = group.brackets == Brackets::kFloor  ? call_of(Operator::kFloor, Use::kIndex)
                : group.brackets == Brackets::kCeil ? call_of(Operator::kCeil, Use::kIndex)
                : group.brackets == Brackets::kAbs  ? call_of(Operator::kAbs, use)
                : group.brackets == Brackets::kRoot ? call_of(Operator::kSqrt, use)
                                                    : expr(group.items.front(), use);
  std::vector<const Node*> lower;
  for (const Node& entry : group.scripts.lower) lower.push_back(&entry);
  if (!lower.empty()) result = selected(std::move(result), lower, place, "this expression");
  bool transposed = group.scripts.transposed;
  if (!group.scripts.upper.empty()) {
    const Node& upper = group.scripts.upper.front();
    const std::string* letter = index_name(upper);
    if (letter != nullptr && *letter == "T" && declarations_.find("T") == nullptr) {
      transposed = true;
    } else {
      result = power(std::move(result), upper, place);
    }
  }
  if (!transposed) return result;
  Call call{Operator::kTranspose, {}, {}};
  call.arguments.push_back(std::move(result));
  return {std::move(call)};
}

/// Side by side stand factors, functions with their arguments, and arrays with the place where they
/// are read.
Expr Translator::Impl::read(const Sequence& sequence, Place, Use use) {
  std::optional<Factors> result;
  for (std::size_t i = 0; i < sequence.factors.size();) {
    Expr factor = sequence_factor(sequence.factors, i, use);
    Axes axes = declarations_.axes_of(factor);
    const bool index = mentions_index(factor);
    Factors next{std::move(factor), std::move(axes), index};
    result = result ? side_by_side(std::move(*result), std::move(next)) : std::move(next);
  }
  return std::move(result->expr);
}

/// The factor at `at`, which becomes the place behind it.
Expr Translator::Impl::sequence_factor(const Nodes& factors, std::size_t& at, Use use) {
  const Node& node = factors[at++];
  const auto* symbol = std::get_if<Symbol>(&node.node);
  const auto* group = at < factors.size() ? std::get_if<Group>(&factors[at].node) : nullptr;
  if (group == nullptr || group->brackets != Brackets::kRound) return expr(node, use);
  if (symbol != nullptr && is_called(*symbol)) {
    ++at;
    return call(*symbol, *group, node.place);
  }
  if (symbol != nullptr && is_layers(*symbol, *group)) {
    ++at;
    Symbol scripted = *symbol;
    scripted.scripts.upper = group->items;
    return symbol_expr(scripted, node.place, use);
  }
  Expr factor = expr(node, use);
  if (use == Use::kIndex || !is_element(factor, *group)) return factor;
  ++at;
  std::vector<const Node*> entries;
  for (const Node& item : group->items) entries.push_back(&item);
  return selected(std::move(factor), entries, node.place, "this array");
}

/// Numbers are multiplied; of two arrays with closed axes it is the product of matrices, a let of
/// its own; of others a product that has no meaning in the language.
Translator::Impl::Factors Translator::Impl::side_by_side(Factors a, Factors b) {
  const auto is_matrix = [](const Factors& of) {
    return of.axes && !of.axes->empty() && of.axes->size() <= 2 && !of.index &&
           std::all_of(of.axes->begin(), of.axes->end(),
                       [](const auto& e) { return e.has_value(); });
  };
  // A column goes before a row, and nothing else does.
  const bool column = a.axes && a.axes->size() == 1 && !is_transposed(a.expr);
  const bool row = b.axes && b.axes->size() == 1 && is_transposed(b.expr);
  if (is_matrix(a) && is_matrix(b) && column == row) {
    Expr result = matrix_product(std::move(a.expr), *a.axes, std::move(b.expr), *b.axes);
    Axes axes = declarations_.axes_of(result);
    return {std::move(result), std::move(axes), false};
  }
  const bool array = !a.axes || !a.axes->empty();
  return {product(std::move(a.expr), Times::kTimes, std::move(b.expr)),
          array ? std::move(a.axes) : std::move(b.axes), a.index || b.index};
}

/// product[i, j] = sum(k) a[i, k] * b[k, j]; a vector is a column, and a transposed one a row.
Expr Translator::Impl::matrix_product(Expr a, const Extents& rows, Expr b, const Extents& columns) {
  const bool row = is_transposed(a) && rows.size() == 1;
  const bool outer = is_transposed(b) && columns.size() == 1;
  std::vector<Range> free;
  std::vector<Expr> left;
  std::vector<Expr> right;
  const auto add = [&](const char* name, const Extent& extent, std::vector<Expr>& subscripts) {
    free.push_back({fresh(name), extent.lower, extent.upper});
    subscripts.push_back({Name{free.back().name, NameKind::kIndex}});
  };
  if (!row) add("i", *rows.front(), left);
  if (outer || columns.size() == 2) add("j", *columns.back(), right);
  Expr value = number(0);
  if (outer) {
    value = product({Access{std::move(a), std::move(left)}}, Times::kTimes,
                    {Access{std::move(b), std::move(right)}});
  } else {
    // The terms go over the axes by position: k counts from 0.
    const Extent& inner = *rows.back();
    const std::string k = fresh("k");
    const Expr step{Name{k, NameKind::kIndex}};
    left.push_back(plus(step, inner.lower));
    right.insert(right.begin(), plus(step, columns.front()->lower));
    language::Sum sum{{},
                      {},
                      product({Access{std::move(a), std::move(left)}}, Times::kTimes,
                              {Access{std::move(b), std::move(right)}})};
    sum.ranges.push_back({k, number(0), minus(inner.upper, inner.lower)});
    value = {std::move(sum)};
  }
  ++matrix_products_;
  const std::string name = matrix_products_ == 1 ? "product" : text("product_", matrix_products_);
  language::Let let{fresh(name), std::move(free), false, std::move(value)};
  products_.push_back(let);
  declarations_.add(let);
  return name_expr(let.name);
}

// ---------------------------------------------------------------- names

std::optional<Layer> Translator::Impl::layer_of(const Node& node) const {
  if (const std::string* letter = index_name(node)) {
    if (!is_layer_letter(*letter)) return std::nullopt;
    return Layer{*letter, 0};
  }
  const auto* addition = std::get_if<Addition>(&node.node);
  if (addition == nullptr || addition->rest.size() != 1) return std::nullopt;
  const std::string* letter = index_name(*addition->first);
  const auto* number = std::get_if<Number>(&addition->rest[0].term.node);
  if (letter == nullptr || !is_layer_letter(*letter) || number == nullptr ||
      number->digits != "1") {
    return std::nullopt;
  }
  return Layer{*letter, addition->rest[0].sign == Sign::kPlus ? 1 : -1};
}

/// A script that may be a part of the name: padded in X_{padded}, 1 in W_1.
std::optional<std::string> Translator::Impl::suffix_of(const Node& entry) {
  if (const Symbol* symbol = plain_symbol(entry)) return symbol->name;
  const auto* number = std::get_if<Number>(&entry.node);
  if (number == nullptr || number->digits.find('.') != std::string::npos) return std::nullopt;
  return number->digits;
}

/// What a symbol may be called in the declarations.
std::vector<Found> Translator::Impl::forms_of(const Symbol& symbol) const {
  Found all{symbol.name, {}, {}};
  for (const Node& entry : symbol.scripts.upper) all.upper.push_back(&entry);
  for (const Node& entry : symbol.scripts.lower) all.lower.push_back(&entry);
  const auto take_layer = [&](std::vector<const Node*>& entries) {
    if (all.layer || entries.empty()) return;
    all.layer = layer_of(*entries.front());
    if (all.layer) entries.erase(entries.begin());
  };
  take_layer(all.upper);
  take_layer(all.lower);
  std::vector<Found> forms;
  // A word below is always a part of the name.
  const Symbol* word = all.lower.empty() ? nullptr : plain_symbol(*all.lower.front());
  if (word == nullptr || !word->is_word) forms.push_back(all);
  const std::string base = without_primes(symbol.name);
  const std::string primes = primes_of(symbol.name);
  const auto add = [&](const std::string& suffix, std::vector<const Node*> Found::*entries) {
    for (const char* between : {"_", ""}) {
      Found form = all;
      form.name = base + between + suffix + primes;
      if (entries != nullptr) (form.*entries).erase((form.*entries).begin());
      forms.push_back(std::move(form));
    }
  };
  for (auto entries : {&Found::lower, &Found::upper}) {
    if ((all.*entries).empty()) continue;
    if (const auto suffix = suffix_of(*(all.*entries).front())) add(*suffix, entries);
  }
  if (all.layer) {
    const int offset = all.layer->offset;
    add(offset == 0 ? all.layer->letter : offset < 0 ? "prev" : "next", nullptr);
  }
  return forms;
}

std::vector<Found> Translator::Impl::declared_among(const std::vector<Found>& forms,
                                                    bool capital) const {
  std::vector<Found> result;
  for (Found form : forms) {
    if (capital) form.name[0] = static_cast<char>(form.name[0] - 'a' + 'A');
    const Known* known = declarations_.find(form.name);
    if (known == nullptr || known->operators || known->modes) continue;
    if (capital && !is_array(known->kind)) continue;
    result.push_back(std::move(form));
  }
  return result;
}

/// The declared name of a symbol; nothing if there is none. A name of the layer comes before one of
/// all layers, and the letter as it is before its capital.
std::optional<Found> Translator::Impl::find(const Symbol& symbol, Place place, bool exact) const {
  const std::vector<Found> forms = forms_of(symbol);
  std::vector<Found> declared = declared_among(forms, false);
  if (declared.empty() && !exact && is_small(symbol.name[0])) {
    declared = declared_among(forms, true);
  }
  if (declared.empty()) return std::nullopt;
  if (forms.back().layer && declared.size() == 2) declared.erase(declared.begin());
  if (declared.size() == 1) return std::move(declared.front());
  std::vector<std::string> names;
  for (const Found& form : declared) names.push_back(form.name);
  fail(place, text("one declared name for ", in_quotes(symbol.name), " and its scripts"),
       quoted_list(names));
}

/// One name is one layer: otherwise X of two layers would be the same array.
void Translator::Impl::check_layer(const Found& found, Place place) {
  const std::string layer = found.layer ? found.layer->shown() : "";
  const auto [before, is_new] = layers_.emplace(found.name, layer);
  if (is_new || before->second == layer || before->second.empty() || layer.empty()) return;
  const std::string base = without_primes(found.name);
  const int offset = found.layer->offset;
  const std::string suffix = offset == 0  ? "_" + found.layer->letter
                             : offset < 0 ? "_prev"
                                          : "_next";
  fail(place,
       text("a declared name ", in_quotes(base + suffix + primes_of(found.name)), " for the layer ",
            layer),
       text(in_quotes(found.name), ", which is that of the layer ", before->second));
}

Expr Translator::Impl::symbol_expr(const Symbol& symbol, Place place, Use use) {
  if (symbol.scripts.none() && is_bound(symbol.name)) return index_expr(symbol.name, place);
  const bool exact = use == Use::kIndex;
  if (std::optional<Found> found = find(symbol, place, exact)) {
    const NameKind kind = declarations_.find(found->name)->kind;
    if (use == Use::kIndex && is_array(kind)) {
      fail(place, "a number, a size or an index",
           text(in_quotes(found->name), ", which is declared as ", language::a(kind)));
    }
    return found_expr(symbol, std::move(*found), place);
  }
  if (use == Use::kIndex && symbol.scripts.none() && !symbol.is_word) {
    return index_expr(symbol.name, place);
  }
  if (symbol.scripts.none() && free_places_.contains(symbol.name)) {
    return index_expr(symbol.name, place);
  }
  if (symbol.name == "delta" && symbol.scripts.upper.empty() && !symbol.scripts.lower.empty()) {
    return kronecker_delta(symbol, place);
  }
  fail(place, "a declared name",
       text(in_quotes(symbol.name), ", which the declarations do not have"));
}

Expr Translator::Impl::found_expr(const Symbol& symbol, Found found, Place place) {
  check_layer(found, place);
  Expr result = name_expr(found.name);
  const Known& known = *declarations_.find(found.name);
  bool transposed = symbol.scripts.transposed;
  const Node* exponent = nullptr;
  if (!found.upper.empty()) {
    const std::string* letter = index_name(*found.upper.front());
    const bool is_power = std::holds_alternative<Number>(found.upper.front()->node) && known.axes &&
                          known.axes->size() < found.upper.size() + found.lower.size();
    if (letter != nullptr && *letter == "T" && !is_bound("T") &&
        declarations_.find("T") == nullptr) {
      transposed = true;
      found.upper.erase(found.upper.begin());
    } else if (found.upper.size() == 1 && is_power) {
      exponent = found.upper.front();
      found.upper.clear();
    }
  }
  std::vector<const Node*> entries = std::move(found.upper);
  entries.insert(entries.end(), found.lower.begin(), found.lower.end());
  if (!entries.empty()) result = selected(std::move(result), entries, place, found.name);
  if (exponent != nullptr) result = power(std::move(result), *exponent, place);
  if (!transposed) return result;
  Call call{Operator::kTranspose, {}, {}};
  call.arguments.push_back(std::move(result));
  return {std::move(call)};
}

Expr Translator::Impl::name_expr(const std::string& name) const {
  return {Name{name, declarations_.find(name)->kind}};
}

/// A bound index, or one of the claim.
Expr Translator::Impl::index_expr(const std::string& name, Place place) {
  if (!is_bound(name) && !free_places_.contains(name)) {
    const bool reserved = language::is_keyword(name) || language::find_operator(name) != nullptr ||
                          language::find_mode(name).has_value();
    if (!new_indices_ || reserved) {
      fail(place, "a declared name or an index of the formula", in_quotes(name));
    }
    if (was_bound_.contains(name)) {
      fail(place, "an index that no sum of the chain binds", in_quotes(name));
    }
    free_places_.emplace(name, free_.size());
    free_.push_back({name, place});
  }
  const auto bound = bound_.find(name);
  return {Name{bound == bound_.end() ? name : bound->second, NameKind::kIndex}};
}

Expr Translator::Impl::selected(Expr of, const std::vector<const Node*>& entries, Place place,
                                const std::string& name) {
  const Axes axes = declarations_.axes_of(of);
  std::vector<Expr> subscripts;
  for (const Node* entry : entries) {
    split(*entry, axes ? axes->size() - std::min(axes->size(), subscripts.size()) : 2, subscripts);
  }
  return accessed(std::move(of), std::move(subscripts), place, name);
}

/// ij and i1 are two subscripts, 2i is one; of an array with two axes 12 are two.
void Translator::Impl::split(const Node& entry, std::size_t axes, std::vector<Expr>& subscripts) {
  const auto* number = std::get_if<Number>(&entry.node);
  if (number != nullptr && axes > 1 && number->digits.size() == axes) {
    for (const char digit : number->digits) {
      subscripts.push_back({language::Number{Rational(digit - '0')}});
    }
    return;
  }
  const auto* sequence = std::get_if<Sequence>(&entry.node);
  const auto is_entry = [](const Node& node) {
    return index_name(node) != nullptr || std::holds_alternative<Number>(node.node);
  };
  if (sequence != nullptr && index_name(sequence->factors.front()) != nullptr &&
      std::all_of(sequence->factors.begin(), sequence->factors.end(), is_entry)) {
    for (const Node& each : sequence->factors) subscripts.push_back(expr(each, Use::kIndex));
    return;
  }
  subscripts.push_back(expr(entry, Use::kIndex));
}

Expr Translator::Impl::accessed(Expr of, std::vector<Expr> subscripts, Place place,
                                const std::string& name) {
  const Axes axes = declarations_.axes_of(of);
  if (axes && subscripts.size() > axes->size()) {
    fail(place,
         axes->empty() ? text("no subscript of ", name, ", which has no axes")
                       : text("at most ", axes->size(), " subscripts of ", name),
         text(subscripts.size()));
  }
  if (subscripts.size() > language::kLongestList) {
    fail(place, text("at most ", language::kLongestList, " subscripts"), text(subscripts.size()));
  }
  remember_extents(of, subscripts);
  if (auto* access = std::get_if<Access>(&of.node)) {
    for (Expr& subscript : subscripts) access->subscripts.push_back(std::move(subscript));
    return of;
  }
  return {Access{std::move(of), std::move(subscripts)}};
}

/// An index that stands alone as a subscript, or with a minus, goes over that axis.
void Translator::Impl::remember_extents(const Expr& of, const std::vector<Expr>& subscripts) {
  const Axes axes = declarations_.axes_of(of);
  if (!axes) return;
  for (std::size_t i = 0; i < std::min(subscripts.size(), axes->size()); ++i) {
    const auto& extent = (*axes)[i];
    if (!extent) continue;
    const auto* negation = std::get_if<language::Negation>(&subscripts[i].node);
    const Expr& of_subscript = negation == nullptr ? subscripts[i] : *negation->of;
    const auto* index = std::get_if<Name>(&of_subscript.node);
    if (index == nullptr || index->kind != NameKind::kIndex) continue;
    const Extent over = negation == nullptr ? *extent
                                            : Extent{minus(number(0), extent->upper),
                                                     minus(number(0), extent->lower)};
    extents_.emplace(index->name, over);
  }
}

/// delta_{ki} is 1 where k is i, and 0 elsewhere.
Expr Translator::Impl::kronecker_delta(const Symbol& symbol, Place place) {
  std::vector<Expr> indices;
  for (const Node& entry : symbol.scripts.lower) split(entry, 2, indices);
  if (indices.size() != 2) {
    fail(place, "a declared name, or the Kronecker delta of two indices", in_quotes(symbol.name));
  }
  const std::string name = fresh("delta");
  Comparison equal{{Name{name, NameKind::kIndex}}, {}};
  equal.links.push_back({Relation::kEqual, indices[0]});
  language::Sum sum{{}, {std::move(equal)}, number(1)};
  sum.ranges.push_back({name, indices[1], indices[1]});
  was_bound_.insert(name);
  return {std::move(sum)};
}

std::string Translator::Impl::fresh(const std::string& name) const {
  std::string result = name;
  const auto is_used = [this](const std::string& as) {
    return declarations_.find(as) != nullptr || free_places_.contains(as) ||
           std::any_of(bound_.begin(), bound_.end(),
                       [&as](const auto& bound) { return bound.second == as; });
  };
  while (is_used(result)) result += '_';
  return result;
}

// ---------------------------------------------------------------- calls

/// True if brackets behind a symbol hold its arguments.
bool Translator::Impl::is_called(const Symbol& symbol) const {
  const std::string& name = symbol.name;
  if (declarations_.notation(name) != nullptr) return true;
  if (symbol.is_word && (name == "up" || name == "down")) return true;
  const Known* known = declarations_.find(name);
  if (known != nullptr && known->operators) return true;
  if (symbol.is_word && known == nullptr) return true;
  const bool function =
      std::find(kFunctions.begin(), kFunctions.end(), without_primes(name)) != kFunctions.end();
  if (!function) return false;
  const auto found = find(symbol, {}, true);
  return found && is_array(declarations_.find(found->name)->kind);
}

Expr Translator::Impl::call(const Symbol& symbol, const Group& group, Place place) {
  const std::string& name = symbol.name;
  if (const Notation* notation = declarations_.notation(name)) {
    std::vector<Expr> operands;
    for (const Node& item : group.items) operands.push_back(expr(item, Use::kValue));
    for (const Node& entry : symbol.scripts.lower) {
      if (operands.size() < notation->parameters.size()) {
        operands.push_back(expr(entry, Use::kIndex));
      }
    }
    return expanded(*notation, operands, place, name);
  }
  if (name == "conv2") return matlab_product(group, place);
  if (name == "rotate" || name == "rot") return rotated(symbol, group, place);
  if (name == "up" || name == "down") return resampled(symbol, group, place);
  const Known* known = declarations_.find(name);
  if (language::find_operator(name) != nullptr || (known != nullptr && known->operators)) {
    return operator_call(symbol, group, place);
  }
  if (known == nullptr && !find(symbol, place, true)) {
    fail(place, "a function that is known here, or a notation for it", in_quotes(name));
  }
  if (group.items.size() != 1) {
    fail(place, text("one argument of ", in_quotes(name)), text(group.items.size()));
  }
  return values_at(symbol, group.items.front(), place);
}

/// An operator of the language, or a reading of operators: tensors first, then numbers and a mode.
Expr Translator::Impl::operator_call(const Symbol& symbol, const Group& group, Place place) {
  const language::Signature* signature = language::find_operator(symbol.name);
  Call result{ReadingName{symbol.name}, {}, {}};
  if (signature != nullptr) result.callee = signature->op;
  for (const Node& item : group.items) {
    const Symbol* word = plain_symbol(item);
    const auto mode = word == nullptr ? std::nullopt : language::find_mode(word->name);
    if (mode && signature != nullptr && signature->options) {
      result.options.push_back({OptionName::kMode, *mode, {}});
      continue;
    }
    const bool tensor = signature == nullptr ||
                        result.arguments.size() < static_cast<std::size_t>(signature->tensors);
    result.arguments.push_back(expr(item, tensor ? Use::kValue : Use::kIndex));
  }
  const auto tensors = static_cast<std::size_t>(signature == nullptr ? 1 : signature->tensors);
  if (result.arguments.size() < tensors) {
    fail(place, text(tensors, " arguments of ", in_quotes(symbol.name)),
         text(result.arguments.size()));
  }
  return {std::move(result)};
}

/// rotate(X, 180^\circ), rot(X, 180) and rot_{180}(X) are rot180(X).
Expr Translator::Impl::rotated(const Symbol& symbol, const Group& group, Place place) {
  const Node* angle = group.items.size() == 2         ? &group.items.back()
                      : !symbol.scripts.lower.empty() ? &symbol.scripts.lower.front()
                      : !symbol.scripts.upper.empty() ? &symbol.scripts.upper.front()
                                                      : nullptr;
  const auto* degrees = angle == nullptr ? nullptr : std::get_if<Number>(&angle->node);
  if (group.items.size() > 2 || degrees == nullptr || degrees->digits != "180") {
    fail(angle == nullptr ? place : angle->place, "a rotation by 180 degrees",
         degrees == nullptr ? "none" : text(degrees->digits));
  }
  Call result{Operator::kRot180, {}, {}};
  result.arguments.push_back(expr(group.items.front(), Use::kValue));
  return {std::move(result)};
}

/// conv2(X, K, 'valid') of MATLAB: the signal comes first, and the mode is full if none is said.
Expr Translator::Impl::matlab_product(const Group& group, Place place) {
  if (group.items.size() < 2 || group.items.size() > 3) {
    fail(place, "2 or 3 arguments of 'conv2'", text(group.items.size()));
  }
  Mode mode = Mode::kFull;
  if (group.items.size() == 3) {
    const Symbol* word = plain_symbol(group.items.back());
    const auto named = word == nullptr ? std::nullopt : language::find_mode(word->name);
    if (!named) fail(group.items.back().place, "a mode (valid, full or same)", "another word");
    mode = *named == Mode::kSame ? Mode::kSameLo : *named;
  }
  Call result{Operator::kConv, {}, {}};
  result.arguments.push_back(expr(group.items[1], Use::kValue));
  result.arguments.push_back(expr(group.items[0], Use::kValue));
  result.options.push_back({OptionName::kMode, mode, {}});
  return {std::move(result)};
}

/// up(T, n), up_n(T): every element n times, or n - 1 zeros behind it; down: sums of blocks, or
/// every n-th element. A size or a constant of that name is the n that is not written.
Expr Translator::Impl::resampled(const Symbol& symbol, const Group& group, Place place) {
  const std::string& name = symbol.name;
  const Known* known = declarations_.find(name);
  Call result{ReadingName{name}, {}, {}};
  result.arguments.push_back(expr(group.items.front(), Use::kValue));
  for (std::size_t i = 1; i < group.items.size(); ++i) {
    result.arguments.push_back(expr(group.items[i], Use::kIndex));
  }
  for (const Node& entry : symbol.scripts.lower) {
    result.arguments.push_back(expr(entry, Use::kIndex));
  }
  const bool is_factor =
      known != nullptr && (known->kind == NameKind::kSize || known->kind == NameKind::kConstant ||
                           known->kind == NameKind::kEach);
  if (is_factor) {
    result.callee = ReadingName{name + "_sampling"};
    if (result.arguments.size() == 1) result.arguments.push_back(name_expr(name));
  }
  if (result.arguments.size() == 1) {
    fail(place, text("a factor, as in ", name, "_n(...), or a size ", in_quotes(name)), "none");
  }
  if (known == nullptr || is_factor) {
    reading_of_operators(std::get<ReadingName>(result.callee).name,
                         name == "up" ? std::vector{Operator::kKron, Operator::kZeroinsert}
                                      : std::vector{Operator::kBlocksum, Operator::kSubsample});
  }
  return {std::move(result)};
}

/// f'(Z^{(l,p)}): the array f' is read where its argument is.
Expr Translator::Impl::values_at(const Symbol& symbol, const Node& argument, Place place) {
  const auto* at = std::get_if<Symbol>(&argument.node);
  if (at == nullptr) fail(argument.place, "the name of an array", "another expression");
  (void)expr(argument, Use::kValue);
  Found function = *find(symbol, place, true);
  check_layer(function, place);
  const std::optional<Found> where = find(*at, argument.place, false);
  std::vector<const Node*> entries = where ? where->upper : std::vector<const Node*>();
  if (where) entries.insert(entries.end(), where->lower.begin(), where->lower.end());
  Expr result = name_expr(function.name);
  if (entries.empty()) return result;
  return selected(std::move(result), entries, place, function.name);
}

/// True if the brackets behind an array say where it is read: numbers, as many as it has axes.
bool Translator::Impl::is_element(const Expr& of, const Group& group) {
  const Axes axes = declarations_.axes_of(of);
  if (!axes || axes->empty() || group.items.size() > axes->size() || !group.scripts.none()) {
    return false;
  }
  const auto is_index = [this](const Node& node) {
    const auto* symbol = std::get_if<Symbol>(&node.node);
    if (symbol != nullptr) {
      const Known* known = declarations_.find(symbol->name);
      return symbol->scripts.none() && (known == nullptr || !is_array(known->kind));
    }
    return !std::holds_alternative<Derivative>(node.node) &&
           !std::holds_alternative<Sum>(node.node);
  };
  const std::function<bool(const Node&)> all = [&](const Node& node) {
    if (!is_index(node)) return false;
    if (const auto* sequence = std::get_if<Sequence>(&node.node)) {
      return std::all_of(sequence->factors.begin(), sequence->factors.end(), all);
    }
    if (const auto* inner = std::get_if<Group>(&node.node)) {
      return std::all_of(inner->items.begin(), inner->items.end(), all);
    }
    if (const auto* negation = std::get_if<Negation>(&node.node)) return all(*negation->of);
    if (const auto* fraction = std::get_if<Fraction>(&node.node)) {
      return all(*fraction->numerator) && all(*fraction->denominator);
    }
    if (const auto* addition = std::get_if<Addition>(&node.node)) {
      return all(*addition->first) &&
             std::all_of(addition->rest.begin(), addition->rest.end(),
                         [&](const Addition::Step& step) { return all(step.term); });
    }
    if (const auto* product = std::get_if<Product>(&node.node)) {
      return all(*product->first) &&
             std::all_of(product->rest.begin(), product->rest.end(), [&](const Product::Step& s) {
               return s.sign == "\\cdot" && all(s.factor);
             });
    }
    return true;
  };
  return std::all_of(group.items.begin(), group.items.end(), all);
}

/// W(l,p,d) is W^{(l,p,d)}.
bool Translator::Impl::is_layers(const Symbol& symbol, const Group& group) const {
  return symbol.scripts.upper.empty() && layer_of(group.items.front()).has_value();
}

// ---------------------------------------------------------------- derivatives

const Name* Translator::Impl::name_of(const Expr& expr) {
  const auto* access = std::get_if<Access>(&expr.node);
  const auto* name = std::get_if<Name>(access == nullptr ? &expr.node : &access->of->node);
  return name != nullptr && is_array(name->kind) ? name : nullptr;
}

/// True for a number that is not declared, as L, L(Y) and f(Y): the loss.
bool Translator::Impl::is_loss(const Node& of) const {
  const auto* sequence = std::get_if<Sequence>(&of.node);
  const auto* symbol =
      std::get_if<Symbol>(sequence == nullptr ? &of.node : &sequence->factors.front().node);
  if (symbol == nullptr || is_bound(symbol->name)) return false;
  if (sequence != nullptr &&
      (sequence->factors.size() != 2 ||
       !std::holds_alternative<Group>(sequence->factors.back().node) || is_called(*symbol))) {
    return false;
  }
  const std::optional<Found> found = find(*symbol, of.place, sequence != nullptr);
  return !found || !is_array(declarations_.find(found->name)->kind);
}

Expr Translator::Impl::read(const Derivative& derivative, Place place, Use) {
  const bool loss = is_loss(*derivative.of);
  Call result{Operator::kJacobian, {}, {}};
  if (!loss) result.arguments.push_back(expr(*derivative.of, Use::kValue));
  Expr by = expr(*derivative.by, Use::kValue);
  if (name_of(by) == nullptr) {
    fail(derivative.by->place, "an array, or a part of one, to differentiate by",
         "another expression");
  }
  if (loss) return gradient(*derivative.of, std::move(by), place);
  result.arguments.push_back(std::move(by));
  return {std::move(result)};
}

/// Two losses have two gradients; the seeds are those of one.
void Translator::Impl::check_loss(const Node& of) {
  const auto* sequence = std::get_if<Sequence>(&of.node);
  const Node& symbol = sequence == nullptr ? of : sequence->factors.front();
  const std::string& name = std::get<Symbol>(symbol.node).name;
  if (loss_.empty()) loss_ = name;
  if (name == loss_) return;
  fail(of.place, text("one loss that is not declared, ", in_quotes(loss_)), in_quotes(name));
}

/// The derivative of the loss: the seed itself, or the gradient of what the seed is declared for.
Expr Translator::Impl::gradient(const Node& of, Expr by, Place place) {
  check_loss(of);
  const std::string name = name_of(by)->name;
  std::vector<const DeclaredSeed*> through;
  for (const DeclaredSeed& seed : declarations_.seeds()) {
    const Name* like = std::get_if<Name>(&seed.like.node);
    if (like != nullptr && like->name == name) {
      Expr result = name_expr(seed.name);
      auto* access = std::get_if<Access>(&by.node);
      if (access == nullptr) return result;
      return {Access{std::move(result), std::move(access->subscripts)}};
    }
    if (seed.reached.contains(name)) through.push_back(&seed);
  }
  if (through.size() != 1) {
    std::vector<std::string> names;
    for (const DeclaredSeed* seed : through) names.push_back(seed->name);
    fail(of.place, text("one seed that depends on ", in_quotes(name), " (seed G like ...)"),
         names.empty() ? "none" : quoted_list(names));
  }
  count_copies(through.front()->like, 1, place);
  Call result{Operator::kGrad, {}, {}};
  result.arguments.push_back(through.front()->like);
  result.arguments.push_back(std::move(by));
  result.arguments.push_back(name_expr(through.front()->name));
  return {std::move(result)};
}

// ---------------------------------------------------------------- sums and claims

/// In its sum an index hides what else has its name, which makes it another name in the claim.
std::string Translator::Impl::bind(const std::string& name, Place place) {
  if (is_bound(name)) fail(place, "a new index", in_quotes(name) + ", which is already one");
  std::string as = fresh(name);
  extents_.erase(as);
  bound_.emplace(name, as);
  return as;
}

Comparison Translator::Impl::comparison(const Condition& condition) {
  Comparison result{expr(*condition.first, Use::kIndex), {}};
  for (const Condition::Step& step : condition.rest) {
    result.links.push_back({step.relation, expr(step.node, Use::kIndex)});
  }
  return result;
}

Expr Translator::Impl::read(const Sum& sum, Place, Use use) {
  struct Index {
    std::string name;
    Limits limits{};
  };
  std::vector<Index> indices;
  for (const Sum::Index& index : sum.indices) {
    Limits limits;
    if (index.lower) limits.lower = expr(*index.lower, Use::kIndex);
    if (index.upper) limits.upper = expr(*index.upper, Use::kIndex);
    indices.push_back({bind(index.name, index.place), std::move(limits)});
  }
  language::Sum result{{}, {}, expr(*sum.term, use)};
  for (const Condition& condition : sum.where) result.where.push_back(comparison(condition));
  for (std::size_t i = 0; i < indices.size(); ++i) {
    const Sum::Index& index = sum.indices[i];
    result.ranges.push_back(range(indices[i].name, std::move(indices[i].limits), index.place,
                                  index.name + "=1 below the sum and N above it"));
    bound_.erase(index.name);
    was_bound_.insert(indices[i].name);
    extents_.erase(indices[i].name);
  }
  return {std::move(result)};
}

/// With limits that the formula leaves out from the axis that the index goes over.
Range Translator::Impl::range(const std::string& name, Limits limits, Place place,
                              const std::string& example) const {
  const auto extent = extents_.find(name);
  if ((!limits.lower || !limits.upper) && extent == extents_.end()) {
    fail(place, text("a range for the index ", in_quotes(name), ", as in ", example), "none");
  }
  return {name, limits.lower ? std::move(*limits.lower) : extent->second.lower,
          limits.upper ? std::move(*limits.upper) : extent->second.upper};
}

/// a <= i <= b and the like, for an index i of the chain.
bool Translator::Impl::read_range(const std::vector<const Node*>& sides,
                                  const std::vector<Relation>& relations) {
  const auto limit = [&](const Node& node, bool strict, bool lower) {
    Expr value = expr(node, Use::kIndex);
    if (!strict) return value;
    return lower ? plus(value, number(1)) : minus(value, number(1));
  };
  bool found = false;
  for (std::size_t i = 0; i < sides.size(); ++i) {
    const std::string* name = index_name(*sides[i]);
    if (name == nullptr || !free_places_.contains(*name)) continue;
    found = true;
    Limits& limits = free_[free_places_.at(*name)].limits;
    const auto read = [&](Relation relation, const Node& other, bool other_is_left) {
      const bool less = relation == Relation::kLess || relation == Relation::kLessEqual;
      const bool greater = relation == Relation::kGreater || relation == Relation::kGreaterEqual;
      const bool strict = relation == Relation::kLess || relation == Relation::kGreater;
      const bool lower = other_is_left ? less : greater;
      if (!less && !greater)
        fail(other.place, "a range of the index, as in 1 \\le i \\le M", "'='");
      (lower ? limits.lower : limits.upper) = limit(other, strict, lower);
    };
    if (i > 0) read(relations[i - 1], *sides[i - 1], true);
    if (i + 1 < sides.size()) read(relations[i], *sides[i + 1], false);
  }
  return found;
}

/// Ranges of indices; what is said of sizes is assumed; what is said of indices that the chain does
/// not have says nothing about it.
void Translator::Impl::read_conditions(const std::vector<Condition>& conditions,
                                       Translated& result) {
  new_indices_ = false;
  for (const Condition& condition : conditions) {
    std::vector<const Node*> sides{&*condition.first};
    std::vector<Relation> relations;
    bool other_index = false;
    for (const Condition::Step& step : condition.rest) {
      sides.push_back(&step.node);
      relations.push_back(step.relation);
    }
    if (read_range(sides, relations)) continue;
    for (const Node* side : sides) {
      const std::string* name = index_name(*side);
      other_index = other_index || (name != nullptr && declarations_.find(*name) == nullptr);
    }
    if (!other_index) result.assumptions.push_back({{comparison(condition)}});
  }
  new_indices_ = true;
}

std::vector<Range> Translator::Impl::ranges() {
  std::vector<Range> result;
  for (FreeIndex& index : free_) {
    result.push_back(range(index.name, std::move(index.limits), index.place,
                           "1 \\le " + index.name + " \\le N"));
  }
  return result;
}

language::ClaimKind Translator::Impl::kind_of(const language::Claim& claim) const {
  bool tensor = !claim.ranges.empty() || declarations_.uses_tensor(claim.first);
  bool function = declarations_.uses_function(claim.first);
  bool relation = false;
  bool power = true;
  const auto only_powers = [&power](const Expr& e) {
    const auto* call = std::get_if<Call>(&e.node);
    const auto* op = call == nullptr ? nullptr : std::get_if<Operator>(&call->callee);
    if (op == nullptr) return;
    power = power && language::signature(*op).where != language::OperatorClass::kFunction;
  };
  walk(claim.first, only_powers);
  for (const Link& link : claim.links) {
    tensor = tensor || declarations_.uses_tensor(link.expr);
    function = function || declarations_.uses_function(link.expr);
    relation = relation || link.relation != Relation::kEqual;
    walk(link.expr, only_powers);
  }
  if (!tensor && power) return language::ClaimKind::kArithmetic;
  return function ? language::ClaimKind::kNumeric : language::ClaimKind::kTensors;
}

/// Y \in \mathbb{R}^{M \times N}: ones of the shape of Y are ones(M, N).
void Translator::Impl::add_shape(const Member& member, const Expr& of, Translated& result) {
  if (member.shape.empty()) return;
  Call shape{Operator::kShape, {}, {}};
  shape.arguments.push_back(of);
  Call left{Operator::kOnes, {}, {}};
  left.arguments.push_back({std::move(shape)});
  Call right{Operator::kOnes, {}, {}};
  for (const Node& size : member.shape) right.arguments.push_back(expr(size, Use::kIndex));
  language::Claim claim{language::ClaimKind::kTensors, "", {}, {std::move(left)}, {}, {}};
  claim.links.push_back({Relation::kEqual, {std::move(right)}});
  result.shapes.push_back(std::move(claim));
}

Translated Translator::Impl::translate(const Chain& chain) {
  free_.clear();
  free_places_.clear();
  bound_.clear();
  products_.clear();
  was_bound_.clear();
  extents_.clear();
  Translated result{{}, {}, {language::ClaimKind::kTensors, "", {}, number(0), {}, {}}, {}, {}};
  for (const Member& member : chain.members) {
    Expr side = expr(member.node, Use::kValue);
    add_shape(member, side, result);
    result.members.push_back(member.node.place);
    if (result.members.size() == 1) {
      result.claim.first = std::move(side);
    } else {
      result.claim.links.push_back({member.relation, std::move(side)});
    }
  }
  read_conditions(chain.conditions, result);
  result.claim.ranges = ranges();
  result.products = std::move(products_);
  for (language::Claim& shape : result.shapes) shape.ranges = result.claim.ranges;
  result.claim.kind = kind_of(result.claim);
  for (std::size_t i = 0; i < result.claim.links.size(); ++i) {
    if (result.claim.kind == language::ClaimKind::kArithmetic) break;
    if (result.claim.links[i].relation == Relation::kEqual) continue;
    fail(result.members[i + 1], "'=' between arrays", "another relation before this side");
  }
  return result;
}

Translator::Translator(const Source& formula, Declarations& declarations)
    : impl_(std::make_unique<Impl>(formula, declarations)) {}

Translator::~Translator() = default;

Translated Translator::translate(const Chain& chain) {
  return impl_->translate(chain);
}

const std::vector<ReadingStatement>& Translator::readings() const {
  return impl_->readings();
}

}  // namespace convproof::derivations::latex
