// The front door for formulas: reads LaTeX as lecture notes have it, and says it in the claim
// language. What letters and signs mean is in README.md beside this file.
#pragma once

#include <string>

#include "derivations/language/ast.h"
#include "derivations/language/source.h"

namespace convproof::derivations::latex {

struct LatexClaim {
  std::string text;     // A complete claim file: declarations, readings, claims.
  language::File file;  // Its tree.
};

/// The claims of a formula: one for each chain of equal sides, `formula`, `formula_2`, ..., and for
/// each side that the formula gives a shape one more, `formula_shape`, ... The declarations are
/// statements of the claim language and notations.
///
/// Throws:  LanguageError at the first place, of the formula or of the declarations, that cannot be
///          read.
/// Cost:    linear in both texts, but for the notations (at most 32), each of which costs as much
/// as
///          the declarations.
LatexClaim read_latex(const language::Source& formula, const language::Source& declarations);

}  // namespace convproof::derivations::latex
