#pragma once

#include "bytes/result.hpp"
#include "loop/file.hpp"
#include "server/file_path.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace parley::loop {
class EventLoop;
}

namespace parley::server {

/// Why there is no file to send.
enum class FileError : std::uint8_t {
  NotFound,     ///< nothing there that we would serve; never says which of the reasons it was
  IsFolder,     ///< FilePath::Names::File named a folder
  Unavailable,  ///< the system has no descriptor or memory left: may be tried again
  Failed,       ///< it is there, but can't be read
};

/// A regular file, open for reading. Closed when the last owner goes, which is a read in flight at
/// the latest.
class OpenedFile {
 public:
  /// Takes `descriptor` over.
  OpenedFile(int descriptor, std::uint64_t size, std::chrono::sys_seconds modified,
             std::string name) noexcept
      : content_(descriptor, size, modified.time_since_epoch()),
        modified_(modified),
        name_(std::move(name)) {}

  [[nodiscard]] const loop::File& content() const noexcept { return content_; }
  /// When it was opened.
  [[nodiscard]] std::uint64_t size() const noexcept { return content_.size(); }
  [[nodiscard]] std::chrono::sys_seconds modified() const noexcept { return modified_; }
  /// Its last segment, after "index.html" was chosen: what its type goes by.
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

 private:
  loop::File content_;
  std::chrono::sys_seconds modified_;
  std::string name_;
};

/// Counted, as a read on another thread keeps the file open when its connection has gone.
using OpenedFilePtr = std::shared_ptr<const OpenedFile>;
using OpenResult = Result<OpenedFilePtr, FileError>;

/// Opens `path` below `root`, or its index.html if it is a folder, on a thread of the pool. Nothing
/// is opened whose real path, after all symbolic links, lies outside of `root` or has a hidden
/// segment; nor anything but a regular file.
/// @param done called on the loop, never from within; must not keep alive what belongs to the loop,
///   as a loop that ends has it destroyed elsewhere
void openFile(loop::EventLoop& loop, std::filesystem::path root, FilePath path,
              std::function<void(OpenResult)> done);

/// Reads up to `size` bytes at `offset` on a thread of the pool; nullopt if that failed, less than
/// `size` only at the end of the file.
/// @param done as for openFile()
void readFile(loop::EventLoop& loop, OpenedFilePtr file, std::uint64_t offset, std::size_t size,
              std::function<void(std::optional<std::string>)> done);

}  // namespace parley::server
