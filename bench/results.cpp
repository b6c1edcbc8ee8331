#include "bench/results.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <tuple>

#include "bench/peak.h"
#include "bench/peer.h"
#include "fast/isa.h"

namespace convproof::bench {
namespace {

std::vector<Measurement>& measurements() {
  static std::vector<Measurement> all;
  return all;
}

std::vector<std::string>& sentences() {
  static std::vector<std::string> all;
  return all;
}

/// What belongs into one line of the summary.
struct Group {
  std::string network;
  Index images;
  std::string pass;
  std::string scalar;
  int threads;

  friend bool operator==(const Group&, const Group&) = default;
};

Group group_of(const Measurement& m) {
  return {m.layer.network(), m.layer.x[0], m.pass, m.scalar, m.threads};
}

/// The groups in the order in which they were measured first.
std::vector<std::pair<Group, std::vector<const Measurement*>>> groups() {
  std::vector<std::pair<Group, std::vector<const Measurement*>>> all;
  for (const Measurement& m : measurements()) {
    const Group group = group_of(m);
    auto at = std::find_if(all.begin(), all.end(), [&](const auto& g) { return g.first == group; });
    if (at == all.end()) at = all.insert(all.end(), {group, {}});
    at->second.push_back(&m);
  }
  return all;
}

struct Totals {
  double ours = 0;
  double best_peers = 0;  // Of the layers that have one.
  double at_peak = 0;
  double layers = 0;
  double log_ratios = 0;
  double least_ratio = std::numeric_limits<double>::infinity();
  std::string least_layer;

  double mean_ratio() const { return std::exp(log_ratios / layers); }
};

Totals totals_of(const std::vector<const Measurement*>& of) {
  Totals totals;
  for (const Measurement* m : of) {
    const auto count = static_cast<double>(m->layer.count);
    totals.ours += count * m->ours.minimum();
    totals.at_peak += count * m->flops / m->peak;
    if (m->best_peer() == nullptr) continue;
    totals.best_peers += count * m->best_peer()->times.minimum();
    totals.layers += count;
    totals.log_ratios += count * std::log(m->ratio());
    if (m->ratio() < totals.least_ratio) {
      totals.least_ratio = m->ratio();
      totals.least_layer = m->layer.name.substr(m->layer.network().size() + 1);
    }
  }
  return totals;
}

std::string milliseconds(double seconds) {
  return fmt::format("{:.4g}", seconds * 1e3);
}

std::ofstream open(const std::filesystem::path& path) {
  std::ofstream out(path, std::ios::binary);
  if (!out) throw std::runtime_error(text("expected to be able to write ", path.string()));
  return out;
}

void close(std::ofstream& out, const std::filesystem::path& path) {
  out.flush();
  if (!out) throw std::runtime_error(text("expected room for ", path.string()));
}

std::string csv() {
  std::string lines =
      "network,layer,count,images,pass,scalar,threads,implementation,way,"
      "min_ms,median_ms,rounds,gflops,percent_of_peak\n";
  for (const Measurement& m : measurements()) {
    const auto line = [&](const std::string& who, const std::string& way, const Times& times) {
      const double rate = m.flops / times.minimum();
      lines += fmt::format("{},{},{},{},{},{},{},{},{},{:.6g},{:.6g},{},{:.5g},{:.4g}\n",
                           m.layer.network(), m.layer.name.substr(m.layer.network().size() + 1),
                           m.layer.count, m.layer.x[0], m.pass, m.scalar, m.threads, who, way,
                           times.minimum() * 1e3, times.median() * 1e3, times.count(), rate * 1e-9,
                           100 * rate / m.peak);
    };
    line("convproof", "", m.ours);
    for (const Measurement::Peer& peer : m.peers) line(peer.name, peer.way, peer.times);
  }
  return lines;
}

nlohmann::json json_of(const Times& times) {
  return {{"min_s", times.minimum()}, {"median_s", times.median()}, {"rounds", times.count()}};
}

std::string json() {
  nlohmann::json all = {{"isa", fast::name(fast::current_isa())},
                        {"peers", peer_versions()},
                        {"failures", failures()},
                        {"measurements", nlohmann::json::array()}};
  for (const Measurement& m : measurements()) {
    nlohmann::json one = {{"layer", m.layer.name},
                          {"count", m.layer.count},
                          {"images", m.layer.x[0]},
                          {"pass", m.pass},
                          {"scalar", m.scalar},
                          {"threads", m.threads},
                          {"flops", m.flops},
                          {"peak_flops_per_s", m.peak},
                          {"convproof", json_of(m.ours)},
                          {"peers", nlohmann::json::object()}};
    for (const Measurement::Peer& peer : m.peers) {
      one["peers"][peer.name] = json_of(peer.times);
      one["peers"][peer.name]["way"] = peer.way;
    }
    all["measurements"].push_back(std::move(one));
  }
  return all.dump(1) + "\n";
}

constexpr const char* kHead = R"(<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>convproof: speed</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
:root { color-scheme: light dark; --ours: #2563a8; --theirs: #b0651a; --line: #8884; }
body { font: 15px/1.45 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h2 { margin: 2.2rem 0 .3rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .15rem .5rem; border-bottom: 1px solid var(--line); }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.bars { width: 45%; min-width: 9rem; }
.bar { height: .5rem; margin: 1px 0; border-radius: 2px; }
.ours { background: var(--ours); } .theirs { background: var(--theirs); }
.low { font-weight: 600; } .note { opacity: .75; }
summary { cursor: pointer; margin: .5rem 0; }
@media (max-width: 40rem) { td.bars, th.bars { display: none; } }
@media (prefers-color-scheme: dark) { :root { --ours: #6aa7e8; --theirs: #e0a063; } }
</style></head><body>
<h1>How fast, layer by layer</h1>
)";

/// A row with a bar of ours and one of the best peer's, as parts of the FMA peak.
std::string row(const Measurement& m) {
  const auto bar = [&](const char* whose, const Times& times) {
    const double part = std::min(100.0, 100 * m.flops / times.minimum() / m.peak);
    return fmt::format("<div class=\"bar {}\" style=\"width:{:.1f}%\"></div>", whose, part);
  };
  const Measurement::Peer* peer = m.best_peer();
  const std::string name = m.layer.name.substr(m.layer.network().size() + 1);
  return fmt::format(
      "<tr><td>{}{}</td><td class=\"bars\">{}{}</td><td class=\"n\">{}</td><td class=\"n\">{:.0f} %"
      "</td><td class=\"n\">{}</td><td class=\"n{}\">{}</td></tr>\n",
      name, m.layer.count > 1 ? fmt::format(" ×{}", m.layer.count) : "", bar("ours", m.ours),
      peer == nullptr ? "" : bar("theirs", peer->times), milliseconds(m.ours.minimum()),
      m.percent_of_peak(),
      peer == nullptr ? "" : fmt::format("{} {}", milliseconds(peer->times.minimum()), peer->name),
      peer != nullptr && m.ratio() < 1 ? " low" : "",
      peer == nullptr ? "" : fmt::format("{:.2f}", m.ratio()));
}

std::string html() {
  std::string page = kHead;
  page += fmt::format(
      "<p>convproof with {}; peers: {}. Times are the least of some rounds in which all take turns."
      " Bars: <span style=\"color:var(--ours)\">convproof</span> and <span "
      "style=\"color:var(--theirs)\">the fastest peer</span>, in percent of the multiply-adds per "
      "second that this machine reached in the same run.</p>\n",
      fast::name(fast::current_isa()),
      peer_versions().empty() ? "none found" : fmt::format("{}", fmt::join(peer_versions(), ", ")));
  for (const std::string& sentence : failures()) {
    page += fmt::format("<p class=\"low\">{}</p>\n", sentence);
  }
  std::string network;
  for (const auto& [group, of] : groups()) {
    const bool is_first = group.network != network;
    if (is_first) {
      network = group.network;
      page += fmt::format("<h2>{}</h2>\n", network);
    }
    const Totals totals = totals_of(of);
    page +=
        fmt::format("<details><summary>{}, {}, {} image{}, {} thread{}: {} ms, {:.0f} % of peak",
                    group.pass, group.scalar, group.images, group.images == 1 ? "" : "s",
                    group.threads, group.threads == 1 ? "" : "s", milliseconds(totals.ours),
                    100 * totals.at_peak / totals.ours);
    if (totals.layers > 0) {
      page +=
          fmt::format("; {:.2f} times as fast as the best peer of each layer", totals.mean_ratio());
    }
    page +=
        "</summary>\n<table><tr><th>layer</th><th class=\"bars\"></th><th class=\"n\">ms</th><th "
        "class=\"n\">of "
        "peak</th><th class=\"n\">best peer, ms</th><th class=\"n\">ratio</th></tr>\n";
    for (const Measurement* m : of) page += row(*m);
    page += "</table></details>\n";
  }
  return page + "</body></html>\n";
}

}  // namespace

double Times::minimum() const {
  return *std::min_element(seconds_.begin(), seconds_.end());
}

double Times::median() const {
  std::vector<double> sorted = seconds_;
  const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
  std::nth_element(sorted.begin(), middle, sorted.end());
  return *middle;
}

const Measurement::Peer* Measurement::best_peer() const {
  const auto best = std::min_element(peers.begin(), peers.end(), [](const Peer& a, const Peer& b) {
    return a.times.minimum() < b.times.minimum();
  });
  return best == peers.end() ? nullptr : &*best;
}

double Measurement::ratio() const {
  const Peer* const best = best_peer();
  return best == nullptr ? std::numeric_limits<double>::quiet_NaN()
                         : best->times.minimum() / ours.minimum();
}

void add_measurement(Measurement measurement) {
  // The peak is measured again and again; what the machine reached at any time, it can reach.
  double most = measurement.peak;
  const auto is_alike = [&](const Measurement& m) {
    return m.scalar == measurement.scalar && m.threads == measurement.threads;
  };
  for (const Measurement& m : measurements()) {
    if (is_alike(m)) most = std::max(most, m.peak);
  }
  for (Measurement& m : measurements()) {
    if (is_alike(m)) m.peak = most;
  }
  measurement.peak = most;
  measurements().push_back(std::move(measurement));
}

void add_failure(const std::string& sentence) {
  sentences().push_back(sentence);
}

const std::vector<std::string>& failures() {
  return sentences();
}

std::string summary() {
  std::string lines;
  for (const auto& [group, of] : groups()) {
    if (lines.empty()) {
      lines = fmt::format("{:<10} {:<4} {:<4} {:>3} {:>3} {:>10} {:>10} {:>6} {:>6} {:>6}  {}\n",
                          "network", "pass", "", "N", "thr", "ms", "best peers", "% peak", "mean",
                          "least", "of layer");
    }
    const Totals totals = totals_of(of);
    lines += fmt::format("{:<10} {:<4} {:<4} {:>3} {:>3} {:>10} ", group.network, group.pass,
                         group.scalar, group.images, group.threads, milliseconds(totals.ours));
    const double percent = 100 * totals.at_peak / totals.ours;
    if (totals.layers > 0) {
      lines +=
          fmt::format("{:>10} {:>6.1f} {:>6.2f} {:>6.2f}  {}\n", milliseconds(totals.best_peers),
                      percent, totals.mean_ratio(), totals.least_ratio, totals.least_layer);
    } else {
      lines += fmt::format("{:>10} {:>6.1f}\n", "-", percent);
    }
  }
  return lines;
}

void write_tables(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  const std::pair<const char*, std::string> files[] = {
      {"bench.csv", csv()}, {"bench.json", json()}, {"bench.html", html()}};
  for (const auto& [name, content] : files) {
    // Beside, and then in its place: nobody finds half a file.
    const std::filesystem::path path = folder / name;
    const std::filesystem::path partial = path.string() + ".partial";
    std::ofstream out = open(partial);
    out << content;
    close(out, partial);
    std::filesystem::rename(partial, path);
  }
}

}  // namespace convproof::bench
