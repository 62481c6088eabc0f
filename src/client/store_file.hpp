#pragma once

#include "bytes/result.hpp"
#include "http/line_error.hpp"

#include <parley/file_failure.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace parley {

/// More than the fullest cookie jar and HSTS store come to.
inline constexpr std::size_t kMaxStoreFileSize = std::size_t{32} << 20;

/// The whole text of a file, which may be a pipe; a larger one than kMaxStoreFileSize is refused.
[[nodiscard]] Result<std::string, FileFailure> readStoreFile(const std::string& path);

/// Makes `text` the whole of the file in one step: whoever opens it meanwhile, and whoever finds it
/// after a crash, has the old text or the new one. Only the user can read it (mode 0600), also if
/// it was there before. A symbolic link is followed; what is there and no regular file is left
/// alone, and a failure.
[[nodiscard]] std::optional<FileFailure> writeStoreFile(const std::string& path,
                                                        std::string_view text);

[[nodiscard]] FileFailure lineFailure(const std::string& path, const http::LineError& error);

}  // namespace parley
