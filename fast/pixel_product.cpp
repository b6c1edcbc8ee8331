#include "fast/pixel_product.h"

#include <omp.h>

#include "fast/blocks.h"
#include "fast/depthwise.h"

namespace convproof::fast {
namespace {

/// im2col of blocks of pixels and channels: a row of pixels for every channel and tap. Every thread
/// has a block of its own.
template <typename T>
class WindowRows {
 public:
  WindowRows(const PixelProduct<T>& product, const Kernels<T>& kernels, Index block_pixels,
             Index block_channels, Workspace& workspace, int threads)
      : p_(product),
        kernels_(kernels),
        layout_(product.h, product.w, workspace),
        block_pixels_(block_pixels),
        band_size_(padded_to_cache_line<T>(
            block_channels * layout_.largest_channel_stride(block_pixels, product.images))),
        size_(padded_to_cache_line<T>(block_channels * layout_.taps() * block_pixels + kMaxLanes)),
        bands_(workspace.take<T>(Scratch::kBand, threads * band_size_)),
        rows_(workspace.take<T>(Scratch::kTile, threads * size_)),
        segments_(workspace.take<Segment>(Scratch::kSegments, threads * block_pixels)) {}

  /// The calling thread's block: [channel][tap][pixels.count()].
  const T* expand(const PixelRange& pixels, Index group, const Part& channels) const {
    const Index thread = omp_get_thread_num();
    T* const band = bands_ + thread * band_size_;
    T* const rows = rows_ + thread * size_;
    Segment* const segments = segments_ + thread * block_pixels_;
    const Index first_channel = group * p_.channels;
    layout_.fill(p_.in, pixels, first_channel + channels.first, first_channel + channels.last,
                 band);
    const Index count = layout_.segments(pixels, pixels, segments);
    kernels_.expand({band, layout_.channel_stride(pixels), channels.last - channels.first,
                     layout_.tap_offsets(), layout_.taps()},
                    segments, count, rows, pixels.count());
    return rows;
  }

 private:
  const PixelProduct<T>& p_;
  const Kernels<T>& kernels_;
  BandLayout layout_;
  Index block_pixels_;
  Index band_size_;  // Per thread.
  Index size_;       // Per thread.
  T* bands_;
  T* rows_;
  Segment* segments_;
};

// Rows of im2col that share a block: their pixels stay in the first-level cache.
constexpr Index kBlockRows = 128;

/// The most channels per block that leave blocks enough for all threads.
template <typename T>
Index channels_per_thread(const PixelProduct<T>& product, Index threads) {
  return product.groups % threads == 0 ? product.channels : ceil_div(product.channels, threads);
}

/// The product made transposed, [channels*taps][rows]: what all threads of a call share.
///
/// `rows` neighbours fill a vector better than taps do, and where there are more pixels than rows,
/// transposing them and the result costs less than transposing the windows. Blocks of pixels follow
/// one another; within a block every thread owns some channels. So no two threads add to one sum,
/// and the order of all sums is that of the pixels.
template <typename T>
class TransposedMultiplication {
 public:
  TransposedMultiplication(const PixelProduct<T>& product, const Kernels<T>& kernels,
                           Workspace& workspace, int threads)
      : p_(product),
        kernels_(kernels),
        taps_(product.h.taps * product.w.taps),
        pixels_(product.images * product.h.outputs * product.w.outputs),
        block_pixels_(even_block(pixels_, kBlockDepth)),
        panel_width_(kernels.tile_vectors * kernels.lanes),
        padded_rows_(round_up(product.rows, kernels.lanes)),
        block_channels_(even_block(
            product.channels, std::min(kBlockRows / taps_, channels_per_thread(product, threads)))),
        window_rows_(product, kernels, block_pixels_, block_channels_, workspace, threads),
        panels_(workspace.take<T>(Scratch::kPanels, p_.groups * padded_rows_ * block_pixels_)),
        sums_(workspace.take<T>(Scratch::kSums, p_.groups * group_sums())) {}

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
                         {c, std::min(c + block_channels_, p_.channels)});
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

  Index group_sums() const {
    return p_.channels * taps_ * padded_rows_;
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

  void multiply_block(const PixelRange& pixels, Index group, const Part& channels) const {
    const T* const windows = window_rows_.expand(pixels, group, channels);
    const Index first = channels.first * taps_;
    const Index count = (channels.last - channels.first) * taps_;
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

  /// Transposes the sums of `count` rows into the output, in squares: a line of cache that was
  /// fetched or begun is used up before it is evicted.
  void store(Index group, Index first_row, Index count) const {
    const Index columns = p_.channels * taps_;
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
  Index taps_;
  Index pixels_;
  Index block_pixels_;
  Index panel_width_;
  Index padded_rows_;  // To whole vectors.
  Index block_channels_;
  WindowRows<T> window_rows_;
  T* panels_;
  T* sums_;
};

/// The product made in place: what all threads of a call share.
///
/// The windows are transposed instead of `a` and the result, which costs less where there are few
/// pixels: on 7x7 of them, writing a large result twice took longer than computing it. Every thread
/// owns some channels and adds the products of one block of pixels after the other.
template <typename T>
class DirectMultiplication {
 public:
  DirectMultiplication(const PixelProduct<T>& product, const Kernels<T>& kernels,
                       Workspace& workspace, int threads)
      : p_(product),
        kernels_(kernels),
        taps_(product.h.taps * product.w.taps),
        image_pixels_(product.h.outputs * product.w.outputs),
        block_pixels_(even_block(image_pixels_, kBlockDepth)),
        panel_width_(kernels.tile_vectors * kernels.lanes),
        block_channels_(block_channels(threads)),
        window_rows_(product, kernels, block_pixels_, block_channels_, workspace, threads),
        panels_size_(padded_to_cache_line<T>(round_up(block_channels_ * taps_, kernels.lanes) *
                                             block_pixels_)),
        panels_(workspace.take<T>(Scratch::kPanels, threads * panels_size_)) {}

  void run(int threads) const {
    const Index blocks = ceil_div(p_.channels, block_channels_);
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1)
    for (Index job = 0; job < p_.groups * blocks; ++job) {
      const Index c = job % blocks * block_channels_;
      const Part channels{c, std::min(c + block_channels_, p_.channels)};
      for (Index image = 0; image < p_.images; ++image) {
        for (Index pixel = 0; pixel < image_pixels_; pixel += block_pixels_) {
          multiply_block({job / blocks,
                          channels,
                          image,
                          {pixel, std::min(pixel + block_pixels_, image_pixels_)}});
        }
      }
    }
  }

 private:
  struct Block {
    Index group;
    Part channels;
    Index image;
    PixelRange pixels;  // Within the image.
  };

  /// Whole vectors of columns in every block but the last: only its end is written element by
  /// element.
  Index block_channels(Index threads) const {
    const Index most =
        std::min(std::max<Index>(kBlockColumns / taps_, 1), channels_per_thread(p_, threads));
    return std::min(round_up(most, kernels_.lanes), p_.channels);
  }

  // Longer pieces of the result's rows are written at once; on 512 channels of 7x7 pixels that is
  // worth more than keeping the panels in the first-level cache.
  static constexpr Index kBlockColumns = 432;

  /// Columns of the result that the panel at column `first` of `count` covers: whole vectors.
  Index width(Index first, Index count) const {
    return std::min(panel_width_, round_up(count - first, kernels_.lanes));
  }

  void multiply_block(const Block& block) const {
    const Index count = (block.channels.last - block.channels.first) * taps_;
    T* const panels = panels_ + omp_get_thread_num() * panels_size_;
    pack_windows(block, count, panels);
    const Index step = even_block(p_.rows, kernels_.tile_rows);
    for (Index row = 0; row < p_.rows; row += step) {
      const T* panel = panels;
      for (Index first = 0; first < count; first += panel_width_) {
        multiply_tile(block, {row, std::min(row + step, p_.rows)}, first, count, panel);
        panel += width(first, count) * block.pixels.count();
      }
    }
  }

  /// Transposes the windows. Lanes beyond the last column keep anything: what is computed from them
  /// is never stored.
  void pack_windows(const Block& block, Index count, T* panels) const {
    const Index before = block.image * image_pixels_;
    const T* from = window_rows_.expand({before + block.pixels.first, before + block.pixels.last},
                                        block.group, block.channels);
    for (Index first = 0; first < count; first += panel_width_) {
      const Index lanes = width(first, count);
      for (Index k = first; k < std::min(first + lanes, count); ++k) {
        for (Index i = 0; i < block.pixels.count(); ++i) panels[i * lanes + k - first] = *from++;
      }
      panels += lanes * block.pixels.count();
    }
  }

  void multiply_tile(const Block& block, const Part& rows, Index first, Index count,
                     const T* panel) const {
    const Index lanes = width(first, count);
    const Index row = block.group * p_.rows + rows.first;
    const Index columns = p_.channels * taps_;
    const bool begins = block.image == 0 && block.pixels.first == 0;
    T* const out = p_.out + row * columns + block.channels.first * taps_ + first;
    TileArguments<T> tile{block.pixels.count(),
                          p_.a.data + block.image * p_.a.image_stride + row * p_.a.channel_stride +
                              block.pixels.first,
                          p_.a.channel_stride,
                          panel,
                          out,
                          columns,
                          nullptr,
                          !begins};
    const Index row_count = rows.last - rows.first;
    const auto kernel = kernels_.tiles[row_count - 1][lanes / kernels_.lanes - 1];
    if (first + lanes <= count) return kernel(tile);
    // Which columns are in a panel that ends within a vector depends on the number of threads, so
    // their sums go on in the same order as all others.
    alignas(Workspace::kAlignment) T results[kMaxTileRows * kMaxTileVectors * kMaxLanes] = {};
    for (Index m = 0; m < row_count && !begins; ++m) {
      std::copy_n(out + m * columns, count - first, results + m * panel_width_);
    }
    tile.c = results;
    tile.c_stride = panel_width_;
    kernel(tile);
    for (Index m = 0; m < row_count; ++m) {
      std::copy_n(results + m * panel_width_, count - first, out + m * columns);
    }
  }

  const PixelProduct<T>& p_;
  const Kernels<T>& kernels_;
  Index taps_;
  Index image_pixels_;
  Index block_pixels_;
  Index panel_width_;
  Index block_channels_;
  WindowRows<T> window_rows_;
  Index panels_size_;  // Per thread.
  T* panels_;
};

/// Whether transposing the windows moves fewer elements than transposing `a` and the result.
template <typename T>
bool direct_moves_less(const PixelProduct<T>& product) {
  const Index pixels = product.images * product.h.outputs * product.w.outputs;
  const Index columns = product.channels * product.h.taps * product.w.taps;
  return columns * pixels < product.rows * (pixels + columns);
}

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
  } else if (direct_moves_less(product)) {
    DirectMultiplication<T>(product, table, workspace, threads).run(threads);
  } else {
    TransposedMultiplication<T>(product, table, workspace, threads).run(threads);
  }
}

template void multiply_pixels(const PixelProduct<float>&, Workspace&, int);
template void multiply_pixels(const PixelProduct<double>&, Workspace&, int);

}  // namespace convproof::fast
