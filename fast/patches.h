// The windows of a convolution, read from a small padded copy of the image: the band.
//
// A band holds, for some channels, the image rows that the windows of a block of output pixels
// touch, with the zeros of the padding written out. Rows and columns are sorted by their residue
// modulo the stride, so that neighbouring output pixels read neighbouring elements whatever the
// stride: one tap of a run of pixels is one contiguous piece of the band. Only the residues that a
// tap reads are kept. The bounds checks are paid once per element of the band instead of once per
// tap, and vectors may be read whole.
#pragma once

#include <algorithm>

#include "core/shape.h"
#include "fast/kernels.h"
#include "fast/workspace.h"

namespace convproof::fast {

/// One spatial axis: tap u of output i reads input  stride*i + first + step*u,  which counts as
/// zero outside [0, inputs).
struct Axis {
  Index outputs;
  Index inputs;
  Index stride;
  Index taps;
  Index first;
  Index step;  // Negative if the taps run against the image.
};

/// Where the elements of the images are: rows are contiguous, [channel][h][w] within an image.
template <typename T>
struct Images {
  const T* data;
  Index image_stride;
  Index channel_stride;
};

/// Output pixels [first, last), numbered image by image and row by row.
struct PixelRange {
  Index first;
  Index last;
  Index count() const { return last - first; }
};

/// What a block of pixels needs of one image.
struct BandPiece {
  Index image;
  Index first_row;  // Output row.
  Index row_count;  // Output rows.
  Index band_row;   // The first row of the piece within the band.
};

/// Geometry of the bands of one call, the same for every block of pixels.
class BandLayout {
 public:
  BandLayout(const Axis& h, const Axis& w, Workspace& workspace);

  const Axis& h() const { return h_; }
  const Axis& w() const { return w_; }
  Index taps() const { return h_.taps * w_.taps; }
  const Index* tap_offsets() const { return tap_offsets_; }
  /// Elements from the window of output row i to that of i + 1.
  Index output_row_stride() const { return kept_h_ * row_width(); }

  /// Elements per channel of the band of `pixels`, with room for one vector beyond them.
  Index channel_stride(const PixelRange& pixels) const;
  /// The largest channel_stride of any `pixel_count` pixels out of `images` images.
  Index largest_channel_stride(Index pixel_count, Index images) const;

  /// Writes the band of `pixels` for channels [first_channel, last_channel), one after the other.
  /// Every element is written, the room beyond a channel with zeros.
  template <typename T>
  void fill(const Images<T>& images, const PixelRange& pixels, Index first_channel,
            Index last_channel, T* band) const;

  /// Where the windows of `panel`, a part of `pixels`, start in the band. Returns how many segments
  /// it wrote: at most panel.count().
  Index segments(const PixelRange& pixels, const PixelRange& panel, Segment* segments) const;

 private:
  Index pixels_per_image() const { return h_.outputs * w_.outputs; }
  Index row_width() const { return kept_w_ * residue_width_; }
  Index band_rows(Index output_rows) const { return (output_rows + reach_h_) * kept_h_; }
  BandPiece piece(const PixelRange& pixels, Index image) const;
  template <typename T>
  void fill_piece(const T* channel, const BandPiece& piece, T* band) const;
  template <typename T>
  void fill_row(const T* row, T* band) const;

  Axis h_;
  Axis w_;
  Index origin_h_;  // The smallest first + step*u.
  Index origin_w_;
  Index kept_h_;  // Residues of rows that some tap reads.
  Index kept_w_;
  Index reach_h_;        // Band rows per residue beyond those of the first tap.
  Index residue_width_;  // Elements per residue of a band row.
  const Index* residues_h_;
  const Index* residues_w_;
  const Index* tap_offsets_;
};

}  // namespace convproof::fast
