// Other people's conv2d on the same problem, to compare with in the same run.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bench/layers.h"
#include "core/tensor.h"

namespace convproof::bench {

enum class Pass { kY, kDx, kDw, kDb };

/// The arrays of a layer. A pass writes its gradient over the values that it belongs to.
template <typename T>
struct Arrays {
  Tensor<T> x;
  Tensor<T> w;
  Tensor<T> b;
  Tensor<T> y;
};

/// One pass of a layer. Inputs and outputs are plain NCHW and OIHW arrays, as for everybody else
/// here; what another layout costs is part of every run.
class Peer {
 public:
  Peer() = default;
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;
  virtual ~Peer() = default;

  virtual void run() = 0;
  /// "oneDNN"
  virtual std::string name() const = 0;
  /// Which of its ways it takes: "plain".
  virtual std::string way() const = 0;
};

/// The peers that this program was built with and that have the pass. They keep references to
/// `arrays`, one for each peer in turn; `arrays` has to have kMostPeers elements.
inline constexpr int kMostPeers = 2;
template <typename T>
std::vector<std::unique_ptr<Peer>> peers(const Layer& layer, Pass pass,
                                         std::vector<Arrays<T>>& arrays, int threads);

/// What the peers are, for the head of a report: "oneDNN 2.6.3", "OpenBLAS 0.3.21 (SkylakeX)".
std::vector<std::string> peer_versions();

}  // namespace convproof::bench
