#pragma once

#include "options.hpp"
#include "readiness.hpp"
#include "server_end.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>

namespace bench {

/// The server of a client that connects, has one message echoed and closes, over and over.
class ChurnServer {
 public:
  ChurnServer(const Listener& listener, Protocol protocol);
  ChurnServer(const ChurnServer&) = delete;
  ChurnServer& operator=(const ChurnServer&) = delete;
  ~ChurnServer();

  /// @return how many connections came to their end in `window`
  std::uint64_t run(std::chrono::milliseconds window);

 private:
  struct Connection;

  void acceptOne();
  void receive(Connection& connection);
  void takeRequest(Connection& connection, std::span<const std::byte> bytes);
  void takeFrames(Connection& connection, std::span<const std::byte> bytes);
  void end(Connection& connection);

  const Listener& listener_;
  Protocol protocol_;
  Readiness readiness_;
  std::map<int, std::unique_ptr<Connection>> connections_;
  std::uint64_t ended_ = 0;
};

}  // namespace bench
