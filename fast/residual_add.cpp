#include "fast/residual_add.h"

#include "core/requirements.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fast/residual_add.cpp"
#include "fast/per_isa.h"

#ifndef CONVPROOF_FAST_RESIDUAL_ADD_LOOPS
#define CONVPROOF_FAST_RESIDUAL_ADD_LOOPS
namespace convproof::fast {

template <typename T>
struct ResidualAddLoops {
  Isa isa;
  void (*y)(const T* f, const T* x, T* y, Index count);
};

}  // namespace convproof::fast
#endif

HWY_BEFORE_NAMESPACE();
namespace convproof::fast::HWY_NAMESPACE {
namespace {

template <typename T>
void residual_add_y(const T* f, const T* x, T* y, Index count) {
  map(
      count, y, [](const auto& a, const auto& b) HWY_ATTR { return hn::Add(a, b); }, f, x);
}

template <typename T>
constexpr ResidualAddLoops<T> kLoops = {kIsa, residual_add_y<T>};

}  // namespace
}  // namespace convproof::fast::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace convproof::fast {

template <typename T>
Isa residual_add(std::type_identity_t<TensorView<const T>> f,
                 std::type_identity_t<TensorView<const T>> x, TensorView<T> y, int threads) {
  require_shape("residual_add", "f", f.shape(), x.shape(), " (the shape of x)");
  require_output("residual_add", "y", y.shape(), x.shape());
  require_threads("residual_add", threads);
  const ResidualAddLoops<T>& loops = CONVPROOF_LOOPS(ResidualAddLoops<T>, kLoops<T>);
  in_parts(x.size(), kGrain<T>, threads, [&](const Part& part) {
    loops.y(f.data() + part.first, x.data() + part.first, y.data() + part.first,
            part.last - part.first);
  });
  return loops.isa;
}

template <typename T>
Tensor<T> residual_add(const Tensor<T>& f, const Tensor<T>& x, int threads) {
  Tensor<T> y(x.shape());
  residual_add<T>(f, x, TensorView<T>(y), threads);
  return y;
}

#define CONVPROOF_INSTANTIATE_FAST_RESIDUAL_ADD(T)                                             \
  template Isa residual_add<T>(std::type_identity_t<TensorView<const T>>,                      \
                               std::type_identity_t<TensorView<const T>>, TensorView<T>, int); \
  template Tensor<T> residual_add<T>(const Tensor<T>&, const Tensor<T>&, int);

CONVPROOF_INSTANTIATE_FAST_RESIDUAL_ADD(float)
CONVPROOF_INSTANTIATE_FAST_RESIDUAL_ADD(double)

}  // namespace convproof::fast
#endif
