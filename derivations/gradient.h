// Derivatives by swapping roles: where the form reads the tensor, the position becomes the
// result's.
#pragma once

#include <cstddef>
#include <vector>

#include "derivations/form.h"
#include "derivations/world.h"

namespace convproof::derivations {

/// The part of a leaf by which is differentiated: the slice at `leading` positions.
struct By {
  std::size_t leaf = 0;
  std::vector<Polynomial> leading;  // Of its first axes; none: the whole leaf.
  std::vector<Polynomial> sizes;    // Of the other axes.
};

/// d<G, Y>/dT: for every occurrence of T in every term of Y one term, in which the element of T is
/// replaced by the one of G at Y's own position, and where the occurrence reads is where the result
/// is. `seed` has Y's sizes.
Form gradient(const Form& y, const By& by, const Form& seed, World& world);

/// The axes of Y, then those of T: the derivative of each element of Y by each of T.
Form jacobian(const Form& y, const By& by, World& world);

/// How many terms the results have.
std::size_t count_of_gradient(const Form& y, std::size_t leaf, const Form& seed);
std::size_t count_of_expanded(const Form& form, std::size_t leaf, const Form& meaning);

/// Each access of `leaf` replaced by what `meaning` is there.
Form expanded(const Form& form, std::size_t leaf, const Form& meaning, World& world);

}  // namespace convproof::derivations
