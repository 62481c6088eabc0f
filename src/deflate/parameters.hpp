#pragma once

#include "http/extension_list.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parley::deflate {

inline constexpr std::string_view kExtensionName = "permessage-deflate";

// The LZ77 window as RFC 7692 section 7.1.2 counts it: 2^bits bytes.
inline constexpr std::uint8_t kLeastWindowBits = 8;
inline constexpr std::uint8_t kMostWindowBits = 15;
/// zlib's compressor has no window of 8 bits, so none is promised for what we write. What a peer
/// writes with one is read.
inline constexpr std::uint8_t kLeastWrittenBits = 9;

/// The parameters of one permessage-deflate element of `Sec-WebSocket-Extensions` (RFC 7692 section
/// 7.1). In an offer, client_max_window_bits without a value means the same as 15.
struct Parameters {
  bool serverNoContextTakeover = false;
  bool clientNoContextTakeover = false;
  std::optional<std::uint8_t> serverMaxWindowBits{};
  std::optional<std::uint8_t> clientMaxWindowBits{};

  friend bool operator==(const Parameters&, const Parameters&) = default;
};

/// Nothing for a parameter that is unknown or repeated, or has a value that is not legal in an
/// offer (section 7.1: such an element is to be declined). The extension's name is not looked at.
[[nodiscard]] std::optional<Parameters> parseOffer(const http::Extension& extension);
/// The same for an answer: client_max_window_bits must have a value there.
[[nodiscard]] std::optional<Parameters> parseAnswer(const http::Extension& extension);

/// "permessage-deflate; ...", with client_max_window_bits of 15 as browsers write it: without a
/// value.
[[nodiscard]] std::string serializeOffer(const Parameters& parameters);
[[nodiscard]] std::string serializeAnswer(const Parameters& parameters);

}  // namespace parley::deflate
