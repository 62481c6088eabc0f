#pragma once

#include <parley/protocol/time.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace parley::loop {

/// Something that wants to be told when a time has come: a base class of what has a deadline (32
/// bytes, no allocation). Destroying it cancels.
class Deadline {
 public:
  Deadline() noexcept = default;
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

  [[nodiscard]] bool isScheduled() const noexcept { return previous_ != nullptr; }
  /// Precondition: isScheduled().
  [[nodiscard]] protocol::Time due() const noexcept { return due_; }

 protected:
  virtual ~Deadline() { unlink(); }
  /// The time has come; the deadline is no longer scheduled. May schedule, cancel or destroy this
  /// or any other deadline.
  virtual void onDeadline(protocol::Time now) = 0;

 private:
  friend class DeadlineWheel;

  void unlink() noexcept;

  Deadline* next_ = nullptr;
  Deadline** previous_ = nullptr;  // what points at this one
  protocol::Time due_{};
};

/// A coarse hashed wheel of deadlines. They fire up to one tick late, never early. Scheduling and
/// cancelling are O(1); moving a deadline to a later time only writes that time: the deadline is
/// looked at when its old place comes up, and placed anew. Times beyond the horizon wait at its
/// end.
///
/// It has no clock: time is an argument. A clock that leaps forward costs one round at most.
class DeadlineWheel {
 public:
  static constexpr protocol::Duration kTick{32};
  /// A round of 32.8 s: the usual ping, handshake and close deadlines lie within.
  static constexpr std::size_t kSlots = 1024;

  DeadlineWheel() noexcept = default;
  DeadlineWheel(const DeadlineWheel&) = delete;
  DeadlineWheel& operator=(const DeadlineWheel&) = delete;
  ~DeadlineWheel() { clear(); }

  /// Lets `deadline` fire once `due` has passed, instead of when it was scheduled for before.
  /// @return when expire() must be called for it; nullopt if that has not become earlier
  std::optional<protocol::Time> schedule(Deadline& deadline, protocol::Time due,
                                         protocol::Time now) noexcept;
  /// Nothing happens if it is not scheduled.
  static void cancel(Deadline& deadline) noexcept { deadline.unlink(); }
  /// Fires what is due at `now`.
  void expire(protocol::Time now);
  /// When expire() is to be called next; nullopt if nothing is scheduled.
  [[nodiscard]] std::optional<protocol::Time> nextExpiry() noexcept;
  /// Cancels everything.
  void clear() noexcept;

 private:
  using Tick = std::int64_t;

  [[nodiscard]] bool isEmpty() noexcept { return !nextExpiry(); }
  Tick place(Deadline& deadline) noexcept;
  void expireSlot(std::size_t slot, protocol::Time now);

  std::array<Deadline*, kSlots> slots_{};
  // A set bit may stand for a slot that has become empty, never a clear one for a slot in use.
  std::array<std::uint64_t, kSlots / 64> used_{};
  Tick cursor_ = 0;  // the last tick that was expired
};

}  // namespace parley::loop
