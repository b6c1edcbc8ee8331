#include "fast/max_pool.h"

#include <cstdint>
#include <limits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fast/max_pool.cpp"
#include "fast/per_isa.h"
// After per_isa.
#include "fast/pool_rows.h"

#ifndef CONVPROOF_FAST_MAX_POOL_LOOPS
#define CONVPROOF_FAST_MAX_POOL_LOOPS
namespace convproof::fast {

/// Numbers of taps, in vectors beside those of T.
template <typename T>
using TapOf = std::conditional_t<sizeof(T) == 4, std::int32_t, std::int64_t>;

/// The rows of pixels that a row of windows reads, one after the other in scratch memory.
template <typename T>
struct RowsOfWindows {
  const T* pixels;
  Index step;
  Index count;
};

template <typename T>
struct MaxPoolLoops {
  Isa isa;
  PoolRowLoops<T> rows;
  /// taps[j] = number of the tap, counted from the first row of `rows`, that reads the first
  /// maximum of window j, or -1 if it has no pixels. Up to kRowSlack more are read and written.
  void (*first_maxima)(const RowsOfWindows<T>& rows, const PoolAxis& axis, TapOf<T>* taps);
};

}  // namespace convproof::fast
#endif

HWY_BEFORE_NAMESPACE();
namespace convproof::fast::HWY_NAMESPACE {
namespace {

/// The first of the larger ones; the first NaN goes before every number.
struct Maximum {
  template <typename V>
  static HWY_INLINE auto keeps(const V& best, const V& x) {
    return hn::Or(hn::Ge(best, x), hn::IsNaN(best));
  }
  template <typename V>
  static HWY_INLINE V combine(const V& best, const V& x) {
    return hn::IfThenElse(keeps(best, x), best, x);
  }
  template <typename T>
  static HWY_INLINE bool keeps_one(T best, T x) {
    return best >= x || best != best;
  }
  template <typename T>
  static HWY_INLINE T combine_two(T best, T x) {
    return keeps_one(best, x) ? best : x;
  }
  template <typename T>
  static HWY_INLINE T nothing() {
    return -std::numeric_limits<T>::infinity();
  }
};

template <typename T, int stride>
HWY_INLINE void whole_first_maxima(const RowsOfWindows<T>& rows, const PoolAxis& axis,
                                   const Part& outputs, TapOf<T>* taps) {
  const Tag<T> d;
  const hn::RebindToSigned<decltype(d)> d_tap;
  for (Index j = outputs.first; j < outputs.last; j += lanes<T>()) {
    const T* from = rows.pixels + axis.first_pixel(j);
    auto best = load_every<T, stride>(from);
    auto place = hn::Zero(d_tap);
    for (Index r = 0; r < rows.count; ++r, from += rows.step) {
      for (Index v = 0; v < axis.kernel; ++v) {
        const auto x = load_every<T, stride>(from + v * axis.window.dilation);
        const auto keeps = Maximum::keeps(best, x);
        best = hn::IfThenElse(keeps, best, x);
        const auto tap = hn::Set(d_tap, static_cast<TapOf<T>>(r * axis.kernel + v));
        place = hn::IfThenElse(hn::RebindMask(d_tap, keeps), place, tap);
      }
    }
    hn::StoreU(place, d_tap, taps + j);
  }
}

template <typename T>
HWY_INLINE void first_maxima_singly(const RowsOfWindows<T>& rows, const PoolAxis& axis,
                                    const Part& outputs, TapOf<T>* taps) {
  for (Index j = outputs.first; j < outputs.last; ++j) {
    const Part inside = axis.taps_inside(j);
    const T* from = rows.pixels + axis.first_pixel(j);
    T best = T(0);
    Index place = -1;
    for (Index r = 0; r < rows.count; ++r, from += rows.step) {
      for (Index v = inside.first; v < inside.last; ++v) {
        const T x = from[v * axis.window.dilation];
        if (place != -1 && Maximum::keeps_one(best, x)) continue;
        best = x;
        place = r * axis.kernel + v;
      }
    }
    taps[j] = static_cast<TapOf<T>>(place);
  }
}

template <typename T>
void first_maxima(const RowsOfWindows<T>& rows, const PoolAxis& axis, TapOf<T>* taps) {
  const Part whole = axis.window.stride <= 2 ? axis.whole_outputs() : Part{0, 0};
  if (axis.window.stride == 1) {
    whole_first_maxima<T, 1>(rows, axis, whole, taps);
  } else {
    whole_first_maxima<T, 2>(rows, axis, whole, taps);
  }
  // After the vectors, which may be written too far.
  first_maxima_singly(rows, axis, {0, whole.first}, taps);
  first_maxima_singly(rows, axis, {whole.last, axis.outputs}, taps);
}

template <typename T>
constexpr MaxPoolLoops<T> kLoops = {kIsa, kPoolRowLoops<T, Maximum>, first_maxima<T>};

}  // namespace
}  // namespace convproof::fast::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace convproof::fast {
namespace {

/// The gradient of one map.
template <typename T>
class MaxPoolDx {
 public:
  MaxPoolDx(const MaxPoolLoops<T>& loops, const PoolAxes& axes, Workspace& workspace, int threads)
      : loops_(loops),
        axes_(axes),
        rows_(workspace, Scratch::kBand, axes.h.kernel * axes.w.inputs, threads),
        taps_(workspace.take<TapOf<T>>(Scratch::kSegments, taps_size() * threads)),
        offsets_(workspace.take<Index>(Scratch::kTapOffsets, axes.h.kernel * axes.w.kernel)) {
    for (Index u = 0; u < axes.h.kernel; ++u) {
      for (Index v = 0; v < axes.w.kernel; ++v) {
        offsets_[u * axes.w.kernel + v] =
            axes.h.window.dilation * u * axes.w.inputs + axes.w.window.dilation * v;
      }
    }
  }

  void run(const T* dy, const T* x, T* dx, Index thread) const {
    std::fill_n(dx, axes_.h.inputs * axes_.w.inputs, T(0));
    for (Index i = 0; i < axes_.h.outputs; ++i) {
      const Part inside = axes_.h.taps_inside(i);
      if (inside.first == inside.last) continue;
      const Index top = axes_.h.first_pixel(i) + axes_.h.window.dilation * inside.first;
      add_row(dy + i * axes_.w.outputs, x + top * axes_.w.inputs, inside.last - inside.first,
              dx + top * axes_.w.inputs, thread);
    }
  }

 private:
  Index taps_size() const { return padded_to_cache_line<TapOf<T>>(axes_.w.outputs + kRowSlack); }

  /// `x` and `dx` begin with the first row of pixels that these windows read.
  void add_row(const T* dy, const T* x, Index count, T* dx, Index thread) const {
    const Index width = axes_.w.inputs;
    T* const rows = rows_.row(thread);
    for (Index r = 0; r < count; ++r) {
      std::copy_n(x + r * axes_.h.window.dilation * width, width, rows + r * width);
    }
    TapOf<T>* const taps = taps_ + thread * taps_size();
    loops_.first_maxima({rows, width, count}, axes_.w, taps);
    for (Index j = 0; j < axes_.w.outputs; ++j) {
      if (taps[j] != -1) dx[axes_.w.first_pixel(j) + offsets_[taps[j]]] += dy[j];
    }
  }

  const MaxPoolLoops<T>& loops_;
  const PoolAxes& axes_;
  RowsOfThreads<T> rows_;
  TapOf<T>* taps_;
  Index* offsets_;  // What a tap reads, counted from what tap 0 reads.
};

}  // namespace

template <typename T>
Isa max_pool(std::type_identity_t<TensorView<const T>> x, const PoolParams& p, TensorView<T> y,
             Workspace& workspace, int threads) {
  const Shape shape = pool_y_shape(x.shape(), p, "max_pool");
  const PoolAxes axes = pool_axes("max_pool", x.shape(), shape, p);
  require_output("max_pool", "y", y.shape(), shape);
  require_threads("max_pool", threads);
  const MaxPoolLoops<T>& loops = CONVPROOF_LOOPS(MaxPoolLoops<T>, kLoops<T>);
  const RowsOfThreads<T> scratch(workspace, Scratch::kBand, axes.w.inputs, threads);
  for_each_map(shape[0] * shape[1], threads, [&](Index map, Index thread) {
    const T* const from = x.data() + map * axes.h.inputs * axes.w.inputs;
    T* to = y.data() + map * axes.h.outputs * axes.w.outputs;
    for (Index i = 0; i < axes.h.outputs; ++i, to += axes.w.outputs) {
      if (!pool_row(loops.rows, axes, from, i, scratch.row(thread), to)) {
        std::fill_n(to, axes.w.outputs, -std::numeric_limits<T>::infinity());
      }
    }
  });
  return loops.isa;
}

template <typename T>
Isa max_pool_dx(std::type_identity_t<TensorView<const T>> dy,
                std::type_identity_t<TensorView<const T>> x, const PoolParams& p, TensorView<T> dx,
                Workspace& workspace, int threads) {
  const Shape shape = pool_dx_shape(dy.shape(), x.shape(), p, "max_pool");
  const PoolAxes axes = pool_axes("max_pool", shape, dy.shape(), p);
  require_output("max_pool", "dx", dx.shape(), shape);
  require_threads("max_pool", threads);
  const MaxPoolLoops<T>& loops = CONVPROOF_LOOPS(MaxPoolLoops<T>, kLoops<T>);
  const MaxPoolDx<T> gradient(loops, axes, workspace, threads);
  for_each_map(shape[0] * shape[1], threads, [&](Index map, Index thread) {
    const Index pixels = map * axes.h.inputs * axes.w.inputs;
    gradient.run(dy.data() + map * axes.h.outputs * axes.w.outputs, x.data() + pixels,
                 dx.data() + pixels, thread);
  });
  return loops.isa;
}

template <typename T>
Tensor<T> max_pool(const Tensor<T>& x, const PoolParams& p, int threads) {
  Tensor<T> y(pool_y_shape(x.shape(), p, "max_pool"));
  Workspace workspace;
  max_pool<T>(x, p, TensorView<T>(y), workspace, threads);
  return y;
}

template <typename T>
Tensor<T> max_pool_dx(const Tensor<T>& dy, const Tensor<T>& x, const PoolParams& p, int threads) {
  Tensor<T> dx(pool_dx_shape(dy.shape(), x.shape(), p, "max_pool"));
  Workspace workspace;
  max_pool_dx<T>(dy, x, p, TensorView<T>(dx), workspace, threads);
  return dx;
}

#define CONVPROOF_INSTANTIATE_FAST_MAX_POOL(T)                                              \
  template Isa max_pool<T>(std::type_identity_t<TensorView<const T>>, const PoolParams&,    \
                           TensorView<T>, Workspace&, int);                                 \
  template Isa max_pool_dx<T>(std::type_identity_t<TensorView<const T>>,                    \
                              std::type_identity_t<TensorView<const T>>, const PoolParams&, \
                              TensorView<T>, Workspace&, int);                              \
  template Tensor<T> max_pool<T>(const Tensor<T>&, const PoolParams&, int);                 \
  template Tensor<T> max_pool_dx<T>(const Tensor<T>&, const Tensor<T>&, const PoolParams&, int);

CONVPROOF_INSTANTIATE_FAST_MAX_POOL(float)
CONVPROOF_INSTANTIATE_FAST_MAX_POOL(double)

}  // namespace convproof::fast
#endif
