#pragma once

#include "loop/event_loop.hpp"
#include "loop/intrusive_list.hpp"

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace parley::transport {

class ConnectingSlots;
class SlotWaiter;
class SocketAddress;

/// Whom at most one connection at a time may be CONNECTING to.
class SlotKey {
 public:
  /// A peer with an IP address: all its names are one.
  static SlotKey of(const SocketAddress& address);
  /// A peer whose address is not known, because a proxy looks it up: each name counts as a peer of
  /// its own.
  static SlotKey ofName(std::string_view host, std::uint16_t port);

  bool operator==(const SlotKey&) const = default;

 private:
  friend class ConnectingSlots;
  explicit SlotKey(std::string bytes) : bytes_(std::move(bytes)) {}

  std::string bytes_;
};

/// The right to be CONNECTING to one peer. Whoever holds it holds everyone else's connection to
/// that peer up: release it as soon as the WebSocket is open or has failed. Releasing lets the next
/// in line go ahead. Any thread, one at a time.
class ConnectingSlot {
 public:
  /// Of no peer: where there is nothing to be kept apart.
  ConnectingSlot() noexcept = default;
  ConnectingSlot(ConnectingSlot&& other) noexcept;
  ConnectingSlot& operator=(ConnectingSlot&& other) noexcept;
  ~ConnectingSlot() { release(); }

  explicit operator bool() const noexcept { return line_ != nullptr; }
  void release() noexcept;
  /// The peer answered (TCP is connected): those in line know that it is worth to wait.
  void markAnswered() noexcept;

 private:
  friend class ConnectingSlots;
  friend class SlotWaiter;
  struct Line;
  ConnectingSlot(ConnectingSlots& slots, Line& line) noexcept : slots_(&slots), line_(&line) {}

  ConnectingSlots* slots_ = nullptr;
  Line* line_ = nullptr;
  bool hasAnswered_ = false;
};

/// Who waits for a slot: a base class. Destroying it leaves the line, or hands the slot on if it is
/// on its way. Loop thread only.
class SlotWaiter {
 public:
  SlotWaiter() noexcept = default;
  SlotWaiter(const SlotWaiter&) = delete;
  SlotWaiter& operator=(const SlotWaiter&) = delete;

  [[nodiscard]] bool isInLine() const noexcept { return place_ != nullptr; }
  /// Is it known that the peer answers? False as well if not in line.
  [[nodiscard]] bool hasPeerAnswered() const;
  void leaveLine() noexcept;

 protected:
  ~SlotWaiter() { leaveLine(); }
  /// Its turn has come; it is no longer in line. From the loop.
  virtual void onSlot(ConnectingSlot slot) = 0;

 private:
  friend class ConnectingSlots;
  struct Place;

  std::shared_ptr<Place> place_;  // shared with the task that brings the slot
};

/// RFC 6455 section 4.1, step 2: there must be no more than one connection in the CONNECTING state
/// for each IP address and port; the others wait until it is established or has failed. The lines
/// in which they wait, first come, first served. Safe for all threads and their loops.
class ConnectingSlots {
 public:
  ConnectingSlots();
  ConnectingSlots(const ConnectingSlots&) = delete;
  ConnectingSlots& operator=(const ConnectingSlots&) = delete;
  /// Precondition: no slot is held, nobody waits.
  ~ConnectingSlots();

  /// Those of this process; never destroyed. The rule is about a client as a whole, so this has to
  /// be shared by all its loops.
  static ConnectingSlots& ofProcess();

  /// @return the slot if it is free, at once; nullopt: `waiter` is in line now, and hears from
  /// `loop`. Precondition: it was not in line. It keeps the loop's memory, not the loop going.
  [[nodiscard]] std::optional<ConnectingSlot> take(const SlotKey& key, loop::EventLoop& loop,
                                                   SlotWaiter& waiter);

 private:
  friend class ConnectingSlot;
  friend class SlotWaiter;
  using Line = ConnectingSlot::Line;
  using Place = SlotWaiter::Place;

  void pass(Line& line) noexcept;
  std::shared_ptr<Place> grantNext(Line& line);
  [[nodiscard]] bool takeGranted(Place& place);

  std::mutex mutex_;  // guards everything in the lines
  std::unordered_map<std::string, std::unique_ptr<Line>> lines_;
};

}  // namespace parley::transport
