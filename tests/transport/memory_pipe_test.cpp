#include "transport/memory_pipe.hpp"

#include "transport/transport_fixture.hpp"

#include <cerrno>

namespace parley::transport {
namespace {

using Direction = MemoryPipe::Direction;

class MemoryPipeTest : public LoopFixture {
 protected:
  MemoryPipeTest() : pipe(loop) {
    first.take(pipe.takeFirst());
    second.take(pipe.takeSecond());
  }

  MemoryPipe pipe;
  Recorder first, second;
};

TEST_F(MemoryPipeTest, CarriesBytesBothWaysAndNeverWithinACall) {
  second.transport->resumeReading();
  first.transport->resumeReading();
  second.whenBytes = [&] { EXPECT_EQ(write(*second.transport, second.received), 4u); };
  EXPECT_EQ(write(*first.transport, "ping"), 4u);
  EXPECT_TRUE(second.received.empty());
  turn();
  EXPECT_EQ(second.received, "ping");
  EXPECT_EQ(first.received, "ping");
}

TEST_F(MemoryPipeTest, DeliversByteByByteOnDemand) {
  pipe.setChunkSize(Direction::FirstToSecond, 1);
  std::vector<std::size_t> sizes;
  second.whenBytes = [&] { sizes.push_back(second.received.size()); };
  second.transport->resumeReading();
  EXPECT_EQ(write(*first.transport, "abcd"), 4u);
  turn();
  EXPECT_EQ(sizes, (std::vector<std::size_t>{1, 2, 3, 4}));
  EXPECT_EQ(second.received, "abcd");
}

TEST_F(MemoryPipeTest, CarriesMuchByteByByte) {
  pipe.setChunkSize(Direction::FirstToSecond, 1);
  second.transport->resumeReading();
  std::string text;
  for (int i = 0; i < 40000; ++i) text += std::to_string(i);
  Pump pump(first, text);
  pump.push();
  loop.queueTask([] {});
  ASSERT_TRUE(runUntil([&] { return second.received.size() == text.size(); }));
  EXPECT_TRUE(second.received == text);
}

TEST_F(MemoryPipeTest, ReadsIntoTheMemoryThatTheListenerGives) {
  std::vector<std::byte> memory(3);
  second.readBuffer = memory;
  second.transport->resumeReading();
  EXPECT_EQ(write(*first.transport, "abcdefgh"), 8u);
  turn();
  EXPECT_EQ(second.received, "abcdefgh");
  EXPECT_EQ(second.largest, 3u);
}

TEST_F(MemoryPipeTest, AStallHoldsBytesAndBlocksTheWriter) {
  second.transport->resumeReading();
  pipe.stall(Direction::FirstToSecond, 3);
  EXPECT_EQ(write(*first.transport, "abcdef"), 3u);
  turn();
  EXPECT_EQ(second.received, "");
  EXPECT_EQ(first.writables, 0);
  EXPECT_EQ(pipe.held(Direction::FirstToSecond), 3u);
  pipe.unstall(Direction::FirstToSecond);
  EXPECT_EQ(first.writables, 0);  // not within the call
  turn();
  EXPECT_EQ(second.received, "abc");
  EXPECT_EQ(first.writables, 1);
}

TEST_F(MemoryPipeTest, APausedReaderBlocksTheWriterInTime) {
  const std::string text(MemoryPipe::kCapacity + 1, 'x');
  EXPECT_EQ(write(*first.transport, text), MemoryPipe::kCapacity);
  turn();
  EXPECT_EQ(first.writables, 0);
  second.transport->resumeReading();
  turn();
  EXPECT_EQ(first.writables, 1);
  EXPECT_EQ(second.received.size(), MemoryPipe::kCapacity);
}

TEST_F(MemoryPipeTest, TellsTheEndOnceAfterAllBytesAndKeepsTheOtherWayOpen) {
  EXPECT_EQ(write(*first.transport, "last"), 4u);
  first.transport->finish();
  EXPECT_EQ(write(*first.transport, "late"), 0u);
  turn();
  EXPECT_EQ(second.ends, 0);  // does not read yet
  second.transport->resumeReading();
  turn();
  EXPECT_EQ(second.received, "last");
  EXPECT_EQ(second.ends, 1);
  first.transport->resumeReading();
  EXPECT_EQ(write(*second.transport, "answer"), 6u);
  pipe.end(Direction::SecondToFirst);
  turn();
  EXPECT_EQ(first.received, "answer");
  EXPECT_EQ(first.ends, 1);
}

TEST_F(MemoryPipeTest, ACutLosesWhatIsHeldAndFailsBothEnds) {
  first.transport->resumeReading();
  EXPECT_EQ(write(*first.transport, "lost"), 4u);
  pipe.cut(ECONNRESET);
  EXPECT_TRUE(first.failures.empty());
  turn();
  for (Recorder* end : {&first, &second}) {
    ASSERT_EQ(end->failures.size(), 1u);
    EXPECT_EQ(end->failures[0].systemError, ECONNRESET);
    EXPECT_EQ(end->received, "");
    EXPECT_EQ(end->ends, 0);
    EXPECT_EQ(write(*end->transport, "x"), 0u);
  }
}

TEST_F(MemoryPipeTest, AnAbortedEndHearsNothingAndItsPeerTheEnd) {
  first.transport->resumeReading();
  second.transport->resumeReading();
  EXPECT_EQ(write(*second.transport, "unheard"), 7u);
  EXPECT_EQ(write(*first.transport, "heard"), 5u);
  first.transport->abort();
  turn();
  EXPECT_EQ(first.received, "");
  EXPECT_EQ(second.received, "heard");
  EXPECT_EQ(second.ends, 1);
  EXPECT_EQ(write(*second.transport, "into the void"), 13u);
  turn();
  EXPECT_EQ(pipe.held(Direction::SecondToFirst), 0u);
}

TEST_F(MemoryPipeTest, AnEndMayBeReleasedWithinEachOfItsCalls) {
  const auto check = [&](auto hook, auto provoke) {
    MemoryPipe other(loop);
    Recorder one, two;
    one.take(other.takeFirst());
    two.take(other.takeSecond());
    two.*hook = [&] { two.transport.reset(); };
    two.transport->resumeReading();
    provoke(other, one, two);
    turn();
    EXPECT_FALSE(two.transport);
  };
  check(&Recorder::whenBytes,
        [](MemoryPipe&, Recorder& one, Recorder&) { EXPECT_EQ(write(*one.transport, "x"), 1u); });
  check(&Recorder::whenEnd, [](MemoryPipe&, Recorder& one, Recorder&) { one.transport->finish(); });
  check(&Recorder::whenFailed, [](MemoryPipe& other, Recorder&, Recorder&) { other.cut(EPIPE); });
  check(&Recorder::whenWritable, [](MemoryPipe& other, Recorder&, Recorder& two) {
    other.stall(Direction::SecondToFirst, 0);
    EXPECT_EQ(write(*two.transport, "x"), 0u);
    other.unstall(Direction::SecondToFirst);
  });
}

TEST_F(MemoryPipeTest, TheEndsOutliveThePipe) {
  Recorder one, two;
  {
    MemoryPipe other(loop);
    one.take(other.takeFirst());
    two.take(other.takeSecond());
  }
  two.transport->resumeReading();
  EXPECT_EQ(write(*one.transport, "x"), 1u);
  turn();
  EXPECT_EQ(two.received, "x");
}

TEST_F(MemoryPipeTest, KeepsTheLoopGoingUntilBothEndsAreReleased) {
  first.transport.reset();
  EXPECT_TRUE(loop.poll());
  second.transport.reset();
  EXPECT_FALSE(loop.poll());
}

}  // namespace
}  // namespace parley::transport
