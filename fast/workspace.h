// Scratch memory that outlives a call, so that a call like the last one allocates nothing.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <new>
#include <optional>

#include "core/shape.h"
#include "fast/isa.h"

namespace convproof::fast {

/// What a piece of scratch memory holds. Every purpose has a buffer of its own.
enum class Scratch {
  kResidues,
  kTaps,
  kTapOffsets,
  kSegments,
  kWeights,
  kBand,
  kPanels,
  kTile,
  kSums,
  kWindows,
  kColumns,
  kCount
};

/// Scratch memory for one call at a time. It grows to what the largest call needed and stays; what
/// it holds between calls has no meaning. Memory comes from operator new.
class Workspace {
 public:
  /// Start of every piece, in bytes: a cache line, and the widest vector.
  static constexpr std::size_t kAlignment = 64;

  Workspace() = default;
  Workspace(Workspace&&) = default;
  Workspace& operator=(Workspace&&) = default;

  /// Room for `count` elements, aligned to kAlignment. Contents are unspecified.
  template <typename T>
  T* take(Scratch purpose, Index count) {
    return reinterpret_cast<T*>(bytes(purpose, static_cast<std::size_t>(count) * sizeof(T)));
  }

  /// Fills all memory it owns with ones, which read as NaN, so that a test can show that no result
  /// depends on what an earlier call left behind.
  void poison();

  /// The instruction set whose kernels ran last with this workspace, as they said themselves.
  std::optional<Isa> last_isa() const { return last_isa_; }
  void set_last_isa(Isa isa) { last_isa_ = isa; }

 private:
  struct Release {
    void operator()(std::byte* p) const { ::operator delete (p, std::align_val_t{kAlignment}); }
  };
  struct Buffer {
    std::unique_ptr<std::byte, Release> memory;
    std::size_t size = 0;
  };
  std::byte* bytes(Scratch purpose, std::size_t size);

  std::array<Buffer, static_cast<std::size_t>(Scratch::kCount)> buffers_;
  std::optional<Isa> last_isa_;
};

/// Elements from one thread's piece to the next: `count` and the rest of a cache line.
template <typename T>
constexpr Index padded_to_cache_line(Index count) {
  constexpr auto kPerLine = static_cast<Index>(Workspace::kAlignment / sizeof(T));
  return (count + kPerLine - 1) / kPerLine * kPerLine;
}

}  // namespace convproof::fast
