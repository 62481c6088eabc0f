#pragma once

#include "bytes/result.hpp"
#include "loop/file.hpp"

#include <parley/array_buffer.hpp>
#include <parley/blob.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace parley {

/// What Blobs that are copies and slices of each other share: bytes in memory, bytes in a file, or
/// runs of other contents. Any thread.
class BlobContent {
 public:
  /// A part of another content.
  struct Run {
    std::shared_ptr<const BlobContent> content;
    std::uint64_t start = 0;
    std::uint64_t size = 0;
  };

  explicit BlobContent(ArrayBuffer&& memory);
  /// A file of that name, which is not to change.
  BlobContent(std::shared_ptr<const loop::File> file, std::string path);
  /// A file that nobody else can change, and its bytes by loop::File::map().
  BlobContent(std::shared_ptr<const loop::File> file, std::span<const std::byte> mapped);
  explicit BlobContent(std::vector<Run> runs);

  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
  /// Can bytes() be had at once and without copying?
  [[nodiscard]] bool isInMemory() const noexcept { return isInMemory_; }
  /// Does reading touch a file?
  [[nodiscard]] bool isInFile() const noexcept { return isInFile_; }
  /// All bytes in a row; what is not in memory is read into it at the first call, and stays.
  /// @throws DOMException NotReadableError
  [[nodiscard]] std::span<const std::byte> bytes() const;
  /// Copies [offset, offset + into.size()), which must be within size(). Blocks if it is in a file.
  /// @return nothing, or why it could not be read: "video.mp4: it has changed since it was opened"
  [[nodiscard]] std::optional<std::string> read(std::uint64_t offset,
                                                std::span<std::byte> into) const;

 private:
  [[nodiscard]] std::optional<std::string> readFile(std::uint64_t offset,
                                                    std::span<std::byte> into) const;
  [[nodiscard]] std::optional<std::string> readRuns(std::uint64_t offset,
                                                    std::span<std::byte> into) const;

  std::shared_ptr<const loop::File> file_;
  std::string path_;       // of a file that has a name
  std::vector<Run> runs_;  // if it is made of others
  std::uint64_t size_ = 0;
  bool isInMemory_ = false;
  bool isInFile_ = false;
  mutable std::mutex mutex_;
  mutable ArrayBuffer memory_;                   // guarded by mutex_ unless isInMemory_
  mutable std::span<const std::byte> inMemory_;  // likewise
};

/// What this library does with Blobs that an application cannot.
class BlobAccess {
 public:
  [[nodiscard]] static Blob of(std::shared_ptr<const BlobContent> content) noexcept;
  /// Nothing for an empty Blob.
  [[nodiscard]] static BlobContent::Run runOf(const Blob& blob) noexcept;
};

}  // namespace parley
