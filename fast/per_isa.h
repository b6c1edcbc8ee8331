// Loops that are compiled once for every instruction set, and the choice among them at run time.
//
// A page NAME.cpp begins with its own header and then
//
//   #undef HWY_TARGET_INCLUDE
//   #define HWY_TARGET_INCLUDE "fast/NAME.cpp"
//   #include "fast/per_isa.h"
//
// writes its loops between HWY_BEFORE_NAMESPACE() and HWY_AFTER_NAMESPACE() in namespace
// convproof::fast::HWY_NAMESPACE, ends them with a table of type NameLoops<T> called kLoops<T>,
// whose first member is kIsa, and calls them under #if HWY_ONCE through
// CONVPROOF_LOOPS(NameLoops<T>, kLoops<T>). Threads are made there, around the loops: what OpenMP
// outlines is not sure to keep the instruction set.

// The sets of kernels_simd.cpp; and one plain version, a "vector" of one element, whatever the
// compiler.
#ifndef HWY_DISABLED_TARGETS
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_AVX3_DL)
#endif
#ifndef HWY_BROKEN_EMU128
#define HWY_BROKEN_EMU128 1
#endif
#include <hwy/foreach_target.h>
// After foreach_target.
#include <hwy/highway.h>

#ifndef CONVPROOF_FAST_PER_ISA_H
#define CONVPROOF_FAST_PER_ISA_H

#include <algorithm>
#include <array>
#include <cstddef>
#include <type_traits>
#include <utility>

#include "core/errors.h"
#include "fast/blocks.h"
#include "fast/isa.h"

#if HWY_TARGETS & HWY_SSE4
#define CONVPROOF_SSE4_LOOPS(...) &N_SSE4::__VA_ARGS__
#else
#define CONVPROOF_SSE4_LOOPS(...) nullptr
#endif
#if HWY_TARGETS & HWY_AVX2
#define CONVPROOF_AVX2_LOOPS(...) &N_AVX2::__VA_ARGS__
#else
#define CONVPROOF_AVX2_LOOPS(...) nullptr
#endif
#if HWY_TARGETS & HWY_AVX3
#define CONVPROOF_AVX3_LOOPS(...) &N_AVX3::__VA_ARGS__
#else
#define CONVPROOF_AVX3_LOOPS(...) nullptr
#endif

/// The loops for current_isa(), which is one that this machine and this build can run.
#define CONVPROOF_LOOPS(Loops, ...)                              \
  (*std::array<const Loops*, 4>{                                 \
      &N_SCALAR::__VA_ARGS__, CONVPROOF_SSE4_LOOPS(__VA_ARGS__), \
      CONVPROOF_AVX2_LOOPS(__VA_ARGS__),                         \
      CONVPROOF_AVX3_LOOPS(__VA_ARGS__)}[static_cast<std::size_t>(current_isa())])

namespace convproof::fast {

/// work(part) for [0, count) in one part per thread, cut at multiples of `grain`.
template <typename Work>
void in_parts(Index count, Index grain, int threads, const Work& work) {
  if (threads == 1) return work(Part{0, count});
#pragma omp parallel for schedule(static) num_threads(threads)
  for (int t = 0; t < threads; ++t) {
    const Part blocks = part_of(ceil_div(count, grain), t, threads);
    const Part part = {blocks.first * grain, std::min(blocks.last * grain, count)};
    if (part.first < part.last) work(part);
  }
}

/// Elements that one thread does not share with the next: two lines of cache, which are fetched
/// together.
template <typename T>
inline constexpr Index kGrain = Index{128} / static_cast<Index>(sizeof(T));

/// What every page asks of its number of threads.
inline void require_threads(const char* op, int threads) {
  if (threads < 1) throw ShapeError(op, "threads", "1 or more", text(threads));
}

/// What every page asks of the view that it writes.
inline void require_output(const char* op, const char* argument, const Shape& got,
                           const Shape& expected) {
  if (!(got == expected)) throw ShapeError(op, argument, text(expected), text(got));
}

}  // namespace convproof::fast

#endif  // CONVPROOF_FAST_PER_ISA_H

// Once per instruction set.
#if defined(CONVPROOF_FAST_PER_ISA_TOGGLE) == defined(HWY_TARGET_TOGGLE)
#ifdef CONVPROOF_FAST_PER_ISA_TOGGLE
#undef CONVPROOF_FAST_PER_ISA_TOGGLE
#else
#define CONVPROOF_FAST_PER_ISA_TOGGLE
#endif

HWY_BEFORE_NAMESPACE();
namespace convproof::fast::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

/// Said by the translation itself.
#if HWY_TARGET == HWY_SCALAR
constexpr Isa kIsa = Isa::kScalar;
#elif HWY_TARGET <= HWY_AVX3
constexpr Isa kIsa = Isa::kAvx512;
#elif HWY_TARGET == HWY_AVX2
constexpr Isa kIsa = Isa::kAvx2;
#else
constexpr Isa kIsa = Isa::kSse4;
#endif

template <typename T>
using Tag = hn::ScalableTag<T>;
template <typename T>
using Vector = hn::Vec<Tag<T>>;

template <typename T>
constexpr Index lanes() {
  return static_cast<Index>(HWY_LANES(T));
}

/// `count` elements, fewer than a vector, and zeros; nothing beyond them is read.
template <typename T>
HWY_INLINE Vector<T> load_few(const T* from, Index count) {
  const Tag<T> d;
#if HWY_MEM_OPS_MIGHT_FAULT
  HWY_ALIGN T buffer[static_cast<std::size_t>(lanes<T>())] = {};
  std::copy_n(from, count, buffer);
  return hn::Load(d, buffer);
#else
  return hn::MaskedLoad(hn::FirstN(d, static_cast<std::size_t>(count)), d, from);
#endif
}

/// Writes the first `count` elements, fewer than a vector, and nothing beyond them.
template <typename T>
HWY_INLINE void store_few(const Vector<T>& values, T* to, Index count) {
  const Tag<T> d;
#if HWY_MEM_OPS_MIGHT_FAULT
  HWY_ALIGN T buffer[static_cast<std::size_t>(lanes<T>())];
  hn::Store(values, d, buffer);
  std::copy_n(buffer, count, to);
#else
  hn::BlendedStore(values, hn::FirstN(d, static_cast<std::size_t>(count)), d, to);
#endif
}

/// A whole vector that begins with element `at`.
template <typename T>
struct Whole {
  HWY_INLINE Vector<T> load(const T* from) const { return hn::LoadU(Tag<T>(), from + at); }
  HWY_INLINE void store(const Vector<T>& values, T* to) const {
    hn::StoreU(values, Tag<T>(), to + at);
  }
  /// The values of the elements that exist, and `other` beyond them.
  HWY_INLINE Vector<T> existing(const Vector<T>& values, T) const { return values; }

  Index at;
};

/// The last `count` elements, fewer than a vector.
template <typename T>
struct Few {
  HWY_INLINE Vector<T> load(const T* from) const { return load_few(from + at, count); }
  HWY_INLINE void store(const Vector<T>& values, T* to) const {
    store_few<T>(values, to + at, count);
  }
  HWY_INLINE Vector<T> existing(const Vector<T>& values, T other) const {
    const Tag<T> d;
    return hn::IfThenElse(hn::FirstN(d, static_cast<std::size_t>(count)), values,
                          hn::Set(d, other));
  }

  Index at;
  Index count;
};

/// body(vector) for all vectors of `count` elements, `vector` being Whole or Few.
template <typename T, typename Body>
HWY_INLINE void for_each_vector(Index count, const Body& body) {
  Index i = 0;
  for (; i + lanes<T>() <= count; i += lanes<T>()) body(Whole<T>{i});
  if (i < count) body(Few<T>{i, count - i});
}

/// y[i] = f(x[i]...) for i < count, vector by vector.
template <typename T, typename F, typename... In>
HWY_INLINE void map(Index count, T* y, const F& f, const In*... x) {
  for_each_vector<T>(count,
                     [&](const auto& vector) HWY_ATTR { vector.store(f(vector.load(x)...), y); });
}

}  // namespace
}  // namespace convproof::fast::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif  // CONVPROOF_FAST_PER_ISA_TOGGLE
