// Sizes and limits as short as they can be written down: 1..N, not 0 + 1..N + 1 - 1.
#pragma once

#include "derivations/language/ast.h"

namespace convproof::derivations::latex {

language::Expr number(long value);
/// a + b and a - b, with the numbers in them added up.
language::Expr plus(const language::Expr& a, const language::Expr& b);
language::Expr minus(const language::Expr& a, const language::Expr& b);
/// a * b, where neither is 1.
language::Expr times(const language::Expr& a, const language::Expr& b);

}  // namespace convproof::derivations::latex
