// Real numbers to a precision chosen at run time, for exp, tanh, roots and powers.
#pragma once

#include <boost/multiprecision/mpfr.hpp>

namespace convproof {

/// MPFR; `Real::default_precision(digits)` sets the decimal digits of what is made afterwards.
/// Without expression templates, so that `auto` holds a value.
using Real = boost::multiprecision::number<boost::multiprecision::mpfr_float_backend<0>,
                                           boost::multiprecision::et_off>;

}  // namespace convproof
