// The two steps that pooling a row of outputs takes, once per instruction set: the rows that its
// windows read are combined into one, then its columns, whose windows overlap, are. Included after
// fast/per_isa.h. `Op` says how two vectors are combined and what to start with.

#ifndef CONVPROOF_FAST_POOL_ROWS_H
#define CONVPROOF_FAST_POOL_ROWS_H

#include "fast/kernels.h"
#include "fast/pool_axis.h"
#include "fast/workspace.h"

namespace convproof::fast {

/// Vectors may be read this many elements beyond a row in scratch memory: two of stride 2.
inline constexpr Index kRowSlack = 2 * kMaxLanes;

template <typename T>
struct PoolRowLoops {
  /// out[q] combines `count` rows, `step` apart, at q < width. At least one row.
  void (*columns)(const T* rows, Index step, Index count, Index width, T* out);
  /// y[j] combines the pixels of `row` that window j reads; up to kRowSlack more are read.
  void (*windows)(const T* row, const PoolAxis& axis, T* y);
};

/// Row i of the outputs of one map; false if its windows lie wholly in the padding above or below.
template <typename T>
bool pool_row(const PoolRowLoops<T>& loops, const PoolAxes& axes, const T* map, Index i, T* scratch,
              T* y) {
  const Part taps = axes.h.taps_inside(i);
  if (taps.first == taps.last) return false;
  const Index dilation = axes.h.window.dilation;
  const Index top = axes.h.first_pixel(i) + dilation * taps.first;
  loops.columns(map + top * axes.w.inputs, dilation * axes.w.inputs, taps.last - taps.first,
                axes.w.inputs, scratch);
  loops.windows(scratch, axes.w, y);
  return true;
}

/// A row in scratch memory for each thread; with `row_of(scratch, t)` thread t finds its own.
template <typename T>
struct RowsOfThreads {
  RowsOfThreads(Workspace& workspace, Scratch purpose, Index length, int threads)
      : size(padded_to_cache_line<T>(length + kRowSlack)),
        data(workspace.take<T>(purpose, size * threads)) {
    // What is read beyond a row is thrown away, but it has to be something.
    std::fill_n(data, size * threads, T(0));
  }
  T* row(Index thread) const { return data + thread * size; }

  Index size;
  T* data;
};

/// on_map(map, thread) for all maps, some for each thread.
template <typename OnMap>
void for_each_map(Index maps, int threads, const OnMap& on_map) {
  const auto run = [&](Index thread) {
    const Part part = part_of(maps, thread, threads);
    for (Index map = part.first; map < part.last; ++map) on_map(map, thread);
  };
  if (threads == 1) return run(0);
#pragma omp parallel for schedule(static) num_threads(threads)
  for (int thread = 0; thread < threads; ++thread) run(thread);
}

}  // namespace convproof::fast

#endif  // CONVPROOF_FAST_POOL_ROWS_H

// Once per instruction set.
#if defined(CONVPROOF_FAST_POOL_ROWS_TOGGLE) == defined(HWY_TARGET_TOGGLE)
#ifdef CONVPROOF_FAST_POOL_ROWS_TOGGLE
#undef CONVPROOF_FAST_POOL_ROWS_TOGGLE
#else
#define CONVPROOF_FAST_POOL_ROWS_TOGGLE
#endif

HWY_BEFORE_NAMESPACE();
namespace convproof::fast::HWY_NAMESPACE {
namespace {

/// from[0], from[stride], ... for stride 1 or 2; whole vectors are read.
template <typename T, int stride>
HWY_INLINE Vector<T> load_every(const T* from) {
  const Tag<T> d;
#if HWY_TARGET != HWY_SCALAR
  if constexpr (stride == 2) {
    return hn::ConcatEven(d, hn::LoadU(d, from + lanes<T>()), hn::LoadU(d, from));
  }
#endif
  return hn::LoadU(d, from);
}

template <typename T, typename Op>
void pool_columns(const T* rows, Index step, Index count, Index width, T* out) {
  const Tag<T> d;
  Index q = 0;
  for (; q + lanes<T>() <= width; q += lanes<T>()) {
    auto all = hn::LoadU(d, rows + q);
    for (Index r = 1; r < count; ++r) all = Op::combine(all, hn::LoadU(d, rows + r * step + q));
    hn::StoreU(all, d, out + q);
  }
  if (q == width) return;
  auto all = load_few(rows + q, width - q);
  for (Index r = 1; r < count; ++r)
    all = Op::combine(all, load_few(rows + r * step + q, width - q));
  // Scratch memory has room for whole vectors.
  hn::StoreU(all, d, out + q);
}

/// Outputs all of whose taps are inside; few of them may be fewer than a vector.
template <typename T, typename Op, int stride>
HWY_INLINE void pool_whole_windows(const T* row, const PoolAxis& axis, const Part& outputs, T* y) {
  const Tag<T> d;
  for (Index j = outputs.first; j < outputs.last; j += lanes<T>()) {
    const T* const from = row + axis.first_pixel(j);
    auto all = load_every<T, stride>(from);
    for (Index v = 1; v < axis.kernel; ++v) {
      all = Op::combine(all, load_every<T, stride>(from + v * axis.window.dilation));
    }
    if (j + lanes<T>() <= outputs.last) {
      hn::StoreU(all, d, y + j);
    } else {
      store_few<T>(all, y + j, outputs.last - j);
    }
  }
}

/// One output after the other, with the taps of each that are inside.
template <typename T, typename Op>
HWY_INLINE void pool_windows_singly(const T* row, const PoolAxis& axis, const Part& outputs, T* y) {
  for (Index j = outputs.first; j < outputs.last; ++j) {
    const Part taps = axis.taps_inside(j);
    const T* const from = row + axis.first_pixel(j);
    T all = Op::template nothing<T>();
    for (Index v = taps.first; v < taps.last; ++v) {
      all = Op::combine_two(all, from[v * axis.window.dilation]);
    }
    y[j] = all;
  }
}

template <typename T, typename Op>
void pool_windows(const T* row, const PoolAxis& axis, T* y) {
  const Part whole = axis.window.stride <= 2 ? axis.whole_outputs() : Part{0, 0};
  pool_windows_singly<T, Op>(row, axis, {0, whole.first}, y);
  if (axis.window.stride == 1) {
    pool_whole_windows<T, Op, 1>(row, axis, whole, y);
  } else {
    pool_whole_windows<T, Op, 2>(row, axis, whole, y);
  }
  pool_windows_singly<T, Op>(row, axis, {whole.last, axis.outputs}, y);
}

template <typename T, typename Op>
constexpr PoolRowLoops<T> kPoolRowLoops = {pool_columns<T, Op>, pool_windows<T, Op>};

}  // namespace
}  // namespace convproof::fast::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif  // CONVPROOF_FAST_POOL_ROWS_TOGGLE
