#include "transport/tunnel_leftover.hpp"

#include "transport/memory_pipe.hpp"
#include "transport/transport_fixture.hpp"

#include <cerrno>

namespace parley::transport {
namespace {

using Direction = MemoryPipe::Direction;

std::vector<std::byte> bytesOf(std::string_view text) {
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

class LeftoverTest : public LoopFixture {
 protected:
  LeftoverTest() : pipe(loop) {
    end.take(withLeftover(loop, pipe.takeFirst(), bytesOf("left")));
    peer.take(pipe.takeSecond());
  }

  MemoryPipe pipe;
  Recorder end, peer;
};

TEST_F(LeftoverTest, TellsItFirstAndNeverWithinACall) {
  EXPECT_EQ(write(*peer.transport, "over"), 4U);
  turn();
  EXPECT_EQ(end.received, "");  // does not read yet
  end.transport->resumeReading();
  EXPECT_EQ(end.received, "");
  turn();
  EXPECT_EQ(end.received, "leftover");
}

TEST_F(LeftoverTest, TellsItWithoutAnyBytesOfThePeer) {
  end.transport->resumeReading();
  turn();
  EXPECT_EQ(end.received, "left");
}

TEST_F(LeftoverTest, TellsItInTheMemoryThatTheListenerGives) {
  std::vector<std::byte> memory(3);
  end.readBuffer = memory;
  end.whenBytes = [&] { EXPECT_EQ(end.lastData, memory.data()); };
  EXPECT_EQ(write(*peer.transport, "over"), 4U);
  end.transport->resumeReading();
  turn();
  EXPECT_EQ(end.received, "leftover");
  EXPECT_EQ(end.largest, 3U);
}

TEST_F(LeftoverTest, KeepsThePromisesOfAPause) {
  std::vector<std::byte> memory(1);
  end.readBuffer = memory;
  end.whenBytes = [&] { end.transport->pauseReading(); };
  EXPECT_EQ(write(*peer.transport, "!"), 1U);
  for (const char* expected : {"l", "le", "lef", "left", "left!"}) {
    end.transport->resumeReading();
    turn();
    EXPECT_EQ(end.received, expected);
  }
  end.transport->resumeReading();
  end.transport->pauseReading();
  EXPECT_EQ(write(*peer.transport, "?"), 1U);
  turn();
  EXPECT_EQ(end.received, "left!");
}

TEST_F(LeftoverTest, APauseBeforeAnythingIsToldHoldsAll) {
  end.transport->resumeReading();
  end.transport->pauseReading();
  turn();
  EXPECT_EQ(end.received, "");
}

TEST_F(LeftoverTest, TellsTheEndBehindIt) {
  peer.transport->finish();
  end.whenEnd = [&] { EXPECT_EQ(end.received, "left"); };
  end.transport->resumeReading();
  turn();
  EXPECT_EQ(end.ends, 1);
}

TEST_F(LeftoverTest, TellsItBeforeAFailureToWhoReads) {
  end.whenFailed = [&] { EXPECT_EQ(end.received, "left"); };
  pipe.cut(ECONNRESET);
  // Tasks come before flushes, so the failure is there first.
  end.transport->resumeReading();
  turn();
  ASSERT_EQ(end.failures.size(), 1U);
  EXPECT_EQ(end.failures[0].systemError, ECONNRESET);
}

TEST_F(LeftoverTest, TellsOnlyTheFailureToWhoDoesNotRead) {
  pipe.cut(ECONNRESET);
  turn();
  EXPECT_EQ(end.received, "");
  EXPECT_EQ(end.failures.size(), 1U);
}

TEST_F(LeftoverTest, MayBeReleasedAndAbortedWhileItIsTold) {
  std::vector<std::byte> memory(1);
  end.readBuffer = memory;
  end.whenBytes = [&] { end.transport->abort(); };
  end.transport->resumeReading();
  turn();
  EXPECT_EQ(end.received, "l");
  EXPECT_EQ(peer.ends, 0);

  MemoryPipe other(loop);
  Recorder one;
  one.readBuffer = memory;
  one.take(withLeftover(loop, other.takeFirst(), bytesOf("left")));
  one.whenBytes = [&] { one.transport.reset(); };
  one.transport->resumeReading();
  turn();
  EXPECT_EQ(one.received, "l");
  EXPECT_FALSE(one.transport);
}

TEST_F(LeftoverTest, AnAbortWithinTheLastBytesSilencesAFailure) {
  end.whenBytes = [&] { end.transport->abort(); };
  pipe.cut(ECONNRESET);
  end.transport->resumeReading();
  turn();
  EXPECT_EQ(end.received, "left");
  EXPECT_TRUE(end.failures.empty());
}

TEST_F(LeftoverTest, MayBeReleasedInEachOtherCall) {
  const auto check = [&](auto hook, auto provoke) {
    MemoryPipe other(loop);
    Recorder one, two;
    one.take(withLeftover(loop, other.takeFirst(), bytesOf("left")));
    two.take(other.takeSecond());
    one.transport->resumeReading();
    turn();
    one.*hook = [&] { one.transport.reset(); };
    provoke(other, one, two);
    turn();
    EXPECT_FALSE(one.transport);
  };
  check(&Recorder::whenBytes,
        [](MemoryPipe&, Recorder&, Recorder& two) { EXPECT_EQ(write(*two.transport, "x"), 1U); });
  check(&Recorder::whenEnd, [](MemoryPipe&, Recorder&, Recorder& two) { two.transport->finish(); });
  check(&Recorder::whenFailed, [](MemoryPipe& other, Recorder&, Recorder&) { other.cut(EPIPE); });
  check(&Recorder::whenWritable, [](MemoryPipe& other, Recorder& one, Recorder&) {
    other.stall(Direction::FirstToSecond, 0);
    EXPECT_EQ(write(*one.transport, "x"), 0U);
    other.unstall(Direction::FirstToSecond);
  });
}

TEST_F(LeftoverTest, ReleasedBeforeItIsToldItTellsNothing) {
  end.transport->resumeReading();
  end.transport.reset();
  turn();
  EXPECT_EQ(end.received, "");
}

TEST_F(LeftoverTest, IsTheInnerTransportOtherwise) {
  EXPECT_EQ(end.transport->description(), "memory pipe");
  peer.transport->resumeReading();
  EXPECT_EQ(write(*end.transport, "hello"), 5U);
  end.transport->finish();
  turn();
  EXPECT_EQ(peer.received, "hello");
  EXPECT_EQ(peer.ends, 1);
}

TEST_F(LeftoverTest, WithoutAListenerNothingIsTold) {
  end.transport->setListener(nullptr);
  end.transport->resumeReading();
  EXPECT_EQ(write(*peer.transport, "x"), 1U);
  turn();
  peer.transport->finish();
  pipe.cut(EPIPE);
  turn();
  EXPECT_EQ(end.received, "");
  EXPECT_TRUE(end.failures.empty());
}

}  // namespace
}  // namespace parley::transport
