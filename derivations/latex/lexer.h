// The letters, numbers and signs of a formula in LaTeX, as ASCII commands or as Unicode.
#pragma once

#include <string>
#include <vector>

#include "derivations/language/source.h"

namespace convproof::derivations::latex {

using language::LanguageError;
using language::Place;
using language::Source;

enum class TokenKind {
  kLetter,    // One letter: X, alpha; with an accent x_hat. The style is gone: \mathbf{X} is X.
  kWord,      // Letters that stand together: \mathrm{rot180}, \exp, 'valid', rot180(.
  kText,      // \text{note that}: words that are no name.
  kNumber,    // 12 or 0.5.
  kProduct,   // A product that authors define as they like: star, ast, otimes, hatotimes.
  kSign,      // ( ) [ ] { } ^ _ ' , and so on; == <= and so on; \sum, \frac, \cdot and so on.
  kRelation,  // == != < <= > >=
  kEndOfRow,  // \\ between rows, $$ between formulas.
  kEnd,
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::string text;
  Place place;
};

/// A row that begins with a relation or another sign between two operands continues the row before.
/// Ends with kEnd.
///
/// Throws:  LanguageError at the first character or command that means nothing here.
/// Cost:    linear in the text.
std::vector<Token> tokens_of_formula(const Source& formula);

}  // namespace convproof::derivations::latex
