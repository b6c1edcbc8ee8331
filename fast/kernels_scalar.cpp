// The kernels in plain loops: for machines without vectors, and to test the others against.
#include <algorithm>
#include <cstddef>

#include "fast/kernels.h"

namespace convproof::fast {
namespace {

// A "vector" of four elements, which the compiler may or may not find.
constexpr int kLanes = 4;
constexpr int kRows = 4;
constexpr int kVectors = 2;

template <typename T, int rows, int vectors>
void multiply_tile(const TileArguments<T>& tile) {
  constexpr int kWidth = vectors * kLanes;
  T sums[std::size_t{rows}][std::size_t{kWidth}];
  for (int i = 0; i < rows; ++i) {
    for (int j = 0; j < kWidth; ++j) {
      const T start = tile.bias == nullptr ? T(0) : tile.bias[i];
      sums[i][j] = tile.accumulate ? tile.c[i * tile.c_stride + j] : start;
    }
  }
  for (Index k = 0; k < tile.depth; ++k) {
    for (int i = 0; i < rows; ++i) {
      const T factor = tile.a[i * tile.a_stride + k];
      for (int j = 0; j < kWidth; ++j) sums[i][j] += factor * tile.b[k * kWidth + j];
    }
  }
  for (int i = 0; i < rows; ++i) std::copy_n(sums[i], kWidth, tile.c + i * tile.c_stride);
}

template <typename T>
void expand(const BandReader<T>& from, const Segment* segments, Index segment_count, T* panel,
            Index width) {
  for (Index c = 0; c < from.channels; ++c) {
    for (Index t = 0; t < from.taps; ++t, panel += width) {
      const T* const band = from.band + c * from.channel_stride + from.tap_offsets[t];
      for (Index s = 0; s < segment_count; ++s) {
        std::copy_n(band + segments[s].band, segments[s].length, panel + segments[s].lane);
      }
    }
  }
}

template <typename T, int rows>
void depthwise(const DepthwiseArguments<T>& from) {
  for (int r = 0; r < rows; ++r) {
    for (Index j = 0; j < from.length; ++j) {
      T total = from.bias;
      for (Index t = 0; t < from.taps; ++t) {
        total += from.a[t] * from.band[r * from.band_row_stride + from.tap_offsets[t] + j];
      }
      from.c[r * from.c_row_stride + j] = total;
    }
  }
}

template <typename T>
void tap_sums(const TapSumsArguments<T>& from) {
  for (Index t = 0; t < from.taps; ++t) {
    T total = T(0);
    for (Index r = 0; r < from.rows; ++r) {
      const T* const band = from.band + r * from.band_row_stride + from.tap_offsets[t];
      for (Index j = 0; j < from.length; ++j) total += from.a[r * from.a_row_stride + j] * band[j];
    }
    from.sums[t] += total;
  }
}

template <typename T>
T sum(const T* values, Index count) {
  T total = T(0);
  for (Index i = 0; i < count; ++i) total += values[i];
  return total;
}

template <typename T, int rows>
constexpr void set_row_of_tiles(Kernels<T>& table) {
  table.tiles[rows - 1][0] = multiply_tile<T, rows, 1>;
  table.tiles[rows - 1][1] = multiply_tile<T, rows, 2>;
  if constexpr (rows > 1) set_row_of_tiles<T, rows - 1>(table);
}

template <typename T>
constexpr Kernels<T> make_kernels() {
  Kernels<T> table{};
  table.isa = Isa::kScalar;
  table.lanes = kLanes;
  table.tile_rows = kRows;
  table.tile_vectors = kVectors;
  set_row_of_tiles<T, kRows>(table);
  table.expand = expand<T>;
  table.depthwise_row = depthwise<T, 1>;
  table.depthwise_rows = depthwise<T, kDepthwiseRows>;
  table.tap_sums = tap_sums<T>;
  table.sum = sum<T>;
  return table;
}

template <typename T>
constexpr Kernels<T> kTable = make_kernels<T>();

}  // namespace

namespace detail {

template <typename T>
const Kernels<T>& scalar_kernels() {
  return kTable<T>;
}

template const Kernels<float>& scalar_kernels();
template const Kernels<double>& scalar_kernels();

}  // namespace detail
}  // namespace convproof::fast
