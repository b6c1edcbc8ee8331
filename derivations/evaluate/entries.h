// Random entries of tensors, each from its name, its subscripts and a seed alone.
#pragma once

#include <cstdint>
#include <string>

#include "core/scalar/rational.h"
#include "derivations/evaluate/array.h"
#include "derivations/evaluate/evaluator.h"
#include "derivations/evaluate/residue.h"

namespace convproof::derivations::evaluate {

/// 64 random bits.
std::uint64_t bits_of(std::uint64_t seed, const std::string& tensor, const PerAxis& subscripts);

EntryOf<Residue> random_residues(std::uint64_t seed);

/// 1 to 9.
EntryOf<Rational> random_digits(std::uint64_t seed);

/// Fractions between 1/47 and 97/16, of either sign or all positive.
Rational random_fraction(std::uint64_t bits, bool positive);

}  // namespace convproof::derivations::evaluate
