#include "protocol/output_queue.hpp"

#include "protocol/wire.hpp"

#include <parley/testing/fixed_entropy.hpp>

#include <array>
#include <cstring>
#include <string>

#include <gtest/gtest.h>

namespace parley::protocol {
namespace {

class OutputQueueTest : public ::testing::Test {
 protected:
  void put(std::string_view bytes) {
    std::memcpy(queue.room(bytes.size()), bytes.data(), bytes.size());
    queue.commit(bytes.size(), bytes.size());
  }

  std::string offer(std::size_t most = 8) {
    std::array<OutputPiece, 8> pieces;
    const std::size_t count = queue.output(std::span(pieces).first(most), keys);
    std::string bytes;
    for (std::size_t i = 0; i < count; ++i) {
      bytes.append(reinterpret_cast<const char*>(pieces[i].data), pieces[i].size);
    }
    return bytes;
  }

  static std::span<const std::byte> bytesOf(std::string_view text) {
    return std::as_bytes(std::span(text));
  }

  OutputMemory memory;
  testing::FixedEntropy entropy{{1, 2, 3, 4}};
  MaskKeys keys{Role::Server, entropy};
  OutputQueue queue{memory};
};

TEST_F(OutputQueueTest, KeepsTheOrderAcrossSegments) {
  std::string expected;
  for (int i = 0; i < 40; ++i) {
    const std::string frame(static_cast<std::size_t>(i) * 37, static_cast<char>('a' + i % 26));
    put(frame);
    expected += frame;
  }
  EXPECT_EQ(queue.size(), expected.size());
  std::string sent;
  while (!queue.empty()) {
    const std::string part = offer(3).substr(0, 1234);
    sent += part;
    (void)queue.take(part.size());
  }
  EXPECT_EQ(sent, expected);
  EXPECT_EQ(queue.size(), 0U);
  EXPECT_EQ(queue.unsentPayload(), 0U);
}

TEST_F(OutputQueueTest, PutsTheCorkBeforeEverythingElse) {
  put("behind");
  Cork& cork = memory.cork();
  ASSERT_TRUE(cork.claim(nullptr, 10));
  std::memcpy(cork.tail(), "front", 5);
  cork.end += 5;
  cork.begin += 1;
  queue.prepend(cork);
  EXPECT_EQ(offer(), "rontbehind");
}

TEST_F(OutputQueueTest, PutsAPongAtTheNextEndOfAFrame) {
  put("frame");
  queue.setPong(bytesOf("x"));
  EXPECT_EQ(offer(), wire::fromServer(wire::kPong, "x") + "frame") << "nothing is begun";
  queue.clear();
  put("frame");
  (void)queue.take(1);
  queue.setPong(bytesOf("x"));
  EXPECT_EQ(offer(), "rame" + wire::fromServer(wire::kPong, "x"));
  EXPECT_EQ(offer(1), "rame");
}

TEST_F(OutputQueueTest, ReplacesAPongUntilItsFirstByteIsTaken) {
  queue.setPong(bytesOf("old"));
  EXPECT_EQ(offer(), wire::fromServer(wire::kPong, "old"));
  queue.setPong(bytesOf("new"));
  EXPECT_EQ(offer(), wire::fromServer(wire::kPong, "new"));
  (void)queue.take(1);
  queue.setPong(bytesOf("next"));
  EXPECT_EQ(offer(), wire::fromServer(wire::kPong, "new").substr(1));
  (void)queue.take(4);
  EXPECT_EQ(offer(), wire::fromServer(wire::kPong, "next"));
  (void)queue.take(6);
  EXPECT_TRUE(queue.empty());
}

TEST_F(OutputQueueTest, KeepsPingAndPongApart) {
  queue.setPing(bytesOf("i"));
  queue.setPong(bytesOf("o"));
  EXPECT_EQ(offer(), wire::fromServer(wire::kPong, "o") + wire::fromServer(wire::kPing, "i"));
  EXPECT_EQ(queue.take(5), OutputQueue::Taken::Other);
  EXPECT_EQ(queue.take(1), OutputQueue::Taken::Ping);
}

TEST_F(OutputQueueTest, TellsThatAPingOfTheCorkWasTaken) {
  Cork& cork = memory.cork();
  ASSERT_TRUE(cork.claim(nullptr, 10));
  cork.end += 5;
  cork.holdsPing = true;
  queue.prepend(cork);
  EXPECT_EQ(queue.take(4), OutputQueue::Taken::Other);
  EXPECT_EQ(queue.take(1), OutputQueue::Taken::Ping);
}

TEST_F(OutputQueueTest, LeavesAWaitingPongItsTurnBeforeTheCloseFrame) {
  put("frame");
  (void)queue.take(1);
  queue.setPong(bytesOf("x"));
  std::memcpy(queue.roomForClose(5), "close", 5);
  queue.commit(5, 0);
  EXPECT_EQ(offer(), "rame" + wire::fromServer(wire::kPong, "x") + "close");
}

TEST_F(OutputQueueTest, ForgetsAFrameThatWasNotWritten) {
  (void)queue.room(10);
  queue.rollBack();
  EXPECT_TRUE(queue.empty());
  put(std::string(2000, 'x'));
  (void)queue.room(2000);
  queue.rollBack();
  EXPECT_EQ(offer(), std::string(2000, 'x'));
  (void)queue.take(2000);
  EXPECT_TRUE(queue.empty());
}

TEST_F(OutputQueueTest, DropsWhatIsNotBegun) {
  put("first");
  const std::string large(20'000, 'x');
  queue.appendLarge(LargeMessage(frame::Opcode::Binary, bytesOf(large), 100'000));
  EXPECT_TRUE(queue.borrows());
  EXPECT_EQ(queue.unsentPayload(), 20'005U);
  EXPECT_EQ(queue.dropUnbegun(), 20'005U);
  EXPECT_FALSE(queue.borrows());
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.size(), 0U);
  put("again");
  EXPECT_EQ(offer(), "again");
}

TEST_F(OutputQueueTest, IsAsNewWhenItIsCleared) {
  put("frame");
  queue.setPing(bytesOf("x"));
  queue.setPong(bytesOf("x"));
  (void)offer();
  queue.clear();
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(offer(), "");
  EXPECT_EQ(queue.unsentPayload(), 0U);
}

TEST_F(OutputQueueTest, LetsControlFramesPassAMessageThatIsNotThereYet) {
  put("before");
  queue.appendLarge(LargeMessage(frame::Opcode::Binary, 8, 4096));
  put("behind");
  EXPECT_FALSE(queue.wantsPayload()) << "something is before it";
  EXPECT_EQ(offer(), "before");
  (void)queue.take(6);
  EXPECT_TRUE(queue.wantsPayload());
  EXPECT_EQ(offer(), "");
  EXPECT_EQ(queue.unprovided(), 8U);
  EXPECT_EQ(queue.size(), 6U) << "what is behind it";
  EXPECT_EQ(queue.unsentPayload(), 14U);
  queue.setPong(bytesOf("x"));
  const std::string pong = wire::fromServer(wire::kPong, "x");
  EXPECT_EQ(offer(), pong);
  (void)queue.take(pong.size());
  queue.provide(ArrayBuffer::copyOf("12345"));
  EXPECT_EQ(queue.size(), 11U);
  const std::string first = wire::fromServer(wire::kBinaryPart, "12345");
  EXPECT_EQ(offer(), first);
  (void)queue.take(first.size());
  queue.setPong(bytesOf("y"));
  EXPECT_EQ(offer(), wire::fromServer(wire::kPong, "y")) << "between two fragments";
  (void)queue.take(pong.size());
  queue.provide(ArrayBuffer::copyOf("678"));
  const std::string last = wire::fromServer(wire::kLast, "678");
  EXPECT_EQ(offer(), last);
  (void)queue.take(last.size());
  EXPECT_EQ(offer(), "behind");
}

TEST_F(OutputQueueTest, DropsWhatWasNotProvided) {
  queue.appendLarge(LargeMessage(frame::Opcode::Binary, 100, 4096));
  queue.appendLarge(LargeMessage(frame::Opcode::Binary, 50, 4096));
  queue.provide(ArrayBuffer::copyOf("12345"));
  (void)queue.take(offer().size());
  EXPECT_EQ(queue.dropUnbegun(), 145U);
  EXPECT_EQ(queue.unprovided(), 0U);
  EXPECT_EQ(queue.unsentPayload(), 0U);
  EXPECT_TRUE(queue.empty());
}

}  // namespace
}  // namespace parley::protocol
