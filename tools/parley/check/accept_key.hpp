#pragma once

#include <string>
#include <string_view>

namespace parley::tool::check {

[[nodiscard]] std::string base64(std::string_view bytes);
/// The bytes that a padded base64 text stands for (RFC 4648 section 4); empty if it is none.
[[nodiscard]] std::string base64Decoded(std::string_view text);
/// FIPS 180-4, 20 bytes.
[[nodiscard]] std::string sha1(std::string_view message);
/// What Sec-WebSocket-Accept must be (RFC 6455 section 4.2.2, item 5).
[[nodiscard]] std::string acceptFor(std::string_view key);

}  // namespace parley::tool::check
