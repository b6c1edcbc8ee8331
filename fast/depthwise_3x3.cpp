#include "fast/depthwise_3x3.h"

#include <algorithm>

#include "fast/blocks.h"

namespace convproof::fast {
namespace {

constexpr Index kTaps = 9;

Windows3x3 windows_of(const Shape& x, const Shape& y, const Conv2dParams& p) {
  return {x[2], x[3], y[2], y[3], -p.padding.top, -p.padding.left};
}

/// Calls use(image, first_channel, channel_count) for all images, the channels cut for threads.
template <typename Use>
void for_channels(Index images, Index channels, int threads, Use use) {
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1)
  for (Index job = 0; job < images * threads; ++job) {
    const Part part = part_of(channels, job % threads, threads);
    if (part.first < part.last) use(job / threads, part.first, part.last - part.first);
  }
}

}  // namespace

bool is_depthwise_3x3(const Shape& w, const Conv2dParams& p) {
  return w[0] == p.groups && w[1] == 1 && w[2] == 3 && w[3] == 3 && p.dilation == Step2d{1, 1} &&
         (p.stride == Step2d{1, 1} || p.stride == Step2d{2, 2});
}

template <typename T>
void depthwise_3x3(const TensorView<const T>& x, const TensorView<const T>& w, const T* b,
                   const Conv2dParams& p, const TensorView<T>& y, const Kernels<T>& kernels,
                   int threads) {
  const Windows3x3 g = windows_of(x.shape(), y.shape(), p);
  const auto kernel = kernels.depthwise_3x3[p.stride.h - 1];
  for_channels(x.shape()[0], p.groups, threads, [&](Index n, Index c, Index count) {
    const Index plane = n * p.groups + c;
    kernel(g, count, x.data() + plane * g.height * g.width, w.data() + c * kTaps,
           b == nullptr ? nullptr : b + c, y.data() + plane * g.outputs_h * g.outputs_w);
  });
}

template <typename T>
void depthwise_3x3_dx(const TensorView<const T>& dy, const TensorView<const T>& w,
                      const Conv2dParams& p, const TensorView<T>& dx, const Kernels<T>& kernels,
                      int threads) {
  const Windows3x3 g = windows_of(dx.shape(), dy.shape(), p);
  const auto kernel = kernels.depthwise_3x3_dx[p.stride.h - 1];
  for_channels(dx.shape()[0], p.groups, threads, [&](Index n, Index c, Index count) {
    const Index plane = n * p.groups + c;
    kernel(g, count, dy.data() + plane * g.outputs_h * g.outputs_w, w.data() + c * kTaps,
           dx.data() + plane * g.height * g.width);
  });
}

template <typename T>
void depthwise_3x3_dw(const TensorView<const T>& dy, const TensorView<const T>& x,
                      const Conv2dParams& p, const TensorView<T>& dw, const Kernels<T>& kernels,
                      int threads) {
  const Windows3x3 g = windows_of(x.shape(), dy.shape(), p);
  const auto kernel = kernels.depthwise_3x3_dw[p.stride.h - 1];
  for_channels(1, p.groups, threads, [&](Index, Index c, Index count) {
    T* const to = dw.data() + c * kTaps;
    std::fill_n(to, count * kTaps, T(0));
    for (Index n = 0; n < x.shape()[0]; ++n) {
      const Index plane = n * p.groups + c;
      kernel(g, count, dy.data() + plane * g.outputs_h * g.outputs_w,
             x.data() + plane * g.height * g.width, to);
    }
  });
}

#define CONVPROOF_INSTANTIATE(T)                                                                  \
  template void depthwise_3x3(const TensorView<const T>&, const TensorView<const T>&, const T*,   \
                              const Conv2dParams&, const TensorView<T>&, const Kernels<T>&, int); \
  template void depthwise_3x3_dx(const TensorView<const T>&, const TensorView<const T>&,          \
                                 const Conv2dParams&, const TensorView<T>&, const Kernels<T>&,    \
                                 int);                                                            \
  template void depthwise_3x3_dw(const TensorView<const T>&, const TensorView<const T>&,          \
                                 const Conv2dParams&, const TensorView<T>&, const Kernels<T>&,    \
                                 int);
CONVPROOF_INSTANTIATE(float)
CONVPROOF_INSTANTIATE(double)
#undef CONVPROOF_INSTANTIATE

}  // namespace convproof::fast
