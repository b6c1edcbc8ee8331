// Products with the windows of one channel each: too little work per window to pack it first.
#pragma once

#include "fast/patch_product.h"
#include "fast/pixel_product.h"

namespace convproof::fast {

/// Rows per group up to which reading the band once per row beats packing panels for them.
/// Measured with 3x3 kernels on 14x14 and 56x56 pixels: with 4 rows both are even on AVX-512.
inline constexpr Index kMostDepthwiseRows = 3;

/// Same contract as multiply_patches, for one channel per group.
template <typename T>
void multiply_patches_depthwise(const PatchProduct<T>& product, const Kernels<T>& kernels,
                                Workspace& workspace, int threads);

/// Same contract as multiply_pixels, for one channel per group.
template <typename T>
void multiply_pixels_depthwise(const PixelProduct<T>& product, const Kernels<T>& kernels,
                               Workspace& workspace, int threads);

}  // namespace convproof::fast
