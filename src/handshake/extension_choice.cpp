#include "deflate/negotiation.hpp"
#include "deflate/parameters.hpp"
#include "handshake/extension_offer.hpp"

#include <parley/dom_exception.hpp>
#include <parley/protocol/handshake.hpp>

namespace parley::protocol {

namespace {

void checkWindowBits(std::string_view name, std::uint8_t bits) {
  if (bits >= deflate::kLeastWrittenBits && bits <= deflate::kMostWindowBits) return;
  throw DOMException(DOMException::Name::SyntaxError,
                     std::string(name) + " is " + std::to_string(bits) + "; it must be 9 to 15");
}

}  // namespace

void checkCompression(const Compression& compression) {
  checkWindowBits("serverMaxWindowBits", compression.serverMaxWindowBits);
  checkWindowBits("clientMaxWindowBits", compression.clientMaxWindowBits);
}

std::string offerExtensions(const Compression& compression) {
  if (compression.mode == Compression::Mode::Off) return {};
  return deflate::serializeOffer(deflate::offerOf(compression));
}

std::string selectExtensions(const Compression& compression, std::string_view offered) {
  if (compression.mode == Compression::Mode::Off) return {};
  const auto extensions = handshake::readExtensions(offered);
  if (!extensions) return {};
  for (const http::Extension& extension : *extensions) {
    if (extension.name != deflate::kExtensionName) continue;
    // RFC 7692 section 7.1: an offer with a parameter that is unknown, repeated or out of range is
    // declined, and the next one gets its turn.
    const auto offer = deflate::parseOffer(extension);
    if (!offer) continue;
    if (const auto answer = deflate::answerTo(*offer, compression)) {
      return deflate::serializeAnswer(*answer);
    }
  }
  return {};
}

}  // namespace parley::protocol
