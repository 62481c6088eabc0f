#include "transport/tap.hpp"

#include "loop/event_loop.hpp"
#include "transport/memory_pipe.hpp"

#include <parley/loop.hpp>

#include <cerrno>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace parley::transport {
namespace {

using Strings = std::vector<std::string>;

std::string textOf(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

class TapTest : public testing::Test, public TransportListener {
 protected:
  TapTest() : pipe(loop.eventLoop()), other(pipe.takeSecond()) {
    tapped = tap(loop.eventLoop(), pipe.takeFirst(),
                 [this](WireDirection direction, std::span<const std::byte> bytes) {
                   seen.push_back((direction == WireDirection::Sent ? "sent " : "received ") +
                                  textOf(bytes));
                   if (throws) throw std::runtime_error("tap");
                 });
    tapped->setListener(this);
    tapped->resumeReading();
  }
  static std::size_t write(Transport& transport, std::string_view text) {
    const std::size_t half = text.size() / 2;
    const protocol::OutputPiece pieces[2] = {
        {reinterpret_cast<const std::byte*>(text.data()), half},
        {reinterpret_cast<const std::byte*>(text.data()) + half, text.size() - half}};
    return transport.write(pieces);
  }
  void turn() {
    for (int i = 0; i < 20; ++i) loop.poll();
  }

  Loop loop;
  MemoryPipe pipe;
  TransportPtr other;
  TransportPtr tapped;
  Strings seen;
  Strings told;
  bool throws = false;
  bool releases = false;

 private:
  void onBytes(std::span<std::byte> bytes) override {
    told.push_back(textOf(bytes));
    for (std::byte& byte : bytes) byte = std::byte{'?'};
    if (releases) tapped.reset();
  }
  void onWritable() override { told.push_back("writable"); }
  void onEnd() override {
    told.push_back("end");
    if (releases) tapped.reset();
  }
  void onFailed(const TransportError&) override {
    told.push_back("failed");
    if (releases) tapped.reset();
  }
};

TEST_F(TapTest, ShowsWhatIsWrittenAsFarAsItWasAccepted) {
  pipe.stall(MemoryPipe::Direction::FirstToSecond, 3);
  EXPECT_EQ(write(*tapped, "abcd"), 3U);
  EXPECT_EQ(seen, (Strings{"sent ab", "sent c"}));
  pipe.unstall(MemoryPipe::Direction::FirstToSecond);
  turn();
  EXPECT_EQ(told, Strings{"writable"});
}

TEST_F(TapTest, ShowsWhatComesBeforeItsListenerMayChangeIt) {
  EXPECT_EQ(write(*other, "abcd"), 4U);
  turn();
  EXPECT_EQ(seen, Strings{"received abcd"});
  EXPECT_EQ(told, Strings{"abcd"});
}

TEST_F(TapTest, PassesTheEndAndFailuresOn) {
  other->finish();
  turn();
  EXPECT_EQ(told, Strings{"end"});
  pipe.cut(ECONNRESET);
  turn();
  EXPECT_EQ(told, (Strings{"end", "failed"}));
  EXPECT_EQ(seen, Strings());
}

TEST_F(TapTest, MayBeReleasedInEachOfItsCalls) {
  releases = true;
  EXPECT_EQ(write(*other, "abcd"), 4U);
  turn();
  EXPECT_FALSE(tapped);
  EXPECT_EQ(told, Strings{"abcd"});
}

TEST_F(TapTest, MayBeReleasedAtTheEndAndAtAFailure) {
  releases = true;
  pipe.cut(ECONNRESET);
  turn();
  EXPECT_FALSE(tapped);
}

TEST_F(TapTest, AThrowingCallbackIsTheLoopsAndStopsNothing) {
  throws = true;
  int uncaught = 0;
  loop.onuncaught = [&](std::exception_ptr) { ++uncaught; };
  EXPECT_EQ(write(*other, "abcd"), 4U);
  turn();
  EXPECT_EQ(uncaught, 1);
  EXPECT_EQ(told, Strings{"abcd"});
}

TEST_F(TapTest, ShowsNothingOnceNobodyListens) {
  tapped->setListener(nullptr);
  EXPECT_EQ(write(*tapped, "last word"), 9U);
  EXPECT_EQ(seen, Strings());
}

TEST_F(TapTest, DescribesTheInnerTransport) {
  EXPECT_EQ(tapped->description(), "memory pipe");
}

}  // namespace
}  // namespace parley::transport
