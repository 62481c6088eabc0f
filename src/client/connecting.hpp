#pragma once

#include "client/proxy_choice.hpp"
#include "client/target_address.hpp"
#include "loop/deadline_wheel.hpp"
#include "loop/event_loop.hpp"
#include "transport/connecting_slots.hpp"
#include "transport/connector.hpp"
#include "transport/tls_handshake.hpp"
#include "transport/transport.hpp"
#include "transport/tunnel.hpp"

#include <parley/failure.hpp>
#include <parley/options.hpp>
#include <parley/url.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parley {

/// Who waits for a way to a server. One of the two comes, once, from the loop; the Connecting may
/// be destroyed from there.
class ConnectingOwner {
 public:
  /// `slot` is to be released when the WebSocket is open or has failed.
  virtual void onConnected(transport::TransportPtr transport, transport::ConnectingSlot slot) = 0;
  virtual void onConnectingFailed(Failure&& failure) = 0;

 protected:
  ~ConnectingOwner() = default;
};

/// The way from a URL to a transport that the opening handshake may use: the choice of a proxy,
/// addresses and TCP, TLS with an https: proxy, its tunnel, TLS with the server; each as far as it
/// is needed. Begins with the loop; destroying it cancels.
class Connecting final : private transport::ConnectListener,
                         private transport::TunnelListener,
                         private transport::TlsListener,
                         private transport::SlotWaiter,
                         private TargetAddressOwner,
                         private loop::Flushable,
                         private loop::Deadline {
 public:
  /// Reads the environment, for a proxy.
  /// @param url, options must outlive it
  Connecting(ConnectingOwner& owner, loop::EventLoop& loop, const Url& url, const Options& options);
  ~Connecting() override;

  /// Why it is given up for an owner's deadline: how far it has come, and what was tried.
  [[nodiscard]] Failure givenUp() const;
  /// For how long it could do nothing but wait for other sockets that are CONNECTING to the same
  /// address: a deadline of the owner should leave that out.
  [[nodiscard]] protocol::Duration timeInLine() const;

 private:
  /// What is under way.
  enum class Step : std::uint8_t {
    InLine,     ///< for other sockets that go to the same host through a proxy
    Resolving,  ///< the target's name, which the proxy is not to be told
    Dialling,   ///< TCP or a unix socket
    SecuringProxy,
    Tunnelling,
    Securing,
  };

  void onFlush() override;
  void onDeadline(protocol::Time now) override;
  void onSlot(transport::ConnectingSlot slot) override;
  void onTargetAddress(std::string address) override;
  void onNoTargetAddress(const std::string& reason) override;
  void onConnected(transport::TransportPtr transport, transport::ConnectingSlot slot) override;
  void onConnectFailed(const transport::ConnectFailure& failure) override;
  void onTunnelOpen(transport::TransportPtr transport) override;
  void onTunnelReconnect() override;
  void onTunnelFailed(transport::TunnelFailure&& failure) override;
  void onSecured(transport::TransportPtr transport, const tls::Agreement& agreement) override;
  void onTlsFailed(const transport::TransportError& error) override;

  void enter(Step step, const std::optional<std::chrono::milliseconds>& timeout = {});
  void resolveTarget();
  void dial();
  void secureProxy(transport::TransportPtr transport);
  void openTunnel(transport::TransportPtr transport);
  void secure(transport::TransportPtr transport);
  void startTls(transport::TransportPtr transport, const TlsOptions& options,
                const std::string& host, std::uint16_t port);
  void finish(transport::TransportPtr transport);
  void fail(Failure&& failure);
  void log(const std::string& line);
  [[nodiscard]] std::uint16_t port() const noexcept { return url_.effectivePort().value_or(0); }
  [[nodiscard]] std::string proxyName() const;

  ConnectingOwner& owner_;
  loop::EventLoop& loop_;
  const Url& url_;
  const Options& options_;
  Result<std::optional<Proxy>, ProxyError> choice_;
  Step step_ = Step::Dialling;
  std::string target_;  // of a tunnel: the host, or an address of it
  protocol::Time lineJoined_{};
  protocol::Duration timeInLine_{};
  TargetAddress targetAddress_;
  transport::ConnectingSlot slot_;
  transport::ConnectorPtr connector_;
  transport::TunnelPtr tunnel_;
  transport::TlsHandshakePtr tls_;
};

}  // namespace parley
