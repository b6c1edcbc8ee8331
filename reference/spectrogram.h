// spectrogram: how much of each frequency a signal has at each time.
//
// Indices:  k frequency (row), m time (column), n sample within the window of length L. Frequencies
// k and k - L are the same, so for a real signal row L - k repeats row k.
#pragma once

#include <cmath>
#include <vector>

#include "core/requirements.h"
#include "core/tensor.h"

namespace convproof::reference {

/// The shape rule of spectrogram:  x [1,N] (real) or [2,N] (real and imaginary parts), window [L]
/// ->  [L, floor((N-L)/hop) + 1], rows for frequencies and columns for times.
/// Throws: ShapeError.
inline Shape spectrogram_shape(const Shape& x, const Shape& window, Index hop) {
  require_rank("spectrogram", "x", x, 2, "[parts, N]");
  if (x[0] != 1 && x[0] != 2) {
    throw ShapeError("spectrogram", "parts of x", "1 (real) or 2 (real, imaginary)", text(x[0]));
  }
  require_rank("spectrogram", "window", window, 1, "[L]");
  require_at_least("spectrogram", "length of window", window[0], 1);
  require_at_least("spectrogram", "samples of x", x[1], window[0]);
  require_at_least("spectrogram", "hop", hop, 1);
  return {window[0], (x[1] - window[0]) / hop + 1};
}

namespace detail {
template <typename T>
struct Complex {
  T re;
  T im;
};

template <typename T>
Complex<T> product(const Complex<T>& a, const Complex<T>& b) {
  return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

/// exp(-2 pi i j / length) for j = 0 ... length-1.
template <typename T>
std::vector<Complex<T>> unit_roots(Index length) {
  using std::acos;
  using std::cos;
  using std::sin;
  std::vector<Complex<T>> roots;
  for (Index j = 0; j < length; ++j) {
    const T angle = T(2) * acos(T(-1)) * T(j) / T(length);
    roots.push_back({cos(angle), -sin(angle)});
  }
  return roots;
}

template <typename T>
Complex<T> sample(const Tensor<T>& x, Index t) {
  return {x(0, t), x.shape()[0] == 2 ? x(1, t) : T(0)};
}

/// X[k,m], one element of the windowed transform.
template <typename T>
Complex<T> windowed_transform(const Tensor<T>& x, const Tensor<T>& window, Index hop, Index k,
                              Index m, const std::vector<Complex<T>>& roots) {
  Complex<T> sum{T(0), T(0)};
  for (Index n = 0; n < window.size(); ++n) {
    const Complex<T>& root = roots[static_cast<std::size_t>(k * n % window.size())];
    const Complex<T> term = product(sample(x, m * hop + n), root);
    sum.re += window[n] * term.re;
    sum.im += window[n] * term.im;
  }
  return sum;
}

/// visit(k, m, n, X[k,m], exp(-2 pi i k n / L)) for every element of the transform and every sample
/// of its window.
template <typename T, typename Visit>
void for_each_sample(const Shape& y, const Tensor<T>& x, const Tensor<T>& window, Index hop,
                     Visit visit) {
  const auto roots = unit_roots<T>(window.size());
  for (Index k = 0; k < y[0]; ++k) {
    for (Index m = 0; m < y[1]; ++m) {
      const Complex<T> transform = windowed_transform(x, window, hop, k, m, roots);
      for (Index n = 0; n < window.size(); ++n) {
        visit(k, m, n, transform, roots[static_cast<std::size_t>(k * n % window.size())]);
      }
    }
  }
}

}  // namespace detail

/// Squared moduli of the windowed discrete Fourier transform (note 001 §9.7, F-DATA-TYPES: audio as
/// a tensor of two axes, rows for frequencies and columns for times; the notes do not say how):
///   y[k,m] = |X[k,m]|^2,   X[k,m] = sum_n window[n] * x[m*hop + n] * exp(-2 pi i k n / L).
/// The signal is not padded and the window not normalised; others take moduli or logarithms, leave
/// out the rows that repeat, or count n from the start of the signal, which changes only the phase.
///
/// Shapes:  x [1,N] or [2,N], window [L]  ->  y [L, (N-L)/hop + 1].
/// Throws:  ShapeError from spectrogram_shape.
/// Error:   of cos and sin, then gamma(2L+4) of (sum |window||x|)^2.
/// Cost:    L^2 products of complex numbers per column.
template <typename T>
Tensor<T> spectrogram(const Tensor<T>& x, const Tensor<T>& window, Index hop) {
  Tensor<T> y(spectrogram_shape(x.shape(), window.shape(), hop));
  const auto roots = detail::unit_roots<T>(window.size());
  for (Index k = 0; k < y.shape()[0]; ++k) {
    for (Index m = 0; m < y.shape()[1]; ++m) {
      const auto transform = detail::windowed_transform(x, window, hop, k, m, roots);
      y(k, m) = transform.re * transform.re + transform.im * transform.im;
    }
  }
  return y;
}

/// The gradient with respect to the signal:
///   dx[t] = sum_{k,m} dy[k,m] * 2 * window[n] * X[k,m] * exp(+2 pi i k n / L),  n = t - m*hop,
/// over the windows that hold t; its real part for the real part of x, its imaginary part for the
/// imaginary one.
///
/// Shapes:  dy [L,M], x [1,N] or [2,N], window [L]  ->  dx like x.
/// Throws:  ShapeError from spectrogram_shape, or if dy is not of that shape.
/// Error:   as for y.
/// Cost:    as for y, twice.
template <typename T>
Tensor<T> spectrogram_dx(const Tensor<T>& dy, const Tensor<T>& x, const Tensor<T>& window,
                         Index hop) {
  require_shape("spectrogram", "dy", dy.shape(), spectrogram_shape(x.shape(), window.shape(), hop),
                " (the shape of y)");
  Tensor<T> dx(x.shape());
  using C = detail::Complex<T>;
  detail::for_each_sample(dy.shape(), x, window, hop,
                          [&](Index k, Index m, Index n, const C& transform, const C& root) {
                            const C term = detail::product(transform, {root.re, -root.im});
                            const T factor = T(2) * dy(k, m) * window[n];
                            dx(0, m * hop + n) += factor * term.re;
                            if (x.shape()[0] == 2) dx(1, m * hop + n) += factor * term.im;
                          });
  return dx;
}

/// The gradient with respect to the window:
///   dwindow[n] = sum_{k,m} dy[k,m] * 2 * Re(conj(X[k,m]) * x[m*hop + n] * exp(-2 pi i k n / L)).
///
/// Shapes:  dy [L,M], x [1,N] or [2,N], window [L]  ->  dwindow [L].
/// Throws:  ShapeError from spectrogram_shape, or if dy is not of that shape.
/// Error:   as for y.
/// Cost:    as for y, twice.
template <typename T>
Tensor<T> spectrogram_dwindow(const Tensor<T>& dy, const Tensor<T>& x, const Tensor<T>& window,
                              Index hop) {
  require_shape("spectrogram", "dy", dy.shape(), spectrogram_shape(x.shape(), window.shape(), hop),
                " (the shape of y)");
  Tensor<T> dwindow(window.shape());
  using C = detail::Complex<T>;
  detail::for_each_sample(dy.shape(), x, window, hop,
                          [&](Index k, Index m, Index n, const C& transform, const C& root) {
                            const C term = detail::product(detail::sample(x, m * hop + n), root);
                            dwindow[n] +=
                                T(2) * dy(k, m) * (transform.re * term.re + transform.im * term.im);
                          });
  return dwindow;
}

}  // namespace convproof::reference
