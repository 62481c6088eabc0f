#pragma once

#include <parley/loop.hpp>
#include <parley/server.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace parley::server {

/// The other end of a server under test: a socket that says and hears literal bytes, and never
/// blocks.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port);
  explicit RawClient(const std::string& unixPath);
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;
  ~RawClient();

  /// Bytes that the socket does not take wait for the next turn.
  void send(std::string_view bytes);
  /// No more will be sent.
  void finish();
  /// As if the process had died.
  void reset();
  /// Stops to take what arrives.
  void stopReading() { isReading_ = false; }
  void startReading() { isReading_ = true; }

  [[nodiscard]] const std::string& received() const { return received_; }
  void forget() { received_.clear(); }
  [[nodiscard]] bool hasEnded() const { return hasEnded_; }
  [[nodiscard]] bool wasReset() const { return wasReset_; }
  [[nodiscard]] bool isOver() const { return hasEnded_ || wasReset_; }
  [[nodiscard]] std::size_t unsent() const { return unsent_.size(); }
  [[nodiscard]] int fd() const { return fd_; }

  /// Sends and receives what is possible now.
  void turn();

 private:
  int fd_ = -1;
  bool isReading_ = true;
  bool hasEnded_ = false;
  bool wasReset_ = false;
  std::string unsent_;
  std::string received_;
};

/// How often `part` occurs in `text`.
[[nodiscard]] std::size_t countOf(std::string_view text, std::string_view part);
/// A complete WebSocket handshake for `path`, with `extra` lines (each with its CR LF).
[[nodiscard]] std::string upgradeRequest(std::string_view path, std::string_view extra = {});
/// A plain request.
[[nodiscard]] std::string getRequest(std::string_view path, std::string_view extra = {});
/// A client's text frame of less than 126 bytes; the mask is zero, which is as good as any.
[[nodiscard]] std::string textFrame(std::string_view text);
/// A client's Close frame.
[[nodiscard]] std::string closeFrame(std::uint16_t code);
/// The body of the first response in `received`.
[[nodiscard]] std::string bodyOf(std::string_view received);
/// The value of a field of the first response; nullopt if it is not there.
[[nodiscard]] std::optional<std::string> fieldOf(std::string_view received, std::string_view name);

/// A server on an ephemeral port of 127.0.0.1, and its loop, which runs only inside until().
class ServerTest : public testing::Test {
 protected:
  ServerTest();
  ~ServerTest() override;

  void listen();
  /// A client that is known to the fixture's turns.
  RawClient& connect();
  /// Turns the loop and the clients until `condition` holds; a failure after ten seconds.
  void until(const std::function<bool()>& condition);
  /// Turns the loop twice without waiting: enough for what has arrived already.
  void pump();
  /// Turns everything until nothing has moved for a while: for what must not happen.
  void settle();
  /// Sends, and waits until the server has closed the connection.
  std::string exchange(std::string_view request);
  /// Sends, and waits for the status line; "" if the connection ended instead.
  std::string statusOf(std::string_view request);
  /// A client whose upgrade of `path` has been accepted; it has received nothing more.
  RawClient& open(std::string_view path);

  Loop loop;
  ServerOptions options;
  std::unique_ptr<Server> server;
  std::vector<std::exception_ptr> uncaught;

 private:
  void turn();
  void wait(std::chrono::milliseconds longest);

  std::vector<std::unique_ptr<RawClient>> clients_;
};

}  // namespace parley::server
