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
class BlobAccess;
class BlobContent;

/// One part of a new Blob (File API section 3.1): text is taken as UTF-8, invalid sequences become
/// U+FFFD; bytes and other Blobs are taken as they are.
using BlobPart = std::variant<std::string_view, std::span<const std::byte>, Blob>;

/// An immutable run of bytes with a media type (File API section 3), in memory or in a file. Copies
/// and slices share the bytes. Can be used from any thread.
///
/// One that is in a file is sent piece by piece as the network takes it, and a large message is
/// received into one (see Options::largeMessageSize), so that its size is no matter of memory.
///
/// @code
/// parley::Blob blob({"{\"id\":", "7}"}, "application/json");
/// socket.send(blob.slice(0, 5));
/// socket.send(parley::Blob::fromFile("video.mp4", "video/mp4"));
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
  /// The bytes of a regular file, as it is now; nothing is read yet. The file stays open as long as
  /// any Blob that shares it. It must not change: once its size or time has, it can't be read any
  /// more. Looks at the file system, which may block.
  /// @throws DOMException NotFoundError; NotReadableError, with the reason, for what can't be
  ///   opened and for what is no regular file
  [[nodiscard]] static Blob fromFile(const std::string& path, std::string_view type = {});

  /// Bytes.
  [[nodiscard]] std::uint64_t size() const noexcept;
  /// The media type, or "".
  [[nodiscard]] std::string_view type() const noexcept PARLEY_LIFETIMEBOUND;
  /// [start, end) without a copy; negative positions count from the end; both are clamped.
  [[nodiscard]] Blob slice(std::int64_t start = 0, std::int64_t end = INT64_MAX,
                           std::string_view contentType = {}) const;
  /// The bytes decoded as UTF-8 (invalid sequences become U+FFFD, a leading BOM is removed).
  /// @throws DOMException NotReadableError
  [[nodiscard]] std::string text() const;
  /// A view of the bytes, valid as long as any Blob that shares them. Those of fromFile() are read
  /// into memory at the first call, all of them, and stay there; use read() if they are many.
  /// @throws DOMException NotReadableError
  [[nodiscard]] std::span<const std::byte> bytes() const PARLEY_LIFETIMEBOUND;
  /// A copy of the bytes.
  /// @throws DOMException NotReadableError
  [[nodiscard]] ArrayBuffer arrayBuffer() const;

  // ---- Ours ----

  /// Copies bytes from `offset` on to the front of `into`, and answers how many: all that `into`
  /// has room for, or fewer at the end. Blocks while a file is read.
  /// @throws DOMException NotReadableError
  std::size_t read(std::uint64_t offset, std::span<std::byte> into) const;
  /// Is some of it in a file?
  [[nodiscard]] bool isInFile() const noexcept;

 private:
  friend class BlobAccess;

  std::shared_ptr<const BlobContent> content_;
  std::uint64_t start_ = 0;
  std::uint64_t size_ = 0;
  std::string type_;
};

}  // namespace parley
