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

/// What one call of an engine works on. OpenSSL's callbacks find it by the connection whose call is
/// under way, which is why an engine may be moved between two calls.
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

/// The two ends of the wire for OpenSSL: takes from EngineCall::input, and writes to its output.
/// The caller owns it.
[[nodiscard]] bio_st* makeCallBio();

}  // namespace parley::tls
