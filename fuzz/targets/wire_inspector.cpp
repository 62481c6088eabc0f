#include "fuzz/input.hpp"
#include "fuzz/require.hpp"
#include "fuzz/splitter.hpp"
#include "fuzz/target.hpp"
#include "fuzz/utf8_reference.hpp"
#include "fuzz/wire_reference.hpp"

#include <parley/protocol/wire_inspector.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <variant>
#include <vector>

// Oracles: whole reads against their pieces; the frames behind a handshake read a second time; and
// a text that no terminal obeys.

namespace parley::fuzz {

namespace {

using protocol::Role;
using protocol::WireFrame;
using protocol::WireRecord;

constexpr unsigned kEveryRsv = 7;
constexpr std::size_t kPreview = 125;

struct Read {
  WireDirection direction = WireDirection::Sent;
  std::string bytes{};
};

void checkPrintable(const std::string& text) {
  require(Utf8Reference::isValid(text), "a record is shown as UTF-8");
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    require(byte >= 0x20 && byte != 0x7F, "without control characters");
    const bool isC1 = byte == 0xC2 && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    require(!isC1, "of either kind");
  }
}

void checkRecord(const WireRecord& record) {
  checkPrintable(describe(record));
  if (const auto* const head = std::get_if<protocol::WireHeadLine>(&record)) {
    require(!head->line.empty(), "a line is not empty");
  } else if (const auto* const frame = std::get_if<WireFrame>(&record)) {
    require(frame->preview.size() == std::min<std::uint64_t>(frame->payloadLength, kPreview),
            "a frame is shown with its first bytes");
  }
}

std::vector<WireRecord> inspect(Role self, const std::vector<Read>& reads, Splitter splitter) {
  std::vector<WireRecord> records;
  protocol::WireInspector inspector(self, [&records](const WireRecord& record) {
    checkRecord(record);
    records.push_back(record);
  });
  for (const Read& read : reads) {
    splitter.divide(asBytes(read.bytes), [&](std::span<std::byte> piece) {
      inspector.feed(read.direction, piece);
      return Appetite::More;
    });
  }
  return records;
}

/// All that a record says.
std::string traceOf(const std::vector<WireRecord>& records) {
  std::string trace;
  for (const WireRecord& record : records) {
    trace += describe(record) + "\n";
    const auto* const frame = std::get_if<WireFrame>(&record);
    if (frame != nullptr) trace += asText(frame->preview);
  }
  return trace;
}

bool same(const WireFrame& shown, const ReferenceHeader& header, std::string_view payload) {
  return shown.fin == header.fin && shown.rsv == header.rsv && shown.opcode == header.opcode &&
         shown.masked == header.key.has_value() && shown.payloadLength == header.length &&
         asText(shown.preview) == payload.substr(0, kPreview);
}

/// What the records of one direction must be, when it holds frames only.
void checkFrames(Role self, WireDirection direction, const std::string& bytes,
                 const std::vector<WireRecord>& records) {
  const bool isOwn = direction == WireDirection::Sent;
  const Role sender = isOwn == (self == Role::Client) ? Role::Client : Role::Server;
  ReferenceWire wire(sender, kEveryRsv);
  wire.feed(bytes);
  std::vector<ReferenceFrame> expected = wire.frames();
  // A frame is shown before its end, once all that is shown of it is there.
  if (const auto& current = wire.current(); current && current->payload.size() >= kPreview) {
    expected.push_back(*current);
  }
  std::size_t frames = 0;
  std::size_t broken = 0;
  for (const WireRecord& record : records) {
    if (const auto* const frame = std::get_if<WireFrame>(&record)) {
      if (frame->direction != direction) continue;
      require(frames < expected.size() &&
                  same(*frame, expected[frames].header, expected[frames].payload),
              "every frame is the reference");
      ++frames;
    } else if (const auto* const malformed = std::get_if<protocol::WireMalformed>(&record)) {
      if (malformed->direction == direction) ++broken;
    }
  }
  require(frames == expected.size(), "no frame is left out");
  require(broken == (wire.failure() ? 1U : 0U), "what is malformed is said once");
}

}  // namespace

void wireInspector(Bytes data) {
  Input input(data);
  const std::uint8_t choice = input.byte();
  const Role self = (choice & 1U) != 0 ? Role::Client : Role::Server;
  const bool framesOnly = (choice & 2U) != 0;
  Splitter splitter(input);
  std::vector<Read> reads;
  std::array<std::string, 2> sides;
  if (framesOnly) {
    const std::string request = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
    const std::string response = "HTTP/1.1 101 Switching Protocols\r\n\r\n";
    reads.push_back({WireDirection::Sent, self == Role::Client ? request : response});
    reads.push_back({WireDirection::Received, self == Role::Client ? response : request});
  }
  while (!input.empty()) {
    const std::uint8_t header = input.byte();
    Read read{(header & 1U) != 0 ? WireDirection::Sent : WireDirection::Received, {}};
    read.bytes = std::string(asText(input.bytes(header / 2U)));
    // To get at large payloads with few bytes.
    if (header == 254 || header == 255) read.bytes.append(200, 'x');
    sides[static_cast<std::size_t>(read.direction)] += read.bytes;
    reads.push_back(std::move(read));
  }
  const std::vector<WireRecord> whole = inspect(self, reads, Splitter());
  require(traceOf(whole) == traceOf(inspect(self, reads, splitter)),
          "pieces give what the whole gives");
  if (!framesOnly) return;
  for (const WireDirection direction : {WireDirection::Sent, WireDirection::Received}) {
    checkFrames(self, direction, sides[static_cast<std::size_t>(direction)], whole);
  }
}

}  // namespace parley::fuzz
