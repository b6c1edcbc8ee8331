// Gradients by central differences: what every backward pass is checked against.
#pragma once

#include "core/scalar/rational.h"
#include "core/scalar/real.h"
#include "core/tensor.h"

namespace convproof {

/// <a, b>, the sum of the products of their elements.
/// Throws: ShapeError if the shapes differ.
template <typename T>
T inner(const Tensor<T>& a, const Tensor<T>& b) {
  if (!(a.shape() == b.shape())) {
    throw ShapeError("inner", "b", text(a.shape(), " (the shape of a)"), text(b.shape()));
  }
  T sum = T(0);
  for (Index i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

/// The gradient of <dy, f(x)> with respect to x, element by element:
///   (<dy, f(x + h e)> - <dy, f(x - h e)>) / 2h.
/// Exact for every h if f is a polynomial of degree 2 or less in each element of x, because the odd
/// terms beyond the first vanish; otherwise off by h^2 times a third derivative.
template <typename T, typename F>
Tensor<T> difference_gradient(const F& f, const Tensor<T>& x, const Tensor<T>& dy, const T& h) {
  Tensor<T> gradient(x.shape());
  Tensor<T> moved = x;
  for (Index i = 0; i < x.size(); ++i) {
    moved[i] = x[i] + h;
    const T above = inner(dy, f(moved));
    moved[i] = x[i] - h;
    const T below = inner(dy, f(moved));
    moved[i] = x[i];
    gradient[i] = (above - below) / (T(2) * h);
  }
  return gradient;
}

/// Of a polynomial f over rationals: exact, compare with ==.
template <typename F>
Tensor<Rational> polynomial_gradient(const F& f, const Tensor<Rational>& x,
                                     const Tensor<Rational>& dy) {
  return difference_gradient(f, x, dy, Rational(1));
}

/// Decimal digits that laws over `Real` compute with, the step of their differences, and the digits
/// to which a gradient has to agree. With h = 10^-34 the difference is off by about 10^-68 for its
/// third derivative and by 10^-100/h = 10^-66 for rounding.
inline constexpr unsigned kRealDigits = 100;
inline constexpr int kRealStepExponent = -34;
inline constexpr int kAgreedDigits = 60;

/// Makes `Real` of kRealDigits in this thread for as long as it lives.
class RealPrecision {
 public:
  RealPrecision() : before_(Real::thread_default_precision()) {
    Real::thread_default_precision(kRealDigits);
  }
  ~RealPrecision() { Real::thread_default_precision(before_); }
  RealPrecision(const RealPrecision&) = delete;
  RealPrecision& operator=(const RealPrecision&) = delete;

 private:
  unsigned before_;
};

/// Of a smooth f over reals, to about 10^-66 relative to the largest terms.
template <typename F>
Tensor<Real> smooth_gradient(const F& f, const Tensor<Real>& x, const Tensor<Real>& dy) {
  return difference_gradient(f, x, dy, Real(pow(Real(10), kRealStepExponent)));
}

/// Whether a and b agree to kAgreedDigits relative to the largest element of either (or to 1, where
/// all are smaller).
bool agree(const Tensor<Real>& a, const Tensor<Real>& b);

}  // namespace convproof
