#include "protocol/incoming_message.hpp"

#include <string>

#include <gtest/gtest.h>

namespace parley::protocol {
namespace {

using frame::FrameHeader;
using frame::Opcode;

std::span<std::byte> bytesOf(std::string& text) {
  return std::as_writable_bytes(std::span(text));
}

constexpr bool kFinal = true;
constexpr bool kMore = false;

FrameHeader headerOf(bool fin, Opcode opcode, std::uint64_t length) {
  FrameHeader header;
  header.fin = fin;
  header.opcode = opcode;
  header.payloadLength = length;
  return header;
}

TEST(IncomingMessage, PutsAHeaderTogetherAndLeavesWhatFollows) {
  IncomingMessage message;
  std::string first = "\x82";
  std::string second("\x7E\x01\x00payload", 10);
  std::span<std::byte> input = bytesOf(first);
  message.keepHeader(input);
  EXPECT_TRUE(input.empty());
  EXPECT_TRUE(message.hasPartialHeader());
  EXPECT_FALSE(message.idle());
  input = bytesOf(second);
  FrameHeader header;
  const frame::HeaderParse parsed =
      message.readHeader(input, 0, frame::MaskRule::Forbidden, header);
  EXPECT_EQ(parsed, frame::HeaderParse(frame::HeaderParsed{4}));
  EXPECT_EQ(header.payloadLength, 256U);
  EXPECT_EQ(input.size(), 7U);
  EXPECT_FALSE(message.hasPartialHeader());
}

TEST(IncomingMessage, ChecksTheOrderOfFrames) {
  IncomingMessage message;
  const FrameHeader start = headerOf(kMore, Opcode::Text, 0);
  const FrameHeader next = headerOf(kMore, Opcode::Continuation, 0);
  const FrameHeader ping = headerOf(kFinal, Opcode::Ping, 0);
  EXPECT_EQ(message.check(next, 10, 10), FailureCause::UnexpectedContinuation);
  EXPECT_EQ(message.check(start, 10, 10), std::nullopt);
  EXPECT_EQ(message.check(ping, 10, 10), std::nullopt);
  message.beginFrame(start);
  EXPECT_TRUE(message.frameIsWhole());
  message.endFrame();
  EXPECT_TRUE(message.insideMessage());
  EXPECT_EQ(message.check(start, 10, 10), FailureCause::ExpectedContinuation);
  EXPECT_EQ(message.check(next, 10, 10), std::nullopt);
  EXPECT_EQ(message.check(next, 10, 1), FailureCause::TooManyFragments);
  EXPECT_EQ(message.check(ping, 0, 0), std::nullopt) << "limits are for messages";
}

TEST(IncomingMessage, ComparesSizesThatWouldWrapIfAdded) {
  IncomingMessage message;
  const FrameHeader start = headerOf(kMore, Opcode::Binary, 4);
  message.beginFrame(start);
  std::string payload = "abcd";
  std::span<std::byte> input = bytesOf(payload);
  EXPECT_EQ(message.absorb(input, IncomingMessage::Use::Keep), std::nullopt);
  message.endFrame();
  FrameHeader next = headerOf(kFinal, Opcode::Continuation, UINT64_MAX);
  EXPECT_EQ(message.check(next, 10, 10), FailureCause::MessageTooBig);
  next.payloadLength = 7;
  EXPECT_EQ(message.check(next, 10, 10), FailureCause::MessageTooBig);
  next.payloadLength = 6;
  EXPECT_EQ(message.check(next, 10, 10), std::nullopt);
  next.payloadLength = UINT64_MAX - 4;
  EXPECT_EQ(message.check(next, UINT64_MAX, 10), std::nullopt);
}

TEST(IncomingMessage, UnmasksInTheRightPhaseHoweverThePayloadIsCut) {
  const frame::MaskKey key{{std::byte{1}, std::byte{2}, std::byte{3}, std::byte{4}}};
  for (std::size_t cut = 0; cut <= 9; ++cut) {
    IncomingMessage message;
    message.beginFrame({.opcode = Opcode::Text, .maskKey = key, .payloadLength = 9});
    std::string payload = "nine byte";
    frame::mask(bytesOf(payload), key);
    std::span<std::byte> front = bytesOf(payload).first(cut);
    std::span<std::byte> back = bytesOf(payload).subspan(cut);
    EXPECT_EQ(message.absorb(front, IncomingMessage::Use::Keep), std::nullopt);
    EXPECT_EQ(message.absorb(back, IncomingMessage::Use::Keep), std::nullopt);
    EXPECT_TRUE(message.frameIsWhole());
    EXPECT_EQ(message.message().text(), "nine byte");
  }
}

TEST(IncomingMessage, TakesNoMoreThanTheFrameFromItsInput) {
  IncomingMessage message;
  message.beginFrame(headerOf(kFinal, Opcode::Ping, 3));
  std::string bytes = "abcdef";
  std::span<std::byte> input = bytesOf(bytes);
  EXPECT_EQ(message.absorb(input, IncomingMessage::Use::Keep), std::nullopt);
  EXPECT_EQ(input.size(), 3U);
  EXPECT_TRUE(message.frameIsWhole());
  EXPECT_EQ(message.controlPayload().size(), 3U);
  EXPECT_EQ(message.controlPayload()[2], std::byte{'c'});
  message.endFrame();
  EXPECT_TRUE(message.idle());
}

TEST(IncomingMessage, KeepsNothingOfWhatIsThrownAway) {
  IncomingMessage message;
  message.beginFrame(headerOf(kFinal, Opcode::Text, 4));
  std::string bytes = "\xFF\xFF\xFF\xFF";
  std::span<std::byte> input = bytesOf(bytes);
  EXPECT_EQ(message.absorb(input, IncomingMessage::Use::ThrowAway), std::nullopt);
  EXPECT_TRUE(message.frameIsWhole());
  EXPECT_EQ(message.message().capacity(), 0U);
}

TEST(IncomingMessage, KeepsAFinishedMessageWhenItIsAbandoned) {
  IncomingMessage message;
  message.beginFrame(headerOf(kFinal, Opcode::Text, 4));
  std::string bytes = "done";
  std::span<std::byte> input = bytesOf(bytes);
  EXPECT_EQ(message.absorb(input, IncomingMessage::Use::Keep), std::nullopt);
  message.endFrame();
  message.abandon();
  EXPECT_EQ(message.message().text(), "done");
  EXPECT_TRUE(message.idle());

  message.beginFrame(headerOf(kFinal, Opcode::Text, 8));
  input = bytesOf(bytes);
  EXPECT_EQ(message.absorb(input, IncomingMessage::Use::Keep), std::nullopt);
  message.abandon();
  EXPECT_EQ(message.message().capacity(), 0U);
  EXPECT_TRUE(message.idle());
}

}  // namespace
}  // namespace parley::protocol
