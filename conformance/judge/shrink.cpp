#include "conformance/judge/shrink.h"

#include <algorithm>

#include "conformance/cases/operator.h"
#include "core/errors.h"

namespace convproof::conformance {
namespace {

/// More elements than these are not shrunk one by one.
constexpr Index kMostElements = 4096;

class Shrinker {
 public:
  Shrinker(const Case& start, const std::function<bool(const Case&)>& fails,
           Clock::time_point deadline)
      : best_(start), fails_(fails), deadline_(deadline) {}

  void shrink_configuration() {
    bool improved = true;
    while (improved && in_time()) {
      improved = false;
      for (Case candidate : operator_page(best_.op).simpler(best_)) {
        bool smaller = try_case(candidate);
        // Two taps may happen to hold the same number: other data give a small case another chance.
        ++candidate.seed;
        smaller = smaller || try_case(candidate);
        if (!smaller) continue;
        improved = true;
        break;
      }
    }
  }

  void shrink_data() {
    const Operator& page = operator_page(best_.op);
    std::vector<KeptElement> kept = best_.only;
    if (kept.empty()) {
      for (const TensorSpec& spec : page.inputs(best_)) {
        if (spec.shape.element_count() > kMostElements) return;
        for (Index i = 0; i < spec.shape.element_count(); ++i) kept.push_back({spec.name, i});
      }
    }
    if (static_cast<Index>(kept.size()) > kMostElements) return;
    // Remove chunks, halving their size; a chunk that can go is gone for good.
    for (std::size_t chunk = std::max<std::size_t>(kept.size() / 2, 1); in_time(); chunk /= 2) {
      remove_chunks(kept, chunk);
      if (chunk == 1) break;
    }
  }

  Shrunk result() const { return {best_, attempts_}; }

 private:
  void remove_chunks(std::vector<KeptElement>& kept, std::size_t chunk) {
    for (std::size_t at = 0; at < kept.size() && in_time();) {
      std::vector<KeptElement> rest = kept;
      const auto first = rest.begin() + static_cast<std::ptrdiff_t>(at);
      rest.erase(first, first + static_cast<std::ptrdiff_t>(std::min(chunk, kept.size() - at)));
      Case candidate = best_;
      candidate.only = rest.empty() ? std::vector<KeptElement>{{"none", 0}} : rest;
      if (try_case(candidate)) {
        kept = rest;
      } else {
        at += chunk;
      }
    }
  }

  bool try_case(const Case& candidate) {
    if (!in_time()) return false;
    ++attempts_;
    if (!fails_(candidate)) return false;
    best_ = candidate;
    return true;
  }
  bool in_time() const { return Clock::now() < deadline_; }

  Case best_;
  const std::function<bool(const Case&)>& fails_;
  Clock::time_point deadline_;
  int attempts_ = 0;
};

}  // namespace

Shrunk shrink(const Case& start, const std::function<bool(const Case&)>& fails,
              Clock::time_point deadline) {
  Shrinker shrinker(start, fails, deadline);
  shrinker.shrink_configuration();
  shrinker.shrink_data();
  return shrinker.result();
}

}  // namespace convproof::conformance
