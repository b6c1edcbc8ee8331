// conv2d, quickly: float and double, on the widest vectors of the machine and several threads.
//
// Every element is the plain sum of its products, in some order and with fma where the machine has
// it: no transform, no reduced precision. Equal calls give equal bits for equal numbers of threads.
// Nothing outside the views is read or written; their data need no alignment but that of T. All
// elements of the output are written, and the views of one call must not overlap the output.
//
// Every function throws ShapeError if the shapes or attributes break the rule of core/conv2d.h, if
// the output has another shape than the rule says, or if threads < 1. Scratch memory comes from
// the workspace: a call like the one before allocates nothing. A workspace serves one call at a
// time. The overloads that return a tensor make an output and a workspace of their own.
#pragma once

#include <type_traits>

#include "core/conv2d.h"
#include "core/tensor.h"
#include "fast/isa.h"
#include "fast/workspace.h"

namespace convproof::fast {

/// Same contract as reference::conv2d; b points to O elements, or is nullptr for no bias.
///
/// Implicit im2col: blocks of windows are packed into panels while they are in the cache, and
/// multiplied by w where it lies. Depthwise convolutions walk the image directly.
template <typename T>
void conv2d(std::type_identity_t<TensorView<const T>> x,
            std::type_identity_t<TensorView<const T>> w, const T* b, const Conv2dParams& p,
            TensorView<T> y, Workspace& workspace, int threads);
template <typename T>
Tensor<T> conv2d(const Tensor<T>& x, const Tensor<T>& w, const std::type_identity_t<Tensor<T>>* b,
                 const Conv2dParams& p, int threads = 1);

/// Same contract as reference::conv2d_dx; the shape of x is that of dx.
///
/// The pixels of x that share a residue modulo the stride are read by the same taps, so each of
/// these sets is a convolution of dy with stride 1 and some of the taps of w, run backwards. No
/// product with a hole between strides is computed. With few input channels the products of all
/// taps are made first and then added where they belong.
template <typename T>
void conv2d_dx(std::type_identity_t<TensorView<const T>> dy,
               std::type_identity_t<TensorView<const T>> w, const Conv2dParams& p, TensorView<T> dx,
               Workspace& workspace, int threads);
template <typename T>
Tensor<T> conv2d_dx(const Tensor<T>& dy, const Tensor<T>& w, const Shape& x_shape,
                    const Conv2dParams& p, int threads = 1);

/// Same contract as reference::conv2d_dw; the shape of w is that of dw.
///
/// The product of the windows and dy is summed over blocks of pixels. With many pixels it is made
/// transposed: output channels fill the vectors, whatever the size of the kernel. With few pixels
/// the windows are transposed instead, and dw is written once.
template <typename T>
void conv2d_dw(std::type_identity_t<TensorView<const T>> dy,
               std::type_identity_t<TensorView<const T>> x, const Conv2dParams& p, TensorView<T> dw,
               Workspace& workspace, int threads);
template <typename T>
Tensor<T> conv2d_dw(const Tensor<T>& dy, const Tensor<T>& x, const Shape& w_shape,
                    const Conv2dParams& p, int threads = 1);

/// Same contract as reference::conv2d_db.
template <typename T>
void conv2d_db(std::type_identity_t<TensorView<const T>> dy, TensorView<T> db, int threads);
template <typename T>
Tensor<T> conv2d_db(const Tensor<T>& dy, int threads = 1);

}  // namespace convproof::fast
