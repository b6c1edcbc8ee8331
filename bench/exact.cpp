// What sums without rounding cost per multiply-add, on the products of a real layer. The loop is
// spelled out here because this room does not include the reference.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <random>

#include "bench/layers.h"
#include "bench/suites.h"
#include "core/scalar/multiply_add.h"
#include "core/tensor.h"

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

/// y of a layer without stride, padding or groups.
template <typename S, typename T>
Tensor<S> convolve(const Tensor<T>& x, const Tensor<T>& w, const Shape& y_shape) {
  Tensor<S> y(y_shape);
  for (Index o = 0; o < y_shape[1]; ++o) {
    for (Index i = 0; i < y_shape[2]; ++i) {
      for (Index j = 0; j < y_shape[3]; ++j) {
        S& sum = y(0, o, i, j);
        for (Index c = 0; c < w.shape()[1]; ++c) {
          for (Index u = 0; u < w.shape()[2]; ++u) {
            for (Index v = 0; v < w.shape()[3]; ++v) {
              multiply_add(sum, w(o, c, u, v), x(0, c, i + u, j + v));
            }
          }
        }
      }
    }
  }
  return y;
}

template <typename S, typename T>
void measure(benchmark::State& state) {
  const Layer layer = square_layer("lenet5/c3", 6, 14, 16, 5, 1, 0);
  const auto x = random_tensor<T>(layer.x);
  const auto w = random_tensor<T>(layer.w);
  double best = std::numeric_limits<double>::infinity();
  for ([[maybe_unused]] auto _ : state) {
    using Clock = std::chrono::steady_clock;
    const auto start = Clock::now();
    benchmark::DoNotOptimize(convolve<S>(x, w, layer.y()));
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    state.SetIterationTime(seconds);
    best = std::min(best, seconds);
  }
  state.counters["ns_per_multiply_add"] = best * 1e9 / (layer.flops() / 2);
}

template <typename S, typename T>
void add(const char* name) {
  benchmark::RegisterBenchmark(name, measure<S, T>)->UseManualTime()->Unit(benchmark::kMillisecond);
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
