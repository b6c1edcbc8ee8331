// The kernels in plain loops: for machines without vectors, and to test the others against.
#include <algorithm>
#include <cstddef>

#include "fast/kernels.h"

namespace convproof::fast {
namespace {

constexpr Isa kIsa = Isa::kScalar;
// A "vector" of four elements, which the compiler may or may not find.
constexpr int kLanes = 4;
constexpr int kRows = 4;
constexpr int kVectors = 2;

template <typename T>
constexpr Index lanes() {
  return kLanes;
}

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

/// Whether tap (u,v) of window (i,j) reads a pixel, and which one.
struct Reading {
  bool inside;
  Index pixel;
};
template <int stride>
Reading reading(const Windows3x3& g, Index i, Index j, Index t) {
  const Index h = stride * i + g.first_h + t / 3;
  const Index q = stride * j + g.first_w + t % 3;
  return {h >= 0 && h < g.height && q >= 0 && q < g.width, h * g.width + q};
}

template <typename T, int stride>
void depthwise_3x3(const Windows3x3& g, Index planes, const T* x, const T* w, const T* bias, T* y) {
  for (Index plane = 0; plane < planes; ++plane, x += g.height * g.width, w += 9) {
    for (Index i = 0; i < g.outputs_h; ++i) {
      for (Index j = 0; j < g.outputs_w; ++j) {
        T total = bias == nullptr ? T(0) : bias[plane];
        for (Index t = 0; t < 9; ++t) {
          const Reading from = reading<stride>(g, i, j, t);
          if (from.inside) total += w[t] * x[from.pixel];
        }
        *y++ = total;
      }
    }
  }
}

template <typename T, int stride>
void depthwise_3x3_dx(const Windows3x3& g, Index planes, const T* dy, const T* w, T* dx) {
  std::fill_n(dx, planes * g.height * g.width, T(0));
  for (Index plane = 0; plane < planes; ++plane, dx += g.height * g.width, w += 9) {
    for (Index i = 0; i < g.outputs_h; ++i) {
      for (Index j = 0; j < g.outputs_w; ++j, ++dy) {
        for (Index t = 0; t < 9; ++t) {
          const Reading to = reading<stride>(g, i, j, t);
          if (to.inside) dx[to.pixel] += w[t] * *dy;
        }
      }
    }
  }
}

template <typename T, int stride>
void depthwise_3x3_dw(const Windows3x3& g, Index planes, const T* dy, const T* x, T* dw) {
  for (Index plane = 0; plane < planes; ++plane, x += g.height * g.width, dw += 9) {
    for (Index i = 0; i < g.outputs_h; ++i) {
      for (Index j = 0; j < g.outputs_w; ++j, ++dy) {
        for (Index t = 0; t < 9; ++t) {
          const Reading from = reading<stride>(g, i, j, t);
          if (from.inside) dw[t] += *dy * x[from.pixel];
        }
      }
    }
  }
}

template <typename T>
constexpr auto depthwise_3x3_dx_stride1 = depthwise_3x3_dx<T, 1>;
template <typename T>
constexpr auto depthwise_3x3_dx_stride2 = depthwise_3x3_dx<T, 2>;

#include "fast/kernel_table-inl.h"

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
