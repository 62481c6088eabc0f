#include "frame/close_payload.hpp"

#include "bytes/byte_order.hpp"
#include "bytes/utf8.hpp"

#include <cassert>
#include <cstring>

namespace parley::frame {
namespace {

constexpr std::size_t kCodeSize = sizeof(std::uint16_t);

/// The most bytes of `reason`, at most kMaxCloseReason, that do not cut a code point.
std::size_t fittingSize(std::string_view reason) noexcept {
  if (reason.size() <= kMaxCloseReason) return reason.size();
  std::size_t size = kMaxCloseReason;
  while (size > 0 && (static_cast<unsigned char>(reason[size]) & 0xC0U) == 0x80U) --size;
  return size;
}

}  // namespace

std::string_view describe(CloseViolation violation) noexcept {
  switch (violation) {
    case CloseViolation::Truncated:
      return "Close body of one byte";
    case CloseViolation::IllegalCode:
      return "illegal Close code";
    case CloseViolation::ReasonNotUtf8:
      return "Close reason is not UTF-8";
  }
  return "malformed Close body";
}

CloseCode closeCodeFor(CloseViolation violation) noexcept {
  switch (violation) {
    case CloseViolation::Truncated:
    case CloseViolation::IllegalCode:
      return CloseCode::kProtocolError;
    case CloseViolation::ReasonNotUtf8:
      return CloseCode::kInvalidPayload;
  }
  return CloseCode::kProtocolError;
}

CloseParse parseClosePayload(std::span<const std::byte> body) noexcept {
  if (body.empty()) return CloseWithoutStatus{};
  // RFC 6455 section 5.5.1: a body begins with a code of two bytes.
  if (body.size() < kCodeSize) return CloseViolation::Truncated;
  const CloseCode code = bytes::loadBig<std::uint16_t>(body.data());
  // Section 7.4: 1004..1006, 1015 and the ranges nobody registered never stand on the wire.
  if (!code.isAllowedOnWire()) return CloseViolation::IllegalCode;
  const auto reason = body.subspan(kCodeSize);
  // Section 5.5.1: the reason is UTF-8; section 8.1: else the connection fails.
  if (!bytes::isValidUtf8(reason)) return CloseViolation::ReasonNotUtf8;
  return CloseStatus{code, {reinterpret_cast<const char*>(reason.data()), reason.size()}};
}

std::size_t encodeClosePayload(std::span<std::byte, kMaxControlPayload> to, CloseCode code,
                               std::string_view reason) noexcept {
  assert(code.isAllowedOnWire());
  bytes::storeBig(to.data(), code.value());
  const std::size_t size = fittingSize(reason);
  if (size != 0) std::memcpy(to.data() + kCodeSize, reason.data(), size);
  return kCodeSize + size;
}

}  // namespace parley::frame
