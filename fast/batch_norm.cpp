#include "fast/batch_norm.h"

#include <cmath>

#include "core/window.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fast/batch_norm.cpp"
#include "fast/per_isa.h"

#ifndef CONVPROOF_FAST_BATCH_NORM_LOOPS
#define CONVPROOF_FAST_BATCH_NORM_LOOPS
namespace convproof::fast {

template <typename T>
struct BatchNormLoops {
  Isa isa;
  void (*y)(const T* x, T a, T b, T* y, Index count);
  void (*dx)(const T* dy, T a, T* dx, Index count);
};

}  // namespace convproof::fast
#endif

HWY_BEFORE_NAMESPACE();
namespace convproof::fast::HWY_NAMESPACE {
namespace {

template <typename T>
void batch_norm_y(const T* x, T a, T b, T* y, Index count) {
  const Tag<T> d;
  const auto factor = hn::Set(d, a);
  const auto shift = hn::Set(d, b);
  map(
      count, y, [&](const auto& v) HWY_ATTR { return hn::MulAdd(v, factor, shift); }, x);
}

template <typename T>
void batch_norm_dx(const T* dy, T a, T* dx, Index count) {
  const auto factor = hn::Set(Tag<T>(), a);
  map(
      count, dx, [&](const auto& v) HWY_ATTR { return hn::Mul(v, factor); }, dy);
}

template <typename T>
constexpr BatchNormLoops<T> kLoops = {kIsa, batch_norm_y<T>, batch_norm_dx<T>};

}  // namespace
}  // namespace convproof::fast::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace convproof::fast {
namespace {

template <typename T>
T factor_of(T scale, T var, T epsilon) {
  return scale * (T(1) / std::sqrt(var + epsilon));
}

/// Maps are one thread's each, however small.
template <typename T, typename OnMap>
void for_each_map(const Shape& x, int threads, const OnMap& on_map) {
  const Index pixels = spatial(x).element_count();
  in_parts(x[0] * x[1], 1, threads, [&](const Part& maps) {
    for (Index map = maps.first; map < maps.last; ++map) on_map(map % x[1], map * pixels, pixels);
  });
}

}  // namespace

template <typename T>
Isa batch_norm(std::type_identity_t<TensorView<const T>> x,
               const std::type_identity_t<BatchNormChannels<T>>& channels,
               const std::type_identity_t<BatchNormParams<T>>& p, TensorView<T> y, int threads) {
  const auto& [scale, bias, mean, var] = channels;
  require_output(
      "batch_norm", "y", y.shape(),
      batch_norm_y_shape(x.shape(), scale.shape(), bias.shape(), mean.shape(), var.shape()));
  require_threads("batch_norm", threads);
  const BatchNormLoops<T>& loops = CONVPROOF_LOOPS(BatchNormLoops<T>, kLoops<T>);
  for_each_map<T>(x.shape(), threads, [&](Index c, Index first, Index pixels) {
    const T a = factor_of(channels.scale[c], channels.var[c], p.epsilon);
    const T b = channels.bias[c] - channels.mean[c] * a;
    loops.y(x.data() + first, a, b, y.data() + first, pixels);
  });
  return loops.isa;
}

template <typename T>
Isa batch_norm_dx(std::type_identity_t<TensorView<const T>> dy,
                  std::type_identity_t<TensorView<const T>> scale,
                  std::type_identity_t<TensorView<const T>> var,
                  const std::type_identity_t<BatchNormParams<T>>& p, TensorView<T> dx,
                  int threads) {
  // dx depends on neither x nor the mean: dy and the scale have the shapes that they would have.
  require_output(
      "batch_norm", "dx", dx.shape(),
      batch_norm_gradient_shape(dy.shape(), dy.shape(), scale.shape(), scale.shape(), var.shape()));
  require_threads("batch_norm", threads);
  const BatchNormLoops<T>& loops = CONVPROOF_LOOPS(BatchNormLoops<T>, kLoops<T>);
  for_each_map<T>(dy.shape(), threads, [&](Index c, Index first, Index pixels) {
    loops.dx(dy.data() + first, factor_of(scale[c], var[c], p.epsilon), dx.data() + first, pixels);
  });
  return loops.isa;
}

template <typename T>
Tensor<T> batch_norm(const Tensor<T>& x, const Tensor<T>& scale, const Tensor<T>& bias,
                     const Tensor<T>& mean, const Tensor<T>& var,
                     const std::type_identity_t<BatchNormParams<T>>& p, int threads) {
  Tensor<T> y(x.shape());
  batch_norm<T>(x, {scale, bias, mean, var}, p, TensorView<T>(y), threads);
  return y;
}

template <typename T>
Tensor<T> batch_norm_dx(const Tensor<T>& dy, const Tensor<T>& scale, const Tensor<T>& var,
                        const std::type_identity_t<BatchNormParams<T>>& p, int threads) {
  Tensor<T> dx(dy.shape());
  batch_norm_dx<T>(dy, scale, var, p, TensorView<T>(dx), threads);
  return dx;
}

#define CONVPROOF_INSTANTIATE_FAST_BATCH_NORM(T)                                                   \
  template Isa batch_norm<T>(std::type_identity_t<TensorView<const T>>,                            \
                             const std::type_identity_t<BatchNormChannels<T>>&,                    \
                             const std::type_identity_t<BatchNormParams<T>>&, TensorView<T>, int); \
  template Isa batch_norm_dx<T>(                                                                   \
      std::type_identity_t<TensorView<const T>>, std::type_identity_t<TensorView<const T>>,        \
      std::type_identity_t<TensorView<const T>>, const std::type_identity_t<BatchNormParams<T>>&,  \
      TensorView<T>, int);                                                                         \
  template Tensor<T> batch_norm<T>(const Tensor<T>&, const Tensor<T>&, const Tensor<T>&,           \
                                   const Tensor<T>&, const Tensor<T>&,                             \
                                   const std::type_identity_t<BatchNormParams<T>>&, int);          \
  template Tensor<T> batch_norm_dx<T>(const Tensor<T>&, const Tensor<T>&, const Tensor<T>&,        \
                                      const std::type_identity_t<BatchNormParams<T>>&, int);

CONVPROOF_INSTANTIATE_FAST_BATCH_NORM(float)
CONVPROOF_INSTANTIATE_FAST_BATCH_NORM(double)

}  // namespace convproof::fast
#endif
