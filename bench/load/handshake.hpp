#pragma once

#include "options.hpp"
#include "wire.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace bench {

/// The opening handshake's request to a port of this machine.
std::string upgradeRequest(std::uint16_t port, Compression compression);
/// The 101 to a request's head. No extensions.
std::string upgradeAnswer(std::string_view requestHead);

/// Sends the request and waits for the answer, which it gives back. Ends the program if that is not
/// a 101, or if compression was to be agreed on and was not.
std::string upgrade(Wire& wire, std::uint16_t port, Compression compression);

}  // namespace bench
