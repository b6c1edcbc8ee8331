// kmeans_patches: a few patches that stand for all patches of some images, by Lloyd's algorithm.
//
// Indices:  m patch, k centre, i element of a patch.
#pragma once

#include <utility>
#include <vector>

#include "core/requirements.h"
#include "core/tensor.h"
#include "core/window.h"
#include "reference/windows.h"

namespace convproof::reference {

namespace detail {
inline Windows windows_of_patches(const Shape& x, const Shape& kernel, const WindowAxes& axes) {
  if (x.rank() < 3) {
    throw ShapeError("kmeans_patches", "x", "3 axes or more [N, C, ...]", text(x));
  }
  const int rank = x.rank() - 2;
  if (kernel.rank() != rank) {
    throw ShapeError("kmeans_patches", "kernel",
                     text(rank, rank == 1 ? " spatial axis" : " spatial axes"), text(kernel));
  }
  if (axes.size() != rank) {
    throw ShapeError("kmeans_patches", "axes", text(rank, " (spatial axes of x)"),
                     text(axes.size()));
  }
  std::vector<Index> positions;
  for (int axis = 0; axis < rank; ++axis) {
    positions.push_back(window_positions("kmeans_patches", axis_name(axis, rank), x[axis + 2],
                                         kernel[axis], axes[axis]));
  }
  return {spatial(x), kernel, Shape(positions), axes};
}

/// Extents of one patch or centre, as a message says them.
inline Shape shape_of_one(const Shape& shape) {
  return {shape.begin() + 1, shape.end()};
}

/// Throws: ShapeError unless there is a patch, and the centres are as large as the patches.
inline void check_centres(const Shape& patches, const Shape& centres) {
  if (patches.rank() < 1) {
    throw ShapeError("kmeans_patches", "patches", "1 axis or more [M, ...]", text(patches));
  }
  if (centres.rank() < 1 || centres[0] < 1 || !(shape_of_one(centres) == shape_of_one(patches))) {
    throw ShapeError("kmeans_patches", "centres",
                     text("one or more of the shape ", shape_of_one(patches)), text(centres));
  }
}

/// Throws: ShapeError unless every patch has a centre.
inline void check_assignment(const Shape& patches, const Shape& centres,
                             const std::vector<Index>& assignment) {
  check_centres(patches, centres);
  if (static_cast<Index>(assignment.size()) != patches[0]) {
    throw ShapeError("kmeans_patches", "assignment", text(patches[0], " (one per patch)"),
                     text(assignment.size()));
  }
  for (const Index k : assignment) {
    if (k < 0 || k >= centres[0]) {
      throw ShapeError("kmeans_patches", "assignment", text("centres from 0 to ", centres[0] - 1),
                       text(k));
    }
  }
}
}  // namespace detail

/// What the windows of a layer see (note 001 §9.9, T-PATCH-PRETRAIN), image by image, in C order of
/// the windows; padding is 0:
///   patches[m,c,u] = x[n,c,h],  h = stride*i + dilation*u - before,  m = (n, i).
///
/// Shapes:  x [N,C,D...], kernel [K...]  ->  patches [N*D'..., C, K...].
/// Throws:  ShapeError from the rule of windows.
/// Error:   exact.
/// Cost:    a copy per tap and window.
template <typename T>
Tensor<T> image_patches(const Tensor<T>& x, const Shape& kernel, const WindowAxes& axes) {
  const Windows windows = detail::windows_of_patches(x.shape(), kernel, axes);
  const Index channels = x.shape()[1];
  Tensor<T> patches(with_spatial(x.shape()[0] * windows.windows(), channels, kernel));
  for (Index n = 0; n < x.shape()[0]; ++n) {
    for (Index i = 0; i < windows.windows(); ++i) {
      for (Index c = 0; c < channels; ++c) {
        const Index patch = (n * windows.windows() + i) * channels + c;
        const Index image = n * channels + c;
        for (const Reading& r : windows.of_window(i)) {
          patches[patch * windows.taps() + r.tap] = x[image * windows.pixels() + r.pixel];
        }
      }
    }
  }
  return patches;
}

/// The gradient of the patches with respect to x: every pixel collects from all taps that read it.
///
/// Shapes:  dpatches [N*D'...,C,K...], the shape of x  ->  dx [N,C,D...].
/// Throws:  ShapeError from the rule of windows, or if dpatches is not of that shape.
/// Error:   exact over Rational; over floats gamma(K) of the sum of moduli, for K taps.
/// Cost:    one addition per tap and window.
template <typename T>
Tensor<T> image_patches_dx(const Tensor<T>& dpatches, const Shape& x_shape, const Shape& kernel,
                           const WindowAxes& axes) {
  const Windows windows = detail::windows_of_patches(x_shape, kernel, axes);
  const Index channels = x_shape[1];
  require_shape("kmeans_patches", "dpatches", dpatches.shape(),
                with_spatial(x_shape[0] * windows.windows(), channels, kernel),
                " (the shape of the patches)");
  Tensor<T> dx(x_shape);
  for (Index n = 0; n < x_shape[0]; ++n) {
    for (Index c = 0; c < channels; ++c) {
      for (Index h = 0; h < windows.pixels(); ++h) {
        T sum = T(0);
        for (const Reading& r : windows.of_pixel(h)) {
          const Index patch = (n * windows.windows() + r.window) * channels + c;
          sum += dpatches[patch * windows.taps() + r.tap];
        }
        dx[(n * channels + c) * windows.pixels() + h] = sum;
      }
    }
  }
  return dx;
}

/// The centre that is nearest to every patch, by the sum of squares; ties go to the lower number:
///   a[m] = argmin_k sum_i (patches[m,i] - centres[k,i])^2.
///
/// Shapes:  patches [M,...], centres [K,...]  ->  M numbers of centres.
/// Throws:  ShapeError if the centres have not the shape of the patches, or there is none.
/// Error:   exact over Rational; over floats a centre that is nearest but for rounding.
/// Cost:    one multiply-add per element of a patch and centre.
template <typename T>
std::vector<Index> kmeans_assignment(const Tensor<T>& patches, const Tensor<T>& centres) {
  detail::check_centres(patches.shape(), centres.shape());
  const Index size = detail::shape_of_one(patches.shape()).element_count();
  std::vector<Index> assignment;
  for (Index m = 0; m < patches.shape()[0]; ++m) {
    Index nearest = 0;
    T least = T(0);
    for (Index k = 0; k < centres.shape()[0]; ++k) {
      T distance = T(0);
      for (Index i = 0; i < size; ++i) {
        const T difference = patches[m * size + i] - centres[k * size + i];
        distance += difference * difference;
      }
      if (k > 0 && !(distance < least)) continue;
      nearest = k;
      least = distance;
    }
    assignment.push_back(nearest);
  }
  return assignment;
}

/// What is made small (the "unsupervised criterion" of note 001 §9.9):
///   sum_m sum_i (patches[m,i] - centres[a[m],i])^2.
///
/// Shapes:  patches [M,...], centres [K,...], M numbers of centres  ->  one number.
/// Throws:  ShapeError if the shapes or the assignment do not fit.
/// Error:   exact over Rational; over floats gamma(n+2) of the value, for n elements of patches.
/// Cost:    one multiply-add per element of a patch.
template <typename T>
T kmeans_cost(const Tensor<T>& patches, const Tensor<T>& centres,
              const std::vector<Index>& assignment) {
  detail::check_assignment(patches.shape(), centres.shape(), assignment);
  const Index size = detail::shape_of_one(patches.shape()).element_count();
  T cost = T(0);
  for (Index m = 0; m < patches.shape()[0]; ++m) {
    for (Index i = 0; i < size; ++i) {
      const Index k = assignment[static_cast<std::size_t>(m)];
      const T difference = patches[m * size + i] - centres[k * size + i];
      cost += difference * difference;
    }
  }
  return cost;
}

/// The gradient of the cost with respect to the centres, the assignment held fixed:
///   2 * sum_{m : a[m] = k} (centres[k,i] - patches[m,i]).
///
/// Shapes:  patches [M,...], centres [K,...]  ->  dcentres [K,...].
/// Throws:  as for the cost.
/// Error:   exact over Rational; over floats gamma(M+2) of the sum of moduli.
/// Cost:    one addition per element of a patch.
template <typename T>
Tensor<T> kmeans_dcentres(const Tensor<T>& patches, const Tensor<T>& centres,
                          const std::vector<Index>& assignment) {
  detail::check_assignment(patches.shape(), centres.shape(), assignment);
  const Index size = detail::shape_of_one(patches.shape()).element_count();
  Tensor<T> gradient(centres.shape());
  for (Index m = 0; m < patches.shape()[0]; ++m) {
    const Index k = assignment[static_cast<std::size_t>(m)];
    for (Index i = 0; i < size; ++i) {
      gradient[k * size + i] += T(2) * (centres[k * size + i] - patches[m * size + i]);
    }
  }
  return gradient;
}

/// The gradient of the cost with respect to the patches, the assignment held fixed:
///   2 * (patches[m,i] - centres[a[m],i]).
///
/// Shapes:  patches [M,...], centres [K,...]  ->  dpatches [M,...].
/// Throws:  as for the cost.
/// Error:   exact over Rational; over floats one rounding.
/// Cost:    one addition per element of a patch.
template <typename T>
Tensor<T> kmeans_dpatches(const Tensor<T>& patches, const Tensor<T>& centres,
                          const std::vector<Index>& assignment) {
  detail::check_assignment(patches.shape(), centres.shape(), assignment);
  const Index size = detail::shape_of_one(patches.shape()).element_count();
  Tensor<T> gradient(patches.shape());
  for (Index m = 0; m < patches.shape()[0]; ++m) {
    const Index k = assignment[static_cast<std::size_t>(m)];
    for (Index i = 0; i < size; ++i) {
      gradient[m * size + i] = T(2) * (patches[m * size + i] - centres[k * size + i]);
    }
  }
  return gradient;
}

/// Every centre moves to the mean of its patches; one that has none stays.
///   centres'[k,i] = mean of patches[m,i] over a[m] = k.
///
/// Shapes:  patches [M,...], centres [K,...]  ->  centres' [K,...].
/// Throws:  as for the cost.
/// Error:   exact over Rational; over floats gamma(M) of the mean of moduli.
/// Cost:    one addition per element of a patch.
template <typename T>
Tensor<T> kmeans_means(const Tensor<T>& patches, const Tensor<T>& centres,
                       const std::vector<Index>& assignment) {
  detail::check_assignment(patches.shape(), centres.shape(), assignment);
  const Index size = detail::shape_of_one(patches.shape()).element_count();
  Tensor<T> means = centres;
  for (Index k = 0; k < centres.shape()[0]; ++k) {
    for (Index i = 0; i < size; ++i) {
      T sum = T(0);
      Index members = 0;
      for (Index m = 0; m < patches.shape()[0]; ++m) {
        if (assignment[static_cast<std::size_t>(m)] != k) continue;
        sum += patches[m * size + i];
        ++members;
      }
      if (members > 0) means[k * size + i] = sum / T(members);
    }
  }
  return means;
}

/// The first `count` patches that differ from all before them: where Lloyd's algorithm starts here,
/// so that nothing is drawn. Others start at random patches, or far from each other (k-means++).
///
/// Shapes:  patches [M,...]  ->  centres [count,...].
/// Throws:  ShapeError if count is below 1 or there are fewer distinct patches.
/// Error:   exact.
/// Cost:    one comparison per element of a patch and centre.
template <typename T>
Tensor<T> kmeans_first_centres(const Tensor<T>& patches, Index count) {
  if (patches.shape().rank() < 1) {
    throw ShapeError("kmeans_patches", "patches", "1 axis or more [M, ...]", text(patches.shape()));
  }
  require_at_least("kmeans_patches", "count", count, 1);
  const Index size = detail::shape_of_one(patches.shape()).element_count();
  std::vector<T> centres;
  Index found = 0;
  for (Index m = 0; m < patches.shape()[0] && found < count; ++m) {
    bool distinct = true;
    for (Index k = 0; k < found && distinct; ++k) {
      bool same = true;
      for (Index i = 0; i < size; ++i) {
        same = same && centres[static_cast<std::size_t>(k * size + i)] == patches[m * size + i];
      }
      distinct = !same;
    }
    if (!distinct) continue;
    for (Index i = 0; i < size; ++i) centres.push_back(patches[m * size + i]);
    ++found;
  }
  if (found < count) {
    throw ShapeError("kmeans_patches", "count", text("at most ", found, " (distinct patches)"),
                     text(count));
  }
  std::vector<Index> extents(patches.shape().begin(), patches.shape().end());
  extents[0] = count;
  return Tensor<T>(Shape(extents), std::move(centres));
}

template <typename T>
struct KMeans {
  Tensor<T> centres;
  std::vector<Index> assignment;
  std::vector<T> costs;  // After every assignment; each is lower than the one before.
};

/// Lloyd's algorithm (note 001 §9.9, T-THREE-FEATURE-STRATEGIES: kernels learned by an unsupervised
/// criterion; the notes name none): assign, move to the means, until the centres stay or after
/// `most_steps` moves. It need not find the lowest cost of all.
///
/// Shapes:  patches [M,...]  ->  centres [count,...].
/// Throws:  ShapeError from kmeans_first_centres, or if most_steps is below 0.
/// Error:   exact over Rational; over floats of kmeans_assignment and kmeans_means.
/// Cost:    M * count multiply-adds per element of a patch in every step.
/// Source:  Lloyd, "Least squares quantization in PCM" (1982).
template <typename T>
KMeans<T> kmeans_patches(const Tensor<T>& patches, Index count, Index most_steps) {
  require_at_least("kmeans_patches", "most_steps", most_steps, 0);
  KMeans<T> result{kmeans_first_centres(patches, count), {}, {}};
  for (Index step = 0;; ++step) {
    result.assignment = kmeans_assignment(patches, result.centres);
    result.costs.push_back(kmeans_cost(patches, result.centres, result.assignment));
    Tensor<T> means = kmeans_means(patches, result.centres, result.assignment);
    if (step == most_steps || means == result.centres) return result;
    result.centres = std::move(means);
  }
}

}  // namespace convproof::reference
