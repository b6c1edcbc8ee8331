// What a formula is read against: statements of the claim language, and what its signs and
// functions mean.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "derivations/language/ast.h"
#include "derivations/language/source.h"

namespace convproof::derivations::latex {

using language::Expr;

/// The first and the last index of an axis.
struct Extent {
  Expr lower;
  Expr upper;
};

/// The axes of an array, each with its extent where that is plain to see; none where even their
/// number is not.
using Axes = std::optional<std::vector<std::optional<Extent>>>;

struct Known {
  language::NameKind kind = language::NameKind::kSize;
  Axes axes = std::vector<std::optional<Extent>>();
  bool function = false;              // Uses something that only numeric claims may use.
  bool tensor = false;                // A reading that may be a tensor.
  bool operators = false;             // A reading of operators,
  bool modes = false;                 // or of modes.
  std::vector<const Expr*> values{};  // What a let is, or a reading may be.
};

/// notation star(W, X) = conv(W, X, mode=full)
struct Notation {
  std::vector<std::string> parameters;
  Expr body;
};

struct DeclaredSeed {
  std::string name;
  Expr like;
  std::unordered_set<std::string> reached;  // What `like` is made of, also through lets.
};

/// What each is made of is written down.
inline constexpr std::size_t kMostSeeds = 64;

/// Extents of more nodes than this are not followed.
inline constexpr int kLongestExtent = 60;

class Declarations {
 public:
  /// Throws: LanguageError where the text is not in the language.
  explicit Declarations(const language::Source& source);
  Declarations(const Declarations&) = delete;
  Declarations& operator=(const Declarations&) = delete;

  /// Without the notations; ends with the end of a line.
  const std::string& statements() const { return statements_; }
  const std::vector<DeclaredSeed>& seeds() const { return seeds_; }

  /// One more array that the formula needs, behind all others.
  void add(language::Let let);

  const Known* find(const std::string& name) const;
  const Notation* notation(const std::string& name) const;
  bool has_claim(const std::string& name) const { return claims_.contains(name); }

  Axes axes_of(const Expr& expr) const;
  /// True if only a numeric claim may say `expr`.
  bool uses_function(const Expr& expr) const;
  /// True if `expr` has a tensor in it, or an operator that makes one.
  bool uses_tensor(const Expr& expr) const;

 private:
  void declare(const language::Statement& statement, const language::Source& source);
  void declare(const language::Let& let);
  /// The names that `expr` is made of, also through lets and readings.
  std::unordered_set<std::string> reached_from(const Expr& expr) const;
  Axes axes_of_call(const language::Call& call) const;
  Axes axes_of_product(const language::Call& call) const;
  Axes axes_of_reading(const language::ReadingStatement& reading) const;

  std::string statements_;
  language::File file_;
  std::deque<language::Let> added_;
  std::unordered_map<std::string, Known> names_;
  std::unordered_map<std::string, Notation> notations_;
  std::unordered_map<std::string, int> claims_;
  std::vector<DeclaredSeed> seeds_;
};

}  // namespace convproof::derivations::latex
