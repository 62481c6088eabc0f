#include "handshake/refusal_body.hpp"

#include <algorithm>

namespace parley::handshake {
namespace {

// RFC 9112 section 6.3, items 1 and 2: these have no body whatever their fields say.
bool hasNoBody(std::uint16_t status) noexcept {
  return status < 200 || status == 204 || status == 205 || status == 304;
}

}  // namespace

RefusalBody::RefusalBody(const http::ResponseHead& head, std::size_t limit)
    : coding_(head.framing.transferCoding), wanted_(limit), limit_(limit) {
  if (head.framing.contentLength) {
    wanted_ = static_cast<std::size_t>(std::min<std::uint64_t>(limit, *head.framing.contentLength));
  }
  complete_ = hasNoBody(head.status) || wanted_ == 0;
}

void RefusalBody::receive(std::span<const std::byte> bytes) {
  if (complete_) return;
  const std::string_view input(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (coding_ == http::TransferCoding::Chunked) {
    complete_ = decoder_.decode(input, text_, limit_) != http::ChunkedDecoder::Status::NeedMore;
  } else {
    text_.append(input.substr(0, wanted_ - text_.size()));
  }
  complete_ = complete_ || text_.size() >= wanted_;
}

}  // namespace parley::handshake
