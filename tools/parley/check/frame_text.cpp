#include "frame_text.hpp"

#include "readable_text.hpp"

#include <iterator>

#include <fmt/core.h>

namespace parley::tool::check {

namespace {

constexpr std::size_t kMadeForText = 4096;

}  // namespace

std::string nameOf(Opcode opcode) {
  switch (opcode) {
    case Opcode::Continuation:
      return "continuation";
    case Opcode::Text:
      return "text";
    case Opcode::Binary:
      return "binary";
    case Opcode::Close:
      return "close";
    case Opcode::Ping:
      return "ping";
    case Opcode::Pong:
      return "pong";
  }
  return fmt::format("reserved opcode {}", static_cast<unsigned>(opcode));
}

namespace {

/// What both kinds of frame have.
struct Shown {
  Opcode opcode;
  bool isFinal;
  std::uint8_t reserved;
  bool masked;
  std::size_t size;
};

/// `payload` may be left out where it is too large to be made for this.
std::string describeHead(const Shown& frame, std::string_view payload) {
  std::string text = nameOf(frame.opcode);
  if (frame.isFinal) text += ", FIN";
  if ((frame.reserved & kRsv1) != 0) text += ", RSV1";
  if ((frame.reserved & kRsv2) != 0) text += ", RSV2";
  if ((frame.reserved & kRsv3) != 0) text += ", RSV3";
  text += frame.masked ? ", masked" : ", unmasked";
  fmt::format_to(std::back_inserter(text), ", {} byte{}", frame.size, frame.size == 1 ? "" : "s");
  if (payload.empty()) return text;
  if (frame.opcode == Opcode::Close && payload.size() >= 2) {
    const unsigned code =
        static_cast<unsigned char>(payload[0]) * 256U + static_cast<unsigned char>(payload[1]);
    fmt::format_to(std::back_inserter(text), ": {}", code);
    if (payload.size() > 2) text += " " + inQuotes(payload.substr(2));
    return text;
  }
  return text + ": " + inQuotes(payload);
}

}  // namespace

std::string describe(const Frame& frame, Role sender) {
  const std::size_t size = frame.payload.size();
  std::string text = describeHead(
      {frame.opcode, frame.isFinal, frame.reserved, isMasked(sender, frame.masking), size},
      size <= kMadeForText ? frame.payload.bytes() : std::string());
  if (frame.lengthForm == LengthForm::Bits16) text += " (length in 16 bits)";
  if (frame.lengthForm == LengthForm::Bits64) text += " (length in 64 bits)";
  if (frame.announcedLength) text += fmt::format(" (announces {} bytes)", *frame.announcedLength);
  return text;
}

std::string describe(const ReceivedFrame& frame) {
  std::string text = describeHead({frame.opcode, frame.isFinal, frame.reserved,
                                   frame.maskKey.has_value(), frame.payload.size()},
                                  frame.payload);
  return frame.isLengthShortest ? text : text + " (length not in its shortest form)";
}

}  // namespace parley::tool::check
