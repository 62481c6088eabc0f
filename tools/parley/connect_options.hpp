#pragma once

#include "connect_command.hpp"

#include <parley/options.hpp>

#include <optional>
#include <string>

namespace parley::tool {

/// What the settings say of the handshake and of the way to it.
/// @throws DOMException SyntaxError for a header field or a rule that can't be meant
[[nodiscard]] Options optionsFor(const ConnectSettings& settings);

/// Writes the cookies back to their file.
/// @return why that failed; nullopt: it is done, or there was nothing to do
[[nodiscard]] std::optional<std::string> keepCookies(const ConnectSettings& settings,
                                                     const Options& options);

}  // namespace parley::tool
