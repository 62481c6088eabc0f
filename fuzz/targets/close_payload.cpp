#include "frame/close_payload.hpp"

#include "fuzz/exact_copy.hpp"
#include "fuzz/input.hpp"
#include "fuzz/require.hpp"
#include "fuzz/target.hpp"
#include "fuzz/utf8_reference.hpp"

#include <array>
#include <string>
#include <variant>

// Oracles: the rules of RFC 6455 sections 5.5.1 and 7.4 written out, and encode and parse against
// each other.

namespace parley::fuzz {

namespace {

using frame::CloseStatus;
using frame::CloseViolation;

/// RFC 6455 section 7.4 and the registry of its section 11.7 as of 1012 to 1014.
bool mayBeSent(unsigned code) {
  if (code >= 3000 && code <= 4999) return true;
  return code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006;
}

void checkParse(Bytes body) {
  const ExactCopy copy(body);
  const frame::CloseParse parsed = frame::parseClosePayload(copy.bytes());
  if (body.empty()) {
    require(std::holds_alternative<frame::CloseWithoutStatus>(parsed), "empty has no status");
    return;
  }
  const auto* const violation = std::get_if<CloseViolation>(&parsed);
  if (body.size() == 1) {
    require(violation != nullptr && *violation == CloseViolation::Truncated, "one byte is no code");
    return;
  }
  const unsigned code =
      std::to_integer<unsigned>(body[0]) * 256 + std::to_integer<unsigned>(body[1]);
  const std::string_view reason = asText(body).substr(2);
  if (!mayBeSent(code)) {
    require(violation != nullptr && *violation == CloseViolation::IllegalCode,
            "the code is illegal");
  } else if (!Utf8Reference::isValid(reason)) {
    require(violation != nullptr && *violation == CloseViolation::ReasonNotUtf8,
            "the reason is not UTF-8");
  } else {
    const auto* const status = std::get_if<CloseStatus>(&parsed);
    require(status != nullptr && status->code.value() == code && status->reason == reason,
            "the body says code and reason");
  }
}

void checkEncode(unsigned code, std::string_view reason) {
  if (!CloseCode(code).isAllowedOnWire() || !Utf8Reference::isValid(reason)) return;
  std::array<std::byte, frame::kMaxControlPayload> body;
  const std::size_t size = frame::encodeClosePayload(body, code, reason);
  const auto parsed = frame::parseClosePayload(std::span(body).first(size));
  const auto* const status = std::get_if<CloseStatus>(&parsed);
  require(status != nullptr && status->code.value() == code, "parse(encode(x)) has x's code");
  require(reason.starts_with(status->reason), "a reason is only cut at its end");
  const std::string_view cut = reason.substr(status->reason.size());
  if (cut.empty()) return;
  // The next character would not fit.
  std::size_t next = 1;
  while (Utf8Reference::judge(cut.substr(0, next)) != Utf8Reference::Sequence::Whole) ++next;
  require(size + next > frame::kMaxControlPayload, "a reason is cut as little as possible");
}

}  // namespace

void closePayload(Bytes data) {
  checkParse(data);
  Input input(data);
  const unsigned code = input.word();
  checkEncode(code, asText(input.rest()));
}

}  // namespace parley::fuzz
