// lrn: what it equals. Local response normalisation: a channel is divided by a power of the energy
// of its neighbours (note 004 §5.4.2, T-LRN-POSITION; its formula is not printed there).
//
// Indices: n image, c channel, p pixel; R(c) are the channels c - floor((size-1)/2) to
// c + ceil((size-1)/2) that exist, so that an even size has one more channel above c than below.
// Others divide alpha by nothing (core/lrn.h says how to have that), or take one channel more
// below.
#pragma once

#include <algorithm>
#include <cmath>
#include <type_traits>

#include "core/lrn.h"
#include "core/tensor.h"

namespace convproof::reference {

namespace detail {

/// s[n,c,p] = bias + alpha/size * sum_{d in R(c)} x[n,d,p]^2.
template <typename T>
Tensor<T> lrn_energies(const Tensor<T>& x, const LrnParams<T>& p) {
  Tensor<T> s(x.shape());
  const Index channels = x.shape()[1];
  const Index pixels = Shape(x.shape().begin() + 2, x.shape().end()).element_count();
  for (Index n = 0; n < x.shape()[0]; ++n) {
    for (Index c = 0; c < channels; ++c) {
      const Index first = std::max<Index>(c - (p.size - 1) / 2, 0);
      const Index last = std::min<Index>(c + p.size / 2, channels - 1);
      for (Index at = 0; at < pixels; ++at) {
        T sum = T(0);
        for (Index d = first; d <= last; ++d) {
          const T value = x[(n * channels + d) * pixels + at];
          sum += value * value;
        }
        s[(n * channels + c) * pixels + at] = p.bias + p.alpha / T(p.size) * sum;
      }
    }
  }
  return s;
}

}  // namespace detail

/// y[n,c,p] = x[n,c,p] / (bias + alpha/size * sum_{d in R(c)} x[n,d,p]^2)^beta.
/// NaN where the base is negative, infinite or NaN where it is 0: with bias > 0 and alpha >= 0 it
/// never is.
///
/// Shapes:  x [N,C,...]  ->  y, the same.
/// Throws:  ShapeError from lrn_y_shape.
/// Error:   that of pow in T, |beta| times the error of its base, which is (size+3)*u relative,
///          all terms being positive; and one rounding.
/// Cost:    size multiply-adds, one power and one division per element.
/// Source:  ONNX, operator LRN; Krizhevsky, Sutskever and Hinton 2012, §3.3.
template <typename T>
Tensor<T> lrn(const Tensor<T>& x, const std::type_identity_t<LrnParams<T>>& p) {
  using std::pow;
  Tensor<T> y(lrn_y_shape(x.shape(), p.size));
  const Tensor<T> s = detail::lrn_energies(x, p);
  for (Index i = 0; i < x.size(); ++i) y[i] = x[i] / pow(s[i], p.beta);
  return y;
}

/// The gradient, with s the base of the power:
///   dx[n,c,p] = dy[n,c,p] * s[n,c,p]^-beta
///     - 2*alpha*beta/size * x[n,c,p]
///       * sum_{d : c in R(d)} dy[n,d,p] * x[n,d,p] * s[n,d,p]^(-beta-1).
///
/// Shapes:  dy and x alike  ->  dx, the same.
/// Throws:  ShapeError from lrn_dx_shape.
/// Error:   that of y for each term, and (size+4)*u*sum of moduli.
/// Cost:    size multiply-adds and two powers per element.
template <typename T>
Tensor<T> lrn_dx(const Tensor<T>& dy, const Tensor<T>& x,
                 const std::type_identity_t<LrnParams<T>>& p) {
  using std::pow;
  Tensor<T> dx(lrn_dx_shape(dy.shape(), x.shape(), p.size));
  const Tensor<T> s = detail::lrn_energies(x, p);
  const Index channels = x.shape()[1];
  const Index pixels = Shape(x.shape().begin() + 2, x.shape().end()).element_count();
  for (Index n = 0; n < x.shape()[0]; ++n) {
    for (Index c = 0; c < channels; ++c) {
      // c is in R(d) for the channels d that have c within their reach: the ranges of R, mirrored.
      const Index first = std::max<Index>(c - p.size / 2, 0);
      const Index last = std::min<Index>(c + (p.size - 1) / 2, channels - 1);
      for (Index at = 0; at < pixels; ++at) {
        T sum = T(0);
        for (Index d = first; d <= last; ++d) {
          const Index i = (n * channels + d) * pixels + at;
          sum += dy[i] * x[i] * pow(s[i], T(-p.beta - T(1)));
        }
        const Index i = (n * channels + c) * pixels + at;
        dx[i] = dy[i] * pow(s[i], T(-p.beta)) - T(2) * p.alpha * p.beta / T(p.size) * x[i] * sum;
      }
    }
  }
  return dx;
}

}  // namespace convproof::reference
