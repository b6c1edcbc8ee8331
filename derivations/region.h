// For which sizes a claim holds, exactly: by sets of integer points (isl).
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "derivations/language/ast.h"
#include "derivations/world.h"

namespace convproof::derivations {

struct Region {
  /// The sizes, of those that the text admits, for which both members are well-formed, have the
  /// same shape, and are equal: as behind `holds iff`. Nothing if `why_not` says why it is unknown.
  std::optional<language::Expectation::Sizes> holds;
  std::string why_not;
};

/// Where members `left` and `right` of a claim of tensors are equal, in a text without readings.
///
/// Only for conditions that are linear: with products of sizes and indices, as a symbolic stride
/// makes them, or where the answer needs divisibilities, it is unknown. At most `most_operations`
/// steps of isl are taken.
Region region_of(const language::File& chosen, const language::Claim& claim, std::size_t left,
                 std::size_t right, const Limits& limits = {},
                 unsigned long most_operations = 1'000'000);

}  // namespace convproof::derivations
