#include <benchmark/benchmark.h>

#include <exception>
#include <iostream>
#include <string>

#include "bench/peak.h"
#include "bench/peer.h"
#include "bench/results.h"
#include "bench/suites.h"
#include "core/errors.h"
#include "fast/isa.h"

namespace {

constexpr const char* kTables = "--tables=";

/// Takes `--tables=FOLDER` out of the arguments; empty if it is not there.
std::string take_tables(int& argc, char** argv) {
  std::string folder;
  int kept = 0;
  for (int i = 0; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument.starts_with(kTables)) {
      folder = argument.substr(std::string(kTables).size());
    } else {
      argv[kept++] = argv[i];
    }
  }
  argc = kept;
  return folder;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace convproof;
  const std::string tables = take_tables(argc, argv);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::AddCustomContext("isa", fast::name(fast::current_isa()));
  benchmark::AddCustomContext("fma_peak_f32", text(bench::peak_flops(4, 1) * 1e-9, " GFLOP/s"));
  benchmark::AddCustomContext("fma_peak_f64", text(bench::peak_flops(8, 1) * 1e-9, " GFLOP/s"));
  std::string peers;
  for (const std::string& peer : bench::peer_versions()) {
    peers += (peers.empty() ? "" : ", ") + peer;
  }
  benchmark::AddCustomContext("peers", peers.empty() ? "none found" : peers);
  bench::register_conv2d();
  bench::register_layers_around();
  bench::register_exact();
  if (benchmark::RunSpecifiedBenchmarks() == 0) {
    std::cerr << "expected a --benchmark_filter that names a benchmark; "
                 "--benchmark_list_tests=true lists them\n";
    return 2;
  }
  benchmark::Shutdown();
  try {
    if (!tables.empty()) bench::write_tables(tables);
    std::cout << bench::summary();
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return 2;
  }
  for (const std::string& sentence : bench::failures()) std::cerr << sentence << "\n";
  return bench::failures().empty() ? 0 : 1;
}
