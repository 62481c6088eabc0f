#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace parley::bytes {

/// RFC 4648 section 4: the standard alphabet, padded with '='.
[[nodiscard]] std::string base64Encode(std::span<const std::byte> data);

/// The bytes that `text` stands for; nullopt unless it is whole groups of four from the standard
/// alphabet with correct padding at the end only. White space is refused.
/// Unused bits in the last character are ignored: peers send keys that end so, and RFC 6455
/// section 4.2.1 asks only that the key decodes to 16 bytes.
[[nodiscard]] std::optional<std::vector<std::byte>> base64Decode(std::string_view text);

}  // namespace parley::bytes
