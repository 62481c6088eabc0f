#pragma once

#include "wire.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace bench {

/// What the load sends: the same bytes to a WebSocket server and to a raw echo server, so that both
/// carry the same traffic.
enum class Peer : std::uint8_t { WebSocket, Raw };

struct Load {
  Security security = Security::Clear;
  std::size_t connections = 0;
  std::size_t depth = 1;         ///< messages in flight on each connection
  std::size_t payloadBytes = 0;  ///< of each message
  bool text = false;             ///< else binary
};

struct LoadResult {
  std::uint64_t messages = 0;  ///< echoed in the window
  bool intact = true;          ///< every sampled echo equalled what was sent
};

/// A load generator on epoll with frames made in advance: opens connections, keeps `depth` messages
/// in flight on each, checks the first echo of each connection byte by byte and all others by their
/// framing.
class LoadGenerator {
 public:
  LoadGenerator(Peer peer, std::uint16_t port, const Load& load);
  LoadGenerator(const LoadGenerator&) = delete;
  LoadGenerator& operator=(const LoadGenerator&) = delete;
  ~LoadGenerator();

  /// Runs for `window` and says what came back in it.
  LoadResult run(std::chrono::milliseconds window);

 private:
  struct Connection;

  void open(std::uint16_t port);
  void sendMore(Connection& connection);
  void receive(Connection& connection);
  void countEchoes(Connection& connection, std::span<const std::byte> bytes);
  void messageEchoed(Connection& connection);

  Peer peer_;
  Load load_;
  std::optional<TlsClientContext> tls_;
  std::vector<std::byte> frame_;    // one message as it goes over the wire
  std::vector<std::byte> batch_;    // `depth` of them
  std::vector<std::byte> payload_;  // what a WebSocket echo must hold
  std::vector<std::byte> buffer_;
  std::vector<std::unique_ptr<Connection>> connections_;
  int epoll_ = -1;
  LoadResult result_;
};

}  // namespace bench
