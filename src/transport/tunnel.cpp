#include "transport/tunnel.hpp"

#include "loop/event_loop.hpp"
#include "transport/tunnel_leftover.hpp"

#include <cassert>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace parley::transport {

namespace {

using handshake::HttpTunnel;
using handshake::HttpTunnelFailure;
using handshake::HttpTunnelRequest;
using handshake::Socks5Failure;
using handshake::Socks5Tunnel;

/// What is to be done next, for both protocols.
enum class Next { Exchange, Open, Reconnect, Fail };

Next nextOf(const HttpTunnel& tunnel) {
  switch (tunnel.state()) {
    case HttpTunnel::State::NeedsMore:
      return Next::Exchange;
    case HttpTunnel::State::Open:
      return Next::Open;
    case HttpTunnel::State::Reconnect:
      return Next::Reconnect;
    case HttpTunnel::State::Failed:
      return Next::Fail;
  }
  return Next::Fail;
}

Next nextOf(const Socks5Tunnel& tunnel) {
  switch (tunnel.state()) {
    case Socks5Tunnel::State::NeedsMore:
      return Next::Exchange;
    case Socks5Tunnel::State::Open:
      return Next::Open;
    case Socks5Tunnel::State::Failed:
      return Next::Fail;
  }
  return Next::Fail;
}

bool isLoss(const HttpTunnelFailure& failure) {
  return failure.error == protocol::HandshakeError::ConnectionClosed;
}

bool isLoss(const Socks5Failure& failure) {
  return failure.error == handshake::Socks5Error::ConnectionClosed;
}

class ProxyTunnel final : public Tunnel, public TransportListener, private loop::Flushable {
 public:
  using Machine = std::variant<HttpTunnel, Socks5Tunnel>;

  ProxyTunnel(loop::EventLoop& loop, TransportPtr transport, Machine machine,
              TunnelListener& listener)
      : loop_(loop),
        untilReleased_(loop),
        listener_(listener),
        machine_(std::move(machine)),
        proxy_(transport->description()) {
    begin(std::move(transport));
  }

  void continueOver(TransportPtr transport) override;
  [[nodiscard]] std::optional<TunnelFailure> takeRefusal() override;

 private:
  ~ProxyTunnel() override = default;
  void release() noexcept override { delete this; }

  void onBytes(std::span<std::byte> bytes) override;
  void onWritable() override { writeOutput(); }
  void onEnd() override;
  void onFailed(const TransportError& error) override;
  void onFlush() override { follow(); }

  void begin(TransportPtr transport);
  void writeOutput();
  void follow();
  void open();
  void end();
  [[nodiscard]] Next next() const;
  [[nodiscard]] TunnelFailure failure() const;

  loop::EventLoop& loop_;
  loop::KeepAlive untilReleased_;
  TunnelListener& listener_;
  Machine machine_;
  std::string proxy_;  // asked for while it was connected
  TransportPtr transport_;
  std::optional<TransportError> transportError_;
};

void ProxyTunnel::begin(TransportPtr transport) {
  transport_ = std::move(transport);
  transport_->setListener(this);
  // A request that can't be sent has failed already, which is told from the loop.
  if (next() == Next::Fail) return loop_.requestFlush(*this);
  writeOutput();
  transport_->resumeReading();
}

void ProxyTunnel::continueOver(TransportPtr transport) {
  auto* tunnel = std::get_if<HttpTunnel>(&machine_);
  assert(tunnel != nullptr);
  tunnel->reconnected();
  transportError_.reset();
  begin(std::move(transport));
}

void ProxyTunnel::writeOutput() {
  std::visit(
      [this](auto& tunnel) {
        const std::string_view rest = tunnel.output();
        if (rest.empty()) return;
        const protocol::OutputPiece piece{reinterpret_cast<const std::byte*>(rest.data()),
                                          rest.size()};
        tunnel.sent(transport_->write({&piece, 1}));
      },
      machine_);
}

void ProxyTunnel::onBytes(std::span<std::byte> bytes) {
  std::visit([&](auto& tunnel) { tunnel.receive(bytes); }, machine_);
  follow();
}

void ProxyTunnel::onEnd() {
  end();
  follow();
}

void ProxyTunnel::onFailed(const TransportError& error) {
  transportError_ = error;
  end();
  follow();
}

void ProxyTunnel::end() {
  std::visit([](auto& tunnel) { tunnel.endOfInput(); }, machine_);
}

/// The listener may release the tunnel in each of its calls: they come last.
void ProxyTunnel::follow() {
  switch (next()) {
    case Next::Exchange:
      return writeOutput();
    case Next::Open:
      return open();
    case Next::Reconnect:
      transport_.reset();
      return listener_.onTunnelReconnect();
    case Next::Fail:
      transport_.reset();
      unlink();
      return listener_.onTunnelFailed(failure());
  }
}

void ProxyTunnel::open() {
  transport_->pauseReading();
  transport_->setListener(nullptr);
  std::vector<std::byte> leftover =
      std::visit([](auto& tunnel) { return tunnel.takeLeftover(); }, machine_);
  if (!leftover.empty()) {
    transport_ = withLeftover(loop_, std::move(transport_), std::move(leftover));
  }
  listener_.onTunnelOpen(std::move(transport_));
}

Next ProxyTunnel::next() const {
  return std::visit([](const auto& tunnel) { return nextOf(tunnel); }, machine_);
}

TunnelFailure ProxyTunnel::failure() const {
  return std::visit(
      [this](const auto& tunnel) {
        const auto& cause = tunnel.failure();
        constexpr bool isHttp = std::is_same_v<std::decay_t<decltype(tunnel)>, HttpTunnel>;
        TunnelFailure failure{isHttp ? "HTTP CONNECT" : "SOCKS5", proxy_, cause.message, cause, {}};
        if (transportError_ && isLoss(cause)) {
          failure.message = "the connection to the proxy was lost: " + transportError_->message;
          failure.transportError = transportError_;
        }
        return failure;
      },
      machine_);
}

std::optional<TunnelFailure> ProxyTunnel::takeRefusal() {
  auto* tunnel = std::get_if<HttpTunnel>(&machine_);
  if (tunnel == nullptr || !tunnel->refusalStatus()) return std::nullopt;
  tunnel->endOfInput();
  transport_.reset();
  return failure();
}

ProxyTunnel::Machine machineFor(loop::EventLoop& loop, TunnelRequest& request) {
  if (auto* http = std::get_if<HttpTunnelRequest>(&request.target)) {
    loop.entropy().fill(http->cnonce);
    return HttpTunnel(*http, request.limits);
  }
  return Socks5Tunnel(std::get<handshake::Socks5Request>(request.target));
}

}  // namespace

TunnelPtr openTunnel(loop::EventLoop& loop, TransportPtr transport, TunnelRequest request,
                     TunnelListener& listener) {
  ProxyTunnel::Machine machine = machineFor(loop, request);
  return TunnelPtr(new ProxyTunnel(loop, std::move(transport), std::move(machine), listener));
}

}  // namespace parley::transport
