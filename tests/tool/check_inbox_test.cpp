#include "inbox.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace parley::tool::check {
namespace {

/// What a client's inbox makes of these frames of a server, fed byte by byte.
std::vector<Arrival> arrivals(const std::vector<Frame>& frames, bool withDeflate = false) {
  Trace trace{Clock::time_point{}};
  Inbox inbox(Role::Client, trace);
  if (withDeflate) inbox.setInflater(Inflater(15, Takeover::Kept));
  FrameWriter writer(Role::Server);
  std::vector<Arrival> all;
  for (const Frame& frame : frames) {
    for (const char byte : writer.write(frame)) {
      inbox.feed(std::string_view(&byte, 1));
      while (auto arrival = inbox.next()) {
        all.push_back(*arrival);
        if (std::holds_alternative<Violation>(*arrival)) return all;
      }
    }
  }
  return all;
}

std::string violation(const std::vector<Frame>& frames, bool withDeflate = false) {
  const auto all = arrivals(frames, withDeflate);
  if (all.empty()) return "nothing";
  const auto* found = std::get_if<Violation>(&all.back());
  return found ? found->text : "none";
}

constexpr Opcode kMore = Opcode::Continuation;

TEST(CheckInbox, PutsMessagesTogetherAroundControlFrames) {
  const auto all = arrivals({{.payload = "one ", .isFinal = false},
                             {.opcode = Opcode::Ping, .payload = "p"},
                             {.opcode = kMore, .payload = "two"},
                             {.opcode = Opcode::Close, .payload = closeBody(3000, "over")}});
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(std::get<ArrivedPing>(all[0]).payload, "p");
  EXPECT_EQ(std::get<ArrivedMessage>(all[1]).bytes, "one two");
  EXPECT_EQ(std::get<ArrivedClose>(all[2]).code, 3000);
  EXPECT_EQ(std::get<ArrivedClose>(all[2]).reason, "over");
}

TEST(CheckInbox, SeesEveryViolationOfTheFrameFormat) {
  EXPECT_EQ(violation({{.masking = MaskUse::Wrong}}), "a masked frame from a server");
  EXPECT_EQ(violation({{.opcode = static_cast<Opcode>(11)}}), "a reserved opcode");
  EXPECT_EQ(violation({{.lengthForm = LengthForm::Bits16}}),
            "a length that is not in its shortest form");
  EXPECT_EQ(violation({{.reserved = kRsv3}}), "RSV2 or RSV3 is set");
  EXPECT_EQ(violation({{.reserved = kRsv1}}), "RSV1 is set without an extension");
  EXPECT_EQ(violation({{.opcode = Opcode::Ping, .isFinal = false}}),
            "a control frame in fragments");
  EXPECT_EQ(violation({{.opcode = Opcode::Pong, .payload = Payload::zeros(126)}}),
            "a control frame of more than 125 bytes");
  EXPECT_EQ(violation({{.opcode = Opcode::Ping, .reserved = kRsv1}}, true),
            "RSV1 on a control frame");
}

TEST(CheckInbox, SeesEveryViolationOfTheOrder) {
  EXPECT_EQ(violation({{.opcode = kMore}}), "a continuation of nothing");
  EXPECT_EQ(violation({{.isFinal = false}, {}}), "a new message inside a fragmented one");
  EXPECT_EQ(violation({{.isFinal = false}, {.opcode = kMore, .reserved = kRsv1}}, true),
            "RSV1 on a continuation frame");
  EXPECT_EQ(violation({{.opcode = Opcode::Close}, {}}), "a frame after its Close frame");
}

TEST(CheckInbox, SeesEveryViolationOfTheContent) {
  EXPECT_EQ(violation({{.payload = "\xff"}}), "a text message that is not UTF-8");
  EXPECT_EQ(
      violation({{.payload = "\xc3", .isFinal = false}, {.opcode = kMore, .payload = "\xa9"}}),
      "none");
  EXPECT_EQ(violation({{.opcode = Opcode::Close, .payload = "x"}}), "a Close frame with one byte");
  for (const int code : {0, 999, 1005, 1006, 1015}) {
    EXPECT_EQ(violation({{.opcode = Opcode::Close,
                          .payload = closeBody(static_cast<std::uint16_t>(code))}}),
              "a Close frame with code " + std::to_string(code) + ", which may not be sent");
  }
  EXPECT_EQ(violation({{.opcode = Opcode::Close, .payload = closeBody(1000, "\xff")}}),
            "a Close reason that is not UTF-8");
  EXPECT_EQ(violation({{.payload = "\x07", .reserved = kRsv1}}, true),
            "a message that does not inflate within what was agreed");
}

}  // namespace
}  // namespace parley::tool::check
