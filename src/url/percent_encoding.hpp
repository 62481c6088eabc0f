#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace parley::url {

/// URL standard, section 1.3: which ASCII characters a component can't hold as they are. Controls
/// and everything outside ASCII are in all of the sets.
enum class EncodeSet : std::uint8_t {
  C0Control,
  Fragment,
  Query,
  SpecialQuery,
  Path,
  Userinfo,
};

[[nodiscard]] bool isInEncodeSet(char c, EncodeSet set) noexcept;

/// Appends `text` (UTF-8) to `out` with "%XX", in capitals, for each byte of the set. A "%" stays.
void appendPercentEncoded(std::string& out, std::string_view text, EncodeSet set);

/// The bytes that `text` stands for. A "%" that two hexadecimal digits do not follow stays.
[[nodiscard]] std::string percentDecode(std::string_view text);

}  // namespace parley::url
