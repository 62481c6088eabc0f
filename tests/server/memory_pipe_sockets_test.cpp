#include <parley/loop.hpp>
#include <parley/testing/memory_pipe.hpp>

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace parley::testing {
namespace {

using Strings = std::vector<std::string>;

class MemoryPipeSockets : public ::testing::Test {
 protected:
  void turn(int turns = 60) {
    for (int i = 0; i < turns; ++i) loop.poll();
  }
  Route echo() {
    Route route;
    route.onopen = [this](const Event&) { trace.push_back("server open"); };
    route.onmessage = [](const MessageEvent& event) {
      WebSocket socket = event.target();
      socket.send(event.data().text());
    };
    route.onclose = [this](const CloseEvent& event) {
      trace.push_back("server close " + std::to_string(event.code()));
    };
    return route;
  }

  Loop loop;
  Strings trace;
};

TEST_F(MemoryPipeSockets, OpenByARealHandshakeAndEcho) {
  MemoryPipe pipe(loop, {}, echo());
  EXPECT_EQ(pipe.client().readyState(), WebSocket::CONNECTING);
  EXPECT_EQ(pipe.server().readyState(), WebSocket::CONNECTING);
  pipe.client().onopen = [&](const Event&) { pipe.client().send("hello"); };
  pipe.client().onmessage = [&](const MessageEvent& event) {
    trace.push_back(std::string(event.data().text()));
    pipe.client().close(1000, "done");
  };
  loop.run();
  EXPECT_EQ(trace, (Strings{"server open", "hello", "server close 1000"}));
  EXPECT_EQ(pipe.client().readyState(), WebSocket::CLOSED);
  EXPECT_EQ(pipe.server().readyState(), WebSocket::CLOSED);
}

TEST_F(MemoryPipeSockets, NegotiateASubprotocol) {
  Route route;
  route.protocols = {"chat.v2", "chat.v1"};
  MemoryPipe pipe(loop, {"chat.v1", "chat.v3"}, std::move(route));
  turn();
  EXPECT_EQ(pipe.client().protocol(), "chat.v1");
  EXPECT_EQ(pipe.server().protocol(), "chat.v1");
}

TEST_F(MemoryPipeSockets, FailAtBothEndsWithoutACommonSubprotocol) {
  MemoryPipe pipe(loop, {"chat.v1"}, echo());
  turn();
  EXPECT_EQ(pipe.client().readyState(), WebSocket::CLOSED);
  EXPECT_EQ(pipe.client().failure()->stage, Failure::Stage::Handshake);
  EXPECT_EQ(pipe.server().readyState(), WebSocket::CLOSED);
}

TEST_F(MemoryPipeSockets, WorkByteByByte) {
  MemoryPipe pipe(loop, {}, echo());
  pipe.setChunkSize(1);
  pipe.client().onopen = [&](const Event&) { pipe.client().send("hello"); };
  pipe.client().onmessage = [&](const MessageEvent& event) {
    trace.push_back(std::string(event.data().text()));
  };
  turn(2000);
  EXPECT_EQ(trace, (Strings{"server open", "hello"}));
  pipe.setChunkSize(std::nullopt);
  pipe.client().close();
  turn();
  EXPECT_EQ(trace.back(), "server close 1005");
}

TEST_F(MemoryPipeSockets, StallAndResume) {
  MemoryPipe pipe(loop, {}, echo());
  turn();
  pipe.stall(MemoryPipe::Direction::ToServer);
  pipe.client().send("waits");
  turn();
  EXPECT_EQ(pipe.client().bufferedAmount(), 5U);
  pipe.resume(MemoryPipe::Direction::ToServer);
  turn();
  EXPECT_EQ(pipe.client().bufferedAmount(), 0U);
}

TEST_F(MemoryPipeSockets, OpenAfterAStallOfTheHandshake) {
  MemoryPipe pipe(loop, {}, echo());
  pipe.stall(MemoryPipe::Direction::ToClient);
  turn();
  EXPECT_EQ(pipe.server().readyState(), WebSocket::CONNECTING);
  pipe.resume(MemoryPipe::Direction::ToClient);
  turn();
  EXPECT_EQ(pipe.server().readyState(), WebSocket::OPEN);
  EXPECT_EQ(pipe.client().readyState(), WebSocket::OPEN);
}

TEST_F(MemoryPipeSockets, CutLosesBothEnds) {
  MemoryPipe pipe(loop, {}, echo());
  turn();
  pipe.cut();
  turn();
  EXPECT_EQ(pipe.client().readyState(), WebSocket::CLOSED);
  EXPECT_EQ(trace, (Strings{"server open", "server close 1006"}));
  EXPECT_TRUE(pipe.client().failure());
}

TEST_F(MemoryPipeSockets, CloseWhenThePipeGoes) {
  {
    MemoryPipe pipe(loop, {}, echo());
    turn();
  }
  loop.run();
  EXPECT_EQ(trace, Strings{"server open"});
}

}  // namespace
}  // namespace parley::testing
