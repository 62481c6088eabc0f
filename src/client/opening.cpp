#include "client/opening.hpp"

#include "bytes/base64.hpp"
#include "client/connection_failure.hpp"
#include "client/socket_arguments.hpp"
#include "transport/tap.hpp"
#include "url/percent_encoding.hpp"

#include <array>
#include <utility>

namespace parley {

namespace {

/// Fetch section 4.6, "HTTP-network-or-cache fetch": credentials of the URL become an Authorization
/// field. Sent with the first request, as there is no second one.
void addCredentials(Headers& headers, const Url& url) {
  if (url.username().empty() && url.password().empty()) return;
  if (headers.has("Authorization")) return;
  const std::string credentials =
      url::percentDecode(url.username()) + ":" + url::percentDecode(url.password());
  headers.set("Authorization",
              "Basic " + bytes::base64Encode(std::as_bytes(std::span(credentials))));
}

protocol::ClientHandshake makeHandshake(loop::EventLoop& loop, const Url& url,
                                        const Protocols& protocols, const Options& options) {
  protocol::ClientRequest request;
  request.host = url.host();
  request.target = url.pathWithQuery();
  request.subprotocols = protocols.names();
  request.origin = options.origin;
  request.headers = options.headers;
  addCredentials(request.headers, url);
  std::array<std::byte, 16> nonce{};
  loop.entropy().fill(nonce);
  protocol::HandshakeLimits limits;
  limits.headBytes = options.maxHandshakeSize;
  return {request, nonce, limits};
}

transport::ConnectTarget targetOf(const Url& url, const Options& options) {
  if (options.unixPath) return transport::UnixTarget{*options.unixPath};
  return transport::TcpTarget{std::string(url.hostname()), url.effectivePort().value_or(0)};
}

}  // namespace

Opening::Opening(OpeningOwner& owner, loop::EventLoop& loop, const Url& url,
                 const Protocols& protocols, const Options& options,
                 transport::TransportPtr transport)
    : owner_(owner),
      loop_(loop),
      keepAlive_(loop),
      target_(targetOf(url, options)),
      scheme_(url.scheme()),
      hostname_(url.hostname()),
      timeout_(options.handshakeTimeout),
      wireTap_(options.wireTap),
      handshake_(makeHandshake(loop, url, protocols, options)),
      transport_(std::move(transport)) {
  if (hasBlockedPort(url, options)) blockedPort_ = url.effectivePort();
}

Opening::~Opening() = default;

void Opening::start() {
  if (blockedPort_) {
    // Fetch section 2.9: a blocked port is a network error like any other.
    return failLater({.stage = Failure::Stage::Url,
                      .message = "port " + std::to_string(*blockedPort_) + " is blocked"});
  }
  loop_.schedule(*this, later(loop_.updateNow(), timeout_));
  if (transport_) return onConnected(std::move(transport_));
  if (scheme_ == "wss") {
    // Here a TLS transport over a TCP one comes in; without one nothing may leave in the clear.
    return failLater({.stage = Failure::Stage::Connect,
                      .message = "wss: this build of the library has no TLS yet"});
  }
  connector_ = transport::connect(loop_, target_, *this);
}

void Opening::onConnected(transport::TransportPtr transport) {
  connector_.reset();
  transport_ = std::move(transport);
  if (wireTap_) transport_ = transport::tap(loop_, std::move(transport_), std::move(wireTap_));
  transport_->setListener(this);
  beginHandshake();
}

void Opening::onConnectFailed(const transport::ConnectFailure& failure) {
  owner_.onOpeningFailed(failureOf(failure, hostname_));
}

void Opening::beginHandshake() {
  if (handshake_.state() == protocol::ClientHandshake::State::Failed) {
    return failLater(failureOf(handshake_.failure()));
  }
  writeRequest();
  transport_->resumeReading();
}

void Opening::writeRequest() {
  const std::string_view rest = handshake_.request().substr(written_);
  const protocol::OutputPiece piece{reinterpret_cast<const std::byte*>(rest.data()), rest.size()};
  if (!rest.empty()) written_ += transport_->write({&piece, 1});
}

void Opening::onBytes(std::span<std::byte> bytes) {
  handshake_.receive(bytes);
  follow();
}

void Opening::onEnd() {
  handshake_.endOfInput();
  follow();
}

void Opening::follow() {
  using State = protocol::ClientHandshake::State;
  switch (handshake_.state()) {
    case State::NeedsMore:
      return;
    case State::Negotiated:
      return owner_.onNegotiated(std::move(transport_), handshake_.take());
    case State::Failed:
      return owner_.onOpeningFailed(failureOf(handshake_.failure()));
  }
}

void Opening::onFailed(const transport::TransportError& error) {
  // A refusal whose body was cut off says more than the cut.
  if (handshake_.refusalStatus()) return onEnd();
  owner_.onOpeningFailed(failureOf(error));
}

void Opening::onDeadline(protocol::Time) {
  if (handshake_.refusalStatus()) return onEnd();
  owner_.onOpeningFailed(
      {.stage = transport_ ? Failure::Stage::Handshake : Failure::Stage::Connect,
       .message = "handshake took longer than " + durationText(timeout_) + " (handshakeTimeout)",
       .limit = "handshakeTimeout"});
}

void Opening::failLater(Failure&& failure) {
  failure_ = std::move(failure);
  loop_.requestFlush(*this);
}

void Opening::onFlush() {
  owner_.onOpeningFailed(std::move(*failure_));
}

}  // namespace parley
