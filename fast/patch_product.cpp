#include "fast/patch_product.h"

#include <omp.h>

#include "fast/blocks.h"
#include "fast/depthwise.h"

namespace convproof::fast {
namespace {

/// How the work is cut into jobs for threads. No job shares an output with another, and where the
/// cuts are does not change the order of any sum.
struct Jobs {
  Index panel_parts;
  Index row_parts;
};

Jobs cut_into_jobs(Index groups, Index panels, Index row_tiles, Index threads) {
  constexpr Index kEnoughPerThread = 8;
  if (threads == 1 || groups % threads == 0 || groups >= kEnoughPerThread * threads) return {1, 1};
  if (panels >= kEnoughPerThread * threads) return {threads, 1};
  // Every part packs the panels again, but few panels cannot be shared out evenly.
  if (row_tiles >= threads) return {1, threads};
  return {std::min(panels, threads), 1};
}

/// One call of multiply_patches: what all its jobs share.
template <typename T>
class Multiplication {
 public:
  Multiplication(const PatchProduct<T>& product, const Kernels<T>& kernels, Workspace& workspace,
                 int threads)
      : p_(product),
        kernels_(kernels),
        layout_(product.h, product.w, workspace),
        pixels_(product.images * product.h.outputs * product.w.outputs),
        panel_width_(kernels.tile_vectors * kernels.lanes),
        block_channels_(even_block(product.channels, kBlockDepth / layout_.taps())),
        block_panels_(std::clamp<Index>(kBlockBytes / static_cast<Index>(sizeof(T)) /
                                            (block_channels_ * layout_.taps() * panel_width_),
                                        1, ceil_div(pixels_, panel_width_))),
        band_size_(padded_to_cache_line<T>(
            block_channels_ *
            layout_.largest_channel_stride(block_panels_ * panel_width_, product.images))),
        panels_size_(padded_to_cache_line<T>(
            block_panels_ * block_channels_ * layout_.taps() * panel_width_ + kMaxLanes)),
        bands_(workspace.take<T>(Scratch::kBand, threads * band_size_)),
        panels_(workspace.take<T>(Scratch::kPanels, threads * panels_size_)),
        segments_(workspace.take<Segment>(Scratch::kSegments, threads * panel_width_)) {}

  void run(int threads) const {
    const Index panels = ceil_div(pixels_, panel_width_);
    const Jobs jobs =
        cut_into_jobs(p_.groups, panels, ceil_div(p_.rows, kernels_.tile_rows), threads);
    const Index count = p_.groups * jobs.panel_parts * jobs.row_parts;
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1)
    for (Index job = 0; job < count; ++job) {
      const Part part = part_of(panels, job / jobs.row_parts % jobs.panel_parts, jobs.panel_parts);
      run_job({job / jobs.row_parts / jobs.panel_parts,
               part_of(p_.rows, job % jobs.row_parts, jobs.row_parts),
               {part.first * panel_width_, std::min(part.last * panel_width_, pixels_)},
               omp_get_thread_num()});
    }
  }

 private:
  struct Job {
    Index group;
    Part rows;
    PixelRange pixels;
    Index thread;
  };
  /// The part of a job that one packed block serves.
  struct Block {
    Index group;
    Part rows;
    PixelRange pixels;
    Part channels;
    const T* panels;
  };

  void run_job(const Job& job) const {
    const Index step = block_panels_ * panel_width_;
    for (Index first = job.pixels.first; first < job.pixels.last; first += step) {
      const PixelRange pixels{first, std::min(first + step, job.pixels.last)};
      for (Index c = 0; c < p_.channels; c += block_channels_) {
        const Part channels{c, std::min(c + block_channels_, p_.channels)};
        T* const panels = panels_ + job.thread * panels_size_;
        pack({job.group, job.rows, pixels, channels, panels}, panels, job.thread);
        multiply({job.group, job.rows, pixels, channels, panels});
      }
    }
  }

  Index depth(const Block& block) const {
    return (block.channels.last - block.channels.first) * layout_.taps();
  }

  PixelRange panel_at(const Block& block, Index first) const {
    return {first, std::min(first + panel_width_, block.pixels.last)};
  }

  /// Lanes of the panel with these pixels: a whole number of vectors. Those beyond the pixels hold
  /// anything; what is computed from them is never stored.
  Index width(const PixelRange& panel) const {
    return round_up(panel.count(), kernels_.lanes);
  }

  void pack(const Block& block, T* panels, Index thread) const {
    T* const band = bands_ + thread * band_size_;
    Segment* const segments = segments_ + thread * panel_width_;
    const Index first_channel = block.group * p_.channels;
    layout_.fill(p_.in, block.pixels, first_channel + block.channels.first,
                 first_channel + block.channels.last, band);
    const BandReader<T> reader{band, layout_.channel_stride(block.pixels),
                               block.channels.last - block.channels.first, layout_.tap_offsets(),
                               layout_.taps()};
    for (Index first = block.pixels.first; first < block.pixels.last; first += panel_width_) {
      const PixelRange panel = panel_at(block, first);
      const Index count = layout_.segments(block.pixels, panel, segments);
      kernels_.expand(reader, segments, count, panels, width(panel));
      panels += depth(block) * width(panel);
    }
  }

  /// A few rows of the left operand stay in the first-level cache while all panels pass.
  void multiply(const Block& block) const {
    const Index rows = block.rows.last - block.rows.first;
    const Index step = even_block(rows, kernels_.tile_rows);
    for (Index row = block.rows.first; row < block.rows.last; row += step) {
      const Part tile_rows{row, std::min(row + step, block.rows.last)};
      const T* b = block.panels;
      for (Index first = block.pixels.first; first < block.pixels.last; first += panel_width_) {
        const PixelRange panel = panel_at(block, first);
        multiply_tile(block, tile_rows, panel, b);
        b += depth(block) * width(panel);
      }
    }
  }

  void multiply_tile(const Block& block, const Part& rows, const PixelRange& panel,
                     const T* b) const {
    const Index row = block.group * p_.rows + rows.first;
    const bool first = block.channels.first == 0;
    TileArguments<T> tile{depth(block),
                          p_.a + (row * p_.channels + block.channels.first) * layout_.taps(),
                          p_.channels * layout_.taps(),
                          b,
                          nullptr,
                          p_.out.row_stride,
                          first && p_.bias != nullptr ? p_.bias + row : nullptr,
                          !first};
    const auto kernel =
        kernels_.tiles[rows.last - rows.first - 1][width(panel) / kernels_.lanes - 1];
    tile.c = in_place(panel, row);
    if (tile.c != nullptr) return kernel(tile);
    alignas(Workspace::kAlignment) T results[kMaxTileRows * kMaxTileVectors * kMaxLanes];
    tile.c = results;
    tile.c_stride = panel_width_;
    tile.accumulate = false;
    kernel(tile);
    store(results, row, rows.last - rows.first, panel, !first);
  }

  /// Where a whole panel of results can be written side by side, or nullptr if it cannot: it ends
  /// within a vector or goes on in the next image, or the pixels are apart.
  T* in_place(const PixelRange& panel, Index row) const {
    const Index per_image = layout_.h().outputs * layout_.w().outputs;
    const Index image = panel.first / per_image;
    const bool together = p_.out.w_stride == 1 && p_.out.h_stride == layout_.w().outputs;
    if (!together || panel.count() % kernels_.lanes != 0 || (panel.last - 1) / per_image != image) {
      return nullptr;
    }
    return p_.out.data + image * p_.out.image_stride + row * p_.out.row_stride +
           panel.first % per_image;
  }

  void store(const T* results, Index row, Index rows, const PixelRange& panel,
             bool accumulate) const {
    const Index columns = layout_.w().outputs;
    const Index per_image = layout_.h().outputs * columns;
    for (Index pixel = panel.first; pixel < panel.last;) {
      const Index in_image = pixel % per_image;
      const Index column = in_image % columns;
      const Index length = std::min(columns - column, panel.last - pixel);
      T* const out = p_.out.data + pixel / per_image * p_.out.image_stride +
                     in_image / columns * p_.out.h_stride + column * p_.out.w_stride;
      for (Index m = 0; m < rows; ++m) {
        const T* const from = results + m * panel_width_ + (pixel - panel.first);
        T* const to = out + (row + m) * p_.out.row_stride;
        for (Index j = 0; j < length; ++j) {
          T& element = to[j * p_.out.w_stride];
          element = accumulate ? element + from[j] : from[j];
        }
      }
      pixel += length;
    }
  }

  const PatchProduct<T>& p_;
  const Kernels<T>& kernels_;
  BandLayout layout_;
  Index pixels_;
  Index panel_width_;
  Index block_channels_;
  Index block_panels_;
  Index band_size_;    // Per thread.
  Index panels_size_;  // Per thread.
  T* bands_;
  T* panels_;
  Segment* segments_;
};

}  // namespace

template <typename T>
void multiply_patches(const PatchProduct<T>& product, Workspace& workspace, int threads) {
  const Kernels<T>& table = *kernels<T>(current_isa());
  workspace.set_last_isa(table.isa);
  if (product.channels == 1 && product.rows <= kMostDepthwiseRows) {
    multiply_patches_depthwise(product, table, workspace, threads);
  } else {
    Multiplication<T>(product, table, workspace, threads).run(threads);
  }
}

template void multiply_patches(const PatchProduct<float>&, Workspace&, int);
template void multiply_patches(const PatchProduct<double>&, Workspace&, int);

}  // namespace convproof::fast
