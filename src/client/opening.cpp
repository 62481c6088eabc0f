#include "client/opening.hpp"

#include "client/connection_failure.hpp"
#include "client/redirect.hpp"
#include "client/socket_arguments.hpp"
#include "http/status_text.hpp"
#include "tls/hashes.hpp"
#include "transport/tap.hpp"
#include "url/percent_encoding.hpp"

#include <parley/cookie_jar.hpp>
#include <parley/hsts.hpp>
#include <parley/protocol/handshake.hpp>

#include <array>
#include <bit>
#include <cstdint>
#include <utility>

namespace parley {

namespace {

using protocol::ClientHandshake;
using protocol::HandshakeError;
using protocol::HandshakeFailure;

std::optional<http::Credentials> credentialsOf(const Url& url) {
  if (url.username().empty() && url.password().empty()) return std::nullopt;
  return http::Credentials{.username = url::percentDecode(url.username()),
                           .password = url::percentDecode(url.password())};
}

}  // namespace

Opening::Opening(OpeningOwner& owner, loop::EventLoop& loop, const Url& url,
                 const Protocols& protocols, const Options& options,
                 transport::TransportPtr transport)
    : owner_(owner),
      loop_(loop),
      keepAlive_(loop),
      url_(url),
      protocols_(protocols),
      options_(options),
      credentials_(credentialsOf(url)),
      transport_(std::move(transport)),
      isGivenTransport_(transport_ != nullptr) {}

Opening::~Opening() = default;

void Opening::start() {
  started_ = loop_.updateNow();
  loop_.schedule(*this, protocol::later(started_, options_.handshakeTimeout));
  if (hasBlockedPort(url_, options_)) return failLater(blockedPort());
  if (isGivenTransport_) return onConnected(std::move(transport_), {});
  connect();
}

/// RFC 6797 section 8.3: a host that is known to want TLS gets nothing else.
void Opening::upgradeScheme() {
  if (!options_.hsts) return;
  if (auto secure = options_.hsts->upgraded(url_)) {
    url_ = std::move(*secure);
    isUpgraded_ = true;
  }
}

void Opening::connect() {
  transport_.reset();
  slot_.release();
  upgradeScheme();
  connecting_ = std::make_unique<Connecting>(*this, loop_, url_, options_);
}

void Opening::onConnected(transport::TransportPtr transport, transport::ConnectingSlot slot) {
  if (connecting_) timeInLine_ += connecting_->timeInLine();
  connecting_.reset();
  if (std::exchange(isUpgraded_, false)) log("TLS, as the host wants nothing else (HSTS)");
  slot_ = std::move(slot);
  transport_ = std::move(transport);
  if (options_.wireTap) {
    transport_ = transport::tap(loop_, std::move(transport_), options_.wireTap);
  }
  transport_->setListener(this);
  beginHandshake();
}

void Opening::onConnectingFailed(Failure&& failure) {
  owner_.onOpeningFailed(std::move(failure));
}

// ---- The handshake ----

ClientHandshake Opening::makeHandshake() const {
  protocol::ClientRequest request;
  request.host = url_.host();
  request.target = url_.pathWithQuery();
  request.subprotocols = protocols_.names();
  request.extensions = protocol::offerExtensions(options_.compression);
  request.origin = options_.origin;
  request.headers = options_.headers;
  if (authorization_) request.headers.set("Authorization", *authorization_);
  if (options_.cookies && !request.headers.has("Cookie")) {
    const auto cookies = options_.cookies->cookieHeader(url_);
    // What servers have set can't end the line: a jar keeps no control characters.
    if (cookies) (void)request.headers.tryAppend("Cookie", *cookies);
  }
  // Words are cheaper than a fill(), which asks the system each time.
  std::array<std::uint32_t, 4> words{};
  for (std::uint32_t& word : words) word = loop_.entropy().word();
  const auto nonce = std::bit_cast<std::array<std::byte, 16>>(words);
  protocol::HandshakeLimits limits;
  limits.headBytes = options_.maxHandshakeSize;
  return {request, nonce, limits};
}

void Opening::beginHandshake() {
  handshake_.emplace(makeHandshake());
  written_ = 0;
  if (handshake_->state() == ClientHandshake::State::Failed) {
    return failLater(failureOf(handshake_->failure()));
  }
  writeRequest();
  transport_->resumeReading();
}

void Opening::writeRequest() {
  const std::string_view rest = handshake_->request().substr(written_);
  const protocol::OutputPiece piece{reinterpret_cast<const std::byte*>(rest.data()), rest.size()};
  if (!rest.empty()) written_ += transport_->write({&piece, 1});
}

void Opening::onBytes(std::span<std::byte> bytes) {
  handshake_->receive(bytes);
  follow();
}

void Opening::onEnd() {
  handshake_->endOfInput();
  follow();
}

void Opening::follow() {
  switch (handshake_->state()) {
    case ClientHandshake::State::NeedsMore:
      return;
    case ClientHandshake::State::Negotiated:
      readHeaders(handshake_->responseHeaders());
      slot_.release();
      return owner_.onNegotiated(std::move(transport_), handshake_->take());
    case ClientHandshake::State::Failed:
      return refused(handshake_->failure());
  }
}

/// What an answer says besides, also one that refuses (Fetch, "HTTP-network fetch").
void Opening::readHeaders(const Headers& headers) {
  if (options_.cookies) options_.cookies->setCookies(url_, headers);
  // RFC 6797 section 8.1: only over TLS without fault.
  if (options_.hsts && options_.tls.verification == TlsOptions::Verification::Full) {
    options_.hsts->note(url_, headers);
  }
}

void Opening::refused(const HandshakeFailure& failure) {
  readHeaders(failure.headers);
  const bool mayTryAgain = failure.error == HandshakeError::UnexpectedStatus &&
                           !isGivenTransport_ && Deadline::isScheduled();
  std::optional<Failure> reason;
  if (!mayTryAgain) {
    reason = failureOf(failure);
  } else if (failure.httpStatus == 401) {
    reason = answerChallenge(failure);
  } else if (isRedirect(failure.httpStatus.value_or(0)) && options_.maxRedirects != 0) {
    reason = followRedirect(failure);
  } else {
    reason = failureOf(failure);
  }
  if (reason) return owner_.onOpeningFailed(std::move(*reason));
  connect();
}

/// Fetch section 4.6, "HTTP-network-or-cache fetch": the credentials of the URL are for a server
/// that asks for them.
/// @return why not; nullopt: try again
std::optional<Failure> Opening::answerChallenge(const HandshakeFailure& failure) {
  // An application that says who it is has said all.
  if (options_.headers.has("Authorization")) return failureOf(failure);
  if (!authenticator_) {
    http::Authenticator::Nonce cnonce{};
    loop_.entropy().fill(cnonce);
    authenticator_.emplace(http::Challenger::Server, credentials_, tls::hashes(), cnonce);
  }
  auto answer = authenticator_->answer(failure.headers, "GET", url_.pathWithQuery());
  if (answer) {
    log("the server answered " + http::statusAndText(failure.httpStatus.value_or(0)) +
        "; trying again with the URL's credentials");
    authorization_ = *std::move(answer);
    return std::nullopt;
  }
  Failure reason = failureOf(failure);
  if (answer.error() != http::AuthenticationError::NoCredentials) {
    reason.message += ": it " + std::string(http::describe(answer.error()));
  }
  return reason;
}

/// Fetch section 4.4, "HTTP-redirect fetch", as far as Options::maxRedirects goes.
/// @return why not; nullopt: url_ is the next to try
std::optional<Failure> Opening::followRedirect(const HandshakeFailure& failure) {
  Failure reason = failureOf(failure);
  if (redirects_ == options_.maxRedirects) {
    reason.message = "more than " + std::to_string(redirects_) + " redirects (maxRedirects)";
    reason.limit = "maxRedirects";
    return reason;
  }
  auto target = redirectTarget(url_, failure.headers);
  if (!target) {
    reason.message = "the redirect " + http::statusAndText(failure.httpStatus.value_or(0)) +
                     " is not followed: " + target.error();
    return reason;
  }
  ++redirects_;
  if (target->origin() != url_.origin()) leaveOrigin();
  url_ = *std::move(target);
  authenticator_.reset();
  authorization_.reset();
  log("the server answered " + http::statusAndText(failure.httpStatus.value_or(0)) +
      " and leads to " + url_.href());
  if (hasBlockedPort(url_, options_)) return blockedPort();
  return std::nullopt;
}

/// Who we are is for the origin that it was given for.
void Opening::leaveOrigin() {
  removeCredentials(options_.headers);
  credentials_.reset();
  options_.tls.certificateFile.reset();
  options_.tls.keyFile.reset();
  options_.tls.serverName.reset();
}

// ---- The end ----

void Opening::onFailed(const transport::TransportError& error) {
  // A refusal whose body was cut off says more than the cut.
  if (handshake_->refusalStatus()) return onEnd();
  owner_.onOpeningFailed(failureOf(error, Failure::Stage::Handshake));
}

/// What was spent in line for other sockets that are CONNECTING to the same address (RFC 6455
/// section 4.1) is not the peer's delay: the deadline moves by it.
/// @return was there any since the last time?
bool Opening::addTimeInLine() {
  const protocol::Duration all =
      timeInLine_ + (connecting_ ? connecting_->timeInLine() : protocol::Duration{});
  if (std::exchange(deadlineMoved_, all) == all) return false;
  loop_.schedule(*this, protocol::later(protocol::later(started_, options_.handshakeTimeout), all));
  return true;
}

void Opening::onDeadline(protocol::Time) {
  if (addTimeInLine()) return;
  if (handshake_ && transport_ && handshake_->refusalStatus()) return onEnd();
  Failure failure = tookTooLong(Failure::Stage::Handshake, "handshake", options_.handshakeTimeout,
                                "handshakeTimeout");
  if (connecting_) {
    const Failure soFar = connecting_->givenUp();
    failure.stage = soFar.stage;
    failure.attempts = soFar.attempts;
  }
  owner_.onOpeningFailed(std::move(failure));
}

/// Fetch section 2.9: a blocked port is a network error like any other.
Failure Opening::blockedPort() const {
  return {.stage = Failure::Stage::Url,
          .message = "port " + std::to_string(url_.effectivePort().value_or(0)) + " is blocked"};
}

void Opening::failLater(Failure&& failure) {
  failure_ = std::move(failure);
  loop_.requestFlush(*this);
}

void Opening::onFlush() {
  owner_.onOpeningFailed(std::move(*failure_));
}

void Opening::log(const std::string& line) {
  if (!options_.connectLog) return;
  loop_.runTask([&] { options_.connectLog(line); });
}

}  // namespace parley
