// Shows the claim language as formulas: presentation MathML, of the core that browsers render.
//
// conv is *, xcorr is a star, each with its mode and its other options below; * is a dot or
// nothing,
// .* a circle with a dot, kron a circle with a cross and ones, transpose a T, ones a bold 1; grad
// and jacobian are fractions of partial derivatives, and what has no sign of its own is a function.
#pragma once

#include <string>

#include "derivations/language/ast.h"

namespace convproof::derivations::mathml {

/// A complete element <math>, well-formed XML for every tree. Parentheses stand where the formula
/// would otherwise be read as another one, and nowhere else.
///
/// Cost:  linear in the tree.
std::string mathml(const language::Expr& expr);
/// a <= i <= b
std::string mathml(const language::Range& range);
std::string mathml(const language::Comparison& comparison);
/// As a block of its own: a claim as a table with a row for each link, without its remarks.
std::string mathml(const language::Claim& claim);
std::string mathml(const language::Statement& statement);

}  // namespace convproof::derivations::mathml
