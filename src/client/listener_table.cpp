#include "client/listener_table.hpp"

#include "loop/event_loop.hpp"

#include <algorithm>
#include <utility>

namespace parley {

namespace {

constexpr std::array<std::string_view, 6> kTypes{"open",  "message", "error",
                                                 "close", "drain",   "messagepart"};

bool isEmpty(const EventCallback& callback) noexcept {
  return std::visit([](const auto& function) { return !function; }, callback);
}

}  // namespace

std::string_view typeOf(EventHandlerName name) noexcept {
  return kTypes[static_cast<std::size_t>(name)];
}

std::optional<EventHandlerName> handlerFor(std::string_view type) noexcept {
  const auto* const found = std::find(kTypes.begin(), kTypes.end(), type);
  if (found == kTypes.end()) return std::nullopt;
  return static_cast<EventHandlerName>(found - kTypes.begin());
}

struct ListenerTable::Entry {
  std::string type;
  std::optional<EventHandlerName> known;  // the attribute for `type`
  bool isHandler = false;                 // an attribute, not a listener
  bool capture = false;
  bool once = false;
  bool passive = false;
  bool isRemoved = false;
  std::stop_token signal;
  EventCallback handler;
  std::shared_ptr<EventDispatcher::Callback> listener;
};

/// Entries stay where they are while one of these exists.
class ListenerTable::Dispatch {
 public:
  explicit Dispatch(ListenerTable& table) noexcept : table_(table) { ++table_.depth_; }
  Dispatch(const Dispatch&) = delete;
  Dispatch& operator=(const Dispatch&) = delete;
  ~Dispatch() {
    if (--table_.depth_ == 0) table_.sweep();
  }

 private:
  ListenerTable& table_;
};

ListenerTable::ListenerTable() = default;
ListenerTable::~ListenerTable() = default;

ListenerTable::Entry* ListenerTable::handlerEntry(EventHandlerName name) const noexcept {
  for (const auto& entry : entries_) {
    if (entry->isHandler && entry->known == name && !entry->isRemoved) return entry.get();
  }
  return nullptr;
}

bool ListenerTable::hasHandler(EventHandlerName name) const noexcept {
  return handlerEntry(name) != nullptr;
}

void ListenerTable::setHandler(EventHandlerName name, EventCallback callback) {
  Entry* const old = handlerEntry(name);
  if (isEmpty(callback)) {
    if (old) drop(*old);
    return sweep();
  }
  auto entry = std::make_unique<Entry>();
  entry->type = typeOf(name);
  entry->known = name;
  entry->isHandler = true;
  entry->handler = std::move(callback);
  if (!old) return append(std::move(entry));
  // HTML section 8.1.8.1: a new value takes the place in the order that the old one had. The old
  // one may be what is running.
  const auto place = std::find_if(entries_.begin(), entries_.end(),
                                  [old](const auto& other) { return other.get() == old; });
  replaced_.push_back(std::exchange(*place, std::move(entry)));
  sweep();
}

ListenerTable::Entry* ListenerTable::find(std::string_view type, const EventListener& listener,
                                          bool capture) const noexcept {
  // DOM section 2.7: type, callback and capture make a listener what it is.
  for (const auto& entry : entries_) {
    if (!entry->isHandler && !entry->isRemoved && entry->capture == capture &&
        entry->type == type && entry->listener == EventDispatcher::callbackOf(listener)) {
      return entry.get();
    }
  }
  return nullptr;
}

void ListenerTable::add(std::string_view type, const EventListener& listener,
                        const AddEventListenerOptions& options) {
  // DOM section 2.7, "add an event listener": an aborted signal, no callback and a repetition each
  // add nothing.
  if (options.signal.stop_requested() || !listener) return;
  if (find(type, listener, options.capture)) return;
  auto entry = std::make_unique<Entry>();
  entry->type = type;
  entry->known = handlerFor(type);
  entry->capture = options.capture;
  entry->once = options.once;
  entry->passive = options.passive;
  entry->signal = options.signal;
  entry->listener = EventDispatcher::callbackOf(listener);
  append(std::move(entry));
}

void ListenerTable::remove(std::string_view type, const EventListener& listener, bool capture) {
  if (Entry* const entry = find(type, listener, capture)) drop(*entry);
  sweep();
}

void ListenerTable::clear() {
  for (const auto& entry : entries_) drop(*entry);
  sweep();
}

void ListenerTable::append(std::unique_ptr<Entry> entry) {
  if (entry->known) ++counts_[static_cast<std::size_t>(*entry->known)];
  if (entry->capture) ++capturing_;
  // Most sockets have handlers for three or four events, all set at once.
  if (entries_.empty()) entries_.reserve(4);
  entries_.push_back(std::move(entry));
}

void ListenerTable::drop(Entry& entry) noexcept {
  if (entry.isRemoved) return;
  entry.isRemoved = true;
  hasRemoved_ = true;
  if (entry.known) --counts_[static_cast<std::size_t>(*entry.known)];
  if (entry.capture) --capturing_;
}

void ListenerTable::sweep() {
  if (depth_ != 0 || (!hasRemoved_ && replaced_.empty())) return;
  // What a callback captured may reach this table from its destructor: the table must be whole
  // again before the first one goes.
  std::vector<std::unique_ptr<Entry>> dead = std::exchange(replaced_, {});
  dead.reserve(dead.size() + entries_.size());
  for (auto& entry : entries_) {
    if (entry->isRemoved) dead.push_back(std::move(entry));
  }
  std::erase(entries_, nullptr);
  hasRemoved_ = false;
}

void ListenerTable::dispatch(EventHandlerName name, const Event& event, loop::EventLoop& loop,
                             const std::atomic<std::uint32_t>& handles) {
  if (!listensTo(name)) return;
  dispatchTo([name](const Entry& entry) { return entry.known == name; }, event, loop, handles);
}

void ListenerTable::dispatch(const Event& event, loop::EventLoop& loop,
                             const std::atomic<std::uint32_t>& handles) {
  const std::string_view type = event.type();
  dispatchTo([type](const Entry& entry) { return entry.type == type; }, event, loop, handles);
}

template <typename Matches>
void ListenerTable::dispatchTo(Matches matches, const Event& event, loop::EventLoop& loop,
                               const std::atomic<std::uint32_t>& handles) {
  const Dispatch dispatching(*this);
  // DOM section 2.9, "inner invoke": what is added meanwhile is not called this time, what is
  // removed is not called any more.
  const std::size_t count = entries_.size();
  // "dispatch", steps 13 and 14: at the target itself, too, those that capture come first.
  for (const bool captures : {true, false}) {
    if (captures && capturing_ == 0) continue;
    for (std::size_t i = 0; i < count; ++i) {
      Entry& entry = *entries_[i];
      if (entry.isRemoved || entry.capture != captures || !matches(entry)) continue;
      if (entry.signal.stop_requested()) {
        drop(entry);
        continue;
      }
      if (entry.once) drop(entry);
      if (entry.passive) EventDispatcher::setPassive(event, true);
      loop.runTask([&entry, &event] { call(entry, event); });
      if (entry.passive) EventDispatcher::setPassive(event, false);
      if (EventDispatcher::isStopped(event)) return;
      if (handles.load(std::memory_order_relaxed) == 0) return;
    }
  }
}

void ListenerTable::call(const Entry& entry, const Event& event) {
  if (entry.listener) return (*entry.listener)(event);
  if (const auto* message = std::get_if<std::function<void(const MessageEvent&)>>(&entry.handler)) {
    if (const MessageEvent* const special = EventDispatcher::asMessage(event)) (*message)(*special);
    return;
  }
  if (const auto* plain = std::get_if<std::function<void(const Event&)>>(&entry.handler)) {
    return (*plain)(event);
  }
  if (const auto* part =
          std::get_if<std::function<void(const MessagePartEvent&)>>(&entry.handler)) {
    if (const MessagePartEvent* const special = EventDispatcher::asPart(event)) (*part)(*special);
    return;
  }
  const auto* close = std::get_if<std::function<void(const CloseEvent&)>>(&entry.handler);
  if (const CloseEvent* const special = EventDispatcher::asClose(event)) (*close)(*special);
}

}  // namespace parley
