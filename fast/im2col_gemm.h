// conv2d as textbooks have it: the windows of an image written side by side into a matrix (im2col),
// and one matrix product. Readable, with plain loops and no vectors of its own: for teaching, and
// as a second opinion on conv2d.h, with which it shares no code but the rule of the shapes.
//
// The matrix of an image and group has a row for every channel and tap and a column for every
// output pixel; it is as many times as large as the image as the kernel has taps, divided by the
// strides. The sums of a product run over its rows from first to last, whatever the number of
// threads.
//
// Every function throws ShapeError as its name without _im2col does.
#pragma once

#include <type_traits>

#include "core/conv2d.h"
#include "core/tensor.h"
#include "fast/workspace.h"

namespace convproof::fast {

/// Writes the matrix of some channels of one image: [channels*Kh*Kw][H'*W'].
///   matrix[(c*Kh + u)*Kw + v][i*W' + j] = image[c, stride.h*i + dilation.h*u - padding.top,
///                                                  stride.w*j + dilation.w*v - padding.left],
/// 0 outside the image. Shapes are those of the whole layer; w[1] channels are read.
template <typename T>
void im2col(const T* image, const Shape& x, const Shape& w, const Conv2dParams& p, T* matrix,
            int threads);

/// The transpose: every element of the matrix is added to the pixel that im2col reads it from. The
/// image is cleared before.
template <typename T>
void col2im(const T* matrix, const Shape& x, const Shape& w, const Conv2dParams& p, T* image,
            int threads);

/// Same contract as conv2d.
template <typename T>
void conv2d_im2col(std::type_identity_t<TensorView<const T>> x,
                   std::type_identity_t<TensorView<const T>> w, const T* b, const Conv2dParams& p,
                   TensorView<T> y, Workspace& workspace, int threads);

/// Same contract as conv2d_dx.
template <typename T>
void conv2d_dx_im2col(std::type_identity_t<TensorView<const T>> dy,
                      std::type_identity_t<TensorView<const T>> w, const Conv2dParams& p,
                      TensorView<T> dx, Workspace& workspace, int threads);

/// Same contract as conv2d_dw.
template <typename T>
void conv2d_dw_im2col(std::type_identity_t<TensorView<const T>> dy,
                      std::type_identity_t<TensorView<const T>> x, const Conv2dParams& p,
                      TensorView<T> dw, Workspace& workspace, int threads);

}  // namespace convproof::fast
