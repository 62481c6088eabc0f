#pragma once

#include "tls/error.hpp"
#include "tls/output_buffer.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

struct bio_st;
struct ssl_st;

namespace parley::tls {

class SessionSlot;

/// What one call of an engine works on. OpenSSL's callbacks find it by the BIO of the connection,
/// which all connections of a thread share: one call is under way at a time.
class EngineCall {
 public:
  /// Also clears this thread's error queue. Ends with its destruction.
  EngineCall(ssl_st& ssl, std::span<const std::byte> bytes, OutputBuffer& records,
             std::string_view peerName) noexcept;
  EngineCall(const EngineCall&) = delete;
  EngineCall& operator=(const EngineCall&) = delete;
  ~EngineCall();

  /// nullptr outside of a call.
  [[nodiscard]] static EngineCall* of(const ssl_st& ssl) noexcept;

  std::span<const std::byte> input;  // received, and not taken yet
  OutputBuffer& output;
  std::string_view peer;  // in messages
  /// Of a client's connection; nullptr if its sessions are not kept.
  SessionSlot* sessions = nullptr;
  /// The last fatal one.
  std::optional<TlsAlert> alert;
  /// Why the peer's certificate was refused.
  std::optional<Error> certificateError;

 private:
  bio_st& bio_;
};

/// Gives the connection both ends of the wire: OpenSSL takes from EngineCall::input, and writes to
/// its output. From now on the connection is for this thread.
/// @return false if there is no memory
[[nodiscard]] bool attachCallBio(ssl_st& ssl);

}  // namespace parley::tls
