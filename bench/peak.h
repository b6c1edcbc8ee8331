// What the machine could do at best: multiply-adds in registers, nothing else.
#pragma once

#include <cstddef>

namespace convproof::bench {

/// The most floating-point operations per second seen in short tries, a multiply-add being two, for
/// elements of 4 or 8 bytes on so many threads at once: in this call's tries (some 20 ms) or those
/// of any call before, so that a slow moment of the machine does not flatter what is measured.
double peak_flops(std::size_t element_bytes, int threads);

}  // namespace convproof::bench
