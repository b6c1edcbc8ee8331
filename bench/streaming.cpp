#include "bench/streaming.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "bench/streaming.cpp"
#include <hwy/foreach_target.h>
// After foreach_target.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace convproof::bench::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

/// What does not fill a vector is left out. Returns something of all that was read, so that nothing
/// can be left out.
float stream_piece(const float* from, Index read, float* to, Index written) {
  const hn::ScalableTag<float> d;
  const auto lanes = static_cast<Index>(hn::Lanes(d));
  const Index both = read < written ? read : written;
  auto sum = hn::Zero(d);
  auto other = hn::Zero(d);
  Index i = 0;
  for (; i + lanes <= both; i += lanes) hn::StoreU(hn::LoadU(d, from + i), d, to + i);
  for (Index r = i; r + 2 * lanes <= read; r += 2 * lanes) {
    sum = hn::Add(sum, hn::LoadU(d, from + r));
    other = hn::Add(other, hn::LoadU(d, from + r + lanes));
  }
  for (Index w = i; w + lanes <= written; w += lanes) hn::StoreU(sum, d, to + w);
  return hn::GetLane(hn::SumOfLanes(d, hn::Add(sum, other)));
}

}  // namespace
}  // namespace convproof::bench::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "fast/blocks.h"

namespace convproof::bench {
namespace {

HWY_EXPORT(stream_piece);

}  // namespace

void stream(const float* from, Index read, float* to, Index written, int threads) {
  const auto piece = [&](int thread) {
    const fast::Part r = fast::part_of(read, thread, threads);
    const fast::Part w = fast::part_of(written, thread, threads);
    volatile float used = HWY_DYNAMIC_DISPATCH(stream_piece)(from + r.first, r.last - r.first,
                                                             to + w.first, w.last - w.first);
    (void)used;
  };
  if (threads == 1) return piece(0);
#pragma omp parallel for schedule(static) num_threads(threads)
  for (int thread = 0; thread < threads; ++thread) piece(thread);
}

}  // namespace convproof::bench
#endif
