#include "transport/tls_handshake.hpp"

#include "bytes/result.hpp"
#include "loop/event_loop.hpp"
#include "tls/client_context_cache.hpp"
#include "tls/engine.hpp"
#include "tls/output_buffer.hpp"
#include "transport/kept_bytes.hpp"
#include "transport/tls_buffer.hpp"
#include "transport/tls_transport.hpp"

#include <optional>
#include <utility>
#include <variant>

namespace parley::transport {

namespace {

using Settings = std::variant<tls::ClientSettings, tls::ServerSettings>;
using Step = TransportError::Step;
using EngineState = tls::Engine::State;

/// Read at a time: what comes behind the handshake has to be kept.
constexpr std::size_t kReceiveSize = std::size_t{16} * 1024;

Result<tls::Engine, tls::Error> makeEngine(const tls::ClientSettings& settings) {
  auto context = tls::ClientContextCache::ofProcess().get(settings.options);
  if (!context) return context.error();
  return tls::Engine::connect(std::move(*context), settings.host, settings.port);
}

Result<tls::Engine, tls::Error> makeEngine(const tls::ServerSettings& settings) {
  return tls::Engine::accept(settings.context);
}

class EngineHandshake final : public TlsHandshake,
                              private TransportListener,
                              private loop::Flushable {
 public:
  EngineHandshake(loop::EventLoop& loop, TransportPtr inner, Settings settings,
                  TlsListener& listener)
      : loop_(loop), listener_(listener), inner_(std::move(inner)), settings_(std::move(settings)) {
    inner_->setListener(this);
    loop_.requestFlush(*this);  // begins with the loop, as it may fail at once
  }

 private:
  ~EngineHandshake() override = default;
  void release() noexcept override { delete this; }

  void onFlush() override;
  std::span<std::byte> onReadBuffer() override { return loop_.receiveBuffer().first(kReceiveSize); }
  void onBytes(std::span<std::byte> bytes) override { advance(bytes); }
  void onWritable() override;
  void onEnd() override;
  void onFailed(const TransportError& error) override;

  void advance(std::span<const std::byte> input);
  void transmit(std::span<const std::byte> records);
  void succeed(std::span<const std::byte> left);
  void fail(const tls::Error& error);

  loop::EventLoop& loop_;
  TlsListener& listener_;
  TransportPtr inner_;
  Settings settings_;
  std::optional<tls::Engine> engine_;
  KeptBytes unsent_;
  bool isDone_ = false;  // and the listener knows
};

// Each of the functions below may end with a call of the listener, and that with the end of this.

void EngineHandshake::onFlush() {
  auto engine = std::visit([](const auto& settings) { return makeEngine(settings); }, settings_);
  if (!engine) return fail(engine.error());
  engine_.emplace(std::move(*engine));
  inner_->resumeReading();
  advance({});
}

void EngineHandshake::advance(std::span<const std::byte> input) {
  const TlsBuffer shared;
  tls::Engine::Need need = tls::Engine::Need::Room;
  while (need == tls::Engine::Need::Room) {
    tls::OutputBuffer output(shared.bytes());
    need = engine_->handshake(input, output);
    transmit(output.bytes());
  }
  switch (engine_->state()) {
    case EngineState::Handshaking:
      return;
    case EngineState::Open:
    case EngineState::Ended:
      return succeed(input);
    case EngineState::Failed:
      return fail(engine_->error());
  }
}

void EngineHandshake::transmit(std::span<const std::byte> records) {
  if (records.empty()) return;
  std::size_t taken = 0;
  if (unsent_.empty()) {
    const protocol::OutputPiece piece{records.data(), records.size()};
    taken = inner_->write({&piece, 1});
  }
  unsent_.append(records.subspan(taken));
}

void EngineHandshake::onWritable() {
  const protocol::OutputPiece piece{unsent_.all().data(), unsent_.size()};
  if (!unsent_.empty()) unsent_.take(inner_->write({&piece, 1}));
}

void EngineHandshake::onEnd() {
  engine_->endOfInput();
  fail(engine_->error());
}

void EngineHandshake::onFailed(const TransportError& error) {
  if (!std::exchange(isDone_, true)) listener_.onTlsFailed(error);
}

void EngineHandshake::succeed(std::span<const std::byte> left) {
  inner_->pauseReading();
  TlsTransport::Rest rest;
  rest.received.append(left);
  rest.unsent = std::move(unsent_);
  const tls::Agreement agreement = engine_->agreement();
  listener_.onSecured(
      TlsTransport::adopt(loop_, std::move(inner_), std::move(*engine_), std::move(rest)),
      agreement);
}

void EngineHandshake::fail(const tls::Error& error) {
  isDone_ = true;
  inner_->pauseReading();
  inner_->finish();  // behind the alert
  const TransportError told = tlsError(Step::Secure, error);
  listener_.onTlsFailed(told);
}

}  // namespace

TlsHandshakePtr secure(loop::EventLoop& loop, TransportPtr inner, tls::ClientSettings settings,
                       TlsListener& listener) {
  return TlsHandshakePtr(
      new EngineHandshake(loop, std::move(inner), std::move(settings), listener));
}

TlsHandshakePtr secure(loop::EventLoop& loop, TransportPtr inner, tls::ServerSettings settings,
                       TlsListener& listener) {
  return TlsHandshakePtr(
      new EngineHandshake(loop, std::move(inner), std::move(settings), listener));
}

}  // namespace parley::transport
