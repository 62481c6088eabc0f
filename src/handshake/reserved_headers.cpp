#include "bytes/ascii.hpp"

#include <parley/dom_exception.hpp>
#include <parley/protocol/handshake.hpp>

#include <algorithm>
#include <array>
#include <string>

namespace parley::protocol {
namespace {

// Those that frame a message come first: they are reserved everywhere.
constexpr std::array<std::string_view, 10> kReserved = {
    "Connection", "Content-Length", "Transfer-Encoding", "Trailer", "Keep-Alive", "Host", "Upgrade",
    "TE",         "Expect",         "Proxy-Connection"};
constexpr std::size_t kFraming = 5;

}  // namespace

bool isReservedHeader(std::string_view name, HeaderUse use) noexcept {
  const auto* const end =
      kReserved.begin() + (use == HeaderUse::Response ? kFraming : kReserved.size());
  if (std::any_of(kReserved.begin(), end, [name](std::string_view reserved) {
        return bytes::equalsIgnoreCase(name, reserved);
      })) {
    return true;
  }
  constexpr std::string_view kPrefix = "Sec-WebSocket-";
  return use == HeaderUse::Opening &&
         bytes::equalsIgnoreCase(name.substr(0, kPrefix.size()), kPrefix);
}

void checkApplicationHeaders(const Headers& headers, HeaderUse use) {
  for (const Headers::Field& field : headers) {
    if (isReservedHeader(field.name, use)) {
      throw DOMException(DOMException::Name::SyntaxError,
                         "the header " + field.name + " is set by the library");
    }
  }
}

}  // namespace parley::protocol
