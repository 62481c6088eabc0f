#pragma once

#include <string_view>

namespace parley::server {

/// The Content-Type of a file by its name's extension, with a charset for text;
/// "application/octet-stream" for one that we don't know. Lives for ever.
[[nodiscard]] std::string_view mediaTypeOf(std::string_view fileName) noexcept;

}  // namespace parley::server
