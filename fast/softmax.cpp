#include "fast/softmax.h"

#include <array>
#include <bit>
#include <cstdint>
#include <limits>
#include <numbers>

#include "core/requirements.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fast/softmax.cpp"
#include "fast/per_isa.h"

#ifndef CONVPROOF_FAST_SOFTMAX_LOOPS
#define CONVPROOF_FAST_SOFTMAX_LOOPS
namespace convproof::fast {

/// `count` neighbouring lines of `length` elements, `step` elements from one to the next of a line;
/// count is 1 if step is.
struct Lines {
  Index length;
  Index step;
  Index count;
};

template <typename T>
struct SoftmaxLoops {
  Isa isa;
  void (*exp)(const T* x, T* y, Index count);
  void (*y)(const Lines& lines, const T* x, T* y);
  /// dx may be y.
  void (*dx_from_y)(const Lines& lines, const T* dy, const T* y, T* dx);
};

/// The numbers that exp is made of, all computed.
template <typename T>
struct ExpConstants {
  using Limits = std::numeric_limits<T>;
  using Bits = std::conditional_t<sizeof(T) == 4, std::int32_t, std::int64_t>;

  /// The last power of the series whose terms r^k/k!, |r| <= ln(2)/2, are u/8 or more.
  static constexpr int degree() {
    double term = 1;
    int k = 0;
    while (term >= static_cast<double>(Limits::epsilon()) / 16) {
      ++k;
      term *= std::numbers::ln2 / 2 / k;
    }
    return k - 1;
  }
  static constexpr int kDegree = degree();

  static constexpr std::array<T, kDegree + 1> inverse_factorials() {
    std::array<T, kDegree + 1> inverses{};
    long double factorial = 1;
    for (int k = 0; k <= kDegree; ++k) {
      factorial *= k == 0 ? 1 : k;
      inverses[static_cast<std::size_t>(k)] = static_cast<T>(1 / factorial);
    }
    return inverses;
  }
  static constexpr std::array<T, kDegree + 1> kInverseFactorials = inverse_factorials();

  /// exp of this is below half the smallest subnormal number: it rounds to 0.
  static constexpr T kLowest = static_cast<T>(
      static_cast<int>((Limits::min_exponent - Limits::digits - 1) * std::numbers::ln2) - 1);

  /// Adding it rounds to an integer, which then stands in the last bits.
  static constexpr T kRounder = T(3) / 2 / Limits::epsilon();

  /// ln(2) in two parts; multiples of the first by any n that occurs are exact.
  static constexpr T high() {
    constexpr int kBitsOfN = sizeof(T) == 4 ? 8 : 11;
    const Bits mask = -(Bits{1} << kBitsOfN);
    return std::bit_cast<T>(
        static_cast<Bits>(std::bit_cast<Bits>(static_cast<T>(std::numbers::ln2)) & mask));
  }
  static constexpr T kLn2High = high();
  static constexpr T kLn2Low = static_cast<T>(std::numbers::ln2_v<long double> - kLn2High);
  static constexpr T kLog2E = std::numbers::log2e_v<T>;

  static constexpr int kFractionBits = Limits::digits - 1;
  static constexpr Bits kBias = Limits::max_exponent - 1;
};

}  // namespace convproof::fast
#endif

HWY_BEFORE_NAMESPACE();
namespace convproof::fast::HWY_NAMESPACE {
namespace {

/// 2^n for n within the exponents of normal numbers.
template <typename T, typename V>
HWY_INLINE Vector<T> power_of_two(const V& n) {
  const hn::DFromV<V> d_bits;
  const auto biased = hn::Add(n, hn::Set(d_bits, ExpConstants<T>::kBias));
  return hn::BitCast(Tag<T>(), hn::ShiftLeft<ExpConstants<T>::kFractionBits>(biased));
}

/// exp(x) for x <= 0 or NaN.
template <typename T>
HWY_INLINE Vector<T> exponential(Vector<T> x) {
  using Constants = ExpConstants<T>;
  const Tag<T> d;
  const hn::RebindToSigned<decltype(d)> d_bits;
  const auto lowest = hn::Set(d, Constants::kLowest);
  // NaN is not below and stays.
  x = hn::IfThenElse(hn::Lt(x, lowest), lowest, x);
  const auto rounder = hn::Set(d, Constants::kRounder);
  const auto rounded = hn::MulAdd(x, hn::Set(d, Constants::kLog2E), rounder);
  const auto n = hn::Sub(rounded, rounder);
  auto r = hn::NegMulAdd(n, hn::Set(d, Constants::kLn2High), x);
  r = hn::NegMulAdd(n, hn::Set(d, Constants::kLn2Low), r);
  auto series = hn::Set(d, Constants::kInverseFactorials.back());
#pragma GCC unroll 16
  for (std::size_t k = Constants::kInverseFactorials.size() - 1; k > 0; --k) {
    series = hn::MulAdd(series, r, hn::Set(d, Constants::kInverseFactorials[k - 1]));
  }
  // In two steps, because 2^n itself may be subnormal, and then the result is rounded only once.
  const auto whole = hn::Sub(hn::BitCast(d_bits, rounded), hn::BitCast(d_bits, rounder));
  const auto half = hn::ShiftRight<1>(whole);
  return hn::Mul(hn::Mul(series, power_of_two<T>(half)), power_of_two<T>(hn::Sub(whole, half)));
}

template <typename T>
void exp_all(const T* x, T* y, Index count) {
  map(
      count, y, [](const auto& v) HWY_ATTR { return exponential<T>(v); }, x);
}

/// NaN may be lost: it makes itself heard in the sum.
template <typename V>
HWY_INLINE V larger(const V& a, const V& b) {
  return hn::IfThenElse(hn::Gt(a, b), a, b);
}

template <typename T>
void line_y(Index length, const T* x, T* y) {
  const Tag<T> d;
  auto maxima = hn::Set(d, -std::numeric_limits<T>::infinity());
  for_each_vector<T>(length, [&](const auto& vector) HWY_ATTR {
    const auto values = vector.existing(vector.load(x), -std::numeric_limits<T>::infinity());
    maxima = larger(values, maxima);
  });
  const auto maximum = hn::MaxOfLanes(d, maxima);
  auto sums = hn::Zero(d);
  for_each_vector<T>(length, [&](const auto& vector) HWY_ATTR {
    const auto e = exponential<T>(hn::Sub(vector.load(x), maximum));
    vector.store(e, y);
    sums = hn::Add(sums, vector.existing(e, T(0)));
  });
  const auto sum = hn::SumOfLanes(d, sums);
  for_each_vector<T>(length, [&](const auto& vector) HWY_ATTR {
    vector.store(hn::Div(vector.load(static_cast<const T*>(y)), sum), y);
  });
}

template <typename T>
void softmax_y(const Lines& lines, const T* x, T* y) {
  if (lines.step == 1) return line_y(lines.length, x, y);
  for_each_vector<T>(lines.count, [&](const auto& vector) HWY_ATTR {
    auto maximum = vector.load(x);
    for (Index k = 1; k < lines.length; ++k) {
      maximum = larger(vector.load(x + k * lines.step), maximum);
    }
    auto sum = hn::Zero(Tag<T>());
    for (Index k = 0; k < lines.length; ++k) {
      const auto e = exponential<T>(hn::Sub(vector.load(x + k * lines.step), maximum));
      vector.store(e, y + k * lines.step);
      sum = hn::Add(sum, e);
    }
    for (Index k = 0; k < lines.length; ++k) {
      T* const at = y + k * lines.step;
      vector.store(hn::Div(vector.load(static_cast<const T*>(at)), sum), at);
    }
  });
}

template <typename T>
void line_dx_from_y(Index length, const T* dy, const T* y, T* dx) {
  const Tag<T> d;
  auto sums = hn::Zero(d);
  for_each_vector<T>(length, [&](const auto& vector) HWY_ATTR {
    sums = hn::MulAdd(vector.load(y), vector.load(dy), sums);
  });
  const auto sum = hn::SumOfLanes(d, sums);
  for_each_vector<T>(length, [&](const auto& vector) HWY_ATTR {
    vector.store(hn::Mul(vector.load(y), hn::Sub(vector.load(dy), sum)), dx);
  });
}

template <typename T>
void softmax_dx_from_y(const Lines& lines, const T* dy, const T* y, T* dx) {
  if (lines.step == 1) return line_dx_from_y(lines.length, dy, y, dx);
  for_each_vector<T>(lines.count, [&](const auto& vector) HWY_ATTR {
    auto sum = hn::Zero(Tag<T>());
    for (Index k = 0; k < lines.length; ++k) {
      sum = hn::MulAdd(vector.load(y + k * lines.step), vector.load(dy + k * lines.step), sum);
    }
    for (Index k = 0; k < lines.length; ++k) {
      const auto difference = hn::Sub(vector.load(dy + k * lines.step), sum);
      vector.store(hn::Mul(vector.load(y + k * lines.step), difference), dx + k * lines.step);
    }
  });
}

template <typename T>
constexpr SoftmaxLoops<T> kLoops = {kIsa, exp_all<T>, softmax_y<T>, softmax_dx_from_y<T>};

}  // namespace
}  // namespace convproof::fast::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace convproof::fast {
namespace {

// Neighbouring lines that are worked on together: pieces that are worth fetching.
constexpr Index kBlockLines = 256;

/// on_lines(lines, first element) for all lines along the axis.
template <typename T, typename OnLines>
void for_each_lines(const Shape& x, const SoftmaxParams& p, int threads, const OnLines& on_lines) {
  const auto axis = static_cast<int>(p.axis < 0 ? p.axis + x.rank() : p.axis);
  const Index step = Shape(x.begin() + axis + 1, x.end()).element_count();
  const Index outer = Shape(x.begin(), x.begin() + axis).element_count();
  const Index blocks = ceil_div(step, kBlockLines);
  in_parts(outer * blocks, 1, threads, [&](const Part& jobs) {
    for (Index job = jobs.first; job < jobs.last; ++job) {
      const Index first = job % blocks * kBlockLines;
      on_lines(Lines{x[axis], step, std::min(kBlockLines, step - first)},
               job / blocks * x[axis] * step + first);
    }
  });
}

}  // namespace

template <typename T>
Isa exp_of_nonpositive(std::type_identity_t<TensorView<const T>> x, TensorView<T> y) {
  require_output("exp_of_nonpositive", "y", y.shape(), x.shape());
  const SoftmaxLoops<T>& loops = CONVPROOF_LOOPS(SoftmaxLoops<T>, kLoops<T>);
  loops.exp(x.data(), y.data(), x.size());
  return loops.isa;
}

template <typename T>
Isa softmax(std::type_identity_t<TensorView<const T>> x, const SoftmaxParams& p, TensorView<T> y,
            int threads) {
  require_output("softmax", "y", y.shape(), softmax_y_shape(x.shape(), p));
  require_threads("softmax", threads);
  const SoftmaxLoops<T>& loops = CONVPROOF_LOOPS(SoftmaxLoops<T>, kLoops<T>);
  for_each_lines<T>(x.shape(), p, threads, [&](const Lines& lines, Index first) {
    loops.y(lines, x.data() + first, y.data() + first);
  });
  return loops.isa;
}

template <typename T>
Isa softmax_dx_from_y(std::type_identity_t<TensorView<const T>> dy,
                      std::type_identity_t<TensorView<const T>> y, const SoftmaxParams& p,
                      TensorView<T> dx, int threads) {
  require_shape("softmax", "dy", dy.shape(), y.shape(), " (the shape of y)");
  require_output("softmax", "dx", dx.shape(), softmax_dx_shape(dy.shape(), y.shape(), p));
  require_threads("softmax", threads);
  const SoftmaxLoops<T>& loops = CONVPROOF_LOOPS(SoftmaxLoops<T>, kLoops<T>);
  for_each_lines<T>(y.shape(), p, threads, [&](const Lines& lines, Index first) {
    loops.dx_from_y(lines, dy.data() + first, y.data() + first, dx.data() + first);
  });
  return loops.isa;
}

template <typename T>
Isa softmax_dx(std::type_identity_t<TensorView<const T>> dy,
               std::type_identity_t<TensorView<const T>> x, const SoftmaxParams& p,
               TensorView<T> dx, int threads) {
  require_output("softmax", "dx", dx.shape(), softmax_dx_shape(dy.shape(), x.shape(), p));
  require_threads("softmax", threads);
  const SoftmaxLoops<T>& loops = CONVPROOF_LOOPS(SoftmaxLoops<T>, kLoops<T>);
  for_each_lines<T>(x.shape(), p, threads, [&](const Lines& lines, Index first) {
    loops.y(lines, x.data() + first, dx.data() + first);
    loops.dx_from_y(lines, dy.data() + first, dx.data() + first, dx.data() + first);
  });
  return loops.isa;
}

template <typename T>
Tensor<T> softmax(const Tensor<T>& x, const SoftmaxParams& p, int threads) {
  Tensor<T> y(softmax_y_shape(x.shape(), p));
  softmax<T>(x, p, TensorView<T>(y), threads);
  return y;
}

template <typename T>
Tensor<T> softmax_dx_from_y(const Tensor<T>& dy, const Tensor<T>& y, const SoftmaxParams& p,
                            int threads) {
  Tensor<T> dx(y.shape());
  softmax_dx_from_y<T>(dy, y, p, TensorView<T>(dx), threads);
  return dx;
}

template <typename T>
Tensor<T> softmax_dx(const Tensor<T>& dy, const Tensor<T>& x, const SoftmaxParams& p, int threads) {
  Tensor<T> dx(x.shape());
  softmax_dx<T>(dy, x, p, TensorView<T>(dx), threads);
  return dx;
}

#define CONVPROOF_INSTANTIATE_FAST_SOFTMAX(T)                                                   \
  template Isa exp_of_nonpositive<T>(std::type_identity_t<TensorView<const T>>, TensorView<T>); \
  template Isa softmax<T>(std::type_identity_t<TensorView<const T>>, const SoftmaxParams&,      \
                          TensorView<T>, int);                                                  \
  template Isa softmax_dx_from_y<T>(std::type_identity_t<TensorView<const T>>,                  \
                                    std::type_identity_t<TensorView<const T>>,                  \
                                    const SoftmaxParams&, TensorView<T>, int);                  \
  template Isa softmax_dx<T>(std::type_identity_t<TensorView<const T>>,                         \
                             std::type_identity_t<TensorView<const T>>, const SoftmaxParams&,   \
                             TensorView<T>, int);                                               \
  template Tensor<T> softmax<T>(const Tensor<T>&, const SoftmaxParams&, int);                   \
  template Tensor<T> softmax_dx_from_y<T>(const Tensor<T>&, const Tensor<T>&,                   \
                                          const SoftmaxParams&, int);                           \
  template Tensor<T> softmax_dx<T>(const Tensor<T>&, const Tensor<T>&, const SoftmaxParams&, int);

CONVPROOF_INSTANTIATE_FAST_SOFTMAX(float)
CONVPROOF_INSTANTIATE_FAST_SOFTMAX(double)

}  // namespace convproof::fast
#endif
