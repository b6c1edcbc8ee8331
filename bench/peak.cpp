#include "bench/peak.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "bench/peak.cpp"
#include <hwy/foreach_target.h>
// After foreach_target.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace convproof::bench::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

// Two multiply-adds per cycle, four cycles each, and some to spare, within 16 registers.
constexpr int kChains = 12;

/// Runs `steps` multiply-adds on each of the chains; returns the operations done. `start` comes
/// from outside and `*sink` goes there, so that nothing can be computed beforehand or left out.
template <typename T>
double run_chains(long steps, T start, T* sink) {
  const hn::ScalableTag<T> d;
  const auto factor = hn::Set(d, start);
  hn::Vec<decltype(d)> sums[kChains];
#pragma GCC unroll 12
  for (int i = 0; i < kChains; ++i) sums[i] = hn::Set(d, static_cast<T>(i));
  for (long step = 0; step < steps; ++step) {
#pragma GCC unroll 12
    for (int i = 0; i < kChains; ++i) sums[i] = hn::MulAdd(sums[i], factor, factor);
  }
#pragma GCC unroll 12
  for (int i = 1; i < kChains; ++i) sums[0] = hn::Add(sums[0], sums[i]);
  *sink = hn::GetLane(hn::SumOfLanes(d, sums[0]));
  return 2.0 * static_cast<double>(hn::Lanes(d)) * kChains * static_cast<double>(steps);
}

double run_f32(long steps, float start, float* sink) {
  return run_chains<float>(steps, start, sink);
}

double run_f64(long steps, double start, double* sink) {
  return run_chains<double>(steps, start, sink);
}

}  // namespace
}  // namespace convproof::bench::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <algorithm>
#include <chrono>
#include <map>
#include <utility>

namespace convproof::bench {
namespace {

HWY_EXPORT(run_f32);
HWY_EXPORT(run_f64);

double run_once(std::size_t element_bytes, long steps) {
  volatile float start_f32 = 0.5F;
  volatile double start_f64 = 0.5;
  float sink_f32 = 0;
  double sink_f64 = 0;
  const double flops = element_bytes == sizeof(float)
                           ? HWY_DYNAMIC_DISPATCH(run_f32)(steps, start_f32, &sink_f32)
                           : HWY_DYNAMIC_DISPATCH(run_f64)(steps, start_f64, &sink_f64);
  volatile double used = static_cast<double>(sink_f32) + sink_f64;
  (void)used;
  return flops;
}

double measure(std::size_t element_bytes, int threads) {
  using Clock = std::chrono::steady_clock;
  constexpr int kTries = 20;
  constexpr long kSteps = 500'000;
  double best = 0;
  for (int i = 0; i < kTries; ++i) {
    double flops = 0;
    const auto start = Clock::now();
#pragma omp parallel num_threads(threads) reduction(+ : flops)
    flops += run_once(element_bytes, kSteps);
    best = std::max(best, flops / std::chrono::duration<double>(Clock::now() - start).count());
  }
  return best;
}

}  // namespace

double peak_flops(std::size_t element_bytes, int threads) {
  static std::map<std::pair<std::size_t, int>, double> most;
  double& peak = most[{element_bytes, threads}];
  peak = std::max(peak, measure(element_bytes, threads));
  return peak;
}

}  // namespace convproof::bench
#endif
