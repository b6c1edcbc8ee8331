// The products of two images' channels summed over their pixels, which dw is.
#pragma once

#include "fast/patches.h"

namespace convproof::fast {

/// For every group g, row m of the group, channel c and tap t:
///   out[g*rows + m][c*taps + t] = sum_{n,i,j} a[g*rows + m](n,i,j) * patch(c,t),
/// where patch(c,t) is what tap t of the window of (n,i,j) reads of channel g*channels + c.
template <typename T>
struct PixelProduct {
  Axis h;
  Axis w;
  Images<T> in;
  Images<T> a;  // Its channels are the rows; as many pixels as the axes have outputs.
  Index images;
  Index groups;
  Index channels;  // Per group.
  Index rows;      // Per group.
  T* out;
};

/// Computes every element of the product; bitwise the same for every number of threads.
template <typename T>
void multiply_pixels(const PixelProduct<T>& product, Workspace& workspace, int threads);

}  // namespace convproof::fast
