// What the reference costs per multiply-add where it sums without rounding, on a real layer: on one
// thread, and on all of them.
#include <benchmark/benchmark.h>
#include <omp.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <random>

#include "bench/layers.h"
#include "bench/suites.h"
#include "core/scalar/multiply_add.h"
#include "core/tensor.h"
#include "reference/conv2d.h"

namespace convproof::bench {
namespace {

template <typename T>
Tensor<T> random_tensor(const Shape& shape) {
  std::mt19937 random(1);
  // As many bits as a float has: a rational of doubles would be twice as long.
  std::uniform_real_distribution<float> unit(-1, 1);
  Tensor<T> tensor(shape);
  for (Index i = 0; i < tensor.size(); ++i) tensor[i] = T(static_cast<double>(unit(random)));
  return tensor;
}

template <typename S, typename T>
void measure(benchmark::State& state, int threads) {
  const Layer layer = square_layer("lenet5/c3", 6, 14, 16, 5, 1, 0);
  const auto x = random_tensor<T>(layer.x);
  const auto w = random_tensor<T>(layer.w);
  omp_set_num_threads(threads);
  double best = std::numeric_limits<double>::infinity();
  for ([[maybe_unused]] auto _ : state) {
    using Clock = std::chrono::steady_clock;
    const auto start = Clock::now();
    benchmark::DoNotOptimize(reference::conv2d<S>(x, w, nullptr, layer.p));
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    state.SetIterationTime(seconds);
    best = std::min(best, seconds);
  }
  state.counters["ns_per_multiply_add"] = best * 1e9 / (layer.flops() / 2);
}

template <typename S, typename T>
void add(const std::string& name) {
  const int all = omp_get_num_procs();
  for (const int threads : all == 1 ? std::vector{1} : std::vector{1, all}) {
    benchmark::RegisterBenchmark(
        text(name, "/threads:", threads).c_str(),
        [threads](benchmark::State& state) { measure<S, T>(state, threads); })
        ->UseManualTime()
        ->Unit(benchmark::kMillisecond);
  }
}

}  // namespace

void register_exact() {
  add<Exact, float>("exact/lenet5/c3/f32");
  add<Exact, double>("exact/lenet5/c3/f64");
  add<Exact, Half>("exact/lenet5/c3/f16");
  add<Exact, BFloat16>("exact/lenet5/c3/bf16");
  add<Rational, Rational>("exact/lenet5/c3/rational");
}

}  // namespace convproof::bench
