#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace parley::url {

/// URL standard, section 3.3, domain to ASCII, with beStrict false: UTS 46 ToASCII with CheckBidi
/// and CheckJoiners, without CheckHyphens, UseSTD3ASCIIRules, Transitional_Processing and
/// VerifyDnsLength. `domain` is well-formed UTF-8. The result may be empty and may hold forbidden
/// domain code points: both are for the caller to refuse.
[[nodiscard]] std::optional<std::string> domainToAscii(std::string_view domain);

}  // namespace parley::url
