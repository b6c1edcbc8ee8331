// continuous_convolution: the integral, for functions that are constant between integers.
#pragma once

#include <algorithm>

#include "core/tensor.h"
#include "reference/extent_rules.h"

namespace convproof::reference {

namespace detail {

/// How long x(a) is x_m while w(t-a) is w_n:  the length of [m,m+1) and (t-n-1,t-n] in common.
template <typename T>
T shared_length(Index m, Index n, const T& t) {
  const T begin = std::max(T(m), T(t - T(n + 1)));
  const T end = std::min(T(m + 1), T(t - T(n)));
  return end > begin ? T(end - begin) : T(0);
}

inline void require_steps(const Shape& x, const Shape& w) {
  require_extents("continuous_convolution", "x", x, 1, "(steps)");
  require_extents("continuous_convolution", "w", w, 1, "(steps)");
}

}  // namespace detail

/// s(t) = integral x(a) w(t-a) da (note 001 §9.1, F-CONV-CONT) of step functions: x(a) = x_m and
/// w(a) = w_m for m <= a < m+1, and 0 before the first and after the last step. Any integrable
/// function is a limit of such; at an integer t the integral is the element t-1 of the full
/// discrete convolution.
///
/// Shapes:  x [X], w [W], t any number  ->  a number.
/// Throws:  ShapeError if x or w is empty or has more than one axis.
/// Error:   exact over Rational.
/// Cost:    X*W products.
template <typename T>
T continuous_convolution(const Tensor<T>& x, const Tensor<T>& w, const T& t) {
  detail::require_steps(x.shape(), w.shape());
  T s = T(0);
  for (Index m = 0; m < x.size(); ++m) {
    for (Index n = 0; n < w.size(); ++n) s += x[m] * w[n] * detail::shared_length(m, n, t);
  }
  return s;
}

/// The gradient of ds*s(t) with respect to the steps of x:
///   dx_m = ds * sum_n w_n * (the length of [m,m+1) and (t-n-1,t-n] in common).
///
/// Shapes:  ds and t numbers, the shape of x [X], w [W]  ->  dx [X].
/// Throws:  ShapeError if x or w is empty or has more than one axis.
/// Error:   exact over Rational.
/// Cost:    X*W products.
template <typename T>
Tensor<T> continuous_convolution_dx(const T& ds, const Shape& x_shape, const Tensor<T>& w,
                                    const T& t) {
  detail::require_steps(x_shape, w.shape());
  Tensor<T> dx(x_shape);
  for (Index m = 0; m < dx.size(); ++m) {
    for (Index n = 0; n < w.size(); ++n) dx[m] += ds * w[n] * detail::shared_length(m, n, t);
  }
  return dx;
}

/// The gradient with respect to the steps of w; the integral is symmetric, so x and w change
/// places:
///   dw_n = ds * sum_m x_m * (the length of [m,m+1) and (t-n-1,t-n] in common).
///
/// Shapes:  ds and t numbers, x [X], the shape of w [W]  ->  dw [W].
/// Throws:  ShapeError if x or w is empty or has more than one axis.
/// Error:   exact over Rational.
/// Cost:    X*W products.
template <typename T>
Tensor<T> continuous_convolution_dw(const T& ds, const Tensor<T>& x, const Shape& w_shape,
                                    const T& t) {
  detail::require_steps(x.shape(), w_shape);
  return continuous_convolution_dx(ds, w_shape, x, t);
}

/// The gradient with respect to t. Between integers s is linear: the common length of x_m and w_n
/// grows from t = m+n to m+n+1 and shrinks until m+n+2,
///   dt = ds * sum_{m,n} x_m w_n * (1 if m+n <= t < m+n+1, -1 if m+n+1 <= t < m+n+2, else 0).
/// At an integer, where s has a kink, this is the derivative towards larger t.
///
/// Shapes:  ds and t numbers, x [X], w [W]  ->  a number.
/// Throws:  ShapeError if x or w is empty or has more than one axis.
/// Error:   exact over Rational.
/// Cost:    X*W products.
template <typename T>
T continuous_convolution_dt(const T& ds, const Tensor<T>& x, const Tensor<T>& w, const T& t) {
  detail::require_steps(x.shape(), w.shape());
  T dt = T(0);
  for (Index m = 0; m < x.size(); ++m) {
    for (Index n = 0; n < w.size(); ++n) {
      const T since = t - T(m + n);
      if (since < T(0) || since >= T(2)) continue;
      dt += ds * x[m] * w[n] * (since < T(1) ? T(1) : T(-1));
    }
  }
  return dt;
}

}  // namespace convproof::reference
