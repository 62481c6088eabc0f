#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace parley::bytes {

static_assert(std::endian::native == std::endian::little ||
              std::endian::native == std::endian::big);

/// Reads a number as it lies in memory; any alignment. `from` has at least sizeof(T) bytes.
template <std::unsigned_integral T>
[[nodiscard]] inline T loadNative(const std::byte* from) noexcept {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

/// Writes a number as it lies in memory; any alignment. `to` has at least sizeof(T) bytes.
template <std::unsigned_integral T>
inline void storeNative(std::byte* to, T value) noexcept {
  std::memcpy(to, &value, sizeof value);
}

/// The same number with its bytes in the opposite order.
template <std::unsigned_integral T>
[[nodiscard]] constexpr T swapBytes(T value) noexcept {
  if constexpr (sizeof(T) == 1) {
    return value;
  } else if constexpr (sizeof(T) == 2) {
    return static_cast<T>(__builtin_bswap16(value));
  } else if constexpr (sizeof(T) == 4) {
    return __builtin_bswap32(value);
  } else {
    static_assert(sizeof(T) == 8);
    return __builtin_bswap64(value);
  }
}

/// Reads a number in network byte order; any alignment. `from` has at least sizeof(T) bytes.
template <std::unsigned_integral T>
[[nodiscard]] inline T loadBig(const std::byte* from) noexcept {
  const T value = loadNative<T>(from);
  return std::endian::native == std::endian::big ? value : swapBytes(value);
}

/// Writes a number in network byte order; any alignment. `to` has at least sizeof(T) bytes.
template <std::unsigned_integral T>
inline void storeBig(std::byte* to, T value) noexcept {
  storeNative<T>(to, std::endian::native == std::endian::big ? value : swapBytes(value));
}

}  // namespace parley::bytes
