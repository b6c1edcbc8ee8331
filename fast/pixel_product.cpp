#include "fast/pixel_product.h"

#include <omp.h>

#include "fast/blocks.h"
#include "fast/depthwise.h"

namespace convproof::fast {
namespace {

/// One call of multiply_pixels: what all its threads share.
///
/// The result is made transposed, [channels*taps][rows], because `rows` neighbours fill a vector
/// better than taps do. Blocks of pixels follow one another; within a block every thread owns some
/// channels. So no two threads add to one sum, and the order of all sums is that of the pixels.
template <typename T>
class Multiplication {
 public:
  Multiplication(const PixelProduct<T>& product, const Kernels<T>& kernels, Workspace& workspace,
                 int threads)
      : p_(product),
        kernels_(kernels),
        layout_(product.h, product.w, workspace),
        pixels_(product.images * product.h.outputs * product.w.outputs),
        block_pixels_(even_block(pixels_, kBlockDepth)),
        panel_width_(kernels.tile_vectors * kernels.lanes),
        padded_rows_(round_up(product.rows, kernels.lanes)),
        block_channels_(block_channels(threads)),
        band_size_(padded_to_cache_line<T>(
            block_channels_ * layout_.largest_channel_stride(block_pixels_, product.images))),
        windows_size_(
            padded_to_cache_line<T>(block_channels_ * layout_.taps() * block_pixels_ + kMaxLanes)),
        panels_(workspace.take<T>(Scratch::kPanels, p_.groups * padded_rows_ * block_pixels_)),
        sums_(workspace.take<T>(Scratch::kSums, p_.groups * group_sums())),
        bands_(workspace.take<T>(Scratch::kBand, threads * band_size_)),
        windows_(workspace.take<T>(Scratch::kTile, threads * windows_size_)),
        segments_(workspace.take<Segment>(Scratch::kSegments, threads * block_pixels_)) {}

  void run(int threads) const {
    const Index row_panels = ceil_div(p_.rows, panel_width_);
    const Index channel_blocks = ceil_div(p_.channels, block_channels_);
    const Index squares = ceil_div(p_.rows, kStoreSquare);
#pragma omp parallel num_threads(threads) if (threads > 1)
    {
      for (Index first = 0; first < pixels_; first += block_pixels_) {
        const PixelRange pixels{first, std::min(first + block_pixels_, pixels_)};
#pragma omp for schedule(static)
        for (Index job = 0; job < p_.groups * row_panels; ++job) {
          pack_rows(pixels, job / row_panels, job % row_panels * panel_width_);
        }
#pragma omp for schedule(static)
        for (Index job = 0; job < p_.groups * channel_blocks; ++job) {
          const Index c = job % channel_blocks * block_channels_;
          multiply_block(pixels, job / channel_blocks,
                         {c, std::min(c + block_channels_, p_.channels)}, omp_get_thread_num());
        }
      }
#pragma omp for schedule(static)
      for (Index job = 0; job < p_.groups * squares; ++job) {
        const Index row = job % squares * kStoreSquare;
        store(job / squares, row, std::min(kStoreSquare, p_.rows - row));
      }
    }
  }

 private:
  static constexpr Index kStoreSquare = 16;

  /// As many channels as give a hundred rows or so, but enough blocks for all threads.
  Index block_channels(Index threads) const {
    constexpr Index kBlockRows = 128;
    const Index per_thread =
        p_.groups % threads == 0 ? p_.channels : ceil_div(p_.channels, threads);
    return even_block(p_.channels, std::min(kBlockRows / layout_.taps(), per_thread));
  }

  Index group_sums() const {
    return p_.channels * layout_.taps() * padded_rows_;
  }

  /// Columns of the transposed result from `row` on that one tile covers: whole vectors.
  Index width(Index row) const {
    return std::min(panel_width_, padded_rows_ - row);
  }

  T* panel(Index group, Index row) const {
    return panels_ + (group * padded_rows_ + row) * block_pixels_;
  }

  /// Transposes the pixels of some rows of `a`. Lanes beyond the last row keep anything: what is
  /// computed from them is never stored.
  void pack_rows(const PixelRange& pixels, Index group, Index first_row) const {
    const Index per_image = p_.h.outputs * p_.w.outputs;
    const Index lanes = width(first_row);
    T* const to = panel(group, first_row);
    for (Index row = first_row; row < std::min(first_row + lanes, p_.rows); ++row) {
      const T* const from = p_.a.data + (group * p_.rows + row) * p_.a.channel_stride;
      for (Index pixel = pixels.first; pixel < pixels.last;) {
        const Index image = pixel / per_image;
        const Index end = std::min(pixels.last, (image + 1) * per_image);
        const T* const values = from + image * p_.a.image_stride - image * per_image;
        for (; pixel < end; ++pixel) {
          to[(pixel - pixels.first) * lanes + row - first_row] = values[pixel];
        }
      }
    }
  }

  void multiply_block(const PixelRange& pixels, Index group, const Part& channels,
                      Index thread) const {
    T* const windows = windows_ + thread * windows_size_;
    expand_windows(pixels, group, channels, thread, windows);
    const Index first = channels.first * layout_.taps();
    const Index count = (channels.last - channels.first) * layout_.taps();
    const Index step = even_block(count, kernels_.tile_rows);
    for (Index k = 0; k < count; k += step) {
      const Index rows = std::min(step, count - k);
      for (Index row = 0; row < p_.rows; row += panel_width_) {
        const auto kernel = kernels_.tiles[rows - 1][width(row) / kernels_.lanes - 1];
        kernel({pixels.count(), windows + k * pixels.count(), pixels.count(), panel(group, row),
                sums_ + group * group_sums() + (first + k) * padded_rows_ + row, padded_rows_,
                nullptr, pixels.first > 0});
      }
    }
  }

  /// Writes im2col of the block: a row of pixels for every channel and tap.
  void expand_windows(const PixelRange& pixels, Index group, const Part& channels, Index thread,
                      T* windows) const {
    T* const band = bands_ + thread * band_size_;
    Segment* const segments = segments_ + thread * block_pixels_;
    const Index first_channel = group * p_.channels;
    layout_.fill(p_.in, pixels, first_channel + channels.first, first_channel + channels.last,
                 band);
    const Index count = layout_.segments(pixels, pixels, segments);
    kernels_.expand({band, layout_.channel_stride(pixels), channels.last - channels.first,
                     layout_.tap_offsets(), layout_.taps()},
                    segments, count, windows, pixels.count());
  }

  /// Transposes the sums of `count` rows into the output, in squares: a line of cache that was
  /// fetched or begun is used up before it is evicted.
  void store(Index group, Index first_row, Index count) const {
    const Index columns = p_.channels * layout_.taps();
    for (Index first = 0; first < columns; first += kStoreSquare) {
      const Index last = std::min(first + kStoreSquare, columns);
      for (Index row = first_row; row < first_row + count; ++row) {
        const T* const from = sums_ + group * group_sums() + row;
        T* const to = p_.out + (group * p_.rows + row) * columns;
        for (Index k = first; k < last; ++k) to[k] = from[k * padded_rows_];
      }
    }
  }

  const PixelProduct<T>& p_;
  const Kernels<T>& kernels_;
  BandLayout layout_;
  Index pixels_;
  Index block_pixels_;
  Index panel_width_;
  Index padded_rows_;  // To whole vectors.
  Index block_channels_;
  Index band_size_;     // Per thread.
  Index windows_size_;  // Per thread.
  T* panels_;
  T* sums_;
  T* bands_;
  T* windows_;
  Segment* segments_;
};

}  // namespace

template <typename T>
void multiply_pixels(const PixelProduct<T>& product, Workspace& workspace, int threads) {
  const Index weights =
      product.groups * product.rows * product.channels * product.h.taps * product.w.taps;
  if (product.images == 0) {
    std::fill_n(product.out, weights, T(0));
    return;
  }
  const Kernels<T>& table = *kernels<T>(current_isa());
  workspace.set_last_isa(table.isa);
  if (product.channels == 1 && product.rows <= kMostDepthwiseRows) {
    multiply_pixels_depthwise(product, table, workspace, threads);
  } else {
    Multiplication<T>(product, table, workspace, threads).run(threads);
  }
}

template void multiply_pixels(const PixelProduct<float>&, Workspace&, int);
template void multiply_pixels(const PixelProduct<double>&, Workspace&, int);

}  // namespace convproof::fast
