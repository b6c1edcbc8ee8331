// Random texts of the claim language, as trees.
#pragma once

#include "derivations/language/ast.h"

namespace convproof::derivations::language {

/// A tree as the parser makes them: every name declared above, in every construct of the language.
File random_file(unsigned seed);

}  // namespace convproof::derivations::language
