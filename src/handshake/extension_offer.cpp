#include "handshake/extension_offer.hpp"

#include "deflate/negotiation.hpp"
#include "deflate/parameters.hpp"

#include <algorithm>
#include <cstddef>

namespace parley::handshake {

using protocol::HandshakeError;

namespace {

bool isNamed(const http::Extension& extension, std::string_view name) noexcept {
  return extension.name == name;
}

bool hasRepeats(const std::vector<http::Extension>& extensions) {
  for (std::size_t i = 0; i < extensions.size(); ++i) {
    const auto isSame = [&](const auto& other) { return isNamed(other, extensions[i].name); };
    const auto end = extensions.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::any_of(extensions.begin(), end, isSame)) return true;
  }
  return false;
}

/// The agreement by the first of the offers that `answer` may be given to.
std::optional<protocol::DeflateAgreement> agreeOnDeflate(
    const http::Extension& answer, const std::vector<http::Extension>& offered) {
  const auto accepted = deflate::parseAnswer(answer);
  if (!accepted) return std::nullopt;
  for (const http::Extension& extension : offered) {
    if (!isNamed(extension, deflate::kExtensionName)) continue;
    const auto offer = deflate::parseOffer(extension);
    if (offer && deflate::isAnswerTo(*offer, *accepted)) return deflate::agree(*offer, *accepted);
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::vector<http::Extension>> readExtensions(std::string_view value) {
  if (value.empty()) return std::vector<http::Extension>();
  return http::parseExtensionList(value);
}

Result<ExtensionAgreement, HandshakeError> checkExtensionAnswer(
    std::string_view answer, const std::vector<http::Extension>& offered) {
  const auto accepted = readExtensions(answer);
  if (!accepted || accepted->empty()) return HandshakeError::MalformedExtensions;
  for (const http::Extension& extension : *accepted) {
    const auto isSame = [&](const auto& offer) { return isNamed(offer, extension.name); };
    if (std::none_of(offered.begin(), offered.end(), isSame)) {
      return HandshakeError::UnofferedExtension;
    }
  }
  if (hasRepeats(*accepted)) return HandshakeError::RepeatedExtension;
  ExtensionAgreement agreement;
  for (const http::Extension& extension : *accepted) {
    if (!isNamed(extension, deflate::kExtensionName)) continue;
    agreement.deflate = agreeOnDeflate(extension, offered);
    if (!agreement.deflate) return HandshakeError::InvalidExtensionParameters;
  }
  return agreement;
}

}  // namespace parley::handshake
