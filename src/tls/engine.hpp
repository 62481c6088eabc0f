#pragma once

#include "bytes/result.hpp"
#include "tls/client_context.hpp"
#include "tls/error.hpp"
#include "tls/output_buffer.hpp"
#include "tls/record_source.hpp"
#include "tls/server_context.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

struct ssl_st;

namespace parley::tls {

class EngineCall;
class SessionSlot;

/// What the two ends have agreed on.
struct Agreement {
  enum class Session : std::uint8_t { New, Resumed };

  /// "TLSv1.3"
  std::string version;
  /// "TLS_AES_256_GCM_SHA384"
  std::string cipher;
  /// By ALPN; "" if none was selected.
  std::string protocol;
  Session session = Session::New;
};

/// One TLS connection without I/O: received bytes go in, plain bytes and records come out.
///
/// Input is taken from the caller's memory, as far as it is needed, and output is written to the
/// caller's memory; an idle engine holds neither. First handshake() until the state is Open; then
/// read() and write(). Output must be sent even if the call failed: it may be the alert that says
/// why. For the thread that made it.
class Engine {
 public:
  enum class State : std::uint8_t {
    Handshaking,
    Open,
    Ended,   ///< the peer has said that it sends no more
    Failed,  ///< see error()
  };
  /// What handshake() needs before it can go on.
  enum class Need : std::uint8_t { Input, Room, Nothing };

  /// The most plain bytes of one record (RFC 8446 section 5.1).
  static constexpr std::size_t kRecordSize = 16384;
  /// Room that write() asks for: the content of a record, also for a peer that wants it in pieces
  /// of 512 bytes (RFC 6066 section 4), with all that encryption adds to each, and what the library
  /// may have to say before.
  static constexpr std::size_t kRecordRoom = kRecordSize + 4096;
  /// Room that read() asks for: the alerts that it may have to send.
  static constexpr std::size_t kAnswerRoom = 1024;

  /// An engine that connects to `host`, a name or an address as in a URL. `port` tells whose
  /// sessions can be resumed.
  static Result<Engine, Error> connect(std::shared_ptr<ClientContext> context,
                                       std::string_view host, std::uint16_t port);
  static Result<Engine, Error> accept(std::shared_ptr<const ServerContext> context);
  Engine(Engine&&) noexcept;
  Engine& operator=(Engine&&) noexcept;
  ~Engine();

  [[nodiscard]] State state() const noexcept { return state_; }
  /// Precondition: Failed.
  [[nodiscard]] const Error& error() const noexcept { return *error_; }
  /// Precondition: has been Open.
  [[nodiscard]] Agreement agreement() const;

  /// Goes on with the handshake. Takes its bytes off the front of `input`: what is left of it when
  /// the state becomes Open is for read().
  Need handshake(std::span<const std::byte>& input, OutputBuffer& output);
  /// Decrypts from the front of `input` to the front of `into`, as much as fits and is there.
  /// @param output for what has to be answered: room for kAnswerRoom
  /// @return how many bytes. With 0 the state has changed, or there was something to answer, or
  /// more input is needed.
  [[nodiscard]] std::size_t read(std::span<const std::byte>& input, std::span<std::byte> into,
                                 OutputBuffer& output);
  /// Would read() give bytes without any input?
  [[nodiscard]] bool hasPlaintext() const noexcept;
  /// Encrypts what `source` has, in records as large as they can be, while there is kRecordRoom.
  /// @return how many bytes. 0 unless Open or Ended, and after close().
  [[nodiscard]] std::size_t write(RecordSource& source, OutputBuffer& output);
  /// Says that no more is sent (close_notify). Reading goes on.
  void close(OutputBuffer& output);
  /// There is no more input, ever. Unless Ended, that is a failure: what was sent may be cut short
  /// (RFC 8446 section 6.1).
  void endOfInput();

 private:
  struct Releaser {
    void operator()(ssl_st* ssl) const noexcept;
  };
  /// What the first byte that came looks like.
  enum class FirstByte : std::uint8_t { None, Tls, Other };

  /// What only a client has.
  struct ClientSide;

  Engine(ssl_st* ssl, std::shared_ptr<const void> context);
  [[nodiscard]] bool decrypt(EngineCall& call, std::span<std::byte> into, std::size_t& size);
  void noteFirstByte(std::span<const std::byte> input) noexcept;
  void becomeOpen();
  /// In messages: "example.com", "the client".
  [[nodiscard]] std::string_view peer() const noexcept;
  [[nodiscard]] SessionSlot* sessions() const noexcept;
  void fail(Error error);
  /// What a call of OpenSSL that failed for good says.
  [[nodiscard]] Error errorOf(const EngineCall& call) const;

  std::shared_ptr<const void> context_;  // what the connection's callbacks refer to
  std::unique_ptr<ClientSide> client_;
  std::unique_ptr<Error> error_;
  State state_ = State::Handshaking;
  FirstByte firstByte_ = FirstByte::None;
  std::unique_ptr<ssl_st, Releaser> ssl_;
};

}  // namespace parley::tls
