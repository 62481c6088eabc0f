#include "http/chunked_decoder.hpp"

#include "bytes/ascii.hpp"

#include <algorithm>
#include <optional>

namespace parley::http {
namespace {

std::optional<unsigned> hexDigit(char c) noexcept {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  const char lower = bytes::toLower(c);
  if (lower >= 'a' && lower <= 'f') return static_cast<unsigned>(lower - 'a') + 10;
  return std::nullopt;
}

}  // namespace

ChunkedDecoder::Status ChunkedDecoder::decode(std::string_view input, std::string& out,
                                              std::size_t limit) {
  while (status_ == Status::NeedMore && !input.empty()) {
    if (part_ != Part::Data) {
      status_ = takeByte(input.front());
      input.remove_prefix(1);
      continue;
    }
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, input.size()));
    out.append(input.substr(0, std::min(size, limit - std::min(limit, out.size()))));
    input.remove_prefix(size);
    remaining_ -= size;
    if (remaining_ == 0) part_ = Part::DataEnd;
  }
  return status_;
}

ChunkedDecoder::Status ChunkedDecoder::takeByte(char c) noexcept {
  switch (part_) {
    case Part::Size:
      return takeSizeByte(c);
    case Part::Extension:
      if (c == '\r') part_ = Part::SizeEnd;
      return c == '\n' ? Status::Failed : Status::NeedMore;
    case Part::SizeEnd:
      return c == '\n' ? endSizeLine() : Status::Failed;
    case Part::DataEnd:
      part_ = Part::DataEndLine;
      return c == '\r' ? Status::NeedMore : Status::Failed;
    case Part::DataEndLine:
      part_ = Part::Size;
      return c == '\n' ? Status::NeedMore : Status::Failed;
    case Part::Data:
      break;  // taken in bulk by decode()
  }
  return Status::Failed;
}

ChunkedDecoder::Status ChunkedDecoder::takeSizeByte(char c) noexcept {
  if (const auto digit = hexDigit(c)) {
    constexpr unsigned kMaxDigits = 15;  // 60 bits: cannot overflow
    remaining_ = remaining_ * 16 + *digit;
    return ++digits_ > kMaxDigits ? Status::Failed : Status::NeedMore;
  }
  if (digits_ == 0) return Status::Failed;
  if (c == '\r') {
    part_ = Part::SizeEnd;
    return Status::NeedMore;
  }
  part_ = Part::Extension;
  return c == ';' || c == ' ' || c == '\t' ? Status::NeedMore : Status::Failed;
}

ChunkedDecoder::Status ChunkedDecoder::endSizeLine() noexcept {
  digits_ = 0;
  part_ = Part::Data;
  return remaining_ == 0 ? Status::Done : Status::NeedMore;
}

}  // namespace parley::http
