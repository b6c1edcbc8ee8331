// Random small claims of the claim language whose two sides are related.
#pragma once

#include <string>

#include "derivations/language/ast.h"
#include "derivations/language/choose.h"

namespace convproof::derivations {

struct RandomLink {
  std::string text;     // As it was written, before it was edited.
  language::File file;  // With nothing left open; its last statement is the claim, of one link.

  const language::Claim& claim() const {
    return std::get<language::Claim>(file.statements.back().node);
  }
};

/// A claim about arrays with one or two axes, gradients, sums or numbers: an expression, and the
/// same by other means (a law of the operators, another order of a sum, ...), which in about half
/// of the claims is then changed by one of `edits_of`. The same for the same seed everywhere.
RandomLink random_link(unsigned seed);

}  // namespace convproof::derivations
