#pragma once

#include <parley/array_buffer.hpp>
#include <parley/export.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

namespace parley {

namespace protocol {
class PreparedFrames;
}

/// A message that goes to many sockets: checked and framed once, and compressed once for all of
/// them that agreed on the same window. Immutable; copies share it. Can be used from any thread.
///
/// A socket whose own compressor refers to earlier messages (context takeover) loses what it has
/// gathered with each compressed message of this kind, as that is not of its making.
///
/// @code
/// const auto news = parley::PreparedMessage::text("{\"price\": 17}");
/// for (parley::WebSocket& reader : readers) reader.send(news);
/// @endcode
class PARLEY_EXPORT PreparedMessage {
 public:
  /// Throws DOMException SyntaxError if it is not UTF-8.
  [[nodiscard]] static PreparedMessage text(std::string_view text);
  [[nodiscard]] static PreparedMessage binary(std::span<const std::byte> bytes);
  /// Takes the bytes over without a copy.
  [[nodiscard]] static PreparedMessage binary(ArrayBuffer&& bytes);

  [[nodiscard]] bool isText() const noexcept;
  /// The message.
  [[nodiscard]] std::span<const std::byte> bytes() const noexcept PARLEY_LIFETIMEBOUND;

  /// For this library's own layers.
  [[nodiscard]] const std::shared_ptr<const protocol::PreparedFrames>& frames() const noexcept {
    return frames_;
  }

 private:
  explicit PreparedMessage(std::shared_ptr<const protocol::PreparedFrames> frames) noexcept
      : frames_(std::move(frames)) {}

  std::shared_ptr<const protocol::PreparedFrames> frames_;
};

}  // namespace parley
