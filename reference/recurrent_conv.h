// recurrent_conv: what it equals. A label for every pixel, refined step by step with the same three
// convolutions (note 001 §9.6, A-RECURRENT-CONV; the note prints no formula):
//   A(t) = U * x + W * Y(t-1),   H(t) = f(A(t)),   Y(t) = V * H(t),   t = 1 ... T.
// Y(0) is the first guess: zeros, if there is none. Kernels are not flipped, there is no bias, and
// the three convolutions are padded so that all sizes fit. f is given by the caller
// (reference/differentiable.h).
// Source: Goodfellow, Bengio and Courville, "Deep learning" (2016), §9.6, figure 9.17.
#pragma once

#include <vector>

#include "core/requirements.h"
#include "core/tensor.h"
#include "reference/conv.h"
#include "reference/differentiable.h"

namespace convproof::reference {

struct RecurrentConvParams {
  ConvParams u{};  // Of the convolution of the input,
  ConvParams w{};  // of that of the guess before,
  ConvParams v{};  // and of that which makes labels of hidden units.
  Index steps = 1;
};

template <typename T>
struct RecurrentConvWeights {
  Tensor<T> u;  // [hidden maps, C, K...]
  Tensor<T> w;  // [hidden maps, labels, K...]
  Tensor<T> v;  // [labels, hidden maps, K...]
};

/// Of all steps, index t-1 for step t.
template <typename T>
struct RecurrentConvStates {
  std::vector<Tensor<T>> a;
  std::vector<Tensor<T>> h;
  std::vector<Tensor<T>> y;
};

template <typename T>
struct RecurrentConvGradients {
  Tensor<T> dx;
  RecurrentConvWeights<T> dweights;
  Tensor<T> dy0;
};

/// The shape rule:  x [N,C,D...], y0 [N,L,D'...]  ->  every Y(t), like y0. U * x and W * y0 are
/// alike, and V makes y0's shape of them.
/// Throws: ShapeError, also from conv_y_shape.
template <typename T>
Shape recurrent_conv_y_shape(const Shape& x, const Shape& y0, const RecurrentConvWeights<T>& k,
                             const RecurrentConvParams& p) {
  const char* const op = "recurrent_conv";
  require_at_least(op, "steps", p.steps, 1);
  const Shape hidden = conv_y_shape(x, k.u.shape(), p.u, op);
  require_shape(op, "W * y0", conv_y_shape(y0, k.w.shape(), p.w, op), hidden,
                " (the shape of U * x)");
  require_shape(op, "V * H", conv_y_shape(hidden, k.v.shape(), p.v, op), y0, " (the shape of y0)");
  return y0;
}

/// All steps; the labels are y.back().
///
/// Shapes:  x [N,C,D...], y0 [N,L,D'...]  ->  every Y(t), like y0; A and H, like U * x.
/// Throws:  ShapeError from recurrent_conv_y_shape.
/// Error:   that of conv and f, step by step.
/// Cost:    2T + 1 convolutions.
template <typename T, typename F>
RecurrentConvStates<T> recurrent_conv(const Tensor<T>& x, const Tensor<T>& y0,
                                      const RecurrentConvWeights<T>& k,
                                      const RecurrentConvParams& p, const F& f) {
  (void)recurrent_conv_y_shape(x.shape(), y0.shape(), k, p);
  RecurrentConvStates<T> states;
  const Tensor<T> of_input = conv<T>(x, k.u, nullptr, p.u);
  for (Index t = 0; t < p.steps; ++t) {
    Tensor<T> a = conv<T>(t == 0 ? y0 : states.y.back(), k.w, nullptr, p.w);
    for (Index i = 0; i < a.size(); ++i) a[i] += of_input[i];
    states.h.push_back(f.y(a));
    states.a.push_back(std::move(a));
    states.y.push_back(conv<T>(states.h.back(), k.v, nullptr, p.v));
  }
  return states;
}

/// The gradients of sum_t <dy[t], Y(t)> by back-propagation through time. From t = T down, with
/// g = dy[T] to begin with:
///   dH = V' g,   dA = f'(A(t)) dH,   dV += g H(t),   dW += dA Y(t-1),   dU += dA x,   dx += U' dA,
///   g = dy[t-1] + W' dA,
/// where V' g is conv_dx and g H conv_dw; what is left of g in the end is dy0.
///
/// Shapes:  dy, one like y0 for every step (zeros where a loss does not see a step)  ->  gradients
///          like x, the weights and y0.
/// Throws:  ShapeError from recurrent_conv_y_shape, or if dy does not fit.
/// Error:   that of the gradients of conv and f, step by step.
/// Cost:    about three times that of the forward pass, which is repeated.
template <typename T, typename F>
RecurrentConvGradients<T> recurrent_conv_gradients(const std::vector<Tensor<T>>& dy,
                                                   const Tensor<T>& x, const Tensor<T>& y0,
                                                   const RecurrentConvWeights<T>& k,
                                                   const RecurrentConvParams& p, const F& f) {
  (void)recurrent_conv_y_shape(x.shape(), y0.shape(), k, p);
  require_shape("recurrent_conv", "dy", Shape{static_cast<Index>(dy.size())}, Shape{p.steps},
                " tensors (one per step)");
  for (const Tensor<T>& of_step : dy) {
    require_shape("recurrent_conv", "dy", of_step.shape(), y0.shape(), " (the shape of y0)");
  }
  const auto add = [](Tensor<T>& sum, const Tensor<T>& term) {
    for (Index i = 0; i < sum.size(); ++i) sum[i] += term[i];
  };
  const RecurrentConvStates<T> states = recurrent_conv(x, y0, k, p, f);
  RecurrentConvGradients<T> sum{
      Tensor<T>(x.shape()),
      {Tensor<T>(k.u.shape()), Tensor<T>(k.w.shape()), Tensor<T>(k.v.shape())},
      Tensor<T>(y0.shape())};
  Tensor<T> g(y0.shape());
  for (std::size_t t = dy.size(); t-- > 0;) {
    add(g, dy[t]);
    const Tensor<T>& before = t == 0 ? y0 : states.y[t - 1];
    const Tensor<T> dh = conv_dx<T>(g, k.v, states.h[t].shape(), p.v);
    const Tensor<T> da = f.dx(dh, states.a[t]);
    add(sum.dweights.v, conv_dw<T>(g, states.h[t], k.v.shape(), p.v));
    add(sum.dweights.w, conv_dw<T>(da, before, k.w.shape(), p.w));
    add(sum.dweights.u, conv_dw<T>(da, x, k.u.shape(), p.u));
    add(sum.dx, conv_dx<T>(da, k.u, x.shape(), p.u));
    g = conv_dx<T>(da, k.w, y0.shape(), p.w);
  }
  sum.dy0 = g;
  return sum;
}

}  // namespace convproof::reference
