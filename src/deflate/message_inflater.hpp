#pragma once

#include "deflate/inflater.hpp"
#include "deflate/shared_codecs.hpp"
#include "deflate/zlib_inflater.hpp"

#include <parley/array_buffer.hpp>
#include <parley/protocol/deflate_agreement.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace parley::deflate {

/// Decompresses what one connection receives (RFC 7692 section 7.2.2), message by message, in
/// pieces cut anywhere. What the peer may still refer to is kept in a context of zlib, made with
/// the first message. Messages whose first frame is long are handed to ISA-L, with the history, and
/// it comes back with them.
class MessageInflater {
 public:
  /// @param shared must outlive it
  MessageInflater(const protocol::DeflateAgreement::Direction& direction,
                  SharedCodecs& shared) noexcept;
  MessageInflater(const MessageInflater&) = delete;
  MessageInflater& operator=(const MessageInflater&) = delete;
  ~MessageInflater();

  enum class Start : std::uint8_t { Ready, OutOfMemory };
  /// A message begins; `size` is the payload of its first frame.
  [[nodiscard]] Start begin(std::uint64_t size) noexcept;
  /// The next piece of it, from the front of `input` to the front of `output`; advances both.
  [[nodiscard]] InflateStatus inflate(std::span<const std::byte>& input,
                                      std::span<std::byte>& output) noexcept;
  /// There is no more input: what is still to come out. NeedsInput means that all has; Corrupt that
  /// the message ended within a block.
  [[nodiscard]] InflateStatus finish(std::span<std::byte>& output) noexcept;
  /// The message is complete, and this is the whole of it.
  [[nodiscard]] Start end(std::span<const std::byte> message) noexcept;

  [[nodiscard]] bool isInsideMessage() const noexcept { return current_ != nullptr; }
  [[nodiscard]] bool hasContext() const noexcept { return context_ != nullptr; }
  /// Between two messages: keeps only what the peer may still refer to.
  void shrink() noexcept;
  /// Nothing more will come.
  void release() noexcept;

 private:
  [[nodiscard]] bool restoreContext() noexcept;
  [[nodiscard]] std::span<const std::byte> history() noexcept;
  void giveBack() noexcept;

  SharedCodecs& shared_;
  std::unique_ptr<ZlibInflater> context_;
  ArrayBuffer window_;                  // the history, while there is no context
  std::unique_ptr<Inflater> borrowed_;  // for the current message
  Inflater* current_ = nullptr;         // one of the two
  Engine borrowedFrom_ = Engine::Zlib;
  std::uint8_t tailTaken_ = 0;
  const protocol::DeflateAgreement::Direction direction_;
};

}  // namespace parley::deflate
