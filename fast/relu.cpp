#include "fast/relu.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fast/relu.cpp"
#include "fast/per_isa.h"

#ifndef CONVPROOF_FAST_RELU_LOOPS
#define CONVPROOF_FAST_RELU_LOOPS
namespace convproof::fast {

template <typename T>
struct ReluLoops {
  Isa isa;
  void (*y)(const T* x, T* y, Index count);
  void (*dx)(const T* dy, const T* x, T* dx, Index count);
};

}  // namespace convproof::fast
#endif

HWY_BEFORE_NAMESPACE();
namespace convproof::fast::HWY_NAMESPACE {
namespace {

/// NaN is not at most 0, so it goes through.
template <typename V>
HWY_INLINE V rectified(const V& x) {
  return hn::IfThenZeroElse(hn::Le(x, hn::Zero(hn::DFromV<V>())), x);
}

template <typename T>
void relu_y(const T* x, T* y, Index count) {
  map(
      count, y, [](const auto& v) HWY_ATTR { return rectified(v); }, x);
}

template <typename T>
void relu_dx(const T* dy, const T* x, T* dx, Index count) {
  const auto chosen = [](const auto& g, const auto& v) HWY_ATTR {
    return hn::IfThenElse(hn::Gt(v, hn::Zero(Tag<T>())), g, rectified(v));
  };
  map(count, dx, chosen, dy, x);
}

template <typename T>
constexpr ReluLoops<T> kLoops = {kIsa, relu_y<T>, relu_dx<T>};

}  // namespace
}  // namespace convproof::fast::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace convproof::fast {

template <typename T>
Isa relu(std::type_identity_t<TensorView<const T>> x, TensorView<T> y, int threads) {
  require_output("relu", "y", y.shape(), x.shape());
  require_threads("relu", threads);
  const ReluLoops<T>& loops = CONVPROOF_LOOPS(ReluLoops<T>, kLoops<T>);
  in_parts(x.size(), kGrain<T>, threads, [&](const Part& part) {
    loops.y(x.data() + part.first, y.data() + part.first, part.last - part.first);
  });
  return loops.isa;
}

template <typename T>
Isa relu_dx(std::type_identity_t<TensorView<const T>> dy,
            std::type_identity_t<TensorView<const T>> x, TensorView<T> dx, int threads) {
  require_output("relu", "dx", dx.shape(), activation_dx_shape(dy.shape(), x.shape(), "relu"));
  require_threads("relu", threads);
  const ReluLoops<T>& loops = CONVPROOF_LOOPS(ReluLoops<T>, kLoops<T>);
  in_parts(x.size(), kGrain<T>, threads, [&](const Part& part) {
    loops.dx(dy.data() + part.first, x.data() + part.first, dx.data() + part.first,
             part.last - part.first);
  });
  return loops.isa;
}

template <typename T>
Tensor<T> relu(const Tensor<T>& x, int threads) {
  Tensor<T> y(x.shape());
  relu<T>(x, TensorView<T>(y), threads);
  return y;
}

template <typename T>
Tensor<T> relu_dx(const Tensor<T>& dy, const Tensor<T>& x, int threads) {
  Tensor<T> dx(activation_dx_shape(dy.shape(), x.shape(), "relu"));
  relu_dx<T>(dy, x, TensorView<T>(dx), threads);
  return dx;
}

#define CONVPROOF_INSTANTIATE_FAST_RELU(T)                                                \
  template Isa relu<T>(std::type_identity_t<TensorView<const T>>, TensorView<T>, int);    \
  template Isa relu_dx<T>(std::type_identity_t<TensorView<const T>>,                      \
                          std::type_identity_t<TensorView<const T>>, TensorView<T>, int); \
  template Tensor<T> relu<T>(const Tensor<T>&, int);                                      \
  template Tensor<T> relu_dx<T>(const Tensor<T>&, const Tensor<T>&, int);

CONVPROOF_INSTANTIATE_FAST_RELU(float)
CONVPROOF_INSTANTIATE_FAST_RELU(double)

}  // namespace convproof::fast
#endif
