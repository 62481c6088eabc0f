#include "broadcast_load.hpp"

#include "handshake.hpp"

#include <thread>

namespace bench {
namespace {

using Clock = std::chrono::steady_clock;

}  // namespace

struct BroadcastLoad::Subscriber {
  explicit Subscriber(std::uint16_t port) : wire(port, nullptr) {}

  Wire wire;
  FrameScanner scanner;
  std::size_t rawBytes = 0;
  bool isCompared = false;
  std::vector<std::byte> message;  // the first
};

BroadcastLoad::BroadcastLoad(const LoadOptions& options)
    : options_(options), payload_(pattern(options.bytes)), buffer_(std::size_t{64} * 1024) {
  appendFrame(frame_, Opcode::Text, payload_, Masking::Masked);
  for (std::size_t i = 0; i < options.connections; ++i) {
    subscribers_.push_back(std::make_unique<Subscriber>(options.port));
    Subscriber& subscriber = *subscribers_.back();
    if (options.protocol == Protocol::WebSocket) {
      upgrade(subscriber.wire, options.port, Compression::Off);
    }
    readiness_.add(subscriber.wire.socket(), &subscriber);
  }
  // A raw server says nothing when it has accepted.
  if (options.protocol == Protocol::Raw) std::this_thread::sleep_for(options.warmUp);
}

BroadcastLoad::~BroadcastLoad() = default;

std::uint64_t BroadcastLoad::run(std::chrono::milliseconds window) {
  std::uint64_t deliveries = 0;
  const auto end = Clock::now() + window;
  while (Clock::now() < end) {
    delivered_ = 0;
    if (subscribers_.front()->wire.send(frame_) != frame_.size()) giveUp("send");
    while (delivered_ < subscribers_.size()) {
      if (Clock::now() > end + std::chrono::seconds(10)) giveUp("a message was not delivered");
      for (const epoll_event& event : readiness_.wait(std::chrono::milliseconds(100))) {
        receive(*static_cast<Subscriber*>(event.data.ptr));
      }
    }
    deliveries += delivered_;
  }
  return deliveries;
}

void BroadcastLoad::receive(Subscriber& subscriber) {
  const std::size_t size = subscriber.wire.receive(buffer_);
  const auto bytes = std::span<const std::byte>(buffer_).first(size);
  if (options_.protocol == Protocol::Raw) {
    subscriber.rawBytes += size;
    delivered_ += subscriber.rawBytes / frame_.size();
    subscriber.rawBytes %= frame_.size();
    return;
  }
  subscriber.scanner.scan(bytes, [&](const FramePiece& piece) {
    if (piece.isClose()) giveUp("the server closed a connection");
    if (piece.isControl()) return;
    if (!subscriber.isCompared) piece.appendTo(subscriber.message);
    if (!piece.endsMessage()) return;
    if (!subscriber.isCompared) isIntact_ = isIntact_ && subscriber.message == payload_;
    subscriber.isCompared = true;
    ++delivered_;
  });
}

}  // namespace bench
