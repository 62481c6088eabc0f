#include "client/socket_topics.hpp"

#include "client/socket_core.hpp"

#include <parley/prepared_message.hpp>

#include <algorithm>

namespace parley {

// ---- Counts ----

void TopicCounts::add(std::string_view topic) {
  const std::lock_guard lock(mutex_);
  const auto found = counts_.find(topic);
  if (found != counts_.end()) {
    ++found->second;
  } else {
    counts_.emplace(topic, 1);
  }
}

void TopicCounts::remove(std::string_view topic) noexcept {
  const std::lock_guard lock(mutex_);
  const auto found = counts_.find(topic);
  if (--found->second == 0) counts_.erase(found);
}

std::size_t TopicCounts::of(std::string_view topic) const {
  const std::lock_guard lock(mutex_);
  const auto found = counts_.find(topic);
  return found == counts_.end() ? 0 : found->second;
}

// ---- The subscribers of a loop ----

void TopicTable::publish(std::string_view topic, const PreparedMessage& message,
                         const SocketCore* except) const {
  const auto found = topics_.find(topic);
  if (found == topics_.end()) return;
  // Sending calls nobody back, so the list stays as it is.
  for (SocketCore* const socket : found->second) {
    if (socket != except && socket->readyState() == OPEN) socket->send(message);
  }
}

// ---- The subscriptions of a socket ----

SocketTopics::~SocketTopics() {
  for (const Subscription& subscription : subscriptions_) leave(subscription);
}

void SocketTopics::add(const std::shared_ptr<TopicTable>& table, std::string_view topic) {
  for (const Subscription& subscription : subscriptions_) {
    if (subscription.table == table && subscription.topic->first == topic) return;
  }
  auto found = table->topics_.find(topic);
  if (found == table->topics_.end()) {
    found = table->topics_.emplace(topic, std::vector<SocketCore*>()).first;
  }
  std::vector<SocketCore*>& sockets = found->second;
  subscriptions_.push_back({table, &*found, sockets.size()});
  sockets.push_back(&socket_);
  table->counts_->add(topic);
}

/// The last one takes the place of the one that goes.
void SocketTopics::leave(const Subscription& subscription) const noexcept {
  std::vector<SocketCore*>& sockets = subscription.topic->second;
  SocketCore* const last = sockets.back();
  if (last != &socket_) {
    for (Subscription& moved : last->topics()->subscriptions_) {
      if (moved.topic == subscription.topic) moved.place = subscription.place;
    }
    sockets[subscription.place] = last;
  }
  sockets.pop_back();
  TopicTable& table = *subscription.table;
  table.counts_->remove(subscription.topic->first);
  if (sockets.empty()) table.topics_.erase(table.topics_.find(subscription.topic->first));
}

void SocketTopics::remove(const TopicTable& table, std::string_view topic) noexcept {
  const auto found =
      std::find_if(subscriptions_.begin(), subscriptions_.end(), [&](const Subscription& entry) {
        return entry.table.get() == &table && entry.topic->first == topic;
      });
  if (found == subscriptions_.end()) return;
  leave(*found);
  subscriptions_.erase(found);
}

void SocketTopics::remove(const TopicTable& table) noexcept {
  std::erase_if(subscriptions_, [&](const Subscription& subscription) {
    if (subscription.table.get() != &table) return false;
    leave(subscription);
    return true;
  });
}

std::vector<std::string> SocketTopics::of(const TopicTable& table) const {
  std::vector<std::string> topics;
  for (const Subscription& subscription : subscriptions_) {
    if (subscription.table.get() == &table) topics.push_back(subscription.topic->first);
  }
  return topics;
}

}  // namespace parley
