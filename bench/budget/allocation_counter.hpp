#pragma once

#include <cstdint>

namespace bench {

/// Allocations of the program so far, by malloc and what is made of it.
std::uint64_t allocationCount();

}  // namespace bench
