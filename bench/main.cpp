#include <benchmark/benchmark.h>

#include "bench/peak.h"
#include "bench/suites.h"
#include "core/errors.h"
#include "fast/isa.h"

int main(int argc, char** argv) {
  using namespace convproof;
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::AddCustomContext("isa", fast::name(fast::current_isa()));
  benchmark::AddCustomContext("fma_peak_f32", text(bench::peak_flops(4, 1) * 1e-9, " GFLOP/s"));
  benchmark::AddCustomContext("fma_peak_f64", text(bench::peak_flops(8, 1) * 1e-9, " GFLOP/s"));
  bench::register_conv2d();
  bench::register_layers_around();
  bench::register_exact();
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
