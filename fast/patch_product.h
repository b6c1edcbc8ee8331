// The product of a matrix and the windows of an image, which y and dx both are.
#pragma once

#include "fast/patches.h"

namespace convproof::fast {

/// Where the results go: pixel (n, i, j) of row m is
/// data[n*image_stride + m*row_stride + i*h_stride + j*w_stride].
template <typename T>
struct Pixels {
  T* data;
  Index image_stride;
  Index row_stride;
  Index h_stride;
  Index w_stride;
};

/// For every group g, row m of the group, and pixel (n, i, j):
///   out[g*rows + m](n,i,j) = bias[g*rows + m] + sum_{c,t} a[g*rows + m][c*taps + t] * patch(c,t),
/// where patch(c,t) is what tap t of the window of (n,i,j) reads of channel g*channels + c. Taps
/// are numbered row by row.
template <typename T>
struct PatchProduct {
  Axis h;
  Axis w;
  Images<T> in;
  Index images;  // At least 1.
  Index groups;
  Index channels;  // Per group.
  Index rows;      // Per group.
  const T* a;
  const T* bias;  // Or nullptr for zeros.
  Pixels<T> out;
};

/// Computes every element of the product; bitwise the same for every number of threads.
template <typename T>
void multiply_patches(const PatchProduct<T>& product, Workspace& workspace, int threads);

}  // namespace convproof::fast
