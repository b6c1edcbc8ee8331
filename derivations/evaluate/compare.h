// Whether two members of a claim agree at given sizes: found out by computing both.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "derivations/evaluate/array.h"
#include "derivations/evaluate/number.h"
#include "derivations/language/ast.h"

namespace convproof::derivations::evaluate {

/// Each counts for more than those before it: a claim that is ill-formed at one index and differs
/// at another one is ill-formed.
enum class Outcome {
  kEqual,  // Of `arith`: the comparison is true.
  kDiffer,
  kShapesDiffer,
  kIllFormed,
  kCannotBeRead,
  kTooLarge,
};

struct Limits {
  std::uint64_t work = 2'000'000;  // Elements and multiplications in one comparison.
  std::uint64_t seed = 1;          // Of the entries of the tensors.
  int points = 3;                  // Of `numeric`, at which both members have values.
};

/// What was found, at the first index of the claim's ranges where that was.
struct Comparison {
  Outcome outcome = Outcome::kEqual;
  std::string why;    // Ill-formed, cannot be read, too large: a sentence.
  Indices indices{};  // Of the claim's ranges.
  PerAxis left{};     // Sizes of the members, where both have some.
  PerAxis right{};
  PerAxis element{};  // Where contents differ, counted from 1.
  int points = 0;     // Of `numeric`, at which they agree ...
  int digits = 0;     // ... to so many digits; 0: exactly.
};

/// The members of a claim by their place in the text; 0 is the first one.
struct Members {
  std::size_t left = 0;
  std::size_t right = 0;
};

/// The member that the others are compared with: the one that is marked `from grad`, or the first.
/// A mark for the claim as a whole means the member behind the first == if it is the only one, or
/// the first that contains a gradient.
std::size_t truth_of(const language::Claim& claim);

/// What claim.links[link] compares: its member with the truth, or with the first member where it is
/// the truth; of `arith` its member with the one before.
Members members_of(const language::Claim& claim, std::size_t link);

const language::Expr& member(const language::Claim& claim, std::size_t number);

/// Compares at all indices of the claim's ranges. `file` has no readings left (see choose).
///
/// Tensors get random entries modulo a prime near 2^61 (claim): members that differ are found
/// equal with a probability below (degree * number of elements) / 2^61, and never the other way
/// round. Of `numeric` claims random fractions, positive ones at every other point: exact where
/// functions allow that, otherwise with 100 digits and enclosures of the errors. Of `arith` the
/// numbers are compared exactly.
///
/// Throws: std::invalid_argument if a reading is left or a size is missing; std::out_of_range if
///         there is no such link.
Comparison compare(const language::File& file, const language::Claim& claim, std::size_t link,
                   const Sizes& sizes, const Limits& limits = {});

}  // namespace convproof::derivations::evaluate
