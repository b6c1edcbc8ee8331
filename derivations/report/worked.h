// A counterexample, worked out so that a reader can redo it by hand.
#pragma once

#include <string>

#include "derivations/evaluate/counterexample.h"

namespace convproof::derivations::report {

/// The sizes, the entries as small matrices with their indices, both sides as sums of products of
/// entries, as numbers and added up, and the products that are not on both sides alike. Markup.
std::string worked(const evaluate::Counterexample& found);

/// The same in a sentence: at which sizes, and what is there on both sides.
std::string worked_briefly(const evaluate::Counterexample& found);

}  // namespace convproof::derivations::report
