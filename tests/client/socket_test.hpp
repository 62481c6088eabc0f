#pragma once

#include "client/raw_peer.hpp"
#include "client/socket_core.hpp"
#include "loop/event_loop.hpp"
#include "loop/until.hpp"
#include "transport/memory_pipe.hpp"

#include <parley/dom_exception.hpp>
#include <parley/loop.hpp>
#include <parley/websocket.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace parley::test {

using Strings = std::vector<std::string>;
using Direction = transport::MemoryPipe::Direction;

/// "1000 bye clean"
inline std::string describeClose(const CloseEvent& event) {
  return std::to_string(event.code()) + (event.reason().empty() ? "" : " " + event.reason()) +
         (event.wasClean() ? " clean" : " unclean");
}

/// Client sockets that are joined with a RawPeer by a pipe in memory.
class SocketTest : public testing::Test {
 protected:
  static constexpr std::string_view kUrl = "ws://example.com/chat";

  /// A new socket whose peer has its request soon; its events go to `trace`.
  WebSocket connect(std::string_view url = kUrl, const Protocols& protocols = {},
                    const Options& options = {}) {
    pipe.emplace(loop.eventLoop());
    WebSocket socket = SocketCore::connect(loop, url, protocols, options, pipe->takeFirst());
    peer = std::make_unique<RawPeer>(pipe->takeSecond());
    record(socket);
    return socket;
  }
  /// The same, and OPEN.
  WebSocket open(std::string_view url = kUrl, const Protocols& protocols = {},
                 const Options& options = {}, std::string_view fields = {}) {
    WebSocket socket = connect(url, protocols, options);
    turn();
    peer->send(peer->acceptance(fields));
    turn();
    EXPECT_EQ(socket.readyState(), WebSocket::OPEN);
    trace.clear();
    return socket;
  }
  void record(WebSocket& socket) {
    socket.onopen = [this](const Event&) { trace.push_back("open"); };
    socket.onmessage = [this](const MessageEvent& event) {
      const auto bytes = event.data().bytes();
      trace.push_back("message " +
                      std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
    };
    socket.onerror = [this](const Event&) { trace.push_back("error"); };
    socket.onclose = [this](const CloseEvent& event) {
      trace.push_back("close " + describeClose(event));
    };
    socket.ondrain = [this](const Event&) { trace.push_back("drain"); };
  }

  /// Lets the loop do what there is to do now.
  void turn(int turns = 40) {
    for (int i = 0; i < turns; ++i) loop.poll();
  }
  /// Waits for a deadline: of a few milliseconds, as the test chose it.
  bool until(const std::function<bool()>& condition) { return test::until(loop, condition); }
  /// Answers the client's Close frame and ends TCP, as a server does.
  void answerClose(unsigned code, std::string_view reason = {}) {
    peer->sendClose(code, reason);
    peer->finish();
    turn();
  }

  Loop loop;
  std::optional<transport::MemoryPipe> pipe;
  std::unique_ptr<RawPeer> peer;
  Strings trace;
};

/// The name of the DOMException that `action` throws; "" if it throws nothing.
inline std::string thrownBy(const std::function<void()>& action) {
  try {
    action();
  } catch (const DOMException& error) {
    return std::string(error.name());
  }
  return {};
}

}  // namespace parley::test
