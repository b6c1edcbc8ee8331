// Questions about the tree of an expression.
#pragma once

#include "derivations/language/ast.h"

namespace convproof::derivations::evaluate {

/// Whether the value of an expression depends on an index that is bound outside of it.
bool has_free_indices(const language::Expr& expr);

/// Whether grad or jacobian stands in it.
bool contains_gradient(const language::Expr& expr);

}  // namespace convproof::derivations::evaluate
