// The syntax tree of the claim language: values, each node with its place in the text. Two trees
// are equal if they say the same, wherever they stand.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/scalar/rational.h"
#include "derivations/language/operators.h"
#include "derivations/language/source.h"

namespace convproof::derivations::language {

/// A T of its own on the heap, copied and compared as a value: what a node is made of that is of
/// the node's own type.
template <typename T>
class Box {
 public:
  Box(T value) : value_(std::make_unique<T>(std::move(value))) {}
  Box(const Box& other) : value_(std::make_unique<T>(*other.value_)) {}
  Box(Box&&) noexcept = default;
  Box& operator=(const Box& other) {
    value_ = std::make_unique<T>(*other.value_);
    return *this;
  }
  Box& operator=(Box&&) noexcept = default;
  ~Box() = default;

  T& operator*() { return *value_; }
  const T& operator*() const { return *value_; }
  T* operator->() { return value_.get(); }
  const T* operator->() const { return value_.get(); }
  friend bool operator==(const Box& a, const Box& b) { return *a == *b; }

 private:
  std::unique_ptr<T> value_;
};

// ---------------------------------------------------------------- expressions

struct Expr;
struct Range;
struct Comparison;

/// Not negative; a decimal fraction.
struct Number {
  Rational value;
  friend bool operator==(const Number&, const Number&) = default;
};

/// What a name in an expression has been declared as.
enum class NameKind {
  kSize,
  kConstant,
  kEach,
  kIndex,
  kTensor,
  kScalar,
  kSeed,
  kLet,
  kReading,
};

struct Name {
  std::string name;
  NameKind kind = NameKind::kSize;
  friend bool operator==(const Name&, const Name&) = default;
};

struct Negation {
  Box<Expr> of;
  friend bool operator==(const Negation&, const Negation&) = default;
};

enum class Sign { kPlus, kMinus };

/// first + or - rest[0] + or - rest[1] ...; at least one in the rest. Flat, so that a long sum is
/// no deep tree.
struct Addition {
  struct Step;
  Box<Expr> first;
  std::vector<Step> rest;
  friend bool operator==(const Addition&, const Addition&) = default;
};

enum class Times { kTimes, kHadamard, kDivide };  // *  .*  /

/// first (op) rest[0] (op) rest[1] ..., from left to right; at least one in the rest.
struct Product {
  struct Step;
  Box<Expr> first;
  std::vector<Step> rest;
  friend bool operator==(const Product&, const Product&) = default;
};

/// T[i,...]: an element, or with fewer subscripts than axes a slice.
struct Access {
  Box<Expr> of;
  std::vector<Expr> subscripts;
  friend bool operator==(const Access&, const Access&) = default;
};

/// sum(d in a..b, ... where cond, ...) term. A range may use the indices before it.
struct Sum {
  std::vector<Range> ranges;
  std::vector<Comparison> where;
  Box<Expr> term;
  friend bool operator==(const Sum&, const Sum&) = default;
};

/// The name of a reading in the place of an operator or a mode.
struct ReadingName {
  std::string name;
  friend bool operator==(const ReadingName&, const ReadingName&) = default;
};

/// mode = valid, or stride = s, or stride = [s, t] with one value for each axis.
struct Option {
  using Values = std::vector<Expr>;  // One: for all axes.
  OptionName name = OptionName::kMode;
  std::variant<Mode, ReadingName, Values> value;
  Span span;
  friend bool operator==(const Option&, const Option&) = default;
};

/// conv(W, X, mode=full): an operator, or a reading that stands for one.
struct Call {
  std::variant<Operator, ReadingName> callee;
  std::vector<Expr> arguments;
  std::vector<Option> options;
  friend bool operator==(const Call&, const Call&) = default;
};

struct Expr {
  using Node = std::variant<Number, Name, Negation, Addition, Product, Access, Sum, Call>;
  Node node;
  Span span{};
  friend bool operator==(const Expr&, const Expr&) = default;
};

struct Addition::Step {
  Sign sign = Sign::kPlus;
  Expr term;
  friend bool operator==(const Step&, const Step&) = default;
};

struct Product::Step {
  Times times = Times::kTimes;
  Expr factor;
  friend bool operator==(const Step&, const Step&) = default;
};

/// name in lower..upper, both included.
struct Range {
  std::string name;
  Expr lower;
  Expr upper;
  Span span{};
  friend bool operator==(const Range&, const Range&) = default;
};

enum class Relation { kEqual, kNotEqual, kLess, kLessEqual, kGreater, kGreaterEqual };

/// One more member of a chain.
struct Link {
  Relation relation = Relation::kEqual;
  Expr expr;
  friend bool operator==(const Link&, const Link&) = default;
};

/// a < b <= c: each member is compared with its neighbour. At least one link.
struct Comparison {
  Expr first;
  std::vector<Link> links;
  Span span{};
  friend bool operator==(const Comparison&, const Comparison&) = default;
};

// ---------------------------------------------------------------- statements

/// title "..."
struct Title {
  std::string text;
  friend bool operator==(const Title&, const Title&) = default;
};

/// size M, N >= K, ...
struct SizeStatement {
  struct Bound {
    Relation relation = Relation::kGreaterEqual;
    Expr value;
    friend bool operator==(const Bound&, const Bound&) = default;
  };
  struct Item {
    std::string name;
    std::optional<Bound> bound{};  // None: >= 1.
    Span span{};
    friend bool operator==(const Item&, const Item&) = default;
  };
  std::vector<Item> sizes;
  friend bool operator==(const SizeStatement&, const SizeStatement&) = default;
};

/// assume M >= U, 1 <= s <= 3
struct Assume {
  std::vector<Comparison> all;
  friend bool operator==(const Assume&, const Assume&) = default;
};

/// const s = 2
struct Constant {
  std::string name;
  Expr value;
  friend bool operator==(const Constant&, const Constant&) = default;
};

/// each s in 1..3: everything is meant once for each value.
struct Each {
  Range range;
  friend bool operator==(const Each&, const Each&) = default;
};

/// tensor X[M, N] from 1 - U, 1 - V zero
struct TensorStatement {
  std::string name;
  std::vector<Expr> sizes;
  std::vector<Expr> from;  // The first index of each axis; empty: 1 everywhere.
  bool zero = false;       // Reads outside give 0; otherwise that there are none is to be proved.
  friend bool operator==(const TensorStatement&, const TensorStatement&) = default;
};

/// scalar b, c
struct ScalarStatement {
  std::vector<std::string> names;
  friend bool operator==(const ScalarStatement&, const ScalarStatement&) = default;
};

/// seed G like Y: G is dL/dY.
struct Seed {
  std::string name;
  Expr like;
  friend bool operator==(const Seed&, const Seed&) = default;
};

/// let Y[i in 1..M, j in 1..N] zero = value, or without indices: let Y = value. Where the value has
/// axes itself, the indices are the leading ones.
struct Let {
  std::string name;
  std::vector<Range> ranges;  // Empty: the axes are those of the value.
  bool zero = false;          // As of a tensor.
  Expr value;
  friend bool operator==(const Let&, const Let&) = default;
};

/// reading star = conv | xcorr. All alternatives are of one sort. Names that an expression leaves
/// open are indices that are bound wherever the reading is used.
struct ReadingStatement {
  using Alternative = std::variant<Operator, Mode, Expr>;
  std::string name;
  std::vector<Alternative> alternatives;  // At least two.
  friend bool operator==(const ReadingStatement&, const ReadingStatement&) = default;
};

enum class Verdict {
  kProved,
  kRefuted,
  kShapesDiffer,
  kIllFormed,
  kUndecided,
  kSupported,
  kCannotBeRead,
};

/// expect refuted holds iff U == 0 and V == 0 or N == 1 from grad
struct Expectation {
  using Sizes = std::vector<std::vector<Comparison>>;  // Any of: all of. Empty: never.
  Verdict verdict = Verdict::kProved;
  std::optional<Sizes> holds_iff{};
  bool from_grad = false;  // The truth of the whole chain is the gradient, not its first member.
  Span span{};
  friend bool operator==(const Expectation&, const Expectation&) = default;
};

/// What may follow a claim.
struct Remarks {
  std::vector<std::string> items;    // Of the index of the notes; one, or one for each link.
  std::vector<Expectation> expects;  // None, one for the whole, or one for each link.
  friend bool operator==(const Remarks&, const Remarks&) = default;
};

enum class ClaimKind {
  kTensors,     // claim: decided for all sizes; each link is compared with the first member.
  kArithmetic,  // arith: of sizes and numbers; a chain of comparisons between neighbours.
  kNumeric,     // numeric: also exp, tanh, ...; tried at points; compared with the first member.
};

/// claim NAME [i in 1..M]: e == e == e
struct Claim {
  ClaimKind kind = ClaimKind::kTensors;
  std::string name;
  std::vector<Range> ranges;
  Expr first;
  std::vector<Link> links;  // At least one; all == unless arithmetic.
  Remarks remarks;
  friend bool operator==(const Claim&, const Claim&) = default;
};

/// consistent: a, b, c. Is there one choice of all readings under which these claims hold?
struct Consistent {
  std::vector<std::string> claims;  // At least two.
  Remarks remarks;
  friend bool operator==(const Consistent&, const Consistent&) = default;
};

struct Statement {
  using Node = std::variant<Title, SizeStatement, Assume, Constant, Each, TensorStatement,
                            ScalarStatement, Seed, Let, ReadingStatement, Claim, Consistent>;
  Node node;
  Span span{};
  friend bool operator==(const Statement&, const Statement&) = default;
};

/// A whole text. Names are declared before they are used.
struct File {
  std::vector<Statement> statements;
  friend bool operator==(const File&, const File&) = default;
};

}  // namespace convproof::derivations::language
