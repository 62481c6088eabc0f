#pragma once

#include <parley/event.hpp>
#include <parley/export.hpp>

#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string_view>
#include <type_traits>
#include <utility>

namespace parley {

/// Options of addEventListener() (DOM section 2.7).
struct AddEventListenerOptions {
  /// Part of a listener's identity. A WebSocket has no tree, but those that capture are called
  /// first.
  bool capture = false;
  /// Remove the listener before its first call.
  bool once = false;
  /// preventDefault() has no effect in this listener.
  bool passive = false;
  /// Remove the listener when stop is requested, from any thread; if it is already, nothing is
  /// added. (The DOM's AbortSignal.)
  std::stop_token signal{};
};

/// A callback with an identity, which is what removeEventListener() goes by: copies are the same
/// listener. Made from any callable that takes `const Event&`, `const MessageEvent&`, `const
/// MessagePartEvent&` or `const CloseEvent&`; a listener of a more special kind is not called for
/// (user-made) events of another kind. Null when made from nullptr.
///
/// @code
/// parley::EventListener listener =
///     [](const parley::MessageEvent& event) { use(event.data().text()); };
/// socket.addEventListener("message", listener);
/// socket.removeEventListener("message", listener);
/// @endcode
class PARLEY_EXPORT EventListener {
 public:
  EventListener(std::nullptr_t = nullptr) noexcept {}  // NOLINT: null as in the DOM
  template <typename F>
  requires(!std::same_as<std::remove_cvref_t<F>, EventListener> &&
           (std::invocable<F&, const Event&> || std::invocable<F&, const MessageEvent&> ||
            std::invocable<F&, const MessagePartEvent&> || std::invocable<F&, const CloseEvent&>))
      EventListener(F callback)  // NOLINT: any callable is a listener, as in the DOM
      : callback_(std::make_shared<Callback>(adapt(std::move(callback)))) {}

  explicit operator bool() const noexcept { return callback_ != nullptr; }
  bool operator==(const EventListener&) const noexcept = default;

 private:
  friend class EventDispatcher;
  using Callback = std::function<void(const Event&)>;

  template <typename F>
  static Callback adapt(F callback) {
    if constexpr (std::invocable<F&, const Event&>) {
      return callback;
    } else if constexpr (std::invocable<F&, const MessageEvent&>) {
      return [callback = std::move(callback)](const Event& event) mutable {
        if (event.kind_ == Event::Kind::Message) callback(static_cast<const MessageEvent&>(event));
      };
    } else if constexpr (std::invocable<F&, const MessagePartEvent&>) {
      return [callback = std::move(callback)](const Event& event) mutable {
        if (event.kind_ != Event::Kind::MessagePart) return;
        callback(static_cast<const MessagePartEvent&>(event));
      };
    } else {
      return [callback = std::move(callback)](const Event& event) mutable {
        if (event.kind_ == Event::Kind::Close) callback(static_cast<const CloseEvent&>(event));
      };
    }
  }

  std::shared_ptr<Callback> callback_;
};

}  // namespace parley
