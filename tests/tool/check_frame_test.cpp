#include "frame.hpp"
#include "frame_text.hpp"

#include <string>

#include <gtest/gtest.h>

namespace parley::tool::check {
namespace {

std::string written(const Frame& frame, Role role) {
  return FrameWriter(role).write(frame);
}

TEST(CheckFrameWriter, WritesTheExamplesOfTheRfc) {
  // RFC 6455 section 5.7.
  EXPECT_EQ(written({.payload = "Hello"}, Role::Server), "\x81\x05Hello");
  EXPECT_EQ(written({.payload = "Hello", .maskKey = MaskKey{0x37, 0xfa, 0x21, 0x3d}}, Role::Client),
            "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58");
  EXPECT_EQ(written({.payload = "Hel", .isFinal = false}, Role::Server), "\x01\x03Hel");
  EXPECT_EQ(written({.opcode = Opcode::Continuation, .payload = "lo"}, Role::Server),
            std::string("\x80\x02lo", 4));
  const std::string head =
      written({.opcode = Opcode::Binary, .payload = Payload::noise(256)}, Role::Server)
          .substr(0, 4);
  EXPECT_EQ(head, std::string("\x82\x7E\x01\x00", 4));
}

TEST(CheckFrameWriter, WritesWhatIsForbidden) {
  EXPECT_EQ(written({.payload = "a", .masking = MaskUse::Wrong}, Role::Client),
            "\x81\x01"
            "a");
  EXPECT_EQ(written({.payload = "a", .reserved = 7}, Role::Server),
            "\xF1\x01"
            "a");
  EXPECT_EQ(written({.payload = "a", .lengthForm = LengthForm::Bits16}, Role::Server),
            std::string("\x81\x7E\x00\x01"
                        "a",
                        5));
  EXPECT_EQ(written({.payload = "a", .announcedLength = std::uint64_t{1} << 63}, Role::Server),
            std::string("\x81\x7F\x80\x00\x00\x00\x00\x00\x00\x00"
                        "a",
                        11));
}

TEST(CheckFrameReader, ReadsEachLengthAndEndFromAnyDivision) {
  for (const Role role : {Role::Client, Role::Server}) {
    for (const std::size_t size : {0U, 1U, 125U, 126U, 127U, 65535U, 65536U}) {
      const Payload payload = Payload::noise(size);
      const std::string bytes = written({.opcode = Opcode::Binary, .payload = payload}, role);
      for (const std::size_t step : {std::size_t{1}, std::size_t{3}, bytes.size()}) {
        if (step < 3 && size > 1000) continue;
        FrameReader reader;
        std::optional<ReceivedFrame> frame;
        for (std::size_t i = 0; i < bytes.size(); i += step) {
          ASSERT_FALSE(frame) << "before its end";
          reader.feed(std::string_view(bytes).substr(i, step));
          frame = reader.next();
        }
        ASSERT_TRUE(frame) << size;
        EXPECT_EQ(frame->payload, payload.bytes());
        EXPECT_EQ(frame->maskKey.has_value(), role == Role::Client);
        EXPECT_TRUE(frame->isLengthShortest);
        EXPECT_EQ(reader.pending(), 0U);
      }
    }
  }
}

TEST(CheckFrameReader, SeesWhatIsWrongAndLeavesTheJudgement) {
  FrameReader reader;
  reader.feed(std::string_view("\x7F\x7E\x00\x02hi", 6));
  const auto frame = reader.next();
  ASSERT_TRUE(frame);
  EXPECT_EQ(static_cast<int>(frame->opcode), 15);
  EXPECT_FALSE(frame->isFinal);
  EXPECT_EQ(frame->reserved, 7);
  EXPECT_FALSE(frame->isLengthShortest);
}

TEST(CheckFrameReader, DoesNotWaitForWhatNoCaseAskedFor) {
  FrameReader reader;
  reader.feed(std::string_view("\x82\x7F\x80\x00\x00\x00\x00\x00\x00\x00", 10));
  EXPECT_FALSE(reader.next());
  EXPECT_TRUE(reader.isOversized());
}

TEST(CheckFrameText, ShowsFramesInOneLine) {
  EXPECT_EQ(describe(Frame{.payload = "Hello"}, Role::Client),
            "text, FIN, masked, 5 bytes: \"Hello\"");
  EXPECT_EQ(
      describe(Frame{.opcode = Opcode::Close, .payload = closeBody(1002, "no")}, Role::Server),
      "close, FIN, unmasked, 4 bytes: 1002 \"no\"");
  EXPECT_EQ(describe(Frame{.opcode = static_cast<Opcode>(3), .reserved = kRsv2}, Role::Server),
            "reserved opcode 3, FIN, RSV2, unmasked, 0 bytes");
}

}  // namespace
}  // namespace parley::tool::check
