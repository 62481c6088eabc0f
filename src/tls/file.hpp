#pragma once

#include "bytes/result.hpp"
#include "tls/error.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parley::tls {

/// A file that an option names.
struct NamedFile {
  /// The option's name: "caFile".
  std::string_view option;
  std::string path;
};

/// "caFile /etc/x.pem: no such file or directory"
[[nodiscard]] Error fileError(const NamedFile& file, std::string_view fault);
[[nodiscard]] Error fileError(const NamedFile& file, int systemError);

/// All of it, 16 MiB at most.
[[nodiscard]] Result<std::string, Error> readFile(const NamedFile& file);

/// By what a file shows that it is another one than before, or has been written since.
struct FileStamp {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::int64_t size = 0;
  std::int64_t seconds = 0;
  std::int64_t nanoseconds = 0;

  friend bool operator==(const FileStamp&, const FileStamp&) = default;
};

/// nullopt if there is no such file.
[[nodiscard]] std::optional<FileStamp> stampOf(const std::string& path) noexcept;

}  // namespace parley::tls
