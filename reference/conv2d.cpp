#include "reference/conv2d.h"

namespace convproof::reference {

CONVPROOF_INSTANTIATE_CONV2D(, Rational, Rational)
CONVPROOF_INSTANTIATE_CONV2D(, Exact, Exact)
CONVPROOF_INSTANTIATE_CONV2D(, Exact, float)
CONVPROOF_INSTANTIATE_CONV2D(, Exact, double)
CONVPROOF_INSTANTIATE_CONV2D(, float, float)
CONVPROOF_INSTANTIATE_CONV2D(, double, double)

}  // namespace convproof::reference
