#include "client/socket_core.hpp"
#include "loop/event_loop.hpp"
#include "server/route_config.hpp"
#include "transport/memory_pipe.hpp"

#include <parley/protocol/handshake.hpp>
#include <parley/testing/memory_pipe.hpp>

#include <cerrno>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <variant>

namespace parley::testing {

namespace {

using Pipe = transport::MemoryPipe;

constexpr std::string_view kUrl = "ws://memory-pipe.test/";

std::shared_ptr<const SocketConfig> sharedConfigOf(Route&& route, Loop& loop) {
  protocol::checkCompression(route.compression);
  return std::make_shared<const SocketConfig>(configOf(route, &loop));
}

/// The server's end until its socket is open: answers one request.
class Acceptor final : public transport::TransportListener {
 public:
  Acceptor(transport::TransportPtr transport, WebSocket socket, std::vector<std::string> protocols)
      : transport_(std::move(transport)),
        socket_(std::move(socket)),
        protocols_(std::move(protocols)) {
    transport_->setListener(this);
    transport_->resumeReading();
  }

 private:
  void onBytes(std::span<std::byte> bytes) override {
    while (!bytes.empty()) {
      const std::size_t taken = handshake_.receive(bytes);
      if (taken == 0) break;
      bytes = bytes.subspan(taken);
    }
    using State = protocol::ServerHandshake::State;
    if (handshake_.state() == State::UpgradeRequest) {
      accept();
    } else if (handshake_.state() != State::NeedsMore) {
      refuse("the request is no upgrade");
    }
  }
  void onWritable() override { writeResponse(); }
  void onEnd() override { refuse("the client ended the connection before it was open"); }
  void onFailed(const transport::TransportError& error) override { refuse(error.message); }

  void accept() {
    transport_->pauseReading();
    protocol::ServerHandshake::AcceptOptions options;
    options.subprotocol =
        protocol::selectSubprotocol(protocols_, handshake_.request()->subprotocols);
    options.extensions = protocol::selectExtensions(SocketCore::of(socket_).config()->compression,
                                                    handshake_.request()->extensions);
    auto answer = handshake_.accept(options);
    auto* const acceptance = std::get_if<protocol::ServerHandshake::Acceptance>(&answer);
    if (!acceptance) return refuse("the request can't be accepted");
    response_ = std::move(acceptance->response);
    negotiated_ = std::move(acceptance->negotiated);
    writeResponse();
  }
  /// The pipe may be stalled: what it did not take now it takes later.
  void writeResponse() {
    const std::string_view rest = std::string_view(response_).substr(written_);
    const protocol::OutputPiece piece{reinterpret_cast<const std::byte*>(rest.data()), rest.size()};
    written_ += transport_->write({&piece, 1});
    if (written_ < response_.size()) return;
    SocketCore::of(socket_).establish(std::move(transport_), std::move(negotiated_));
  }
  void refuse(std::string message) {
    transport_.reset();
    Failure failure;
    failure.stage = Failure::Stage::Handshake;
    failure.message = std::move(message);
    SocketCore::of(socket_).refuse(std::move(failure));
  }

  transport::TransportPtr transport_;
  WebSocket socket_;
  std::vector<std::string> protocols_;
  protocol::ServerHandshake handshake_;
  protocol::Negotiated negotiated_;
  std::string response_;
  std::size_t written_ = 0;
};

Pipe::Direction directionOf(MemoryPipe::Direction direction) noexcept {
  return direction == MemoryPipe::Direction::ToServer ? Pipe::Direction::FirstToSecond
                                                      : Pipe::Direction::SecondToFirst;
}

}  // namespace

struct MemoryPipe::State {
  State(Loop& loop, const Protocols& protocols, Route&& route, const Options& options)
      : pipe(loop.eventLoop()),
        client(SocketCore::connect(loop, kUrl, protocols, options, pipe.takeFirst())),
        supported(route.protocols),
        server(SocketCore::expect(loop.eventLoop(), sharedConfigOf(std::move(route), loop),
                                  std::string(kUrl))),
        acceptor(pipe.takeSecond(), server, std::move(supported)) {}

  Pipe pipe;
  WebSocket client;
  std::vector<std::string> supported;
  WebSocket server;
  Acceptor acceptor;
};

MemoryPipe::MemoryPipe(Loop& loop, const Protocols& protocols, Route route, Options options)
    : state_(std::make_unique<State>(loop, protocols, std::move(route), options)) {}

MemoryPipe::~MemoryPipe() = default;

WebSocket& MemoryPipe::client() noexcept {
  return state_->client;
}

WebSocket& MemoryPipe::server() noexcept {
  return state_->server;
}

void MemoryPipe::setChunkSize(std::optional<std::size_t> bytes) {
  const std::size_t size = bytes.value_or(std::numeric_limits<std::size_t>::max());
  state_->pipe.setChunkSize(Pipe::Direction::FirstToSecond, size);
  state_->pipe.setChunkSize(Pipe::Direction::SecondToFirst, size);
}

void MemoryPipe::stall(Direction direction) {
  state_->pipe.stall(directionOf(direction), 0);
}

void MemoryPipe::resume(Direction direction) {
  state_->pipe.unstall(directionOf(direction));
}

void MemoryPipe::cut() {
  state_->pipe.cut(ECONNRESET);
}

}  // namespace parley::testing
