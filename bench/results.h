// What was measured, and the tables that are made of it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "bench/layers.h"

namespace convproof::bench {

/// Times of single calls; the minimum is what the code can do, the median what one gets.
class Times {
 public:
  void add(double seconds) { seconds_.push_back(seconds); }
  std::size_t count() const { return seconds_.size(); }
  double minimum() const;
  double median() const;

 private:
  std::vector<double> seconds_;
};

/// One pass of a layer, ours and each peer's, whose calls took turns.
struct Measurement {
  struct Peer {
    std::string name;
    std::string way;
    Times times;
  };
  Layer layer;
  std::string pass;
  std::string scalar;
  int threads;
  double flops;
  double peak;  // Flops per second that the machine reached in this run, on as many threads.
  Times ours = {};
  std::vector<Peer> peers = {};

  double percent_of_peak() const { return 100 * flops / ours.minimum() / peak; }
  /// The fastest peer by its minimum, or nullptr.
  const Peer* best_peer() const;
  /// How many times as fast as the best peer; minimum against minimum. NaN without peers.
  double ratio() const;
};

void add_measurement(Measurement measurement);
/// A result that was wrong, or a peer that threw.
void add_failure(const std::string& sentence);
const std::vector<std::string>& failures();

/// A line per network, pass, scalar, batch and number of threads: the geometric mean and the least
/// of the ratios, each shape as often as the network has it, and the sums of the times.
std::string summary();

/// Writes bench.csv (a line per measurement and implementation), bench.json (the same and the
/// machine) and bench.html (bars, per network). Throws: std::runtime_error if it cannot.
void write_tables(const std::filesystem::path& folder);

}  // namespace convproof::bench
