#include "fast/average_pool.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fast/average_pool.cpp"
#include "fast/per_isa.h"
// After per_isa.
#include "fast/pool_rows.h"

#ifndef CONVPROOF_FAST_AVERAGE_POOL_LOOPS
#define CONVPROOF_FAST_AVERAGE_POOL_LOOPS
namespace convproof::fast {

template <typename T>
struct AveragePoolLoops {
  Isa isa;
  PoolRowLoops<T> rows;
  /// y[j] = x[j] / (factor * divisors[j]).
  void (*divide)(const T* x, T factor, const T* divisors, T* y, Index count);
  /// to[q] += x[q].
  void (*add)(const T* x, T* to, Index count);
};

}  // namespace convproof::fast
#endif

HWY_BEFORE_NAMESPACE();
namespace convproof::fast::HWY_NAMESPACE {
namespace {

struct Sum {
  template <typename V>
  static HWY_INLINE V combine(const V& sum, const V& x) {
    return hn::Add(sum, x);
  }
  template <typename T>
  static HWY_INLINE T combine_two(T sum, T x) {
    return sum + x;
  }
  template <typename T>
  static HWY_INLINE T nothing() {
    return T(0);
  }
};

template <typename T>
void divide(const T* x, T factor, const T* divisors, T* y, Index count) {
  const auto all = hn::Set(Tag<T>(), factor);
  const auto quotient = [&](const auto& sum, const auto& divisor)
                            HWY_ATTR { return hn::Div(sum, hn::Mul(all, divisor)); };
  map(count, y, quotient, x, divisors);
}

template <typename T>
void add(const T* x, T* to, Index count) {
  const auto sum = [](const auto& a, const auto& b) HWY_ATTR { return hn::Add(a, b); };
  map<T>(count, to, sum, x, to);
}

template <typename T>
constexpr AveragePoolLoops<T> kLoops = {kIsa, kPoolRowLoops<T, Sum>, divide<T>, add<T>};

}  // namespace
}  // namespace convproof::fast::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace convproof::fast {
namespace {

/// How many cells the mean of output i counts along one axis; 1 where it counts none, for a sum of
/// nothing is 0 whatever it is divided by. Windows that hang over the padded image count less.
Index cells(const PoolAxis& axis, Index i, bool count_include_pad) {
  if (!count_include_pad) {
    const Part inside = axis.taps_inside(i);
    return std::max<Index>(inside.last - inside.first, 1);
  }
  PoolAxis padded = axis;
  padded.inputs += axis.window.before + axis.window.after;
  padded.window.before = 0;
  const Part inside = padded.taps_inside(i);
  return std::max<Index>(inside.last - inside.first, 1);
}

/// The divisors of the columns, in scratch memory: those of outputs are products of two.
template <typename T>
const T* column_divisors(const PoolAxes& axes, bool count_include_pad, Workspace& workspace) {
  T* const divisors = workspace.take<T>(Scratch::kWeights, axes.w.outputs);
  for (Index j = 0; j < axes.w.outputs; ++j) {
    divisors[j] = static_cast<T>(cells(axes.w, j, count_include_pad));
  }
  return divisors;
}

/// The gradient of one map.
template <typename T>
class AveragePoolDx {
 public:
  AveragePoolDx(const AveragePoolLoops<T>& loops, const PoolAxes& axes, bool count_include_pad,
                Workspace& workspace, int threads)
      : loops_(loops),
        axes_(axes),
        count_include_pad_(count_include_pad),
        divisors_(column_divisors<T>(axes, count_include_pad, workspace)),
        shares_(workspace, Scratch::kTile, axes.w.outputs, threads),
        spread_(workspace, Scratch::kBand, axes.w.inputs, threads) {}

  void run(const T* dy, T* dx, Index thread) const {
    std::fill_n(dx, axes_.h.inputs * axes_.w.inputs, T(0));
    for (Index i = 0; i < axes_.h.outputs; ++i, dy += axes_.w.outputs) {
      const Part inside = axes_.h.taps_inside(i);
      if (inside.first == inside.last) continue;
      spread_row(dy, static_cast<T>(cells(axes_.h, i, count_include_pad_)), thread);
      for (Index u = inside.first; u < inside.last; ++u) {
        const Index h = axes_.h.first_pixel(i) + axes_.h.window.dilation * u;
        loops_.add(spread_.row(thread), dx + h * axes_.w.inputs, axes_.w.inputs);
      }
    }
  }

 private:
  /// What one row of outputs gives to each row of pixels that it reads.
  void spread_row(const T* dy, T factor, Index thread) const {
    const PoolAxis& axis = axes_.w;
    T* const shares = shares_.row(thread);
    T* const spread = spread_.row(thread);
    loops_.divide(dy, factor, divisors_, shares, axis.outputs);
    std::fill_n(spread, axis.inputs, T(0));
    const Part whole = axis.whole_outputs();
    for (Index j = 0; j < axis.outputs; ++j) {
      // The vectors below serve these.
      if (axis.window.stride == 1 && j >= whole.first && j < whole.last) continue;
      const Part inside = axis.taps_inside(j);
      T* const to = spread + axis.first_pixel(j);
      for (Index v = inside.first; v < inside.last; ++v) to[v * axis.window.dilation] += shares[j];
    }
    if (axis.window.stride != 1) return;
    T* const to = spread + axis.first_pixel(whole.first);
    for (Index v = 0; v < axis.kernel; ++v) {
      loops_.add(shares + whole.first, to + v * axis.window.dilation, whole.last - whole.first);
    }
  }

  const AveragePoolLoops<T>& loops_;
  const PoolAxes& axes_;
  bool count_include_pad_;
  const T* divisors_;
  RowsOfThreads<T> shares_;
  RowsOfThreads<T> spread_;
};

}  // namespace

template <typename T>
Isa average_pool(std::type_identity_t<TensorView<const T>> x, const AveragePoolParams& p,
                 TensorView<T> y, Workspace& workspace, int threads) {
  const Shape shape = pool_y_shape(x.shape(), p.window, "average_pool");
  const PoolAxes axes = pool_axes("average_pool", x.shape(), shape, p.window);
  require_output("average_pool", "y", y.shape(), shape);
  require_threads("average_pool", threads);
  const AveragePoolLoops<T>& loops = CONVPROOF_LOOPS(AveragePoolLoops<T>, kLoops<T>);
  const RowsOfThreads<T> columns(workspace, Scratch::kBand, axes.w.inputs, threads);
  const RowsOfThreads<T> sums(workspace, Scratch::kTile, axes.w.outputs, threads);
  const T* const divisors = column_divisors<T>(axes, p.count_include_pad, workspace);
  for_each_map(shape[0] * shape[1], threads, [&](Index map, Index thread) {
    const T* const from = x.data() + map * axes.h.inputs * axes.w.inputs;
    T* to = y.data() + map * axes.h.outputs * axes.w.outputs;
    for (Index i = 0; i < axes.h.outputs; ++i, to += axes.w.outputs) {
      T* const row = sums.row(thread);
      if (pool_row(loops.rows, axes, from, i, columns.row(thread), row)) {
        const auto factor = static_cast<T>(cells(axes.h, i, p.count_include_pad));
        loops.divide(row, factor, divisors, to, axes.w.outputs);
      } else {
        std::fill_n(to, axes.w.outputs, T(0));
      }
    }
  });
  return loops.isa;
}

template <typename T>
Isa average_pool_dx(std::type_identity_t<TensorView<const T>> dy, const AveragePoolParams& p,
                    TensorView<T> dx, Workspace& workspace, int threads) {
  const Shape shape = pool_dx_shape(dy.shape(), dx.shape(), p.window, "average_pool");
  const PoolAxes axes = pool_axes("average_pool", shape, dy.shape(), p.window);
  require_threads("average_pool", threads);
  const AveragePoolLoops<T>& loops = CONVPROOF_LOOPS(AveragePoolLoops<T>, kLoops<T>);
  const AveragePoolDx<T> gradient(loops, axes, p.count_include_pad, workspace, threads);
  for_each_map(shape[0] * shape[1], threads, [&](Index map, Index thread) {
    gradient.run(dy.data() + map * axes.h.outputs * axes.w.outputs,
                 dx.data() + map * axes.h.inputs * axes.w.inputs, thread);
  });
  return loops.isa;
}

template <typename T>
Tensor<T> average_pool(const Tensor<T>& x, const AveragePoolParams& p, int threads) {
  Tensor<T> y(pool_y_shape(x.shape(), p.window, "average_pool"));
  Workspace workspace;
  average_pool<T>(x, p, TensorView<T>(y), workspace, threads);
  return y;
}

template <typename T>
Tensor<T> average_pool_dx(const Tensor<T>& dy, const Shape& x_shape, const AveragePoolParams& p,
                          int threads) {
  Tensor<T> dx(pool_dx_shape(dy.shape(), x_shape, p.window, "average_pool"));
  Workspace workspace;
  average_pool_dx<T>(dy, p, TensorView<T>(dx), workspace, threads);
  return dx;
}

#define CONVPROOF_INSTANTIATE_FAST_AVERAGE_POOL(T)                                                \
  template Isa average_pool<T>(std::type_identity_t<TensorView<const T>>,                         \
                               const AveragePoolParams&, TensorView<T>, Workspace&, int);         \
  template Isa average_pool_dx<T>(std::type_identity_t<TensorView<const T>>,                      \
                                  const AveragePoolParams&, TensorView<T>, Workspace&, int);      \
  template Tensor<T> average_pool<T>(const Tensor<T>&, const AveragePoolParams&, int);            \
  template Tensor<T> average_pool_dx<T>(const Tensor<T>&, const Shape&, const AveragePoolParams&, \
                                        int);

CONVPROOF_INSTANTIATE_FAST_AVERAGE_POOL(float)
CONVPROOF_INSTANTIATE_FAST_AVERAGE_POOL(double)

}  // namespace convproof::fast
#endif
