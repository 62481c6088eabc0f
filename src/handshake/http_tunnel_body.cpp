#include "handshake/http_tunnel_body.hpp"

#include <string>
#include <string_view>

namespace parley::handshake {

HttpTunnelBody::HttpTunnelBody(Part part, std::size_t remaining) noexcept
    : part_(part),
      remaining_(remaining),
      status_(part == Part::Plain && remaining == 0 ? Status::Done : Status::NeedMore),
      trailers_(http::HeadLimits{}) {}

// RFC 9112 section 6.3. The statuses without a body are none that asks for anything.
std::optional<HttpTunnelBody> HttpTunnelBody::of(const http::ResponseHead& head) {
  switch (head.framing.transferCoding) {
    case http::TransferCoding::Chunked:
      return HttpTunnelBody(Part::Chunks, kMaxBytes);
    case http::TransferCoding::Other:
      return std::nullopt;
    case http::TransferCoding::None:
      break;
  }
  if (!head.framing.contentLength || *head.framing.contentLength > kMaxBytes) return std::nullopt;
  return HttpTunnelBody(Part::Plain, static_cast<std::size_t>(*head.framing.contentLength));
}

HttpTunnelBody::Progress HttpTunnelBody::feed(std::span<const std::byte> bytes) {
  std::size_t consumed = 0;
  while (status_ == Status::NeedMore && consumed < bytes.size()) {
    status_ = takeByte(static_cast<char>(bytes[consumed++]));
  }
  return {status_, consumed};
}

HttpTunnelBody::Status HttpTunnelBody::takeByte(char c) {
  if (remaining_ == 0) return Status::Failed;
  --remaining_;
  if (part_ == Part::Plain) return remaining_ == 0 ? Status::Done : Status::NeedMore;
  if (part_ == Part::Trailers) return takeTrailerByte(c);
  std::string nothing;
  switch (chunks_.decode({&c, 1}, nothing, 0)) {
    case http::ChunkedDecoder::Status::NeedMore:
      return Status::NeedMore;
    case http::ChunkedDecoder::Status::Failed:
      return Status::Failed;
    case http::ChunkedDecoder::Status::Done:
      part_ = Part::Trailers;
      return Status::NeedMore;
  }
  return Status::Failed;
}

// RFC 9112 section 7.1.2: fields may follow the last chunk, and an empty line always does.
HttpTunnelBody::Status HttpTunnelBody::takeTrailerByte(char c) {
  switch (trailers_.read({&c, 1}, http::LineReader::Kind::Field).status) {
    case http::LineReader::Status::NeedMore:
      return Status::NeedMore;
    case http::LineReader::Status::Failed:
      return Status::Failed;
    case http::LineReader::Status::Line:
      return trailers_.line().empty() ? Status::Done : Status::NeedMore;
  }
  return Status::Failed;
}

}  // namespace parley::handshake
