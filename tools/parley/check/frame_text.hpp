#pragma once

#include "frame.hpp"

#include <string>

namespace parley::tool::check {

/// "text", or "reserved opcode 3".
[[nodiscard]] std::string nameOf(Opcode opcode);
/// One line for the report: `text, FIN, masked, 5 bytes: "Hello"`.
[[nodiscard]] std::string describe(const Frame& frame, Role sender);
[[nodiscard]] std::string describe(const ReceivedFrame& frame);

}  // namespace parley::tool::check
