#include "derivations/mathml/mathml.h"

#include <array>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "derivations/language/operators.h"
#include "derivations/language/printer.h"
#include "derivations/language/source.h"

namespace convproof::derivations::mathml {
namespace {

using namespace language;  // NOLINT(google-build-using-namespace): this page shows all of it.

// Signs, by the names that Unicode has for them.
constexpr const char* kMinusSign = "\u2212";
constexpr const char* kDotOperator = "\u22C5";
constexpr const char* kInvisibleTimes = "\u2062";
constexpr const char* kFunctionApplication = "\u2061";
constexpr const char* kCircledDot = "\u2299";
constexpr const char* kCircledTimes = "\u2297";
constexpr const char* kStarOperator = "\u22C6";
constexpr const char* kSummation = "\u2211";
constexpr const char* kPartial = "\u2202";
constexpr const char* kDownTack = "\u22A4";
constexpr const char* kBoldOne = "\U0001D7CF";
constexpr const char* kTimesSign = "\u00D7";
constexpr const char* kElementOf = "\u2208";
constexpr const char* kRealNumbers = "\u211D";
constexpr const char* kPrime = "\u2032";

/// How tightly an expression holds together; what stands at a place must hold at least as tightly
/// as the place asks for, or be put in parentheses.
enum class Level {
  kExpr,
  kSigned,  // -a: first in a sum or a product.
  kTerm,    // Products of all kinds.
  kFactor,  // Sums, which take the rest of a product.
  kPrimary,
};

bool is_operator(const Call& call, Operator op) {
  const auto* callee = std::get_if<Operator>(&call.callee);
  return callee != nullptr && *callee == op;
}

/// With a sign between two operands.
bool is_infix(const Call& call) {
  return is_operator(call, Operator::kConv) || is_operator(call, Operator::kXcorr) ||
         is_operator(call, Operator::kKron);
}

/// The whole product as one fraction: a / b.
bool is_fraction(const Product& product) {
  return product.rest.back().times == Times::kDivide;
}

Level level_of(const Expr& expr) {
  struct Visitor {
    Level operator()(const Addition&) const { return Level::kExpr; }
    Level operator()(const Negation&) const { return Level::kSigned; }
    Level operator()(const Product& p) const {
      return is_fraction(p) ? Level::kPrimary : Level::kTerm;
    }
    Level operator()(const Sum&) const { return Level::kFactor; }
    Level operator()(const Call& c) const { return is_infix(c) ? Level::kTerm : Level::kPrimary; }
    Level operator()(const Number&) const { return Level::kPrimary; }
    Level operator()(const Name&) const { return Level::kPrimary; }
    Level operator()(const Access&) const { return Level::kPrimary; }
  };
  return std::visit(Visitor{}, expr.node);
}

const char* sign(Relation relation) {
  switch (relation) {
    case Relation::kEqual: return "=";
    case Relation::kNotEqual: return "\u2260";
    case Relation::kLess: return "<";
    case Relation::kLessEqual: return "\u2264";
    case Relation::kGreater: return ">";
    case Relation::kGreaterEqual: return "\u2265";
  }
  return "";
}

/// The letter that a name spells out, or nothing.
std::string_view greek(std::string_view name) {
  static const std::unordered_map<std::string_view, std::string_view> letters{
      {"alpha", "α"},  {"beta", "β"},  {"gamma", "γ"}, {"delta", "δ"}, {"epsilon", "ε"},
      {"zeta", "ζ"},   {"eta", "η"},   {"theta", "θ"}, {"iota", "ι"},  {"kappa", "κ"},
      {"lambda", "λ"}, {"mu", "μ"},    {"nu", "ν"},    {"xi", "ξ"},    {"pi", "π"},
      {"rho", "ρ"},    {"sigma", "σ"}, {"tau", "τ"},   {"phi", "φ"},   {"chi", "χ"},
      {"psi", "ψ"},    {"omega", "ω"}, {"Gamma", "Γ"}, {"Delta", "Δ"}, {"Theta", "Θ"},
      {"Lambda", "Λ"}, {"Xi", "Ξ"},    {"Pi", "Π"},    {"Sigma", "Σ"}, {"Phi", "Φ"},
      {"Psi", "Ψ"},    {"Omega", "Ω"}, {"ell", "ℓ"},
  };
  const auto found = letters.find(name);
  return found == letters.end() ? std::string_view() : found->second;
}

/// The accent that a part of a name spells out, or nothing.
std::string_view accent(std::string_view part) {
  if (part == "hat") return "^";
  if (part == "tilde") return "~";
  return part == "bar" ? "\u00AF" : std::string_view();
}

bool is_digits(std::string_view part) {
  return part.find_first_not_of("0123456789") == std::string_view::npos;
}

class Writer {
 public:
  std::string take() { return std::move(out_); }

  // -------------------------------------------------------------- elements

  /// <tag>...</tag> around what `content` writes.
  template <typename Content>
  void element(std::string_view tag, const Content& content, std::string_view attributes = "") {
    out_ += '<';
    out_ += tag;
    if (!attributes.empty()) out_ += ' ';
    out_ += attributes;
    out_ += '>';
    content();
    out_ += "</";
    out_ += tag;
    out_ += '>';
  }
  template <typename Content>
  void row(const Content& content) {
    element("mrow", content);
  }
  void leaf(std::string_view tag, std::string_view text, std::string_view attributes = "") {
    element(
        tag, [&] { escaped(text); }, attributes);
  }
  void op(std::string_view sign) { leaf("mo", sign); }
  void word(std::string_view text) { leaf("mtext", text); }

  /// What XML has no way to say stands as U+FFFD.
  void escaped(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
      const Character c = character_at(text, i);
      const bool says_nothing = !c.valid || c.code == 0xFFFE || c.code == 0xFFFF ||
                                (c.code < 0x20 && c.code != '\t' && c.code != '\n');
      if (says_nothing) {
        out_ += "\uFFFD";
      } else if (c.code == '&') {
        out_ += "&amp;";
      } else if (c.code == '<') {
        out_ += "&lt;";
      } else if (c.code == '>') {
        out_ += "&gt;";
      } else {
        out_ += text.substr(i, c.bytes);
      }
      i += c.bytes;
    }
  }

  template <typename Items, typename Print>
  void list(const Items& items, const Print& print, std::string_view between = ",") {
    bool first = true;
    for (const auto& item : items) {
      if (!first) op(between);
      first = false;
      print(item);
    }
  }

  void exprs(const std::vector<Expr>& items, std::string_view between = ",") {
    list(
        items, [this](const Expr& e) { expr(e); }, between);
  }

  template <typename Content>
  void brackets(std::string_view open, const Content& content, std::string_view close) {
    row([&] {
      op(open);
      content();
      op(close);
    });
  }

  // -------------------------------------------------------------- names

  /// X_padded, beta', x_hat, W_1: letters with what stands around them.
  void name(std::string_view full) {
    std::string_view base = full;
    const std::size_t primes = base.size() - std::min(base.find('\''), base.size());
    base.remove_suffix(primes);
    if (primes == 0) return unprimed(base);
    element("msup", [&] {
      unprimed(base);
      std::string signs;
      for (std::size_t i = 0; i < primes; ++i) signs += kPrime;
      op(signs);
    });
  }

  void unprimed(std::string_view name) {
    const std::size_t last = name.rfind('_');
    if (last == std::string_view::npos || last == 0 || last + 1 == name.size()) return letter(name);
    const std::string_view base = name.substr(0, last);
    const std::string_view part = name.substr(last + 1);
    const bool accented = !accent(part).empty();
    element(accented ? "mover" : "msub", [&] {
      row([&] { unprimed(base); });
      if (accented) {
        op(accent(part));
      } else {
        letter(part);
      }
    });
  }

  void letter(std::string_view name) {
    const std::string_view sign = greek(name);
    leaf(is_digits(name) ? "mn" : "mi", sign.empty() ? name : sign);
  }

  // -------------------------------------------------------------- expressions

  void expr(const Expr& e, Level least = Level::kExpr) {
    const auto write_node = [&] { std::visit([this](const auto& node) { write(node); }, e.node); };
    if (level_of(e) < least) {
      brackets("(", write_node, ")");
    } else {
      write_node();
    }
  }

  void write(const Number& number) { leaf("mn", print(Expr{number})); }
  void write(const Name& of) { name(of.name); }
  void write(const Negation& negation) {
    row([&] {
      op(kMinusSign);
      expr(*negation.of, Level::kTerm);
    });
  }
  void write(const Addition& addition) {
    row([&] {
      expr(*addition.first, Level::kSigned);
      for (const auto& [sign, term] : addition.rest) {
        op(sign == Sign::kPlus ? "+" : kMinusSign);
        expr(term, Level::kTerm);
      }
    });
  }
  void write(const Product& product) {
    row([&] { product_to(product, product.rest.size()); });
  }

  /// The first factors of a product: what is divided stands above all that has come before.
  void product_to(const Product& product, std::size_t count) {
    std::size_t first = count;
    while (first > 0 && product.rest[first - 1].times != Times::kDivide) --first;
    if (first > 0) {
      fraction(product, first);
    } else {
      factor(*product.first, true, false);
    }
    for (std::size_t i = first; i < count; ++i) {
      const auto& step = product.rest[i];
      const bool no_sign = i == 0 && needs_no_sign(*product.first, step.factor);
      op(step.times == Times::kHadamard ? kCircledDot : no_sign ? kInvisibleTimes : kDotOperator);
      factor(step.factor, false, i + 1 == count);
    }
  }

  void fraction(const Product& product, std::size_t count) {
    element("mfrac", [&] {
      if (count == 1) {
        expr(*product.first);
      } else {
        row([&] { product_to(product, count - 1); });
      }
      expr(product.rest[count - 1].factor);
    });
  }

  /// A sum that is not the last factor would take those behind it; a minus may stand before the
  /// first.
  void factor(const Expr& e, bool first, bool last) {
    const Expr* of = &e;
    while (const auto* negation = std::get_if<Negation>(&of->node)) of = &*negation->of;
    const bool takes_more = std::holds_alternative<Sum>(of->node) && !last;
    const auto* negation = std::get_if<Negation>(&e.node);
    const bool may_begin = first && negation != nullptr && level_of(*negation->of) != Level::kTerm;
    expr(e, takes_more ? Level::kPrimary : may_begin ? Level::kSigned : Level::kFactor);
  }

  /// 2 N needs no sign, 2 3 does.
  static bool needs_no_sign(const Expr& before, const Expr& behind) {
    const auto* access = std::get_if<Access>(&behind.node);
    const Expr& of = access == nullptr ? behind : *access->of;
    return std::holds_alternative<Number>(before.node) &&
           (std::holds_alternative<Name>(of.node) || std::holds_alternative<Sum>(of.node) ||
            std::holds_alternative<Addition>(of.node));
  }

  void write(const Access& access) {
    element("msub", [&] {
      const Expr& of = *access.of;
      const auto* call = std::get_if<Call>(&of.node);
      const bool bare =
          std::holds_alternative<Name>(of.node) || (call != nullptr && is_function(*call));
      if (bare) {
        row([&] { expr(of); });
      } else {
        brackets(
            "[", [&] { expr(of); }, "]");
      }
      row([&] { exprs(access.subscripts); });
    });
  }

  void write(const Sum& sum) {
    row([&] {
      for (const Range& range : sum.ranges) {
        element("munderover", [&] {
          op(kSummation);
          row([&] {
            name(range.name);
            op("=");
            expr(range.lower);
            if (&range == &sum.ranges.back()) conditions(sum.where);
          });
          row([&] { expr(range.upper); });
        });
      }
      expr(*sum.term, Level::kTerm);
    });
  }

  void conditions(const std::vector<Comparison>& where) {
    for (const Comparison& condition : where) {
      op(",");
      write(condition);
    }
  }

  // -------------------------------------------------------------- calls

  /// Shown as f(x, y).
  static bool is_function(const Call& call) {
    const auto* callee = std::get_if<Operator>(&call.callee);
    if (callee == nullptr) return true;
    switch (*callee) {
      case Operator::kConv:
      case Operator::kXcorr:
      case Operator::kKron:
      case Operator::kTranspose:
      case Operator::kOnes:
      case Operator::kGrad:
      case Operator::kJacobian:
      case Operator::kFloor:
      case Operator::kCeil:
      case Operator::kPow:
      case Operator::kAbs:
      case Operator::kSqrt: return false;
      default: return true;
    }
  }

  void write(const Call& call) {
    if (is_function(call)) return function(call);
    const Expr& first = call.arguments.front();
    switch (std::get<Operator>(call.callee)) {
      case Operator::kConv: return infix(call, "*");
      case Operator::kXcorr: return infix(call, kStarOperator);
      case Operator::kKron: return kron(call);
      case Operator::kOnes: return ones(call.arguments);
      case Operator::kGrad: return gradient(call);
      case Operator::kJacobian: return derivative(first, call.arguments[1]);
      case Operator::kFloor:
        return brackets(
            "\u230A", [&] { expr(first); }, "\u230B");
      case Operator::kCeil:
        return brackets(
            "\u2308", [&] { expr(first); }, "\u2309");
      case Operator::kAbs:
        return brackets(
            "|", [&] { expr(first); }, "|");
      case Operator::kSqrt: return element("msqrt", [&] { expr(first); });
      case Operator::kTranspose:
        return element("msup", [&] {
          raised(first);
          op(kDownTack);
        });
      default:  // Powers.
        return element("msup", [&] {
          raised(first);
          row([&] { expr(call.arguments[1]); });
        });
    }
  }

  /// What has a superscript must be one thing: a fraction is not.
  void raised(const Expr& base) {
    const bool one = std::holds_alternative<Number>(base.node) ||
                     std::holds_alternative<Name>(base.node) ||
                     std::holds_alternative<Access>(base.node);
    if (one) {
      expr(base);
    } else {
      brackets(
          "(", [&] { expr(base); }, ")");
    }
  }

  void function(const Call& call) {
    row([&] {
      const auto* callee = std::get_if<Operator>(&call.callee);
      const auto write_name = [&] {
        if (callee != nullptr) {
          leaf("mi", signature(*callee).name);
        } else {
          name(std::get<ReadingName>(call.callee).name);
        }
      };
      with_options(call, write_name);
      op(kFunctionApplication);
      brackets(
          "(", [&] { exprs(call.arguments); }, ")");
    });
  }

  void infix(const Call& call, std::string_view sign) {
    row([&] {
      expr(call.arguments[0], Level::kPrimary);
      with_options(call, [&] { op(sign); });
      expr(call.arguments[1], Level::kPrimary);
    });
  }

  /// The options of a call below its sign.
  template <typename Content>
  void with_options(const Call& call, const Content& content) {
    if (call.options.empty()) return content();
    element("msub", [&] {
      content();
      row([&] { list(call.options, [this](const Option& o) { option(o); }); });
    });
  }

  void option(const Option& option) {
    if (const auto* mode = std::get_if<Mode>(&option.value)) {
      word(language::name(*mode));
    } else if (const auto* reading = std::get_if<ReadingName>(&option.value)) {
      name(reading->name);
    } else {
      word(language::name(option.name));
      op("=");
      exprs(std::get<Option::Values>(option.value), kTimesSign);
    }
  }

  /// Each element of the first becomes a block.
  void kron(const Call& call) {
    row([&] {
      expr(call.arguments.front(), Level::kPrimary);
      op(kCircledTimes);
      ones({call.arguments.begin() + 1, call.arguments.end()});
    });
  }

  void ones(const std::vector<Expr>& sizes) {
    element("msub", [&] {
      leaf("mn", kBoldOne);
      row([&] {
        list(
            sizes, [this](const Expr& e) { expr(e, Level::kTerm); }, kTimesSign);
      });
    });
  }

  /// Of the loss, where the names say enough; otherwise of the product of G and Y.
  void gradient(const Call& call) {
    const Expr& of = call.arguments[0];
    const Expr& seed = call.arguments[2];
    const bool named =
        std::holds_alternative<Name>(of.node) && std::holds_alternative<Name>(seed.node);
    const auto loss = [&] {
      if (named) return leaf("mi", "L");
      brackets(
          "\u27E8",
          [&] {
            expr(seed);
            op(",");
            expr(of);
          },
          "\u27E9");
    };
    partial(loss, [&] { expr(call.arguments[1]); });
  }

  void derivative(const Expr& of, const Expr& by) {
    partial([&] { expr(of, Level::kPrimary); }, [&] { expr(by); });
  }

  template <typename Of, typename By>
  void partial(const Of& of, const By& by) {
    element("mfrac", [&] {
      row([&] {
        op(kPartial);
        of();
      });
      row([&] {
        op(kPartial);
        by();
      });
    });
  }

  // -------------------------------------------------------------- ranges and comparisons

  void write(const Range& range) {
    row([&] {
      expr(range.lower);
      op(sign(Relation::kLessEqual));
      name(range.name);
      op(sign(Relation::kLessEqual));
      expr(range.upper);
    });
  }

  void write(const Comparison& comparison) {
    row([&] {
      expr(comparison.first);
      for (const Link& link : comparison.links) {
        op(sign(link.relation));
        expr(link.expr);
      }
    });
  }

  void ranges(const std::vector<Range>& all) {
    list(all, [this](const Range& range) { write(range); });
  }

  // -------------------------------------------------------------- statements

  void write(const Title& title) { word(title.text); }
  void write(const SizeStatement& statement) {
    row([&] {
      list(statement.sizes, [this](const SizeStatement::Item& item) {
        name(item.name);
        op(sign(item.bound ? item.bound->relation : Relation::kGreaterEqual));
        if (item.bound) {
          expr(item.bound->value);
        } else {
          leaf("mn", "1");
        }
      });
    });
  }
  void write(const Assume& assume) {
    row([&] { list(assume.all, [this](const Comparison& c) { write(c); }); });
  }
  void write(const Constant& constant) {
    row([&] {
      name(constant.name);
      op("=");
      expr(constant.value);
    });
  }
  void write(const Each& each) { write(each.range); }
  void write(const TensorStatement& tensor) {
    row([&] {
      name(tensor.name);
      op(kElementOf);
      element("msup", [&] {
        leaf("mi", kRealNumbers);
        row([&] {
          list(
              tensor.sizes, [this](const Expr& e) { expr(e, Level::kTerm); }, kTimesSign);
        });
      });
      if (!tensor.from.empty()) {
        word("\u00A0from\u00A0");
        brackets(
            "(", [&] { exprs(tensor.from); }, ")");
      }
      if (tensor.zero) word(",\u00A00 outside");
    });
  }
  void write(const ScalarStatement& scalar) {
    row([&] {
      list(scalar.names, [this](const std::string& each) { name(each); });
      op(kElementOf);
      leaf("mi", kRealNumbers);
    });
  }
  void write(const Seed& seed) {
    row([&] {
      name(seed.name);
      op("=");
      partial([&] { leaf("mi", "L"); }, [&] { expr(seed.like, Level::kPrimary); });
    });
  }
  void write(const Let& let) {
    row([&] {
      if (let.ranges.empty()) {
        name(let.name);
      } else {
        element("msub", [&] {
          row([&] { name(let.name); });
          row([&] { list(let.ranges, [this](const Range& range) { name(range.name); }); });
        });
      }
      op("=");
      expr(let.value);
      for_ranges(let.ranges);
      if (let.zero) word(",\u00A00 outside");
    });
  }
  void for_ranges(const std::vector<Range>& all) {
    if (all.empty()) return;
    word("\u00A0for\u00A0");
    ranges(all);
  }
  void write(const ReadingStatement& reading) {
    row([&] {
      name(reading.name);
      op("=");
      list(
          reading.alternatives,
          [this](const ReadingStatement::Alternative& alternative) {
            if (const auto* op = std::get_if<Operator>(&alternative)) {
              word(signature(*op).name);
            } else if (const auto* mode = std::get_if<Mode>(&alternative)) {
              word(language::name(*mode));
            } else {
              expr(std::get<Expr>(alternative));
            }
          },
          "|");
    });
  }
  void write(const Claim& claim) {
    const auto cell = [this](const char* side, const auto& content) {
      element("mtd", content, text("style=\"text-align: ", side, "\""));
    };
    const auto rows = [&] {
      for (const Link& link : claim.links) {
        element("mtr", [&] {
          cell("right", [&] {
            if (&link == &claim.links.front()) expr(claim.first);
          });
          cell("left", [&] {
            op(sign(link.relation));
            expr(link.expr);
          });
        });
      }
      if (claim.ranges.empty()) return;
      element("mtr", [&] {
        cell("right", [] {});
        cell("left", [&] { for_ranges(claim.ranges); });
      });
    };
    element("mtable", rows, "displaystyle=\"true\"");
  }
  void write(const Consistent& consistent) {
    row([&] {
      word("consistent:\u00A0");
      list(consistent.claims, [this](const std::string& claim) { word(claim); });
    });
  }

 private:
  std::string out_;
};

constexpr std::string_view kNamespace = "xmlns=\"http://www.w3.org/1998/Math/MathML\"";
constexpr std::string_view kBlock =
    "xmlns=\"http://www.w3.org/1998/Math/MathML\" display=\"block\"";

template <typename Content>
std::string math(const Content& content, std::string_view attributes) {
  Writer writer;
  writer.element(
      "math", [&] { content(writer); }, attributes);
  return writer.take();
}

}  // namespace

std::string mathml(const Expr& expr) {
  return math([&](Writer& w) { w.expr(expr); }, kNamespace);
}

std::string mathml(const Range& range) {
  return math([&](Writer& w) { w.write(range); }, kNamespace);
}

std::string mathml(const Comparison& comparison) {
  return math([&](Writer& w) { w.write(comparison); }, kNamespace);
}

std::string mathml(const Claim& claim) {
  return math([&](Writer& w) { w.write(claim); }, kBlock);
}

std::string mathml(const Statement& statement) {
  const auto write = [&](Writer& w) {
    std::visit([&w](const auto& node) { w.write(node); }, statement.node);
  };
  return math(write, kBlock);
}

}  // namespace convproof::derivations::mathml
