#include "protocol/large_message.hpp"

#include "protocol/output_memory.hpp"
#include "protocol/wire.hpp"

#include <parley/testing/fixed_entropy.hpp>

#include <array>
#include <string>

#include <gtest/gtest.h>

namespace parley::protocol {
namespace {

std::string patternOf(std::size_t size) {
  std::string text(size, 'x');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>('a' + i % 26);
  return text;
}

std::span<const std::byte> bytesOf(std::string_view text) {
  return std::as_bytes(std::span(text));
}

struct Sender {
  testing::FixedEntropy entropy{{0x37, 0xfa, 0x21, 0x3d}};
  OutputMemory memory;

  /// Everything that `message` sends if the transport takes `atOnce` bytes of each offer.
  std::string sendAll(LargeMessage& message, Role role, std::size_t atOnce) {
    std::string sent;
    const MaskKeys keys(role, entropy);
    while (!message.isFinished()) {
      std::array<OutputPiece, 2> pieces;
      const std::size_t count = message.output(pieces, keys, memory);
      std::string offer;
      for (std::size_t i = 0; i < count; ++i) {
        offer.append(reinterpret_cast<const char*>(pieces[i].data), pieces[i].size);
      }
      offer.resize(std::min(offer.size(), atOnce));
      sent += offer;
      EXPECT_EQ(message.take(offer.size()).bytes, offer.size());
    }
    return sent;
  }
};

TEST(LargeMessage, LeavesInFragmentsOfTheGivenSize) {
  Sender sender;
  const std::string payload = patternOf(25);
  LargeMessage message(frame::Opcode::Text, bytesOf(payload), 10);
  EXPECT_EQ(sender.sendAll(message, Role::Server, SIZE_MAX),
            wire::fromServer(wire::kTextPart, payload.substr(0, 10)) +
                wire::fromServer(wire::kMiddle, payload.substr(10, 10)) +
                wire::fromServer(wire::kLast, payload.substr(20)));
}

TEST(LargeMessage, IsOneFrameIfItFits) {
  Sender sender;
  const std::string payload = patternOf(25);
  LargeMessage message(frame::Opcode::Binary, bytesOf(payload), 25);
  EXPECT_EQ(sender.sendAll(message, Role::Client, SIZE_MAX),
            wire::fromClient(wire::kBinary, payload));
}

TEST(LargeMessage, SendsTheSameBytesBorrowedOwnedOrRetainedOnTheWay) {
  const std::string payload = patternOf(200'001);
  for (const Role role : {Role::Server, Role::Client}) {
    const wire::Masked masked = role == Role::Client ? wire::Masked::Yes : wire::Masked::No;
    const std::string expected =
        wire::frame(wire::kBinaryPart, payload.substr(0, 150'000), masked) +
        wire::frame(wire::kLast, payload.substr(150'000), masked);
    for (const std::size_t atOnce : {std::size_t{997}, std::size_t{70'001}, SIZE_MAX}) {
      Sender sender;
      LargeMessage borrowed(frame::Opcode::Binary, bytesOf(payload), 150'000);
      EXPECT_TRUE(sender.sendAll(borrowed, role, atOnce) == expected);
      LargeMessage owned(frame::Opcode::Binary, ArrayBuffer::copyOf(payload), 150'000);
      EXPECT_TRUE(sender.sendAll(owned, role, atOnce) == expected);
      for (const std::size_t before : {0U, 3U, 14U, 15U, 50'000U}) {
        LargeMessage retained(frame::Opcode::Binary, bytesOf(payload), 150'000);
        const MaskKeys keys(role, sender.entropy);
        std::array<OutputPiece, 2> pieces;
        const std::size_t count = retained.output(pieces, keys, sender.memory);
        std::string sent;
        for (std::size_t i = 0; i < count; ++i) {
          sent.append(reinterpret_cast<const char*>(pieces[i].data), pieces[i].size);
        }
        sent.resize(before);
        (void)retained.take(before);
        retained.retain();
        EXPECT_FALSE(retained.isBorrowed());
        EXPECT_TRUE(sent + sender.sendAll(retained, role, atOnce) == expected) << before;
      }
    }
  }
}

TEST(LargeMessage, CountsPayloadApartFromHeaders) {
  Sender sender;
  const std::string payload = patternOf(1000);
  LargeMessage message(frame::Opcode::Binary, bytesOf(payload), 600);
  const MaskKeys keys(Role::Server, sender.entropy);
  std::array<OutputPiece, 2> pieces;
  EXPECT_EQ(message.output(pieces, keys, sender.memory), 2U);
  EXPECT_FALSE(message.isInsideFrame());
  LargeMessage::Taken taken = message.take(3);
  EXPECT_EQ(taken.payload, 0U);
  EXPECT_TRUE(message.isInsideFrame());
  taken = message.take(100);
  EXPECT_EQ(taken.bytes, 100U);
  EXPECT_EQ(taken.payload, 99U);
  EXPECT_EQ(message.rest(), 901U);
  taken = message.take(10'000);
  EXPECT_EQ(taken.payload, 501U) << "up to the end of the fragment";
  EXPECT_FALSE(message.isInsideFrame());
  EXPECT_FALSE(message.isFinished());
}

TEST(LargeMessage, OffersItsHeaderAloneIfThereIsOnePiece) {
  Sender sender;
  const std::string payload = patternOf(100);
  LargeMessage message(frame::Opcode::Binary, bytesOf(payload), 1000);
  std::array<OutputPiece, 1> pieces;
  const MaskKeys keys(Role::Server, sender.entropy);
  EXPECT_EQ(message.output(pieces, keys, sender.memory), 1U);
  EXPECT_EQ(pieces[0].size, 2U);
  (void)message.take(2);
  EXPECT_EQ(message.output(pieces, keys, sender.memory), 1U);
  EXPECT_EQ(pieces[0].size, 100U);
}

TEST(LargeMessage, CountsACompressedMessageByItsOwnBytes) {
  Sender sender;
  LargeMessage message(frame::Opcode::Text, 10'000, ArrayBuffer::copyOf(patternOf(1'000)), 400);
  const MaskKeys keys(Role::Server, sender.entropy);
  std::array<OutputPiece, 2> pieces;
  std::string sent;
  std::uint64_t released = 0;
  while (!message.isFinished()) {
    EXPECT_EQ(message.messageRest(), 10'000 - released);
    const std::size_t count = message.output(pieces, keys, sender.memory);
    std::size_t offered = 0;
    for (std::size_t i = 0; i < count; ++i) {
      sent.append(reinterpret_cast<const char*>(pieces[i].data), pieces[i].size);
      offered += pieces[i].size;
    }
    const LargeMessage::Taken taken = message.take(offered);
    EXPECT_EQ(taken.message, taken.payload * 10);
    released += taken.message;
  }
  EXPECT_EQ(released, 10'000U);
  const auto frames = wire::framesIn(sent);
  ASSERT_EQ(frames.size(), 3U);
  EXPECT_EQ(frames[0].first, wire::kTextPartDeflated);
  EXPECT_EQ(frames[1].first, wire::kMiddle);
  EXPECT_EQ(frames[2].first, wire::kLast);
}

TEST(LargeMessage, IsCutBehindTheFragmentThatWasBegun) {
  Sender sender;
  const std::string payload = patternOf(1000);
  LargeMessage message(frame::Opcode::Binary, bytesOf(payload), 300);
  const MaskKeys keys(Role::Server, sender.entropy);
  std::array<OutputPiece, 2> pieces;
  (void)message.output(pieces, keys, sender.memory);
  (void)message.take(50);
  message.cutAfterFrame();
  EXPECT_EQ(message.rest(), 300U - 46);
  (void)message.take(1000);
  EXPECT_TRUE(message.isFinished());
}

TEST(LargeMessage, SendsWhatIsProvidedPieceByPiece) {
  for (const Role role : {Role::Server, Role::Client}) {
    const wire::Masked masked = role == Role::Client ? wire::Masked::Yes : wire::Masked::No;
    for (const std::size_t atOnce : {std::size_t{1}, std::size_t{7}, SIZE_MAX}) {
      Sender sender;
      const MaskKeys keys(role, sender.entropy);
      LargeMessage message(frame::Opcode::Binary, 30, 10);
      std::string sent;
      for (const std::string_view piece : {"0123456789abcde", "f", "ghijklmnopqrst"}) {
        ASSERT_TRUE(message.wantsPayload());
        std::array<OutputPiece, 2> none;
        ASSERT_EQ(message.output(none, keys, sender.memory), 0U);
        message.provide(ArrayBuffer::copyOf(piece));
        while (!message.wantsPayload() && !message.isFinished()) {
          std::array<OutputPiece, 2> pieces;
          const std::size_t count = message.output(pieces, keys, sender.memory);
          std::string offer;
          for (std::size_t i = 0; i < count; ++i) {
            offer.append(reinterpret_cast<const char*>(pieces[i].data), pieces[i].size);
          }
          offer.resize(std::min(offer.size(), atOnce));
          sent += offer;
          (void)message.take(offer.size());
        }
        EXPECT_EQ(message.messageRest(), message.unprovided());
      }
      EXPECT_TRUE(message.isFinished());
      EXPECT_EQ(sent, wire::frame(wire::kBinaryPart, "0123456789", masked) +
                          wire::frame(wire::kMiddle, "abcde", masked) +
                          wire::frame(wire::kMiddle, "f", masked) +
                          wire::frame(wire::kMiddle, "ghijklmnop", masked) +
                          wire::frame(wire::kLast, "qrst", masked));
    }
  }
}

TEST(LargeMessage, GivesUpWhatWasNotProvided) {
  Sender sender;
  const MaskKeys keys(Role::Server, sender.entropy);
  LargeMessage message(frame::Opcode::Binary, std::uint64_t{5} << 30U, 10);
  message.provide(ArrayBuffer::copyOf("0123456789abcde"));
  std::array<OutputPiece, 2> pieces;
  ASSERT_EQ(message.output(pieces, keys, sender.memory), 2U);
  (void)message.take(pieces[0].size + 4);
  message.cutAfterFrame();
  EXPECT_EQ(message.messageRest(), 6U) << "the rest of the frame that was begun";
  EXPECT_EQ(message.unprovided(), 0U);
  (void)message.take(6);
  EXPECT_TRUE(message.isFinished());
}

TEST(LargeMessage, LeavesSharedMemoryAsItIsAndLetsGoOfItAtTheEnd) {
  const std::string payload = patternOf(200'001);
  for (const Role role : {Role::Server, Role::Client}) {
    const wire::Masked masked = role == Role::Client ? wire::Masked::Yes : wire::Masked::No;
    auto owner = std::make_shared<const std::string>(payload);
    Sender sender;
    {
      LargeMessage message(frame::Opcode::Binary, bytesOf(*owner), owner, 1U << 20U);
      EXPECT_FALSE(message.isBorrowed());
      EXPECT_EQ(owner.use_count(), 2);
      EXPECT_TRUE(sender.sendAll(message, role, 70'001) ==
                  wire::frame(wire::kBinary, payload, masked));
    }
    EXPECT_EQ(owner.use_count(), 1);
    EXPECT_TRUE(*owner == payload);
  }
}

}  // namespace
}  // namespace parley::protocol
