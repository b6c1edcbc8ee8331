// dx of layers with few input channels, such as the first of a network.
#pragma once

#include "fast/patches.h"

namespace convproof::fast {

/// The channels per group up to which dx is made by col2im. More of them fill the rows of a tile by
/// themselves, and the windows of dy are packed for enough rows to be worth it.
inline constexpr Index kFewChannels = 3;

/// What dx is made of; the axes are those of the forward pass.
template <typename T>
struct ScatteredProduct {
  Axis h;
  Axis w;
  Images<T> dy;
  const T* weights;  // [outputs][channels][taps] of every group.
  Index images;
  Index groups;
  Index channels;  // Per group.
  Index outputs;   // Per group.
  T* dx;
};

/// Computes every element of dx; bitwise the same for every number of threads.
///
/// The products of all taps with a strip of dy are one matrix, [channels*taps][pixels], as deep as
/// there are outputs; its rows are added to the pixels that their taps read. The taps fill the
/// tiles that few channels leave empty.
template <typename T>
void multiply_and_scatter(const ScatteredProduct<T>& product, Workspace& workspace, int threads);

}  // namespace convproof::fast
