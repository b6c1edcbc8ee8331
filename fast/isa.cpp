#include "fast/isa.h"

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string>

#include "core/errors.h"
#include "fast/kernels.h"

namespace convproof::fast {
namespace {

constexpr Isa kAllIsas[] = {Isa::kScalar, Isa::kSse4, Isa::kAvx2, Isa::kAvx512};
constexpr int kNotForced = -1;

std::atomic<int> forced{kNotForced};

Isa parse_isa(const std::string& word) {
  for (const Isa isa : kAllIsas) {
    if (word == name(isa)) return isa;
  }
  throw std::invalid_argument(
      text("CONVPROOF_ISA: expected scalar, sse4, avx2 or avx512, found '", word, "'"));
}

Isa limit_from_environment() {
  const char* const limit = std::getenv("CONVPROOF_ISA");
  return limit == nullptr ? Isa::kAvx512 : parse_isa(limit);
}

bool supported(Isa isa, Isa limit) {
  return isa <= limit && kernels<float>(isa) != nullptr;
}

}  // namespace

const char* name(Isa isa) {
  switch (isa) {
    case Isa::kScalar: return "scalar";
    case Isa::kSse4: return "sse4";
    case Isa::kAvx2: return "avx2";
    case Isa::kAvx512: return "avx512";
  }
  return "?";
}

std::vector<Isa> supported_isas() {
  const Isa limit = limit_from_environment();
  std::vector<Isa> isas;
  for (const Isa isa : kAllIsas) {
    if (supported(isa, limit)) isas.push_back(isa);
  }
  return isas;
}

Isa current_isa() {
  const int asked = forced.load(std::memory_order_relaxed);
  if (asked != kNotForced) return static_cast<Isa>(asked);
  const Isa limit = limit_from_environment();
  Isa widest = Isa::kScalar;
  for (const Isa isa : kAllIsas) {
    if (supported(isa, limit)) widest = isa;
  }
  return widest;
}

void force_isa(Isa isa) {
  if (!supported(isa, limit_from_environment())) {
    std::string names;
    for (const Isa other : supported_isas()) names += text(names.empty() ? "" : ", ", name(other));
    throw std::invalid_argument(
        text("force_isa: expected one of ", names, " on this machine, found ", name(isa)));
  }
  forced.store(static_cast<int>(isa), std::memory_order_relaxed);
}

void reset_isa() {
  forced.store(kNotForced, std::memory_order_relaxed);
}

}  // namespace convproof::fast
