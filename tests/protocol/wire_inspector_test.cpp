#include "protocol/wire.hpp"

#include <parley/protocol/wire_inspector.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace parley::protocol {
namespace {

using Lines = std::vector<std::string>;

constexpr std::string_view kRequest = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
constexpr std::string_view kAnswer =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n";

struct Run {
  WireDirection direction;
  std::string bytes;
};

std::vector<WireRecord> recordsOf(const std::vector<Run>& runs, std::size_t pieceSize,
                                  Role self = Role::Client) {
  std::vector<WireRecord> records;
  WireInspector inspector(self, [&](const WireRecord& record) { records.push_back(record); });
  for (const Run& run : runs) {
    std::span<const std::byte> rest = std::as_bytes(std::span(run.bytes));
    while (!rest.empty()) {
      const std::size_t size = std::min(pieceSize, rest.size());
      inspector.feed(run.direction, rest.first(size));
      rest = rest.subspan(size);
    }
  }
  return records;
}

Lines linesOf(const std::vector<Run>& runs, std::size_t pieceSize = SIZE_MAX,
              Role self = Role::Client) {
  Lines lines;
  for (const WireRecord& record : recordsOf(runs, pieceSize, self)) {
    lines.push_back(describe(record));
  }
  return lines;
}

Run sent(std::string_view bytes) {
  return {WireDirection::Sent, std::string(bytes)};
}
Run received(std::string_view bytes) {
  return {WireDirection::Received, std::string(bytes)};
}

/// The lines after those of the handshake.
Lines framesAfterHandshake(const std::vector<Run>& runs) {
  std::vector<Run> all{sent(kRequest), received(kAnswer)};
  all.insert(all.end(), runs.begin(), runs.end());
  Lines lines = linesOf(all);
  EXPECT_GE(lines.size(), 4U);
  lines.erase(lines.begin(), lines.begin() + 4);
  return lines;
}

std::vector<Run> wholeConversation() {
  const std::string large(70000, 'x');
  return {sent(kRequest),
          received(std::string(kAnswer) + wire::fromServer(wire::kText, "early")),
          sent(wire::fromClient(wire::kTextPart, "he") + wire::fromClient(wire::kPing, "") +
               wire::fromClient(wire::kLast, std::string(300, 'y'))),
          received(wire::fromServer(wire::kPong, "") + wire::fromServer(wire::kBinary, large)),
          sent(wire::fromClient(wire::kClose, wire::closeBody(1000, "done"))),
          received(wire::fromServer(wire::kClose, ""))};
}

TEST(WireInspector, ShowsHeadsThenFrames) {
  const Lines lines = linesOf(wholeConversation());
  const Lines expected{
      "> GET / HTTP/1.1",
      "> Host: a",
      "< HTTP/1.1 101 Switching Protocols",
      "< Upgrade: websocket",
      "< text, FIN, unmasked, 5 bytes: \"early\"",
      "> text, more follows, masked, 2 bytes: \"he\"",
      "> ping, FIN, masked, 0 bytes",
      "> continuation, FIN, masked, 300 bytes: \"" + std::string(125, 'y') + "\" ...",
      "< pong, FIN, unmasked, 0 bytes"};
  ASSERT_EQ(lines.size(), expected.size() + 3);
  EXPECT_EQ(Lines(lines.begin(), lines.end() - 3), expected);
  EXPECT_TRUE(lines[9].starts_with("< binary, FIN, unmasked, 70000 bytes: 78 78 "));
  EXPECT_EQ(lines[10], "> close, FIN, masked, 6 bytes: 1000 \"done\"");
  EXPECT_EQ(lines[11], "< close, FIN, unmasked, 0 bytes");
}

TEST(WireInspector, ShowsTheSameInPiecesOfAnySize) {
  const Lines whole = linesOf(wholeConversation());
  for (const std::size_t size : {1U, 2U, 3U, 7U, 13U, 127U, 4096U}) {
    EXPECT_EQ(linesOf(wholeConversation(), size), whole) << "pieces of " << size;
  }
}

TEST(WireInspector, ShowsTheSameCutAnywhere) {
  const std::string bytes = std::string(kAnswer) + wire::fromServer(wire::kText, "one") +
                            wire::fromServer(wire::kText, std::string(126, 'z')) +
                            wire::fromServer(wire::kClose, wire::closeBody(1001));
  const Lines whole = linesOf({received(bytes)});
  ASSERT_EQ(whole.size(), 5U);
  for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
    EXPECT_EQ(linesOf({received(bytes.substr(0, cut)), received(bytes.substr(cut))}), whole)
        << "cut at " << cut;
  }
}

TEST(WireInspector, UnmasksTheFirst125Bytes) {
  std::string payload;
  for (int i = 0; i < 200; ++i) payload.push_back(static_cast<char>(i));
  const auto records =
      recordsOf({sent(kRequest), sent(wire::fromClient(wire::kBinary, payload))}, 10);
  ASSERT_EQ(records.size(), 3U);
  const auto& frame = std::get<WireFrame>(records[2]);
  EXPECT_EQ(frame.opcode, 2);
  EXPECT_TRUE(frame.masked);
  EXPECT_EQ(frame.payloadLength, 200U);
  ASSERT_EQ(frame.preview.size(), 125U);
  for (std::size_t i = 0; i < 125; ++i) EXPECT_EQ(frame.preview[i], std::byte(i));
}

TEST(WireInspector, ShowsAFrameBeforeItsEnd) {
  std::string start = wire::fromServer(wire::kText, std::string(100000, 'a')).substr(0, 200);
  EXPECT_EQ(framesAfterHandshake({received(start)}).size(), 1U);
}

TEST(WireInspector, DecodesAServersWire) {
  const Lines lines =
      linesOf({received(kRequest), sent(kAnswer), received(wire::fromClient(wire::kText, "a")),
               sent(wire::fromServer(wire::kText, "b"))},
              SIZE_MAX, Role::Server);
  ASSERT_EQ(lines.size(), 6U);
  EXPECT_EQ(lines[4], "< text, FIN, masked, 1 byte: \"a\"");
  EXPECT_EQ(lines[5], "> text, FIN, unmasked, 1 byte: \"b\"");
}

TEST(WireInspector, NamesReservedBitsAndShowsTheirPayloadAsBytes) {
  EXPECT_EQ(framesAfterHandshake({received(wire::fromServer(0xC1, "hi"))}),
            (Lines{"< text, FIN, RSV1, unmasked, 2 bytes: 68 69"}));
}

TEST(WireInspector, ReportsAMalformedFrameOnceAndStopsThatDirectionOnly) {
  const Lines lines = framesAfterHandshake({received(wire::fromClient(wire::kText, "masked")),
                                            received(wire::fromServer(wire::kText, "later")),
                                            sent(wire::fromClient(wire::kText, "still"))});
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_TRUE(lines[0].starts_with("< malformed: ")) << lines[0];
  EXPECT_EQ(lines[1], "> text, FIN, masked, 5 bytes: \"still\"");
}

TEST(WireInspector, ReportsAHeadThatIsNoHttp) {
  const Lines lines = linesOf({received("HTTP/1.1 101 x\r\nA: b\x01\r\n\r\n"), received("more")});
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[1], "< malformed: the head is no HTTP");
}

TEST(WireInspector, EndsAnEndlessHeadLine) {
  const Lines lines = linesOf({received(std::string(1U << 20U, 'a'))}, 1000);
  EXPECT_EQ(lines, (Lines{"< malformed: the head is no HTTP"}));
}

TEST(WireInspector, PassesOverWhatFollowsARefusal) {
  EXPECT_EQ(linesOf({sent(kRequest), received("HTTP/1.1 200 OK\r\nA: b\r\n\r\n<html>")}).size(),
            4U);
}

TEST(WireInspector, GoesOnAfterAnInterimAnswer) {
  const Lines lines =
      linesOf({received("HTTP/1.1 103 Early Hints\r\nA: b\r\n\r\n" + std::string(kAnswer) +
                        wire::fromServer(wire::kText, "x"))});
  ASSERT_EQ(lines.size(), 5U);
  EXPECT_EQ(lines[4], "< text, FIN, unmasked, 1 byte: \"x\"");
}

TEST(WireInspector, WritesNothingThatATerminalObeys) {
  EXPECT_EQ(framesAfterHandshake({received(wire::fromServer(wire::kText,
                                                            "\x1b[2J\n\x7f\xc2\x9b"
                                                            "A\xc3\xa9\xff"))}),
            (Lines{"< text, FIN, unmasked, 12 bytes: "
                   "\"\\x1b[2J\\x0a\\x7f\\xc2\\x9b"
                   "A\xc3\xa9\\xff\""}));
}

TEST(WireInspector, ShowsAnIllegalCloseBodyWithItsFault) {
  const Lines lines = framesAfterHandshake({received(wire::fromServer(wire::kClose, "x"))});
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_TRUE(lines[0].starts_with("< close, FIN, unmasked, 1 byte: 78 (")) << lines[0];
}

}  // namespace
}  // namespace parley::protocol
