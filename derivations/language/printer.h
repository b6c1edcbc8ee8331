// Writes a syntax tree back as text, one canonical form for each tree.
#pragma once

#include <string>

#include "derivations/language/ast.h"

namespace convproof::derivations::language {

/// A text with the tree `file`: one statement a line, the remarks of a claim on lines of their own.
/// For every text t that is in the language, parse(print(parse(t))) == parse(t), unless the printed
/// text is longer than kLongestText because t had fewer blanks.
///
/// Cost:  linear in the tree.
std::string print(const File& file);
std::string print(const Statement& statement);
std::string print(const Expr& expr);
std::string print(const Comparison& comparison);
/// As behind `holds iff`.
std::string print(const Expectation::Sizes& sizes);
std::string print(Verdict verdict);

}  // namespace convproof::derivations::language
