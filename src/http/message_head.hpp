#pragma once

#include <parley/headers.hpp>
#include <parley/protocol/request.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace parley::http {

using protocol::HttpVersion;

enum class TransferCoding : std::uint8_t { None, Chunked, Other };

/// How the head announces its body (RFC 9112 section 6), free of contradictions.
struct BodyFraming {
  std::optional<std::uint64_t> contentLength;
  TransferCoding transferCoding = TransferCoding::None;
};

struct RequestHead {
  std::string method;
  std::string target;  ///< raw; parseRequestTarget() accepts it
  HttpVersion version = HttpVersion::Http11;
  Headers headers;
  BodyFraming framing;
};

struct ResponseHead {
  HttpVersion version = HttpVersion::Http11;
  std::uint16_t status = 0;  ///< 100..599 once parsed
  std::string reason;
  Headers headers;
  BodyFraming framing;
};

}  // namespace parley::http
