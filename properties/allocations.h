// Counts what operator new hands out, for tests that say "allocates nothing".
#pragma once

#include <cstdint>

namespace convproof {

/// How often any form of operator new was called by this program so far, on any thread.
std::int64_t allocation_count();

}  // namespace convproof
