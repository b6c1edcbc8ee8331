// The four ways in which a kernel meets the border of an image.
#pragma once

#include "core/indices.h"
#include "core/shape.h"
#include "reference/bilinear_form.h"

namespace convproof::reference {

enum class Border {
  kFull,      // Every place where kernel and image meet: X + K - 1.
  kSame,      // As many places as the image has: X; zeros outside.
  kValid,     // Every place where the kernel lies within the image: X - K + 1.
  kCircular,  // As many places as the image has: X; the image repeats outside.
};

/// `centre` is the tap, counted from 0 on each axis, that meets the pixel of interest; only kSame
/// and kCircular have one. Libraries take (K-1)/2, rounded up or down for even K.
struct ConvolutionForm {
  Border border = Border::kFull;
  Indices centre{};
};

/// The shape rule of convolution and cross_correlation: kernel and image on the same axes.
///   kFull X + K - 1,  kSame and kCircular X,  kValid X - K + 1 on each axis.
/// Throws: ShapeError, naming `op`, if the ranks differ, an extent is 0, a valid kernel is larger
/// than the image, or a centre is given where there is none, missing, or not a tap.
Shape convolution_y_shape(const char* op, const Shape& w, const Shape& x,
                          const ConvolutionForm& form);

/// y[t] = sum_k w[k] * x[pixel], in 0-based indices, where `pixel_of(axis, t, k)` gives the pixel
/// on each axis; it is taken modulo X where the border is a circle. Throws: ShapeError from the
/// shape rule.
BilinearForm plain_product(const char* op, const Shape& w, const Shape& x,
                           const ConvolutionForm& form,
                           std::function<Index(int axis, Index t, Index k)> pixel_of);

}  // namespace convproof::reference
