#include "loop/deadline_wheel.hpp"

#include <algorithm>
#include <bit>

namespace parley::loop {

namespace {

using protocol::Time;

constexpr std::int64_t kTickLength = DeadlineWheel::kTick.count();
constexpr std::int64_t kRound = static_cast<std::int64_t>(DeadlineWheel::kSlots);

constexpr std::size_t slotOf(std::int64_t tick) {
  return static_cast<std::size_t>(tick % kRound);
}

std::int64_t tickBefore(Time time) {
  return time.time_since_epoch().count() / kTickLength;
}
// Written so that the largest Time, "never", does not overflow.
std::int64_t tickAfter(Time time) {
  const std::int64_t count = time.time_since_epoch().count();
  return count / kTickLength + (count % kTickLength > 0 ? 1 : 0);
}
Time timeOf(std::int64_t tick) {
  return Time(protocol::Duration(tick * kTickLength));
}

}  // namespace

void Deadline::unlink() noexcept {
  if (!previous_) return;
  *previous_ = next_;
  if (next_) next_->previous_ = previous_;
  next_ = nullptr;
  previous_ = nullptr;
}

std::optional<Time> DeadlineWheel::schedule(Deadline& deadline, Time due, Time now) noexcept {
  if (deadline.isScheduled()) {
    if (due >= deadline.due_) {
      deadline.due_ = due;  // its old place comes up first and places it anew
      return std::nullopt;
    }
    deadline.unlink();
  }
  if (isEmpty()) cursor_ = std::max(cursor_, tickBefore(now));
  deadline.due_ = due;
  return timeOf(place(deadline));
}

DeadlineWheel::Tick DeadlineWheel::place(Deadline& deadline) noexcept {
  const Tick tick = std::clamp(tickAfter(deadline.due_), cursor_ + 1, cursor_ + kRound - 1);
  const std::size_t slot = slotOf(tick);
  Deadline*& head = slots_[slot];
  deadline.next_ = head;
  deadline.previous_ = &head;
  if (head) head->previous_ = &deadline.next_;
  head = &deadline;
  used_[slot / 64] |= std::uint64_t{1} << (slot % 64);
  return tick;
}

void DeadlineWheel::expire(Time now) {
  const Tick target = tickBefore(now);
  const Tick from = cursor_ + 1;
  if (target < from) return;
  // What callbacks schedule counts from the new time already. After a leap each slot is seen once.
  cursor_ = target;
  const Tick last = std::min(target, from + kRound - 1);
  for (Tick tick = from; tick <= last; ++tick) {
    const std::size_t slot = slotOf(tick);
    if (used_[slot / 64] >> (slot % 64) & 1) expireSlot(slot, now);
  }
}

void DeadlineWheel::expireSlot(std::size_t slot, Time now) {
  // The list hangs on a local head, so that callbacks may take any deadline out of it, and put any
  // back into this slot.
  Deadline* due = slots_[slot];
  slots_[slot] = nullptr;
  used_[slot / 64] &= ~(std::uint64_t{1} << (slot % 64));
  if (due) due->previous_ = &due;
  while (Deadline* deadline = due) {
    deadline->unlink();
    if (deadline->due_ > now) {
      place(*deadline);
    } else {
      deadline->onDeadline(now);
    }
  }
}

std::optional<Time> DeadlineWheel::nextExpiry() noexcept {
  for (Tick tick = cursor_ + 1; tick < cursor_ + kRound;) {
    const std::size_t slot = slotOf(tick);
    const std::uint64_t word = used_[slot / 64] >> (slot % 64);
    if (word == 0) {
      tick += static_cast<Tick>(64 - slot % 64);
      continue;
    }
    tick += std::countr_zero(word);
    const std::size_t found = slotOf(tick);
    if (slots_[found]) return timeOf(tick);
    used_[found / 64] &= ~(std::uint64_t{1} << (found % 64));
  }
  return std::nullopt;
}

void DeadlineWheel::clear() noexcept {
  for (Deadline*& head : slots_) {
    while (head) head->unlink();
  }
  used_.fill(0);
}

}  // namespace parley::loop
