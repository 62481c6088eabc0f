#pragma once

#include "transport/address_selection.hpp"
#include "transport/socket_address.hpp"

#include <parley/protocol/time.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace parley::transport {

/// Which address is tried when: Happy Eyeballs (RFC 8305) without a resolver, a socket or a clock.
/// It is told what the look-ups found and which attempts failed; it is asked for the next address.
/// At the first success its owner drops it.
class AttemptSchedule {
 public:
  struct Pace {
    /// Between the starts of two attempts (RFC 8305 section 5). At least kMinAttemptDelay.
    protocol::Duration attemptDelay{250};
    /// How long IPv4 addresses wait for the IPv6 ones (RFC 8305 section 3).
    protocol::Duration resolutionDelay{50};
    /// Attempts under way at a time: each holds a descriptor. At least 1.
    std::size_t maxSimultaneous = 64;
  };

  /// RFC 8305 section 5: the delay must not be less.
  static constexpr protocol::Duration kMinAttemptDelay{10};
  /// Between attempts once kUnhurriedAttempts have begun, unless the attempt delay is shorter: the
  /// least that RFC 8305 section 5 recommends. When eight addresses are silent, it is not that one
  /// of them is slow; and fifty dead ones must fit in the ten seconds of a handshake.
  static constexpr protocol::Duration kHurriedDelay{100};
  static constexpr std::size_t kUnhurriedAttempts = 8;
  /// Addresses of each family that are looked at; DNS may deliver thousands.
  static constexpr std::size_t kMaxAddresses = 128;

  /// An attempt, by its place in the order of taking.
  using Attempt = std::size_t;
  /// Says from where an address would be reached: see sourceFor().
  using SourceFinder = std::function<std::optional<SocketAddress>(const SocketAddress&)>;

  /// `sources` is asked only if both families have addresses.
  AttemptSchedule(const Pace& pace, SourceFinder sources);

  // ---- What happens ----

  /// A look-up has begun: found() or foundNone() follows.
  void lookUp(AddressFamily family) noexcept { queueOf(family).isAwaited = true; }
  /// All addresses of one family, best first. One that is there twice is tried once.
  void found(AddressFamily family, const std::vector<SocketAddress>& addresses, protocol::Time now);
  /// The family has no addresses, or none that can be waited for: not a failure while the other one
  /// has.
  void foundNone(AddressFamily family) noexcept { queueOf(family).isAwaited = false; }
  /// An attempt came to nothing.
  void failed(Attempt attempt) noexcept;
  /// The attempt delay counts from now on: an attempt that was taken before begins only now, or
  /// must not be overtaken.
  void restartDelay(protocol::Time now) noexcept { nextStart_ = now + delay(); }

  // ---- What to do ----

  /// When take() gives an address, which may lie in the past; nullopt: not before something
  /// happens.
  [[nodiscard]] std::optional<protocol::Time> due() const noexcept;
  /// The next address to try; nullopt if none is due.
  [[nodiscard]] std::optional<SocketAddress> take(protocol::Time now);
  /// Number of addresses taken; the last one is attempt taken() - 1.
  [[nodiscard]] std::size_t taken() const noexcept { return taken_; }
  /// Nothing is left to try, to wait for or to hope for.
  [[nodiscard]] bool isExhausted() const noexcept;

 private:
  struct Queue {
    bool isAwaited = false;
    std::vector<SocketAddress> addresses{};  // the next one in front; few, and mostly one
    protocol::Time foundAt{};
  };

  static constexpr AddressFamily other(AddressFamily family) noexcept {
    return family == AddressFamily::Ipv6 ? AddressFamily::Ipv4 : AddressFamily::Ipv6;
  }
  Queue& queueOf(AddressFamily family) noexcept {
    return queues_[static_cast<std::size_t>(family)];
  }
  [[nodiscard]] const Queue& queueOf(AddressFamily family) const noexcept {
    return queues_[static_cast<std::size_t>(family)];
  }
  [[nodiscard]] bool hasAddresses() const noexcept;
  [[nodiscard]] protocol::Duration delay() const noexcept;
  [[nodiscard]] AddressFamily firstFamily() const;
  [[nodiscard]] AddressFamily nextFamily() const;

  Pace pace_;
  SourceFinder sources_;
  std::array<Queue, 2> queues_{};
  std::size_t taken_ = 0;
  std::size_t running_ = 0;
  std::optional<AddressFamily> lastFamily_;
  std::optional<protocol::Time> nextStart_;  // nullopt: at once
};

}  // namespace parley::transport
