#pragma once

#include "bytes/result.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace parley::loop {

/// A regular file with its descriptor. All calls block, and may be made from any thread, but for
/// one writer at a time. Errors are errno values.
class File {
 public:
  /// What is there, for reading. EISDIR for a folder, EINVAL for what is no regular file either.
  [[nodiscard]] static Result<std::shared_ptr<File>, int> open(const std::string& path);
  /// A new, empty file for reading and writing in the system's folder for temporary files ($TMPDIR
  /// where it is set). It has no name any more: nobody else can open it, and it goes with this
  /// object.
  [[nodiscard]] static Result<std::shared_ptr<File>, int> createTemporary();
  /// Takes `descriptor` over.
  File(int descriptor, std::uint64_t size, std::chrono::nanoseconds modified) noexcept
      : descriptor_(descriptor), size_(size), modified_(modified) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File();

  /// Bytes, when it was opened.
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
  /// Has it the size and the time of its last change that it had when it was opened?
  [[nodiscard]] bool isUnchanged() const noexcept;
  /// Fills `into` from `offset` on; less than all only at the end of the file.
  [[nodiscard]] Result<std::size_t, int> read(std::uint64_t offset,
                                              std::span<std::byte> into) const;
  /// Writes all of `bytes`; 0, or what went wrong.
  [[nodiscard]] int write(std::uint64_t offset, std::span<const std::byte> bytes);
  /// The first `size` bytes as memory that the system reads in when it is touched, for as long as
  /// this object lives. For files of createTemporary() only, because nobody can make them shorter.
  /// Not while another thread uses this object. Once.
  [[nodiscard]] Result<std::span<const std::byte>, int> map(std::size_t size);

 private:
  int descriptor_;
  std::uint64_t size_;
  std::chrono::nanoseconds modified_;
  std::span<const std::byte> mapped_;
};

}  // namespace parley::loop
