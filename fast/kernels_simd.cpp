// The kernels for every vector instruction set, each a translation of this one text.
#include "fast/kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fast/kernels_simd.cpp"
// Three sets are enough to be fast on every x86 of the last fifteen years; the others only cost
// compile time.
#ifndef HWY_DISABLED_TARGETS
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_AVX3_DL)
#endif
#include <hwy/foreach_target.h>
// After foreach_target.
#include <hwy/highway.h>

// The baseline has no vectors that Highway uses; kernels_scalar.cpp serves it.
#if HWY_TARGET != HWY_EMU128 && HWY_TARGET != HWY_SCALAR
#include "fast/kernels_3x3-inl.h"
#include "fast/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace convproof::fast::HWY_NAMESPACE {
namespace {

// Accumulators, one row of B and one element of A have to fit into the registers: 32 of them with
// AVX-512, 16 before, and without fma a product needs one, too.
#if HWY_TARGET <= HWY_AVX3
constexpr Isa kIsa = Isa::kAvx512;
constexpr int kRows = 8;
constexpr int kVectors = 3;
#elif HWY_TARGET == HWY_AVX2
constexpr Isa kIsa = Isa::kAvx2;
constexpr int kRows = 4;
constexpr int kVectors = 3;
#else
constexpr Isa kIsa = Isa::kSse4;
constexpr int kRows = 4;
constexpr int kVectors = 2;
#endif

/// A tile stays in registers over the whole depth: each step costs one load per vector of B and one
/// broadcast per row of A for rows*vectors multiply-adds.
template <typename T, int rows, int vectors>
void multiply_tile(const TileArguments<T>& tile) {
  const Tag<T> d;
  Vector<T> sums[rows][vectors];
  const T* a[rows];
#pragma GCC unroll 8
  for (int i = 0; i < rows; ++i) {
    a[i] = tile.a + i * tile.a_stride;
#pragma GCC unroll 3
    for (int j = 0; j < vectors; ++j) {
      if (tile.accumulate) {
        sums[i][j] = hn::LoadU(d, tile.c + i * tile.c_stride + j * lanes<T>());
      } else {
        sums[i][j] = hn::Set(d, tile.bias == nullptr ? T(0) : tile.bias[i]);
      }
    }
  }
  const T* b = tile.b;
  for (Index k = 0; k < tile.depth; ++k, b += vectors * lanes<T>()) {
    Vector<T> row[vectors];
#pragma GCC unroll 3
    for (int j = 0; j < vectors; ++j) row[j] = hn::Load(d, b + j * lanes<T>());
#pragma GCC unroll 8
    for (int i = 0; i < rows; ++i) {
      const auto factor = hn::Set(d, a[i][k]);
#pragma GCC unroll 3
      for (int j = 0; j < vectors; ++j) sums[i][j] = hn::MulAdd(factor, row[j], sums[i][j]);
    }
  }
#pragma GCC unroll 8
  for (int i = 0; i < rows; ++i) {
#pragma GCC unroll 3
    for (int j = 0; j < vectors; ++j) {
      hn::StoreU(sums[i][j], d, tile.c + i * tile.c_stride + j * lanes<T>());
    }
  }
}

template <typename T>
void expand(const BandReader<T>& from, const Segment* segments, Index segment_count, T* panel,
            Index width) {
  const Tag<T> d;
  for (Index c = 0; c < from.channels; ++c) {
    for (Index t = 0; t < from.taps; ++t, panel += width) {
      const T* const band = from.band + c * from.channel_stride + from.tap_offsets[t];
      for (Index s = 0; s < segment_count; ++s) {
        const Segment segment = segments[s];
        for (Index i = 0; i < segment.length; i += lanes<T>()) {
          hn::StoreU(hn::LoadU(d, band + segment.band + i), d, panel + segment.lane + i);
        }
      }
    }
  }
}

/// The rows share every broadcast weight, and their sums are independent chains of additions.
template <typename T, int rows>
void depthwise(const DepthwiseArguments<T>& from) {
  const Tag<T> d;
  for (Index j = 0; j < from.length; j += lanes<T>()) {
    Vector<T> sums[rows];
#pragma GCC unroll 4
    for (int r = 0; r < rows; ++r) sums[r] = hn::Set(d, from.bias);
    for (Index t = 0; t < from.taps; ++t) {
      const auto weight = hn::Set(d, from.a[t]);
      const T* const band = from.band + from.tap_offsets[t] + j;
#pragma GCC unroll 4
      for (int r = 0; r < rows; ++r) {
        sums[r] = hn::MulAdd(weight, hn::LoadU(d, band + r * from.band_row_stride), sums[r]);
      }
    }
#pragma GCC unroll 4
    for (int r = 0; r < rows; ++r) hn::StoreU(sums[r], d, from.c + r * from.c_row_stride + j);
  }
}

template <typename T, int taps>
void add_tap_sums(const TapSumsArguments<T>& from, Index first_tap) {
  const Tag<T> d;
  Vector<T> sums[taps];
  const T* bands[taps];
#pragma GCC unroll 4
  for (int t = 0; t < taps; ++t) {
    sums[t] = hn::Zero(d);
    bands[t] = from.band + from.tap_offsets[first_tap + t];
  }
  for (Index r = 0; r < from.rows; ++r) {
    const T* const a = from.a + r * from.a_row_stride;
    const Index row = r * from.band_row_stride;
    for (Index j = 0; j < from.length; j += lanes<T>()) {
      const auto factor = hn::LoadU(d, a + j);
#pragma GCC unroll 4
      for (int t = 0; t < taps; ++t) {
        sums[t] = hn::MulAdd(factor, hn::LoadU(d, bands[t] + row + j), sums[t]);
      }
    }
  }
#pragma GCC unroll 4
  for (int t = 0; t < taps; ++t) {
    from.sums[first_tap + t] += hn::GetLane(hn::SumOfLanes(d, sums[t]));
  }
}

template <typename T>
void tap_sums(const TapSumsArguments<T>& from) {
  Index t = 0;
  for (; t + 4 <= from.taps; t += 4) add_tap_sums<T, 4>(from, t);
  for (; t < from.taps; ++t) add_tap_sums<T, 1>(from, t);
}

template <typename T>
T sum(const T* values, Index count) {
  const Tag<T> d;
  Vector<T> sums[4] = {hn::Zero(d), hn::Zero(d), hn::Zero(d), hn::Zero(d)};
  Index i = 0;
  for (; i + 4 * lanes<T>() <= count; i += 4 * lanes<T>()) {
#pragma GCC unroll 4
    for (int j = 0; j < 4; ++j) {
      sums[j] = hn::Add(sums[j], hn::LoadU(d, values + i + j * lanes<T>()));
    }
  }
  const auto all = hn::Add(hn::Add(sums[0], sums[1]), hn::Add(sums[2], sums[3]));
  T total = hn::GetLane(hn::SumOfLanes(d, all));
  for (; i < count; ++i) total += values[i];
  return total;
}

#include "fast/kernel_table-inl.h"

}  // namespace

constexpr Kernels<float> kFloatKernels = make_kernels<float>();
constexpr Kernels<double> kDoubleKernels = make_kernels<double>();

}  // namespace convproof::fast::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif

#if HWY_ONCE
namespace convproof::fast {
namespace {

/// Picks the table of type T out of the two of a namespace.
template <typename T>
const Kernels<T>* pick(const Kernels<float>& f32, const Kernels<double>& f64) {
  if constexpr (std::is_same_v<T, float>) {
    return &f32;
  } else {
    return &f64;
  }
}

bool runs(std::int64_t target) {
  // Asked once: in a virtual machine every look at the processor's features costs microseconds.
  static const std::int64_t supported = hwy::SupportedTargets() & HWY_TARGETS;
  return (supported & target) != 0;
}

}  // namespace

template <typename T>
const Kernels<T>* kernels(Isa isa) {
  switch (isa) {
    case Isa::kScalar: return &detail::scalar_kernels<T>();
    case Isa::kSse4:
#if HWY_TARGETS & HWY_SSE4
      if (runs(HWY_SSE4)) return pick<T>(N_SSE4::kFloatKernels, N_SSE4::kDoubleKernels);
#endif
      return nullptr;
    case Isa::kAvx2:
#if HWY_TARGETS & HWY_AVX2
      if (runs(HWY_AVX2)) return pick<T>(N_AVX2::kFloatKernels, N_AVX2::kDoubleKernels);
#endif
      return nullptr;
    case Isa::kAvx512:
#if HWY_TARGETS & HWY_AVX3
      if (runs(HWY_AVX3)) return pick<T>(N_AVX3::kFloatKernels, N_AVX3::kDoubleKernels);
#endif
      return nullptr;
  }
  return nullptr;
}

template const Kernels<float>* kernels(Isa);
template const Kernels<double>* kernels(Isa);

}  // namespace convproof::fast
#endif
