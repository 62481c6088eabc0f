#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace parley::bytes {

/// Is the whole of `text` well-formed UTF-8 (RFC 3629: no surrogate, nothing overlong, nothing
/// above U+10FFFF, no cut sequence)? Empty is.
[[nodiscard]] bool isValidUtf8(std::span<const std::byte> text) noexcept;

/// Where a decoder of UTF-8 stands between two bytes. The names of the After states carry the lead
/// byte that narrows the range of the next one (Unicode, table 3-7).
enum class Utf8State : std::uint8_t {
  Complete,
  OneMore,
  TwoMore,
  ThreeMore,
  AfterE0,
  AfterEd,
  AfterF0,
  AfterF4,
  Invalid,
};

/// Validates a text that arrives in pieces cut anywhere. Fails at the first byte that no valid
/// text could have there, not at the end of its sequence (RFC 6455 section 8.1 lets an endpoint
/// fail the connection as soon as that is known).
class Utf8Validator {
 public:
  /// Takes the next piece. False if the text can't become valid any more; from then on every
  /// feed is refused until reset().
  [[nodiscard]] bool feed(std::span<const std::byte> piece) noexcept;

  /// Valid so far and no sequence open: the text may end here.
  [[nodiscard]] bool complete() const noexcept { return state_ == Utf8State::Complete; }

  /// Starts a new text.
  void reset() noexcept { state_ = Utf8State::Complete; }

 private:
  std::span<const std::byte> finishSequence(std::span<const std::byte> piece) noexcept;

  Utf8State state_ = Utf8State::Complete;
};

static_assert(sizeof(Utf8Validator) <= 8, "one lives in every open connection");

/// The UTF-8 of a UTF-16 text; nullopt if a surrogate lacks its partner.
[[nodiscard]] std::optional<std::string> utf16ToUtf8(std::u16string_view text);

/// The same with U+FFFD for each unpaired surrogate (WebIDL, conversion to USVString).
[[nodiscard]] std::string utf16ToUtf8Replacing(std::u16string_view text);

/// `text` with U+FFFD for each maximal subpart of an ill-formed sequence (WHATWG Encoding, the
/// UTF-8 decoder in replacement mode; a byte order mark stays).
[[nodiscard]] std::string replaceInvalidUtf8(std::string_view text);

}  // namespace parley::bytes
