// A formula as it is written: what its letters mean is not asked here.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "derivations/language/ast.h"
#include "derivations/latex/lexer.h"

namespace convproof::derivations::latex {

using language::Box;
using language::Relation;
using language::Sign;

struct Node;
using Nodes = std::vector<Node>;

/// What stands below and above: x_{i,j}^{(l)}. Entries as they are between commas.
struct Scripts {
  Nodes lower;
  Nodes upper;
  bool transposed = false;  // ^\top
  bool none() const { return lower.empty() && upper.empty() && !transposed; }
};

struct Number {
  std::string digits;
};

/// W, f', delta, rot180, x_hat.
struct Symbol {
  std::string name;
  bool is_word = false;
  Scripts scripts;
};

enum class Brackets { kRound, kSquare, kFloor, kCeil, kAbs, kRoot };

/// (a, b); what brackets are around matters to what stands before them.
struct Group {
  Brackets brackets = Brackets::kRound;
  Nodes items;
  Scripts scripts;
};

/// Two or more side by side: a product, subscripts, or an array and where it is read.
struct Sequence {
  Nodes factors;
};

struct Negation {
  Box<Node> of;
};

struct Addition {
  struct Step;
  Box<Node> first;
  std::vector<Step> rest;
};

/// a (sign) b (sign) c, from left to right: "\\cdot", ".*", "/", or the name of a product.
struct Product {
  struct Step;
  Box<Node> first;
  std::vector<Step> rest;
};

struct Fraction {
  Box<Node> numerator;
  Box<Node> denominator;
};

/// \frac{\partial of}{\partial by}, or \nabla_{by} of.
struct Derivative {
  Box<Node> of;
  Box<Node> by;
};

/// a <= b == c
struct Condition {
  struct Step;
  Box<Node> first;
  std::vector<Step> rest;
};

/// \sum_{i=a}^{b}: limits that the formula leaves out, or gives as infinite, are absent.
struct Sum {
  struct Index;
  std::vector<Index> indices;
  std::vector<Condition> where;
  Box<Node> term;
};

struct Infinity {};

struct Node {
  std::variant<Number, Symbol, Group, Sequence, Negation, Addition, Product, Fraction, Derivative,
               Sum, Infinity>
      node;
  Place place;
};

struct Addition::Step {
  Sign sign = Sign::kPlus;
  Node term;
};

struct Product::Step {
  std::string sign;
  Place place;
  Node factor;
};

struct Condition::Step {
  Relation relation = Relation::kEqual;
  Node node;
};

struct Sum::Index {
  std::string name;
  Place place;
  std::optional<Node> lower;
  std::optional<Node> upper;
};

struct Member {
  Relation relation = Relation::kEqual;  // To the member before; of the first: none.
  Node node;
  Nodes shape;  // \in \mathbb{R}^{M \times N}: M, N; empty if nothing is said.
};

/// a = b = c (conditions)
struct Chain {
  std::vector<Member> members;
  std::vector<Condition> conditions;
};

/// Fractions, scripts, brackets, sums and signs within each other.
inline constexpr int kDeepestFormula = 100;

/// The chains of a formula, one for each left side.
///
/// Throws:  LanguageError at the first place where it is no formula.
/// Cost:    linear in the text.
std::vector<Chain> parse_formula(const Source& formula);

}  // namespace convproof::derivations::latex
