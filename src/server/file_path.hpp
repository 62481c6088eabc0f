#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parley::server {

/// Where a file is, below the folder that is served.
struct FilePath {
  enum class Names : std::uint8_t {
    File,    ///< the last segment has a name; it may still turn out to be a folder
    Folder,  ///< it ended with a slash, or is the folder itself
  };
  std::string relative;  ///< decoded, without a slash at either end
  Names names = Names::File;
};

/// Reads the part of a request's path that lies below the prefix, percent-encoded, without its
/// first slash. Nothing when a segment, decoded, is empty, begins with a dot (hidden, "." and
/// ".."), or holds a slash, a backslash or a NUL: none of these can name a file that we would
/// serve.
[[nodiscard]] std::optional<FilePath> parseFilePath(std::string_view below);

/// Does any segment of this path begin with a dot?
[[nodiscard]] bool hasHiddenSegment(std::string_view path) noexcept;

}  // namespace parley::server
