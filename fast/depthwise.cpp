#include "fast/depthwise.h"

#include <omp.h>

#include "fast/blocks.h"

namespace convproof::fast {
namespace {

/// The bands of one channel, some rows of output pixels at a time, and a tile of such rows that may
/// be written in whole vectors: for every thread one of each.
template <typename T>
class RowBlocks {
 public:
  RowBlocks(const Axis& h, const Axis& w, Index lanes, Workspace& workspace, int threads)
      : layout_(h, w, workspace),
        width_(round_up(w.outputs, lanes)),
        rows_(even_block(h.outputs, kBandBytes / static_cast<Index>(sizeof(T)) / width_)),
        band_size_(padded_to_cache_line<T>(layout_.largest_channel_stride(rows_ * w.outputs, 1))),
        tile_size_(padded_to_cache_line<T>(rows_ * width_)),
        bands_(workspace.take<T>(Scratch::kBand, threads * band_size_)),
        tiles_(workspace.take<T>(Scratch::kTile, threads * tile_size_)) {}

  const BandLayout& layout() const { return layout_; }
  Index row_width() const { return width_; }
  T* tile() const { return tiles_ + omp_get_thread_num() * tile_size_; }

  /// Calls use(m, first_row, row_count, band) for the blocks of an image, top to bottom, and for
  /// each of the `kernels` kernels m that read this channel.
  template <typename Use>
  void for_each(const Images<T>& images, Index image, Index channel, Index kernels, Use use) const {
    T* const band = bands_ + omp_get_thread_num() * band_size_;
    const Index outputs_h = layout_.h().outputs;
    const Index outputs_w = layout_.w().outputs;
    const Images<T> one{images.data + image * images.image_stride, 0, images.channel_stride};
    for (Index row = 0; row < outputs_h; row += rows_) {
      const Index count = std::min(rows_, outputs_h - row);
      layout_.fill(one, {row * outputs_w, (row + count) * outputs_w}, channel, channel + 1, band);
      for (Index m = channel * kernels; m < (channel + 1) * kernels; ++m) use(m, row, count, band);
    }
  }

 private:
  // Rows of several taps are read again and again: they stay in the first-level cache.
  static constexpr Index kBandBytes = 16 * 1024;

  BandLayout layout_;
  Index width_;
  Index rows_;
  Index band_size_;
  Index tile_size_;
  T* bands_;
  T* tiles_;
};

/// Copies the pixels of a tile's rows to where they belong.
template <typename T>
void store_rows(const T* tile, Index tile_row_stride, Index rows, Index columns,
                const Pixels<T>& to, T* out) {
  for (Index r = 0; r < rows; ++r) {
    for (Index j = 0; j < columns; ++j) {
      out[r * to.h_stride + j * to.w_stride] = tile[r * tile_row_stride + j];
    }
  }
}

template <typename T>
void multiply_rows(const PatchProduct<T>& product, const Kernels<T>& kernels,
                   const RowBlocks<T>& blocks, Index image, Index group) {
  const BandLayout& layout = blocks.layout();
  const Index columns = layout.w().outputs;
  T* const tile = blocks.tile();
  const auto multiply = [&](Index m, Index row, Index count, const T* band) {
    DepthwiseArguments<T> rows{band,
                               layout.output_row_stride(),
                               layout.tap_offsets(),
                               layout.taps(),
                               product.a + m * layout.taps(),
                               product.bias == nullptr ? T(0) : product.bias[m],
                               tile,
                               blocks.row_width(),
                               columns};
    for (Index r = 0; r < count;) {
      const bool several = count - r >= kDepthwiseRows;
      (several ? kernels.depthwise_rows : kernels.depthwise_row)(rows);
      const Index done = several ? kDepthwiseRows : 1;
      rows.band += done * rows.band_row_stride;
      rows.c += done * rows.c_row_stride;
      r += done;
    }
    store_rows(tile, blocks.row_width(), count, columns, product.out,
               product.out.data + image * product.out.image_stride + m * product.out.row_stride +
                   row * product.out.h_stride);
  };
  blocks.for_each(product.in, image, group, product.rows, multiply);
}

/// Copies rows of an image into a tile, whole vectors with zeros at their ends.
template <typename T>
void load_rows(const T* from, Index rows, Index columns, Index tile_row_stride, T* tile) {
  for (Index r = 0; r < rows; ++r, from += columns, tile += tile_row_stride) {
    std::copy(from, from + columns, tile);
    std::fill(tile + columns, tile + tile_row_stride, T(0));
  }
}

template <typename T>
void add_pixels(const PixelProduct<T>& product, const Kernels<T>& kernels,
                const RowBlocks<T>& blocks, Index image, Index group) {
  const BandLayout& layout = blocks.layout();
  const Index columns = layout.w().outputs;
  T* const tile = blocks.tile();
  const auto add = [&](Index m, Index row, Index count, const T* band) {
    load_rows(product.a.data + image * product.a.image_stride + m * product.a.channel_stride +
                  row * columns,
              count, columns, blocks.row_width(), tile);
    kernels.tap_sums({tile, blocks.row_width(), band, layout.output_row_stride(),
                      layout.tap_offsets(), layout.taps(), count, columns,
                      product.out + m * layout.taps()});
  };
  blocks.for_each(product.in, image, group, product.rows, add);
}

}  // namespace

template <typename T>
void multiply_patches_depthwise(const PatchProduct<T>& product, const Kernels<T>& kernels,
                                Workspace& workspace, int threads) {
  const RowBlocks<T> blocks(product.h, product.w, kernels.lanes, workspace, threads);
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1)
  for (Index job = 0; job < product.images * product.groups; ++job) {
    multiply_rows(product, kernels, blocks, job / product.groups, job % product.groups);
  }
}

template <typename T>
void multiply_pixels_depthwise(const PixelProduct<T>& product, const Kernels<T>& kernels,
                               Workspace& workspace, int threads) {
  const RowBlocks<T> blocks(product.h, product.w, kernels.lanes, workspace, threads);
  const Index weights = product.rows * blocks.layout().taps();
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1)
  for (Index group = 0; group < product.groups; ++group) {
    std::fill_n(product.out + group * weights, weights, T(0));
    for (Index image = 0; image < product.images; ++image) {
      add_pixels(product, kernels, blocks, image, group);
    }
  }
}

template void multiply_patches_depthwise(const PatchProduct<float>&, const Kernels<float>&,
                                         Workspace&, int);
template void multiply_patches_depthwise(const PatchProduct<double>&, const Kernels<double>&,
                                         Workspace&, int);
template void multiply_pixels_depthwise(const PixelProduct<float>&, const Kernels<float>&,
                                        Workspace&, int);
template void multiply_pixels_depthwise(const PixelProduct<double>&, const Kernels<double>&,
                                        Workspace&, int);

}  // namespace convproof::fast
