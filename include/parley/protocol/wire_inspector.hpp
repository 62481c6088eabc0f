#pragma once

#include <parley/export.hpp>
#include <parley/options.hpp>
#include <parley/protocol/role.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace parley::protocol {

/// One line of a handshake, without its end. Never empty.
struct PARLEY_EXPORT WireHeadLine {
  WireDirection direction = WireDirection::Sent;
  std::string line{};
};

/// One frame (RFC 6455 section 5.2), shown as soon as the payload that is kept of it is there.
struct PARLEY_EXPORT WireFrame {
  WireDirection direction = WireDirection::Sent;
  /// 0 continuation, 1 text, 2 binary, 8 close, 9 ping, 10 pong.
  std::uint8_t opcode = 0;
  bool fin = true;
  /// RSV1 is 4, RSV2 is 2, RSV3 is 1.
  std::uint8_t rsv = 0;
  bool masked = false;
  /// Bytes of the whole payload.
  std::uint64_t payloadLength = 0;
  /// Its first bytes, at most 125, unmasked.
  std::vector<std::byte> preview{};
};

/// What came that way is no WebSocket; nothing more of this direction is decoded.
struct PARLEY_EXPORT WireMalformed {
  WireDirection direction = WireDirection::Sent;
  std::string reason{};
};

using WireRecord = std::variant<WireHeadLine, WireFrame, WireMalformed>;

/// The record as one line of printable text, led by "> " for what was sent and "< " for what was
/// received. Control characters, and bytes that are not UTF-8, are written as `\xNN`, so that a
/// peer cannot write to a terminal.
[[nodiscard]] PARLEY_EXPORT std::string describe(const WireRecord& record);

/// Explains the bytes of a connection, both directions, without taking part in it: first the lines
/// of the opening handshake, then the frames. Made for Options::wireTap. No I/O, no clock; memory
/// is bounded (a line of a head, 8 KiB, and 139 bytes per direction), whatever comes. How the bytes
/// are divided between calls makes no difference. Not thread-safe.
///
/// After an answer other than 101, the rest of that connection is HTTP and not looked at.
///
/// @code
/// auto inspector = std::make_shared<parley::protocol::WireInspector>(
///     parley::protocol::Role::Client,
///     [](const auto& record) { std::cerr << describe(record) << '\n'; });
/// options.wireTap = [inspector](auto direction, auto bytes) { inspector->feed(direction, bytes);
/// };
/// @endcode
class PARLEY_EXPORT WireInspector {
 public:
  /// Called within feed(), in the order of the wire. The record is valid during the call.
  using Sink = std::function<void(const WireRecord&)>;

  /// @param self whose wire it is: a client's `Sent` bytes begin with the request, a server's with
  ///   the answer
  /// @param sink must not be empty, and not call feed()
  WireInspector(Role self, Sink sink);
  WireInspector(WireInspector&&) noexcept;
  WireInspector& operator=(WireInspector&&) noexcept;
  ~WireInspector();

  /// The next bytes that went this way. Exceptions of the sink pass through; what was fed may then
  /// be shown in part.
  void feed(WireDirection direction, std::span<const std::byte> bytes);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace parley::protocol
