#include "http/body_framing.hpp"

#include "bytes/ascii.hpp"

#include <charconv>

namespace parley::http {
namespace {

std::optional<std::uint64_t> parseLength(std::string_view text) noexcept {
  // from_chars takes no sign for an unsigned type, no blanks and no "0x"; it reports overflow.
  std::uint64_t length = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, length);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return length;
}

}  // namespace

Result<BodyFraming, HeadError> readBodyFraming(const Headers& headers, HttpVersion version) {
  BodyFraming framing;
  const auto lengths = headers.getAll("Content-Length");
  const auto codings = headers.getAll("Transfer-Encoding");
  if (!lengths.empty() && !codings.empty()) return HeadError::LengthWithTransferEncoding;
  if (lengths.size() > 1) return HeadError::RepeatedContentLength;
  if (!lengths.empty()) {
    framing.contentLength = parseLength(lengths.front());
    if (!framing.contentLength) return HeadError::MalformedContentLength;
  }
  if (!codings.empty()) {
    // RFC 9112 section 6.1: an HTTP/1.0 message with a transfer coding has faulty framing.
    if (version == HttpVersion::Http10) return HeadError::TransferEncodingBefore11;
    const bool chunked = codings.size() == 1 && bytes::equalsIgnoreCase(codings.front(), "chunked");
    framing.transferCoding = chunked ? TransferCoding::Chunked : TransferCoding::Other;
  }
  return framing;
}

}  // namespace parley::http
