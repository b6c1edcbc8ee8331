// Takes the notations out of declarations: what signs and functions of a formula stand for.
#pragma once

#include <string>
#include <unordered_map>

#include "derivations/latex/declarations.h"

namespace convproof::derivations::latex {

struct SplitDeclarations {
  std::string statements;  // With empty lines in the place of the notations.
  std::unordered_map<std::string, Notation> notations;
};

/// A notation is a statement of its own, which only declarations for formulas have:
///
///   'notation' NAME '(' NAME... ')' '=' expr
///
/// What stands behind '=' is read as behind the statements, with the parameters known.
///
/// Throws:  LanguageError where a notation is none, or the statements are not in the language.
SplitDeclarations split_declarations(const language::Source& source);

}  // namespace convproof::derivations::latex
