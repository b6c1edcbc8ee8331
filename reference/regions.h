// The regions that a pooling layer summarises.
#pragma once

#include <vector>

#include "core/pool.h"
#include "reference/windows.h"

namespace convproof::reference {

/// One region X^d_{m,n} of the notes (note 000 §3.2.2, F-POOL-SHAPES): places in C order of x and
/// y, of one map of one image. Taps that fall outside the image are not in it, so it may be empty.
struct Region {
  Index output;               // Its place in y.
  std::vector<Index> pixels;  // The places in x that it reads, in C order of the taps.
  std::vector<Index> taps;    // The tap that reads each of them, numbered in C order.
};

/// visit(region) for every region of every map, windows outermost. The shape rule has approved x
/// and made y of it.
template <typename Visit>
void for_each_region(const Shape& x, const Shape& y, const PoolParams& p, Visit visit) {
  const Windows windows(spatial(x), Shape(p.kernel.begin(), p.kernel.end()), spatial(y), p.axes);
  for (Index i = 0; i < windows.windows(); ++i) {
    const std::vector<Reading> readings = windows.of_window(i);
    for (Index map = 0; map < x[0] * x[1]; ++map) {
      Region region{.output = map * windows.windows() + i, .pixels = {}, .taps = {}};
      for (const Reading& r : readings) {
        region.pixels.push_back(map * windows.pixels() + r.pixel);
        region.taps.push_back(r.tap);
      }
      visit(static_cast<const Region&>(region));
    }
  }
}

}  // namespace convproof::reference
