// One reading of a text: every choice that it leaves open, taken.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "derivations/language/ast.h"

namespace convproof::derivations::language {

/// Which alternative of each reading is meant, counted from 0, and which value each `each` has.
struct Choice {
  std::map<std::string, std::size_t> readings;
  std::map<std::string, Rational> each;
  friend bool operator==(const Choice&, const Choice&) = default;
};

/// The names of the readings that a claim's text uses, also through lets and other readings, in
/// the order of their statements.
std::vector<std::string> readings_of(const File& file, const Claim& claim);
/// The same for one member of the claim: 0 is the first.
std::vector<std::string> readings_of(const File& file, const Claim& claim, std::size_t member);

/// What of the text a claim is about: the statements of all that it names, also through others, and
/// of all sizes that bounds and assumptions tie to these; of claims, this one alone. Sizes that
/// nothing ties to it are left out with their bounds, which are taken to be satisfiable.
File part_for(const File& file, const Claim& claim);

/// The text with no reading and no each left: the chosen alternatives stand where the readings
/// stood, an operator or a mode in the place of its name, an expression in parentheses of its own;
/// an each is a constant. Readings that `choice` does not name take their first alternative, an
/// each its lowest value.
///
/// Throws: std::out_of_range if an alternative does not exist.
File choose(const File& file, const Choice& choice);

}  // namespace convproof::derivations::language
