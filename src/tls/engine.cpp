#include "tls/engine.hpp"

#include "tls/context_setup.hpp"
#include "tls/engine_call.hpp"
#include "tls/session_slot.hpp"

#include <array>
#include <optional>
#include <utility>

#include <openssl/ssl.h>

namespace parley::tls {

namespace {

/// The content types of records that can come first (RFC 8446 section 5.1).
constexpr std::byte kAlertRecord{21};
constexpr std::byte kHandshakeRecord{22};

std::string_view textOf(const unsigned char* text, unsigned size) {
  return {reinterpret_cast<const char*>(text), size};
}

}  // namespace

// ---- Making one ----

void Engine::Releaser::operator()(ssl_st* ssl) const noexcept {
  // Else OpenSSL takes a connection that was dropped for one under attack, and its session could
  // not be resumed. Where there was an attack, OpenSSL has noted that at the time.
  SSL_set_shutdown(ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
  SSL_free(ssl);
}

struct Engine::ClientSide {
  const ClientContext& context;
  std::string server;
  std::optional<SessionSlot> sessions;
};

Engine::Engine(ssl_st* ssl, std::shared_ptr<const void> context)
    : context_(std::move(context)), ssl_(ssl) {}

Engine::Engine(Engine&&) noexcept = default;
Engine& Engine::operator=(Engine&&) noexcept = default;
Engine::~Engine() = default;

Result<Engine, Error> Engine::connect(std::shared_ptr<ClientContext> context, std::string_view host,
                                      std::uint16_t port) {
  HostName name = context->expectedName(host);
  const auto ssl = context->makeConnection(name);
  if (!ssl) return ssl.error();
  Engine engine(*ssl, context);
  if (!attachCallBio(**ssl)) return internalError("TLS connection");
  engine.client_ = std::make_unique<ClientSide>(ClientSide{*context, std::move(name.text), {}});
  if (ClientSessions* const sessions = context->sessions()) {
    engine.client_->sessions.emplace(*sessions, std::string(host) + ":" + std::to_string(port));
    if (const SessionPointer session = engine.sessions()->take()) {
      SSL_set_session(*ssl, session.get());
    }
  }
  return engine;
}

Result<Engine, Error> Engine::accept(std::shared_ptr<const ServerContext> context) {
  const auto ssl = context->makeConnection();
  if (!ssl) return ssl.error();
  Engine engine(*ssl, std::move(context));
  if (!attachCallBio(**ssl)) return internalError("TLS connection");
  return engine;
}

std::string_view Engine::peer() const noexcept {
  return client_ ? std::string_view(client_->server) : "the client";
}

SessionSlot* Engine::sessions() const noexcept {
  return client_ && client_->sessions ? &*client_->sessions : nullptr;
}

Agreement Engine::agreement() const {
  const unsigned char* protocol = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl_.get(), &protocol, &size);
  return {.version = SSL_get_version(ssl_.get()),
          .cipher = SSL_get_cipher_name(ssl_.get()),
          .protocol = std::string(textOf(protocol, size)),
          .session = SSL_session_reused(ssl_.get()) ? Agreement::Session::Resumed
                                                    : Agreement::Session::New};
}

// ---- The handshake ----

void Engine::noteFirstByte(std::span<const std::byte> input) noexcept {
  if (firstByte_ != FirstByte::None || input.empty()) return;
  const bool isTls = input[0] == kHandshakeRecord || input[0] == kAlertRecord;
  firstByte_ = isTls ? FirstByte::Tls : FirstByte::Other;
}

Engine::Need Engine::handshake(std::span<const std::byte>& input, OutputBuffer& output) {
  if (state_ != State::Handshaking) return Need::Nothing;
  noteFirstByte(input);
  EngineCall call(*ssl_, input, output, peer());
  call.sessions = sessions();
  const int result = SSL_do_handshake(ssl_.get());
  input = call.input;
  if (result == 1) {
    becomeOpen();
    return Need::Nothing;
  }
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return Need::Input;
    case SSL_ERROR_WANT_WRITE:
      return Need::Room;
    case SSL_ERROR_ZERO_RETURN:
      endOfInput();
      return Need::Nothing;
    default:
      fail(errorOf(call));
      return Need::Nothing;
  }
}

void Engine::becomeOpen() {
  state_ = State::Open;
  if (!client_) return;
  const std::string protocol = agreement().protocol;
  if (protocol.empty() || client_->context.offers(protocol)) return;
  // RFC 7301 section 3.1: the server selects one of those that were offered.
  fail({.kind = Error::Kind::NoCommonProtocol,
        .message = "TLS with " + std::string(peer()) +
                   " failed: it selected a protocol that was not offered"});
}

// ---- Open ----

bool Engine::hasPlaintext() const noexcept {
  return SSL_pending(ssl_.get()) > 0;
}

std::size_t Engine::read(std::span<const std::byte>& input, std::span<std::byte> into,
                         OutputBuffer& output) {
  if (state_ != State::Open) return 0;
  EngineCall call(*ssl_, input, output, peer());
  call.sessions = sessions();
  std::size_t size = 0;
  // A record is not begun if it would not fit as a whole behind another: its rest would have to
  // wait in memory of this connection.
  while ((size == 0 || into.size() - size >= kRecordSize) && decrypt(call, into, size)) {
    // A record at a time; that there is no more can be seen here without asking OpenSSL.
    if (call.input.empty() && !SSL_has_pending(ssl_.get())) break;
  }
  input = call.input;
  return size;
}

/// @return is it worth to try again?
bool Engine::decrypt(EngineCall& call, std::span<std::byte> into, std::size_t& size) {
  const std::span<std::byte> room = into.subspan(size);
  std::size_t read = 0;
  const int result = SSL_read_ex(ssl_.get(), room.data(), room.size(), &read);
  if (result == 1) {
    size += read;
    return true;
  }
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:  // of an answer that finds no room: it is made the next time
      return false;
    case SSL_ERROR_ZERO_RETURN:
      state_ = State::Ended;
      return false;
    default:
      fail(errorOf(call));
      return false;
  }
}

std::size_t Engine::write(RecordSource& source, OutputBuffer& output) {
  if (state_ != State::Open && state_ != State::Ended) return 0;
  EngineCall call(*ssl_, {}, output, peer());
  std::array<std::byte, kRecordSize> gathered;  // NOLINT: filled as far as it is used
  std::size_t accepted = 0;
  while (output.room().size() >= kRecordRoom) {
    const std::span<const std::byte> record = source.next(gathered);
    if (record.empty()) break;
    std::size_t written = 0;
    if (SSL_write_ex(ssl_.get(), record.data(), record.size(), &written) != 1) {
      if ((SSL_get_shutdown(ssl_.get()) & SSL_SENT_SHUTDOWN) == 0) fail(errorOf(call));
      break;
    }
    accepted += written;
  }
  return accepted;
}

void Engine::close(OutputBuffer& output) {
  if (state_ != State::Open && state_ != State::Ended) return;
  const EngineCall call(*ssl_, {}, output, peer());
  SSL_shutdown(ssl_.get());
}

void Engine::endOfInput() {
  switch (state_) {
    case State::Handshaking:
      return fail(
          {.kind = Error::Kind::Truncated,
           .message = std::string(peer()) + " ended the connection during the TLS handshake"});
    case State::Open:
      return fail({.kind = Error::Kind::Truncated,
                   .message = "truncated: " + std::string(peer()) +
                              " ended the connection without TLS's close notify"});
    case State::Ended:
    case State::Failed:
      return;
  }
}

void Engine::fail(Error error) {
  state_ = State::Failed;
  error_ = std::make_unique<Error>(std::move(error));
}

}  // namespace parley::tls
