#include "reference/conv.h"

namespace convproof::reference {

CONVPROOF_INSTANTIATE_CONV(, Rational, Rational)
CONVPROOF_INSTANTIATE_CONV(, Exact, Exact)
CONVPROOF_INSTANTIATE_CONV(, Exact, float)
CONVPROOF_INSTANTIATE_CONV(, Exact, double)
CONVPROOF_INSTANTIATE_CONV(, float, float)
CONVPROOF_INSTANTIATE_CONV(, double, double)

}  // namespace convproof::reference
