#include "fast/conv2d.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

#include "bench/layers.h"
#include "bench/peak.h"
#include "bench/peer_onednn.h"
#include "bench/suites.h"

namespace convproof::bench {
namespace {

constexpr Pass kPasses[] = {Pass::kY, Pass::kDx, Pass::kDw, Pass::kDb};

const char* name(Pass pass) {
  switch (pass) {
    case Pass::kY: return "y";
    case Pass::kDx: return "dx";
    case Pass::kDw: return "dw";
    case Pass::kDb: return "db";
  }
  return "?";
}

double flops(const Layer& layer, Pass pass) {
  return pass == Pass::kDb ? static_cast<double>(layer.y().element_count()) : layer.flops();
}

template <typename T>
Tensor<T> random_tensor(const Shape& shape) {
  std::mt19937 random(1);
  std::uniform_real_distribution<T> unit(-1, 1);
  Tensor<T> tensor(shape);
  for (Index i = 0; i < tensor.size(); ++i) tensor[i] = unit(random);
  return tensor;
}

/// The arrays of a layer; gradients are written over the values that they belong to.
template <typename T>
struct Arrays {
  explicit Arrays(const Layer& layer)
      : x(random_tensor<T>(layer.x)),
        w(random_tensor<T>(layer.w)),
        b(random_tensor<T>(Shape{layer.w[0]})),
        y(random_tensor<T>(layer.y())) {}
  Tensor<T> x;
  Tensor<T> w;
  Tensor<T> b;
  Tensor<T> y;
};

template <typename T>
void run_fast(const Layer& layer, Pass pass, Arrays<T>& arrays, fast::Workspace& workspace,
              int threads) {
  const TensorView<T> x = arrays.x;
  const TensorView<T> w = arrays.w;
  const TensorView<T> b = arrays.b;
  const TensorView<T> y = arrays.y;
  switch (pass) {
    case Pass::kY: return fast::conv2d<T>(x, w, b.data(), layer.p, y, workspace, threads);
    case Pass::kDx: return fast::conv2d_dx<T>(y, w, layer.p, x, workspace, threads);
    case Pass::kDw: return fast::conv2d_dw<T>(y, x, layer.p, w, workspace, threads);
    case Pass::kDb: return fast::conv2d_db<T>(y, b, threads);
  }
}

template <typename Run>
double seconds_of(Run run) {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  run();
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Times of single calls; the minimum is what the code can do, the median what one gets.
class Times {
 public:
  void add(double seconds) { seconds_.push_back(seconds); }
  double minimum() const { return *std::min_element(seconds_.begin(), seconds_.end()); }
  double median() const {
    std::vector<double> sorted = seconds_;
    const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
    std::nth_element(sorted.begin(), middle, sorted.end());
    return *middle;
  }

 private:
  std::vector<double> seconds_;
};

/// The peer for this problem, if there is one.
template <typename T>
class Peer {
 public:
  Peer([[maybe_unused]] const Layer& layer, [[maybe_unused]] Pass pass,
       [[maybe_unused]] int threads) {
#ifdef CONVPROOF_BENCH_ONEDNN
    if constexpr (std::is_same_v<T, float>) {
      if (pass == Pass::kDb) return;
      arrays_.emplace(layer);
      onednn_ = std::make_unique<OnednnConv2d>(layer, pass, arrays_->x.data(), arrays_->w.data(),
                                               arrays_->b.data(), arrays_->y.data(), threads);
    }
#endif
  }

  void measure() {
#ifdef CONVPROOF_BENCH_ONEDNN
    if (onednn_) times_.add(seconds_of([&] { onednn_->run(); }));
#endif
  }

  /// How many times as fast as the peer `ours` was.
  void report([[maybe_unused]] const Times& ours, [[maybe_unused]] benchmark::State& state) const {
#ifdef CONVPROOF_BENCH_ONEDNN
    if (!onednn_) return;
    state.counters["vs_onednn_min"] = times_.minimum() / ours.minimum();
    state.counters["vs_onednn_median"] = times_.median() / ours.median();
    state.SetLabel(std::string("oneDNN ") + onednn_->layout());
#endif
  }

 private:
#ifdef CONVPROOF_BENCH_ONEDNN
  std::optional<Arrays<T>> arrays_;
  std::unique_ptr<OnednnConv2d> onednn_;
#endif
  Times times_;
};

/// Ours and the peer's calls take turns, so that a slow moment of the machine hits both.
template <typename T>
void measure(benchmark::State& state, const Layer& layer, Pass pass, int threads) {
  Arrays<T> arrays(layer);
  fast::Workspace workspace;
  Peer<T> peer(layer, pass, threads);
  Times ours;
  run_fast(layer, pass, arrays, workspace, threads);
  for ([[maybe_unused]] auto _ : state) {
    const double seconds = seconds_of([&] { run_fast(layer, pass, arrays, workspace, threads); });
    ours.add(seconds);
    state.SetIterationTime(seconds);
    peer.measure();
  }
  const double work = flops(layer, pass);
  state.counters["GFLOP/s"] = work / ours.median() * 1e-9;
  state.counters["GFLOP/s_best"] = work / ours.minimum() * 1e-9;
  state.counters["percent_of_peak"] = 100 * work / ours.minimum() / peak_flops(sizeof(T), threads);
  peer.report(ours, state);
}

template <typename T>
void register_layer(const Layer& layer, const char* scalar) {
  for (const Pass pass : kPasses) {
    for (const int threads : {1, 2}) {
      const std::string label =
          text("conv2d/", layer.name, "/", name(pass), "/", scalar, "/threads:", threads);
      benchmark::RegisterBenchmark(label.c_str(),
                                   [layer, pass, threads](benchmark::State& state) {
                                     measure<T>(state, layer, pass, threads);
                                   })
          ->UseManualTime()
          ->Unit(benchmark::kMicrosecond);
    }
  }
}

}  // namespace

void register_conv2d() {
  for (const Layer& layer : layers()) {
    register_layer<float>(layer, "f32");
    register_layer<double>(layer, "f64");
  }
}

}  // namespace convproof::bench
