#pragma once

#include "fuzz/wire_reference.hpp"

#include <parley/protocol/connection_event.hpp>
#include <parley/protocol/role.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::fuzz {

struct SentMessage {
  protocol::MessageKind kind;
  std::string data;

  bool operator==(const SentMessage&) const = default;
};

/// Compares what a connection writes with what it was told: its frames are legal, its messages are
/// those that were accepted, in order and not a byte more, and a Close frame is the last of all.
class SentChecker {
 public:
  /// @param allowedRsv RSV1 for permessage-deflate: the bytes of such messages are left to whoever
  ///   inflates them, and written() is no measure of accepted() any more
  explicit SentChecker(protocol::Role sender, unsigned allowedRsv = 0)
      : wire_(sender, allowedRsv) {}

  // What it was told.
  void message(protocol::MessageKind kind, std::string_view data);
  void ping(std::string_view data) { pings_.emplace_back(data); }
  /// A Ping came, which may be answered.
  void pingReceived(std::string_view data) { received_.emplace_back(data); }

  enum class Body : std::uint8_t { Exactly, Begins };
  /// The Close frame, if there will be one: only the first call counts.
  void close(std::string_view body, Body kind = Body::Exactly);

  /// What the transport took.
  void feed(std::string_view bytes);

  /// Message bytes that were accepted, and those of them that were written.
  [[nodiscard]] std::uint64_t accepted() const noexcept { return accepted_; }
  [[nodiscard]] std::uint64_t written() const noexcept { return wire_.dataBytes(); }
  /// All that it was told has been written, but for control frames that others replaced.
  [[nodiscard]] bool allWritten() const noexcept {
    return nextMessage_ == messages_.size() && !wire_.insideFrame() &&
           wroteClose_ == expectedClose_.has_value();
  }
  [[nodiscard]] bool wroteClose() const noexcept { return wroteClose_; }
  [[nodiscard]] const std::vector<SentMessage>& messages() const noexcept { return messages_; }

 private:
  void check(const ReferenceFrame& frame);
  void checkKey(const ReferenceHeader& header);
  void checkData(const ReferenceFrame& frame);
  void checkClose(const std::string& body);

  ReferenceWire wire_;
  std::size_t checked_ = 0;  // frames
  std::vector<SentMessage> messages_;
  std::size_t nextMessage_ = 0;
  std::optional<std::size_t> offset_;  // within a message that was begun
  bool isDeflated_ = false;            // that message
  std::uint64_t accepted_ = 0;
  std::vector<std::string> pings_;
  std::vector<std::string> received_;
  std::optional<std::string> expectedClose_;
  Body closeBody_ = Body::Exactly;
  bool wroteClose_ = false;
  std::optional<std::array<std::uint8_t, 4>> lastKey_;
};

/// The payload of a Close frame with a code that may be sent, cut as RFC 6455 section 5.5 limits
/// it.
std::string closeBody(std::uint16_t code, std::string_view reason);

}  // namespace parley::fuzz
