#include "handshake/failure.hpp"

namespace parley::handshake {

using protocol::HandshakeError;

std::string quotePeerText(std::string_view text) {
  constexpr std::size_t kShown = 64;
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out = "\"";
  for (const char c : text.substr(0, kShown)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7F && c != '"' && c != '\\') {
      out.push_back(c);
    } else {
      out.append("\\x").append(1, kHex[byte / 16U]).append(1, kHex[byte % 16U]);
    }
  }
  return out.append(text.size() > kShown ? "...\"" : "\"");
}

HandshakeError handshakeErrorFor(http::HeadError error) noexcept {
  switch (error) {
    case http::HeadError::HeadTooLarge:
      return HandshakeError::HeadTooLarge;
    case http::HeadError::TooManyLines:
      return HandshakeError::TooManyLines;
    case http::HeadError::FieldTooLarge:
      return HandshakeError::FieldTooLarge;
    case http::HeadError::StartLineTooLong:
      return HandshakeError::StartLineTooLong;
    case http::HeadError::UnknownVersion:
      return HandshakeError::UnsupportedVersion;
    case http::HeadError::UnsupportedTarget:
      return HandshakeError::UnsupportedTarget;
    case http::HeadError::MissingHost:
      return HandshakeError::MissingHost;
    case http::HeadError::RepeatedHost:
    case http::HeadError::InvalidHost:
      return HandshakeError::InvalidHost;
    case http::HeadError::UnknownTransferCoding:
      return HandshakeError::UnsupportedCoding;
    case http::HeadError::RepeatedContentLength:
    case http::HeadError::MalformedContentLength:
    case http::HeadError::LengthWithTransferEncoding:
    case http::HeadError::TransferEncodingBefore11:
      return HandshakeError::AmbiguousLength;
    case http::HeadError::BareCarriageReturn:
    case http::HeadError::BareLineFeed:
    case http::HeadError::ControlCharacter:
    case http::HeadError::LineFolding:
    case http::HeadError::MissingColon:
    case http::HeadError::EmptyName:
    case http::HeadError::BlankBeforeColon:
    case http::HeadError::InvalidName:
    case http::HeadError::MalformedRequestLine:
    case http::HeadError::MalformedStatusLine:
      return HandshakeError::MalformedHead;
  }
  return HandshakeError::MalformedHead;
}

http::HeadLimits headLimits(const protocol::HandshakeLimits& limits) noexcept {
  return {limits.headBytes, limits.lines, limits.fieldBytes, limits.startLineBytes};
}

}  // namespace parley::handshake
