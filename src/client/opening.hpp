#pragma once

#include "client/connecting.hpp"
#include "http/authentication.hpp"
#include "loop/deadline_wheel.hpp"
#include "loop/event_loop.hpp"
#include "loop/loop_object.hpp"
#include "transport/connecting_slots.hpp"
#include "transport/transport.hpp"

#include <parley/failure.hpp>
#include <parley/options.hpp>
#include <parley/protocol/client_handshake.hpp>
#include <parley/protocol/negotiated.hpp>
#include <parley/url.hpp>
#include <parley/websocket.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
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

/// A client's way from a URL to an open connection, under one deadline: a transport (Connecting),
/// the opening handshake over it, and the same again for as long as a server asks for credentials
/// or sends us elsewhere and the options allow it. Destroying it cancels.
class Opening final : public ConnectingOwner,
                      private transport::TransportListener,
                      private loop::Flushable,
                      private loop::Deadline {
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
  void onConnectingFailed(Failure&& failure) override;
  void onBytes(std::span<std::byte> bytes) override;
  void onWritable() override { writeRequest(); }
  void onEnd() override;
  void onFailed(const transport::TransportError& error) override;
  void onFlush() override;
  void onDeadline(protocol::Time now) override;

  void upgradeScheme();
  void connect();
  [[nodiscard]] protocol::ClientHandshake makeHandshake() const;
  void beginHandshake();
  void writeRequest();
  void follow();
  void readHeaders(const Headers& headers);
  void refused(const protocol::HandshakeFailure& failure);
  [[nodiscard]] std::optional<Failure> answerChallenge(const protocol::HandshakeFailure& failure);
  [[nodiscard]] std::optional<Failure> followRedirect(const protocol::HandshakeFailure& failure);
  void leaveOrigin();
  [[nodiscard]] Failure blockedPort() const;
  void failLater(Failure&& failure);
  void log(const std::string& line);
  [[nodiscard]] bool addTimeInLine();

  OpeningOwner& owner_;
  loop::EventLoop& loop_;
  loop::KeepAlive keepAlive_;
  Url url_;  // of this attempt: redirects change it
  const Protocols protocols_;
  Options options_;
  std::optional<http::Credentials> credentials_;  // of the URL
  std::optional<http::Authenticator> authenticator_;
  std::optional<std::string> authorization_;
  std::uint32_t redirects_ = 0;
  std::unique_ptr<Connecting> connecting_;
  std::optional<protocol::ClientHandshake> handshake_;
  transport::TransportPtr transport_;
  transport::ConnectingSlot slot_;
  bool isUpgraded_ = false;  // by HSTS, and not logged yet
  bool isGivenTransport_;    // there is no other to try again with
  std::size_t written_ = 0;  // bytes of the request
  protocol::Time started_{};
  protocol::Duration timeInLine_{};     // of earlier attempts
  protocol::Duration deadlineMoved_{};  // by the time in line
  std::optional<Failure> failure_;      // to be told in the flush
};

}  // namespace parley
