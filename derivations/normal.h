// What two expressions say about every product of elements: the coefficient with which it occurs.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <vector>

#include "derivations/compile.h"
#include "derivations/form.h"
#include "derivations/world.h"

namespace convproof::derivations {

/// `coefficient` where all conditions hold, else 0; there is no index to sum over left.
struct Piece {
  Fraction coefficient;
  std::vector<Constraint> where;
};

/// The products of one element of each of these leaves. The two members of a claim are equal for
/// all values of the tensors if and only if for all integers that satisfy `given`, the pieces of
/// every group add up to 0: polynomials are equal if their coefficients are. Where a leaf occurs
/// more than once, the pieces are those of all orders of its occurrences.
struct Group {
  std::vector<std::size_t> leaves;               // In increasing order.
  std::vector<std::vector<Variable>> positions;  // Of the element of each leaf.
  std::vector<Constraint> given;                 // Positions in the leaves and in the result.
  std::vector<Piece> pieces;                     // Of the left member, and the right one negated.
};

/// An index of a sum that no rule eliminates.
class CannotEliminate : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The groups of left - right, whose sizes are the same. An index v of a sum is eliminated
///   1. by an equation in which it has the factor 1 or -1;
///   2. by an equation a*v = e: v = floor(e/a), under the condition that a*floor(e/a) = e;
///   3. by 0 <= e - m*v <= m-1: v = floor(e/m);
///   4. as a number of terms: from the largest of its lower limits to the smallest of its upper
///      ones, one piece for each that may be the largest and the smallest.
///
/// Throws:  CannotEliminate.
/// Cost:    pieces multiply with the limits in 4. and with the orders of equal leaves.
std::vector<Group> groups_of(const Pair& pair, World& world);

/// A sum without any tensors, as pieces: what an `arith` claim with sums compares.
std::vector<Piece> pieces_of(Term term, const std::vector<Constraint>& given, World& world);

inline constexpr std::size_t kMostPieces = 5'000;

}  // namespace convproof::derivations
