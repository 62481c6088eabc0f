#include "frame/frame_header.hpp"

namespace parley::frame {

std::string_view describe(FrameViolation violation) noexcept {
  switch (violation) {
    case FrameViolation::ReservedBits:
      return "reserved bits set that no extension uses";
    case FrameViolation::ReservedOpcode:
      return "reserved opcode";
    case FrameViolation::FragmentedControl:
      return "fragmented control frame";
    case FrameViolation::ControlTooLong:
      return "control frame longer than 125 bytes";
    case FrameViolation::LengthNotMinimal:
      return "payload length not in its shortest form";
    case FrameViolation::LengthTopBit:
      return "payload length of 2^63 or more";
    case FrameViolation::MaskMissing:
      return "unmasked frame from a client";
    case FrameViolation::MaskUnexpected:
      return "masked frame from a server";
  }
  return "malformed frame header";
}

}  // namespace parley::frame
