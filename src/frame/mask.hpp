#pragma once

#include "bytes/block16.hpp"
#include "bytes/byte_order.hpp"
#include "bytes/utf8.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

namespace parley::frame {

/// The four masking bytes of a frame in wire order (RFC 6455 section 5.3).
struct MaskKey {
  std::array<std::byte, 4> bytes{};

  bool operator==(const MaskKey&) const = default;

  /// The key as a word in memory order whose first byte masks payload byte `phase`.
  [[nodiscard]] std::uint32_t wordAt(std::size_t phase) const noexcept;
};

/// Masks or unmasks in place; both are the same. `phase` is the place of the first byte within its
/// frame's payload, of which only the remainder by four counts.
void mask(std::span<std::byte> payload, MaskKey key, std::size_t phase = 0) noexcept;

/// Writes the masked `from` to `to`, which has room for it and either is `from` or does not
/// overlap it.
void maskCopy(std::byte* to, std::span<const std::byte> from, MaskKey key,
              std::size_t phase = 0) noexcept;

/// Unmasks a piece of a text message in place and feeds it to `validator`. All of it is unmasked
/// whatever the answer. False if the text can't be valid UTF-8 any more.
[[nodiscard]] bool unmaskText(std::span<std::byte> payload, MaskKey key, std::size_t phase,
                              bytes::Utf8Validator& validator) noexcept;

/// Unmasks a whole text message in place. False if it is not UTF-8; all of it is unmasked even so.
[[nodiscard]] bool unmaskWholeText(std::span<std::byte> payload, MaskKey key) noexcept;

/// Writes a whole text message, masked, to `to` (room for all of it, no overlap). False if it is
/// not UTF-8; what stands in `to` is then of no use.
[[nodiscard]] bool maskCopyText(std::byte* to, std::span<const std::byte> from,
                                MaskKey key) noexcept;

/// Writes a whole text message to `to` (room for all of it, no overlap). False if it is not UTF-8;
/// what stands in `to` is then of no use.
[[nodiscard]] bool copyText(std::byte* to, std::span<const std::byte> from) noexcept;

// The rest of this file is the inline path for short payloads, the most frequent ones: no call, no
// dispatch, and one look at the top bits of all bytes instead of a validator for ASCII.

/// Payloads from this size on go through the best kernel of the processor.
inline constexpr std::size_t kLongPayload = 128;

/// Which side of a masking pass is the readable text, whose bytes are looked at for non-ASCII.
enum class PlainSide : std::uint8_t { Source, Result };

/// What a masking pass saw on its plain side.
enum class PlainText : std::uint8_t { Ascii, Other };

/// The key word for a place `offset` bytes further on.
[[nodiscard]] constexpr std::uint32_t rotateKey(std::uint32_t key, std::size_t offset) noexcept {
  const int bits = static_cast<int>(offset % 4) * 8;
  return std::endian::native == std::endian::little ? std::rotr(key, bits) : std::rotl(key, bits);
}

inline std::uint32_t MaskKey::wordAt(std::size_t phase) const noexcept {
  return rotateKey(std::bit_cast<std::uint32_t>(bytes), phase);
}

/// sizeof(Word) to twice that many bytes as two words that may overlap in the middle. Both are read
/// before either is written, so that `to` may be `from`.
template <PlainSide side, typename Word>
inline PlainText maskWordPair(std::byte* to, const std::byte* from, std::size_t size,
                              std::uint32_t key) noexcept {
  constexpr Word kOnes = static_cast<Word>(~Word{0}) / 0xFF;
  constexpr Word kEveryKey = sizeof(Word) == 8 ? static_cast<Word>(0x1'0000'0001U) : Word{1};
  const std::size_t tailAt = size - sizeof(Word);
  const Word head = bytes::loadNative<Word>(from);
  const Word tail = bytes::loadNative<Word>(from + tailAt);
  const Word maskedHead = head ^ (key * kEveryKey);
  const Word maskedTail = tail ^ (rotateKey(key, tailAt) * kEveryKey);
  bytes::storeNative(to, maskedHead);
  bytes::storeNative(to + tailAt, maskedTail);
  const Word plain = side == PlainSide::Source ? head | tail : maskedHead | maskedTail;
  return (plain & (kOnes * 0x80)) == 0 ? PlainText::Ascii : PlainText::Other;
}

/// Sixteen bytes and more as blocks, of which the last may overlap the one before; it is read
/// before anything is written.
template <PlainSide side>
inline PlainText maskBlocks(std::byte* to, const std::byte* from, std::size_t size,
                            std::uint32_t key) noexcept {
  using bytes::Block16;
  const std::size_t lastAt = size - Block16::kSize;
  const Block16 last = Block16::load(from + lastAt);
  const Block16 maskedLast = last ^ Block16::repeat(rotateKey(key, lastAt));
  const Block16 keys = Block16::repeat(key);
  Block16 plain = side == PlainSide::Source ? last : maskedLast;
  for (std::size_t at = 0; at < lastAt; at += Block16::kSize) {
    const Block16 block = Block16::load(from + at);
    const Block16 masked = block ^ keys;
    masked.store(to + at);
    plain = plain | (side == PlainSide::Source ? block : masked);
  }
  maskedLast.store(to + lastAt);
  return plain.hasHighBit() ? PlainText::Other : PlainText::Ascii;
}

/// Any size; meant for those below kLongPayload.
template <PlainSide side>
inline PlainText maskShort(std::byte* to, const std::byte* from, std::size_t size,
                           std::uint32_t key) noexcept {
  if (size >= 16) return maskBlocks<side>(to, from, size, key);
  if (size >= 8) return maskWordPair<side, std::uint64_t>(to, from, size, key);
  if (size >= 4) return maskWordPair<side, std::uint32_t>(to, from, size, key);
  const auto keyBytes = std::bit_cast<std::array<std::byte, 4>>(key);
  std::byte plain{};
  for (std::size_t i = 0; i < size; ++i) {
    const std::byte source = from[i];
    to[i] = source ^ keyBytes[i];
    plain |= side == PlainSide::Source ? source : to[i];
  }
  return (plain & std::byte{0x80}) == std::byte{} ? PlainText::Ascii : PlainText::Other;
}

/// The same functions for sizes from kLongPayload on, through the dispatched kernels.
void maskLong(std::byte* to, std::span<const std::byte> from, std::uint32_t key) noexcept;
[[nodiscard]] bool unmaskLongText(std::span<std::byte> payload, std::uint32_t key,
                                  bytes::Utf8Validator& validator) noexcept;
[[nodiscard]] bool maskCopyLongText(std::byte* to, std::span<const std::byte> from,
                                    std::uint32_t key) noexcept;

inline void maskCopy(std::byte* to, std::span<const std::byte> from, MaskKey key,
                     std::size_t phase) noexcept {
  const std::uint32_t word = key.wordAt(phase);
  if (from.size() >= kLongPayload) return maskLong(to, from, word);
  maskShort<PlainSide::Source>(to, from.data(), from.size(), word);
}

inline void mask(std::span<std::byte> payload, MaskKey key, std::size_t phase) noexcept {
  maskCopy(payload.data(), payload, key, phase);
}

inline bool unmaskText(std::span<std::byte> payload, MaskKey key, std::size_t phase,
                       bytes::Utf8Validator& validator) noexcept {
  const std::uint32_t word = key.wordAt(phase);
  if (payload.size() >= kLongPayload) return unmaskLongText(payload, word, validator);
  const PlainText plain =
      maskShort<PlainSide::Result>(payload.data(), payload.data(), payload.size(), word);
  if (plain == PlainText::Ascii && validator.complete()) [[likely]]
    return true;
  return validator.feed(payload);
}

inline bool unmaskWholeText(std::span<std::byte> payload, MaskKey key) noexcept {
  const std::uint32_t word = key.wordAt(0);
  if (payload.size() >= kLongPayload) {
    bytes::Utf8Validator validator;
    return unmaskLongText(payload, word, validator) && validator.complete();
  }
  const PlainText plain =
      maskShort<PlainSide::Result>(payload.data(), payload.data(), payload.size(), word);
  if (plain == PlainText::Ascii) [[likely]]
    return true;
  return bytes::isValidUtf8(payload);
}

inline bool maskCopyText(std::byte* to, std::span<const std::byte> from, MaskKey key) noexcept {
  const std::uint32_t word = key.wordAt(0);
  if (from.size() >= kLongPayload) return maskCopyLongText(to, from, word);
  const PlainText plain = maskShort<PlainSide::Source>(to, from.data(), from.size(), word);
  if (plain == PlainText::Ascii) [[likely]]
    return true;
  return bytes::isValidUtf8(from);
}

// A copy is a masked copy with the key zero; the XOR costs nothing beside the memory traffic.
inline bool copyText(std::byte* to, std::span<const std::byte> from) noexcept {
  return maskCopyText(to, from, MaskKey{});
}

}  // namespace parley::frame
