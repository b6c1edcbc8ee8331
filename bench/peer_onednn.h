// oneDNN on the same problem, to compare with in the same run.
#pragma once

#include <memory>

#include "bench/layers.h"

namespace convproof::bench {

enum class Pass { kY, kDx, kDw, kDb };

/// One pass of a layer in oneDNN, f32, with the direct algorithm (no Winograd).
///
/// Inputs and outputs are plain NCHW and OIHW arrays, as for everybody else here. oneDNN prefers
/// layouts of its own: both ways are built, its primitive on the plain layouts, and its primitive
/// on the layouts it asks for with the reorders of inputs and outputs in every run. The faster one
/// of the two is kept, measured when the object is made.
class OnednnConv2d {
 public:
  /// The arrays hold what the pass needs of x, w, b, y, in the place of dx, dw, dy, too.
  OnednnConv2d(const Layer& layer, Pass pass, float* x, float* w, float* b, float* y, int threads);
  ~OnednnConv2d();
  OnednnConv2d(const OnednnConv2d&) = delete;
  OnednnConv2d& operator=(const OnednnConv2d&) = delete;

  void run();
  /// Which of the two ways is kept: "plain" or "reordered".
  const char* layout() const;

 private:
  class Way;
  std::unique_ptr<Way> way_;
};

}  // namespace convproof::bench
