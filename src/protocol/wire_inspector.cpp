#include "bytes/utf8.hpp"
#include "frame/close_payload.hpp"
#include "frame/frame_header.hpp"
#include "frame/mask.hpp"
#include "http/line_reader.hpp"

#include <parley/protocol/wire_inspector.hpp>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace parley::protocol {

namespace {

constexpr std::size_t kPreview = 125;
constexpr std::size_t kShownBinary = 32;
constexpr std::uint8_t kEveryRsv = frame::kRsv1 | frame::kRsv2 | frame::kRsv3;

std::string_view asText(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::span<const std::byte> asBytes(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

void appendHex(std::string& out, unsigned value) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  out.push_back(kDigits[(value >> 4U) & 0xFU]);
  out.push_back(kDigits[value & 0xFU]);
}

/// The bytes of the printable code point that `text` begins with; 0 if there is none.
std::size_t printableSize(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return lead >= 0x20 && lead != 0x7F ? 1 : 0;
  const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (text.size() < size || !bytes::isValidUtf8(asBytes(text.substr(0, size)))) return 0;
  // U+0080 to U+009F are control characters, too: some terminals obey them.
  const bool isControl = lead == 0xC2 && static_cast<unsigned char>(text[1]) < 0xA0;
  return isControl ? 0 : size;
}

std::string printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t size = printableSize(text);
    if (size == 0) {
      out.append("\\x");
      appendHex(out, static_cast<unsigned char>(text[0]));
      text.remove_prefix(1);
    } else {
      out.append(text.substr(0, size));
      text.remove_prefix(size);
    }
  }
  return out;
}

std::string hexadecimal(std::span<const std::byte> bytes) {
  std::string out;
  for (const std::byte byte : bytes) {
    if (!out.empty()) out.push_back(' ');
    appendHex(out, std::to_integer<unsigned>(byte));
  }
  return out;
}

std::string_view nameOf(std::uint8_t opcode) {
  switch (static_cast<frame::Opcode>(opcode)) {
    case frame::Opcode::Continuation:
      return "continuation";
    case frame::Opcode::Text:
      return "text";
    case frame::Opcode::Binary:
      return "binary";
    case frame::Opcode::Close:
      return "close";
    case frame::Opcode::Ping:
      return "ping";
    case frame::Opcode::Pong:
      return "pong";
  }
  return "reserved";
}

std::string quoted(std::string_view text) {
  return "\"" + printable(text) + "\"";
}

std::string closeText(std::span<const std::byte> body) {
  const frame::CloseParse parsed = frame::parseClosePayload(body);
  if (const auto* status = std::get_if<frame::CloseStatus>(&parsed)) {
    std::string text = std::to_string(status->code.value());
    if (!status->reason.empty()) text += " " + quoted(status->reason);
    return text;
  }
  if (const auto* violation = std::get_if<frame::CloseViolation>(&parsed)) {
    return hexadecimal(body) + " (" + std::string(describe(*violation)) + ")";
  }
  return {};
}

std::string previewText(const WireFrame& frame) {
  const std::span<const std::byte> shown = frame.preview;
  if (static_cast<frame::Opcode>(frame.opcode) == frame::Opcode::Close) return closeText(shown);
  // RSV1 marks compressed data (RFC 7692 section 6), which is no text whatever the opcode says.
  const bool isBinary =
      static_cast<frame::Opcode>(frame.opcode) == frame::Opcode::Binary || frame.rsv != 0;
  const auto visible = isBinary ? shown.first(std::min(shown.size(), kShownBinary)) : shown;
  std::string text = isBinary ? hexadecimal(visible) : quoted(asText(visible));
  if (visible.size() < frame.payloadLength) text += " ...";
  return text;
}

std::string_view arrow(WireDirection direction) {
  return direction == WireDirection::Sent ? "> " : "< ";
}

struct Describer {
  std::string operator()(const WireHeadLine& head) const {
    return std::string(arrow(head.direction)) + printable(head.line);
  }

  std::string operator()(const WireFrame& frame) const {
    std::string text = std::string(arrow(frame.direction)) + std::string(nameOf(frame.opcode));
    text += frame.fin ? ", FIN" : ", more follows";
    if ((frame.rsv & frame::kRsv1) != 0) text += ", RSV1";
    if ((frame.rsv & frame::kRsv2) != 0) text += ", RSV2";
    if ((frame.rsv & frame::kRsv3) != 0) text += ", RSV3";
    text += frame.masked ? ", masked, " : ", unmasked, ";
    text += std::to_string(frame.payloadLength);
    text += frame.payloadLength == 1 ? " byte" : " bytes";
    if (frame.payloadLength != 0) text += ": " + previewText(frame);
    return text;
  }

  std::string operator()(const WireMalformed& malformed) const {
    return std::string(arrow(malformed.direction)) + "malformed: " + printable(malformed.reason);
  }
};

/// What follows a head of the answering side.
enum class AfterHead : std::uint8_t { Frames, AnotherHead, NotWebSocket };

AfterHead afterAnswer(std::string_view statusLine) {
  // RFC 9112 section 4: version, one space, three digits.
  const std::size_t space = statusLine.find(' ');
  const std::string_view status =
      space == std::string_view::npos ? std::string_view() : statusLine.substr(space + 1, 3);
  if (status == "101") return AfterHead::Frames;
  // RFC 9110 section 15.2: interim answers come before the final one.
  return status.starts_with('1') ? AfterHead::AnotherHead : AfterHead::NotWebSocket;
}

/// The frames of one direction.
class FrameWatch {
 public:
  FrameWatch(WireDirection direction, frame::MaskRule rule) noexcept
      : rule_(rule), record_{.direction = direction} {}

  /// Reads up to the next record or the end of `bytes`, which it shortens. The record ends with the
  /// next call.
  std::variant<std::monostate, const WireFrame*, frame::FrameViolation> read(
      std::span<const std::byte>& bytes) {
    for (;;) {
      if (!inPayload_) {
        if (bytes.empty()) return std::monostate();
        if (const auto violation = readHeaderByte(bytes)) return *violation;
        if (!inPayload_) continue;
        if (wanted() == 0) return shown();
      }
      takePayload(bytes);
      if (!isShown_ && record_.preview.size() == wanted()) return shown();
      if (bytes.empty()) return std::monostate();
    }
  }

 private:
  [[nodiscard]] std::size_t wanted() const noexcept {
    return static_cast<std::size_t>(std::min<std::uint64_t>(record_.payloadLength, kPreview));
  }

  const WireFrame* shown() noexcept {
    isShown_ = true;
    if (seen_ == record_.payloadLength) inPayload_ = false;
    return &record_;
  }

  /// The header goes byte by byte through its own memory: a call of feed() may end anywhere.
  std::optional<frame::FrameViolation> readHeaderByte(std::span<const std::byte>& bytes) {
    header_[headerSize_++] = bytes.front();
    bytes = bytes.subspan(1);
    frame::FrameHeader header;
    const frame::HeaderParse parsed =
        frame::parseFrameHeader(std::span(header_).first(headerSize_), kEveryRsv, rule_, header);
    if (const auto* violation = std::get_if<frame::FrameViolation>(&parsed)) return *violation;
    if (std::holds_alternative<frame::HeaderParsed>(parsed)) begin(header);
    return std::nullopt;
  }

  void begin(const frame::FrameHeader& header) {
    headerSize_ = 0;
    seen_ = 0;
    inPayload_ = true;
    isShown_ = false;
    key_ = header.maskKey.value_or(frame::MaskKey());
    record_.opcode = static_cast<std::uint8_t>(header.opcode);
    record_.fin = header.fin;
    record_.rsv = header.rsv;
    record_.masked = header.maskKey.has_value();
    record_.payloadLength = header.payloadLength;
    record_.preview.clear();
  }

  void takePayload(std::span<const std::byte>& bytes) {
    const std::size_t missing = wanted() - record_.preview.size();
    if (missing != 0) {
      const auto piece = bytes.first(std::min(bytes.size(), missing));
      const std::size_t at = record_.preview.size();
      record_.preview.insert(record_.preview.end(), piece.begin(), piece.end());
      frame::mask(std::span(record_.preview).subspan(at), key_, at);
      seen_ += piece.size();
      bytes = bytes.subspan(piece.size());
      return;
    }
    const auto skipped = static_cast<std::size_t>(
        std::min<std::uint64_t>(bytes.size(), record_.payloadLength - seen_));
    seen_ += skipped;
    bytes = bytes.subspan(skipped);
    if (seen_ == record_.payloadLength) inPayload_ = false;
  }

  frame::MaskRule rule_;
  std::array<std::byte, frame::kMaxHeaderSize> header_{};
  std::size_t headerSize_ = 0;
  frame::MaskKey key_;
  std::uint64_t seen_ = 0;
  bool inPayload_ = false;
  bool isShown_ = false;
  WireFrame record_;
};

/// One direction: its head, then its frames.
class Side {
 public:
  Side(WireDirection direction, Role sender)
      : direction_(direction),
        sender_(sender),
        lines_(http::HeadLimits()),
        // RFC 6455 section 5.1: a client masks every frame, a server none.
        frames_(direction,
                sender == Role::Client ? frame::MaskRule::Required : frame::MaskRule::Forbidden) {}

  enum class Outcome : std::uint8_t { Going, NotWebSocket };

  Outcome feed(std::span<const std::byte> bytes, const WireInspector::Sink& sink) {
    while (phase_ == Phase::Head && !bytes.empty()) {
      if (feedHead(bytes, sink) == Outcome::NotWebSocket) return Outcome::NotWebSocket;
    }
    while (phase_ == Phase::Frames) {
      const auto next = frames_.read(bytes);
      if (const auto* frame = std::get_if<const WireFrame*>(&next)) {
        sink(**frame);
      } else if (const auto* violation = std::get_if<frame::FrameViolation>(&next)) {
        stop();
        sink(WireMalformed{direction_, std::string(describe(*violation))});
      } else {
        break;
      }
    }
    return Outcome::Going;
  }

  void stop() noexcept { phase_ = Phase::Stopped; }

 private:
  enum class Phase : std::uint8_t { Head, Frames, Stopped };

  Outcome feedHead(std::span<const std::byte>& bytes, const WireInspector::Sink& sink) {
    using Line = http::LineReader;
    const Line::Kind kind = isFirstLine_ ? Line::Kind::Start : Line::Kind::Field;
    const Line::Step step = lines_.read(asText(bytes), kind);
    bytes = bytes.subspan(step.consumed);
    if (step.status == Line::Status::Failed) {
      stop();
      sink(WireMalformed{direction_, "the head is no HTTP"});
    } else if (step.status == Line::Status::Line) {
      return takeLine(lines_.line(), sink);
    }
    return Outcome::Going;
  }

  Outcome takeLine(std::string_view line, const WireInspector::Sink& sink) {
    if (line.empty()) return endHead();
    if (std::exchange(isFirstLine_, false) && sender_ == Role::Server) next_ = afterAnswer(line);
    sink(WireHeadLine{direction_, std::string(line)});
    return Outcome::Going;
  }

  Outcome endHead() {
    // RFC 9112 section 2.2: an empty line before the first one is passed over.
    if (isFirstLine_) return Outcome::Going;
    switch (next_) {
      case AfterHead::Frames:
        phase_ = Phase::Frames;
        return Outcome::Going;
      case AfterHead::AnotherHead:
        lines_ = http::LineReader(http::HeadLimits());
        isFirstLine_ = true;
        return Outcome::Going;
      case AfterHead::NotWebSocket:
        break;
    }
    return Outcome::NotWebSocket;
  }

  WireDirection direction_;
  Role sender_;
  Phase phase_ = Phase::Head;
  AfterHead next_ = AfterHead::Frames;
  bool isFirstLine_ = true;
  http::LineReader lines_;
  FrameWatch frames_;
};

Role otherRole(Role role) {
  return role == Role::Client ? Role::Server : Role::Client;
}

}  // namespace

std::string describe(const WireRecord& record) {
  return std::visit(Describer(), record);
}

struct WireInspector::State {
  State(Role self, Sink target)
      : sink(std::move(target)),
        sent(WireDirection::Sent, self),
        received(WireDirection::Received, otherRole(self)) {}

  Sink sink;
  Side sent;
  Side received;
};

WireInspector::WireInspector(Role self, Sink sink)
    : state_(std::make_unique<State>(self, std::move(sink))) {}
WireInspector::WireInspector(WireInspector&&) noexcept = default;
WireInspector& WireInspector::operator=(WireInspector&&) noexcept = default;
WireInspector::~WireInspector() = default;

void WireInspector::feed(WireDirection direction, std::span<const std::byte> bytes) {
  Side& side = direction == WireDirection::Sent ? state_->sent : state_->received;
  if (side.feed(bytes, state_->sink) == Side::Outcome::Going) return;
  state_->sent.stop();
  state_->received.stop();
}

}  // namespace parley::protocol
