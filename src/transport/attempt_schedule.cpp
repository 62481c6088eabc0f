#include "transport/attempt_schedule.hpp"

#include <algorithm>
#include <utility>

namespace parley::transport {

using protocol::Duration;
using protocol::Time;

AttemptSchedule::AttemptSchedule(const Pace& pace, SourceFinder sources)
    : pace_(pace), sources_(std::move(sources)) {
  pace_.attemptDelay = std::max(pace_.attemptDelay, kMinAttemptDelay);
  pace_.maxSimultaneous = std::max<std::size_t>(pace_.maxSimultaneous, 1);
}

void AttemptSchedule::found(AddressFamily family, const std::vector<SocketAddress>& addresses,
                            Time now) {
  Queue& queue = queueOf(family);
  queue.isAwaited = false;
  queue.foundAt = now;
  for (const SocketAddress& address : addresses) {
    if (queue.addresses.size() == kMaxAddresses) break;
    const bool isKnown =
        std::find(queue.addresses.begin(), queue.addresses.end(), address) != queue.addresses.end();
    if (!isKnown) queue.addresses.push_back(address);
  }
}

void AttemptSchedule::failed(Attempt attempt) noexcept {
  --running_;
  // Only the latest one's failure calls for the next address: an older one's has its successor.
  if (attempt + 1 == taken_) nextStart_.reset();
}

bool AttemptSchedule::hasAddresses() const noexcept {
  return std::any_of(queues_.begin(), queues_.end(),
                     [](const Queue& queue) { return !queue.addresses.empty(); });
}

std::optional<Time> AttemptSchedule::due() const noexcept {
  if (!hasAddresses() || running_ >= pace_.maxSimultaneous) return std::nullopt;
  if (taken_ > 0) return nextStart_.value_or(Time::min());
  // RFC 8305 section 3: IPv6 addresses are tried as soon as they are known; IPv4 ones wait a little
  // for them, unless it is known that there are none.
  const Queue& ipv4 = queueOf(AddressFamily::Ipv4);
  const bool waits = queueOf(AddressFamily::Ipv6).isAwaited && !ipv4.addresses.empty();
  return waits ? ipv4.foundAt + pace_.resolutionDelay : Time::min();
}

std::optional<SocketAddress> AttemptSchedule::take(Time now) {
  const auto at = due();
  if (!at || *at > now) return std::nullopt;
  lastFamily_ = nextFamily();
  auto& addresses = queueOf(*lastFamily_).addresses;
  const SocketAddress address = addresses.front();
  addresses.erase(addresses.begin());
  ++taken_;
  ++running_;
  restartDelay(now);
  return address;
}

bool AttemptSchedule::isExhausted() const noexcept {
  const bool awaits = std::any_of(queues_.begin(), queues_.end(),
                                  [](const Queue& queue) { return queue.isAwaited; });
  return running_ == 0 && !awaits && !hasAddresses();
}

Duration AttemptSchedule::delay() const noexcept {
  if (taken_ < kUnhurriedAttempts) return pace_.attemptDelay;
  return std::min(pace_.attemptDelay, kHurriedDelay);
}

/// RFC 8305 section 4: the addresses are sorted by RFC 6724. As each family is in order already,
/// the best of all is the first of one of them. IPv6 if it does not matter.
AddressFamily AttemptSchedule::firstFamily() const {
  const Queue& ipv6 = queueOf(AddressFamily::Ipv6);
  const Queue& ipv4 = queueOf(AddressFamily::Ipv4);
  if (ipv6.addresses.empty()) return AddressFamily::Ipv4;
  if (ipv4.addresses.empty()) return AddressFamily::Ipv6;
  const auto bestOf = [this](const Queue& queue) {
    return Destination{queue.addresses.front(), sources_(queue.addresses.front())};
  };
  return precedes(bestOf(ipv4), bestOf(ipv6)) ? AddressFamily::Ipv4 : AddressFamily::Ipv6;
}

/// RFC 8305 section 4: then the families take turns (First Address Family Count 1) as long as both
/// have addresses, those that came late included (section 6).
AddressFamily AttemptSchedule::nextFamily() const {
  if (!lastFamily_) return firstFamily();
  const AddressFamily turn = other(*lastFamily_);
  return queueOf(turn).addresses.empty() ? *lastFamily_ : turn;
}

}  // namespace parley::transport
