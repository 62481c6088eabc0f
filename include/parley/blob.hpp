#pragma once

#include <parley/array_buffer.hpp>
#include <parley/export.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace parley {

class Blob;

/// One part of a new Blob (File API section 3.1): text is taken as UTF-8, invalid sequences become
/// U+FFFD; bytes and other Blobs are taken as they are.
using BlobPart = std::variant<std::string_view, std::span<const std::byte>, Blob>;

/// An immutable run of bytes with a media type (File API section 3), in memory. Copies and slices
/// share the bytes. Can be used from any thread.
///
/// @code
/// parley::Blob blob({"{\"id\":", "7}"}, "application/json");
/// socket.send(blob.slice(0, 5));
/// @endcode
class PARLEY_EXPORT Blob {
 public:
  /// An empty Blob without a type.
  Blob() noexcept;
  /// The parts, one after the other. `type` is lower-cased; it becomes "" if it has a character
  /// outside U+0020..U+007E.
  explicit Blob(const std::vector<BlobPart>& parts, std::string_view type = {});
  /// Takes the bytes over without a copy.
  explicit Blob(ArrayBuffer&& bytes, std::string_view type = {});

  /// Bytes.
  [[nodiscard]] std::uint64_t size() const noexcept;
  /// The media type, or "".
  [[nodiscard]] std::string_view type() const noexcept PARLEY_LIFETIMEBOUND;
  /// [start, end) without a copy; negative positions count from the end; both are clamped.
  [[nodiscard]] Blob slice(std::int64_t start = 0, std::int64_t end = INT64_MAX,
                           std::string_view contentType = {}) const;
  /// The bytes decoded as UTF-8 (invalid sequences become U+FFFD, a leading BOM is removed).
  [[nodiscard]] std::string text() const;
  /// A view of the bytes, valid as long as any Blob that shares them.
  [[nodiscard]] std::span<const std::byte> bytes() const noexcept PARLEY_LIFETIMEBOUND;
  /// A copy of the bytes.
  [[nodiscard]] ArrayBuffer arrayBuffer() const;

 private:
  std::shared_ptr<const ArrayBuffer> content_;
  std::uint64_t start_ = 0;
  std::uint64_t size_ = 0;
  std::string type_;
};

}  // namespace parley
