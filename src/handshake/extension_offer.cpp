#include "handshake/extension_offer.hpp"

#include "http/extension_list.hpp"
#include "http/token_list.hpp"

#include <algorithm>
#include <utility>

namespace parley::handshake {

using protocol::HandshakeError;

std::optional<std::vector<std::string>> extensionNames(std::string_view value) {
  std::vector<std::string> names;
  if (value.empty()) return names;
  auto extensions = http::parseExtensionList(value);
  if (!extensions) return std::nullopt;
  names.reserve(extensions->size());
  for (http::Extension& extension : *extensions) names.push_back(std::move(extension.name));
  return names;
}

std::optional<HandshakeError> checkExtensionAnswer(std::string_view answer,
                                                   const std::vector<std::string>& offered) {
  const auto accepted = extensionNames(answer);
  if (!accepted || accepted->empty()) return HandshakeError::MalformedExtensions;
  for (const std::string& name : *accepted) {
    if (std::find(offered.begin(), offered.end(), name) == offered.end()) {
      return HandshakeError::UnofferedExtension;
    }
  }
  if (http::hasRepeats(*accepted)) return HandshakeError::RepeatedExtension;
  return std::nullopt;
}

}  // namespace parley::handshake
