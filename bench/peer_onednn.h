// oneDNN, f32, with the direct algorithm (no Winograd).
#pragma once

#include "bench/peer.h"

namespace convproof::bench {

/// oneDNN prefers layouts of its own: both ways are built, its primitive on the plain layouts, and
/// its primitive on the layouts it asks for with the reorders of inputs and outputs in every run.
/// The faster one of the two is kept, measured when the object is made.
class OnednnConv2d : public Peer {
 public:
  OnednnConv2d(const Layer& layer, Pass pass, Arrays<float>& arrays, int threads);
  ~OnednnConv2d() override;

  void run() override;
  std::string name() const override { return "oneDNN"; }
  std::string way() const override;

 private:
  class Way;
  std::unique_ptr<Way> way_;
};

/// "oneDNN 2.6.3"
std::string onednn_version();

}  // namespace convproof::bench
