// Reads the expressions of the claim language and holds them to its rules; the base of the parser.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "derivations/language/ast.h"
#include "derivations/language/parser.h"
#include "derivations/language/scope.h"
#include "derivations/language/token_reader.h"

namespace convproof::derivations::language {

/// What an expression may be made of at its place.
enum class Context {
  kConstant,    // Numbers, constants.
  kSize,        // Also sizes.
  kArithmetic,  // Also powers.
  kIndex,       // Numbers, constants, sizes, indices.
  kPolynomial,  // Everything but functions and divisions by tensors.
  kNumeric,     // Everything.
  kOpen,        // Everything; what, decides where the name that it defines may stand.
};

struct Parsed {
  Expr expr;
  Rank rank = 0;
};

inline constexpr const char* kExpectRelation = "a comparison (==, !=, <, <=, > or >=)";

class ExpressionParser : protected TokenReader {
 protected:
  explicit ExpressionParser(const Source& source) : TokenReader(source), scope_(source) {}

  // -------------------------------------------------------------- names

  /// Unbinds what was bound while it lived.
  class Binding {
   public:
    explicit Binding(ExpressionParser& parser) : parser_(parser), outer_(parser.bound_.size()) {}
    Binding(const Binding&) = delete;
    Binding& operator=(const Binding&) = delete;
    ~Binding() {
      for (; parser_.bound_.size() > outer_; parser_.bound_.pop_back()) {
        parser_.scope_.unbind(parser_.bound_.back());
      }
    }

   private:
    ExpressionParser& parser_;
    std::size_t outer_;
  };

  Token new_name();
  static bool contains(const std::vector<std::string>& names, const std::string& name);
  /// Remembers an index of the reading that is being read.
  void add_index_of_reading(std::vector<std::string>& names, const Token& word);
  void bind(const Token& word);
  /// Binds the name for what follows.
  Range range();
  /// What follows the name of a range.
  Range limits(const Token& word, Context context);
  std::vector<Range> ranges();
  /// The ranges of a statement, if it has any.
  std::vector<Range> optional_ranges();

  // -------------------------------------------------------------- expressions

  /// One level deeper while it lives.
  class Nesting {
   public:
    explicit Nesting(ExpressionParser& parser) : depth_(parser.depth_) {
      if (depth_ > kDeepestNesting) {
        parser.fail(parser.peek().span.begin,
                    text("at most ", kDeepestNesting, " levels within each other"), "one more");
      }
      ++depth_;
    }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;
    ~Nesting() { --depth_; }

   private:
    int& depth_;
  };

  Parsed expression(Context context);
  Parsed term(Context context);
  Parsed divisor(Context context);
  Parsed factor(Context context);
  Parsed sum(Context context);
  Parsed primary(Context context);
  Parsed subscripted(Parsed of);
  void uses_tensor(const std::string& name);
  void uses_function(const std::string& name);
  Parsed name(Context context);
  /// Of an unknown name: an error but in a reading.
  void require_open_index(const Token& word);
  /// What is known of a name counts for the expression that it is used in.
  void use(const Token& word, const Declared& known, Context context);
  void use_reading(const Token& word, const Declared& reading, Context context);
  /// Holds the indices of a reading against those that are known where it is used.
  void bind_indices_of(const Token& word, const Uses& uses);

  // -------------------------------------------------------------- calls

  /// The operators that `word` may stand for, one unless it is a reading.
  std::vector<const Signature*> operators_of(const Token& word) const;
  static std::string what_is(const Declared& known);
  /// Whether operators of this class may stand here.
  void check_place(const Token& word, const Signature& op, Context context);
  Parsed call(Context context);
  /// The argument of ones(shape(T)).
  Rank shape_of(Call& call, Context context);
  void arguments(Call& call, std::vector<Rank>& ranks, const std::vector<const Signature*>& meant,
                 Context context);
  Option option(const Call& call, const std::vector<const Signature*>& meant);
  std::variant<Mode, ReadingName, Option::Values> mode();
  Option::Values option_values();
  /// "2 arguments", "2 or 3 arguments", ...; empty if `count` is right.
  static std::string wrong_count(const Signature& op, int count, Rank rank);
  void check_arguments(const Token& word, const Call& call, const std::vector<Rank>& ranks,
                       const std::vector<const Signature*>& meant) const;
  void check_differentiable(const Expr& by) const;
  static Rank rank_of(const std::vector<Rank>& ranks, const std::vector<const Signature*>& meant);

  // -------------------------------------------------------------- comparisons

  std::optional<Relation> relation() const;
  Comparison comparison(Context context);

  Scope scope_;
  std::vector<std::string> bound_;  // Indices, innermost last.
  Uses uses_;                       // Of the statement.
  int depth_ = 0;
  bool in_reading_ = false;
};

}  // namespace convproof::derivations::language
