#pragma once

#include "server/opened_file.hpp"

#include <parley/protocol/request.hpp>
#include <parley/protocol/server_handshake.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace parley::server {

/// The status and its reason phrase as plain text: "404 Not Found".
[[nodiscard]] protocol::HttpResponse plainAnswer(std::uint16_t status);
/// With a text of our own; `headers` may have a Content-Type.
[[nodiscard]] protocol::HttpResponse plainAnswer(std::uint16_t status, std::string_view text,
                                                 Headers headers);
/// 405, which says what is allowed (RFC 9110 section 15.5.6).
[[nodiscard]] protocol::HttpResponse methodNotAllowed(std::string_view allowed);
/// 426, which says what is wanted (RFC 9110 section 15.5.22).
[[nodiscard]] protocol::HttpResponse upgradeRequired();
/// 301 to `request`'s path with a slash behind it, so that a folder's relative links work.
[[nodiscard]] protocol::HttpResponse toFolder(const protocol::Request& request);
/// The head of a file: 200, or 304 if the client has it (RFC 9110 section 13.1.3).
[[nodiscard]] protocol::HttpResponse fileAnswer(const protocol::Request& request,
                                                const OpenedFile& file,
                                                std::chrono::sys_seconds now);
/// `head` as it was written for an empty body, now for one of `size` bytes that follows.
[[nodiscard]] std::string withContentLength(std::string head, std::uint64_t size);

}  // namespace parley::server
