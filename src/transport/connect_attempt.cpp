#include "transport/connect_attempt.hpp"

#include "loop/event_loop.hpp"
#include "transport/socket_transport.hpp"
#include "transport/system_error.hpp"

#include <utility>

namespace parley::transport {

void ConnectAttempt::begin(ConnectingLimit limit) {
  if (limit == ConnectingLimit::None) return run(ConnectingSlot());
  if (auto slot = ConnectingSlots::ofProcess().take(SlotKey::of(address_), loop_, *this)) {
    return run(std::move(*slot));
  }
  state_ = State::InLine;
}

void ConnectAttempt::onSlot(ConnectingSlot slot) {
  run(std::move(slot));
  owner_.onAttemptMoved(*this);
}

void ConnectAttempt::run(ConnectingSlot slot) {
  slot_ = std::move(slot);
  runningSince_ = loop_.updateNow();
  state_ = State::Running;
  auto transport = SocketTransport::connect(loop_, address_);
  if (!transport) return failWith(transport.error().value);
  transport_ = std::move(*transport);
  transport_->setListener(this);
}

void ConnectAttempt::onWritable() {
  slot_.markAnswered();
  state_ = State::Connected;
  owner_.onAttemptMoved(*this);
}

void ConnectAttempt::onFailed(const TransportError& error) {
  failWith(error.systemError);
  owner_.onAttemptMoved(*this);
}

TransportPtr ConnectAttempt::takeTransport() noexcept {
  transport_->setListener(nullptr);
  return std::move(transport_);
}

void ConnectAttempt::failWith(int systemError) {
  fail(makeError(TransportError::Step::Connect, systemError, address_.text()));
}

void ConnectAttempt::fail(TransportError error) {
  leaveLine();
  transport_.reset();
  slot_.release();
  error_ = std::move(error);
  state_ = State::Failed;
}

}  // namespace parley::transport
