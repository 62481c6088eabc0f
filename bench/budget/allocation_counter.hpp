#pragma once

#include <cstdint>

namespace bench {

/// Heap allocations of this process so far (malloc, calloc, realloc and what is built on them,
/// operator new among it). Counted in memory that forked processes share, so that the benchmark can
/// watch the server that it started.
std::uint64_t allocationCount();

/// Makes the counter visible to processes forked from now on. Call once, before fork().
void shareAllocationCounter();

}  // namespace bench
