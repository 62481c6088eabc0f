#pragma once

#include "transport/connect_options.hpp"
#include "transport/connecting_slots.hpp"
#include "transport/socket_address.hpp"
#include "transport/transport.hpp"

#include <parley/protocol/time.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace parley::loop {
class EventLoop;
}

namespace parley::transport {

class ConnectAttempt;

/// Who hears of an attempt, from the loop, never from within begin(). The attempt may be destroyed
/// from there.
class AttemptOwner {
 public:
  /// It is in another state.
  virtual void onAttemptMoved(ConnectAttempt& attempt) = 0;

 protected:
  ~AttemptOwner() = default;
};

/// One address being connected to: first in line for its slot, then by connect(). Destroying it
/// gives it up.
class ConnectAttempt final : private SlotWaiter, private TransportListener {
 public:
  enum class State : std::uint8_t {
    New,
    InLine,     ///< waits for its slot, which another connection has
    Running,    ///< connect() is under way
    Connected,  ///< the transport and the slot are to be taken
    Failed,
  };

  ConnectAttempt(loop::EventLoop& loop, const SocketAddress& address, AttemptOwner& owner) noexcept
      : loop_(loop), owner_(owner), address_(address) {}

  /// Leads to InLine, Running or Failed. Once.
  void begin(ConnectingLimit limit);
  /// Gives it up for this reason. Only InLine or Running.
  void fail(TransportError error);

  [[nodiscard]] State state() const noexcept { return state_; }
  [[nodiscard]] const SocketAddress& address() const noexcept { return address_; }
  /// Only Running: since when.
  [[nodiscard]] protocol::Time runningSince() const noexcept { return runningSince_; }
  /// Is it InLine behind a connection that the peer has answered?
  [[nodiscard]] bool isInLiveLine() const { return hasPeerAnswered(); }
  /// Only Failed.
  [[nodiscard]] const TransportError& error() const noexcept { return error_; }
  /// Only Connected, once each.
  [[nodiscard]] TransportPtr takeTransport() noexcept;
  [[nodiscard]] ConnectingSlot takeSlot() noexcept { return std::move(slot_); }

 private:
  void onSlot(ConnectingSlot slot) override;
  void onWritable() override;
  void onFailed(const TransportError& error) override;
  void onBytes(std::span<std::byte>) override {}  // it does not read
  void onEnd() override {}

  void run(ConnectingSlot slot);
  void failWith(int systemError);

  loop::EventLoop& loop_;
  AttemptOwner& owner_;
  SocketAddress address_;
  State state_ = State::New;
  ConnectingSlot slot_;
  TransportPtr transport_;
  protocol::Time runningSince_{};
  TransportError error_;
};

}  // namespace parley::transport
