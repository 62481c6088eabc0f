#include "tls/pins.hpp"

#include "bytes/base64.hpp"

#include <string_view>

namespace parley::tls {

namespace {

constexpr std::string_view kScheme = "sha256//";
constexpr std::size_t kHashSize = 32;

}  // namespace

Result<std::vector<std::string>, Error> parsePins(const std::vector<std::string>& pins) {
  std::vector<std::string> parsed;
  for (const std::string& pin : pins) {
    const bool hasScheme = pin.starts_with(kScheme);
    const auto hash =
        bytes::base64Decode(std::string_view(pin).substr(hasScheme ? kScheme.size() : 0));
    if (!hasScheme || !hash || hash->size() != kHashSize) {
      return Error{.kind = Error::Kind::Option,
                   .message = "pins: \"" + pin +
                              "\" is not \"sha256//\" and the base64 of the 32 bytes of a hash"};
    }
    parsed.push_back(std::string(kScheme) + bytes::base64Encode(*hash));
  }
  return parsed;
}

}  // namespace parley::tls
