// The innermost loops, one table of them per instruction set and scalar type.
#pragma once

#include "core/shape.h"
#include "fast/isa.h"

namespace convproof::fast {

/// `length` neighbouring pixels of an output row: where their windows start in the band, and their
/// first lane in the panel.
struct Segment {
  Index band;
  Index lane;
  Index length;
};

/// How windows read a band (see patches.h): element (c, t) of a window that starts at s is
/// band[s + c*channel_stride + tap_offsets[t]].
template <typename T>
struct BandReader {
  const T* band;
  Index channel_stride;
  Index channels;
  const Index* tap_offsets;
  Index taps;
};

/// One tile of C (+)= A*B: A has rows of depth `depth`, B is a panel of `depth` packed rows.
template <typename T>
struct TileArguments {
  Index depth;
  const T* a;
  Index a_stride;
  const T* b;
  T* c;
  Index c_stride;
  const T* bias;    // What the rows of C start from, or nullptr for 0; unused if `accumulate`.
  bool accumulate;  // C starts from what it holds.
};

/// kDepthwiseRows rows of one channel: c[r][j] = bias + sum_t a[t] * band[r][j + tap_offsets[t]].
template <typename T>
struct DepthwiseArguments {
  const T* band;
  Index band_row_stride;
  const Index* tap_offsets;
  Index taps;
  const T* a;
  T bias;
  T* c;
  Index c_row_stride;
  Index length;
};

/// sums[t] += sum_{r,j} a[r][j] * band[r][j + tap_offsets[t]] for all taps.
template <typename T>
struct TapSumsArguments {
  const T* a;
  Index a_row_stride;  // A whole number of vectors; zeros beyond `length`.
  const T* band;
  Index band_row_stride;
  const Index* tap_offsets;
  Index taps;
  Index rows;
  Index length;
  T* sums;
};

/// Windows of 3x3 adjacent taps on one channel, with the same stride on both axes: tap (u,v) of
/// window (i,j) reads pixel (stride*i + first_h + u, stride*j + first_w + v) of height x width.
struct Windows3x3 {
  Index height;
  Index width;
  Index outputs_h;
  Index outputs_w;
  Index first_h;
  Index first_w;
};

inline constexpr int kMaxTileRows = 8;
inline constexpr int kMaxTileVectors = 3;
inline constexpr int kDepthwiseRows = 4;

/// Vectors are written whole: what is copied or computed may extend this many elements too far in
/// scratch memory, never in a tensor.
inline constexpr Index kMaxLanes = 16;

template <typename T>
struct Kernels {
  using Tile = void (*)(const TileArguments<T>&);

  Isa isa;      // Said by the translation of the kernels themselves.
  Index lanes;  // Elements per vector.
  int tile_rows;
  int tile_vectors;
  /// tiles[rows-1][vectors-1] for tiles up to tile_rows x tile_vectors.
  Tile tiles[kMaxTileRows][kMaxTileVectors];

  /// Writes the windows of `segments` side by side: row (c, t) of the panel, `width` elements from
  /// the next, holds element (c, t) of every window. Writes up to kMaxLanes beyond each row, which
  /// the following row overwrites.
  void (*expand)(const BandReader<T>& from, const Segment* segments, Index segment_count, T* panel,
                 Index width);

  /// One row, and kDepthwiseRows rows at once. Whole vectors are written.
  void (*depthwise_row)(const DepthwiseArguments<T>&);
  void (*depthwise_rows)(const DepthwiseArguments<T>&);

  /// Whole vectors are read, also of the band.
  void (*tap_sums)(const TapSumsArguments<T>&);

  /// The sum of `count` elements.
  T (*sum)(const T* values, Index count);

  /// Depthwise with strides 1 and 2, [stride - 1], on `planes` channels that follow one another, as
  /// their 9 weights each do. They touch nothing but the elements of these channels.
  void (*depthwise_3x3[2])(const Windows3x3& g, Index planes, const T* x, const T* w, const T* bias,
                           T* y);  // bias: one per plane, or nullptr.
  void (*depthwise_3x3_dx[2])(const Windows3x3& g, Index planes, const T* dy, const T* w, T* dx);
  /// Adds to dw.
  void (*depthwise_3x3_dw[2])(const Windows3x3& g, Index planes, const T* dy, const T* x, T* dw);
};

/// The kernels of `isa`, or nullptr if this machine or this build cannot run them. T: float,
/// double.
template <typename T>
const Kernels<T>* kernels(Isa isa);

namespace detail {
template <typename T>
const Kernels<T>& scalar_kernels();
}  // namespace detail

}  // namespace convproof::fast
