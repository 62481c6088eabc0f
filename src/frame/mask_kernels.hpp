#pragma once

#include "frame/mask.hpp"

#include <cstddef>
#include <cstdint>

namespace parley::frame {

/// Masks any number of bytes from `from` to `to` (the same or disjoint) with the key word and
/// answers what the plain side held. All kernels write the same; they differ in the instructions
/// that they need.
using MaskKernel = PlainText (*)(std::byte* to, const std::byte* from, std::size_t size,
                                 std::uint32_t key) noexcept;

/// The base instruction set of the processor.
template <PlainSide side>
PlainText maskBase(std::byte* to, const std::byte* from, std::size_t size,
                   std::uint32_t key) noexcept;

#if defined(__x86_64__)
// The attributes must stand on these declarations: GCC takes a template's target from its first.
template <PlainSide side>
__attribute__((target("avx2"))) PlainText maskAvx2(std::byte* to, const std::byte* from,
                                                   std::size_t size, std::uint32_t key) noexcept;

/// Needs AVX-512BW.
template <PlainSide side>
__attribute__((target("avx512f,avx512bw"))) PlainText maskAvx512(std::byte* to,
                                                                 const std::byte* from,
                                                                 std::size_t size,
                                                                 std::uint32_t key) noexcept;
#endif

}  // namespace parley::frame
