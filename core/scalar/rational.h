// Exact fractions, for derivations, laws and worked examples: compare with ==.
#pragma once

#include <boost/multiprecision/gmp.hpp>

namespace convproof {

/// Without expression templates, so that `auto` holds a value.
using Rational = boost::multiprecision::number<boost::multiprecision::gmp_rational,
                                               boost::multiprecision::et_off>;

}  // namespace convproof
