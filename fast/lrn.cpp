#include "fast/lrn.h"

#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fast/lrn.cpp"
#include "fast/per_isa.h"

#ifndef CONVPROOF_FAST_LRN_LOOPS
#define CONVPROOF_FAST_LRN_LOOPS
namespace convproof::fast {

/// `count` neighbouring pixels of all channels of one image, `step` elements from one channel to
/// the next.
struct LrnBlock {
  Index channels;
  Index step;
  Index count;
};

template <typename T>
struct LrnLoops {
  Isa isa;
  void (*y)(const LrnBlock& block, const T* x, const LrnParams<T>& p, T* y);
  /// `products` has room for `count` elements of every channel.
  void (*dx)(const LrnBlock& block, const T* dy, const T* x, const LrnParams<T>& p, T* products,
             T* dx);
};

/// Channels [first, last) that stand at most `below` under c and `above` over it.
inline Part channels_around(Index c, Index below, Index above, Index channels) {
  return {std::max<Index>(c - below, 0), std::min<Index>(c + above + 1, channels)};
}

}  // namespace convproof::fast
#endif

HWY_BEFORE_NAMESPACE();
namespace convproof::fast::HWY_NAMESPACE {
namespace {

struct SquareRoot {
  template <typename T>
  HWY_INLINE Vector<T> operator()(const Vector<T>& s, T) const {
    return hn::Sqrt(s);
  }
};

struct ThreeQuarters {
  template <typename T>
  HWY_INLINE Vector<T> operator()(const Vector<T>& s, T) const {
    const auto root = hn::Sqrt(s);
    return hn::Mul(root, hn::Sqrt(root));
  }
};

struct Itself {
  template <typename T>
  HWY_INLINE Vector<T> operator()(const Vector<T>& s, T) const {
    return s;
  }
};

struct AnyPower {
  template <typename T>
  HWY_INLINE Vector<T> operator()(const Vector<T>& s, T beta) const {
    HWY_ALIGN T values[static_cast<std::size_t>(lanes<T>())];
    hn::Store(s, Tag<T>(), values);
    for (T& value : values) value = std::pow(value, beta);
    return hn::Load(Tag<T>(), values);
  }
};

/// run(power) with what raises a vector to `beta`.
template <typename T, typename Run>
HWY_INLINE void with_power_of(T beta, const Run& run) {
  if (beta == T(3) / 4) return run(ThreeQuarters());
  if (beta == T(1) / 2) return run(SquareRoot());
  if (beta == T(1)) return run(Itself());
  run(AnyPower());
}

/// bias + alpha/size * the sum of the squares in the region of channel c.
template <typename T, typename V>
HWY_INLINE Vector<T> energy(const LrnBlock& block, const T* x, const LrnParams<T>& p, Index c,
                            const V& vector) {
  const Tag<T> d;
  const Part region = channels_around(c, (p.size - 1) / 2, p.size / 2, block.channels);
  auto value = vector.load(x + region.first * block.step);
  auto sum = hn::Mul(value, value);
  for (Index other = region.first + 1; other < region.last; ++other) {
    value = vector.load(x + other * block.step);
    sum = hn::MulAdd(value, value, sum);
  }
  return hn::MulAdd(hn::Set(d, p.alpha / static_cast<T>(p.size)), sum, hn::Set(d, p.bias));
}

template <typename T>
void lrn_y(const LrnBlock& block, const T* x, const LrnParams<T>& p, T* y) {
  with_power_of(p.beta, [&](const auto& power) HWY_ATTR {
    for (Index c = 0; c < block.channels; ++c) {
      for_each_vector<T>(block.count, [&](const auto& vector) HWY_ATTR {
        const auto s = energy(block, x, p, c, vector);
        vector.store(hn::Div(vector.load(x + c * block.step), power(s, p.beta)),
                     y + c * block.step);
      });
    }
  });
}

/// dx = dy * s^-beta for now, and products = dy * x * s^(-beta-1).
template <typename T>
HWY_INLINE void lrn_dx_terms(const LrnBlock& block, const T* dy, const T* x, const LrnParams<T>& p,
                             T* products, T* dx) {
  with_power_of(p.beta, [&](const auto& power) HWY_ATTR {
    for (Index c = 0; c < block.channels; ++c) {
      const Index at = c * block.step;
      for_each_vector<T>(block.count, [&](const auto& vector) HWY_ATTR {
        const auto s = energy(block, x, p, c, vector);
        const auto divisor = power(s, p.beta);
        const auto g = vector.load(dy + at);
        vector.store(hn::Div(g, divisor), dx + at);
        vector.store(hn::Div(hn::Mul(g, vector.load(x + at)), hn::Mul(divisor, s)),
                     products + c * block.count);
      });
    }
  });
}

template <typename T>
void lrn_dx(const LrnBlock& block, const T* dy, const T* x, const LrnParams<T>& p, T* products,
            T* dx) {
  lrn_dx_terms(block, dy, x, p, products, dx);
  const auto factor = hn::Set(Tag<T>(), T(2) * p.alpha * p.beta / static_cast<T>(p.size));
  for (Index c = 0; c < block.channels; ++c) {
    const Index at = c * block.step;
    // c is in the region of these: the reach of a region, mirrored.
    const Part others = channels_around(c, p.size / 2, (p.size - 1) / 2, block.channels);
    for_each_vector<T>(block.count, [&](const auto& vector) HWY_ATTR {
      auto sum = vector.load(products + others.first * block.count);
      for (Index other = others.first + 1; other < others.last; ++other) {
        sum = hn::Add(sum, vector.load(products + other * block.count));
      }
      const auto weight = hn::Mul(factor, vector.load(x + at));
      vector.store(hn::NegMulAdd(weight, sum, vector.load(dx + at)), dx + at);
    });
  }
}

template <typename T>
constexpr LrnLoops<T> kLoops = {kIsa, lrn_y<T>, lrn_dx<T>};

}  // namespace
}  // namespace convproof::fast::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace convproof::fast {
namespace {

// So many pixels of a region's channels stay in the first-level cache, and are pieces that are
// worth fetching.
constexpr Index kBlockPixels = 256;

/// on_block(block, first element, thread) for blocks of pixels of all images.
template <typename OnBlock>
void for_each_block(const Shape& x, int threads, const OnBlock& on_block) {
  const Index pixels = Shape(x.begin() + 2, x.end()).element_count();
  const Index blocks = ceil_div(pixels, kBlockPixels);
  const auto run = [&](Index thread) {
    const Part jobs = part_of(x[0] * blocks, thread, threads);
    for (Index job = jobs.first; job < jobs.last; ++job) {
      const Index first = job % blocks * kBlockPixels;
      on_block(LrnBlock{x[1], pixels, std::min(kBlockPixels, pixels - first)},
               job / blocks * x[1] * pixels + first, thread);
    }
  };
  if (threads == 1) return run(0);
#pragma omp parallel for schedule(static) num_threads(threads)
  for (int thread = 0; thread < threads; ++thread) run(thread);
}

}  // namespace

template <typename T>
Isa lrn(std::type_identity_t<TensorView<const T>> x, const std::type_identity_t<LrnParams<T>>& p,
        TensorView<T> y, int threads) {
  require_output("lrn", "y", y.shape(), lrn_y_shape(x.shape(), p.size));
  require_threads("lrn", threads);
  const LrnLoops<T>& loops = CONVPROOF_LOOPS(LrnLoops<T>, kLoops<T>);
  for_each_block(x.shape(), threads, [&](const LrnBlock& block, Index first, Index) {
    loops.y(block, x.data() + first, p, y.data() + first);
  });
  return loops.isa;
}

template <typename T>
Isa lrn_dx(std::type_identity_t<TensorView<const T>> dy,
           std::type_identity_t<TensorView<const T>> x, const std::type_identity_t<LrnParams<T>>& p,
           TensorView<T> dx, Workspace& workspace, int threads) {
  require_output("lrn", "dx", dx.shape(), lrn_dx_shape(dy.shape(), x.shape(), p.size));
  require_threads("lrn", threads);
  const LrnLoops<T>& loops = CONVPROOF_LOOPS(LrnLoops<T>, kLoops<T>);
  const Index size = dx.shape()[1] * kBlockPixels;
  T* const products = workspace.take<T>(Scratch::kTile, size * threads);
  for_each_block(dx.shape(), threads, [&](const LrnBlock& block, Index first, Index thread) {
    loops.dx(block, dy.data() + first, x.data() + first, p, products + thread * size,
             dx.data() + first);
  });
  return loops.isa;
}

template <typename T>
Tensor<T> lrn(const Tensor<T>& x, const std::type_identity_t<LrnParams<T>>& p, int threads) {
  Tensor<T> y(lrn_y_shape(x.shape(), p.size));
  lrn<T>(x, p, TensorView<T>(y), threads);
  return y;
}

template <typename T>
Tensor<T> lrn_dx(const Tensor<T>& dy, const Tensor<T>& x,
                 const std::type_identity_t<LrnParams<T>>& p, int threads) {
  Tensor<T> dx(lrn_dx_shape(dy.shape(), x.shape(), p.size));
  Workspace workspace;
  lrn_dx<T>(dy, x, p, TensorView<T>(dx), workspace, threads);
  return dx;
}

#define CONVPROOF_INSTANTIATE_FAST_LRN(T)                                                      \
  template Isa lrn<T>(std::type_identity_t<TensorView<const T>>,                               \
                      const std::type_identity_t<LrnParams<T>>&, TensorView<T>, int);          \
  template Isa lrn_dx<T>(                                                                      \
      std::type_identity_t<TensorView<const T>>, std::type_identity_t<TensorView<const T>>,    \
      const std::type_identity_t<LrnParams<T>>&, TensorView<T>, Workspace&, int);              \
  template Tensor<T> lrn<T>(const Tensor<T>&, const std::type_identity_t<LrnParams<T>>&, int); \
  template Tensor<T> lrn_dx<T>(const Tensor<T>&, const Tensor<T>&,                             \
                               const std::type_identity_t<LrnParams<T>>&, int);

CONVPROOF_INSTANTIATE_FAST_LRN(float)
CONVPROOF_INSTANTIATE_FAST_LRN(double)

}  // namespace convproof::fast
#endif
