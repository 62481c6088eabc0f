#include "client/socket_core.hpp"
#include "client/socket_topics.hpp"
#include "loop/event_loop.hpp"

#include <parley/dom_exception.hpp>
#include <parley/topics.hpp>

#include <mutex>
#include <optional>
#include <utility>

namespace parley {

/// The tables of all loops that have subscribers.
class Topics::State {
 public:
  struct Place {
    loop::EventLoop* loop;
    std::shared_ptr<TopicTable> table;
  };

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    for (const Place& place : places_) place.loop->release();
  }

  /// That of `loop`, made if need be.
  [[nodiscard]] std::shared_ptr<TopicTable> tableOf(loop::EventLoop& loop) {
    const std::lock_guard lock(mutex_);
    for (const Place& place : places_) {
      if (place.loop == &loop) return place.table;
    }
    // Loops that are gone leave with the next one that comes.
    std::erase_if(places_, [](const Place& place) {
      if (!place.loop->isShutDown()) return false;
      place.loop->release();
      return true;
    });
    loop.retain();
    return places_.emplace_back(Place{&loop, std::make_shared<TopicTable>(counts)}).table;
  }
  [[nodiscard]] std::vector<Place> places() const {
    const std::lock_guard lock(mutex_);
    return places_;
  }

  const std::shared_ptr<TopicCounts> counts = std::make_shared<TopicCounts>();

 private:
  mutable std::mutex mutex_;
  std::vector<Place> places_;  // guarded by mutex_
};

namespace {

SocketCore& ownSocket(const WebSocket& socket) {
  SocketCore& core = SocketCore::of(socket);
  if (!core.eventLoop().isCurrentThread() && core.readyState() != CLOSED) {
    throw DOMException(DOMException::Name::InvalidStateError,
                       "subscriptions are for the thread of the socket's loop");
  }
  return core;
}

}  // namespace

Topics::Topics() : state_(std::make_shared<State>()) {}
Topics::~Topics() = default;

void Topics::subscribe(const WebSocket& socket, std::string_view topic) {
  SocketCore& core = ownSocket(socket);
  if (core.readyState() == CLOSED) return;
  core.makeTopics().add(state_->tableOf(core.eventLoop()), topic);
}

void Topics::unsubscribe(const WebSocket& socket, std::string_view topic) {
  SocketCore& core = ownSocket(socket);
  if (SocketTopics* const topics = core.topics())
    topics->remove(*state_->tableOf(core.eventLoop()), topic);
}

void Topics::unsubscribe(const WebSocket& socket) {
  SocketCore& core = ownSocket(socket);
  if (SocketTopics* const topics = core.topics())
    topics->remove(*state_->tableOf(core.eventLoop()));
}

std::vector<std::string> Topics::topicsOf(const WebSocket& socket) const {
  SocketCore& core = ownSocket(socket);
  const SocketTopics* const topics = core.topics();
  if (!topics) return {};
  return topics->of(*state_->tableOf(core.eventLoop()));
}

void Topics::publish(std::string_view topic, const PreparedMessage& message,
                     const WebSocket* except) {
  const SocketCore* const author = except ? &SocketCore::of(*except) : nullptr;
  for (const State::Place& place : state_->places()) {
    if (place.loop->isCurrentThread()) {
      place.table->publish(topic, message, author);
    } else if (!place.loop->isShutDown()) {
      // The author may be gone by then, and another socket in its place: so it is held.
      place.loop->post([table = place.table, name = std::string(topic), message, author,
                        held = except ? std::optional(*except) : std::nullopt] {
        table->publish(name, message, author);
      });
    }
  }
}

void Topics::publish(std::string_view topic, std::string_view text, const WebSocket* except) {
  publish(topic, PreparedMessage::text(text), except);
}

void Topics::publish(std::string_view topic, std::span<const std::byte> bytes,
                     const WebSocket* except) {
  publish(topic, PreparedMessage::binary(bytes), except);
}

std::size_t Topics::subscribers(std::string_view topic) const {
  return state_->counts->of(topic);
}

}  // namespace parley
