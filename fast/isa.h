// Which instruction set the fast paths use: chosen at run time, the best one unless told otherwise.
#pragma once

#include <vector>

namespace convproof::fast {

/// Instruction sets with kernels of their own, from the plainest to the widest.
enum class Isa { kScalar, kSse4, kAvx2, kAvx512 };

/// `scalar`, `sse4`, `avx2` or `avx512`: also what the environment variable CONVPROOF_ISA takes.
const char* name(Isa isa);

/// What this machine can run, plainest first, up to the limit that CONVPROOF_ISA sets. Never empty.
/// Throws: std::invalid_argument if CONVPROOF_ISA is none of the names.
std::vector<Isa> supported_isas();

/// What the next call runs on: the one forced, else the widest one supported.
/// Throws: std::invalid_argument if CONVPROOF_ISA is none of the names.
Isa current_isa();

/// Makes all further calls, from any thread, run on `isa`.
/// Throws: std::invalid_argument if it is not among supported_isas().
void force_isa(Isa isa);

/// Takes force_isa back.
void reset_isa();

}  // namespace convproof::fast
