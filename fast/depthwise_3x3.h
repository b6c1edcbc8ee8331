// Depthwise layers with 3x3 kernels, as in MobileNet: every channel is read and written where it
// is.
#pragma once

#include "core/conv2d.h"
#include "core/tensor.h"
#include "fast/kernels.h"

namespace convproof::fast {

/// Whether a layer with weights of this shape is one of those below: one 3x3 kernel for every
/// channel, without dilation, stride 1 or 2 on both axes.
bool is_depthwise_3x3(const Shape& w, const Conv2dParams& p);

/// Same contracts as conv2d, conv2d_dx and conv2d_dw for layers that are depthwise 3x3; nothing is
/// checked here. No scratch memory; bitwise the same for every number of threads.
template <typename T>
void depthwise_3x3(const TensorView<const T>& x, const TensorView<const T>& w, const T* b,
                   const Conv2dParams& p, const TensorView<T>& y, const Kernels<T>& kernels,
                   int threads);
template <typename T>
void depthwise_3x3_dx(const TensorView<const T>& dy, const TensorView<const T>& w,
                      const Conv2dParams& p, const TensorView<T>& dx, const Kernels<T>& kernels,
                      int threads);
template <typename T>
void depthwise_3x3_dw(const TensorView<const T>& dy, const TensorView<const T>& x,
                      const Conv2dParams& p, const TensorView<T>& dw, const Kernels<T>& kernels,
                      int threads);

}  // namespace convproof::fast
