#pragma once

#include "client/raw_peer.hpp"
#include "loop/event_loop.hpp"
#include "transport/listener.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace parley::test {

/// A server on an ephemeral port of 127.0.0.1 that answers each request as a script says.
class ScriptedServer final : private transport::AcceptHandler {
 public:
  /// What to answer to `request`, a whole head; "" to wait for more. It may be asked several times
  /// on one connection.
  using Script = std::function<std::string(RawPeer& peer, std::string_view request)>;

  ScriptedServer(loop::EventLoop& loop, Script script) : script_(std::move(script)) {
    auto listener = transport::listen(loop, transport::TcpAddress{}, *this);
    EXPECT_TRUE(listener);
    listener_ = *std::move(listener);
  }

  [[nodiscard]] std::uint16_t port() const { return listener_->port(); }
  [[nodiscard]] std::string url(std::string_view host = "127.0.0.1",
                                std::string_view path = "/") const {
    return "ws://" + std::string(host) + ":" + std::to_string(port()) + std::string(path);
  }
  /// Answers what has come since the last call.
  void turn() {
    for (const auto& connection : connections_) {
      std::string_view rest = connection->peer.bytes();
      rest.remove_prefix(connection->read);
      const std::size_t end = rest.find("\r\n\r\n");
      if (end == rest.npos) continue;
      const std::string request(rest.substr(0, end + 4));
      requests.push_back(request);
      connection->read += request.size();
      const std::string answer = script_(connection->peer, request);
      if (!answer.empty()) connection->peer.send(answer);
    }
  }
  [[nodiscard]] std::size_t connections() const { return connections_.size(); }

  std::vector<std::string> requests;

 private:
  struct Connection {
    explicit Connection(transport::TransportPtr transport) : peer(std::move(transport)) {}
    RawPeer peer;
    std::size_t read = 0;
  };

  void onAccepted(transport::TransportPtr transport) override {
    connections_.push_back(std::make_unique<Connection>(std::move(transport)));
  }
  void onAcceptPaused(const transport::TransportError&) override {}

  Script script_;
  transport::ListenerPtr listener_;
  std::vector<std::unique_ptr<Connection>> connections_;
};

/// Any other answer.
inline std::string refusal(std::string_view status, std::string_view fields = {},
                           std::string_view body = {}) {
  return "HTTP/1.1 " + std::string(status) + "\r\n" + std::string(fields) +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

}  // namespace parley::test
