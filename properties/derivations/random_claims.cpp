#include "properties/derivations/random_claims.h"

#include <random>
#include <string>
#include <utility>

#include "core/errors.h"

namespace convproof::derivations::language {
namespace {

constexpr int kDeepest = 3;

/// Names that an expression may use.
enum class Place { kConstant, kSize, kIndex, kPolynomial, kNumeric };

struct KnownName {
  std::string name;
  NameKind kind;
  int rank = 0;
};

class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  File file() {
    add(Title{"A \"title\" with \\ and 卷积"});
    add(sizes());
    Expr value = expr(Place::kConstant, 1);
    add(Constant{declare(NameKind::kConstant), std::move(value)});
    Range each{fresh(), expr(Place::kConstant, 1), expr(Place::kConstant, 1)};
    known_.push_back({each.name, NameKind::kEach});
    add(Each{std::move(each)});
    add(sizes());
    add(Assume{{comparison(Place::kSize), comparison(Place::kSize)}});
    for (int i = 0; i < 3; ++i) add(tensor());
    add(ScalarStatement{{declare(NameKind::kScalar), declare(NameKind::kScalar)}});
    readings();
    add(let());
    seed();
    for (int i = 0; i < 4; ++i) add(claim());
    add(Consistent{{claims_[0], claims_[1]}, remarks(1)});
    return std::move(file_);
  }

 private:
  // The engine is the same everywhere; distributions of the standard library are not.
  int below(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }
  bool one_in(int n) { return below(n) == 0; }

  void add(Statement::Node node) { file_.statements.push_back({std::move(node)}); }

  std::string fresh() { return text("n", count_++, one_in(4) ? "'" : ""); }
  std::string declare(NameKind kind, int rank = 0) {
    known_.push_back({fresh(), kind, rank});
    return known_.back().name;
  }

  // -------------------------------------------------------------- expressions

  static bool may_stand(const KnownName& name, Place place) {
    switch (name.kind) {
      case NameKind::kConstant:
      case NameKind::kEach: return true;
      case NameKind::kSize: return place != Place::kConstant;
      case NameKind::kIndex: return place >= Place::kIndex;
      default: return place >= Place::kPolynomial;
    }
  }

  Expr number() {
    Rational value = below(5);
    if (one_in(4)) value += Rational(1 + below(124), 125);
    return {Number{value}};
  }

  Expr leaf(Place place) {
    for (int tries = 0; tries < 4; ++tries) {
      if (known_.empty()) break;
      const KnownName& name =
          known_[static_cast<std::size_t>(below(static_cast<int>(known_.size())))];
      if (may_stand(name, place)) return {Name{name.name, name.kind}};
    }
    return number();
  }

  std::vector<Expr> exprs(Place place, int count) {
    std::vector<Expr> result;
    for (int i = 0; i < count; ++i) result.push_back(expr(place, 1));
    return result;
  }

  Expr expr(Place place, int depth) {
    const bool tensors = place >= Place::kPolynomial;
    if (depth == 0) return leaf(place);
    switch (below(tensors ? 11 : 6)) {
      case 0: return leaf(place);
      case 1: return {Negation{expr(place, depth - 1)}};
      case 2: {
        Addition addition{expr(place, depth - 1), {}};
        for (int i = below(3); i >= 0; --i) {
          addition.rest.push_back({one_in(2) ? Sign::kPlus : Sign::kMinus, expr(place, depth - 1)});
        }
        return {std::move(addition)};
      }
      case 3:
      case 4: {
        Product product{expr(place, depth - 1), {}};
        for (int i = below(3); i >= 0; --i) {
          const auto times = static_cast<Times>(below(3));
          const bool divide = times == Times::kDivide && place == Place::kPolynomial;
          product.rest.push_back({times, expr(divide ? Place::kIndex : place, depth - 1)});
        }
        return {std::move(product)};
      }
      case 5: {
        const Operator ops[] = {Operator::kFloor, Operator::kCeil, Operator::kMod, Operator::kMin,
                                Operator::kMax};
        const Operator op = ops[below(5)];
        const int count = op == Operator::kFloor || op == Operator::kCeil ? 1 : 2;
        return {Call{op, exprs(tensors ? Place::kIndex : place, count), {}}};
      }
      case 6:
      case 7: return sum(place, depth);
      case 8: return access();
      case 9:
        if (place == Place::kNumeric) {
          const auto first = static_cast<int>(Operator::kExp);
          const auto last = static_cast<int>(Operator::kLogsoftmax);
          return {
              Call{static_cast<Operator>(first + below(last - first + 1)), exprs(place, 1), {}}};
        }
        return access();
      default: return call(place, depth);
    }
  }

  Range range() {
    Range result{fresh(), expr(Place::kIndex, 1), expr(Place::kIndex, 1)};
    known_.push_back({result.name, NameKind::kIndex});
    return result;
  }

  std::vector<Range> ranges(int count) {
    std::vector<Range> result;
    for (int i = 0; i < count; ++i) result.push_back(range());
    return result;
  }

  Expr sum(Place place, int depth) {
    const std::size_t outer = known_.size();
    std::vector<Range> over = ranges(1 + below(2));
    std::vector<Comparison> where;
    for (int i = below(3); i > 0; --i) where.push_back(comparison(Place::kIndex));
    Expr term = expr(place, depth - 1);
    known_.resize(outer, {"", NameKind::kIndex});
    return {Sum{std::move(over), std::move(where), std::move(term)}};
  }

  /// A tensor with at least one axis.
  const KnownName& some_tensor() const {
    for (const KnownName& name : known_) {
      if (name.kind == NameKind::kTensor) return name;
    }
    throw std::logic_error("tensors come before what uses them");
  }

  Expr access() {
    const KnownName tensor = some_tensor();
    const Expr name{Name{tensor.name, tensor.kind}};
    switch (below(4)) {
      case 0: return {Access{Expr{Call{Operator::kRot180, {name}, {}}}, exprs(Place::kIndex, 1)}};
      case 1:
        return {Access{Expr{Addition{name, {{Sign::kMinus, name}}}}, exprs(Place::kIndex, 1)}};
      case 2: return {Access{Expr{Negation{name}}, exprs(Place::kIndex, 1)}};
      default: return {Access{name, exprs(Place::kIndex, 1 + below(tensor.rank))}};
    }
  }

  std::vector<Option> options() {
    std::vector<Option> result;
    if (one_in(2)) {
      result.push_back({OptionName::kMode, static_cast<Mode>(below(5)), {}});
    } else if (!modes_.empty() && one_in(2)) {
      result.push_back({OptionName::kMode, ReadingName{modes_}, {}});
    }
    for (const OptionName name : {OptionName::kStride, OptionName::kDilation, OptionName::kPad}) {
      if (one_in(3)) result.push_back({name, exprs(Place::kIndex, 1 + below(2)), {}});
    }
    return result;
  }

  Expr call(Place place, int depth) {
    const auto next = [&] { return expr(place, depth - 1); };
    switch (below(8)) {
      case 0: {
        if (products_.empty()) return next();
        return {Call{ReadingName{products_}, {next(), next()}, options()}};
      }
      case 1:
        return {Call{one_in(2) ? Operator::kConv : Operator::kXcorr, {next(), next()}, options()}};
      case 2: {
        if (turns_.empty()) return {Call{Operator::kTranspose, {next()}, {}}};
        return {Call{ReadingName{turns_}, {next()}, {}}};
      }
      case 3: {
        const auto op = static_cast<Operator>(static_cast<int>(Operator::kPad) + below(7));
        Call result{op, {next()}, {}};
        const int count = op == Operator::kPadlr ? 2 : 1;
        for (Expr& e : exprs(Place::kIndex, count)) result.arguments.push_back(std::move(e));
        return {std::move(result)};
      }
      case 4: return {Call{Operator::kOnes, exprs(Place::kIndex, 1 + below(3)), {}}};
      case 5: return {Call{Operator::kOnes, {{Call{Operator::kShape, {next()}, {}}}}, {}}};
      case 6: return {Call{Operator::kSum, {next()}, {}}};
      default: {
        const KnownName tensor = some_tensor();
        Expr by{Name{tensor.name, tensor.kind}};
        if (one_in(2)) by = {Access{std::move(by), exprs(Place::kIndex, 1)}};
        if (one_in(2)) return {Call{Operator::kJacobian, {next(), std::move(by)}, {}}};
        return {Call{Operator::kGrad, {next(), std::move(by), next()}, {}}};
      }
    }
  }

  Comparison comparison(Place place) {
    Comparison result{expr(place, 2), {}};
    for (int i = below(2); i >= 0; --i) {
      result.links.push_back({static_cast<Relation>(below(6)), expr(place, 2)});
    }
    return result;
  }

  // -------------------------------------------------------------- statements

  SizeStatement sizes() {
    SizeStatement result;
    for (int i = below(3); i >= 0; --i) {
      SizeStatement::Item item;
      if (one_in(2)) {
        item.bound = {static_cast<Relation>(below(6)), expr(Place::kSize, 2)};
      }
      item.name = declare(NameKind::kSize);
      result.sizes.push_back(std::move(item));
    }
    return result;
  }

  TensorStatement tensor() {
    const int rank = 1 + below(3);
    TensorStatement result{"", exprs(Place::kSize, rank), {}, one_in(2)};
    if (one_in(2)) result.from = exprs(Place::kSize, rank);
    result.name = declare(NameKind::kTensor, rank);
    return result;
  }

  void readings() {
    add(ReadingStatement{products_ = fresh(), {Operator::kConv, Operator::kXcorr}});
    add(ReadingStatement{turns_ = fresh(), {Operator::kRot180, Operator::kId}});
    add(ReadingStatement{modes_ = fresh(), {Mode::kValid, Mode::kSameLo, Mode::kFull}});
    // Without sums: an index of a reading must not be one where the reading is used.
    ReadingStatement reading{"", {leaf(Place::kPolynomial), access()}};
    reading.name = fresh();
    known_.push_back({reading.name, NameKind::kReading});
    add(std::move(reading));
  }

  Let let() {
    const std::size_t outer = known_.size();
    Let result{"", ranges(below(3)), false, expr(Place::kPolynomial, kDeepest)};
    if (!result.ranges.empty()) result.zero = one_in(2);
    known_.resize(outer, {"", NameKind::kIndex});
    result.name = declare(NameKind::kLet);
    return result;
  }

  void seed() {
    Seed result{"", expr(Place::kPolynomial, 2)};
    result.name = declare(NameKind::kSeed);
    add(std::move(result));
  }

  Remarks remarks(std::size_t links) {
    Remarks result;
    const std::size_t count = one_in(2) ? 1 : links;
    for (std::size_t i = 0; i < count && one_in(2); ++i) {
      result.items = std::vector<std::string>(count, "V-DW-L4");
      result.expects.resize(count);
    }
    for (Expectation& expected : result.expects) {
      expected.verdict = static_cast<Verdict>(below(7));
      expected.from_grad = one_in(2);
      if (!one_in(2)) continue;
      expected.holds_iff.emplace();
      for (int i = below(3); i > 0; --i) {
        std::vector<Comparison> all;
        for (int j = below(2); j >= 0; --j) all.push_back(comparison(Place::kSize));
        expected.holds_iff->push_back(std::move(all));
      }
    }
    return result;
  }

  Claim claim() {
    const auto kind = static_cast<ClaimKind>(below(3));
    const Place place = kind == ClaimKind::kTensors   ? Place::kPolynomial
                        : kind == ClaimKind::kNumeric ? Place::kNumeric
                                                      : Place::kSize;
    const std::size_t outer = known_.size();
    std::vector<Range> over;
    if (kind != ClaimKind::kArithmetic) over = ranges(below(3));
    Claim result{kind, fresh(), std::move(over), expr(place, kDeepest), {}, {}};
    for (int i = below(3); i >= 0; --i) {
      const auto relation =
          kind == ClaimKind::kArithmetic ? static_cast<Relation>(below(6)) : Relation::kEqual;
      result.links.push_back({relation, expr(place, kDeepest)});
    }
    known_.resize(outer, {"", NameKind::kIndex});
    result.remarks = remarks(result.links.size());
    claims_.push_back(result.name);
    return result;
  }

  std::mt19937 random_;
  File file_;
  int count_ = 0;
  std::vector<KnownName> known_;
  std::string products_;
  std::string turns_;
  std::string modes_;
  std::vector<std::string> claims_;
};

}  // namespace

File random_file(unsigned seed) {
  return Generator(seed).file();
}

}  // namespace convproof::derivations::language
