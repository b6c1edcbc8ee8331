#include <type_traits>

#include "bench/peer.h"
#ifdef CONVPROOF_BENCH_ONEDNN
#include "bench/peer_onednn.h"
#endif
#ifdef CONVPROOF_BENCH_OPENBLAS
#include "bench/peer_openblas.h"
#endif

namespace convproof::bench {

template <typename T>
std::vector<std::unique_ptr<Peer>> peers([[maybe_unused]] const Layer& layer, Pass pass,
                                         [[maybe_unused]] std::vector<Arrays<T>>& arrays,
                                         [[maybe_unused]] int threads) {
  std::vector<std::unique_ptr<Peer>> found;
  if (pass == Pass::kDb) return found;
#ifdef CONVPROOF_BENCH_ONEDNN
  if constexpr (std::is_same_v<T, float>) {
    found.push_back(std::make_unique<OnednnConv2d>(layer, pass, arrays[found.size()], threads));
  }
#endif
#ifdef CONVPROOF_BENCH_OPENBLAS
  found.push_back(std::make_unique<OpenblasConv2d<T>>(layer, pass, arrays[found.size()], threads));
#endif
  return found;
}

template std::vector<std::unique_ptr<Peer>> peers(const Layer&, Pass, std::vector<Arrays<float>>&,
                                                  int);
template std::vector<std::unique_ptr<Peer>> peers(const Layer&, Pass, std::vector<Arrays<double>>&,
                                                  int);

std::vector<std::string> peer_versions() {
  std::vector<std::string> versions;
#ifdef CONVPROOF_BENCH_ONEDNN
  versions.push_back(onednn_version());
#endif
#ifdef CONVPROOF_BENCH_OPENBLAS
  versions.push_back(openblas_version());
#endif
  return versions;
}

}  // namespace convproof::bench
