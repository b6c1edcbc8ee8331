#include "fast/conv2d.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include "bench/layers.h"
#include "bench/peak.h"
#include "bench/peer.h"
#include "bench/results.h"
#include "bench/suites.h"
#include "fast/im2col_gemm.h"

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

template <typename T>
constexpr const char* scalar_name() {
  return std::is_same_v<T, float> ? "f32" : "f64";
}

double flops(const Layer& layer, Pass pass) {
  return pass == Pass::kDb ? static_cast<double>(layer.y().element_count()) : layer.flops();
}

template <typename T>
Tensor<T> random_tensor(const Shape& shape) {
  std::mt19937 random(1);
  std::uniform_real_distribution<float> unit(-1, 1);
  Tensor<T> tensor(shape);
  for (Index i = 0; i < tensor.size(); ++i) tensor[i] = unit(random);
  return tensor;
}

/// The same numbers, whatever the type.
template <typename T>
Arrays<T> arrays_of(const Layer& layer) {
  return {random_tensor<T>(layer.x), random_tensor<T>(layer.w), random_tensor<T>({layer.w[0]}),
          random_tensor<T>(layer.y())};
}

template <typename T>
const Tensor<T>& result_of(Pass pass, const Arrays<T>& arrays) {
  switch (pass) {
    case Pass::kY: return arrays.y;
    case Pass::kDx: return arrays.x;
    case Pass::kDw: return arrays.w;
    case Pass::kDb: return arrays.b;
  }
  return arrays.y;
}

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

/// The same by the textbook's algorithm, in double.
void run_textbook(const Layer& layer, Pass pass, Arrays<double>& arrays, int threads) {
  fast::Workspace workspace;
  const TensorView<double> x = arrays.x;
  const TensorView<double> w = arrays.w;
  const TensorView<double> y = arrays.y;
  switch (pass) {
    case Pass::kY:
      return fast::conv2d_im2col<double>(x, w, arrays.b.data(), layer.p, y, workspace, threads);
    case Pass::kDx: return fast::conv2d_dx_im2col<double>(y, w, layer.p, x, workspace, threads);
    case Pass::kDw: return fast::conv2d_dw_im2col<double>(y, x, layer.p, w, workspace, threads);
    case Pass::kDb:
      for (Index i = 0, area = y.shape()[2] * y.shape()[3]; i < arrays.b.size(); ++i) {
        double& sum = arrays.b[i] = 0;
        for (Index n = 0; n < y.shape()[0]; ++n) {
          const double* const map = y.data() + (n * arrays.b.size() + i) * area;
          for (Index p = 0; p < area; ++p) sum += map[p];
        }
      }
  }
}

/// How many products an element is the sum of, at most.
double most_terms(const Layer& layer, Pass pass) {
  const Shape& w = layer.w;
  const Shape y = layer.y();
  switch (pass) {
    case Pass::kY: return static_cast<double>(w[1] * w[2] * w[3] + 1);
    case Pass::kDx: return static_cast<double>(w[0] / layer.p.groups * w[2] * w[3]);
    case Pass::kDw:
    case Pass::kDb: return static_cast<double>(y[0] * y[2] * y[3]);
  }
  return 0;
}

void make_positive(Tensor<double>& tensor) {
  for (Index i = 0; i < tensor.size(); ++i) tensor[i] = std::abs(tensor[i]);
}

/// What a pass is, and how far a plain sum of its products may be from it: the textbook's sum in
/// double errs by n*v*(1+v)*S, another one in T by n*u*(1+u)*S (conformance/judge/error_bound.h),
/// with u and v the unit roundoffs of T and double. S, the sum of moduli, is computed in double,
/// too: hence the last factor.
template <typename T>
class Truth {
 public:
  Truth(const Layer& layer, Pass pass, int threads) {
    Arrays<double> arrays = arrays_of<double>(layer);
    Arrays<double> moduli = arrays;
    run_textbook(layer, pass, arrays, threads);
    for (Tensor<double>* tensor : {&moduli.x, &moduli.w, &moduli.b, &moduli.y}) {
      make_positive(*tensor);
    }
    run_textbook(layer, pass, moduli, threads);
    exact_ = result_of(pass, arrays);
    bound_ = result_of(pass, moduli);
    const double terms = most_terms(layer, pass);
    const double u = std::numeric_limits<T>::epsilon() / 2;
    const double v = std::numeric_limits<double>::epsilon() / 2;
    for (Index i = 0; i < bound_.size(); ++i) {
      bound_[i] *= terms * (u * (1 + u) + v * (1 + v)) * (1 + 2 * terms * v);
    }
  }

  /// Throws: std::runtime_error that names the first element that is too far away.
  void require(const Tensor<T>& result, const std::string& whose) const {
    for (Index i = 0; i < result.size(); ++i) {
      // Written so that NaN does not pass.
      if (!(std::abs(static_cast<double>(result[i]) - exact_[i]) <= bound_[i])) {
        throw std::runtime_error(text(whose, ": expected element ", i, " within ", bound_[i],
                                      " of ", exact_[i], ", found ", result[i]));
      }
    }
  }

 private:
  Tensor<double> exact_;
  Tensor<double> bound_;
};

template <typename Run>
double seconds_of(Run run) {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  run();
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// The result of every implementation is checked once; then their calls take turns, so that a slow
/// moment of the machine hits all of them.
template <typename T>
void measure(benchmark::State& state, const Layer& layer, Pass pass, int threads) {
  Arrays<T> ours = arrays_of<T>(layer);
  std::vector<Arrays<T>> theirs(kMostPeers, ours);
  fast::Workspace workspace;
  const auto found = peers(layer, pass, theirs, threads);
  Measurement measured{.layer = layer,
                       .pass = name(pass),
                       .scalar = scalar_name<T>(),
                       .threads = threads,
                       .flops = flops(layer, pass),
                       .peak = peak_flops(sizeof(T), threads)};
  try {
    // The textbook's way is too slow for many images; what is done to one is done to all.
    if (layer.x[0] == 1) {
      const Truth<T> truth(layer, pass, threads);
      run_fast(layer, pass, ours, workspace, threads);
      truth.require(result_of(pass, ours), "convproof");
      for (std::size_t i = 0; i < found.size(); ++i) {
        found[i]->run();
        truth.require(result_of(pass, theirs[i]), found[i]->name());
      }
    }
    run_fast(layer, pass, ours, workspace, threads);
    for (const auto& peer : found) {
      measured.peers.push_back({peer->name(), peer->way(), {}});
      peer->run();
    }
    for ([[maybe_unused]] auto _ : state) {
      const double seconds = seconds_of([&] { run_fast(layer, pass, ours, workspace, threads); });
      state.SetIterationTime(seconds);
      measured.ours.add(seconds);
      for (std::size_t i = 0; i < found.size(); ++i) {
        measured.peers[i].times.add(seconds_of([&] { found[i]->run(); }));
      }
    }
  } catch (const std::exception& error) {
    state.SkipWithError(error.what());
    add_failure(error.what());
    return;
  }
  state.counters["GFLOP/s"] = measured.flops / measured.ours.median() * 1e-9;
  state.counters["GFLOP/s_best"] = measured.flops / measured.ours.minimum() * 1e-9;
  state.counters["percent_of_peak"] = measured.percent_of_peak();
  std::string ways;
  for (const Measurement::Peer& peer : measured.peers) {
    state.counters["vs_" + peer.name + "_min"] = peer.times.minimum() / measured.ours.minimum();
    state.counters["vs_" + peer.name + "_median"] = peer.times.median() / measured.ours.median();
    ways += text(ways.empty() ? "" : ", ", peer.name, " ", peer.way);
  }
  state.SetLabel(ways);
  add_measurement(std::move(measured));
}

/// Rounds enough for a steady minimum, in about a fifth of a second.
benchmark::IterationCount rounds(const Layer& layer, Pass pass) {
  constexpr double kSeconds = 0.2;
  constexpr double kUsualFlops = 150e9;
  return static_cast<benchmark::IterationCount>(
      std::clamp(kSeconds * kUsualFlops / flops(layer, pass), 7.0, 2000.0));
}

template <typename T>
void register_layer(const Layer& layer) {
  const std::string images = layer.x[0] == 1 ? "" : text("/images:", layer.x[0]);
  for (const Pass pass : kPasses) {
    for (const int threads : {1, 2}) {
      const std::string label = text("conv2d/", layer.name, images, "/", name(pass), "/",
                                     scalar_name<T>(), "/threads:", threads);
      benchmark::RegisterBenchmark(label.c_str(),
                                   [layer, pass, threads](benchmark::State& state) {
                                     measure<T>(state, layer, pass, threads);
                                   })
          ->UseManualTime()
          ->Iterations(rounds(layer, pass))
          ->Unit(benchmark::kMicrosecond);
    }
  }
}

}  // namespace

void register_conv2d() {
  for (const Layer& layer : layers()) {
    register_layer<float>(layer);
    register_layer<double>(layer);
    register_layer<float>(layer.with_images(8));
  }
}

}  // namespace convproof::bench
