// What the tests of plain convolutions and cross-correlations share.
#pragma once

#include <algorithm>

#include "core/scalar/rational.h"
#include "properties/arbitrary.h"
#include "properties/gradients.h"
#include "reference/bilinear_form.h"

namespace convproof {

/// Every axis turned around: rotated by 180 degrees on two axes.
inline Tensor<Rational> reversed(Tensor<Rational> a) {
  std::reverse(a.data(), a.data() + a.size());
  return a;
}

/// Ends a law unless evaluate_dw and evaluate_dx are the exact differences of y.
inline void require_gradients(const reference::BilinearForm& form, const Tensor<Rational>& w,
                              const Tensor<Rational>& x) {
  using Values = Tensor<Rational>;
  const Values dy = any_tensor("dy", form.y.extents);
  const auto y = [&](const Values& kernel, const Values& image) {
    return reference::evaluate<Rational>(form, kernel, image);
  };
  require_equal(reference::evaluate_dw<Rational>(form, dy, x),
                polynomial_gradient([&](const Values& v) { return y(v, x); }, w, dy));
  require_equal(reference::evaluate_dx<Rational>(form, dy, w),
                polynomial_gradient([&](const Values& v) { return y(w, v); }, x, dy));
}

}  // namespace convproof
