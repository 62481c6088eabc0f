#pragma once

#include "client/event_dispatcher.hpp"

#include <parley/event.hpp>
#include <parley/event_target.hpp>
#include <parley/websocket.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace parley {

namespace loop {
class EventLoop;
}

/// What an event handler attribute is set to; an empty function removes it.
using EventCallback =
    std::variant<std::function<void(const Event&)>, std::function<void(const MessageEvent&)>,
                 std::function<void(const MessagePartEvent&)>,
                 std::function<void(const CloseEvent&)>>;

/// "open", "message", ... for ever valid.
[[nodiscard]] std::string_view typeOf(EventHandlerName name) noexcept;
/// The attribute for events of `type`, if there is one.
[[nodiscard]] std::optional<EventHandlerName> handlerFor(std::string_view type) noexcept;

/// The event listener list of one socket (DOM section 2.7) with its event handler attributes (HTML
/// section 8.1.8.1). Handlers may change it in any way, also while it dispatches. Loop's thread
/// only.
class ListenerTable {
 public:
  ListenerTable();
  ListenerTable(const ListenerTable&) = delete;
  ListenerTable& operator=(const ListenerTable&) = delete;
  ~ListenerTable();

  void setHandler(EventHandlerName name, EventCallback callback);
  [[nodiscard]] bool hasHandler(EventHandlerName name) const noexcept;
  void add(std::string_view type, const EventListener& listener,
           const AddEventListenerOptions& options);
  void remove(std::string_view type, const EventListener& listener, bool capture);
  /// Removes all.
  void clear();

  /// May anybody listen to events of this attribute's type?
  [[nodiscard]] bool listensTo(EventHandlerName name) const noexcept {
    return counts_[static_cast<std::size_t>(name)] != 0;
  }
  [[nodiscard]] bool isDispatching() const noexcept { return depth_ != 0; }
  /// Calls the listeners that are there now, in their order, each as a callback of `loop` of its
  /// own, while `handles` is not 0. For an event of one of the attributes' types.
  void dispatch(EventHandlerName name, const Event& event, loop::EventLoop& loop,
                const std::atomic<std::uint32_t>& handles);
  /// The same for an event of any type.
  void dispatch(const Event& event, loop::EventLoop& loop,
                const std::atomic<std::uint32_t>& handles);

 private:
  struct Entry;
  class Dispatch;
  static constexpr std::size_t kNames = 6;

  [[nodiscard]] Entry* handlerEntry(EventHandlerName name) const noexcept;
  [[nodiscard]] Entry* find(std::string_view type, const EventListener& listener,
                            bool capture) const noexcept;
  void append(std::unique_ptr<Entry> entry);
  void drop(Entry& entry) noexcept;
  void sweep();
  template <typename Matches>
  void dispatchTo(Matches matches, const Event& event, loop::EventLoop& loop,
                  const std::atomic<std::uint32_t>& handles);
  static void call(const Entry& entry, const Event& event);

  std::vector<std::unique_ptr<Entry>> entries_;
  std::vector<std::unique_ptr<Entry>> replaced_;  // may be running: kept until nothing dispatches
  std::array<std::uint32_t, kNames> counts_{};
  std::uint32_t capturing_ = 0;
  std::uint32_t depth_ = 0;
  bool hasRemoved_ = false;
};

}  // namespace parley
