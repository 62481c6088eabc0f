#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace parley {

class PreparedMessage;
class SocketCore;

/// Names that are looked up without making a string.
struct TopicHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view name) const noexcept {
    return std::hash<std::string_view>()(name);
  }
};
template <typename T>
using TopicMap = std::unordered_map<std::string, T, TopicHash, std::equal_to<>>;

/// How many subscribe to each topic, on all loops. Any thread.
class TopicCounts {
 public:
  void add(std::string_view topic);
  void remove(std::string_view topic) noexcept;
  [[nodiscard]] std::size_t of(std::string_view topic) const;

 private:
  mutable std::mutex mutex_;
  TopicMap<std::size_t> counts_;  // guarded by mutex_
};

/// The subscribers on one loop. That loop's thread only, but for its destruction.
class TopicTable {
 public:
  explicit TopicTable(std::shared_ptr<TopicCounts> counts) : counts_(std::move(counts)) {}
  TopicTable(const TopicTable&) = delete;
  TopicTable& operator=(const TopicTable&) = delete;

  /// To all that are OPEN, but `except`.
  void publish(std::string_view topic, const PreparedMessage& message,
               const SocketCore* except) const;

 private:
  friend class SocketTopics;

  std::shared_ptr<TopicCounts> counts_;
  TopicMap<std::vector<SocketCore*>> topics_;
};

/// What one socket has subscribed to. Goes when the socket is CLOSED.
class SocketTopics {
 public:
  explicit SocketTopics(SocketCore& socket) noexcept : socket_(socket) {}
  SocketTopics(const SocketTopics&) = delete;
  SocketTopics& operator=(const SocketTopics&) = delete;
  ~SocketTopics();

  void add(const std::shared_ptr<TopicTable>& table, std::string_view topic);
  void remove(const TopicTable& table, std::string_view topic) noexcept;
  /// All of that table.
  void remove(const TopicTable& table) noexcept;
  [[nodiscard]] std::vector<std::string> of(const TopicTable& table) const;

 private:
  using Subscribers = TopicMap<std::vector<SocketCore*>>::value_type;
  struct Subscription {
    std::shared_ptr<TopicTable> table;
    Subscribers* topic;
    std::size_t place;  // of this socket among the subscribers
  };

  void leave(const Subscription& subscription) const noexcept;

  SocketCore& socket_;
  std::vector<Subscription> subscriptions_;
};

}  // namespace parley
