#pragma once

#include <parley/blob.hpp>
#include <parley/close_code.hpp>
#include <parley/export.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace parley {

class WebSocket;
class EventDispatcher;  // this library's: sets what a user-made event cannot
class EventListener;

/// What happened, as the DOM standard's Event (section 2.2). The library makes them; you can make
/// your own and dispatch them with WebSocket::dispatchEvent(). Not copyable: valid during the
/// handler.
class PARLEY_EXPORT Event {
 public:
  struct Init {
    bool bubbles = false;
    bool cancelable = false;
  };

  /// A user-made event (isTrusted() false). `type` is copied.
  explicit Event(std::string_view type);
  Event(std::string_view type, Init init);
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  virtual ~Event();

  /// "open", "message", "error", "close", "drain", or a name of yours. Lives as long as the event.
  [[nodiscard]] std::string_view type() const noexcept PARLEY_LIFETIMEBOUND { return type_; }
  /// The socket that it is dispatched on. Copy it to keep the socket. Precondition: the event is
  /// being dispatched.
  [[nodiscard]] const WebSocket& target() const noexcept PARLEY_LIFETIMEBOUND { return *target_; }
  /// True for events of this library, false for those that the application made.
  [[nodiscard]] bool isTrusted() const noexcept { return isTrusted_; }
  [[nodiscard]] bool bubbles() const noexcept { return init_.bubbles; }
  [[nodiscard]] bool cancelable() const noexcept { return init_.cancelable; }
  [[nodiscard]] bool defaultPrevented() const noexcept { return defaultPrevented_; }
  /// Has an effect only if cancelable, and not from a passive listener.
  void preventDefault() const noexcept;
  /// No further listener is called.
  void stopImmediatePropagation() const noexcept { stopped_ = true; }
  /// Milliseconds on a monotonic clock of the process, when the event was made.
  [[nodiscard]] double timeStamp() const noexcept { return timeStamp_; }

 protected:
  enum class Kind : std::uint8_t { Plain, Message, MessagePart, Close };
  /// Where a trusted event comes from.
  struct Source {
    const WebSocket* target;
    double timeStamp;
  };
  Event(Kind kind, std::string_view type, Init init);
  /// A trusted event: `type` is for ever valid; no allocation, no look at the clock.
  Event(Kind kind, std::string_view type, const Source& source) noexcept
      : type_(type),
        target_(source.target),
        timeStamp_(source.timeStamp),
        kind_(kind),
        isTrusted_(true) {}

 private:
  friend class EventDispatcher;
  friend class EventListener;

  std::string ownedType_;  // of a user-made event
  std::string_view type_;
  const WebSocket* target_ = nullptr;
  double timeStamp_ = 0;
  Init init_;
  Kind kind_ = Kind::Plain;
  bool isTrusted_ = false;
  mutable bool defaultPrevented_ = false;
  mutable bool inPassiveListener_ = false;
  mutable bool stopped_ = false;
  bool isDispatching_ = false;
};

/// The payload of a message: text, or bytes as `binaryType` says. A view, valid during the handler,
/// until take().
///
/// A binary message above Options::largeMessageSize has come into a temporary file if `binaryType`
/// was Blob: blob() gives that file away as it is, bytes() are those of the file as the system
/// pages them in, and take() reads them into memory.
class PARLEY_EXPORT MessageData {
 public:
  enum class Kind : std::uint8_t { Text, Blob, ArrayBuffer };

  [[nodiscard]] Kind kind() const noexcept { return kind_; }
  [[nodiscard]] bool isText() const noexcept { return kind_ == Kind::Text; }
  MessageData(const MessageData&) = delete;
  MessageData& operator=(const MessageData&) = delete;

  /// The text, UTF-8 and known to be valid, without a copy. Throws DOMException InvalidStateError
  /// if the message is binary.
  [[nodiscard]] std::string_view text() const PARLEY_LIFETIMEBOUND;
  /// The bytes of the message, of either kind, without a copy.
  [[nodiscard]] std::span<const std::byte> bytes() const noexcept PARLEY_LIFETIMEBOUND {
    return bytes_;
  }
  [[nodiscard]] std::size_t size() const noexcept { return bytes_.size(); }
  /// Moves the message out: without a copy if it has memory of its own (a large one, or one in
  /// fragments), else with one. Afterwards the message is empty.
  [[nodiscard]] ArrayBuffer take() const;
  /// The same as a Blob without a type. Afterwards the message is empty.
  [[nodiscard]] Blob blob() const;

 private:
  friend class EventDispatcher;
  friend class MessageEvent;
  MessageData() = default;
  MessageData(Kind kind, std::span<const std::byte> bytes, ArrayBuffer* memory,
              const Blob* file) noexcept
      : bytes_(bytes), memory_(memory), file_(file), kind_(kind) {}

  mutable std::span<const std::byte> bytes_;
  ArrayBuffer* memory_ = nullptr;       // the message's own, if it has any
  mutable const Blob* file_ = nullptr;  // where the bytes are, if they are not in memory
  Kind kind_ = Kind::Text;
};

/// A message has arrived (HTML section 9.1).
class PARLEY_EXPORT MessageEvent : public Event {
 public:
  struct Init {
    /// Text if it is a string_view, else binary.
    std::variant<std::string_view, std::span<const std::byte>> data{};
    std::string_view origin{};
    std::string_view lastEventId{};
    bool bubbles = false;
    bool cancelable = false;
  };
  /// A user-made event; the views in `init` must outlive it.
  explicit MessageEvent(std::string_view type);
  MessageEvent(std::string_view type, const Init& init);

  [[nodiscard]] const MessageData& data() const noexcept PARLEY_LIFETIMEBOUND { return data_; }
  /// The serialised origin of the socket's URL, for example "wss://example.com"; at a server, ""
  /// (it has no URL of the peer).
  [[nodiscard]] std::string_view origin() const noexcept PARLEY_LIFETIMEBOUND { return origin_; }
  /// Always "" for a WebSocket.
  [[nodiscard]] std::string_view lastEventId() const noexcept PARLEY_LIFETIMEBOUND {
    return lastEventId_;
  }

 private:
  friend class EventDispatcher;
  MessageEvent(std::string_view type, const Source& source, MessageData::Kind kind,
               std::span<const std::byte> bytes, ArrayBuffer* memory, const Blob* file,
               std::string_view origin) noexcept
      : Event(Kind::Message, type, source), data_(kind, bytes, memory, file), origin_(origin) {}

  MessageData data_;
  std::string_view origin_;
  std::string_view lastEventId_;
};

/// A part of a large message has arrived. Ours: while something listens to "messagepart", each
/// message above Options::largeMessageSize (0: all of them) comes in parts, as the network brings
/// them, and has no `message` event. The parts of one message follow each other.
///
/// @code
/// socket.onmessagepart = [&](const parley::MessagePartEvent& part) {
///   file.write(part.bytes());
///   if (part.isLast()) file.close();
/// };
/// @endcode
class PARLEY_EXPORT MessagePartEvent : public Event {
 public:
  /// Is it part of a text message? That is UTF-8 and known to be valid so far, but a character may
  /// be cut at either end.
  [[nodiscard]] bool isText() const noexcept { return isText_; }
  /// A view, valid during the handler. May be empty in the last part.
  [[nodiscard]] std::span<const std::byte> bytes() const noexcept PARLEY_LIFETIMEBOUND {
    return bytes_;
  }
  /// Bytes of the message before this part; 0: a message begins.
  [[nodiscard]] std::uint64_t offset() const noexcept { return offset_; }
  /// The message is complete. If the connection ends without such a part, it never was.
  [[nodiscard]] bool isLast() const noexcept { return isLast_; }

 private:
  friend class EventDispatcher;
  struct Init {
    bool isText;
    bool isLast;
    std::uint64_t offset;
    std::span<const std::byte> bytes;
  };
  MessagePartEvent(const Source& source, const Init& init) noexcept
      : Event(Kind::MessagePart, "messagepart", source),
        bytes_(init.bytes),
        offset_(init.offset),
        isText_(init.isText),
        isLast_(init.isLast) {}

  std::span<const std::byte> bytes_;
  std::uint64_t offset_;
  bool isText_;
  bool isLast_;
};

/// The connection is closed (WebSockets section 5).
class PARLEY_EXPORT CloseEvent : public Event {
 public:
  struct Init {
    bool wasClean = false;
    std::uint16_t code = 0;
    std::string reason{};
    bool bubbles = false;
    bool cancelable = false;
  };
  explicit CloseEvent(std::string_view type);
  CloseEvent(std::string_view type, Init init);

  /// TCP ended after the whole closing handshake.
  [[nodiscard]] bool wasClean() const noexcept { return wasClean_; }
  /// The peer's code; 1005 if it sent none; 1006 if the connection was lost or failed.
  [[nodiscard]] std::uint16_t code() const noexcept { return code_; }
  /// The peer's reason, UTF-8.
  [[nodiscard]] const std::string& reason() const noexcept PARLEY_LIFETIMEBOUND { return reason_; }

 private:
  friend class EventDispatcher;
  CloseEvent(const Source& source, Init&& init) noexcept
      : Event(Kind::Close, "close", source),
        reason_(std::move(init.reason)),
        code_(init.code),
        wasClean_(init.wasClean) {}

  std::string reason_;
  std::uint16_t code_ = 0;
  bool wasClean_ = false;
};

}  // namespace parley
