// Vectors of one instruction set, whole or in part: read again for every instruction set.
#if defined(CONVPROOF_VECTORS_TOGGLE) == defined(HWY_TARGET_TOGGLE)
#ifdef CONVPROOF_VECTORS_TOGGLE
#undef CONVPROOF_VECTORS_TOGGLE
#else
#define CONVPROOF_VECTORS_TOGGLE
#endif

#include <hwy/highway.h>

#include <algorithm>

#include "core/shape.h"

HWY_BEFORE_NAMESPACE();
namespace convproof::fast::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

template <typename T>
using Tag = hn::ScalableTag<T>;
template <typename T>
using Vector = hn::Vec<Tag<T>>;

template <typename T>
constexpr Index lanes() {
  return static_cast<Index>(HWY_MAX_BYTES / sizeof(T));
}

/// All lanes of a vector.
template <typename T>
struct AllLanes {
  AllLanes() = default;
  AllLanes(Index, Index) {}
  HWY_INLINE Vector<T> load(const T* from) const { return hn::LoadU(Tag<T>(), from); }
  HWY_INLINE void store(const Vector<T>& v, T* to) const { hn::StoreU(v, Tag<T>(), to); }
};

/// Lanes [first, last) of a vector: load gives zero for the others, and neither touches the memory
/// that they stand for.
template <typename T>
class SomeLanes {
#if HWY_TARGET == HWY_SSE4
  // There are no masked loads, and a blend would read beyond the tensor.
 public:
  SomeLanes() = default;
  SomeLanes(Index first, Index last)
      : first_(std::clamp<Index>(first, 0, lanes<T>())), last_(std::min(last, lanes<T>())) {}
  HWY_INLINE Vector<T> load(const T* from) const {
    HWY_ALIGN T values[HWY_MAX_BYTES / sizeof(T)] = {};
    for (Index i = first_; i < last_; ++i) values[i] = from[i];
    return hn::Load(Tag<T>(), values);
  }
  HWY_INLINE void store(const Vector<T>& v, T* to) const {
    HWY_ALIGN T values[HWY_MAX_BYTES / sizeof(T)];
    hn::Store(v, Tag<T>(), values);
    for (Index i = first_; i < last_; ++i) to[i] = values[i];
  }

 private:
  Index first_ = 0;
  Index last_ = 0;
#else
 public:
  SomeLanes() = default;
  SomeLanes(Index first, Index last) : mask_(hn::AndNot(first_lanes(first), first_lanes(last))) {}
  HWY_INLINE Vector<T> load(const T* from) const {
    return hn::MaskedLoad(mask_, Tag<T>(), from);
  }
  HWY_INLINE void store(const Vector<T>& v, T* to) const {
    hn::BlendedStore(v, mask_, Tag<T>(), to);
  }

 private:
  static hn::Mask<Tag<T>> first_lanes(Index count) {
    return hn::FirstN(Tag<T>(), static_cast<std::size_t>(std::clamp<Index>(count, 0, lanes<T>())));
  }
  hn::Mask<Tag<T>> mask_{};
#endif
};

}  // namespace
}  // namespace convproof::fast::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
