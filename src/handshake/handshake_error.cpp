#include <parley/protocol/handshake_failure.hpp>

#include <array>
#include <cstddef>
#include <string_view>

namespace parley::protocol {
namespace {

struct Name {
  HandshakeError error;
  std::string_view text;
};

constexpr std::array kNames = {
    Name{HandshakeError::InvalidRequest, "InvalidRequest"},
    Name{HandshakeError::ConnectionClosed, "ConnectionClosed"},
    Name{HandshakeError::MalformedHead, "MalformedHead"},
    Name{HandshakeError::AmbiguousLength, "AmbiguousLength"},
    Name{HandshakeError::HeadTooLarge, "HeadTooLarge"},
    Name{HandshakeError::TooManyLines, "TooManyLines"},
    Name{HandshakeError::FieldTooLarge, "FieldTooLarge"},
    Name{HandshakeError::StartLineTooLong, "StartLineTooLong"},
    Name{HandshakeError::UnsupportedVersion, "UnsupportedVersion"},
    Name{HandshakeError::UnsupportedCoding, "UnsupportedCoding"},
    Name{HandshakeError::MissingUpgrade, "MissingUpgrade"},
    Name{HandshakeError::MissingConnectionUpgrade, "MissingConnectionUpgrade"},
    Name{HandshakeError::MalformedExtensions, "MalformedExtensions"},
    Name{HandshakeError::UnexpectedStatus, "UnexpectedStatus"},
    Name{HandshakeError::TooManyInformational, "TooManyInformational"},
    Name{HandshakeError::MissingAccept, "MissingAccept"},
    Name{HandshakeError::RepeatedAccept, "RepeatedAccept"},
    Name{HandshakeError::WrongAccept, "WrongAccept"},
    Name{HandshakeError::UnofferedExtension, "UnofferedExtension"},
    Name{HandshakeError::RepeatedExtension, "RepeatedExtension"},
    Name{HandshakeError::InvalidExtensionParameters, "InvalidExtensionParameters"},
    Name{HandshakeError::MissingSubprotocol, "MissingSubprotocol"},
    Name{HandshakeError::UnofferedSubprotocol, "UnofferedSubprotocol"},
    Name{HandshakeError::RepeatedSubprotocol, "RepeatedSubprotocol"},
    Name{HandshakeError::MissingHost, "MissingHost"},
    Name{HandshakeError::InvalidHost, "InvalidHost"},
    Name{HandshakeError::UnsupportedTarget, "UnsupportedTarget"},
    Name{HandshakeError::WrongMethod, "WrongMethod"},
    Name{HandshakeError::UpgradeWithBody, "UpgradeWithBody"},
    Name{HandshakeError::UnsupportedWebSocketVersion, "UnsupportedWebSocketVersion"},
    Name{HandshakeError::RepeatedWebSocketVersion, "RepeatedWebSocketVersion"},
    Name{HandshakeError::MissingKey, "MissingKey"},
    Name{HandshakeError::RepeatedKey, "RepeatedKey"},
    Name{HandshakeError::InvalidKey, "InvalidKey"},
    Name{HandshakeError::InvalidSubprotocols, "InvalidSubprotocols"},
};

// The table is indexed by the enumerators, so each stands at its own number.
constexpr bool isInOrder() noexcept {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (static_cast<std::size_t>(kNames[i].error) != i) return false;
  }
  return true;
}
static_assert(isInOrder());

}  // namespace

HandshakeCategory category(HandshakeError error) noexcept {
  switch (error) {
    case HandshakeError::InvalidRequest:
      return HandshakeCategory::InvalidRequest;
    case HandshakeError::ConnectionClosed:
      return HandshakeCategory::ConnectionClosed;
    case HandshakeError::UnexpectedStatus:
      return HandshakeCategory::Refused;
    case HandshakeError::HeadTooLarge:
    case HandshakeError::TooManyLines:
    case HandshakeError::FieldTooLarge:
    case HandshakeError::StartLineTooLong:
    case HandshakeError::TooManyInformational:
      return HandshakeCategory::TooLarge;
    case HandshakeError::MalformedHead:
    case HandshakeError::AmbiguousLength:
    case HandshakeError::UnsupportedVersion:
    case HandshakeError::UnsupportedCoding:
    case HandshakeError::MissingUpgrade:
    case HandshakeError::MissingConnectionUpgrade:
    case HandshakeError::MalformedExtensions:
    case HandshakeError::MissingAccept:
    case HandshakeError::RepeatedAccept:
    case HandshakeError::WrongAccept:
    case HandshakeError::UnofferedExtension:
    case HandshakeError::RepeatedExtension:
    case HandshakeError::InvalidExtensionParameters:
    case HandshakeError::MissingSubprotocol:
    case HandshakeError::UnofferedSubprotocol:
    case HandshakeError::RepeatedSubprotocol:
    case HandshakeError::MissingHost:
    case HandshakeError::InvalidHost:
    case HandshakeError::UnsupportedTarget:
    case HandshakeError::WrongMethod:
    case HandshakeError::UpgradeWithBody:
    case HandshakeError::UnsupportedWebSocketVersion:
    case HandshakeError::RepeatedWebSocketVersion:
    case HandshakeError::MissingKey:
    case HandshakeError::RepeatedKey:
    case HandshakeError::InvalidKey:
    case HandshakeError::InvalidSubprotocols:
      return HandshakeCategory::Protocol;
  }
  return HandshakeCategory::Protocol;
}

std::string_view toString(HandshakeError error) noexcept {
  const auto index = static_cast<std::size_t>(error);
  return index < kNames.size() ? kNames[index].text : "Unknown";
}

}  // namespace parley::protocol
