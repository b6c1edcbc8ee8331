// inception_module: what it equals. Four branches side by side, stacked in depth: 1x1, 3x3 and 5x5
// convolutions and 3x3 pooling with stride 1, all padded to the size of the input (note 002,
// GoogLeNet, M-INCEPTION-IDEA; note 004 §5.4.3, M-INCEPTION). Naive, or with 1x1 convolutions that
// reduce the depth before the large kernels and behind the pooling. On any number of spatial axes.
//
// The pooling and the activation f behind every convolution are given by the caller
// (reference/differentiable.h): the notes take max pooling and do not print f, GoogLeNet takes
// ReLU.
#pragma once

#include <array>
#include <vector>

#include "core/requirements.h"
#include "core/tensor.h"
#include "reference/concat.h"
#include "reference/conv.h"
#include "reference/differentiable.h"

namespace convproof::reference {

/// One convolution: w [O,C,K...] and b [O].
template <typename T>
struct InceptionStep {
  Tensor<T> w;
  Tensor<T> b;
};

/// The steps of each branch, in order: the kernels before the last are 1 wide.
template <typename T>
struct InceptionWeights {
  std::vector<InceptionStep<T>> one;     // {1x1}
  std::vector<InceptionStep<T>> three;   // Naive {3x3}, reduced {1x1, 3x3}.
  std::vector<InceptionStep<T>> five;    // Naive {5x5}, reduced {1x1, 5x5}.
  std::vector<InceptionStep<T>> pooled;  // Naive {}, reduced {1x1}.

  /// In the order of the output's maps.
  std::array<const std::vector<InceptionStep<T>>*, 4> branches() const {
    return {&one, &three, &five, &pooled};
  }
};

template <typename T>
struct InceptionGradients {
  Tensor<T> dx;
  InceptionWeights<T> dweights;
};

namespace detail {

constexpr std::array<Index, 4> kInceptionKernels{1, 3, 5, 1};
constexpr std::size_t kPooledBranch = 3;

/// Padding that keeps the size, for an odd kernel.
inline ConvParams keeping_size(const Shape& w) {
  ConvParams p;
  for (int axis = 2; axis < w.rank(); ++axis) {
    p.axes.push_back({.before = (w[axis] - 1) / 2, .after = (w[axis] - 1) / 2});
  }
  return p;
}

/// The shape of a branch's maps.
template <typename T>
Shape inception_branch_shape(const Shape& x, const std::vector<InceptionStep<T>>& steps,
                             std::size_t branch) {
  const char* const op = "inception_module";
  if (steps.empty() && branch != kPooledBranch) {
    throw ShapeError(op, text("branch ", branch), "a convolution or more", "none");
  }
  Shape shape = x;
  for (std::size_t s = 0; s < steps.size(); ++s) {
    const Shape& w = steps[s].w.shape();
    const Index kernel = s + 1 == steps.size() ? kInceptionKernels[branch] : 1;
    for (int axis = 2; axis < w.rank(); ++axis) {
      if (w[axis] != kernel) {
        throw ShapeError(op, text("w of step ", s, " in branch ", branch),
                         text("kernels ", kernel, " wide"), text(w));
      }
    }
    shape = conv_y_shape(shape, w, steps[s].b.shape(), keeping_size(w), op);
  }
  return shape;
}

/// What every step of a branch takes, and last what the branch gives.
template <typename T, typename F>
std::vector<Tensor<T>> inception_branch(const Tensor<T>& x,
                                        const std::vector<InceptionStep<T>>& steps, const F& f) {
  std::vector<Tensor<T>> values{x};
  for (const InceptionStep<T>& step : steps) {
    values.push_back(f.y(conv<T>(values.back(), step.w, &step.b, keeping_size(step.w.shape()))));
  }
  return values;
}

}  // namespace detail

/// The shape rule:  x [N,C,D...] and weights that fit  ->  y [N, sum of the branches' maps, D...].
/// Throws: ShapeError, also from conv_y_shape.
template <typename T>
Shape inception_module_y_shape(const Shape& x, const InceptionWeights<T>& weights) {
  std::vector<Shape> parts;
  for (std::size_t k = 0; k < 4; ++k) {
    parts.push_back(detail::inception_branch_shape(x, *weights.branches()[k], k));
  }
  return concat_y_shape(parts);
}

/// y = [f(w1*x) ; f(w3*f(r3*x)) ; f(w5*f(r5*x)) ; f(wp*pool(x))], biases understood, stacked in
/// depth in this order.
///
/// Shapes:  x [N,C,D...]  ->  y [N, sum of the branches' maps, D...]; pool keeps the shape of x.
/// Throws:  ShapeError from inception_module_y_shape, or if pool does not keep the shape.
/// Error:   that of conv, step by step.
/// Cost:    that of its convolutions.
template <typename T, typename Pool, typename F>
Tensor<T> inception_module(const Tensor<T>& x, const InceptionWeights<T>& weights, const Pool& pool,
                           const F& f) {
  (void)inception_module_y_shape(x.shape(), weights);
  std::vector<Tensor<T>> parts;
  for (std::size_t k = 0; k < 4; ++k) {
    const Tensor<T> input = k == detail::kPooledBranch ? pool.y(x) : x;
    require_shape("inception_module", "pool(x)", input.shape(), x.shape(), " (the shape of x)");
    parts.push_back(detail::inception_branch(input, *weights.branches()[k], f).back());
  }
  return concat(parts);
}

/// The gradients with respect to x, the sum over the branches, and to all weights and biases.
///
/// Shapes:  dy like y, x [N,C,D...]  ->  dx like x, and gradients like the weights.
/// Throws:  ShapeError from inception_module_y_shape, or if dy is not like y.
/// Error:   that of conv_dx, conv_dw and conv_db, step by step.
/// Cost:    that of its convolutions and their gradients.
template <typename T, typename Pool, typename F>
InceptionGradients<T> inception_module_gradients(const Tensor<T>& dy, const Tensor<T>& x,
                                                 const InceptionWeights<T>& weights,
                                                 const Pool& pool, const F& f) {
  require_shape("inception_module", "dy", dy.shape(), inception_module_y_shape(x.shape(), weights),
                " (the shape of y)");
  std::vector<Shape> shapes;
  for (std::size_t k = 0; k < 4; ++k) {
    shapes.push_back(detail::inception_branch_shape(x.shape(), *weights.branches()[k], k));
  }
  const std::vector<Tensor<T>> parts = concat_dx(dy, shapes);
  InceptionGradients<T> gradients{Tensor<T>(x.shape()), weights};
  const std::array<std::vector<InceptionStep<T>>*, 4> results{
      &gradients.dweights.one, &gradients.dweights.three, &gradients.dweights.five,
      &gradients.dweights.pooled};
  for (std::size_t k = 0; k < 4; ++k) {
    const std::vector<InceptionStep<T>>& steps = *weights.branches()[k];
    const std::vector<Tensor<T>> values =
        detail::inception_branch(k == detail::kPooledBranch ? pool.y(x) : x, steps, f);
    Tensor<T> delta = parts[k];
    for (std::size_t s = steps.size(); s-- > 0;) {
      const ConvParams p = detail::keeping_size(steps[s].w.shape());
      // Through f at the net input, then through the convolution.
      delta = f.dx(delta, conv<T>(values[s], steps[s].w, &steps[s].b, p));
      (*results[k])[s] = {conv_dw<T>(delta, values[s], steps[s].w.shape(), p), conv_db<T>(delta)};
      delta = conv_dx<T>(delta, steps[s].w, values[s].shape(), p);
    }
    if (k == detail::kPooledBranch) delta = pool.dx(delta, x);
    for (Index i = 0; i < x.size(); ++i) gradients.dx[i] += delta[i];
  }
  return gradients;
}

}  // namespace convproof::reference
