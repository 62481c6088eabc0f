#pragma once

#include "loop/deadline_wheel.hpp"
#include "server/opened_file.hpp"
#include "server/origin_check.hpp"
#include "server/request_record.hpp"
#include "server/server_core.hpp"
#include "tls/server_context.hpp"
#include "transport/tls_handshake.hpp"
#include "transport/transport.hpp"

#include <parley/protocol/server_handshake.hpp>
#include <parley/server.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace parley {

struct Introduction;

/// A connection of a server while it speaks HTTP: one request after the other, each read only when
/// the one before it is answered. Ends with a socket, or with a last answer that the client has
/// time to read.
///
/// Counted: the server holds it, each call into it does (handlers may end the server), and what
/// waits for a file or an Upgrade holds it weakly. Loop's thread only.
class HttpConnection final : public std::enable_shared_from_this<HttpConnection>,
                             private transport::TlsListener,
                             private transport::TransportListener,
                             private loop::Deadline {
 public:
  HttpConnection(std::shared_ptr<ServerCore> core, transport::TransportPtr transport);

  // ---- For the server ----

  /// First of all, the handshake of TLS.
  void secure(std::shared_ptr<const tls::ServerContext> context);
  // One of the two:
  /// Reads the first request, of which `received` is here already.
  void start(std::vector<std::byte> received = {});
  /// Answers 503 without reading any, as the server is full.
  void refuse();
  [[nodiscard]] bool isRefused() const noexcept { return isRefused_; }
  /// Ends what is idle and refuses what waits; what is being answered or read may end.
  void beginShutdown();
  /// Closes the connection now.
  void drop();

  // ---- For Upgrade ----

  /// Does an upgrade wait for a decision?
  [[nodiscard]] bool isDeciding() const noexcept { return state_ == State::Deciding; }
  /// Precondition: isDeciding(), and `protocol` was offered.
  /// @param record for Route::onconnection; may be null if that is not set
  /// @return nullopt if the client does not take the answer
  std::optional<WebSocket> accept(std::optional<std::string> protocol, const Headers& headers,
                                  std::shared_ptr<const RequestRecord> record);
  /// Precondition: isDeciding().
  void reject(const protocol::HttpResponse& response);

 private:
  enum class State : std::uint8_t {
    Securing,   ///< the handshake of TLS is under way
    Reading,    ///< a head, or nothing yet
    Deciding,   ///< an upgrade is the application's to decide
    Answering,  ///< a file is read, or an answer waits for the network; nothing is read
    Lingering,  ///< the last answer and a FIN are out; what still comes is thrown away
    Closed,     ///< gone, or a socket
  };
  enum class Reading : std::uint8_t { Paused, Running };
  using Acceptance = protocol::ServerHandshake::Acceptance;

  // http_connection.cpp: the wire
  void onSecured(transport::TransportPtr transport, const tls::Agreement&) override;
  void onTlsFailed(const transport::TransportError& error) override;
  std::span<std::byte> onReadBuffer() override;
  void onBytes(std::span<std::byte> bytes) override;
  void onWritable() override;
  void onEnd() override;
  void onFailed(const transport::TransportError& error) override;
  void onDeadline(protocol::Time now) override;
  void read(Reading reading);
  void arm(std::chrono::milliseconds time);
  void keepEarly(std::span<const std::byte> bytes);
  void discard(std::size_t size);
  void advance();
  void send(std::string bytes);
  void flush();
  [[nodiscard]] bool writeOut();
  void sendMoreOfFile();
  void onFileRead(std::optional<std::string> bytes);
  void answered();
  void linger();
  void leave();

  // http_requests.cpp: what is answered
  void answerInvalid();
  void answerRequest();
  void answerPage(const ServerCore::Page& page, server::RouteMatch&& match);
  void callHandler(const ServerCore::PageHandler& handler, server::RouteMatch&& match);
  void answerFile(const std::filesystem::path& root, std::string_view below);
  void onFileOpened(server::OpenResult result);
  void answerMissing();
  void answerUpgrade();
  [[nodiscard]] std::optional<std::optional<std::string>> chooseProtocol(
      const RequestRecord* record);
  void decide(std::shared_ptr<const RequestRecord> record);
  [[nodiscard]] std::shared_ptr<Introduction> introduce(
      std::shared_ptr<const RequestRecord> record);
  void respond(protocol::HttpResponse response);
  void refuseWith(protocol::HttpResponse response);
  [[nodiscard]] std::string remoteAddress() const;
  [[nodiscard]] std::shared_ptr<const RequestRecord> ownRecord(
      RequestRecord::Parameters&& parameters) const;

  const std::shared_ptr<ServerCore> core_;
  transport::TransportPtr transport_;  // while securing, `tlsHandshake_` has it
  transport::TlsHandshakePtr tlsHandshake_;
  protocol::ServerHandshake handshake_;
  State state_ = State::Reading;
  Reading reading_ = Reading::Paused;
  server::Wire wire_ = server::Wire::Clear;
  bool isRefused_ = false;
  bool isAdvancing_ = false;

  std::string out_;  // the part of an answer that waits for the network
  std::size_t written_ = 0;
  server::OpenedFilePtr file_;  // its body, if it is a file
  std::uint64_t fileOffset_ = 0;
  std::size_t discarded_ = 0;  // bytes, while lingering

  SocketRoute* route_ = nullptr;  // of an upgrade
  std::vector<std::byte> early_;  // what came before its decision
};

}  // namespace parley
