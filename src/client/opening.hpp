#pragma once

#include "loop/deadline_wheel.hpp"
#include "loop/event_loop.hpp"
#include "loop/loop_object.hpp"
#include "transport/connector.hpp"
#include "transport/transport.hpp"

#include <parley/failure.hpp>
#include <parley/options.hpp>
#include <parley/protocol/client_handshake.hpp>
#include <parley/protocol/negotiated.hpp>
#include <parley/url.hpp>
#include <parley/websocket.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>

namespace parley {

/// Who waits for an opening. One of the two comes, once, from the loop; the opening may be
/// destroyed from there.
class OpeningOwner {
 public:
  /// `transport` still has the opening as its listener, and reads already.
  virtual void onNegotiated(transport::TransportPtr transport,
                            protocol::Negotiated&& negotiated) = 0;
  virtual void onOpeningFailed(Failure&& failure) = 0;

 protected:
  ~OpeningOwner() = default;
};

/// A client's way from a URL to an open connection: the resolver and TCP (transport::Connector),
/// TLS one day, the opening handshake, all under one deadline. Destroying it cancels.
class Opening final : public transport::ConnectListener,
                      public transport::TransportListener,
                      public loop::Flushable,
                      public loop::Deadline {
 public:
  /// @param url passed checkedUrl(), the other arguments their checks
  /// @param transport to be used instead of a connection to `url`, unless nullptr
  Opening(OpeningOwner& owner, loop::EventLoop& loop, const Url& url, const Protocols& protocols,
          const Options& options, transport::TransportPtr transport);
  ~Opening() override;

  /// Begins; never calls back.
  void start();

 private:
  void onConnected(transport::TransportPtr transport, transport::ConnectingSlot slot) override;
  void onConnectFailed(const transport::ConnectFailure& failure) override;
  void onBytes(std::span<std::byte> bytes) override;
  void onWritable() override { writeRequest(); }
  void onEnd() override;
  void onFailed(const transport::TransportError& error) override;
  void onFlush() override;
  void onDeadline(protocol::Time now) override;

  [[nodiscard]] protocol::Time due() const;
  void beginHandshake();
  void writeRequest();
  void follow();
  void failLater(Failure&& failure);

  OpeningOwner& owner_;
  loop::EventLoop& loop_;
  loop::KeepAlive keepAlive_;
  transport::ConnectTarget target_;
  std::string scheme_;
  std::string hostname_;
  std::optional<std::uint16_t> blockedPort_;
  std::chrono::milliseconds timeout_;
  std::function<void(WireDirection, std::span<const std::byte>)> wireTap_;
  protocol::ClientHandshake handshake_;
  transport::TransportPtr transport_;
  transport::ConnectorPtr connector_;
  transport::ConnectingSlot slot_;  // held until the WebSocket is open or has failed
  protocol::Time started_{};
  protocol::Duration timeInLine_{0};
  std::size_t written_ = 0;  // bytes of the request
  std::optional<Failure> failure_;
};

}  // namespace parley
