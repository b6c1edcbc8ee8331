// The names that a text of the claim language has declared, and where each is known.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <variant>
#include <vector>

#include "derivations/language/ast.h"
#include "derivations/language/lexer.h"

namespace convproof::derivations::language {

/// How many axes an expression has; nothing where that depends on a reading or is for the claim to
/// find out.
using Rank = std::optional<int>;

/// What an expression is made of, as far as it limits where the expression may stand. Names in
/// quotes, for messages.
struct Uses {
  std::string tensor;              // The first tensor, or empty.
  std::string function;            // The first thing that is no polynomial, or empty.
  std::vector<std::string> open;   // In a reading: indices that its user has to bind.
  std::vector<std::string> bound;  // In a reading: indices that it binds itself.
};

enum class ReadingSort { kOperators, kModes, kExpressions };

struct Declared {
  NameKind kind = NameKind::kSize;
  int line = 1;
  Rank rank = 0;
  Uses uses{};  // Of lets and readings.
  ReadingSort sort = ReadingSort::kExpressions;
  std::vector<const Signature*> operators{};  // Of a reading of operators.
};

/// "a size", "an index", ...
std::string a(NameKind kind);

class Scope {
 public:
  explicit Scope(const Source& source) : source_(source) {}

  /// Throws: LanguageError unless `word` is a name, and new.
  void check_new(const Token& word) const;
  void declare(const Token& word, Declared declared);

  /// From here to `unbind` an index.
  void bind(const Token& word);
  /// Forgets `name`; until the statement ends, it is known that it was bound.
  void unbind(const std::string& name);
  bool was_bound(const std::string& name) const { return was_bound_.contains(name); }
  void begin_statement() { was_bound_.clear(); }

  const Declared* find(const std::string& name) const;

 private:
  const Source& source_;
  std::unordered_map<std::string, Declared> names_;
  std::unordered_set<std::string> was_bound_;
};

}  // namespace convproof::derivations::language
