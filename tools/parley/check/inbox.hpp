#pragma once

#include "deflate.hpp"
#include "frame.hpp"
#include "trace.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace parley::tool::check {

// What the peer did, frame by frame and message by message.

struct ArrivedMessage {
  Opcode opcode = Opcode::Text;
  std::string bytes = {};
};
struct ArrivedPing {
  std::string payload = {};
};
struct ArrivedPong {
  std::string payload = {};
};
struct ArrivedClose {
  std::optional<int> code = {};
  std::string reason = {};
};
/// A frame that no peer may send; nothing after it is read.
struct Violation {
  std::string text = {};
};
using Arrival = std::variant<ArrivedMessage, ArrivedPing, ArrivedPong, ArrivedClose, Violation>;

/// May this code be in a Close frame (RFC 6455 section 7.4)? Those that the text leaves open may.
[[nodiscard]] bool mayBeSent(int closeCode) noexcept;

/// Reads what the peer sends and holds it against RFC 6455 section 5 and RFC 7692 section 6.
class Inbox {
 public:
  Inbox(Role ours, Trace& trace) noexcept : ours_(ours), trace_(trace) {}

  /// The connection has agreed to compression.
  void setInflater(Inflater inflater) { inflater_.emplace(std::move(inflater)); }
  void feed(std::string_view bytes) { reader_.feed(bytes); }
  /// nullopt: more bytes are needed.
  [[nodiscard]] std::optional<Arrival> next();

  /// Bytes of a frame that is not complete.
  [[nodiscard]] std::size_t pending() const noexcept { return reader_.pending(); }
  /// Of the first frames.
  [[nodiscard]] const std::vector<MaskKey>& maskKeys() const noexcept { return maskKeys_; }
  /// Were there messages that had been compressed?
  [[nodiscard]] bool sawCompressed() const noexcept { return sawCompressed_; }

 private:
  [[nodiscard]] const char* faultOf(const ReceivedFrame& frame) const;
  [[nodiscard]] const char* orderFaultOf(const ReceivedFrame& frame) const;
  [[nodiscard]] std::optional<Arrival> arrivalOf(ReceivedFrame frame);
  [[nodiscard]] std::optional<Arrival> dataFrame(ReceivedFrame frame);
  [[nodiscard]] static Arrival closeFrame(const std::string& body);

  Role ours_;
  Trace& trace_;
  FrameReader reader_;
  std::optional<Inflater> inflater_;
  std::optional<ArrivedMessage> message_;  // that is not complete
  bool isCompressed_ = false;              // that message
  bool isClosed_ = false;
  bool sawCompressed_ = false;
  std::vector<MaskKey> maskKeys_;
};

}  // namespace parley::tool::check
