#pragma once

#include "frames.hpp"
#include "options.hpp"
#include "readiness.hpp"
#include "script.hpp"
#include "wire.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace bench {

/// What came back in a window.
struct Echoes {
  std::uint64_t messages = 0;
  std::uint64_t bytes = 0;  ///< of the wire
  bool intact = true;       ///< every echo that was looked into equalled what was sent
};

/// A load generator on epoll with frames made in advance: opens connections, keeps `depth` messages
/// in flight on each, compares the first echoes of each connection and some of the later ones byte
/// by byte, and knows all others by their framing.
class EchoLoad {
 public:
  explicit EchoLoad(const LoadOptions& options);
  EchoLoad(const EchoLoad&) = delete;
  EchoLoad& operator=(const EchoLoad&) = delete;
  ~EchoLoad();

  /// Runs for `window` and says what came back in it.
  Echoes run(std::chrono::milliseconds window);
  /// Waits until each connection has `count` echoes, and sends no more than that.
  Echoes runMessages(std::uint64_t count);

 private:
  struct Connection;

  std::string open();
  void turn(std::chrono::milliseconds patience);
  void sendMore(Connection& connection);
  void receive(Connection& connection);
  void countEchoes(Connection& connection, std::span<const std::byte> bytes);
  void takePiece(Connection& connection, const FramePiece& piece);
  void compare(Connection& connection, bool isDeflated);
  void messageEchoed(Connection& connection);

  LoadOptions options_;
  std::optional<TlsClientContext> tls_;
  std::vector<std::byte> buffer_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::optional<Script> script_;
  std::uint64_t messageLimit_ = UINT64_MAX;  // of each connection
  Readiness readiness_;
  Echoes echoes_;
};

}  // namespace bench
