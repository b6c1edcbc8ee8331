#include "properties/gradients.h"

#include <algorithm>

namespace convproof {

bool agree(const Tensor<Real>& a, const Tensor<Real>& b) {
  if (!(a.shape() == b.shape())) return false;
  Real largest = 1;
  for (Index i = 0; i < a.size(); ++i)
    largest = std::max({largest, Real(abs(a[i])), Real(abs(b[i]))});
  const Real permitted = largest * pow(Real(10), -kAgreedDigits);
  for (Index i = 0; i < a.size(); ++i) {
    // NaN is not less than anything.
    if (!(abs(a[i] - b[i]) < permitted)) return false;
  }
  return true;
}

}  // namespace convproof
