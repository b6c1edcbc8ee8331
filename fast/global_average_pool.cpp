#include "fast/global_average_pool.h"

#include "core/window.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fast/global_average_pool.cpp"
#include "fast/per_isa.h"

#ifndef CONVPROOF_FAST_GLOBAL_AVERAGE_POOL_LOOPS
#define CONVPROOF_FAST_GLOBAL_AVERAGE_POOL_LOOPS
namespace convproof::fast {

template <typename T>
struct GlobalAveragePoolLoops {
  Isa isa;
  T (*sum)(const T* x, Index count);
  void (*fill)(T value, T* to, Index count);
};

}  // namespace convproof::fast
#endif

HWY_BEFORE_NAMESPACE();
namespace convproof::fast::HWY_NAMESPACE {
namespace {

/// Four chains of additions, because one alone waits for each of its additions.
template <typename T>
T sum(const T* x, Index count) {
  const Tag<T> d;
  Vector<T> sums[4] = {hn::Zero(d), hn::Zero(d), hn::Zero(d), hn::Zero(d)};
  Index i = 0;
  for (; i + 4 * lanes<T>() <= count; i += 4 * lanes<T>()) {
#pragma GCC unroll 4
    for (int k = 0; k < 4; ++k) sums[k] = hn::Add(sums[k], hn::LoadU(d, x + i + k * lanes<T>()));
  }
  for (; i + lanes<T>() <= count; i += lanes<T>()) sums[0] = hn::Add(sums[0], hn::LoadU(d, x + i));
  if (i < count) sums[1] = hn::Add(sums[1], load_few(x + i, count - i));
  const auto all = hn::Add(hn::Add(sums[0], sums[1]), hn::Add(sums[2], sums[3]));
  return hn::GetLane(hn::SumOfLanes(d, all));
}

template <typename T>
void fill(T value, T* to, Index count) {
  const auto all = hn::Set(Tag<T>(), value);
  Index i = 0;
  for (; i + lanes<T>() <= count; i += lanes<T>()) hn::StoreU(all, Tag<T>(), to + i);
  if (i < count) store_few<T>(all, to + i, count - i);
}

template <typename T>
constexpr GlobalAveragePoolLoops<T> kLoops = {kIsa, sum<T>, fill<T>};

}  // namespace
}  // namespace convproof::fast::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace convproof::fast {

template <typename T>
Isa global_average_pool(std::type_identity_t<TensorView<const T>> x, TensorView<T> y, int threads) {
  const char* const op = "global_average_pool";
  require_output(op, "y", y.shape(), global_pool_y_shape(x.shape(), op));
  require_threads(op, threads);
  const auto& loops = CONVPROOF_LOOPS(GlobalAveragePoolLoops<T>, kLoops<T>);
  const Index pixels = spatial(x.shape()).element_count();
  in_parts(y.size(), kGrain<T>, threads, [&](const Part& maps) {
    for (Index map = maps.first; map < maps.last; ++map) {
      y[map] = loops.sum(x.data() + map * pixels, pixels) / static_cast<T>(pixels);
    }
  });
  return loops.isa;
}

template <typename T>
Isa global_average_pool_dx(std::type_identity_t<TensorView<const T>> dy, TensorView<T> dx,
                           int threads) {
  const char* const op = "global_average_pool";
  (void)global_pool_dx_shape(dy.shape(), dx.shape(), op);
  require_threads(op, threads);
  const auto& loops = CONVPROOF_LOOPS(GlobalAveragePoolLoops<T>, kLoops<T>);
  const Index pixels = spatial(dx.shape()).element_count();
  in_parts(dy.size(), 1, threads, [&](const Part& maps) {
    for (Index map = maps.first; map < maps.last; ++map) {
      loops.fill(dy[map] / static_cast<T>(pixels), dx.data() + map * pixels, pixels);
    }
  });
  return loops.isa;
}

template <typename T>
Tensor<T> global_average_pool(const Tensor<T>& x, int threads) {
  Tensor<T> y(global_pool_y_shape(x.shape(), "global_average_pool"));
  global_average_pool<T>(x, TensorView<T>(y), threads);
  return y;
}

template <typename T>
Tensor<T> global_average_pool_dx(const Tensor<T>& dy, const Shape& x_shape, int threads) {
  Tensor<T> dx(global_pool_dx_shape(dy.shape(), x_shape, "global_average_pool"));
  global_average_pool_dx<T>(dy, TensorView<T>(dx), threads);
  return dx;
}

#define CONVPROOF_INSTANTIATE_FAST_GLOBAL_AVERAGE_POOL(T)                                          \
  template Isa global_average_pool<T>(std::type_identity_t<TensorView<const T>>, TensorView<T>,    \
                                      int);                                                        \
  template Isa global_average_pool_dx<T>(std::type_identity_t<TensorView<const T>>, TensorView<T>, \
                                         int);                                                     \
  template Tensor<T> global_average_pool<T>(const Tensor<T>&, int);                                \
  template Tensor<T> global_average_pool_dx<T>(const Tensor<T>&, const Shape&, int);

CONVPROOF_INSTANTIATE_FAST_GLOBAL_AVERAGE_POOL(float)
CONVPROOF_INSTANTIATE_FAST_GLOBAL_AVERAGE_POOL(double)

}  // namespace convproof::fast
#endif
