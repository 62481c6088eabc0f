#include "fuzz/connection_script.hpp"

#include "fuzz/payload.hpp"
#include "fuzz/wire_reference.hpp"

#include <array>

namespace parley::fuzz {

namespace {

using protocol::Duration;
using protocol::FailureCause;
using protocol::Role;
using std::chrono::seconds;

constexpr std::size_t kMostOperations = 200;

/// A frame with any header that `sender` may wish for.
Operation frameFrom(Input& input, Payloads& payloads, Role sender) {
  static constexpr std::array kForms{LengthForm::Shortest, LengthForm::Shortest, LengthForm::Bits16,
                                     LengthForm::Bits64};
  const std::uint8_t first = input.byte();
  const std::uint8_t shape = input.byte();
  const std::uint8_t keyByte = input.byte();
  const bool isWronglyMasked = (shape & 4U) != 0;
  std::optional<std::array<std::uint8_t, 4>> key;
  if ((sender == Role::Client) != isWronglyMasked) {
    key = {keyByte, 0x5A, static_cast<std::uint8_t>(~keyByte), 1};
  }
  Operation operation{.kind = Operation::Kind::Arrive};
  operation.data = referenceFrame(first, payloads.next(input), key, kForms[shape % 4]);
  operation.amount = (shape & 8U) != 0 ? shape / 16U * 6U : 100;
  return operation;
}

Operation waitFrom(Input& input) {
  static constexpr std::array<Duration, 8> kWaits{
      Duration(1), Duration(100), seconds(5),    seconds(10),
      seconds(20), seconds(40),   seconds(3600), std::chrono::hours(24 * 30)};
  Operation operation{.kind = Operation::Kind::Wait};
  operation.wait = input.oneOf(kWaits);
  return operation;
}

Operation closeFrom(Input& input) {
  Operation operation{.kind = Operation::Kind::Close};
  const std::uint8_t choice = input.byte();
  if ((choice & 1U) != 0) operation.code = (choice & 2U) != 0 ? 1000 : input.word();
  if ((choice & 4U) != 0) operation.data = input.text();
  return operation;
}

FailureCause causeFrom(Input& input) {
  static constexpr std::array kCauses{FailureCause::UnsupportedData, FailureCause::InternalError,
                                      FailureCause::OutgoingBufferFull, FailureCause::TransportLost,
                                      FailureCause::PingTimeout};
  return input.oneOf(kCauses);
}

Operation writeFrom(Input& input) {
  Operation operation{.kind = Operation::Kind::Write};
  const std::uint8_t room = input.byte();
  operation.amount = room < 128 ? room : room < 240 ? (room - 127U) * 700U : SIZE_MAX;
  operation.pieces = 1 + input.below(5);
  return operation;
}

Operation sendFrom(Input& input, Payloads& payloads, Operation::Kind kind) {
  Operation operation{.kind = kind};
  operation.ownership =
      (input.byte() & 1U) != 0 ? Operation::Ownership::Moved : Operation::Ownership::Lent;
  operation.data = payloads.next(input);
  return operation;
}

// A dispatch switch: one case per kind of operation, weighted by how many codes it has.
Operation operationFrom(Input& input, Payloads& payloads, Role sender) {
  using Kind = Operation::Kind;
  switch (input.below(20)) {
    case 0:
    case 1:
    case 2:
    case 3:
      return frameFrom(input, payloads, sender);
    case 4: {
      Operation operation{.kind = Kind::Arrive};
      operation.data = input.text();
      operation.amount = 100;
      return operation;
    }
    case 5:
    case 6:
      return sendFrom(input, payloads, Kind::SendText);
    case 7:
    case 8:
      return sendFrom(input, payloads, Kind::SendBinary);
    case 9: {
      Operation operation{.kind = Kind::Ping};
      operation.data = input.text();
      return operation;
    }
    case 10:
      return closeFrom(input);
    case 11:
      return {.kind = Kind::Fail, .cause = causeFrom(input)};
    case 12:
      return {.kind = Kind::EndOfInput};
    case 13:
      return {.kind = Kind::TransportLost};
    case 14:
    case 15:
      return waitFrom(input);
    case 16:
      return {.kind = (input.byte() & 1U) != 0 ? Kind::LookEarly : Kind::EventHandled};
    case 17:
      return {.kind = Kind::Retain};
    default:
      return writeFrom(input);
  }
}

}  // namespace

// So small that short inputs have large messages, and whole ones beside them.
constexpr std::uint64_t kLargeMessage = 20;

protocol::ConnectionLimits limitsFrom(Input& input) {
  static constexpr std::array<std::uint64_t, 4> kSizes{std::uint64_t{16} << 20U, 1000, 30'000,
                                                       UINT64_MAX};
  static constexpr std::array<std::uint32_t, 4> kFragments{131'072, 3, 1, 0};
  static constexpr std::array<std::optional<Duration>, 5> kPauses{
      seconds(20), std::nullopt, seconds(1), Duration(0), Duration::max()};
  static constexpr std::array<Duration, 4> kTimeouts{seconds(20), seconds(1), Duration(0),
                                                     Duration::max()};
  static constexpr std::array<std::uint32_t, 4> kFragmentSizes{256 * 1024, 0, 5'000, 16'384};
  protocol::ConnectionLimits limits;
  const std::uint8_t choice = input.byte();
  limits.maxMessageSize = kSizes[choice % 4];
  limits.maxFragments = kFragments[choice / 4 % 4];
  limits.fragmentSize = kFragmentSizes[choice / 16 % 4];
  limits.largeMessageSize = kLargeMessage;
  if (choice < 128) return limits;
  limits.pingAfter = input.oneOf(kPauses);
  limits.pingTimeout = input.oneOf(kTimeouts);
  limits.idleTimeout = input.oneOf(kPauses);
  limits.closeTimeout = input.oneOf(kTimeouts);
  return limits;
}

ConnectionScript scriptFrom(Input& input) {
  ConnectionScript script;
  const std::uint8_t choice = input.byte();
  script.role = choice < 128 ? Role::Server : Role::Client;
  script.limits = limitsFrom(input);
  for (std::size_t count = choice % 8; count > 0; --count) {
    script.reactions.push_back(static_cast<Reaction>(input.below(6)));
  }
  const Role sender = script.role == Role::Server ? Role::Client : Role::Server;
  Payloads payloads;
  while (!input.empty() && script.operations.size() < kMostOperations) {
    script.operations.push_back(operationFrom(input, payloads, sender));
  }
  return script;
}

}  // namespace parley::fuzz
