#pragma once

#include <parley/export.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace parley {

/// An owned block of bytes (ECMAScript's ArrayBuffer): what a binary message is made of, and what
/// send() takes over without a copy when it is moved in. Moves, does not copy by accident: use
/// slice(). Unlike std::vector it can grow without writing zeros, so a large message is received
/// straight into it.
///
/// Not thread-safe. Throws std::bad_alloc when memory ends.
///
/// @code
/// parley::ArrayBuffer picture = event.data().take();     // moved out of the message
/// socket.send(std::move(picture));                       // and into the next one
/// @endcode
class PARLEY_EXPORT ArrayBuffer {
 public:
  ArrayBuffer() noexcept = default;
  /// `byteLength` zero bytes.
  explicit ArrayBuffer(std::size_t byteLength);
  ArrayBuffer(ArrayBuffer&& other) noexcept;
  ArrayBuffer& operator=(ArrayBuffer&& other) noexcept;
  ArrayBuffer(const ArrayBuffer&) = delete;
  ArrayBuffer& operator=(const ArrayBuffer&) = delete;
  ~ArrayBuffer();

  /// A copy of `bytes`.
  [[nodiscard]] static ArrayBuffer copyOf(std::span<const std::byte> bytes);
  [[nodiscard]] static ArrayBuffer copyOf(std::string_view text);

  [[nodiscard]] std::size_t byteLength() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] std::byte* data() noexcept PARLEY_LIFETIMEBOUND { return data_; }
  [[nodiscard]] const std::byte* data() const noexcept PARLEY_LIFETIMEBOUND { return data_; }
  /// The bytes; valid until the buffer grows, is moved from or destroyed.
  [[nodiscard]] std::span<std::byte> bytes() noexcept PARLEY_LIFETIMEBOUND;
  [[nodiscard]] std::span<const std::byte> bytes() const noexcept PARLEY_LIFETIMEBOUND;
  /// The bytes as characters, whatever they hold.
  [[nodiscard]] std::string_view text() const noexcept PARLEY_LIFETIMEBOUND;

  /// A copy of [begin, end), negative positions counting from the end, both clamped, as in
  /// ECMAScript.
  [[nodiscard]] ArrayBuffer slice(std::int64_t begin, std::int64_t end = INT64_MAX) const;

  /// Room for at least `capacity` bytes without another allocation.
  void reserve(std::size_t capacity);
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
  /// Appends; grows by half as needed.
  void append(std::span<const std::byte> bytes);
  /// Changes the length; bytes that are new hold anything, so write them before reading.
  void resizeUninitialized(std::size_t byteLength);
  /// Releases the memory.
  void reset() noexcept;

 private:
  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace parley
