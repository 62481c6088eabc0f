#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace parley::fuzz {

using Bytes = std::span<const std::byte>;

// One function per target: it makes of any bytes a use of one parser or state machine, and throws
// Contradiction when an oracle is not content. Deterministic, so that an input can be replayed.

void utf8(Bytes data);
void utf16(Bytes data);
void base64(Bytes data);

void frameHeader(Bytes data);
void mask(Bytes data);
void closePayload(Bytes data);

void requestHead(Bytes data);
void responseHead(Bytes data);
void tokenList(Bytes data);
void extensionList(Bytes data);
void requestTarget(Bytes data);
void chunked(Bytes data);

void url(Bytes data);
void urlHost(Bytes data);
void webSocketUrl(Bytes data);

void deflateParameters(Bytes data);
void deflateMessages(Bytes data);
void inflate(Bytes data);

void clientHandshake(Bytes data);
void serverHandshake(Bytes data);
void handshakePair(Bytes data);

void connection(Bytes data);
void connectionPair(Bytes data);
void wireInspector(Bytes data);

/// Of one run, beside the others: the replay makes fewer of the dear ones.
enum class Cost : std::uint8_t { Low, High };

struct Target {
  /// As in fuzz_<name>, fuzz/corpus/<name> and make_seeds.py.
  std::string_view name;
  void (*run)(Bytes data);
  Cost cost = Cost::Low;
};

/// All of them.
[[nodiscard]] std::span<const Target> targets() noexcept;

}  // namespace parley::fuzz
