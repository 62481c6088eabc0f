#pragma once

#include <cstddef>

namespace parley::bytes {

/// A validator of a whole text: is [text, text + size) well-formed UTF-8?
/// All of them agree on every input; they differ in the instructions that they need.
using Utf8Kernel = bool (*)(const std::byte* text, std::size_t size) noexcept;

/// For every processor: skips ASCII by sixteen, steps a state machine through the rest.
[[nodiscard]] bool isValidUtf8Scalar(const std::byte* text, std::size_t size) noexcept;

#if defined(__x86_64__)
/// Need SSSE3, AVX2 and AVX-512BW, in this order.
[[nodiscard]] bool isValidUtf8Ssse3(const std::byte* text, std::size_t size) noexcept;
[[nodiscard]] bool isValidUtf8Avx2(const std::byte* text, std::size_t size) noexcept;
[[nodiscard]] bool isValidUtf8Avx512(const std::byte* text, std::size_t size) noexcept;
#elif defined(__ARM_NEON) && defined(__aarch64__)
/// Part of the aarch64 base.
[[nodiscard]] bool isValidUtf8Neon(const std::byte* text, std::size_t size) noexcept;
#endif

/// The fastest of them that this processor runs.
[[nodiscard]] Utf8Kernel bestUtf8Kernel() noexcept;

}  // namespace parley::bytes
