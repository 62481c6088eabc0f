#pragma once

#include "deflate/engines.hpp"
#include "deflate/shared_codecs.hpp"

#include <parley/array_buffer.hpp>
#include <parley/compression.hpp>
#include <parley/protocol/deflate_agreement.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

namespace parley::deflate {

/// A message as it goes over the wire.
struct DeflatedMessage {
  /// In shared memory, until the next call on any connection's codec; or, if that has any, in
  /// `memory`.
  std::span<const std::byte> payload;
  ArrayBuffer memory{};
};

/// Compresses what one connection sends (RFC 7692 section 7.2.1). Its context is made with the
/// first message; one that may not be kept is shared with other connections.
class MessageDeflater {
 public:
  /// @param shared must outlive it
  MessageDeflater(const protocol::DeflateAgreement::Direction& direction, Compression::Level level,
                  SharedCodecs& shared) noexcept;

  /// False where the agreed window is smaller than any that we write with: then everything is sent
  /// as it is, which is always allowed (section 6).
  [[nodiscard]] bool isAble() const noexcept;
  /// Only if isAble(). Nothing if the message would not get smaller. Throws std::bad_alloc.
  [[nodiscard]] std::optional<DeflatedMessage> deflate(std::span<const std::byte> message);

  /// The same for a message that goes to others, too: it refers to nothing, and nothing that comes
  /// may refer to it. Empty if it would not get smaller.
  [[nodiscard]] ArrayBuffer deflateAlone(std::span<const std::byte> message);
  [[nodiscard]] std::uint8_t windowBits() const noexcept { return direction_.windowBits; }
  /// Something else was sent than deflate() made: what comes refers to nothing before it.
  void forget() noexcept {
    if (context_) context_->reset();
  }

  [[nodiscard]] bool hasContext() const noexcept { return context_ != nullptr; }
  /// Gives the context back; later messages do not refer to earlier ones.
  void release() noexcept { context_.reset(); }

 private:
  [[nodiscard]] Deflater& begin(std::size_t size);
  [[nodiscard]] std::optional<DeflatedMessage> deflateSmall(std::span<const std::byte> message);
  [[nodiscard]] std::optional<DeflatedMessage> deflateLarge(std::span<const std::byte> message);

  SharedCodecs& shared_;
  std::unique_ptr<Deflater> context_;
  const Compression::Level level_;
  const protocol::DeflateAgreement::Direction direction_;
};

}  // namespace parley::deflate
