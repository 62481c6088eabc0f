#pragma once

#include "loop/event_loop.hpp"
#include "tls/settings.hpp"
#include "transport/connector.hpp"
#include "transport/tls_handshake.hpp"
#include "transport/transport.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

namespace parley::server {

/// A client that speaks TLS on the loop of the server, and otherwise literal bytes.
class TlsClient final : private transport::ConnectListener,
                        private transport::TlsListener,
                        private transport::TransportListener {
 public:
  TlsClient(loop::EventLoop& loop, std::uint16_t port, tls::ClientSettings settings)
      : loop_(loop), settings_(std::move(settings)) {
    connector_ = transport::connect(loop, transport::TcpTarget{"127.0.0.1", port}, *this);
  }

  void send(std::string_view text) { EXPECT_EQ(offer(text), text.size()); }
  /// @return how much of it was accepted
  std::size_t offer(std::string_view text) {
    const protocol::OutputPiece piece{reinterpret_cast<const std::byte*>(text.data()), text.size()};
    return transport_->write({&piece, 1});
  }
  void finish() { transport_->finish(); }
  /// Closes without a word.
  void cut() { transport_->abort(); }

  [[nodiscard]] bool isOpen() const { return transport_ != nullptr; }
  [[nodiscard]] bool isOver() const { return hasEnded || failure; }

  std::string received;
  bool hasEnded = false;
  std::optional<transport::TransportError> failure;

 private:
  void onConnected(transport::TransportPtr transport, transport::ConnectingSlot) override {
    connector_.reset();
    handshake_ = transport::secure(loop_, std::move(transport), settings_, *this);
  }
  void onConnectFailed(const transport::ConnectFailure& error) override { failure = error.error; }
  void onSecured(transport::TransportPtr transport, const tls::Agreement&) override {
    handshake_.reset();
    transport_ = std::move(transport);
    transport_->setListener(this);
    transport_->resumeReading();
  }
  void onTlsFailed(const transport::TransportError& error) override { failure = error; }
  void onBytes(std::span<std::byte> bytes) override {
    received.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }
  void onWritable() override {}
  void onEnd() override { hasEnded = true; }
  void onFailed(const transport::TransportError& error) override { failure = error; }

  loop::EventLoop& loop_;
  tls::ClientSettings settings_;
  transport::ConnectorPtr connector_;
  transport::TlsHandshakePtr handshake_;
  transport::TransportPtr transport_;
};

}  // namespace parley::server
