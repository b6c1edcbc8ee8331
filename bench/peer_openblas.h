// im2col and a matrix product of OpenBLAS: what Caffe made the usual way.
#pragma once

#include "bench/peer.h"

namespace convproof::bench {

/// Every image and group by itself: its windows are written side by side into a matrix of
/// [channels*taps][pixels], which is multiplied by the weights. A 1x1 convolution with stride 1
/// needs no matrix but the image. T: float, double.
template <typename T>
class OpenblasConv2d : public Peer {
 public:
  OpenblasConv2d(const Layer& layer, Pass pass, Arrays<T>& arrays, int threads);

  void run() override;
  std::string name() const override { return "OpenBLAS"; }
  std::string way() const override { return copies_ ? "im2col" : "in place"; }

 private:
  Layer layer_;
  Pass pass_;
  Arrays<T>& arrays_;
  int threads_;
  Index channels_;  // Per group.
  Index outputs_;   // Per group.
  Index depth_;     // Rows of the matrix.
  Index pixels_;    // Its columns.
  bool copies_;     // The windows have to be written out.
  Tensor<T> matrix_;
};

/// "OpenBLAS 0.3.21 (SkylakeX)": its kernels are those of that processor.
std::string openblas_version();

}  // namespace convproof::bench
