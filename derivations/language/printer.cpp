#include "derivations/language/printer.h"

#include <type_traits>

namespace convproof::derivations::language {
namespace {

/// How tightly an expression holds together; what stands at a place must hold at least as tightly
/// as the place asks for, or be put in parentheses.
enum class Level { kExpr, kTerm, kFactor, kPrimary };

Level level_of(const Expr& expr) {
  struct Visitor {
    Level operator()(const Addition&) const { return Level::kExpr; }
    Level operator()(const Product&) const { return Level::kTerm; }
    Level operator()(const Negation&) const { return Level::kFactor; }
    Level operator()(const Sum&) const { return Level::kFactor; }
    Level operator()(const Number&) const { return Level::kPrimary; }
    Level operator()(const Name&) const { return Level::kPrimary; }
    Level operator()(const Access&) const { return Level::kPrimary; }
    Level operator()(const Call&) const { return Level::kPrimary; }
  };
  return std::visit(Visitor{}, expr.node);
}

/// True if a factor would take what comes behind it into the term of its sum.
bool is_open(const Expr& factor) {
  const Expr* last = &factor;
  while (const auto* negation = std::get_if<Negation>(&last->node)) last = &*negation->of;
  return std::holds_alternative<Sum>(last->node);
}

const char* sign(Relation relation) {
  switch (relation) {
    case Relation::kEqual: return " == ";
    case Relation::kNotEqual: return " != ";
    case Relation::kLess: return " < ";
    case Relation::kLessEqual: return " <= ";
    case Relation::kGreater: return " > ";
    case Relation::kGreaterEqual: return " >= ";
  }
  return "";
}

const char* sign(Times times) {
  switch (times) {
    case Times::kTimes: return " * ";
    case Times::kHadamard: return " .* ";
    case Times::kDivide: return " / ";
  }
  return "";
}

/// A decimal fraction, with no more digits than needed.
std::string decimal(const Rational& value) {
  using boost::multiprecision::denominator;
  using boost::multiprecision::numerator;
  Rational shifted = value;
  std::size_t places = 0;
  for (; denominator(shifted) != 1; ++places) shifted *= 10;
  std::string digits = numerator(shifted).str();
  if (places == 0) return digits;
  if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
  return digits.insert(digits.size() - places, ".");
}

class Printer {
 public:
  std::string take() { return std::move(out_); }

  template <typename Items, typename Print>
  void list(const Items& items, Print print, const char* between = ", ") {
    bool first = true;
    for (const auto& item : items) {
      if (!first) out_ += between;
      first = false;
      print(item);
    }
  }

  void exprs(const std::vector<Expr>& items) {
    list(items, [this](const Expr& e) { expr(e); });
  }

  // -------------------------------------------------------------- expressions

  void expr(const Expr& e, Level least = Level::kExpr) {
    const bool parentheses = level_of(e) < least;
    if (parentheses) out_ += '(';
    std::visit([this](const auto& node) { write(node); }, e.node);
    if (parentheses) out_ += ')';
  }

  /// With more factors behind it.
  void inner_factor(const Expr& e) { expr(e, is_open(e) ? Level::kPrimary : Level::kFactor); }

  void write(const Number& number) { out_ += decimal(number.value); }
  void write(const Name& name) { out_ += name.name; }
  void write(const Negation& negation) {
    out_ += '-';
    expr(*negation.of, Level::kFactor);
  }
  void write(const Addition& addition) {
    expr(*addition.first, Level::kTerm);
    for (const auto& [sign, term] : addition.rest) {
      out_ += sign == Sign::kPlus ? " + " : " - ";
      expr(term, Level::kTerm);
    }
  }
  void write(const Product& product) {
    inner_factor(*product.first);
    for (const auto& step : product.rest) {
      out_ += sign(step.times);
      if (&step == &product.rest.back()) {
        expr(step.factor, Level::kFactor);
      } else {
        inner_factor(step.factor);
      }
    }
  }
  void write(const Access& access) {
    const Expr& of = *access.of;
    const bool bare =
        std::holds_alternative<Name>(of.node) || std::holds_alternative<Call>(of.node);
    if (!bare) out_ += '(';
    expr(of);
    if (!bare) out_ += ')';
    out_ += '[';
    exprs(access.subscripts);
    out_ += ']';
  }
  void write(const Sum& sum) {
    out_ += "sum(";
    list(sum.ranges, [this](const Range& r) { range(r); });
    if (!sum.where.empty()) {
      out_ += " where ";
      list(sum.where, [this](const Comparison& c) { comparison(c); });
    }
    out_ += ") ";
    expr(*sum.term, Level::kTerm);
  }
  void write(const Call& call) {
    if (const auto* op = std::get_if<Operator>(&call.callee)) {
      out_ += signature(*op).name;
    } else {
      out_ += std::get<ReadingName>(call.callee).name;
    }
    out_ += '(';
    exprs(call.arguments);
    for (const Option& o : call.options) {
      out_ += ", ";
      option(o);
    }
    out_ += ')';
  }

  void option(const Option& option) {
    out_ += name(option.name);
    out_ += '=';
    if (const auto* mode = std::get_if<Mode>(&option.value)) {
      out_ += name(*mode);
    } else if (const auto* reading = std::get_if<ReadingName>(&option.value)) {
      out_ += reading->name;
    } else {
      const auto& values = std::get<Option::Values>(option.value);
      if (values.size() > 1) out_ += '[';
      exprs(values);
      if (values.size() > 1) out_ += ']';
    }
  }

  void range(const Range& range) {
    out_ += range.name + " in ";
    expr(range.lower);
    out_ += "..";
    expr(range.upper);
  }

  /// In brackets, if there are any.
  void ranges(const std::vector<Range>& all, const char* before) {
    if (all.empty()) return;
    out_ += before;
    out_ += '[';
    list(all, [this](const Range& r) { range(r); });
    out_ += ']';
  }

  /// On lines of their own, where there are several.
  void links_of_claim(const std::vector<Link>& links) {
    for (const Link& link : links) {
      if (links.size() > 1) out_ += "\n ";
      out_ += sign(link.relation);
      expr(link.expr);
    }
  }

  void comparison(const Comparison& comparison) {
    expr(comparison.first);
    for (const Link& link : comparison.links) {
      out_ += sign(link.relation);
      expr(link.expr);
    }
  }

  // -------------------------------------------------------------- statements

  void statement(const Statement& statement) {
    std::visit([this](const auto& node) { write(node); }, statement.node);
    out_ += '\n';
  }

  void write(const Title& title) {
    out_ += "title \"";
    for (const char c : title.text) {
      if (c == '"' || c == '\\') out_ += '\\';
      out_ += c;
    }
    out_ += '"';
  }
  void write(const SizeStatement& statement) {
    out_ += "size ";
    list(statement.sizes, [this](const SizeStatement::Item& item) {
      out_ += item.name;
      if (!item.bound) return;
      out_ += sign(item.bound->relation);
      expr(item.bound->value);
    });
  }
  void write(const Assume& assume) {
    out_ += "assume ";
    list(assume.all, [this](const Comparison& c) { comparison(c); });
  }
  void write(const Constant& constant) {
    out_ += "const " + constant.name + " = ";
    expr(constant.value);
  }
  void write(const Each& each) {
    out_ += "each ";
    range(each.range);
  }
  void write(const TensorStatement& tensor) {
    out_ += "tensor " + tensor.name + "[";
    exprs(tensor.sizes);
    out_ += ']';
    if (!tensor.from.empty()) {
      out_ += " from ";
      exprs(tensor.from);
    }
    if (tensor.zero) out_ += " zero";
  }
  void write(const ScalarStatement& scalar) {
    out_ += "scalar ";
    list(scalar.names, [this](const std::string& name) { out_ += name; });
  }
  void write(const Seed& seed) {
    out_ += "seed " + seed.name + " like ";
    expr(seed.like);
  }
  void write(const Let& let) {
    out_ += "let " + let.name;
    ranges(let.ranges, "");
    if (let.zero) out_ += " zero";
    out_ += " = ";
    expr(let.value);
  }
  void write(const ReadingStatement& reading) {
    out_ += "reading " + reading.name + " = ";
    const auto alternative = [this](const auto& of) {
      using Of = std::decay_t<decltype(of)>;
      if constexpr (std::is_same_v<Of, Operator>) {
        out_ += signature(of).name;
      } else if constexpr (std::is_same_v<Of, Mode>) {
        out_ += name(of);
      } else {
        expr(of);
      }
    };
    list(
        reading.alternatives, [&](const auto& a) { std::visit(alternative, a); }, " | ");
  }
  void write(const Claim& claim) {
    switch (claim.kind) {
      case ClaimKind::kTensors: out_ += "claim "; break;
      case ClaimKind::kArithmetic: out_ += "arith "; break;
      case ClaimKind::kNumeric: out_ += "numeric "; break;
    }
    out_ += claim.name;
    ranges(claim.ranges, " ");
    out_ += ": ";
    expr(claim.first);
    links_of_claim(claim.links);
    remarks(claim.remarks);
  }
  void write(const Consistent& consistent) {
    out_ += "consistent: ";
    list(consistent.claims, [this](const std::string& name) { out_ += name; });
    remarks(consistent.remarks);
  }

  void remarks(const Remarks& remarks) {
    for (const std::string& item : remarks.items) out_ += "\n  item " + item;
    for (const Expectation& expected : remarks.expects) {
      out_ += "\n  expect " + print(expected.verdict);
      if (expected.holds_iff) {
        out_ += " holds iff ";
        sizes(*expected.holds_iff);
      }
      if (expected.from_grad) out_ += " from grad";
    }
  }

  void sizes(const Expectation::Sizes& any) {
    if (any.empty()) out_ += "never";
    const auto conjunction = [this](const std::vector<Comparison>& all) {
      list(
          all, [this](const Comparison& c) { comparison(c); }, " and ");
    };
    list(any, conjunction, " or ");
  }

 private:
  std::string out_;
};

template <typename Print>
std::string printed(Print print) {
  Printer printer;
  print(printer);
  return printer.take();
}

}  // namespace

std::string print(const File& file) {
  return printed([&](Printer& p) {
    for (const Statement& statement : file.statements) p.statement(statement);
  });
}

std::string print(const Statement& statement) {
  return printed([&](Printer& p) { p.statement(statement); });
}

std::string print(const Expr& expr) {
  return printed([&](Printer& p) { p.expr(expr); });
}

std::string print(const Comparison& comparison) {
  return printed([&](Printer& p) { p.comparison(comparison); });
}

std::string print(const Expectation::Sizes& sizes) {
  return printed([&](Printer& p) { p.sizes(sizes); });
}

std::string print(Verdict verdict) {
  switch (verdict) {
    case Verdict::kProved: return "proved";
    case Verdict::kRefuted: return "refuted";
    case Verdict::kShapesDiffer: return "shapes differ";
    case Verdict::kIllFormed: return "ill-formed";
    case Verdict::kUndecided: return "undecided";
    case Verdict::kSupported: return "supported";
    case Verdict::kCannotBeRead: return "cannot be read";
  }
  return "";
}

}  // namespace convproof::derivations::language
