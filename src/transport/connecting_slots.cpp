#include "transport/connecting_slots.hpp"

#include "bytes/ascii.hpp"
#include "transport/socket_address.hpp"

namespace parley::transport {

/// A slot that is taken, and those who wait for it.
struct ConnectingSlot::Line {
  explicit Line(const std::string& bytes) : key(bytes) {}

  std::string key;
  bool hasAnswered = false;
  loop::IntrusiveList<ConnectingSlots::Place> places;
};

/// A place in a line. Outlives its waiter while the slot is on its way to the waiter's loop.
struct SlotWaiter::Place : loop::ListNode, std::enable_shared_from_this<Place> {
  enum class State : std::uint8_t {
    Waiting,
    Granted,  // has the slot; a task that brings it is on its way
    Left,     // has no slot (any more)
  };

  Place(ConnectingSlots& itsSlots, ConnectingSlot::Line& itsLine, loop::EventLoop& itsLoop,
        SlotWaiter& itsWaiter)
      : slots(itsSlots), line(itsLine), loop(itsLoop), waiter(itsWaiter) {
    loop.retain();
  }
  ~Place() { loop.release(); }

  /// Runs on the waiter's loop.
  void bring() {
    if (!slots.takeGranted(*this)) return;
    // Not destroyed yet: that happens on this thread, and would have left the line.
    waiter.place_.reset();
    waiter.onSlot(ConnectingSlot(slots, line));
  }

  ConnectingSlots& slots;
  // Whoever makes it Left out of Granted may use the line, nobody else afterwards.
  ConnectingSlot::Line& line;
  loop::EventLoop& loop;
  SlotWaiter& waiter;  // on its loop, unless Left
  State state = State::Waiting;
};

// ---- SlotKey ----

SlotKey SlotKey::of(const SocketAddress& address) {
  // The IPv6 form: ::ffff:192.0.2.1 is the same peer as 192.0.2.1.
  const auto bytes = address.ipv6Form();
  std::string key = "address:";
  key.append(bytes.begin(), bytes.end());
  key += std::to_string(address.zone()) + ':' + std::to_string(address.port());
  return SlotKey(std::move(key));
}

SlotKey SlotKey::ofName(std::string_view host, std::uint16_t port) {
  std::string key = "name:";
  for (const char character : host) key += bytes::toLower(character);
  key += ':' + std::to_string(port);
  return SlotKey(std::move(key));
}

// ---- ConnectingSlot ----

ConnectingSlot::ConnectingSlot(ConnectingSlot&& other) noexcept
    : slots_(other.slots_),
      line_(std::exchange(other.line_, nullptr)),
      hasAnswered_(other.hasAnswered_) {}

ConnectingSlot& ConnectingSlot::operator=(ConnectingSlot&& other) noexcept {
  if (this != &other) {
    release();
    slots_ = other.slots_;
    line_ = std::exchange(other.line_, nullptr);
    hasAnswered_ = other.hasAnswered_;
  }
  return *this;
}

void ConnectingSlot::release() noexcept {
  Line* line = std::exchange(line_, nullptr);
  if (!line) return;
  if (!hasAnswered_) {
    std::lock_guard lock(slots_->mutex_);
    line->hasAnswered = false;
  }
  slots_->pass(*line);
}

void ConnectingSlot::markAnswered() noexcept {
  if (!line_) return;
  hasAnswered_ = true;
  std::lock_guard lock(slots_->mutex_);
  line_->hasAnswered = true;
}

// ---- SlotWaiter ----

bool SlotWaiter::hasPeerAnswered() const {
  if (!place_) return false;
  std::lock_guard lock(place_->slots.mutex_);
  return place_->state != Place::State::Left && place_->line.hasAnswered;
}

void SlotWaiter::leaveLine() noexcept {
  const auto place = std::exchange(place_, nullptr);
  if (!place) return;
  const auto state = [&] {
    std::lock_guard lock(place->slots.mutex_);
    place->unlink();
    return std::exchange(place->state, Place::State::Left);
  }();
  if (state == Place::State::Granted) place->slots.pass(place->line);
}

// ---- ConnectingSlots ----

ConnectingSlots::ConnectingSlots() = default;
ConnectingSlots::~ConnectingSlots() = default;

ConnectingSlots& ConnectingSlots::ofProcess() {
  static auto* const slots = new ConnectingSlots;
  return *slots;
}

std::optional<ConnectingSlot> ConnectingSlots::take(const SlotKey& key, loop::EventLoop& loop,
                                                    SlotWaiter& waiter) {
  std::lock_guard lock(mutex_);
  std::unique_ptr<Line>& line = lines_[key.bytes_];
  if (!line) {
    line = std::make_unique<Line>(key.bytes_);
    return ConnectingSlot(*this, *line);
  }
  waiter.place_ = std::make_shared<Place>(*this, *line, loop, waiter);
  line->places.pushBack(*waiter.place_);
  return std::nullopt;
}

/// Gives a slot that someone had to the next in line. The lock is never held while a loop is
/// called.
void ConnectingSlots::pass(Line& line) noexcept {
  while (const std::shared_ptr<Place> next = grantNext(line)) {
    if (next->loop.post([next] { next->bring(); })) return;
    // The loop is gone, and the waiter will be, too. If it has left by now, it has passed the slot
    // on itself.
    if (!takeGranted(*next)) return;
  }
}

/// @return nullptr if nobody waits: the line is gone then
std::shared_ptr<ConnectingSlots::Place> ConnectingSlots::grantNext(Line& line) {
  std::lock_guard lock(mutex_);
  Place* first = line.places.popFront();
  if (!first) {
    lines_.erase(lines_.find(line.key));
    return nullptr;
  }
  first->state = Place::State::Granted;
  return first->shared_from_this();  // its waiter holds it and can't leave meanwhile
}

/// Takes over the slot that was granted to a place.
/// @return false if the waiter has left before
bool ConnectingSlots::takeGranted(Place& place) {
  std::lock_guard lock(mutex_);
  return std::exchange(place.state, Place::State::Left) == Place::State::Granted;
}

}  // namespace parley::transport
