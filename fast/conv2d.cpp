#include "fast/conv2d.h"

#include <numeric>

#include "fast/blocks.h"
#include "fast/col2im.h"
#include "fast/depthwise.h"
#include "fast/depthwise_3x3.h"
#include "fast/patch_product.h"
#include "fast/pixel_product.h"

namespace convproof::fast {
namespace {

void require_shape(const Shape& got, const Shape& expected, const char* argument) {
  if (!(got == expected)) throw ShapeError("conv2d", argument, text(expected), text(got));
}

void require_threads(int threads) {
  if (threads < 1) throw ShapeError("conv2d", "threads", "1 or more", text(threads));
}

/// The kernels that run now, of which the workspace keeps a note.
template <typename T>
const Kernels<T>& kernels_for(Workspace& workspace) {
  const Kernels<T>& table = *kernels<T>(current_isa());
  workspace.set_last_isa(table.isa);
  return table;
}

Axis axis_h(const Shape& x, const Shape& w, const Shape& y, const Conv2dParams& p) {
  return {y[2], x[2], p.stride.h, w[2], -p.padding.top, p.dilation.h};
}

Axis axis_w(const Shape& x, const Shape& w, const Shape& y, const Conv2dParams& p) {
  return {y[3], x[3], p.stride.w, w[3], -p.padding.left, p.dilation.w};
}

template <typename T>
Images<T> images_of(const TensorView<const T>& tensor) {
  const Index area = tensor.shape()[2] * tensor.shape()[3];
  return {tensor.data(), tensor.shape()[1] * area, area};
}

/// The pixels of dx along one axis with one residue modulo the stride, and the taps they are read
/// by: taps first_tap, first_tap + tap_step, ... Along it, dx is a convolution of dy with stride 1.
struct Phase {
  Index first_pixel;  // Pixels first_pixel, first_pixel + stride, ...
  Index first_tap;
  Index tap_step;
  Axis axis;  // No taps if none reads these pixels; no outputs if there are no such pixels.
};

/// Tap u of output i reads pixel q = stride*i + dilation*u - padding. So for one residue of q, the
/// taps are those with dilation*u == q + padding modulo stride: every (stride/gcd)th from the first
/// one on, and along these taps i falls by dilation/gcd.
Phase phase_of(const Axis& forward, Index first_pixel) {
  const Index divisor = std::gcd(forward.stride, forward.step);
  const Index shifted = first_pixel - forward.first;
  Phase phase{first_pixel, 0, forward.stride / divisor, {}};
  while (phase.first_tap < forward.taps &&
         (shifted - forward.step * phase.first_tap) % forward.stride != 0) {
    ++phase.first_tap;
  }
  const Index pixels = (forward.inputs - first_pixel + forward.stride - 1) / forward.stride;
  const Index taps = phase.first_tap < forward.taps
                         ? (forward.taps - phase.first_tap - 1) / phase.tap_step + 1
                         : 0;
  phase.axis = {pixels,
                forward.outputs,
                1,
                taps,
                (shifted - forward.step * phase.first_tap) / forward.stride,
                -forward.step / divisor};
  return phase;
}

/// The part of a convolution's dx that one phase of rows and one of columns make.
template <typename T>
class PhaseOfDx {
 public:
  PhaseOfDx(const TensorView<const T>& dy, const TensorView<const T>& w, Index groups,
            const Step2d& stride, const TensorView<T>& dx)
      : dy_(dy), w_(w), groups_(groups), stride_(stride), dx_(dx) {}

  void run(const Phase& h, const Phase& v, Workspace& workspace, int threads) const {
    if (h.axis.taps == 0 || v.axis.taps == 0) return clear(h, v);
    const Index channels = w_.shape()[1];
    const Index outputs = w_.shape()[0] / groups_;
    const Index tap_count = h.axis.taps * v.axis.taps;
    Index* const taps = workspace.take<Index>(Scratch::kTaps, tap_count);
    for (Index t = 0; t < tap_count; ++t) {
      taps[t] = (h.first_tap + t / v.axis.taps * h.tap_step) * w_.shape()[3] + v.first_tap +
                t % v.axis.taps * v.tap_step;
    }
    T* const weights = workspace.take<T>(Scratch::kWeights, w_.shape()[0] * channels * tap_count);
    transpose_weights(taps, tap_count, weights, threads);
    multiply_patches<T>({h.axis, v.axis, images_of(dy_), dy_.shape()[0], groups_, outputs, channels,
                         weights, nullptr, pixels(h, v)},
                        workspace, threads);
  }

 private:
  Pixels<T> pixels(const Phase& h, const Phase& v) const {
    const Shape& x = dx_.shape();
    return {dx_.data() + h.first_pixel * x[3] + v.first_pixel, x[1] * x[2] * x[3], x[2] * x[3],
            stride_.h * x[3], stride_.w};
  }

  /// Makes [group][channel][output][taps of the phase] of w [group][output][channel][taps]. Few
  /// outputs at a time, so that a line of cache serves all the channels in it.
  void transpose_weights(const Index* taps, Index tap_count, T* weights, int threads) const {
    constexpr Index kOutputsAtATime = 16;
    const Index outputs = w_.shape()[0] / groups_;
    const Index blocks = ceil_div(outputs, kOutputsAtATime);
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1)
    for (Index job = 0; job < groups_ * blocks; ++job) {
      const Part part = {job % blocks * kOutputsAtATime,
                         std::min((job % blocks + 1) * kOutputsAtATime, outputs)};
      transpose_block(taps, tap_count, job / blocks, part, weights);
    }
  }

  void transpose_block(const Index* taps, Index tap_count, Index group, const Part& part,
                       T* weights) const {
    const Index outputs = w_.shape()[0] / groups_;
    const Index channels = w_.shape()[1];
    const Index all_taps = w_.shape()[2] * w_.shape()[3];
    const Index output_stride = channels * all_taps;
    for (Index c = 0; c < channels; ++c) {
      T* to = weights + ((group * channels + c) * outputs + part.first) * tap_count;
      const T* from = w_.data() + (group * outputs + part.first) * output_stride + c * all_taps;
      for (Index o = part.first; o < part.last; ++o, from += output_stride) {
        for (Index t = 0; t < tap_count; ++t) *to++ = from[taps[t]];
      }
    }
  }

  /// No tap reads these pixels.
  void clear(const Phase& h, const Phase& v) const {
    const Pixels<T> to = pixels(h, v);
    for (Index n = 0; n < dx_.shape()[0]; ++n) {
      for (Index c = 0; c < dx_.shape()[1]; ++c) {
        for (Index i = 0; i < h.axis.outputs; ++i) {
          T* const row = to.data + n * to.image_stride + c * to.row_stride + i * to.h_stride;
          for (Index j = 0; j < v.axis.outputs; ++j) row[j * to.w_stride] = T(0);
        }
      }
    }
  }

  const TensorView<const T>& dy_;
  const TensorView<const T>& w_;
  Index groups_;
  Step2d stride_;
  const TensorView<T>& dx_;
};

}  // namespace

template <typename T>
void conv2d(std::type_identity_t<TensorView<const T>> x,
            std::type_identity_t<TensorView<const T>> w, const T* b, const Conv2dParams& p,
            TensorView<T> y, Workspace& workspace, int threads) {
  const Shape shape = conv2d_y_shape(x.shape(), w.shape(), p);
  require_shape(y.shape(), shape, "y");
  require_threads(threads);
  if (shape[0] == 0) return;
  if (is_depthwise_3x3(w.shape(), p)) {
    return depthwise_3x3(x, w, b, p, y, kernels_for<T>(workspace), threads);
  }
  const Index area = shape[2] * shape[3];
  multiply_patches<T>({axis_h(x.shape(), w.shape(), shape, p),
                       axis_w(x.shape(), w.shape(), shape, p),
                       images_of(x),
                       shape[0],
                       p.groups,
                       w.shape()[1],
                       shape[1] / p.groups,
                       w.data(),
                       b,
                       {y.data(), shape[1] * area, area, shape[3], 1}},
                      workspace, threads);
}

template <typename T>
void conv2d_dx(std::type_identity_t<TensorView<const T>> dy,
               std::type_identity_t<TensorView<const T>> w, const Conv2dParams& p, TensorView<T> dx,
               Workspace& workspace, int threads) {
  const Shape shape = conv2d_dx_shape(dy.shape(), w.shape(), dx.shape(), p);
  require_threads(threads);
  if (shape[0] == 0) return;
  if (is_depthwise_3x3(w.shape(), p)) {
    return depthwise_3x3_dx(dy, w, p, dx, kernels_for<T>(workspace), threads);
  }
  const Axis h = axis_h(shape, w.shape(), dy.shape(), p);
  const Axis v = axis_w(shape, w.shape(), dy.shape(), p);
  const Index outputs = w.shape()[0] / p.groups;
  if (w.shape()[1] <= kFewChannels && outputs > kMostDepthwiseRows && h.taps * v.taps > 1) {
    return multiply_and_scatter<T>(
        {h, v, images_of(dy), w.data(), shape[0], p.groups, w.shape()[1], outputs, dx.data()},
        workspace, threads);
  }
  const PhaseOfDx<T> phases(dy, w, p.groups, p.stride, dx);
  for (Index i = 0; i < std::min(h.stride, h.inputs); ++i) {
    for (Index j = 0; j < std::min(v.stride, v.inputs); ++j) {
      phases.run(phase_of(h, i), phase_of(v, j), workspace, threads);
    }
  }
}

template <typename T>
void conv2d_dw(std::type_identity_t<TensorView<const T>> dy,
               std::type_identity_t<TensorView<const T>> x, const Conv2dParams& p, TensorView<T> dw,
               Workspace& workspace, int threads) {
  const Shape shape = conv2d_dw_shape(dy.shape(), x.shape(), dw.shape(), p);
  require_threads(threads);
  if (is_depthwise_3x3(shape, p)) {
    return depthwise_3x3_dw(dy, x, p, dw, kernels_for<T>(workspace), threads);
  }
  multiply_pixels<T>({axis_h(x.shape(), shape, dy.shape(), p),
                      axis_w(x.shape(), shape, dy.shape(), p), images_of(x), images_of(dy),
                      dy.shape()[0], p.groups, shape[1], shape[0] / p.groups, dw.data()},
                     workspace, threads);
}

template <typename T>
void conv2d_db(std::type_identity_t<TensorView<const T>> dy, TensorView<T> db, int threads) {
  const Shape shape = conv2d_db_shape(dy.shape());
  require_shape(db.shape(), shape, "db");
  require_threads(threads);
  const Kernels<T>& table = *kernels<T>(current_isa());
  const Index area = dy.shape()[2] * dy.shape()[3];
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1)
  for (Index o = 0; o < shape[0]; ++o) {
    T total = T(0);
    for (Index n = 0; n < dy.shape()[0]; ++n) {
      total += table.sum(dy.data() + (n * shape[0] + o) * area, area);
    }
    db[o] = total;
  }
}

template <typename T>
Tensor<T> conv2d(const Tensor<T>& x, const Tensor<T>& w, const std::type_identity_t<Tensor<T>>* b,
                 const Conv2dParams& p, int threads) {
  Tensor<T> y(b == nullptr ? conv2d_y_shape(x.shape(), w.shape(), p)
                           : conv2d_y_shape(x.shape(), w.shape(), b->shape(), p));
  Workspace workspace;
  conv2d<T>(x, w, b == nullptr ? nullptr : b->data(), p, TensorView<T>(y), workspace, threads);
  return y;
}

template <typename T>
Tensor<T> conv2d_dx(const Tensor<T>& dy, const Tensor<T>& w, const Shape& x_shape,
                    const Conv2dParams& p, int threads) {
  Tensor<T> dx(conv2d_dx_shape(dy.shape(), w.shape(), x_shape, p));
  Workspace workspace;
  conv2d_dx<T>(dy, w, p, TensorView<T>(dx), workspace, threads);
  return dx;
}

template <typename T>
Tensor<T> conv2d_dw(const Tensor<T>& dy, const Tensor<T>& x, const Shape& w_shape,
                    const Conv2dParams& p, int threads) {
  Tensor<T> dw(conv2d_dw_shape(dy.shape(), x.shape(), w_shape, p));
  Workspace workspace;
  conv2d_dw<T>(dy, x, p, TensorView<T>(dw), workspace, threads);
  return dw;
}

template <typename T>
Tensor<T> conv2d_db(const Tensor<T>& dy, int threads) {
  Tensor<T> db(conv2d_db_shape(dy.shape()));
  conv2d_db<T>(dy, TensorView<T>(db), threads);
  return db;
}

#define CONVPROOF_INSTANTIATE_FAST_CONV2D(T)                                                 \
  template void conv2d<T>(std::type_identity_t<TensorView<const T>>,                         \
                          std::type_identity_t<TensorView<const T>>, const T*,               \
                          const Conv2dParams&, TensorView<T>, Workspace&, int);              \
  template void conv2d_dx<T>(std::type_identity_t<TensorView<const T>>,                      \
                             std::type_identity_t<TensorView<const T>>, const Conv2dParams&, \
                             TensorView<T>, Workspace&, int);                                \
  template void conv2d_dw<T>(std::type_identity_t<TensorView<const T>>,                      \
                             std::type_identity_t<TensorView<const T>>, const Conv2dParams&, \
                             TensorView<T>, Workspace&, int);                                \
  template void conv2d_db<T>(std::type_identity_t<TensorView<const T>>, TensorView<T>, int); \
  template Tensor<T> conv2d<T>(const Tensor<T>&, const Tensor<T>&, const Tensor<T>*,         \
                               const Conv2dParams&, int);                                    \
  template Tensor<T> conv2d_dx<T>(const Tensor<T>&, const Tensor<T>&, const Shape&,          \
                                  const Conv2dParams&, int);                                 \
  template Tensor<T> conv2d_dw<T>(const Tensor<T>&, const Tensor<T>&, const Shape&,          \
                                  const Conv2dParams&, int);                                 \
  template Tensor<T> conv2d_db<T>(const Tensor<T>&, int);

CONVPROOF_INSTANTIATE_FAST_CONV2D(float)
CONVPROOF_INSTANTIATE_FAST_CONV2D(double)

}  // namespace convproof::fast
