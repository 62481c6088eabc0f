#pragma once

#include "case.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::tool::check {

/// What {host} and {path} stand for.
struct Endpoint {
  std::string host;
  std::string path;
};

/// The usual request of RFC 6455 section 4.1, and the usual answer of section 4.2.2.
[[nodiscard]] OpeningText usualRequest();
[[nodiscard]] OpeningText usualAnswer();

/// The lines without the field, with one more, or with another one in its place.
[[nodiscard]] OpeningText without(OpeningText text, std::string_view field);
[[nodiscard]] OpeningText with(OpeningText text, std::string line);
[[nodiscard]] OpeningText changed(OpeningText text, std::string_view field, std::string line);

/// A key of 16 bytes in base64 (RFC 6455 section 4.1, item 7).
[[nodiscard]] std::string keyNumber(std::uint32_t number);
/// The text with what its names in braces stand for; `key` is the request's.
[[nodiscard]] std::string render(const OpeningText& text, const Endpoint& endpoint,
                                 std::string_view key);

/// Why this is no answer that opens the connection; nothing if it is (RFC 6455 section 4.1, the
/// list at its end). Extensions are not looked at.
[[nodiscard]] std::optional<std::string> faultOfAnswer(const HttpHead& answer,
                                                       const HttpHead& request);

}  // namespace parley::tool::check
