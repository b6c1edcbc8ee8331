#include "fast/patches.h"

#include <cassert>

namespace convproof::fast {
namespace {

Index origin(const Axis& axis) {
  return std::min(axis.first, axis.first + axis.step * (axis.taps - 1));
}

/// What tap u reads, counted from the smallest input that output 0 reads.
Index tap_distance(const Axis& axis, Index u) {
  return axis.first + axis.step * u - origin(axis);
}

Index longest_distance(const Axis& axis) {
  return std::max(tap_distance(axis, 0), tap_distance(axis, axis.taps - 1));
}

/// A single output reads the same whatever the stride; 1 keeps everything below small.
Axis with_effective_stride(Axis axis) {
  if (axis.outputs == 1) axis.stride = 1;
  return axis;
}

Index position_of(const Index* values, Index count, Index value) {
  return std::find(values, values + count, value) - values;
}

/// Writes the different residues of the taps modulo the stride; returns how many there are.
Index collect_residues(const Axis& axis, Index* residues) {
  Index count = 0;
  for (Index u = 0; u < axis.taps; ++u) {
    const Index residue = tap_distance(axis, u) % axis.stride;
    if (position_of(residues, count, residue) == count) residues[count++] = residue;
  }
  return count;
}

/// Copies `count` elements that lie `stride` apart.
template <typename T>
void copy_every(Index stride, const T* from, Index count, T* to) {
  if (stride == 1) {
    std::copy_n(from, count, to);
  } else if (stride == 2) {
    // With a constant stride the compiler finds shuffles.
    for (Index i = 0; i < count; ++i) to[i] = from[2 * i];
  } else {
    for (Index i = 0; i < count; ++i) to[i] = from[stride * i];
  }
}

}  // namespace

BandLayout::BandLayout(const Axis& h, const Axis& w, Workspace& workspace)
    : h_(with_effective_stride(h)),
      w_(with_effective_stride(w)),
      origin_h_(origin(h_)),
      origin_w_(origin(w_)),
      reach_h_(longest_distance(h_) / h_.stride),
      residue_width_(w_.outputs + longest_distance(w_) / w_.stride) {
  Index* const residues = workspace.take<Index>(Scratch::kResidues, h_.taps + w_.taps);
  kept_h_ = collect_residues(h_, residues);
  kept_w_ = collect_residues(w_, residues + h_.taps);
  residues_h_ = residues;
  residues_w_ = residues + h_.taps;
  Index* const offsets = workspace.take<Index>(Scratch::kTapOffsets, taps());
  for (Index u = 0; u < h_.taps; ++u) {
    const Index distance_h = tap_distance(h_, u);
    const Index row = distance_h / h_.stride * kept_h_ +
                      position_of(residues_h_, kept_h_, distance_h % h_.stride);
    for (Index v = 0; v < w_.taps; ++v) {
      const Index distance_w = tap_distance(w_, v);
      offsets[u * w_.taps + v] =
          row * row_width() +
          position_of(residues_w_, kept_w_, distance_w % w_.stride) * residue_width_ +
          distance_w / w_.stride;
    }
  }
  tap_offsets_ = offsets;
}

BandPiece BandLayout::piece(const PixelRange& pixels, Index image) const {
  const Index first_image = pixels.first / pixels_per_image();
  const Index before = image * pixels_per_image();
  const Index first_row = std::max<Index>(pixels.first - before, 0) / w_.outputs;
  const Index last_row = (std::min(pixels.last - before, pixels_per_image()) - 1) / w_.outputs;
  Index band_row = 0;
  if (image > first_image) {
    const Index first_piece_row = (pixels.first - first_image * pixels_per_image()) / w_.outputs;
    band_row =
        band_rows(h_.outputs - first_piece_row) + (image - first_image - 1) * band_rows(h_.outputs);
  }
  return {image, first_row, last_row - first_row + 1, band_row};
}

Index BandLayout::channel_stride(const PixelRange& pixels) const {
  const BandPiece last = piece(pixels, (pixels.last - 1) / pixels_per_image());
  return (last.band_row + band_rows(last.row_count)) * row_width() + kMaxLanes;
}

Index BandLayout::largest_channel_stride(Index pixel_count, Index images) const {
  // A run of pixels starts in the middle of an image and of a row at worst.
  const Index most_images =
      std::min(images, (pixel_count - 1 + pixels_per_image() - 1) / pixels_per_image() + 1);
  const Index most_rows = std::min(most_images * h_.outputs,
                                   (pixel_count - 1 + w_.outputs - 1) / w_.outputs + most_images);
  return (most_rows + most_images * reach_h_) * kept_h_ * row_width() + kMaxLanes;
}

template <typename T>
void BandLayout::fill_row(const T* row, T* band) const {
  for (Index r = 0; r < kept_w_; ++r, band += residue_width_) {
    const Index first = origin_w_ + residues_w_[r];
    // Positions p with 0 <= first + stride*p < inputs.
    const Index begin =
        std::min(first >= 0 ? 0 : (-first + w_.stride - 1) / w_.stride, residue_width_);
    const Index end = std::clamp(first >= w_.inputs ? 0 : (w_.inputs - 1 - first) / w_.stride + 1,
                                 begin, residue_width_);
    std::fill(band, band + begin, T(0));
    copy_every(w_.stride, row + first + w_.stride * begin, end - begin, band + begin);
    std::fill(band + end, band + residue_width_, T(0));
  }
}

template <typename T>
void BandLayout::fill_piece(const T* channel, const BandPiece& piece, T* band) const {
  const Index first = origin_h_ + h_.stride * piece.first_row;
  for (Index p = 0; p < piece.row_count + reach_h_; ++p) {
    for (Index r = 0; r < kept_h_; ++r, band += row_width()) {
      const Index row = first + h_.stride * p + residues_h_[r];
      if (row >= 0 && row < h_.inputs) {
        fill_row(channel + row * w_.inputs, band);
      } else {
        std::fill(band, band + row_width(), T(0));
      }
    }
  }
}

template <typename T>
void BandLayout::fill(const Images<T>& images, const PixelRange& pixels, Index first_channel,
                      Index last_channel, T* band) const {
  const Index stride = channel_stride(pixels);
  const Index first_image = pixels.first / pixels_per_image();
  const Index last_image = (pixels.last - 1) / pixels_per_image();
  for (Index image = first_image; image <= last_image; ++image) {
    const BandPiece part = piece(pixels, image);
    const T* const data = images.data + image * images.image_stride;
    for (Index c = first_channel; c < last_channel; ++c) {
      fill_piece(data + c * images.channel_stride, part,
                 band + (c - first_channel) * stride + part.band_row * row_width());
    }
  }
  for (Index c = 1; c <= last_channel - first_channel; ++c) {
    std::fill(band + c * stride - kMaxLanes, band + c * stride, T(0));
  }
}

Index BandLayout::segments(const PixelRange& pixels, const PixelRange& panel,
                           Segment* segments) const {
  Index count = 0;
  for (Index pixel = panel.first; pixel < panel.last;) {
    const Index image = pixel / pixels_per_image();
    const Index in_image = pixel % pixels_per_image();
    const Index column = in_image % w_.outputs;
    const Index length = std::min(w_.outputs - column, panel.last - pixel);
    const BandPiece part = piece(pixels, image);
    const Index row = in_image / w_.outputs - part.first_row;
    segments[count++] = {part.band_row * row_width() + row * output_row_stride() + column,
                         pixel - panel.first, length};
    pixel += length;
  }
  return count;
}

template void BandLayout::fill(const Images<float>&, const PixelRange&, Index, Index, float*) const;
template void BandLayout::fill(const Images<double>&, const PixelRange&, Index, Index,
                               double*) const;

}  // namespace convproof::fast
